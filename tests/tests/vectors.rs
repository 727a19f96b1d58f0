//! Every vector, answered by the core, and what the vectors cover.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use lockstep_policy::Policy;
use lockstep_policy::decide::Reason;
use lockstep_tests::vectors::{all, judge};
use lockstep_tests::{addresses, diffs, documents};

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
            failures.extend(judge(&policy, &file, case).err());
        }
    }
    println!("vectors answered: {answered}, failures: {}", failures.len());
    assert!(failures.is_empty(), "{} of {answered}:\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_vector_of_a_document_is_answered() {
    let files = documents::all();
    let cases = files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    let failures: Vec<String> = cases.clone().filter_map(|(file, case)| documents::judge(file, case).err()).collect();
    println!("vectors of documents answered: {}, failures: {}", cases.count(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_vector_of_an_address_is_answered() {
    let cases = addresses::all();
    let failures: Vec<String> = cases.iter().filter_map(|case| addresses::judge(case).err()).collect();
    println!("vectors of addresses answered: {}, failures: {}", cases.len(), failures.len());
    assert!(!cases.is_empty() && failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_vector_of_a_difference_is_answered() {
    let files = diffs::all();
    let cases = files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    let failures: Vec<String> = cases.clone().filter_map(|(file, case)| diffs::judge(file, case).err()).collect();
    println!("vectors of differences answered: {}, failures: {}", cases.clone().count(), failures.len());
    assert!(cases.count() > 0 && failures.is_empty(), "{}", failures.join("\n\n"));
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
        Reason::of_decisions().map(|reason| (reason.code(), shown.get(reason.code()).map_or(0, BTreeSet::len))).collect();
    println!("reason codes: {} of {} shown at least twice", counts.iter().filter(|(_, count)| *count >= 2).count(), counts.len());
    for (code, count) in &counts {
        println!("{count:6} {code}");
    }
    assert!(counts.iter().all(|(_, count)| *count >= 2));
    let unknown: Vec<&String> = shown.keys().filter(|code| Reason::of_code(code).is_none()).collect();
    assert!(unknown.is_empty(), "not in the table of reasons: {unknown:?}");
}
