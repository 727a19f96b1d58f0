//! Loading: the organisation as rows.

use crate::contender::Outcome;
use crate::facts::{ToolFacts, is_approved, runs};
use crate::organisation::{Authorization, Organisation, Scope, Server, Setting, Stored, User, Value, WORKSPACE};

use super::{ByHand, Floor, Lookup, Off, ScopeRow, ServerRow, ToolRow, UserRow, flag};

impl<L: Lookup> ByHand<L> {
    /// Loads the organisation.
    pub fn new(organisation: &Organisation) -> Self {
        let mut tool_names: Vec<String> = Vec::new();
        for tool in organisation.servers.iter().flat_map(|server| &server.tools) {
            if !tool_names.contains(&tool.name) {
                tool_names.push(tool.name.clone());
            }
        }
        Self {
            users: L::of(organisation.users.iter().map(|user| user.id.clone()).collect()),
            scopes: L::of(organisation.scopes.iter().map(|scope| scope.id.clone()).collect()),
            agents: L::of(organisation.agents.clone()),
            servers: L::of(organisation.servers.iter().map(|server| server.id.clone()).collect()),
            user_rows: organisation.users.iter().map(UserRow::new).collect(),
            scope_rows: (0..organisation.scopes.len()).map(|scope| ScopeRow::new(organisation, scope)).collect(),
            server_rows: organisation.servers.iter().map(|server| ServerRow::new(organisation, server, &tool_names)).collect(),
            tool_names: L::of(tool_names),
        }
    }
}

impl ScopeRow {
    fn new(organisation: &Organisation, slot: usize) -> Self {
        let scope: &Scope = &organisation.scopes[slot];
        // A path that is shorter ends in the scope itself: walked for workspaces alone.
        let mut path = [slot as u32; WORKSPACE + 1];
        for (place, above) in path.iter_mut().zip(&scope.path) {
            *place = *above as u32;
        }
        let offs: Vec<&Stored> = scope.stored.iter().filter(|stored| stored.value == Value::Off).collect();
        let bit = |off: &&Stored| if let Setting::Integration(one) = off.setting { 1 << one } else { 0 };
        let on = scope.stored.iter().filter(|stored| stored.value == Value::On);
        let floors = scope.stored.iter().filter(|stored| matches!(stored.value, Value::Ask | Value::Deny));
        Self {
            is_workspace: scope.level == WORKSPACE,
            path,
            access_control: organisation.access_control(slot),
            spaces: scope.spaces.clone(),
            integrations_off: offs.iter().map(bit).fold(0, |bits, bit: u64| bits | bit),
            flags: offs.iter().fold(0, |bits, off| bits | flag(off.setting)),
            offs: offs.into_iter().map(Off::new).collect(),
            on: on
                .filter_map(|on| if let Setting::Integration(one) = on.setting { Some((on.authority as u32, one as u32)) } else { None })
                .collect(),
            floors: floors.map(|floor| Floor::new(organisation, floor)).collect(),
        }
    }
}

impl Off {
    fn new(stored: &Stored) -> Self {
        let except = stored.except.iter().map(|scope| *scope as u32).collect();
        Self { setting: stored.setting, authority: stored.authority as u32, except }
    }
}

impl Floor {
    fn new(organisation: &Organisation, stored: &Stored) -> Self {
        Self {
            write: stored.setting == Setting::FloorWrite,
            value: if stored.value == Value::Deny { Outcome::Deny } else { Outcome::Ask },
            depth: organisation.scopes[stored.authority].level as u8,
        }
    }
}

impl UserRow {
    fn new(user: &User) -> Self {
        Self { enabled: user.enabled, member_of: user.member_of.iter().map(|scope| *scope as u32).collect() }
    }
}

impl ServerRow {
    fn new(organisation: &Organisation, server: &Server, tool_names: &[String]) -> Self {
        let place = |name: &str| tool_names.iter().position(|one| one == name).unwrap_or(usize::MAX) as u32;
        let row = |tool| {
            let facts = ToolFacts::of(organisation, server, tool);
            let (read_reach, write_reach) = (facts.read_reach as u8, facts.write_reach as u8);
            ToolRow { open: facts.open, asks: facts.asks, read_reach, write_reach, accepted: tool.accepted }
        };
        Self {
            scope: server.scope as u32,
            integration: server.integration.map(|one| one as u32),
            owner: server.owner as u32,
            shared: server.shared,
            approved: is_approved(organisation, server),
            runs: runs(organisation, server),
            needs: server.authorization == Authorization::OauthPerUser,
            access_control: organisation.access_control(server.scope),
            agents: server.agents.iter().fold(0, |bits, agent| bits | 1 << agent),
            spaces: server.spaces.clone(),
            names: server.tools.iter().map(|tool| place(&tool.name)).collect(),
            tools: server.tools.iter().map(row).collect(),
        }
    }
}
