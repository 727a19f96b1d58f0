//! Changes of one small organisation, and changes worked out elsewhere, in the folder `changes` of the one that `LOCKSTEP_SHARED_VECTORS` names: `NNN/policy.json`,
//! `changes.jsonl` and `answers.jsonl`, a change and its answer a line, each judged against the policy by itself.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test: it fails by panicking")]

#[allow(dead_code, reason = "the other tests use the rest of it")]
mod common;

use common::policy;
use lockstep_oracle::{apply, canonical};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fs;
use std::path::Path;

const VARIABLE: &str = "LOCKSTEP_SHARED_VECTORS";

/// No document check is at hand here, so every document counts as valid. Where an answer hung on the check and the wanted one may be
/// that a document isn't valid, it is passed over.
const NEEDS_A_CHECK: [&str; 2] = ["invalid-document", "invalid-request"];

#[test]
fn every_shared_change_is_ours() {
    let Ok(folder) = std::env::var(VARIABLE) else {
        eprintln!("NOT RUN: every_shared_change_is_ours (set {VARIABLE} to the folder of the shared vectors)");
        return;
    };
    let mut folders: Vec<_> = fs::read_dir(Path::new(&folder).join("changes"))
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let (mut same, mut passed_over, mut differences) = (0, 0, Vec::new());
    for folder in folders {
        let policy: Value = serde_json::from_str(&read(&folder.join("policy.json"))).expect("a policy is JSON");
        let (changes, answers) = (read(&folder.join("changes.jsonl")), read(&folder.join("answers.jsonl")));
        assert_eq!(changes.lines().count(), answers.lines().count(), "{}", folder.display());
        for (line, (change, answer)) in changes.lines().zip(answers.lines()).enumerate() {
            let wanted: Value = serde_json::from_str(answer).expect("an answer is JSON");
            let checked = Cell::new(false);
            let given = apply(&policy, change, &|_| {
                checked.set(true);
                true
            });
            if comparable(&wanted) == comparable(&given) {
                same += 1;
            } else if checked.get() && NEEDS_A_CHECK.contains(&wanted["reason"].as_str().unwrap_or_default()) {
                passed_over += 1;
            } else {
                differences.push(format!("{}:{}\n  {change}\n  wanted {wanted}\n  given  {given}", folder.display(), line + 1));
            }
        }
    }
    assert!(same > 0, "no changes");
    eprintln!("{same} changes the same, {passed_over} not judged for want of a document check, {} differences", differences.len());
    let shown: Vec<String> = differences.iter().take(20).cloned().collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), shown.join("\n"));
}

/// An answer as the shared ones are compared: documents in one form, no index.
fn comparable(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(members) = answer.as_object_mut() {
        members.remove("index");
        if let Some(document) = members.get_mut("document") {
            *document = canonical(document);
        }
    }
    answer
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const NOW: &str = "2026-11-20T12:00:00Z";

/// The small organisation with an administrator of the root, and Max let in.
fn organisation() -> Value {
    let mut policy = policy();
    policy["users"]
        .as_array_mut()
        .expect("users")
        .push(json!({"id": "ada", "name": "Ada", "memberOf": [], "administers": ["north"], "access": "disabled"}));
    policy
}

/// What a change gives that a person asks for, the password just given.
fn by(user: &str, policy: &Value, change: &Value) -> Value {
    let request = json!({"actor": {"user": user, "confirmedAt": NOW}, "now": NOW, "revision": policy["revision"], "change": change});
    apply(policy, &request.to_string(), &|_| true)
}

fn scope<'a>(answer: &'a Value, id: &str) -> &'a Value {
    record(&answer["document"]["scopes"], id)
}

fn record<'a>(list: &'a Value, id: &str) -> &'a Value {
    list.as_array().and_then(|list| list.iter().find(|record| record["id"] == id)).unwrap_or(&Value::Null)
}

#[test]
fn a_setting_is_stored_under_the_highest_authority_or_a_named_lower_one() {
    let off = json!({"integrations": {"tickets": "off"}});
    let answer = by("ada", &organisation(), &json!({"kind": "set", "scope": "shop", "settings": off}));
    assert_eq!(scope(&answer, "shop")["imposed"], json!({"north": off}));
    assert_eq!(answer["revision"], 8);
    let answer = by("ada", &organisation(), &json!({"kind": "set", "scope": "shop", "as": "shop", "settings": off}));
    assert_eq!(scope(&answer, "shop")["settings"], off);
    let answer = by("max", &organisation(), &json!({"kind": "set", "scope": "shop", "as": "north", "settings": off}));
    assert_eq!(answer, json!({"permitted": false, "reason": "not-administrator"}));
}

#[test]
fn what_is_off_from_above_is_locked_with_every_cause() {
    let mut policy = organisation();
    policy["scopes"][0]["settings"]["integrations"] = json!({"tickets": "off"});
    policy["scopes"][1]["imposed"] = json!({"north": {"custom": {"use": "off"}}});
    let change = json!({"kind": "set", "scope": "baker", "settings": {"integrations": {"tickets": "on"}, "custom": {"use": "off"}}});
    let causes = json!([{"setting": "integration/tickets", "level": "msp", "authority": "north", "at": "north"},
                        {"setting": "custom/use", "level": "msp", "authority": "north", "at": "baker"}]);
    assert_eq!(
        by("max", &policy, &change),
        json!({"permitted": false, "reason": "locked", "lock": {"badge": "Locked by MSP", "causes": causes}})
    );
    assert_eq!(by("ada", &policy, &change)["permitted"], true);
}

