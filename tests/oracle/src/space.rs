//! Layer 8, `space`.

use crate::situation::{Found, Situation};
use crate::tree::{access_control, holds, path, text};
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
        Some(space) if holds(&server["spaces"], space) => Verdict::Pass,
        Some(_) => deny("space-not-allowed"),
        // a virtual server's access list stands in for a missing space.
        None if found.through_virtual => Verdict::Pass,
        None => deny("space-required"),
    }
}
