//! From a checked document to a snapshot. What the check lets through resolves; anything else gives none.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use super::Snapshot;
use super::origins::indexed_host;
use super::record::*;
use super::settings::{Restriction, Setting, Value};
use super::table::Slot;
use crate::address::{Address, Pattern};
use crate::document as wire;
use crate::document::{Role, Switch, Text, Visibility};

/// Compiles a document; `load` tags its targets.
pub(super) fn snapshot(document: &wire::Document<'_>, load: u16) -> Option<Snapshot> {
    let levels: Box<[Level]> = match &document.levels {
        Some(levels) => levels.iter().map(level).collect(),
        None => default_levels(),
    };
    let names = tool_names(document);
    let agents = Registry::new(document.agents.iter().map(|agent| Arc::new(self::agent(agent))).collect());
    let clients = Registry::new(document.clients.iter().map(|client| Arc::new(self::client(client))).collect());
    let integrations = each(&document.catalog, |entry| integration(entry, &names))?;
    let origins = origins(&integrations)?;
    let integrations = Registry::new(integrations);

    // Slots are places in the document's lists, so that records which name each other can be compiled in any order.
    let places = Places::new(document);
    let spaces = spaces(document, &places)?;
    let users = each(&document.users, |user| self::user(user, document, &places, &agents, &clients))?;
    let compiler = Compiler { document, places: &places, names: &names, agents: &agents, integrations: &integrations };
    let servers = each(&document.servers, |server| compiler.server(server))?;
    let virtual_servers = each(&document.virtual_servers, |server| compiler.virtual_server(server))?;
    let scopes = compiler.scopes(&levels)?;
    Some(Snapshot {
        load,
        schema: document.schema.as_ref().map(name),
        revision: document.revision,
        root: Slot::new(document.scopes.iter().position(|scope| scope.parent.is_none())?)?,
        platform: platform(document.platform.as_ref())?,
        levels,
        names,
        agents,
        clients,
        integrations,
        origins,
        scopes: Registry::new(scopes),
        spaces: Registry::new(spaces),
        users: Registry::new(users),
        servers: Registry::new(servers),
        tombstones: Registry::new(document.tombstones.iter().map(|tombstone| Arc::new(self::tombstone(tombstone))).collect()),
        virtual_servers: Registry::new(virtual_servers),
        notes: notes(&document.annotations),
    })
}

/// The levels of a document that names none (contract, section 2).
pub(super) fn default_levels() -> Box<[Level]> {
    let level = |id: &str, label: &str, role| Level { id: id.into(), label: label.into(), role, notes: Notes::default() };
    Box::new([
        level("msp", "MSP", None),
        level("tenant", "Tenant", Some(Role::Tenant)),
        level("workspace", "Workspace", Some(Role::Workspace)),
    ])
}

fn level(level: &wire::Level<'_>) -> Level {
    Level { id: name(&level.id), label: name(&level.label), role: level.role, notes: notes(&level.annotations) }
}

fn agent(agent: &wire::Agent<'_>) -> Agent {
    Agent { id: name(&agent.id), name: name(&agent.name), notes: notes(&agent.annotations) }
}

fn client(client: &wire::Client<'_>) -> Client {
    Client { id: name(&client.id), name: name(&client.name), configuration: name(&client.configuration), notes: notes(&client.annotations) }
}

fn platform(platform: Option<&wire::Platform<'_>>) -> Option<Platform> {
    let origins = platform.and_then(|platform| platform.origins.as_ref());
    let approval = platform.and_then(|platform| platform.approval.as_ref());
    let allow = match origins.and_then(|origins| origins.allow.as_ref()) {
        Some(patterns) => Some(patterns.iter().map(|pattern| Pattern::parse(pattern).ok()).collect::<Option<_>>()?),
        None => None,
    };
    let enforce = origins.and_then(|origins| origins.enforce.as_ref());
    let mode = |stated: Option<wire::DefaultMode>, absent| stated.unwrap_or(absent);
    Some(Platform {
        allow,
        enforce_use: enforce.is_some_and(|at| at.contains(&wire::Enforce::Use)),
        read: mode(approval.and_then(|approval| approval.read), wire::DefaultMode::Auto),
        write: mode(approval.and_then(|approval| approval.write), wire::DefaultMode::Ask),
        unlabelled: mode(approval.and_then(|approval| approval.unlabelled), wire::DefaultMode::Ask),
        confirmation_seconds: platform.and_then(|platform| platform.confirmation_seconds).unwrap_or(300),
        notes: platform.map(|platform| notes(&platform.annotations)).unwrap_or_default(),
        origins_notes: origins.map(|origins| notes(&origins.annotations)).unwrap_or_default(),
        approval_notes: approval.map(|approval| notes(&approval.annotations)).unwrap_or_default(),
    })
}

