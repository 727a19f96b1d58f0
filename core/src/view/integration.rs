//! An integration's own page: its tools, and the way to connect, or the notice in place of it (I-3, I-5, I-7).

use super::control::{Control, Words};
use super::integrations::{Door, count, registered, seen};
use super::setting::{Desk, SettingState, on_or_off};
use super::shown::{Head, Notice, shown};
use super::sight::Sight;
use crate::decide::{Decision, Reason};
use crate::document::Label;
use crate::policy::{Integration, Setting, Snapshot};

shown! {
    /// An integration's own page.
    pub struct IntegrationView<'p> {
        /// From where it is looked at.
        scope: maybe Head<'p> = "scope",
        /// What it is.
        integration: must Entry<'p> = "integration",
        /// How many servers of it there are in the subtree; for a plain user, that they see from here (C-8).
        connected: must u64 = "connected",
        /// What its setting is; for administrators.
        state: perhaps SettingState<'p>,
        /// `on` or `off`; where `state` doesn't say it.
        effective: maybe &'static str = "effective",
        /// Connects.
        connect: maybe Control<'p> = "connect",
        /// Why nobody connects from here, in place of the control.
        notice: maybe Notice<'p> = "notice",
        /// The approved tools by name.
        tools: must Vec<CatalogToolView<'p>> = "tools",
    }

    /// An entry of the catalogue.
    pub struct Entry<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// Whether it is approved.
        approved: must bool = "approved",
    }

    /// A tool as the catalogue has it.
    pub struct CatalogToolView<'p> {
        /// Its name.
        tool: must &'p str = "tool",
        /// What it does.
        label: maybe Label = "label",
        /// Whether it deserves care (K-10).
        sensitive: flag bool = "sensitive",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str, integration: &str) -> Result<IntegrationView<'p>, Reason> {
    let scope = sight.who.scope(scope)?;
    let (slot, entry) = sight.who.integration(integration)?;
    let sight = sight.about(scope);
    let desk = Desk::new(sight, scope).ok_or(Reason::UnknownScope)?;
    let setting = Setting::Integration(slot);
    let denied = sight.snapshot.against_connecting(desk.record.path, slot);
    let seen = count(&seen(sight, &desk), slot);
    Ok(IntegrationView {
        scope: sight.head(scope),
        integration: Entry { id: &entry.id, name: &entry.name, approved: entry.approved },
        connected: if desk.is_administered() { registered(&desk, slot) } else { seen },
        state: desk.is_administered().then(|| desk.state(setting)),
        effective: (!desk.is_administered()).then(|| on_or_off(desk.is_off(setting))),
        connect: denied.is_none().then(|| Control {
            address: entry.origins.first().map(|origin| origin.text()),
            ..Door::new(sight, &desk).connect(slot, entry, seen > 0)
        }),
        notice: denied.map(|denied| notice(sight, &denied)),
        tools: tools(sight.snapshot, entry),
    })
}

/// What a denial says to this actor.
fn notice<'p>(sight: Sight<'p>, denied: &Decision<'_>) -> Notice<'p> {
    Notice {
        reason: denied.reason(),
        badge: denied.for_user().badge().map(|badge| badge.to_string()),
        message: Words::written(sight.told(denied)),
    }
}

fn tools<'p>(snapshot: &'p Snapshot, entry: &'p Integration) -> Vec<CatalogToolView<'p>> {
    let approved = entry.tools.iter().filter(|tool| tool.approved);
    let shown = approved.map(|tool| CatalogToolView {
        tool: snapshot.names.get(tool.name).unwrap_or_default(),
        label: tool.label,
        sensitive: tool.sensitive,
    });
    let mut tools: Vec<CatalogToolView<'_>> = shown.collect();
    tools.sort_unstable_by_key(|tool| tool.tool);
    tools
}
