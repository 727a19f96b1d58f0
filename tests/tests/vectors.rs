//! Every vector, answered by the core, and what the vectors cover.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use lockstep_policy::Policy;
use lockstep_policy::decide::{ListRequest, Reason, Request};
use lockstep_tests::vectors::{Case, File, Question, all};
use lockstep_tests::{DECIDED, holds, only};
use serde_json::Value;

#[test]
fn every_vector_is_answered() {
    let mut failures = Vec::new();
    let mut answered = 0;
    for file in all() {
        let text = file.policy.to_string();
        let policy = match Policy::load(text.as_bytes()) {
            Ok(policy) => policy,
            Err(problems) => {
                failures.push(format!("{}: the document doesn't load: {problems}", file.name));
                continue;
            }
        };
        for case in &file.cases {
            answered += 1;
            if let Some(failure) = failure(&policy, &file, case) {
                failures.push(format!("{}: {}\n{failure}", file.name, case.name));
            }
        }
    }
    println!("vectors answered: {answered}, failures: {}", failures.len());
    assert!(failures.is_empty(), "{} of {answered}:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn failure(policy: &Policy, file: &File, case: &Case) -> Option<String> {
    let (answer, alike) = match &case.question {
        Question::Decide(text) => {
            let answer = parse(&policy.decide(&Request::read(text.as_bytes())).to_json());
            let asked = only(&case.expect, &DECIDED);
            let alike = only(&answer, &DECIDED) == asked
                && answer["revision"] == file.policy["revision"]
                && ["params", "message"].iter().all(|member| case.expect.get(member).is_none_or(|part| holds(&answer[*member], part)));
            (answer, alike)
        }
        Question::List(text) => {
            let answer = parse(&policy.list(&ListRequest::read(text.as_bytes())).to_json());
            let alike = only(&answer, &["rows", "reason", "layer"]) == case.expect;
            (answer, alike)
        }
        Question::Explain(text, actor) => {
            let answer = parse(&policy.explain(&Request::read(text.as_bytes()), actor).to_json());
            let alike = explains(&answer, &case.expect);
            (answer, alike)
        }
    };
    (!alike).then(|| format!("  expected {}\n  answered {answer}", case.expect))
}

/// `layers` may name some layers only; `unlock` is whole where given.
fn explains(answer: &Value, expect: &Value) -> bool {
    expect.as_object().unwrap().iter().all(|(member, expected)| match member.as_str() {
        "decision" => only(&answer["decision"], &["outcome", "reason", "layer", "source", "lock", "obligations", "badge"]) == *expected,
        "layers" => {
            let empty = Vec::new();
            let rows = answer["layers"].as_array().unwrap_or(&empty);
            let expected = expected.as_array().unwrap();
            expected.is_empty() == rows.is_empty()
                && expected.iter().all(|row| rows.iter().any(|answered| answered["layer"] == row["layer"] && holds(answered, row)))
        }
        "unlock" => answer.get("unlock").cloned().unwrap_or_else(|| Value::Array(Vec::new())) == *expected,
        other => panic!("an explanation has no `{other}`"),
    })
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_reason_is_shown_at_least_twice() {
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in all() {
        for case in &file.cases {
            if let Some(reason) = case.expect["reason"].as_str() {
                shown.entry(reason.to_owned()).or_default().insert(format!("{}: {}", file.name, case.name));
            }
        }
    }
    let counts: Vec<(&str, usize)> =
        Reason::ALL.iter().map(|reason| (reason.code(), shown.get(reason.code()).map_or(0, BTreeSet::len))).collect();
    println!("reason codes: {} of {} shown at least twice", counts.iter().filter(|(_, count)| *count >= 2).count(), counts.len());
    for (code, count) in &counts {
        println!("{count:6} {code}");
    }
    assert!(counts.iter().all(|(_, count)| *count >= 2));
    let unknown: Vec<&String> = shown.keys().filter(|code| Reason::of_code(code).is_none()).collect();
    assert!(unknown.is_empty(), "not in the table of reasons: {unknown:?}");
}
