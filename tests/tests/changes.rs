//! The vectors of changes, `tests/vectors/change`, against the core: who may, why not, and the next document byte for byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_policy::Policy;
use lockstep_tests::{changes, vectors};

#[test]
fn every_vector_of_changes_is_answered_alike() {
    let (mut alike, mut differences) = (0, Vec::new());
    for (name, file) in vectors::files("change") {
        let policy = Policy::load(file["policy"].to_string().as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        for case in file["cases"].as_array().unwrap() {
            match changes::judge(&policy, &file, case) {
                Ok(()) => alike += 1,
                Err(difference) => differences.push(format!("{name}: {difference}")),
            }
        }
    }
    println!("vectors of changes: {alike} alike, {} different", differences.len());
    assert!(alike > 0 && differences.is_empty(), "{}", differences.join("\n"));
}
