//! Layer 10, `downstream`: K-8, V-6.

use crate::situation::{Found, Situation};
use crate::tree::text;
use crate::verdict::{Verdict, deny};
use serde_json::Value;

/// Layer 10.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(server) = found.server else {
        return Verdict::Pass;
    };
    if !needs_authorization(&server["authorization"]) {
        return Verdict::Pass;
    }
    let state = situation.context()["downstream"][text(server, "id")].as_str().unwrap_or("pending");
    match state {
        "pending" | "expired" if found.through_virtual => deny("downstream-authorization-required"),
        "pending" => deny("authorization-pending"),
        "expired" => deny("authorization-expired"),
        _ => Verdict::Pass,
    }
}

/// K-8: for `oauth`, and for `headers` with credentials of each user's own.
pub(crate) fn needs_authorization(authorization: &Value) -> bool {
    authorization["method"] == "oauth" || authorization["method"] == "headers" && authorization["credentials"] != "shared"
}
