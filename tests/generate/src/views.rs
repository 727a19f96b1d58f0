//! Views of an organisation: of its scopes and servers, by people who stand in every relation to them.

use serde_json::{Value, json};

use crate::changes::ground::{Ground, NOTHING, items, text, texts};
use crate::random::Random;
use crate::time::{self, DAY, PRESENT};

/// The kinds that [`view`] draws.
pub const LOOKED_AT: [&str; 3] = ["settings", "integrations", "server"];

/// A request for a view of this kind, on a page that holds every row; and in which relation who looks stands to what is looked at.
pub fn view(random: &mut Random, document: &Value, kind: &str) -> (&'static str, Value) {
    let ground = Ground { document };
    let mut subject = json!({"kind": kind});
    let scope = if kind == "server" {
        let id = ground.some_id(random, "servers");
        let scope = text(ground.record("servers", &id), "scope").to_owned();
        subject["server"] = id.into();
        if random.chance(50) {
            subject["workspace"] = workspace(random, &ground, &scope).into();
        }
        scope
    } else {
        let id = ground.some_id(random, "scopes");
        subject["scope"] = id.as_str().into();
        id
    };
    let server = ground.record("servers", text(&subject, "server"));
    let (relation, actor) = who(random, &ground, &scope, server);
    let now = if random.chance(80) { PRESENT } else { PRESENT + (random.below(20) as i64 - 10) * DAY };
    let mut request = json!({"view": subject, "now": time::text(now)});
    match actor {
        Some(actor) => request["actor"] = actor.into(),
        None => request["host"] = true.into(),
    }
    if kind != "server" {
        request["page"] = json!({"size": 1000});
    }
    (relation, request)
}

/// A workspace below the scope mostly, any scope now and then.
fn workspace(random: &mut Random, ground: &Ground<'_>, scope: &str) -> String {
    let below: Vec<&str> = ground.workspaces().into_iter().filter(|id| ground.path(id).contains(&scope)).collect();
    match random.any(&below) {
        Some(id) if random.chance(85) => (*id).to_owned(),
        _ => ground.some_id(random, "scopes"),
    }
}

/// Somebody in one relation to the scope, if there is anybody; else whoever. No actor: the host.
fn who(random: &mut Random, ground: &Ground<'_>, scope: &str, server: &Value) -> (&'static str, Option<String>) {
    let named = |user: &str, places: &[&str]| texts(&ground.record("users", user)["administers"]).iter().any(|own| places.contains(own));
    let path = ground.path(scope);
    let above: Vec<&str> = path.iter().copied().filter(|place| *place != scope).collect();
    let below: Vec<&str> = ground.below(scope).into_iter().filter(|place| *place != scope).collect();
    let users = ground.ids("users");
    let some = |random: &mut Random, wanted: &dyn Fn(&str) -> bool| {
        let fitting: Vec<&str> = users.iter().copied().filter(|user| wanted(user)).collect();
        random.any(&fitting).map(|user| (*user).to_owned())
    };
    let administers = |user: &str| ground.administers(user, scope);
    let (relation, actor) = match random.below(16) {
        0..=3 => ("its administrator", some(random, &|user| named(user, &[scope]) && !named(user, &above))),
        4..=6 => ("one from above", some(random, &|user| named(user, &above))),
        7..=8 => ("one from below", some(random, &|user| named(user, &below) && !administers(user))),
        9..=11 => ("a member", some(random, &|user| ground.belongs(user, scope) && !administers(user))),
        12 => ("an owner", server["owner"].as_str().map(str::to_owned)),
        13 => ("an assignee", random.any(items(&server["assignees"])).and_then(Value::as_str).map(str::to_owned)),
        14 => return ("the host", None),
        _ => ("anybody", None),
    };
    match actor {
        Some(actor) => (relation, Some(actor)),
        None if random.chance(5) => ("nobody", Some(NOTHING.to_owned())),
        None => ("anybody", Some(random.any(&users).map_or(NOTHING, |user| user).to_owned())),
    }
}
