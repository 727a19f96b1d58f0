//! An organisation edited at random: as somebody might who exports a document, works on it and imports it again. Most of what
//! comes out is valid; some edits break what an import may not change.

use lockstep_generate::{Random, bend};
use serde_json::{Map, Value, json};

/// Edits a document in a few places.
pub fn edit(random: &mut Random, document: &mut Value) {
    for _ in 0..[0, 1, 1, 2, 3, 5, 8][random.below(7)] {
        once(random, document);
    }
    match random.below(40) {
        0 => bend(random, document),
        1 => document["format"] = json!(*random.pick(&["1.1", "2.0", "1.00", "0.9"])),
        2 => document["slice"] = json!({"of": {"kind": "scope", "scope": "x"}}),
        _ => {}
    }
}

fn once(random: &mut Random, document: &mut Value) {
    match random.below(25) {
        0 => rename(random, document),
        1 => remove_server(random, document),
        2 => copy(random, document, "servers", &["new-server", "newer-server", "gone-0", "gone-1"]),
        3 => remove_user(random, document),
        4 => add_user(random, document),
        5 | 6 => set_access(random, document),
        7 => set_token(random, document),
        8 => set_address(random, document),
        9 | 22 | 23 => move_scope(random, document),
        24 => copy(random, document, "servers", &["gone-0"]),
        10 => remove_scope(random, document),
        11 => add_scope(random, document),
        12 | 13 => set_tools(random, document),
        14 => set_selection(random, document),
        15 => set_state(random, document),
        16 => set_catalogue(random, document),
        17 => set_named(random, document),
        18 => set_platform(random, document),
        19 => set_tombstones(random, document),
        20 => set_top(random, document),
        _ => set_settings(random, document),
    }
}

fn list<'d>(document: &'d mut Value, member: &str) -> &'d mut Vec<Value> {
    let members = document.as_object_mut().unwrap();
    members.entry(member).or_insert_with(|| json!([])).as_array_mut().unwrap()
}

fn one<'d>(random: &mut Random, document: &'d mut Value, member: &str) -> Option<&'d mut Value> {
    let list = list(document, member);
    let place = random.below(list.len());
    list.get_mut(place)
}

fn ids(document: &Value, member: &str) -> Vec<Value> {
    document[member].as_array().into_iter().flatten().map(|record| record["id"].clone()).collect()
}

fn rename(random: &mut Random, document: &mut Value) {
    let member = *random.pick(&["scopes", "users", "servers", "virtualServers", "catalog", "agents", "clients"]);
    if let Some(record) = one(random, document, member) {
        record["name"] = json!(*random.pick(&["Another", "Other \"name\"", "Name é"]));
    }
    if random.chance(30)
        && let Some(record) = one(random, document, member)
    {
        record["annotations"] = json!({"ticket": "OPS-1"});
    }
}

/// A record once more under another id.
fn copy(random: &mut Random, document: &mut Value, member: &str, ids: &[&str]) {
    let Some(mut record) = one(random, document, member).map(|record| record.clone()) else { return };
    record["id"] = json!(*random.pick(ids));
    let list = list(document, member);
    if random.chance(50) {
        list.insert(random.below(list.len() + 1), record);
    } else {
        list.push(record);
    }
}

/// A server goes with everything that names it.
fn remove_server(random: &mut Random, document: &mut Value) {
    let Some(id) = one(random, document, "servers").map(|server| server["id"].clone()) else { return };
    forget_server(document, &id);
    if random.chance(20) {
        let digest = format!("sha256:{}", "0".repeat(64));
        let tombstone = json!({"id": id, "scope": "made-up", "addressDigest": digest, "deletedAt": "2026-01-01T00:00:00Z"});
        list(document, "tombstones").push(tombstone);
    }
}

