//! Changes: what the core answers, in the form in which others' answers are compared with it.

use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use serde_json::{Value, json};

/// What applying gives: permitted, changed, revision, and the next document where it changed; or reason, lock and index.
pub fn core_answer(policy: &Policy, request: &str) -> Value {
    answer_and_next(policy, request).0
}

/// The same, and the next policy.
pub fn answer_and_next(policy: &Policy, request: &str) -> (Value, Option<Policy>) {
    match policy.apply(&ChangeRequest::read(request.as_bytes())) {
        Ok(applied) => {
            let mut answer = json!({"permitted": true, "changed": applied.changed, "revision": applied.revision()});
            if applied.changed {
                answer["document"] = serde_json::from_str(&applied.policy.document().canonical()).unwrap();
            }
            (answer, Some(applied.policy))
        }
        Err(refusal) => {
            let answer: Value = serde_json::from_str(&refusal.to_json()).unwrap();
            (crate::only(&answer, &["permitted", "reason", "lock", "index"]), None)
        }
    }
}

/// The document that a vector expects: the policy with what it sets and what it removes, and the next revision.
pub fn expected_document(policy: &Value, expect: &Value) -> Value {
    let mut document = policy.clone();
    let parts = |pointer: &str| -> (String, String) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        (parent.to_owned(), key.replace("~1", "/").replace("~0", "~"))
    };
    for (pointer, value) in expect["set"].as_object().into_iter().flatten() {
        let (parent, key) = parts(pointer);
        match document.pointer_mut(&parent).unwrap_or_else(|| panic!("{parent} isn't there")) {
            Value::Array(list) if key == "-" || key.parse() == Ok(list.len()) => list.push(value.clone()),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
            Value::Object(members) => drop(members.insert(key, value.clone())),
            other => panic!("{other} has no members"),
        }
    }
    // From the last to the first, so that no removal moves what is removed after it.
    let mut removed: Vec<&str> = expect["remove"].as_array().into_iter().flatten().map(|pointer| pointer.as_str().unwrap()).collect();
    removed.sort_by_key(|pointer| {
        let (parent, key) = parts(pointer);
        (parent.matches('/').count(), parent, key.parse::<usize>().unwrap_or(0))
    });
    for pointer in removed.into_iter().rev() {
        let (parent, key) = parts(pointer);
        match document.pointer_mut(&parent).unwrap() {
            Value::Array(list) => drop(list.remove(key.parse().unwrap())),
            Value::Object(members) => assert!(members.remove(&key).is_some(), "{pointer} isn't there"),
            other => panic!("{other} has no members"),
        }
    }
    document["revision"] = json!(policy["revision"].as_u64().unwrap() + 1);
    document
}

/// Whether a list of events holds what a vector says of each, one after the other.
pub fn holds_events(given: &[Value], wanted: &[Value]) -> bool {
    given.len() == wanted.len() && given.iter().zip(wanted).all(|(given, wanted)| crate::holds(given, wanted))
}
