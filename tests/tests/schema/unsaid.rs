//! Which problems a schema is allowed to be silent on: those of the list that stands beside the schemas.

use std::collections::BTreeMap;

use jsonschema::Validator;
use lockstep_policy::document::{Problem, ProblemCode, Problems};
use lockstep_policy::schema::UNSAID;
use serde_json::Value;

use super::complaints;

/// Whether a problem of a text is one that the list leaves to the check.
pub(crate) fn is_unsaid(problem: &Problem, value: &Value) -> bool {
    let mut listed = UNSAID.iter().filter(|unsaid| unsaid.code == problem.code).peekable();
    if listed.peek().is_none() {
        return false;
    }
    listed.any(|unsaid| unsaid.only.is_none()) || is_listed_case(problem, value)
}

/// The cases of `Unsaid::only`.
fn is_listed_case(problem: &Problem, value: &Value) -> bool {
    let here = value.pointer(&problem.at);
    let key = problem.at.rsplit('/').next().unwrap_or_default();
    match problem.code {
        ProblemCode::InvalidInteger => here.is_some_and(Value::is_f64),
        ProblemCode::TooLarge if problem.at.split('/').count() > 60 => true,
        ProblemCode::TooLarge | ProblemCode::InvalidId | ProblemCode::InvalidToolName => {
            !key.is_ascii() || here.and_then(Value::as_str).is_some_and(|text| !text.is_ascii())
        }
        ProblemCode::InvalidPattern => true,
        ProblemCode::DuplicateEntry => {
            let earlier = problem.related.as_deref().and_then(|related| value.pointer(related));
            here.is_some_and(|here| !here.is_string() || Some(here) != earlier)
        }
        ProblemCode::ExceptWithoutOff => key.starts_with("integration~1") || key.starts_with("server~1"),
        ProblemCode::LastManager => {
            here.and_then(Value::as_array).is_some_and(|access| access.iter().any(|entry| entry["grant"] == "manage"))
        }
        other => panic!("the list has only some cases of `{other}`, and nothing here says which"),
    }
}

/// What became of the texts that were tried.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Right by check and schema.
    pub(crate) right: usize,
    /// Refused by both.
    pub(crate) both: usize,
    /// Refused by the check alone.
    pub(crate) check_alone: usize,
    /// The problems of these, by code.
    pub(crate) unsaid: BTreeMap<&'static str, usize>,
    /// Where the law is broken.
    pub(crate) broken: Vec<String>,
}

impl Tally {
    /// Holds the schema against the check on one text: what the check accepts the schema accepts, and where the schema is
    /// silent, the check has only problems of the list.
    pub(crate) fn hold(&mut self, validator: &Validator, text: &str, value: &Value, checked: Option<&Problems>) {
        let accepted = validator.is_valid(value);
        match (checked, accepted) {
            (None, true) => self.right += 1,
            (Some(_), false) => self.both += 1,
            (None, false) => {
                self.broken.push(format!("the check accepts, the schema says {:?}: {text}", complaints(validator, value)));
            }
            (Some(problems), true) => {
                self.check_alone += 1;
                for problem in &problems.problems {
                    *self.unsaid.entry(problem.code.as_str()).or_default() += 1;
                    if !is_unsaid(problem, value) {
                        self.broken.push(format!("the schema is silent on {problem:?}: {text}"));
                    }
                }
            }
        }
    }

    /// Prints what was seen, and fails where the law is broken.
    pub(crate) fn finish(&self, what: &str) {
        println!("{what}: {} right, {} refused by schema and check, {} by the check alone", self.right, self.both, self.check_alone);
        for (code, count) in &self.unsaid {
            println!("{count:6} {code}");
        }
        let shown: Vec<&str> = self.broken.iter().take(5).map(String::as_str).collect();
        assert!(self.broken.is_empty(), "{} of these, the first:\n{}", self.broken.len(), shown.join("\n"));
    }
}

#[test]
fn the_list_has_no_code_of_a_warning_and_none_twice_for_one_case() {
    for (place, unsaid) in UNSAID.iter().enumerate() {
        let code = unsaid.code.as_str();
        assert!(!["sleeping-restriction", "inert-grant", "inert-assignment", "empty-pattern"].contains(&code), "{code} is a warning");
        let twice = UNSAID.iter().skip(place + 1).any(|other| other.code == unsaid.code && (other.only.is_none() || unsaid.only.is_none()));
        assert!(!twice, "{code} is listed whole and in part");
    }
}
