//! `lockstep list`: everything that a caller can see, and what calling it would come to (L-2).

use std::borrow::Cow;
use std::io::Write as _;

use clap::{Args, ValueHint};
use lockstep_policy::decide::{Layer, ListRequest, Outcome, Reason, Request};
use lockstep_policy::{List as Listing, Refusal};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::failure::{Failure, Status};
use super::input::Input;
use super::line;
use super::output::{self, FAINT, Format, colour, count};
use super::problems::{self, Kind};
use super::table;

/// List the tools that a caller can see, each with what a call of it would come to
///
/// REQUEST is a decision's request, of which the caller and the context count, or a list's own:
/// `{"caller": …, "context": …, "of": {"kind": "server", "server": "…"}}`, of everything without `of`. The status is 1 if
/// no list is given at all.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep list policy.json request.json
  head -1 requests.jsonl | lockstep list policy.json - --text
  lockstep list policy.json request.json --json | jq -c '.rows[]'")]
pub(crate) struct List {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The request
    #[arg(value_hint = ValueHint::FilePath)]
    request: Input,
    #[command(flatten)]
    format: Format,
}

/// The members of a request that a list needs.
#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow, default)]
    action: Option<&'a RawValue>,
    #[serde(borrow, default)]
    caller: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(borrow, default)]
    of: Option<&'a RawValue>,
}

impl List {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.policy.is_apart_from(&self.request)?;
        let policy = self.policy.policy()?;
        let text = self.request.read()?;
        let text = line::request_of(&text);
        let asked = serde_json::from_slice::<Asked<'_>>(text).ok();
        let decides = asked.as_ref().is_some_and(|asked| asked.action.is_some());
        // A decision's request is held to its own shape, in its own words, before a list is made of it.
        let problems = if decides { Request::read(text).problems().cloned() } else { None };
        if let Some(problems) = problems {
            let refusal = Refusal { reason: Reason::InvalidRequest, layer: Layer::Caller, problems: &problems.problems };
            let list = Listing { revision: policy.revision(), refusal: Some(refusal), rows: Vec::new() };
            return self.answer(&list, text);
        }
        let text = match &asked {
            Some(asked) if decides => Cow::Owned(self.of_decision(asked)?),
            Some(Asked { of: None, .. }) => of_all(text),
            _ => Cow::Borrowed(text),
        };
        self.answer(&policy.list(&ListRequest::read(&text)), &text)
    }

    /// The list's request that a decision's request holds.
    fn of_decision(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Failure> {
        match (asked.caller, asked.context) {
            (Some(caller), Some(context)) => {
                Ok(format!(r#"{{"caller": {caller}, "context": {context}, "of": {{"kind": "all"}}}}"#).into_bytes())
            }
            _ => Err(Failure::input(
                format!("the request in {} has no caller: the host itself asks", self.request),
                "name a request of a person's, for whom tools can be listed",
            )),
        }
    }

    fn answer(&self, list: &Listing<'_>, text: &[u8]) -> Result<Status, Failure> {
        if self.format.is_json() {
            output::json(list)?;
        } else {
            self.show(list, text)?;
        }
        Ok(Status::found(list.refusal.is_some()))
    }

    fn show(&self, list: &Listing<'_>, text: &[u8]) -> Result<(), Failure> {
        let mut out = output::text();
        if let Some(refusal) = &list.refusal {
            let style = colour(Outcome::Deny);
            problems::write(&mut out, Kind::Error, &self.request.to_string(), text, refusal.problems)?;
            writeln!(out, "{style}no list{style:#}: {} {FAINT}({}){FAINT:#}", refusal.reason, refusal.layer)?;
            return Ok(());
        }
        let mut table = table::table(&["Server", "Tool", "Outcome", "Reason", "Layer"], 0);
        let mut totals = [Outcome::Allow, Outcome::Ask, Outcome::Deny].map(|outcome| (outcome, 0));
        for row in &list.rows {
            let outcome = row.outcome.outcome();
            let server = row.virtual_server.map_or_else(|| row.server.to_owned(), |through| format!("{through} > {}", row.server));
            let tool = row.exposed.map_or_else(|| row.tool.to_string(), |exposed| format!("{exposed} ({})", row.tool));
            table.add_row([
                table::cell(server),
                table::cell(tool),
                table::coloured(outcome, Some(outcome)),
                table::cell(row.outcome.reason().map_or("", |reason| reason.code())),
                table::cell(row.outcome.layer().map_or("", |layer| layer.as_str())),
            ]);
            totals.iter_mut().filter(|(kind, _)| *kind == outcome).for_each(|(_, total)| *total += 1);
        }
        if !list.rows.is_empty() {
            table::write(&mut out, &table)?;
        }
        let [allow, ask, deny] = totals.map(|(outcome, total)| format!("{total} {outcome}"));
        writeln!(out, "{}: {allow}, {ask}, {deny}", count(list.rows.len() as u64, "tool"))?;
        Ok(())
    }
}

/// A list's request that doesn't say of what: of everything. The rest stays in its place.
fn of_all(text: &[u8]) -> Cow<'_, [u8]> {
    match text.trim_ascii_end().strip_suffix(b"}") {
        Some(members) if !members.trim_ascii_end().ends_with(b"{") => {
            Cow::Owned([members, br#", "of": {"kind": "all"}}"#.as_slice()].concat())
        }
        _ => Cow::Borrowed(text),
    }
}
