//! What names what, the other way round: kept true as records come, change and go. Nothing else adds records, puts one in
//! another's place, or removes one.

use std::sync::Arc;

use super::Snapshot;
use super::record::*;
use super::settings::{Restriction, Setting};
use super::sorted::Sorted;
use super::table::Slot;
use crate::digest::Digest;
use crate::document::Visibility;

/// Whether something comes or goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

impl Way {
    fn count(self, uses: &mut u32) {
        match self {
            Self::In => *uses += 1,
            Self::Out => *uses -= 1,
        }
    }
}

impl<T> Sorted<T> {
    fn bring(&mut self, slot: Slot<T>, way: Way, records: &Registry<T>)
    where
        T: Keyed,
    {
        let id_of = |slot| records.get(slot).map_or("", Keyed::key);
        match way {
            Way::In => self.insert(slot, &id_of),
            Way::Out => self.remove(slot, &id_of),
        }
    }
}

/// What is in the one and not in the other; both are in order.
fn without<T: Ord + Copy>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter().copied().filter(|element| other.binary_search(element).is_err()).collect()
}

/// What is left of two lists of restrictions when what is the same at both ends is taken away: a change of one setting looks
/// at no other. Restrictions of one setting by several authorities are taken whole.
pub(crate) fn differing<'r>(before: &'r [Restriction], after: &'r [Restriction]) -> (&'r [Restriction], &'r [Restriction]) {
    let same = |(one, other): &(&Restriction, &Restriction)| one.is_of(other) && one.value == other.value && *one.except == *other.except;
    let start = before.iter().zip(after).take_while(same).count();
    let first = [before.get(start), after.get(start)].into_iter().flatten().map(|restriction| restriction.setting).collect::<Vec<_>>();
    let of_first = |restriction: &&Restriction| first.contains(&restriction.setting);
    let start = start - before.get(..start).unwrap_or_default().iter().rev().take_while(of_first).count();
    let (before, after) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end = before.iter().rev().zip(after.iter().rev()).take_while(same).count();
    let last =
        [before.len().checked_sub(end + 1).and_then(|at| before.get(at)), after.len().checked_sub(end + 1).and_then(|at| after.get(at))];
    let last = last.into_iter().flatten().map(|restriction| restriction.setting).collect::<Vec<_>>();
    let of_last = |restriction: &&Restriction| last.contains(&restriction.setting);
    let end = end - before.get(before.len() - end..).unwrap_or_default().iter().take_while(of_last).count();
    (before.get(..before.len() - end).unwrap_or_default(), after.get(..after.len() - end).unwrap_or_default())
}

/// Where a server stands, and whose it is.
#[derive(PartialEq, Eq)]
struct Shelf {
    scope: Slot<Scope>,
    owner: Option<Slot<User>>,
    integration: Option<Slot<Integration>>,
    shared: bool,
}

impl Shelf {
    fn of(server: &Server) -> Self {
        let shared = server.visibility == Visibility::Shared;
        Self { scope: server.scope, owner: server.owner, integration: server.integration, shared }
    }
}

impl Snapshot {
    /// Links what a document's records name but for what lies in scopes, which is put together while they are compiled.
    pub(super) fn link_all(&mut self) {
        let (servers, users) = (self.servers.clone(), self.users.clone());
        let (scopes, virtual_servers) = (self.scopes.clone(), self.virtual_servers.clone());
        let mut uses = Uses::default();
        for (slot, server) in servers.slots() {
            server.agents.iter().for_each(|agent| uses.agent(agent));
            server.integration.iter().for_each(|integration| uses.integration(*integration));
            self.link_people(slot, server, Way::In);
        }
        for (slot, user) in users.slots() {
            for token in user.tokens.iter() {
                uses.agent(token.agent);
                uses.client(token.client);
                self.link_holder(slot, token, Way::In);
            }
        }
        for (slot, scope) in scopes.slots() {
            for restriction in scope.restrictions.iter() {
                match restriction.setting {
                    Setting::Integration(integration) => uses.integration(integration),
                    Setting::Server(server) => self.link_setting(slot, server, Way::In),
                    _ => {}
                }
            }
        }
        for (slot, server) in virtual_servers.slots() {
            self.link_virtual(slot, None, Some(server));
        }
        uses.settle(self);
    }