/// Every tool name of the document once: servers of one integration share theirs.
fn tool_names(document: &wire::Document<'_>) -> Registry<str> {
    let catalog = document.catalog.iter().flat_map(|entry| entry.tools.iter().map(|tool| &*tool.name));
    let servers = document.servers.iter().flat_map(|server| server.tools.iter().map(|tool| &*tool.name));
    let selected = document.virtual_servers.iter().flat_map(|server| &server.tools);
    let selected = selected.flat_map(|selected| [Some(&*selected.tool), selected.r#as.as_deref()]).flatten();
    // Fixed keys: the same slots in every run, though no slot reaches an answer.
    let mut seen = HashSet::with_hasher(BuildHasherDefault::<DefaultHasher>::default());
    let unique = catalog.chain(servers).chain(selected).filter(|name| seen.insert(*name));
    Registry::new(unique.map(Arc::from).collect())
}

fn integration(entry: &wire::Integration<'_>, names: &Registry<str>) -> Option<Integration> {
    let origins = entry.origins.iter().map(|pattern| Pattern::parse(pattern).ok()).collect::<Option<_>>()?;
    let mut tools = entry.tools.iter().map(|tool| catalog_tool(tool, names)).collect::<Option<Vec<_>>>()?;
    tools.sort_by_key(|tool| tool.name);
    Some(Integration {
        id: name(&entry.id),
        name: name(&entry.name),
        approved: entry.approved,
        origins,
        tools: tools.into(),
        notes: notes(&entry.annotations),
    })
}

fn catalog_tool(tool: &wire::CatalogTool<'_>, names: &Registry<str>) -> Option<CatalogTool> {
    Some(CatalogTool {
        name: names.slot(&tool.name)?,
        label: tool.label,
        approved: tool.approved,
        sensitive: tool.sensitive.unwrap_or(false),
        notes: notes(&tool.annotations),
    })
}

/// The integrations' patterns by host.
fn origins(integrations: &[Arc<Integration>]) -> Option<Registry<Origin>> {
    let mut origins = Vec::new();
    for (place, integration) in integrations.iter().enumerate() {
        for (pattern, origin) in (0u16..).zip(&integration.origins) {
            origins.push(Arc::new(Origin { host: indexed_host(origin).into(), integration: Slot::new(place)?, pattern }));
        }
    }
    Some(Registry::new(origins))
}

fn spaces(document: &wire::Document<'_>, places: &Places<'_>) -> Option<Vec<Arc<Space>>> {
    let mut spaces = Vec::with_capacity(places.spaces.len());
    for scope in &document.scopes {
        let workspace = places.scope(&scope.id)?;
        for space in &scope.spaces {
            spaces.push(Arc::new(Space { id: name(&space.id), name: name(&space.name), workspace, notes: notes(&space.annotations) }));
        }
    }
    Some(spaces)
}

fn user(
    user: &wire::User<'_>,
    document: &wire::Document<'_>,
    places: &Places<'_>,
    agents: &Registry<Agent>,
    clients: &Registry<Client>,
) -> Option<User> {
    let token = |token: &wire::Token<'_>| {
        Some(Token {
            id: name(&token.id),
            client: clients.slot(&token.client)?,
            workspace: places.scope(&token.workspace)?,
            agent: agents.slot(&token.agent)?,
            virtual_server: optional(&token.virtual_server, |id| places.virtual_servers.slot(id))?,
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            revoked: token.revoked.as_ref().map(|revoked| Box::new(stamp(revoked.at, &revoked.by, &revoked.annotations))),
            notes: notes(&token.annotations),
        })
    };
    let mut tokens = user.tokens.iter().map(token).collect::<Option<Vec<_>>>()?;
    tokens.sort_by(|a, b| a.id.cmp(&b.id));
    let owned = places.owned.get(&*user.id).map(Vec::as_slice).unwrap_or_default();
    let mut owned: Vec<usize> = owned.to_vec();
    owned.sort_by_key(|server| document.servers.get(*server).map(|server| &*server.id));
    Some(User {
        id: name(&user.id),
        access: user.access,
        member_of: user.member_of.iter().map(|scope| places.scope(scope)).collect::<Option<_>>()?,
        administers: user.administers.iter().map(|scope| places.scope(scope)).collect::<Option<_>>()?,
        tokens: tokens.into(),
        owns: owned.into_iter().map(Slot::new).collect::<Option<_>>()?,
        permissions: user.permissions.iter().copied().collect(),
        name: name(&user.name),
        added_at: user.added_at,
        notes: notes(&user.annotations),
    })
}

fn tombstone(tombstone: &wire::Tombstone<'_>) -> Tombstone {
    Tombstone {
        id: name(&tombstone.id),
        scope: name(&tombstone.scope),
        owner: tombstone.owner.as_ref().map(name),
        address_digest: tombstone.address_digest,
        deleted: stamp(tombstone.deleted_at, &tombstone.deleted_by, &tombstone.annotations),
        disabled: tombstone.disabled.iter().map(name).collect(),
    }
}

/// Where the document's records stand, by id.
struct Places<'d> {
    scopes: Ids<'d, Scope>,
    spaces: Ids<'d, Space>,
    users: Ids<'d, User>,
    servers: Ids<'d, Server>,
    virtual_servers: Ids<'d, VirtualServer>,
    /// The servers of each owner.
    owned: BTreeMap<&'d str, Vec<usize>>,
}

