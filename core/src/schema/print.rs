//! Writing a schema so that a person can read it: keywords in a fixed order, members in the order of their declaration.

use serde_json::Value;

use super::object::ORDER;
use crate::document::json::Writer;

/// The keywords in the order in which they are written; others follow by name.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "title",
    "description",
    "$comment",
    "type",
    "const",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "examples",
    "properties",
    "required",
    "propertyNames",
    "additionalProperties",
    "dependentRequired",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "not",
    "if",
    "then",
    "else",
    "oneOf",
    "anyOf",
    "allOf",
    "$defs",
];

/// The schema as indented JSON, with a line's end at its end; the same on every machine.
pub(super) fn print(schema: &Value) -> String {
    let mut out = Writer::pretty();
    keywords(schema, &mut out);
    let mut text = out.finish();
    text.push('\n');
    text
}

/// A schema, whose members are keywords.
fn keywords(schema: &Value, out: &mut Writer) {
    let Value::Object(members) = schema else { return plain(schema, out) };
    let mut keys: Vec<&String> = members.keys().filter(|key| *key != ORDER).collect();
    keys.sort_by_key(|key| (KEYWORDS.iter().position(|known| known == key).unwrap_or(KEYWORDS.len()), *key));
    let order: Vec<&str> = members.get(ORDER).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    out.open('{');
    for key in keys {
        let Some(value) = members.get(key) else { continue };
        out.key(key);
        match key.as_str() {
            "properties" | "$defs" => named(value, &order, out),
            "oneOf" | "anyOf" | "allOf" => schemas(value, out),
            "items" | "not" | "if" | "then" | "else" | "contains" | "propertyNames" | "additionalProperties" => keywords(value, out),
            _ => plain(value, out),
        }
    }
    out.close('}');
}

/// Schemas by the names of members or definitions: those of `order` first, the others by name.
fn named(value: &Value, order: &[&str], out: &mut Writer) {
    let Value::Object(members) = value else { return plain(value, out) };
    let mut keys: Vec<&String> = members.keys().collect();
    keys.sort_by_key(|key| (order.iter().position(|known| known == key).unwrap_or(order.len()), *key));
    out.open('{');
    for key in keys {
        let Some(schema) = members.get(key) else { continue };
        out.key(key);
        keywords(schema, out);
    }
    out.close('}');
}

fn schemas(value: &Value, out: &mut Writer) {
    let Value::Array(schemas) = value else { return plain(value, out) };
    out.open('[');
    for schema in schemas {
        out.element();
        keywords(schema, out);
    }
    out.close(']');
}

/// A value that is no schema.
fn plain(value: &Value, out: &mut Writer) {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            out.open('{');
            for key in keys {
                out.key(key);
                plain(members.get(key).unwrap_or(&Value::Null), out);
            }
            out.close('}');
        }
        Value::Array(elements) if elements.iter().all(|element| !element.is_array() && !element.is_object()) => {
            let elements: Vec<String> = elements.iter().map(Value::to_string).collect();
            out.raw(&format!("[{}]", elements.join(", ")));
        }
        Value::Array(elements) => {
            out.open('[');
            for element in elements {
                out.element();
                plain(element, out);
            }
            out.close(']');
        }
        Value::String(text) => out.string(text),
        other => out.raw(&other.to_string()),
    }
}
