//! From a checked document to a snapshot. What the check lets through resolves; anything else gives none.

#[cfg(feature = "changes")]
mod places;
mod scopes;

use std::sync::Arc;

use super::Snapshot;
use super::index::Index;
use super::names::Names;
use super::origins::{Origins, Vetting};
use super::record::*;
use super::settings::{Restriction, Setting, Value};
use super::sorted::Sorted;
use super::sought::hash;
use super::table::{Slot, Table};
use super::target::Load;
#[cfg(feature = "changes")]
use super::target::Target;
use crate::address::{Address, Pattern};
use crate::digest::Digest;
use crate::document as wire;
use crate::document::shape::Shape;
use crate::document::{List, Role, Rows, Switch, Text, Visibility};

#[cfg(feature = "changes")]
pub(crate) use places::successor;

/// Compiles a document; `load` tags its targets.
///
/// It takes the document apart, list by list: what is compiled is freed, so that never both are held whole. A record
/// gets the slot of its place, so that others can name it before it is compiled; scopes, which the most name, come last.
pub(crate) fn snapshot(document: wire::Document<'_>, load: Load) -> Option<Snapshot> {
    compiled(document, load, Names::new())
}

/// The same, where some names have their slots already.
fn compiled(document: wire::Document<'_>, load: Load, mut names: Names) -> Option<Snapshot> {
    let wire::Document { mut scopes, catalog, users, servers, mut virtual_servers, .. } = document;
    let levels: Arc<[Level]> = match document.levels {
        Some(levels) => levels.into_iter().map(level).collect(),
        None => default_levels(),
    };
    let root = Slot::new(scopes.iter().position(|scope| scope.parent.is_none())?)?;
    let agents = Registry::new(document.agents.into_iter().map(|record| Arc::new(agent(record))));
    let clients = Registry::new(document.clients.into_iter().map(|record| Arc::new(client(record))));
    let index = index(&catalog, |entry| &entry.id);
    let integrations = Registry::indexed(table(catalog, |entry| integration(entry, &mut names))?, index);
    let platform = document.platform.unwrap_or_else(Shape::blank);
    let origins = Origins::new(allow(platform.origins.as_ref())?, &integrations)?;
    let spaces = spaces(&mut scopes)?;

    let scope_ids = Ids::new(&scopes, |scope| &scope.id);
    let held = virtual_servers.len();
    if document.slice.is_some() {
        named_alone(&users, scopes.get(root.index())?, &mut virtual_servers);
    }
    let virtual_ids = Ids::new(&virtual_servers, |server| &server.id);
    let user_ids = Ids::new(&users, |user| &user.id);
    let mut owned = owned(&servers, &user_ids)?.into_iter().peekable();
    let user_index = user_ids.index;
    let mut place = 0;
    let users = table(users, |record| {
        let slot = Slot::new(place)?;
        place += 1;
        let owns = std::iter::from_fn(|| owned.next_if(|(owner, _)| *owner == slot).map(|(_, server)| server)).collect();
        let compiled = user(record, &scope_ids, &virtual_ids, &agents, &clients)?;
        let holds = Holds { owns, ..Holds::default() };
        Some(User { holds: holds.is_any().then(|| Box::new(holds)), ..compiled })
    })?;
    drop(owned);
    let users = Registry::indexed(users, user_index);

    let index = self::index(&servers, |server| &server.id);
    let compiler =
        Compiler { scopes: &scope_ids, agents: &agents, integrations: &integrations, origins: &origins, spaces: &spaces, users: &users };
    let servers = Registry::indexed(table(servers, |record| compiler.server(record, &mut names))?, index);
    let virtual_index = virtual_ids.index;
    let mut place = 0;
    let virtual_servers = table(virtual_servers, |record| {
        place += 1;
        compiler.virtual_server(record, place > held, &servers, &mut names)
    })?;
    let virtual_servers = Registry::indexed(virtual_servers, virtual_index);
    let index = scope_ids.index;
    let held = Held { integrations: &integrations, users: &users, servers: &servers, virtual_servers: &virtual_servers, spaces: &spaces };
    let scopes = Registry::indexed(scopes::table(scopes, &index, &levels, &held)?, index);
    let mut by_id: Vec<Slot<Integration>> = integrations.slots().map(|(slot, _)| slot).collect();
    by_id.sort_unstable_by_key(|slot| integrations.get(*slot).map(Keyed::key));
    let tombstones = Registry::new(document.tombstones.into_iter().map(|record| Arc::new(tombstone(record))));
    let mut snapshot = Snapshot {
        load,
        schema: document.schema.map(name),
        slice: document.slice.map(|slice| Box::new(Shape::into_owned(*slice))),
        revision: document.revision,
        root,
        platform: Arc::new(self::platform(platform)),
        levels,
        names: names.finish(),
        agents,
        clients,
        integrations,
        origins,
        scopes,
        spaces,
        tokens: tokens(&users),
        users,
        servers,
        graves: Index::of_hashes(tombstones.slots().flat_map(|(slot, tombstone)| tombstone.names().map(|name| (hash(&name), slot)))),
        tombstones,
        virtual_servers,
        catalog: by_id.into_iter().collect(),
        notes: Arc::new(notes(document.annotations)),
    };
    snapshot.link_all();
    Some(snapshot)
}

