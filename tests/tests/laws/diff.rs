//! What always holds of the differences between two policies (P-7).

use std::cell::Cell;

use lockstep_generate::{Random, reordered};
use lockstep_policy::decide::Request;
use lockstep_policy::{Policy, SettingChange};
use lockstep_tests::diffs::{diff, mirrored};
use lockstep_tests::{DECIDED, only};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::{load, organisations_with};
use crate::law::Law;
use crate::model::Model;
use crate::setting::{Stored, draw, place};

/// Some stored values, and a seed.
fn values(random: &mut Random, document: &Value, parts: &mut Map<String, Value>) {
    let one = |random: &mut Random| {
        let (scope, authority) = place(random, document);
        draw(random, document, &scope, &authority)
    };
    let drawn: Vec<Value> = (0..random.between(1, 5)).map(|_| one(random)).collect();
    parts.insert("drawn".to_owned(), json!(drawn));
    parts.insert("seed".to_owned(), json!(random.number() >> 1));
}

/// The document with what was drawn: each value put there, or what stands in its place taken away.
fn altered(document: &Value, drawn: &Value) -> Value {
    let stored = drawn.as_array().into_iter().flatten().filter_map(Stored::read).enumerate();
    stored.fold(document.clone(), |document, (turn, stored)| match stored.found(&document) {
        Some(_) if turn % 2 == 0 => stored.taken(&document),
        _ => stored.put(&document),
    })
}

/// The document with the exceptions of what was drawn turned about, where it is an `off` that stands there.
fn spared(document: &Value, drawn: &Value) -> Value {
    let model = Model(document);
    let stored = drawn.as_array().into_iter().flatten().filter_map(Stored::read);
    let off = stored.filter(|stored| stored.value == "off" && stored.found(document).is_some_and(|value| value == "off"));
    off.fold(document.clone(), |document, stored| {
        let below =
            model.list("scopes").iter().map(|scope| &scope["id"]).find(|id| model.is_above(stored.scope, id.as_str().unwrap_or_default()));
        let except: Vec<Value> = if stored.except.is_empty() { below.cloned().into_iter().collect() } else { Vec::new() };
        Stored { except: &except, ..stored }.put(&document)
    })
}

/// The document with the changes of a difference made to it, in the words of the difference.
fn patched(document: &Value, changes: &[SettingChange<'_>]) -> Value {
    changes.iter().fold(document.clone(), |document, change| {
        let setting = change.setting().to_string();
        let (value, except) = match &change.after {
            Some(after) => (after.value.as_str(), after.except.iter().map(|scope| json!(scope)).collect()),
            None => ("", Vec::new()),
        };
        let stored = Stored { scope: change.scope, authority: change.authority, setting: &setting, value, except: &except };
        if change.after.is_some() { stored.put(&document) } else { stored.taken(&document) }
    })
}

/// A change stands for each request of which any member that is compared is another, and for no other.
fn is_told(older: &Policy, newer: &Policy, lines: &[String], decisions: &Value) -> TestCaseResult {
    let answer = |policy: &Policy, line: &String| {
        let whole: Value = serde_json::from_str(&policy.decide(&Request::read(line.as_bytes())).to_json()).unwrap();
        let compared: Vec<&str> = DECIDED.into_iter().filter(|member| *member != "obligations").collect();
        only(&whole, &compared)
    };
    let mut expected = Vec::new();
    for (number, line) in (1..).zip(lines) {
        let (before, after) = (answer(older, line), answer(newer, line));
        if before != after {
            expected.push(json!({"line": number, "before": before, "after": after}));
        }
    }
    prop_assert_eq!(decisions, &Value::Array(expected));
    Ok(())
}

/// What a law has seen.
#[derive(Default)]
struct Seen {
    settings: Cell<usize>,
    exceptions: Cell<usize>,
    decisions: Cell<usize>,
    asked: Cell<usize>,
}

impl Seen {
    /// Everything that holds of the difference between two documents that differ in stored settings alone.
    fn is_different(&self, older_document: &Value, newer_document: &Value, seed: u64, lines: &[String]) -> TestCaseResult {
        // A value that can't stand where it was drawn says nothing.
        let (Some(older), Some(newer)) = (load(older_document), load(newer_document)) else { return Ok(()) };
        let nothing = json!({"settings": [], "decisions": []});
        // Another load of the same, with everything at another place.
        let again = Policy::load(reordered(seed, newer_document).as_bytes()).unwrap();
        prop_assert_eq!(diff(&newer, &again, lines), nothing.clone());
        let found = diff(&older, &newer, lines);
        prop_assert_eq!(&diff(&older, &again, lines), &found);
        prop_assert_eq!(&mirrored(&diff(&newer, &older, lines)), &found);
        is_told(&older, &newer, lines, &found["decisions"])?;
        // Followed row by row, the difference leads from the older document to one that is the newer in all that is compared.
        let changes = older.diff(&newer).settings;
        let followed = patched(older_document, &changes);
        let Some(followed) = load(&followed) else {
            return Err(TestCaseError::fail(format!("followed, it isn't valid: {followed}")));
        };
        prop_assert_eq!(diff(&followed, &newer, lines), nothing);
        prop_assert!(changes.is_sorted_by_key(|change| (change.scope, change.authority, change.setting().to_string())));
        let value = |stored: &Option<lockstep_policy::Stored<'_>>| stored.as_ref().map(|stored| stored.value);
        let kept = changes.iter().filter(|change| value(&change.before) == value(&change.after)).count();
        let add = |count: &Cell<usize>, more: usize| count.set(count.get() + more);
        add(&self.settings, changes.len());
        add(&self.exceptions, kept);
        add(&self.decisions, found["decisions"].as_array().map_or(0, Vec::len));
        add(&self.asked, lines.len());
        Ok(())
    }
}

#[test]
fn p_7_differences_say_what_is_different() {
    let law = Law::of_organisations("P-7 a difference leads from the one policy to the other, and back when mirrored");
    let seen = Seen::default();
    law.holds(organisations_with(70, values), |case| {
        let seed = case.part("seed").as_u64().unwrap_or_default();
        let lines: Vec<String> = case.requests().map(str::to_owned).collect();
        let altered = altered(case.document(), case.part("drawn"));
        seen.is_different(case.document(), &altered, seed, &lines)?;
        seen.is_different(&altered, &spared(&altered, case.part("drawn")), seed, &lines)
    });
    let [settings, exceptions, decisions, asked] = [seen.settings, seen.exceptions, seen.decisions, seen.asked].map(Cell::into_inner);
    law.report(format!("{settings} settings, {exceptions} of them by exceptions alone; {decisions} of {asked} decisions"));
    let cases = law.cases as usize;
    assert!(settings > cases && exceptions * 10 > cases, "too little was different to say anything");
    assert!(decisions * 50 > asked && decisions * 2 < asked, "{decisions} of {asked} decisions: too one-sided");
}
