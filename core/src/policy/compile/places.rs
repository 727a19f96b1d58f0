//! A document compiled so that it follows a policy: what stays keeps its slot, and its tools their places, so that targets
//! stay good; what is gone leaves its slot empty (contract 4).
//!
//! While a document is compiled, a record's place is its slot. So whatever is gone is stood in for by a record that no
//! document can hold, which goes again by the way that every record goes.

use std::collections::BTreeMap;

use super::*;
use crate::document::limits::MAX_AGENTS;

/// Compiles a valid document that replaces a policy's.
pub(crate) fn successor(mut document: wire::Document<'_>, before: &Snapshot) -> Option<Snapshot> {
    let root = document.scopes.iter().find(|scope| scope.parent.is_none())?;
    let (root, level) = (root.id.clone(), root.level.clone());
    let agents = few(&mut document.agents, &before.agents, |id| wire::Agent { id, ..Shape::blank() });
    let clients = kept(&mut document.clients, &before.clients, |client| &client.id, |id| wire::Client { id, ..Shape::blank() });
    let integrations =
        kept(&mut document.catalog, &before.integrations, |entry| &entry.id, |id| wire::Integration { id, ..Shape::blank() });
    let users = kept(&mut document.users, &before.users, |user| &user.id, |id| wire::User { id, ..Shape::blank() });
    let tombstones =
        kept(&mut document.tombstones, &before.tombstones, |tombstone| &tombstone.id, |id| wire::Tombstone { id, ..Shape::blank() });
    let scope = |id| wire::Scope { id, level: level.clone(), parent: Some(root.clone()), ..Shape::blank() };
    let scopes = kept(&mut document.scopes, &before.scopes, |scope| &scope.id, scope);
    let server = |id| wire::Server { id, scope: root.clone(), ..Shape::blank() };
    let servers = kept(&mut document.servers, &before.servers, |server| &server.id, server);
    let server = |id| wire::VirtualServer { id, scope: root.clone(), ..Shape::blank() };
    let virtual_servers = kept(&mut document.virtual_servers, &before.virtual_servers, |server| &server.id, server);
    // Names keep their slots as all else does: whoever compares the two versions compares names by these.
    let mut names = Names::new();
    before.names.iter().try_for_each(|name| names.slot(name).map(drop))?;
    let mut next = compiled(document, before.load, names)?;
    servers.into_iter().for_each(|slot| next.remove_server(slot));
    virtual_servers.into_iter().for_each(|slot| next.remove_virtual_server(slot));
    users.into_iter().for_each(|slot| next.remove_user(slot));
    scopes.into_iter().for_each(|slot| next.remove_scope(slot));
    integrations.into_iter().for_each(|slot| next.remove_integration(slot));
    agents.into_iter().for_each(|slot| next.agents.remove(slot));
    clients.into_iter().for_each(|slot| next.clients.remove(slot));
    tombstones.into_iter().for_each(|slot| next.tombstones.remove(slot));
    if !keep_tools(&mut next, before) {
        // So many tools came and went that there are no places for more: all targets are made anew, as after a load.
        next.load = Load::next();
    }
    Some(next)
}

/// Puts rows in their records' slots, and new ones after all; says which slots a stand-in has.
fn kept<'d, R, W, T: Keyed>(rows: &mut R, before: &Registry<T>, id: fn(&W) -> &str, stand_in: impl Fn(Text<'d>) -> W) -> Vec<Slot<T>>
where
    R: IntoIterator<Item = W> + FromIterator<W> + Default,
{
    let (mut places, new) = apart(std::mem::take(rows), before, id);
    places.extend(new.into_iter().map(Some));
    stood_in(rows, places, stand_in)
}

