//! What the core answers in native to everything that the vectors ask, a JSON line each, for other hosts to be compared with.
//!
//! Each vector is held to its expectation first. A line has what is asked, `json`, the answer as the core writes it, and
//! `sorted`, the same with the members of every object by key, byte for byte: what any language's own writer can make of the
//! answer as an object. A line with `policy` is a document; what follows is asked of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's tool stops at what is wrong"
)]

use std::io::{BufWriter, Write};
use std::{env, fs};

use lockstep_policy::Policy;
use lockstep_policy::activity::Activity;
use lockstep_policy::address::{address_digest, redact};
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{ListRequest, Reason, Request};
use lockstep_policy::document::{Document, ProblemCode};
use lockstep_policy::view::ViewRequest;
use lockstep_policy::{Diff, LineChange};
use lockstep_tests::vectors::{self, Question};
use lockstep_tests::{addresses, changes, diffs, documents, previews, slices, views};
use serde_json::{Value, json};

/// Writes the lines.
struct Lines<W: Write>(W);

fn main() {
    let path = env::args_os().nth(1).expect("usage: native-answers FILE");
    let mut lines = Lines(BufWriter::new(fs::File::create(path).expect("a file to write")));
    lines.line(&json!({"tables": {
        "reasons": Reason::ALL.iter().map(|reason| json!([reason.code(), reason.entry().number])).collect::<Vec<_>>(),
        "problems": ProblemCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
    }}));
    decisions(&mut lines);
    shown(&mut lines);
    changed(&mut lines);
    sliced(&mut lines);
    compared(&mut lines);
    checked(&mut lines);
    redacted(&mut lines);
    lines.0.flush().expect("a file that takes it all");
}

impl<W: Write> Lines<W> {
    fn line(&mut self, line: &Value) {
        writeln!(self.0, "{line}").expect("a file that takes it");
    }

