//! Changes of users and tokens (U-1 to U-4, U-7, U-10, U-11, P-9, P-15).

use super::canonical::{drop, drop_empty};
use super::who::{Actor, entries, require};
use super::{Asked, Outcome, added, all_mut, edit, enabled, is_there, push, refuse, retain, servers, who};
use crate::time;
use crate::tree::{by_id, items, text};
use serde_json::Value;

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    match text(change, "kind") {
        "add-user" => return add(asked, policy, &change["user"]),
        "revoke-tokens" => return revoke(asked, policy, change),
        _ => {}
    }
    let user = who::user(policy, &asked.actor, text(change, "user"))?.clone();
    match text(change, "kind") {
        "edit-user" => edit_user(asked, policy, &user, change),
        "remove-user" => remove(asked, policy, &user),
        "set-access" => set_access(asked, policy, &user, text(change, "access")),
        _ => issue(asked, policy, &user, &change["token"]),
    }
}

/// Every scope of these that the actor knows is one that it administers; one that it doesn't know is then unknown (P-12).
fn administers_each(policy: &Value, actor: &Actor, scopes: &[&str]) -> Outcome {
    let may = scopes.iter().filter(|scope| actor.knows_scope(policy, scope)).all(|scope| actor.administers(policy, scope));
    require(may, "not-administrator")
}

fn each_is_known(policy: &Value, actor: &Actor, scopes: &[&str]) -> Outcome {
    scopes.iter().try_for_each(|scope| who::scope(policy, actor, scope))
}

fn add(asked: &Asked<'_>, policy: &mut Value, user: &Value) -> Outcome {
    let scopes = entries(user);
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    require(!scopes.is_empty() || asked.actor.administers_root(policy), "not-administrator")?;
    administers_each(policy, &asked.actor, &scopes)?;
    each_is_known(policy, &asked.actor, &scopes)?;
    require(!is_there(policy, "users", text(user, "id")), "id-used")?;
    let mut new = user.clone();
    if user["access"] == "enabled" {
        new["addedAt"] = asked.now_text.into();
    }
    push(policy, "users", new);
    Ok(())
}

fn edit_user(asked: &Asked<'_>, policy: &mut Value, user: &Value, change: &Value) -> Outcome {
    let actor = &asked.actor;
    let (mut new, mut changed): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for member in ["memberOf", "administers"] {
        if let Some(scopes) = change.get(member) {
            new.extend(added(&user[member], scopes));
            changed.extend(added(scopes, &user[member]));
        }
    }
    changed.extend(&new);
    let of_record = change.get("name").is_some() || change.get("permissions").is_some();
    if of_record || changed.is_empty() {
        require(actor.administers_user(policy, user), "not-administrator")?;
    }
    administers_each(policy, actor, &changed)?;
    // What is taken away lies at a scope that the actor administers, known or not.
    require(changed.iter().filter(|scope| !new.contains(scope)).all(|scope| actor.administers(policy, scope)), "not-administrator")?;
    each_is_known(policy, actor, &new)?;
    edit(policy, "users", text(user, "id"), |user| {
        for member in ["name", "memberOf", "administers", "permissions"] {
            if let Some(value) = change.get(member) {
                user[member] = value.clone();
            }
        }
        drop_empty(user, "permissions");
    });
    Ok(())
}

/// P-9.
fn remove(asked: &Asked<'_>, policy: &mut Value, user: &Value) -> Outcome {
    require(asked.actor.administers_user(policy, user), "not-administrator")?;
    let id = text(user, "id");
    let owned: Vec<Value> = items(&policy["servers"]).into_iter().filter(|server| server["owner"] == id).cloned().collect();
    for server in owned.iter().filter(|server| server["visibility"] == "private") {
        servers::bury(asked, policy, server);
    }
    for server in all_mut(policy, "servers") {
        if server["owner"] == id {
            drop(server, "owner");
        }
        retain(server, "assignees", |assignee| assignee != id);
        drop_empty(server, "assignees");
    }
    for virtual_server in all_mut(policy, "virtualServers") {
        retain(virtual_server, "access", |entry| entry["user"] != id);
    }
    retain(policy, "users", |other| other["id"] != id);
    Ok(())
}

fn set_access(asked: &Asked<'_>, policy: &mut Value, user: &Value, access: &str) -> Outcome {
    let own = asked.actor.is(&user["id"]) && access == "disabled";
    require(own || asked.actor.administers_user(policy, user), "not-administrator")?;
    if user["access"] == access {
        return Ok(());
    }
    edit(policy, "users", text(user, "id"), |user| {
        user["access"] = access.into();
        if access == "enabled" && user["addedAt"].is_null() {
            user["addedAt"] = asked.now_text.into();
        }
        revoke_active(asked, user);
    });
    Ok(())
}

