//! The JSON schemas: kept as generated, held against the check on good and bent texts, and by every answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod answers;
mod changes;
mod documents;
mod edges;
mod kept;
mod nudge;
mod requests;
mod unsaid;

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use lockstep_generate::{Random, bend};
use lockstep_policy::schema::Root;
use serde_json::Value;

/// How many bent texts of each sort are tried: `LOCKSTEP_SCHEMA_CASES`.
fn cases() -> usize {
    std::env::var("LOCKSTEP_SCHEMA_CASES").map_or(3000, |cases| cases.parse().expect("LOCKSTEP_SCHEMA_CASES is a number"))
}

fn schema(root: Root) -> Value {
    serde_json::from_str(&root.to_json()).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// Bends a value in a place or two: half the time in any way, else so that types stay.
fn bent(random: &mut Random, mut value: Value) -> Value {
    let bend = if random.chance(50) { bend } else { nudge::nudge };
    for _ in 0..=random.below(2) {
        bend(random, &mut value);
    }
    value
}

/// What a schema has against a value.
fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn northwind(name: &str) -> String {
    std::fs::read_to_string(project().join("host-demo/examples/northwind").join(name)).unwrap()
}

/// The decisions, documents and changes that others worked out; none, loudly, where there is no such folder.
fn shared(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("LOCKSTEP_SHARED_VECTORS").map(PathBuf::from);
    if folder.is_none() {
        println!("NOT RUN: {what}, because LOCKSTEP_SHARED_VECTORS names no folder");
    }
    folder
}

/// The folders of a folder that hold a file of that name.
fn holding(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join(name).is_file());
    folders.sort();
    assert!(!folders.is_empty(), "nothing in {} holds {name}", folder.display());
    folders
}
