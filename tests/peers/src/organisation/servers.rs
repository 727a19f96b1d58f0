//! The catalogue, and the servers of every scope with their tools.

use super::{Authorization, CatalogTool, INTEGRATIONS, Integration, Label, Mode, Organisation, Server, TENANT, Tool, WORKSPACE};
use crate::random::Random;

const VERBS: [&str; 8] = ["list", "get", "search", "read", "create", "update", "delete", "send"];
const NOUNS: [&str; 8] = ["issues", "pages", "messages", "files", "people", "events", "invoices", "notes"];

/// Whether a verb of that list writes.
fn writes(verb: usize) -> Label {
    if verb < 4 { Label::Read } else { Label::Write }
}

/// Different tools, with what their verbs do.
fn names(random: &mut Random, count: usize) -> Vec<(String, Label)> {
    let mut all: Vec<(String, Label)> =
        (0..64).map(|place| (format!("{}_{}", VERBS[place / 8], NOUNS[place % 8]), writes(place / 8))).collect();
    (0..count).map(|_| all.swap_remove(random.below(all.len()))).collect()
}

pub(super) fn catalog(random: &mut Random) -> Vec<Integration> {
    (0..INTEGRATIONS)
        .map(|number| {
            let count = random.between(12, 24);
            let tools = names(random, count)
                .into_iter()
                .map(|(name, label)| CatalogTool { name, label: random.chance(85).then_some(label), approved: random.chance(97) })
                .collect();
            Integration { id: format!("connector-{number:02}"), approved: number % 20 != 19, tools }
        })
        .collect()
}

/// How many servers a scope of each level has: 10 + 5 x 8 + 50 x 3 + 200 x 4 = 1,000.
const PER_SCOPE: [usize; 4] = [10, 8, 3, 4];

pub(super) fn register(random: &mut Random, organisation: &Organisation) -> Vec<Server> {
    let mut servers = Vec::new();
    for scope in 0..organisation.scopes.len() {
        for number in 0..PER_SCOPE[organisation.scopes[scope].level] {
            let server = server(random, organisation, scope, number, servers.len());
            servers.push(server);
        }
    }
    servers
}

fn server(random: &mut Random, organisation: &Organisation, scope: usize, number: usize, count: usize) -> Server {
    let place = &organisation.scopes[scope];
    // The first of a workspace is its members' own affair; every third server is custom.
    let private = place.level == WORKSPACE && number == 0;
    let custom = number % 3 == 2 || private && random.chance(50);
    let integration = (!custom).then(|| random.below(INTEGRATIONS));
    let authorization = match random.below(20) {
        0..=8 => Authorization::None,
        9..=17 => Authorization::OauthPerUser,
        _ => Authorization::HeadersShared,
    };
    let agents: Vec<usize> = (0..organisation.agents.len()).collect();
    Server {
        id: format!("server-{count:04}-{}", place.id),
        scope,
        integration,
        owner: owner(random, organisation, scope),
        shared: !private,
        on: random.chance(98),
        disabled: if random.chance(2) { vec![*random.pick(&place.path)] } else { Vec::new() },
        authorization,
        agents: if random.chance(60) { agents.clone() } else { random.some(&agents, 3) },
        spaces: random.chance(12).then(|| spaces(random, organisation, scope)),
        tools: tools(random, organisation, scope, integration),
    }
}

fn owner(random: &mut Random, organisation: &Organisation, scope: usize) -> usize {
    let members: Vec<usize> = (0..organisation.users.len())
        .filter(|user| organisation.users[*user].member_of.iter().any(|of| organisation.is_within(*of, scope)))
        .collect();
    if members.is_empty() { 0 } else { *random.pick(&members) }
}

/// Some spaces of the scope's subtree: two of three in a workspace that has any.
fn spaces(random: &mut Random, organisation: &Organisation, scope: usize) -> Vec<String> {
    let below = organisation.of_level(WORKSPACE).into_iter().filter(|workspace| organisation.is_within(*workspace, scope));
    below.flat_map(|workspace| random.some(&organisation.scopes[workspace].spaces, 2)).collect()
}

fn tools(random: &mut Random, organisation: &Organisation, scope: usize, integration: Option<usize>) -> Vec<Tool> {
    let mut known: Vec<(String, Label)> = match integration {
        Some(integration) => {
            let all = organisation.integrations[integration].tools.iter();
            all.map(|tool| (tool.name.clone(), tool.label.unwrap_or(Label::Read))).collect()
        }
        None => {
            let count = random.between(6, 20);
            names(random, count)
        }
    };
    if integration.is_some() && random.chance(20) {
        known.push(("a_tool_that_the_catalogue_has_not".to_owned(), Label::Read));
    }
    let path = organisation.scopes[scope].path.clone();
    known.into_iter().map(|(name, label)| tool(random, &path, name, label)).collect()
}

fn tool(random: &mut Random, path: &[usize], name: String, label: Label) -> Tool {
    let said = random.chance(35).then(|| if random.chance(85) { label } else { Label::Write });
    let highest = path.len().min(TENANT + 1);
    Tool {
        name,
        enabled: random.chance(96),
        mode: match random.below(10) {
            0..=4 => Mode::Default,
            5..=8 => Mode::Auto,
            _ => Mode::Ask,
        },
        label: said.map(|said| (said, path[random.below(highest)])),
        hint: random.chance(50).then_some(label),
        accepted: random.chance(85).then(|| random.digest()),
    }
}
