//! The next policy while it is made: a copy that shares everything with the one before, and what of it was touched.

use super::event;
use crate::document::Canonical;
use crate::document::json::Writer;
use crate::policy::{Agent, Client, Integration, Keyed, Registry, Scope, Server, Slot, Snapshot, Tombstone, User, VirtualServer, export};

/// A policy in the making.
pub(crate) struct Draft {
    pub(crate) next: Snapshot,
    pub(crate) touched: Touched,
    /// Whoever asks wants to know whether a change may be made: edits of servers and users are noted alone, and what would go or
    /// come stays as it is.
    pub(crate) is_trial: bool,
    /// On trial: whether somebody's access would be another (U-7).
    pub(crate) changes_access: bool,
}

/// What was changed, added or removed, each perhaps several times.
#[derive(Clone, Default)]
pub(crate) struct Touched {
    pub(crate) scopes: Vec<Slot<Scope>>,
    pub(crate) users: Vec<Slot<User>>,
    pub(crate) servers: Vec<Slot<Server>>,
    pub(crate) virtual_servers: Vec<Slot<VirtualServer>>,
    pub(crate) agents: Vec<Slot<Agent>>,
    pub(crate) clients: Vec<Slot<Client>>,
    pub(crate) integrations: Vec<Slot<Integration>>,
    pub(crate) tombstones: Vec<Slot<Tombstone>>,
    pub(crate) levels: bool,
    pub(crate) platform: bool,
    /// The document's own parts, which an import alone changes.
    pub(crate) document: bool,
}

fn each_once<T>(slots: &mut Vec<Slot<T>>) {
    slots.sort_unstable();
    slots.dedup();
}

impl Touched {
    /// Adds what else was touched.
    pub(crate) fn extend(&mut self, other: Self) {
        self.scopes.extend(other.scopes);
        self.users.extend(other.users);
        self.servers.extend(other.servers);
        self.virtual_servers.extend(other.virtual_servers);
        self.agents.extend(other.agents);
        self.clients.extend(other.clients);
        self.integrations.extend(other.integrations);
        self.tombstones.extend(other.tombstones);
        self.levels |= other.levels;
        self.platform |= other.platform;
        self.document |= other.document;
    }

    /// Each once, in the order of slots.
    pub(crate) fn settle(&mut self) {
        each_once(&mut self.scopes);
        each_once(&mut self.users);
        each_once(&mut self.servers);
        each_once(&mut self.virtual_servers);
        each_once(&mut self.agents);
        each_once(&mut self.clients);
        each_once(&mut self.integrations);
        each_once(&mut self.tombstones);
    }

    /// Whether any of it differs between two versions of the policy, in its canonical form (P-5).
    pub(crate) fn differs(&self, before: &Snapshot, after: &Snapshot) -> bool {
        let mut touched = self.clone();
        // What was removed and made again has another slot under its id, and may be as it was.
        each_other(&mut touched.scopes, &before.scopes, &after.scopes, |old, new| {
            let text = |snapshot: &Snapshot, slot| snapshot.scopes.get(slot).map(|scope| export::Export(snapshot).scope(scope).canonical());
            text(before, old) != text(after, new)
        });
        each_other(&mut touched.users, &before.users, &after.users, |old, new| before.user_text(old) != after.user_text(new));
        each_other(&mut touched.virtual_servers, &before.virtual_servers, &after.virtual_servers, |old, new| {
            before.virtual_server_text(old) != after.virtual_server_text(new)
        });
        each_other(&mut touched.agents, &before.agents, &after.agents, |old, new| before.agent_text(old) != after.agent_text(new));
        each_other(&mut touched.clients, &before.clients, &after.clients, |old, new| before.client_text(old) != after.client_text(new));
        each_other(&mut touched.integrations, &before.integrations, &after.integrations, |old, new| {
            before.integration_text(old) != after.integration_text(new)
        });
        let mut events = Vec::new();
        event::tell(None, before, after, &touched, &mut events);
        !events.is_empty()
    }
}

/// Leaves out the slots of records that both versions have under one id in different slots, where these don't differ.
fn each_other<T: Keyed>(slots: &mut Vec<Slot<T>>, before: &Registry<T>, after: &Registry<T>, differs: impl Fn(Slot<T>, Slot<T>) -> bool) {
    slots.retain(|slot| {
        let record = match (before.get(*slot), after.get(*slot)) {
            (Some(record), None) | (None, Some(record)) => record,
            _ => return true,
        };
        let twins = before.find(record.key()).zip(after.find(record.key()));
        twins.is_none_or(|((old, _), (new, _))| differs(old, new))
    });
}

