//! `set`, `preset`, `set-feature`.

use serde_json::{Map, Value, json};

use crate::random::Random;

use super::Draft;
use super::actor::{self, Actor};
use super::ground::{Ground, NOTHING, items, text};

pub(super) fn set(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let scope = ground.some_id(random, "scopes");
    let actor = actor::administrator(random, ground, &scope);
    let settings = if random.chance(12) { stored(random, ground, &scope) } else { drawn(random, ground, &scope) };
    let mut change = json!({"kind": "set", "scope": scope, "settings": settings});
    named_authority(random, ground, &scope, &mut change);
    Draft { actor, change }
}

pub(super) fn preset(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let scope = ground.some_id(random, "scopes");
    let actor = actor::administrator(random, ground, &scope);
    let mut change = json!({"kind": "preset", "scope": scope, "preset": *random.pick(&["freeze-growth", "lockdown"])});
    named_authority(random, ground, &scope, &mut change);
    Draft { actor, change }
}

pub(super) fn feature(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let value = random.pick(&[json!(true), json!(true), json!(false), Value::Null]).clone();
    let change = json!({"kind": "set-feature", "scope": ground.some_id(random, "scopes"), "feature": "accessControl", "value": value});
    Draft { actor: actor::of_root(random, ground), change }
}

/// Names an authority now and then: on the path mostly, so that it is the actor's own, a lower one or one above.
pub(super) fn named_authority(random: &mut Random, ground: &Ground<'_>, scope: &str, change: &mut Value) {
    if random.chance(25) {
        let path = ground.path(scope);
        let named = match random.any(&path) {
            Some(named) if random.chance(92) => (*named).to_owned(),
            _ => ground.some_id(random, "scopes"),
        };
        change["as"] = named.into();
    }
}

/// What a record of the scope holds already.
fn stored(random: &mut Random, ground: &Ground<'_>, scope: &str) -> Value {
    let record = ground.record("scopes", scope);
    let mut records: Vec<&Value> = vec![&record["settings"]];
    records.extend(record["imposed"].as_object().into_iter().flat_map(Map::values));
    let mut settings = (*random.pick(&records)).clone();
    if let Some(members) = settings.as_object_mut() {
        members.remove("annotations");
        for group in ["custom", "floors"] {
            if let Some(group) = members.get_mut(group).and_then(Value::as_object_mut) {
                group.remove("annotations");
            }
        }
        return settings;
    }
    json!({})
}

fn drawn(random: &mut Random, ground: &Ground<'_>, scope: &str) -> Value {
    let mut settings = json!({});
    for _ in 0..*random.pick(&[1, 1, 1, 2, 3]) {
        let value = random.pick(&[json!("off"), json!("off"), json!("on"), Value::Null]).clone();
        if random.chance(45) && in_force(random, ground, scope, &value, &mut settings) {
            continue;
        }
        match random.below(20) {
            0 => settings["all"] = value,
            1 => settings["newIntegrations"] = value,
            2..=5 => {
                let id = ground.some_id(random, "catalog");
                settings["integrations"][&id] = value.clone();
                excepted(random, ground, scope, &mut settings, &format!("integration/{id}"), &value);
            }
            6..=10 => {
                let which = *random.pick(&["creation", "use", "sharing"]);
                settings["custom"][which] = value.clone();
                excepted(random, ground, scope, &mut settings, &format!("custom/{which}"), &value);
            }
            11..=13 => {
                let id = server_above(random, ground, scope);
                settings["servers"][&id] = value.clone();
                excepted(random, ground, scope, &mut settings, &format!("server/{id}"), &value);
            }
            14..=18 => {
                let floor = random.pick(&[json!("ask"), json!("ask"), json!("deny"), Value::Null]).clone();
                settings["floors"][*random.pick(&["read", "write"])] = floor;
            }
            _ => {
                // An exception by itself: right where the `off` is stored already.
                let own = &ground.record("scopes", scope)["settings"];
                let off = own["integrations"].as_object().into_iter().flatten().find(|(_, value)| *value == "off");
                let name = off.map_or_else(|| "all".to_owned(), |(id, _)| format!("integration/{id}"));
                except(random, ground, scope, &mut settings, &name);
            }
        }
    }
    settings
}

/// Names something that restricts the scope already, here or from above; false where nothing does.
fn in_force(random: &mut Random, ground: &Ground<'_>, scope: &str, value: &Value, settings: &mut Value) -> bool {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for place in ground.path(scope) {
        let scope = ground.record("scopes", place);
        let imposed = scope["imposed"].as_object().into_iter().flat_map(Map::values);
        for record in imposed.chain([&scope["settings"]]) {
            for member in ["all", "newIntegrations"] {
                found.extend((record[member] == "off").then_some((member, "")));
            }
            for group in ["integrations", "custom", "servers", "floors"] {
                let members = record[group].as_object().into_iter().flatten();
                found
                    .extend(members.filter(|(name, held)| *held != "on" && *name != "annotations").map(|(name, _)| (group, name.as_str())));
            }
        }
    }
    let Some((group, name)) = random.any(&found).copied() else { return false };
    if name.is_empty() {
        settings[group] = value.clone();
    } else if group == "floors" {
        settings[group][name] = random.pick(&[json!("ask"), json!("ask"), json!("deny"), Value::Null]).clone();
    } else {
        settings[group][name] = value.clone();
    }
    true
}

/// Beside an `off` now and then its exceptions; seldom beside something else.
fn excepted(random: &mut Random, ground: &Ground<'_>, scope: &str, settings: &mut Value, name: &str, value: &Value) {
    if random.chance(if value == "off" { 20 } else { 3 }) {
        except(random, ground, scope, settings, name);
    }
}

fn except(random: &mut Random, ground: &Ground<'_>, scope: &str, settings: &mut Value, name: &str) {
    let below: Vec<&str> = ground.below(scope).into_iter().filter(|id| *id != scope).collect();
    let mut scopes: Vec<String> = random.some(&below, 2).into_iter().map(str::to_owned).collect();
    if random.chance(6) {
        scopes.push(if random.chance(50) { NOTHING.to_owned() } else { ground.root().to_owned() });
    }
    settings["except"][name] = if random.chance(8) { Value::Null } else { json!(scopes) };
}

/// A shared server from strictly above, as S-11 has it; now and then another.
fn server_above(random: &mut Random, ground: &Ground<'_>, scope: &str) -> String {
    let path = ground.path(scope);
    let above: Vec<&Value> = ground
        .list("servers")
        .iter()
        .filter(|server| server["visibility"] == "shared" && path.iter().skip(1).any(|place| server["scope"] == *place))
        .collect();
    match random.any(&above) {
        Some(server) if random.chance(92) => text(server, "id").to_owned(),
        _ => ground.some_id(random, "servers"),
    }
}

/// Who stands on the path of a scope with a disable of their own: the authorities of a server's disables.
pub(super) fn authorities_of(server: &Value) -> Vec<&str> {
    items(&server["disabled"]).iter().filter_map(|entry| entry["authority"].as_str()).collect()
}

/// A change by somebody who administers the scope.
pub(super) fn by_administrator(random: &mut Random, ground: &Ground<'_>, scope: &str, change: Value) -> Draft {
    let actor: Actor = actor::administrator(random, ground, scope);
    Draft { actor, change }
}
