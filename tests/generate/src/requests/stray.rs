//! Requests that leave the right way at one place.

use crate::random::Random;

use super::draft::{Draft, Target};
use super::world::World;

/// Bends a draft at one place of the caller, the target or the context.
pub(super) fn bend(random: &mut Random, world: &World<'_>, draft: &mut Draft) {
    match random.weighted(&[55, 20, 25]) {
        0 => bend_caller(random, world, draft),
        1 => bend_target(random, world, draft),
        _ => bend_context(random, draft),
    }
}

fn bend_caller(random: &mut Random, world: &World<'_>, draft: &mut Draft) {
    let Some(caller) = &mut draft.caller else { return bend_target(random, world, draft) };
    let any_user = random.below(world.users.len());
    let user = &world.users[any_user];
    match random.below(16) {
        0 => {
            caller.user = "nobody".to_owned();
            caller.token = None;
        }
        1 => caller.user = user.id.to_owned(),
        2 => {
            caller.user = user.id.to_owned();
            caller.token = None;
        }
        3 => {
            let disabled: Vec<_> = world.users.iter().take(200).filter(|user| !user.enabled).collect();
            if let Some(user) = random.any(&disabled) {
                caller.user = user.id.to_owned();
                caller.token = None;
            }
        }
        4 => {
            caller.workspace = "nowhere".to_owned();
            caller.token = None;
        }
        5 => {
            caller.workspace = random.pick(&world.scopes).id.to_owned();
            caller.token = None;
        }
        6 => {
            caller.agent = Some("no-agent".to_owned());
            caller.token = None;
        }
        7 => caller.agent = random.any(&world.agents).map(|agent| (*agent).to_owned()),
        8 => caller.agent = None,
        9 => {
            caller.agent = None;
            caller.token = None;
        }
        10 => caller.space = Some("no-space".to_owned()),
        11 => {
            let scope = random.pick(&world.scopes);
            caller.space = Some(random.any(&scope.spaces).copied().unwrap_or("no-space").to_owned());
        }
        12 => {
            if let Some(workspace) = world.scope_of.get(caller.workspace.as_str()) {
                caller.space = random.any(&world.scopes[*workspace].spaces).map(|space| (*space).to_owned());
            }
        }
        13 => {
            caller.space = None;
        }
        14 => caller.token = Some("no-token".to_owned()),
        // Any token of the user or of another, active or not, for this or for something else.
        _ => {
            let own = world.user_of.get(caller.user.as_str()).map_or(user, |number| &world.users[*number]);
            let from = if random.chance(75) { own } else { user };
            if let Some(token) = random.any(&from.tokens) {
                caller.token = Some(token.id.to_owned());
                if random.chance(70) {
                    caller.workspace = token.workspace.to_owned();
                    caller.agent = Some(token.agent.to_owned());
                }
                if random.chance(30) {
                    // Active before its expiry, and at it no longer (L-9).
                    draft.context.now = (token.expires - random.below(2) as i64).max(0);
                }
            }
        }
    }
}

fn bend_target(random: &mut Random, world: &World<'_>, draft: &mut Draft) {
    let any_server = random.any(&world.servers).map_or("none", |server| server.id).to_owned();
    match &mut draft.target {
        Target::Tool { server, tool } => match random.below(4) {
            0 => *server = "no-server".to_owned(),
            1 => *server = any_server,
            2 => *tool = "no_tool".to_owned(),
            _ => *tool = (*random.pick(&["", " x", "LIST_ISSUES", "list_issues", "get_pages"])).to_owned(),
        },
        Target::VirtualTool { virtual_server, tool } => match random.below(3) {
            0 => *virtual_server = "no-virtual".to_owned(),
            1 => *tool = "no_tool".to_owned(),
            _ => *virtual_server = random.any(&world.virtuals).map_or("none", |one| one.id).to_owned(),
        },
        Target::Server { server, .. } => {
            *server = if random.chance(40) { "no-server".to_owned() } else { any_server };
        }
        Target::Registration { integration, shared, .. } => match random.below(3) {
            0 => *integration = Some("no-integration".to_owned()),
            1 => *integration = random.any(&world.integrations).map(|entry| entry.id.to_owned()),
            _ => *shared = !*shared,
        },
        Target::Integration { integration } => *integration = "no-integration".to_owned(),
        Target::VirtualServer { virtual_server } => *virtual_server = "no-virtual".to_owned(),
    }
}

fn bend_context(random: &mut Random, draft: &mut Draft) {
    let context = &mut draft.context;
    match random.below(8) {
        0..=1 => {
            let age = *random.pick(&[0_i64, 1, 60, 3600]);
            let late = *random.pick(&[1, 2, 1000, 60_000]);
            context.snapshot = Some((Some(context.now - age * 1000 - late), Some(age)));
        }
        2 => context.snapshot = Some((Some(context.now), None)),
        3 => context.snapshot = Some((None, Some(60))),
        4 => context.downstream.clear(),
        5 => {
            for (_, state) in &mut context.downstream {
                *state = *random.pick(&["pending", "expired"]);
            }
        }
        6 => context.can_ask = Some(false),
        _ => context.observed.clear(),
    }
}
