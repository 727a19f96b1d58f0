//! `import`: the change from the old document to the new (P-16).

use super::canonical::canonical;
use super::digest::compared;
use super::servers::tombstone;
use super::users::revoke_active;
use super::virtual_servers::publish;
use super::who::require;
use super::{Asked, Outcome, all_mut, enabled, is_there, push, retain};
use crate::tree::{by_id, items, text};
use serde_json::Value;

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    let document = &change["document"];
    require(asked.actor.administers_root(policy), "not-administrator")?;
    require(!is_too_new(text(document, "format")), "format-too-new")?;
    require(document.get("slice").is_none() && (asked.is_valid)(document), "invalid-document")?;
    let same_platform = canonical(policy)["platform"] == canonical(document)["platform"];
    require(asked.actor.is_host() || same_platform, "not-administrator")?;
    let servers = || items(&document["servers"]).into_iter();
    let returns = servers().any(|server| is_there(policy, "tombstones", text(server, "id")));
    require(!returns, "id-used")?;
    let moved = items(&document["scopes"]).into_iter().any(|scope| {
        let old = by_id(&policy["scopes"], text(scope, "id"));
        old.is_some_and(|old| old["level"] != scope["level"] || old["parent"] != scope["parent"])
    });
    require(!moved, "scope-fixed")?;
    let readdressed = servers().any(|server| {
        let old = by_id(&policy["servers"], text(server, "id"));
        old.is_some_and(|old| compared(text(old, "address")) != compared(text(server, "address")))
    });
    require(!readdressed, "address-fixed")?;
    let mut next = document.clone();
    next["revision"] = policy["revision"].clone();
    remember_servers(asked, policy, &mut next);
    remember_users(asked, policy, &mut next);
    for virtual_server in all_mut(&mut next, "virtualServers") {
        let old = by_id(&policy["virtualServers"], text(virtual_server, "id"));
        if virtual_server["state"] == "published" && old.is_none_or(|old| old["state"] != "published") {
            publish(asked, virtual_server);
        }
    }
    *policy = next;
    Ok(())
}

/// A version `major.minor` above 1.0.
fn is_too_new(format: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
    match format.split_once('.') {
        Some((major, minor)) if plain(major) && plain(minor) => major != "0" && (major != "1" || minor != "0"),
        _ => false,
    }
}

/// Tombstones stay as they are, and what is left out becomes one.
fn remember_servers(asked: &Asked<'_>, policy: &Value, next: &mut Value) {
    let left: Vec<Value> = items(&policy["servers"])
        .into_iter()
        .filter(|server| !is_there(next, "servers", text(server, "id")))
        .map(|server| tombstone(asked, server))
        .collect();
    let kept = items(&policy["tombstones"]).into_iter().cloned().chain(left).collect::<Vec<Value>>();
    for tombstone in kept {
        retain(next, "tombstones", |other| other["id"] != tombstone["id"]);
        push(next, "tombstones", tombstone);
    }
}

/// Revocations and the first `addedAt` of what stays; U-2 for everybody whose access is another.
fn remember_users(asked: &Asked<'_>, policy: &Value, next: &mut Value) {
    for user in all_mut(next, "users") {
        let id = text(user, "id").to_owned();
        if let Some(old) = by_id(&policy["users"], &id) {
            if let Some(added_at) = old.get("addedAt") {
                user["addedAt"] = added_at.clone();
            }
            for token in all_mut(user, "tokens") {
                if let Some(revoked) = by_id(&old["tokens"], text(token, "id")).and_then(|old| old.get("revoked")) {
                    token["revoked"] = revoked.clone();
                }
            }
        }
        if enabled(policy, &id) != (user["access"] == "enabled") {
            revoke_active(asked, user);
        }
    }
}
