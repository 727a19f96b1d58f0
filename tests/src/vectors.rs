//! The vectors of `tests/vectors`, completed as its README says.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_policy::Policy;
use serde_json::{Map, Value, json};

use crate::{DECIDED, answers, holds, only};

/// A file of vectors.
pub struct File {
    /// Its name without the folder and the ending.
    pub name: String,
    /// The organisation's document.
    pub policy: Value,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One case.
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The rules that it shows.
    pub rules: Vec<String>,
    /// What is asked.
    pub question: Question,
    /// What must be answered.
    pub expect: Value,
}

/// What a case asks.
pub enum Question {
    /// A decision, of a request as text.
    Decide(String),
    /// A list, of a request as text.
    List(String),
    /// An explanation, of a request as text, to an actor.
    Explain(String, String),
}

/// The folder of the vectors of decisions.
pub fn folder() -> PathBuf {
    of_kind("decide")
}

/// Where the vectors of a kind lie.
pub(crate) fn of_kind(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(kind)
}

/// All files of decisions, by name.
pub fn all() -> Vec<File> {
    files("decide").into_iter().map(|(name, file)| read(name, &file)).collect()
}

/// The files of a kind as they are, by name.
pub fn files(kind: &str) -> Vec<(String, Value)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(of_kind(kind)).expect("the vectors' folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths.iter().map(|path| read_file(path)).collect()
}

/// A file as it is, with its name.
pub(crate) fn read_file(path: &Path) -> (String, Value) {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let text = fs::read_to_string(path).expect("a readable file");
    let file = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    (name, file)
}

/// The cases of a file.
pub(crate) fn cases<'f>(name: &str, file: &'f Value) -> &'f [Value] {
    file["cases"].as_array().unwrap_or_else(|| panic!("{name}: no cases"))
}

fn read(name: String, file: &Value) -> File {
    let cases = cases(&name, file).iter().map(|case| read_case(&name, file, case)).collect();
    File { policy: file["policy"].clone(), cases, name }
}

fn read_case(file_name: &str, file: &Value, case: &Value) -> Case {
    let name = case["name"].as_str().unwrap_or_else(|| panic!("{file_name}: a case without a name"));
    let rules = case["rules"].as_array().unwrap_or_else(|| panic!("{file_name}: {name}: no rules"));
    let exact = case["exact"] == true;
    let complete = |request: &Value| if exact { request.to_string() } else { completed(file, request).to_string() };
    let question = if let Some(text) = case["text"].as_str() {
        Question::Decide(text.to_owned())
    } else if let Some(request) = case.get("request") {
        Question::Decide(complete(request))
    } else if let Some(list) = case.get("list") {
        Question::List(complete(list))
    } else {
        let explain = &case["explain"];
        Question::Explain(complete(&explain["request"]), explain["actor"].as_str().expect("an actor").to_owned())
    };
    Case {
        name: name.to_owned(),
        rules: rules.iter().map(|rule| rule.as_str().expect("a rule's id").to_owned()).collect(),
        question,
        expect: case["expect"].clone(),
    }
}

/// A request with the file's `caller` and `context` underneath.
pub(crate) fn completed(file: &Value, request: &Value) -> Value {
    let mut request = request.as_object().expect("a request").clone();
    for member in ["caller", "context"] {
        let over = request.get(member).cloned().unwrap_or_else(|| json!({}));
        match laid_over(&file[member], &over) {
            Some(value) => request.insert(member.to_owned(), value),
            None => request.remove(member),
        };
    }
    Value::Object(request)
}

/// One object's members over another's; a null removes, and a null in place of the object leaves nothing.
fn laid_over(under: &Value, over: &Value) -> Option<Value> {
    let over = match over {
        Value::Null => return None,
        Value::Object(over) => over,
        other => return Some(other.clone()),
    };
    let mut members: Map<String, Value> = under.as_object().cloned().unwrap_or_default();
    if under.is_null() && over.is_empty() {
        return None;
    }
    for (key, value) in over {
        if value.is_null() {
            members.remove(key);
        } else {
            members.insert(key.clone(), value.clone());
        }
    }
    Some(Value::Object(members))
}

/// Whether the core answers a case as it says, by every way in.
pub fn judge(policy: &Policy, file: &File, case: &Case) -> Result<(), String> {
    let (answer, alike) = match &case.question {
        Question::Decide(text) => {
            answers::every_way(policy, text).map_err(|wrong| format!("{}: {}\n{wrong}", file.name, case.name))?;
            let answer = answers::decision(policy, text);
            let alike = only(&answer, &DECIDED) == only(&case.expect, &DECIDED)
                && answer["revision"] == file.policy["revision"]
                && case.expect.get("problems").is_none_or(|problems| problems_are(&answer["problems"], problems))
                && ["params", "message"].iter().all(|member| case.expect.get(member).is_none_or(|part| holds(&answer[*member], part)));
            (answer, alike)
        }
        Question::List(text) => {
            let answer = answers::list(policy, text);
            let alike = answer == case.expect;
            (answer, alike)
        }
        Question::Explain(text, actor) => {
            let answer = answers::explanation(policy, text, actor);
            let alike = explains(&answer, &case.expect);
            (answer, alike)
        }
    };
    if alike { Ok(()) } else { Err(format!("{}: {}\n  expected {}\n  answered {answer}", file.name, case.name, case.expect)) }
}

/// All of them, in order, each in the members that are given.
fn problems_are(found: &Value, expected: &Value) -> bool {
    let (found, expected) = (found.as_array(), expected.as_array().expect("a list of problems"));
    found.is_some_and(|found| found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| holds(found, expected)))
}

/// `layers` may name some layers only; `unlock` is whole where given.
fn explains(answer: &Value, expect: &Value) -> bool {
    expect.as_object().expect("an object").iter().all(|(member, expected)| match member.as_str() {
        "decision" => answers::told(&answer["decision"]) == *expected,
        "layers" => {
            let empty = Vec::new();
            let rows = answer["layers"].as_array().unwrap_or(&empty);
            let expected = expected.as_array().expect("a list of layers");
            expected.is_empty() == rows.is_empty()
                && expected.iter().all(|row| rows.iter().any(|answered| answered["layer"] == row["layer"] && holds(answered, row)))
        }
        "unlock" => answer.get("unlock").cloned().unwrap_or_else(|| Value::Array(Vec::new())) == *expected,
        other => panic!("an explanation has no `{other}`"),
    })
}
