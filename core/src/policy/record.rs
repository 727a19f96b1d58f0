//! The records of a compiled policy: the document's, with references as slots and texts parsed once.

use std::sync::Arc;

use smallvec::SmallVec;

use super::index::Index;
use super::origins::Vetting;
use super::settings::{Mask, Restriction};
use super::sorted::Sorted;
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
    /// How many records there are.
    count: usize,
}

// By hand: deriving would ask the same of `T`.
impl<T: ?Sized> Clone for Registry<T> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), names: self.names.clone(), count: self.count }
    }
}

impl<T: ?Sized + Keyed> Registry<T> {
    /// Builds it; record `n` gets slot `n`.
    pub(crate) fn new(records: impl IntoIterator<Item = Arc<T>>) -> Self {
        let rows = Table::new(records);
        let names = Index::new(rows.len(), |index| rows.at(index).map_or("", Keyed::key));
        Self { count: rows.len(), rows, names }
    }

    /// Puts records together with an index that was made of their names before.
    pub(crate) fn indexed(rows: Table<T>, names: Index) -> Self {
        Self { count: rows.len(), rows, names }
    }

    /// The record at a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot<T>) -> Option<&T> {
        self.rows.get(slot)
    }

    /// The record at a slot, to be kept.
    pub(crate) fn arc(&self, slot: Slot<T>) -> Option<Arc<T>> {
        self.rows.arc(slot)
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The slot that the next record will get.
    pub(crate) fn next(&self) -> Option<Slot<T>> {
        Slot::new(self.rows.len())
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
        self.rows.iter().map(|(_, record)| record)
    }

    /// All records with their slots.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (Slot<T>, &T)> {
        self.rows.iter()
    }

    /// Whether no slot is left for another.
    pub(crate) fn is_full(&self) -> bool {
        Slot::<T>::new(self.rows.len()).is_none()
    }

    /// Adds a record, in a slot that never was: who holds one that was removed finds nothing.
    pub(crate) fn push(&mut self, record: Arc<T>) -> Option<Slot<T>> {
        let slot = self.rows.push(record)?;
        self.count += 1;
        self.name_changed(slot, None);
        Some(slot)
    }

    /// Adds a record, in the first empty slot where there is one: for kinds whose slots are few.
    pub(crate) fn fill(&mut self, record: Arc<T>) -> Option<Slot<T>> {
        let Some(empty) = (0..self.rows.len()).filter_map(Slot::new).find(|slot| self.get(*slot).is_none()) else {
            return self.push(record);
        };
        self.rows.set(empty, Some(record));
        self.count += 1;
        self.name_changed(empty, None);
        Some(empty)
    }

    /// Puts a record in the place of another.
    pub(crate) fn set(&mut self, slot: Slot<T>, record: Arc<T>) {
        let before = self.get(slot).map(|record| Name::from(record.key()));
        self.rows.set(slot, Some(record));
        self.name_changed(slot, before);
    }

    /// Removes a record; its slot stays empty.
    pub(crate) fn remove(&mut self, slot: Slot<T>) {
        let Some(before) = self.get(slot).map(|record| Name::from(record.key())) else { return };
        self.rows.set(slot, None);
        self.count -= 1;
        self.name_changed(slot, Some(before));
    }

    /// Finds a record by the name that it has now, and no longer by the one before.
    fn name_changed(&mut self, slot: Slot<T>, before: Option<Name>) {
        let rows = &self.rows;
        let after = rows.get(slot).map(Keyed::key);
        if before.as_deref() == after {
            return;
        }
        let names = |slot, hear: &mut dyn FnMut(&str)| rows.get(slot).map(Keyed::key).into_iter().for_each(hear);
        for name in [before.as_deref(), after].into_iter().flatten() {
            self.names.update(name, slot, &names);
        }
    }
}