/// U-3: active until revoked or until its expiry.
fn is_active(asked: &Asked<'_>, token: &Value) -> bool {
    token["revoked"].is_null() && time::millis(text(token, "expiresAt")).is_some_and(|expiry| asked.now < expiry)
}

/// Stamps every token of a user that is active now.
pub(super) fn revoke_active(asked: &Asked<'_>, user: &mut Value) {
    for token in all_mut(user, "tokens").filter(|token| is_active(asked, token)) {
        token["revoked"] = asked.stamp();
    }
}

fn issue(asked: &Asked<'_>, policy: &mut Value, user: &Value, token: &Value) -> Outcome {
    let actor = &asked.actor;
    require(!actor.is(&user["id"]) && actor.administers_user(policy, user), "not-administrator")?;
    require(actor.knows_workspace(policy, text(token, "workspace")), "unknown-workspace")?;
    require(is_there(policy, "agents", text(token, "agent")), "unknown-agent")?;
    if let Some(virtual_server) = token["virtualServer"].as_str() {
        who::virtual_server(policy, actor, virtual_server)?;
    }
    require(is_there(policy, "clients", text(token, "client")), "unknown-client")?;
    let used = items(&policy["users"]).iter().any(|user| by_id(&user["tokens"], text(token, "id")).is_some());
    require(!used, "id-used")?;
    require(enabled(policy, text(user, "id")), "access-disabled")?;
    require(time::millis(text(token, "expiresAt")).is_some_and(|expiry| asked.now < expiry), "invalid-request")?;
    let mut issued = token.clone();
    issued["issuedAt"] = asked.now_text.into();
    let mut gives_way = None;
    if items(&user["tokens"]).len() >= 256 {
        let mut ended: Vec<(i64, &str)> = items(&user["tokens"])
            .into_iter()
            .filter(|token| !is_active(asked, token))
            .map(|token| (ended_at(token), text(token, "id")))
            .collect();
        ended.sort_unstable();
        match ended.first() {
            Some((_, id)) => gives_way = Some((*id).to_owned()),
            None => return refuse("too-large"),
        }
    }
    edit(policy, "users", text(user, "id"), |user| {
        retain(user, "tokens", |token| gives_way.as_deref().is_none_or(|id| token["id"] != id));
        push(user, "tokens", issued);
    });
    Ok(())
}

/// When a token ceased: by revocation or expiry, whichever came first.
fn ended_at(token: &Value) -> i64 {
    let at = |text: &str| time::millis(text).unwrap_or(i64::MAX);
    at(text(token, "expiresAt")).min(at(text(&token["revoked"], "at")))
}

/// Whether the actor may revoke this token: it is their own, or they administer its workspace or its user.
fn may_revoke(policy: &Value, actor: &Actor, user: &Value, token: &Value) -> bool {
    actor.is(&user["id"]) || actor.administers(policy, text(token, "workspace")) || actor.administers_user(policy, user)
}

/// U-4: one change, all or nothing.
fn revoke(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    let actor = &asked.actor;
    let mut named: Vec<(String, Value)> = Vec::new();
    for id in items(&change["tokens"]) {
        let holder = items(&policy["users"]).into_iter().find(|user| items(&user["tokens"]).iter().any(|token| token["id"] == *id));
        let token = holder.and_then(|user| by_id(&user["tokens"], id.as_str().unwrap_or_default()));
        match (holder, token) {
            (Some(user), Some(token)) if knows_token(policy, actor, user, token) => {
                named.push((text(user, "id").to_owned(), token.clone()))
            }
            _ => return refuse("unknown-token"),
        }
    }
    let mut users: Vec<Value> = Vec::new();
    for id in items(&change["users"]) {
        users.push(who::user(policy, actor, id.as_str().unwrap_or_default())?.clone());
    }
    for user in &users {
        let active: Vec<&Value> = items(&user["tokens"]).into_iter().filter(|token| is_active(asked, token)).collect();
        let of_some = entries(user).iter().any(|scope| actor.administers(policy, scope));
        require(!active.is_empty() || of_some || actor.is(&user["id"]) || actor.administers_user(policy, user), "not-administrator")?;
        named.extend(active.into_iter().map(|token| (text(user, "id").to_owned(), token.clone())));
    }
    for (user, token) in &named {
        let user = by_id(&policy["users"], user).unwrap_or(&Value::Null);
        require(may_revoke(policy, actor, user, token), "not-administrator")?;
    }
    for (user, token) in &named {
        edit(policy, "users", user, |user| {
            for held in all_mut(user, "tokens").filter(|held| held["id"] == token["id"] && is_active(asked, held)) {
                held["revoked"] = asked.stamp();
            }
        });
    }
    Ok(())
}

/// P-12: for whom its user and its workspace exist; one's own always.
fn knows_token(policy: &Value, actor: &Actor, user: &Value, token: &Value) -> bool {
    actor.is(&user["id"]) || actor.knows_user(policy, user) && actor.knows_scope(policy, text(token, "workspace"))
}
