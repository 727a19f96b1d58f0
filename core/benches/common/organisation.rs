//! An MSP with tenants that are all alike, as a document's text.

use std::fmt::Write as _;

/// How many of each a tenant has; all ids follow from the numbers.
#[derive(Clone, Copy)]
pub struct Shape {
    pub tenants: usize,
    /// Of a tenant.
    pub workspaces: usize,
    /// Of a workspace.
    pub users: usize,
    /// Of a workspace; every third is restricted to its space, every fourth lies at the tenant.
    pub servers: usize,
    /// Of a server; every second writes, and so is asked for.
    pub tools: usize,
}

/// The time of every call.
pub const NOW: &str = "2026-11-20T12:00:00Z";

const INTEGRATIONS: usize = 20;
const AGENTS: &str = r#"[{"id":"assistant","name":"Assistant"},{"id":"builder","name":"Builder"}]"#;
const CLIENTS: &str = r#"[{"id":"desktop","name":"Desktop","configuration":"{endpoint}"}]"#;

impl Shape {
    /// The document: settings at every level on a call's path, none of which denies it.
    pub fn document(&self) -> String {
        let mut text = format!(
            r#"{{"format":"1.0","revision":1,"platform":{{"origins":{{"allow":["https://*.example.com/mcp/*","https://*.example.org/mcp"],"enforce":["register","use"]}}}},"agents":{AGENTS},"clients":{CLIENTS}"#
        );
        self.list(&mut text, "catalog", Self::write_catalog);
        self.list(&mut text, "scopes", Self::write_scopes);
        self.list(&mut text, "users", Self::write_users);
        self.list(&mut text, "servers", Self::write_servers);
        text.push('}');
        text
    }

