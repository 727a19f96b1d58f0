//! Layer 2: what doesn't exist for the caller is unknown, whatever it is (U-8, C-7, C-8, V-1 to V-3, I-4).

use super::super::eval::{Case, Found, Object, Source};
use super::super::reason::Reason;
use crate::document::{Grant, State, Visibility};
use crate::policy::{Aim, Integration, ScopePolicy, Server, Setting, Slot, Snapshot, VirtualServer};

const NOTHING: Found<'static> = Found { through: None, server: None, integration: None, address: None, tool: None };

/// The target, or why there is none.
pub(crate) fn find<'p>(case: &Case<'p>, policy: &ScopePolicy<'p>) -> Result<Found<'p>, Reason> {
    let snapshot = case.snapshot;
    match case.object {
        Object::Tool(Aim::Tool(slot, place)) => {
            let (slot, server) = visible(case, policy, slot)?;
            Ok(Found { tool: tool(server, place), ..of_server(snapshot, slot, server) })
        }
        Object::Tool(Aim::VirtualTool(slot, place)) => {
            let through = virtual_server(case, policy, slot)?;
            // V-2: not selected, not shared, or not visible here.
            let selected = place.and_then(|place| through.tools.get(usize::from(place))).ok_or(Reason::UnknownTool)?;
            let server = snapshot.servers.get(selected.server).ok_or(Reason::UnknownTool)?;
            if !is_shared(server, policy) || !policy.path().holds(server.scope) {
                return Err(Reason::UnknownTool);
            }
            let place = server.tool_of(selected.tool);
            Ok(Found { through: Some(through), tool: tool(server, place), ..of_server(snapshot, selected.server, server) })
        }
        Object::Server(slot, redirect) => {
            let (slot, server) = if case.standing.host { known(snapshot, slot) } else { visible(case, policy, slot) }?;
            let found = of_server(snapshot, slot, server);
            Ok(Found { address: redirect.unwrap_or(found.address), ..found })
        }
        Object::Registration { source: Source::Custom, address, .. } => Ok(Found { address, ..NOTHING }),
        Object::Registration { source: Source::Integration(slot), address, .. } => {
            Ok(Found { integration: Some(connectable(case, slot)?), address, ..NOTHING })
        }
        Object::Integration(slot) => Ok(Found { integration: Some(connectable(case, slot)?), ..NOTHING }),
        Object::VirtualServer(slot) => Ok(Found { through: Some(virtual_server(case, policy, slot)?), ..NOTHING }),
    }
}

fn known(snapshot: &Snapshot, slot: Option<Slot<Server>>) -> Result<(Slot<Server>, &Server), Reason> {
    slot.and_then(|slot| Some((slot, snapshot.servers.get(slot)?))).ok_or(Reason::UnknownServer)
}

/// A server that the caller sees in the workspace (L-8): on its path and shared, or their own private one there (C-8).
fn visible<'p>(case: &Case<'p>, policy: &ScopePolicy<'p>, slot: Option<Slot<Server>>) -> Result<(Slot<Server>, &'p Server), Reason> {
    let (slot, server) = known(case.snapshot, slot)?;
    let seen = if is_shared(server, policy) {
        policy.path().holds(server.scope)
    } else {
        server.owner.is_some() && server.owner == case.standing.user && policy.path().scope() == Some(server.scope)
    };
    if seen { Ok((slot, server)) } else { Err(Reason::UnknownServer) }
}

/// C-7: a custom server is private whatever it says while sharing is off on the path in question.
pub(crate) fn is_shared(server: &Server, policy: &ScopePolicy<'_>) -> bool {
    server.visibility == Visibility::Shared && (server.integration.is_some() || !policy.is_off(Setting::CustomSharing))
}

/// A virtual server that is published, above the workspace, and the caller's to connect to (V-1, V-3).
fn virtual_server<'p>(case: &Case<'p>, policy: &ScopePolicy<'p>, slot: Option<Slot<VirtualServer>>) -> Result<&'p VirtualServer, Reason> {
    let server = slot.and_then(|slot| case.snapshot.virtual_servers.get(slot)).ok_or(Reason::UnknownVirtualServer)?;
    if server.state != State::Published || !policy.path().holds(server.scope) {
        return Err(Reason::UnknownVirtualServer);
    }
    // V-7's inert grants can't occur here: who belongs to a workspace below the scope belongs to a scope of its path or subtree.
    let user = case.standing.user.ok_or(Reason::UnknownVirtualServer)?;
    if server.grants(user, Grant::Connect) {
        Ok(server)
    } else if server.grants(user, Grant::Manage) {
        Err(Reason::ConnectNotGranted)
    } else {
        Err(Reason::UnknownVirtualServer)
    }
}

/// I-4: who may learn that the catalogue holds an entry back are the root's administrators.
fn connectable<'p>(case: &Case<'p>, slot: Option<Slot<Integration>>) -> Result<(Slot<Integration>, &'p Integration), Reason> {
    let snapshot = case.snapshot;
    let found = slot.and_then(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    let (slot, integration) = found.ok_or(Reason::UnknownIntegration)?;
    let user = case.standing.user.and_then(|user| snapshot.users.get(user));
    let root = case.standing.path.and_then(|path| path.nth(0));
    let of_root = user.zip(root).is_some_and(|(user, root)| user.administers.binary_search(&root).is_ok());
    if integration.approved || (of_root && !case.withholds) { Ok((slot, integration)) } else { Err(Reason::UnknownIntegration) }
}

fn of_server<'p>(snapshot: &'p Snapshot, slot: Slot<Server>, server: &'p Server) -> Found<'p> {
    let integration = server.integration.and_then(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    Found { through: None, server: Some((slot, server)), integration, address: server.address.as_ref(), tool: None }
}

fn tool(server: &Server, place: Option<u16>) -> Option<(u16, &crate::policy::Tool)> {
    let place = place?;
    Some((place, server.tools.get(usize::from(place))?))
}
