//! The vectors of `tests/vectors`, completed as its README says.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

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

/// The folder of the vectors.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/decide")
}

/// All files, by name.
pub fn all() -> Vec<File> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder()).expect("the vectors' folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> File {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let text = fs::read_to_string(path).expect("a readable file");
    let file: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let cases = file["cases"].as_array().unwrap_or_else(|| panic!("{name}: no cases"));
    let cases = cases.iter().map(|case| read_case(&name, &file, case)).collect();
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
fn completed(file: &Value, request: &Value) -> Value {
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
