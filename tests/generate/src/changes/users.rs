//! Users, their access and their tokens.

use serde_json::{Value, json};

use crate::random::Random;
use crate::time::{self, DAY, PRESENT};

use super::Draft;
use super::actor::{self, Actor};
use super::ground::{Ground, NOTHING, items, text, texts};

pub(super) fn add(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let place = ground.some_id(random, "scopes");
    let actor = actor::administrator(random, ground, &place);
    let mut user = json!({
        "id": ground.new_id(random, "users", "user"), "name": "New user", "memberOf": [], "administers": [],
        "access": if random.chance(60) { "enabled" } else { "disabled" }});
    let mut places = vec![place.as_str()];
    if random.chance(25) {
        places.push(random.any(&ground.ids("scopes")).copied().unwrap_or(NOTHING));
    }
    for place in places {
        let member = if random.chance(75) { "memberOf" } else { "administers" };
        if let Some(list) = user[member].as_array_mut()
            && !list.iter().any(|entry| entry == place)
        {
            list.push(place.into());
        }
    }
    if random.chance(5) {
        user["memberOf"] = json!([]);
        user["administers"] = json!([]);
    }
    if random.chance(30) {
        user["permissions"] = json!([*random.pick(&["connectors.admin.read", "space.admin.write"])]);
    }
    Draft { actor, change: json!({"kind": "add-user", "user": user}) }
}

pub(super) fn edit(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let id = user(random, ground);
    let record = ground.record("users", &id);
    let mut change = json!({"kind": "edit-user", "user": id});
    let mut actor = actor::of_user(random, ground, &id);
    if random.chance(35) {
        change["name"] = if random.chance(15) { record["name"].clone() } else { "Renamed".into() };
    }
    if random.chance(25) {
        change["permissions"] = json!(random.some(&["connectors.admin.read", "space.admin.write"], 2));
    }
    for member in ["memberOf", "administers"] {
        if random.chance(35) {
            let mut places: Vec<String> = texts(&record[member]).into_iter().map(str::to_owned).collect();
            let mut touched = None;
            if !places.is_empty() && random.chance(45) {
                touched = Some(places.remove(random.below(places.len())));
            }
            if random.chance(60) {
                let place = ground.some_id(random, "scopes");
                if !places.contains(&place) {
                    touched = Some(place.clone());
                    places.push(place);
                }
            }
            change[member] = json!(places);
            // One entry is its scope's administrators' (U-11), who needn't administer the user.
            if let Some(place) = touched
                && random.chance(60)
            {
                actor = actor::administrator(random, ground, &place);
            }
        }
    }
    Draft { actor, change }
}

pub(super) fn remove(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let id = user(random, ground);
    let actor = actor::of_user(random, ground, &id);
    Draft { actor, change: json!({"kind": "remove-user", "user": id}) }
}

pub(super) fn access(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let id = user(random, ground);
    let now = text(ground.record("users", &id), "access");
    let other = if now == "enabled" { "disabled" } else { "enabled" };
    let access = if random.chance(15) && !now.is_empty() { now } else { other };
    // Users may disable themselves, and not enable.
    let actor = if random.chance(15) { Actor::User(id.clone()) } else { actor::of_user(random, ground, &id) };
    Draft { actor, change: json!({"kind": "set-access", "user": id, "access": access}) }
}

pub(super) fn issue(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let enabled: Vec<&Value> = ground.list("users").iter().filter(|user| user["access"] == "enabled").collect();
    let id = match random.any(&enabled) {
        Some(user) if random.chance(85) => text(user, "id").to_owned(),
        _ => user(random, ground),
    };
    // Where somebody has nearly all the tokens that there may be, one more is what is to be tried.
    let crowded = ground.list("users").iter().find(|user| items(&user["tokens"]).len() > 250);
    let id = crowded.filter(|_| random.chance(70)).map_or(id, |user| text(user, "id").to_owned());
    let own: Vec<&str> = ground.workspaces().into_iter().filter(|workspace| ground.belongs(&id, workspace)).collect();
    let workspace = match random.any(&own) {
        Some(workspace) if random.chance(85) => (*workspace).to_owned(),
        _ => random.any(&ground.workspaces()).copied().filter(|_| random.chance(85)).unwrap_or(ground.root()).to_owned(),
    };
    let expires = match random.below(12) {
        0 => PRESENT,
        1 => PRESENT + 1,
        2 => PRESENT - random.moment(0, 90 * DAY),
        _ => PRESENT + random.moment(DAY, 300 * DAY),
    };
    let taken = ground.tokens();
    let mut token = json!({
        "id": match random.any(&taken) {
            Some((_, held)) if random.chance(6) => text(held, "id").to_owned(),
            _ => format!("new-token-{}", random.below(100_000)),
        },
        "client": ground.some_id(random, "clients"), "workspace": workspace, "agent": ground.some_id(random, "agents"),
        "expiresAt": time::text(expires)});
    if random.chance(25) {
        token["virtualServer"] = ground.some_id(random, "virtualServers").into();
    }
    let others: Vec<&str> = ground.administrators_of(&id).into_iter().filter(|user| *user != id || random.chance(10)).collect();
    let actor = if random.chance(35) { Actor::Host } else { actor::one_of(random, &others) };
    Draft { actor, change: json!({"kind": "issue-token", "user": id, "token": token}) }
}

pub(super) fn revoke(random: &mut Random, ground: &Ground<'_>) -> Draft {
    if random.chance(50) {
        let tokens = ground.tokens();
        let (holder, first) = random.any(&tokens).map_or((NOTHING, NOTHING), |(user, token)| (*user, text(token, "id")));
        let mut named = vec![first.to_owned()];
        if random.chance(30)
            && let Some((_, token)) = random.any(&tokens)
            && text(token, "id") != first
        {
            named.push(text(token, "id").to_owned());
        }
        if random.chance(4) {
            named.push(NOTHING.to_owned());
            named.dedup();
        }
        let workspace = tokens.iter().find(|(_, token)| text(token, "id") == first).map_or("", |(_, token)| text(token, "workspace"));
        let actor = match random.below(3) {
            0 => Actor::User(holder.to_owned()),
            1 => actor::administrator(random, ground, workspace),
            _ => actor::of_user(random, ground, holder),
        };
        return Draft { actor, change: json!({"kind": "revoke-tokens", "tokens": named}) };
    }
    let first = user(random, ground);
    let mut named = vec![first.clone()];
    if random.chance(40) {
        named.push(user(random, ground));
        named.dedup();
    }
    let actor = match random.below(3) {
        0 if named.len() == 1 => Actor::User(first),
        1 => {
            let place = ground.entries(&first).first().copied().unwrap_or_default();
            actor::administrator(random, ground, place)
        }
        _ => actor::of_user(random, ground, &first),
    };
    Draft { actor, change: json!({"kind": "revoke-tokens", "users": named}) }
}

/// A user, rather one who has something to lose: tokens, servers, grants.
fn user(random: &mut Random, ground: &Ground<'_>) -> String {
    if random.chance(20)
        && let Some(virtual_server) = random.any(ground.list("virtualServers"))
        && let Some(entry) = random.any(items(&virtual_server["access"]))
    {
        return text(entry, "user").to_owned();
    }
    ground.some_id(random, "users")
}
