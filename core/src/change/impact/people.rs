//! Who belongs where something changes, and the tokens for there (L-8, U-3).

use super::collect::Found;
use super::tally::Bits;
use crate::document::Access;
use crate::policy::{Scope, Slot, User};

/// Counts everybody of the places that were found: who belongs there, themselves or through a scope above, and has access;
/// and the virtual servers that select what was found.
pub(super) fn everybody(found: &mut Found<'_, '_>) {
    selections(found);
    let both = found.both;
    // Who belongs to a scope above belongs there.
    let mut reached: Bits<Scope> = Bits::default();
    for slot in found.places.iter() {
        let path = both.after.path(slot).or_else(|| both.before.path(slot));
        // From below: what lies above one that is there already is there too.
        for scope in path.into_iter().flat_map(|path| path.iter().rev()) {
            if !reached.insert(scope) {
                break;
            }
        }
    }
    if reached.len() * 2 >= both.after.scopes.len() {
        // Most of them: in the order in which they lie in memory.
        for (slot, user) in both.after.users.slots() {
            person(found, &reached, slot, user);
        }
        return;
    }
    let mut met: Bits<User> = Bits::default();
    for scope in reached.iter() {
        let contents = both.after.scopes.get(scope).and_then(|scope| scope.contents.as_ref());
        for slot in contents.into_iter().flat_map(|contents| contents.people.iter()) {
            if met.insert(slot)
                && let Some(user) = both.after.users.get(slot)
            {
                person(found, &reached, slot, user);
            }
        }
    }
}

fn person(found: &mut Found<'_, '_>, reached: &Bits<Scope>, slot: Slot<User>, user: &User) {
    if user.access == Access::Enabled && user.member_of.iter().any(|scope| reached.contains(*scope)) {
        found.user(slot);
    }
    if found.token_places.len() > 0 {
        let now = found.both.asked.now;
        for token in user.tokens.iter().filter(|token| token.is_active(now)) {
            if found.token_places.contains(token.workspace) {
                found.token_there(slot, token);
            }
        }
    }
}

/// The virtual servers that select an affected server: by the fewer of the two.
fn selections(found: &mut Found<'_, '_>) {
    let both = found.both;
    if found.servers.len() == 0 {
        return;
    }
    for snapshot in [both.before, both.after] {
        if found.servers.len() < snapshot.virtual_servers.len() {
            let servers: Vec<_> = found.servers.set.iter().collect();
            let named = servers.into_iter().filter_map(|slot| snapshot.servers.get(slot)?.named.as_ref());
            let selecting: Vec<_> = named.flat_map(|named| named.by_selections.iter()).collect();
            selecting.into_iter().for_each(|slot| found.virtual_server(slot));
        } else {
            for (slot, server) in snapshot.virtual_servers.slots() {
                if server.tools.iter().flatten().any(|tool| found.servers.set.contains(tool.server)) {
                    found.virtual_server(slot);
                }
            }
        }
    }
}
