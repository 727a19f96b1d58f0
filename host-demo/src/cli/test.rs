//! `lockstep test`: a user's own tests of their policy.

use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::decide::Request;
use serde::Serialize;

use self::compare::Difference;
use super::failure::{Failure, Status};
use super::input::Input;
use super::output;

mod compare;
mod file;
mod show;

/// Run test files: requests, and what the policy must answer
///
/// The policy's path starts at the test file's folder. A request takes over the file's context; a member of its own
/// `context` replaces the file's. `expect` is any part of a decision: what it has must be there and equal, lists as a
/// whole; null means that there is no such member. Of a case that fails you see what differs, and the layers that
/// deny or ask.
#[derive(Args)]
#[command(after_help = r#"A test file:
  {"policy": "policy.json",
   "context": {"now": "2026-02-01T12:00:00Z", "canAsk": true},
   "cases": [
     {"name": "Slack is off",
      "request": {
        "action": "tool.call",
        "caller": {"user": "ben", "credential": {"kind": "platform"},
                   "workspace": "acme-hq", "agent": "assistant"},
        "target": {"kind": "tool", "server": "acme-slack", "tool": "post"}},
      "expect": {"outcome": "deny", "reason": "integration-off"}}]}

Examples:
  lockstep test policy.test.json
  lockstep test tests/*.json --json | jq .failed"#)]
pub(crate) struct Test {
    /// The test files
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<Input>,
    /// Answer in JSON
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// Answer for reading (the default, into a pipe too: it is a report)
    #[arg(long)]
    text: bool,
}

/// What came of all files.
#[derive(Serialize, Default)]
struct Report {
    files: Vec<Tested>,
    passed: usize,
    failed: usize,
}

/// What came of a file. One that can't be read has no cases.
#[derive(Serialize)]
struct Tested {
    file: String,
    cases: Vec<Outcome>,
}

/// What came of a case.
#[derive(Serialize)]
struct Outcome {
    name: String,
    passed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<Difference>,
    /// The layers that deny or ask, as `explain` has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<serde_json::Value>,
    /// What is wrong with the request, where it isn't one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl Test {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut report = Report::default();
        let mut unreadable = false;
        for input in &self.files {
            match tested(input) {
                Ok(cases) => {
                    let passed = cases.iter().filter(|case| case.passed).count();
                    report.passed += passed;
                    report.failed += cases.len() - passed;
                    let file = Tested { file: input.to_string(), cases };
                    if self.text || !self.json {
                        show::file(&mut output::text(), &file)?;
                    }
                    report.files.push(file);
                }
                // The other files are run all the same.
                Err(failure) => {
                    failure.tell();
                    unreadable = true;
                }
            }
        }
        if self.json {
            output::json(&report)?;
        } else {
            writeln!(output::text(), "{} passed, {} failed", report.passed, report.failed)?;
        }
        if unreadable { Err(Failure::Told) } else { Ok(Status::found(report.failed > 0)) }
    }
}

/// Runs the cases of one file.
fn tested(input: &Input) -> Result<Vec<Outcome>, Failure> {
    let text = input.read()?;
    let file = file::read(input, &text)?;
    let policy = Input::from(input.folder().join(&file.policy)).policy()?;
    let mut outcomes = Vec::new();
    for case in &file.cases {
        let text = file.request(case);
        let request = Request::read(text.as_bytes());
        let decision = policy.decide(&request);
        let got = serde_json::to_value(decision).unwrap_or_default();
        let differences = compare::differences(&case.expect, &got);
        let passed = differences.is_empty();
        let layers = if passed { Vec::new() } else { policy.explain_whole(&request).layers };
        let stops = layers.iter().filter(|row| matches!(row.verdict, "deny" | "ask"));
        let problems = decision.problems().iter().filter(|_| !passed);
        outcomes.push(Outcome {
            name: case.name.clone(),
            passed,
            differences,
            layers: stops.filter_map(|row| serde_json::to_value(row).ok()).collect(),
            problems: problems.map(|problem| format!("{}: {}; {}", problem.at, problem.problem, problem.help)).collect(),
        });
    }
    Ok(outcomes)
}
