//! An organisation that changes, each change asked of what the one before left.

use lockstep_generate::{Asked, Random, change, changeable};
use lockstep_policy::Policy;
use lockstep_policy::change::{Applied, ChangeRequest, Refusal};
use serde_json::{Value, json};

use crate::model::{elements, text};

/// Changes that are made of each organisation.
pub const LINKS: usize = 20;

/// Where an organisation has come to.
pub struct Chain {
    pub seed: u64,
    pub document: Value,
    pub policy: Policy,
    pub random: Random,
    /// The last change that was made, for whoever reads of a failure.
    pub last: String,
}

impl Chain {
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self::of(seed, purpose, changeable(seed))
    }

    pub fn of(seed: u64, purpose: &str, document: Value) -> Self {
        let policy = Policy::load(document.to_string().as_bytes()).expect("a generated document is valid");
        // As it is written, whatever order it was loaded in.
        Self { seed, document: self::document(&policy), policy, random: Random::new(seed, purpose), last: String::new() }
    }

    /// Any change of what is there now, by anybody.
    pub fn drawn(&mut self) -> Asked {
        change(&mut self.random, &self.document)
    }

    pub fn apply(&self, asked: &str) -> Result<Applied, Refusal> {
        self.policy.apply(&ChangeRequest::read(asked.as_bytes()))
    }

    /// Goes on from what a change has left.
    pub fn follow(&mut self, asked: &str, policy: Policy) {
        self.document = document(&policy);
        self.policy = policy;
        self.last = asked.to_owned();
    }

    /// Where it is, in front of what is wrong there.
    pub fn place(&self) -> String {
        format!("organisation {}, after {}", self.seed, self.last)
    }
}

/// The document of a policy, as it is written.
pub fn document(policy: &Policy) -> Value {
    serde_json::from_str(&policy.document().canonical()).unwrap()
}

/// A change as a request to a policy, by an actor whose password was just given.
pub fn request(policy: &Policy, actor: &Value, now: &Value, change: &Value) -> String {
    let mut actor = actor.clone();
    if actor.get("user").is_some() {
        actor["confirmedAt"] = now.clone();
    }
    json!({"actor": actor, "now": now, "revision": policy.revision(), "change": change}).to_string()
}

/// The kinds of a change, those within a batch with it.
pub fn kinds(change: &Value) -> Vec<&str> {
    let within = elements(&change["changes"]).iter().flat_map(kinds);
    std::iter::once(text(change, "kind")).chain(within).collect()
}

/// An answer without the revision, which counts changes and decides nothing.
pub fn without_revision(answer: &str) -> String {
    let Some((before, after)) = answer.split_once("\"revision\":") else { return answer.to_owned() };
    format!("{before}{}", after.trim_start_matches(|character: char| character.is_ascii_digit()))
}

/// Where two answers differ first, and how; none where they are the same.
pub fn difference(one: &Value, other: &Value) -> Option<String> {
    let differs = |key: &str, one: Option<&Value>, other: Option<&Value>| match (one, other) {
        (Some(one), Some(other)) => difference(one, other).map(|rest| format!("/{key}{rest}")),
        (None, None) => None,
        _ => Some(format!("/{key}: {one:?}, {other:?}")),
    };
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            left.keys().chain(right.keys()).find_map(|key| differs(key, left.get(key), right.get(key)))
        }
        (Value::Array(left), Value::Array(right)) => {
            (0..left.len().max(right.len())).find_map(|place| differs(&place.to_string(), left.get(place), right.get(place)))
        }
        _ => (one != other).then(|| format!(": {one}, {other}")),
    }
}