    /// What lies in a scope; it forgets when nothing does.
    fn edit_contents(&mut self, scope: Slot<Scope>, edit: impl FnOnce(&mut Contents)) {
        let Some(scope) = self.scopes.get_mut(scope) else { return };
        edit(scope.contents.get_or_insert_default());
        if scope.contents.as_ref().is_some_and(|contents| !contents.is_any() && contents.below == Below::default()) {
            scope.contents = None;
        }
    }

    /// What is counted of a scope's subtree, at it and at every scope above.
    fn edit_below(&mut self, scope: Slot<Scope>, edit: impl Fn(&mut Below)) {
        let Some(path) = self.path(scope).copied() else { return };
        for scope in path.iter() {
            self.edit_contents(scope, |contents| edit(&mut contents.below));
        }
    }

    fn edit_holds(&mut self, user: Slot<User>, edit: impl FnOnce(&mut Holds)) {
        let Some(user) = self.users.get_mut(user) else { return };
        edit(user.holds.get_or_insert_default());
        if user.holds.as_ref().is_some_and(|holds| !holds.is_any()) {
            user.holds = None;
        }
    }

    fn edit_named(&mut self, server: Slot<Server>, edit: impl FnOnce(&mut Named)) {
        let Some(server) = self.servers.get_mut(server) else { return };
        edit(server.named.get_or_insert_default());
        if server.named.as_ref().is_some_and(|named| !named.is_any()) {
            server.named = None;
        }
    }
}

// Servers.
impl Snapshot {
    /// Adds a server; none where there is no room for another.
    pub(crate) fn add_server(&mut self, server: Server) -> Option<Slot<Server>> {
        let server = Arc::new(server);
        let slot = self.servers.push(server.clone())?;
        self.shelve(slot, &Shelf::of(&server), Way::In);
        self.link_uses(&server, Way::In);
        self.link_people(slot, &server, Way::In);
        Some(slot)
    }

    /// Puts a server in the place of what it was before, under the same id.
    pub(crate) fn put_server(&mut self, slot: Slot<Server>, server: Server) {
        let Some(before) = self.servers.arc(slot) else { return };
        let server = Arc::new(Server { named: before.named.clone(), ..server });
        self.servers.set(slot, server.clone());
        if Shelf::of(&before) != Shelf::of(&server) {
            self.shelve(slot, &Shelf::of(&before), Way::Out);
            self.shelve(slot, &Shelf::of(&server), Way::In);
        }
        if before.agents != server.agents || before.integration != server.integration {
            self.link_uses(&before, Way::Out);
            self.link_uses(&server, Way::In);
        }
        if *before.assignees != *server.assignees || before.spaces != server.spaces {
            self.link_people(slot, &before, Way::Out);
            self.link_people(slot, &server, Way::In);
        }
    }

    /// Removes a server that no setting and no selection names any longer.
    pub(crate) fn remove_server(&mut self, slot: Slot<Server>) {
        let Some(before) = self.servers.arc(slot) else { return };
        self.shelve(slot, &Shelf::of(&before), Way::Out);
        self.link_uses(&before, Way::Out);
        self.link_people(slot, &before, Way::Out);
        self.servers.remove(slot);
    }

    fn shelve(&mut self, slot: Slot<Server>, shelf: &Shelf, way: Way) {
        let servers = self.servers.clone();
        self.edit_contents(shelf.scope, |contents| {
            contents.registered.bring(slot, way, &servers);
            if shelf.shared {
                contents.servers.bring(slot, way, &servers);
            }
        });
        let tenant = if shelf.integration.is_none() { self.list_custom(slot, shelf.scope, way) } else { None };
        self.edit_below(shelf.scope, |below| match way {
            Way::In => below.add_server(shelf.integration),
            Way::Out => below.remove_server(shelf.integration),
        });
        if let Some(tenant) = tenant {
            self.group(tenant, way);
        }
        if let Some(owner) = shelf.owner {
            self.edit_holds(owner, |holds| holds.owns.bring(slot, way, &servers));
        }
    }

