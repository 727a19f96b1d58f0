//! `lockstep diff`: which settings are different in another policy, and which recorded requests it answers otherwise (P-7).

use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::AutoStream;
use clap::{Args, ValueHint};
use lockstep_policy::decide::Request;
use lockstep_policy::{Diff as Differences, LineChange, Policy};

use super::failure::{Failure, Status, note};
use super::input::{Input, Lines};
use super::line;
use super::output::{self, Format, count};

mod show;

/// Compare two policies: the settings that changed, and the decisions that would
///
/// Settings are compared as they are stored, by scope, authority and name. With --requests each line is answered by both
/// policies, and those are shown of which outcome, reason, layer, source or lock are others. Lines are as `lockstep
/// decide` reads them: requests, or log lines that hold one; blank lines are skipped, but counted.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep diff policy.json new-policy.json
  lockstep diff policy.json new-policy.json --requests calls.jsonl
  git show HEAD:policy.json | lockstep diff - policy.json --requests calls.jsonl --json | jq -c '.decisions[]'")]
pub(crate) struct Diff {
    /// The older policy
    #[arg(value_hint = ValueHint::FilePath)]
    old: Input,
    /// The newer policy
    #[arg(value_hint = ValueHint::FilePath)]
    new: Input,
    /// Recorded requests, or a host's log: JSON lines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    requests: Option<Input>,
    #[command(flatten)]
    format: Format,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.old.is_apart_from(&self.new)?;
        if let Some(requests) = &self.requests {
            self.old.is_apart_from(requests)?;
            self.new.is_apart_from(requests)?;
        }
        let (old, new) = (self.old.policy()?, self.new.policy()?);
        // Opened before anything is written: half an answer would look like a whole one.
        let mut lines = self.requests.as_ref().map(Input::lines).transpose()?;
        let settings = old.diff(&new);
        let mut answer = Answer::new(self.format.is_json());
        answer.settings(&settings)?;
        let sums = lines.as_mut().map(|lines| decisions(&old, &new, lines, &mut answer)).transpose()?;
        answer.end(settings.settings.len() as u64, sums.as_ref())?;
        if let Some(unread) = sums.and_then(|sums| sums.unread()) {
            note(&unread);
        }
        Ok(Status::Done)
    }
}

/// What became of the recorded requests.
#[derive(Default)]
struct Sums {
    asked: u64,
    changed: u64,
    /// How many lines hold no request, and the first of them.
    unread: u64,
    first_unread: u64,
}

impl Sums {
    /// Both policies deny what is no request, so that it looks as if nothing changed.
    fn unread(&self) -> Option<String> {
        let first = self.first_unread;
        match self.unread {
            0 => None,
            1 => Some(format!("line {first} holds no request, so it says nothing; `lockstep decide` tells what is wrong with it")),
            unread => {
                let lines = count(unread, "line");
                Some(format!(
                    "{lines} hold no request, line {first} first, so they say nothing; `lockstep decide` tells what is wrong with them"
                ))
            }
        }
    }
}

/// Asks both policies, line by line.
fn decisions(old: &Policy, new: &Policy, lines: &mut Lines, answer: &mut Answer) -> Result<Sums, Failure> {
    let mut sums = Sums::default();
    loop {
        if lines.waits() {
            answer.flush()?;
        }
        let Some((line, text)) = lines.next()? else { return Ok(sums) };
        let request = Request::read(line::request_of(text));
        sums.asked += 1;
        if request.problems().is_some() {
            sums.unread += 1;
            sums.first_unread = if sums.unread == 1 { line } else { sums.first_unread };
        }
        if let Some(change) = old.diff_decision(new, &request) {
            answer.decision(&LineChange { line, change }, sums.changed == 0)?;
            sums.changed += 1;
        }
    }
}

/// Where the answer goes, piece by piece: there may be more lines than memory.
enum Answer {
    Json(BufWriter<StdoutLock<'static>>),
    Text(AutoStream<StdoutLock<'static>>),
}

impl Answer {
    fn new(is_json: bool) -> Self {
        if is_json { Self::Json(BufWriter::with_capacity(1 << 16, io::stdout().lock())) } else { Self::Text(output::text()) }
    }

    fn settings(&mut self, differences: &Differences<'_>) -> io::Result<()> {
        match self {
            Self::Json(out) => {
                out.write_all(b"{\"settings\":")?;
                serde_json::to_writer(out, &differences.settings)?;
                Ok(())
            }
            Self::Text(out) => differences.settings.iter().try_for_each(|change| show::setting(out, change)),
        }
    }

    fn decision(&mut self, change: &LineChange<'_>, is_first: bool) -> io::Result<()> {
        match self {
            Self::Json(out) => {
                out.write_all(if is_first { b",\"decisions\":[" } else { b"," })?;
                serde_json::to_writer(out, change)?;
                Ok(())
            }
            Self::Text(out) => {
                if is_first {
                    show::heading(out)?;
                }
                show::decision(out, change)
            }
        }
    }

    /// Writes what comes last. `sums` are there where requests were asked.
    fn end(&mut self, settings: u64, sums: Option<&Sums>) -> io::Result<()> {
        match self {
            Self::Json(out) => out.write_all(match sums {
                None => b"}\n",
                Some(Sums { changed: 0, .. }) => b",\"decisions\":[]}\n",
                Some(_) => b"]}\n",
            })?,
            Self::Text(out) => show::sums(out, settings, sums.map(|sums| (sums.changed, sums.asked)))?,
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Json(out) => out.flush(),
            Self::Text(out) => out.flush(),
        }
    }
}
