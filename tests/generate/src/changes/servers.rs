//! Servers themselves: registered, moved, edited, shared, stopped and deleted.

use serde_json::{Value, json};

use crate::address;
use crate::random::Random;

use super::Draft;
use super::actor::{self, Actor};
use super::ground::{Ground, NOTHING, items, text, texts};
use super::settings::{authorities_of, named_authority};

pub(super) fn register(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let workspaces = ground.workspaces();
    let place = match random.any(&workspaces) {
        Some(workspace) if random.chance(70) => (*workspace).to_owned(),
        _ => ground.some_id(random, "scopes"),
    };
    let in_workspace = ground.is_workspace(&place);
    let callers: Vec<&str> = if in_workspace { ground.members(&place) } else { ground.administrators(&place) };
    let enabled: Vec<&str> = callers.iter().copied().filter(|user| ground.record("users", user)["access"] == "enabled").collect();
    let from = if enabled.is_empty() || random.chance(5) { &callers } else { &enabled };
    let actor = actor::one_of(random, from);
    let source = source(random, ground);
    let shared = if in_workspace { random.chance(35) } else { random.chance(96) };
    let authorization = authorization(random);
    let mut server = json!({
        "id": ground.new_id(random, "servers", "server"), "scope": place, "name": "New server",
        "address": address_for(random, ground, &source), "source": source,
        "visibility": if shared { "shared" } else { "private" }, "switch": if random.chance(92) { "on" } else { "off" },
        "agents": agents(random, ground)});
    if random.chance(30) {
        server["headers"] = headers(random, text(&authorization, "method"));
    }
    server["authorization"] = authorization;
    // The host alone says whose a server is; from others it is malformed.
    if actor == Actor::Host && random.chance(80) || random.rarely(8) {
        server["owner"] = random.any(&callers).copied().unwrap_or(NOTHING).into();
    }
    if random.chance(5) {
        server["annotations"] = json!({"ticket": "OPS-7"});
    }
    Draft { actor, change: json!({"kind": "register-server", "server": server}) }
}

pub(super) fn readdress(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |_| true);
    let address = if random.chance(5) { server["address"].clone() } else { address_for(random, ground, &server["source"]).into() };
    let new = ground.new_id(random, "servers", "moved");
    let change = json!({"kind": "readdress-server", "server": id, "newServer": new, "address": address});
    Draft { actor: actor::owner(random, ground, server), change }
}

pub(super) fn edit(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |_| true);
    let mut change = json!({"kind": "edit-server", "server": id});
    if random.chance(60) {
        change["name"] = if random.chance(15) { server["name"].clone() } else { "Renamed".into() };
    }
    let mut method = text(&server["authorization"], "method").to_owned();
    if random.chance(25) {
        let authorization = authorization(random);
        method = text(&authorization, "method").to_owned();
        change["authorization"] = authorization;
    }
    if random.chance(35) {
        change["headers"] = if random.chance(15) { json!([]) } else { headers(random, &method) };
    }
    let actor = if random.chance(50) { actor::owner(random, ground, server) } else { actor::of_server(random, ground, server) };
    Draft { actor, change }
}

pub(super) fn visibility(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let to_share = random.chance(60);
    let (id, server) = subject(random, ground, |server| (server["visibility"] == "private") == to_share);
    let wanted = if random.chance(8) { server["visibility"].clone() } else { json!(if to_share { "shared" } else { "private" }) };
    let change = json!({"kind": "set-visibility", "server": id, "visibility": wanted});
    Draft { actor: actor::owner(random, ground, server), change }
}

pub(super) fn switch(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |_| true);
    let change = json!({"kind": "switch-server", "server": id, "switch": *random.pick(&["on", "off"])});
    Draft { actor: actor::of_server(random, ground, server), change }
}

pub(super) fn disable(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |server| server["visibility"] == "shared" || server["source"]["kind"] == "custom");
    let mut change = json!({"kind": "disable-server", "server": id});
    named_authority(random, ground, text(server, "scope"), &mut change);
    let actor = stopping(random, ground, server);
    Draft { actor, change }
}

