//! Changes (contract 5): who may make which, in what order they are refused, and what they make of a policy (P-2 to P-5,
//! P-8 to P-16). Previewing and applying are one evaluation.

#[cfg(feature = "views")]
mod catalog;
#[cfg(feature = "views")]
mod draft;
#[cfg(feature = "views")]
mod event;
#[cfg(feature = "views")]
mod form;
#[cfg(feature = "changes")]
mod import;
#[cfg(feature = "views")]
mod judge;
mod kind;
#[cfg(feature = "views")]
mod limits;
mod nullable;
mod part;
mod raw;
#[cfg(feature = "views")]
mod refusal;
#[cfg(feature = "views")]
mod request;
#[cfg(feature = "views")]
mod server;
#[cfg(feature = "views")]
mod settings;
#[cfg(feature = "views")]
mod structure;
#[cfg(feature = "views")]
mod user;
#[cfg(feature = "views")]
mod virtual_server;
#[cfg(feature = "views")]
mod who;

use crate::document::{Misfit, Text, Time, record};
#[cfg(feature = "schema")]
use crate::schema::form::{Id, Revision};

pub use self::kind::*;
pub use self::nullable::Nullable;
pub use self::part::*;
pub use self::raw::RawObject;
#[cfg(feature = "views")]
pub(crate) use self::{
    catalog::unused,
    server::{Of, may_delete, may_disable, may_enable},
    virtual_server::published_digest,
    who::Who,
};
#[cfg(feature = "views")]
pub use self::{
    event::{Event, Subject},
    judge::Applied,
    refusal::{Lock, LockCause, Refusal},
    request::ChangeRequest,
};

record! {
    /// A change, who wants it, when, and against which revision (P-3).
    closed pub struct Ask<'a> {
        /// Who wants it.
        actor: required Actor<'a> = "actor",
        /// The time (L-9).
        now: required Time = "now",
        /// The revision that it was previewed against; against another one it is refused (P-3).
        revision: required u64 = "revision" is Revision,
        /// What is to be changed.
        change: required Change<'a> = "change",
    }
}

record! {
    /// Who wants a change: a user, or the host as itself (P-8).
    closed pub struct Actor<'a> says actor fits actor_fits {
        /// The user's id.
        user: optional Text<'a> = "user" is Id,
        /// When the user last confirmed by password (U-7).
        confirmed_at: optional Time = "confirmedAt",
        /// True, alone: the host itself.
        host: optional bool = "host",
    }
}

fn actor_fits(actor: &Actor<'_>) -> Option<Misfit> {
    match (&actor.user, actor.confirmed_at, actor.host) {
        (None, _, None) => Some(Misfit::Missing("user")),
        (Some(_), _, Some(_)) | (_, _, Some(false)) => Some(Misfit::Unknown("host")),
        (None, Some(_), Some(true)) => Some(Misfit::Unknown("confirmedAt")),
        _ => None,
    }
}

#[cfg(feature = "schema")]
impl Ask<'_> {
    /// What is wrong with the shape of a change's text; none where it has it. Forms of ids and limits aren't looked at.
    pub fn problems(text: &[u8]) -> Option<crate::document::Problems> {
        crate::document::read::shape_problems::<Ask<'_>>(text)
    }
}

#[cfg(all(test, feature = "schema"))]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests;
