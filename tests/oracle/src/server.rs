//! Layer 6, `server`: N-4, K-1, K-14, V-6.

use crate::caller::is_assignee_with_effect;
use crate::cause::{Cause, in_order, locked};
use crate::situation::{Found, Situation};
use crate::tree::{administers, is_above_tenants, items, path, text};
use crate::verdict::{Verdict, deny};
use serde_json::Value;

/// Layer 6.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(server) = found.server else {
        return Verdict::Pass;
    };
    if !items(&server["disabled"]).is_empty() {
        return disabled(situation.policy, server);
    }
    if server["switch"] != "on" {
        return deny("server-switched-off");
    }
    if credential_is_refused(situation.policy, server, found.through_virtual) {
        return deny("shared-credential");
    }
    if situation.action() == "server.authorize" && !may_authorize(situation, server) {
        return deny("not-administrator");
    }
    Verdict::Pass
}

/// Administrators' disables are causes; a delegate's never is one (L-3), so that alone it has no lock.
fn disabled(policy: &Value, server: &Value) -> Verdict {
    let scope = text(server, "scope");
    let causes = items(&server["disabled"])
        .into_iter()
        .filter_map(|entry| entry["authority"].as_str())
        .map(|authority| Cause { setting: "disabled".to_owned(), authority: authority.to_owned(), at: scope.to_owned() })
        .collect();
    Verdict::Deny(locked(policy, "server-disabled", in_order(&path(policy, scope), causes)))
}

/// K-14, V-6: one credential for all, unwaived, above the tenants or packaged.
fn credential_is_refused(policy: &Value, server: &Value, through_virtual: bool) -> bool {
    let shared = server["authorization"]["credentials"] == "shared";
    let above = path(policy, text(server, "scope")).last().is_some_and(|scope| is_above_tenants(policy, scope));
    shared && server["waiver"].is_null() && (above || through_virtual)
}

/// K-14: a shared credential is authorised by the owner, assignees with effect, and administrators of the server's scope.
fn may_authorize(situation: &Situation<'_>, server: &Value) -> bool {
    let Some(user) = situation.user() else {
        return false;
    };
    server["authorization"]["credentials"] != "shared"
        || server["owner"] == user["id"]
        || is_assignee_with_effect(situation.policy, user, server)
        || administers(user, &path(situation.policy, text(server, "scope")))
}