/// From the id of every token to its user.
fn tokens(users: &Registry<User>) -> Index {
    let each = users.iter().enumerate().filter_map(|(place, user)| Some((Slot::<User>::new(place)?, user)));
    Index::of_many(each.flat_map(|(slot, user)| user.tokens.iter().map(move |token| (&*token.id, slot))))
}

/// The levels of a document that names none (contract, section 2).
pub(crate) fn default_levels() -> Arc<[Level]> {
    let level = |id: &str, label: &str, role| Level { id: id.into(), label: label.into(), role, notes: Notes::default() };
    Arc::new([
        level("msp", "MSP", None),
        level("tenant", "Tenant", Some(Role::Tenant)),
        level("workspace", "Workspace", Some(Role::Workspace)),
    ])
}

fn level(level: wire::Level<'_>) -> Level {
    Level { id: name(level.id), label: name(level.label), role: level.role, notes: notes(level.annotations) }
}

pub(crate) fn agent(agent: wire::Agent<'_>) -> Agent {
    Agent { id: name(agent.id), name: name(agent.name), uses: 0, notes: notes(agent.annotations) }
}

pub(crate) fn client(client: wire::Client<'_>) -> Client {
    Client {
        id: name(client.id),
        name: name(client.name),
        configuration: name(client.configuration),
        uses: 0,
        notes: notes(client.annotations),
    }
}

/// What a slice's tokens are for that it doesn't hold: a place each, so that a token is good for that one id and no other.
fn named_alone<'d>(users: &Rows<wire::User<'d>>, root: &wire::Scope<'d>, virtual_servers: &mut Rows<wire::VirtualServer<'d>>) {
    let mut named: Vec<&Text<'d>> =
        users.iter().flat_map(|user| &user.tokens).filter_map(|token| token.virtual_server.as_deref()).collect();
    named.sort_unstable();
    named.dedup();
    let mut known: Vec<&Text<'d>> = virtual_servers.iter().map(|server| &server.id).collect();
    known.sort_unstable();
    let alone = named.into_iter().filter(|id| known.binary_search(id).is_err());
    let blank = |id: &Text<'d>| wire::VirtualServer { id: id.clone(), scope: root.id.clone(), ..Shape::blank() };
    let alone: Vec<_> = alone.map(blank).collect();
    virtual_servers.extend(alone);
}

/// The platform's list (O-1), sorted: answers show it so, and it has no order of its own (S-8).
pub(crate) fn allow(origins: Option<&wire::Origins<'_>>) -> Option<Option<Arc<[Arc<Pattern>]>>> {
    let Some(patterns) = origins.and_then(|origins| origins.allow.as_ref()) else { return Some(None) };
    let mut allow: Vec<Arc<Pattern>> =
        patterns.iter().map(|pattern| Some(Arc::new(Pattern::parse(pattern).ok()?))).collect::<Option<_>>()?;
    allow.sort_unstable_by(|one, other| one.text().cmp(other.text()));
    Some(Some(allow.into()))
}

