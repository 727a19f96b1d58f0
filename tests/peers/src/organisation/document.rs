//! The organisation as a policy document: what lockstep and the oracle load.

use serde_json::{Map, Value as Json, json};

use super::{Authorization, Label, Mode, Organisation, Scope, Server, Setting, Stored, Tool, Value};
use crate::random::digest_text;

const LEVELS: [&str; 4] = ["group", "msp", "tenant", "workspace"];
const REGISTERED: &str = "2026-03-01T10:00:00Z";

/// The document of contract 2.
pub fn document(organisation: &Organisation) -> Json {
    json!({
        "format": "1.0", "revision": 1,
        "levels": [{"id": "group", "label": "Group"}, {"id": "msp", "label": "MSP"},
                   {"id": "tenant", "label": "Tenant", "role": "tenant"}, {"id": "workspace", "label": "Workspace", "role": "workspace"}],
        "platform": {"origins": {"allow": ["https://*.example/*"], "enforce": ["register"]},
                     "approval": {"read": "auto", "write": "ask", "unlabelled": "ask"}},
        "agents": organisation.agents.iter().map(|agent| json!({"id": agent, "name": agent})).collect::<Vec<_>>(),
        "catalog": organisation.integrations.iter().map(|integration| json!({
            "id": integration.id, "name": integration.id, "approved": integration.approved, "origins": [address(&integration.id)],
            "tools": integration.tools.iter().map(|tool| {
                let mut record = json!({"name": tool.name, "approved": tool.approved});
                put(&mut record, "label", tool.label.map(label));
                record
            }).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "scopes": organisation.scopes.iter().map(|scope| self::scope(organisation, scope)).collect::<Vec<_>>(),
        "users": organisation.users.iter().map(|user| json!({
            "id": user.id, "name": user.id, "administers": [], "addedAt": REGISTERED,
            "memberOf": user.member_of.iter().map(|scope| &*organisation.scopes[*scope].id).collect::<Vec<_>>(),
            "access": if user.enabled { "enabled" } else { "disabled" },
        })).collect::<Vec<_>>(),
        "servers": organisation.servers.iter().map(|server| self::server(organisation, server)).collect::<Vec<_>>(),
    })
}

fn put(record: &mut Json, key: &str, value: Option<impl Into<Json>>) {
    if let (Json::Object(members), Some(value)) = (record, value) {
        members.insert(key.to_owned(), value.into());
    }
}

fn address(host: &str) -> String {
    format!("https://{host}.example/mcp")
}

fn label(label: Label) -> &'static str {
    match label {
        Label::Read => "read",
        Label::Write => "write",
    }
}

fn scope(organisation: &Organisation, scope: &Scope) -> Json {
    let level = LEVELS[scope.level];
    let mut record = json!({"id": scope.id, "name": scope.id, "level": level});
    let parent = scope.path.iter().rev().nth(1);
    put(&mut record, "parent", parent.map(|parent| &*organisation.scopes[*parent].id));
    put(&mut record, "features", scope.access_control.map(|on| json!({"accessControl": on})));
    if !scope.spaces.is_empty() {
        put(&mut record, "spaces", Some(scope.spaces.iter().map(|space| json!({"id": space, "name": space})).collect::<Vec<_>>()));
    }
    let mut imposed = Map::new();
    for authority in &scope.path {
        let by = &organisation.scopes[*authority];
        let settings = settings(organisation, scope.stored.iter().filter(|stored| stored.authority == *authority));
        if settings == json!({}) {
            continue;
        }
        if by.id == scope.id {
            put(&mut record, "settings", Some(settings));
        } else {
            imposed.insert(by.id.clone(), settings);
        }
    }
    if !imposed.is_empty() {
        put(&mut record, "imposed", Some(imposed));
    }
    record
}

/// One authority's record.
fn settings<'s>(organisation: &Organisation, stored: impl Iterator<Item = &'s Stored>) -> Json {
    let mut record = json!({});
    for stored in stored {
        let value = match stored.value {
            Value::On => "on",
            Value::Off => "off",
            Value::Ask => "ask",
            Value::Deny => "deny",
        };
        let name = match stored.setting {
            Setting::All => "all".to_owned(),
            Setting::Integration(one) => format!("integration/{}", organisation.integrations[one].id),
            Setting::NewIntegrations => "new-integrations".to_owned(),
            Setting::CustomUse => "custom/use".to_owned(),
            Setting::CustomSharing => "custom/sharing".to_owned(),
            Setting::Server(one) => format!("server/{}", organisation.servers[one].id),
            Setting::FloorRead => "floor/read".to_owned(),
            Setting::FloorWrite => "floor/write".to_owned(),
        };
        match name.split_once('/') {
            None if name == "all" => record["all"] = value.into(),
            None => record["newIntegrations"] = value.into(),
            Some(("custom", which)) => record["custom"][which] = value.into(),
            Some((group, which)) => record[format!("{group}s")][which] = value.into(),
        }
        if !stored.except.is_empty() {
            let scopes: Vec<&str> = stored.except.iter().map(|scope| &*organisation.scopes[*scope].id).collect();
            record["except"][name] = scopes.into();
        }
    }
    record
}

fn server(organisation: &Organisation, server: &Server) -> Json {
    let source = match server.integration {
        Some(one) => json!({"kind": "integration", "integration": organisation.integrations[one].id}),
        None => json!({"kind": "custom"}),
    };
    let host = server.integration.map_or(&server.id, |one| &organisation.integrations[one].id);
    let authorization = match server.authorization {
        Authorization::None => json!({"method": "none"}),
        Authorization::OauthPerUser => json!({"method": "oauth", "credentials": "per-user"}),
        Authorization::HeadersShared => json!({"method": "headers", "credentials": "shared"}),
    };
    let mut record = json!({
        "id": server.id, "scope": organisation.scopes[server.scope].id, "source": source, "name": server.id, "address": address(host),
        "owner": organisation.users[server.owner].id, "registeredAt": REGISTERED,
        "visibility": if server.shared { "shared" } else { "private" }, "switch": if server.on { "on" } else { "off" },
        "authorization": authorization,
        "agents": server.agents.iter().map(|agent| &*organisation.agents[*agent]).collect::<Vec<_>>(),
        "tools": server.tools.iter().map(|tool| self::tool(organisation, tool)).collect::<Vec<_>>(),
    });
    let disable = |scope: &usize| json!({"authority": organisation.scopes[*scope].id, "by": "somebody", "at": REGISTERED});
    if !server.disabled.is_empty() {
        put(&mut record, "disabled", Some(server.disabled.iter().map(disable).collect::<Vec<_>>()));
    }
    put(&mut record, "spaces", server.spaces.clone());
    record
}

fn tool(organisation: &Organisation, tool: &Tool) -> Json {
    let mode = match tool.mode {
        Mode::Default => "default",
        Mode::Ask => "ask",
        Mode::Auto => "auto",
    };
    let mut record = json!({"name": tool.name, "enabled": tool.enabled, "approval": mode});
    put(&mut record, "label", tool.label.map(|(said, _)| label(said)));
    put(&mut record, "labelAuthority", tool.label.map(|(_, by)| &*organisation.scopes[by].id));
    put(&mut record, "hint", tool.hint.map(label));
    put(&mut record, "accepted", tool.accepted.as_ref().map(digest_text));
    record
}