#[test]
fn a_lock_names_its_causes_by_the_codes_that_they_make_deny() {
    let mut policy = organisation();
    policy["scopes"][0]["settings"]["custom"] = json!({"creation": "off", "use": "off"});
    let answer = by("max", &policy, &json!({"kind": "preset", "scope": "shop", "preset": "lockdown"}));
    let settings: Vec<&Value> = answer["lock"]["causes"].as_array().expect("causes").iter().map(|cause| &cause["setting"]).collect();
    assert_eq!(settings, ["custom/use", "custom/creation"]);
}

#[test]
fn a_floor_is_locked_only_where_it_is_looser_than_one_from_above() {
    let mut policy = organisation();
    policy["scopes"][0]["settings"]["floors"] = json!({"write": "deny"});
    let floor = |value: Value| json!({"kind": "set", "scope": "baker", "settings": {"floors": {"write": value}}});
    assert_eq!(by("max", &policy, &floor(json!("ask")))["reason"], "locked");
    assert_eq!(by("max", &policy, &floor(json!("deny")))["changed"], true);
    assert_eq!(by("max", &policy, &floor(Value::Null))["changed"], false);
}

#[test]
fn an_exception_goes_with_its_off_and_none_stands_without_one() {
    let set = |settings: Value| json!({"kind": "set", "scope": "north", "settings": settings});
    let alone = by("ada", &organisation(), &set(json!({"except": {"integration/tickets": ["shop"]}})));
    assert_eq!(alone["reason"], "invalid-request");
    let both = by("ada", &organisation(), &set(json!({"integrations": {"tickets": "off"}, "except": {"integration/tickets": ["shop"]}})));
    assert_eq!(scope(&both, "north")["settings"]["except"], json!({"integration/tickets": ["shop"]}));
    let mut next = both["document"].clone();
    next["revision"] = 8.into();
    let lifted = by("ada", &next, &set(json!({"integrations": {"tickets": null}})));
    assert_eq!(scope(&lifted, "north")["settings"], json!({"custom": {"sharing": "on"}, "floors": {"read": "ask"}}));
}

#[test]
fn enabling_lifts_what_lies_at_or_below_the_actor() {
    let mut policy = organisation();
    policy["servers"][1]["disabled"] = json!([{"authority": "north", "at": NOW}, {"authority": "baker", "at": NOW}, {"at": NOW}]);
    let enable = json!({"kind": "enable-server", "server": "queue"});
    let answer = by("max", &policy, &enable);
    assert_eq!(record(&answer["document"]["servers"], "queue")["disabled"], json!([{"authority": "north", "at": NOW}]));
    policy["servers"][1]["disabled"] = json!([{"authority": "north", "at": NOW}]);
    assert_eq!(by("max", &policy, &enable)["lock"]["causes"][0]["setting"], "disabled");
    assert_eq!(by("eve", &policy, &enable)["reason"], "not-administrator");
}

#[test]
fn an_owner_is_held_to_use_and_an_administrator_may_still_delete() {
    let mut policy = organisation();
    policy["scopes"][1]["settings"] = json!({"custom": {"use": "off"}});
    let delete = json!({"kind": "delete-server", "server": "notes"});
    assert_eq!(by("eve", &policy, &delete)["reason"], "custom-use-off");
    let answer = by("max", &policy, &delete);
    let tombstone = record(&answer["document"]["tombstones"], "notes");
    assert_eq!((&tombstone["owner"], &tombstone["deletedBy"], &tombstone["scope"]), (&json!("eve"), &json!("max"), &json!("shop")));
    assert_eq!(by("max", &policy, &json!({"kind": "disable-server", "server": "notes"}))["reason"], "custom-use-off");
}

#[test]
fn access_needs_a_fresh_password_and_takes_the_tokens_along() {
    let policy = organisation();
    let disable = json!({"kind": "set-access", "user": "eve", "access": "disabled"});
    let at = |confirmed: &str| {
        let request = json!({"actor": {"user": "max", "confirmedAt": confirmed}, "now": NOW, "revision": 7, "change": disable});
        apply(&policy, &request.to_string(), &|_| true)
    };
    for (confirmed, permitted) in [("2026-11-20T11:55:00Z", true), ("2026-11-20T11:54:59.999Z", false), ("2026-11-20T12:00:00.001Z", false)]
    {
        assert_eq!(at(confirmed)["permitted"], permitted, "{confirmed}");
    }
    let answer = at(NOW);
    let eve = record(&answer["document"]["users"], "eve");
    assert_eq!(record(&eve["tokens"], "t-all")["revoked"], json!({"at": NOW, "by": "max"}));
}

