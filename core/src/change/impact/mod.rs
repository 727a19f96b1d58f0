//! Whom a change affects, and what it opens and closes (P-2): from the policy before and the one after, by what was
//! touched, so that no kind of change can forget anything.
//!
//! Counts are of all; named are the first that exist for the actor (U-8, C-8). What a scope's settings do is told as
//! settings. Servers, tools, virtual servers and tokens are told by what is theirs: that they are there, run and are
//! approved, for whom, for which agents and spaces.

mod collect;
mod people;
mod server;
mod settings;
mod tally;
mod thing;
mod tool;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub(super) use self::collect::impact;

/// How many there are, and the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    /// How many there are in all.
    pub count: usize,
    /// The first 20, in order, of those that exist for the actor: fewer than counted where others don't (U-8, C-8).
    pub first: Vec<T>,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

/// What a change comes to for others than its actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Whom and what it affects.
    pub affects: Affects,
    /// What anybody gains.
    pub opens: Moves,
    /// What anybody loses.
    pub closes: Moves,
}

/// Whom and what a change affects, by ids.
///
/// By a setting: where its effective value changes, the servers that it governs there, who belongs there and has access,
/// what selects such a server, the tokens for those workspaces. By a change of one thing: it, its users, what selects it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affects {
    /// Scopes of the tenants' role.
    pub tenants: Counted<String>,
    /// Scopes of the workspaces' role.
    pub workspaces: Counted<String>,
    /// Users.
    pub users: Counted<String>,
    /// Servers.
    pub servers: Counted<String>,
    /// Tokens.
    pub tokens: Counted<String>,
    /// Virtual servers.
    pub virtual_servers: Counted<String>,
}

/// What opens, or what closes, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Settings, each at the highest scopes where its effective value changes so.
    pub settings: Counted<SettingAt>,
    /// Servers.
    pub servers: Counted<String>,
    /// Tools of servers that stay as they are otherwise.
    pub tools: Counted<ToolOf>,
    /// Virtual servers.
    pub virtual_servers: Counted<String>,
    /// Tokens.
    pub tokens: Counted<String>,
}

/// A setting at a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingAt {
    /// The setting's one name, such as `integration/github`.
    pub setting: String,
    /// The scope's id.
    pub scope: String,
}

/// A tool of a server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolOf {
    /// The server's id.
    pub server: String,
    /// The tool's name.
    pub tool: String,
}

impl Moves {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl<T: Serialize> Serialize for Counted<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Counted", 2)?;
        object.serialize_field("count", &(self.count as u64))?;
        object.serialize_field("first", &self.first)?;
        object.end()
    }
}

impl Serialize for Affects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Affects", 6)?;
        object.serialize_field("tenants", &self.tenants)?;
        object.serialize_field("workspaces", &self.workspaces)?;
        object.serialize_field("users", &self.users)?;
        object.serialize_field("servers", &self.servers)?;
        object.serialize_field("tokens", &self.tokens)?;
        object.serialize_field("virtualServers", &self.virtual_servers)?;
        object.end()
    }
}

impl Serialize for Moves {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Moves", 5)?;
        if self.settings.count > 0 {
            object.serialize_field("settings", &self.settings)?;
        }
        if self.servers.count > 0 {
            object.serialize_field("servers", &self.servers)?;
        }
        if self.tools.count > 0 {
            object.serialize_field("tools", &self.tools)?;
        }
        if self.virtual_servers.count > 0 {
            object.serialize_field("virtualServers", &self.virtual_servers)?;
        }
        if self.tokens.count > 0 {
            object.serialize_field("tokens", &self.tokens)?;
        }
        object.end()
    }
}

impl Serialize for SettingAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("SettingAt", 2)?;
        object.serialize_field("setting", &self.setting)?;
        object.serialize_field("scope", &self.scope)?;
        object.end()
    }
}

impl Serialize for ToolOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ToolOf", 2)?;
        object.serialize_field("server", &self.server)?;
        object.serialize_field("tool", &self.tool)?;
        object.end()
    }
}