impl<T: Keyed + Clone> Registry<T> {
    /// A record, to be changed in place, but for its name; one that another version of the policy has too is copied.
    pub(crate) fn get_mut(&mut self, slot: Slot<T>) -> Option<&mut T> {
        self.rows.get_mut(slot)
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

#[derive(Clone)]
pub(crate) struct Level {
    pub(crate) id: Name,
    pub(crate) label: Name,
    pub(crate) role: Option<Role>,
    pub(crate) notes: Notes,
}

/// The platform's part, defaults filled in.
#[derive(Clone)]
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

#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) id: Name,
    pub(crate) name: Name,
    /// How many servers and tokens name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) configuration: Name,
    /// How many tokens name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct Integration {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) approved: bool,
    /// In the document's order: the first is pre-filled (I-7).
    pub(crate) origins: Arc<[Arc<Pattern>]>,
    /// By the slots of their names.
    pub(crate) tools: Arc<[CatalogTool]>,
    /// How many servers and settings name it (P-15).
    pub(crate) uses: u32,
    pub(crate) notes: Notes,
}

#[derive(Clone)]
pub(crate) struct CatalogTool {
    pub(crate) name: Slot<str>,
    pub(crate) label: Option<Label>,
    pub(crate) approved: bool,
    pub(crate) sensitive: bool,
    pub(crate) notes: Notes,
}

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

/// What a decision reads lies together, first.
#[derive(Clone)]
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
    /// None: nothing. Most users have none of it.
    pub(crate) holds: Option<Box<Holds>>,
    pub(crate) permissions: List<Permission>,
    pub(crate) name: Name,
    pub(crate) added_at: Option<Time>,
    pub(crate) notes: Notes,
}

/// What names a user.
#[derive(Clone, Default)]
pub(crate) struct Holds {
    /// The servers that they own.
    pub(crate) owns: Sorted<Server>,
    /// The servers that they are assigned to (D-2).
    pub(crate) assigned: Sorted<Server>,
    /// The virtual servers whose access lists name them (V-3).
    pub(crate) granted: Sorted<VirtualServer>,
}

impl Holds {
    /// Whether there is anything.
    pub(crate) fn is_any(&self) -> bool {
        !(self.owns.is_empty() && self.assigned.is_empty() && self.granted.is_empty())
    }
}

/// Up to so many tokens of a user are few.
const FEW_TOKENS: usize = 4;

impl User {
    /// One of their tokens. Few are looked at in turn, many are searched.
    pub(crate) fn token(&self, id: &(impl Sought + ?Sized)) -> Option<&Token> {
        if self.tokens.len() <= FEW_TOKENS {
            return self.tokens.iter().find(|token| id.is(&token.id));
        }
        let place = self.tokens.binary_search_by(|token| (*token.id).cmp(id.text())).ok()?;
        self.tokens.get(place)
    }

    /// The scopes that they belong to, administer or have a token for, each once; by slot.
    pub(crate) fn scopes(&self) -> SmallVec<[Slot<Scope>; 4]> {
        let tokens = self.tokens.iter().map(|token| token.workspace);
        let mut scopes: SmallVec<[Slot<Scope>; 4]> = self.member_of.iter().chain(&*self.administers).copied().chain(tokens).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// The scopes that they belong to or administer, each once; by slot.
    pub(crate) fn entered(&self) -> SmallVec<[Slot<Scope>; 4]> {
        let mut scopes: SmallVec<[Slot<Scope>; 4]> = self.member_of.iter().chain(&*self.administers).copied().collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
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

#[derive(Clone)]
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

impl Token {
    /// Whether what it names is the same.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        let names = |token: &Self| (token.client, token.workspace, token.agent, token.virtual_server);
        names(self) == names(other)
    }
}

/// When something was done, and by whom; by nobody: by the host itself.
#[derive(Clone)]
pub(crate) struct Stamp {
    pub(crate) at: Time,
    pub(crate) by: Option<Name>,
    pub(crate) notes: Notes,
}

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
