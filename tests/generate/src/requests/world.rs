//! What requests are aimed at: a document, read once and indexed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::time;

/// A scope.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) id: &'a str,
    parent: Option<usize>,
    pub(super) spaces: Vec<&'a str>,
    /// Who belongs to it, and who administers it.
    pub(super) members: Vec<usize>,
    pub(super) administrators: Vec<usize>,
    /// The workspaces of its subtree.
    pub(super) workspaces: Vec<usize>,
}

/// A token.
pub(super) struct Token<'a> {
    pub(super) id: &'a str,
    pub(super) workspace: &'a str,
    pub(super) agent: &'a str,
    pub(super) virtual_server: Option<&'a str>,
    pub(super) revoked: bool,
    pub(super) expires: i64,
}

/// A user.
pub(super) struct User<'a> {
    pub(super) id: &'a str,
    pub(super) enabled: bool,
    pub(super) member_of: Vec<usize>,
    pub(super) tokens: Vec<Token<'a>>,
}

/// A tool of a server.
pub(super) struct Tool<'a> {
    pub(super) name: &'a str,
    pub(super) accepted: Option<&'a str>,
}

/// A server.
pub(super) struct Server<'a> {
    pub(super) id: &'a str,
    pub(super) scope: usize,
    pub(super) owner: Option<&'a str>,
    pub(super) private: bool,
    pub(super) integration: Option<&'a str>,
    pub(super) address: &'a str,
    pub(super) agents: Vec<&'a str>,
    pub(super) spaces: Option<Vec<&'a str>>,
    pub(super) assignees: Vec<&'a str>,
    pub(super) tools: Vec<Tool<'a>>,
    pub(super) shared_credential: bool,
    /// Nothing of the server's own record stops it: switched on, and disabled by nobody.
    pub(super) running: bool,
}

/// A selected tool.
pub(super) struct Selected<'a> {
    pub(super) server: &'a str,
    pub(super) tool: &'a str,
    pub(super) exposed: &'a str,
}

/// A virtual server.
pub(super) struct Virtual<'a> {
    pub(super) id: &'a str,
    pub(super) scope: usize,
    pub(super) published: bool,
    pub(super) tools: Vec<Selected<'a>>,
    pub(super) connect: Vec<&'a str>,
    pub(super) manage: Vec<&'a str>,
}

/// An integration.
pub(super) struct Integration<'a> {
    pub(super) id: &'a str,
    pub(super) origins: Vec<&'a str>,
}

/// The whole document.
pub(super) struct World<'a> {
    pub(super) revision: i64,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) workspaces: Vec<usize>,
    pub(super) users: Vec<User<'a>>,
    pub(super) servers: Vec<Server<'a>>,
    pub(super) virtuals: Vec<Virtual<'a>>,
    pub(super) integrations: Vec<Integration<'a>>,
    pub(super) agents: Vec<&'a str>,
    pub(super) scope_of: BTreeMap<&'a str, usize>,
    pub(super) user_of: BTreeMap<&'a str, usize>,
    pub(super) server_of: BTreeMap<&'a str, usize>,
    /// Servers that one layer in particular is likely to deny; see `aim`.
    pub(super) kinds: Vec<Vec<usize>>,
}

impl<'a> World<'a> {
    /// Reads a valid document.
    pub(super) fn read(document: &'a Value) -> Self {
        let scopes = scopes(document);
        let scope_of = scopes.iter().enumerate().map(|(number, scope)| (scope.id, number)).collect();
        let mut world = Self {
            revision: document["revision"].as_i64().unwrap_or(1),
            workspaces: Vec::new(),
            users: Vec::new(),
            servers: list(document, "servers").iter().map(|record| server(record, &scope_of)).collect(),
            virtuals: list(document, "virtualServers").iter().map(|record| virtual_server(record, &scope_of)).collect(),
            integrations: list(document, "catalog").iter().map(integration).collect(),
            agents: list(document, "agents").iter().map(|record| text(record, "id")).collect(),
            scopes,
            scope_of,
            user_of: BTreeMap::new(),
            server_of: BTreeMap::new(),
            kinds: Vec::new(),
        };
        world.server_of = world.servers.iter().enumerate().map(|(number, server)| (server.id, number)).collect();
        world.add_workspaces(document);
        world.add_users(document);
        world.kinds = world.sorted_by_kind();
        world
    }

    /// The scope and all above it, lowest first.
    pub(super) fn path(&self, scope: usize) -> Vec<usize> {
        let mut path = vec![scope];
        while let Some(parent) = self.scopes[path[path.len() - 1]].parent {
            path.push(parent);
        }
        path
    }

    fn add_workspaces(&mut self, document: &'a Value) {
        let stated = list(document, "levels").iter().find(|level| level["role"] == "workspace").map(|level| text(level, "id"));
        let level = if document.get("levels").is_some() { stated } else { Some("workspace") };
        for (number, record) in list(document, "scopes").iter().enumerate() {
            if level == Some(text(record, "level")) {
                self.workspaces.push(number);
                for place in self.path(number) {
                    self.scopes[place].workspaces.push(number);
                }
            }
        }
    }

