//! Stored restrictions, and the walk along a path that reads them (S-1 to S-4, S-11 to S-13, I-9, K-5).

use std::ops::ControlFlow;

use super::Snapshot;
use super::record::{Integration, Path, Scope, Server};
use super::table::Slot;
use crate::document::List;

/// A setting by its one name.
#[derive(Clone, Copy, PartialEq, Eq)]
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
    /// The order that restrictions are stored in, as one number: fast to search by.
    pub(crate) fn key(self) -> u64 {
        let (kind, index) = match self {
            Self::All => (0, 0),
            Self::CustomCreation => (1, 0),
            Self::CustomSharing => (2, 0),
            Self::CustomUse => (3, 0),
            Self::Disabled => (4, 0),
            Self::FloorRead => (5, 0),
            Self::FloorWrite => (6, 0),
            Self::Integration(integration) => (7, integration.index()),
            Self::NewIntegrations => (8, 0),
            Self::Server(server) => (9, server.index()),
        };
        kind << 32 | index as u64
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

/// What may be restricted: most steps of a decision end at this test.
///
/// A bit of its own for each value of the settings that are few, a shared one for those of integrations and of servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mask {
    integrations: u64,
    others: u64,
}

impl Mask {
    /// The bit of one value of a setting.
    #[inline]
    pub(crate) fn of(setting: Setting, value: Value) -> Self {
        let strict = matches!(value, Value::Deny) as u32;
        let bit = match setting {
            Setting::Integration(integration) => return Self { integrations: 1 << (integration.index() % 64), others: 0 },
            Setting::Server(server) => 16 + server.index() as u32 % 48,
            Setting::All => 0,
            Setting::CustomCreation => 1,
            Setting::CustomSharing => 2,
            Setting::CustomUse => 3,
            Setting::Disabled => 4,
            Setting::NewIntegrations => 5,
            Setting::FloorRead => 6 + strict,
            Setting::FloorWrite => 8 + strict,
        };
        Self { integrations: 0, others: 1 << bit }
    }

    /// The bit of a scope that states D-1's feature so.
    #[inline]
    pub(crate) const fn access_control(on: bool) -> Self {
        Self { integrations: 0, others: 1 << (10 + on as u32) }
    }

    /// Whether they have a bit in common.
    #[inline]
    const fn meets(self, other: Self) -> bool {
        self.integrations & other.integrations | self.others & other.others != 0
    }

    /// The bits of both.
    #[inline]
    pub(crate) const fn with(self, other: Self) -> Self {
        Self { integrations: self.integrations | other.integrations, others: self.others | other.others }
    }
}

/// One authority's value of one setting at one scope.
#[derive(Clone)]
pub(crate) struct Restriction {
    /// The setting as a number: a search looks at nothing else.
    key: u64,
    pub(crate) setting: Setting,
    pub(crate) authority: Slot<Scope>,
    pub(crate) value: Value,
    /// The scopes below that an `off` spares (S-12), by slot.
    pub(crate) except: List<Slot<Scope>>,
}

impl Restriction {
    /// The value of a setting by an authority, but for the scopes that it spares.
    pub(crate) fn new(setting: Setting, authority: Slot<Scope>, value: Value, except: List<Slot<Scope>>) -> Self {
        Self { key: setting.key(), setting, authority, value, except }
    }

    /// Whether it is the same authority's value of the same setting.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        (self.key, self.authority) == (other.key, other.authority)
    }

    /// What restrictions of one scope are sorted by.
    pub(crate) fn order(&self, path: &Path) -> (u64, Option<u8>) {
        (self.key, path.depth_of(self.authority))
    }

    /// Whether this `off` doesn't count on a path (S-12).
    fn spares(&self, path: &Path) -> bool {
        !self.except.is_empty() && path.iter().any(|scope| self.except.binary_search(&scope).is_ok())
    }
}

impl Scope {
    /// The restrictions of a setting that are stored here, highest authority first.
    pub(crate) fn stored(&self, setting: Setting) -> &[Restriction] {
        let key = setting.key();
        let from = self.restrictions.partition_point(|restriction| restriction.key < key);
        let rest = self.restrictions.get(from..).unwrap_or_default();
        // A setting has as many values as authorities: rarely more than one.
        let len = rest.iter().take_while(|restriction| restriction.key == key).count();
        rest.get(..len).unwrap_or_default()
    }

    /// The mask of a set of restrictions: what they may turn off or floor, and how D-1's feature is stated. `root` is C-7's: unset sharing counts there.
    pub(crate) fn mask(restrictions: &[Restriction], root: bool, access_control: Option<bool>) -> Mask {
        let restricted = restrictions.iter().filter(|restriction| restriction.value != Value::On);
        let stated = access_control.map(Mask::access_control).unwrap_or_default();
        let mask = restricted.fold(stated, |mask, restriction| mask.with(Mask::of(restriction.setting, restriction.value)));
        let set = |restriction: &Restriction| restriction.setting == Setting::CustomSharing;
        if root && !restrictions.iter().any(set) { mask.with(Mask::of(Setting::CustomSharing, Value::Off)) } else { mask }
    }
}

