//! Scopes: their paths, what is stored at them, and what lies in them.

use std::collections::BTreeMap;

use super::*;

/// Compiles the scopes; `index` is of their ids.
pub(super) fn table(scopes: Rows<wire::Scope<'_>>, index: &Index, levels: &[Level], held: &Held<'_>) -> Option<Table<Scope>> {
    let compiler = Scopes { ids: ids_if_named(&scopes), index, levels, held };
    let parents = parents(&scopes, index)?;
    let mut servers = Members::new(held.servers, |server| [server.scope]);
    let mut virtual_servers = Members::new(held.virtual_servers, |server| [server.scope]);
    let mut spaces = Members::new(held.spaces, |space| [space.workspace]);
    let mut people = Members::new(held.users, User::scopes);
    let mut children = children(&scopes, &parents);
    let mut below = below(&scopes, &parents, levels, held);
    let mut inventory = inventory(&scopes, &parents, levels, held);
    let mut groups = groups(&scopes, &parents, levels, &below);
    let mut with_entry = vec![0; parents.len()];
    for scope in held.users.iter().flat_map(User::entered) {
        if let Some(count) = with_entry.get_mut(scope.index()) {
            *count += 1;
        }
    }
    let mut place = 0;
    super::table(scopes, |scope| {
        let slot = Slot::new(place)?;
        place += 1;
        let path = path(&parents, slot)?;
        let registered: Vec<Slot<Server>> = servers.of(slot).collect();
        let those =
            |wanted: fn(&Server) -> bool| registered.iter().copied().filter(move |server| held.servers.get(*server).is_some_and(wanted));
        let contents = Contents {
            spaces: spaces.of(slot).collect(),
            servers: those(|server| server.visibility == Visibility::Shared).collect(),
            virtual_servers: virtual_servers.of(slot).collect(),
            children: children.of(slot).collect(),
            inventory: inventory.of(slot).collect(),
            groups: groups.of(slot).collect(),
            people: people.of(slot).collect(),
            with_entry: with_entry.get(slot.index()).copied()?,
            below: below.get_mut(slot.index()).map(std::mem::take)?,
            registered: registered.iter().copied().collect(),
        };
        compiler.scope(scope, path, contents)
    })
}

/// The scopes' ids, where a scope names another besides its parent: they are needed longer than their records.
fn ids_if_named<'d>(scopes: &Rows<wire::Scope<'d>>) -> Rows<Text<'d>> {
    let named = |scope: &wire::Scope<'_>| !scope.imposed.is_empty() || scope.settings.as_ref().is_some_and(|own| !own.except.is_empty());
    if scopes.iter().any(named) { scopes.iter().map(|scope| scope.id.clone()).collect() } else { Rows::default() }
}

/// The scope right above each.
fn parents(scopes: &Rows<wire::Scope<'_>>, index: &Index) -> Option<Vec<Option<Slot<Scope>>>> {
    let slot = |wanted: &str| Some(index.first(wanted, |slot: Slot<Scope>| scopes.get(slot.index()), |scope| &scope.id)?.0);
    let mut parents = Vec::with_capacity(scopes.len());
    for scope in scopes.iter() {
        parents.push(optional(scope.parent.as_ref(), |wanted| slot(wanted))?);
    }
    Some(parents)
}

/// The path of a scope, from the root down.
fn path(parents: &[Option<Slot<Scope>>], scope: Slot<Scope>) -> Option<Path> {
    let mut path = None;
    let mut upwards = [None; Path::LONGEST];
    let mut here = Some(scope);
    for step in &mut upwards {
        *step = here;
        here = here.and_then(|here| *parents.get(here.index()).unwrap_or(&None));
    }
    if here.is_some() {
        return None;
    }
    for step in upwards.into_iter().rev().flatten() {
        path = Some(Path::below(path.as_ref(), step)?);
    }
    path
}

/// The records in each scope, in the order of the scopes and of their own ids, byte for byte (S-8).
struct Members<T>(std::iter::Peekable<std::vec::IntoIter<(Slot<Scope>, Slot<T>)>>);

impl<T: Keyed> Members<T> {
    fn new<S: IntoIterator<Item = Slot<Scope>>>(records: &Registry<T>, scopes: impl Fn(&T) -> S) -> Self {
        let all = || records.slots().flat_map(|(slot, record)| scopes(record).into_iter().map(move |scope| (scope, slot)));
        let mut members = Vec::with_capacity(all().count());
        members.extend(all());
        Self::sorted(members, |record| records.get(record).map(Keyed::key))
    }
}