/// The ids of one kind, the `n`th of which gets slot `n`.
struct Ids<'d, T> {
    ids: Vec<&'d str>,
    index: super::index::Index,
    kind: std::marker::PhantomData<fn() -> T>,
}

impl<'d, T> Ids<'d, T> {
    fn new(ids: Vec<&'d str>) -> Self {
        let index = super::index::Index::new(ids.len(), |place| ids.get(place).copied().unwrap_or_default());
        Self { ids, index, kind: std::marker::PhantomData }
    }

    fn len(&self) -> usize {
        self.ids.len()
    }

    fn slot(&self, id: &str) -> Option<Slot<T>> {
        self.index.find(id, |slot: Slot<T>| self.ids.get(slot.index()).copied()).next()
    }
}

impl<'d> Places<'d> {
    fn new(document: &'d wire::Document<'_>) -> Self {
        let mut owned: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, server) in document.servers.iter().enumerate() {
            if let Some(owner) = &server.owner {
                owned.entry(owner).or_default().push(place);
            }
        }
        Self {
            scopes: Ids::new(document.scopes.iter().map(|scope| &*scope.id).collect()),
            spaces: Ids::new(document.scopes.iter().flat_map(|scope| scope.spaces.iter().map(|space| &*space.id)).collect()),
            users: Ids::new(document.users.iter().map(|user| &*user.id).collect()),
            servers: Ids::new(document.servers.iter().map(|server| &*server.id).collect()),
            virtual_servers: Ids::new(document.virtual_servers.iter().map(|server| &*server.id).collect()),
            owned,
        }
    }

    fn scope(&self, id: &str) -> Option<Slot<Scope>> {
        self.scopes.slot(id)
    }
}

/// What records that name others are compiled with.
struct Compiler<'c, 'd> {
    document: &'c wire::Document<'d>,
    places: &'c Places<'c>,
    names: &'c Registry<str>,
    agents: &'c Registry<Agent>,
    integrations: &'c Registry<Integration>,
}