pub(crate) fn platform(platform: wire::Platform<'_>) -> Platform {
    let origins = platform.origins.unwrap_or_else(Shape::blank);
    let approval = platform.approval.unwrap_or_else(Shape::blank);
    Platform {
        enforce_use: origins.enforce.is_some_and(|at| at.contains(&wire::Enforce::Use)),
        read: approval.read.unwrap_or(wire::DefaultMode::Auto),
        write: approval.write.unwrap_or(wire::DefaultMode::Ask),
        unlabelled: approval.unlabelled.unwrap_or(wire::DefaultMode::Ask),
        confirmation_seconds: platform.confirmation_seconds.unwrap_or(300),
        notes: notes(platform.annotations),
        origins_notes: notes(origins.annotations),
        approval_notes: notes(approval.annotations),
    }
}

pub(crate) fn integration(entry: wire::Integration<'_>, names: &mut impl NameSlots) -> Option<Integration> {
    let origins = entry.origins.iter().map(|pattern| Some(Arc::new(Pattern::parse(pattern).ok()?))).collect::<Option<_>>()?;
    let mut tools = Vec::with_capacity(entry.tools.len());
    for tool in entry.tools {
        tools.push(catalog_tool(tool, names)?);
    }
    tools.sort_unstable_by_key(|tool| tool.name);
    Some(Integration {
        id: name(entry.id),
        name: name(entry.name),
        approved: entry.approved,
        origins,
        tools: tools.into(),
        uses: 0,
        notes: notes(entry.annotations),
    })
}

fn catalog_tool(tool: wire::CatalogTool<'_>, names: &mut impl NameSlots) -> Option<CatalogTool> {
    Some(CatalogTool {
        name: names.slot_of(&tool.name)?,
        label: tool.label,
        approved: tool.approved,
        sensitive: tool.sensitive.unwrap_or(false),
        notes: notes(tool.annotations),
    })
}

pub(crate) fn space(space: wire::Space<'_>, workspace: Slot<Scope>) -> Space {
    Space { id: name(space.id), name: name(space.name), workspace, servers: Sorted::default(), notes: notes(space.annotations) }
}

/// All spaces, in the order of their workspaces.
fn spaces(scopes: &mut Rows<wire::Scope<'_>>) -> Option<Registry<Space>> {
    let mut spaces = Rows::default();
    for (place, scope) in scopes.iter_mut().enumerate() {
        let workspace = Slot::new(place)?;
        for space in std::mem::take(&mut scope.spaces) {
            spaces.push(Arc::new(self::space(space, workspace)));
        }
    }
    Some(Registry::new(spaces))
}

/// The servers of each owner, by owner and the server's id.
fn owned(servers: &Rows<wire::Server<'_>>, users: &Ids<'_, wire::User<'_>, User>) -> Option<Vec<(Slot<User>, Slot<Server>)>> {
    let mut owned = Vec::with_capacity(servers.iter().filter(|server| server.owner.is_some()).count());
    for (place, server) in servers.iter().enumerate() {
        if let Some(owner) = &server.owner {
            owned.push((users.slot(owner)?, Slot::new(place)?));
        }
    }
    let id = |server: Slot<Server>| servers.get(server.index()).map(|server| &*server.id);
    owned.sort_unstable_by(|(one, own), (next, other)| one.cmp(next).then_with(|| id(*own).cmp(&id(*other))));
    Some(owned)
}

