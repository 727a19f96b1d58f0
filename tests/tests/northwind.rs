//! Northwind, the organisation that newcomers read: it loads, answers as written beside it, and shows everything.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lockstep_policy::Policy;
use lockstep_policy::decide::{Action, Reason, Request};
use lockstep_tests::{DECIDED, only};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../host-demo/examples/northwind")
}

fn lines(name: &str) -> Vec<String> {
    fs::read_to_string(folder().join(name)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn northwind_answers_as_written_and_shows_every_reason() {
    let policy = Policy::load(&fs::read(folder().join("policy.json")).unwrap()).unwrap_or_else(|problems| panic!("{problems}"));
    let (requests, decisions) = (lines("requests.jsonl"), lines("decisions.jsonl"));
    assert_eq!(requests.len(), decisions.len());
    let (mut reasons, mut actions) = (BTreeSet::new(), BTreeSet::new());
    for (line, (text, expected)) in requests.iter().zip(&decisions).enumerate() {
        let request = Request::read(text.as_bytes());
        let decision = policy.decide(&request);
        reasons.insert(decision.reason());
        actions.extend(request.action());
        let answer: Value = serde_json::from_str(&decision.to_json()).unwrap();
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(only(&answer, &DECIDED), expected, "line {}: {text}", line + 1);
    }
    println!("Northwind: {} requests, {} of {} reasons", requests.len(), reasons.len(), Reason::of_decisions().count());
    let missing: Vec<_> = Reason::of_decisions().filter(|reason| !reasons.contains(reason)).collect();
    assert!(missing.is_empty(), "no request shows {missing:?}");
    let missing: Vec<_> = Action::ALL.iter().filter(|action| !actions.contains(action)).collect();
    assert!(missing.is_empty(), "no request asks {missing:?}");
}