/// Records in their canonical form; none where there is no such record.
impl Snapshot {
    /// Without its settings, but for their annotations.
    pub(crate) fn scope_text(&self, slot: Slot<Scope>) -> Option<String> {
        self.scopes.get(slot).map(|scope| export::Export(self).bare_scope(scope).canonical())
    }

    pub(crate) fn user_text(&self, slot: Slot<User>) -> Option<String> {
        self.users.get(slot).map(|user| export::Export(self).user(user).canonical())
    }

    pub(crate) fn server_text(&self, slot: Slot<Server>) -> Option<String> {
        self.servers.get(slot).map(|server| export::Export(self).server(server).canonical())
    }

    pub(crate) fn virtual_server_text(&self, slot: Slot<VirtualServer>) -> Option<String> {
        self.virtual_servers.get(slot).map(|server| export::Export(self).virtual_server(server).canonical())
    }

    pub(crate) fn agent_text(&self, slot: Slot<Agent>) -> Option<String> {
        self.agents.get(slot).map(|agent| export::Export(self).agent(agent).canonical())
    }

    pub(crate) fn client_text(&self, slot: Slot<Client>) -> Option<String> {
        self.clients.get(slot).map(|client| export::Export(self).client(client).canonical())
    }

    pub(crate) fn integration_text(&self, slot: Slot<Integration>) -> Option<String> {
        self.integrations.get(slot).map(|integration| export::Export(self).integration(integration).canonical())
    }

    pub(crate) fn tombstone_text(&self, slot: Slot<Tombstone>) -> Option<String> {
        self.tombstones.get(slot).map(|tombstone| export::tombstone(tombstone).canonical())
    }

    pub(crate) fn levels_text(&self) -> String {
        let levels: Vec<String> = self.levels.iter().map(|level| export::level(level).canonical()).collect();
        format!("[{}]", levels.join(","))
    }

    pub(crate) fn platform_text(&self) -> String {
        export::platform(&self.platform, &self.origins).canonical()
    }

    /// What no record holds: `$schema` and the annotations, as an object.
    pub(crate) fn top_text(&self) -> String {
        let mut out = Writer::compact();
        out.open('{');
        if let Some(schema) = &self.schema {
            out.key("$schema");
            out.string(schema);
        }
        let mut notes: Vec<(&str, &str)> = self.notes.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        notes.sort_unstable();
        out.key("annotations");
        out.open('{');
        for (key, text) in notes {
            out.key(key);
            out.string(text);
        }
        out.close('}');
        out.close('}');
        out.finish()
    }
}

impl Draft {
    /// On top of a policy.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self { next: snapshot.clone(), touched: Touched::default(), is_trial: false, changes_access: false }
    }

    /// Edits a scope; what is restricted there is settled anew.
    pub(crate) fn edit_scope(&mut self, slot: Slot<Scope>, edit: impl FnOnce(&mut Scope)) {
        let Some(mut scope) = self.next.scopes.get(slot).cloned() else { return };
        edit(&mut scope);
        scope.restricted = Scope::mask(&scope.restrictions, scope.path.parent().is_none(), scope.access_control);
        self.next.put_scope(slot, scope);
        self.touched.scopes.push(slot);
    }

    /// Edits a user.
    pub(crate) fn edit_user(&mut self, slot: Slot<User>, edit: impl FnOnce(&mut User)) {
        let Some(mut user) = self.next.users.get(slot).cloned() else { return };
        if self.is_trial {
            let access = user.access;
            edit(&mut user);
            self.changes_access |= user.access != access;
            return;
        }
        edit(&mut user);
        self.next.put_user(slot, user);
        self.touched.users.push(slot);
    }

    /// Edits a server.
    pub(crate) fn edit_server(&mut self, slot: Slot<Server>, edit: impl FnOnce(&mut Server)) {
        if self.is_trial {
            self.touched.servers.push(slot);
            return;
        }
        let Some(mut server) = self.next.servers.get(slot).cloned() else { return };
        edit(&mut server);
        self.next.put_server(slot, server);
        self.touched.servers.push(slot);
    }

    /// Edits a virtual server.
    pub(crate) fn edit_virtual_server(&mut self, slot: Slot<VirtualServer>, edit: impl FnOnce(&mut VirtualServer)) {
        let Some(mut server) = self.next.virtual_servers.get(slot).cloned() else { return };
        edit(&mut server);
        self.next.put_virtual_server(slot, server);
        self.touched.virtual_servers.push(slot);
    }
}
