//! One form for documents that mean the same (contract 1, canonical JSON): defaults left out, lists in one order.

use crate::tree::levels;
use serde_json::{Map, Value, json};

/// A document with what means the same when absent left out and its lists sorted, `levels` and an integration's `origins` apart.
pub fn canonical(document: &Value) -> Value {
    let mut form = document.clone();
    // What holds nothing but empty annotations holds nothing.
    plain(&mut form, "");
    if document["levels"].is_null() || document["levels"] == levels(&Value::Null) {
        drop(&mut form, "levels");
    }
    platform(&mut form);
    for list in ["agents", "clients", "catalog", "scopes", "users", "servers", "tombstones", "virtualServers"] {
        each(&mut form, list, |record| part(list, record));
        drop_empty(&mut form, list);
    }
    plain(&mut form, "");
    form
}

fn platform(form: &mut Value) {
    let Some(platform) = form.get_mut("platform") else {
        return;
    };
    let defaults = json!({"origins": {"enforce": ["register"]}, "approval": {"read": "auto", "write": "ask", "unlabelled": "ask"}});
    for (group, members) in defaults.as_object().into_iter().flatten() {
        for (member, default) in members.as_object().into_iter().flatten() {
            if platform[group.as_str()].get(member) == Some(default) {
                drop(&mut platform[group.as_str()], member);
            }
        }
        drop_empty(platform, group);
    }
    if platform["confirmationSeconds"] == 300 {
        drop(platform, "confirmationSeconds");
    }
    drop_empty(form, "platform");
}

fn part(list: &str, record: &mut Value) {
    match list {
        "catalog" => each(record, "tools", |tool| drop_if(tool, "sensitive", &json!(false))),
        "scopes" => {
            if let Some(imposed) = record.get_mut("imposed").and_then(Value::as_object_mut) {
                for settings in imposed.values_mut() {
                    empty_groups(settings);
                }
                imposed.retain(|_, settings| !is_empty(settings));
            }
            if let Some(settings) = record.get_mut("settings") {
                empty_groups(settings);
            }
            for member in ["settings", "imposed", "features", "spaces"] {
                drop_empty(record, member);
            }
        }
        "users" => {
            drop_empty(record, "permissions");
            drop_empty(record, "tokens");
        }
        "servers" => {
            for member in ["disabled", "headers", "assignees"] {
                drop_empty(record, member);
            }
            if let Some(authorization) = record.get_mut("authorization") {
                drop_if(authorization, "credentials", &json!("per-user"));
            }
            let scope = record["scope"].clone();
            each(record, "tools", |tool| drop_if(tool, "labelAuthority", &scope));
            drop_empty(record, "tools");
        }
        "tombstones" => drop_empty(record, "disabled"),
        "virtualServers" => {
            each(record, "tools", |tool| {
                let name = tool["tool"].clone();
                drop_if(tool, "as", &name);
            });
            drop_empty(record, "tools");
        }
        _ => {}
    }
}

/// A record of settings without groups that hold nothing.
pub(super) fn empty_groups(settings: &mut Value) {
    for group in ["integrations", "custom", "servers", "floors", "except"] {
        drop_empty(settings, group);
    }
}

/// What holds everywhere: no empty annotations, no `.000`, sorted lists.
fn plain(value: &mut Value, member: &str) {
    match value {
        Value::Object(members) => {
            if members.get("annotations").is_some_and(is_empty) {
                members.remove("annotations");
            }
            // Annotations are kept as they are.
            for (name, inner) in members.iter_mut().filter(|(name, _)| *name != "annotations") {
                plain(inner, name);
            }
        }
        Value::Array(list) => {
            for inner in list.iter_mut() {
                plain(inner, member);
            }
            if member != "levels" && member != "origins" {
                // By id, else by the text.
                list.sort_by_cached_key(|item| item["id"].as_str().map_or_else(|| item.to_string(), str::to_owned));
            }
        }
        Value::String(text) if matches!(member, "at" | "addedAt" | "issuedAt" | "expiresAt" | "registeredAt" | "deletedAt") => {
            *text = text.replace(".000Z", "Z");
        }
        _ => {}
    }
}

fn each(record: &mut Value, list: &str, edit: impl Fn(&mut Value)) {
    for item in record.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
        edit(item);
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Takes a member away.
pub(super) fn drop(record: &mut Value, member: &str) {
    if let Some(members) = record.as_object_mut() {
        members.remove(member);
    }
}

/// Takes a member away that holds nothing.
pub(super) fn drop_empty(record: &mut Value, member: &str) {
    if record.get(member).is_some_and(is_empty) {
        drop(record, member);
    }
}

fn drop_if(record: &mut Value, member: &str, default: &Value) {
    if record.get(member) == Some(default) {
        drop(record, member);
    }
}
