//! Changes (contract 5): their shapes. What is permitted, and what a change makes of a policy, isn't here yet: applying
//! will read these very types. Until then they serve the schema, and are compiled with it alone.

mod kind;
mod nullable;
mod part;

use crate::document::{Misfit, Problems, Text, Time, record};
use crate::schema::form::{Id, Revision};

pub use self::kind::*;
pub use self::nullable::Nullable;
pub use self::part::*;

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

impl Ask<'_> {
    /// What is wrong with the shape of a change's text; none where it has it. Forms of ids and limits aren't looked at.
    pub fn problems(text: &[u8]) -> Option<Problems> {
        crate::document::read::shape_problems::<Ask<'_>>(text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests;
