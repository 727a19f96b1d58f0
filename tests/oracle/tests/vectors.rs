//! The hand-written vectors in `tests/vectors/decide`: decisions, lists and explanations. Their README says how a case is
//! completed from its file and what is compared; texts and `params` aren't, as the oracle has none.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: it fails by panicking, and indexing a JSON value gives null where nothing is"
)]

use lockstep_oracle::{decide, explain, list};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What the oracle answers of a decision; `badge` stands in what a user sees.
const DECISION: [&str; 7] = ["outcome", "reason", "layer", "source", "lock", "obligations", "badge"];

#[test]
fn every_vector_is_ours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/decide");
    let mut asked = Asked::default();
    let mut differences = Vec::new();
    for path in files(&folder) {
        let text = fs::read_to_string(&path).expect("a file of vectors can be read");
        let file: Value = serde_json::from_str(&text).expect("a file of vectors is JSON");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for case in file["cases"].as_array().expect("a file has cases") {
            for difference in differences_of(&file, case, &mut asked) {
                differences.push(format!("{name}: {}: {difference}", case["name"]));
            }
        }
    }
    let Asked { decisions, lists, explanations } = asked;
    eprintln!("{decisions} decisions, {lists} lists, {explanations} explanations, {} differences", differences.len());
    assert!(decisions > 0 && lists > 0 && explanations > 0);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// How many cases of each kind were answered.
#[derive(Default)]
struct Asked {
    decisions: usize,
    lists: usize,
    explanations: usize,
}

fn differences_of(file: &Value, case: &Value, asked: &mut Asked) -> Vec<String> {
    let policy = &file["policy"];
    let expect = &case["expect"];
    if case.get("explain").is_some() {
        asked.explanations += 1;
        let actor = case["explain"]["actor"].as_str().expect("an actor is an id");
        let request = asked_text(file, case, &case["explain"]);
        explanation_differs(expect, &explain(policy, &request, actor))
    } else if case.get("list").is_some() {
        asked.lists += 1;
        let question = sent(file, case, &case["list"]).to_string();
        differs("list", expect, &list(policy, &question)).into_iter().collect()
    } else {
        asked.decisions += 1;
        let given = decide(policy, &asked_text(file, case, case));
        differs("decision", &decision_of(expect), &given).into_iter().collect()
    }
}

/// The text of a request: `text` as it stands, else `request`. `holder` is the case, or its `explain`.
fn asked_text(file: &Value, case: &Value, holder: &Value) -> String {
    if let Some(text) = holder["text"].as_str() {
        return text.to_owned();
    }
    let request = holder.get("request").expect("a case asks something");
    sent(file, case, request).to_string()
}

/// A request or a list's question: completed from the file, or as it stands where the case says `exact`.
fn sent(file: &Value, case: &Value, own: &Value) -> Value {
    if case["exact"] == true {
        return own.clone();
    }
    let mut whole = own.clone();
    for member in ["caller", "context"] {
        whole[member] = laid_over(&file[member], own.get(member));
    }
    without_nulls(&whole)
}

/// The file's members with the case's over them; null where the case says so.
fn laid_over(of_file: &Value, own: Option<&Value>) -> Value {
    let Some(own) = own else {
        return without_nulls(of_file);
    };
    let Some(own) = own.as_object() else {
        return own.clone();
    };
    let mut members = of_file.as_object().cloned().unwrap_or_default();
    members.extend(own.clone());
    without_nulls(&Value::Object(members))
}

/// A member that is null is removed, one level deep.
fn without_nulls(value: &Value) -> Value {
    let Some(members) = value.as_object() else {
        return value.clone();
    };
    let kept: Map<String, Value> =
        members.iter().filter(|(_, value)| !value.is_null()).map(|(member, value)| (member.clone(), value.clone())).collect();
    Value::Object(kept)
}

/// Of an expected decision what the oracle answers.
fn decision_of(expect: &Value) -> Value {
    let mut decision = json!({});
    for member in DECISION {
        if let Some(value) = expect.get(member) {
            decision[member] = value.clone();
        }
    }
    decision
}

/// Each member that is given; of `layers` the rows that are given, in the members that they give.
fn explanation_differs(expect: &Value, given: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for (member, wanted) in expect.as_object().expect("an explanation is an object") {
        match member.as_str() {
            "decision" => differences.extend(differs("decision", &decision_of(wanted), &given["decision"])),
            "layers" => differences.extend(layers_differ(wanted, &given["layers"])),
            "unlock" => differences.extend(differs("unlock", wanted, &given["unlock"])),
            other => panic!("an explanation has no {other}"),
        }
    }
    differences
}

fn layers_differ(wanted: &Value, given: &Value) -> Vec<String> {
    let given = given.as_array().cloned().unwrap_or_default();
    let mut differences = Vec::new();
    for row in wanted.as_array().expect("layers are a list") {
        let Some(found) = given.iter().find(|found| found["layer"] == row["layer"]) else {
            differences.push(format!("no row for {row}"));
            continue;
        };
        for (member, wanted) in row.as_object().expect("a row is an object") {
            if member != "message" {
                let what = format!("{} {member}", row["layer"]);
                differences.extend(differs(&what, wanted, &found[member]));
            }
        }
    }
    differences
}

fn differs(what: &str, wanted: &Value, given: &Value) -> Option<String> {
    (wanted != given).then(|| format!("{what}\n  wanted {wanted}\n  given  {given}"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}
