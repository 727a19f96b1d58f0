//! The catalogue, agents, clients, labels of levels and the platform (P-8, P-15).

use std::sync::Arc;

use super::judge::Judge;
use super::refusal::Refusal;
use super::{PutAgent, PutClient, PutIntegration, RemoveAgent, RemoveClient, RemoveIntegration, SetLevelLabel, SetPlatform};
use crate::decide::Reason;
use crate::policy::{Agent, Client, Level, Name, compile};

/// All of these are for administrators of the root.
fn by_root(judge: &Judge<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    if who.administers_root() { Ok(()) } else { Err(Reason::NotAdministrator.into()) }
}

/// What is named stays.
pub(crate) fn unused(uses: u32) -> Result<(), Reason> {
    if uses == 0 { Ok(()) } else { Err(Reason::InUse) }
}

pub(super) fn put_integration(judge: &mut Judge<'_>, change: &PutIntegration<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let next = &mut judge.draft.next;
    let integration = compile::integration(change.integration.clone(), &mut next.names).ok_or(Reason::InvalidRequest)?;
    let slot = next.put_integration(integration).ok_or(Reason::TooLarge)?;
    judge.draft.touched.integrations.push(slot);
    Ok(())
}

pub(super) fn remove_integration(judge: &mut Judge<'_>, change: &RemoveIntegration<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let (slot, integration) = judge.draft.next.integrations.find(&*change.integration).ok_or(Reason::UnknownIntegration)?;
    unused(integration.uses)?;
    judge.draft.next.remove_integration(slot);
    judge.draft.touched.integrations.push(slot);
    Ok(())
}

pub(super) fn put_agent(judge: &mut Judge<'_>, change: &PutAgent<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let agents = &mut judge.draft.next.agents;
    let agent = compile::agent(change.agent.clone());
    let slot = match agents.find(&*agent.id).map(|(slot, before)| (slot, before.uses)) {
        Some((slot, uses)) => {
            agents.set(slot, Arc::new(Agent { uses, ..agent }));
            slot
        }
        // A server's agents are a set of slots, which are few: those of removed ones are used again.
        None => agents.fill(Arc::new(agent)).ok_or(Reason::TooLarge)?,
    };
    judge.draft.touched.agents.push(slot);
    Ok(())
}

pub(super) fn remove_agent(judge: &mut Judge<'_>, change: &RemoveAgent<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let (slot, agent) = judge.draft.next.agents.find(&*change.agent).ok_or(Reason::UnknownAgent)?;
    unused(agent.uses)?;
    judge.draft.next.agents.remove(slot);
    judge.draft.touched.agents.push(slot);
    Ok(())
}

pub(super) fn put_client(judge: &mut Judge<'_>, change: &PutClient<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let clients = &mut judge.draft.next.clients;
    let client = compile::client(change.client.clone());
    let slot = match clients.find(&*client.id).map(|(slot, before)| (slot, before.uses)) {
        Some((slot, uses)) => {
            clients.set(slot, Arc::new(Client { uses, ..client }));
            slot
        }
        None => clients.push(Arc::new(client)).ok_or(Reason::TooLarge)?,
    };
    judge.draft.touched.clients.push(slot);
    Ok(())
}

pub(super) fn remove_client(judge: &mut Judge<'_>, change: &RemoveClient<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let (slot, client) = judge.draft.next.clients.find(&*change.client).ok_or(Reason::UnknownClient)?;
    unused(client.uses)?;
    judge.draft.next.clients.remove(slot);
    judge.draft.touched.clients.push(slot);
    Ok(())
}

pub(super) fn set_level_label(judge: &mut Judge<'_>, change: &SetLevelLabel<'_>) -> Result<(), Refusal> {
    by_root(judge)?;
    let next = &mut judge.draft.next;
    let place = next.levels.iter().position(|level| *level.id == *change.level).ok_or(Reason::UnknownLevel)?;
    let relabelled = |(at, level): (usize, &Level)| match at == place {
        true => Level { label: Name::from(&*change.label), ..level.clone() },
        false => level.clone(),
    };
    next.levels = next.levels.iter().enumerate().map(relabelled).collect();
    judge.draft.touched.levels = true;
    Ok(())
}

pub(super) fn set_platform(judge: &mut Judge<'_>, change: &SetPlatform<'_>) -> Result<(), Refusal> {
    if !judge.asked.who(&judge.draft.next)?.is_host() {
        return Err(Reason::NotAdministrator.into());
    }
    let next = &mut judge.draft.next;
    let allow = compile::allow(change.platform.origins.as_ref()).ok_or(Reason::InvalidRequest)?;
    if next.origins.allow.as_deref() != allow.as_deref() {
        next.origins.replace_allow(allow);
    }
    next.platform = Arc::new(compile::platform(change.platform.clone()));
    judge.draft.touched.platform = true;
    Ok(())
}
