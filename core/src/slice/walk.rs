//! What lies at one scope. A slice costs what it holds.

use crate::policy::{Contents, Scope, Server, Slot, Snapshot, Tombstone, User, VirtualServer};

fn contents(snapshot: &Snapshot, scope: Slot<Scope>) -> Option<&Contents> {
    snapshot.scopes.get(scope)?.contents.as_deref()
}

/// A scope and everything below it.
pub(super) fn subtree(snapshot: &Snapshot, top: Slot<Scope>) -> Vec<Slot<Scope>> {
    let mut found = vec![top];
    let mut next = 0;
    while let Some(scope) = found.get(next).copied() {
        found.extend(contents(snapshot, scope).into_iter().flat_map(|contents| contents.children.iter()));
        next += 1;
    }
    found
}

/// Every server of a scope, private ones too.
pub(super) fn servers_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &Server> {
    let registered = contents(snapshot, scope).into_iter().flat_map(|contents| contents.registered.iter());
    registered.filter_map(|server| snapshot.servers.get(server))
}

/// The servers of a scope that are stored as shared.
pub(super) fn shared_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &Server> {
    let shared = contents(snapshot, scope).into_iter().flat_map(|contents| contents.servers.iter());
    shared.filter_map(|server| snapshot.servers.get(server))
}

/// The virtual servers of a scope.
pub(super) fn virtual_servers_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &VirtualServer> {
    let here = contents(snapshot, scope).into_iter().flat_map(|contents| contents.virtual_servers.iter());
    here.filter_map(|server| snapshot.virtual_servers.get(server))
}

/// Who belongs to a scope or administers it, by an entry of that very scope.
pub(super) fn people_of(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = (Slot<User>, &User)> {
    let people = contents(snapshot, scope).into_iter().flat_map(|contents| contents.people.iter());
    let people = people.filter_map(|slot| Some((slot, snapshot.users.get(slot)?)));
    people.filter(move |(_, user)| user.member_of.contains(&scope) || user.administers.contains(&scope))
}

/// What deleted servers of a scope left.
pub(super) fn tombstones_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &Tombstone> {
    snapshot.scopes.get(scope).map(|scope| snapshot.buried_at(&scope.id)).unwrap_or_default().into_iter()
}
