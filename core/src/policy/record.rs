//! The records of a compiled policy: the document's, with references as slots and texts parsed once.

use std::sync::Arc;

use smallvec::SmallVec;

use super::index::Index;
use super::origins::Vetting;
use super::settings::{Mask, Restriction};
use super::sought::Sought;
use super::table::{Slot, Table};
use crate::address::{Address, Pattern};
use crate::digest::Digest;
use crate::document::{
    Access, Annotations, Credentials, DefaultMode, Grant, Label, List, Method, Mode, Permission, Role, State, Switch, Time, Visibility,
};

/// A text that lives as long as its record.
///
/// Most ids and names have at most fifteen bytes, which lie in the record itself: comparing one costs no look elsewhere.
pub(crate) type Name = ecow::EcoString;
/// Annotations: rare, kept, and never read by a decision.
pub(crate) type Notes = Annotations<'static>;

/// A record that is found by a text.
pub(crate) trait Keyed {
    /// Its id, or what else it is found by.
    fn key(&self) -> &str;
}

/// A record that perhaps bears a wanted name, and the name that it bears.
pub(crate) type Likely<'r, T> = Option<(Slot<T>, &'r T, &'r str)>;

/// The records of one kind, by slot and by name.
pub(crate) struct Registry<T: ?Sized> {
    rows: Table<T>,
    names: Index,
}

impl<T: ?Sized + Keyed> Registry<T> {
    /// Builds it; record `n` gets slot `n`.
    pub(crate) fn new(records: impl IntoIterator<Item = Arc<T>>) -> Self {
        let rows = Table::new(records);
        let names = Index::new(rows.len(), |index| rows.at(index).map_or("", Keyed::key));
        Self { rows, names }
    }

    /// Puts records together with an index that was made of their names before.
    pub(crate) fn indexed(rows: Table<T>, names: Index) -> Self {
        Self { rows, names }
    }

    /// The record at a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot<T>) -> Option<&T> {
        self.rows.get(slot)
    }

    /// The slot of a name.
    pub(crate) fn slot(&self, name: &(impl Sought + ?Sized)) -> Option<Slot<T>> {
        self.find(name).map(|(slot, _)| slot)
    }

    /// The slots of all records of a name, where several may bear it.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Slot<T>> + 's {
        self.names.all(name, |slot| self.get(slot).map(Keyed::key))
    }

    /// The slot and the record of a name.
    pub(crate) fn find(&self, name: &(impl Sought + ?Sized)) -> Option<(Slot<T>, &T)> {
        self.names.first(name, |slot| self.get(slot), Keyed::key)
    }

    /// The record that most likely bears a name, and what it is called. Whoever looks for several names first asks for all of
    /// these: so they come from memory together, not one after the other.
    #[inline]
    pub(crate) fn likely(&self, name: &impl Sought) -> Likely<'_, T> {
        self.names.likely(name).and_then(|slot| self.get(slot).map(|record| (slot, record, record.key())))
    }

    /// The slot and the record of a name, where it is known which it most likely is.
    #[inline]
    pub(crate) fn sure<'r>(&'r self, likely: Likely<'r, T>, name: &impl Sought) -> Option<(Slot<T>, &'r T)> {
        match likely {
            Some((slot, record, known)) if name.is(known) => Some((slot, record)),
            _ => self.find(name),
        }
    }

    /// All records, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter()
    }
}

macro_rules! keyed_by_id {
    ($($record:ty),*) => { $(impl Keyed for $record {
        fn key(&self) -> &str {
            &self.id
        }
    })* };
}
keyed_by_id!(Agent, Client, Integration, Scope, Space, User, Server, Tombstone, VirtualServer);

impl Keyed for str {
    fn key(&self) -> &str {
        self
    }
}

pub(crate) struct Level {
    pub(crate) id: Name,
    pub(crate) label: Name,
    pub(crate) role: Option<Role>,
    pub(crate) notes: Notes,
}

/// The platform's part, defaults filled in.
pub(crate) struct Platform {
    pub(crate) enforce_use: bool,
    pub(crate) read: DefaultMode,
    pub(crate) write: DefaultMode,
    pub(crate) unlabelled: DefaultMode,
    pub(crate) confirmation_seconds: u64,
    pub(crate) notes: Notes,
    pub(crate) origins_notes: Notes,
    pub(crate) approval_notes: Notes,
}

pub(crate) struct Agent {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) notes: Notes,
}

pub(crate) struct Client {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) configuration: Name,
    pub(crate) notes: Notes,
}

pub(crate) struct Integration {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) approved: bool,
    /// In the document's order: the first is pre-filled (I-7).
    pub(crate) origins: Box<[Arc<Pattern>]>,
    /// By name.
    pub(crate) tools: Box<[CatalogTool]>,
    pub(crate) notes: Notes,
}

pub(crate) struct CatalogTool {
    pub(crate) name: Slot<str>,
    pub(crate) label: Option<Label>,
    pub(crate) approved: bool,
    pub(crate) sensitive: bool,
    pub(crate) notes: Notes,
}

/// What a decision reads lies together, first.
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

