//! `lockstep decide`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::run::{line, northwind, program, run, run_with};

/// Every decision of Northwind, in every member that its file gives.
#[test]
fn northwind_is_decided_as_its_file_says() {
    let run = run(&["decide", "policy.json", "requests.jsonl"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let expected = std::fs::read_to_string(northwind().join("decisions.jsonl")).unwrap();
    let expected: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let got = run.lines();
    assert_eq!((got.len(), expected.len()), (123, 123));
    for (number, (got, expected)) in (1..).zip(got.iter().zip(&expected)) {
        for member in ["outcome", "reason", "layer", "source", "lock", "obligations"] {
            assert_eq!(got.get(member), expected.get(member), "{member} of line {number}");
        }
        assert_eq!(got["revision"], 42);
        assert!(got["message"]["user"].is_string() && got["message"]["admin"].is_string());
    }
}

/// Contract 3: a user is sent these members and nothing else.
#[test]
fn for_a_user_it_answers_what_a_user_may_know() {
    let run = run(&["decide", "policy.json", "requests.jsonl", "--for-user"]);
    let known = ["outcome", "reason", "layer", "badge", "message"];
    for answer in run.lines() {
        let answer = answer.as_object().unwrap();
        assert!(answer.keys().all(|member| known.contains(&member.as_str())), "{answer:?}");
        assert!(answer["message"].is_string());
    }
    assert!(run.lines().iter().any(|answer| answer["badge"] == "Locked by MSP"));
}

#[test]
fn a_line_that_is_no_request_is_answered_and_stops_nothing() {
    let good = line("requests.jsonl", 1);
    let input = [good.as_bytes(), b"\n\n  \nnonsense\n\xff\xfe\n{}\n[1]\r\n", good.as_bytes()].concat();
    let run = run_with(&["decide", "policy.json", "-"], &input);
    let answers = run.lines();
    let reasons: Vec<_> = answers.iter().map(|answer| answer["reason"].as_str().unwrap()).collect();
    let invalid = "invalid-request";
    assert_eq!(reasons, ["allowed", invalid, invalid, invalid, invalid, "allowed"]);
    for answer in answers.iter().filter(|answer| answer["reason"] == invalid) {
        assert_eq!((&answer["outcome"], &answer["layer"]), (&"deny".into(), &"caller".into()));
        assert!(!answer["problems"].as_array().unwrap().is_empty());
    }
}

/// Contract 3: a log line is read back; what else it holds isn't looked at.
#[test]
fn a_log_line_is_asked_for_its_request() {
    let request = line("requests.jsonl", 91);
    let plain = run_with(&["decide", "policy.json", "-"], request.as_bytes()).out;
    let odd = r#"{"time": "never", "time": 1e999, "id": null, "decision": {"outcome": "allow", "a": [1, 2]}, "request": REQUEST, "durationMicros": -0}"#;
    let logged = run_with(&["decide", "policy.json", "-"], odd.replace("REQUEST", &request).as_bytes());
    assert_eq!(logged.out, plain);
    assert_eq!(logged.json()["reason"], "integration-off");
    // With an action it is a request that has a member too many; so is one whose request stands twice.
    for line in
        [format!(r#"{{"action": "tool.call", "request": {request}}}"#), format!(r#"{{"request": {request}, "request": {request}}}"#)]
    {
        assert_eq!(run_with(&["decide", "policy.json", "-"], line.as_bytes()).json()["reason"], "invalid-request");
    }
    let inner = request.replacen("\"user\"", "\"user\":\"eve\",\"user\"", 1);
    let doubled = run_with(&["decide", "policy.json", "-"], format!(r#"{{"id": "1", "request": {inner}}}"#).as_bytes());
    assert_eq!(doubled.json()["problems"][0]["code"], "duplicate-key", "a request isn't read more kindly in a log line");
}

#[test]
fn the_status_tells_only_when_asked() {
    let denied = line("requests.jsonl", 91);
    let asked = line("requests.jsonl", 28);
    let open = line("requests.jsonl", 1);
    assert_eq!(run_with(&["decide", "policy.json", "-"], denied.as_bytes()).status, 0);
    let status = |lines: &[&str]| run_with(&["decide", "policy.json", "-", "--exit-status"], lines.join("\n").as_bytes()).status;
    assert_eq!([status(&[&open]), status(&[&open, &asked]), status(&[&denied, &open]), status(&["{"]), status(&[])], [0, 0, 1, 1, 0]);
}

/// An answer comes as soon as its line does, while the next is waited for.
#[test]
fn it_answers_while_input_waits() {
    let mut child = program(&["decide", "policy.json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for number in [1, 91, 28] {
        // The first half of the next line is under way, too.
        stdin.write_all(format!("{}\n{{\"act", line("requests.jsonl", number)).as_bytes()).unwrap();
        stdin.flush().unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_ne!(answer["reason"], "invalid-request");
        stdin.write_all(b"\n").unwrap();
        let mut invalid = String::new();
        stdout.read_line(&mut invalid).unwrap();
        assert!(invalid.contains("invalid-request"), "{invalid}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn for_reading_each_line_says_why() {
    let input = [line("requests.jsonl", 1), String::new(), line("requests.jsonl", 91)].join("\n");
    let whole = run_with(&["decide", "policy.json", "-", "--text"], input.as_bytes()).out;
    assert!(whole.starts_with("    1  allow  allowed\n    3  deny   integration-off (scope-policy), Locked by MSP\n"), "{whole}");
    assert!(whole.contains("MSP Northwind MSP"), "{whole}");
    let told = run_with(&["decide", "policy.json", "-", "--text", "--for-user"], input.as_bytes()).out;
    assert!(!told.contains("Northwind MSP"), "{told}");
}

#[test]
fn the_policy_may_be_standard_input() {
    let policy = std::fs::read(northwind().join("policy.json")).unwrap();
    assert_eq!(run_with(&["decide", "-", "requests.jsonl"], &policy).lines().len(), 123);
    run_with(&["decide", "-", "-"], &policy).is_an_error("standard input can be read only once");
    let known = run_with(
        &["decide", "policy.json", "-"],
        json!({"action": "tool.fly", "context": {"now": "2026-11-20T12:00:00Z"}}).to_string().as_bytes(),
    );
    assert_eq!(known.json()["reason"], "unknown-action");
}
