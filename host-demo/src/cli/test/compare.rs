//! What a decision lacks of what was expected.

use serde::Serialize;
use serde_json::{Map, Value};

/// A member that isn't as expected.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// Where in the decision, as a JSON Pointer.
    pub(super) at: String,
    /// What was expected; null: that there is none.
    pub(super) expected: Value,
    /// What is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) got: Option<Value>,
}

/// Compares every member that is expected, at any depth; lists as a whole.
pub(super) fn differences(expected: &Map<String, Value>, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_members(expected, got, "", &mut found);
    found
}

fn compare_members(expected: &Map<String, Value>, got: &Value, at: &str, found: &mut Vec<Difference>) {
    for (name, expected) in expected {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match (expected, got.get(name)) {
            (Value::Null, None) => {}
            (Value::Object(members), Some(got @ Value::Object(_))) => compare_members(members, got, &at, found),
            (expected, Some(got)) if expected == got => {}
            (expected, got) => found.push(Difference { at, expected: expected.clone(), got: got.cloned() }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(expected: &Value, got: &Value) -> Vec<String> {
        differences(expected.as_object().unwrap(), got).into_iter().map(|difference| difference.at).collect()
    }

    #[test]
    fn a_part_is_enough_at_any_depth() {
        let got = json!({"outcome": "deny", "lock": {"badge": "Locked by MSP", "causes": [{"at": "acme"}, {"at": "hq"}]}});
        assert_eq!(places(&json!({"lock": {"badge": "Locked by MSP"}}), &got), [""; 0]);
        assert_eq!(places(&json!({"lock": {"badge": "Locked by Tenant"}, "outcome": "deny"}), &got), ["/lock/badge"]);
        assert_eq!(places(&json!({"lock": {"causes": [{"at": "acme"}]}}), &got), ["/lock/causes"]);
        assert_eq!(places(&json!({"lock": {"causes": [{"at": "acme"}, {"at": "hq"}]}}), &got), [""; 0]);
        assert_eq!(places(&json!({"lock": "none", "a/b": 1}), &got), ["/a~1b", "/lock"]);
    }

    #[test]
    fn null_means_that_there_is_none() {
        assert_eq!(places(&json!({"lock": null}), &json!({"outcome": "allow"})), [""; 0]);
        assert_eq!(places(&json!({"outcome": null}), &json!({"outcome": "allow"})), ["/outcome"]);
    }
}
