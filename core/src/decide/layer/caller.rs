//! Layer 1: who asks. The request's own codes come before this is reached.

use super::super::eval::{Case, Object, Verdict};
use super::super::reason::Reason;
use crate::policy::{Aim, TokenStanding};

/// Staleness (L-7), the token (U-3, U-10), then what was settled when the caller was resolved.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>) -> Verdict<'p> {
    if case.stale {
        return Reason::PolicyStale.into();
    }
    if token_fault(case).is_some() {
        return Reason::TokenInactive.into();
    }
    case.standing.denial.map_or(Verdict::Pass, Verdict::from)
}

/// Why a token is good for nothing here. Users can't tell, administrators can (U-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    Unknown,
    /// Another user's.
    Foreign,
    Revoked,
    Expired,
    /// For another workspace, agent or target (U-10).
    Misused,
}

/// What is wrong with the caller's token.
pub(crate) fn token_fault(case: &Case<'_, '_>) -> Option<TokenFault> {
    match case.standing.token {
        TokenStanding::Platform => None,
        TokenStanding::Fault(fault) => Some(fault),
        TokenStanding::Token { until, .. } if case.now >= until => Some(TokenFault::Expired),
        TokenStanding::Token { only: None, .. } => None,
        TokenStanding::Token { only, .. } => {
            let named = match case.object {
                Object::Tool(Aim::VirtualTool(server, _)) | Object::VirtualServer(server) => server,
                _ => None,
            };
            (named != only).then_some(TokenFault::Misused)
        }
    }
}