impl Compiler<'_, '_> {
    fn server(&self, server: &wire::Server<'_>) -> Option<Server> {
        let integration = optional(&server.source.integration, |id| self.integrations.slot(id))?;
        let mut agents = Agents::default();
        for agent in &server.agents {
            agents.insert(self.agents.slot(agent)?);
        }
        let spaces = match &server.spaces {
            Some(spaces) => {
                let mut spaces = spaces.iter().map(|space| self.places.spaces.slot(space)).collect::<Option<Vec<_>>>()?;
                spaces.sort();
                Some(spaces.into())
            }
            None => None,
        };
        let catalog = integration.and_then(|integration| self.integrations.get(integration));
        let mut by_name: Vec<&wire::Tool<'_>> = server.tools.iter().collect();
        by_name.sort_by(|a, b| a.name.cmp(&b.name));
        let tools = by_name.into_iter().map(|tool| self.tool(tool, catalog)).collect::<Option<_>>()?;
        let disabled = server.disabled.iter().map(|entry| {
            let authority = optional(&entry.authority, |id| self.places.scope(id))?;
            Some(Disabled { authority, stamp: stamp(entry.at, &entry.by, &entry.annotations) })
        });
        let waiver = server
            .waiver
            .as_ref()
            .map(|waiver| Box::new(Waiver { stamp: stamp(waiver.at, &waiver.by, &waiver.annotations), reason: name(&waiver.reason) }));
        Some(Server {
            id: name(&server.id),
            scope: self.places.scope(&server.scope)?,
            integration,
            owner: optional(&server.owner, |id| self.places.users.slot(id))?,
            visibility: server.visibility,
            switch: server.switch,
            method: server.authorization.method,
            credentials: server.authorization.credentials.unwrap_or(wire::Credentials::PerUser),
            agents,
            address: Address::parse(&server.address).ok(),
            spaces,
            disabled: disabled.collect::<Option<_>>()?,
            waiver,
            assignees: server.assignees.iter().map(|user| self.places.users.slot(user)).collect::<Option<_>>()?,
            tools,
            name: name(&server.name),
            stored_address: name(&server.address),
            registered_at: server.registered_at,
            headers: server.headers.iter().map(name).collect(),
            notes: self.server_notes(server)?,
        })
    }

