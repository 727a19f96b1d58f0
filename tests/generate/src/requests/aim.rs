//! Requests that go deep: a caller who belongs there, with a credential that fits, at something that is visible there.

use crate::address;
use crate::random::Random;
use crate::time::PRESENT;

use super::draft::{Caller, Context, Draft, Target};
use super::world::{Server, User, Virtual, World};

/// A well-aimed request; its context is filled later.
pub(super) fn draft(random: &mut Random, world: &World<'_>) -> Draft {
    let now = PRESENT + random.moment(-3_600_000, 3_600_000);
    let now = if random.chance(70) { now / 1000 * 1000 } else { now };
    let context = Context { now, ..Context::default() };
    let (action, caller, target) = match random.weighted(&[47, 14, 9, 5, 6, 8, 4, 5, 4]) {
        0 => tool(random, world, now, "tool.call"),
        1 => virtual_tool(random, world, now, "tool.call"),
        2 => tool(random, world, now, "tool.list"),
        3 => virtual_tool(random, world, now, "tool.list"),
        4 => contact(random, world, now),
        5 => registration(random, world, now),
        6 => connection(random, world, now),
        7 => authorization(random, world, now),
        _ if random.chance(60) => assignment(random, world, now),
        _ => virtual_connection(random, world, now),
    };
    Draft { action: action.to_owned(), caller, target, context }
}

