//! What a server is called, who may use it, and who looks after it (C-7, K-1, K-2, K-12, K-14, D-2, R-1, S-11).

use super::super::judge::Judge;
use super::super::refusal::Refusal;
use super::super::{EditServer, Nullable, SetAgents, SetAssignees, SetSpaces, SetVisibility, SwitchServer, WaiveSharedCredential};
use super::{Of, Right, righted};
use crate::decide::Reason;
use crate::document::{Credentials, List, Method, Text, Visibility, allows_header};
use crate::policy::{Agents, Name, Server, ServerNotes, Setting, Snapshot, Waiver, compile};

pub(in super::super) fn edit(judge: &mut Judge<'_>, change: &EditServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let shared = |right: Option<Right>| right.filter(|_| of.is_shared());
    let of_record = || shared(of.administrator()).or_else(|| of.owner_or_stand_in());
    let beyond_name = change.headers.is_some() || change.authorization.is_some();
    let right = if beyond_name { of_record() } else { shared(of.administrator()).or_else(|| shared(of.delegate())).or_else(of_record) };
    of.held_to(right)?;
    let mut edited = of.server.clone();
    if let Some(name) = &change.name {
        edited.name = Name::from(&**name);
    }
    if let Some(headers) = &change.headers {
        edited.headers = headers.iter().map(|header| Name::from(&**header)).collect();
    }
    if let Some(authorization) = &change.authorization {
        edited.method = authorization.method;
        edited.credentials = authorization.credentials.unwrap_or(Credentials::PerUser);
        let notes = compile::notes(authorization.annotations.clone());
        let mut all = edited.notes.take().unwrap_or_default();
        all.authorization = notes;
        edited.notes = Some(all).filter(|all| all.is_any());
    }
    headers_are_allowed(edited.headers.iter().map(|header| header.as_str()), edited.method)?;
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| *server = edited);
    Ok(())
}

impl ServerNotes {
    /// Whether there is any.
    fn is_any(&self) -> bool {
        !(self.server.is_empty() && self.source.is_empty() && self.authorization.is_empty() && self.tools.is_empty())
    }
}

/// K-12: none of the transport's own names.
pub(super) fn headers_are_allowed<'h>(mut headers: impl Iterator<Item = &'h str>, method: Method) -> Result<(), Reason> {
    if headers.all(|header| allows_header(header, method)) { Ok(()) } else { Err(Reason::HeaderNotAllowed) }
}

pub(in super::super) fn set_visibility(judge: &mut Judge<'_>, change: &SetVisibility<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let (snapshot, server) = (of.who.snapshot, of.server);
    let in_workspace = snapshot.scopes.get(server.scope).is_some_and(|scope| scope.is_workspace);
    let shares = change.visibility == Visibility::Shared;
    let right = match (shares, in_workspace) {
        (false, _) => of.owner_or_stand_in(),
        // Without an owner nobody shares.
        (true, _) if server.owner.is_none() => None,
        (true, true) => of.owner().filter(|_| of.who.belongs(server.scope)),
        (true, false) => of.administrator(),
    };
    let right = righted(right)?;
    if shares && of.is_custom() {
        may_be_shared(of, right)?;
    }
    of.open(right)?;
    if !shares {
        if server.named.as_ref().is_some_and(|named| !named.by_settings.is_empty()) {
            return Err(Reason::InUse.into());
        }
        // A private server lies in a workspace and has an owner (C-8).
        if server.visibility == Visibility::Shared && (!in_workspace || server.owner.is_none()) {
            return Err(Reason::InvalidRequest.into());
        }
    }
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| server.visibility = change.visibility);
    Ok(())
}

/// C-7, C-9: of the two settings that may close it the one with the highest authority is the reason; of one authority, use.
fn may_be_shared(of: Of<'_>, right: Right) -> Result<(), Refusal> {
    let usage = if right == Right::Owner { of.use_offs() } else { Vec::new() };
    let sharing = of.offs(Setting::CustomSharing);
    let highest = |causes: &[crate::policy::Cause]| causes.iter().map(|cause| cause.authority_depth).min();
    let (reason, causes) = match (highest(&usage), highest(&sharing)) {
        (Some(of_use), of_sharing) if of_sharing.is_none_or(|of_sharing| of_use <= of_sharing) => (Reason::CustomUseOff, usage),
        _ => (Reason::CustomSharingOff, sharing),
    };
    of.refuse_for(reason, causes)
}