pub(crate) fn user(
    user: wire::User<'_>,
    scopes: &impl Find<Scope>,
    virtual_servers: &impl Find<VirtualServer>,
    agents: &Registry<Agent>,
    clients: &Registry<Client>,
) -> Option<User> {
    let token = |token: wire::Token<'_>| {
        Some(Token {
            client: clients.slot(&token.client)?,
            workspace: scopes.slot(&token.workspace)?,
            agent: agents.slot(&token.agent)?,
            virtual_server: optional(token.virtual_server.as_deref(), |id| virtual_servers.slot(id))?,
            id: name(token.id),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            revoked: token.revoked.map(|revoked| Box::new(stamp(revoked.at, revoked.by, revoked.annotations))),
            notes: notes(token.annotations),
        })
    };
    let mut tokens = user.tokens.into_iter().map(token).collect::<Option<Vec<_>>>()?;
    tokens.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Some(User {
        access: user.access,
        member_of: slots(&user.member_of, |scope| scopes.slot(scope))?.into(),
        administers: slots(&user.administers, |scope| scopes.slot(scope))?.into(),
        tokens: tokens.into(),
        holds: None,
        permissions: user.permissions,
        id: name(user.id),
        name: name(user.name),
        added_at: user.added_at,
        notes: notes(user.annotations),
    })
}

pub(crate) fn tombstone(tombstone: wire::Tombstone<'_>) -> Tombstone {
    Tombstone {
        id: name(tombstone.id),
        scope: name(tombstone.scope),
        owner: tombstone.owner.map(name),
        address_digest: tombstone.address_digest,
        deleted: stamp(tombstone.deleted_at, tombstone.deleted_by, tombstone.annotations),
        disabled: tombstone.disabled.into_iter().map(name).collect(),
    }
}

/// Where records stand that aren't compiled yet, by id; the `n`th of them gets slot `n`.
struct Ids<'c, W, T> {
    rows: &'c Rows<W>,
    id: fn(&W) -> &str,
    index: Index,
    kind: std::marker::PhantomData<fn() -> T>,
}

impl<'c, W, T> Ids<'c, W, T> {
    fn new(rows: &'c Rows<W>, id: fn(&W) -> &str) -> Self {
        Self { rows, id, index: index(rows, id), kind: std::marker::PhantomData }
    }
}

/// Who finds a record's slot by its id.
pub(crate) trait Find<T> {
    fn slot(&self, wanted: &str) -> Option<Slot<T>>;
}

impl<W, T> Find<T> for Ids<'_, W, T> {
    fn slot(&self, wanted: &str) -> Option<Slot<T>> {
        self.index.first(wanted, |slot: Slot<T>| self.rows.get(slot.index()), self.id).map(|(slot, _)| slot)
    }
}

impl<T: Keyed> Find<T> for Registry<T> {
    fn slot(&self, wanted: &str) -> Option<Slot<T>> {
        Registry::slot(self, wanted)
    }
}

/// Who gives names of tools their slots.
pub(crate) trait NameSlots {
    /// The slot of a name, which it gets now if it has none; none where there is no room.
    fn slot_of(&mut self, name: &str) -> Option<Slot<str>>;
}

impl NameSlots for Names {
    fn slot_of(&mut self, name: &str) -> Option<Slot<str>> {
        self.slot(name)
    }
}

impl NameSlots for Registry<str> {
    fn slot_of(&mut self, name: &str) -> Option<Slot<str>> {
        self.slot(name).or_else(|| self.push(name.into()))
    }
}

fn index<W>(rows: &Rows<W>, id: fn(&W) -> &str) -> Index {
    Index::new(rows.len(), |place| rows.get(place).map_or("", id))
}

/// Compiles every record, or none where one can't be; frees what it has compiled.
fn table<W, T>(rows: Rows<W>, mut compile: impl FnMut(W) -> Option<T>) -> Option<Table<T>> {
    let len = rows.len();
    let table = Table::new(rows.into_iter().map_while(|row| compile(row).map(Arc::new)));
    (table.len() == len).then_some(table)
}

/// What records that name others are compiled with.
pub(crate) struct Compiler<'c, S> {
    pub(crate) scopes: &'c S,
    pub(crate) agents: &'c Registry<Agent>,
    pub(crate) integrations: &'c Registry<Integration>,
    pub(crate) origins: &'c Origins,
    pub(crate) spaces: &'c Registry<Space>,
    pub(crate) users: &'c Registry<User>,
}

