//! The integrations of a scope (I-2, I-9).

use super::ViewKind;
use super::control::{AskedOf, Control, Inquiry};
use super::cursor::Cursor;
use super::setting::{Desk, SettingState, SettingView, on_or_off};
use super::shown::{Head, shown};
use super::sight::Sight;
use crate::decide::{Action, Reason};
use crate::document::Visibility;
use crate::policy::{Integration, Keyed, Setting, Slot};

shown! {
    /// The integrations of a scope.
    pub struct IntegrationsView<'p> {
        /// The scope; none where this is a part of the settings page.
        scope: maybe Head<'p> = "scope",
        /// The allowlist stance; for administrators (I-9).
        new_integrations: maybe SettingView<'p> = "newIntegrations",
        /// Every integration that the actor sees.
        rows: must Vec<IntegrationRow<'p>> = "rows",
        /// The cursor of the next page.
        next: maybe String = "next",
    }

    /// An integration at a scope.
    pub struct IntegrationRow<'p> {
        /// Its id.
        integration: must &'p str = "integration",
        /// Its name.
        name: must &'p str = "name",
        /// Whether the catalogue approves it.
        approved: must bool = "approved",
        /// How many servers of it there are in the subtree; for a plain user, that they see from here (C-8).
        connected: must u64 = "connected",
        /// What its setting is; for administrators.
        state: perhaps SettingState<'p>,
        /// `on` or `off`; where `state` doesn't say it.
        effective: maybe &'static str = "effective",
        /// Connects; for who administers nothing here.
        connect: maybe Control<'p> = "connect",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<IntegrationsView<'p>, Reason> {
    let scope = sight.who.scope(scope)?;
    let sight = sight.about(scope);
    let desk = Desk::new(sight, scope).ok_or(Reason::UnknownScope)?;
    Ok(IntegrationsView { scope: sight.head(scope), ..part(sight, &desk, sight.after()) })
}

/// Without its head.
pub(super) fn part<'p>(sight: Sight<'p>, desk: &Desk<'p>, after: Option<Cursor>) -> IntegrationsView<'p> {
    let snapshot = sight.snapshot;
    let sees_all = sight.who.administers_root();
    let after = after.as_ref().map_or("", |cursor| cursor.key(0));
    let id_of = |slot| snapshot.integrations.get(slot).map_or("", Keyed::key);
    let known = snapshot.catalog.after(after, &id_of).filter_map(|slot| Some((slot, snapshot.integrations.get(slot)?)));
    let shown = known.filter(|(_, entry)| (entry.approved || sees_all) && sight.fits_text(&entry.id, &entry.name));
    let is_administered = desk.is_administered();
    let (rows, next) = sight.page(
        ViewKind::Integrations,
        shown,
        |(_, entry)| vec![entry.id.as_str()],
        |(slot, entry)| {
            let setting = Setting::Integration(slot);
            IntegrationRow {
                integration: &entry.id,
                name: &entry.name,
                approved: entry.approved,
                connected: connected(sight, desk, slot),
                state: is_administered.then(|| desk.state(setting)),
                effective: (!is_administered).then(|| on_or_off(desk.is_off(setting))),
                connect: (!is_administered).then(|| connect(sight, desk, slot, entry)),
            }
        },
    );
    let new_integrations = is_administered.then(|| desk.setting(Setting::NewIntegrations));
    IntegrationsView { scope: None, new_integrations, rows, next }
}

/// How many servers of an integration there are: for administrators those registered in the subtree, for a plain user those
/// that they see from the scope (C-8).
pub(super) fn connected(sight: Sight<'_>, desk: &Desk<'_>, integration: Slot<Integration>) -> u64 {
    if desk.is_administered() {
        return desk.record.contents.as_ref().map_or(0, |contents| contents.below.connected(integration)).into();
    }
    seen(sight, desk, integration)
}

/// How many servers of an integration the actor sees from the scope: shared ones on its path, and their own in it.
fn seen(sight: Sight<'_>, desk: &Desk<'_>, integration: Slot<Integration>) -> u64 {
    let snapshot = sight.snapshot;
    let of_it = |slot: &_| snapshot.servers.get(*slot).is_some_and(|server| server.integration == Some(integration));
    let on_path = desk.record.path.iter().filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_ref());
    let shared = on_path.flat_map(|contents| contents.servers.iter()).filter(of_it).count();
    let holds = sight.who.user.and_then(|(_, user)| user.holds.as_ref());
    let own = holds.into_iter().flat_map(|holds| holds.owns.iter()).filter(of_it);
    let private = own.filter_map(|slot| snapshot.servers.get(slot));
    let private = private.filter(|server| server.visibility == Visibility::Private && server.scope == desk.scope).count();
    (shared + private) as u64
}

/// The connect flow (I-3): whether the actor is connected here, whatever they administer.
pub(super) fn connect<'p>(sight: Sight<'p>, desk: &Desk<'p>, slot: Slot<Integration>, entry: &'p Integration) -> Control<'p> {
    let inquiry = Inquiry {
        action: Action::IntegrationConnect,
        user: sight.user(),
        workspace: Some(&desk.record.id),
        space: None,
        target: AskedOf::Integration(&entry.id),
    };
    let verdict = sight.decides(&inquiry, desk.scope);
    Control::new(seen(sight, desk, slot) > 0).choose(true, inquiry, &[], verdict)
}
