//! Laws that hold both readers together, over good documents that are bent at random.

use lockstep_generate::{Random, Shape, bend, organisation};
use serde_json::Value;

use super::super::wire::Document;
use super::{check, explain, read_fast};

const FULL: &str = include_str!("../full.json");
/// What only a slice has (contract, section 7).
const SLICE: &str = include_str!("../slice.json");

/// How many cases: `LOCKSTEP_LAW_CASES` (`make laws`), else few, so that all tests together stay quick.
fn cases() -> u64 {
    std::env::var("LOCKSTEP_LAW_CASES").map_or(3_000, |text| text.parse().unwrap())
}

/// The document that has every member, a slice, or a random organisation.
fn start(round: u64, full: &Value) -> Value {
    match round % 4 {
        0 => full.clone(),
        2 => serde_json::from_str(SLICE).unwrap(),
        _ => serde_json::from_str(&organisation(round, &Shape::tiny())).unwrap(),
    }
}

/// Whether the fast way takes it, and whether the slow way is silent.
fn both(text: &str) -> (bool, bool) {
    let fast = read_fast::<Document<'_>>(text).is_some_and(|document| check::is_valid(&document));
    (fast, explain(text).count == 0)
}

#[test]
fn the_fast_reader_accepts_exactly_what_the_slow_one_is_silent_on() {
    let mut random = Random::new(1, "both readers");
    let full: Value = serde_json::from_str(FULL).unwrap();
    assert_eq!(both(FULL), (true, true));
    assert_eq!(both(SLICE), (true, true));
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..cases() {
        let mut document = start(round, &full);
        for _ in 0..=random.below(2) {
            bend(&mut random, &mut document);
        }
        let text = document.to_string();
        let (fast, slow) = both(&text);
        assert_eq!(fast, slow, "round {round}: {text}\n{:?}", explain(&text));
        if fast { accepted += 1 } else { refused += 1 }
    }
    report("the fast reader accepts exactly what the slow one is silent on", format_args!("{accepted} accepted"));
    assert!(accepted * 40 > cases() && refused * 2 > cases(), "{accepted} accepted, {refused} refused: too one-sided to say much");
}

#[test]
fn texts_that_are_bent_byte_by_byte_are_judged_alike() {
    let mut random = Random::new(2, "both readers");
    let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "\\ud800", "\\u0041", "0", "-", "e", ".", "null", " ", "\n", "\u{7f}", "é",
        "\u{0}",
    ];
    for round in 0..cases() {
        let mut text = if round.is_multiple_of(2) { FULL.to_owned() } else { organisation(round, &Shape::tiny()) };
        let at = (0..4).map(|_| random.below(text.len())).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match random.below(4) {
            0 => text.truncate(at),
            1 => text.insert_str(at, pieces[random.below(pieces.len())]),
            2 => drop(text.remove(at)),
            _ => {
                text.remove(at);
                text.insert_str(at, pieces[random.below(pieces.len())]);
            }
        }
        let (fast, slow) = both(&text);
        assert_eq!(fast, slow, "round {round}: at {at} of {text}");
    }
    report("both readers judge a text alike that is bent byte by byte", format_args!("documents of every member and organisations"));
}

/// The same law over whole organisations is in `tests/tests/laws`; here over the document that has every member.
#[test]
fn the_canonical_form_is_a_fixed_point_and_means_the_same() {
    let mut random = Random::new(3, "writer");
    let full: Value = serde_json::from_str(FULL).unwrap();
    let mut seen = 0;
    for _ in 0..cases() {
        let mut document = full.clone();
        bend(&mut random, &mut document);
        let text = document.to_string();
        let Ok(document) = Document::read(text.as_bytes()) else { continue };
        seen += 1;
        for written in [document.canonical(), document.pretty()] {
            let again = Document::read(written.as_bytes()).unwrap_or_else(|problems| panic!("{written}: {problems}"));
            assert_eq!(again.canonical(), document.canonical());
            assert_eq!(again.digest(), document.digest());
        }
    }
    report("what is written canonically is read as the same", format_args!("{seen} valid"));
    assert!(seen * 20 > cases(), "only {seen} documents were good ones");
}

/// The line that `make laws` shows.
fn report(law: &str, seen: std::fmt::Arguments<'_>) {
    println!("law S-8, contract 1: {law}: {} cases, 0 failures ({seen})", cases());
}
