//! What the host attests: freshness, states of authorisation, observed definitions, approvals.

use crate::random::Random;

use super::draft::{Approval, Draft, Invocation, Target};
use super::world::World;

const STATES: [&str; 4] = ["ready", "error", "pending", "expired"];

/// Fills a draft's context, mostly so that the call can pass.
pub(super) fn attest(random: &mut Random, world: &World<'_>, draft: &mut Draft) {
    let underneath = underneath(world, &draft.target);
    if random.chance(30) {
        let age = *random.pick(&[0_i64, 1, 60, 3600]);
        // At the limit exactly it is fresh still, and so it is with a clock that runs ahead (L-7).
        let confirmed = draft.context.now - *random.pick(&[age * 1000, age * 500, 0, -5000]);
        draft.context.snapshot = Some((Some(confirmed), Some(age)));
    }
    if let Some((server, _)) = &underneath
        && random.chance(92)
    {
        let state = STATES[random.weighted(&[85, 7, 4, 4])];
        draft.context.downstream.push((server.clone(), state));
    }
    if random.chance(8)
        && let Some(other) = random.any(&world.servers)
        && draft.context.downstream.iter().all(|(server, _)| server != other.id)
    {
        draft.context.downstream.push((other.id.to_owned(), *random.pick(&STATES)));
    }
    if let Some((server, _)) = &underneath
        && random.chance(32)
    {
        let tools = observed(random, world, server);
        draft.context.observed.push((server.clone(), tools));
    }
    draft.context.can_ask = *random.pick(&[Some(true), Some(true), Some(true), Some(false), None]);
    if random.chance(if draft.action == "tool.call" { 70 } else { 12 }) {
        draft.context.invocation = Some(invocation(random, world, draft, underneath));
    }
}

/// Server and tool that a target comes to, where it is one that has tools.
fn underneath(world: &World<'_>, target: &Target) -> Option<(String, String)> {
    match target {
        Target::Tool { server, tool } => Some((server.clone(), tool.clone())),
        Target::Server { server, .. } => Some((server.clone(), String::from("list_issues"))),
        Target::VirtualTool { virtual_server, tool } => {
            let one = world.virtuals.iter().find(|one| one.id == virtual_server)?;
            let selected = one.tools.iter().find(|selected| selected.exposed == tool)?;
            Some((selected.server.to_owned(), selected.tool.to_owned()))
        }
        _ => None,
    }
}

/// Digests as a host would have read them: most as accepted, some changed, some tools gone, some new.
fn observed(random: &mut Random, world: &World<'_>, server: &str) -> Vec<(String, String)> {
    let mut digests = Vec::new();
    if let Some(number) = world.server_of.get(server) {
        for tool in &world.servers[*number].tools {
            match (random.below(30), tool.accepted) {
                (0, _) => {}
                (1..=3, _) | (_, None) => digests.push((tool.name.to_owned(), random.digest())),
                (_, Some(accepted)) => digests.push((tool.name.to_owned(), accepted.to_owned())),
            }
        }
    }
    if random.chance(15) {
        digests.push(("brand_new_tool".to_owned(), random.digest()));
    }
    digests
}

/// An invocation, most with an approval that matches, some with one that just doesn't (K-7).
fn invocation(random: &mut Random, world: &World<'_>, draft: &Draft, underneath: Option<(String, String)>) -> Invocation {
    let id = format!("call-{}", random.below(1 << 20));
    let arguments = random.digest();
    let (Some(caller), Some((server, tool))) = (&draft.caller, underneath) else {
        return Invocation { id: Some(id), arguments: Some(arguments), approval: None };
    };
    let seen = draft.context.observed.iter().find(|(observed, _)| *observed == server);
    let seen = seen.and_then(|(_, tools)| tools.iter().find(|(name, _)| *name == tool)).map(|(_, digest)| digest.clone());
    let accepted = world.server_of.get(server.as_str()).and_then(|number| {
        world.servers[*number].tools.iter().find(|known| known.name == tool).and_then(|known| known.accepted).map(str::to_owned)
    });
    let approval = Approval {
        invocation: id.clone(),
        user: caller.user.clone(),
        workspace: caller.workspace.clone(),
        agent: caller.agent.clone(),
        space: caller.space.clone(),
        server,
        tool,
        definition: seen.or(accepted),
        arguments: arguments.clone(),
        revision: if random.chance(70) { world.revision } else { 1 },
        expires: draft.context.now + *random.pick(&[1, 1000, 300_000]),
    };
    let mut invocation = Invocation { id: Some(id), arguments: Some(arguments), approval: None };
    if random.chance(60) {
        invocation.approval = Some(approval);
        if random.chance(22) {
            spoil(random, world, draft.context.now, &mut invocation);
        }
    }
    invocation
}

/// One member off.
fn spoil(random: &mut Random, world: &World<'_>, now: i64, invocation: &mut Invocation) {
    let digest = random.digest();
    let Some(approval) = &mut invocation.approval else { return };
    match random.below(14) {
        0 => approval.invocation.push('x'),
        1 => approval.user = random.pick(&world.users).id.to_owned(),
        2 => approval.workspace = random.pick(&world.scopes).id.to_owned(),
        3 => approval.agent = if approval.agent.is_some() { None } else { Some("agent-0".to_owned()) },
        4 => approval.agent = random.any(&world.agents).map(|agent| (*agent).to_owned()),
        5 => approval.space = if approval.space.is_some() { None } else { Some("space-0".to_owned()) },
        6 => approval.server = random.any(&world.servers).map_or("none", |server| server.id).to_owned(),
        7 => approval.tool.push('x'),
        8 => approval.definition = if approval.definition.is_some() { None } else { Some(digest) },
        9 => approval.definition = Some(digest),
        10 => approval.arguments = digest,
        11 => approval.expires = now - *random.pick(&[0, 1, 60_000]),
        12 => invocation.id = None,
        _ => invocation.arguments = None,
    }
}
