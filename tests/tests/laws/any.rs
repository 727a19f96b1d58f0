//! Any bytes at all are an answer, and an answer that opens nothing unless they are a request (L-5).

use std::cell::Cell;
use std::sync::LazyLock;

use lockstep_generate::{Shape, lists, organisation, requests};
use lockstep_policy::Policy;
use lockstep_policy::Target;
use lockstep_policy::decide::{ListRequest, Moment, Of, Outcome, Reason, Request};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

use crate::law::Law;

/// Organisations that bytes are sent to, each with good requests to start from.
static ORGANISATIONS: LazyLock<Vec<(Policy, Vec<String>)>> = LazyLock::new(|| {
    let one = |seed| {
        let text = organisation(seed, &Shape::dense());
        let document: Value = serde_json::from_str(&text).unwrap();
        let texts = requests(seed, &document, 40).into_iter().chain(lists(seed, &document, 8));
        (Policy::load(text.as_bytes()).unwrap(), texts.collect())
    };
    (0..24).map(one).collect()
});

/// One change to a text.
#[derive(Clone, Debug)]
enum Edit {
    Cut(Index),
    Remove(Index),
    Set(Index, u8),
    Insert(Index, &'static str),
    /// The end of another text in place of this one's.
    Splice(Index, Index, Index),
}

/// What stands in JSON, and what mustn't.
const PIECES: [&str; 24] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\\u",
    "\\ud800",
    "\\u0041",
    "0",
    "-",
    "1e999",
    ".5",
    "null",
    " ",
    "\n",
    "\u{7f}",
    "é",
    "\u{0}",
    "\u{feff}",
    "99999999999999999999",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        1 => any::<Index>().prop_map(Edit::Cut),
        3 => any::<Index>().prop_map(Edit::Remove),
        3 => any::<(Index, u8)>().prop_map(|(at, byte)| Edit::Set(at, byte)),
        3 => (any::<Index>(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        2 => any::<(Index, Index, Index)>().prop_map(|(at, other, from)| Edit::Splice(at, other, from)),
    ]
}

fn apply(mut text: Vec<u8>, edit: &Edit, texts: &[String]) -> Vec<u8> {
    let at = |place: &Index| place.index(text.len() + 1);
    match edit {
        Edit::Cut(place) => text.truncate(at(place)),
        Edit::Remove(place) => {
            let at = at(place);
            text.drain(at..(at + 1).min(text.len()));
        }
        Edit::Set(place, byte) => {
            let at = at(place);
            text.splice(at..(at + 1).min(text.len()), [*byte]);
        }
        Edit::Insert(place, piece) => {
            let at = at(place);
            text.splice(at..at, piece.bytes());
        }
        Edit::Splice(place, other, from) => {
            let other = other.get(texts).as_bytes();
            text.truncate(at(place));
            text.extend_from_slice(&other[from.index(other.len() + 1)..]);
        }
    }
    text
}

/// Any JSON, with the words of a request as keys and texts more often than not.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        6 => prop::sample::select(&[
            "action", "caller", "target", "context", "kind", "user", "credential", "workspace", "agent", "space", "now", "server", "tool",
            "of", "all", "platform", "token", "tool.call", "tool.list", "server.contact", "snapshot", "downstream", "observed", "canAsk",
            "invocation", "approval", "2026-11-20T12:00:00Z", "virtual-tool", "registration", "source", "address", "visibility",
        ][..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::vec((word.clone(), inner), 0..7).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A text and the organisation that it is sent to.
fn any_text() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let mutated = (any::<Index>(), prop::collection::vec(edit(), 0..4));
    let text = prop_oneof![
        2 => prop::collection::vec(any::<u8>(), 0..120).prop_map(Ok),
        2 => any::<String>().prop_map(|text| Ok(text.into_bytes())),
        3 => any_json().prop_map(|value| Ok(value.to_string().into_bytes())),
        9 => mutated.prop_map(Err),
    ];
    (0..ORGANISATIONS.len(), text).prop_map(|(organisation, text)| {
        let texts = &ORGANISATIONS[organisation].1;
        let text = text.unwrap_or_else(|(start, edits): (Index, Vec<Edit>)| {
            edits.iter().fold(start.get(texts).clone().into_bytes(), |text, edit| apply(text, edit, texts))
        });
        (organisation, text)
    })
}

/// Every question that a text can be, to one policy.
fn is_answered(policy: &Policy, text: &[u8], good: &Cell<u64>) -> TestCaseResult {
    let request = Request::read(text);
    let decision = policy.decide(&request);
    let json = decision.to_json();
    prop_assert!(serde_json::from_str::<Value>(&json).is_ok(), "{}", json);
    prop_assert!(serde_json::from_str::<Value>(&decision.for_user().to_json()).is_ok());
    prop_assert!(serde_json::from_str::<Value>(&policy.explain(&request, "user-0").to_json()).is_ok());
    if request.action().is_none() {
        prop_assert_eq!(decision.outcome(), Outcome::Deny);
        let unread = request.problems().is_some();
        prop_assert_eq!(unread, decision.reason() == Reason::InvalidRequest, "{}", json);
    }
    if serde_json::from_slice::<Value>(text).is_err() {
        prop_assert_eq!(decision.reason(), Reason::InvalidRequest, "what is no JSON");
    }
    good.set(good.get() + u64::from(request.action().is_some()));
    if let (Some(claim), Some(context)) = (request.caller(), request.context()) {
        let caller = policy.caller(claim, &context.facts);
        let moment = Moment { now: context.now, freshness: context.snapshot };
        let mut integer = [0; 8];
        text.iter().rev().take(8).zip(&mut integer).for_each(|(from, to)| *to = *from);
        let integer = u64::from_le_bytes(integer);
        for integer in [integer, integer >> 11, u64::MAX, 0] {
            prop_assert_eq!(caller.outcome(Target::from_integer(integer), moment).outcome(), Outcome::Deny, "target {}", integer);
        }
        let _ = caller.list(&Of::All, moment).to_json();
    }
    let list = ListRequest::read(text);
    let listed = policy.list(&list);
    prop_assert_eq!(list.problems().is_some(), listed.refusal.is_some_and(|refusal| refusal.reason == Reason::InvalidRequest));
    prop_assert!(serde_json::from_str::<Value>(&listed.to_json()).is_ok());
    Ok(())
}

#[test]
fn l_5_any_bytes_are_an_answer() {
    let law = Law::of_inputs("L-5 any bytes are an answer, and deciding never panics");
    let good = Cell::new(0);
    law.holds(any_text(), |(organisation, text)| {
        let shown = || String::from_utf8_lossy(&text).into_owned();
        is_answered(&ORGANISATIONS[organisation].0, &text, &good).map_err(|error| TestCaseError::fail(format!("{error}: {}", shown())))
    });
    let (good, all) = (good.get(), u64::from(law.cases));
    law.report(format!("{good} of them requests, {} none", all - good));
    assert!(good * 20 > all && good * 2 < all, "{good} of {all} were requests: too one-sided");
}
