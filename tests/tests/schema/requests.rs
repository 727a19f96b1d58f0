//! Requests for decisions and lists: as they are asked, and bent.

use lockstep_generate::{Random, Shape, lists, organisation, requests};
use lockstep_policy::decide::{ListRequest, Request};
use lockstep_policy::schema::Root;
use lockstep_tests::vectors::{self, Question};
use serde_json::Value;

use super::unsaid::Tally;
use super::{bent, cases, holding, northwind, schema, shared, validator};

/// Every request that is at hand, good or not; those for lists apart.
fn asked() -> (Vec<String>, Vec<String>) {
    let mut decisions: Vec<String> = northwind("requests.jsonl").lines().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for case in vectors::all().into_iter().flat_map(|file| file.cases) {
        match case.question {
            Question::Decide(text) | Question::Explain(text, _) => decisions.push(text),
            Question::List(text) => rows.push(text),
        }
    }
    for seed in 0..20 {
        let document: Value = serde_json::from_str(&organisation(seed, &Shape::tiny())).unwrap();
        decisions.extend(requests(seed, &document, 60));
        rows.extend(lists(seed, &document, 20));
    }
    if let Some(folder) = shared("the shared requests") {
        for folder in holding(&folder, "requests.jsonl") {
            decisions.extend(std::fs::read_to_string(folder.join("requests.jsonl")).unwrap().lines().map(str::to_owned));
        }
    }
    (decisions, rows)
}

/// Holds a schema against a reader, on the texts as they are and bent.
fn hold(root: Root, texts: &[String], checked: impl Fn(&str, &mut dyn FnMut(Option<&lockstep_policy::document::Problems>))) -> Tally {
    let validator = validator(&schema(root));
    let mut tally = Tally::default();
    let mut values = Vec::new();
    for text in texts {
        // What isn't JSON has no schema to meet.
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        checked(text, &mut |problems| tally.hold(&validator, text, &value, problems));
        values.push(value);
    }
    tally.finish(&format!("{}, as asked", root.name()));
    assert!(tally.right * 2 > values.len(), "most of them are right");
    let mut random = Random::new(1, root.name());
    let mut tally = Tally::default();
    for _ in 0..cases() {
        let value = random.pick(&values).clone();
        let value = bent(&mut random, value);
        let text = value.to_string();
        checked(&text, &mut |problems| tally.hold(&validator, &text, &value, problems));
    }
    tally.finish(&format!("{}, bent", root.name()));
    let enough = |count: usize, percent: usize| count * 100 > cases() * percent;
    assert!(enough(tally.right, 10) && enough(tally.both, 30), "too one-sided to say much");
    tally
}

#[test]
fn requests_are_judged_as_the_check_does() {
    let (texts, _) = asked();
    hold(Root::Request, &texts, |text, then| then(Request::read(text.as_bytes()).problems()));
}

#[test]
fn requests_for_lists_are_judged_as_the_check_does() {
    let (_, texts) = asked();
    hold(Root::ListRequest, &texts, |text, then| then(ListRequest::read(text.as_bytes()).problems()));
}
