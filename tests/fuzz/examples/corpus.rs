//! Writes what fuzzing begins with, from the vectors: `cargo run --example corpus -- FOLDER`, a folder a target.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool of the tests says by a panic what went wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lockstep_generate::{Shape, organisation};
use lockstep_policy::Policy;
use lockstep_policy::digest::Digest;
use lockstep_tests::vectors::{self, Question};
use serde_json::Value;

fn main() {
    let folder = std::env::args().nth(1).expect("the folder for the corpus");
    let folder = Path::new(&folder);
    let (mut documents, mut requests, mut addresses) = (Vec::new(), Vec::new(), BTreeSet::new());
    for file in vectors::all() {
        find_addresses(&file.policy, &mut addresses);
        let text = file.policy.to_string();
        let policy = Policy::load(text.as_bytes()).expect("a vector's document is valid");
        documents.push(policy.document().canonical());
        documents.push(text);
        for case in file.cases {
            let (Question::Decide(text) | Question::List(text) | Question::Explain(text, _)) = case.question;
            serde_json::from_str(&text).iter().for_each(|request| find_addresses(request, &mut addresses));
            requests.push(text);
        }
    }
    documents.extend((0..40).map(|seed| organisation(seed, &Shape::tiny())));
    let northwind = include_str!("../../../host-demo/examples/northwind/requests.jsonl");
    requests.extend(northwind.lines().map(str::to_owned));
    let addresses: Vec<String> = addresses.into_iter().collect();
    // Each beside itself, and beside its neighbours, which are often alike.
    let lines =
        addresses.windows(2).flat_map(|pair| [format!("{0}\n{1}\n{0}", pair[0], pair[1]), format!("{0}\n{1}\n{1}", pair[1], pair[0])]);
    write(&folder.join("document"), documents.into_iter().map(String::into_bytes));
    write(&folder.join("request"), requests.into_iter().map(String::into_bytes));
    write(&folder.join("address"), lines.map(String::into_bytes));
    write(&folder.join("load_decide"), choices());
}

/// Every text with a scheme in it: addresses and patterns.
fn find_addresses(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.contains("://") && !text.contains('\n') => drop(found.insert(text.clone())),
        Value::Array(elements) => elements.iter().for_each(|element| find_addresses(element, found)),
        Value::Object(members) => members.values().for_each(|member| find_addresses(member, found)),
        _ => {}
    }
}

/// Choices for every organisation that a byte can name: none, and two spreads of bytes that are edits and requests.
fn choices() -> impl Iterator<Item = Vec<u8>> {
    (0..=u8::MAX).flat_map(|number| {
        let spread = |seed: &str| Digest::of(format!("{seed}{number}").as_bytes()).to_string().into_bytes();
        [vec![number], [vec![number], spread("a")].concat(), [vec![number], spread("b"), spread("c")].concat()]
    })
}

fn write(folder: &Path, inputs: impl Iterator<Item = Vec<u8>>) {
    fs::create_dir_all(folder).unwrap();
    let mut names = BTreeSet::new();
    for input in inputs {
        let name = Digest::of(&input).to_string().replace("sha256:", "seed-");
        fs::write(folder.join(&name), input).unwrap();
        names.insert(name);
    }
    println!("{} seeds in {}", names.len(), folder.display());
}
