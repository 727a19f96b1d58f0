//! A line of a host's log, which holds a request among other things (contract, section 3).

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};
use serde_json::value::RawValue;

/// What is read of a line; its other members aren't looked at.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default, deserialize_with = "is_there")]
    action: bool,
    #[serde(borrow, default, deserialize_with = "as_it_is")]
    request: Option<&'a RawValue>,
}

/// The text of the request that a line asks: its own, or that of the log line that it is.
///
/// What can't be read is given back as it is; reading it as a request says what is wrong.
pub(crate) fn request_of(line: &[u8]) -> &[u8] {
    match serde_json::from_slice::<Line<'_>>(line) {
        Ok(Line { action: false, request: Some(request) }) => request.get().as_bytes(),
        _ => line,
    }
}

/// What `explain --log` reads of a log line.
#[derive(Deserialize)]
pub(crate) struct Logged<'a> {
    /// The host's id of it.
    pub(crate) id: String,
    /// The request as it was asked.
    #[serde(borrow)]
    pub(crate) request: &'a RawValue,
    /// What was answered.
    #[serde(default)]
    pub(crate) decision: Option<Answered>,
}

/// What is read of a logged decision.
#[derive(Deserialize)]
pub(crate) struct Answered {
    /// The outcome.
    #[serde(default)]
    pub(crate) outcome: Option<String>,
    /// The reason's code.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// The revision of the policy that answered.
    #[serde(default)]
    pub(crate) revision: Option<u64>,
}

// A member that is null is there all the same.
fn is_there<'a, D: Deserializer<'a>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

fn as_it_is<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}
