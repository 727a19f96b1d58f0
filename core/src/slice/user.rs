//! What a slice for one user in one workspace holds: nothing that doesn't exist for that user.

use std::collections::{BTreeMap, BTreeSet};

use super::cut::{Contents, Cut, Place};
use super::walk;
use crate::decide::is_shared;
use crate::document::{Document, Grant, SliceKind, SliceSubject, State, Text, shape::Shape};
use crate::policy::{Export, Integration, Scope, Server, Setting, Slot, Snapshot, User, Value, VirtualServer};

/// The path with opaque ids above the workspace, what the user sees from there, and the user alone.
pub(super) fn slice<'p>(snapshot: &'p Snapshot, slot: Slot<User>, user: &'p User, workspace: &'p Scope) -> Document<'p> {
    let path: Vec<&Scope> = workspace.path.iter().filter_map(|scope| snapshot.scopes.get(scope)).collect();
    let is_workspace = |scope: &Scope| scope.id == workspace.id;
    let place = |scope: &Scope| if is_workspace(scope) { Place::Inside } else { Place::Above };
    let servers = servers(snapshot, slot, user, workspace);
    let here = workspace.path.iter().flat_map(|scope| walk::virtual_servers_at(snapshot, scope));
    let manages = |server: &'p VirtualServer| {
        let exists = server.grants(slot, Grant::Manage) || server.state == State::Published && server.grants(slot, Grant::Connect);
        exists.then_some((server, Place::Above))
    };
    let contents = Contents {
        scopes: path.iter().map(|scope| (*scope, place(scope))).collect(),
        servers: servers.values().map(|server| (*server, if server.owner == Some(slot) { Place::Inside } else { Place::Above })).collect(),
        tombstones: Vec::new(),
        virtual_servers: here.filter_map(manages).collect(),
    };
    // All but the root's administrators: these are told of everything in the catalogue.
    let hides = !user.administers.contains(&snapshot.root);
    let cut = Cut {
        snapshot,
        export: Export(snapshot),
        path: workspace.path,
        only: Some(slot),
        scopes: scopes(&path, workspace),
        inside: [&*workspace.id].into(),
        spaces: Cut::spaces(snapshot, [workspace].into_iter()),
        users: [(&*user.id, user)].into(),
        servers: servers.keys().copied().collect(),
        hides,
        hidden: if hides { hidden(snapshot, &servers) } else { BTreeMap::new() },
        listing: listing(snapshot, &path),
    };
    let subject = SliceSubject {
        kind: SliceKind::User,
        user: Some(Text::from(&*user.id)),
        workspace: Some(Text::from(&*workspace.id)),
        ..Shape::blank()
    };
    cut.document(subject, &contents)
}

/// The servers that exist for the user there (L-8, C-7, C-8), by id.
fn servers<'p>(snapshot: &'p Snapshot, slot: Slot<User>, user: &'p User, workspace: &'p Scope) -> BTreeMap<&'p str, &'p Server> {
    let policy = snapshot.scope_policy(workspace.path);
    let stored = workspace.path.iter().flat_map(|scope| walk::shared_at(snapshot, scope));
    let shared = stored.filter(|server| is_shared(server, &policy));
    let owned = user.holds.iter().flat_map(|holds| holds.owns.iter()).filter_map(|server| snapshot.servers.get(server));
    let own = owned.filter(|server| server.owner == Some(slot) && Some(server.scope) == workspace.path.scope());
    shared.chain(own).map(|server| (&*server.id, server)).collect()
}

/// The workspace under its own id, each scope above by its depth.
fn scopes<'p>(path: &[&'p Scope], workspace: &'p Scope) -> BTreeMap<&'p str, Text<'p>> {
    let shown = |(depth, scope): (usize, &&'p Scope)| {
        let id = &*scope.id;
        let opaque = || fresh(format!("depth-{depth}"), |id| id == &*workspace.id);
        (id, if id == &*workspace.id { Text::from(id) } else { Text::from(opaque()) })
    };
    path.iter().enumerate().map(shown).collect()
}

/// What the catalogue doesn't approve, as far as a decision needs it: where it claims addresses (I-6), or a server is of it.
///
/// They are numbered by their origins, so that not even the order of their ids is told.
fn hidden<'p>(snapshot: &'p Snapshot, servers: &BTreeMap<&str, &Server>) -> BTreeMap<&'p str, Text<'p>> {
    let used: BTreeSet<Slot<Integration>> = servers.values().filter_map(|server| server.integration).collect();
    let used: BTreeSet<&str> = used.into_iter().filter_map(|slot| snapshot.integrations.get(slot)).map(|found| &*found.id).collect();
    let unapproved = snapshot.integrations.iter().filter(|integration| !integration.approved);
    let mut hidden: Vec<&Integration> = unapproved.filter(|found| !found.origins.is_empty() || used.contains(&*found.id)).collect();
    let origins = |integration: &'p Integration| integration.origins.iter().map(|pattern| pattern.text());
    hidden.sort_by(|one, other| origins(one).cmp(origins(other)).then_with(|| one.id.cmp(&other.id)));
    let is_approved = |id: &str| snapshot.integrations.find(id).is_some_and(|(_, found)| found.approved);
    let named = hidden.into_iter().enumerate();
    named.map(|(number, found)| (&*found.id, Text::from(fresh(format!("hidden-{number}"), is_approved)))).collect()
}

/// The authorities whose `off` of new integrations makes their `on` for one of them count (I-9).
fn listing<'p>(snapshot: &'p Snapshot, path: &[&'p Scope]) -> BTreeSet<&'p str> {
    let stored = path.iter().flat_map(|scope| scope.stored(Setting::NewIntegrations));
    let off = stored.filter(|restriction| restriction.value == Value::Off);
    off.filter_map(|restriction| snapshot.scopes.get(restriction.authority)).map(|authority| &*authority.id).collect()
}

/// An id that is nobody else's in the slice.
fn fresh(mut id: String, is_taken: impl Fn(&str) -> bool) -> String {
    while is_taken(&id) {
        id.push('~');
    }
    id
}
