//! Disabling, enabling and deleting (N-4 to N-6, D-5, P-15).

use super::super::judge::Judge;
use super::super::refusal::Refusal;
use super::super::{DeleteServer, DisableServer, EnableServer};
use super::{Of, righted};
use crate::address::address_digest;
use crate::decide::Reason;
use crate::policy::{Cause, Disabled, Name, Scope, Server, Setting, Slot, Tombstone};

/// The authority under which the actor stops a server; none: a delegate's, who has none to name (D-5).
fn right_to_stop(of: Of<'_>, named: Option<&str>) -> Result<Option<Slot<Scope>>, Refusal> {
    if of.administrator().is_some() {
        return Ok(Some(of.who.authority(of.server.scope, named)?));
    }
    righted(of.delegate().filter(|_| named.is_none()))?;
    Ok(None)
}

/// Whether the actor may disable a server, and under which authority.
pub(crate) fn may_disable(of: Of<'_>, named: Option<&str>) -> Result<Option<Slot<Scope>>, Refusal> {
    let authority = right_to_stop(of, named)?;
    of.refuse_for(Reason::CustomUseOff, of.use_offs())?;
    Ok(authority)
}

pub(in super::super) fn disable(judge: &mut Judge<'_>, change: &DisableServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let authority = may_disable(of, change.r#as.as_deref())?;
    let (slot, stamp) = (of.slot, judge.asked.stamp());
    judge.draft.edit_server(slot, |server| {
        if !server.disabled.iter().any(|entry| entry.authority == authority) {
            server.disabled.push(Disabled { authority, stamp });
        }
    });
    Ok(())
}

impl Of<'_> {
    /// The administrators' disables, as causes.
    pub(super) fn disables(self) -> Vec<Cause> {
        let Some(path) = self.path() else { return Vec::new() };
        let depth = |scope| path.depth_of(scope);
        let entries = self.server.disabled.iter().filter_map(|entry| entry.authority);
        let cause = |authority| {
            let (authority_depth, at_depth) = (depth(authority)?, depth(self.server.scope)?);
            Some(Cause { authority_depth, at_depth, setting: Setting::Disabled, authority, at: self.server.scope })
        };
        entries.filter_map(cause).collect()
    }
}

/// Whether the actor may enable a server: under which authority, and what stays, since it stands above.
pub(crate) fn may_enable(of: Of<'_>, named: Option<&str>) -> Result<(Option<Slot<Scope>>, Vec<Cause>), Refusal> {
    let authority = right_to_stop(of, named)?;
    let highest = of.who.highest(of.server.scope);
    let mut above = of.disables();
    above.retain(|cause| highest.is_none_or(|highest| cause.authority_depth < highest));
    if !above.is_empty() && above.len() == of.server.disabled.len() {
        of.refuse_for(Reason::Locked, above.clone())?;
    }
    of.refuse_for(Reason::CustomUseOff, of.use_offs())?;
    Ok((authority, above))
}

pub(in super::super) fn enable(judge: &mut Judge<'_>, change: &EnableServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let (authority, above) = may_enable(of, change.r#as.as_deref())?;
    let named = change.r#as.is_some();
    let stays = |entry: &Disabled| match entry.authority {
        // With `as` that one entry alone goes; else every one of the actor's authority or below, delegates' included.
        given if named => given != authority,
        None => false,
        Some(given) => authority.is_none() || above.iter().any(|cause| cause.authority == given),
    };
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| server.disabled = server.disabled.iter().filter(|entry| stays(entry)).cloned().collect());
    Ok(())
}

/// Whether the actor may delete a server.
pub(crate) fn may_delete(of: Of<'_>) -> Result<(), Refusal> {
    of.held_to(of.administrator().or_else(|| of.owner_or_stand_in()))
}

pub(in super::super) fn delete(judge: &mut Judge<'_>, change: &DeleteServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    may_delete(of)?;
    let slot = of.slot;
    bury(judge, slot);
    Ok(())
}

/// A server goes, out of settings and virtual servers too, and leaves a tombstone (N-5, P-15).
pub(in super::super) fn bury(judge: &mut Judge<'_>, slot: Slot<Server>) {
    let Some(server) = judge.draft.next.servers.get(slot).cloned() else { return };
    let named = server.named.clone().unwrap_or_default();
    for scope in named.by_settings.iter() {
        judge.draft.edit_scope(scope, |scope| {
            let of_it = |setting: Setting| setting == Setting::Server(slot);
            scope.restrictions = scope.restrictions.iter().filter(|restriction| !of_it(restriction.setting)).cloned().collect();
        });
    }
    for virtual_server in named.by_selections.iter() {
        judge.draft.edit_virtual_server(virtual_server, |virtual_server| {
            for (tool, name) in virtual_server.tools.iter_mut().zip(&mut virtual_server.exposed_names) {
                if tool.as_ref().is_some_and(|tool| tool.server == slot) {
                    (*tool, *name) = (None, None);
                }
            }
        });
    }
    let next = &mut judge.draft.next;
    let scope_id = |scope: Slot<Scope>| next.scopes.get(scope).map_or_else(Name::default, |scope| scope.id.clone());
    let tombstone = Tombstone {
        id: server.id.clone(),
        scope: scope_id(server.scope),
        owner: server.owner.and_then(|owner| next.users.get(owner)).map(|owner| owner.id.clone()),
        address_digest: address_digest(&server.stored_address),
        deleted: judge.asked.stamp(),
        disabled: server.disabled.iter().filter_map(|entry| entry.authority).map(scope_id).collect(),
    };
    next.remove_server(slot);
    judge.draft.touched.servers.push(slot);
    if let Some(tombstone) = next.add_tombstone(tombstone) {
        judge.draft.touched.tombstones.push(tombstone);
    }
}
