//! What holds of every list of problems (contract, section 2).

use lockstep_policy::document::{MAX_PROBLEMS, Problem, ProblemCode, Problems};
use serde_json::Value;

/// Problems that refuse a text: one at least, and as `of_text` says.
pub fn refuse(text: &[u8], problems: &Problems) {
    assert!(problems.count > 0, "refused, and the slow reader has nothing against it");
    of_text(text, problems);
}

/// Problems of a text: the first ones and their number, by place, each inside the text and at a value of it.
pub fn of_text(text: &[u8], problems: &Problems) {
    let kept = problems.problems.len();
    assert_eq!(kept, usize::try_from(problems.count).unwrap().min(MAX_PROBLEMS), "as many as there are, {MAX_PROBLEMS} at most");
    let readable = String::from_utf8_lossy(text);
    let widths: Vec<u64> = readable.split('\n').map(|line| line.chars().count() as u64).collect();
    let mut before = (0, 0);
    for problem in &problems.problems {
        let line = usize::try_from(problem.line).unwrap();
        let width = line.checked_sub(1).and_then(|line| widths.get(line));
        let width = width.unwrap_or_else(|| panic!("no such line: {problem:?}"));
        assert!((1..=width + 1).contains(&problem.column), "no such column: {problem:?}");
        assert!(before <= (problem.line, problem.column), "not by place: {problem:?}");
        assert!(!problem.problem.is_empty() && !problem.help.is_empty(), "{problem:?}");
        before = (problem.line, problem.column);
    }
    at_values(text, &problems.problems);
}

/// Every pointer leads to a value, where another reader can tell: not in what is no JSON, and not beside a double key.
fn at_values(text: &[u8], problems: &[Problem]) {
    let has = |code| problems.iter().any(|problem| problem.code == code);
    let Ok(value) = serde_json::from_slice::<Value>(text) else { return };
    assert!(!has(ProblemCode::Syntax), "another reader finds no fault in the syntax: {:?}", problems[0]);
    if has(ProblemCode::DuplicateKey) || problems.len() == MAX_PROBLEMS {
        return;
    }
    for problem in problems {
        for pointer in std::iter::once(&problem.at).chain(&problem.related) {
            assert!(value.pointer(pointer).is_some(), "leads nowhere: {problem:?}");
        }
    }
}
