//! Changes of scopes, spaces, catalogue, agents, clients, labels of levels and the platform (S-9, S-10, P-8, P-15).

use super::canonical::{drop, drop_empty};
use super::servers::workspace_of;
use super::who::require;
use super::{Asked, Outcome, Refusal, all_mut, edit, is_there, push, retain, who};
use crate::settings::{records, stored};
use crate::tree::{by_id, holds, items, levels, text};
use serde_json::{Map, Value};

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    match text(change, "kind") {
        "add-scope" => add_scope(asked, policy, &change["scope"]),
        "edit-scope" => edit_scope(asked, policy, change),
        "remove-scope" => remove_scope(asked, policy, text(change, "scope")),
        "add-space" => add_space(asked, policy, change),
        "edit-space" | "remove-space" => of_space(asked, policy, change),
        "put-integration" => put(asked, policy, "catalog", &change["integration"]),
        "put-agent" => put(asked, policy, "agents", &change["agent"]),
        "put-client" => put(asked, policy, "clients", &change["client"]),
        "remove-integration" => remove(asked, policy, "catalog", text(change, "integration"), "unknown-integration"),
        "remove-agent" => remove(asked, policy, "agents", text(change, "agent"), "unknown-agent"),
        "remove-client" => remove(asked, policy, "clients", text(change, "client"), "unknown-client"),
        "set-level-label" => set_label(asked, policy, change),
        _ => {
            require(asked.actor.is_host(), "not-administrator")?;
            policy["platform"] = change["platform"].clone();
            Ok(())
        }
    }
}

fn add_scope(asked: &Asked<'_>, policy: &mut Value, scope: &Value) -> Outcome {
    let parent = text(scope, "parent");
    who::scope(policy, &asked.actor, parent)?;
    require(asked.actor.administers(policy, parent), "not-administrator")?;
    require(by_id(&levels(policy), text(scope, "level")).is_some(), "unknown-level")?;
    require(!is_there(policy, "scopes", text(scope, "id")), "id-used")?;
    push(policy, "scopes", scope.clone());
    Ok(())
}

fn edit_scope(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    let id = text(change, "scope");
    who::scope(policy, &asked.actor, id)?;
    require(asked.actor.administers(policy, id), "not-administrator")?;
    edit(policy, "scopes", id, |scope| {
        for member in ["name", "contact"] {
            match change.get(member) {
                Some(Value::Null) => drop(scope, member),
                Some(value) => scope[member] = value.clone(),
                None => {}
            }
        }
    });
    Ok(())
}

fn remove_scope(asked: &Asked<'_>, policy: &mut Value, id: &str) -> Outcome {
    who::scope(policy, &asked.actor, id)?;
    let scope = by_id(&policy["scopes"], id).unwrap_or(&Value::Null);
    // The root has no parent; its own administrators are told that it stays.
    let parent = scope["parent"].as_str().unwrap_or(id);
    require(asked.actor.administers(policy, parent), "not-administrator")?;
    let lies_in = |list: &str, member: &str| items(&policy[list]).into_iter().any(|record| record[member] == id);
    let of_users = |user: &&Value| {
        let named = holds(&user["memberOf"], id) || holds(&user["administers"], id);
        named || items(&user["tokens"]).into_iter().any(|token| token["workspace"] == id)
    };
    let used = scope["parent"].is_null()
        || lies_in("scopes", "parent")
        || !items(&scope["spaces"]).is_empty()
        || lies_in("servers", "scope")
        || lies_in("virtualServers", "scope")
        || items(&policy["users"]).iter().any(of_users);
    require(!used, "in-use")?;
    retain(policy, "scopes", |scope| scope["id"] != id);
    for scope in all_mut(policy, "scopes") {
        let Some(members) = scope.as_object_mut() else {
            continue;
        };
        for (member, value) in members.iter_mut() {
            match (member.as_str(), value) {
                ("settings", record) => no_longer_excepted(record, id),
                ("imposed", imposed) => {
                    imposed.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(|record| no_longer_excepted(record, id))
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn no_longer_excepted(record: &mut Value, id: &str) {
    if let Some(except) = record.get_mut("except").and_then(Value::as_object_mut) {
        for scopes in except.values_mut().filter_map(Value::as_array_mut) {
            scopes.retain(|scope| scope != id);
        }
        except.retain(|_, scopes| !items(scopes).is_empty());
    }
    drop_empty(record, "except");
}

fn add_space(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    let workspace = text(change, "scope");
    who::scope(policy, &asked.actor, workspace)?;
    require(asked.actor.knows_workspace(policy, workspace), "unknown-workspace")?;
    require(asked.actor.administers(policy, workspace), "not-administrator")?;
    require(workspace_of(policy, text(&change["space"], "id")).is_none(), "id-used")?;
    edit(policy, "scopes", workspace, |scope| push(scope, "spaces", change["space"].clone()));
    Ok(())
}

fn of_space(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    let id = text(change, "space");
    let workspace = workspace_of(policy, id).filter(|workspace| asked.actor.knows_space(policy, workspace));
    let workspace = workspace.ok_or_else(|| Refusal::plain("unknown-space"))?;
    require(asked.actor.administers(policy, &workspace), "not-administrator")?;
    if change["kind"] == "edit-space" {
        edit(policy, "scopes", &workspace, |scope| edit(scope, "spaces", id, |space| space["name"] = change["name"].clone()));
        return Ok(());
    }
    edit(policy, "scopes", &workspace, |scope| retain(scope, "spaces", |space| space["id"] != id));
    // S-9: a restriction that loses its last space stays, and is open to none.
    for server in all_mut(policy, "servers") {
        retain(server, "spaces", |space| space != id);
    }
    Ok(())
}

fn put(asked: &Asked<'_>, policy: &mut Value, list: &str, record: &Value) -> Outcome {
    require(asked.actor.administers_root(policy), "not-administrator")?;
    retain(policy, list, |other| other["id"] != record["id"]);
    push(policy, list, record.clone());
    Ok(())
}

fn remove(asked: &Asked<'_>, policy: &mut Value, list: &str, id: &str, unknown: &'static str) -> Outcome {
    require(asked.actor.administers_root(policy), "not-administrator")?;
    require(is_there(policy, list, id), unknown)?;
    let tokens = || items(&policy["users"]).into_iter().flat_map(|user| items(&user["tokens"]));
    let used = match list {
        "catalog" => {
            let setting = format!("integration/{id}");
            let mut records = items(&policy["scopes"]).into_iter().flat_map(records);
            items(&policy["servers"]).iter().any(|server| server["source"]["integration"] == id)
                || records.any(|(_, record)| !stored(record, &setting).is_null())
        }
        "agents" => {
            items(&policy["servers"]).iter().any(|server| holds(&server["agents"], id)) || tokens().any(|token| token["agent"] == id)
        }
        _ => tokens().any(|token| token["client"] == id),
    };
    require(!used, "in-use")?;
    retain(policy, list, |other| other["id"] != id);
    Ok(())
}

fn set_label(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    require(asked.actor.administers_root(policy), "not-administrator")?;
    let mut all = levels(policy);
    require(by_id(&all, text(change, "level")).is_some(), "unknown-level")?;
    for level in all.as_array_mut().into_iter().flatten().filter(|level| level["id"] == change["level"]) {
        level["label"] = change["label"].clone();
    }
    policy["levels"] = all;
    Ok(())
}
