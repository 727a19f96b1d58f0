//! Every kind of change is read and written by its one declaration.

use std::collections::BTreeSet;

use lockstep_generate::{Random, bend};
use serde_json::{Value, json};

use super::{Ask, Change, ChangeKind};
use crate::document::Document;
use crate::document::json::Writer;
use crate::document::read::{read_fast, shape_problems};
use crate::document::shape::Shape;

/// One of each kind, members in canonical order.
fn examples() -> Vec<Value> {
    serde_json::from_str(include_str!("examples.json")).unwrap()
}

/// A change's text with `kind` first, which a bent one may lack.
fn text(change: &Value) -> String {
    let Value::Object(members) = change else { return change.to_string() };
    let mut order: Vec<(&String, &Value)> = members.iter().collect();
    order.sort_by_key(|(key, _)| *key != "kind");
    let members: Vec<String> = order
        .into_iter()
        .map(|(key, value)| match value {
            Value::Array(changes) if key == "changes" => {
                format!("\"changes\":[{}]", changes.iter().map(text).collect::<Vec<_>>().join(","))
            }
            value => format!("{}:{value}", Value::from(key.as_str())),
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

#[test]
fn every_kind_is_read_and_written() {
    let mut kinds = BTreeSet::new();
    for example in examples() {
        let text = text(&example);
        let change: Change<'_> = read_fast(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(shape_problems::<Change<'_>>(text.as_bytes()), None, "{text}");
        kinds.insert(example["kind"].as_str().unwrap().to_owned());
        let mut out = Writer::compact();
        Shape::write(&Shape::into_owned(change), &mut out);
        let mut written: Value = serde_json::from_str(&out.finish()).unwrap();
        // A list that is empty where its absence means the same isn't written (contract 1).
        for (key, value) in example.as_object().unwrap() {
            if *value == json!([]) && written.get(key).is_none() {
                written[key] = json!([]);
            }
        }
        assert_eq!(written, example);
    }
    assert_eq!(kinds, ChangeKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect());
}

#[test]
fn the_order_of_members_says_nothing() {
    let late = br#"{"scope": "acme", "preset": "lockdown", "kind": "preset"}"#;
    assert_eq!(shape_problems::<Change<'_>>(late), None);
}

#[test]
fn the_slow_reader_is_silent_on_what_the_fast_one_takes() {
    let mut random = Random::new(1, "changes");
    let (mut taken, mut refused) = (0, 0);
    for round in 0..3000 {
        let examples = examples();
        let mut change = random.pick(&examples).clone();
        bend(&mut random, &mut change);
        let text = text(&change);
        let problems = shape_problems::<Change<'_>>(text.as_bytes());
        // What is in an imported document is its own reader's matter; where that refuses it, the slow one has the word.
        let fast = read_fast::<Change<'_>>(&text).is_some() && !imports_badly(&change);
        assert!(!fast || problems.is_none(), "round {round}: {text}: {problems:?}");
        if fast { taken += 1 } else { refused += 1 }
    }
    assert!(taken > 200 && refused > 1000, "{taken} taken, {refused} refused: too one-sided to say much");
}

/// Whether a document that a change imports isn't one.
fn imports_badly(change: &Value) -> bool {
    let inner = change["changes"].as_array();
    let own = change["kind"] == "import" && Document::read(change["document"].to_string().as_bytes()).is_err();
    own || inner.is_some_and(|changes| changes.iter().any(imports_badly))
}

#[test]
fn an_actor_is_a_user_or_the_host() {
    let ask = |actor: &str| {
        let change = r#"{"kind": "remove-user", "user": "ana"}"#;
        let text = format!(r#"{{"actor": {actor}, "now": "2026-11-20T12:00:00Z", "revision": 42, "change": {change}}}"#);
        Ask::problems(text.as_bytes()).is_none()
    };
    assert!(ask(r#"{"user": "omar"}"#));
    assert!(ask(r#"{"user": "omar", "confirmedAt": "2026-11-20T11:58:00Z"}"#));
    assert!(ask(r#"{"host": true}"#));
    for wrong in [
        "{}",
        r#"{"host": false}"#,
        r#"{"host": true, "user": "omar"}"#,
        r#"{"host": true, "confirmedAt": "2026-11-20T11:58:00Z"}"#,
        r#"{"confirmedAt": "2026-11-20T11:58:00Z"}"#,
        "null",
    ] {
        assert!(!ask(wrong), "{wrong}");
    }
}
