//! How a server does (K-11, K-8, N-7).

use super::sight::Sight;
use crate::activity::ContactResult;
use crate::change::Who;
use crate::decide::{Decision, DownstreamState, Reason};
use crate::document::Visibility;
use crate::policy::{Server, User};

/// The first of these that is so.
#[derive(Clone)]
pub(super) enum Status<'s> {
    Off(Box<Decision<'s>>),
    PendingAuth,
    ReconnectRequired,
    Error,
    Unreachable,
    AuthFailed,
    Ready,
}

impl Status<'_> {
    /// Its name in answers and filters.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Off(_) => "off",
            Self::PendingAuth => "pending-auth",
            Self::ReconnectRequired => "reconnect-required",
            Self::Error => "error",
            Self::Unreachable => "unreachable",
            Self::AuthFailed => "auth-failed",
            Self::Ready => "ready",
        }
    }

    /// Why it is off.
    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Off(decision) => Some(decision.reason()),
            _ => None,
        }
    }
}

/// From what turns it off, if anything does, and from what activity knows.
pub(super) fn status<'p>(sight: Sight<'p>, server: &Server, off: Option<Decision<'p>>) -> Status<'p> {
    if let Some(decision) = off {
        return Status::Off(Box::new(decision));
    }
    if server.needs_authorization() {
        match credential(sight.who, server).and_then(|user| sight.activity.authorization(&server.id, user)) {
            None | Some(DownstreamState::Pending) => return Status::PendingAuth,
            Some(DownstreamState::Expired) => return Status::ReconnectRequired,
            Some(DownstreamState::Error) => return Status::Error,
            Some(DownstreamState::Ready) => {}
        }
    }
    match sight.activity.last_contact(&server.id).map(|contact| contact.result) {
        Some(ContactResult::Unreachable) => Status::Unreachable,
        Some(ContactResult::AuthFailed) => Status::AuthFailed,
        Some(ContactResult::Ok) | None => Status::Ready,
    }
}

/// Under whose name activity holds the state of the credentials that count: everybody's, the owner's, or the actor's own.
fn credential<'s>(who: Who<'s>, server: &Server) -> Option<&'s str> {
    if server.has_shared_credential() {
        return Some("");
    }
    let id = |user: &'s User| user.id.as_str();
    match server.visibility {
        Visibility::Private => server.owner.and_then(|owner| who.snapshot.users.get(owner)).map(id),
        Visibility::Shared => who.user.map(|(_, user)| id(user)),
    }
}
