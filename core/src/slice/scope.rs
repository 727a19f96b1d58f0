//! What a slice for a scope holds.

use std::collections::{BTreeMap, BTreeSet};

use super::cut::{Contents, Cut, Place};
use super::walk;
use crate::document::{Document, Grant, SliceKind, SliceSubject, State, Text, shape::Shape};
use crate::policy::{Export, Scope, Server, Slot, Snapshot, User, VirtualServer};

/// The scope with its subtree, what lies above as far as it reaches down, and the people who work or administer there.
pub(super) fn slice<'p>(snapshot: &'p Snapshot, slot: Slot<Scope>, scope: &'p Scope) -> Document<'p> {
    let below = walk::subtree(snapshot, slot);
    let above: Vec<Slot<Scope>> = scope.path.iter().filter(|other| *other != slot).collect();
    let record = |slot: &Slot<Scope>| snapshot.scopes.get(*slot);
    let shown: BTreeSet<Slot<Scope>> = below.iter().chain(&above).copied().collect();
    let servers: Vec<&Server> = below.iter().flat_map(|scope| walk::servers_at(snapshot, *scope)).collect();
    let virtual_servers: Vec<&VirtualServer> = below.iter().flat_map(|scope| walk::virtual_servers_at(snapshot, *scope)).collect();

    let mut people = People { snapshot, shown: &shown, all: BTreeMap::new() };
    for scope in &below {
        people.add(walk::people_of(snapshot, *scope));
    }
    // Who belongs to a scope above works in every workspace below it (L-8).
    for scope in &above {
        people.add(walk::people_of(snapshot, *scope).filter(|(_, user)| user.member_of.contains(scope)));
    }
    // The inventory names who registered a server, even if they have left since (N-2, P-9).
    people.add_known(servers.iter().filter_map(|server| server.owner), false);
    people.add_known(servers.iter().flat_map(|server| &server.assignees).copied(), true);
    people.add_known(virtual_servers.iter().flat_map(|server| &server.access).map(|entry| entry.user), true);
    let people = people.all;

    let is_here = |user: &Slot<User>| snapshot.users.get(*user).is_some_and(|user| people.contains_key(&*user.id));
    // A virtual server above exists for who has an entry there (V-1, V-3, P-12).
    let reaches_down = |server: &&VirtualServer| {
        let mut entries = server.access.iter().filter(|entry| server.state == State::Published || entry.grant == Grant::Manage);
        entries.any(|entry| is_here(&entry.user))
    };
    let from_above = above.iter().flat_map(|scope| walk::virtual_servers_at(snapshot, *scope)).filter(reaches_down);
    let shared = above.iter().flat_map(|scope| walk::shared_at(snapshot, *scope));
    let contents = Contents {
        scopes: above
            .iter()
            .filter_map(record)
            .map(|scope| (scope, Place::Above))
            .chain(below.iter().filter_map(record).map(|scope| (scope, Place::Inside)))
            .collect(),
        servers: shared.map(|server| (server, Place::Above)).chain(servers.iter().map(|server| (*server, Place::Inside))).collect(),
        tombstones: below.iter().flat_map(|scope| walk::tombstones_at(snapshot, *scope)).collect(),
        virtual_servers: from_above
            .map(|server| (server, Place::Above))
            .chain(virtual_servers.iter().map(|server| (*server, Place::Inside)))
            .collect(),
    };
    let cut = Cut {
        snapshot,
        export: Export(snapshot),
        path: scope.path,
        only: None,
        scopes: shown.iter().filter_map(record).map(|scope| (&*scope.id, Text::from(&*scope.id))).collect(),
        inside: below.iter().filter_map(record).map(|scope| &*scope.id).collect(),
        spaces: Cut::spaces(snapshot, below.iter().filter_map(record)),
        users: people.into_iter().filter_map(|(id, slot)| Some((id, snapshot.users.get(slot)?))).collect(),
        servers: contents.servers.iter().map(|(server, _)| &*server.id).collect(),
        hides: false,
        hidden: BTreeMap::new(),
        listing: BTreeSet::new(),
    };
    cut.document(SliceSubject { kind: SliceKind::Scope, scope: Some(Text::from(&*scope.id)), ..Shape::blank() }, &contents)
}

/// The users of a slice, by id.
struct People<'p, 's> {
    snapshot: &'p Snapshot,
    /// The scopes of the slice.
    shown: &'s BTreeSet<Slot<Scope>>,
    all: BTreeMap<&'p str, Slot<User>>,
}

impl<'p> People<'p, '_> {
    fn add(&mut self, users: impl Iterator<Item = (Slot<User>, &'p User)>) {
        self.all.extend(users.map(|(slot, user)| (&*user.id, slot)));
    }

    /// Those whom a record names; perhaps only who has a place in the slice, for others are strangers there.
    fn add_known(&mut self, users: impl Iterator<Item = Slot<User>>, placed: bool) {
        for slot in users {
            let Some(user) = self.snapshot.users.get(slot) else { continue };
            if !placed || user.member_of.iter().chain(&user.administers).any(|scope| self.shown.contains(scope)) {
                self.all.insert(&user.id, slot);
            }
        }
    }
}
