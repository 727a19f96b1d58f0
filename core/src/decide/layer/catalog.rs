//! Layer 4: what the catalogue says of the integration (I-4, I-7).

use super::super::eval::{Case, Found, Verdict};
use super::super::reason::Reason;
use super::super::request::Action;

/// Approved, and at one of its own addresses; what is custom has no entry to be held to.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>) -> Verdict<'p> {
    let Some((_, integration)) = found.integration else {
        return Verdict::Pass;
    };
    if !integration.approved {
        return Verdict::platform(Reason::IntegrationNotApproved);
    }
    // A connection has no address yet: one origin is enough for it to get one.
    let connecting = case.action == Action::IntegrationConnect;
    let at_home = integration.origins.iter().any(|pattern| connecting || found.address.is_some_and(|address| pattern.matches(address)));
    if at_home { Verdict::Pass } else { Verdict::platform(Reason::AddressNotOfIntegration) }
}
