//! `lockstep test`.

use std::fs;

use serde_json::json;

use crate::run::{Run, folder, northwind, run};

/// Runs a test file of a text, with Northwind's policy beside it.
fn tested(name: &str, text: &str) -> Run {
    let folder = folder(name);
    fs::copy(northwind().join("policy.json"), folder.join("policy.json")).unwrap();
    let file = folder.join("it.test.json");
    fs::write(&file, text).unwrap();
    run(&["test", file.to_str().unwrap()])
}

/// A test file with a request, and what else its case has.
fn case(more: &str) -> String {
    format!(
        r#"{{"policy": "policy.json", "context": {{"now": "2026-11-20T12:00:00Z", "downstream": {{"acme-github": "ready"}}, "canAsk": true}},
            "cases": [{{"name": "it", "request": {{"action": "tool.call",
                "caller": {{"user": "ana", "credential": {{"kind": "platform"}}, "workspace": "acme-hq", "agent": "assistant"}},
                "target": {{"kind": "tool", "server": "acme-github", "tool": "issue_write"}}{more}}}]}}"#
    )
}

#[test]
fn a_failure_names_the_case_the_difference_and_the_layers() {
    let run = run(&["test", "policy.test.json", "failing.test.json"]);
    assert_eq!((run.status, run.err.as_str()), (1, ""));
    assert_eq!(run.out.lines().last(), Some("21 passed, 1 failed"));
    assert_eq!(run.out.matches('✓').count(), 21);
    let failure = run.out.split('✗').nth(1).unwrap();
    for words in [
        " Slack is open at Acme (fails by intent: the MSP locked it)\n",
        "outcome: expected \"allow\", got \"deny\"\n",
        "reason: expected \"allowed\", got \"integration-off\"\n",
        "scope-policy: deny integration-off, Locked by MSP\n",
    ] {
        assert!(failure.contains(words), "{words:?} isn't in {failure}");
    }
    assert_eq!(crate::run::run(&["test", "policy.test.json"]).status, 0);
    assert_eq!(crate::run::run(&["test", "policy.test.json", "failing.test.json", "--text"]).out, run.out);
}

#[test]
fn as_json_it_says_the_same() {
    let json = run(&["test", "policy.test.json", "failing.test.json", "--json"]).json();
    assert_eq!((&json["passed"], &json["failed"]), (&21.into(), &1.into()));
    let failed = &json["files"][1]["cases"][1];
    assert_eq!(failed["differences"][0], json!({"at": "/outcome", "expected": "allow", "got": "deny"}));
    assert_eq!((&failed["layers"][0]["layer"], &failed["passed"]), (&"scope-policy".into(), &false.into()));
}

/// A member of a case's own context replaces the file's; the others stay.
#[test]
fn a_request_inherits_the_context() {
    let asks = r#"}, "expect": {"outcome": "ask"}"#;
    assert_eq!(tested("inherits", &case(asks)).status, 0);
    let cannot = r#", "context": {"canAsk": false}}, "expect": {"reason": "approval-unavailable"}"#;
    assert_eq!(tested("replaces", &case(cannot)).status, 0);
    let pending = r#", "context": {"downstream": {}}}, "expect": {"reason": "authorization-pending"}"#;
    assert_eq!(tested("replaces-whole", &case(pending)).status, 0);
}

/// What a request says twice is its mistake here as everywhere.
#[test]
fn a_request_is_read_as_strictly_as_elsewhere() {
    let invalid = r#"}, "expect": {"outcome": "deny", "reason": "invalid-request"}"#;
    for (name, more) in
        [("own", r#", "action": "tool.list""#), ("contexts", r#", "context": {}, "context": {}"#), ("null", r#", "context": null"#)]
    {
        let run = tested(&format!("strict-{name}"), &case(&format!("{more}{invalid}")));
        assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    }
    let run = tested("strict-tells", &case(r#", "colour": 1}, "expect": {"outcome": "ask"}"#));
    assert!(run.status == 1 && run.out.contains("/colour: "), "{}", run.out);
}

#[test]
fn a_part_that_is_missing_fails() {
    let run = tested("missing", &case(r#"}, "expect": {"outcome": "ask", "lock": {"badge": "Locked by MSP"}, "obligations": []}"#));
    assert_eq!(run.status, 1);
    assert!(run.out.contains("obligations: expected [], got nothing\n"), "{}", run.out);
    let allowed = run_nothing(&case(r#"}, "expect": {"obligations": null}"#));
    assert_eq!(allowed.status, 0, "{}", allowed.out);
}

fn run_nothing(text: &str) -> Run {
    tested("null-is-nothing", text)
}

/// Unknown members, and what could never fail, are errors with their place.
#[test]
fn a_test_file_is_read_strictly() {
    let unknown = tested("unknown", "{\n  \"policy\": \"policy.json\",\n  \"contxt\": {}, \"cases\": []}");
    unknown.is_an_error("is no test file");
    assert!(unknown.err.contains("it.test.json:3:3: error[unknown-key]: unknown member `contxt`"), "{}", unknown.err);
    for (name, text, message) in [
        ("lacks", r#"{"policy": "policy.json"}"#.to_owned(), "error[missing]: missing member `cases`"),
        ("list", "[]".to_owned(), "a test file, an object with `policy`, `context` and `cases`"),
        ("cut", r#"{"policy": "#.to_owned(), "error[syntax]"),
        ("no-expect", case("}"), "missing member `expect`"),
        ("empty", case(r#"}, "expect": {}"#), "`expect` is empty"),
        ("twice", case(r#"}, "expect": {"outcome": "ask", "outcome": "deny"}"#), "`expect` has a key twice"),
        ("text", case(r#"}, "expect": "allow""#), "`expect` isn't an object"),
        ("context", r#"{"policy": "policy.json", "context": 1, "cases": []}"#.to_owned(), "expected an object"),
        ("no-cases", r#"{"policy": "policy.json", "cases": []}"#.to_owned(), "`cases` is empty"),
        ("typo", case(r#"}, "expect": {"outcom": "deny"}"#), "a decision has no member `outcom`"),
        ("policy", case(r#"}, "expect": {"outcome": "deny"}"#).replace("policy.json", "other.json"), "there is no file"),
    ] {
        tested(&format!("strict-file-{name}"), &text).is_an_error(message);
    }
}

/// A file that can't be read stops no other.
#[test]
fn all_files_are_run() {
    let run = run(&["test", "no-such.json", "policy.test.json"]);
    run.is_an_error("there is no file `no-such.json`");
    assert_eq!(run.out.lines().last(), Some("20 passed, 0 failed"));
}
