//! Layer 8, `space`.

use crate::situation::{Found, Situation};
use crate::tree::{access_control, by_id, holds, path, text};
use crate::verdict::{Verdict, deny};

/// Layer 8. A restriction counts where D-1's feature is on for the caller's workspace or for the server's scope.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(server) = found.server else {
        return Verdict::Pass;
    };
    let counts = access_control(&situation.path()) || access_control(&path(situation.policy, text(server, "scope")));
    if !server["spaces"].is_array() || !counts {
        return Verdict::Pass;
    }
    match situation.caller().and_then(|caller| caller["space"].as_str()) {
        // one that the workspace doesn't have is none of the selected, in an explanation after layer 1 denied it.
        Some(space) if holds(&server["spaces"], space) && is_of_workspace(situation, space) => Verdict::Pass,
        Some(_) => deny("space-not-allowed"),
        // a virtual server's access list stands in for a missing space.
        None if found.through_virtual => Verdict::Pass,
        None => deny("space-required"),
    }
}

/// Whether a space is one of the caller's workspace.
pub(crate) fn is_of_workspace(situation: &Situation<'_>, space: &str) -> bool {
    situation.path().last().is_some_and(|workspace| by_id(&workspace["spaces"], space).is_some())
}
