//! The integrations of a scope (I-2, I-9).

use super::ViewKind;
use super::control::{AskedOf, Control, Inquiry};
use super::cursor::Cursor;
use super::setting::{Desk, SettingState, SettingView, on_or_off};
use super::shown::{Head, shown};
use super::sight::Sight;
use crate::decide::{Action, Claim, Credential, Reason};
use crate::document::Visibility;
use crate::policy::{Integration, Keyed, Setting, Slot, Standing};

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
        connect: maybe Box<Control<'p>> = "connect",
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
    let seen = if is_administered { Vec::new() } else { seen(sight, desk) };
    let door = Door::new(sight, desk);
    let (rows, next) = sight.page(
        ViewKind::Integrations,
        shown,
        |(_, entry)| vec![entry.id.as_str()],
        |(slot, entry)| {
            let setting = Setting::Integration(slot);
            let connected = if is_administered { registered(desk, slot) } else { count(&seen, slot) };
            IntegrationRow {
                integration: &entry.id,
                name: &entry.name,
                approved: entry.approved,
                connected,
                state: is_administered.then(|| desk.state(setting)),
                effective: (!is_administered).then(|| on_or_off(desk.is_off(setting))),
                connect: (!is_administered).then(|| Box::new(door.connect(slot, entry, connected > 0))),
            }
        },
    );
    let new_integrations = is_administered.then(|| desk.setting(Setting::NewIntegrations));
    IntegrationsView { scope: None, new_integrations, rows, next }
}

/// How many servers of an integration were registered in the subtree.
pub(super) fn registered(desk: &Desk<'_>, integration: Slot<Integration>) -> u64 {
    desk.record.contents.as_ref().map_or(0, |contents| contents.below.connected(integration)).into()
}

/// The integration of each server of one that the actor sees from the scope, sorted: shared ones on its path, and their own in
/// it (C-8).
pub(super) fn seen(sight: Sight<'_>, desk: &Desk<'_>) -> Vec<Slot<Integration>> {
    let snapshot = sight.snapshot;
    let on_path = desk.record.path.iter().filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_ref());
    let shared = on_path.flat_map(|contents| contents.servers.iter());
    let shared = shared.filter_map(|slot| snapshot.servers.get(slot)?.integration);
    let holds = sight.who.user.and_then(|(_, user)| user.holds.as_ref());
    let own = holds.into_iter().flat_map(|holds| holds.owns.iter()).filter_map(|slot| snapshot.servers.get(slot));
    let private = own.filter(|server| server.visibility == Visibility::Private && server.scope == desk.scope);
    let mut seen: Vec<_> = shared.chain(private.filter_map(|server| server.integration)).collect();
    seen.sort_unstable();
    seen
}

/// How often one is among those that are seen.
pub(super) fn count(seen: &[Slot<Integration>], integration: Slot<Integration>) -> u64 {
    let from = seen.partition_point(|other| *other < integration);
    let to = seen.partition_point(|other| *other <= integration);
    (to - from) as u64
}

/// The connect flow (I-3) of somebody at a scope, who is found there once for all integrations.
pub(super) struct Door<'s, 'p> {
    sight: Sight<'p>,
    desk: &'s Desk<'p>,
    /// The user as they stand there; none: the host, who connects nothing.
    user: Option<(&'p str, Standing)>,
}

impl<'s, 'p> Door<'s, 'p> {
    pub(super) fn new(sight: Sight<'p>, desk: &'s Desk<'p>) -> Self {
        let user = sight.user().map(|user| {
            let workspace = desk.record.id.as_str().into();
            let claim = Claim { user: user.into(), credential: Credential::Platform, workspace, agent: None, space: None };
            (user, sight.snapshot.standing(&claim))
        });
        Self { sight, desk, user }
    }

    /// Whether the actor is connected here, whatever they administer.
    pub(super) fn connect(&self, slot: Slot<Integration>, entry: &'p Integration, is_connected: bool) -> Control<'p> {
        let (sight, scope) = (self.sight, self.desk.scope);
        let inquiry = Inquiry {
            action: Action::IntegrationConnect,
            user: self.user.as_ref().map(|(user, _)| *user),
            workspace: Some(&self.desk.record.id),
            space: None,
            target: AskedOf::Integration(&entry.id),
        };
        let verdict = match &self.user {
            Some((_, standing)) => sight.verdict(&sight.snapshot.connecting(standing, sight.now, slot).decide(), scope),
            None => sight.decides(&inquiry, scope),
        };
        Control::new(is_connected).choose(true, inquiry, &[], verdict)
    }
}
