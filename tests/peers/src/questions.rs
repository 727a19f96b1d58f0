//! What is asked: 5,000 calls of tools, spread over all tenants.

use serde_json::{Map, Value as Json, json};

use crate::organisation::{Authorization, Organisation, Server, WORKSPACE};
use crate::random::{Random, digest_text};

/// The time of every question.
pub const NOW: &str = "2026-11-20T12:00:00Z";

/// One call of a tool, in nobody's particular form.
#[derive(Clone)]
pub struct Question {
    /// Who calls.
    pub user: String,
    /// Where they work.
    pub workspace: String,
    /// With which agent.
    pub agent: String,
    /// In which space.
    pub space: Option<String>,
    /// What they call.
    pub server: String,
    /// A tool of it.
    pub tool: String,
    /// The state of their authorisation at that server, where the host knows one (K-8).
    pub downstream: Option<&'static str>,
    /// What the host has just read of the tool (K-9).
    pub observed: Observed,
    /// Whether the caller can be asked (K-7).
    pub can_ask: bool,
}

/// Whether the host has looked at the server, and what it saw.
#[derive(Clone, PartialEq, Eq)]
pub enum Observed {
    /// It hasn't looked.
    NotLooked,
    /// The tool isn't there.
    Gone,
    /// The tool's definition.
    Digest([u8; 32]),
}

impl Question {
    /// The request of contract 3.
    pub fn request(&self) -> Json {
        let mut caller = json!({"user": self.user, "credential": {"kind": "platform"}, "workspace": self.workspace, "agent": self.agent});
        if let Some(space) = &self.space {
            caller["space"] = json!(space);
        }
        let mut context = json!({"now": NOW, "canAsk": self.can_ask});
        if let Some(state) = self.downstream {
            context["downstream"] = json!({&self.server: state});
        }
        let mut tools = Map::new();
        if let Observed::Digest(digest) = &self.observed {
            tools.insert(self.tool.clone(), digest_text(digest).into());
        }
        if self.observed != Observed::NotLooked {
            context["observed"] = json!({&self.server: tools});
        }
        let target = json!({"kind": "tool", "server": self.server, "tool": self.tool});
        json!({"action": "tool.call", "caller": caller, "target": target, "context": context})
    }
}

/// So many questions, always the same for the same seed. Most are sensible, as they are in life; some err in one thing or another.
pub fn questions(seed: u64, organisation: &Organisation, count: usize) -> Vec<Question> {
    let mut random = Random::new(seed);
    let workspaces = organisation.of_level(WORKSPACE);
    let near = visible_from(organisation);
    (0..count)
        .map(|_| {
            let place = random.below(workspaces.len());
            question(&mut random, organisation, workspaces[place], &near[place])
        })
        .collect()
}

/// The servers on the path of each workspace, in the order of the workspaces.
fn visible_from(organisation: &Organisation) -> Vec<Vec<usize>> {
    let on_path = |workspace: usize| {
        (0..organisation.servers.len()).filter(|server| organisation.is_within(workspace, organisation.servers[*server].scope)).collect()
    };
    organisation.of_level(WORKSPACE).into_iter().map(on_path).collect()
}

fn question(random: &mut Random, organisation: &Organisation, workspace: usize, near: &[usize]) -> Question {
    let server = if random.chance(98) { *random.pick(near) } else { random.below(organisation.servers.len()) };
    let server = &organisation.servers[server];
    let tool = random.pick(&server.tools);
    let user = user(random, organisation, workspace, server);
    let scope = &organisation.scopes[workspace];
    let agent = if random.chance(94) { *random.pick(&server.agents) } else { random.below(organisation.agents.len()) };
    let allowed = server.spaces.as_ref().and_then(|spaces| spaces.iter().find(|space| scope.spaces.contains(space)));
    let space = match random.below(100) {
        0..=69 if allowed.is_some() => allowed.cloned(),
        0..=39 => Some(random.pick(&scope.spaces).clone()),
        40 => Some("no-such-room".to_owned()),
        _ => None,
    };
    let needed = server.authorization == Authorization::OauthPerUser;
    let downstream = match random.below(100) {
        0..=92 if needed => Some("ready"),
        93..=94 => Some("pending"),
        95..=96 => Some("expired"),
        97 => Some("error"),
        _ => None,
    };
    let observed = match random.below(100) {
        0..=84 => Observed::Digest(tool.accepted.unwrap_or_else(|| random.digest())),
        85..=86 => Observed::Digest(random.digest()),
        87 => Observed::Gone,
        _ => Observed::NotLooked,
    };
    Question {
        user,
        workspace: scope.id.clone(),
        agent: if random.chance(99) { organisation.agents[agent].clone() } else { "no-such-agent".to_owned() },
        space,
        server: if random.chance(99) { server.id.clone() } else { "no-such-server".to_owned() },
        tool: if random.chance(98) { tool.name.clone() } else { "no_such_tool".to_owned() },
        downstream,
        observed,
        can_ask: random.chance(80),
    }
}

/// A member of the workspace; of a private server there mostly its owner.
fn user(random: &mut Random, organisation: &Organisation, workspace: usize, server: &Server) -> String {
    match random.below(100) {
        0 => "nobody".to_owned(),
        1..=2 => random.pick(&organisation.users).id.clone(),
        3..=95 if !server.shared => organisation.users[server.owner].id.clone(),
        _ => {
            let belongs = |user: &&crate::organisation::User| user.member_of.iter().any(|scope| organisation.is_within(workspace, *scope));
            let members: Vec<_> = organisation.users.iter().filter(belongs).collect();
            random.pick(&members).id.clone()
        }
    }
}
