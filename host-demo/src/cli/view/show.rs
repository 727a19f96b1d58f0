//! Any view for reading: what it says of itself, then its rows as a table, then what may be done.

use std::io::{self, Write};

use lockstep_policy::view::View;
use serde_json::{Map, Value};

use crate::cli::output::{BAD, FAINT, GOOD, STRONG, count, plain};
use crate::cli::table;

/// A view, member by member.
pub(super) fn any(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(view) else { return Ok(()) };
    let rows = members.remove("rows");
    let controls = members.remove("controls");
    let next = members.remove("next");
    write!(out, "{STRONG}{}{STRONG:#}", members.remove("view").map(|kind| text(&kind)).unwrap_or_default())?;
    writeln!(out, " {FAINT}of revision {}{FAINT:#}", members.remove("revision").map(|revision| text(&revision)).unwrap_or_default())?;
    for (name, value) in &members {
        self::member(out, name, value)?;
    }
    if let Some(Value::Array(rows)) = &rows {
        self::rows(out, rows)?;
        writeln!(out, "{}{}", count(rows.len() as u64, "row"), if next.is_some() { ", and more: ask for the next page" } else { "" })?;
    }
    if let Some(Value::Object(controls)) = &controls {
        self::controls(out, controls)?;
    }
    Ok(())
}

/// A member; one that is a list of records is a table of its own, one that is a control a line.
fn member(out: &mut impl Write, name: &str, value: &Value) -> io::Result<()> {
    match value {
        Value::Array(records) if records.iter().any(Value::is_object) => {
            writeln!(out, "\n{STRONG}{}{STRONG:#}", plain(name))?;
            rows(out, records)
        }
        Value::Object(record) if is_control(value) => control(out, name, record),
        Value::Object(record) if record.values().all(is_control) => {
            record.iter().try_for_each(|(name, control)| control.as_object().map_or(Ok(()), |record| self::control(out, name, record)))
        }
        // A part of the page with rows of its own: what is said of them all, then they.
        Value::Object(record) if record.get("rows").is_some_and(Value::is_array) => {
            let said = record.iter().filter(|(key, _)| !["rows", "controls"].contains(&key.as_str()));
            let said: Vec<_> = said.map(|(key, value)| format!("{key} {}", text(value))).collect();
            writeln!(out, "\n{STRONG}{}{STRONG:#} {FAINT}{}{FAINT:#}", plain(name), plain(&said.join(", ")))?;
            record.get("rows").and_then(Value::as_array).map_or(Ok(()), |records| rows(out, records))
        }
        _ => writeln!(out, "{FAINT}{}:{FAINT:#} {}", plain(name), plain(&text(value))),
    }
}

/// What a reader looks for first in a row, in this order; the rest follows, and what may be done stands last.
const FIRST: [&str; 17] = [
    "name",
    "user",
    "server",
    "tool",
    "scope",
    "integration",
    "virtualServer",
    "space",
    "agent",
    "client",
    "token",
    "level",
    "state",
    "status",
    "access",
    "effective",
    "outcome",
];

/// Rows: every member that any of them has is a column.
fn rows(out: &mut impl Write, rows: &[Value]) -> io::Result<()> {
    let mut columns: Vec<&str> = Vec::new();
    for key in rows.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        // What only a program compares.
        if key != "addressDigest" && !columns.contains(&key.as_str()) {
            columns.push(key);
        }
    }
    if columns.is_empty() {
        return Ok(());
    }
    let place = |column: &str| FIRST.iter().position(|first| *first == column).unwrap_or(FIRST.len());
    columns.sort_by_key(|column| (*column == "controls", place(column)));
    let mut table = table::table(&columns, 1);
    for row in rows {
        table.add_row(columns.iter().map(|column| match row.get(column) {
            Some(Value::Object(controls)) if controls.values().all(is_control) => table::cell(may(controls)),
            value => table::cell(value.map(text).unwrap_or_default()),
        }));
    }
    table::write(out, &table)
}

/// What may be done by name, and why the rest may not; what is others' to do goes without saying in a row.
fn may(controls: &Map<String, Value>) -> String {
    let others = |control: &Value| control.get("reason").is_some_and(|reason| reason == "not-administrator");
    let own = controls.iter().filter(|(_, control)| !others(control));
    let (closed, open): (Vec<_>, Vec<_>) = own.partition(|(_, control)| control.get("reason").is_some());
    let open = open.iter().map(|(name, _)| (*name).clone());
    let closed = closed.iter().map(|(name, control)| format!("{name}: {}", control.get("reason").map(text).unwrap_or_default()));
    open.chain(closed).collect::<Vec<_>>().join(", ")
}

fn controls(out: &mut impl Write, controls: &Map<String, Value>) -> io::Result<()> {
    writeln!(out, "\n{STRONG}controls{STRONG:#}")?;
    controls.iter().try_for_each(|(name, value)| value.as_object().map_or(Ok(()), |record| control(out, name, record)))
}

/// `disable: false, open`, or why it is closed.
fn control(out: &mut impl Write, name: &str, control: &Map<String, Value>) -> io::Result<()> {
    let value = control.get("value").map(text).unwrap_or_default();
    write!(out, "  {}: {} ", plain(name), plain(&value))?;
    match control.get("reason") {
        None => writeln!(out, "{GOOD}open{GOOD:#}"),
        Some(reason) => {
            write!(out, "{BAD}{}{BAD:#}", plain(&text(reason)))?;
            writeln!(out, " {FAINT}{}{FAINT:#}", plain(&control.get("message").map(text).unwrap_or_default()))
        }
    }
}

fn is_control(value: &Value) -> bool {
    value.get("choices").is_some()
}

/// A value in few words.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(elements) => elements.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(record) if is_control(value) => {
            let state = record.get("reason").map_or_else(|| "open".to_owned(), text);
            format!("{} ({state})", record.get("value").map(text).unwrap_or_default())
        }
        // What has a name is called by it, and a server by what it comes from.
        Value::Object(record) => match ["badge", "name", "integration"].iter().find_map(|key| record.get(*key)) {
            Some(Value::String(name)) => name.clone(),
            _ => record.iter().map(|(key, value)| format!("{key} {}", text(value))).collect::<Vec<_>>().join(", "),
        },
        other => other.to_string(),
    }
}
