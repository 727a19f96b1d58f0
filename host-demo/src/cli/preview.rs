//! `lockstep preview`: what a change would do, to whom, and why not (P-2, P-3).

use std::fmt::Display;
use std::io::{self, Write};

use clap::{Args, ValueHint};
use lockstep_policy::change::{ChangeRequest, Counted, Event, Moves, Need, Preview as Previewed, Refusal};

use super::failure::{Failure, Status};
use super::input::Input;
use super::output::{self, BAD, FAINT, Format, GOOD, STRONG, WARN, count, plain, thousands};
use super::problems::{self, Kind};
use super::table;

/// How many of each are named on a terminal; JSON names more.
const FEW: usize = 5;

/// Say what a change would do: whether it is permitted, whom it affects, what it opens and closes
///
/// CHANGE says who wants what, when, and against which revision: `{"actor": {"user": "…"}, "now": "…", "revision": 42,
/// "change": {"kind": "set", "scope": "…", "settings": {…}}}`. Nothing is changed. The status is 1 if the change isn't
/// permitted.
#[derive(Args)]
#[command(after_help = "Examples:
  lockstep preview policy.json change.json
  lockstep preview policy.json change.json --json | jq '.affects.users'
  generate-change | lockstep preview policy.json - --text")]
pub(crate) struct Preview {
    /// The policy
    #[arg(value_hint = ValueHint::FilePath)]
    policy: Input,
    /// The change
    #[arg(value_hint = ValueHint::FilePath)]
    change: Input,
    #[command(flatten)]
    format: Format,
}

impl Preview {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.policy.is_apart_from(&self.change)?;
        let policy = self.policy.policy()?;
        let text = self.change.read()?;
        let request = ChangeRequest::read(&text);
        let preview = policy.preview(&request);
        match &preview {
            _ if self.format.is_json() => match &preview {
                Ok(preview) => output::json(preview)?,
                Err(refusal) => output::json(refusal)?,
            },
            Ok(preview) => show(&mut output::text(), preview)?,
            Err(refusal) => {
                let mut out = output::text();
                // What is wrong with an imported document has its place in that, not in this text.
                if request.problems().is_some() {
                    problems::write(&mut out, Kind::Error, &self.change.to_string(), &text, &refusal.problems.problems)?;
                }
                refused(&mut out, refusal)?;
            }
        }
        Ok(Status::found(preview.is_err()))
    }
}

/// Why a change isn't made, and who can lift what locks it.
pub(super) fn refused(out: &mut impl Write, refusal: &Refusal) -> io::Result<()> {
    let place = refusal.index.map(|index| format!(", change {} of the batch", index + 1)).unwrap_or_default();
    writeln!(out, "{BAD}not permitted{BAD:#}: {}{place}", refusal.reason)?;
    writeln!(out, "{}", plain(&refusal.message_for_administrator().to_string()))?;
    let Some(lock) = &refusal.lock else { return Ok(()) };
    writeln!(out, "\n{STRONG}{}{STRONG:#}", plain(&lock.badge().to_string()))?;
    let mut table = table::table(&["Setting", "Stored at", "Lifted by"], 0);
    for cause in &lock.causes {
        let by = format!("{} ({}) or above", cause.authority, cause.level);
        table.add_row([table::cell(&cause.setting), table::cell(&cause.at), table::cell(by)]);
    }
    table::write(out, &table)
}

fn show(out: &mut impl Write, preview: &Previewed) -> io::Result<()> {
    let unchanged = if preview.changed { "" } else { ", and changes nothing" };
    writeln!(out, "{GOOD}permitted{GOOD:#}{unchanged} {FAINT}(revision {}){FAINT:#}", preview.revision)?;
    for need in &preview.needs {
        match need {
            Need::Confirmation { seconds } => {
                writeln!(out, "{WARN}needs{WARN:#} a confirmation by password, at most {} old", count(*seconds, "second"))?;
            }
            _ => writeln!(out, "{WARN}needs{WARN:#} something that this version doesn't know")?,
        }
    }
    writeln!(out, "{STRONG}{}{STRONG:#}", plain(&preview.confirm.to_string()))?;
    if !preview.changed {
        return Ok(());
    }
    let affects = &preview.impact.affects;
    writeln!(out)?;
    let mut table = table::table(&["Affects", "Count", "First"], 2);
    let rows = [
        ("tenants", &affects.tenants),
        ("workspaces", &affects.workspaces),
        ("users", &affects.users),
        ("servers", &affects.servers),
        ("tokens", &affects.tokens),
        ("virtual servers", &affects.virtual_servers),
    ];
    for (kind, found) in rows {
        add(&mut table, kind, found, |id| id.clone());
    }
    table::write(out, &table)?;
    moves(out, "Opens", &preview.impact.opens)?;
    moves(out, "Closes", &preview.impact.closes)?;
    events(out, &preview.events)
}

fn add<T>(table: &mut comfy_table::Table, kind: &str, found: &Counted<T>, name: impl Fn(&T) -> String) {
    let mut first: Vec<String> = found.first.iter().take(FEW).map(name).collect();
    if found.count > first.len() && !first.is_empty() {
        first.push("…".to_owned());
    }
    table.add_row([table::cell(kind), table::cell(thousands(found.count as u64)), table::cell(first.join(", "))]);
}

fn moves(out: &mut impl Write, title: &str, moves: &Moves) -> io::Result<()> {
    if moves.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = table::table(&[title, "Count", "First"], 2);
    let rows = [("servers", &moves.servers), ("virtual servers", &moves.virtual_servers), ("tokens", &moves.tokens)];
    if moves.settings.count > 0 {
        add(&mut table, "settings", &moves.settings, |at| format!("{} at {}", at.setting, at.scope));
    }
    if moves.tools.count > 0 {
        add(&mut table, "tools", &moves.tools, |tool| format!("{} of {}", tool.tool, tool.server));
    }
    for (kind, found) in rows {
        if found.count > 0 {
            add(&mut table, kind, found, |id| id.clone());
        }
    }
    table::write(out, &table)
}

/// What is to be written down.
pub(super) fn events(out: &mut impl Write, events: &[Event]) -> io::Result<()> {
    writeln!(out)?;
    let mut table = table::table(&["Event", "Subject", "At", "Before", "After"], 0);
    for event in events {
        let subject = event.subject.ids.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>().join(" / ");
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells: [&dyn Display; 5] = [&event.event, &subject, &or_none(&event.scope), &or_none(&event.before), &or_none(&event.after)];
        table.add_row(cells.map(table::cell));
    }
    table::write(out, &table)
}
