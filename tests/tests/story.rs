//! How Northwind came to be: `story.jsonl`, a change a line, leads from `story-start.json` to the very `policy.json` that is shipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lockstep_oracle::{apply, canonical};
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;
use serde_json::{Value, json};

/// Servers of Tenmile that only the import brings: what they are registered with is what they were registered with elsewhere.
const MOVED: [&str; 7] =
    ["tenmile-sentry", "tenmile-github", "tenmile-postgres", "otto-legacy", "otto-nas", "tenmile-gps", "tenmile-routes"];

/// Kinds that the story doesn't tell: most would leave a trace that Northwind doesn't have, a tombstone or a gap.
const UNTOLD: [&str; 15] = [
    "readdress-server",
    "edit-server",
    "set-visibility",
    "enable-server",
    "set-agents",
    "remove-user",
    "remove-scope",
    "edit-space",
    "remove-space",
    "remove-integration",
    "remove-agent",
    "remove-client",
    "edit-virtual-server",
    "ungrant",
    "delete-virtual-server",
];

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../host-demo/examples/northwind").join(name)).unwrap()
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn is_valid(document: &Value) -> bool {
    Policy::load(document.to_string().as_bytes()).is_ok()
}

/// The document after each line, the start first.
fn told() -> Vec<Value> {
    let start = parse(&read("story-start.json"));
    assert!(is_valid(&start));
    let mut told = vec![start];
    for (line, request) in read("story.jsonl").lines().enumerate() {
        let mut answer = apply(&told[line], request, &is_valid);
        let shown: String = request.chars().take(200).collect();
        assert_eq!((&answer["permitted"], &answer["changed"]), (&json!(true), &json!(true)), "line {}: {answer}\n{shown}", line + 1);
        told.push(answer["document"].take());
    }
    told
}

#[test]
fn the_story_ends_in_the_shipped_policy() {
    let told = told();
    let shipped = parse(&read("policy.json"));
    let last = told.last().unwrap();
    assert_eq!(last["revision"], shipped["revision"]);
    assert_eq!(canonical(last), canonical(&shipped));
}

/// The same by the core, line by line, and in the end byte for byte what is shipped.
#[test]
fn the_core_tells_the_same_story() {
    let mut policy = Policy::load(read("story-start.json").as_bytes()).unwrap();
    for (line, (request, document)) in read("story.jsonl").lines().zip(told().iter().skip(1)).enumerate() {
        let applied = policy
            .apply(&ChangeRequest::read(request.as_bytes()))
            .unwrap_or_else(|refusal| panic!("line {}: {}", line + 1, refusal.to_json()));
        policy = applied.policy;
        assert!(applied.changed && !applied.events.is_empty(), "line {}", line + 1);
        assert_eq!(canonical(&parse(&policy.document().canonical())), canonical(document), "line {}", line + 1);
    }
    let shipped = Policy::load(read("policy.json").as_bytes()).unwrap();
    assert_eq!(policy.document().canonical(), shipped.document().canonical());
}

#[test]
fn the_lines_are_in_order_of_time_and_tell_most_kinds() {
    let mut times = Vec::new();
    let mut kinds = BTreeSet::new();
    for line in read("story.jsonl").lines() {
        let request = parse(line);
        times.push(request["now"].as_str().unwrap().to_owned());
        let change = &request["change"];
        kinds.insert(change["kind"].as_str().unwrap().to_owned());
        let inner = change["changes"].as_array().into_iter().flatten();
        kinds.extend(inner.map(|change| change["kind"].as_str().unwrap().to_owned()));
    }
    assert!(times.is_sorted());
    let untold: Vec<&str> = lockstep_generate::kinds().filter(|kind| !kinds.contains(*kind)).collect();
    assert_eq!(untold, UNTOLD);
}

/// The last line is the one import. All but what no other change writes is there before it.
#[test]
fn the_import_brings_only_what_no_change_can() {
    let told = told();
    assert_eq!(parse(read("story.jsonl").lines().last().unwrap())["change"]["kind"], "import");
    let before = canonical(&within_reach(&told[told.len() - 2]));
    let shipped = canonical(&within_reach(&parse(&read("policy.json"))));
    for member in shipped.as_object().unwrap().keys() {
        assert_eq!(before[member], shipped[member], "{member}");
    }
    assert_eq!(before.as_object().unwrap().len(), shipped.as_object().unwrap().len());
}

/// A document without what the README says that the import brings, and without its revision.
fn within_reach(document: &Value) -> Value {
    let mut document = document.clone();
    let drop = |record: &mut Value, member: &str| record.as_object_mut().unwrap().remove(member);
    drop(&mut document, "revision");
    for list in ["scopes", "servers", "virtualServers"] {
        document[list].as_array_mut().unwrap().iter_mut().for_each(|record| {
            drop(record, "annotations");
            drop(record, "published");
        });
    }
    let servers = document["servers"].as_array_mut().unwrap();
    servers.retain(|server| !MOVED.contains(&server["id"].as_str().unwrap()));
    for server in servers {
        for tool in server["tools"].as_array_mut().into_iter().flatten() {
            drop(tool, "accepted");
        }
        if server["id"] == "nw-drive" {
            drop(server, "tools");
        }
    }
    for desk in document["virtualServers"].as_array_mut().unwrap() {
        if desk["id"] == "depot-desk" {
            drop(desk, "tools");
        }
    }
    document
}
