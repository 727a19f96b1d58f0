//! Changes of virtual servers (V-1 to V-8, P-14).

use super::canonical::{drop, drop_empty};
use super::who::{in_reach, require};
use super::{Asked, Outcome, Refusal, all_mut, digest, edit, is_there, push, refuse, retain, who};
use crate::existence::exposed_name;
use crate::tree::{by_id, items, path, rank, text};
use serde_json::{Value, json};

pub(super) fn apply(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    if change["kind"] == "create-virtual-server" {
        return create(asked, policy, &change["virtualServer"]);
    }
    let id = text(change, "virtualServer");
    let found = who::virtual_server(policy, &asked.actor, id)?.clone();
    require(asked.actor.manages(policy, &found), "not-administrator")?;
    match text(change, "kind") {
        "edit-virtual-server" => edit(policy, "virtualServers", id, |edited| {
            for member in ["name", "description", "oauthProvider"] {
                match change.get(member) {
                    Some(Value::Null) => drop(edited, member),
                    Some(value) => edited[member] = value.clone(),
                    None => {}
                }
            }
        }),
        "set-virtual-tools" => {
            may_be_selected(asked, policy, text(&found, "scope"), &found["tools"], &change["tools"])?;
            names_differ(&change["tools"])?;
            edit(policy, "virtualServers", id, |edited| edited["tools"] = change["tools"].clone());
        }
        "set-virtual-state" => {
            let becomes = change["state"] == "published" && found["state"] != "published";
            edit(policy, "virtualServers", id, |edited| {
                edited["state"] = change["state"].clone();
                if becomes {
                    publish(asked, edited);
                }
            });
        }
        "grant" => grant(asked, policy, &found, change)?,
        "ungrant" => {
            user_for(asked, policy, &found, text(change, "user"))?;
            edit(policy, "virtualServers", id, |edited| {
                retain(edited, "access", |entry| entry["user"] != change["user"] || entry["grant"] != change["grant"]);
            });
        }
        _ => {
            retain(policy, "virtualServers", |other| other["id"] != id);
            for user in all_mut(policy, "users") {
                retain(user, "tokens", |token| token["virtualServer"] != id);
                drop_empty(user, "tokens");
            }
        }
    }
    Ok(())
}

fn create(asked: &Asked<'_>, policy: &mut Value, new: &Value) -> Outcome {
    let scope = text(new, "scope");
    who::scope(policy, &asked.actor, scope)?;
    require(asked.actor.administers(policy, scope), "not-administrator")?;
    let tools = &new["tools"];
    servers_are_known(asked, policy, &items(tools))?;
    require(!is_there(policy, "virtualServers", text(new, "id")), "id-used")?;
    may_be_selected(asked, policy, scope, &Value::Null, tools)?;
    names_differ(tools)?;
    let mut created = new.clone();
    created["access"] = match &asked.actor.user {
        Some(user) => json!([{"user": user, "grant": "manage"}]),
        None => json!([]),
    };
    if new["state"] == "published" {
        publish(asked, &mut created);
    }
    push(policy, "virtualServers", created);
    Ok(())
}

/// What `published` records: when, by whom, and of what (P-14).
pub(super) fn publish(asked: &Asked<'_>, virtual_server: &mut Value) {
    let mut published = asked.stamp();
    published["digest"] = digest::of_published(virtual_server).into();
    virtual_server["published"] = published;
}

fn grant(asked: &Asked<'_>, policy: &mut Value, found: &Value, change: &Value) -> Outcome {
    let user = user_for(asked, policy, found, text(change, "user"))?;
    let wanted = |entry: &&Value| entry["user"] == change["user"] && entry["grant"] == change["grant"];
    if items(&found["access"]).iter().any(wanted) {
        return Ok(());
    }
    require(in_reach(policy, user, text(found, "scope")), "not-eligible")?;
    let entry = json!({"user": change["user"], "grant": change["grant"]});
    edit(policy, "virtualServers", text(found, "id"), |edited| push(edited, "access", entry));
    Ok(())
}

/// A user as far as a manager of this virtual server knows one (P-12).
fn user_for<'a>(asked: &Asked<'_>, policy: &'a Value, virtual_server: &Value, id: &str) -> Result<&'a Value, Refusal> {
    let user = by_id(&policy["users"], id).filter(|user| asked.actor.knows_for(policy, user, virtual_server));
    user.ok_or_else(|| Refusal::plain("unknown-user"))
}

fn servers_are_known(asked: &Asked<'_>, policy: &Value, selected: &[&Value]) -> Outcome {
    for tool in selected {
        who::server(policy, &asked.actor, text(tool, "server"))?;
    }
    Ok(())
}

/// P-14: each question of all that is newly selected before the next.
fn may_be_selected(asked: &Asked<'_>, policy: &Value, scope: &str, before: &Value, after: &Value) -> Outcome {
    let same = |one: &Value, other: &Value| one["server"] == other["server"] && one["tool"] == other["tool"];
    let new: Vec<&Value> = items(after).into_iter().filter(|selected| !items(before).iter().any(|old| same(old, selected))).collect();
    servers_are_known(asked, policy, &new)?;
    let server_of = |selected: &Value| by_id(&policy["servers"], text(selected, "server")).unwrap_or(&Value::Null);
    let tool_of = |selected: &Value| items(&server_of(selected)["tools"]).into_iter().find(|tool| tool["name"] == selected["tool"]);
    let entry_of = |selected: &Value| by_id(&policy["catalog"], text(&server_of(selected)["source"], "integration"));
    for selected in &new {
        let of_server = text(server_of(selected), "scope");
        let near = rank(&path(policy, scope), of_server).is_some() || rank(&path(policy, of_server), scope).is_some();
        require(near, "not-packageable")?;
    }
    for selected in &new {
        require(tool_of(selected).is_some(), "unknown-tool")?;
    }
    for selected in &new {
        let server = server_of(selected);
        let packageable = server["visibility"] == "shared"
            && server["source"]["kind"] != "custom"
            && entry_of(selected).is_some_and(|entry| entry["approved"] == true)
            && server["switch"] == "on"
            && items(&server["disabled"]).is_empty()
            && tool_of(selected).is_some_and(|tool| tool["enabled"] == true);
        require(packageable, "not-packageable")?;
    }
    for selected in &new {
        let tools = entry_of(selected).map(|entry| items(&entry["tools"])).unwrap_or_default();
        require(tools.iter().any(|tool| tool["name"] == selected["tool"] && tool["approved"] == true), "tool-not-approved")?;
    }
    for selected in &new {
        let server = server_of(selected);
        if server["authorization"]["credentials"] == "shared" && server["waiver"].is_null() {
            return refuse("shared-credential");
        }
    }
    Ok(())
}

/// V-8.
fn names_differ(tools: &Value) -> Outcome {
    let mut names: Vec<&str> = items(tools).into_iter().map(exposed_name).collect();
    names.sort_unstable();
    require(names.windows(2).all(|pair| pair.first() != pair.last()), "duplicate-name")
}
