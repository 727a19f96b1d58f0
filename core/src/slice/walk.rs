//! What lies at one scope. A slice costs what it holds, as far as these do.

use crate::policy::{Scope, Server, Slot, Snapshot, Tombstone, User};

/// The scopes right below one.
fn children(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = Slot<Scope>> {
    slots(snapshot.scopes.iter()).filter(move |(_, below)| below.path.parent() == Some(scope)).map(|(below, _)| below)
}

/// A scope and everything below it.
pub(super) fn subtree(snapshot: &Snapshot, top: Slot<Scope>) -> Vec<Slot<Scope>> {
    let mut found = vec![top];
    let mut next = 0;
    while let Some(scope) = found.get(next).copied() {
        found.extend(children(snapshot, scope));
        next += 1;
    }
    found
}

/// Every server of a scope, private ones too.
pub(super) fn servers_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &Server> {
    snapshot.servers.iter().filter(move |server| server.scope == scope)
}

/// Who belongs to a scope or administers it, by an entry of that very scope.
pub(super) fn people_of(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = (Slot<User>, &User)> {
    slots(snapshot.users.iter()).filter(move |(_, user)| user.member_of.contains(&scope) || user.administers.contains(&scope))
}

/// What deleted servers of a scope left.
pub(super) fn tombstones_at(snapshot: &Snapshot, scope: Slot<Scope>) -> impl Iterator<Item = &Tombstone> {
    let id = snapshot.scopes.get(scope).map(|scope| &scope.id);
    snapshot.tombstones.iter().filter(move |tombstone| Some(&tombstone.scope) == id)
}

fn slots<'s, T: 's>(records: impl Iterator<Item = &'s T>) -> impl Iterator<Item = (Slot<T>, &'s T)> {
    records.enumerate().filter_map(|(place, record)| Some((Slot::new(place)?, record)))
}