fn forget_server(document: &mut Value, id: &Value) {
    list(document, "servers").retain(|server| server["id"] != *id);
    for server in list(document, "virtualServers") {
        if let Some(tools) = server.get_mut("tools").and_then(Value::as_array_mut) {
            tools.retain(|tool| tool["server"] != *id);
        }
    }
    let id = id.as_str().unwrap();
    for scope in list(document, "scopes") {
        let imposed = scope.get("imposed").and_then(Value::as_object).into_iter().flatten();
        let places: Vec<String> = imposed.map(|(authority, _)| authority.clone()).collect();
        for settings in places.iter().map(Some).chain([None]) {
            let settings = match settings {
                Some(authority) => &mut scope["imposed"][authority.as_str()],
                None => &mut scope["settings"],
            };
            let Some(settings) = settings.as_object_mut() else { continue };
            for (group, name) in [("servers", id.to_owned()), ("except", format!("server/{id}"))] {
                if let Some(group) = settings.get_mut(group).and_then(Value::as_object_mut) {
                    group.remove(&name);
                }
            }
        }
        if scope["settings"].is_null() {
            scope.as_object_mut().unwrap().remove("settings");
        }
        if scope["imposed"].is_null() {
            scope.as_object_mut().unwrap().remove("imposed");
        }
    }
}

/// A user goes with what is theirs, but for what is shared.
fn remove_user(random: &mut Random, document: &mut Value) {
    let Some(id) = one(random, document, "users").map(|user| user["id"].clone()) else { return };
    list(document, "users").retain(|user| user["id"] != id);
    let private: Vec<Value> = list(document, "servers")
        .iter()
        .filter(|server| server["owner"] == id && server["visibility"] == "private")
        .map(|server| server["id"].clone())
        .collect();
    for server in private {
        forget_server(document, &server);
    }
    for server in list(document, "servers") {
        if server["owner"] == id {
            server.as_object_mut().unwrap().remove("owner");
        }
        if let Some(assignees) = server.get_mut("assignees").and_then(Value::as_array_mut) {
            assignees.retain(|assignee| *assignee != id);
        }
    }
    for server in list(document, "virtualServers") {
        list(server, "access").retain(|entry| entry["user"] != id);
    }
}

/// Somebody new, who may have tokens already.
fn add_user(random: &mut Random, document: &mut Value) {
    let Some(mut user) = one(random, document, "users").map(|user| user.clone()) else { return };
    let id = *random.pick(&["new user", "new-user", "newer-user"]);
    user["id"] = json!(id);
    for (number, token) in user.get_mut("tokens").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        token["id"] = json!(format!("{id} {number}"));
    }
    list(document, "users").push(user);
}

fn set_access(random: &mut Random, document: &mut Value) {
    let Some(user) = one(random, document, "users") else { return };
    match random.below(4) {
        0 => user["addedAt"] = json!("2026-11-19T00:00:00.000Z"),
        1 if user["access"] == "disabled" => drop(user.as_object_mut().unwrap().remove("addedAt")),
        _ => {
            let enabled = user["access"] == "enabled";
            user["access"] = json!(if enabled { "disabled" } else { "enabled" });
            if !enabled {
                user["addedAt"] = json!("2026-11-19T00:00:00Z");
            }
        }
    }
}

fn set_token(random: &mut Random, document: &mut Value) {
    let Some(tokens) = one(random, document, "users").and_then(|user| user.get_mut("tokens")).and_then(Value::as_array_mut) else { return };
    if tokens.is_empty() {
        return;
    }
    let place = random.below(tokens.len());
    let token = tokens[place].as_object_mut().unwrap();
    match random.below(4) {
        0 => drop(token.remove("revoked")),
        1 => drop(token.insert("revoked".to_owned(), json!({"at": "2026-11-18T00:00:00Z", "by": "nobody"}))),
        2 => drop(token.insert("id".to_owned(), json!("another token"))),
        _ => drop(tokens.remove(place)),
    }
}

fn set_address(random: &mut Random, document: &mut Value) {
    let Some(server) = one(random, document, "servers") else { return };
    let address = server["address"].as_str().unwrap();
    server["address"] = json!(match random.below(4) {
        0 => address.replacen("http", "HTTP", 1),
        1 => format!("{address}?q=1"),
        2 => format!("{address}/more"),
        _ => "https://other.example.com/mcp".to_owned(),
    });
}

fn move_scope(random: &mut Random, document: &mut Value) {
    let scopes = ids(document, "scopes");
    let levels = ids(document, "levels");
    let Some(scope) = one(random, document, "scopes") else { return };
    match random.any(&levels).filter(|_| random.chance(50)) {
        Some(level) => scope["level"] = level.clone(),
        None => scope["parent"] = random.pick(&scopes).clone(),
    }
}

