//! Stored restrictions, and the walk along a path that reads them (S-1 to S-4, S-11 to S-13, I-9, K-5).

use super::Snapshot;
use super::record::{Integration, Path, Scope, Server};
use super::table::Slot;
use crate::document::List;

/// A setting by its one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    All,
    CustomCreation,
    CustomSharing,
    CustomUse,
    /// A server's disable (N-4): no setting of a scope, but named like one in a lock.
    Disabled,
    FloorRead,
    FloorWrite,
    Integration(Slot<Integration>),
    NewIntegrations,
    Server(Slot<Server>),
}

impl Setting {
    /// Its bit in a scope's mask: one of its own where there are few, a shared one for integrations and servers.
    fn bit(self) -> u64 {
        1 << match self {
            Self::All => 0,
            Self::CustomCreation => 1,
            Self::CustomSharing => 2,
            Self::CustomUse => 3,
            Self::Disabled => 4,
            Self::FloorRead => 5,
            Self::FloorWrite => 6,
            Self::NewIntegrations => 7,
            Self::Integration(integration) => 8 + integration.index() % 28,
            Self::Server(server) => 36 + server.index() % 28,
        }
    }
}

/// What is stored of a setting. From loose to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    On,
    Ask,
    Deny,
    Off,
}

/// One authority's value of one setting at one scope.
pub(crate) struct Restriction {
    pub(crate) setting: Setting,
    pub(crate) authority: Slot<Scope>,
    pub(crate) value: Value,
    /// The scopes below that an `off` spares (S-12), by slot.
    pub(crate) except: List<Slot<Scope>>,
}

impl Restriction {
    /// Whether this `off` doesn't count on a path (S-12).
    fn spares(&self, path: &Path) -> bool {
        !self.except.is_empty() && path.iter().any(|scope| self.except.binary_search(&scope).is_ok())
    }
}

impl Scope {
    /// The restrictions of a setting that are stored here, highest authority first.
    pub(crate) fn stored(&self, setting: Setting) -> &[Restriction] {
        let from = self.restrictions.partition_point(|restriction| restriction.setting < setting);
        let rest = self.restrictions.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|restriction| restriction.setting == setting)).unwrap_or_default()
    }

    /// The mask of a set of restrictions: what they may turn off or floor. `root` is C-7's: unset sharing counts there.
    pub(crate) fn mask(restrictions: &[Restriction], root: bool) -> u64 {
        let restricted = restrictions.iter().filter(|restriction| restriction.value != Value::On);
        let mask = restricted.fold(0, |mask, restriction| mask | restriction.setting.bit());
        let set = |restriction: &Restriction| restriction.setting == Setting::CustomSharing;
        if root && !restrictions.iter().any(set) { mask | Setting::CustomSharing.bit() } else { mask }
    }
}

/// One stored restriction that makes a decision what it is (S-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// How far below the root the authority lies: highest first.
    pub(crate) authority_depth: u8,
    /// How far below the root the place lies.
    pub(crate) at_depth: u8,
    pub(crate) setting: Setting,
    pub(crate) authority: Slot<Scope>,
    pub(crate) at: Slot<Scope>,
}

/// The scope policy that counts on one path.
#[derive(Clone, Copy)]
pub(crate) struct ScopePolicy<'p> {
    snapshot: &'p Snapshot,
    path: Path,
    restricted: u64,
}

impl<'p> ScopePolicy<'p> {
    /// The policy of a path; `restricted` is the union of its scopes' masks.
    pub(crate) fn new(snapshot: &'p Snapshot, path: Path, restricted: u64) -> Self {
        Self { snapshot, path, restricted }
    }

    /// The path that it is read on.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Hears every value of a setting that counts here and that `counts` takes, highest place first.
    #[inline]
    fn each(&self, setting: Setting, counts: impl Fn(Value) -> bool, hear: &mut impl FnMut(Cause)) {
        if self.restricted & setting.bit() != 0 {
            self.each_stored(setting, counts, hear);
        }
    }

