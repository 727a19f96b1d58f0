//! What order and repetition don't change: answers, and the canonical form (S-8, L-6, contract 1).

use std::cell::Cell;
use std::thread;

use lockstep_generate::{bend, lists, reordered};
use lockstep_policy::Policy;
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::document::Document;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::case::{Case, organisations, organisations_with};
use crate::law::Law;

/// A seed for whatever a law does to a case.
fn seed(random: &mut lockstep_generate::Random, document: &Value, parts: &mut Map<String, Value>) {
    let seed = random.number() >> 1;
    parts.insert("seed".to_owned(), json!(seed));
    parts.insert("lists".to_owned(), json!(lists(seed, document, 4)));
}

/// Everything that a policy answers to requests and lists.
fn answers<'t>(policy: &Policy, requests: impl Iterator<Item = &'t str>, lists: impl Iterator<Item = &'t str>) -> Vec<String> {
    let decide = |text: &str| {
        let request = Request::read(text.as_bytes());
        let decision = policy.decide(&request);
        format!("{} {} {}", decision.to_json(), decision.for_user().to_json(), policy.explain_whole(&request).to_json())
    };
    let list = |text: &str| policy.list(&ListRequest::read(text.as_bytes())).to_json();
    requests.map(decide).chain(lists.map(list)).collect()
}

fn lists_of(case: &Case) -> impl Iterator<Item = &str> + Clone {
    case.part("lists").as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[test]
fn s_8_order_of_members_and_lists_changes_nothing() {
    let law = Law::of_organisations("S-8 the order of members and of lists changes nothing");
    let (moved, asked) = (Cell::new(0_u64), Cell::new(0_u64));
    law.holds(organisations_with(70, seed), |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        let seed = case.part("seed").as_u64().unwrap_or_default();
        let text = reordered(seed, case.document());
        let Ok(other) = Policy::load(text.as_bytes()) else {
            return Err(TestCaseError::fail(format!("reordered, it isn't valid any more: {text}")));
        };
        prop_assert_eq!(policy.document().canonical(), other.document().canonical());
        prop_assert_eq!(policy.digest(), other.digest());
        prop_assert_eq!(Document::read(text.as_bytes()).unwrap().canonical(), policy.document().canonical());
        moved.set(moved.get() + u64::from(*text != *case.document().to_string()));
        // Requests in another order of members, too; those that aren't requests are told so with places, which move.
        let well: Vec<&str> = case.requests().filter(|text| Request::read(text.as_bytes()).problems().is_none()).collect();
        let bent: Vec<String> = well.iter().map(|text| reordered(seed, &serde_json::from_str(text).unwrap())).collect();
        asked.set(asked.get() + well.len() as u64);
        let before = answers(&policy, well.iter().copied(), lists_of(&case));
        let after = answers(&other, bent.iter().map(String::as_str), lists_of(&case));
        prop_assert_eq!(before, after);
        Ok(())
    });
    law.report(format!("{} documents reordered, {} requests", moved.get(), asked.get()));
    assert!(moved.get() * 10 > u64::from(law.cases) * 9 && asked.get() > 20 * u64::from(law.cases), "too little was in another order");
}

#[test]
fn l_6_the_same_policy_and_request_give_the_same_bytes() {
    let law = Law::of_organisations("L-6 same policy, same request, same bytes");
    let compared = Cell::new(0_usize);
    law.holds(organisations_with(30, seed), |case| {
        let (Some(policy), Some(again)) = (case.policy(), case.policy()) else { return Ok(()) };
        let requests = || case.requests();
        let expected = answers(&policy, requests(), lists_of(&case));
        compared.set(compared.get() + expected.len());
        prop_assert_eq!(&answers(&policy, requests(), lists_of(&case)), &expected, "asked again");
        prop_assert_eq!(&answers(&again, requests(), lists_of(&case)), &expected, "loaded again");
        let clone = policy.clone();
        let (texts, lists): (Vec<&str>, Vec<&str>) = (requests().collect(), lists_of(&case).collect());
        let elsewhere = thread::scope(|scope| {
            let ask = || answers(&clone, texts.iter().rev().copied(), lists.iter().rev().copied());
            scope.spawn(ask).join()
        });
        let Ok(mut elsewhere) = elsewhere else { return Err(TestCaseError::fail("another thread panicked")) };
        elsewhere[..texts.len()].reverse();
        elsewhere[texts.len()..].reverse();
        prop_assert_eq!(&elsewhere, &expected, "on another thread, in another order");
        prop_assert_eq!(policy.document().canonical(), again.document().canonical());
        Ok(())
    });
    law.report(format!("{} answers given four times", compared.get()));
    assert!(compared.get() >= 30 * law.cases as usize, "only {} answers", compared.get());
}

