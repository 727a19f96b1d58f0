//! What the vectors in `tests/vectors/view` pin of servers' statuses and tools' outcomes, held to the oracle's decisions: a server is off
//! when a contact is denied in layers 3 to 6, and a tool comes to what a list says of it for somebody to whom nothing else is denied.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: it fails by panicking, and indexing a JSON value gives null where nothing is"
)]

use lockstep_oracle::decide;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn every_pinned_status_and_outcome_is_ours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/view");
    let mut files: Vec<_> = fs::read_dir(&folder).expect("the folder can be read").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let (mut judged, mut differences) = (0, Vec::new());
    for path in files {
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file can be read")).expect("a file is JSON");
        for case in file["cases"].as_array().expect("a file has cases") {
            for (fact, wanted) in facts(&file, case) {
                let Some(given) = fact.answer(&file["policy"], case["now"].as_str().unwrap_or("2026-11-20T12:00:00Z")) else { continue };
                judged += 1;
                if given != wanted {
                    differences.push(format!("{}: {}: {fact:?}\n  wanted {wanted}\n  given  {given}", path.display(), case["name"]));
                }
            }
        }
    }
    eprintln!("{judged} facts, {} differences", differences.len());
    assert!(judged > 40, "too few were judged");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What a vector says of one server, seen from a workspace or on its own path.
#[derive(Debug)]
struct Fact {
    server: Value,
    workspace: Option<String>,
    tool: Option<Value>,
}

/// A pinned answer as a tree: whole, or put together from the pointers.
fn pinned(case: &Value) -> Value {
    let mut answer = case.get("whole").cloned().unwrap_or_else(|| json!({}));
    for pin in case["expect"].as_array().into_iter().flatten().filter(|pin| pin.get("is").is_some()) {
        let mut place = &mut answer;
        for step in pin["at"].as_str().expect("a pointer").split('/').skip(1) {
            // Rows are kept by their number as members: a case may pin the third alone.
            if place.as_array().is_some() {
                let index: usize = step.parse().expect("a number");
                place = place.get_mut(index).expect("a whole has the row");
            } else {
                if !place.is_object() {
                    *place = json!({});
                }
                place = place.as_object_mut().expect("an object").entry(step).or_insert(Value::Null);
            }
        }
        *place = pin["is"].clone();
    }
    answer
}

/// The rows of a member, whether they are a list or pinned by number.
fn rows(answer: &Value, member: &str) -> Vec<(usize, Value)> {
    match &answer[member] {
        Value::Array(rows) => rows.iter().cloned().enumerate().collect(),
        Value::Object(rows) => rows.iter().filter_map(|(number, row)| Some((number.parse().ok()?, row.clone()))).collect(),
        _ => Vec::new(),
    }
}

fn facts(file: &Value, case: &Value) -> Vec<(Fact, Value)> {
    let (view, answer) = (&case["view"], pinned(case));
    let policy = &file["policy"];
    let off = |record: &Value| {
        let reason = record.get("statusReason").cloned().unwrap_or_default();
        (record["status"].is_string() || reason.is_string()).then_some(reason)
    };
    let mut facts = Vec::new();
    let workspace = |id: &Value| Some(id.as_str()?.to_owned()).filter(|id| is_workspace(policy, id));
    match view["kind"].as_str().unwrap_or_default() {
        "servers" | "my-servers" | "connectors" => {
            let from = workspace(view.get("scope").unwrap_or(&view["workspace"]));
            for (_, row) in rows(&answer, "rows").into_iter().filter(|(_, row)| row["server"].is_string()) {
                if let Some(wanted) = off(&row) {
                    facts.push((Fact { server: row["server"].clone(), workspace: from.clone(), tool: None }, wanted));
                }
            }
        }
        "server" => {
            let Some(server) = policy["servers"].as_array().into_iter().flatten().find(|server| server["id"] == view["server"]) else {
                return facts;
            };
            let from = workspace(&view["workspace"]).or_else(|| workspace(&server["scope"]));
            if let Some(wanted) = off(&answer) {
                facts.push((Fact { server: view["server"].clone(), workspace: from.clone(), tool: None }, wanted));
            }
            let mut tools: Vec<Value> = server["tools"].as_array().into_iter().flatten().map(|tool| tool["name"].clone()).collect();
            tools.sort_by_key(|tool| tool.as_str().map(str::to_owned));
            for (number, row) in
                rows(&answer, "tools").into_iter().filter(|(_, row)| row["outcome"].is_string() && row["reason"].is_string())
            {
                let fact = Fact { server: view["server"].clone(), workspace: from.clone(), tool: tools.get(number).cloned() };
                facts.push((fact, json!([row["outcome"], row["reason"]])));
            }
        }
        _ => {}
    }
    facts
}

