//! A scope's settings page, as the product shows it: three parts with switches, who locks what, and who can lift it (I-8).

use std::io::{self, Write};

use anstyle::Style;
use lockstep_policy::decide::Lock;
use lockstep_policy::view::{
    Closed, Control, CustomSetting, CustomView, FloorView, IntegrationRow, IntegrationsView, InventoryRow, InventoryView, SettingState,
    SettingView, SettingsView, Value,
};

use crate::cli::output::{BAD, FAINT, GOOD, STRONG, WARN, count, plain};
use crate::cli::table;

/// How wide names stand, and what is beside them.
const NAME: usize = 26;
const BESIDE: usize = 20;

/// The whole page.
pub(super) fn page(out: &mut impl Write, page: &SettingsView<'_>) -> io::Result<()> {
    if let Some(scope) = &page.scope {
        writeln!(out, "{STRONG}{}{STRONG:#} {FAINT}({} {}){FAINT:#}", plain(scope.name), plain(scope.level), plain(scope.id))?;
    }
    if let Some(all) = &page.all {
        title(out, "Emergency stop")?;
        let word = if all.state.effective == "off" { "everything is stopped" } else { "nothing is stopped" };
        line(out, all.state.effective, word, "", Some(&all.state))?;
    }
    integrations(out, &page.integrations)?;
    custom(out, &page.custom)?;
    if let Some(inventory) = &page.inventory {
        self::inventory(out, inventory)?;
    }
    if !page.floors.is_empty() {
        title(out, "Confirmation")?;
        page.floors.iter().try_for_each(|floor| self::floor(out, floor))?;
    }
    Ok(())
}