    fn list(&self, text: &mut String, name: &str, write: fn(&Self, &mut String)) {
        write!(text, r#","{name}":["#).unwrap();
        write(self, text);
        // Every record ends with a comma.
        text.pop();
        text.push(']');
    }

    fn write_catalog(&self, text: &mut String) {
        for number in 0..INTEGRATIONS {
            write!(
                text,
                r#"{{"id":"integration-{number}","name":"Integration {number}","approved":true,"origins":["https://api-{number}.example.com/mcp"],"tools":["#
            )
            .unwrap();
            for tool in 0..self.tools.max(1) {
                let label = if writes(tool) { "write" } else { "read" };
                write!(text, r#"{{"name":"{}","label":"{label}","approved":true}},"#, tool_name(tool)).unwrap();
            }
            text.pop();
            text.push_str("]},");
        }
    }

    fn write_scopes(&self, text: &mut String) {
        // The last integration is off for all but the first tenant; nobody calls it.
        let off = INTEGRATIONS - 1;
        write!(
            text,
            r#"{{"id":"northwind","level":"msp","name":"Northwind","contact":"it@northwind.example","settings":{{"integrations":{{"integration-{off}":"off"}},"custom":{{"sharing":"on"}},"floors":{{"write":"ask"}},"except":{{"integration/integration-{off}":["tenant-0"]}}}}}},"#
        )
        .unwrap();
        for tenant in 0..self.tenants {
            write!(
                text,
                r#"{{"id":"tenant-{tenant}","level":"tenant","parent":"northwind","name":"Tenant {tenant}","features":{{"accessControl":true}},"settings":{{"custom":{{"creation":"off"}}}},"imposed":{{"northwind":{{"custom":{{"use":"off"}}}}}}}},"#
            )
            .unwrap();
            for workspace in 0..self.workspaces {
                let workspace = workspace_id(tenant, workspace);
                write!(
                    text,
                    r#"{{"id":"{workspace}","level":"workspace","parent":"tenant-{tenant}","name":"{workspace}","spaces":[{{"id":"space-{workspace}","name":"Project"}}]}},"#
                )
                .unwrap();
            }
        }
    }

    fn write_users(&self, text: &mut String) {
        text.push_str(r#"{"id":"omar","name":"Omar","memberOf":[],"administers":["northwind"],"access":"disabled"},"#);
        for (tenant, workspace) in self.places() {
            let workspace = workspace_id(tenant, workspace);
            for user in 0..self.users {
                let user = user_id(&workspace, user);
                write!(
                    text,
                    r#"{{"id":"{user}","name":"{user}","memberOf":["{workspace}"],"administers":[],"access":"enabled","addedAt":"2026-01-05T09:00:00Z","tokens":[{{"id":"token-{user}","client":"desktop","workspace":"{workspace}","agent":"assistant","issuedAt":"2026-10-01T00:00:00Z","expiresAt":"2027-01-01T00:00:00Z"}}]}},"#
                )
                .unwrap();
            }
        }
    }

    fn write_servers(&self, text: &mut String) {
        for (tenant, workspace) in self.places() {
            let workspace = workspace_id(tenant, workspace);
            for server in 0..self.servers {
                let integration = server % (INTEGRATIONS - 1);
                let scope = if server % 4 == 3 { format!("tenant-{tenant}") } else { workspace.clone() };
                let spaces = if server % 3 == 2 { format!(r#","spaces":["space-{workspace}"]"#) } else { String::new() };
                let id = server_id(&workspace, server);
                write!(
                    text,
                    r#"{{"id":"{id}","scope":"{scope}","source":{{"kind":"integration","integration":"integration-{integration}"}},"name":"{id}","address":"https://api-{integration}.example.com/mcp","registeredAt":"2026-03-01T10:00:00Z","visibility":"shared","switch":"on","authorization":{{"method":"oauth","credentials":"per-user"}},"agents":["assistant","builder"]{spaces},"tools":["#
                )
                .unwrap();
                for tool in 0..self.tools {
                    let (name, digest) = (tool_name(tool), digest(server, tool));
                    write!(text, r#"{{"name":"{name}","enabled":true,"approval":"default","accepted":"{digest}"}},"#).unwrap();
                }
                text.pop();
                text.push_str("]},");
            }
        }
    }

    /// The first user's request for a list of everything, with all tools just read.
    pub fn list_request(&self) -> String {
        let workspace = workspace_id(0, 0);
        let (user, context) = (user_id(&workspace, 0), self.facts(&workspace, 0..self.servers));
        format!(
            r#"{{"caller":{{"user":"{user}","credential":{{"kind":"platform"}},"workspace":"{workspace}","agent":"assistant","space":"space-{workspace}"}},"of":{{"kind":"all"}},"context":{context}}}"#
        )
    }

    /// All workspaces, by tenant.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let workspaces = self.workspaces;
        (0..self.tenants).flat_map(move |tenant| (0..workspaces).map(move |workspace| (tenant, workspace)))
    }

    /// The JSON object of what a host attests about the servers of a workspace, its tools just read and as they were
    /// accepted.
    pub fn facts(&self, workspace: &str, servers: impl Iterator<Item = usize>) -> String {
        let (mut downstream, mut observed) = (String::new(), String::new());
        for server in servers {
            let id = server_id(workspace, server);
            write!(downstream, r#""{id}":"ready","#).unwrap();
            write!(observed, r#""{id}":{{"#).unwrap();
            for tool in 0..self.tools {
                write!(observed, r#""{}":"{}","#, tool_name(tool), digest(server, tool)).unwrap();
            }
            observed.pop();
            observed.push_str("},");
        }
        downstream.pop();
        observed.pop();
        format!(r#"{{"now":"{NOW}","canAsk":true,"downstream":{{{downstream}}},"observed":{{{observed}}}}}"#)
    }
}

/// Whether a tool changes something.
fn writes(tool: usize) -> bool {
    tool % 2 == 1
}

pub fn workspace_id(tenant: usize, workspace: usize) -> String {
    format!("workspace-{tenant}-{workspace}")
}

pub fn user_id(workspace: &str, user: usize) -> String {
    format!("user-{workspace}-{user}")
}

pub fn server_id(workspace: &str, server: usize) -> String {
    format!("server-{workspace}-{server}")
}

pub fn tool_name(tool: usize) -> String {
    let verb = ["list", "create", "read", "update", "search", "close"][tool % 6];
    format!("{verb}_records_{tool}")
}

fn digest(server: usize, tool: usize) -> String {
    format!("sha256:{server:032x}{tool:032x}")
}
