//! The cases of a test file for reading.

use std::io::{self, Write};

use serde_json::Value;

use super::{Outcome, Tested};
use crate::cli::output::{BAD, FAINT, GOOD, STRONG, plain};

/// Writes a file's cases, and of those that failed why.
pub(super) fn file(out: &mut impl Write, tested: &Tested) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", plain(&tested.file))?;
    tested.cases.iter().try_for_each(|case| self::case(out, case))?;
    writeln!(out)
}

fn case(out: &mut impl Write, case: &Outcome) -> io::Result<()> {
    let name = plain(&case.name);
    if case.passed {
        return writeln!(out, "  {GOOD}✓{GOOD:#} {name}");
    }
    writeln!(out, "  {BAD}✗{BAD:#} {name}")?;
    for difference in &case.differences {
        let expected = Some(&difference.expected).filter(|value| !value.is_null());
        let text = |value: Option<&Value>| value.map_or("nothing".into(), |value| plain(&value.to_string()).into_owned());
        let at = difference.at.trim_start_matches('/');
        writeln!(out, "      {}: expected {}, got {}", plain(at), text(expected), text(difference.got.as_ref()))?;
    }
    if !case.layers.is_empty() {
        writeln!(out, "      {FAINT}layers that deny or ask:{FAINT:#}")?;
    }
    for layer in &case.layers {
        let member = |pointer: &str| layer.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        write!(out, "        {}: {} {}", member("/layer"), member("/verdict"), member("/reason"))?;
        match member("/lock/badge") {
            "" => {}
            badge => write!(out, ", {}", plain(badge))?,
        }
        writeln!(out, "\n          {FAINT}{}{FAINT:#}", plain(member("/message")))?;
    }
    case.problems.iter().try_for_each(|problem| writeln!(out, "        {}", plain(problem)))
}
