//! `lockstep apply`: makes a change of a policy file (P-3, P-4).

use clap::{Args, ValueHint};
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;

use super::failure::{Failure, Status, reason};
use super::input::Input;
use super::output::{self, FAINT, Format, GOOD};
use super::preview::{events, refused};
use super::problems::{self, Kind};
use crate::policy_file::PolicyFile;

/// Make a change of a policy file, and say what was done
///
/// CHANGE is what `lockstep preview` takes. The file is replaced whole or not at all, whatever happens meanwhile, and by one
/// at a time: a second one waits, and is refused as `conflict` if the first made another revision. The events are for the
/// audit log. The status is 1 if the change isn't made.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep apply policy.json change.json
  lockstep apply policy.json change.json --json | jq -c '.events[]' >> audit.jsonl")]
pub(crate) struct Apply {
    /// The policy, which is replaced
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The change
    #[arg(value_hint = ValueHint::FilePath)]
    change: Input,
    #[command(flatten)]
    format: Format,
}

impl Apply {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let path = self.policy.file().ok_or_else(|| {
            Failure::input("standard input can't be replaced", "name the policy's file; `lockstep preview` takes a policy from there")
        })?;
        let text = self.change.read()?;
        let request = ChangeRequest::read(&text);
        let told = |doing: &str, error: &std::io::Error| {
            let help = "look whether the file and its folder can be written, and that there is room";
            Failure::input(format!("{} can't be {doing}: {}", path.display(), reason(error)), help)
        };
        let file = PolicyFile::hold(path).map_err(|error| told("read and locked", &error))?;
        let before = file.read().map_err(|error| told("read", &error))?;
        let policy = Policy::load(&before).map_err(|found| {
            problems::tell(&self.policy.to_string(), &before, &found);
            Failure::Told
        })?;
        let applied = policy.apply(&request);
        if let Ok(applied) = &applied
            && applied.changed
        {
            file.replace(&applied.policy.document().pretty()).map_err(|error| told("replaced", &error))?;
        }
        // It is done, and the next one needn't wait for whoever reads what it says.
        drop(file);
        match &applied {
            _ if self.format.is_json() => match &applied {
                Ok(applied) => output::json(applied)?,
                Err(refusal) => output::json(refusal)?,
            },
            Ok(applied) => {
                use std::io::Write as _;
                let mut out = output::text();
                let done = if applied.changed { "applied" } else { "permitted, and changes nothing" };
                writeln!(out, "{GOOD}{done}{GOOD:#} {FAINT}(revision {}){FAINT:#}", applied.revision())?;
                if applied.changed {
                    events(&mut out, &applied.events)?;
                }
            }
            Err(refusal) => {
                let mut out = output::text();
                if request.problems().is_some() {
                    problems::write(&mut out, Kind::Error, &self.change.to_string(), &text, &refusal.problems.problems)?;
                }
                refused(&mut out, refusal)?;
            }
        }
        Ok(Status::found(applied.is_err()))
    }
}
