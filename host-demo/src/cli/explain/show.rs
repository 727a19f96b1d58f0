//! An explanation for reading.

use std::io::{self, Write};

use lockstep_policy::decide::{Decision, ForUser, Layer, Obligation, Outcome, Source};
use lockstep_policy::{Explanation, LayerRow, Told, Unlock};

use crate::cli::output::{FAINT, STRONG, colour, plain};
use crate::cli::table;

/// Writes the decision in words, the layers, and what would unlock it.
pub(super) fn explanation(out: &mut impl Write, explanation: &Explanation<'_>) -> io::Result<()> {
    match &explanation.decision {
        Told::Whole(decision) => whole(out, decision)?,
        Told::ForUser(decision) => {
            headline(out, decision)?;
            writeln!(out, "{}", plain(&decision.message().to_string()))?;
        }
    }
    if !explanation.layers.is_empty() {
        writeln!(out)?;
        layers(out, &explanation.layers)?;
    }
    if !explanation.unlock.is_empty() {
        writeln!(out, "\n{STRONG}To unlock it, all of these have to be lifted:{STRONG:#}")?;
        unlock(out, &explanation.unlock)?;
    }
    Ok(())
}

/// The outcome with its reason, layer and badge.
fn headline(out: &mut impl Write, decision: &ForUser<'_>) -> io::Result<()> {
    let style = colour(decision.outcome());
    write!(out, "{style}{}{style:#}  {STRONG}{}{STRONG:#}", decision.outcome(), decision.reason())?;
    if let Some(layer) = decision.layer() {
        write!(out, "  {FAINT}layer {} of {}, {layer}{FAINT:#}", layer as u8, Layer::ALL.len())?;
    }
    if let Some(badge) = decision.badge() {
        write!(out, "  {STRONG}{}{STRONG:#}", plain(&badge.to_string()))?;
    }
    writeln!(out)
}

/// A decision as an administrator reads it.
fn whole(out: &mut impl Write, decision: &Decision<'_>) -> io::Result<()> {
    headline(out, &decision.for_user())?;
    writeln!(out, "{}", plain(&decision.message_for_administrator().to_string()))?;
    writeln!(out, "{FAINT}The user is told:{FAINT:#} {}", plain(&decision.message_for_user().to_string()))?;
    for obligation in decision.obligations() {
        match obligation {
            Obligation::VerifyDefinition { server, tool, digest } => {
                writeln!(
                    out,
                    "{FAINT}The host must first compare the definition of{FAINT:#} {server} {tool} {FAINT}with{FAINT:#} {digest}"
                )?;
            }
            Obligation::BurnApproval { invocation } => {
                writeln!(out, "{FAINT}The host must never present the approval again of the call{FAINT:#} {}", plain(invocation))?;
            }
            // A host that doesn't know an obligation denies; so it has to be seen.
            other => writeln!(out, "{FAINT}The host must also do:{FAINT:#} {other:?}")?,
        }
    }
    for problem in decision.problems() {
        writeln!(out, "  {}:{}: {}", problem.line, problem.column, plain(&problem.problem))?;
        writeln!(out, "  {FAINT}help:{FAINT:#} {}", plain(&problem.help))?;
    }
    Ok(())
}

fn layers(out: &mut impl Write, rows: &[LayerRow<'_>]) -> io::Result<()> {
    let mut table = table::table(&["", "Layer", "Verdict", "Reason", "By", "What it says"], 4);
    for row in rows {
        let outcome = match row.verdict {
            "deny" => Some(Outcome::Deny),
            "ask" => Some(Outcome::Ask),
            "pass" => Some(Outcome::Allow),
            _ => None,
        };
        let ground = row.ground.as_ref();
        table.add_row([
            table::coloured(row.layer as u8, None),
            table::cell(row.layer),
            table::coloured(row.verdict, outcome),
            table::cell(ground.map_or("", |ground| ground.reason().code())),
            table::cell(ground.map(by).unwrap_or_default()),
            table::cell(ground.map(|ground| ground.message_for_administrator().to_string()).unwrap_or_default()),
        ]);
    }
    table::write(out, &table)
}

/// The badge and whom it means; without a lock the source.
pub(super) fn by(decision: &Decision<'_>) -> String {
    let source = match decision.source() {
        Some(Source::Platform) => "the platform".to_owned(),
        Some(Source::Scope { name, .. }) => name.to_owned(),
        None => String::new(),
    };
    match decision.for_user().badge() {
        Some(badge) => format!("{badge}: {source}"),
        None => source,
    }
}

fn unlock(out: &mut impl Write, rows: &[Unlock<'_>]) -> io::Result<()> {
    let mut table = table::table(&["Setting", "Stored at", "By", "Who can lift it"], 3);
    for row in rows {
        table.add_row([
            table::cell(row.cause.setting()),
            table::cell(row.cause.at),
            table::cell(row.cause.authority),
            table::cell(format_args!("administrators of {} {} or above", row.label, row.name)),
        ]);
    }
    table::write(out, &table)
}
