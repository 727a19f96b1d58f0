//! Layer 7, `agent`: K-2.

use crate::situation::{Found, Situation};
use crate::tree::holds;
use crate::verdict::{Verdict, deny};

/// Layer 7.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(agent) = situation.caller().and_then(|caller| caller["agent"].as_str()) else {
        return deny("agent-required");
    };
    match found.server {
        Some(server) if !holds(&server["agents"], agent) => deny("agent-not-allowed"),
        _ => Verdict::Pass,
    }
}

/// `agent-required` alone, which needs no target.
pub(crate) fn is_missing(situation: &Situation<'_>) -> bool {
    situation.caller().is_some_and(|caller| caller["agent"].is_null())
}
