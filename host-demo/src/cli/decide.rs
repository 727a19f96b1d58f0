//! `lockstep decide`: requests in, decisions out, line by line.

use std::fmt::Display;
use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::AutoStream;
use clap::{Args, ValueHint};
use lockstep_policy::decide::{Decision, Outcome, Request};

use super::failure::{Failure, Status};
use super::input::Input;
use super::line;
use super::output::{self, FAINT, Format, colour, plain};

/// Answer requests, one a line, in order
///
/// Each line is a request; of a log line, which holds its request as a member, that one is asked. Blank lines are
/// skipped. A line that is no request is answered with `invalid-request` and what is wrong with it.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep decide policy.json requests.jsonl
  tail -f calls.jsonl | lockstep decide new-policy.json - --for-user
  lockstep decide policy.json must-be-open.jsonl --exit-status && echo \"all open\"")]
pub(crate) struct Decide {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The requests: JSON lines
    #[arg(value_hint = ValueHint::FilePath)]
    requests: Input,
    /// Answer only what the user may be told
    #[arg(long)]
    for_user: bool,
    /// End with status 1 if anything is denied (what asks isn't)
    #[arg(long)]
    exit_status: bool,
    #[command(flatten)]
    format: Format,
}

impl Decide {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.policy.is_apart_from(&self.requests)?;
        let policy = self.policy.policy()?;
        let mut lines = self.requests.lines()?;
        let mut answers = Answers::new(self.format.is_json());
        let mut denied = false;
        loop {
            if lines.waits() {
                answers.flush()?;
            }
            let Some((number, line)) = lines.next()? else { break };
            let request = Request::read(line::request_of(line));
            let decision = policy.decide(&request);
            denied |= decision.outcome() == Outcome::Deny;
            answers.write(number, &decision, self.for_user)?;
        }
        answers.flush()?;
        Ok(Status::found(self.exit_status && denied))
    }
}

/// Where answers go.
enum Answers {
    Json(BufWriter<StdoutLock<'static>>),
    Text(AutoStream<StdoutLock<'static>>),
}

impl Answers {
    fn new(is_json: bool) -> Self {
        if is_json { Self::Json(BufWriter::with_capacity(1 << 16, io::stdout().lock())) } else { Self::Text(output::text()) }
    }

    fn write(&mut self, number: u64, decision: &Decision<'_>, for_user: bool) -> io::Result<()> {
        match self {
            Self::Json(out) => {
                if for_user {
                    serde_json::to_writer(&mut *out, &decision.for_user())?;
                } else {
                    serde_json::to_writer(&mut *out, decision)?;
                }
                out.write_all(b"\n")
            }
            Self::Text(out) if for_user => summary(out, number, decision, &decision.for_user().message()),
            Self::Text(out) => summary(out, number, decision, &decision.message_for_administrator()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Json(out) => out.flush(),
            Self::Text(out) => out.flush(),
        }
    }
}

/// A decision for reading: what it comes to, and beneath it why.
fn summary(out: &mut impl Write, number: u64, decision: &Decision<'_>, message: &dyn Display) -> io::Result<()> {
    let outcome = decision.outcome();
    let style = colour(outcome);
    write!(out, "{FAINT}{number:>5}{FAINT:#}  {style}{:<5}{style:#}  {}", outcome.as_str(), decision.reason())?;
    if let Some(layer) = decision.layer() {
        write!(out, " {FAINT}({layer}){FAINT:#}")?;
    }
    if let Some(badge) = decision.for_user().badge() {
        write!(out, ", {}", plain(&badge.to_string()))?;
    }
    writeln!(out)?;
    if outcome != Outcome::Allow {
        writeln!(out, "{:14}{FAINT}{}{FAINT:#}", "", plain(&message.to_string()))?;
    }
    for problem in decision.problems() {
        writeln!(out, "{:14}{FAINT}column {}: {}{FAINT:#}", "", problem.column, plain(&problem.problem))?;
    }
    Ok(())
}
