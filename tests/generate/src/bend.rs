//! Documents that are wrong in a place, or differ there and are still right.

use serde_json::{Map, Value};

use crate::random::Random;

/// Bends a document in one place: a value that stands elsewhere or is of another type, a member or element more or less.
///
/// Whether the outcome is valid is for its reader to say.
pub fn bend(random: &mut Random, document: &mut Value) {
    let mut places = Vec::new();
    pointers(document, String::new(), &mut places);
    let place = random.pick(&places).clone();
    let value = other(random, document, &places);
    let Some(target) = document.pointer_mut(&place) else { return };
    match (random.below(5), target) {
        (1, Value::Object(members)) if !members.is_empty() => {
            let key = members.keys().nth(random.below(members.len())).cloned().unwrap_or_default();
            members.remove(&key);
        }
        (2, Value::Object(members)) => {
            let key = *random.pick(&["annotations", "colour", "id", "parent", "label", "as", "spaces", "except", "waiver"]);
            members.insert(key.to_owned(), value);
        }
        (3, Value::Array(elements)) if !elements.is_empty() => {
            let twice = random.pick(elements).clone();
            elements.push(twice);
        }
        (4, Value::Array(elements)) if !elements.is_empty() => {
            elements.remove(random.below(elements.len()));
        }
        (_, target) => *target = value,
    }
}

/// All values of a document, by what leads to them.
fn pointers(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(member, format!("{at}/{key}"), all);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

/// Another value for a place: of another type, at a limit, a word of the contract, or one that stands somewhere else.
fn other(random: &mut Random, document: &Value, places: &[String]) -> Value {
    if random.chance(50) {
        let place: &String = random.pick(places);
        return document.pointer(place).cloned().unwrap_or_default();
    }
    match random.below(18) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Value::Bool(false),
        3 => Value::from(0),
        4 => Value::from(1_u64 << 53),
        5 => Value::from(-1),
        6 => Value::from(1.5),
        7 => Value::from(""),
        8 => Value::from("\u{202e}"),
        9 => Value::from("x".repeat(random.between(1_000, 1_500))),
        10 => Value::from("x".repeat(17_000)),
        11 => Value::Array(Vec::new()),
        12 => Value::Object(Map::new()),
        _ => Value::from(
            *random.pick(&["off", "on", "ask", "deny", "auto", "private", "shared", "read", "write", "none", "disabled", "draft"]),
        ),
    }
}
