//! Scopes, spaces, and what lies in them.

use super::*;
use crate::document::{List, Role};
use crate::policy::settings::{Mask, Restriction};
use crate::policy::sorted::Sorted;
use crate::policy::table::Slot;

/// What a decision reads lies together, first.
#[derive(Clone)]
#[repr(C)]
pub(crate) struct Scope {
    pub(crate) id: Name,
    /// What is restricted here.
    pub(crate) restricted: Mask,
    pub(crate) path: Path,
    /// Which level of the document.
    pub(crate) level: u8,
    /// D-1, as stated here.
    pub(crate) access_control: Option<bool>,
    /// Whether its level has the role of workspaces, where callers work (Terms).
    pub(crate) is_workspace: bool,
    /// By setting, then authority, highest first.
    pub(crate) restrictions: List<Restriction>,
    pub(crate) name: Name,
    pub(crate) contact: Contact,
    /// None: nothing lies in it. Most scopes are small, and hold nothing or several.
    pub(crate) contents: Option<Box<Contents>>,
    pub(crate) notes: Option<Box<ScopeNotes>>,
}

/// What lies in one scope, and how much lies in its subtree.
#[derive(Clone, Default)]
pub(crate) struct Contents {
    /// By id.
    pub(crate) spaces: List<Slot<Space>>,
    /// The servers of this very scope that are stored as shared.
    pub(crate) servers: Sorted<Server>,
    /// The virtual servers of this very scope.
    pub(crate) virtual_servers: Sorted<VirtualServer>,
    /// The scopes right below.
    pub(crate) children: Sorted<Scope>,
    /// All servers of this very scope.
    pub(crate) registered: Sorted<Server>,
    /// The custom servers of this scope and below it that lie in no tenant below it (N-1).
    pub(crate) inventory: Sorted<Server>,
    /// The tenants below it that have custom servers.
    pub(crate) groups: Sorted<Scope>,
    /// The users who belong to this very scope, administer it, or have a token for it.
    pub(crate) people: Sorted<User>,
    /// How many of them belong to this very scope or administer it.
    pub(crate) with_entry: u32,
    pub(crate) below: Below,
}

/// How much lies in a scope and below it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Below {
    /// Itself counts not.
    pub(crate) tenants: u32,
    /// Itself counts not.
    pub(crate) workspaces: u32,
    pub(crate) servers: u32,
    /// Custom servers, waiting and disabled ones too (C-6).
    pub(crate) custom: u32,
    pub(crate) virtual_servers: u32,
    pub(crate) spaces: u32,
    /// How many servers there are of each integration that has any; by slot.
    pub(crate) connected: List<(Slot<Integration>, u32)>,
}

impl Below {
    /// Counts a server in, of an integration or custom.
    pub(crate) fn add_server(&mut self, integration: Option<Slot<Integration>>) {
        self.servers += 1;
        match integration {
            Some(integration) => self.connect(integration, 1),
            None => self.custom += 1,
        }
    }

    /// Counts a server out.
    pub(crate) fn remove_server(&mut self, integration: Option<Slot<Integration>>) {
        self.servers -= 1;
        match integration {
            Some(integration) => self.connect(integration, -1),
            None => self.custom -= 1,
        }
    }

    /// Counts an empty scope in.
    pub(crate) fn add_scope(&mut self, role: Option<Role>) {
        self.tenants += u32::from(role == Some(Role::Tenant));
        self.workspaces += u32::from(role == Some(Role::Workspace));
    }

    /// Counts an empty scope out.
    pub(crate) fn remove_scope(&mut self, role: Option<Role>) {
        self.tenants -= u32::from(role == Some(Role::Tenant));
        self.workspaces -= u32::from(role == Some(Role::Workspace));
    }

    /// Counts in what lies in a scope below.
    pub(crate) fn add(&mut self, below: &Below) {
        self.tenants += below.tenants;
        self.workspaces += below.workspaces;
        self.servers += below.servers;
        self.custom += below.custom;
        self.virtual_servers += below.virtual_servers;
        self.spaces += below.spaces;
        for (integration, count) in below.connected.iter() {
            self.connect(*integration, i64::from(*count));
        }
    }

