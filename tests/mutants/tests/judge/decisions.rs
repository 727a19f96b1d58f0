//! Decisions, lists and explanations that the oracle answered.

use std::io::BufRead;

use lockstep_policy::Policy;
use lockstep_tests::{DECIDED, answers, only};
use serde_json::Value;

use crate::suites::load;

/// Whether the core answers each case as the oracle did.
pub fn judge(cases: impl BufRead) -> Result<(), String> {
    let mut policy = None;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(&line.expect("a line")).expect("a case");
        if let Some(text) = case["policy"].as_str() {
            policy = Some(load(text)?);
            continue;
        }
        let policy = policy.as_ref().expect("a policy before its cases");
        let (answer, expected) = answered(policy, &case)?;
        if answer != expected {
            return Err(format!("{case}\n  answered {answer}"));
        }
    }
    Ok(())
}

/// The core's answer and the oracle's.
fn answered(policy: &Policy, case: &Value) -> Result<(Value, Value), String> {
    let text = case["request"].as_str().expect("a request");
    let expected = case["expect"].clone();
    match case["ask"].as_str() {
        Some("decide") => {
            answers::every_way(policy, text)?;
            Ok((only(&answers::decision(policy, text), &DECIDED), expected))
        }
        Some("list") => Ok((answers::list(policy, text), expected)),
        _ => {
            let explanation = answers::explanation(policy, text, case["actor"].as_str().expect("an actor"));
            Ok((answers::explained(&explanation), answers::explained(&expected)))
        }
    }
}