impl<T> Members<T> {
    fn sorted<'i>(mut members: Vec<(Slot<Scope>, Slot<T>)>, id: impl Fn(Slot<T>) -> Option<&'i str>) -> Self {
        members.sort_unstable_by(|(one, own), (next, other)| one.cmp(next).then_with(|| id(*own).cmp(&id(*other))));
        Self(members.into_iter().peekable())
    }

    /// Those of the next scope.
    fn of(&mut self, scope: Slot<Scope>) -> impl Iterator<Item = Slot<T>> {
        std::iter::from_fn(move || self.0.next_if(|(of, _)| *of == scope).map(|(_, record)| record))
    }
}

/// The scopes right below each.
fn children(scopes: &Rows<wire::Scope<'_>>, parents: &[Option<Slot<Scope>>]) -> Members<Scope> {
    let children = parents.iter().enumerate().filter_map(|(place, parent)| Some(((*parent)?, Slot::new(place)?)));
    Members::sorted(children.collect(), |scope| scopes.get(scope.index()).map(|scope| scope.id.as_str()))
}

/// How much lies in each scope and below it.
fn below(scopes: &Rows<wire::Scope<'_>>, parents: &[Option<Slot<Scope>>], levels: &[Level], held: &Held<'_>) -> Vec<Below> {
    let mut below = vec![Below::default(); parents.len()];
    for (_, server) in held.servers.slots() {
        if let Some(below) = below.get_mut(server.scope.index()) {
            below.add_server(server.integration);
        }
    }
    for (_, server) in held.virtual_servers.slots() {
        if let Some(below) = below.get_mut(server.scope.index()) {
            below.virtual_servers += 1;
        }
    }
    for (_, space) in held.spaces.slots() {
        if let Some(below) = below.get_mut(space.workspace.index()) {
            below.spaces += 1;
        }
    }
    // Lowest levels first: whatever lies below a scope is known before the scope is added to its parent.
    let level = |place: usize| scopes.get(place).and_then(|scope| levels.iter().position(|level| *level.id == *scope.level));
    let mut order: Vec<usize> = (0..parents.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(level(*place)));
    for place in order {
        let Some(parent) = parents.get(place).copied().flatten() else { continue };
        let role = level(place).and_then(|level| levels.get(level)?.role);
        let own = below.get(place).cloned().unwrap_or_default();
        if let Some(parent) = below.get_mut(parent.index()) {
            parent.add_child(role, &own);
        }
    }
    below
}

/// A scope and those above it.
fn upwards(parents: &[Option<Slot<Scope>>], scope: Slot<Scope>) -> impl Iterator<Item = Slot<Scope>> {
    std::iter::successors(Some(scope), |scope| parents.get(scope.index()).copied().flatten()).take(Path::LONGEST)
}

/// The tenants' level.
fn tenants(levels: &[Level]) -> Option<&str> {
    levels.iter().find(|level| level.role == Some(Role::Tenant)).map(|level| &*level.id)
}

/// The custom servers in each scope's inventory: each in those of the scopes from its own up to its tenant (N-1).
fn inventory(scopes: &Rows<wire::Scope<'_>>, parents: &[Option<Slot<Scope>>], levels: &[Level], held: &Held<'_>) -> Members<Server> {
    let is_tenant = |scope: Slot<Scope>| scopes.get(scope.index()).map(|scope| &*scope.level) == tenants(levels);
    let of = |server: &Server| {
        let mut done = server.integration.is_some();
        let up_to_tenant = move |scope: &Slot<Scope>| {
            let next = done || is_tenant(*scope);
            !std::mem::replace(&mut done, next)
        };
        upwards(parents, server.scope).take_while(up_to_tenant).collect::<Vec<_>>()
    };
    Members::new(held.servers, of)
}

/// The tenants with custom servers below each scope.
fn groups(scopes: &Rows<wire::Scope<'_>>, parents: &[Option<Slot<Scope>>], levels: &[Level], below: &[Below]) -> Members<Scope> {
    let Some(tenants) = tenants(levels) else { return Members(Vec::new().into_iter().peekable()) };
    let places = scopes.iter().zip(below).enumerate().filter(|(_, (scope, below))| *scope.level == *tenants && below.custom > 0);
    let slots = places.filter_map(|(place, _)| Slot::new(place));
    let groups = slots.flat_map(|tenant| upwards(parents, tenant).skip(1).map(move |above| (above, tenant))).collect();
    Members::sorted(groups, |scope| scopes.get(scope.index()).map(|scope| scope.id.as_str()))
}

