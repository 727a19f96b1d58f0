//! The floor: what a good engineer would write for this very job and nothing else.
//!
//! Five ids are looked up as strings (user, workspace, agent, server, tool), then the path of at most four scopes is walked. What
//! costs nothing is settled at load; there are no messages, locks or causes, no document, no change, and one action.

mod load;

use std::collections::HashMap;
use std::hash::BuildHasher;

use crate::contender::Outcome;
use crate::organisation::{Setting, WORKSPACE};
use crate::questions::{Observed, Question};

/// From an id to a place.
pub trait Lookup {
    /// Of a list of ids.
    fn of(ids: Vec<String>) -> Self;
    /// The place of an id.
    fn find(&self, id: &str) -> Option<u32>;
}

impl<H: BuildHasher + Default> Lookup for HashMap<String, u32, H> {
    fn of(ids: Vec<String>) -> Self {
        ids.into_iter().zip(0..).collect()
    }

    #[inline]
    fn find(&self, id: &str) -> Option<u32> {
        self.get(id).copied()
    }
}

impl<H: BuildHasher + Default> Lookup for hashbrown::HashMap<String, u32, H> {
    fn of(ids: Vec<String>) -> Self {
        ids.into_iter().zip(0..).collect()
    }

    #[inline]
    fn find(&self, id: &str) -> Option<u32> {
        self.get(id).copied()
    }
}

/// Everything, ready to be asked.
pub struct ByHand<L> {
    users: L,
    scopes: L,
    agents: L,
    servers: L,
    tool_names: L,
    user_rows: Vec<UserRow>,
    scope_rows: Vec<ScopeRow>,
    server_rows: Vec<ServerRow>,
}

struct UserRow {
    enabled: bool,
    member_of: Vec<u32>,
}

struct ScopeRow {
    is_workspace: bool,
    path: [u32; WORKSPACE + 1],
    access_control: bool,
    spaces: Vec<String>,
    /// A bit an integration: some `off` of it is stored here.
    integrations_off: u64,
    /// The same of the `off`s that aren't an integration's, by [`flag`].
    flags: u8,
    offs: Vec<Off>,
    /// I-9: who has which integration on.
    on: Vec<(u32, u32)>,
    floors: Vec<Floor>,
}

struct Off {
    setting: Setting,
    authority: u32,
    except: Vec<u32>,
}

struct Floor {
    write: bool,
    value: Outcome,
    depth: u8,
}

struct ServerRow {
    scope: u32,
    integration: Option<u32>,
    owner: u32,
    shared: bool,
    approved: bool,
    runs: bool,
    needs: bool,
    access_control: bool,
    /// A bit an agent.
    agents: u64,
    spaces: Option<Vec<String>>,
    /// The names, apart from the rest so that a search stays on few cache lines.
    names: Vec<u32>,
    tools: Vec<ToolRow>,
}

struct ToolRow {
    open: bool,
    asks: bool,
    read_reach: u8,
    write_reach: u8,
    accepted: Option<[u8; 32]>,
}

fn flag(setting: Setting) -> u8 {
    match setting {
        Setting::All => 1,
        Setting::NewIntegrations => 2,
        Setting::CustomUse => 4,
        Setting::CustomSharing => 8,
        Setting::Server(_) => 16,
        Setting::Integration(_) | Setting::FloorRead | Setting::FloorWrite => 0,
    }
}

impl<L: Lookup> ByHand<L> {
    /// Answers a question: what it comes to, and the layer that decided; 0: none did.
    pub fn decide(&self, question: &Question) -> (Outcome, u8) {
        self.closed(question)
            .map_or_else(|layer| (Outcome::Deny, layer), |asks| if asks { (Outcome::Ask, 11) } else { (Outcome::Allow, 0) })
    }

