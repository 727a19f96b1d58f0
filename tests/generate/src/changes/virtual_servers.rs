//! Virtual servers.

use serde_json::{Value, json};

use crate::random::Random;

use super::Draft;
use super::actor;
use super::ground::{Ground, NOTHING, items, text};
use super::settings::by_administrator;

const STATES: [&str; 3] = ["draft", "published", "unpublished"];

pub(super) fn create(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let scope = ground.some_id(random, "scopes");
    let mut new = json!({
        "id": ground.new_id(random, "virtualServers", "virtual"), "scope": scope, "name": "New desk",
        "state": *random.pick(&STATES), "tools": selection(random, ground, &scope, &[])});
    if random.chance(50) {
        new["description"] = "Made by a change".into();
    }
    if random.chance(20) {
        new["oauthProvider"] = "okta".into();
    }
    by_administrator(random, ground, &scope, json!({"kind": "create-virtual-server", "virtualServer": new}))
}

pub(super) fn edit(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    let mut change = json!({"kind": "edit-virtual-server", "virtualServer": id});
    if random.chance(50) {
        change["name"] = if random.chance(20) && found.is_object() { found["name"].clone() } else { "Renamed".into() };
    }
    if random.chance(50) {
        change["description"] = (*random.pick(&["", "Now with a text"])).into();
    }
    if random.chance(40) {
        change["oauthProvider"] = random.pick(&[json!("entra"), Value::Null]).clone();
    }
    Draft { actor: actor::manager(random, ground, found), change }
}

pub(super) fn tools(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    let kept: Vec<&Value> = items(&found["tools"]).iter().filter(|_| random.chance(70)).collect();
    let selected = selection(random, ground, text(found, "scope"), &kept);
    let change = json!({"kind": "set-virtual-tools", "virtualServer": id, "tools": selected});
    Draft { actor: actor::manager(random, ground, found), change }
}

pub(super) fn state(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    let change = json!({"kind": "set-virtual-state", "virtualServer": id, "state": *random.pick(&STATES)});
    Draft { actor: actor::manager(random, ground, found), change }
}

pub(super) fn grant(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    let user = match random.any(&ground.in_reach(text(found, "scope"))) {
        Some(user) if random.chance(80) => (*user).to_owned(),
        _ => ground.some_id(random, "users"),
    };
    let change = json!({"kind": "grant", "virtualServer": id, "user": user, "grant": *random.pick(&["connect", "manage"])});
    Draft { actor: actor::manager(random, ground, found), change }
}

pub(super) fn ungrant(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    let entry = random.any(items(&found["access"])).filter(|_| random.chance(85));
    let (user, grant) = match entry {
        Some(entry) => (text(entry, "user").to_owned(), text(entry, "grant")),
        None => (ground.some_id(random, "users"), "connect"),
    };
    let change = json!({"kind": "ungrant", "virtualServer": id, "user": user, "grant": grant});
    Draft { actor: actor::manager(random, ground, found), change }
}

pub(super) fn delete(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, found) = subject(random, ground);
    Draft { actor: actor::manager(random, ground, found), change: json!({"kind": "delete-virtual-server", "virtualServer": id}) }
}

fn subject<'a>(random: &mut Random, ground: &Ground<'a>) -> (String, &'a Value) {
    let id = ground.some_id(random, "virtualServers");
    let found = ground.record("virtualServers", &id);
    (id, found)
}

/// What was selected, and some more: mostly what may be packaged, on the path or below, now and then anything.
fn selection(random: &mut Random, ground: &Ground<'_>, scope: &str, kept: &[&Value]) -> Vec<Value> {
    let mut selected: Vec<Value> = kept.iter().map(|tool| (*tool).clone()).collect();
    let mut good: Vec<(&str, &str)> = Vec::new();
    let mut all: Vec<(&str, &str)> = Vec::new();
    for server in ground.list("servers") {
        let of_integration = server["source"]["kind"] == "integration" && ground.near(scope, text(server, "scope"));
        for tool in items(&server["tools"]) {
            let pair = (text(server, "id"), text(tool, "name"));
            if ground.is_packageable(server, tool) && ground.near(scope, text(server, "scope")) {
                good.push(pair);
            }
            if of_integration || random.chance(40) {
                all.push(pair);
            }
        }
    }
    for _ in 0..random.between(0, 3) {
        let stray = random.chance(15);
        let from = if stray { &all } else { &good };
        let Some(&(server, tool)) = random.any(from) else { continue };
        let (server, tool) = match random.below(40) {
            0 => (NOTHING, tool),
            1 => (server, "no_such_tool"),
            _ => (server, tool),
        };
        let exposed = |selected: &Value| selected["as"].as_str().unwrap_or_else(|| text(selected, "tool")).to_owned();
        if selected.iter().any(|other| other["server"] == server && other["tool"] == tool) {
            continue;
        }
        let mut new = json!({"server": server, "tool": tool});
        if random.chance(4)
            && let Some(other) = random.any(&selected)
        {
            new["as"] = exposed(other).into();
        } else if random.chance(25) || selected.iter().any(|other| exposed(other) == tool) && random.chance(85) {
            new["as"] = format!("given_{}", random.below(300)).into();
        }
        selected.push(new);
    }
    selected
}
