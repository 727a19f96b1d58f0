//! The catalogue, agents and clients: put and removed by the root's administrators.

use serde_json::{Value, json};

use crate::address;
use crate::random::Random;

use super::Draft;
use super::actor;
use super::ground::{Ground, items, text};

pub(super) fn put_integration(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let mut entry = match random.any(ground.list("catalog")) {
        Some(entry) if random.chance(70) => entry.clone(),
        _ => json!({"id": format!("new-integration-{}", random.below(1000)), "name": "New", "approved": true,
                    "origins": address::origins(random, 70), "tools": [{"name": "list_notes", "label": "read", "approved": true}]}),
    };
    match random.below(6) {
        0 => {}
        1 => entry["approved"] = random.chance(60).into(),
        2 => entry["origins"] = json!(address::origins(random, 71)),
        3 => entry["tools"] = json!([]),
        4 => entry["name"] = "Renamed".into(),
        _ => {
            for tool in entry["tools"].as_array_mut().into_iter().flatten() {
                tool["approved"] = random.chance(70).into();
            }
        }
    }
    Draft { actor: actor::of_root(random, ground), change: json!({"kind": "put-integration", "integration": entry}) }
}

pub(super) fn put_agent(random: &mut Random, ground: &Ground<'_>) -> Draft {
    put(random, ground, "agents", "agent")
}

pub(super) fn put_client(random: &mut Random, ground: &Ground<'_>) -> Draft {
    put(random, ground, "clients", "client")
}

fn put(random: &mut Random, ground: &Ground<'_>, list: &str, member: &str) -> Draft {
    let mut record = match random.any(ground.list(list)) {
        Some(record) if random.chance(60) => record.clone(),
        _ => json!({"id": format!("new-{member}-{}", random.below(1000)), "name": "New"}),
    };
    if member == "client" && record["configuration"].is_null() {
        record["configuration"] = "{endpoint}".into();
    }
    if random.chance(60) {
        record["name"] = "Renamed".into();
    }
    Draft { actor: actor::of_root(random, ground), change: json!({"kind": format!("put-{member}"), member: record}) }
}

pub(super) fn remove_integration(random: &mut Random, ground: &Ground<'_>) -> Draft {
    remove(random, ground, "catalog", "integration")
}

pub(super) fn remove_agent(random: &mut Random, ground: &Ground<'_>) -> Draft {
    remove(random, ground, "agents", "agent")
}

pub(super) fn remove_client(random: &mut Random, ground: &Ground<'_>) -> Draft {
    remove(random, ground, "clients", "client")
}

fn remove(random: &mut Random, ground: &Ground<'_>, list: &str, member: &str) -> Draft {
    let unused: Vec<&Value> = ground.list(list).iter().filter(|record| !is_named(ground, member, text(record, "id"))).collect();
    let id = match random.any(&unused) {
        Some(record) if random.chance(55) => text(record, "id").to_owned(),
        _ => ground.some_id(random, list),
    };
    Draft { actor: actor::of_root(random, ground), change: json!({"kind": format!("remove-{member}"), member: id}) }
}

/// Whether a server or a token names it.
fn is_named(ground: &Ground<'_>, member: &str, id: &str) -> bool {
    let by_server = |server: &Value| match member {
        "integration" => server["source"]["integration"] == id,
        "agent" => items(&server["agents"]).iter().any(|agent| agent == id),
        _ => false,
    };
    ground.list("servers").iter().any(by_server) || ground.tokens().iter().any(|(_, token)| token[member] == id)
}
