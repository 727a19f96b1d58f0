//! The changes that others worked out from the same rules: `LOCKSTEP_SHARED_VECTORS` names the folder that holds theirs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fs;
use std::path::Path;

use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use lockstep_tests::changes::core_answer;
use serde_json::Value;

#[test]
fn shared_changes_are_alike() {
    let Ok(folder) = std::env::var("LOCKSTEP_SHARED_VECTORS") else {
        println!("NOT RUN: shared_changes_are_alike, because LOCKSTEP_SHARED_VECTORS names no folder");
        return;
    };
    let mut alike = 0;
    let mut differences = Vec::new();
    for entry in fs::read_dir(Path::new(&folder).join("changes")).unwrap() {
        let entry = entry.unwrap().path();
        if entry.join("changes.jsonl").is_file() {
            compare(&entry, &mut alike, &mut differences);
        }
    }
    println!("shared changes: {alike} alike, {} different", differences.len());
    assert!(alike > 0 && differences.is_empty(), "{}", differences.join("\n"));
}

fn compare(folder: &Path, alike: &mut usize, differences: &mut Vec<String>) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let policy = Policy::load(read("policy.json").as_bytes()).unwrap_or_else(|problems| panic!("{}: {problems}", folder.display()));
    let (changes, answers) = (read("changes.jsonl"), read("answers.jsonl"));
    assert_eq!(changes.lines().count(), answers.lines().count());
    for (line, (change, answer)) in changes.lines().zip(answers.lines()).enumerate() {
        let mut expected: Value = serde_json::from_str(answer).unwrap();
        if let Some(document) = expected.get_mut("document") {
            *document = serde_json::from_str(&Policy::load(document.to_string().as_bytes()).unwrap().document().canonical()).unwrap();
        }
        let mut answered = core_answer(&policy, change);
        answered.as_object_mut().unwrap().remove("index");
        if answered == expected {
            *alike += 1;
            links_are_true(&policy, change);
        } else {
            differences.push(format!("{}:{}\n  {change}\n  expected {expected}\n  answered {answered}", folder.display(), line + 1));
        }
    }
}

/// A policy made by a change is the one compiled from its document.
fn links_are_true(policy: &Policy, change: &str) {
    if let Ok(applied) = policy.apply(&ChangeRequest::read(change.as_bytes())) {
        let compiled =
            Policy::load(applied.policy.document().canonical().as_bytes()).unwrap_or_else(|problems| panic!("{change}: {problems}"));
        assert_eq!(applied.policy.digest(), compiled.digest());
    }
}
