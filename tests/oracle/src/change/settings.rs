//! `set`, `preset`, `set-feature` (S-3, S-6, S-12, C-10, D-1, P-13).

use super::canonical::{drop, drop_empty, empty_groups};
use super::{Asked, Outcome, Refusal, added, edit, who};
use crate::cause::{Cause, in_order, locked};
use crate::settings::{floors, integration_offs, offs, sharing_offs, stored};
use crate::tree::{by_id, path, rank, text};
use serde_json::{Map, Value, json};
use who::require;

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    who::scope(policy, &asked.actor, text(change, "scope"))?;
    match text(change, "kind") {
        "set-feature" => set_feature(asked, policy, change),
        "preset" => {
            let usage = if change["preset"] == "lockdown" { "off" } else { "on" };
            set(asked, policy, change, &json!({"custom": {"creation": "off", "use": usage}}))
        }
        _ => set(asked, policy, change, &change["settings"]),
    }
}

fn set_feature(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    require(asked.actor.administers_root(policy), "not-administrator")?;
    edit(policy, "scopes", text(change, "scope"), |scope| {
        if change["value"].is_null() {
            if let Some(features) = scope.get_mut("features") {
                drop(features, "accessControl");
            }
            drop_empty(scope, "features");
        } else {
            if scope["features"].is_null() {
                scope["features"] = json!({});
            }
            scope["features"]["accessControl"] = change["value"].clone();
        }
    });
    Ok(())
}

/// One value that a change names: the setting's one name, and what is to be stored.
type Named = (String, Value);

fn set(asked: &Asked<'_>, policy: &mut Value, change: &Value, settings: &Value) -> Outcome {
    let scope = text(change, "scope").to_owned();
    let authority = asked.actor.authority(policy, &scope, &change["as"])?;
    let values = values_of(settings);
    let exceptions: Vec<Named> =
        settings["except"].as_object().into_iter().flatten().map(|(name, scopes)| (name.clone(), scopes.clone())).collect();
    let record = record_of(policy, &scope, &authority);
    names_are_known(asked, policy, &values, &exceptions, &record)?;
    let names: Vec<&str> = values.iter().chain(&exceptions).map(|(name, _)| name.as_str()).collect();
    not_locked(asked, policy, &scope, &values, &names)?;
    let record = merged(record, &values, &exceptions)?;
    store(policy, &scope, &authority, record);
    Ok(())
}

fn values_of(settings: &Value) -> Vec<Named> {
    let mut values = Vec::new();
    for (member, name) in [("all", "all"), ("newIntegrations", "new-integrations")] {
        if let Some(value) = settings.get(member) {
            values.push((name.to_owned(), value.clone()));
        }
    }
    for (group, prefix) in [("integrations", "integration"), ("custom", "custom"), ("servers", "server"), ("floors", "floor")] {
        for (id, value) in settings[group].as_object().into_iter().flatten() {
            values.push((format!("{prefix}/{id}"), value.clone()));
        }
    }
    values
}

fn record_of(policy: &Value, scope: &str, authority: &str) -> Value {
    let stored = by_id(&policy["scopes"], scope).unwrap_or(&Value::Null);
    let record = if scope == authority { &stored["settings"] } else { &stored["imposed"][authority] };
    if record.is_null() { json!({}) } else { record.clone() }
}

/// P-11: servers first, then integrations, then the scopes that are excepted and weren't.
fn names_are_known(asked: &Asked<'_>, policy: &Value, values: &[Named], exceptions: &[Named], record: &Value) -> Outcome {
    let named = |prefix: &str| -> Vec<&str> {
        values
            .iter()
            .chain(exceptions)
            .filter_map(|(name, _)| name.split_once('/'))
            .filter(|(kind, _)| *kind == prefix)
            .map(|(_, id)| id)
            .collect()
    };
    for server in named("server") {
        who::server(policy, &asked.actor, server)?;
    }
    for integration in named("integration") {
        require(asked.actor.knows_integration(policy, integration), "unknown-integration")?;
    }
    for (name, scopes) in exceptions {
        for scope in added(&record["except"][name], scopes) {
            who::scope(policy, &asked.actor, scope)?;
        }
    }
    Ok(())
}

