//! Layer 2: what doesn't exist for the caller is unknown, whatever it is (U-8, C-7, C-8, V-1 to V-3, I-4).

use super::super::eval::{Attests, Case, Found, FoundTool, Object, Source};
use super::super::reason::Reason;
use crate::document::{Grant, State, Visibility};
use crate::policy::{Aim, Integration, ScopePolicy, Server, Setting, Slot, Snapshot, VirtualServer, Whereabouts};

impl Found<'_> {
    /// Before anything is looked for.
    pub(crate) const NOTHING: Self =
        Self { is_any: false, through: None, server: None, integration: None, address: None, tool: None, attests: Attests::NOTHING };
}

/// Finds the target, or says why there is none.
#[inline(always)]
pub(crate) fn find<'p>(case: &Case<'_, 'p>, policy: &ScopePolicy<'p>, found: &mut Found<'p>) -> Result<(), Reason> {
    match case.object {
        Object::Tool(Aim::Tool(slot, place)) => {
            let (slot, server) = visible(case, policy, slot)?;
            of_tool(case, slot, server, place, found);
            Ok(())
        }
        _ => find_other(case, policy, found),
    }
}

/// The same of all that isn't a server's own tool.
#[inline(never)]
fn find_other<'p>(case: &Case<'_, 'p>, policy: &ScopePolicy<'p>, found: &mut Found<'p>) -> Result<(), Reason> {
    let snapshot = case.snapshot;
    match case.object {
        Object::Tool(Aim::Tool(..)) => return Err(Reason::UnknownTool),
        Object::Tool(Aim::VirtualTool(slot, place)) => {
            let through = virtual_server(case, policy, slot)?;
            // V-2: not selected, not shared, or not visible here.
            let selected = place.and_then(|place| through.tools.get(usize::from(place))?.as_ref()).ok_or(Reason::UnknownTool)?;
            let server = snapshot.servers.get(selected.server).ok_or(Reason::UnknownTool)?;
            if !is_shared(server, policy) || !policy.path().holds(server.scope) {
                return Err(Reason::UnknownTool);
            }
            found.through = Some(through);
            of_tool(case, selected.server, server, server.tool_of(selected.tool), found);
        }
        Object::Server(slot, redirect) => {
            let (slot, server) = if case.standing.host { known(snapshot, slot) } else { visible(case, policy, slot) }?;
            of_server(case, slot, server, found);
            if let Some(to) = redirect {
                found.address = to.map(Whereabouts::of);
            }
        }
        Object::Registration { source, address, .. } => {
            if let Source::Integration(slot) = source {
                found.integration = Some(connectable(case, slot)?);
            }
            found.address = address.map(Whereabouts::of);
        }
        Object::Integration(slot) => found.integration = Some(connectable(case, slot)?),
        Object::VirtualServer(slot) => found.through = Some(virtual_server(case, policy, slot)?),
    }
    Ok(())
}

#[inline(always)]
fn known(snapshot: &Snapshot, slot: Option<Slot<Server>>) -> Result<(Slot<Server>, &Server), Reason> {
    slot.and_then(|slot| Some((slot, snapshot.servers.get(slot)?))).ok_or(Reason::UnknownServer)
}

/// A server that the caller sees in the workspace (L-8): on its path and shared, or their own private one there (C-8).
#[inline(always)]
fn visible<'p>(case: &Case<'_, 'p>, policy: &ScopePolicy<'p>, slot: Option<Slot<Server>>) -> Result<(Slot<Server>, &'p Server), Reason> {
    let (slot, server) = known(case.snapshot, slot)?;
    let seen = if is_shared(server, policy) {
        policy.path().holds(server.scope)
    } else {
        server.owner.is_some() && server.owner == case.standing.user && policy.path().scope() == Some(server.scope)
    };
    if seen { Ok((slot, server)) } else { Err(Reason::UnknownServer) }
}

/// C-7: a custom server is private whatever it says while sharing is off on the path in question.
#[inline]
pub(crate) fn is_shared(server: &Server, policy: &ScopePolicy<'_>) -> bool {
    server.visibility == Visibility::Shared && (server.integration.is_some() || !policy.is_off(Setting::CustomSharing))
}

/// A virtual server that is published, above the workspace, and the caller's to connect to (V-1, V-3).
fn virtual_server<'p>(
    case: &Case<'_, 'p>,
    policy: &ScopePolicy<'p>,
    slot: Option<Slot<VirtualServer>>,
) -> Result<&'p VirtualServer, Reason> {
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
fn connectable<'p>(case: &Case<'_, 'p>, slot: Option<Slot<Integration>>) -> Result<(Slot<Integration>, &'p Integration), Reason> {
    let snapshot = case.snapshot;
    let found = slot.and_then(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    let (slot, integration) = found.ok_or(Reason::UnknownIntegration)?;
    let user = case.standing.user.and_then(|user| snapshot.users.get(user));
    let root = case.standing.path.and_then(|path| path.nth(0));
    let of_root = user.zip(root).is_some_and(|(user, root)| user.administers.binary_search(&root).is_ok());
    if integration.approved || (of_root && !case.withholds) { Ok((slot, integration)) } else { Err(Reason::UnknownIntegration) }
}

#[inline(always)]
pub(crate) fn of_server<'p>(case: &Case<'_, 'p>, slot: Slot<Server>, server: &'p Server, found: &mut Found<'p>) {
    let snapshot = case.snapshot;
    found.server = Some((slot, server));
    found.attests = case.facts.of(slot, server);
    found.integration = server.integration.and_then(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    found.address = server.address.as_ref().map(|(address, vetting)| Whereabouts::vetted(address, vetting, &snapshot.origins));
}

#[inline(always)]
fn of_tool<'p>(case: &Case<'_, 'p>, slot: Slot<Server>, server: &'p Server, place: Option<u16>, found: &mut Found<'p>) {
    of_server(case, slot, server, found);
    found.tool = place.and_then(|place| found.tool_at(place));
}

impl<'p> Found<'p> {
    /// The tool at a place in the server's list.
    #[inline]
    pub(crate) fn tool_at(&self, place: u16) -> Option<FoundTool<'p>> {
        let (server_slot, server) = self.server?;
        let tool = server.tools.get(usize::from(place))?.as_ref()?;
        let in_catalog = self.integration.and_then(|(_, integration)| integration.tool(tool.name, tool.in_catalog));
        Some(FoundTool { server_slot, server, place, tool, in_catalog })
    }
}
