//! Laws that hold both readers and the writer together, over good documents that are bent at random.

use serde_json::{Map, Value};

use super::super::wire::Document;
use super::{check, explain, read_fast};

const FULL: &str = include_str!("../full.json");

/// A small generator of numbers, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

/// Whether the fast way takes it, and whether the slow way is silent.
fn both(text: &str) -> (bool, bool) {
    let fast = read_fast::<Document<'_>>(text).is_some_and(|document| check::is_valid(&document));
    (fast, explain(text).count == 0)
}

/// All values of a document, by what leads to them.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{at}/{key}"), all);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

/// Another value for a place: of another type, or one that stands somewhere else.
fn other(document: &Value, dice: &mut Dice, places: &[String]) -> Value {
    let simple = [
        Value::Null,
        Value::Bool(true),
        Value::from(0),
        Value::from(1_u64 << 53),
        Value::from(-1),
        Value::from(1.5),
        Value::from(""),
        Value::from("off"),
        Value::from("\u{202e}"),
        Value::from("x".repeat(1500)),
        Value::from("x".repeat(17_000)),
        Value::Array(Vec::new()),
        Value::Object(Map::new()),
        Value::from("hall"),
        Value::from("root"),
        Value::from("private"),
    ];
    let rolled = dice.roll(simple.len() * 2);
    match simple.get(rolled) {
        Some(value) => value.clone(),
        None => {
            let place = &places[dice.roll(places.len())];
            document.pointer(place).cloned().unwrap_or(Value::Null)
        }
    }
}

/// Bends the document in one place.
fn bend(document: &mut Value, dice: &mut Dice) {
    let mut places = Vec::new();
    pointers(document, "", &mut places);
    let place = places[dice.roll(places.len())].clone();
    let value = other(document, dice, &places);
    let Some(target) = document.pointer_mut(&place) else { return };
    match (dice.roll(5), target) {
        (0, target) => *target = value,
        (1, Value::Object(members)) if !members.is_empty() => {
            let key = members.keys().nth(dice.roll(members.len())).cloned().unwrap_or_default();
            members.remove(&key);
        }
        (2, Value::Object(members)) => {
            members.insert(["annotations", "colour", "id", "parent", "label", "as"][dice.roll(6)].to_owned(), value);
        }
        (3, Value::Array(elements)) if !elements.is_empty() => {
            let twice = elements[dice.roll(elements.len())].clone();
            elements.push(twice);
        }
        (4, Value::Array(elements)) if !elements.is_empty() => {
            let at = dice.roll(elements.len());
            elements.remove(at);
        }
        (_, target) => *target = value,
    }
}

#[test]
fn the_fast_reader_accepts_exactly_what_the_slow_one_is_silent_on() {
    let mut dice = Dice(0x10c4_57e9);
    let full: Value = serde_json::from_str(FULL).unwrap();
    assert_eq!(both(FULL), (true, true));
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..6000 {
        let mut document = full.clone();
        for _ in 0..=dice.roll(3) {
            bend(&mut document, &mut dice);
        }
        let text = document.to_string();
        let (fast, slow) = both(&text);
        assert_eq!(fast, slow, "round {round}: {text}\n{:?}", explain(&text));
        if fast { accepted += 1 } else { refused += 1 }
    }
    assert!(accepted > 300 && refused > 3000, "{accepted} accepted, {refused} refused: too one-sided to say much");
}

#[test]
fn texts_that_are_bent_byte_by_byte_are_judged_alike() {
    let mut dice = Dice(0xb17e);
    let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "\\ud800", "\\u0041", "0", "-", "e", ".", "null", " ", "\n", "\u{7f}", "é",
        "\u{0}",
    ];
    for round in 0..6000 {
        let mut text = FULL.to_owned();
        let at = (0..4).map(|_| dice.roll(text.len())).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match dice.roll(4) {
            0 => text.truncate(at),
            1 => text.insert_str(at, pieces[dice.roll(pieces.len())]),
            2 => drop(text.remove(at)),
            _ => {
                text.remove(at);
                text.insert_str(at, pieces[dice.roll(pieces.len())]);
            }
        }
        let (fast, slow) = both(&text);
        assert_eq!(fast, slow, "round {round}: at {at} of {text}");
    }
}

#[test]
fn the_canonical_form_is_a_fixed_point_and_means_the_same() {
    let mut dice = Dice(0xca_0013);
    let full: Value = serde_json::from_str(FULL).unwrap();
    let mut seen = 0;
    for _ in 0..3000 {
        let mut document = full.clone();
        bend(&mut document, &mut dice);
        let text = document.to_string();
        let Ok(document) = Document::read(text.as_bytes()) else { continue };
        seen += 1;
        for written in [document.canonical(), document.pretty()] {
            let again = Document::read(written.as_bytes()).unwrap_or_else(|problems| panic!("{written}: {problems}"));
            assert_eq!(again.canonical(), document.canonical());
            assert_eq!(again.digest(), document.digest());
        }
    }
    assert!(seen > 300, "only {seen} documents were good ones");
}