/// S-3, K-5, P-13.
fn not_locked(asked: &Asked<'_>, policy: &Value, scope: &str, values: &[Named], names: &[&str]) -> Outcome {
    let path = path(policy, scope);
    let own = asked.actor.highest(policy, scope).and_then(|highest| rank(&path, &highest));
    let mut causes: Vec<Cause> = Vec::new();
    for name in names {
        match name.split_once('/') {
            Some(("integration", id)) => causes.extend(integration_offs(&path, id)),
            Some(("custom", "sharing")) => causes.extend(sharing_offs(&path)),
            Some(("floor", _)) => {}
            _ => causes.extend(offs(&path, name)),
        }
    }
    for (name, value) in values {
        // Looser than `deny` is `ask` alone, and removing is never locked.
        if let Some(label) = name.strip_prefix("floor/")
            && value == "ask"
        {
            causes.extend(floors(&path, label).into_iter().filter(|(floor, _)| floor == "deny").map(|(_, cause)| cause));
        }
    }
    causes.retain(|cause| rank(&path, &cause.authority) < own);
    if causes.is_empty() {
        return Ok(());
    }
    let mut causes = in_order(&path, causes);
    // S-4: under one authority, first by the code that the setting makes deny; the sort is stable.
    causes.sort_by_key(|cause| (rank(&path, &cause.authority), code_of(&cause.setting)));
    Err(Refusal::of(locked(policy, "locked", causes)))
}

/// The place in L-1's order of the code that a setting makes deny.
fn code_of(setting: &str) -> Option<usize> {
    let codes = ["all", "integration", "custom/use", "custom/creation", "custom/sharing", "server", "floor"];
    let name = if setting == "new-integrations" { "integration" } else { setting };
    codes.iter().position(|code| name == *code || name.split('/').next() == Some(code))
}

/// The record with what the change names; exceptions go with their `off`, and none stands without one.
fn merged(mut record: Value, values: &[Named], exceptions: &[Named]) -> Result<Value, Refusal> {
    for (name, value) in values {
        put(&mut record, name, value);
    }
    for (name, scopes) in exceptions {
        let none = scopes.as_array().is_none_or(Vec::is_empty);
        if !none && stored(&record, name) != "off" {
            return Err(Refusal::plain("invalid-request"));
        }
        put_in(&mut record, "except", name, if none { &Value::Null } else { scopes });
    }
    let lifted: Vec<String> = record["except"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .filter(|name| stored(&record, name) != "off")
        .collect();
    for name in lifted {
        put_in(&mut record, "except", &name, &Value::Null);
    }
    empty_groups(&mut record);
    Ok(record)
}

fn put(record: &mut Value, name: &str, value: &Value) {
    match name.split_once('/') {
        Some(("integration", id)) => put_in(record, "integrations", id, value),
        Some(("server", id)) => put_in(record, "servers", id, value),
        Some(("floor", label)) => put_in(record, "floors", label, value),
        Some((_, which)) => put_in(record, "custom", which, value),
        None => {
            let member = if name == "all" { "all" } else { "newIntegrations" };
            if value.is_null() {
                drop(record, member);
            } else {
                record[member] = value.clone();
            }
        }
    }
}

fn put_in(record: &mut Value, group: &str, member: &str, value: &Value) {
    if record[group].is_null() {
        record[group] = json!({});
    }
    if value.is_null() {
        drop(&mut record[group], member);
    } else {
        record[group][member] = value.clone();
    }
}

fn store(policy: &mut Value, scope: &str, authority: &str, record: Value) {
    let is_empty = record.as_object().is_some_and(Map::is_empty);
    edit(policy, "scopes", scope, |stored| {
        if scope == authority {
            stored["settings"] = record;
            drop_empty(stored, "settings");
        } else {
            if stored["imposed"].is_null() {
                stored["imposed"] = json!({});
            }
            if is_empty {
                drop(&mut stored["imposed"], authority);
            } else {
                stored["imposed"][authority] = record;
            }
            drop_empty(stored, "imposed");
        }
    });
}

/// A setting goes out of every record with its exceptions, or takes another name (P-15, C-5).
pub(super) fn rename_server(policy: &mut Value, old: &str, new: Option<&str>) {
    for scope in super::all_mut(policy, "scopes") {
        let mut records: Vec<&mut Value> = Vec::new();
        if let Some(members) = scope.as_object_mut() {
            for (member, value) in members.iter_mut() {
                match (member.as_str(), value) {
                    ("settings", value) => records.push(value),
                    ("imposed", value) => records.extend(value.as_object_mut().into_iter().flat_map(|imposed| imposed.values_mut())),
                    _ => {}
                }
            }
        }
        for record in records {
            let name = format!("server/{old}");
            let (value, except) = (record["servers"][old].clone(), record["except"][&name].clone());
            put_in(record, "servers", old, &Value::Null);
            put_in(record, "except", &name, &Value::Null);
            if let Some(new) = new {
                put_in(record, "servers", new, &value);
                put_in(record, "except", &format!("server/{new}"), &except);
            }
            empty_groups(record);
        }
    }
}