impl<S: Find<Scope>> Compiler<'_, S> {
    pub(crate) fn server(&self, server: wire::Server<'_>, names: &mut impl NameSlots) -> Option<Server> {
        let integration = optional(server.source.integration.as_ref(), |id| self.integrations.slot(id))?;
        let mut agents = Agents::default();
        for agent in &server.agents {
            agents.insert(self.agents.slot(agent)?);
        }
        let spaces = match &server.spaces {
            Some(spaces) => {
                let mut spaces = spaces.iter().map(|space| self.spaces.slot(space)).collect::<Option<Vec<_>>>()?;
                spaces.sort();
                Some(spaces.into())
            }
            None => None,
        };
        let catalog = integration.and_then(|integration| self.integrations.get(integration));
        let address = match (Address::parse(&server.address), &server.matched) {
            (Err(_), _) => None,
            (Ok(_), Some(matched)) if matched.invalid == Some(true) => None,
            (Ok(address), Some(matched)) => Some((address, Vetting::carried(self.origins, matched, integration, self.integrations)?)),
            (Ok(address), None) => {
                let vetting = self.origins.vet(&address, catalog);
                Some((address, vetting))
            }
        };
        let mut notes_of_tools = Vec::new();
        let mut by_name = server.tools;
        by_name.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let mut tools: Vec<Option<Tool>> = Vec::with_capacity(by_name.len());
        for mut tool in by_name {
            let annotations = std::mem::take(&mut tool.annotations);
            let tool = self.tool(tool, catalog, names)?;
            if !annotations.is_empty() {
                notes_of_tools.push((tool.name, notes(annotations)));
            }
            tools.push(Some(tool));
        }
        let disabled = server.disabled.into_iter().map(|entry| {
            let authority = optional(entry.authority.as_ref(), |id| self.scopes.slot(id))?;
            Some(Disabled { authority, stamp: stamp(entry.at, entry.by, entry.annotations) })
        });
        let waiver = server
            .waiver
            .map(|waiver| Box::new(Waiver { stamp: stamp(waiver.at, waiver.by, waiver.annotations), reason: name(waiver.reason) }));
        let all = ServerNotes {
            server: notes(server.annotations),
            source: notes(server.source.annotations),
            authorization: notes(server.authorization.annotations),
            tools: notes_of_tools,
            carried: self.carried(server.address_digest, server.matched, server.authorizers)?,
        };
        let any = all.carried.is_some()
            || !(all.server.is_empty() && all.source.is_empty() && all.authorization.is_empty() && all.tools.is_empty());
        Some(Server {
            id: name(server.id),
            scope: self.scopes.slot(&server.scope)?,
            integration,
            owner: optional(server.owner.as_ref(), |id| self.users.slot(id))?,
            visibility: server.visibility,
            switch: server.switch,
            method: server.authorization.method,
            credentials: server.authorization.credentials.unwrap_or(wire::Credentials::PerUser),
            agents,
            address,
            spaces,
            disabled: disabled.collect::<Option<_>>()?,
            waiver,
            assignees: server.assignees.iter().map(|user| self.users.slot(user)).collect::<Option<_>>()?,
            tool_names: tools.iter().map(|tool| tool.as_ref().map(|tool| tool.name)).collect(),
            tools: tools.into(),
            name: name(server.name),
            stored_address: name(server.address),
            registered_at: server.registered_at,
            headers: server.headers.into_iter().map(name).collect(),
            named: None,
            notes: any.then(|| Box::new(all)),
        })
    }

    /// What a slice's server has in the place of what was cut.
    #[allow(clippy::box_collection, reason = "as the document has it")]
    fn carried(
        &self,
        address_digest: Option<Box<Digest>>,
        matched: Option<Box<wire::Matched<'_>>>,
        authorizers: Option<Box<List<Text<'_>>>>,
    ) -> Option<Option<Carried>> {
        let Some(address_digest) = address_digest else { return Some(None) };
        let authorizers = authorizers.unwrap_or_default();
        Some(Some(Carried {
            address_digest: *address_digest,
            authorizers: authorizers.iter().map(|user| self.users.slot(user)).collect::<Option<_>>()?,
            notes: matched.map(|matched| notes(matched.annotations)).unwrap_or_default(),
        }))
    }

    fn tool(&self, tool: wire::Tool<'_>, catalog: Option<&Integration>, names: &mut impl NameSlots) -> Option<Tool> {
        let name = names.slot_of(&tool.name)?;
        let in_catalog = catalog.and_then(|entry| entry.tools.binary_search_by_key(&name, |tool| tool.name).ok());
        Some(Tool {
            name,
            label_authority: optional(tool.label_authority.as_deref(), |id| self.scopes.slot(id))?,
            accepted: tool.accepted.map(|accepted| *accepted),
            in_catalog: in_catalog.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX),
            enabled: tool.enabled,
            mode: tool.approval,
            label: tool.label,
            hint: tool.hint,
        })
    }

    pub(crate) fn virtual_server(
        &self,
        server: wire::VirtualServer<'_>,
        is_named_alone: bool,
        servers: &Registry<Server>,
        names: &mut impl NameSlots,
    ) -> Option<VirtualServer> {
        let mut by_name = server.tools;
        by_name.sort_unstable_by(|a, b| exposed(a).cmp(exposed(b)));
        let mut tools = Vec::with_capacity(by_name.len());
        for selected in by_name {
            tools.push(Some(self::selected(selected, servers, names)?));
        }
        let entry = |entry: wire::Entry<'_>| {
            Some(Entry { user: self.users.slot(&entry.user)?, grant: entry.grant, notes: notes(entry.annotations) })
        };
        let mut access = server.access.into_iter().map(entry).collect::<Option<Vec<_>>>()?;
        access.sort_unstable_by_key(|entry| (entry.user, entry.grant));
        Some(VirtualServer {
            id: name(server.id),
            scope: self.scopes.slot(&server.scope)?,
            state: server.state,
            exposed_names: tools.iter().map(|tool: &Option<Selected>| tool.as_ref().map(|tool| tool.exposed)).collect(),
            is_named_alone,
            tools: tools.into(),
            access: access.into(),
            name: name(server.name),
            description: server.description.map(|text| name(*text)),
            oauth_provider: server.oauth_provider.map(|text| name(*text)),
            published: server
                .published
                .map(|published| Box::new((stamp(published.at, published.by, published.annotations), published.digest))),
            token_holders: Sorted::default(),
            notes: notes(server.annotations),
        })
    }
}