type Aimed = (&'static str, Option<Caller>, Target);

/// Any caller in a workspace of theirs.
pub(super) fn anybody(random: &mut Random, world: &World<'_>, now: i64) -> Caller {
    let mut workspace = 0;
    let mut user = 0;
    for _ in 0..6 {
        workspace = random.any(&world.workspaces).copied().unwrap_or(0);
        let (found, fits) = member(random, world, workspace);
        user = found;
        if fits {
            break;
        }
    }
    let agent = random.any(&world.agents).copied();
    caller(random, world, now, user, workspace, agent.into_iter().collect(), None)
}

fn tool(random: &mut Random, world: &World<'_>, now: i64, action: &'static str) -> Aimed {
    let Some(server) = server(random, world) else { return registration(random, world, now) };
    let tool = match random.any(&server.tools) {
        Some(tool) => tool.name.to_owned(),
        None => "list_issues".to_owned(),
    };
    let caller = user_of(random, world, now, server);
    (action, Some(caller), Target::Tool { server: server.id.to_owned(), tool })
}

fn virtual_tool(random: &mut Random, world: &World<'_>, now: i64, action: &'static str) -> Aimed {
    let Some(one) = virtual_server(random, world) else { return tool(random, world, now, action) };
    let Some(selected) = random.any(&one.tools) else { return tool(random, world, now, action) };
    let agents = world.server_of.get(selected.server).map(|server| world.servers[*server].agents.clone()).unwrap_or_default();
    let caller = connected(random, world, now, one, agents, Some(selected.server));
    (action, Some(caller), Target::VirtualTool { virtual_server: one.id.to_owned(), tool: selected.exposed.to_owned() })
}

fn contact(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let by_host = random.chance(40);
    // The host looks after the servers of those who left or lost their access, too (L-1).
    let server = if by_host && random.chance(25) { random.any(&world.servers) } else { server(random, world) };
    let Some(server) = server else { return registration(random, world, now) };
    let address = random.chance(35).then(|| match random.below(7) {
        0 => address::invalid(random).text,
        1 => address::near_miss(random, server.address).text,
        2 => address::own(random, 30).text,
        _ => origin_address(random, world, server.integration),
    });
    let caller = (!by_host).then(|| user_of(random, world, now, server));
    ("server.contact", caller, Target::Server { server: server.id.to_owned(), address })
}

fn registration(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let caller = anybody(random, world, now);
    let entry = if random.chance(40) { random.any(&world.integrations) } else { None };
    let address = match random.below(18) {
        0 => address::invalid(random).text,
        1 => address::own(random, 60).text,
        2..=8 => origin_address(random, world, entry.map(|entry| entry.id)),
        _ if entry.is_some() => origin_address(random, world, entry.map(|entry| entry.id)),
        _ => address::own(random, 0).text,
    };
    let shared = random.chance(if entry.is_some() { 40 } else { 70 });
    let integration = entry.map(|entry| entry.id.to_owned());
    ("server.register", Some(caller), Target::Registration { integration, address, shared })
}

/// An address on an origin of that integration or, without one, of any.
fn origin_address(random: &mut Random, world: &World<'_>, integration: Option<&str>) -> String {
    let entry = world.integrations.iter().find(|entry| Some(entry.id) == integration).or_else(|| random.any(&world.integrations));
    match entry.and_then(|entry| random.any(&entry.origins)) {
        Some(origin) if random.chance(92) => address::matching(random, origin).text,
        Some(origin) => address::near_miss(random, origin).text,
        None => address::own(random, 0).text,
    }
}

fn connection(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let caller = anybody(random, world, now);
    let integration = random.any(&world.integrations).map_or("none", |entry| entry.id).to_owned();
    ("integration.connect", Some(caller), Target::Integration { integration })
}

fn authorization(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let server = match random.any(&world.kinds[2]) {
        Some(shared) if random.chance(55) => Some(&world.servers[*shared]),
        _ => server(random, world),
    };
    let Some(server) = server else { return registration(random, world, now) };
    let mut caller = user_of(random, world, now, server);
    // The owner, an assignee or an administrator may authorise a shared credential; others get K-14's denial.
    let entitled = match random.below(4) {
        0 => server.owner,
        1 => random.any(&server.assignees).copied(),
        2 => random.any(&world.scopes[server.scope].administrators).map(|user| world.users[*user].id),
        _ => None,
    };
    if let Some(user) = entitled.and_then(|user| world.user_of.get(user))
        && let Some(workspace) = workspace_of(random, world, &world.users[*user])
    {
        caller = self::caller(random, world, now, *user, workspace, server.agents.clone(), None);
    }
    ("server.authorize", Some(caller), Target::Server { server: server.id.to_owned(), address: None })
}

fn assignment(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let server = match random.any(&world.kinds[3]) {
        Some(restricted) if random.chance(40) => Some(&world.servers[*restricted]),
        _ => server(random, world),
    };
    let Some(server) = server else { return registration(random, world, now) };
    let mut caller = user_of(random, world, now, server);
    if caller.space.is_none() {
        let workspace = world.scope_of.get(caller.workspace.as_str()).copied().unwrap_or(0);
        let Some(space) = random.any(&world.scopes[workspace].spaces) else { return tool(random, world, now, "tool.call") };
        caller.space = Some((*space).to_owned());
    }
    ("space.assign", Some(caller), Target::Server { server: server.id.to_owned(), address: None })
}

fn virtual_connection(random: &mut Random, world: &World<'_>, now: i64) -> Aimed {
    let Some(one) = virtual_server(random, world) else { return registration(random, world, now) };
    let caller = connected(random, world, now, one, world.agents.clone(), None);
    ("virtual-server.connect", Some(caller), Target::VirtualServer { virtual_server: one.id.to_owned() })
}

/// A server; those of rare kinds come more often than they are.
fn server<'w, 'a>(random: &mut Random, world: &'w World<'a>) -> Option<&'w Server<'a>> {
    if random.chance(25)
        && let Some(kind) = random.any(&world.kinds)
        && let Some(number) = random.any(kind)
        && !world.servers[*number].tools.is_empty()
    {
        return Some(&world.servers[*number]);
    }
    let mut chosen = 0;
    for _ in 0..6 {
        chosen = random.below(world.servers.len());
        let server = world.servers.get(chosen)?;
        if server.running && world.usable(chosen) && !server.tools.is_empty() {
            break;
        }
    }
    world.servers.get(chosen)
}

/// A virtual server, one that is published and has tools if chance allows.
fn virtual_server<'w, 'a>(random: &mut Random, world: &'w World<'a>) -> Option<&'w Virtual<'a>> {
    let mut chosen = random.any(&world.virtuals)?;
    for _ in 0..5 {
        let reachable = !world.scopes[chosen.scope].workspaces.is_empty() && !chosen.connect.is_empty();
        if chosen.published && reachable && !chosen.tools.is_empty() {
            break;
        }
        chosen = random.any(&world.virtuals)?;
    }
    Some(chosen)
}

/// Somebody who can use the server, as far as the server itself goes.
fn user_of(random: &mut Random, world: &World<'_>, now: i64, server: &Server<'_>) -> Caller {
    let (user, workspace) = match server.owner.and_then(|owner| world.user_of.get(owner)) {
        Some(owner) if server.private => (*owner, server.scope),
        _ => populated(random, world, server),
    };
    caller(random, world, now, user, workspace, server.agents.clone(), Some(server.id))
}

/// A workspace below the server, and somebody with access who belongs to it, if there is any such.
fn populated(random: &mut Random, world: &World<'_>, server: &Server<'_>) -> (usize, usize) {
    let below = &world.scopes[server.scope].workspaces;
    let mut found = None;
    for _ in 0..6 {
        let mut workspace = random.any(below).copied().or_else(|| random.any(&world.workspaces).copied()).unwrap_or(0);
        // A restricted server is of most use where one of its spaces is.
        if let Some(spaces) = &server.spaces
            && random.chance(70)
        {
            let holds = |workspace: &&usize| world.scopes[**workspace].spaces.iter().any(|space| spaces.contains(space));
            workspace = below.iter().take(200).find(holds).copied().unwrap_or(workspace);
        }
        let (user, fits) = member(random, world, workspace);
        found = Some((user, workspace));
        if fits {
            break;
        }
    }
    found.unwrap_or((0, 0))
}

/// Somebody with a grant, in a workspace that can reach the virtual server.
fn connected(random: &mut Random, world: &World<'_>, now: i64, one: &Virtual<'_>, agents: Vec<&str>, underneath: Option<&str>) -> Caller {
    let mut best = None;
    for _ in 0..12 {
        let granted = if random.chance(4) { random.any(&one.manage) } else { random.any(&one.connect) };
        let Some(user) = granted.and_then(|user| world.user_of.get(user)).copied() else { continue };
        let below = &world.scopes[one.scope].workspaces;
        let here: Vec<usize> = below.iter().take(200).filter(|place| world.belongs(&world.users[user], **place)).copied().collect();
        let Some(workspace) = random.any(&here).copied() else { continue };
        let server = underneath.and_then(|id| world.server_of.get(id));
        let sees = server.is_none_or(|server| world.path(workspace).contains(&world.servers[*server].scope));
        if sees || best.is_none() {
            best = Some((user, workspace));
            if sees && world.users[user].enabled {
                break;
            }
        }
    }
    let Some((user, workspace)) = best else { return anybody(random, world, now) };
    let mut caller = caller(random, world, now, user, workspace, agents, underneath);
    let fitting = world.users[user]
        .tokens
        .iter()
        .find(|token| token.virtual_server == Some(one.id) && token.workspace == caller.workspace && !token.revoked && now < token.expires);
    if let Some(token) = fitting {
        caller.token = Some(token.id.to_owned());
        caller.agent = Some(token.agent.to_owned());
    }
    caller
}

/// One who belongs to the workspace or to a scope above it, and whether it is one with access.
fn member(random: &mut Random, world: &World<'_>, workspace: usize) -> (usize, bool) {
    let path = world.path(workspace);
    let mut found = None;
    for _ in 0..6 {
        let place = *random.pick(&path);
        if let Some(user) = random.any(&world.scopes[place].members) {
            found = Some(*user);
            if world.users[*user].enabled {
                return (*user, true);
            }
        }
    }
    (found.unwrap_or_else(|| random.below(world.users.len())), false)
}

/// A workspace that the user belongs to.
fn workspace_of(random: &mut Random, world: &World<'_>, user: &User<'_>) -> Option<usize> {
    let place = random.any(&user.member_of)?;
    random.any(&world.scopes[*place].workspaces).copied()
}

/// A caller with a credential, an agent and a space that fit.
fn caller(
    random: &mut Random,
    world: &World<'_>,
    now: i64,
    user: usize,
    workspace: usize,
    agents: Vec<&str>,
    server: Option<&str>,
) -> Caller {
    let scope = &world.scopes[workspace];
    let restricted = server.and_then(|id| world.server_of.get(id)).and_then(|number| world.servers[*number].spaces.as_ref());
    let space = match restricted {
        Some(allowed) if random.chance(75) => {
            let here: Vec<&str> = scope.spaces.iter().filter(|space| allowed.contains(space)).copied().collect();
            random.any(&here).copied()
        }
        _ if random.chance(if restricted.is_some() { 80 } else { 35 }) => random.any(&scope.spaces).copied(),
        _ => None,
    };
    let user = &world.users[user];
    let mut agent = random.any(&agents).copied();
    let mut credential = None;
    if random.chance(70) {
        let fitting: Vec<_> = user
            .tokens
            .iter()
            .filter(|token| token.workspace == scope.id && token.virtual_server.is_none() && !token.revoked && now < token.expires)
            .collect();
        let token = fitting.iter().find(|token| agents.contains(&token.agent)).copied().or_else(|| random.any(&fitting).copied());
        if let Some(token) = token {
            credential = Some(token.id.to_owned());
            agent = Some(token.agent);
        }
    }
    Caller {
        user: user.id.to_owned(),
        token: credential,
        workspace: scope.id.to_owned(),
        agent: agent.map(str::to_owned),
        space: space.map(str::to_owned),
    }
}
