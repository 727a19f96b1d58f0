//! `lockstep explain`: every layer's verdict on one request, and what would unlock it (L-10).

use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::decide::{Decision, Outcome, Request};
use lockstep_policy::{Explanation, Policy, Told};
use serde::de::IgnoredAny;

use super::failure::{Failure, Status, note};
use super::input::Input;
use super::line::{self, Answered, Logged};
use super::output::{self, Format};

mod show;

/// Explain one answer: every layer's verdict, and what would unlock it
///
/// Who holds the policy's file may know everything in it. So without --as all eleven layers are shown. With --as you see what
/// that user may know: every layer for who administers the caller's workspace or a scope above it, their own answer
/// for the caller, nothing for anybody else.
#[derive(Args)]
#[command(override_usage = "lockstep explain [OPTIONS] <POLICY> <REQUEST>
       lockstep explain [OPTIONS] --log <FILE> --id <ID> <POLICY>")]
#[command(after_help = "Examples:
  lockstep explain policy.json request.json
  sed -n 3p requests.jsonl | lockstep explain policy.json - --as omar
  lockstep explain policy.json --log calls.jsonl --id 7d0f")]
pub(crate) struct Explain {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The request, or a log line that holds one
    #[arg(value_hint = ValueHint::FilePath, required_unless_present = "log", conflicts_with = "log")]
    request: Option<Input>,
    /// A host's log, to explain one of its lines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "id")]
    log: Option<Input>,
    /// The `id` of the log line
    #[arg(long, requires = "log")]
    id: Option<String>,
    /// Explain it to this user
    #[arg(long = "as", value_name = "USER")]
    actor: Option<String>,
    /// End with status 1 if it is denied
    #[arg(long)]
    exit_status: bool,
    #[command(flatten)]
    format: Format,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let source = self.source()?;
        self.policy.is_apart_from(source)?;
        let policy = self.policy.policy()?;
        let (text, answered) = match &self.id {
            Some(id) => logged(source, id)?,
            None => (single(source)?, None),
        };
        let request = Request::read(line::request_of(&text));
        let decision = policy.decide(&request);
        if let Some(answered) = answered {
            compare(&answered, &decision);
        }
        let explanation = match &self.actor {
            Some(actor) => {
                self.knows(&policy, actor)?;
                let explanation = policy.explain(&request, actor);
                if explanation.layers.is_empty() {
                    note(&format!("`{actor}` doesn't administer the caller's workspace; this is what `{actor}` may know"));
                }
                explanation
            }
            None => policy.explain_whole(&request),
        };
        if self.format.is_json() {
            output::json(&explanation)?;
        } else {
            let mut out = output::text();
            show::explanation(&mut out, &explanation)?;
            out.flush()?;
        }
        Ok(Status::found(self.exit_status && outcome(&explanation) == Outcome::Deny))
    }

    fn source(&self) -> Result<&Input, Failure> {
        let source = self.request.as_ref().or(self.log.as_ref());
        source.ok_or_else(|| Failure::input("there is nothing to explain", "name a file with a request, or --log and --id"))
    }

    /// A user who isn't there would be answered like one who may know nothing: here it is a slip of the pen.
    fn knows(&self, policy: &Policy, actor: &str) -> Result<(), Failure> {
        if policy.document().users.iter().any(|user| user.id.as_str() == actor) {
            return Ok(());
        }
        Err(Failure::input(format!("`{}` has no user `{actor}`", self.policy), "name a user's id, or leave --as out to see every layer"))
    }
}

fn outcome(explanation: &Explanation<'_>) -> Outcome {
    match &explanation.decision {
        Told::Whole(decision) => decision.outcome(),
        Told::ForUser(decision) => decision.outcome(),
    }
}

/// Reads a file that holds one request.
fn single(input: &Input) -> Result<Vec<u8>, Failure> {
    let text = input.read()?;
    let values = serde_json::Deserializer::from_slice(&text).into_iter::<IgnoredAny>();
    if values.take(2).filter(Result::is_ok).count() > 1 {
        return Err(Failure::input(
            format!("{input} holds more than one request"),
            "pick one: `sed -n 3p FILE | lockstep explain POLICY -`; or answer all of them with `lockstep decide`",
        ));
    }
    Ok(text)
}

/// Finds the line of a log that has an id: its request, and what was answered.
fn logged(log: &Input, id: &str) -> Result<(Vec<u8>, Option<Answered>), Failure> {
    let mut lines = log.lines()?;
    while let Some((_, line)) = lines.next()? {
        // Any other line, even a broken one, isn't what is looked for.
        let logged = serde_json::from_slice::<Logged<'_>>(line).ok();
        if let Some(logged) = logged.filter(|logged| logged.id == id) {
            return Ok((logged.request.get().as_bytes().to_vec(), logged.decision));
        }
    }
    Err(Failure::input(format!("no line of {log} has the id `{id}` and a request"), "look the id up in the log: `grep -n ID FILE`"))
}

/// Says what has changed since a request was logged.
fn compare(then: &Answered, now: &Decision<'_>) {
    let (before, revision) = (then.revision, now.revision());
    if let Some(before) = before.filter(|before| *before != revision) {
        note(&format!("the log's answer came from revision {before}; this policy is revision {revision}"));
    }
    let answer = |outcome: &str, reason: &str| output::plain(&format!("{outcome} ({reason})")).into_owned();
    if let (Some(outcome), Some(reason)) = (&then.outcome, &then.reason) {
        let before = answer(outcome, reason);
        let after = answer(now.outcome().as_str(), now.reason().code());
        if before != after {
            note(&format!("it was {before} then, and is {after} now"));
        }
    }
}
