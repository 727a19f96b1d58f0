//! Changes of single things: each with its users, and with what selects it.

use super::collect::{Found, Way, pair};
use super::server;
use crate::document::{Grant, State};
use crate::policy::{Integration, Server, Slot, Snapshot, User, VirtualServer};

/// Finds what became of everything that was touched, and of what depends on it.
pub(super) fn things(found: &mut Found<'_, '_>) {
    let touched = found.both.touched;
    touched.scopes.iter().for_each(|slot| scope(found, *slot));
    touched.users.iter().for_each(|slot| user(found, *slot));
    touched.servers.iter().for_each(|slot| touched_server(found, *slot));
    touched.virtual_servers.iter().for_each(|slot| touched_virtual_server(found, *slot));
    touched.integrations.iter().for_each(|slot| integration(found, *slot));
    if touched.platform {
        platform(found);
    }
}

/// A scope by itself; its settings are told on their own. Its users are those who belong to this very scope.
fn scope(found: &mut Found<'_, '_>, slot: Slot<crate::policy::Scope>) {
    let both = found.both;
    let Some(pair) = pair(&both.before.scopes, &both.after.scopes, slot) else { return };
    let (before, after) = (pair.before.map(|(_, scope)| scope), pair.after.map(|(_, scope)| scope));
    let differs = match (before, after) {
        (Some(before), Some(after)) => {
            let spaces = |snapshot: &Snapshot, scope: &crate::policy::Scope| -> Vec<String> {
                let slots = scope.contents.iter().flat_map(|contents| contents.spaces.iter());
                slots.filter_map(|slot| snapshot.spaces.get(*slot)).map(|space| format!("{}\n{}", space.id, space.name)).collect()
            };
            before.name != after.name
                || before.contact.as_deref() != after.contact.as_deref()
                || spaces(both.before, before) != spaces(both.after, after)
        }
        (before, after) => before.is_some() || after.is_some(),
    };
    let Some(scope) = after.or(before).filter(|_| differs) else { return };
    found.scope(pair.slot, scope);
    let people = scope.contents.iter().flat_map(|contents| contents.people.iter());
    for person in people {
        let record = both.after.users.get(person).or_else(|| both.before.users.get(person));
        if record.is_some_and(|user| user.access == crate::document::Access::Enabled && user.member_of.contains(&pair.slot)) {
            found.user(person);
        }
    }
}

fn user(found: &mut Found<'_, '_>, slot: Slot<User>) {
    let both = found.both;
    let Some(pair) = pair(&both.before.users, &both.after.users, slot) else { return };
    let text = |snapshot: &Snapshot, user: Option<(Slot<User>, &User)>| user.and_then(|(slot, _)| snapshot.user_text(slot));
    if text(both.before, pair.before) == text(both.after, pair.after) || !found.users_done.insert(pair.slot) {
        return;
    }
    found.user(pair.slot);
    tokens(found, pair.before, pair.after);
    // What names them, and holds for them or not by where they belong.
    for (_, user) in [pair.before, pair.after].into_iter().flatten() {
        let holds = user.holds.iter();
        for slot in holds.clone().flat_map(|holds| holds.owns.iter().chain(holds.assigned.iter())) {
            if compare_server(found, slot) {
                found.server(slot);
            }
        }
        for slot in holds.flat_map(|holds| holds.granted.iter()) {
            if compare_virtual_server(found, slot) {
                found.virtual_server(slot);
            }
        }
    }
}

/// A user's tokens: those that were issued, removed or revoked; what is active opens and closes (U-3).
fn tokens(found: &mut Found<'_, '_>, before: Option<(Slot<User>, &User)>, after: Option<(Slot<User>, &User)>) {
    let now = found.both.asked.now;
    let sides = [(before, after, Way::Closes), (after, before, Way::Opens)];
    for (one, other, way) in sides {
        let Some((slot, user)) = one else { continue };
        for token in user.tokens.iter() {
            let same = other.and_then(|(_, other)| other.token(token.id.as_str()));
            let differs = same.is_none_or(|same| {
                !same.is_of(token) || same.revoked.is_some() != token.revoked.is_some() || same.expires_at != token.expires_at
            });
            if differs {
                found.token(slot, token);
            }
            if token.is_active(now) && !same.is_some_and(|same| same.is_active(now)) {
                found.moves_token(way, slot, token);
            }
        }
    }
}

/// A server that was looked at already isn't looked at again.
fn compare_server(found: &mut Found<'_, '_>, slot: Slot<Server>) -> bool {
    found.servers_done.insert(slot) && server::compare(found, slot)
}

fn touched_server(found: &mut Found<'_, '_>, slot: Slot<Server>) {
    let both = found.both;
    if both.before.server_text(slot) == both.after.server_text(slot) {
        return;
    }
    compare_server(found, slot);
    found.server(slot);
    match (both.before.servers.get(slot), both.after.servers.get(slot)) {
        // Whose it is and who its delegates are concerns these alone.
        (Some(before), Some(after)) if is_roster_alone(both.before, before, slot, after) => {
            let (old, new) = (&before.assignees, &after.assignees);
            let changed = old.iter().filter(|user| !new.contains(user)).chain(new.iter().filter(|user| !old.contains(user)));
            changed.for_each(|user| found.user(*user));
        }
        _ => server::users(found, slot),
    }
}

/// Whether nothing but owner and assignees differ.
fn is_roster_alone(snapshot: &Snapshot, before: &Server, slot: Slot<Server>, after: &Server) -> bool {
    use crate::document::Canonical;
    let same = Server { owner: before.owner, assignees: before.assignees.clone(), ..after.clone() };
    snapshot.server_text(slot) == Some(crate::policy::export::Export(snapshot).server(&same).canonical())
}

