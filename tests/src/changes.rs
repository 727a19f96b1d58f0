//! Changes: what the core answers, in the form in which others' answers are compared with it.

use lockstep_generate::requests;
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::Request;
use serde_json::{Value, json};

use crate::{answers, holds, only};

/// Of how many users lists are compared at most.
const LISTED: usize = 20;

/// What applying gives: permitted, changed, revision, and the next document where it changed; or reason, lock and index.
pub fn core_answer(policy: &Policy, request: &str) -> Value {
    answer_and_next(policy, request).0
}

/// The same, and the next policy.
pub fn answer_and_next(policy: &Policy, request: &str) -> (Value, Option<Policy>) {
    match policy.apply(&ChangeRequest::read(request.as_bytes())) {
        Ok(applied) => {
            let told: Value = serde_json::from_str(&applied.to_json()).unwrap();
            assert_eq!(told["events"].as_array().map_or(0, Vec::len), applied.events.len(), "{told}");
            let mut answer = only(&told, &["permitted", "changed", "revision"]);
            if applied.changed {
                answer["document"] = serde_json::from_str(&applied.policy.document().canonical()).unwrap();
            }
            (answer, Some(applied.policy))
        }
        Err(refusal) => {
            let answer: Value = serde_json::from_str(&refusal.to_json()).unwrap();
            (only(&answer, &["permitted", "reason", "lock", "index"]), None)
        }
    }
}

/// Whether what changes made is what its document is compiled to: it writes the same, and answers so many random requests alike.
pub fn is_as_compiled(made: &Policy, document: &Value, seed: u64, count: usize) -> Result<(), String> {
    let compiled = Policy::load(made.document().canonical().as_bytes()).map_err(|problems| problems.to_string())?;
    if made.digest() != compiled.digest() {
        return Err("it is written otherwise than it is read".to_owned());
    }
    requests(seed, document, count).iter().try_for_each(|request| {
        let request = Request::read(request.as_bytes());
        let (one, other) = (made.decide(&request).to_json(), compiled.decide(&request).to_json());
        if one == other { Ok(()) } else { Err(format!("{request:?}\n  made     {one}\n  compiled {other}")) }
    })
}

/// Whether everybody is answered for every tool, where they belong, as from a policy that is compiled of the same document.
fn lists_as_compiled(made: &Policy) -> Result<(), String> {
    let text = made.document().canonical();
    let compiled = Policy::load(text.as_bytes()).map_err(|problems| problems.to_string())?;
    let document: Value = serde_json::from_str(&text).unwrap();
    let (users, agents) = (document["users"].as_array(), document["agents"].as_array());
    for user in users.into_iter().flatten().take(LISTED) {
        for workspace in user["memberOf"].as_array().into_iter().flatten() {
            let caller = json!({"user": user["id"], "credential": {"kind": "platform"}, "workspace": workspace,
                "agent": agents.map_or(&Value::Null, |agents| &agents[0]["id"])});
            let request = json!({"caller": caller, "context": {"now": "2026-11-20T12:00:00Z"}, "of": {"kind": "all"}}).to_string();
            let (one, other) = (answers::list(made, &request), answers::list(&compiled, &request));
            if one != other {
                return Err(format!("{request}\n  made     {one}\n  compiled {other}"));
            }
        }
    }
    Ok(())
}

/// The document that a vector expects: the policy with what it sets and what it removes, and the next revision.
pub fn expected_document(policy: &Value, expect: &Value) -> Value {
    let mut document = policy.clone();
    let parts = |pointer: &str| -> (String, String) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        (parent.to_owned(), key.replace("~1", "/").replace("~0", "~"))
    };
    for (pointer, value) in expect["set"].as_object().into_iter().flatten() {
        let (parent, key) = parts(pointer);
        match document.pointer_mut(&parent).unwrap_or_else(|| panic!("{parent} isn't there")) {
            Value::Array(list) if key == "-" || key.parse() == Ok(list.len()) => list.push(value.clone()),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
            Value::Object(members) => drop(members.insert(key, value.clone())),
            other => panic!("{other} has no members"),
        }
    }
    // From the last to the first, so that no removal moves what is removed after it.
    let mut removed: Vec<&str> = expect["remove"].as_array().into_iter().flatten().map(|pointer| pointer.as_str().unwrap()).collect();
    removed.sort_by_key(|pointer| {
        let (parent, key) = parts(pointer);
        (parent.matches('/').count(), parent, key.parse::<usize>().unwrap_or(0))
    });
    for pointer in removed.into_iter().rev() {
        let (parent, key) = parts(pointer);
        match document.pointer_mut(&parent).unwrap() {
            Value::Array(list) => drop(list.remove(key.parse().unwrap())),
            Value::Object(members) => assert!(members.remove(&key).is_some(), "{pointer} isn't there"),
            other => panic!("{other} has no members"),
        }
    }
    document["revision"] = json!(policy["revision"].as_u64().unwrap() + 1);
    document
}