/// The same of agents, which have as many slots as there may be agents: new ones take those that nobody had before, and
/// where there are none left, those of agents that go.
fn few<'d>(rows: &mut List<wire::Agent<'d>>, before: &Registry<Agent>, stand_in: impl Fn(Text<'d>) -> wire::Agent<'d>) -> Vec<Slot<Agent>> {
    let (mut places, new) = apart(std::mem::take(rows), before, |agent| &agent.id);
    places.resize_with(places.len().max(MAX_AGENTS), || None);
    let had = |place: &usize| Slot::new(*place).is_some_and(|slot| before.get(slot).is_some());
    let mut free: Vec<usize> = places.iter().enumerate().filter(|(_, row)| row.is_none()).map(|(place, _)| place).collect();
    free.sort_by_key(had);
    for (place, row) in free.into_iter().zip(new) {
        if let Some(place) = places.get_mut(place) {
            *place = Some(row);
        }
    }
    let len = places.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    places.truncate(len);
    stood_in(rows, places, stand_in)
}

/// What stays, in its place, and what is new.
fn apart<W, T: Keyed>(rows: impl IntoIterator<Item = W>, before: &Registry<T>, id: fn(&W) -> &str) -> (Vec<Option<W>>, Vec<W>) {
    let mut places: Vec<Option<W>> = Vec::new();
    places.resize_with(before.next().map_or(0, Slot::index), || None);
    let mut new = Vec::new();
    for row in rows {
        match before.slot(id(&row)).and_then(|slot| places.get_mut(slot.index())) {
            Some(place) => *place = Some(row),
            None => new.push(row),
        }
    }
    (places, new)
}

/// Fills empty places; the stand-ins' slots.
fn stood_in<'d, R: FromIterator<W>, W, T>(rows: &mut R, places: Vec<Option<W>>, stand_in: impl Fn(Text<'d>) -> W) -> Vec<Slot<T>> {
    let empty = places.iter().enumerate().filter(|(_, row)| row.is_none()).filter_map(|(place, _)| Slot::new(place)).collect();
    // No id has a control character.
    let filled = places.into_iter().enumerate().map(|(place, row)| row.unwrap_or_else(|| stand_in(Text::from(format!("\u{0}{place}")))));
    *rows = filled.collect();
    empty
}

/// Puts the tools of each server and virtual server that stays in the places that they had, and new ones after all; whether
/// there is room for them.
fn keep_tools(next: &mut Snapshot, before: &Snapshot) -> bool {
    let servers = before.servers.slots().filter_map(|(slot, old)| {
        let order = order(&old.tool_names, before, &next.servers.get(slot)?.tool_names, next)?;
        Some((slot, order))
    });
    let servers: Vec<_> = servers.collect();
    let virtual_servers = before.virtual_servers.slots().filter_map(|(slot, old)| {
        let order = order(&old.exposed_names, before, &next.virtual_servers.get(slot)?.exposed_names, next)?;
        Some((slot, order))
    });
    let virtual_servers: Vec<_> = virtual_servers.collect();
    let mut orders = servers.iter().map(|(_, order)| order).chain(virtual_servers.iter().map(|(_, order)| order));
    if orders.any(|order| order.len() > Target::PLACES) {
        return false;
    }
    for (slot, order) in servers {
        if let Some(server) = next.servers.get_mut(slot) {
            reorder(&mut server.tool_names, &order);
            reorder(&mut server.tools, &order);
        }
    }
    for (slot, order) in virtual_servers {
        if let Some(server) = next.virtual_servers.get_mut(slot) {
            reorder(&mut server.exposed_names, &order);
            reorder(&mut server.tools, &order);
        }
    }
    true
}

/// Where each tool comes from that is to stand in a place; none at all where they stand right.
fn order(was: &[Option<Slot<str>>], before: &Snapshot, is: &[Option<Slot<str>>], next: &Snapshot) -> Option<Vec<Option<usize>>> {
    let was = || was.iter().map(|name| name.and_then(|name| before.names.get(name)));
    let is = || is.iter().map(|name| name.and_then(|name| next.names.get(name)));
    if was().eq(is()) {
        return None;
    }
    let mut left: BTreeMap<&str, usize> = is().enumerate().filter_map(|(place, name)| Some((name?, place))).collect();
    let mut order: Vec<Option<usize>> = was().map(|name| left.remove(name?)).collect();
    order.extend(left.into_values().map(Some));
    Some(order)
}

fn reorder<T>(places: &mut Box<[Option<T>]>, order: &[Option<usize>]) {
    let mut before = std::mem::take(places);
    *places = order.iter().map(|place| before.get_mut((*place)?)?.take()).collect();
}
