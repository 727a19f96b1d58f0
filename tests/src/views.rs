//! Views: what the core answers, and the comparison of it with what a vector says.

use lockstep_policy::Policy;
use lockstep_policy::activity::Activity;
use lockstep_policy::view::ViewRequest;
use serde_json::{Value, json};

/// A case of a vector, completed from its file.
pub struct Case<'a> {
    file: &'a Value,
    case: &'a Value,
}

impl<'a> Case<'a> {
    /// A case of a file.
    pub fn new(file: &'a Value, case: &'a Value) -> Self {
        Self { file, case }
    }

    fn given(&self, member: &str) -> &'a Value {
        self.case.get(member).unwrap_or(&self.file[member])
    }

    /// The request, going on after a cursor where one is given.
    pub fn request(&self, after: Option<&Value>) -> Value {
        let mut request = json!({"view": self.case["view"], "now": self.given("now")});
        match self.given("actor") {
            _ if self.case["host"] == true => request["host"] = json!(true),
            Value::Null => {}
            actor => request["actor"] = actor.clone(),
        }
        for member in ["page", "filter"] {
            if let Some(value) = self.case.get(member) {
                request[member] = value.clone();
            }
        }
        if let Some(after) = after {
            request["page"]["after"] = after.clone();
        }
        request
    }

    /// The activity beside it.
    pub fn activity(&self) -> String {
        match self.given("activity") {
            Value::Null => "{}".to_owned(),
            activity => activity.to_string(),
        }
    }

    /// What the core answers.
    pub fn answer(&self, policy: &Policy, after: Option<&Value>) -> Value {
        answer(policy, &self.request(after).to_string(), &self.activity())
    }

    /// All that is otherwise than the case says.
    pub fn differences(&self, policy: &Policy) -> Vec<String> {
        let answer = self.answer(policy, None);
        let mut differences = Vec::new();
        if let Some(whole) = self.case.get("whole") {
            let mut given = answer.clone();
            given.as_object_mut().unwrap().remove("next");
            differ(&given, whole, "", &mut differences);
        }
        for pin in self.case["expect"].as_array().into_iter().flatten() {
            let at = pin["at"].as_str().unwrap();
            match (answer.pointer(at), pin.get("is")) {
                (Some(given), Some(wanted)) => differ(given, wanted, at, &mut differences),
                (Some(given), None) => differences.push(format!("{at}: is there: {given}")),
                (None, Some(wanted)) => differences.push(format!("{at}: isn't there, but {wanted} is expected: {answer}")),
                (None, None) => {}
            }
        }
        if let Some(pages) = self.case.get("pages") {
            let given = self.pages(policy);
            if given != *pages {
                differences.push(format!("pages: expected {pages}, given {given}"));
            }
        }
        differences
    }

    /// The rows of all pages, by what they are about.
    fn pages(&self, policy: &Policy) -> Value {
        let (mut pages, mut next) = (Vec::new(), None);
        loop {
            let answer = self.answer(policy, next.as_ref());
            let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("no rows: {answer}"));
            pages.push(rows.iter().map(name_of).collect::<Value>());
            assert!(pages.len() < 1000, "pages without end");
            next = answer.get("next").cloned();
            if next.is_none() {
                return pages.into();
            }
        }
    }
}

/// What a row is about.
fn name_of(row: &Value) -> Value {
    let members = ["user", "server", "virtualServer", "integration", "scope"];
    members.into_iter().find_map(|member| row.get(member)).cloned().unwrap_or_default()
}

/// What the core answers, as JSON.
pub fn answer(policy: &Policy, request: &str, activity: &str) -> Value {
    let activity = Activity::read(activity.as_bytes()).unwrap_or_else(|problems| panic!("{problems}: {activity}"));
    let request = ViewRequest::read(request.as_bytes());
    let text = match policy.view(&request, &activity) {
        Ok(view) => view.to_json(),
        Err(refusal) => refusal.to_json(),
    };
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(request.problems().is_some(), answer["reason"] == "invalid-request", "{answer}");
    answer
}

/// Tells of everything that differs; a message may stand where none is expected.
fn differ(given: &Value, wanted: &Value, at: &str, differences: &mut Vec<String>) {
    match (given, wanted) {
        (Value::Object(given), Value::Object(wanted)) => {
            for (key, value) in wanted {
                match given.get(key) {
                    Some(given) => differ(given, value, &format!("{at}/{key}"), differences),
                    None => differences.push(format!("{at}/{key}: isn't there, but {value} is expected")),
                }
            }
            for (key, value) in given.iter().filter(|(key, _)| *key != "message" && !wanted.contains_key(*key)) {
                differences.push(format!("{at}/{key}: isn't expected: {value}"));
            }
        }
        (Value::Array(given), Value::Array(wanted)) if given.len() == wanted.len() => {
            for (place, (given, wanted)) in given.iter().zip(wanted).enumerate() {
                differ(given, wanted, &format!("{at}/{place}"), differences);
            }
        }
        _ if given != wanted => differences.push(format!("{at}: expected {wanted}, given {given}")),
        _ => {}
    }
}
