//! The records of a compiled policy: the document's, with references as slots and texts parsed once.

mod catalog;
mod registry;
mod scope;
mod server;
mod user;
mod virtual_server;

use crate::digest::Digest;
use crate::document::{Annotations, Time};

pub(crate) use catalog::*;
pub(crate) use registry::*;
pub(crate) use scope::*;
pub(crate) use server::*;
pub(crate) use user::*;
pub(crate) use virtual_server::*;

/// A text that lives as long as its record.
///
/// Most ids and names have at most fifteen bytes, which lie in the record itself: comparing one costs no look elsewhere.
pub(crate) type Name = ecow::EcoString;
/// Annotations: rare, kept, and never read by a decision.
pub(crate) type Notes = Annotations<'static>;

/// When something was done, and by whom; by nobody: by the host itself.
#[derive(Clone)]
pub(crate) struct Stamp {
    pub(crate) at: Time,
    pub(crate) by: Option<Name>,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Tombstone {
    pub(crate) id: Name,
    pub(crate) scope: Name,
    pub(crate) owner: Option<Name>,
    pub(crate) address_digest: Digest,
    pub(crate) deleted: Stamp,
    pub(crate) disabled: Box<[Name]>,
}

impl Tombstone {
    /// What it is found by, besides its id.
    pub(crate) fn names(&self) -> [Name; 2] {
        [self.scope.clone(), self.address_digest.to_string().into()]
    }
}
