//! Organisations in which every kind of change finds something to do.

use serde_json::{Value, json};

use crate::organisation::organisation;
use crate::random::Random;
use crate::shape::Shape;
use crate::time::{self, DAY, PRESENT};

use super::ground::{Ground, items, text};

/// The most tokens of a user (contract 1).
const TOKENS: usize = 256;

/// A small valid document of that seed with room for changes: a scope, an integration, an agent and a client that nothing names, an
/// assignee with effect, a server that the root has disabled, somebody who administers a part alone. Of a hundred one has a user with all the tokens that there may be.
pub fn changeable(seed: u64) -> Value {
    let mut random = Random::new(seed, "changeable");
    let whole = organisation(seed, &Shape::small());
    let mut document: Value = serde_json::from_str(&whole).unwrap_or(Value::Null);
    // The last revision takes no change at all; few may have it.
    if document["revision"].as_i64().is_none_or(|revision| revision > 1_000_000) && random.chance(85) {
        document["revision"] = random.between(1, 1000).into();
    }
    for (list, record) in [
        ("agents", json!({"id": "idle-agent", "name": "Idle"})),
        ("clients", json!({"id": "idle-client", "name": "Idle", "configuration": ""})),
        (
            "catalog",
            json!({"id": "idle-integration", "name": "Idle", "approved": random.chance(70), "tools": [],
                           "origins": ["https://idle.example/mcp"]}),
        ),
    ] {
        if random.chance(80) {
            push(&mut document, list, record);
        }
    }
    if let Some(scope) = idle_scope(&mut random, &document) {
        push(&mut document, "scopes", scope);
    }
    appoint(&mut random, &mut document);
    assign(&mut random, &mut document);
    stop(&mut random, &mut document);
    if seed % 100 == 99 {
        crowd(&mut random, &mut document);
    }
    document
}

/// A scope without anything in it.
fn idle_scope(random: &mut Random, document: &Value) -> Option<Value> {
    let ground = Ground { document };
    let levels = ground.levels();
    let bottom = *levels.last()?;
    let open: Vec<&Value> = ground.list("scopes").iter().filter(|scope| scope["level"] != bottom).collect();
    let parent = random.any(&open)?;
    Some(json!({"id": "idle-scope", "level": bottom, "parent": text(parent, "id"), "name": "Idle"}))
}

/// Has somebody who administers nothing administer a scope below the root, where locks from above hold them.
fn appoint(random: &mut Random, document: &mut Value) {
    let parts: Vec<String> =
        items(&document["scopes"]).iter().filter(|scope| scope["parent"].is_string()).map(|scope| text(scope, "id").to_owned()).collect();
    let Some(part) = random.any(&parts) else { return };
    let users = document["users"].as_array_mut().into_iter().flatten();
    if let Some(user) = users.into_iter().find(|user| items(&user["administers"]).is_empty()) {
        user["administers"] = json!([part]);
    }
}

/// Gives a shared server somebody to look after it, who has the permission and is near.
fn assign(random: &mut Random, document: &mut Value) {
    let ground = Ground { document };
    let shared: Vec<&Value> = ground.list("servers").iter().filter(|server| server["visibility"] == "shared").collect();
    let Some(server) = random.any(&shared) else { return };
    let near = ground.in_reach(text(server, "scope"));
    let Some(user) = random.any(&near) else { return };
    let (server, user) = (text(server, "id").to_owned(), (*user).to_owned());
    for record in document["servers"].as_array_mut().into_iter().flatten().filter(|record| record["id"] == server.as_str()) {
        if !items(&record["assignees"]).iter().any(|assignee| assignee == user.as_str()) {
            push(record, "assignees", user.as_str().into());
        }
    }
    for record in document["users"].as_array_mut().into_iter().flatten().filter(|record| record["id"] == user.as_str()) {
        if items(&record["permissions"]).is_empty() {
            record["permissions"] = json!(["connectors.admin.read"]);
        }
    }
}

/// Disables a server by the root's authority, so that enabling it finds a lock.
fn stop(random: &mut Random, document: &mut Value) {
    let root = Ground { document }.root().to_owned();
    let servers = document["servers"].as_array_mut().map_or(&mut [][..], Vec::as_mut_slice);
    if servers.is_empty() || random.chance(30) {
        return;
    }
    let server = &mut servers[random.below(servers.len())];
    if items(&server["disabled"]).iter().all(|entry| entry["authority"] != root.as_str()) {
        push(server, "disabled", json!({"authority": root, "at": "2026-10-01T00:00:00Z"}));
    }
}

/// Gives an enabled user as many tokens as a user may have, or one less; some or none of them have ended.
fn crowd(random: &mut Random, document: &mut Value) {
    let ground = Ground { document };
    let first = |list: &str| ground.ids(list).first().map(|id| (*id).to_owned());
    let (Some(client), Some(agent)) = (first("clients"), first("agents")) else { return };
    let Some(workspace) = ground.workspaces().first().map(|id| (*id).to_owned()) else { return };
    let (most, ended) = (TOKENS - random.below(2), *random.pick(&[0, 1, 40]));
    for user in document["users"].as_array_mut().into_iter().flatten().filter(|user| user["access"] == "enabled").take(1) {
        for number in items(&user["tokens"]).len()..most {
            // Neighbours end at one moment now and then, and the id settles which goes.
            let ends = if number % 50 < ended { PRESENT - random.between(0, 20) as i64 * DAY } else { PRESENT + 90 * DAY };
            let mut token = json!({"id": format!("crowd-{number}"), "client": client, "workspace": workspace, "agent": agent,
                                   "issuedAt": time::text(PRESENT - 300 * DAY), "expiresAt": time::text(ends)});
            if random.chance(2) && ended > 0 {
                token["revoked"] = json!({"at": time::text(PRESENT - 30 * DAY)});
            }
            push(user, "tokens", token);
        }
    }
}

/// Adds to a list, which may be absent.
fn push(record: &mut Value, list: &str, item: Value) {
    if !record[list].is_array() {
        record[list] = json!([]);
    }
    if let Some(list) = record[list].as_array_mut() {
        list.push(item);
    }
}
