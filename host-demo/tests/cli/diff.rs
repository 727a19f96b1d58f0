//! `lockstep diff`.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::run::{Run, folder, line, northwind, run, run_with};

/// A file with Northwind's policy, altered.
fn altered(name: &str, alter: impl FnOnce(&mut Value)) -> PathBuf {
    let mut policy: Value = serde_json::from_str(&fs::read_to_string(northwind().join("policy.json")).unwrap()).unwrap();
    alter(&mut policy);
    let file = folder(name).join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    file
}

/// The record of a scope.
fn scope<'p>(policy: &'p mut Value, id: &str) -> &'p mut Value {
    policy["scopes"].as_array_mut().unwrap().iter_mut().find(|scope| scope["id"] == id).unwrap()
}

/// A file with Northwind's policy, stopped as a whole.
pub fn stopped(name: &str) -> PathBuf {
    altered(name, |policy| {
        policy["revision"] = json!(43);
        let root = policy["scopes"].as_array_mut().unwrap().iter_mut().find(|scope| scope.get("parent").is_none()).unwrap();
        root["settings"]["all"] = json!("off");
    })
}

/// A small policy of one tenant and a workspace; `settings` are the tenant's, `workspace` the workspace's members.
fn small(name: &str, settings: &str, workspace: &str) -> String {
    let file = folder(name).join("policy.json");
    let policy = format!(
        r#"{{"format": "1.0", "revision": 1, "agents": [{{"id": "assistant", "name": "Assistant"}}],
            "catalog": [{{"id": "github", "name": "GitHub", "approved": true, "origins": ["https://github.example.com/mcp"], "tools": []}}],
            "scopes": [{{"id": "acme", "level": "tenant", "name": "Acme", "settings": {settings}}},
                       {{"id": "hq", "level": "workspace", "parent": "acme", "name": "HQ"{workspace}}}],
            "users": [{{"id": "ana", "name": "Ana", "memberOf": ["hq"], "administers": [], "access": "enabled",
                        "addedAt": "2026-01-05T09:00:00Z"}}]}}"#
    );
    fs::write(&file, policy).unwrap();
    file.to_str().unwrap().to_owned()
}

/// A request to connect GitHub.
const CONNECT: &str = r#"{"action": "integration.connect", "caller": {"user": "ana", "credential": {"kind": "platform"}, "workspace": "hq"}, "target": {"kind": "integration", "integration": "github"}, "context": {"now": "2026-11-20T12:00:00Z"}}"#;

/// Compares two files by lines on standard input.
fn diff_with(old: &str, new: &str, lines: &str, format: &str) -> Run {
    run_with(&["diff", old, new, "--requests", "-", format], lines.as_bytes())
}

#[test]
fn a_policy_does_not_differ_from_itself() {
    let run = run(&["diff", "policy.json", "policy.json", "--requests", "requests.jsonl"]);
    assert_eq!((run.status, run.out.as_str()), (0, "{\"settings\":[],\"decisions\":[]}\n"));
    let text = crate::run::run(&["diff", "policy.json", "policy.json", "--requests", "requests.jsonl", "--text"]);
    assert_eq!(text.out, "0 settings, 0 of 123 decisions change\n");
}

/// What `decide` answers with each policy is what `diff` finds different.
#[test]
fn northwind_stopped_is_told_line_by_line() {
    let new = stopped("diff-stopped");
    let new = new.to_str().unwrap();
    let run = run(&["diff", "policy.json", new, "--requests", "requests.jsonl"]);
    assert_eq!(run.status, 0);
    let found = run.json();
    let root = json!({"scope": "northwind", "authority": "northwind", "setting": "all", "after": "off"});
    assert_eq!(found["settings"], json!([root]));
    let answers = |policy: &str| crate::run::run(&["decide", policy, "requests.jsonl"]).lines();
    let compared = ["outcome", "reason", "layer", "source", "lock"];
    let cut = |answer: &Value| -> Value {
        let members = answer.as_object().unwrap().iter().filter(|(key, _)| compared.contains(&key.as_str()));
        Value::Object(members.map(|(key, value)| (key.clone(), value.clone())).collect())
    };
    let both = answers("policy.json").into_iter().zip(answers(new));
    let expected: Vec<Value> = (1..)
        .zip(both)
        .map(|(line, (before, after))| json!({"line": line, "before": cut(&before), "after": cut(&after)}))
        .filter(|row| row["before"] != row["after"])
        .collect();
    assert!(expected.len() > 40 && expected.len() < 123, "{}", expected.len());
    assert_eq!(found["decisions"], Value::Array(expected));
}

#[test]
fn without_requests_it_compares_settings_alone() {
    let new = altered("diff-settings", |policy| {
        scope(policy, "acme")["settings"]["custom"]["creation"] = json!("on");
        scope(policy, "globex")["imposed"] = json!({"northwind": {"floors": {"read": "deny"}}});
    });
    let found = run(&["diff", "policy.json", new.to_str().unwrap()]).json();
    let expected = json!({"settings": [
        {"scope": "acme", "authority": "acme", "setting": "custom/creation", "before": "off", "after": "on"},
        {"scope": "globex", "authority": "northwind", "setting": "floor/read", "after": "deny"}]});
    assert_eq!(found, expected);
}

