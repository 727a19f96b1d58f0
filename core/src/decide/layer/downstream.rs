//! Layer 10: whether the call's own credentials are authorised (K-8, V-6).

use super::super::eval::{Found, Verdict};
use super::super::reason::Reason;
use super::super::request::DownstreamState;
use crate::document::{Credentials, Method};
use crate::policy::Server;

/// Pending or expired denies, where a state is needed; absent, it is pending.
#[inline(always)]
pub(crate) fn verdict<'p>(found: &Found<'p>) -> Verdict<'p> {
    let Some((_, server)) = found.server else {
        return Verdict::Pass;
    };
    let needed = server.needs_authorization();
    let state = found.attests.downstream.unwrap_or(DownstreamState::Pending);
    // Not `||`: neither can be foreseen, but mostly one of them holds.
    if !needed | matches!(state, DownstreamState::Ready | DownstreamState::Error) {
        return Verdict::Pass;
    }
    let reason = match state {
        DownstreamState::Ready | DownstreamState::Error => return Verdict::Pass,
        _ if found.through.is_some() => Reason::DownstreamAuthorizationRequired,
        DownstreamState::Pending => Reason::AuthorizationPending,
        DownstreamState::Expired => Reason::AuthorizationExpired,
    };
    reason.into()
}

impl Server {
    /// Whether a state of authorisation is asked for at all (K-8).
    #[inline(always)]
    pub(crate) fn needs_authorization(&self) -> bool {
        let personal = self.credentials == Credentials::PerUser;
        (self.method == Method::Oauth) | ((self.method == Method::Headers) & personal)
    }
}