    fn add_users(&mut self, document: &'a Value) {
        for (number, record) in list(document, "users").iter().enumerate() {
            let places = |key| list(record, key).iter().filter_map(|id| self.scope_of.get(id.as_str()?).copied()).collect::<Vec<_>>();
            let (member_of, administers) = (places("memberOf"), places("administers"));
            for place in &member_of {
                self.scopes[*place].members.push(number);
            }
            for place in administers {
                self.scopes[place].administrators.push(number);
            }
            let user = User {
                id: text(record, "id"),
                enabled: record["access"] == "enabled",
                member_of,
                tokens: list(record, "tokens").iter().map(token).collect(),
            };
            self.user_of.insert(user.id, number);
            self.users.push(user);
        }
    }

    fn sorted_by_kind(&self) -> Vec<Vec<usize>> {
        let tests: [fn(&Server<'_>) -> bool; 7] = [
            |server| server.integration.is_none() && !server.private,
            |server| server.integration.is_none() && server.private,
            |server| server.shared_credential,
            |server| server.spaces.is_some(),
            |server| !server.running,
            |server| server.tools.iter().any(|tool| tool.accepted.is_some()),
            |server| server.private,
        ];
        tests
            .iter()
            .map(|test| (0..self.servers.len()).filter(|number| test(&self.servers[*number]) && self.usable(*number)).collect())
            .collect()
    }

    /// Shared above or at a workspace, or private to an owner who has access and belongs there.
    pub(super) fn usable(&self, server: usize) -> bool {
        let server = &self.servers[server];
        let owner = server.owner.and_then(|owner| self.user_of.get(owner)).map(|owner| &self.users[*owner]);
        if server.private {
            owner.is_some_and(|owner| owner.enabled && self.belongs(owner, server.scope))
        } else {
            !self.scopes[server.scope].workspaces.is_empty()
        }
    }

    /// Whether the user belongs to the workspace, itself or through a scope above it.
    pub(super) fn belongs(&self, user: &User<'_>, workspace: usize) -> bool {
        self.path(workspace).iter().any(|place| user.member_of.contains(place))
    }
}

fn scopes(document: &Value) -> Vec<Scope<'_>> {
    let records = list(document, "scopes");
    let numbers: BTreeMap<&str, usize> = records.iter().enumerate().map(|(number, record)| (text(record, "id"), number)).collect();
    let scope = |record| Scope {
        id: text(record, "id"),
        parent: record.get("parent").and_then(Value::as_str).and_then(|parent| numbers.get(parent).copied()),
        spaces: list(record, "spaces").iter().map(|space| text(space, "id")).collect(),
        ..Scope::default()
    };
    records.iter().map(scope).collect()
}

fn token(record: &Value) -> Token<'_> {
    Token {
        id: text(record, "id"),
        workspace: text(record, "workspace"),
        agent: text(record, "agent"),
        virtual_server: record.get("virtualServer").and_then(Value::as_str),
        revoked: record.get("revoked").is_some(),
        expires: time::millis(text(record, "expiresAt")).unwrap_or(0),
    }
}

fn server<'a>(record: &'a Value, scopes: &BTreeMap<&'a str, usize>) -> Server<'a> {
    Server {
        id: text(record, "id"),
        scope: scopes.get(text(record, "scope")).copied().unwrap_or(0),
        owner: record.get("owner").and_then(Value::as_str),
        private: record["visibility"] == "private",
        integration: record["source"].get("integration").and_then(Value::as_str),
        address: text(record, "address"),
        agents: texts(record, "agents"),
        spaces: record.get("spaces").is_some().then(|| texts(record, "spaces")),
        assignees: texts(record, "assignees"),
        tools: list(record, "tools")
            .iter()
            .map(|tool| Tool { name: text(tool, "name"), accepted: tool.get("accepted").and_then(Value::as_str) })
            .collect(),
        shared_credential: record["authorization"]["credentials"] == "shared",
        running: record["switch"] == "on" && list(record, "disabled").is_empty(),
    }
}

fn virtual_server<'a>(record: &'a Value, scopes: &BTreeMap<&'a str, usize>) -> Virtual<'a> {
    let granted =
        |grant: &str| list(record, "access").iter().filter(|entry| entry["grant"] == grant).map(|entry| text(entry, "user")).collect();
    let selected = |tool: &'a Value| Selected {
        server: text(tool, "server"),
        tool: text(tool, "tool"),
        exposed: text(tool, if tool.get("as").is_some() { "as" } else { "tool" }),
    };
    Virtual {
        id: text(record, "id"),
        scope: scopes.get(text(record, "scope")).copied().unwrap_or(0),
        published: record["state"] == "published",
        tools: list(record, "tools").iter().map(selected).collect(),
        connect: granted("connect"),
        manage: granted("manage"),
    }
}

fn integration(record: &Value) -> Integration<'_> {
    Integration { id: text(record, "id"), origins: texts(record, "origins") }
}

fn list<'a>(record: &'a Value, key: &str) -> &'a [Value] {
    record.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn texts<'a>(record: &'a Value, key: &str) -> Vec<&'a str> {
    list(record, key).iter().filter_map(Value::as_str).collect()
}