    fn connect(&mut self, integration: Slot<Integration>, more: i64) {
        let place = self.connected.partition_point(|(known, _)| *known < integration);
        let known = self.connected.get(place).filter(|(known, _)| *known == integration).map_or(0, |(_, count)| *count);
        let count = u32::try_from(i64::from(known) + more).unwrap_or_default();
        let connected = self.connected.as_mut_vec();
        match connected.get_mut(place).filter(|_| known > 0) {
            Some((_, known)) if count > 0 => *known = count,
            Some(_) => drop(connected.remove(place)),
            None => connected.insert(place, (integration, count)),
        }
    }

    /// How many servers of an integration there are.
    pub(crate) fn connected(&self, integration: Slot<Integration>) -> u32 {
        let place = self.connected.binary_search_by_key(&integration, |(known, _)| *known).ok();
        place.and_then(|place| self.connected.get(place)).map_or(0, |(_, count)| *count)
    }
}

impl Contents {
    /// Whether there is anything, here or below.
    pub(crate) fn is_any(&self) -> bool {
        !(self.spaces.is_empty()
            && self.virtual_servers.is_empty()
            && self.children.is_empty()
            && self.registered.is_empty()
            && self.people.is_empty())
    }
}

/// Whom to ask: rare, so that it has a word and not two.
#[derive(Clone, Default)]
pub(crate) struct Contact(Option<Box<Name>>);

impl Contact {
    /// The text, where there is one.
    pub(crate) fn as_deref(&self) -> Option<&str> {
        self.0.as_ref().map(|name| &***name)
    }
}

impl From<Option<Name>> for Contact {
    fn from(name: Option<Name>) -> Self {
        Self(name.map(Box::new))
    }
}

/// The annotations of a scope's parts.
#[derive(Clone, Default)]
pub(crate) struct ScopeNotes {
    pub(crate) scope: Notes,
    pub(crate) features: Notes,
    /// Of each settings record, by authority: the record's, `custom`'s, `floors`'.
    pub(crate) settings: Vec<(Slot<Scope>, [Notes; 3])>,
}

/// A scope and all above it, the root first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Path {
    scopes: [Option<Slot<Scope>>; Self::LONGEST],
    depth: u8,
}

impl Path {
    /// No path is longer (contract 1, limits).
    pub(crate) const LONGEST: usize = 8;

    /// The path of a scope below `parent`; none where there would be more levels than a document may have.
    pub(crate) fn below(parent: Option<&Path>, scope: Slot<Scope>) -> Option<Self> {
        let mut path = parent.copied().unwrap_or(Self { scopes: [None; Self::LONGEST], depth: 0 });
        *path.scopes.get_mut(usize::from(path.depth))? = Some(scope);
        path.depth += 1;
        Some(path)
    }

    /// From the root down to the scope itself.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Slot<Scope>> + '_ {
        self.scopes.iter().take(usize::from(self.depth)).filter_map(|scope| *scope)
    }

    /// The scope so far below the root.
    pub(crate) fn nth(&self, depth: u8) -> Option<Slot<Scope>> {
        self.iter().nth(usize::from(depth))
    }

    /// The scope itself.
    pub(crate) fn scope(&self) -> Option<Slot<Scope>> {
        self.iter().next_back()
    }

    /// The scope right above.
    pub(crate) fn parent(&self) -> Option<Slot<Scope>> {
        self.iter().rev().nth(1)
    }

    /// Whether a scope is the path's own or above it.
    pub(crate) fn holds(&self, scope: Slot<Scope>) -> bool {
        // Not `any`: eight comparisons at once are faster than three with a branch each.
        self.scopes.iter().fold(false, |holds, held| holds | (*held == Some(scope)))
    }

    /// How far below the root a scope of the path lies.
    pub(crate) fn depth_of(&self, scope: Slot<Scope>) -> Option<u8> {
        (0u8..).zip(self.iter()).find(|(_, held)| *held == scope).map(|(depth, _)| depth)
    }
}

#[derive(Clone)]
pub(crate) struct Space {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) workspace: Slot<Scope>,
    /// The servers that are limited to it, among others.
    pub(crate) servers: Sorted<Server>,
    pub(crate) notes: Notes,
}
