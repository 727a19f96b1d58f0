//! Differences for reading: settings a line each, decisions a table, and their sum.

use std::io::{self, Write};

use anstyle::Style;
use lockstep_policy::decide::{Decision, Lock, Source};
use lockstep_policy::{LineChange, SettingChange, SettingValue, Stored};

use crate::cli::output::{BAD, FAINT, GOOD, STRONG, WARN, colour, count, plain, thousands};

/// `custom/use at Acme (acme) by Northwind MSP: off -> unset`
pub(super) fn setting(out: &mut impl Write, change: &SettingChange<'_>) -> io::Result<()> {
    let setting = change.setting().to_string();
    let [scope, id, authority] = [change.scope_name, change.scope, change.authority_name].map(plain);
    write!(out, "{STRONG}{}{STRONG:#} at {scope} {FAINT}({id}){FAINT:#} by {authority}: ", plain(&setting))?;
    stored(out, change.before.as_ref())?;
    write!(out, " {FAINT}->{FAINT:#} ")?;
    stored(out, change.after.as_ref())?;
    writeln!(out)
}

fn stored(out: &mut impl Write, stored: Option<&Stored<'_>>) -> io::Result<()> {
    let Some(stored) = stored else { return write!(out, "{FAINT}unset{FAINT:#}") };
    let style: Style = match stored.value {
        SettingValue::On => GOOD,
        SettingValue::Ask => WARN,
        SettingValue::Off | SettingValue::Deny => BAD,
    };
    write!(out, "{style}{}{style:#}", stored.value)?;
    if !stored.except.is_empty() {
        write!(out, " except {}", plain(&stored.except.join(", ")))?;
    }
    Ok(())
}

/// Above the first decision; the columns are firm, since there may be more lines than memory.
pub(super) fn heading(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{FAINT} {:>6}  {:<8} {:<24} {:<14} By{FAINT:#}", "Line", "Outcome", "Reason", "Layer")
}

/// What a line came to and what it comes to, a row each; with the causes of both where these alone are others.
pub(super) fn decision(out: &mut impl Write, LineChange { line, change }: &LineChange<'_>) -> io::Result<()> {
    let (before, after) = (&change.before, &change.after);
    row(out, &line.to_string(), before)?;
    row(out, "->", after)?;
    let (locked, locks) = (before.lock(), after.lock());
    let labels = |lock: &Option<Lock<'_>>| lock.as_ref().map(|lock| lock.label.to_owned());
    let reads_alike = before.packed() == after.packed() && by(before) == by(after) && labels(&locked) == labels(&locks);
    if reads_alike {
        causes(out, "before", locked.as_ref())?;
        causes(out, "after", locks.as_ref())?;
    }
    Ok(())
}

/// What it comes to, why, and who is behind it.
fn row(out: &mut impl Write, first: &str, decision: &Decision<'_>) -> io::Result<()> {
    let (style, outcome) = (colour(decision.outcome()), decision.outcome().to_string());
    write!(out, " {FAINT}{first:>6}{FAINT:#}  {style}{outcome:<8}{style:#} ")?;
    // What is allowed has neither, and a line ends without spaces.
    let Some(layer) = decision.layer() else { return writeln!(out, "{}", decision.reason()) };
    let badge = decision.for_user().badge().map(|badge| badge.to_string());
    let by = [badge.as_deref(), by(decision)].into_iter().flatten().map(plain).collect::<Vec<_>>().join(": ");
    write!(out, "{:<24} {FAINT}{}{FAINT:#}", decision.reason().to_string(), layer)?;
    if by.is_empty() {
        return writeln!(out);
    }
    writeln!(out, "{:pad$} {by}", "", pad = 14_usize.saturating_sub(layer.to_string().len()))
}

/// The name of who is behind it.
fn by<'p>(decision: &Decision<'p>) -> Option<&'p str> {
    match decision.source()? {
        Source::Platform => Some("the platform"),
        Source::Scope { name, .. } => Some(name),
    }
}

fn causes(out: &mut impl Write, when: &str, lock: Option<&Lock<'_>>) -> io::Result<()> {
    for cause in lock.iter().flat_map(|lock| &lock.causes) {
        let cause = format!("{} at {} by {}", cause.setting(), cause.at, cause.authority);
        writeln!(out, "{:9}{FAINT}{when:<8} {}{FAINT:#}", "", plain(&cause))?;
    }
    Ok(())
}

/// `2 settings, 3 of 40 decisions change`; of no requests the settings alone.
pub(super) fn sums(out: &mut impl Write, settings: u64, decisions: Option<(u64, u64)>) -> io::Result<()> {
    let counted = count(settings, "setting");
    match decisions {
        Some((changed, asked)) => {
            let verb = if changed == 1 { "changes" } else { "change" };
            writeln!(out, "{counted}, {} of {} {verb}", thousands(changed), count(asked, "decision"))
        }
        None => writeln!(out, "{counted} {}", if settings == 1 { "changes" } else { "change" }),
    }
}