/// One stored restriction that makes a decision what it is (S-4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cause {
    /// How far below the root the authority lies: highest first.
    pub(crate) authority_depth: u8,
    /// How far below the root the place lies.
    pub(crate) at_depth: u8,
    pub(crate) setting: Setting,
    pub(crate) authority: Slot<Scope>,
    pub(crate) at: Slot<Scope>,
}

/// Who is told of causes, until they have heard enough.
pub(crate) type Hear<'h> = &'h mut dyn FnMut(Cause) -> ControlFlow<()>;

/// The scope policy that counts on one path.
#[derive(Clone, Copy)]
pub(crate) struct ScopePolicy<'p> {
    snapshot: &'p Snapshot,
    path: Path,
    restricted: Mask,
}

impl<'p> ScopePolicy<'p> {
    /// The policy of a path; `restricted` is the union of its scopes' masks.
    pub(crate) fn new(snapshot: &'p Snapshot, path: Path, restricted: Mask) -> Self {
        Self { snapshot, path, restricted }
    }

    /// The path that it is read on.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether anything of a mask may be restricted here; if not, nothing of it is.
    #[inline]
    pub(crate) fn may_restrict(&self, mask: Mask) -> bool {
        self.restricted.meets(mask)
    }

    /// D-1: the feature as the nearest scope of this path that states it has it, or the nearest from a scope of it upwards.
    #[inline]
    pub(crate) fn has_access_control(&self, scope: Slot<Scope>) -> bool {
        let stated = |on| self.may_restrict(Mask::access_control(on));
        let here = || self.snapshot.access_control(&self.path);
        let there = || self.snapshot.path(scope).is_some_and(|path| self.snapshot.access_control(path));
        // Only where scopes of the path differ does it matter which is nearest.
        stated(true) && (!stated(false) || here() || there())
    }

    /// Whether there may be a floor of one strictness here (K-5).
    #[inline]
    pub(crate) fn may_floor(&self, value: Value) -> bool {
        self.may_restrict(Mask::of(Setting::FloorRead, value).with(Mask::of(Setting::FloorWrite, value)))
    }

    /// Tells of every place that has one value of a setting and where it counts, highest place first.
    #[inline]
    fn each(&self, setting: Setting, value: Value, hear: Hear<'_>) -> ControlFlow<()> {
        if self.restricted.meets(Mask::of(setting, value)) { self.each_stored(setting, value, hear) } else { ControlFlow::Continue(()) }
    }

    #[inline(never)]
    fn each_stored(&self, setting: Setting, value: Value, hear: Hear<'_>) -> ControlFlow<()> {
        let mask = Mask::of(setting, value);
        for (at_depth, at) in (0u8..).zip(self.path.iter()) {
            let Some(scope) = self.snapshot.scopes.get(at).filter(|scope| scope.restricted.meets(mask)) else {
                continue;
            };
            let stored = scope.stored(setting);
            // C-7: at the root, unset sharing counts as the root's own `off`.
            if stored.is_empty() && setting == Setting::CustomSharing && at_depth == 0 {
                hear(Cause { authority_depth: 0, at_depth, setting, authority: at, at })?;
            }
            for restriction in stored.iter().filter(|restriction| restriction.value == value && !restriction.spares(&self.path)) {
                let authority = restriction.authority;
                if let Some(authority_depth) = self.path.depth_of(authority) {
                    hear(Cause { authority_depth, at_depth, setting, authority, at })?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Tells of every `off` of a setting that counts here (S-2).
    #[inline]
    pub(crate) fn offs(&self, setting: Setting, hear: Hear<'_>) -> ControlFlow<()> {
        self.each(setting, Value::Off, hear)
    }

    /// Tells of every floor of one strictness here (K-5).
    #[inline]
    pub(crate) fn floors(&self, setting: Setting, value: Value, hear: Hear<'_>) -> ControlFlow<()> {
        self.each(setting, value, hear)
    }

    /// Whether a setting is effectively off here.
    #[inline]
    pub(crate) fn is_off(&self, setting: Setting) -> bool {
        self.offs(setting, &mut |_| ControlFlow::Break(())).is_break()
    }

    /// Tells of every `off` that closes an integration here: its own, and each of `new-integrations` without an `on` by the
    /// very authority of that `off` (I-1, I-9).
    pub(crate) fn integration_offs(&self, integration: Slot<Integration>, hear: Hear<'_>) -> ControlFlow<()> {
        self.offs(Setting::Integration(integration), hear)?;
        self.offs(Setting::NewIntegrations, &mut |cause| {
            if self.allows(integration, cause.authority) { ControlFlow::Continue(()) } else { hear(cause) }
        })
    }

    /// Whether an authority stored an `on` for an integration anywhere on the path (I-9).
    fn allows(&self, integration: Slot<Integration>, authority: Slot<Scope>) -> bool {
        let scopes = self.path.iter().filter_map(|scope| self.snapshot.scopes.get(scope));
        let mut stored = scopes.flat_map(|scope| scope.stored(Setting::Integration(integration)));
        stored.any(|restriction| restriction.value == Value::On && restriction.authority == authority)
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
