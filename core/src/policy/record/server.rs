//! Servers and their tools.

use super::*;
use crate::address::Address;
use crate::digest::Digest;
use crate::document::{Credentials, Label, List, Method, Mode, Switch, Time, Visibility};
use crate::policy::origins::Vetting;
use crate::policy::sorted::Sorted;
use crate::policy::table::Slot;

/// What a decision reads lies together, first: each line of memory that it must wait for counts.
#[derive(Clone)]
#[repr(C)]
pub(crate) struct Server {
    pub(crate) id: Name,
    pub(crate) agents: Agents,
    pub(crate) scope: Slot<Scope>,
    /// None: custom.
    pub(crate) integration: Option<Slot<Integration>>,
    pub(crate) owner: Option<Slot<User>>,
    pub(crate) visibility: Visibility,
    pub(crate) switch: Switch,
    pub(crate) method: Method,
    pub(crate) credentials: Credentials,
    /// The tools' names once more, so that a search stays on few lines of the cache.
    pub(crate) tool_names: Box<[Option<Slot<str>>]>,
    /// A tool keeps its place as long as it is there, since targets know it by that; none: it was removed.
    pub(crate) tools: Box<[Option<Tool>]>,
    /// None: open to all.
    pub(crate) spaces: Option<Box<[Slot<Space>]>>,
    pub(crate) disabled: List<Disabled>,
    /// None: it can't be read (layer 3 denies).
    pub(crate) address: Option<(Address, Vetting)>,
    pub(crate) waiver: Option<Box<Waiver>>,
    pub(crate) assignees: List<Slot<User>>,
    pub(crate) name: Name,
    /// As it was registered.
    pub(crate) stored_address: Name,
    pub(crate) registered_at: Time,
    pub(crate) headers: List<Name>,
    /// None: nothing names it.
    pub(crate) named: Option<Box<Named>>,
    pub(crate) notes: Option<Box<ServerNotes>>,
}

/// What names a server.
#[derive(Clone, Default)]
pub(crate) struct Named {
    /// The scopes that store a setting of it (S-11).
    pub(crate) by_settings: Sorted<Scope>,
    /// The virtual servers that select tools of it.
    pub(crate) by_selections: Sorted<VirtualServer>,
}

impl Named {
    /// Whether there is anything.
    pub(crate) fn is_any(&self) -> bool {
        !(self.by_settings.is_empty() && self.by_selections.is_empty())
    }
}

/// The annotations of a server's parts.
#[derive(Clone, Default)]
pub(crate) struct ServerNotes {
    pub(crate) server: Notes,
    pub(crate) source: Notes,
    pub(crate) authorization: Notes,
    /// By tool.
    pub(crate) tools: Vec<(Slot<str>, Notes)>,
    /// In a slice alone.
    pub(crate) carried: Option<Carried>,
}

/// What a slice's server has in the place of what was cut (P-6). The verdicts on its address are where they always are.
#[derive(Clone)]
pub(crate) struct Carried {
    /// Of the address before it was redacted.
    pub(crate) address_digest: Digest,
    /// Who may authorise its shared credential besides its administrators (K-14).
    pub(crate) authorizers: List<Slot<User>>,
    /// Of `matched`.
    pub(crate) notes: Notes,
}

impl Server {
    /// What a slice's server has in the place of what was cut.
    pub(crate) fn carried(&self) -> Option<&Carried> {
        self.notes.as_ref()?.carried.as_ref()
    }
}

/// A set of agents, of which a document has at most 256.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Agents([u64; 4]);

impl Agents {
    /// Adds one; nothing where there can't be such an agent.
    pub(crate) fn insert(&mut self, agent: Slot<Agent>) {
        if let Some(word) = self.0.get_mut(agent.index() / 64) {
            *word |= 1 << (agent.index() % 64);
        }
    }

    /// Whether one is in it.
    pub(crate) fn contains(&self, agent: Slot<Agent>) -> bool {
        self.0.get(agent.index() / 64).is_some_and(|word| word >> (agent.index() % 64) & 1 == 1)
    }

    /// All in it, by slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot<Agent>> + '_ {
        (0..256).filter_map(Slot::new).filter(|agent| self.contains(*agent))
    }
}

#[derive(Clone)]
pub(crate) struct Disabled {
    /// None: a delegate's (D-5).
    pub(crate) authority: Option<Slot<Scope>>,
    pub(crate) stamp: Stamp,
}

#[derive(Clone)]
pub(crate) struct Waiver {
    pub(crate) stamp: Stamp,
    pub(crate) reason: Name,
}

#[derive(Clone)]
pub(crate) struct Tool {
    pub(crate) name: Slot<str>,
    pub(crate) label_authority: Option<Slot<Scope>>,
    /// With one it is pinned (K-9).
    pub(crate) accepted: Option<Digest>,
    /// Where the catalogue had it when this was compiled: a guess, so that a changed catalogue changes no server.
    pub(crate) in_catalog: u16,
    pub(crate) enabled: bool,
    pub(crate) mode: Mode,
    pub(crate) label: Option<Label>,
    pub(crate) hint: Option<Label>,
}