    fn policy(&mut self, document: &Value) -> Policy {
        let text = document.to_string();
        self.line(&json!({"policy": text}));
        Policy::load(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn answer(&mut self, kind: &str, name: &str, mut asked: Value, answer: &str) {
        asked["kind"] = kind.into();
        asked["name"] = name.into();
        asked["json"] = answer.into();
        asked["sorted"] = sorted(&serde_json::from_str(answer).expect("an answer that is JSON")).into();
        self.line(&asked);
    }
}

/// JSON with the members of every object by key.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| key.as_bytes());
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{}:{}", json!(key), sorted(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(sorted).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

fn decisions<W: Write>(lines: &mut Lines<W>) {
    for file in vectors::all() {
        let policy = lines.policy(&file.policy);
        for case in &file.cases {
            vectors::judge(&policy, &file, case).unwrap_or_else(|wrong| panic!("{wrong}"));
            let name = format!("decide/{}: {}", file.name, case.name);
            match &case.question {
                Question::Decide(text) => {
                    let answer = policy.decide(&Request::read(text.as_bytes())).to_json();
                    lines.answer("decide", &name, json!({"request": text, "expect": case.expect}), &answer);
                }
                Question::List(text) => {
                    lines.answer("list", &name, json!({"request": text}), &policy.list(&ListRequest::read(text.as_bytes())).to_json());
                }
                Question::Explain(text, actor) => {
                    let answer = policy.explain(&Request::read(text.as_bytes()), actor).to_json();
                    lines.answer("explain", &name, json!({"request": text, "actor": actor}), &answer);
                }
            }
        }
    }
}

fn shown<W: Write>(lines: &mut Lines<W>) {
    for (name, file) in vectors::files("view") {
        let policy = lines.policy(&file["policy"]);
        for case in file["cases"].as_array().expect("cases") {
            let asked = views::Case::new(&file, case);
            let wrong = asked.differences(&policy);
            assert!(wrong.is_empty(), "{name}: {}: {}", case["name"], wrong.join("\n"));
            let (mut next, activity) = (None, asked.activity());
            loop {
                let request = asked.request(next.as_ref()).to_string();
                let known = Activity::read(activity.as_bytes()).expect("an activity");
                let answer = match policy.view(&ViewRequest::read(request.as_bytes()), &known) {
                    Ok(view) => view.to_json(),
                    Err(refusal) => refusal.to_json(),
                };
                let title = format!("view/{name}: {}", case["name"].as_str().expect("a name"));
                lines.answer("view", &title, json!({"request": request, "activity": activity}), &answer);
                next = serde_json::from_str::<Value>(&answer).expect("JSON").get("next").cloned();
                // Other pages are asked for where the vector does.
                if next.is_none() || case.get("pages").is_none() {
                    break;
                }
            }
        }
    }
}

fn changed<W: Write>(lines: &mut Lines<W>) {
    for (name, file) in vectors::files("change") {
        let policy = Policy::load(file["policy"].to_string().as_bytes()).expect("a policy");
        for case in file["cases"].as_array().expect("cases") {
            changes::judge(&policy, &file, case).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        }
    }
    let mut document = Value::Null;
    let mut policy = None;
    for case in previews::all() {
        previews::judge(&case).unwrap_or_else(|wrong| panic!("{wrong}"));
        if document != case.policy {
            policy = Some(lines.policy(&case.policy));
            document = case.policy.clone();
        }
        let policy = policy.as_ref().expect("a policy");
        let text = case.request.to_string();
        let request = ChangeRequest::read(text.as_bytes());
        let preview = policy.preview(&request).map_or_else(|refusal| refusal.to_json(), |preview| preview.to_json());
        lines.answer("preview", &case.name, json!({"request": text}), &preview);
        let (answer, next) = match policy.apply(&request) {
            Ok(applied) => (applied.to_json(), json!(applied.policy.document().canonical())),
            Err(refusal) => (refusal.to_json(), Value::Null),
        };
        lines.answer("apply", &case.name, json!({"request": text, "next": next}), &answer);
    }
}

fn sliced<W: Write>(lines: &mut Lines<W>) {
    for file in slices::all() {
        let policy = lines.policy(&file.policy);
        for case in &file.cases {
            slices::judge(&file, case).unwrap_or_else(|wrong| panic!("{wrong}"));
            for of in slices::subjects(&file, case) {
                let answer = match policy.slice(slices::subject_of(&of)) {
                    Ok(document) => document.canonical(),
                    Err(error) => json!({"error": error.to_string()}).to_string(),
                };
                let name = format!("slice/{}: {}", file.name, case["name"].as_str().expect("a name"));
                lines.answer("slice", &name, json!({"of": of}), &answer);
            }
        }
    }
}

fn compared<W: Write>(lines: &mut Lines<W>) {
    for file in diffs::all() {
        for case in &file.cases {
            diffs::judge(&file, case).unwrap_or_else(|wrong| panic!("{wrong}"));
            let older = lines.policy(&case.before);
            let newer = Policy::load(case.after.to_string().as_bytes()).expect("a policy");
            let requests: Vec<Request<'_>> = case.lines.iter().map(|line| Request::read(line.as_bytes())).collect();
            let changes = (1..).zip(&requests).filter_map(|(line, request)| {
                let change = older.diff_decision(&newer, request)?;
                Some(LineChange { line, change })
            });
            let diff = Diff { decisions: Some(changes.collect()), ..older.diff(&newer) };
            let asked = json!({"newer": case.after.to_string(), "lines": case.lines});
            lines.answer("diff", &format!("diff/{}: {}", file.name, case.name), asked, &diff.to_json());
        }
    }
}

fn checked<W: Write>(lines: &mut Lines<W>) {
    for file in documents::all() {
        for case in &file.cases {
            documents::judge(&file, case).unwrap_or_else(|wrong| panic!("{wrong}"));
            let none = json!([]);
            let answer = match Document::read_and_warn(case.text.as_bytes()) {
                Ok((_, found)) => json!({"valid": true, "problems": none, "warnings": found.problems, "count": found.count}),
                Err(found) => json!({"valid": false, "problems": found.problems, "warnings": none, "count": found.count}),
            };
            lines.answer("check", &format!("document/{}: {}", file.name, case.name), json!({"text": case.text}), &answer.to_string());
        }
    }
}

fn redacted<W: Write>(lines: &mut Lines<W>) {
    for case in addresses::all() {
        addresses::judge(&case).unwrap_or_else(|wrong| panic!("{wrong}"));
        if let Some(address) = case.case["address"].as_str() {
            let answer = json!({"shown": redact(address), "digest": address_digest(address).to_string()});
            lines.answer("address", &format!("address/{address}"), json!({"address": address}), &answer.to_string());
        }
    }
}
