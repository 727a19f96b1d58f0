//! Virtual servers: what they select, and whom they let in.

use super::*;
use crate::digest::Digest;
use crate::document::{Grant, State};
use crate::policy::sorted::Sorted;
use crate::policy::table::Slot;

#[derive(Clone)]
pub(crate) struct VirtualServer {
    pub(crate) id: Name,
    pub(crate) scope: Slot<Scope>,
    pub(crate) state: State,
    /// Not held, but named by a token in a slice: it leads nowhere, and is no other (U-10, P-6).
    pub(crate) is_named_alone: bool,
    /// What the selected tools are called by, so that a search stays on few lines of the cache.
    pub(crate) exposed_names: Box<[Option<Slot<str>>]>,
    /// A tool keeps its place as long as it is selected by that name; none: it no longer is.
    pub(crate) tools: Box<[Option<Selected>]>,
    /// By user, then grant.
    pub(crate) access: Box<[Entry]>,
    pub(crate) name: Name,
    pub(crate) description: Option<Name>,
    pub(crate) oauth_provider: Option<Name>,
    pub(crate) published: Option<Box<(Stamp, Digest)>>,
    /// The users with tokens for it alone.
    pub(crate) token_holders: Sorted<User>,
    pub(crate) notes: Notes,
}

impl VirtualServer {
    /// Whom its access list names, each once; by slot.
    pub(crate) fn users(&self) -> Vec<Slot<User>> {
        let mut users: Vec<Slot<User>> = self.access.iter().map(|entry| entry.user).collect();
        users.dedup();
        users
    }

    /// The servers that it selects tools of, each once; by slot.
    pub(crate) fn servers(&self) -> Vec<Slot<Server>> {
        let mut servers: Vec<Slot<Server>> = self.tools.iter().flatten().map(|tool| tool.server).collect();
        servers.sort_unstable();
        servers.dedup();
        servers
    }
}

#[derive(Clone)]
pub(crate) struct Selected {
    /// What it is called by (V-8).
    pub(crate) exposed: Slot<str>,
    pub(crate) server: Slot<Server>,
    pub(crate) tool: Slot<str>,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) user: Slot<User>,
    pub(crate) grant: Grant,
    pub(crate) notes: Notes,
}
