//! Layer 8: whether the server is open to the space (R-1 to R-4, D-1).

use super::super::eval::{Case, Found, Verdict};
use super::super::reason::Reason;
use crate::policy::ScopePolicy;

/// Restricted servers are open to the selected spaces alone; a virtual server's access list stands in for a missing one.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let Some((_, server)) = found.server else {
        return Verdict::Pass;
    };
    let Some(spaces) = &server.spaces else {
        return Verdict::Pass;
    };
    let snapshot = case.snapshot;
    let featured = snapshot.access_control(policy.path()) || snapshot.path(server.scope).is_some_and(|path| snapshot.access_control(path));
    match case.standing.space {
        _ if !featured => Verdict::Pass,
        None if found.through.is_some() => Verdict::Pass,
        None => Reason::SpaceRequired.into(),
        Some(Some(space)) if spaces.binary_search(&space).is_ok() => Verdict::Pass,
        Some(_) => Reason::SpaceNotAllowed.into(),
    }
}
