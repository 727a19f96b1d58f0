//! The vectors of views, `tests/vectors/view`, against the core: what each page shows, and to whom.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_policy::Policy;
use lockstep_tests::vectors;
use lockstep_tests::views::Case;

#[test]
fn every_vector_of_views_is_answered_alike() {
    let (mut alike, mut differences) = (0, Vec::new());
    for (name, file) in vectors::files("view") {
        let policy = Policy::load(file["policy"].to_string().as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        for case in file["cases"].as_array().unwrap() {
            let found = Case::new(&file, case).differences(&policy);
            if found.is_empty() {
                alike += 1;
            } else {
                differences.push(format!("{name}: {}\n  {}", case["name"], found.join("\n  ")));
            }
        }
    }
    println!("vectors of views: {alike} alike, {} different", differences.len());
    assert!(alike > 0 && differences.is_empty(), "{}", differences.join("\n"));
}
