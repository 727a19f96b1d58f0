//! Layer 8: whether the server is open to the space (R-1 to R-4, D-1).

use super::super::eval::{Case, Found, Verdict};
use super::super::reason::Reason;
use crate::policy::{ScopePolicy, Server, Slot, Space};

/// Restricted servers are open to the selected spaces alone; a virtual server's access list stands in for a missing one.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    match found.server.and_then(|(_, server)| Some((server, server.spaces.as_deref()?))) {
        Some((server, spaces)) => restricted(case, found, server, spaces, policy),
        None => Verdict::Pass,
    }
}

#[inline(never)]
fn restricted<'p>(
    case: &Case<'_, 'p>,
    found: &Found<'p>,
    server: &Server,
    spaces: &[Slot<Space>],
    policy: &ScopePolicy<'p>,
) -> Verdict<'p> {
    match case.standing.space {
        _ if !policy.has_access_control(server.scope) => Verdict::Pass,
        None if found.through.is_some() => Verdict::Pass,
        None => Reason::SpaceRequired.into(),
        Some(Some(space)) if spaces.binary_search(&space).is_ok() => Verdict::Pass,
        Some(_) => Reason::SpaceNotAllowed.into(),
    }
}
