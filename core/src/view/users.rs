//! The grid of users (U-5, U-11).

use std::collections::BinaryHeap;

use super::ViewKind;
use super::control::{Control, Proposal};
use super::sample;
use super::shown::{Head, LastUsed, Piece, shown};
use super::sight::Sight;
use super::user::{access, remove, revoke, seen_tokens};
use crate::change::ChangeKind;
use crate::decide::Reason;
use crate::document::{Access, Time};
use crate::policy::{Scope, Slot, Snapshot, User};

shown! {
    /// The users of a subtree.
    pub struct UsersView<'p> {
        /// The scope.
        scope: must Head<'p> = "scope",
        /// How many fit.
        count: must u64 = "count",
        /// What may be done here.
        controls: must UsersControls<'p> = "controls",
        /// The users, by name, then id.
        rows: must Vec<UsersRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// What may be done with the users of a scope.
    pub struct UsersControls<'p> {
        /// Adding one.
        add: must Control<'p> = "add",
    }

    /// A user.
    pub struct UsersRow<'p> {
        /// Their id.
        user: must &'p str = "user",
        /// Their name.
        name: must &'p str = "name",
        /// Whether their access is enabled (U-1).
        access: must Access = "access",
        /// When they were first enabled; absent: never.
        added_at: maybe Time = "addedAt",
        /// The clients that they have a token for.
        clients: must Vec<ClientDot<'p>> = "clients",
        /// The last forwarded call.
        last_used: maybe LastUsed = "lastUsed",
        /// What may be done with them.
        controls: must UsersRowControls<'p> = "controls",
    }

    /// A client of a user.
    pub struct ClientDot<'p> {
        /// Its id.
        client: must &'p str = "client",
        /// Its name.
        name: must &'p str = "name",
        /// Whether one of the tokens is active.
        active: must bool = "active",
    }

    /// What may be done with a user of the grid.
    pub struct UsersRowControls<'p> {
        /// Their access.
        access: must Control<'p> = "access",
        /// Their active tokens.
        revoke: must Control<'p> = "revoke",
        /// Removing them.
        remove: must Control<'p> = "remove",
    }
}

/// The users of a scope's subtree: who belongs to or administers any scope of it, and at the root everybody (P-V10).
fn each_of_subtree<'s>(snapshot: &'s Snapshot, scope: Slot<Scope>, hear: &mut dyn FnMut(Slot<User>, &'s User)) {
    if scope == snapshot.root {
        snapshot.users.slots().for_each(|(slot, user)| hear(slot, user));
        return;
    }
    let (mut open, mut people) = (vec![scope], Vec::new());
    while let Some(scope) = open.pop() {
        let Some(contents) = snapshot.scopes.get(scope).and_then(|scope| scope.contents.as_deref()) else { continue };
        open.extend(contents.children.iter());
        // Who has a token alone isn't of it.
        let is_of_it = |slot: &Slot<User>| snapshot.users.get(*slot).is_some_and(|user| user.entries().any(|entry| entry == scope));
        people.extend(contents.people.iter().filter(is_of_it));
    }
    people.sort_unstable();
    people.dedup();
    for slot in people {
        if let Some(user) = snapshot.users.get(slot) {
            hear(slot, user);
        }
    }
}

