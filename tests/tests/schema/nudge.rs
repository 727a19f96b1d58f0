//! Small bends that keep types: what they break is mostly what a schema can't see.

use lockstep_generate::Random;
use serde_json::Value;

/// Puts a value of the same kind of place elsewhere, or repeats, removes or swaps elements of a list.
pub(crate) fn nudge(random: &mut Random, document: &mut Value) {
    let mut places = Vec::new();
    collect(document, String::new(), &mut places);
    let place = random.pick(&places).clone();
    let alike: Vec<Value> = places
        .iter()
        .filter(|other| kind(other) == kind(&place) || (kind(other).ends_with("At") && kind(&place).ends_with("At")))
        .filter_map(|other| document.pointer(other).filter(|value| !value.is_object() && !value.is_array()).cloned())
        .collect();
    match document.pointer_mut(&place) {
        Some(Value::Array(elements)) if !elements.is_empty() => {
            let (one, other) = (random.below(elements.len()), random.below(elements.len()));
            match random.below(3) {
                0 => elements.push(elements[one].clone()),
                1 => drop(elements.remove(one)),
                _ => elements.swap(one, other),
            }
        }
        Some(Value::Array(_) | Value::Object(_)) | None => {}
        Some(value) if !alike.is_empty() => *value = random.pick(&alike).clone(),
        Some(_) => {}
    }
}

/// What stands at such places: the name of the member, whatever its place in a list.
fn kind(place: &str) -> &str {
    place.rsplit('/').find(|token| token.parse::<usize>().is_err()).unwrap_or_default()
}

fn collect(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                collect(member, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}
