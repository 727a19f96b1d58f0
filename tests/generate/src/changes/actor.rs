//! Who asks for a change: mostly somebody who may, sometimes anybody else.

use serde_json::Value;

use crate::random::Random;

use super::ground::{Ground, NOTHING, items, text, texts};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    /// The host as itself (P-8).
    Host,
    /// A user by id.
    User(String),
}

/// One of these users, the host now and then, and the host where there are none.
pub(super) fn one_of(random: &mut Random, users: &[&str]) -> Actor {
    match random.any(users) {
        Some(user) if !random.chance(8) => Actor::User((*user).to_owned()),
        _ => Actor::Host,
    }
}

/// Somebody who administers a scope.
pub(super) fn administrator(random: &mut Random, ground: &Ground<'_>, scope: &str) -> Actor {
    let all = ground.administrators(scope);
    // Who administers something below the root is the one whom locks from above hold.
    let own: Vec<&str> = all.iter().copied().filter(|user| !ground.administers(user, ground.root())).collect();
    if !own.is_empty() && random.chance(60) { one_of(random, &own) } else { one_of(random, &all) }
}

/// Somebody who administers the root.
pub(super) fn of_root(random: &mut Random, ground: &Ground<'_>) -> Actor {
    one_of(random, &ground.administrators(ground.root()))
}

/// Somebody whom P-8 may let change a server: its owner, an administrator, an assignee who has a permission.
pub(super) fn of_server(random: &mut Random, ground: &Ground<'_>, server: &Value) -> Actor {
    let shared = server["visibility"] == "shared";
    let delegates: Vec<&str> =
        texts(&server["assignees"]).into_iter().filter(|user| !items(&ground.record("users", user)["permissions"]).is_empty()).collect();
    if shared && !delegates.is_empty() && random.chance(40) {
        return one_of(random, &delegates);
    }
    match server["owner"].as_str() {
        Some(owner) if random.chance(if shared { 15 } else { 80 }) => Actor::User(owner.to_owned()),
        _ => administrator(random, ground, text(server, "scope")),
    }
}

/// The server's owner, or who stands in where there is none.
pub(super) fn owner(random: &mut Random, ground: &Ground<'_>, server: &Value) -> Actor {
    match server["owner"].as_str() {
        Some(owner) if random.chance(90) => Actor::User(owner.to_owned()),
        _ => administrator(random, ground, text(server, "scope")),
    }
}

/// A manager of a virtual server, or an administrator of its scope.
pub(super) fn manager(random: &mut Random, ground: &Ground<'_>, virtual_server: &Value) -> Actor {
    if random.chance(70) {
        one_of(random, &ground.managers(virtual_server))
    } else {
        administrator(random, ground, text(virtual_server, "scope"))
    }
}

/// Who administers all that a user belongs to.
pub(super) fn of_user(random: &mut Random, ground: &Ground<'_>, user: &str) -> Actor {
    one_of(random, &ground.administrators_of(user))
}

/// Anybody: a user whoever they are, one who is disabled, owns or is assigned something, the host, nobody at all.
pub(super) fn anybody(random: &mut Random, ground: &Ground<'_>) -> Actor {
    let named: Option<&str> = match random.below(10) {
        0..=4 => random.any(ground.list("users")).map(|user| text(user, "id")),
        5 => {
            let disabled: Vec<&Value> = ground.list("users").iter().filter(|user| user["access"] == "disabled").collect();
            random.any(&disabled).map(|user| text(user, "id"))
        }
        6 => random.any(ground.list("servers")).and_then(|server| server["owner"].as_str()),
        7 => random.any(ground.list("servers")).and_then(|server| random.any(items(&server["assignees"]))?.as_str()),
        8 => return Actor::Host,
        _ => Some(NOTHING),
    };
    Actor::User(named.unwrap_or(NOTHING).to_owned())
}
