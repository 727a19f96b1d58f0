//! `lockstep list`.

use serde_json::{Value, json};

use crate::run::{line, run_with};

fn parts(number: usize) -> (Value, Value) {
    let request: Value = serde_json::from_str(&line("requests.jsonl", number)).unwrap();
    (request["caller"].clone(), request["context"].clone())
}

/// A decision's request and a list's own ask the same.
#[test]
fn a_request_of_either_kind_is_listed() {
    let (caller, context) = parts(1);
    let of_decision = run_with(&["list", "policy.json", "-"], line("requests.jsonl", 1).as_bytes());
    assert_eq!(of_decision.status, 0);
    let rows = of_decision.json()["rows"].as_array().unwrap().clone();
    assert!(rows.iter().any(|row| row["outcome"] == "allow") && rows.iter().any(|row| row["outcome"] == "deny"));
    let all = json!({"caller": caller, "context": context});
    let own = run_with(&["list", "policy.json", "-"], format!("{all:#}\n").as_bytes());
    assert_eq!(own.json(), of_decision.json());
    let one = json!({"caller": caller, "context": context, "of": {"kind": "server", "server": "acme-github"}});
    let one = run_with(&["list", "policy.json", "-"], one.to_string().as_bytes()).json();
    let rows = one["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["server"] == "acme-github"));
    let logged = run_with(&["list", "policy.json", "-"], format!(r#"{{"id": "1", "request": {}}}"#, line("requests.jsonl", 1)).as_bytes());
    assert_eq!(logged.json(), of_decision.json());
}

#[test]
fn for_reading_it_is_a_table_with_its_sum() {
    let run = run_with(&["list", "policy.json", "-", "--text"], line("requests.jsonl", 1).as_bytes());
    let mut lines = run.out.lines();
    let titles: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(titles, ["Server", "Tool", "Outcome", "Reason", "Layer"]);
    assert!(lines.any(|line| line.split_whitespace().collect::<Vec<_>>() == ["acme-github", "list_issues", "allow", "allowed"]));
    assert!(run.out.lines().last().unwrap().contains(" tools: "), "{}", run.out);
}

/// A list that isn't given is a problem; a row that is denied isn't.
#[test]
fn no_list_at_all_is_status_1() {
    let (mut caller, context) = parts(1);
    let broken = run_with(&["list", "policy.json", "-"], br#"{"caller": {}, "of": {"kind": "all"}}"#);
    assert_eq!((broken.status, &broken.json()["reason"]), (1, &"invalid-request".into()));
    let typo = line("requests.jsonl", 1).replacen("\"workspace\"", "\"workplace\"", 1);
    let typo = run_with(&["list", "policy.json", "-"], typo.as_bytes());
    assert_eq!(typo.status, 1);
    assert!(typo.json()["problems"].as_array().unwrap().iter().any(|problem| problem["at"] == "/caller/workplace"), "{}", typo.out);
    caller["workspace"] = "nowhere".into();
    let lost = run_with(&["list", "policy.json", "-", "--text"], json!({"caller": caller, "context": context}).to_string().as_bytes());
    assert_eq!((lost.status, lost.out.as_str()), (1, "no list: token-inactive (caller)\n"));
    let empty = run_with(&["list", "policy.json", "-", "--text"], b"{}");
    assert!(empty.status == 1 && empty.out.contains("`caller`"), "{}", empty.out);
}

#[test]
fn the_host_has_no_list() {
    let check = json!({"action": "server.contact", "target": {"kind": "server", "server": "acme-github"}, "context": {"now": "2026-11-20T12:00:00Z"}});
    run_with(&["list", "policy.json", "-"], check.to_string().as_bytes()).is_an_error("has no caller");
}