fn touched_virtual_server(found: &mut Found<'_, '_>, slot: Slot<VirtualServer>) {
    let both = found.both;
    let Some(pair) = pair(&both.before.virtual_servers, &both.after.virtual_servers, slot) else { return };
    let text = |snapshot: &Snapshot, server: Option<(Slot<VirtualServer>, &VirtualServer)>| {
        server.and_then(|(slot, _)| snapshot.virtual_server_text(slot))
    };
    if text(both.before, pair.before) == text(both.after, pair.after) {
        return;
    }
    compare_virtual_server(found, slot);
    found.virtual_server(pair.slot);
    let now = both.asked.now;
    for ((of, server), snapshot) in
        pair.before.map(|found| (found, both.before)).into_iter().chain(pair.after.map(|found| (found, both.after)))
    {
        server.access.iter().for_each(|entry| found.user(entry.user));
        for holder in server.token_holders.iter() {
            let tokens = snapshot.users.get(holder).into_iter().flat_map(|user| user.tokens.iter());
            for token in tokens.filter(|token| token.virtual_server == Some(of) && token.is_active(now)) {
                found.token(holder, token);
            }
        }
    }
}

/// Whether anybody gains or loses anything of a virtual server: it comes or goes, is published or no longer, or is granted
/// (V-1 to V-3, V-7).
fn compare_virtual_server(found: &mut Found<'_, '_>, slot: Slot<VirtualServer>) -> bool {
    let both = found.both;
    let Some(pair) = pair(&both.before.virtual_servers, &both.after.virtual_servers, slot) else { return false };
    if !found.virtual_servers_done.insert(pair.slot) {
        return false;
    }
    let (mut opens, mut closes) = (pair.before.is_none(), pair.after.is_none());
    if let (Some((_, before)), Some((_, after))) = (pair.before, pair.after) {
        let published = |server: &VirtualServer| server.state == State::Published;
        opens |= !published(before) && published(after);
        closes |= published(before) && !published(after);
        let has = |snapshot: &Snapshot, server: &VirtualServer, user: Slot<User>, grant: Grant| {
            let counts = grant == Grant::Manage || published(server);
            counts && snapshot.users.get(user).is_some_and(|record| snapshot.has_grant(user, record, server, grant))
        };
        for entry in before.access.iter().chain(after.access.iter()) {
            let (had, has) = (has(both.before, before, entry.user, entry.grant), has(both.after, after, entry.user, entry.grant));
            opens |= !had && has;
            closes |= had && !has;
        }
        if published(before) && published(after) {
            selection(found, before, after);
        }
    }
    if opens {
        found.moves_virtual_server(Way::Opens, pair.slot);
    }
    if closes {
        found.moves_virtual_server(Way::Closes, pair.slot);
    }
    opens || closes
}

/// The tools that a published one comes to expose, or no longer; those of a server that goes, go with it.
fn selection(found: &mut Found<'_, '_>, before: &VirtualServer, after: &VirtualServer) {
    let both = found.both;
    for (one, other, way) in [(before, after, Way::Closes), (after, before, Way::Opens)] {
        for tool in one.tools.iter().flatten() {
            let is_same = |same: &crate::policy::Selected| same.server == tool.server && same.tool == tool.tool;
            let stays = both.before.servers.get(tool.server).is_some() && both.after.servers.get(tool.server).is_some();
            if stays && !other.tools.iter().flatten().any(is_same) {
                found.moves_tool(way, tool.server, tool.tool);
            }
        }
    }
}

/// An integration with its servers, and with the custom servers at its addresses (I-4 to I-7). A name decides nothing.
fn integration(found: &mut Found<'_, '_>, slot: Slot<Integration>) {
    let both = found.both;
    let Some(pair) = pair(&both.before.integrations, &both.after.integrations, slot) else { return };
    let (before, after) = (pair.before.map(|(_, entry)| entry), pair.after.map(|(_, entry)| entry));
    let same = before.zip(after).is_some_and(|(before, after)| {
        let tools = |entry: &Integration| entry.tools.iter().map(|tool| (tool.name, tool.label, tool.approved)).collect::<Vec<_>>();
        before.approved == after.approved && before.origins == after.origins && tools(before) == tools(after)
    });
    if same {
        return;
    }
    let claims = |entry: Option<&Integration>, server: &Server| {
        let patterns = entry.into_iter().flat_map(|entry| entry.origins.iter());
        let address = server.address.as_ref().map(|(address, _)| address);
        server.integration.is_none() && address.is_some_and(|address| patterns.into_iter().any(|pattern| pattern.claims(address)))
    };
    let concerned: Vec<Slot<Server>> = {
        let is_of = |server: &Server| server.integration == Some(pair.slot) || claims(before, server) || claims(after, server);
        both.after.servers.slots().filter(|(_, server)| is_of(server)).map(|(slot, _)| slot).collect()
    };
    for slot in concerned {
        compare_server(found, slot);
        found.server(slot);
        server::users(found, slot);
    }
}

/// The platform's part with every server that it opens or closes (O-1, O-2, K-4).
fn platform(found: &mut Found<'_, '_>) {
    let both = found.both;
    let decides = |snapshot: &Snapshot| {
        let platform = &snapshot.platform;
        (platform.enforce_use, platform.read, platform.write, platform.unlabelled, snapshot.origins.allow.clone())
    };
    if decides(both.before) == decides(both.after) {
        return;
    }
    let all: Vec<Slot<Server>> = both.after.servers.slots().map(|(slot, _)| slot).collect();
    for slot in all {
        let tools = found.moved_tools();
        if compare_server(found, slot) || found.moved_tools() > tools {
            found.server(slot);
            server::users(found, slot);
        }
    }
}
