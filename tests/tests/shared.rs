//! The decisions that others worked out from the same rules: `LOCKSTEP_SHARED_VECTORS` names their folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fs;
use std::path::Path;

use lockstep_policy::Policy;
use lockstep_policy::decide::Request;
use lockstep_tests::{DECIDED, only};
use serde_json::Value;

#[test]
fn shared_decisions_are_alike() {
    let Ok(folder) = std::env::var("LOCKSTEP_SHARED_VECTORS") else {
        println!("NOT RUN: shared_decisions_are_alike, because LOCKSTEP_SHARED_VECTORS names no folder");
        return;
    };
    let mut alike = 0;
    let mut differences = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap().path();
        if entry.join("decisions.jsonl").is_file() {
            compare(&entry, &mut alike, &mut differences);
        }
    }
    println!("shared decisions: {alike} alike, {} different", differences.len());
    assert!(alike > 0 && differences.is_empty(), "{}", differences.join("\n"));
}

fn compare(folder: &Path, alike: &mut usize, differences: &mut Vec<String>) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let policy = Policy::load(read("policy.json").as_bytes()).unwrap_or_else(|problems| panic!("{}: {problems}", folder.display()));
    let (requests, decisions) = (read("requests.jsonl"), read("decisions.jsonl"));
    assert_eq!(requests.lines().count(), decisions.lines().count());
    for (line, (request, decision)) in requests.lines().zip(decisions.lines()).enumerate() {
        let expected: Value = serde_json::from_str(decision).unwrap();
        let answer: Value = serde_json::from_str(&policy.decide(&Request::read(request.as_bytes())).to_json()).unwrap();
        if only(&answer, &DECIDED) == expected {
            *alike += 1;
        } else {
            differences.push(format!("{}:{}\n  {request}\n  expected {expected}\n  answered {answer}", folder.display(), line + 1));
        }
    }
}