    /// The layer that denies, or whether the call asks.
    fn closed(&self, question: &Question) -> Result<bool, u8> {
        let user_slot = self.users.find(&question.user).ok_or(1)?;
        let user = &self.user_rows[user_slot as usize];
        let workspace_slot = self.scopes.find(&question.workspace).ok_or(1)?;
        let workspace = &self.scope_rows[workspace_slot as usize];
        let belongs = user.member_of.iter().any(|scope| workspace.path.contains(scope));
        let agent = self.agents.find(&question.agent).ok_or(1)?;
        let space = question.space.as_ref();
        if !user.enabled || !workspace.is_workspace || !belongs || space.is_some_and(|space| !workspace.spaces.contains(space)) {
            return Err(1);
        }
        let server_slot = self.servers.find(&question.server).ok_or(2)?;
        let server = &self.server_rows[server_slot as usize];
        let custom = server.integration.is_none();
        let shared = server.shared && !(custom && self.is_off(workspace, Setting::CustomSharing));
        let visible =
            if shared { workspace.path.contains(&server.scope) } else { server.owner == user_slot && server.scope == workspace_slot };
        if !visible {
            return Err(2);
        }
        if !server.approved {
            return Err(4);
        }
        if self.is_stopped(workspace, server_slot, server) {
            return Err(5);
        }
        if !server.runs {
            return Err(6);
        }
        if server.agents >> agent & 1 == 0 {
            return Err(7);
        }
        if let Some(spaces) = server.spaces.as_ref().filter(|_| workspace.access_control || server.access_control)
            && !space.is_some_and(|space| spaces.contains(space))
        {
            return Err(8);
        }
        let name = self.tool_names.find(&question.tool).ok_or(9)?;
        let place = server.names.iter().position(|one| *one == name).ok_or(9)?;
        let tool = &server.tools[place];
        let fits = match &question.observed {
            Observed::NotLooked => true,
            Observed::Gone => false,
            Observed::Digest(digest) => tool.accepted.as_ref().is_none_or(|accepted| accepted == digest),
        };
        let floor = self.floor(workspace, tool);
        if !tool.open || !fits || floor == Outcome::Deny {
            return Err(9);
        }
        if server.needs && !matches!(question.downstream, Some("ready" | "error")) {
            return Err(10);
        }
        let asks = tool.asks || floor == Outcome::Ask;
        if asks && !question.can_ask { Err(11) } else { Ok(asks) }
    }

    /// Layer 5.
    fn is_stopped(&self, workspace: &ScopeRow, slot: u32, server: &ServerRow) -> bool {
        let closed = match server.integration {
            Some(one) => self.is_integration_off(workspace, one),
            None => self.is_off(workspace, Setting::CustomUse),
        };
        closed || self.is_off(workspace, Setting::All) || self.is_off(workspace, Setting::Server(slot as usize))
    }

    fn is_off(&self, workspace: &ScopeRow, setting: Setting) -> bool {
        let mut path = workspace.path.iter().map(|scope| &self.scope_rows[*scope as usize]);
        path.any(|scope| scope.flags & flag(setting) != 0 && scope.offs_on(workspace, setting).next().is_some())
    }

    fn is_integration_off(&self, workspace: &ScopeRow, one: u32) -> bool {
        let setting = Setting::Integration(one as usize);
        workspace.path.iter().map(|scope| &self.scope_rows[*scope as usize]).any(|scope| {
            scope.integrations_off >> one & 1 == 1 && scope.offs_on(workspace, setting).next().is_some()
                || scope.flags & flag(Setting::NewIntegrations) != 0
                    && scope.offs_on(workspace, Setting::NewIntegrations).any(|off| !self.is_named(workspace, one, off.authority))
        })
    }

    /// I-9: whether an authority has an integration on.
    fn is_named(&self, workspace: &ScopeRow, one: u32, by: u32) -> bool {
        workspace.path.iter().any(|scope| self.scope_rows[*scope as usize].on.contains(&(by, one)))
    }

    /// The strictest floor that holds a tool.
    fn floor(&self, workspace: &ScopeRow, tool: &ToolRow) -> Outcome {
        let mut strictest = Outcome::Allow;
        for scope in workspace.path {
            for floor in &self.scope_rows[scope as usize].floors {
                let reach = if floor.write { tool.write_reach } else { tool.read_reach };
                if floor.depth < reach && (floor.value as u8) < strictest as u8 {
                    strictest = floor.value;
                }
            }
        }
        strictest
    }
}

impl ScopeRow {
    /// The `off`s of a setting stored here that count for a workspace (S-12).
    fn offs_on<'s>(&'s self, workspace: &'s Self, setting: Setting) -> impl Iterator<Item = &'s Off> {
        let excepted = |off: &&Off| !off.except.iter().any(|scope| workspace.path.contains(scope));
        self.offs.iter().filter(move |off| off.setting == setting).filter(excepted)
    }
}