/// What scopes are compiled with.
struct Scopes<'c, 'd> {
    ids: Rows<Text<'d>>,
    index: &'c Index,
    levels: &'c [Level],
    held: &'c Held<'c>,
}

impl Scopes<'_, '_> {
    /// Another scope; known only where any is named.
    fn slot(&self, id: &str) -> Option<Slot<Scope>> {
        Some(self.index.first(id, |slot: Slot<Scope>| self.ids.get(slot.index()), |id| id)?.0)
    }

    fn scope(&self, scope: wire::Scope<'_>, path: Path, contents: Contents) -> Option<Scope> {
        let level = self.levels.iter().position(|level| *level.id == *scope.level)?;
        let is_workspace = self.levels.get(level).is_some_and(|level| level.role == Some(Role::Workspace));
        let restrictions = self.restrictions(&scope, path)?;
        let is_root = scope.parent.is_none();
        let access_control = scope.features.as_ref().and_then(|features| features.access_control);
        let notes = self.notes(path.scope()?, scope.features, scope.settings, scope.imposed, scope.annotations)?;
        Some(Scope {
            id: name(scope.id),
            path,
            level: u8::try_from(level).ok()?,
            access_control,
            is_workspace,
            restricted: Scope::mask(&restrictions, is_root, access_control),
            restrictions,
            name: name(scope.name),
            contact: scope.contact.map(|contact| name(*contact)).into(),
            contents: contents.is_any().then(|| Box::new(contents)),
            notes,
        })
    }

    /// What is stored at a scope, of every authority.
    fn restrictions(&self, scope: &wire::Scope<'_>, path: Path) -> Option<List<Restriction>> {
        let mut restrictions = Vec::new();
        if let Some(settings) = &scope.settings {
            self.restrict(&mut restrictions, path.scope()?, settings)?;
        }
        for (authority, settings) in scope.imposed.iter() {
            self.restrict(&mut restrictions, self.slot(authority)?, settings)?;
        }
        restrictions.sort_unstable_by_key(|restriction| restriction.order(&path));
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
            let mut scopes = scopes.iter().map(|scope| self.slot(scope)).collect::<Option<Vec<_>>>()?;
            scopes.sort();
            spared.insert(&**setting, List::from(scopes));
        }
        let count = single.iter().filter(|(_, value, _)| value.is_some()).count();
        into.reserve_exact(count + settings.integrations.len() + settings.servers.len());
        for (setting, value, name) in single {
            if let Some(value) = value {
                into.push(Restriction::new(setting, authority, value, spared.remove(name).unwrap_or_default()));
            }
        }
        let mut except = |kind: &str, id: &str| {
            if spared.is_empty() { List::default() } else { spared.remove(&*format!("{kind}/{id}")).unwrap_or_default() }
        };
        for (id, value) in settings.integrations.iter() {
            let setting = Setting::Integration(self.held.integrations.slot(id)?);
            into.push(Restriction::new(setting, authority, switch(*value), except("integration", id)));
        }
        for (id, value) in settings.servers.iter() {
            let setting = Setting::Server(self.held.servers.slot(id)?);
            into.push(Restriction::new(setting, authority, switch(*value), except("server", id)));
        }
        Some(())
    }

    fn notes(
        &self,
        own: Slot<Scope>,
        features: Option<Box<wire::Features<'_>>>,
        settings: Option<Box<wire::Settings<'_>>>,
        imposed: wire::Map<'_, wire::Settings<'_>>,
        annotations: wire::Annotations<'_>,
    ) -> Option<Option<Box<ScopeNotes>>> {
        let mut all = ScopeNotes {
            scope: notes(annotations),
            features: features.map(|features| notes(features.annotations)).unwrap_or_default(),
            settings: Vec::new(),
        };
        let mut take = |authority: Slot<Scope>, settings: wire::Settings<'_>| {
            let custom = settings.custom.map(|custom| notes(custom.annotations)).unwrap_or_default();
            let floors = settings.floors.map(|floors| notes(floors.annotations)).unwrap_or_default();
            let record = [notes(settings.annotations), custom, floors];
            if record.iter().any(|notes| !notes.is_empty()) {
                all.settings.push((authority, record));
            }
        };
        if let Some(settings) = settings {
            take(own, *settings);
        }
        for (authority, settings) in imposed {
            take(self.slot(&authority)?, settings);
        }
        let any = !(all.scope.is_empty() && all.features.is_empty() && all.settings.is_empty());
        Some(any.then(|| Box::new(all)))
    }
}
