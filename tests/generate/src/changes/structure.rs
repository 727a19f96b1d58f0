//! Scopes, spaces, labels of levels and the platform.

use serde_json::{Value, json};

use crate::random::Random;

use super::Draft;
use super::actor::{self, Actor};
use super::ground::{Ground, NOTHING, items, text, texts};
use super::settings::by_administrator;

pub(super) fn add_scope(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let levels = ground.levels();
    let deep = |id: &str| levels.iter().position(|level| ground.record("scopes", id)["level"] == *level);
    let open: Vec<&str> = ground.ids("scopes").into_iter().filter(|id| deep(id).is_some_and(|at| at + 1 < levels.len())).collect();
    let parent = match random.any(&open) {
        Some(parent) if random.chance(92) => (*parent).to_owned(),
        _ => ground.some_id(random, "scopes"),
    };
    let lower: Vec<&str> = levels.iter().skip(deep(&parent).map_or(0, |at| at + 1)).copied().collect();
    let level = match (random.any(&lower), random.below(20)) {
        (Some(level), 0..=16) => *level,
        // A level that doesn't lie below the parent's, or that isn't one.
        (_, 17) => *random.pick(&levels),
        (_, 18) => NOTHING,
        (level, _) => level.copied().unwrap_or(NOTHING),
    };
    let mut scope = json!({"id": ground.new_id(random, "scopes", "scope"), "level": level, "parent": parent, "name": "New scope"});
    if random.chance(30) {
        scope["contact"] = "help@new.example".into();
    }
    if random.chance(10) {
        scope["annotations"] = json!({"ticket": "OPS-9"});
    }
    by_administrator(random, ground, &parent, json!({"kind": "add-scope", "scope": scope}))
}

pub(super) fn edit_scope(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let id = ground.some_id(random, "scopes");
    let mut change = json!({"kind": "edit-scope", "scope": id});
    if random.chance(60) {
        change["name"] = if random.chance(20) { ground.record("scopes", &id)["name"].clone() } else { "Renamed".into() };
    }
    if random.chance(50) {
        change["contact"] = random.pick(&[json!("desk@new.example"), json!(""), Value::Null]).clone();
    }
    by_administrator(random, ground, &id, change)
}

pub(super) fn remove_scope(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let empty: Vec<&str> = ground.ids("scopes").into_iter().filter(|id| is_empty(ground, id)).collect();
    let id = match random.any(&empty) {
        Some(id) if random.chance(60) => (*id).to_owned(),
        _ => ground.some_id(random, "scopes"),
    };
    let parent = text(ground.record("scopes", &id), "parent").to_owned();
    by_administrator(random, ground, &parent, json!({"kind": "remove-scope", "scope": id}))
}

fn is_empty(ground: &Ground<'_>, id: &str) -> bool {
    let named = |list: &str, member: &str| ground.list(list).iter().any(|record| record[member] == id);
    items(&ground.record("scopes", id)["spaces"]).is_empty()
        && !named("scopes", "parent")
        && !named("servers", "scope")
        && !named("virtualServers", "scope")
        && !ground.ids("users").iter().any(|user| ground.entries(user).contains(&id))
        && !ground.tokens().iter().any(|(_, token)| token["workspace"] == id)
}

pub(super) fn add_space(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let workspace = match random.any(&ground.workspaces()) {
        Some(workspace) if random.chance(92) => (*workspace).to_owned(),
        _ => ground.some_id(random, "scopes"),
    };
    let id = match random.any(&ground.spaces()) {
        Some(space) if random.chance(10) => (*space).to_owned(),
        _ => format!("new-space-{}", random.below(100_000)),
    };
    let change = json!({"kind": "add-space", "scope": workspace, "space": {"id": id, "name": "New space"}});
    by_administrator(random, ground, &workspace, change)
}

pub(super) fn edit_space(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, workspace) = space(random, ground);
    by_administrator(random, ground, &workspace, json!({"kind": "edit-space", "space": id, "name": "Renamed"}))
}

pub(super) fn remove_space(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let (id, workspace) = space(random, ground);
    by_administrator(random, ground, &workspace, json!({"kind": "remove-space", "space": id}))
}

/// A space and its workspace; rather one to which a server is limited.
fn space(random: &mut Random, ground: &Ground<'_>) -> (String, String) {
    let spaces = ground.spaces();
    let limited: Vec<&str> = ground.list("servers").iter().flat_map(|server| texts(&server["spaces"])).collect();
    let from = if limited.is_empty() || random.chance(60) { &spaces } else { &limited };
    let id = random.any(from).copied().filter(|_| random.chance(94)).unwrap_or(NOTHING);
    let holds = |scope: &&Value| items(&scope["spaces"]).iter().any(|space| space["id"] == id);
    let workspace = ground.list("scopes").iter().find(holds).map_or(ground.root(), |scope| text(scope, "id"));
    (id.to_owned(), workspace.to_owned())
}

pub(super) fn level_label(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let levels = ground.levels();
    let level = if random.chance(88) { *random.pick(&levels) } else { NOTHING };
    let label = *random.pick(&["Customer", "MSP", "Tenant", "Workspace", "Büro"]);
    Draft { actor: actor::of_root(random, ground), change: json!({"kind": "set-level-label", "level": level, "label": label}) }
}

pub(super) fn platform(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let mut platform = ground.document["platform"].clone();
    if !platform.is_object() {
        platform = json!({});
    }
    match random.below(8) {
        0 => {}
        1 => platform = json!({}),
        2 => platform["confirmationSeconds"] = (*random.pick(&[0, 60, 300, 3600])).into(),
        3 => platform["approval"] = json!({"read": "ask", "unlabelled": "auto"}),
        4 => platform["origins"] = json!({"allow": ["https://*.example:*/*", "https://*.example.com:*"], "enforce": ["register"]}),
        5 => platform["origins"] = json!({"enforce": ["use", "register"]}),
        6 => platform["origins"] = json!({"allow": []}),
        // Defaults said aloud mean what their absence means.
        _ => platform = json!({"approval": {"read": "auto", "write": "ask", "unlabelled": "ask"}, "confirmationSeconds": 300}),
    }
    let actor = if random.chance(88) { Actor::Host } else { actor::of_root(random, ground) };
    Draft { actor, change: json!({"kind": "set-platform", "platform": platform}) }
}