/// A scope goes that nothing else may name: whether the document is valid then is for its reader to say.
fn remove_scope(random: &mut Random, document: &mut Value) {
    let scopes = document["scopes"].as_array().unwrap();
    let leaf = |scope: &&Value| !scopes.iter().any(|other| other["parent"] == scope["id"]);
    let leaves: Vec<Value> = scopes.iter().filter(leaf).map(|scope| scope["id"].clone()).collect();
    let Some(id) = random.any(&leaves).cloned() else { return };
    list(document, "scopes").retain(|scope| scope["id"] != id);
    for user in list(document, "users") {
        for member in ["memberOf", "administers"] {
            list(user, member).retain(|scope| *scope != id);
        }
        if let Some(tokens) = user.get_mut("tokens").and_then(Value::as_array_mut) {
            tokens.retain(|token| token["workspace"] != id);
        }
    }
    let inside: Vec<Value> = document["servers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|server| server["scope"] == id)
        .map(|server| server["id"].clone())
        .collect();
    for server in inside {
        forget_server(document, &server);
    }
    list(document, "virtualServers").retain(|server| server["scope"] != id);
}

fn add_scope(random: &mut Random, document: &mut Value) {
    let Some(parent) = one(random, document, "scopes").map(|scope| scope["id"].clone()) else { return };
    let level = document["levels"].as_array().and_then(|levels| levels.last()).map_or(json!("workspace"), |level| level["id"].clone());
    let id = *random.pick(&["new-scope", "newer-scope"]);
    list(document, "scopes").push(json!({"id": id, "level": level, "parent": parent, "name": "New"}));
    if random.chance(70)
        && let Some(user) = one(random, document, "users")
    {
        let member = *random.pick(&["memberOf", "administers"]);
        list(user, member).push(json!(id));
    }
}

fn set_tools(random: &mut Random, document: &mut Value) {
    let Some(server) = one(random, document, "servers") else { return };
    let tools = list(server, "tools");
    match random.below(4) {
        0 => tools.push(json!({"name": *random.pick(&["brand new", "a tool", "zzz"]), "enabled": true, "approval": "auto"})),
        1 => random.shuffle(tools),
        2 if !tools.is_empty() => {
            let place = random.below(tools.len());
            tools[place]["approval"] = json!(*random.pick(&["auto", "ask", "default"]));
        }
        _ if !tools.is_empty() => drop(tools.remove(random.below(tools.len()))),
        _ => {}
    }
}

fn set_selection(random: &mut Random, document: &mut Value) {
    let servers: Vec<Value> = document["servers"].as_array().cloned().unwrap_or_default();
    let Some(virtual_server) = one(random, document, "virtualServers") else { return };
    let tools = list(virtual_server, "tools");
    match random.below(3) {
        0 if !tools.is_empty() => drop(tools.remove(random.below(tools.len()))),
        1 if !tools.is_empty() => {
            let place = random.below(tools.len());
            tools[place]["as"] = json!(*random.pick(&["brand new", "exposed", "aaa"]));
        }
        _ => {
            if let Some(server) = random.any(&servers).filter(|server| server["source"]["kind"] == "integration") {
                let name = server["tools"].as_array().and_then(|tools| tools.first()).map_or(json!("find"), |tool| tool["name"].clone());
                tools.push(json!({"server": server["id"], "tool": name, "as": *random.pick(&["added", "aaa"])}));
            }
        }
    }
}

fn set_state(random: &mut Random, document: &mut Value) {
    if random.chance(15) {
        return copy(random, document, "virtualServers", &["new-virtual"]);
    }
    let users = ids(document, "users");
    let Some(server) = one(random, document, "virtualServers") else { return };
    match random.below(4) {
        0 => list(server, "access").push(json!({"user": random.pick(&users), "grant": *random.pick(&["connect", "manage"])})),
        1 => drop(server.as_object_mut().unwrap().remove("published")),
        _ => server["state"] = json!(*random.pick(&["draft", "published", "published", "unpublished"])),
    }
}

fn set_catalogue(random: &mut Random, document: &mut Value) {
    if random.chance(25) {
        return copy(random, document, "catalog", &["new-integration"]);
    }
    if random.chance(15) {
        let catalog = list(document, "catalog");
        if !catalog.is_empty() {
            catalog.remove(random.below(catalog.len()));
        }
        return;
    }
    let Some(entry) = one(random, document, "catalog") else { return };
    match random.below(3) {
        0 => entry["approved"] = json!(entry["approved"] != true),
        1 => list(entry, "origins").insert(0, json!("https://*.example.com/mcp/*")),
        _ => {
            let tools = list(entry, "tools");
            if random.chance(50) && !tools.is_empty() {
                tools.remove(random.below(tools.len()));
            } else {
                tools.push(json!({"name": "brand new", "approved": random.chance(70), "label": "write"}));
            }
        }
    }
}

/// Agents and clients come and go; one that is named may go only with who names it.
fn set_named(random: &mut Random, document: &mut Value) {
    let member = *random.pick(&["agents", "agents", "clients"]);
    if random.chance(60) {
        return copy(random, document, member, &["new-one", "newer-one"]);
    }
    let Some(id) = one(random, document, member).map(|record| record["id"].clone()) else { return };
    list(document, member).retain(|record| record["id"] != id);
    let other = ids(document, member).into_iter().next().unwrap_or_default();
    for user in list(document, "users") {
        for token in user.get_mut("tokens").and_then(Value::as_array_mut).into_iter().flatten() {
            let named = if member == "agents" { "agent" } else { "client" };
            if token[named] == id {
                token[named] = other.clone();
            }
        }
    }
    if member == "agents" {
        for server in list(document, "servers") {
            let agents = list(server, "agents");
            agents.retain(|agent| *agent != id);
            if agents.is_empty() {
                agents.push(other.clone());
            }
        }
    }
}

fn set_platform(random: &mut Random, document: &mut Value) {
    if document["platform"].is_null() {
        document["platform"] = json!({});
    }
    let platform = &mut document["platform"];
    match random.below(4) {
        0 => platform["confirmationSeconds"] = json!(300),
        1 => platform["confirmationSeconds"] = json!(60),
        2 if platform["origins"].is_object() => platform["origins"]["enforce"] = json!(["use", "register"]),
        2 => platform["origins"] = json!({"allow": []}),
        _ => platform["annotations"] = json!({}),
    }
}

fn set_tombstones(random: &mut Random, document: &mut Value) {
    let tombstones = list(document, "tombstones");
    if tombstones.is_empty() || random.chance(30) {
        let digest = format!("sha256:{}", "1".repeat(64));
        tombstones.push(json!({"id": "gone-more", "scope": "nowhere", "addressDigest": digest, "deletedAt": "2026-01-01T00:00:00Z"}));
    } else if random.chance(50) {
        tombstones.remove(random.below(tombstones.len()));
    } else {
        let place = random.below(tombstones.len());
        tombstones[place]["deletedBy"] = json!("somebody else");
    }
}

fn set_top(random: &mut Random, document: &mut Value) {
    match random.below(4) {
        0 => document["$schema"] = json!("other.schema.json"),
        1 => document["annotations"] = json!({"why": "because"}),
        2 => document["revision"] = json!(random.between(1, 1000)),
        _ => {
            if let Some(level) = document.get_mut("levels").and_then(Value::as_array_mut).and_then(|levels| levels.first_mut()) {
                level["label"] = json!("Relabelled");
            }
        }
    }
}

fn set_settings(random: &mut Random, document: &mut Value) {
    let (integrations, servers) = (ids(document, "catalog"), ids(document, "servers"));
    let Some(scope) = one(random, document, "scopes") else { return };
    if scope["settings"].is_null() {
        scope["settings"] = json!({});
    }
    let settings = &mut scope["settings"];
    let group = |settings: &mut Value, group: &str, id: &Value, value: &str| {
        let members = settings.as_object_mut().unwrap().entry(group).or_insert_with(|| Value::Object(Map::new()));
        members[id.as_str().unwrap()] = json!(value);
    };
    match (random.below(5), random.any(&integrations), random.any(&servers)) {
        (0, Some(integration), _) => group(settings, "integrations", integration, if random.chance(50) { "on" } else { "off" }),
        (1, _, Some(server)) => group(settings, "servers", server, "off"),
        (2, ..) => settings["floors"] = json!({"write": *random.pick(&["ask", "deny"])}),
        (3, ..) => settings["custom"] = json!({"use": *random.pick(&["on", "off"]), "sharing": "on"}),
        _ => scope["features"] = json!({"accessControl": random.chance(70)}),
    }
}