fn title(out: &mut impl Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{title}{STRONG:#}")
}

/// `[ on]`, or `[off]`: a switch that somebody may move, or `<off>`, one that they may not.
fn switch(out: &mut impl Write, effective: &str, is_open: bool) -> io::Result<()> {
    let style = if effective == "off" { BAD } else { GOOD };
    let (left, right) = if is_open { ('[', ']') } else { ('<', '>') };
    write!(out, "  {left}{style}{effective:>3}{style:#}{right} ")
}

/// A switch, what it is of, what is beside it, and who holds it.
fn line(out: &mut impl Write, effective: &str, name: &str, beside: &str, state: Option<&SettingState<'_>>) -> io::Result<()> {
    let control = state.map(|state| &state.control);
    switch(out, effective, control.is_none_or(Control::is_open))?;
    match control.and_then(|control| control.closed.as_ref()) {
        Some(closed) => locked(out, name, beside, closed),
        None => {
            cells(out, name, beside, None)?;
            state.iter().flat_map(|state| &state.held_by).try_for_each(|held| {
                let lift = if held.control.is_open() { "you can lift it there" } else { "you can't lift it there" };
                below(out, &format!("off at {} by {}: {lift}", held.at, held.authority))
            })
        }
    }
}

/// A name, what is beside it, and a badge; badges stand below each other.
fn cells(out: &mut impl Write, name: &str, beside: &str, badge: Option<(Style, &str)>) -> io::Result<()> {
    let name = plain(name);
    match badge {
        Some((style, badge)) => writeln!(out, "{name:NAME$} {FAINT}{beside:BESIDE$}{FAINT:#} {style}{}{style:#}", plain(badge)),
        None if beside.is_empty() => writeln!(out, "{name}"),
        None => writeln!(out, "{name:NAME$} {FAINT}{beside}{FAINT:#}"),
    }
}

fn badge(lock: &Lock<'_>) -> String {
    format!("Locked by {}", lock.label)
}

/// What is said of a row in words.
fn below(out: &mut impl Write, words: &str) -> io::Result<()> {
    writeln!(out, "        {FAINT}{}{FAINT:#}", plain(words))
}

/// The badge, and below it the words that say who can lift it.
fn locked(out: &mut impl Write, name: &str, beside: &str, closed: &Closed<'_>) -> io::Result<()> {
    let badge = closed.lock.as_ref().map_or_else(|| closed.reason.to_string(), badge);
    cells(out, name, beside, Some((WARN, &badge)))?;
    below(out, &closed.message.to_string())
}

fn integrations(out: &mut impl Write, part: &IntegrationsView<'_>) -> io::Result<()> {
    title(out, "Integrations")?;
    if let Some(SettingView { state, .. }) = &part.new_integrations {
        line(out, state.effective, "new integrations", "", Some(state))?;
    }
    for row in &part.rows {
        integration(out, row)?;
    }
    more(out, part.next.is_some())
}

fn integration(out: &mut impl Write, row: &IntegrationRow<'_>) -> io::Result<()> {
    let mut beside = if row.connected > 0 { format!("{} connected", row.connected) } else { String::new() };
    if !row.approved {
        beside.push_str(" not approved");
    }
    match (&row.state, &row.connect) {
        (Some(state), _) => line(out, state.effective, row.name, beside.trim(), Some(state)),
        // Who administers nothing here may connect, or not.
        (None, Some(connect)) => {
            switch(out, row.effective.unwrap_or_default(), false)?;
            match &connect.closed {
                Some(closed) => locked(out, row.name, beside.trim(), closed),
                None => cells(out, row.name, beside.trim(), Some((GOOD, "connect"))),
            }
        }
        (None, None) => line(out, row.effective.unwrap_or_default(), row.name, beside.trim(), None),
    }
}

fn custom(out: &mut impl Write, part: &CustomView<'_>) -> io::Result<()> {
    title(out, "Custom servers")?;
    part.settings.iter().try_for_each(|setting| custom_setting(out, setting))?;
    let Some(presets) = &part.presets else { return Ok(()) };
    for (name, preset) in [("preset: freeze growth", &presets.freeze_growth), ("preset: lockdown", &presets.lockdown)] {
        let mark = if preset.value == Value::Flag(true) { "set" } else { "" };
        write!(out, "{:8}", "")?;
        match &preset.closed {
            Some(closed) => locked(out, name, mark, closed)?,
            None => cells(out, name, mark, None)?,
        }
    }
    Ok(())
}

fn custom_setting(out: &mut impl Write, setting: &CustomSetting<'_>) -> io::Result<()> {
    let name = setting.setting.to_string();
    let name = name.strip_prefix("custom/").unwrap_or(&name);
    if let Some(state) = &setting.state {
        let beside = setting.count.map(|servers| format!("{} registered", count(servers, "server"))).unwrap_or_default();
        return line(out, state.effective, name, &beside, Some(state));
    }
    switch(out, setting.effective.unwrap_or_default(), false)?;
    match &setting.notice {
        Some(notice) => {
            cells(out, name, "", Some((WARN, notice.badge.as_deref().unwrap_or_default())))?;
            below(out, &notice.message.to_string())
        }
        None => cells(out, name, "", None),
    }
}

fn inventory(out: &mut impl Write, part: &InventoryView<'_>) -> io::Result<()> {
    title(out, &format!("Inventory: {}", count(part.count, "custom server")))?;
    if part.rows.is_empty() {
        return Ok(());
    }
    let mut table = table::table(&["Server", "Name", "Where", "Owner", "Address", "State"], 0);
    for row in &part.rows {
        let owner = row.owner.as_ref().map_or("", |owner| owner.name.unwrap_or(owner.user));
        let place =
            row.group.filter(|group| *group != row.scope).map_or_else(|| row.scope.to_owned(), |group| format!("{group} > {}", row.scope));
        let cells = [row.server, row.name, &place, owner, &row.address, &state(row)].map(table::cell);
        table.add_row(cells);
    }
    table::write(out, &table)?;
    more(out, part.next.is_some())
}

/// What is to be seen of a server at a glance.
fn state(row: &InventoryRow<'_>) -> String {
    let mut state = Vec::new();
    if !row.disabled.is_empty() {
        state.push("disabled");
    }
    state.extend(row.badge);
    if row.outside_origins {
        state.push("outside the list");
    }
    if row.last_contact.is_none() {
        state.push("not yet checked");
    }
    if state.is_empty() { "ok".to_owned() } else { state.join(", ") }
}

fn floor(out: &mut impl Write, floor: &FloorView<'_>) -> io::Result<()> {
    let name = floor.setting.to_string();
    let name = format!("what {}s", name.trim_start_matches("floor/"));
    let least = match floor.effective {
        "unset" => "no floor".to_owned(),
        effective => format!("{effective} at least"),
    };
    let badge = floor.lock.as_ref().map(badge);
    // Below the names of switches.
    write!(out, "{:8}", "")?;
    cells(out, &name, &least, badge.as_deref().map(|badge| (WARN, badge)))
}

fn more(out: &mut impl Write, is_more: bool) -> io::Result<()> {
    if is_more { writeln!(out, "  {FAINT}and more: ask for the next page{FAINT:#}") } else { Ok(()) }
}
