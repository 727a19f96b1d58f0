//! `batch` and `import`.

use serde_json::{Value, json};

use crate::random::Random;

use super::actor;
use super::ground::{Ground, NOTHING, items, text};
use super::{Draft, KINDS};

/// Several changes of one actor: aimed each, so that some go through, and a refusal comes anywhere.
pub(super) fn batch(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let actor = if random.chance(70) { actor::of_root(random, ground) } else { actor::anybody(random, ground) };
    let mut changes = Vec::new();
    for _ in 0..*random.pick(&[0, 1, 1, 2, 2, 3, 4]) {
        match random.below(12) {
            0 => changes.extend(there_and_back(random, ground)),
            1 if random.chance(60) => changes.push(batch(random, ground).change),
            2 if random.chance(10) => changes.push(import(random, ground).change),
            _ => {
                // The last two are these two themselves.
                let (_, make) = KINDS[random.below(KINDS.len() - 2)];
                // What somebody else would be let do is mostly drawn anew.
                let mut draft = make(random, ground);
                for _ in 0..3 {
                    if draft.actor != actor {
                        draft = make(random, ground);
                    }
                }
                changes.push(draft.change);
            }
        }
    }
    Draft { actor, change: json!({"kind": "batch", "changes": changes}) }
}

/// Two changes of which the second takes back what the first did.
fn there_and_back(random: &mut Random, ground: &Ground<'_>) -> [Value; 2] {
    let scope = ground.some_id(random, "scopes");
    let user = ground.some_id(random, "users");
    match random.below(4) {
        0 => {
            let agent = format!("new-agent-{}", random.below(1000));
            [json!({"kind": "put-agent", "agent": {"id": agent, "name": "For a while"}}), json!({"kind": "remove-agent", "agent": agent})]
        }
        1 => {
            let access = |access: &str| json!({"kind": "set-access", "user": user, "access": access});
            [access("disabled"), access("enabled")]
        }
        2 => {
            let set = |value: Value| json!({"kind": "set", "scope": scope, "settings": {"custom": {"use": value}}});
            [set(json!("off")), set(Value::Null)]
        }
        _ => {
            let id = format!("new-scope-{}", random.below(1000));
            let level = ground.levels().last().copied().unwrap_or(NOTHING);
            let new = json!({"id": id, "level": level, "parent": ground.root(), "name": "For a while"});
            [json!({"kind": "add-scope", "scope": new}), json!({"kind": "remove-scope", "scope": id})]
        }
    }
}

/// The organisation itself, edited at up to three places.
pub(super) fn import(random: &mut Random, ground: &Ground<'_>) -> Draft {
    let mut document = ground.document.clone();
    for _ in 0..*random.pick(&[0, 1, 1, 1, 2, 3]) {
        edited(random, ground, &mut document);
    }
    if random.chance(50) {
        document["revision"] = random.between(1, 1000).into();
    }
    Draft { actor: actor::of_root(random, ground), change: json!({"kind": "import", "document": document}) }
}

fn edited(random: &mut Random, ground: &Ground<'_>, document: &mut Value) {
    match random.below(22) {
        0 => one(random, document, "scopes", |_, scope| scope["name"] = "Imported".into()),
        1..=2 => one(random, document, "scopes", |random, scope| {
            scope["settings"] = json!({"custom": {"use": *random.pick(&["on", "off"])}});
        }),
        3 => {
            // The idle scope stays valid wherever it hangs.
            let root = ground.root();
            for scope in document["scopes"].as_array_mut().into_iter().flatten().filter(|scope| scope["id"] == "idle-scope") {
                scope["parent"] = root.into();
            }
        }
        4 => one(random, document, "scopes", |random, scope| match random.below(2) {
            0 => scope["level"] = ground.levels().last().copied().unwrap_or(NOTHING).into(),
            _ if scope["parent"].is_string() => scope["parent"] = ground.root().into(),
            _ => {}
        }),
        5 => {
            let kept: Vec<Value> = items(&document["servers"]).iter().filter(|_| !random.chance(20)).cloned().collect();
            document["servers"] = kept.into();
        }
        6 => one(random, document, "servers", |_, server| server["address"] = "https://notes.example.com/elsewhere".into()),
        // The same address in another spelling.
        7 => one(random, document, "servers", |_, server| {
            server["address"] = text(server, "address").replace("https://", "HTTPS://").into();
        }),
        8 => one(random, document, "servers", |_, server| server["disabled"] = json!([])),
        9 => {
            if let Some(gone) = random.any(ground.list("tombstones")) {
                let id = gone["id"].clone();
                document["tombstones"] = json!([]);
                one(random, document, "servers", |_, server| server["id"] = id);
            }
        }
        10 => document["tombstones"] = json!([]),
        11..=13 => one(random, document, "users", |random, user| {
            user["access"] = (*random.pick(&["enabled", "disabled"])).into();
            if user["addedAt"].is_null() {
                user["addedAt"] = "2026-01-01T00:00:00Z".into();
            }
        }),
        14 => one(random, document, "users", |_, user| {
            for token in user["tokens"].as_array_mut().into_iter().flatten() {
                if let Some(members) = token.as_object_mut() {
                    members.remove("revoked");
                }
            }
        }),
        15 => one(random, document, "users", |_, user| user["addedAt"] = "2020-01-01T00:00:00Z".into()),
        16 => {
            let platform = random.pick(&[json!({}), json!({"confirmationSeconds": 5}), json!({"confirmationSeconds": 300})]).clone();
            document["platform"] = platform;
        }
        17 => document["format"] = (*random.pick(&["1.1", "2.0", "0.9", "1.00", "1"])).into(),
        18 => document["slice"] = json!({"of": {"kind": "scope", "scope": ground.root()}}),
        19 => one(random, document, "virtualServers", |random, found| match random.below(3) {
            0 => found["state"] = "published".into(),
            1 => found["state"] = "draft".into(),
            _ => found["access"] = json!([]),
        }),
        20 => one(random, document, "users", |_, user| user["memberOf"] = json!([NOTHING])),
        _ => {
            let list = *random.pick(&["virtualServers", "clients", "catalog", "users"]);
            if let Some(records) = document[list].as_array_mut()
                && !records.is_empty()
            {
                records.remove(random.below(records.len()));
            }
        }
    }
}

/// Edits one record of a list, if it has any.
fn one(random: &mut Random, document: &mut Value, list: &str, edit: impl FnOnce(&mut Random, &mut Value)) {
    if let Some(records) = document[list].as_array_mut()
        && !records.is_empty()
    {
        let index = random.below(records.len());
        edit(random, &mut records[index]);
    }
}