pub(super) fn enable(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let disabled = random.chance(85);
    let (id, server) = subject(random, ground, |server| items(&server["disabled"]).is_empty() != disabled);
    let mut change = json!({"kind": "enable-server", "server": id});
    let standing = authorities_of(server);
    match random.any(&standing) {
        Some(authority) if random.chance(25) => change["as"] = (*authority).into(),
        _ => named_authority(random, ground, text(server, "scope"), &mut change),
    }
    let actor = stopping(random, ground, server);
    Draft { actor, change }
}

pub(super) fn delete(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, server) = subject(random, ground, |_| true);
    let change = json!({"kind": "delete-server", "server": id});
    let actor = if random.chance(50) { actor::owner(random, ground, server) } else { actor::of_server(random, ground, server) };
    Draft { actor, change }
}

/// An administrator mostly, else one of all who have to do with the server.
fn stopping(random: &mut Random, ground: &Ground<'_>, server: &Value) -> Actor {
    if random.chance(60) { actor::administrator(random, ground, text(server, "scope")) } else { actor::of_server(random, ground, server) }
}

/// A server of the wanted sort, if the draw finds one; else any, or none that is there.
pub(super) fn subject<'a>(random: &mut Random, ground: &Ground<'a>, wanted: impl Fn(&Value) -> bool) -> (String, &'a Value) {
    let fitting: Vec<&Value> = ground.list("servers").iter().filter(|server| wanted(server)).collect();
    let id = match random.any(&fitting) {
        Some(server) if random.chance(92) => text(server, "id").to_owned(),
        _ => ground.some_id(random, "servers"),
    };
    let server = ground.record("servers", &id);
    (id, server)
}

/// Agents of the document, mostly.
pub(super) fn agents(random: &mut Random, ground: &Ground<'_>) -> Vec<String> {
    let count = random.between(0, 3);
    let mut agents: Vec<String> = random.some(&ground.ids("agents"), count).into_iter().map(str::to_owned).collect();
    if agents.is_empty() && random.chance(75) {
        agents.extend(ground.ids("agents").first().map(|id| (*id).to_owned()));
    }
    if random.chance(4) {
        agents.push(NOTHING.to_owned());
    }
    agents
}

fn source(random: &mut Random, ground: &Ground<'_>) -> Value {
    if random.chance(55) {
        json!({"kind": "integration", "integration": ground.some_id(random, "catalog")})
    } else {
        json!({"kind": "custom"})
    }
}

/// An address that the source may have: of an integration by its origins, else of its own or, against I-6, an integration's.
fn address_for(random: &mut Random, ground: &Ground<'_>, source: &Value) -> String {
    let named = ground.record("catalog", text(source, "integration"));
    let borrowed = random.any(ground.list("catalog"));
    let of_entry = |random: &mut Random, entry: &Value, near: usize| {
        let origins = texts(&entry["origins"]);
        let origin = random.any(&origins).copied()?;
        let address = if random.chance(near) { address::matching(random, origin) } else { address::near_miss(random, origin) };
        Some(address.text)
    };
    let found = match (named.is_object(), random.below(20)) {
        (true, 0..=17) => of_entry(random, named, 94),
        (false, 0..=3) => borrowed.and_then(|entry| of_entry(random, entry, 80)),
        (_, 19) if random.chance(40) => Some(address::invalid(random).text),
        _ => None,
    };
    found.unwrap_or_else(|| address::own(random, 4).text)
}

fn authorization(random: &mut Random) -> Value {
    match random.below(6) {
        0..=1 => json!({"method": "none"}),
        2 => json!({"method": "oauth"}),
        3 => json!({"method": "headers", "credentials": "per-user"}),
        4 => json!({"method": "oauth", "credentials": "shared"}),
        _ => json!({"method": "headers", "credentials": "shared"}),
    }
}

/// Header names, of which K-12 refuses few.
fn headers(random: &mut Random, method: &str) -> Value {
    let mut names = random.some(&["x-team", "X-Api-Key", "x-key"], 2);
    if method != "oauth" && random.chance(30) || random.chance(4) {
        names.push("Authorization");
    }
    if random.chance(7) {
        names.push(*random.pick(&["Host", "connection", "Content-Type", "mcp-session-id", "Origin", "cookie"]));
    }
    json!(names)
}
