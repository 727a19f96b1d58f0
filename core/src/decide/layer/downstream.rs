//! Layer 10: whether the call's own credentials are authorised (K-8, V-6).

use super::super::eval::{Found, Verdict};
use super::super::reason::Reason;
use super::super::request::DownstreamState;
use crate::document::{Credentials, Method};

/// Pending or expired denies, where a state is needed; absent, it is pending.
#[inline(always)]
pub(crate) fn verdict<'p>(found: &Found<'p>) -> Verdict<'p> {
    let Some((_, server)) = found.server else {
        return Verdict::Pass;
    };
    let needed = match server.method {
        Method::Oauth => true,
        Method::Headers => server.credentials == Credentials::PerUser,
        Method::None => false,
    };
    if !needed {
        return Verdict::Pass;
    }
    let reason = match found.attests.downstream.unwrap_or(DownstreamState::Pending) {
        DownstreamState::Ready | DownstreamState::Error => return Verdict::Pass,
        _ if found.through.is_some() => Reason::DownstreamAuthorizationRequired,
        DownstreamState::Pending => Reason::AuthorizationPending,
        DownstreamState::Expired => Reason::AuthorizationExpired,
    };
    reason.into()
}