    /// A custom server, in the inventories up to its tenant's (N-1); the tenant, where it lies in one.
    fn list_custom(&mut self, slot: Slot<Server>, scope: Slot<Scope>, way: Way) -> Option<Slot<Scope>> {
        let (path, servers) = (self.path(scope).copied()?, self.servers.clone());
        for scope in path.iter().rev() {
            self.edit_contents(scope, |contents| contents.inventory.bring(slot, way, &servers));
            if self.is_tenant(scope) {
                return Some(scope);
            }
        }
        None
    }

    /// A tenant that has its first custom server, or no longer any, in what lies above it.
    fn group(&mut self, tenant: Slot<Scope>, way: Way) {
        let Some(record) = self.scopes.arc(tenant) else { return };
        let custom = record.contents.as_ref().map_or(0, |contents| contents.below.custom);
        if custom != u32::from(way == Way::In) {
            return;
        }
        let scopes = self.scopes.clone();
        for above in record.path.iter().filter(|above| *above != tenant) {
            self.edit_contents(above, |contents| contents.groups.bring(tenant, way, &scopes));
        }
    }

    fn link_uses(&mut self, server: &Server, way: Way) {
        for agent in server.agents.iter() {
            self.use_agent(agent, way);
        }
        if let Some(integration) = server.integration {
            self.use_integration(integration, way);
        }
    }

    fn use_agent(&mut self, agent: Slot<Agent>, way: Way) {
        if let Some(agent) = self.agents.get_mut(agent) {
            way.count(&mut agent.uses);
        }
    }

    fn use_integration(&mut self, integration: Slot<Integration>, way: Way) {
        if let Some(integration) = self.integrations.get_mut(integration) {
            way.count(&mut integration.uses);
        }
    }

    /// A server's assignees and spaces.
    fn link_people(&mut self, slot: Slot<Server>, server: &Server, way: Way) {
        if server.assignees.is_empty() && server.spaces.is_none() {
            return;
        }
        let servers = self.servers.clone();
        for assignee in server.assignees.iter() {
            self.edit_holds(*assignee, |holds| holds.assigned.bring(slot, way, &servers));
        }
        for space in server.spaces.iter().flatten() {
            if let Some(space) = self.spaces.get_mut(*space) {
                space.servers.bring(slot, way, &servers);
            }
        }
    }
}

// What deleted servers left.
impl Snapshot {
    /// Adds a tombstone; none where there is no room for another.
    pub(crate) fn add_tombstone(&mut self, tombstone: Tombstone) -> Option<Slot<Tombstone>> {
        let names = tombstone.names();
        let slot = self.tombstones.push(Arc::new(tombstone))?;
        let tombstones = &self.tombstones;
        for name in &names {
            self.graves.update(name, slot, &|slot, hear| {
                tombstones.get(slot).into_iter().flat_map(Tombstone::names).for_each(|name| hear(&name));
            });
        }
        Some(slot)
    }

    /// Those of one scope.
    pub(crate) fn buried_at(&self, scope: &str) -> Vec<&Tombstone> {
        self.buried(scope, |tombstone| *tombstone.scope == *scope)
    }

    /// Those of one address.
    pub(crate) fn buried_under(&self, digest: &Digest) -> Vec<&Tombstone> {
        self.buried(&digest.to_string(), |tombstone| tombstone.address_digest == *digest)
    }

    /// Each once: one may be found by its scope and by its address, where their hashes are about the same.
    fn buried(&self, name: &str, wanted: impl Fn(&Tombstone) -> bool) -> Vec<&Tombstone> {
        let mut slots: Vec<Slot<Tombstone>> = self.graves.maybe(name).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter().filter_map(|slot| self.tombstones.get(slot)).filter(|tombstone| wanted(tombstone)).collect()
    }
}

// Users.
impl Snapshot {
    /// Adds a user; none where there is no room for another.
    pub(crate) fn add_user(&mut self, user: User) -> Option<Slot<User>> {
        let slot = self.users.push(Arc::new(user.clone()))?;
        self.link_user(slot, None, Some(&user));
        Some(slot)
    }

