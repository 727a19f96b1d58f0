//! Errors as values, from which the facade makes a `PolicyError`.

use lockstep_policy::document::{Problem, ProblemCode, Problems};
use serde::Serialize;
use wasm_bindgen::JsValue;

#[derive(Serialize)]
struct Failure<'a> {
    code: &'a str,
    message: String,
    help: &'a str,
    problems: &'a [Problem],
    count: u64,
}

/// A text with problems; `code` says of what kind of text, unless it is a document of a newer format.
pub(crate) fn of_problems(code: &str, problems: &Problems) -> JsValue {
    let too_new = matches!(problems.problems.as_slice(), [only] if only.code == ProblemCode::FormatTooNew);
    let code = if too_new { ProblemCode::FormatTooNew.as_str() } else { code };
    let help = problems.problems.first().map_or("", |problem| problem.help.as_str());
    let Problems { problems: all, count } = problems;
    crate::object(&Failure { code, message: problems.to_string(), help, problems: all, count: *count })
}

/// Anything else.
#[cfg(feature = "admin")]
pub(crate) fn of_text(code: &str, message: String, help: &str) -> JsValue {
    crate::object(&Failure { code, message, help, problems: &[], count: 0 })
}
