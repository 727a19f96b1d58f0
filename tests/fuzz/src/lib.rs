//! What must hold of any input, a module a target. A `check` panics when it doesn't.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a fuzz target says by a panic what it found"
)]

pub mod address;
pub mod document;
pub mod edit;
pub mod load_decide;
pub mod problems;
pub mod request;

use serde_json::Value;

/// Reads an answer, which must be JSON.
pub fn json(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_else(|error| panic!("no JSON, {error}: {answer}"))
}

/// The text of an object with one member more at its beginning, which no shape knows; none where it begins with no object.
pub fn with_unknown_member(text: &[u8]) -> Option<Vec<u8>> {
    const UNKNOWN: &[u8] = br#""no shape knows this":0,"#;
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let (head, rest) = text.split_at(start + 1);
    (head.ends_with(b"{") && rest.contains(&b'"')).then(|| [head, UNKNOWN, rest].concat())
}