    /// Puts a user in the place of what they were before, under the same id.
    pub(crate) fn put_user(&mut self, slot: Slot<User>, user: User) {
        let Some(before) = self.users.arc(slot) else { return };
        let user = Arc::new(User { holds: before.holds.clone(), ..user });
        self.users.set(slot, user.clone());
        self.link_user(slot, Some(&before), Some(&user));
    }

    /// Removes a user whom no server and no virtual server names any longer.
    pub(crate) fn remove_user(&mut self, slot: Slot<User>) {
        let Some(before) = self.users.arc(slot) else { return };
        // The sets know them by their id, which they lose last.
        let nobody =
            User { member_of: Default::default(), administers: Default::default(), tokens: Default::default(), ..(*before).clone() };
        self.users.set(slot, Arc::new(nobody));
        self.link_user(slot, Some(&before), None);
        self.users.remove(slot);
    }

    fn link_user(&mut self, slot: Slot<User>, before: Option<&User>, after: Option<&User>) {
        let scopes = |user: Option<&User>| user.map(User::scopes).unwrap_or_default();
        let entered = |user: Option<&User>| user.map(User::entered).unwrap_or_default();
        let (old, new) = (scopes(before), scopes(after));
        let (left, entered) = (without(&entered(before), &entered(after)), without(&entered(after), &entered(before)));
        let users = self.users.clone();
        // Counted while there are people in it: what nobody is in is forgotten.
        for scope in left {
            self.edit_contents(scope, |contents| contents.with_entry -= 1);
        }
        for (changed, way) in [(without(&old, &new), Way::Out), (without(&new, &old), Way::In)] {
            for scope in changed {
                self.edit_contents(scope, |contents| contents.people.bring(slot, way, &users));
            }
        }
        for scope in entered {
            self.edit_contents(scope, |contents| contents.with_entry += 1);
        }
        for (one, other, way) in [(before, after, Way::Out), (after, before, Way::In)] {
            let is_new = |token: &&Token| other.is_none_or(|other| other.token(token.id.as_str()).is_none_or(|same| !same.is_of(token)));
            for token in one.iter().flat_map(|user| user.tokens.iter()).filter(is_new) {
                self.link_token(slot, token, way, &users);
            }
        }
    }

    fn link_token(&mut self, slot: Slot<User>, token: &Token, way: Way, users: &Registry<User>) {
        self.tokens.update(&token.id, slot, &|user, hear| {
            users.get(user).iter().flat_map(|user| user.tokens.iter()).for_each(|token| hear(&token.id));
        });
        self.use_agent(token.agent, way);
        if let Some(client) = self.clients.get_mut(token.client) {
            way.count(&mut client.uses);
        }
        self.link_holder(slot, token, way);
    }

    /// Who has a token for a virtual server alone.
    fn link_holder(&mut self, slot: Slot<User>, token: &Token, way: Way) {
        let Some(only) = token.virtual_server else { return };
        // One of several tokens for it goes: they hold it still.
        let holds = |user: &User| user.tokens.iter().any(|token| token.virtual_server == Some(only));
        if way == Way::Out && self.users.get(slot).is_some_and(holds) {
            return;
        }
        let users = self.users.clone();
        if let Some(server) = self.virtual_servers.get_mut(only) {
            server.token_holders.bring(slot, way, &users);
        }
    }
}

// Virtual servers.
impl Snapshot {
    /// Adds a virtual server; none where there is no room for another.
    pub(crate) fn add_virtual_server(&mut self, server: VirtualServer) -> Option<Slot<VirtualServer>> {
        let server = Arc::new(server);
        let slot = self.virtual_servers.push(server.clone())?;
        self.shelve_virtual(slot, server.scope, Way::In);
        self.link_virtual(slot, None, Some(&server));
        Some(slot)
    }

    /// Puts a virtual server in the place of what it was before, under the same id.
    pub(crate) fn put_virtual_server(&mut self, slot: Slot<VirtualServer>, server: VirtualServer) {
        let Some(before) = self.virtual_servers.arc(slot) else { return };
        let server = Arc::new(VirtualServer { token_holders: before.token_holders.clone(), ..server });
        self.virtual_servers.set(slot, server.clone());
        if before.scope != server.scope {
            self.shelve_virtual(slot, before.scope, Way::Out);
            self.shelve_virtual(slot, server.scope, Way::In);
        }
        self.link_virtual(slot, Some(&before), Some(&server));
    }

