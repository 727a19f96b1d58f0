//! `lockstep preview`.

use serde_json::{Value, json};

use crate::run::{Run, run_with};

/// Northwind's policy, and a change of it.
fn preview(actor: &Value, change: &Value, form: &str) -> Run {
    let request = json!({"actor": actor, "now": "2026-11-20T12:00:00Z", "revision": 42, "change": change}).to_string();
    run_with(&["preview", "policy.json", "-", form], request.as_bytes())
}

fn ben() -> Value {
    json!({"user": "ben"})
}

/// Ben administers Acme, whose own `off` of creation he lifts: nothing but the setting opens.
#[test]
fn what_a_change_comes_to_is_json() {
    let change = json!({"kind": "set", "scope": "acme", "settings": {"custom": {"creation": null}}});
    let run = preview(&ben(), &change, "--json");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let answer = run.json();
    assert_eq!(answer["permitted"], true);
    assert_eq!(answer["revision"], 43);
    assert_eq!(answer["confirm"], "Turn custom server creation on for Acme Machines?");
    assert_eq!(answer["opens"], json!({"settings": {"count": 1, "first": [{"setting": "custom/creation", "scope": "acme"}]}}));
    assert_eq!(answer["affects"]["workspaces"], json!({"count": 2, "first": ["acme-hq", "acme-plant"]}));
    assert!(answer.get("closes").is_none() && answer.get("needs").is_none(), "{}", run.out);
}

#[test]
fn for_reading_it_is_tables() {
    let change = json!({"kind": "set", "scope": "acme", "settings": {"custom": {"use": "off"}}});
    let run = preview(&ben(), &change, "--text");
    assert_eq!(run.status, 0, "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "permitted (revision 43)");
    assert!(lines[1].starts_with("Turn custom server use off for "), "{}", run.out);
    let row = |start: &str| lines.iter().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{}", run.out));
    assert!(row("workspaces").split_whitespace().eq(["workspaces", "2", "acme-hq,", "acme-plant"]), "{}", run.out);
    assert!(row("settings").contains("custom/use at acme"), "{}", run.out);
    assert!(row("setting-changed").contains("\"off\""), "{}", run.out);
    let again = preview(&ben(), &json!({"kind": "set", "scope": "acme", "settings": {"custom": {"creation": "off"}}}), "--text");
    assert!(again.status == 0 && again.out.starts_with("permitted, and changes nothing (revision 42)\n"), "{}", again.out);
}

/// A confirmation that is missing is a need, no refusal.
#[test]
fn what_it_needs_is_said() {
    let change = json!({"kind": "set-access", "user": "ana", "access": "disabled"});
    let run = preview(&ben(), &change, "--text");
    assert!(run.status == 0 && run.out.contains("\nneeds a confirmation by password, at most 300 seconds old\n"), "{}", run.out);
    let confirmed = preview(&json!({"user": "ben", "confirmedAt": "2026-11-20T11:59:00Z"}), &change, "--json").json();
    assert!(confirmed["permitted"] == true && confirmed.get("needs").is_none());
}

#[test]
fn why_not_and_who_can_lift_it() {
    let change = json!({"kind": "set", "scope": "acme", "settings": {"integrations": {"slack": "on"}}});
    let json = preview(&ben(), &change, "--json");
    assert_eq!((json.status, &json.json()["reason"]), (1, &"locked".into()));
    let text = preview(&ben(), &change, "--text");
    assert!(text.status == 1 && text.out.starts_with("not permitted: locked\n"), "{}", text.out);
    let cause = text.out.lines().last().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(cause, ["integration/slack", "acme", "northwind", "(msp)", "or", "above"]);
    let batch = json!({"kind": "batch", "changes": [{"kind": "edit-scope", "scope": "acme", "name": "A"}, change]});
    let batch = preview(&ben(), &batch, "--text");
    assert!(batch.status == 1 && batch.out.starts_with("not permitted: locked, change 2 of the batch\n"), "{}", batch.out);
    let typo = preview(&ben(), &json!({"kind": "set", "scope": "acme", "setings": {}}), "--text");
    assert!(typo.status == 1 && typo.out.contains("`setings`") && typo.out.contains("not permitted: invalid-request"), "{}", typo.out);
}
