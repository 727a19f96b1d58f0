//! Vectors of previews: `tests/vectors/preview`, and what those of changes say of a preview besides.

use lockstep_policy::Policy;
use lockstep_policy::change::{ChangeRequest, Preview, Refusal};
use serde_json::{Value, json};

use crate::vectors::{cases, files};

/// What of an answer only a preview has.
const OF_PREVIEWS: [&str; 5] = ["needs", "confirm", "affects", "opens", "closes"];

/// A case: a change and what its preview says.
pub struct Case {
    /// The file and the case.
    pub name: String,
    /// The document.
    pub policy: Value,
    /// The request.
    pub request: Value,
    /// What is expected.
    pub expect: Value,
    /// Whether what it doesn't name is expected not to be there.
    pub is_whole: bool,
}

/// The cases of both folders.
pub fn all() -> Vec<Case> {
    let mut all = Vec::new();
    for (folder, is_whole) in [("change", false), ("preview", true)] {
        for (name, file) in files(folder) {
            for case in cases(&name, &file) {
                let own = |member: &str| if case[member].is_null() { &file[member] } else { &case[member] };
                let revision = if case["revision"].is_null() { &file["policy"]["revision"] } else { &case["revision"] };
                let mut request = json!({"actor": own("actor"), "now": own("now"), "revision": revision});
                // `kind` comes first, as canonical changes have it.
                request["change"] = case["change"].clone();
                all.push(Case {
                    name: format!("{folder}/{name}: {}", case["name"].as_str().expect("a name")),
                    policy: file["policy"].clone(),
                    request,
                    expect: case["expect"].clone(),
                    is_whole,
                });
            }
        }
    }
    all
}

/// Whether a preview says what the case does, and applying does what the preview said.
pub fn judge(case: &Case) -> Result<(), String> {
    let policy = Policy::load(case.policy.to_string().as_bytes()).map_err(|problems| format!("{}: {problems}", case.name))?;
    let text = case.request.to_string();
    let request = ChangeRequest::read(text.as_bytes());
    let preview = policy.preview(&request);
    let answer: Value = serde_json::from_str(&to_json(&preview)).expect("JSON");
    let told = |what: &str| format!("{}: {what}\n  expected {}\n  answered {answer}", case.name, case.expect);
    agrees(&policy, &text, &preview).map_err(|what| told(&what))?;
    let waits = case.expect["reason"] == "confirmation-required";
    if answer["permitted"] != json!(case.expect["permitted"] == true || waits) {
        return Err(told("permitted or not"));
    }
    if !waits && answer.get("reason") != case.expect.get("reason") {
        return Err(told("another reason"));
    }
    if answer["permitted"] == false {
        return Ok(());
    }
    if case.expect.get("changed").is_some_and(|changed| *changed != answer["changed"]) {
        return Err(told("changed or not"));
    }
    for member in OF_PREVIEWS {
        let expected = case.expect.get(member);
        let same = match (expected, answer.get(member)) {
            (None, found) => !case.is_whole || member == "confirm" || member == "affects" || found.is_none(),
            (Some(Value::Object(expected)), Some(found)) if !case.is_whole || member == "affects" => {
                expected.iter().all(|(kind, expected)| found.get(kind) == Some(expected))
                    && (!case.is_whole || others_are_none(found, expected))
            }
            (expected, found) => expected == found,
        };
        if !same {
            return Err(told(member));
        }
    }
    Ok(())
}

/// Whom a vector doesn't name, nothing affects.
fn others_are_none(found: &Value, expected: &serde_json::Map<String, Value>) -> bool {
    let none = json!({"count": 0, "first": []});
    found.as_object().is_some_and(|found| found.iter().all(|(kind, counted)| expected.contains_key(kind) || *counted == none))
}

fn to_json(preview: &Result<Preview, Refusal>) -> String {
    match preview {
        Ok(preview) => preview.to_json(),
        Err(refusal) => refusal.to_json(),
    }
}

/// P-3: whether applying does what the preview said; where a confirmation is missing for that, with one.
pub fn agrees(policy: &Policy, text: &str, preview: &Result<Preview, Refusal>) -> Result<(), String> {
    let mut applied = policy.apply(&ChangeRequest::read(text.as_bytes()));
    let waits = applied.as_ref().is_err_and(|refusal| refusal.reason.code() == "confirmation-required");
    if preview.as_ref().is_ok_and(|preview| preview.needs.is_empty() == waits) {
        return Err("needs what applying doesn't, or the other way round".to_owned());
    }
    if waits {
        let mut confirmed: Value = serde_json::from_str(text).expect("a change that was judged is JSON");
        confirmed["actor"]["confirmedAt"] = confirmed["now"].clone();
        applied = policy.apply(&ChangeRequest::read(confirmed.to_string().as_bytes()));
    }
    let same = match (preview, &applied) {
        (Err(one), Err(other)) => one == other,
        (Ok(preview), Ok(applied)) => {
            preview.changed == applied.changed && preview.revision == applied.revision() && preview.events == applied.events
        }
        _ => false,
    };
    if same {
        return Ok(());
    }
    Err(format!("applied otherwise: {}", applied.map_or_else(|refusal| refusal.to_json(), |applied| applied.to_json())))
}