/// What lies in one scope.
#[derive(Default)]
pub(crate) struct Contents {
    /// By id.
    pub(crate) spaces: List<Slot<Space>>,
    /// The servers of this very scope that are stored as shared, by id.
    pub(crate) servers: List<Slot<Server>>,
    /// The virtual servers of this very scope, by id.
    pub(crate) virtual_servers: List<Slot<VirtualServer>>,
}

impl Contents {
    /// Whether there is anything.
    pub(crate) fn is_any(&self) -> bool {
        !(self.spaces.is_empty() && self.servers.is_empty() && self.virtual_servers.is_empty())
    }
}

/// Whom to ask: rare, so that it has a word and not two.
#[derive(Default)]
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
#[derive(Default)]
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

pub(crate) struct Space {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) workspace: Slot<Scope>,
    pub(crate) notes: Notes,
}

/// What a decision reads lies together, first.
#[repr(C)]
pub(crate) struct User {
    pub(crate) id: Name,
    /// By slot.
    pub(crate) member_of: SmallVec<[Slot<Scope>; 2]>,
    /// By id.
    pub(crate) tokens: List<Token>,
    pub(crate) access: Access,
    /// By slot.
    pub(crate) administers: List<Slot<Scope>>,
    /// The servers that they own, by id.
    pub(crate) owns: List<Slot<Server>>,
    pub(crate) permissions: List<Permission>,
    pub(crate) name: Name,
    pub(crate) added_at: Option<Time>,
    pub(crate) notes: Notes,
}

/// Up to so many tokens of a user are few.
const FEW_TOKENS: usize = 4;

impl User {
    /// One of their tokens. Few are looked at in turn, many are searched.
    pub(crate) fn token(&self, id: &impl Sought) -> Option<&Token> {
        if self.tokens.len() <= FEW_TOKENS {
            return self.tokens.iter().find(|token| id.is(&token.id));
        }
        let place = self.tokens.binary_search_by(|token| (*token.id).cmp(id.text())).ok()?;
        self.tokens.get(place)
    }

    /// Whether they belong to a scope, itself or through one above.
    pub(crate) fn belongs(&self, path: &Path) -> bool {
        is_among(path, &self.member_of)
    }

    /// Whether they administer a scope, itself or through one above.
    pub(crate) fn administers(&self, path: &Path) -> bool {
        is_among(path, &self.administers)
    }
}

/// Whether any scope of a path is in a sorted list. Few are held to the path at once, many are searched.
fn is_among(path: &Path, scopes: &[Slot<Scope>]) -> bool {
    if scopes.len() <= Path::LONGEST {
        scopes.iter().any(|scope| path.holds(*scope))
    } else {
        path.iter().any(|scope| scopes.binary_search(&scope).is_ok())
    }
}

pub(crate) struct Token {
    pub(crate) id: Name,
    pub(crate) client: Slot<Client>,
    pub(crate) workspace: Slot<Scope>,
    pub(crate) agent: Slot<Agent>,
    pub(crate) virtual_server: Option<Slot<VirtualServer>>,
    pub(crate) issued_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) revoked: Option<Box<Stamp>>,
    pub(crate) notes: Notes,
}

/// When something was done, and by whom; by nobody: by the host itself.
pub(crate) struct Stamp {
    pub(crate) at: Time,
    pub(crate) by: Option<Name>,
    pub(crate) notes: Notes,
}

/// What a decision reads lies together, first: each line of memory that it must wait for counts.
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
    pub(crate) tool_names: Box<[Slot<str>]>,
    /// By name.
    pub(crate) tools: Box<[Tool]>,
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
    pub(crate) notes: Option<Box<ServerNotes>>,
}

/// The annotations of a server's parts.
#[derive(Default)]
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
#[derive(Clone, Copy, Default)]
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

pub(crate) struct Disabled {
    /// None: a delegate's (D-5).
    pub(crate) authority: Option<Slot<Scope>>,
    pub(crate) stamp: Stamp,
}

pub(crate) struct Waiver {
    pub(crate) stamp: Stamp,
    pub(crate) reason: Name,
}

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

pub(crate) struct Tombstone {
    pub(crate) id: Name,
    pub(crate) scope: Name,
    pub(crate) owner: Option<Name>,
    pub(crate) address_digest: Digest,
    pub(crate) deleted: Stamp,
    pub(crate) disabled: Box<[Name]>,
}

pub(crate) struct VirtualServer {
    pub(crate) id: Name,
    pub(crate) scope: Slot<Scope>,
    pub(crate) state: State,
    /// Not held, but named by a token in a slice: it leads nowhere, and is no other (U-10, P-6).
    pub(crate) is_named_alone: bool,
    /// By exposed name.
    pub(crate) tools: Box<[Selected]>,
    /// By user, then grant.
    pub(crate) access: Box<[Entry]>,
    pub(crate) name: Name,
    pub(crate) description: Option<Name>,
    pub(crate) oauth_provider: Option<Name>,
    pub(crate) published: Option<Box<(Stamp, Digest)>>,
    pub(crate) notes: Notes,
}

pub(crate) struct Selected {
    /// What it is called by (V-8).
    pub(crate) exposed: Slot<str>,
    pub(crate) server: Slot<Server>,
    pub(crate) tool: Slot<str>,
    pub(crate) notes: Notes,
}

pub(crate) struct Entry {
    pub(crate) user: Slot<User>,
    pub(crate) grant: Grant,
    pub(crate) notes: Notes,
}
