//! The vectors of documents: what is wrong with one, or deserves a word, and where (`tests/vectors/document`).
#![allow(clippy::string_slice, reason = "a test stops at the first thing that is wrong")]

use lockstep_policy::Policy;
use lockstep_policy::document::{Document, Problem};
use serde_json::{Value, json};

use crate::vectors::{cases, files, of_kind, read_file};
use crate::{answers, only};

/// A file of vectors.
pub struct File {
    /// Its name without the folder and the ending.
    pub name: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One case.
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The text.
    pub text: String,
    /// What is at a pointer of that text, where the case is a change of the one document.
    document: Option<Value>,
    /// Problems that refuse the document, or warnings of one that is valid.
    expect: (&'static str, Vec<Value>),
}

/// All files, by name.
pub fn all() -> Vec<File> {
    let (_, document) = read_file(&of_kind("document.json"));
    files("document").into_iter().map(|(name, file)| read(name, &file, &document)).collect()
}

fn read(name: String, file: &Value, document: &Value) -> File {
    let cases = cases(&name, file).iter().map(|case| read_case(&name, document, case)).collect();
    File { cases, name }
}

fn read_case(file: &str, document: &Value, case: &Value) -> Case {
    let name = case["name"].as_str().unwrap_or_else(|| panic!("{file}: a case without a name")).to_owned();
    assert!(case["rules"].is_array(), "{file}: {name}: no rules");
    let member = if case.get("problems").is_some() { "problems" } else { "warnings" };
    let expect = (member, case[member].as_array().unwrap_or_else(|| panic!("{file}: {name}: nothing expected")).clone());
    match case["text"].as_str() {
        Some(text) => Case { name, text: text.to_owned(), document: None, expect },
        None => {
            let document = changed(document, case);
            Case { name, text: format!("{document:#}"), document: Some(document), expect }
        }
    }
}

/// The document with the case's changes.
pub(crate) fn changed(document: &Value, case: &Value) -> Value {
    let mut document = document.clone();
    let changes = |member: &str| case[member].as_object().cloned().unwrap_or_default();
    for (at, value) in changes("set") {
        put(&mut document, &at, value);
    }
    for (at, length) in changes("long") {
        put(&mut document, &at, json!("x".repeat(length.as_u64().expect("a length") as usize)));
    }
    for (at, list) in changes("many") {
        let entry = list["of"].to_string();
        let numbered = |number: u64| -> Value { serde_json::from_str(&entry.replace("{}", &number.to_string())).expect("an entry") };
        put(&mut document, &at, (0..list["count"].as_u64().expect("a count")).map(numbered).collect());
    }
    for at in case["remove"].as_array().into_iter().flatten() {
        let (above, key) = at.as_str().expect("a pointer").rsplit_once('/').expect("a pointer to a member");
        let record = document.pointer_mut(above).and_then(Value::as_object_mut).expect("a record");
        record.remove(&unescaped(key)).unwrap_or_else(|| panic!("nothing at {at}"));
    }
    document
}

/// Puts a value where the pointer leads; `-` appends to a list.
fn put(document: &mut Value, at: &str, value: Value) {
    let (above, key) = at.rsplit_once('/').expect("a pointer to a member");
    match document.pointer_mut(above).unwrap_or_else(|| panic!("nothing at {above}")) {
        Value::Array(list) if key == "-" => list.push(value),
        Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
        record => record[unescaped(key)] = value,
    }
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

/// Whether the core finds just these problems, or gives just these warnings, each at its place.
pub fn judge(file: &File, case: &Case) -> Result<(), String> {
    let wrong = |what: String| Err(format!("{}: {}\n  {what}", file.name, case.name));
    let (member, found) = match Document::read_and_warn(case.text.as_bytes()) {
        Ok((_, warnings)) => {
            let policy = Policy::load(case.text.as_bytes()).map_err(|problems| problems.to_string())?;
            answers::document_given_back(&policy, &case.text).map_err(|wrong| format!("{}: {}\n{wrong}", file.name, case.name))?;
            ("warnings", warnings)
        }
        Err(problems) => ("problems", problems),
    };
    let all: Vec<Value> = found.problems.iter().map(|problem| serde_json::to_value(problem).expect("JSON")).collect();
    let (expected_member, expected) = &case.expect;
    let cut = |(problem, expected): (&Value, &Value)| {
        let members: Vec<&str> = expected.as_object().expect("a problem").keys().map(String::as_str).collect();
        only(problem, &members) == *expected && problem.get("related") == expected.get("related")
    };
    if member != *expected_member || all.len() != expected.len() || !all.iter().zip(expected).all(cut) {
        return wrong(format!("expected {expected_member} {}\n  found {member} {}", json!(expected), json!(all)));
    }
    if !found.problems.is_sorted_by_key(|problem| (problem.line, problem.column)) || found.count != all.len() as u64 {
        return wrong(format!("not in order, or not counted: {found:?}"));
    }
    match found.problems.iter().find(|problem| !is_there(case, problem)) {
        Some(problem) => wrong(format!("not at {} of the text: {problem}", problem.at)),
        None => Ok(()),
    }
}

/// Whether line and column lead to the value at the pointer, or to its key.
fn is_there(case: &Case, problem: &Problem) -> bool {
    let Some(document) = &case.document else { return true };
    let line = problem.line as usize - 1;
    let before: usize = case.text.split_inclusive('\n').take(line).map(str::len).sum();
    let on_line = case.text[before..].chars().take(problem.column as usize - 1).map(char::len_utf8).sum::<usize>();
    let mut values = serde_json::Deserializer::from_str(&case.text[before + on_line..]).into_iter::<Value>();
    let Some(Ok(value)) = values.next() else { return false };
    let key = problem.at.rsplit_once('/').map(|(_, key)| unescaped(key));
    document.pointer(&problem.at) == Some(&value) || key.is_some_and(|key| value == key.as_str())
}
