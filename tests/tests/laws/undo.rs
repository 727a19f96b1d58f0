//! What is done and undone is as it was (S-7, R-2, N-4, C-3, V-1): document and decisions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use lockstep_generate::requests;
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::Request;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

use crate::chain::{Chain, LINKS, difference, document, request, without_revision};
use crate::law::Law;
use crate::model::{Model, elements, text};
use crate::pair::{Remains, Undo, undo};

/// Drafts of each organisation.
const DRAFTS: usize = 3 * LINKS;

#[derive(Default)]
struct Seen {
    restored: BTreeMap<String, u64>,
    refused: u64,
    batches: u64,
    between: u64,
    decisions: u64,
}

/// A change that was made, and where it led.
struct Done {
    actor: Value,
    now: Value,
    change: Value,
    policy: Policy,
}

#[test]
fn s_7_what_is_done_and_undone_is_as_it_was() {
    let law = Law::of_organisations("S-7 a change that is taken back leaves document and decisions as they were");
    let seen = RefCell::new(Seen::default());
    law.holds(any::<u64>().no_shrink(), |seed| {
        let mut chain = Chain::new(seed, "undo");
        for _ in 0..DRAFTS {
            let asked = chain.drawn();
            let Some(applied) = chain.apply(&asked.text).ok().filter(|applied| applied.changed) else { continue };
            let mut whole: Value = serde_json::from_str(&asked.text).unwrap();
            let [actor, now, change] = ["actor", "now", "change"].map(|member| whole[member].take());
            let done = Done { actor, now, change, policy: applied.policy };
            if let Some(undo) = undo(&chain.document, &done.actor, &done.change) {
                is_restored(&mut chain, &done, &undo, &mut seen.borrow_mut())
                    .map_err(|error| TestCaseError::fail(format!("{}: {}: {error}", chain.place(), asked.text)))?;
            }
            // What comes next may lie above or below what was done now.
            if chain.random.chance(50) {
                chain.follow(&asked.text, done.policy);
            }
        }
        Ok(())
    });
    let seen = seen.into_inner();
    let restored: u64 = seen.restored.values().sum();
    law.report(format!(
        "{restored} changes of {} kinds taken back, {} asked anew and refused; {} batches of both alter nothing; {} decisions restored, {} of them other in between",
        seen.restored.len(),
        seen.refused,
        seen.batches,
        seen.decisions,
        seen.between
    ));
    println!("  {:?}", seen.restored);
    let cases = u64::from(law.cases);
    assert!(restored > cases * 8 && seen.restored.len() >= 34, "too few pairs: {:?}", seen.restored);
    assert!(seen.between > cases && seen.refused * 10 < restored, "{} between, {} refused", seen.between, seen.refused);
}

fn is_restored(chain: &mut Chain, done: &Done, undo: &Undo, seen: &mut Seen) -> TestCaseResult {
    let actor = if undo.by_host { json!({"host": true}) } else { done.actor.clone() };
    let asked = request(&done.policy, &actor, &done.now, &undo.change);
    let undone = match done.policy.apply(&ChangeRequest::read(asked.as_bytes())) {
        Ok(applied) => applied.policy,
        Err(refusal) => {
            prop_assert!(undo.may_refuse.contains(&refusal.reason.code()), "{} is refused: {}", asked, refusal.to_json());
            seen.refused += 1;
            return Ok(());
        }
    };
    prop_assert_eq!(undone.revision(), chain.policy.revision() + 2, "{} alters nothing", asked);
    let (mut before, mut after) = (chain.document.clone(), document(&undone));
    aside(&undo.remains, &mut before, &mut after, done)?;
    // Both are spelled as they are written.
    prop_assert!(canonical(&after) == canonical(&before), "{:?} by {}", difference(&before, &after), asked);
    *seen.restored.entry(text(&done.change, "kind").to_owned()).or_default() += 1;
    if matches!(undo.remains, Remains::Access(_)) {
        return Ok(());
    }
    decides_as_before(chain, done, &undone, seen)?;
    if matches!(undo.remains, Remains::Nothing) && actor == done.actor {
        // P-5: both at once alter nothing.
        let both = json!({"kind": "batch", "changes": [done.change, undo.change]});
        let asked = request(&chain.policy, &actor, &done.now, &both);
        let batch = chain.apply(&asked);
        prop_assert!(
            batch.as_ref().is_ok_and(|applied| !applied.changed),
            "{} is answered {:?}",
            asked,
            batch.map(|applied| applied.to_json())
        );
        seen.batches += 1;
    }
    Ok(())
}

fn canonical(document: &Value) -> String {
    Policy::load(document.to_string().as_bytes()).map_or_else(|problems| problems.to_string(), |policy| policy.document().canonical())
}

fn decides_as_before(chain: &mut Chain, done: &Done, undone: &Policy, seen: &mut Seen) -> TestCaseResult {
    for text in requests(chain.random.number(), &chain.document, 10) {
        let request = Request::read(text.as_bytes());
        let answer = |policy: &Policy| without_revision(&policy.decide(&request).to_json());
        let (before, between) = (answer(&chain.policy), answer(&done.policy));
        prop_assert_eq!(&before, &answer(undone), "{}", text);
        seen.decisions += 1;
        seen.between += u64::from(before != between);
    }
    Ok(())
}

/// Leaves out what remains by the rules, once it is seen to be what they say; and the revision.
fn aside(remains: &Remains, before: &mut Value, after: &mut Value, done: &Done) -> TestCaseResult {
    after["revision"] = before["revision"].clone();
    match remains {
        Remains::Nothing => {}
        Remains::Access(user) => {
            let was = Model(before).record("users", user).unwrap().clone();
            let is = record(after, "users", user);
            if was["addedAt"].is_null() {
                drop(is.as_object_mut().unwrap().remove("addedAt"));
            }
            let tokens = is.get_mut("tokens").and_then(Value::as_array_mut);
            for (was, is) in elements(&was["tokens"]).iter().zip(tokens.into_iter().flatten()) {
                if was["revoked"].is_null() {
                    let was_active = millis(&done.now) < millis(&was["expiresAt"]);
                    prop_assert_eq!(is["revoked"].is_object(), was_active, "the token {}", was);
                    is.as_object_mut().unwrap().remove("revoked");
                }
            }
        }
        Remains::Published(id) => {
            for document in [before, after] {
                record(document, "virtualServers", id).as_object_mut().unwrap().remove("published");
            }
        }
        Remains::Tombstone(id) => {
            let tombstones = after["tombstones"].as_array_mut().unwrap();
            let count = tombstones.len();
            tombstones.retain(|left| left["id"] != id.as_str());
            prop_assert_eq!(tombstones.len() + 1, count, "no tombstone");
        }
        Remains::Waiver(id) => {
            for document in [before, after] {
                if let Some(waiver) = record(document, "servers", id).get_mut("waiver").and_then(Value::as_object_mut) {
                    waiver.retain(|member, _| member == "reason");
                    waiver.insert("at".to_owned(), json!("2026-01-01T00:00:00Z"));
                }
            }
        }
    }
    Ok(())
}

fn record<'d>(document: &'d mut Value, list: &str, id: &str) -> &'d mut Value {
    document[list].as_array_mut().unwrap().iter_mut().find(|record| record["id"] == id).unwrap()
}

/// Times with and without thousandths, so that they compare as texts.
fn millis(time: &Value) -> String {
    let time = time.as_str().unwrap();
    if time.len() == 20 { time.replace('Z', ".000Z") } else { time.to_owned() }
}