/// Whether the core answers a case of a file of `tests/vectors/change` as it says: who may, why not, the next document and what is told.
pub fn judge(policy: &Policy, file: &Value, case: &Value) -> Result<(), String> {
    let given = |member: &str| if case[member].is_null() { file[member].clone() } else { case[member].clone() };
    let revision = if case["revision"].is_null() { json!(policy.revision()) } else { case["revision"].clone() };
    let request = json!({"actor": given("actor"), "now": given("now"), "revision": revision, "change": case["change"]}).to_string();
    let expect = &case["expect"];
    let answer = core_answer(policy, &request);
    let mut wanted = only(expect, &["permitted", "changed", "reason", "lock", "index"]);
    if wanted["permitted"] == true && wanted["changed"] == true {
        let document = expected_document(&file["policy"], expect);
        let document = Policy::load(document.to_string().as_bytes()).map_err(|problems| format!("{}: {problems}", case["name"]))?;
        wanted["document"] = serde_json::from_str(&document.document().canonical()).unwrap();
    }
    // A refusal's lock is compared where the vector is about it, and so is its place in a batch.
    let about: Vec<&str> = wanted.as_object().unwrap().keys().map(String::as_str).collect();
    let answer = if answer["permitted"] == true { only(&answer, &["permitted", "changed", "document"]) } else { only(&answer, &about) };
    if answer != wanted {
        return Err(format!("{}\n  {request}\n  expected {wanted}\n  answered {answer}", case["name"]));
    }
    let applied = match policy.apply(&ChangeRequest::read(request.as_bytes())) {
        Ok(applied) => applied,
        Err(refusal) => {
            let refusal: Value = serde_json::from_str(&refusal.to_json()).unwrap();
            let alike = expect.get("message").is_none_or(|message| holds(&refusal["message"], message))
                && expect.get("problems").is_none_or(|problems| problems_are(&refusal["problems"], problems));
            // What can't be read says so before anybody asks for it.
            let asked = ChangeRequest::read(request.as_bytes());
            let alike = alike
                && asked.problems().is_none_or(|problems| refusal["problems"].as_array().map(Vec::len) == Some(problems.problems.len()));
            let alike =
                alike && (asked.problems().is_some() || refusal["reason"] != "invalid-request" || refusal.get("problems").is_none());
            return if alike { Ok(()) } else { Err(format!("{}\n  {request}\n  answered {refusal}", case["name"])) };
        }
    };
    if applied.changed {
        lists_as_compiled(&applied.policy).map_err(|wrong| format!("{}\n  {request}\n  {wrong}", case["name"]))?;
    }
    let Some(events) = expect["events"].as_array() else { return Ok(()) };
    let told: Vec<Value> = applied.events.iter().map(|event| serde_json::from_str(&event.to_json()).unwrap()).collect();
    if holds_events(&told, events) {
        return Ok(());
    }
    Err(format!("{}\n  {request}\n  expected events {events:?}\n  told {told:?}", case["name"]))
}

/// All of them, in order, each in the members that are given.
fn problems_are(found: &Value, wanted: &Value) -> bool {
    found.as_array().is_some_and(|found| holds_events(found, wanted.as_array().unwrap()))
}

/// Whether a list of events holds what a vector says of each, one after the other.
pub fn holds_events(given: &[Value], wanted: &[Value]) -> bool {
    given.len() == wanted.len() && given.iter().zip(wanted).all(|(given, wanted)| holds(given, wanted))
}