    fn each_stored(&self, setting: Setting, counts: impl Fn(Value) -> bool, hear: &mut impl FnMut(Cause)) {
        for (at_depth, at) in (0u8..).zip(self.path.iter()) {
            let Some(scope) = self.snapshot.scopes.get(at).filter(|scope| scope.restricted & setting.bit() != 0) else {
                continue;
            };
            let stored = scope.stored(setting);
            // C-7: at the root, unset sharing counts as the root's own `off`.
            if stored.is_empty() && setting == Setting::CustomSharing && at_depth == 0 && counts(Value::Off) {
                hear(Cause { authority_depth: 0, at_depth, setting, authority: at, at });
            }
            for restriction in stored.iter().filter(|restriction| counts(restriction.value) && !restriction.spares(&self.path)) {
                let authority = restriction.authority;
                if let Some(authority_depth) = self.path.depth_of(authority) {
                    hear(Cause { authority_depth, at_depth, setting, authority, at });
                }
            }
        }
    }

    /// Hears every `off` of a setting that counts here (S-2).
    #[inline]
    pub(crate) fn offs(&self, setting: Setting, hear: &mut impl FnMut(Cause)) {
        self.each(setting, |value| value == Value::Off, hear);
    }

    /// Hears every floor of one strictness here (K-5).
    #[inline]
    pub(crate) fn floors(&self, setting: Setting, value: Value, hear: &mut impl FnMut(Cause)) {
        self.each(setting, |stored| stored == value, hear);
    }

    /// Whether a setting is effectively off here.
    pub(crate) fn is_off(&self, setting: Setting) -> bool {
        let mut off = false;
        self.offs(setting, &mut |_| off = true);
        off
    }

    /// Hears every `off` that closes an integration here: its own, and each of `new-integrations` without an `on` by the
    /// very authority of that `off` (I-1, I-9).
    #[inline]
    pub(crate) fn integration_offs(&self, integration: Slot<Integration>, hear: &mut impl FnMut(Cause)) {
        self.offs(Setting::Integration(integration), hear);
        self.offs(Setting::NewIntegrations, &mut |cause| {
            if !self.allows(integration, cause.authority) {
                hear(cause);
            }
        });
    }

    /// Whether an authority stored an `on` for an integration anywhere on the path (I-9).
    fn allows(&self, integration: Slot<Integration>, authority: Slot<Scope>) -> bool {
        let scopes = self.path.iter().filter_map(|scope| self.snapshot.scopes.get(scope));
        let mut stored = scopes.flat_map(|scope| scope.stored(Setting::Integration(integration)));
        stored.any(|restriction| restriction.value == Value::On && restriction.authority == authority)
    }

    /// The first of all causes that `each` tells of (S-4).
    #[inline]
    pub(crate) fn first(&self, each: impl FnOnce(&mut dyn FnMut(Cause))) -> Option<Cause> {
        let mut first: Option<Cause> = None;
        each(&mut |cause| {
            if first.as_ref().is_none_or(|known| self.snapshot.compare_causes(&cause, known).is_lt()) {
                first = Some(cause);
            }
        });
        first
    }
}

impl Snapshot {
    /// S-4's order of causes: highest authority, highest place, then the setting's name.
    pub(crate) fn compare_causes(&self, a: &Cause, b: &Cause) -> std::cmp::Ordering {
        let by_place = (a.authority_depth, a.at_depth).cmp(&(b.authority_depth, b.at_depth));
        by_place.then_with(|| self.setting_name(a.setting).cmp(self.setting_name(b.setting)))
    }

    /// A setting's one name in two parts, of which the second is an id or empty (contract, section 2).
    fn setting_name(&self, setting: Setting) -> impl Iterator<Item = &u8> {
        let (kind, id) = self.setting_parts(setting);
        kind.as_bytes().iter().chain(id.as_bytes())
    }

    /// As what a setting begins, and the id that follows.
    pub(crate) fn setting_parts(&self, setting: Setting) -> (&'static str, &str) {
        match setting {
            Setting::All => ("all", ""),
            Setting::CustomCreation => ("custom/creation", ""),
            Setting::CustomSharing => ("custom/sharing", ""),
            Setting::CustomUse => ("custom/use", ""),
            Setting::Disabled => ("disabled", ""),
            Setting::FloorRead => ("floor/read", ""),
            Setting::FloorWrite => ("floor/write", ""),
            Setting::NewIntegrations => ("new-integrations", ""),
            Setting::Integration(integration) => ("integration/", self.integrations.get(integration).map_or("", |found| &found.id)),
            Setting::Server(server) => ("server/", self.servers.get(server).map_or("", |found| &found.id)),
        }
    }
}
