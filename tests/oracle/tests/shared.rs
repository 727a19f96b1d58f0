//! Decisions worked out elsewhere, in the folder that `LOCKSTEP_SHARED_VECTORS` names: `NNN/policy.json`, `requests.jsonl` and
//! `decisions.jsonl`, a request and its decision a line. Lists and explanations are held to the same decisions.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test: it fails by panicking")]

use lockstep_oracle::{decide, explain, list};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "LOCKSTEP_SHARED_VECTORS";

#[test]
fn every_shared_decision_is_ours() {
    let Ok(folder) = std::env::var(VARIABLE) else {
        eprintln!("NOT RUN: every_shared_decision_is_ours (set {VARIABLE} to the folder of the shared vectors)");
        return;
    };
    let (mut decisions, mut differences) = (0, Vec::new());
    for organisation in organisations(Path::new(&folder)) {
        let policy = read(&organisation.join("policy.json"));
        let policy: Value = serde_json::from_str(&policy).expect("a policy is JSON");
        let (requests, answers) = (read(&organisation.join("requests.jsonl")), read(&organisation.join("decisions.jsonl")));
        assert_eq!(requests.lines().count(), answers.lines().count(), "{}", organisation.display());
        for (line, (request, answer)) in requests.lines().zip(answers.lines()).enumerate() {
            let wanted: Value = serde_json::from_str(answer).expect("a decision is JSON");
            let given = decide(&policy, request);
            decisions += 1;
            explanation_agrees(&policy, request, &given);
            list_agrees(&policy, request, &given);
            if wanted != given {
                let place = organisation.join("requests.jsonl");
                differences.push(format!("{}:{}\n  {request}\n  wanted {wanted}\n  given  {given}", place.display(), line + 1));
            }
        }
    }
    assert!(decisions > 0, "no decisions in {folder}");
    eprintln!("{decisions} decisions, {} differences", differences.len());
    let shown: Vec<String> = differences.iter().take(20).cloned().collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), shown.join("\n"));
}

/// L-10: an explanation's decision is the decision, and its first row that denies or asks is what decided.
fn explanation_agrees(policy: &Value, request: &str, decision: &Value) {
    let users = policy["users"].as_array().cloned().unwrap_or_default();
    for user in users.iter().filter(|user| user["administers"].as_array().is_some_and(|scopes| !scopes.is_empty())) {
        let explanation = explain(policy, request, user["id"].as_str().unwrap_or_default());
        let Some(layers) = explanation["layers"].as_array() else {
            continue;
        };
        assert_eq!(layers.len(), 11, "{request}");
        assert_eq!(explanation["decision"], *decision, "{request}");
        let first = layers.iter().find(|row| row["verdict"] == "deny" || row["verdict"] == "ask").unwrap_or(&Value::Null);
        assert_eq!(first["layer"], decision["layer"], "{request}");
        for member in ["source", "lock"] {
            assert_eq!(first[member], decision[member], "{request}");
        }
        return;
    }
}

/// L-2: where a tool is decided, the list of all has the same for it, unless layer 1 or 2 denied.
fn list_agrees(policy: &Value, request: &str, decision: &Value) {
    let early = decision["layer"] == "caller" || decision["layer"] == "existence";
    let Ok(request) = serde_json::from_str::<Value>(request) else {
        return;
    };
    let target = &request["target"];
    if early || request["action"] != "tool.list" {
        return;
    }
    let question = json!({"caller": request["caller"], "context": request["context"], "of": {"kind": "all"}});
    let answer = list(policy, &question.to_string());
    let rows = answer["rows"].as_array().expect("the caller is no one that layer 1 denies");
    let row = rows.iter().find(|row| {
        let exposed = row["as"].as_str().or(row["tool"].as_str());
        row["virtualServer"] == target["virtualServer"]
            && (row["server"] == target["server"] || target["kind"] == "virtual-tool")
            && exposed == target["tool"].as_str()
    });
    // Who names a tool that neither the document nor the host's look has is denied; no list has it.
    match row {
        Some(row) => assert_eq!((&row["reason"], &row["layer"]), (&decision["reason"], &decision["layer"]), "{request}"),
        None => assert_eq!(decision["outcome"], "deny", "{request}"),
    }
}

fn organisations(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.join("decisions.jsonl").is_file())
        .collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
