//! An MSP whose every list is long: what a page shows of it is little, whatever it is of.

use std::fmt::Write as _;

/// The time of every view.
pub const NOW: &str = "2026-11-20T12:00:00Z";

/// Of each tenant.
pub const WORKSPACES: usize = 10;
/// Of each workspace: half of them custom and private, half of integrations, of which every other lies at the tenant.
pub const SERVERS: usize = 100;
/// Of each workspace.
pub const USERS: usize = 40;
const INTEGRATIONS: usize = 400;
const TOOLS: [(&str, &str); 2] = [("list_records", "read"), ("create_record", "write")];
/// In the first tenant alone: what its first owner has, what its delegate is assigned, what its manager manages.
const OWN: usize = 400;

/// The document of so many tenants.
pub fn document(tenants: usize) -> String {
    let mut text = String::from(
        r#"{"format":"1.0","revision":1,"agents":[{"id":"assistant","name":"Assistant"}],"clients":[{"id":"desktop","name":"Desktop","configuration":"{endpoint}"}]"#,
    );
    list(&mut text, "catalog", catalog);
    list(&mut text, "scopes", |text| scopes(text, tenants));
    list(&mut text, "users", |text| users(text, tenants));
    list(&mut text, "servers", |text| servers(text, tenants));
    list(&mut text, "virtualServers", virtual_servers);
    text.push('}');
    text
}

fn list(text: &mut String, name: &str, write: impl FnOnce(&mut String)) {
    write!(text, r#","{name}":["#).unwrap();
    write(text);
    // Every record ends with a comma.
    text.pop();
    text.push(']');
}

fn catalog(text: &mut String) {
    for number in 0..INTEGRATIONS {
        write!(
            text,
            r#"{{"id":"integration-{number}","name":"Integration {number}","approved":true,"origins":["https://api-{number}.example/mcp"],"tools":["#
        )
        .unwrap();
        for (name, label) in TOOLS {
            write!(text, r#"{{"name":"{name}","label":"{label}","approved":true}},"#).unwrap();
        }
        text.pop();
        text.push_str("]},");
    }
}

fn scopes(text: &mut String, tenants: usize) {
    text.push_str(
        r#"{"id":"northwind","level":"msp","name":"Northwind","contact":"it@northwind.example","settings":{"integrations":{"integration-7":"off"},"custom":{"sharing":"on"},"floors":{"write":"ask"}}},"#,
    );
    for tenant in 0..tenants {
        write!(
            text,
            r#"{{"id":"tenant-{tenant}","level":"tenant","parent":"northwind","name":"Tenant {tenant}","features":{{"accessControl":true}},"settings":{{"integrations":{{"integration-8":"off"}}}}}},"#
        )
        .unwrap();
        for workspace in 0..WORKSPACES {
            write!(
                text,
                r#"{{"id":"workspace-{tenant}-{workspace}","level":"workspace","parent":"tenant-{tenant}","name":"Workspace {workspace}","spaces":[{{"id":"space-{tenant}-{workspace}","name":"Project"}}]}},"#
            )
            .unwrap();
        }
    }
}

fn users(text: &mut String, tenants: usize) {
    text.push_str(r#"{"id":"omar","name":"Omar","memberOf":[],"administers":["northwind"],"access":"disabled"},"#);
    for tenant in 0..tenants {
        for workspace in 0..WORKSPACES {
            for user in 0..USERS {
                let permissions = if user == 1 { r#","permissions":["connectors.admin.read"]"# } else { "" };
                write!(
                    text,
                    r#"{{"id":"user-{tenant}-{workspace}-{user}","name":"User {user} of {workspace}","memberOf":["workspace-{tenant}-{workspace}"],"administers":[]{permissions},"access":"enabled","addedAt":"2026-01-05T09:00:00Z","tokens":[{{"id":"token-{tenant}-{workspace}-{user}","client":"desktop","workspace":"workspace-{tenant}-{workspace}","agent":"assistant","issuedAt":"2026-10-01T00:00:00Z","expiresAt":"2027-01-01T00:00:00Z"}}]}},"#
                )
                .unwrap();
            }
        }
    }
}

fn servers(text: &mut String, tenants: usize) {
    for tenant in 0..tenants {
        for workspace in 0..WORKSPACES {
            for server in 0..SERVERS {
                if server % 2 == 0 {
                    custom(text, tenant, workspace, &server.to_string(), server % USERS);
                } else {
                    of_integration(text, tenant, workspace, server);
                }
            }
        }
    }
    for server in 0..OWN {
        custom(text, 0, 0, &format!("own-{server}"), 0);
    }
}

fn custom(text: &mut String, tenant: usize, workspace: usize, server: &str, owner: usize) {
    write!(
        text,
        r#"{{"id":"server-{tenant}-{workspace}-{server}","scope":"workspace-{tenant}-{workspace}","source":{{"kind":"custom"}},"name":"Server {server}","address":"https://server-{server}.example/mcp","owner":"user-{tenant}-{workspace}-{owner}","registeredAt":"2026-03-01T10:00:00Z","visibility":"private","switch":"on","authorization":{{"method":"none"}},"agents":["assistant"]"#
    )
    .unwrap();
    tools(text);
}

fn of_integration(text: &mut String, tenant: usize, workspace: usize, server: usize) {
    let integration = (workspace * SERVERS + server) % INTEGRATIONS;
    let is_tenants = server % 4 == 3;
    let scope = if is_tenants { format!("tenant-{tenant}") } else { format!("workspace-{tenant}-{workspace}") };
    let assignees = if is_tenants && tenant == 0 { r#","assignees":["user-0-0-1"]"# } else { "" };
    write!(
        text,
        r#"{{"id":"server-{tenant}-{workspace}-{server}","scope":"{scope}","source":{{"kind":"integration","integration":"integration-{integration}"}},"name":"Server {server}","address":"https://api-{integration}.example/mcp","registeredAt":"2026-03-01T10:00:00Z","visibility":"shared","switch":"on","authorization":{{"method":"oauth","credentials":"per-user"}},"agents":["assistant"]{assignees}"#
    )
    .unwrap();
    tools(text);
}

fn tools(text: &mut String) {
    text.push_str(r#","tools":["#);
    for (name, _) in TOOLS {
        write!(text, r#"{{"name":"{name}","enabled":true,"approval":"default"}},"#).unwrap();
    }
    text.pop();
    text.push_str("]},");
}

fn virtual_servers(text: &mut String) {
    for number in 0..OWN {
        write!(
            text,
            r#"{{"id":"virtual-{number}","scope":"tenant-0","name":"Virtual server {number}","state":"published","tools":[{{"server":"server-0-0-1","tool":"list_records"}}],"access":[{{"user":"user-0-0-0","grant":"manage"}},{{"user":"user-0-0-1","grant":"connect"}}]}},"#
        )
        .unwrap();
    }
}