/// For reading: a table, with names; what is alike but for its causes shows these.
#[test]
fn for_reading_it_says_what_changed_and_both_reasons() {
    let old = small("diff-text-old", r#"{"integrations": {"github": "off"}, "except": {"integration/github": ["hq"]}}"#, "");
    let new = small("diff-text-new", r#"{"integrations": {"github": "off"}, "custom": {"use": "on"}}"#, "");
    let text = diff_with(&old, &new, CONNECT, "--text");
    let expected = "custom/use at Acme (acme) by Acme: unset -> on
integration/github at Acme (acme) by Acme: off except hq -> off

   Line  Outcome  Reason                   Layer          By
      1  allow    allowed
     ->  deny     integration-off          scope-policy   Locked by Tenant: Acme
2 settings, 1 of 1 decision changes
";
    assert_eq!((text.status, text.out.as_str(), text.err.as_str()), (0, expected, ""));
    let newer = small("diff-text-newer", "{}", r#", "imposed": {"acme": {"integrations": {"github": "off"}}}"#);
    let causes = diff_with(&new, &newer, CONNECT, "--text").out;
    let expected = "custom/use at Acme (acme) by Acme: on -> unset
integration/github at Acme (acme) by Acme: off -> unset
integration/github at HQ (hq) by Acme: unset -> off

   Line  Outcome  Reason                   Layer          By
      1  deny     integration-off          scope-policy   Locked by Tenant: Acme
     ->  deny     integration-off          scope-policy   Locked by Tenant: Acme
         before   integration/github at acme by acme
         after    integration/github at hq by acme
3 settings, 1 of 1 decision changes
";
    assert_eq!(causes, expected);
    let one = run(&["diff", &new, &small("diff-text-one", r#"{"integrations": {"github": "off"}}"#, ""), "--text"]).out;
    assert_eq!(one, "custom/use at Acme (acme) by Acme: on -> unset\n1 setting changes\n");
}

/// Contract 3: log lines are read back; blank lines are skipped, and the numbers are those of the file.
#[test]
fn log_lines_and_blank_lines_keep_their_numbers() {
    let (old, new) = (small("diff-log-old", "{}", ""), small("diff-log-new", r#"{"all": "off"}"#, ""));
    let logged = format!(r#"{{"time": "never", "id": "7d0f", "request": {CONNECT}, "decision": {{"outcome": "deny"}}}}"#);
    let lines = format!("\n{CONNECT}\n  \n{logged}\r\n");
    let found = diff_with(&old, &new, &lines, "--json").json();
    let numbers: Vec<_> = found["decisions"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 4]);
    assert!(diff_with(&old, &new, &lines, "--text").out.ends_with("\n1 setting, 2 of 2 decisions change\n"));
}

/// What is no request is denied by both policies: that isn't passed over in silence.
#[test]
fn lines_that_are_no_requests_are_told() {
    let (old, new) = (small("diff-unread-old", "{}", ""), small("diff-unread-new", r#"{"all": "off"}"#, ""));
    let run = diff_with(&old, &new, &format!("{CONNECT}\nnonsense\n{{}}\n"), "--json");
    assert_eq!((run.status, run.json()["decisions"].as_array().unwrap().len()), (0, 1));
    assert!(run.err.starts_with("note: 2 lines hold no request, line 2 first, "), "{}", run.err);
    let run = diff_with(&old, &new, "nonsense", "--text");
    assert!(run.err.starts_with("note: line 1 holds no request, "), "{}", run.err);
    assert!(run.out.ends_with("1 setting, 0 of 1 decision change\n"), "{}", run.out);
}

#[test]
fn each_of_the_three_may_be_standard_input() {
    let policy = fs::read(northwind().join("policy.json")).unwrap();
    let nothing = json!({"settings": [], "decisions": []});
    for files in [["-", "policy.json", "requests.jsonl"], ["policy.json", "-", "requests.jsonl"]] {
        let [old, new, requests] = files;
        assert_eq!(run_with(&["diff", old, new, "--requests", requests], &policy).json(), nothing);
    }
    let requests = line("requests.jsonl", 1);
    assert_eq!(run_with(&["diff", "policy.json", "policy.json", "--requests", "-"], requests.as_bytes()).json(), nothing);
    for files in [["-", "-", "requests.jsonl"], ["-", "policy.json", "-"], ["policy.json", "-", "-"]] {
        let [old, new, requests] = files;
        run_with(&["diff", old, new, "--requests", requests], &policy).is_an_error("standard input can be read only once");
    }
}

/// Nothing is written unless all of it can be read.
#[test]
fn what_can_not_be_read_is_status_2() {
    for (arguments, message) in [
        (&["diff", "nowhere.json", "policy.json"][..], "there is no file `nowhere.json`"),
        (&["diff", "policy.json", "nowhere.json"], "there is no file `nowhere.json`"),
        (&["diff", "policy.json", "policy.json", "--requests", "nowhere.jsonl"], "there is no file `nowhere.jsonl`"),
    ] {
        let run = run(arguments);
        run.is_an_error(message);
        assert_eq!(run.out, "");
    }
    let broken = run(&["diff", "policy.json", "ten-mistakes.json"]);
    assert_eq!((broken.status, broken.out.as_str()), (2, ""));
    assert!(broken.err.contains("ten-mistakes.json:14:12: error[duplicate-id]"), "{}", broken.err);
}
