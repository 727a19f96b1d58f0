//! A policy's document says what the document said that it was compiled from, and reading it gives the same policy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use lockstep_generate::{Shape, organisation};
use lockstep_policy::Policy;
use lockstep_policy::document::Document;
use lockstep_tests::vectors;

fn documents() -> impl Iterator<Item = (String, String)> {
    let vectors = vectors::all().into_iter().map(|file| (file.name, file.policy.to_string()));
    let shared = std::env::var("LOCKSTEP_SHARED_VECTORS").into_iter().flat_map(|folder| {
        let text = std::fs::read_to_string(format!("{folder}/documents/valid.jsonl")).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.into_iter().map(|line| (line["name"].as_str().unwrap().to_owned(), line["text"].as_str().unwrap().to_owned()))
    });
    let generated = (0..300).map(|seed| (format!("organisation {seed}"), organisation(seed, &Shape::dense())));
    vectors.chain(shared).chain(generated)
}

#[test]
fn a_policy_gives_its_document_back() {
    let mut compared = 0;
    for (name, text) in documents() {
        let document = Document::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let policy = Policy::load(text.as_bytes()).unwrap();
        let canonical = document.canonical();
        assert_eq!(policy.document().canonical(), canonical, "{name}");
        assert_eq!(policy.digest(), document.digest(), "{name}");
        let again = Policy::load(canonical.as_bytes()).unwrap_or_else(|problems| panic!("{name}, canonical: {problems}"));
        assert_eq!(again.document().canonical(), canonical, "{name}");
        let pretty =
            Document::read(document.pretty().as_bytes()).unwrap_or_else(|problems| panic!("{name}, pretty: {problems}")).canonical();
        assert_eq!(pretty, canonical, "{name}");
        compared += 1;
    }
    println!("documents given back: {compared}");
    assert!(compared > 300);
}