    fn tool(&self, tool: &wire::Tool<'_>, catalog: Option<&Integration>) -> Option<Tool> {
        let name = self.names.slot(&tool.name)?;
        let in_catalog = catalog.and_then(|entry| entry.tools.binary_search_by_key(&name, |tool| tool.name).ok());
        Some(Tool {
            name,
            label_authority: optional(&tool.label_authority, |id| self.places.scope(id))?,
            accepted: tool.accepted.map(Box::new),
            in_catalog: in_catalog.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX),
            enabled: tool.enabled,
            mode: tool.approval,
            label: tool.label,
            hint: tool.hint,
        })
    }

    fn server_notes(&self, server: &wire::Server<'_>) -> Option<Option<Box<ServerNotes>>> {
        let mut all = ServerNotes {
            server: notes(&server.annotations),
            source: notes(&server.source.annotations),
            authorization: notes(&server.authorization.annotations),
            tools: Vec::new(),
        };
        for tool in &server.tools {
            if !tool.annotations.is_empty() {
                all.tools.push((self.names.slot(&tool.name)?, notes(&tool.annotations)));
            }
        }
        let any = !(all.server.is_empty() && all.source.is_empty() && all.authorization.is_empty() && all.tools.is_empty());
        Some(any.then(|| Box::new(all)))
    }

    fn virtual_server(&self, server: &wire::VirtualServer<'_>) -> Option<VirtualServer> {
        let mut by_name: Vec<&wire::Selected<'_>> = server.tools.iter().collect();
        by_name.sort_by_key(|selected| &**selected.r#as.as_ref().unwrap_or(&selected.tool));
        let tools = by_name.into_iter().map(|selected| {
            Some(Selected {
                exposed: self.names.slot(selected.r#as.as_ref().unwrap_or(&selected.tool))?,
                server: self.places.servers.slot(&selected.server)?,
                tool: self.names.slot(&selected.tool)?,
                notes: notes(&selected.annotations),
            })
        });
        let entry = |entry: &wire::Entry<'_>| {
            Some(Entry { user: self.places.users.slot(&entry.user)?, grant: entry.grant, notes: notes(&entry.annotations) })
        };
        let mut access = server.access.iter().map(entry).collect::<Option<Vec<_>>>()?;
        access.sort_by_key(|entry| (entry.user, entry.grant));
        let published = server.published.as_ref();
        Some(VirtualServer {
            id: name(&server.id),
            scope: self.places.scope(&server.scope)?,
            state: server.state,
            tools: tools.collect::<Option<_>>()?,
            access: access.into(),
            name: name(&server.name),
            description: server.description.as_ref().map(name),
            oauth_provider: server.oauth_provider.as_ref().map(name),
            published: published.map(|published| Box::new((stamp(published.at, &published.by, &published.annotations), published.digest))),
            notes: notes(&server.annotations),
        })
    }

    fn scopes(&self, levels: &[Level]) -> Option<Vec<Arc<Scope>>> {
        let document = self.document;
        let level_of = |id: &str| levels.iter().position(|level| &*level.id == id).and_then(|level| u8::try_from(level).ok());
        let level_of = document.scopes.iter().map(|scope| level_of(&scope.level)).collect::<Option<Vec<_>>>()?;
        // Parents first: levels fall along every path.
        let mut by_level: Vec<usize> = (0..level_of.len()).collect();
        by_level.sort_by_key(|place| level_of.get(*place));
        let mut paths: Vec<Option<Path>> = vec![None; level_of.len()];
        for place in by_level {
            let parent = optional(&document.scopes.get(place)?.parent, |id| self.places.scope(id))?;
            let above = parent.and_then(|parent| *paths.get(parent.index())?);
            *paths.get_mut(place)? = Path::below(above.as_ref(), Slot::new(place)?);
        }

        let (mut servers, mut virtual_servers) = (vec![Vec::new(); paths.len()], vec![Vec::new(); paths.len()]);
        for (place, server) in document.servers.iter().enumerate().filter(|(_, server)| server.visibility == Visibility::Shared) {
            servers.get_mut(self.places.scope(&server.scope)?.index())?.push((&*server.id, Slot::new(place)?));
        }
        for (place, server) in document.virtual_servers.iter().enumerate() {
            virtual_servers.get_mut(self.places.scope(&server.scope)?.index())?.push((&*server.id, Slot::new(place)?));
        }
        let rows = document.scopes.iter().zip(paths).zip(level_of).zip(servers.into_iter().zip(virtual_servers));
        rows.map(|(((scope, path), level), (servers, virtual_servers))| {
            let restrictions = self.restrictions(scope, path?)?;
            let mut spaces =
                scope.spaces.iter().map(|space| Some((&*space.id, self.places.spaces.slot(&space.id)?))).collect::<Option<Vec<_>>>()?;
            Some(Arc::new(Scope {
                id: name(&scope.id),
                path: path?,
                level,
                access_control: scope.features.as_ref().and_then(|features| features.access_control),
                restricted: Scope::mask(&restrictions, scope.parent.is_none()),
                restrictions,
                name: name(&scope.name),
                contact: scope.contact.as_ref().map(name),
                spaces: by_id(&mut spaces),
                servers: by_id(&mut { servers }),
                virtual_servers: by_id(&mut { virtual_servers }),
                notes: self.scope_notes(scope)?,
            }))
        })
        .collect()
    }

    /// What is stored at a scope, of every authority.
    fn restrictions(&self, scope: &wire::Scope<'_>, path: Path) -> Option<Box<[Restriction]>> {
        let mut restrictions = Vec::new();
        if let Some(settings) = &scope.settings {
            self.restrict(&mut restrictions, path.scope()?, settings)?;
        }
        for (authority, settings) in scope.imposed.iter() {
            self.restrict(&mut restrictions, self.places.scope(authority)?, settings)?;
        }
        restrictions.sort_by_key(|restriction| (restriction.setting, path.depth_of(restriction.authority)));
        Some(restrictions.into())
    }

    /// What one authority stored there; S-12's scopes by slot.
    fn restrict(&self, into: &mut Vec<Restriction>, authority: Slot<Scope>, settings: &wire::Settings<'_>) -> Option<()> {
        let switch = |value: Switch| match value {
            Switch::On => Value::On,
            Switch::Off => Value::Off,
        };
        let floor = |value: wire::Floor| match value {
            wire::Floor::Ask => Value::Ask,
            wire::Floor::Deny => Value::Deny,
        };
        let custom = settings.custom.as_ref();
        let floors = settings.floors.as_ref();
        let single = [
            (Setting::All, settings.all.map(switch), "all"),
            (Setting::NewIntegrations, settings.new_integrations.map(switch), "new-integrations"),
            (Setting::CustomCreation, custom.and_then(|custom| custom.creation).map(switch), "custom/creation"),
            (Setting::CustomUse, custom.and_then(|custom| custom.r#use).map(switch), "custom/use"),
            (Setting::CustomSharing, custom.and_then(|custom| custom.sharing).map(switch), "custom/sharing"),
            (Setting::FloorRead, floors.and_then(|floors| floors.read).map(floor), "floor/read"),
            (Setting::FloorWrite, floors.and_then(|floors| floors.write).map(floor), "floor/write"),
        ];
        let mut spared = BTreeMap::new();
        for (setting, scopes) in settings.except.iter() {
            let mut scopes = scopes.iter().map(|scope| self.places.scope(scope)).collect::<Option<Vec<_>>>()?;
            scopes.sort();
            spared.insert(&**setting, Box::from(scopes));
        }
        let mut except = |name: &str| spared.remove(name).unwrap_or_default();
        for (setting, value, name) in single {
            if let Some(value) = value {
                into.push(Restriction { setting, authority, value, except: except(name) });
            }
        }
        for (id, value) in settings.integrations.iter() {
            let setting = Setting::Integration(self.integrations.slot(id)?);
            into.push(Restriction { setting, authority, value: switch(*value), except: except(&format!("integration/{}", &**id)) });
        }
        for (id, value) in settings.servers.iter() {
            let setting = Setting::Server(self.places.servers.slot(id)?);
            into.push(Restriction { setting, authority, value: switch(*value), except: except(&format!("server/{}", &**id)) });
        }
        Some(())
    }

    fn scope_notes(&self, scope: &wire::Scope<'_>) -> Option<Option<Box<ScopeNotes>>> {
        let mut all = ScopeNotes {
            scope: notes(&scope.annotations),
            features: scope.features.as_ref().map(|features| notes(&features.annotations)).unwrap_or_default(),
            settings: Vec::new(),
        };
        let own = scope.settings.iter().map(|settings| (&scope.id, settings));
        for (authority, settings) in own.chain(scope.imposed.iter()) {
            let custom = settings.custom.as_ref().map(|custom| notes(&custom.annotations)).unwrap_or_default();
            let floors = settings.floors.as_ref().map(|floors| notes(&floors.annotations)).unwrap_or_default();
            let record = [notes(&settings.annotations), custom, floors];
            if record.iter().any(|notes| !notes.is_empty()) {
                all.settings.push((self.places.scope(authority)?, record));
            }
        }
        let any = !(all.scope.is_empty() && all.features.is_empty() && all.settings.is_empty());
        Some(any.then(|| Box::new(all)))
    }
}

/// Slots in the order of their ids, byte for byte (S-8).
fn by_id<T: ?Sized>(slots: &mut [(&str, Slot<T>)]) -> Box<[Slot<T>]> {
    slots.sort();
    slots.iter().map(|(_, slot)| *slot).collect()
}

/// Every record, or none where one can't be compiled.
fn each<W, T>(records: &[W], compile: impl Fn(&W) -> Option<T>) -> Option<Vec<Arc<T>>> {
    records.iter().map(|record| compile(record).map(Arc::new)).collect()
}

/// A reference that may be absent but not dangle.
fn optional<T>(id: &Option<Text<'_>>, resolve: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match id {
        Some(id) => resolve(id).map(Some),
        None => Some(None),
    }
}

fn name(text: &Text<'_>) -> Name {
    Name::from(&**text)
}

fn stamp(at: wire::Time, by: &Option<Text<'_>>, annotations: &wire::Annotations<'_>) -> Stamp {
    Stamp { at, by: by.as_ref().map(name), notes: notes(annotations) }
}

fn notes(annotations: &wire::Annotations<'_>) -> Notes {
    annotations.iter().map(|(key, text)| (key.clone().into_owned(), text.clone().into_owned())).collect::<wire::Map<_>>().into()
}
