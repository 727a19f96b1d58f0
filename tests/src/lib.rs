//! What the tests of this folder share: reading vectors, and comparing answers as JSON.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

pub mod addresses;
pub mod answers;
pub mod changes;
pub mod diffs;
pub mod documents;
pub mod heap;
pub mod organisations;
pub mod previews;
pub mod slices;
pub mod vectors;
pub mod views;

use serde_json::{Map, Value};

/// The members of a decision that vectors and the oracle fix.
pub const DECIDED: [&str; 6] = ["outcome", "reason", "layer", "source", "lock", "obligations"];

/// These members of an object, absent where absent.
pub fn only(value: &Value, members: &[&str]) -> Value {
    let object = value.as_object().expect("an object");
    let kept: Map<String, Value> = members.iter().filter_map(|member| Some((member.to_string(), object.get(*member)?.clone()))).collect();
    Value::Object(kept)
}

/// Whether `part` is in `whole`: each member that it gives, lists whole.
pub fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part)))
        }
        _ => whole == part,
    }
}
