//! What the check looks things up in: ids by kind, and the tree of scopes.

use std::rc::Rc;

use super::super::USUAL_LEVELS;
use super::super::problem::ProblemCode;
use super::super::slow::{Hint, Shown};
use super::super::wire::{Document, Role, User};
use super::ids::Ids;
use super::{Check, Finding, Path, Sink};

/// No path of a valid tree is longer (contract 1, limits).
const MAX_PATH: usize = 8;

/// A kind of thing that has ids.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Level,
    Agent,
    Client,
    Integration,
    Scope,
    Space,
    User,
    Server,
    VirtualServer,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Agent => "agent",
            Self::Client => "client",
            Self::Integration => "integration",
            Self::Scope => "scope",
            Self::Space => "space",
            Self::User => "user",
            Self::Server => "server",
            Self::VirtualServer => "virtual server",
        }
    }
}

pub(super) struct Index<'d> {
    pub(super) levels: Ids<'d>,
    pub(super) agents: Ids<'d>,
    pub(super) clients: Ids<'d>,
    pub(super) catalog: Ids<'d>,
    pub(super) scopes: Ids<'d>,
    /// All spaces, numbered through the scopes.
    pub(super) spaces: Ids<'d>,
    pub(super) users: Ids<'d>,
    /// The servers, and after them the tombstones.
    pub(super) servers: Ids<'d>,
    pub(super) virtual_servers: Ids<'d>,
    space_places: Spaces,
    /// By scope.
    nodes: Vec<ScopeNode>,
    /// By level.
    roles: Vec<Option<Role>>,
}

#[derive(Clone, Copy)]
struct ScopeNode {
    parent: Parent,
    /// 0 is the highest.
    level: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    Root,
    At(u32),
    Unknown,
}

/// Where the spaces stand, which are numbered through the scopes.
#[derive(Clone)]
struct Spaces {
    /// By space, its scope.
    scopes: Rc<[u32]>,
}

impl Spaces {
    fn new(document: &Document<'_>) -> Self {
        let scopes = document.scopes.iter().zip(0..);
        Self { scopes: scopes.flat_map(|(scope, number)| std::iter::repeat_n(number, scope.spaces.len())).collect() }
    }

    fn scope(&self, space: usize) -> Option<usize> {
        self.scopes.get(space).map(|scope| *scope as usize)
    }

    /// Which of its scope's spaces it is.
    fn place(&self, space: usize) -> Option<usize> {
        let scope = self.scopes.get(space)?;
        Some(space - self.scopes.partition_point(|other| other < scope))
    }

    fn id<'d>(&self, document: &'d Document<'_>, space: usize) -> Option<&'d str> {
        let scope = document.scopes.get(self.scope(space)?)?;
        scope.spaces.get(self.place(space)?).map(|space| space.id.as_str())
    }
}

impl<'d> Index<'d> {
    pub(super) fn new(document: &'d Document<'d>, sink: &mut dyn Sink) -> Self {
        let levels: Vec<(&str, Option<Role>)> = match &document.levels {
            Some(levels) => levels.iter().map(|level| (level.id.as_str(), level.role)).collect(),
            None => USUAL_LEVELS.iter().map(|(id, _, role)| (*id, *role)).collect(),
        };
        let roles = levels.iter().map(|(_, role)| *role).collect();
        let spaces = Spaces::new(document);
        let living = document.servers.len();
        let server = move |place: usize| match document.servers.get(place) {
            Some(server) => Some(server.id.as_str()),
            None => document.tombstones.get(place.checked_sub(living)?).map(|tombstone| tombstone.id.as_str()),
        };
        let mut index = Self {
            levels: Ids::new(levels.len(), move |place| levels.get(place).map_or("", |(id, _)| id)),
            agents: Ids::new(document.agents.len(), |place| document.agents.get(place).map_or("", |agent| &agent.id)),
            clients: Ids::new(document.clients.len(), |place| document.clients.get(place).map_or("", |client| &client.id)),
            catalog: Ids::new(document.catalog.len(), |place| document.catalog.get(place).map_or("", |integration| &integration.id)),
            scopes: Ids::new(document.scopes.len(), |place| document.scopes.get(place).map_or("", |scope| &scope.id)),
            spaces: Ids::new(spaces.scopes.len(), {
                let spaces = spaces.clone();
                move |space| spaces.id(document, space).unwrap_or_default()
            }),
            users: Ids::new(document.users.len(), |place| document.users.get(place).map_or("", |user| &user.id)),
            servers: Ids::new(living + document.tombstones.len(), move |place| server(place).unwrap_or_default()),
            virtual_servers: Ids::new(document.virtual_servers.len(), |place| {
                document.virtual_servers.get(place).map_or("", |server| &server.id)
            }),
            space_places: spaces,
            nodes: Vec::with_capacity(document.scopes.len()),
            roles,
        };
        index.note_lost(document, sink);
        let top = Path::DOCUMENT;
        let list = top.member("scopes");
        for (number, scope) in document.scopes.iter().enumerate() {
            let parent = match &scope.parent {
                None if sink.is_unread(list.element(number).member("parent")) => Parent::Unknown,
                None => Parent::Root,
                Some(id) => index.scopes.find(id).map_or(Parent::Unknown, |parent| Parent::At(parent as u32)),
            };
            let level = index.levels.find(&scope.level).and_then(|level| u8::try_from(level).ok());
            index.nodes.push(ScopeNode { parent, level });
        }
        index
    }