    /// Removes a virtual server that no token names any longer.
    pub(crate) fn remove_virtual_server(&mut self, slot: Slot<VirtualServer>) {
        let Some(before) = self.virtual_servers.arc(slot) else { return };
        self.shelve_virtual(slot, before.scope, Way::Out);
        self.link_virtual(slot, Some(&before), None);
        self.virtual_servers.remove(slot);
    }

    fn shelve_virtual(&mut self, slot: Slot<VirtualServer>, scope: Slot<Scope>, way: Way) {
        let servers = self.virtual_servers.clone();
        self.edit_contents(scope, |contents| contents.virtual_servers.bring(slot, way, &servers));
        self.edit_below(scope, |below| way.count(&mut below.virtual_servers));
    }

    /// Whom a virtual server's access list names, and what it selects.
    fn link_virtual(&mut self, slot: Slot<VirtualServer>, before: Option<&VirtualServer>, after: Option<&VirtualServer>) {
        let servers = self.virtual_servers.clone();
        let users = |server: Option<&VirtualServer>| server.map(VirtualServer::users).unwrap_or_default();
        let selected = |server: Option<&VirtualServer>| server.map(VirtualServer::servers).unwrap_or_default();
        for (one, other, way) in [(before, after, Way::Out), (after, before, Way::In)] {
            for user in without(&users(one), &users(other)) {
                self.edit_holds(user, |holds| holds.granted.bring(slot, way, &servers));
            }
            for server in without(&selected(one), &selected(other)) {
                self.edit_named(server, |named| named.by_selections.bring(slot, way, &servers));
            }
        }
    }
}

// Scopes and their spaces.
impl Snapshot {
    /// Adds a scope, in the slot at the end of its path; none where there is no room for another.
    pub(crate) fn add_scope(&mut self, scope: Scope) -> Option<Slot<Scope>> {
        let slot = self.scopes.push(Arc::new(scope.clone()))?;
        self.link_scope(slot, &scope, Way::In);
        self.link_settings(slot, &[], &scope.restrictions);
        Some(slot)
    }

    /// Puts a scope in the place of what it was before, under the same id, level and parent.
    pub(crate) fn put_scope(&mut self, slot: Slot<Scope>, scope: Scope) {
        let Some(before) = self.scopes.arc(slot) else { return };
        let scope = Arc::new(Scope { contents: before.contents.clone(), ..scope });
        self.scopes.set(slot, scope.clone());
        self.link_settings(slot, &before.restrictions, &scope.restrictions);
    }

    /// Removes a scope that has nothing in it.
    pub(crate) fn remove_scope(&mut self, slot: Slot<Scope>) {
        let Some(before) = self.scopes.arc(slot) else { return };
        self.link_settings(slot, &before.restrictions, &[]);
        self.link_scope(slot, &before, Way::Out);
        self.scopes.remove(slot);
    }

    fn link_scope(&mut self, slot: Slot<Scope>, scope: &Scope, way: Way) {
        let Some(parent) = scope.path.parent() else { return };
        let role = self.level(scope).and_then(|level| level.role);
        let scopes = self.scopes.clone();
        self.edit_contents(parent, |contents| contents.children.bring(slot, way, &scopes));
        self.edit_below(parent, |below| match way {
            Way::In => below.add_scope(role),
            Way::Out => below.remove_scope(role),
        });
    }

    /// The integrations and servers that settings name.
    fn link_settings(&mut self, slot: Slot<Scope>, before: &[Restriction], after: &[Restriction]) {
        let named = |restrictions: &[Restriction], setting: Setting| restrictions.iter().any(|known| known.setting == setting);
        let (before, after) = differing(before, after);
        for (these, others, way) in [(before, after, Way::Out), (after, before, Way::In)] {
            for restriction in these.iter().filter(|restriction| !others.iter().any(|other| restriction.is_of(other))) {
                match restriction.setting {
                    Setting::Integration(integration) => self.use_integration(integration, way),
                    // Several authorities may name it: the scope is noted once.
                    Setting::Server(server) if !named(others, restriction.setting) => self.link_setting(slot, server, way),
                    _ => {}
                }
            }
        }
    }

