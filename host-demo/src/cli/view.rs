//! `lockstep view`: what a page shows somebody (contract 6, P-1).

use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::activity::Activity;
use lockstep_policy::view::{Body, View as Shown, ViewRefusal, ViewRequest};

use super::failure::{Failure, Status};
use super::input::Input;
use super::output::{self, BAD, FAINT, Format, count};
use super::problems::{self, Kind};

mod settings;
mod show;

/// Show what a page shows: settings, integrations, servers, users, and who may change what
///
/// VIEW is a view's request, as `{"view": {"kind": "settings", "scope": "acme"}, "actor": "omar", "now": "…"}`; with
/// `"host": true` in place of `actor` it is what the host itself sees. The status is 1 if nothing is shown.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep view policy.json settings.json
  lockstep view policy.json inventory.json --activity activity.json
  lockstep view policy.json settings.json --json | jq -c '.integrations.rows[]'")]
pub(crate) struct View {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The view's request
    #[arg(value_hint = ValueHint::FilePath)]
    view: Input,
    /// What changes with every call or check: last use, last contact, states of authorisation
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    activity: Option<Input>,
    #[command(flatten)]
    format: Format,
}

impl View {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.policy.is_apart_from(&self.view)?;
        if let Some(activity) = &self.activity {
            self.policy.is_apart_from(activity)?;
            self.view.is_apart_from(activity)?;
        }
        let policy = self.policy.policy()?;
        let known = self.activity.as_ref().map(Input::read).transpose()?.unwrap_or_else(|| b"{}".to_vec());
        let activity = Activity::read(&known).map_err(|found| {
            let name = self.activity.as_ref().map_or_else(String::new, Input::to_string);
            problems::tell(&name, &known, &found);
            Failure::Told
        })?;
        let text = self.view.read()?;
        let request = ViewRequest::read(&text);
        match policy.view(&request, &activity) {
            Ok(view) => self.show(&view)?,
            Err(refusal) => {
                self.refuse(&refusal, &text)?;
                return Ok(Status::Found);
            }
        }
        Ok(Status::Done)
    }

    fn show(&self, view: &Shown<'_>) -> Result<(), Failure> {
        if self.format.is_json() {
            return Ok(output::json(view)?);
        }
        let mut out = output::text();
        match &view.body {
            Body::Settings(page) => settings::page(&mut out, page)?,
            _ => show::any(&mut out, view)?,
        }
        Ok(())
    }

    fn refuse(&self, refusal: &ViewRefusal, text: &[u8]) -> Result<(), Failure> {
        if self.format.is_json() {
            return Ok(output::json(refusal)?);
        }
        let mut out = output::text();
        let found = &refusal.problems;
        problems::write(&mut out, Kind::Error, &self.view.to_string(), text, &found.problems)?;
        write!(out, "{BAD}no view{BAD:#}: {}", refusal.reason)?;
        match found.count {
            0 => writeln!(out, " {FAINT}({}){FAINT:#}", refusal.message())?,
            problems => writeln!(out, ", {}", count(problems, "problem"))?,
        }
        Ok(())
    }
}