/// Whether a scope has no scope below it and the lowest level: in these documents a workspace.
fn is_workspace(policy: &Value, id: &str) -> bool {
    policy["scopes"].as_array().into_iter().flatten().any(|scope| scope["id"] == id && scope["level"] == "workspace")
}

impl Fact {
    /// What the oracle says; none where nobody is there who could ask it.
    fn answer(&self, policy: &Value, now: &str) -> Option<Value> {
        let server = policy["servers"].as_array()?.iter().find(|server| server["id"] == self.server)?;
        let mut context = json!({"now": now, "canAsk": true});
        context["downstream"] = json!({self.server.as_str()?: "ready"});
        let Some(workspace) = &self.workspace else {
            let request = json!({"action": "server.contact", "target": {"kind": "server", "server": self.server}, "context": context});
            return self.tool.is_none().then(|| status(server, &decide(policy, &request.to_string())));
        };
        let mut caller = json!({"user": somebody(policy, server, workspace)?, "credential": {"kind": "platform"}, "workspace": workspace});
        caller["agent"] = server["agents"][0].clone();
        if let Some(space) =
            spaces(policy, workspace).into_iter().find(|space| server["spaces"].as_array().is_some_and(|all| all.contains(space)))
        {
            caller["space"] = space;
        }
        let (action, target) = match &self.tool {
            Some(tool) => ("tool.list", json!({"kind": "tool", "server": self.server, "tool": tool})),
            None => ("server.contact", json!({"kind": "server", "server": self.server})),
        };
        let request = json!({"action": action, "caller": caller, "target": target, "context": context});
        let decision = decide(policy, &request.to_string());
        match self.tool {
            Some(_) => (decision["layer"] != "space").then(|| json!([decision["outcome"], decision["reason"]])),
            None => Some(status(server, &decision)),
        }
    }
}

/// Layers 3 to 6 turn a server off; one that sharing alone hides is off by that (P-V13).
fn status(server: &Value, decision: &Value) -> Value {
    match decision["layer"].as_str().unwrap_or_default() {
        "origin" | "catalog" | "scope-policy" | "server" => decision["reason"].clone(),
        "existence" if server["source"]["kind"] == "custom" => json!("custom-sharing-off"),
        _ => Value::Null,
    }
}

fn spaces(policy: &Value, workspace: &str) -> Vec<Value> {
    let scope = policy["scopes"].as_array().into_iter().flatten().find(|scope| scope["id"] == workspace);
    scope.into_iter().flat_map(|scope| scope["spaces"].as_array().into_iter().flatten()).map(|space| space["id"].clone()).collect()
}

/// Somebody who works there and may call: the owner of a private server, else anybody but the owner.
fn somebody(policy: &Value, server: &Value, workspace: &str) -> Option<Value> {
    let member =
        |user: &&Value| user["access"] == "enabled" && user["memberOf"].as_array().is_some_and(|all| all.contains(&json!(workspace)));
    let mut users = policy["users"].as_array()?.iter().filter(member);
    let is_owner = |user: &&Value| user["id"] == server["owner"];
    let found = if server["visibility"] == "private" { users.find(is_owner) } else { users.find(|user| !is_owner(user)) };
    found.map(|user| user["id"].clone())
}
