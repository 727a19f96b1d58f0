//! The documents that the project was handed: each wrong one is refused at one of the places that it names, each right
//! one is accepted (contract 2, "Problems" and "Valid").

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

use std::path::PathBuf;

use lockstep_policy::document::Document;
use serde_json::Value;

/// The environment variable that names the folder.
const FOLDER: &str = "LOCKSTEP_SHARED_VECTORS";

struct Case {
    name: String,
    text: String,
    at: Vec<String>,
}

/// The cases of a file; none, loudly, where there is no folder.
fn cases(file: &str) -> Vec<Case> {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        eprintln!("DID NOT RUN: {file} of the shared documents, for {FOLDER} isn't set");
        return Vec::new();
    };
    let lines = std::fs::read_to_string(folder.join("documents").join(file)).unwrap();
    let cases: Vec<Case> = lines.lines().map(case).collect();
    assert!(!cases.is_empty(), "{file} has no case");
    cases
}

fn case(line: &str) -> Case {
    let case: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| case[key].as_str().unwrap().to_owned();
    let at = case["at"].as_array().into_iter().flatten().map(|at| at.as_str().unwrap().to_owned()).collect();
    Case { name: text("name"), text: text("text"), at }
}

#[test]
fn wrong_documents_are_refused_where_they_are_wrong() {
    let cases = cases("invalid.jsonl");
    let mut wrong = Vec::new();
    for Case { name, text, at } in &cases {
        match Document::read(text.as_bytes()) {
            Ok(_) => wrong.push(format!("{name}: accepted")),
            Err(problems) if problems.problems.iter().any(|problem| at.contains(&problem.at)) => {}
            Err(problems) => wrong.push(format!("{name}: not at {at:?} but {problems:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn right_documents_are_accepted_and_keep_their_meaning() {
    for Case { name, text, .. } in cases("valid.jsonl") {
        let document = Document::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        let canonical = document.canonical();
        let again = Document::read(canonical.as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(again.canonical(), canonical, "{name}");
    }
}
