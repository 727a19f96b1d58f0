//! The vectors of slices (`vectors/slice`), as the README beside them says.

use lockstep_policy::decide::{Request, Source};
use lockstep_policy::{Policy, SliceOf};
use serde_json::{Map, Value, json};

use crate::vectors;

/// A file of vectors.
pub struct File {
    /// Its name without the folder and the ending.
    pub name: String,
    /// The organisation's document.
    pub policy: Value,
    /// Its cases, completed.
    pub cases: Vec<Value>,
}

/// All files, by name.
pub fn all() -> Vec<File> {
    let files = vectors::files("slice");
    let policy_of = |file: &Value| match file["policy"].as_str() {
        Some(other) => files.iter().find(|(name, _)| name == other).unwrap_or_else(|| panic!("no file {other}")).1["policy"].clone(),
        None => file["policy"].clone(),
    };
    let read = |(name, file): &(String, Value)| {
        let cases = vectors::cases(name, file).iter().map(|case| completed(file, case)).collect();
        File { name: name.clone(), policy: policy_of(file), cases }
    };
    files.iter().map(read).collect()
}

/// A case with the file's `of`, and its request with the file's `caller` and `context` underneath.
fn completed(file: &Value, case: &Value) -> Value {
    let mut case = case.clone();
    if case.get("of").is_none() {
        case["of"] = file["of"].clone();
    }
    if case.get("request").is_some() {
        for member in ["caller", "context"] {
            let over = case["request"].get(member).and_then(Value::as_object).cloned().unwrap_or_default();
            let mut whole: Map<String, Value> = file[member].as_object().cloned().unwrap_or_default();
            whole.extend(over);
            case["request"][member] = whole.into();
        }
    }
    case
}

/// Of whom a case asks for slices.
pub fn subjects(file: &File, case: &Value) -> Vec<Value> {
    let mut subjects = callers_slices(&file.policy, &case["request"]["caller"]);
    if subjects.is_empty() {
        subjects.push(case["of"].clone());
    }
    subjects
}

/// Whether the core slices and decides as a case says.
pub fn judge(file: &File, case: &Value) -> Result<(), String> {
    let fail = |what: String| Err(format!("{}: {}\n  {what}", file.name, case["name"]));
    let policy = Policy::load(file.policy.to_string().as_bytes()).map_err(|problems| format!("{}: {problems}", file.name))?;
    for subject in subjects(file, case) {
        let of = subject_of(&subject);
        let written = match (policy.slice(of), case["refused"].as_str()) {
            (Ok(document), None) => document.canonical(),
            (Err(error), Some(refused)) if error.to_string() == refused => return Ok(()),
            (sliced, _) => return fail(format!("{of:?}: {:?}", sliced.map(|_| "a slice"))),
        };
        let slice = match Policy::load(written.as_bytes()) {
            Ok(slice) => slice,
            Err(problems) => return fail(format!("the slice of {of:?} doesn't load: {problems}\n{written}")),
        };
        let digest = format!("{}", slice.digest());
        let document: Value = serde_json::from_str(&written).expect("JSON");
        if document["slice"]["digest"] != digest.as_str() || slice.document().canonical() != written || slice.slice_of() != Some(of) {
            return fail(format!("what is loaded isn't what was written: {digest}, {:?}, {written}", slice.slice_of()));
        }
        if case.get("request").is_none() {
            return holds(case, &document, &written).or_else(|wrong| fail(format!("{wrong}\n  {written}")));
        }
        for (which, policy) in [("the whole", &policy), ("the slice", &slice)] {
            let answered = answer(policy, &case["request"]);
            let mut expected = case["expect"].clone();
            if expected.get("message").is_none() {
                expected["message"] = answered["message"].clone();
            }
            if answered != expected {
                return fail(format!("{which} of {of:?}\n  expected {expected}\n  answered {answered}"));
            }
        }
    }
    Ok(())
}

/// What a slice must have, must lack, and mustn't hold a byte of.
fn holds(case: &Value, document: &Value, written: &str) -> Result<(), String> {
    let none = Map::new();
    for (pointer, expected) in case["has"].as_object().unwrap_or(&none) {
        let found = at(document, pointer);
        if found != Some(expected) {
            return Err(format!("{pointer} is {}", found.unwrap_or(&Value::Null)));
        }
    }
    let texts = |member: &str| case[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    if let Some(pointer) = texts("lacks").into_iter().find(|pointer| at(document, pointer).is_some()) {
        return Err(format!("{pointer} is there"));
    }
    if let Some(text) = texts("without").into_iter().find(|text| written.contains(text)) {
        return Err(format!("`{text}` is in it"));
    }
    let says = ["has", "lacks", "without"].iter().any(|member| case.get(member).is_some());
    if says { Ok(()) } else { Err("the case says nothing".to_owned()) }
}

/// What stands at a pointer in which an element of a list is named by its id.
fn at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(value, |value, step| match value {
        Value::Array(elements) => elements.iter().find(|element| element["id"] == step),
        _ => value.get(step),
    })
}

/// Every slice in which a caller works: of each scope of the workspace's path, and the user's own.
fn callers_slices(document: &Value, caller: &Value) -> Vec<Value> {
    let scopes = document["scopes"].as_array().expect("scopes");
    let record = |id: &Value| scopes.iter().find(|scope| scope["id"] == *id);
    let mut next = record(&caller["workspace"]);
    let mut slices = Vec::new();
    while let Some(scope) = next {
        slices.push(json!({"kind": "scope", "scope": scope["id"]}));
        next = record(&scope["parent"]);
    }
    if !slices.is_empty() {
        slices.push(json!({"kind": "user", "user": caller["user"], "workspace": caller["workspace"]}));
    }
    slices
}

/// The same in the core's own terms.
pub fn subject_of(subject: &Value) -> SliceOf<'_> {
    let text = |member: &str| subject[member].as_str().expect("an id");
    match subject["kind"].as_str() {
        Some("scope") => SliceOf::Scope(text("scope")),
        _ => SliceOf::User { user: text("user"), workspace: text("workspace") },
    }
}

/// What P-6 holds equal: outcome, reason, layer, the source's level, the badge and the user's message.
fn answer(policy: &Policy, request: &Value) -> Value {
    let text = request.to_string();
    let request = Request::read(text.as_bytes());
    let decision = policy.decide(&request);
    let mut answer: Value = serde_json::from_str(&decision.for_user().to_json()).expect("JSON");
    match decision.source() {
        Some(Source::Platform) => answer["level"] = "platform".into(),
        Some(Source::Scope { level, .. }) => answer["level"] = level.into(),
        None => {}
    }
    answer
}
