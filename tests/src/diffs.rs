//! The vectors of differences between two policies (`tests/vectors/diff`).

use lockstep_policy::decide::Request;
use lockstep_policy::{Diff, LineChange, Policy, Stored};
use serde_json::{Value, json};

use crate::documents::changed;
use crate::vectors::{cases, completed, files};

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
    /// The rules that it shows.
    pub rules: Vec<String>,
    /// The older document.
    pub before: Value,
    /// The newer one.
    pub after: Value,
    /// The recorded requests, a line each.
    pub lines: Vec<String>,
    expect: Value,
}

/// All files, by name.
pub fn all() -> Vec<File> {
    files("diff").into_iter().map(|(name, file)| read(name, &file)).collect()
}

fn read(name: String, file: &Value) -> File {
    let cases = cases(&name, file).iter().map(|case| read_case(&name, file, case)).collect();
    File { cases, name }
}

fn read_case(file_name: &str, file: &Value, case: &Value) -> Case {
    let name = case["name"].as_str().unwrap_or_else(|| panic!("{file_name}: a case without a name"));
    let rules = case["rules"].as_array().unwrap_or_else(|| panic!("{file_name}: {name}: no rules"));
    for member in case.as_object().expect("a case").keys() {
        assert!(["name", "rules", "before", "after", "requests", "expect"].contains(&member.as_str()), "{file_name}: {name}: `{member}`?");
    }
    let line = |request: &Value| match request {
        Value::String(text) => text.clone(),
        request => completed(file, request).to_string(),
    };
    let of_lists = |list: &Value| list.as_array().cloned().unwrap_or_default();
    Case {
        name: name.to_owned(),
        rules: rules.iter().map(|rule| rule.as_str().expect("a rule's id").to_owned()).collect(),
        before: changed(&file["policy"], &case["before"]),
        after: changed(&file["policy"], &case["after"]),
        lines: of_lists(&case["requests"]).iter().map(line).collect(),
        expect: json!({"settings": of_lists(&case["expect"]["settings"]), "decisions": of_lists(&case["expect"]["decisions"])}),
    }
}

/// What is different between two policies, of requests a line each; with the JSON that a host would read.
pub fn diff(older: &Policy, newer: &Policy, lines: &[String]) -> Value {
    let requests: Vec<Request<'_>> = lines.iter().map(|line| Request::read(line.as_bytes())).collect();
    let changes = (1..).zip(&requests).filter_map(|(line, request)| {
        let change = older.diff_decision(newer, request)?;
        Some(LineChange { line, change })
    });
    let without = older.diff(newer);
    let diff = Diff { decisions: Some(changes.collect()), ..without.clone() };
    let answer: Value = serde_json::from_str(&diff.to_json()).expect("an answer that is JSON");
    assert_eq!(serde_json::to_string(&diff).ok(), Some(diff.to_json()));
    for (row, change) in answer["settings"].as_array().into_iter().flatten().zip(&diff.settings) {
        let value = |stored: &Option<Stored<'_>>| stored.as_ref().map_or(Value::Null, |stored| stored.value.to_string().into());
        assert_eq!((&row["before"], &row["after"]), (&value(&change.before), &value(&change.after)));
    }
    // Asked of no requests, it says nothing of decisions.
    assert_eq!(serde_json::from_str::<Value>(&without.to_json()).ok(), Some(json!({"settings": answer["settings"]})));
    answer
}

/// The same difference, seen from the newer policy.
pub fn mirrored(diff: &Value) -> Value {
    let mirror = |row: &Value| {
        let row = row.as_object().expect("a row").iter();
        let swapped = row.map(|(key, value)| {
            let key = match key.as_str() {
                "before" => "after",
                "after" => "before",
                "exceptBefore" => "exceptAfter",
                "exceptAfter" => "exceptBefore",
                other => other,
            };
            (key.to_owned(), value.clone())
        });
        Value::Object(swapped.collect())
    };
    let rows = |member: &str| -> Vec<Value> { diff[member].as_array().expect("a list").iter().map(mirror).collect() };
    json!({"settings": rows("settings"), "decisions": rows("decisions")})
}

/// Whether the core finds just these differences, from either side, and none between a policy and itself.
pub fn judge(file: &File, case: &Case) -> Result<(), String> {
    let wrong = |what: String| Err(format!("{}: {}\n  {what}", file.name, case.name));
    let load = |document: &Value| Policy::load(document.to_string().as_bytes()).map_err(|problems| problems.to_string());
    let (before, after) = match (load(&case.before), load(&case.after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(problems), _) | (_, Err(problems)) => return wrong(format!("a document doesn't load: {problems}")),
    };
    let answer = diff(&before, &after, &case.lines);
    if answer != case.expect {
        return wrong(format!("expected {}\n  answered {answer}", case.expect));
    }
    let back = diff(&after, &before, &case.lines);
    if back != mirrored(&answer) {
        return wrong(format!("the other way round it is {back}"));
    }
    let nothing = json!({"settings": [], "decisions": []});
    let same = [diff(&before, &before, &case.lines), diff(&after, &after, &case.lines)];
    match same.iter().find(|same| **same != nothing) {
        Some(same) => wrong(format!("a policy differs from itself: {same}")),
        None => Ok(()),
    }
}
