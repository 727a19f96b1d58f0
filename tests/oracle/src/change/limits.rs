//! The limits of a document that are not those of ids and tools' names (contract 1).

use crate::tree::items;
use serde_json::Value;

/// Whether a document keeps to them.
pub(super) fn kept(policy: &Value) -> bool {
    let count = |record: &Value, list: &str, most: usize| items(&record[list]).len() <= most;
    count(policy, "scopes", 1_000_000)
        && count(policy, "servers", 4_000_000)
        && count(policy, "catalog", 65_000)
        && count(policy, "agents", 256)
        && count(policy, "clients", 256)
        && count(policy, "users", 4_000_000)
        && items(&policy["servers"]).iter().all(|server| count(server, "tools", 4096) && count(server, "assignees", 64))
        && items(&policy["catalog"]).iter().all(|entry| count(entry, "tools", 4096))
        && items(&policy["virtualServers"]).iter().all(|server| count(server, "tools", 4096))
        && items(&policy["users"]).iter().all(|user| count(user, "tokens", 256))
        && texts_fit(policy, "")
}

/// Texts by the member that they stand in: addresses and patterns, names, labels and headers, all others.
fn texts_fit(value: &Value, member: &str) -> bool {
    let most = match member {
        "address" | "origins" | "allow" => 4096,
        "name" | "label" | "headers" => 1024,
        _ => 16 * 1024,
    };
    match value {
        Value::String(text) => text.len() <= most,
        Value::Array(list) => list.iter().all(|item| texts_fit(item, member)),
        Value::Object(members) if member == "annotations" => members.iter().all(|(key, text)| key.len() <= 1024 && texts_fit(text, "")),
        Value::Object(members) => members.iter().all(|(name, inner)| texts_fit(inner, name)),
        _ => true,
    }
}
