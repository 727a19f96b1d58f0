//! A scope's settings page, as the product shows it: three parts with switches, who locks what, and who can lift it (I-8).

use std::io::{self, Write};

use lockstep_policy::view::{
    Control, CustomSetting, CustomView, FloorView, IntegrationRow, IntegrationsView, InventoryRow, InventoryView, SettingState,
    SettingView, SettingsView, Value,
};

use crate::cli::output::{BAD, FAINT, GOOD, STRONG, WARN, count, plain};
use crate::cli::table;

/// How wide names stand.
const NAME: usize = 28;

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
    switch(out, effective, state.is_none_or(|state| state.control.is_open()))?;
    write!(out, "{:NAME$} {FAINT}{beside}{FAINT:#}", plain(name))?;
    match state {
        Some(state) => held(out, state)?,
        None => writeln!(out)?,
    }
    Ok(())
}

/// Who locks it, and who can lift it; else where it is off.
fn held(out: &mut impl Write, state: &SettingState<'_>) -> io::Result<()> {
    if let Some(closed) = &state.control.closed {
        return locked(out, &state.control, &closed.message.to_string());
    }
    writeln!(out)?;
    for held in &state.held_by {
        let lift = if held.control.is_open() { "you can lift it there" } else { "you can't lift it there" };
        writeln!(out, "        {FAINT}off at {} by {}: {lift}{FAINT:#}", plain(held.at), plain(held.authority))?;
    }
    Ok(())
}

/// The badge, and below it the words that say who can lift it.
fn locked(out: &mut impl Write, control: &Control<'_>, message: &str) -> io::Result<()> {
    let Some(closed) = &control.closed else { return writeln!(out) };
    match &closed.lock {
        Some(lock) => writeln!(out, " {WARN}Locked by {}{WARN:#}", plain(lock.label))?,
        None => writeln!(out, " {WARN}{}{WARN:#}", closed.reason)?,
    }
    writeln!(out, "        {FAINT}{}{FAINT:#}", plain(message))
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
            write!(out, "{:NAME$} {FAINT}{beside}{FAINT:#}", plain(row.name))?;
            match &connect.closed {
                Some(closed) => locked(out, connect, &closed.message.to_string()),
                None => writeln!(out, " {GOOD}connect{GOOD:#}"),
            }
        }
        (None, None) => line(out, row.effective.unwrap_or_default(), row.name, &beside, None),
    }
}

fn custom(out: &mut impl Write, part: &CustomView<'_>) -> io::Result<()> {
    title(out, "Custom servers")?;
    part.settings.iter().try_for_each(|setting| custom_setting(out, setting))?;
    let Some(presets) = &part.presets else { return Ok(()) };
    for (name, preset) in [("freeze growth", &presets.freeze_growth), ("lockdown", &presets.lockdown)] {
        let mark = if preset.value == Value::Flag(true) { "set" } else { "" };
        write!(out, "  preset {:NAME$}{GOOD}{mark}{GOOD:#}", name)?;
        match &preset.closed {
            Some(closed) => locked(out, preset, &closed.message.to_string())?,
            None => writeln!(out)?,
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
    write!(out, "{name:NAME$}")?;
    match &setting.notice {
        Some(notice) => {
            writeln!(out, "  {WARN}{}{WARN:#}", plain(notice.badge.as_deref().unwrap_or_default()))?;
            writeln!(out, "        {FAINT}{}{FAINT:#}", plain(&notice.message.to_string()))
        }
        None => writeln!(out),
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
    let style = match floor.effective {
        "deny" => BAD,
        "ask" => WARN,
        _ => GOOD,
    };
    write!(out, "  {style}{:>5}{style:#} {:NAME$}", floor.effective, format!("at least, of what {}s", name.trim_start_matches("floor/")))?;
    match &floor.lock {
        Some(lock) => writeln!(out, " {WARN}Locked by {}{WARN:#}", plain(lock.label)),
        None => writeln!(out),
    }
}

fn more(out: &mut impl Write, is_more: bool) -> io::Result<()> {
    if is_more { writeln!(out, "  {FAINT}and more: ask for the next page{FAINT:#}") } else { Ok(()) }
}
