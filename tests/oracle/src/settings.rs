//! Stored settings, read on a path (S-2, S-12, C-7, I-9, K-5).

use crate::cause::Cause;
use crate::tree::{holds, text};
use serde_json::Value;

/// Every record of settings at a scope with its authority: the scope's own, and those imposed from above.
pub(crate) fn records(scope: &Value) -> Vec<(&str, &Value)> {
    let mut records = Vec::new();
    if scope["settings"].is_object() {
        records.push((text(scope, "id"), &scope["settings"]));
    }
    for (authority, record) in scope["imposed"].as_object().into_iter().flatten() {
        records.push((authority.as_str(), record));
    }
    records
}

/// The value that a record stores for a setting by its one name (contract 2); null where unset.
pub(crate) fn stored<'a>(record: &'a Value, setting: &str) -> &'a Value {
    match setting.split_once('/') {
        None if setting == "all" => &record["all"],
        None => &record["newIntegrations"],
        Some(("integration", id)) => &record["integrations"][id],
        Some(("custom", which)) => &record["custom"][which],
        Some(("server", id)) => &record["servers"][id],
        Some(("floor", label)) => &record["floors"][label],
        Some(_) => &Value::Null,
    }
}

/// S-12: whether this record excepts a scope of the path from its own `off`.
fn excepted(record: &Value, setting: &str, path: &[&Value]) -> bool {
    path.iter().any(|scope| holds(&record["except"][setting], text(scope, "id")))
}

/// Every `off` of a setting that counts on a path (S-2, S-12).
pub(crate) fn offs(path: &[&Value], setting: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    for scope in path {
        for (authority, record) in records(scope) {
            if stored(record, setting) == "off" && !excepted(record, setting, path) {
                causes.push(cause(setting, authority, scope));
            }
        }
    }
    causes
}

/// C-7: the `off`s of sharing, the root's unset value among them.
pub(crate) fn sharing_offs(path: &[&Value]) -> Vec<Cause> {
    let setting = "custom/sharing";
    let mut causes = offs(path, setting);
    if let Some(root) = path.first()
        && stored(&root["settings"], setting).is_null()
    {
        causes.push(cause(setting, text(root, "id"), root));
    }
    causes
}

/// I-1, I-9: what turns an integration off on a path, its own setting or `new-integrations`.
pub(crate) fn integration_offs(path: &[&Value], integration: &str) -> Vec<Cause> {
    let own = format!("integration/{integration}");
    let mut causes = offs(path, &own);
    for off in offs(path, "new-integrations") {
        let allowed = path
            .iter()
            .flat_map(|scope| records(scope))
            .any(|(authority, record)| authority == off.authority && stored(record, &own) == "on");
        if !allowed {
            causes.push(off);
        }
    }
    causes
}

/// Every floor of a label on a path with its value, `ask` or `deny` (K-5). Floors have no exceptions (S-12).
pub(crate) fn floors(path: &[&Value], label: &str) -> Vec<(String, Cause)> {
    let setting = format!("floor/{label}");
    let mut floors = Vec::new();
    for scope in path {
        for (authority, record) in records(scope) {
            if let Some(value) = stored(record, &setting).as_str() {
                floors.push((value.to_owned(), cause(&setting, authority, scope)));
            }
        }
    }
    floors
}

fn cause(setting: &str, authority: &str, at: &Value) -> Cause {
    Cause { setting: setting.to_owned(), authority: authority.to_owned(), at: text(at, "id").to_owned() }
}
