//! Documents: good ones, and good ones that were bent.

use lockstep_generate::{Random, Shape, organisation};
use lockstep_policy::document::Document;
use lockstep_policy::schema::Root;
use lockstep_policy::{Policy, SliceOf};
use lockstep_tests::vectors;
use serde_json::Value;

use super::unsaid::Tally;
use super::{bent, cases, holding, northwind, schema, shared, validator};

/// A document in which everything occurs, the vectors' and Northwind's.
fn written() -> Vec<Value> {
    let full = std::fs::read_to_string(super::project().join("core/src/document/full.json")).unwrap();
    let mut documents: Vec<Value> = [full, northwind("policy.json")].iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    documents.extend(vectors::all().into_iter().map(|file| file.policy));
    documents
}

/// The root's slice of a document, and one of a user in a workspace where there is any.
fn slices(text: &str) -> Vec<String> {
    let policy = Policy::load(text.as_bytes()).unwrap();
    let document = policy.document();
    let scopes = document.scopes.iter().map(|scope| policy.slice(SliceOf::Scope(&scope.id)));
    let workspaces =
        document.users.iter().flat_map(|user| user.member_of.iter().map(|workspace| SliceOf::User { user: &user.id, workspace }));
    let of_users = workspaces.map(|of| policy.slice(of));
    scopes.take(3).chain(of_users.filter(Result::is_ok).take(3)).map(|slice| slice.unwrap().canonical()).collect()
}

#[test]
fn good_documents_are_right() {
    let validator = validator(&schema(Root::Document));
    let mut tally = Tally::default();
    let mut texts: Vec<String> = written().iter().map(Value::to_string).collect();
    texts.extend((0..40).map(|seed| organisation(seed, &Shape::dense())));
    texts.push(organisation(1, &Shape::tenants(3)));
    let slice = std::fs::read_to_string(super::project().join("core/src/document/slice.json")).unwrap();
    let slices: Vec<String> = texts[..20].iter().flat_map(|text| slices(text)).chain([slice]).collect();
    texts.extend(slices);
    if let Some(folder) = shared("the shared organisations") {
        let folders = holding(&folder, "policy.json");
        texts.extend(folders.iter().map(|folder| std::fs::read_to_string(folder.join("policy.json")).unwrap()));
    }
    for text in &texts {
        let document = Document::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
        for text in [text, &document.canonical(), &document.pretty()] {
            tally.hold(&validator, text, &serde_json::from_str(text).unwrap(), None);
        }
    }
    tally.finish("good documents");
    assert_eq!(tally.right, 3 * texts.len());
}

#[test]
fn shared_documents_are_judged_as_the_check_does() {
    let Some(folder) = shared("the shared documents") else { return };
    let validator = validator(&schema(Root::Document));
    let mut tally = Tally::default();
    let mut no_json = 0;
    for file in ["valid.jsonl", "invalid.jsonl"] {
        for line in std::fs::read_to_string(folder.join("documents").join(file)).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let text = case["text"].as_str().unwrap();
            // What isn't JSON, or isn't read by this reader of JSON, has no schema to meet.
            let Ok(value) = serde_json::from_str::<Value>(text) else {
                no_json += 1;
                continue;
            };
            tally.hold(&validator, text, &value, Document::read(text.as_bytes()).err().as_ref());
        }
    }
    println!("shared documents that are no JSON: {no_json}");
    tally.finish("shared documents");
    assert!(tally.right > 50 && tally.both > 100 && tally.check_alone > 20, "{tally:?}");
}

#[test]
fn bent_documents_are_judged_as_the_check_does() {
    let validator = validator(&schema(Root::Document));
    let mut random = Random::new(1, "bent documents");
    let mut tally = Tally::default();
    let mut documents = written();
    documents.retain(|document| document.to_string().len() < 20_000);
    documents.extend((0..30).map(|seed| serde_json::from_str(&organisation(seed, &Shape::tiny())).unwrap()));
    for round in 0..cases() {
        let document = if round % 4 == 0 { documents[0].clone() } else { random.pick(&documents).clone() };
        let document = bent(&mut random, document);
        let text = document.to_string();
        tally.hold(&validator, &text, &document, Document::read(text.as_bytes()).err().as_ref());
    }
    tally.finish("bent documents");
    let enough = |count: usize, percent: usize| count * 100 > cases() * percent;
    assert!(enough(tally.right, 10) && enough(tally.both, 30) && enough(tally.check_alone, 5), "too one-sided to say much");
    assert!(tally.unsaid.len() >= 10, "too few of the rules that a schema can't say were broken");
}
