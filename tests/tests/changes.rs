//! The vectors of changes, `tests/vectors/change`, against the core: who may, why not, and the next document byte for byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use lockstep_tests::changes::{core_answer, expected_document, holds_events};
use lockstep_tests::{only, vectors};
use serde_json::{Value, json};

#[test]
fn every_vector_of_changes_is_answered_alike() {
    let (mut alike, mut differences) = (0, Vec::new());
    for (name, file) in vectors::files("change") {
        let policy = Policy::load(file["policy"].to_string().as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        for case in file["cases"].as_array().unwrap() {
            match difference(&policy, &file, case) {
                None => alike += 1,
                Some(difference) => differences.push(format!("{name}: {}\n{difference}", case["name"])),
            }
        }
    }
    println!("vectors of changes: {alike} alike, {} different", differences.len());
    assert!(alike > 0 && differences.is_empty(), "{}", differences.join("\n"));
}

fn difference(policy: &Policy, file: &Value, case: &Value) -> Option<String> {
    let given = |member: &str| if case[member].is_null() { file[member].clone() } else { case[member].clone() };
    let revision = if case["revision"].is_null() { json!(policy.revision()) } else { case["revision"].clone() };
    let request = json!({"actor": given("actor"), "now": given("now"), "revision": revision, "change": case["change"]}).to_string();
    let expect = &case["expect"];
    let answer = core_answer(policy, &request);
    let mut wanted = only(expect, &["permitted", "changed", "reason", "lock", "index"]);
    if wanted["permitted"] == true && wanted["changed"] == true {
        let document = expected_document(&file["policy"], expect);
        let document = Policy::load(document.to_string().as_bytes()).unwrap_or_else(|problems| panic!("{}: {problems}", case["name"]));
        wanted["document"] = serde_json::from_str(&document.document().canonical()).unwrap();
    }
    // A refusal's lock is compared where the vector is about it, and so is its place in a batch.
    let about: Vec<&str> = wanted.as_object().unwrap().keys().map(String::as_str).collect();
    let answer = if answer["permitted"] == true { only(&answer, &["permitted", "changed", "document"]) } else { only(&answer, &about) };
    if answer != wanted {
        return Some(format!("  {request}\n  expected {wanted}\n  answered {answer}"));
    }
    let events = expect["events"].as_array()?;
    let applied = policy.apply(&ChangeRequest::read(request.as_bytes())).unwrap();
    let told: Vec<Value> = applied.events.iter().map(|event| serde_json::from_str(&event.to_json()).unwrap()).collect();
    (!holds_events(&told, events)).then(|| format!("  {request}\n  expected events {events:?}\n  told {told:?}"))
}
