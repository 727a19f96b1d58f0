//! Layer 3: whether the address may be used at all (O-1 to O-4).

use super::super::eval::{Case, Found, Object, Verdict};
use super::super::reason::Reason;
use super::super::request::Action;

/// O-3's refusals count everywhere; the platform's list where it is enforced, at registration and for a redirect.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>) -> Verdict<'p> {
    let Some(address) = found.address else {
        return Verdict::platform(Reason::InvalidAddress);
    };
    let redirect = matches!(case.object, Object::Server(_, Some(_)));
    let enforced = case.snapshot.platform.enforce_use || redirect || case.action == Action::ServerRegister;
    if address.is_refused(case.snapshot) || (enforced && !address.is_listed(case.snapshot)) {
        Verdict::platform(Reason::OriginNotAllowed)
    } else {
        Verdict::Pass
    }
}
