//! Changes: what the core answers, in the form in which others' answers are compared with it.

use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use serde_json::{Value, json};

/// What applying gives: permitted, changed, revision, and the next document where it changed; or reason, lock and index.
pub fn core_answer(policy: &Policy, request: &str) -> Value {
    match policy.apply(&ChangeRequest::read(request.as_bytes())) {
        Ok(applied) => {
            let mut answer = json!({"permitted": true, "changed": applied.changed, "revision": applied.revision()});
            if applied.changed {
                answer["document"] = serde_json::from_str(&applied.policy.document().canonical()).unwrap();
            }
            answer
        }
        Err(refusal) => {
            let answer: Value = serde_json::from_str(&refusal.to_json()).unwrap();
            crate::only(&answer, &["permitted", "reason", "lock", "index"])
        }
    }
}