    fn note_lost(&mut self, document: &Document<'_>, sink: &mut dyn Sink) {
        let top = Path::DOCUMENT;
        self.levels.lost = sink.loses_ids(top.member("levels"));
        self.agents.lost = sink.loses_ids(top.member("agents"));
        self.clients.lost = sink.loses_ids(top.member("clients"));
        self.catalog.lost = sink.loses_ids(top.member("catalog"));
        self.scopes.lost = sink.loses_ids(top.member("scopes"));
        self.users.lost = sink.loses_ids(top.member("users"));
        self.servers.lost = sink.loses_ids(top.member("servers"));
        self.virtual_servers.lost = sink.loses_ids(top.member("virtualServers"));
        let scopes = top.member("scopes");
        self.spaces.lost =
            self.scopes.lost || (0..document.scopes.len()).any(|scope| sink.loses_ids(scopes.element(scope).member("spaces")));
    }

    fn ids(&self, kind: Kind) -> &Ids<'d> {
        match kind {
            Kind::Level => &self.levels,
            Kind::Agent => &self.agents,
            Kind::Client => &self.clients,
            Kind::Integration => &self.catalog,
            Kind::Scope => &self.scopes,
            Kind::Space => &self.spaces,
            Kind::User => &self.users,
            Kind::Server => &self.servers,
            Kind::VirtualServer => &self.virtual_servers,
        }
    }

    fn node(&self, scope: usize) -> ScopeNode {
        self.nodes.get(scope).copied().unwrap_or(ScopeNode { parent: Parent::Unknown, level: None })
    }

    /// The scope above, where it is known.
    pub(super) fn parent(&self, scope: usize) -> Option<usize> {
        match self.node(scope).parent {
            Parent::At(parent) => Some(parent as usize),
            _ => None,
        }
    }

    /// The scope's level, 0 the highest.
    pub(super) fn level(&self, scope: usize) -> Option<u8> {
        self.node(scope).level
    }

    /// Whether the scope is no workspace; where its level is unknown, it may be one.
    pub(super) fn is_no_workspace(&self, scope: usize) -> bool {
        let Some(level) = self.level(scope) else { return false };
        self.roles.get(usize::from(level)).is_some_and(|role| *role != Some(Role::Workspace))
    }

    /// The scope and those above it, and whether all of them are known.
    fn path(&self, scope: usize) -> ([u32; MAX_PATH], usize, bool) {
        let mut path = [0; MAX_PATH];
        let mut here = scope as u32;
        for (length, slot) in (1..).zip(&mut path) {
            *slot = here;
            match self.node(here as usize).parent {
                Parent::Root => return (path, length, true),
                Parent::Unknown => return (path, length, false),
                Parent::At(parent) => here = parent,
            }
        }
        (path, MAX_PATH, false)
    }

    /// The scope and those above it.
    pub(super) fn ancestors(&self, scope: usize) -> impl Iterator<Item = usize> {
        let (path, length, _) = self.path(scope);
        path.into_iter().take(length).map(|scope| scope as usize)
    }

    /// Whether `above` is certainly neither the scope nor above it.
    pub(super) fn is_not_on_path(&self, above: usize, scope: usize) -> bool {
        let (path, length, whole) = self.path(scope);
        whole && path.iter().take(length).all(|on_path| *on_path as usize != above)
    }

    /// Whether `above` is certainly not strictly above the scope.
    pub(super) fn is_not_above(&self, above: usize, scope: usize) -> bool {
        above == scope || self.is_not_on_path(above, scope)
    }

    /// The scope of a space.
    pub(super) fn space_scope(&self, space: usize) -> Option<usize> {
        self.space_places.scope(space)
    }

    /// Which of its scope's spaces it is.
    pub(super) fn place_in_scope(&self, space: usize) -> Option<usize> {
        self.space_places.place(space)
    }

    /// Whether the user certainly belongs to and administers nothing on the scope's path or below it (V-7, P-12).
    pub(super) fn is_stranger(&self, user: &User<'_>, scope: usize) -> bool {
        user.member_of.iter().chain(&user.administers).all(|id| match self.scopes.find(id) {
            Some(own) => self.is_not_on_path(own, scope) && self.is_not_on_path(scope, own),
            None => false,
        })
    }
}

impl Check<'_, '_> {
    /// Where the id stands; unknown, it is reported.
    pub(super) fn resolve(&mut self, kind: Kind, id: &str, at: Path<'_>) -> Option<usize> {
        let ids = self.index.ids(kind);
        let living = if kind == Kind::Server { self.document.servers.len() } else { usize::MAX };
        let found = ids.find(id).filter(|place| *place < living);
        if found.is_none() && !ids.lost {
            self.report_unknown(kind, id, at);
        }
        found
    }

    #[cold]
    fn report_unknown(&mut self, kind: Kind, id: &str, at: Path<'_>) {
        let problem = format_args!("there is no {} `{}`", kind.name(), Shown(id));
        let ids = self.index.ids(kind);
        let hint = Hint { text: id, known: || ids.some(), help: ProblemCode::UnknownReference.help() };
        let finding = Finding::new(at, ProblemCode::UnknownReference, problem);
        self.sink.take(finding.help(format_args!("{hint}")));
    }
}