#[test]
fn the_last_manager_stays_and_a_removed_user_leaves_nothing() {
    let policy = organisation();
    assert_eq!(
        by("ada", &policy, &json!({"kind": "ungrant", "virtualServer": "desk", "user": "max", "grant": "manage"}))["reason"],
        "last-manager"
    );
    assert_eq!(by("ada", &policy, &json!({"kind": "remove-user", "user": "max"}))["reason"], "last-manager");
    let answer = by("ada", &policy, &json!({"kind": "remove-user", "user": "eve"}));
    let next = &answer["document"];
    assert!(record(&next["users"], "eve").is_null() && record(&next["servers"], "notes").is_null());
    assert_eq!(record(&next["virtualServers"], "desk")["access"], json!([{"user": "max", "grant": "manage"}]));
}

#[test]
fn a_batch_is_judged_change_by_change_and_names_the_refused_one() {
    let policy = organisation();
    let space = |id: &str| json!({"kind": "add-space", "scope": "yard", "space": {"id": id, "name": "New"}});
    let refused =
        by("max", &policy, &json!({"kind": "batch", "changes": [space("a"), {"kind": "batch", "changes": [space("b")]}, space("a")]}));
    assert_eq!(refused, json!({"permitted": false, "reason": "id-used", "index": 2}));
    let nothing = by("max", &policy, &json!({"kind": "batch", "changes": [space("a"), {"kind": "remove-space", "space": "a"}]}));
    assert_eq!(nothing, json!({"permitted": true, "changed": false, "revision": 7}));
}

#[test]
fn an_import_forgets_nothing() {
    let mut policy = organisation();
    policy["users"][0]["tokens"][0]["revoked"] = json!({"at": "2026-02-01T00:00:00Z"});
    let mut document = organisation();
    document["servers"].as_array_mut().expect("servers").retain(|server| server["id"] != "notes");
    document["users"][0]["addedAt"] = "2026-06-01T00:00:00Z".into();
    document["revision"] = 900.into();
    let import = |document: &Value| by("ada", &policy, &json!({"kind": "import", "document": document}));
    let answer = import(&document);
    let eve = record(&answer["document"]["users"], "eve");
    assert_eq!((&answer["revision"], &eve["addedAt"]), (&json!(8), &json!("2026-01-01T00:00:00Z")));
    assert_eq!(record(&eve["tokens"], "t-all")["revoked"], json!({"at": "2026-02-01T00:00:00Z"}));
    assert_eq!(record(&answer["document"]["tombstones"], "notes")["deletedBy"], "ada");
    document["servers"][0]["address"] = "https://tickets.example/other".into();
    assert_eq!(import(&document)["reason"], "address-fixed");
    document["scopes"][2]["level"] = "tenant".into();
    assert_eq!(import(&document)["reason"], "scope-fixed");
    document["format"] = "1.1".into();
    assert_eq!(import(&document)["reason"], "format-too-new");
    let by_max = by("max", &policy, &json!({"kind": "import", "document": document}));
    assert_eq!(by_max["reason"], "not-administrator");
}

#[test]
fn what_no_policy_could_accept_comes_before_everything() {
    let mut policy = organisation();
    policy["slice"] = json!({});
    for change in [
        json!({"kind": "Set", "scope": "shop", "settings": {}}),
        json!({"kind": "set", "scope": "shop", "settings": {"custom": null}}),
        json!({"kind": "set", "scope": "shop", "settings": {}, "as": null}),
        json!({"kind": "set", "scope": "shop", "settings": {"except": {"floor/read": ["yard"]}}}),
        json!({"kind": "set-access", "user": "eve", "access": "on"}),
        json!({"kind": "revoke-tokens", "tokens": [], "users": []}),
        json!({"kind": "set-agents", "server": "notes", "agents": ["assistant", "assistant"]}),
        json!({"kind": "edit-server", "server": "notes", "headers": ["x y"]}),
        json!({"kind": "edit-server", "server": "notes", "authorization": {"method": "none", "credentials": "shared"}}),
        json!({"kind": "batch", "changes": [{"kind": "delete-server"}]}),
        json!({"kind": "import", "document": []}),
    ] {
        assert_eq!(by("ada", &policy, &change)["reason"], "invalid-request", "{change}");
    }
    let delete = json!({"kind": "delete-server", "server": "notes"});
    assert_eq!(by("ada", &policy, &delete)["reason"], "slice-is-read-only");
    policy["slice"] = Value::Null;
    let host = json!({"actor": {"host": true, "user": "ada"}, "now": NOW, "revision": 7, "change": delete});
    assert_eq!(apply(&policy, &host.to_string(), &|_| true)["reason"], "invalid-request");
    let stale = json!({"actor": {"user": "gone"}, "now": NOW, "revision": 6, "change": delete});
    assert_eq!(apply(&policy, &stale.to_string(), &|_| true)["reason"], "conflict");
    assert_eq!(by("gone", &policy, &delete)["reason"], "unknown-user");
    let invalid = json!({"actor": {"host": true}, "now": NOW, "revision": 7, "change": delete});
    assert_eq!(apply(&policy, &invalid.to_string(), &|_| false)["reason"], "invalid-request");
}
