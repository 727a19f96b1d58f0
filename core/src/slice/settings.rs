//! Scopes, and the settings of theirs that count in a slice.

use super::cut::{Cut, Place, forget};
use crate::document::{Features, Scope as Record, Settings, Switch, Text};
use crate::policy::Scope;

impl<'p> Cut<'p> {
    /// A scope with what it restricts. Of one above, its spaces and its annotations stay there; for one user, its name too.
    pub(super) fn scope(&self, scope: &'p Scope, place: Place) -> Record<'p> {
        let mut record = self.export.scope(scope);
        let strip = self.strips(place);
        let id = scope.id.as_str();
        if place == Place::Above {
            record.spaces = Default::default();
            if self.only.is_some() {
                record.name = self.snapshot.level(scope).map(|level| Text::from(&*level.label)).unwrap_or_default();
            }
        }
        record.parent.iter_mut().chain([&mut record.id]).for_each(|id| self.rename(id));
        let is_root = scope.path.parent().is_none();
        record.settings = record.settings.take().map(|own| Box::new(self.settings(*own, id, is_root, strip)));
        let imposed = std::mem::take(&mut record.imposed).into_iter().filter_map(|(authority, settings)| {
            let settings = self.settings(settings, &authority, false, strip);
            let mut authority = authority;
            self.is_shown(&mut authority).then_some((authority, settings))
        });
        record.imposed = imposed.collect();
        if strip {
            forget(&mut record.annotations);
            record.features = record.features.take().map(|features| Box::new(Features { annotations: Default::default(), ..*features }));
            record.spaces.iter_mut().for_each(|space| forget(&mut space.annotations));
        }
        record
    }

    /// What one authority stored: for one user without each `on` that doesn't count (S-2); exceptions name what the slice has.
    fn settings(&self, mut settings: Settings<'p>, authority: &str, at_root: bool, strip: bool) -> Settings<'p> {
        settings.servers.entries_mut().retain(|(server, _)| self.servers.contains(server.as_str()));
        settings.integrations.entries_mut().retain(|(integration, _)| !self.withholds(integration));
        settings.except.entries_mut().retain_mut(|(setting, spared)| {
            spared.as_mut_vec().retain_mut(|scope| self.is_shown(scope));
            let names = match setting.split_once('/') {
                Some(("integration", id)) => !self.withholds(id),
                Some(("server", id)) => self.servers.contains(id),
                _ => true,
            };
            names && !spared.is_empty()
        });
        if self.only.is_some() {
            let off = |value: Option<Switch>| value.filter(|value| *value == Switch::Off);
            settings.all = off(settings.all);
            settings.new_integrations = off(settings.new_integrations);
            settings.servers.entries_mut().retain(|(_, value)| *value == Switch::Off);
            // I-9: an `on` by the authority of such an `off` counts.
            let counts = self.listing.contains(authority);
            settings.integrations.entries_mut().retain(|(_, value)| counts || *value == Switch::Off);
            if let Some(custom) = &mut settings.custom {
                custom.creation = off(custom.creation);
                custom.r#use = off(custom.r#use);
                // C-7: at the root, what is unset counts as off.
                custom.sharing = if at_root { custom.sharing } else { off(custom.sharing) };
            }
        }
        if strip {
            forget(&mut settings.annotations);
            settings.custom.iter_mut().for_each(|custom| forget(&mut custom.annotations));
            settings.floors.iter_mut().for_each(|floors| forget(&mut floors.annotations));
        }
        settings
    }
}
