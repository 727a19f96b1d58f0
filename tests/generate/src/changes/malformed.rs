//! Changes that break a shape at one place (P-11's first `invalid-request`).

use serde_json::{Value, json};

use crate::random::Random;

/// Breaks a change somewhere. Where it breaks what may be left out, what is left may still be right; a name that is too long alone is
/// late, `too-large`.
pub(super) fn bent(random: &mut Random, change: &mut Value) {
    let Some(members) = change.as_object_mut() else { return };
    let names: Vec<String> = members.keys().filter(|name| *name != "kind").cloned().collect();
    let name = random.any(&names).cloned().unwrap_or_else(|| "kind".to_owned());
    match random.below(8) {
        0 => {
            members.remove(&name);
        }
        1 => {
            members.insert("extra".to_owned(), json!(1));
        }
        2 => {
            members.insert(name, Value::Null);
        }
        3 => {
            members.insert(name, random.pick(&[json!(7), json!(true), json!([]), json!({}), json!("")]).clone());
        }
        4 => {
            members.insert("kind".to_owned(), random.pick(&[json!("Set"), json!("set-everything"), json!(""), Value::Null]).clone());
        }
        5 => {
            members.insert(
                name,
                random
                    .pick(&[json!(" led"), json!("trailed "), json!("x".repeat(129)), json!("x".repeat(1025)), json!("a\u{202e}b")])
                    .clone(),
            );
        }
        6 => {
            members.insert("as".to_owned(), Value::Null);
        }
        _ => {
            // One level down, if there is one.
            let inner = members.values_mut().find(|value| value.is_object());
            match inner {
                Some(inner) => inner["unheard-of"] = json!("x"),
                None => members.retain(|name, _| name == "kind"),
            }
        }
    }
}

/// Breaks the text of a whole request: cut off, followed by something, a member twice, a number with a point.
pub(super) fn broken(random: &mut Random, text: &str) -> String {
    match random.below(5) {
        0 => text.chars().take(text.chars().count() / 2).collect(),
        1 => format!("{text}{{}}"),
        2 => text.replacen('{', "{\"now\": \"2026-11-20T12:00:00Z\", ", 1),
        3 => text.replacen("\"revision\":", "\"revision\":1.0e0, \"revision\":", 1),
        _ => String::new(),
    }
}