pub(crate) fn selected(selected: wire::Selected<'_>, servers: &Registry<Server>, names: &mut impl NameSlots) -> Option<Selected> {
    Some(Selected {
        exposed: names.slot_of(exposed(&selected))?,
        server: servers.slot(&selected.server)?,
        tool: names.slot_of(&selected.tool)?,
        notes: notes(selected.annotations),
    })
}

/// What a selected tool is called by (V-8).
fn exposed<'s>(selected: &'s wire::Selected<'_>) -> &'s str {
    selected.r#as.as_ref().unwrap_or(&selected.tool)
}

/// What a scope names or holds.
struct Held<'c> {
    integrations: &'c Registry<Integration>,
    users: &'c Registry<User>,
    servers: &'c Registry<Server>,
    virtual_servers: &'c Registry<VirtualServer>,
    spaces: &'c Registry<Space>,
}

/// What a list names, by slot.
fn slots<T>(ids: &[Text<'_>], resolve: impl Fn(&str) -> Option<Slot<T>>) -> Option<Vec<Slot<T>>> {
    let mut slots = ids.iter().map(|id| resolve(id)).collect::<Option<Vec<_>>>()?;
    slots.sort_unstable();
    Some(slots)
}

/// A reference that may be absent but not dangle.
fn optional<T>(id: Option<&Text<'_>>, resolve: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match id {
        Some(id) => resolve(id).map(Some),
        None => Some(None),
    }
}

pub(crate) fn name(text: Text<'_>) -> Name {
    Name::from(&*text)
}

pub(crate) fn stamp(at: wire::Time, by: Option<Text<'_>>, annotations: wire::Annotations<'_>) -> Stamp {
    Stamp { at, by: by.map(name), notes: notes(annotations) }
}

pub(crate) fn notes(annotations: wire::Annotations<'_>) -> Notes {
    Shape::into_owned(annotations)
}