    fn link_setting(&mut self, slot: Slot<Scope>, server: Slot<Server>, way: Way) {
        let scopes = self.scopes.clone();
        self.edit_named(server, |named| named.by_settings.bring(slot, way, &scopes));
    }

    /// Adds a space; none where there is no room for another.
    pub(crate) fn add_space(&mut self, space: Space) -> Option<Slot<Space>> {
        let (id, workspace) = (space.id.clone(), space.workspace);
        let slot = self.spaces.push(Arc::new(space))?;
        let spaces = self.spaces.clone();
        self.edit_contents(workspace, |contents| {
            let place = contents.spaces.partition_point(|known| spaces.get(*known).is_some_and(|known| known.id < id));
            contents.spaces.as_mut_vec().insert(place, slot);
        });
        self.edit_below(workspace, |below| below.spaces += 1);
        Some(slot)
    }

    /// Removes a space that no server names any longer.
    pub(crate) fn remove_space(&mut self, slot: Slot<Space>) {
        let Some(workspace) = self.spaces.get(slot).map(|space| space.workspace) else { return };
        self.edit_below(workspace, |below| below.spaces -= 1);
        self.edit_contents(workspace, |contents| contents.spaces.as_mut_vec().retain(|known| *known != slot));
        self.spaces.remove(slot);
    }
}

// The catalogue.
impl Snapshot {
    /// Adds an integration, or puts it in the place of what it was before.
    pub(crate) fn put_integration(&mut self, integration: Integration) -> Option<Slot<Integration>> {
        let before = self.integrations.find(integration.id.as_str()).map(|(slot, before)| (slot, before.clone()));
        let origins = integration.origins.clone();
        let (slot, old) = match before {
            Some((slot, before)) => {
                self.integrations.set(slot, Arc::new(Integration { uses: before.uses, ..integration }));
                (slot, before.origins)
            }
            None => {
                let slot = self.integrations.push(Arc::new(integration))?;
                let integrations = self.integrations.clone();
                self.catalog.bring(slot, Way::In, &integrations);
                (slot, Arc::default())
            }
        };
        self.origins.replace(slot, &old, &origins);
        Some(slot)
    }

    /// Removes an integration that nothing names any longer.
    pub(crate) fn remove_integration(&mut self, slot: Slot<Integration>) {
        let Some(before) = self.integrations.arc(slot) else { return };
        let integrations = self.integrations.clone();
        self.catalog.bring(slot, Way::Out, &integrations);
        self.origins.replace(slot, &before.origins, &[]);
        self.integrations.remove(slot);
    }
}

/// How often agents, clients and integrations are named, while a document's records are counted.
#[derive(Default)]
struct Uses {
    agents: Vec<u32>,
    clients: Vec<u32>,
    integrations: Vec<u32>,
}

impl Uses {
    fn count(uses: &mut Vec<u32>, index: usize) {
        if uses.len() <= index {
            uses.resize(index + 1, 0);
        }
        if let Some(uses) = uses.get_mut(index) {
            *uses += 1;
        }
    }

    fn agent(&mut self, agent: Slot<Agent>) {
        Self::count(&mut self.agents, agent.index());
    }

    fn client(&mut self, client: Slot<Client>) {
        Self::count(&mut self.clients, client.index());
    }

    fn integration(&mut self, integration: Slot<Integration>) {
        Self::count(&mut self.integrations, integration.index());
    }

    fn settle(self, snapshot: &mut Snapshot) {
        for (index, uses) in self.agents.into_iter().enumerate() {
            if let Some(agent) = Slot::new(index).and_then(|slot| snapshot.agents.get_mut(slot)) {
                agent.uses = uses;
            }
        }
        for (index, uses) in self.clients.into_iter().enumerate() {
            if let Some(client) = Slot::new(index).and_then(|slot| snapshot.clients.get_mut(slot)) {
                client.uses = uses;
            }
        }
        for (index, uses) in self.integrations.into_iter().enumerate() {
            if let Some(integration) = Slot::new(index).and_then(|slot| snapshot.integrations.get_mut(slot)) {
                integration.uses = uses;
            }
        }
    }
}
