//! What belongs to one server: agents, spaces, assignees, tools, the waiver.

use serde_json::{Value, json};

use crate::random::Random;

use super::Draft;
use super::actor::{self, Actor};
use super::ground::{Ground, NOTHING, items, text, texts};
use super::servers::{self, subject};
use super::settings::{by_administrator, named_authority};

pub(super) fn agents(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |_| true);
    let agents = if random.chance(10) { server["agents"].clone() } else { json!(servers::agents(random, ground)) };
    let change = json!({"kind": "set-agents", "server": id, "agents": agents});
    Draft { actor: actor::of_server(random, ground, server), change }
}

pub(super) fn spaces(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |server| !ground.spaces_below(text(server, "scope")).is_empty());
    let mut chosen: Vec<String> = random.some(&ground.spaces_below(text(server, "scope")), 2).into_iter().map(str::to_owned).collect();
    if random.chance(10) {
        // Of another subtree, or of none.
        chosen.push(random.any(&ground.spaces()).copied().filter(|_| random.chance(70)).unwrap_or(NOTHING).to_owned());
        chosen.dedup();
    }
    let spaces = match random.below(10) {
        0..=1 => Value::Null,
        2 if server["spaces"].is_array() => server["spaces"].clone(),
        3 if random.chance(30) => json!([]),
        _ => json!(chosen),
    };
    let change = json!({"kind": "set-spaces", "server": id, "spaces": spaces});
    Draft { actor: actor::of_server(random, ground, server), change }
}

pub(super) fn assignees(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |server| server["visibility"] == "shared");
    let mut chosen = texts(&server["assignees"]);
    if random.chance(40) {
        chosen.pop();
    }
    let eligible: Vec<&str> =
        ground.list("users").iter().filter(|user| !items(&user["permissions"]).is_empty()).map(|user| text(user, "id")).collect();
    for _ in 0..random.between(0, 2) {
        let user = if random.chance(70) { random.any(&eligible).copied() } else { random.any(&ground.ids("users")).copied() };
        let user = user.filter(|_| !random.chance(3)).unwrap_or(NOTHING);
        if !chosen.contains(&user) {
            chosen.push(user);
        }
    }
    let change = json!({"kind": "set-assignees", "server": id, "assignees": chosen});
    // The roster is the tenant's, above the server's own scope as a rule.
    let path = ground.path(text(server, "scope"));
    let high = random.any(&path).copied().unwrap_or_default();
    by_administrator(random, ground, high, change)
}

pub(super) fn tool(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |server| !items(&server["tools"]).is_empty());
    let mut change = json!({"kind": "set-tool", "server": id, "tool": tool_of(random, server)});
    if random.chance(50) {
        change["enabled"] = random.chance(60).into();
    }
    if random.chance(45) {
        change["approval"] = (*random.pick(&["default", "ask", "auto"])).into();
    }
    let labels = random.chance(35);
    if labels {
        // A label that stands already may be another authority's.
        let standing: Vec<&Value> = items(&server["tools"]).iter().filter(|tool| tool["label"].is_string()).collect();
        if let Some(tool) = random.any(&standing)
            && random.chance(70)
        {
            change["tool"] = tool["name"].clone();
        }
        change["label"] = random.pick(&[json!("read"), json!("write"), Value::Null]).clone();
    }
    if labels || random.chance(4) {
        named_authority(random, ground, text(server, "scope"), &mut change);
    }
    if labels && random.chance(80) {
        return by_administrator(random, ground, text(server, "scope"), change);
    }
    Draft { actor: actor::of_server(random, ground, server), change }
}

pub(super) fn refresh(random: &mut Random, ground: &Ground<'_>) -> Draft {
    // One that stands still is drawn too: the refusal is the contact's own.
    let any = random.chance(15);
    let still = random.chance(3);
    let (id, server) = subject(random, ground, |server| {
        if still { server["switch"] == "off" } else { any || server["switch"] == "on" && items(&server["disabled"]).is_empty() }
    });
    let mut names: Vec<String> = Vec::new();
    for tool in items(&server["tools"]) {
        if random.chance(60) {
            names.push(text(tool, "name").to_owned());
        }
    }
    let stock = items(&ground.record("catalog", text(&server["source"], "integration"))["tools"]);
    for _ in 0..random.between(0, 3) {
        names.push(match random.any(stock) {
            Some(tool) if random.chance(60) => text(tool, "name").to_owned(),
            _ => format!("fresh_tool_{}", random.below(50)),
        });
    }
    names.sort();
    names.dedup();
    let mut tools = Vec::new();
    for name in names {
        let mut tool = json!({"name": name, "digest": random.digest()});
        if random.chance(50) {
            tool["hint"] = (*random.pick(&["read", "write"])).into();
        }
        tools.push(tool);
    }
    let change = json!({"kind": "refresh-tools", "server": id, "tools": tools});
    let actor = if random.chance(35) { Actor::Host } else { actor::of_server(random, ground, server) };
    Draft { actor, change }
}

pub(super) fn accept(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |server| !items(&server["tools"]).is_empty());
    let name = tool_of(random, server);
    let held = items(&server["tools"]).iter().find(|tool| tool["name"] == name.as_str()).unwrap_or(&Value::Null);
    let mut change = json!({"kind": "accept-tool", "server": id, "tool": name, "digest": random.digest()});
    if random.chance(50) {
        change["hint"] = (*random.pick(&["read", "write"])).into();
    }
    if held["accepted"].is_string() && random.chance(15) {
        // The very same again.
        change["digest"] = held["accepted"].clone();
        if let Some(members) = change.as_object_mut() {
            members.remove("hint");
        }
        if held["hint"].is_string() {
            change["hint"] = held["hint"].clone();
        }
    }
    Draft { actor: actor::of_server(random, ground, server), change }
}

pub(super) fn waive(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let shared = random.chance(60);
    let (id, server) =
        subject(random, ground, |server| server["authorization"]["credentials"] == "shared" && server["visibility"] == "shared" || !shared);
    let reason = match random.below(10) {
        0..=2 => Value::Null,
        3 if server["waiver"].is_object() => server["waiver"]["reason"].clone(),
        _ => "A service account without rights".into(),
    };
    let change = json!({"kind": "waive-shared-credential", "server": id, "reason": reason});
    by_administrator(random, ground, text(server, "scope"), change)
}

/// The name of one of a server's tools, mostly.
fn tool_of(random: &mut Random, server: &Value) -> String {
    match random.any(items(&server["tools"])) {
        Some(tool) if random.chance(95) => text(tool, "name").to_owned(),
        _ => "no_such_tool".to_owned(),
    }
}
