//! `lockstep explain`.

use serde_json::{Value, json};

use crate::run::{Run, folder, line, run, run_with};

fn explain(line: &str, more: &[&str]) -> Run {
    run_with(&[&["explain", "policy.json", "-"], more].concat(), line.as_bytes())
}

#[test]
fn without_a_user_every_layer_is_shown() {
    let run = explain(&line("requests.jsonl", 99), &[]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let json = run.json();
    let layers: Vec<_> = json["layers"].as_array().unwrap().iter().map(|row| row["layer"].as_str().unwrap()).collect();
    let all = ["caller", "existence", "origin", "catalog", "scope-policy", "server", "agent", "space", "tool", "downstream", "approval"];
    assert_eq!(layers, all);
    assert_eq!(json["decision"]["reason"], "origin-locked");
    let unlock: Vec<_> = json["unlock"].as_array().unwrap().iter().map(|row| row["setting"].as_str().unwrap()).collect();
    assert_eq!(unlock, ["integration/slack", "custom/creation"]);
}

/// L-10: all to who administers there, their own answer to the caller, nothing to anybody else.
#[test]
fn a_user_sees_what_that_user_may_know() {
    let request = line("requests.jsonl", 99);
    assert_eq!(explain(&request, &["--as", "ben"]).json(), explain(&request, &[]).json());
    let own = explain(&request, &["--as", "ana"]);
    assert!(own.json()["layers"].is_null() && own.json()["decision"]["message"].is_string(), "{}", own.out);
    assert!(own.err.starts_with("note: `ana` doesn't administer"), "{}", own.err);
    assert_eq!(explain(&request, &["--as", "hugo"]).json()["decision"]["reason"], "unknown-user");
    explain(&request, &["--as", "nobody"]).is_an_error("has no user `nobody`");
}

#[test]
fn for_reading_it_says_what_would_unlock_it() {
    let text = explain(&line("requests.jsonl", 99), &["--text"]).out;
    assert!(text.starts_with("deny  origin-locked  layer 5 of 11, scope-policy  Locked by MSP\n"), "{text}");
    for words in
        ["The user is told:", "not-applicable", "To unlock it", "integration/slack", "administrators of Tenant Acme Machines or above"]
    {
        assert!(text.contains(words), "{words:?} isn't in {text}");
    }
    let allowed = explain(&line("requests.jsonl", 2), &["--text"]).out;
    assert!(allowed.starts_with("allow  allowed\n") && allowed.contains("must first compare the definition"), "{allowed}");
    assert!(!allowed.contains("To unlock it"), "{allowed}");
    let own = explain(&line("requests.jsonl", 99), &["--text", "--as", "ana"]).out;
    assert!(!own.contains("Northwind MSP") && !own.contains("Verdict"), "{own}");
}

/// Who holds the file needs no administrator in it to see every layer.
#[test]
fn a_policy_without_administrators_shows_every_layer() {
    let folder = folder("no-administrators");
    let policy = folder.join("policy.json");
    std::fs::write(&policy, r#"{"format": "1.0", "revision": 3, "scopes": [{"id": "acme", "level": "tenant", "name": "Acme"}]}"#).unwrap();
    let run = run_with(&["explain", policy.to_str().unwrap(), "-"], line("requests.jsonl", 1).as_bytes());
    assert_eq!(run.json()["decision"]["outcome"], "deny");
    assert_eq!(run.json()["layers"].as_array().map(Vec::len), Some(11), "{}", run.out);
}

#[test]
fn what_is_no_request_is_explained_as_such() {
    let run = explain("{\"action\": \"tool.call\"}", &["--text"]);
    assert!(run.out.starts_with("deny  invalid-request  layer 1 of 11, caller\n"), "{}", run.out);
    assert!(run.out.contains("help:"), "{}", run.out);
    assert_eq!(explain("", &["--exit-status"]).status, 1);
    let two = [line("requests.jsonl", 1), line("requests.jsonl", 2)].join("\n");
    explain(&two, &[]).is_an_error("holds more than one request");
    let pretty = serde_json::from_str::<Value>(&line("requests.jsonl", 1)).unwrap();
    assert_eq!(explain(&format!("{pretty:#}\n"), &[]).json()["decision"]["outcome"], "allow");
}

#[test]
fn the_status_tells_only_when_asked() {
    let status = |number, more: &[&str]| explain(&line("requests.jsonl", number), more).status;
    assert_eq!(
        [status(91, &[]), status(91, &["--exit-status"]), status(28, &["--exit-status"]), status(1, &["--exit-status"])],
        [0, 1, 0, 0]
    );
    assert_eq!(status(91, &["--exit-status", "--as", "ana"]), 1);
}

#[test]
fn a_line_of_a_log_is_found_by_its_id() {
    let folder = folder("log");
    let log = folder.join("calls.jsonl");
    let entry = |id: &str, number: usize, decision: Value| {
        let request: Value = serde_json::from_str(&line("requests.jsonl", number)).unwrap();
        json!({"time": "2026-11-20T12:00:00Z", "id": id, "request": request, "decision": decision, "durationMicros": 3}).to_string()
    };
    let now = json!({"outcome": "allow", "reason": "allowed", "revision": 42});
    let then = json!({"outcome": "allow", "reason": "allowed", "revision": 41});
    let lines = [entry("a", 1, now), "torn {".to_owned(), String::new(), entry("b", 91, then)];
    std::fs::write(&log, lines.join("\n")).unwrap();
    let explain = |id: &str| run(&["explain", "policy.json", "--log", log.to_str().unwrap(), "--id", id]);
    let same = explain("a");
    assert_eq!((&same.json()["decision"]["outcome"], same.err.as_str()), (&"allow".into(), ""));
    let other = explain("b");
    assert_eq!(other.json()["decision"]["reason"], "integration-off");
    assert!(other.err.contains("from revision 41; this policy is revision 42"), "{}", other.err);
    assert!(other.err.contains("it was allow (allowed) then, and is deny (integration-off) now"), "{}", other.err);
    explain("c").is_an_error("has the id `c`");
    // A line of a log can be given as the request, too.
    assert_eq!(self::explain(&lines[3], &[]).json(), other.json());
    for wrong in [["--log", "calls.jsonl"], ["--id", "a"]] {
        assert_eq!(run(&["explain", "policy.json", wrong[0], wrong[1]]).status, 2);
    }
    assert_eq!(run(&["explain", "policy.json"]).status, 2);
}
