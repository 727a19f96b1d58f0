//! `set`, `preset`, `set-feature` (S-3, S-6, S-12, C-10, D-1, P-13).

use super::judge::Judge;
use super::refusal::Refusal;
use super::who::Who;
use super::{Nullable, Preset, Set, SetFeature, SettingsChange, Settled};
use crate::decide::Reason;
use crate::document::{Floor, List, Switch, Text, Visibility};
use crate::policy::{Cause, Restriction, Scope, Setting, Slot, Snapshot, Value};

/// One value that a change names; none: it is to be unset.
#[derive(Clone, Copy)]
struct Named {
    setting: Setting,
    value: Option<Value>,
}

pub(super) fn set(judge: &mut Judge<'_>, change: &Set<'_>) -> Result<(), Refusal> {
    store(judge, &change.scope, change.r#as.as_deref(), &change.settings)
}

pub(super) fn preset(judge: &mut Judge<'_>, change: &Preset<'_>) -> Result<(), Refusal> {
    let r#use = match change.preset {
        Settled::FreezeGrowth => Switch::On,
        Settled::Lockdown => Switch::Off,
    };
    let custom = super::CustomChange { creation: Some(Nullable::Set(Switch::Off)), r#use: Some(Nullable::Set(r#use)), sharing: None };
    let settings = SettingsChange { custom: Some(custom), ..crate::document::shape::Shape::blank() };
    store(judge, &change.scope, change.r#as.as_deref(), &settings)
}

pub(super) fn set_feature(judge: &mut Judge<'_>, change: &SetFeature<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let scope = who.scope(&change.scope)?;
    if !who.administers_root() {
        return Err(Reason::NotAdministrator.into());
    }
    judge.draft.edit_scope(scope, |scope| {
        scope.access_control = match change.value {
            Nullable::Set(on) => Some(on),
            Nullable::Unset => None,
        };
    });
    Ok(())
}

fn store(judge: &mut Judge<'_>, scope: &str, named: Option<&str>, settings: &SettingsChange<'_>) -> Result<(), Refusal> {
    let who = judge.asked.who(&judge.draft.next)?;
    let scope = who.scope(scope)?;
    let authority = who.authority(scope, named)?;
    let (values, exceptions) = resolve(who, scope, authority, settings)?;
    not_locked(who, scope, &values, &exceptions)?;
    let before = who.snapshot.scopes.get(scope).ok_or(Reason::UnknownScope)?;
    let restrictions = merged(before, authority, &values, &exceptions)?;
    lies_right(who.snapshot, scope, &values, &exceptions)?;
    judge.draft.edit_scope(scope, |scope| scope.restrictions = restrictions);
    Ok(())
}

/// The scopes below that a setting is to spare; none: nothing is.
type Exception = (Setting, Vec<Slot<Scope>>);

/// What a change names, in the order of P-11: servers, integrations, then the scopes that are newly spared.
fn resolve(
    who: Who<'_>,
    scope: Slot<Scope>,
    authority: Slot<Scope>,
    settings: &SettingsChange<'_>,
) -> Result<(Vec<Named>, Vec<Exception>), Refusal> {
    let snapshot = who.snapshot;
    let mut values = Vec::new();
    let excepted = |kind: &'static str| {
        settings.except.iter().filter_map(move |(name, _)| name.split_once('/').filter(|(of, _)| *of == kind).map(|(_, id)| id))
    };
    for (id, value) in settings.servers.iter() {
        values.push(Named { setting: Setting::Server(who.server(id)?.0), value: switch(*value) });
    }
    for id in excepted("server") {
        who.server(id)?;
    }
    for (id, value) in settings.integrations.iter() {
        values.push(Named { setting: Setting::Integration(who.integration(id)?.0), value: switch(*value) });
    }
    for id in excepted("integration") {
        who.integration(id)?;
    }
    let custom = settings.custom.as_ref();
    let floors = settings.floors.as_ref();
    let single = [
        (Setting::All, settings.all.map(switch)),
        (Setting::NewIntegrations, settings.new_integrations.map(switch)),
        (Setting::CustomCreation, custom.and_then(|custom| custom.creation).map(switch)),
        (Setting::CustomUse, custom.and_then(|custom| custom.r#use).map(switch)),
        (Setting::CustomSharing, custom.and_then(|custom| custom.sharing).map(switch)),
        (Setting::FloorRead, floors.and_then(|floors| floors.read).map(floor)),
        (Setting::FloorWrite, floors.and_then(|floors| floors.write).map(floor)),
    ];
    values.extend(single.into_iter().filter_map(|(setting, value)| Some(Named { setting, value: value? })));
    let mut exceptions = Vec::new();
    for (name, spared) in settings.except.iter() {
        let setting = snapshot.setting_named(name).ok_or(Reason::InvalidRequest)?;
        let stored = snapshot.scopes.get(scope).map(|scope| scope.stored(setting)).unwrap_or_default();
        let before =
            stored.iter().find(|restriction| restriction.authority == authority).map_or(&[][..], |restriction| &restriction.except);
        exceptions.push((setting, self::spared(who, spared, before)?));
    }
    Ok((values, exceptions))
}

/// The scopes of an exception; what stands in it already isn't asked again.
fn spared(who: Who<'_>, spared: &Nullable<List<Text<'_>>>, before: &[Slot<Scope>]) -> Result<Vec<Slot<Scope>>, Refusal> {
    let Nullable::Set(spared) = spared else { return Ok(Vec::new()) };
    let mut scopes = Vec::with_capacity(spared.len());
    for id in spared.iter() {
        let standing = who.snapshot.scopes.slot(id).filter(|scope| before.contains(scope));
        scopes.push(match standing {
            Some(standing) => standing,
            None => who.scope(id)?,
        });
    }
    scopes.sort_unstable();
    Ok(scopes)
}

fn switch(value: Nullable<Switch>) -> Option<Value> {
    match value {
        Nullable::Set(Switch::On) => Some(Value::On),
        Nullable::Set(Switch::Off) => Some(Value::Off),
        Nullable::Unset => None,
    }
}

fn floor(value: Nullable<Floor>) -> Option<Value> {
    match value {
        Nullable::Set(Floor::Ask) => Some(Value::Ask),
        Nullable::Set(Floor::Deny) => Some(Value::Deny),
        Nullable::Unset => None,
    }
}

impl Snapshot {
    /// The setting of a name (contract, section 2); none where what it names isn't there.
    pub(crate) fn setting_named(&self, name: &str) -> Option<Setting> {
        Some(match name.split_once('/') {
            None if name == "all" => Setting::All,
            None if name == "new-integrations" => Setting::NewIntegrations,
            Some(("custom", "creation")) => Setting::CustomCreation,
            Some(("custom", "use")) => Setting::CustomUse,
            Some(("custom", "sharing")) => Setting::CustomSharing,
            Some(("floor", "read")) => Setting::FloorRead,
            Some(("floor", "write")) => Setting::FloorWrite,
            Some(("integration", id)) => Setting::Integration(self.integrations.slot(id)?),
            Some(("server", id)) => Setting::Server(self.servers.slot(id)?),
            _ => return None,
        })
    }

    /// What of a setting locks it at a scope, for somebody whose highest scope on the path lies so deep; none administers
    /// nothing there (S-3, P-13). In no order, perhaps several times.
    pub(crate) fn locks_of(&self, scope: Slot<Scope>, highest: Option<u8>, setting: Setting, hear: &mut impl FnMut(Cause)) {
        let Some(path) = self.path(scope) else { return };
        let policy = self.scope_policy(*path);
        let mut above = |cause: Cause| {
            if highest.is_none_or(|highest| cause.authority_depth < highest) {
                hear(cause);
            }
            std::ops::ControlFlow::Continue(())
        };
        let _ = match setting {
            Setting::Integration(integration) => policy.integration_offs(integration, &mut above),
            Setting::FloorRead | Setting::FloorWrite => policy.floors(setting, Value::Deny, &mut above),
            _ => policy.offs(setting, &mut above),
        };
    }

    /// Causes of what a change names, each once and in S-4's order: highest authority, the code that the setting makes deny,
    /// highest place, setting.
    pub(crate) fn in_order(&self, mut causes: Vec<Cause>) -> Vec<Cause> {
        let rank = |cause: &Cause| (cause.authority_depth, code_of(cause.setting));
        causes.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| self.compare_causes(a, b)));
        causes.dedup();
        causes
    }
}

/// The place in L-1's order of the code that a setting makes deny.
fn code_of(setting: Setting) -> u8 {
    match setting {
        Setting::All => 0,
        Setting::Integration(_) | Setting::NewIntegrations => 1,
        Setting::CustomUse => 2,
        Setting::CustomCreation => 3,
        Setting::CustomSharing => 4,
        Setting::Server(_) => 5,
        Setting::Disabled => 6,
        Setting::FloorRead | Setting::FloorWrite => 7,
    }
}

/// P-13: whatever a change names is held to S-3; of floors what is looser than one from above (K-5).
fn not_locked(who: Who<'_>, scope: Slot<Scope>, values: &[Named], exceptions: &[Exception]) -> Result<(), Refusal> {
    let highest = who.highest(scope);
    let mut causes = Vec::new();
    for named in values {
        let is_floor = matches!(named.setting, Setting::FloorRead | Setting::FloorWrite);
        // Looser than `deny` is `ask` alone, and removing one's own is never locked.
        if !is_floor || named.value == Some(Value::Ask) {
            who.snapshot.locks_of(scope, highest, named.setting, &mut |cause| causes.push(cause));
        }
    }
    for (setting, _) in exceptions {
        who.snapshot.locks_of(scope, highest, *setting, &mut |cause| causes.push(cause));
    }
    if causes.is_empty() {
        return Ok(());
    }
    Err(Refusal::locked(Reason::Locked, who.snapshot, &who.snapshot.in_order(causes)))
}

/// What a scope stores after the change. An exception goes when its `off` does, and none stands without one.
fn merged(scope: &Scope, authority: Slot<Scope>, values: &[Named], exceptions: &[Exception]) -> Result<List<Restriction>, Refusal> {
    let mut restrictions: Vec<Restriction> = scope.restrictions.to_vec();
    let place = |restrictions: &[Restriction], setting: Setting| {
        restrictions.iter().position(|restriction| restriction.setting == setting && restriction.authority == authority)
    };
    for named in values {
        let at = place(&restrictions, named.setting);
        match (named.value, at.and_then(|at| restrictions.get_mut(at))) {
            (Some(value), Some(stored)) => {
                let except = if value == Value::Off { std::mem::take(&mut stored.except) } else { List::default() };
                *stored = Restriction::new(named.setting, authority, value, except);
            }
            (Some(value), None) => restrictions.push(Restriction::new(named.setting, authority, value, List::default())),
            (None, _) => drop(at.map(|at| restrictions.remove(at))),
        }
    }
    for (setting, spared) in exceptions {
        let stored = place(&restrictions, *setting).and_then(|at| restrictions.get_mut(at)).filter(|stored| stored.value == Value::Off);
        match stored {
            Some(stored) => stored.except = spared.clone().into(),
            None if spared.is_empty() => {}
            None => return Err(Reason::InvalidRequest.into()),
        }
    }
    restrictions.sort_by_key(|restriction| restriction.order(&scope.path));
    Ok(restrictions.into())
}

/// What is known but misplaced (S-11, S-12): a setting of a server names a shared one from strictly above, and what is
/// spared lies strictly below.
fn lies_right(snapshot: &Snapshot, scope: Slot<Scope>, values: &[Named], exceptions: &[Exception]) -> Result<(), Refusal> {
    let path = snapshot.path(scope).ok_or(Reason::UnknownScope)?;
    for named in values.iter().filter(|named| named.value.is_some()) {
        if let Setting::Server(slot) = named.setting {
            let server = snapshot.servers.get(slot).ok_or(Reason::UnknownServer)?;
            if server.visibility != Visibility::Shared || server.scope == scope || !path.holds(server.scope) {
                return Err(Reason::InvalidRequest.into());
            }
        }
    }
    let below = |spared: &Slot<Scope>| *spared != scope && snapshot.path(*spared).is_some_and(|path| path.holds(scope));
    if exceptions.iter().any(|(_, spared)| !spared.iter().all(below)) {
        return Err(Reason::InvalidRequest.into());
    }
    Ok(())
}