/// Documents that are bent in one place after the other and are still valid, each from the one before.
fn bent(random: &mut lockstep_generate::Random, document: &Value, parts: &mut Map<String, Value>) {
    let mut valid = Vec::new();
    let mut last = document.clone();
    for _ in 0..16 {
        let mut candidate = last.clone();
        bend(random, &mut candidate);
        if candidate != last && Document::read(candidate.to_string().as_bytes()).is_ok() {
            valid.push(candidate.clone());
            last = candidate;
        }
    }
    parts.insert("bent".to_owned(), json!(valid));
}

#[test]
fn contract_1_canonical_writing_and_reading_is_the_identity() {
    let law = Law::of_organisations("contract 1: canonical writing and reading is the identity");
    let compared = Cell::new(0_u64);
    law.holds(organisations_with(0, bent), |case| {
        let bent = case.part("bent").as_array().into_iter().flatten();
        for document in bent.chain([case.document()]) {
            let text = document.to_string();
            let Ok(read) = Document::read(text.as_bytes()) else { continue };
            let canonical = read.canonical();
            for written in [&canonical, &read.pretty()] {
                let Ok(again) = Document::read(written.as_bytes()) else {
                    return Err(TestCaseError::fail(format!("written, it isn't valid any more: {written}")));
                };
                prop_assert_eq!(&again.canonical(), &canonical);
                prop_assert_eq!(again.digest(), read.digest());
            }
            let Ok(policy) = Policy::load(canonical.as_bytes()) else { return Err(TestCaseError::fail("canonical, it doesn't load")) };
            prop_assert_eq!(&policy.document().canonical(), &canonical, "given back by the policy");
            prop_assert_eq!(policy.digest(), read.digest());
            prop_assert!(!canonical.contains(":null") && !canonical.contains('\n'), "not canonical: {canonical}");
            compared.set(compared.get() + 1);
        }
        Ok(())
    });
    law.report(format!("{} documents", compared.get()));
    assert!(compared.get() > 2 * u64::from(law.cases), "too few bent documents were valid: {}", compared.get());
}

#[test]
fn l_5_deciding_never_panics_on_any_valid_document() {
    let law = Law::of_organisations("L-5 every request of every valid document is an answer");
    let (asked, documents) = (Cell::new(0_usize), Cell::new(0_u64));
    law.holds(organisations_with(40, bent), |case| {
        // Requests aimed at what the document was before it was bent: they name what may be gone or be of another kind.
        for document in case.part("bent").as_array().into_iter().flatten() {
            let Some(policy) = crate::case::load(document) else { continue };
            documents.set(documents.get() + 1);
            asked.set(asked.get() + answers(&policy, case.requests(), std::iter::empty()).len());
        }
        Ok(())
    });
    law.report(format!("{} requests of {} documents", asked.get(), documents.get()));
    assert!(asked.get() > 20 * law.cases as usize, "only {} requests", asked.get());
}

#[test]
fn a_case_is_made_smaller_down_to_what_breaks_the_law() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut tree = organisations(5).new_tree(&mut runner).unwrap();
    // A law that no document with a server and no case with a request obeys.
    let breaks = |case: &Case| case.document()["servers"].get(0).is_some() && case.requests().next().is_some();
    assert!(breaks(&tree.current()));
    let mut more = tree.simplify();
    let mut smallest = tree.current();
    while more {
        if breaks(&tree.current()) {
            smallest = tree.current();
            more = tree.simplify();
        } else {
            more = tree.complicate();
        }
    }
    assert_eq!(*smallest.document(), json!({"servers": [{}]}));
    assert_eq!(smallest.requests().count(), 1);
}
