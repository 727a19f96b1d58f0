//! A scope's settings page: integrations, the policy for custom servers, and their inventory, in one (I-8); the emergency stop
//! (S-13) and the floors (K-5) besides.

use super::custom::{self, CustomView};
use super::integrations::{self, IntegrationsView};
use super::inventory::{self, InventoryView};
use super::setting::{Desk, FloorView, SettingView};
use super::shown::{Head, shown};
use super::sight::Sight;
use crate::decide::Reason;
use crate::policy::Setting;

shown! {
    /// A scope's settings page.
    pub struct SettingsView<'p> {
        /// Whose.
        scope: maybe Head<'p> = "scope",
        /// The first page of its integrations.
        integrations: must IntegrationsView<'p> = "integrations",
        /// The policy for custom servers.
        custom: must CustomView<'p> = "custom",
        /// The first page of its custom servers; for administrators.
        inventory: maybe InventoryView<'p> = "inventory",
        /// The emergency stop; for administrators.
        all: maybe SettingView<'p> = "all",
        /// Of what reads and of what writes; for administrators.
        floors: some FloorView<'p> = "floors",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<SettingsView<'p>, Reason> {
    let scope = sight.who.scope(scope)?;
    let sight = sight.about(scope);
    let desk = Desk::new(sight, scope).ok_or(Reason::UnknownScope)?;
    let is_administered = desk.is_administered();
    let floors = [Setting::FloorRead, Setting::FloorWrite].into_iter().filter(|_| is_administered);
    Ok(SettingsView {
        scope: sight.head(scope),
        integrations: integrations::part(sight, &desk, None),
        custom: custom::part(sight, &desk),
        inventory: is_administered.then(|| inventory::part(sight, scope, None, None)),
        all: is_administered.then(|| desk.setting(Setting::All)),
        floors: floors.map(|floor| desk.floor(floor)).collect(),
    })
}