/// How many users fit, and the first so many of those behind a name and id, by name, then id.
fn grid<'s>(
    snapshot: &'s Snapshot,
    scope: Slot<Scope>,
    fits: impl Fn(&User) -> bool,
    after: Option<(&str, &str)>,
    most: usize,
) -> (u64, Vec<(Slot<User>, &'s User)>) {
    let mut count = 0;
    // The last of those kept is on top: most others are compared with it alone.
    let mut kept: BinaryHeap<(&'s str, &'s str, Slot<User>)> = BinaryHeap::with_capacity(most + 1);
    each_of_subtree(snapshot, scope, &mut |slot, user| {
        if !fits(user) {
            return;
        }
        count += 1;
        let place = (user.name.as_str(), user.id.as_str(), slot);
        if after.is_some_and(|after| (place.0, place.1) <= after) || kept.len() == most && kept.peek().is_some_and(|last| place >= *last) {
            return;
        }
        kept.push(place);
        if kept.len() > most {
            kept.pop();
        }
    });
    let kept = kept.into_sorted_vec().into_iter().filter_map(|(_, _, slot)| Some((slot, snapshot.users.get(slot)?)));
    (count, kept.collect())
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<UsersView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let scope = sight.who.scope(scope)?;
    let sight = sight.about(scope);
    if !sight.who.administers(scope) {
        return Err(Reason::NotAdministrator);
    }
    let head = sight.head(scope).ok_or(Reason::UnknownScope)?;
    // Those who fit are of the smaller subtree; of none where neither lies in the other.
    let wanted = sight.question.filter.as_ref().and_then(|filter| filter.scope.as_deref());
    let within = match wanted.map(|wanted| sight.who.scope(wanted)).transpose()? {
        Some(wanted) => {
            let lies_in = |one: Slot<Scope>, other| snapshot.path(one).is_some_and(|path| path.holds(other));
            [(wanted, scope), (scope, wanted)].into_iter().find(|(one, other)| lies_in(*one, *other)).map(|(one, _)| one)
        }
        None => Some(scope),
    };
    let badge = sight.wanted_badge();
    let fits = |user: &User| {
        let has_badge = match badge {
            Some("enabled") => user.access == Access::Enabled,
            Some("disabled") => user.access == Access::Disabled,
            Some(_) => user.added_at.is_none(),
            None => true,
        };
        has_badge && sight.fits_text(&user.id, &user.name)
    };
    let after = sight.after();
    let after = after.as_ref().map(|cursor| (cursor.key(0), cursor.key(1)));
    let (count, found) = within.map_or_else(Default::default, |within| grid(snapshot, within, fits, after, sight.question.size() + 1));
    let (rows, next) = sight.page(
        ViewKind::Users,
        found,
        |(_, user)| vec![user.name.as_str(), user.id.as_str()],
        |(slot, user)| row(sight, scope, slot, user),
    );
    Ok(UsersView { scope: head, count, controls: UsersControls { add: add(sight, scope) }, rows, next })
}

fn row<'p>(sight: Sight<'p>, scope: Slot<Scope>, slot: Slot<User>, user: &'p User) -> UsersRow<'p> {
    let tokens = seen_tokens(sight, slot, user);
    let mut clients: Vec<ClientDot<'p>> = Vec::new();
    for (client, active) in &tokens.clients {
        if let Some(client) = sight.snapshot.clients.get(*client) {
            clients.push(ClientDot { client: &client.id, name: &client.name, active: *active });
        }
    }
    clients.sort_by_key(|dot| dot.client);
    UsersRow {
        user: &user.id,
        name: &user.name,
        access: user.access,
        added_at: user.added_at,
        clients,
        last_used: tokens.last_used(sight),
        controls: UsersRowControls {
            access: access(sight, scope, user),
            revoke: revoke(sight, scope, user, tokens.active),
            remove: remove(sight, scope, user),
        },
    }
}

fn add<'p>(sight: Sight<'p>, scope: Slot<Scope>) -> Control<'p> {
    let id = sample::unused(|id| sight.snapshot.users.slot(id).is_some());
    let none = Piece::List(Vec::new());
    let member = Piece::List(vec![sight.scope_id(scope).into()]);
    let record = Piece::object().with("memberOf", member).with("administers", none).with("access", "disabled");
    let change = |record: Piece<'p>| Proposal::new(ChangeKind::AddUser).with("user", record);
    let verdict = sight.permits(&change(record.clone().with("id", id).with("name", sample::TEXT)), scope);
    Control::new(false).choose(true, change(record), &["/user/id", "/user/name"], verdict)
}
