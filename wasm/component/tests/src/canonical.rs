//! JSON in one form, by a writer that the component has no part in: members sorted by name.

use serde_json::Value;

/// A value, written.
pub fn write(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let members = members.iter().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), write(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(write).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A text of JSON, read and written.
pub fn rewrite(text: &str) -> String {
    write(&serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}
