//! The policy for custom servers: three settings and two presets (C-1, C-6, C-7, C-10).

use super::control::{Control, SettingName};
use super::setting::{Desk, SettingState, on_or_off};
use super::shown::{Head, Notice, shown};
use super::sight::Sight;
use crate::decide::{Reason, badge};
use crate::policy::{Setting, Value};

shown! {
    /// The policy for custom servers.
    pub struct CustomView<'p> {
        /// The scope; none where this is a part of the settings page.
        scope: maybe Head<'p> = "scope",
        /// Creation, use and sharing, in this order.
        settings: must Vec<CustomSetting<'p>> = "settings",
        /// For administrators.
        presets: maybe Presets<'p> = "presets",
    }

    /// One of the three settings.
    pub struct CustomSetting<'p> {
        /// Its one name.
        setting: must SettingName<'p> = "setting",
        /// How many custom servers are registered in the subtree; for administrators.
        count: maybe u64 = "count",
        /// What it is; for administrators.
        state: perhaps SettingState<'p>,
        /// `on` or `off`; where `state` doesn't say it.
        effective: maybe &'static str = "effective",
        /// Why it is off; for who administers nothing here.
        notice: maybe Notice<'p> = "notice",
    }

    /// Changes of both creation and use (C-10).
    pub struct Presets<'p> {
        /// Creation off, use on.
        freeze_growth: must Control<'p> = "freezeGrowth",
        /// Both off.
        lockdown: must Control<'p> = "lockdown",
    }
}

/// The settings, with the reason that each makes deny.
const SETTINGS: [(Setting, Reason); 3] = [
    (Setting::CustomCreation, Reason::CustomCreationOff),
    (Setting::CustomUse, Reason::CustomUseOff),
    (Setting::CustomSharing, Reason::CustomSharingOff),
];

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<CustomView<'p>, Reason> {
    let scope = sight.who.scope(scope)?;
    let sight = sight.about(scope);
    let desk = Desk::new(sight, scope).ok_or(Reason::UnknownScope)?;
    Ok(CustomView { scope: sight.head(scope), ..part(sight, &desk) })
}

/// Without its head.
pub(super) fn part<'p>(sight: Sight<'p>, desk: &Desk<'p>) -> CustomView<'p> {
    if !desk.is_administered() {
        let settings = SETTINGS.iter().map(|(setting, reason)| plain(sight, desk, *setting, *reason)).collect();
        return CustomView { scope: None, settings, presets: None };
    }
    let count = desk.record.contents.as_ref().map_or(0, |contents| contents.below.custom);
    let setting = |(setting, _): &(Setting, Reason)| CustomSetting {
        setting: SettingName::new(sight.snapshot, *setting),
        count: Some(u64::from(count)),
        state: Some(desk.state(*setting)),
        effective: None,
        notice: None,
    };
    let presets = Presets { freeze_growth: desk.preset("freeze-growth", Value::On), lockdown: desk.preset("lockdown", Value::Off) };
    CustomView { scope: None, settings: SETTINGS.iter().map(setting).collect(), presets: Some(presets) }
}

/// What a plain user is told: whether it is off, and at which level (L-4).
fn plain<'p>(sight: Sight<'p>, desk: &Desk<'p>, setting: Setting, reason: Reason) -> CustomSetting<'p> {
    let first = desk.offs(setting).first().copied();
    CustomSetting {
        setting: SettingName::new(sight.snapshot, setting),
        count: None,
        state: None,
        effective: Some(on_or_off(first.is_some())),
        notice: first.map(|first| Notice {
            reason,
            badge: Some(badge(sight.snapshot.label_of(&first)).to_string()),
            message: sight.words(reason, Some(first)),
        }),
    }
}