pub(in super::super) fn switch(judge: &mut Judge<'_>, change: &SwitchServer<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    of.held_to(of.owner_or_administrators())?;
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| server.switch = change.switch);
    Ok(())
}

/// The agents of a change; what stands in the set already isn't asked again.
pub(super) fn agents(snapshot: &Snapshot, agents: &[Text<'_>]) -> Result<Agents, Reason> {
    let mut set = Agents::default();
    for agent in agents {
        set.insert(snapshot.agents.slot(agent).ok_or(Reason::UnknownAgent)?);
    }
    Ok(set)
}

pub(in super::super) fn set_agents(judge: &mut Judge<'_>, change: &SetAgents<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let right = righted(of.owner_or_administrators())?;
    let agents = agents(of.who.snapshot, &change.agents)?;
    of.open(right)?;
    if change.agents.is_empty() {
        return Err(Reason::AgentRequired.into());
    }
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| server.agents = agents);
    Ok(())
}

pub(in super::super) fn set_spaces(judge: &mut Judge<'_>, change: &SetSpaces<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let right = righted(of.owner_or_delegates())?;
    let spaces = match &change.spaces {
        Nullable::Set(spaces) => Some(self::spaces(of, spaces)?),
        Nullable::Unset => None,
    };
    of.open(right)?;
    if spaces.as_ref().is_some_and(|spaces| spaces.is_empty()) {
        return Err(Reason::SpaceRequired.into());
    }
    let slot = of.slot;
    judge.draft.edit_server(slot, |server| server.spaces = spaces);
    Ok(())
}

/// The spaces of a change: those that are new exist for the actor and lie below the server.
fn spaces(of: Of<'_>, ids: &List<Text<'_>>) -> Result<Box<[crate::policy::Slot<crate::policy::Space>]>, Reason> {
    let snapshot = of.who.snapshot;
    let mut slots = Vec::with_capacity(ids.len());
    for id in ids.iter() {
        let (slot, space) = snapshot.spaces.find(id).ok_or(Reason::UnknownSpace)?;
        let stands = of.server.spaces.as_ref().is_some_and(|spaces| spaces.contains(&slot));
        let below = || snapshot.path(space.workspace).is_some_and(|path| path.holds(of.server.scope));
        if !(stands || of.who.knows_space(space) && below()) {
            return Err(Reason::UnknownSpace);
        }
        slots.push(slot);
    }
    slots.sort_unstable();
    Ok(slots.into())
}

pub(in super::super) fn set_assignees(judge: &mut Judge<'_>, change: &SetAssignees<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    let snapshot = of.who.snapshot;
    if !of.is_shared() || !of.who.administers(snapshot.tenant_of(of.server.scope)) {
        return Err(Reason::NotAdministrator.into());
    }
    let (mut assignees, mut new) = (Vec::with_capacity(change.assignees.len()), Vec::new());
    for id in change.assignees.iter() {
        let standing = snapshot.users.slot(id).filter(|slot| of.server.assignees.contains(slot));
        assignees.push(match standing {
            Some(standing) => standing,
            None => {
                let (slot, user) = of.who.known_user(id)?;
                new.push(user);
                slot
            }
        });
    }
    if !new.iter().all(|user| user.is_eligible()) {
        return Err(Reason::NotEligible.into());
    }
    let slot = of.slot;
    judge.draft.edit_server(slot, |server: &mut Server| server.assignees = assignees.into());
    Ok(())
}

/// K-14, V-6: the same reason again changes nothing.
pub(in super::super) fn waive(judge: &mut Judge<'_>, change: &WaiveSharedCredential<'_>) -> Result<(), Refusal> {
    let of = Of::new(judge, &change.server)?;
    righted(of.administrator())?;
    let (slot, stamp) = (of.slot, judge.asked.stamp());
    judge.draft.edit_server(slot, |server| match &change.reason {
        Nullable::Unset => server.waiver = None,
        Nullable::Set(reason) if server.waiver.as_ref().is_some_and(|waiver| *waiver.reason == **reason) => {}
        Nullable::Set(reason) => server.waiver = Some(Box::new(Waiver { stamp, reason: Name::from(&**reason) })),
    });
    Ok(())
}
