//! Layer 4: what the catalogue says of the integration (I-4, I-7).

use super::super::eval::{Case, Found, Verdict};
use super::super::reason::Reason;
use super::super::request::Action;

/// Approved, and at one of its own addresses; what is custom has no entry to be held to.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>) -> Verdict<'p> {
    let Some((_, integration)) = found.integration else {
        return Verdict::Pass;
    };
    if !integration.approved {
        return Verdict::platform(Reason::IntegrationNotApproved);
    }
    // A connection has no address yet: one origin is enough for it to get one.
    let connecting = case.action == Action::IntegrationConnect;
    let at_home =
        if connecting { !integration.origins.is_empty() } else { found.address.is_some_and(|address| address.is_at_home(integration)) };
    if at_home { Verdict::Pass } else { Verdict::platform(Reason::AddressNotOfIntegration) }
}
