//! Changes and activity: the contract's shapes, the changes that others judged, and bent ones.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_generate::Random;
use lockstep_policy::activity::Activity;
use lockstep_policy::change::{Ask, ChangeKind};
use lockstep_policy::document::Problem;
use lockstep_policy::schema::Root;
use serde_json::{Value, json};

use super::unsaid::is_unsaid;
use super::{bent, cases, complaints, holding, schema, shared, validator};

/// One change of each kind, asked by somebody.
fn examples() -> Vec<Value> {
    let text = std::fs::read_to_string(super::project().join("core/src/change/examples.json")).unwrap();
    let changes: Vec<Value> = serde_json::from_str(&text).unwrap();
    let actors = [json!({"user": "omar", "confirmedAt": "2026-11-20T11:58:00Z"}), json!({"user": "omar"}), json!({"host": true})];
    let asked = changes.into_iter().zip(actors.iter().cycle());
    asked.map(|(change, actor)| json!({"actor": actor, "now": "2026-11-20T12:00:00Z", "revision": 42, "change": change})).collect()
}

#[test]
fn every_kind_is_a_change() {
    let validator = validator(&schema(Root::Change));
    let mut kinds = BTreeSet::new();
    for ask in examples() {
        assert_eq!(complaints(&validator, &ask), Vec::<String>::new(), "{ask}");
        assert_eq!(Ask::problems(ask.to_string().as_bytes()), None);
        kinds.insert(ask["change"]["kind"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds.len(), ChangeKind::ALL.len());
}

/// Whether a problem lies in an imported document, of which the change's schema says nothing.
fn is_imported(problem: &Problem) -> bool {
    problem.at.contains("/document")
}

#[test]
fn bent_changes_have_no_shape_that_the_schema_accepts_and_the_reader_doesnt() {
    let validator = validator(&schema(Root::Change));
    let mut random = Random::new(1, "bent changes");
    let examples = examples();
    let (mut right, mut both, mut schema_alone) = (0, 0, 0);
    for _ in 0..cases() {
        let ask = random.pick(&examples).clone();
        let ask = bent(&mut random, ask);
        let text = ask.to_string();
        let accepted = validator.is_valid(&ask);
        match (Ask::problems(text.as_bytes()), accepted) {
            (None, true) => right += 1,
            (Some(_), false) => both += 1,
            // The schema says forms and limits too, which the shape leaves to applying.
            (None, false) => schema_alone += 1,
            (Some(problems), true) => {
                let unsaid = |problem: &Problem| is_imported(problem) || is_unsaid(problem, &ask);
                assert!(problems.problems.iter().all(unsaid), "{problems:?}: {text}");
            }
        }
    }
    println!("bent changes: {right} right, {both} refused by schema and reader, {schema_alone} by the schema alone");
    assert!(right > cases() / 20 && both > cases() / 3 && schema_alone > cases() / 200, "too one-sided to say much");
}

#[test]
fn shared_changes_that_are_permitted_are_right() {
    let Some(folder) = shared("the shared changes") else { return };
    let validator = validator(&schema(Root::Change));
    let (mut permitted, mut right, mut no_json) = (0, 0, 0);
    // Why those are refused that the schema refuses as well.
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for folder in holding(&folder.join("changes"), "changes.jsonl") {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let (changes, answers) = (read("changes.jsonl"), read("answers.jsonl"));
        assert_eq!(changes.lines().count(), answers.lines().count());
        for (text, answer) in changes.lines().zip(answers.lines()) {
            let answer: Value = serde_json::from_str(answer).unwrap();
            let Ok(ask) = serde_json::from_str::<Value>(text) else {
                no_json += 1;
                continue;
            };
            let complaints = complaints(&validator, &ask);
            let is_permitted = answer["permitted"] == true;
            assert!(complaints.is_empty() || !is_permitted, "{complaints:?}: {answer}: {text}");
            match answer["reason"].as_str() {
                None => permitted += 1,
                Some(_) if complaints.is_empty() => right += 1,
                Some(reason) => *refused.entry(reason.to_owned()).or_default() += 1,
            }
        }
    }
    println!("shared changes: {permitted} permitted, {right} of a right shape refused, {no_json} no JSON, of a wrong shape {refused:?}");
    // Nearly all that the schema refuses is an invalid request. The rest is told another reason first: that the actor may not
    // do it at all, say, before its headers are looked at (P-11).
    let invalid = refused.get("invalid-request").copied().unwrap_or_default();
    assert!(permitted > 1000 && right > 500 && invalid > 100 && invalid * 10 > refused.values().sum::<usize>() * 9);
}

#[test]
fn activity_is_read_as_its_schema_says() {
    let validator = validator(&schema(Root::Activity));
    let good = json!({
        "tokens": {"t-1": {"lastUsedAt": "2026-11-20T11:00:00Z"}},
        "servers": {"srv-2": {
            "lastContact": {"at": "2026-11-20T10:00:00Z", "result": "auth-failed"},
            "authorization": {"ana": "expired", "": "ready"},
        }},
        "users": {"ana": {"lastDelegatedAt": "2026-11-01T00:00:00Z"}},
    });
    assert_eq!(complaints(&validator, &good), Vec::<String>::new());
    assert!(Activity::read(good.to_string().as_bytes()).is_ok());
    assert!(validator.is_valid(&json!({})) && Activity::read(b"{}").is_ok());
    let mut random = Random::new(1, "bent activity");
    let (mut right, mut both) = (0, 0);
    for _ in 0..cases() {
        let activity = bent(&mut random, good.clone());
        match (Activity::read(activity.to_string().as_bytes()), validator.is_valid(&activity)) {
            (Ok(_), true) => right += 1,
            (Err(_), false) => both += 1,
            // The schema says the form of the ids as well.
            (Ok(_), false) => {}
            (Err(problems), true) => panic!("{problems}: {activity}"),
        }
    }
    println!("bent activity: {right} right, {both} refused by schema and reader");
    assert!(right > cases() / 50 && both > cases() / 3, "too one-sided to say much");
}
