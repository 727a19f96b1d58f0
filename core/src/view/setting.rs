//! Settings as their administrators see them: what is stored, what counts, what holds it, and who may move it (S-2, S-3, S-6,
//! S-12, C-7, I-9, K-5, P-13).

use std::ops::ControlFlow;

use super::control::{Control, Proposal, SettingName, To, Value, Verdict};
use super::shown::shown;
use super::sight::Sight;
use crate::decide::{Lock, Reason};
use crate::document::{Floor, Switch};
use crate::policy::{Cause, Restriction, Scope, ScopePolicy, Setting, Slot, Value as Stored};

shown! {
    /// One authority's value of a setting, at the scope that is shown (S-2).
    pub struct StoredValue<'p> {
        /// The authority's id.
        authority: must &'p str = "authority",
        /// The id of its level.
        level: must &'p str = "level",
        /// `on`, `off`, `ask` or `deny`.
        value: must &'static str = "value",
        /// The scopes below that an `off` spares (S-12).
        except: some &'p str = "except",
    }

    /// An `off` that counts, and whether this actor may lift it where it stands (S-6).
    pub struct HeldBy<'p> {
        /// The setting that is off.
        setting: must SettingName<'p> = "setting",
        /// The id of the authority's level.
        level: must &'p str = "level",
        /// The authority's id.
        authority: must &'p str = "authority",
        /// The id of the scope that stores it.
        at: must &'p str = "at",
        /// Lifts it there.
        control: must Control<'p> = "control",
    }

    /// What a setting is at a scope, for its administrators.
    pub struct SettingState<'p> {
        /// Highest authority first.
        stored: must Vec<StoredValue<'p>> = "stored",
        /// `on` or `off`.
        effective: must &'static str = "effective",
        /// Each `off` that counts; empty where nothing is off.
        held_by: some HeldBy<'p> = "heldBy",
        /// Moves what the actor's own authority stores here.
        control: must Control<'p> = "control",
        /// Whom the actor's own `off` spares.
        except: maybe Box<Control<'p>> = "except",
    }

    /// A setting, by its name.
    pub struct SettingView<'p> {
        /// Its one name.
        setting: must SettingName<'p> = "setting",
        /// What it is.
        state: part SettingState<'p>,
    }

    /// A floor of a label (K-5).
    pub struct FloorView<'p> {
        /// Its one name.
        setting: must SettingName<'p> = "setting",
        /// Highest authority first.
        stored: must Vec<StoredValue<'p>> = "stored",
        /// `ask`, `deny` or `unset`: the strictest on the path.
        effective: must &'static str = "effective",
        /// All floors of that strictness.
        lock: maybe Lock<'p> = "lock",
        /// Moves what the actor's own authority stores here.
        control: must Control<'p> = "control",
    }
}

/// A scope whose settings are looked at by somebody who administers it.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'p> {
    sight: Sight<'p>,
    pub(crate) scope: Slot<Scope>,
    pub(crate) record: &'p Scope,
    policy: ScopePolicy<'p>,
    highest: Option<u8>,
    /// Under which authority the actor writes here; none: they administer nothing on the path.
    authority: Option<Slot<Scope>>,
}

impl<'p> Desk<'p> {
    pub(crate) fn new(sight: Sight<'p>, scope: Slot<Scope>) -> Option<Self> {
        let record = sight.snapshot.scopes.get(scope)?;
        Some(Self {
            sight,
            scope,
            record,
            policy: sight.snapshot.scope_policy(record.path),
            highest: sight.who.highest(scope),
            authority: sight.who.authority(scope, None).ok(),
        })
    }

    /// Whether the actor administers it.
    pub(crate) fn is_administered(&self) -> bool {
        self.highest.is_some()
    }

    /// Whether a setting is effectively off.
    pub(crate) fn is_off(&self, setting: Setting) -> bool {
        self.each_off(setting, &mut |_| ControlFlow::Break(())).is_break()
    }

    fn each_off(&self, setting: Setting, hear: &mut dyn FnMut(Cause) -> ControlFlow<()>) -> ControlFlow<()> {
        match setting {
            Setting::Integration(integration) => self.policy.integration_offs(integration, hear),
            _ => self.policy.offs(setting, hear),
        }
    }

    /// Every `off` of a setting that counts, in S-4's order.
    pub(crate) fn offs(&self, setting: Setting) -> Vec<Cause> {
        let mut offs = Vec::new();
        let _ = self.each_off(setting, &mut |cause| {
            offs.push(cause);
            ControlFlow::Continue(())
        });
        offs.sort_by(|a, b| self.sight.snapshot.compare_causes(a, b));
        offs
    }

    /// What the actor's own authority stores of a setting.
    pub(crate) fn own(&self, setting: Setting) -> Option<&'p Restriction> {
        let authority = self.authority?;
        self.record.stored(setting).iter().find(|restriction| restriction.authority == authority)
    }

    /// Whether settings may be moved: S-3 of all of them, as a change is held to it.
    pub(crate) fn lock_of(&self, settings: &[Setting]) -> Vec<Cause> {
        let mut causes = Vec::new();
        for setting in settings {
            self.sight.snapshot.locks_of(self.scope, self.highest, *setting, &mut |cause| causes.push(cause));
        }
        self.sight.snapshot.in_order(causes)
    }

    /// Closed where there are causes; else it alters something.
    fn unlocked(&self, causes: &[Cause]) -> Verdict<'p> {
        if causes.is_empty() { self.sight.alters(self.scope) } else { Err(self.sight.closed(Reason::Locked, causes, self.scope)) }
    }

    fn set(&self, setting: Setting, to: To<'p>) -> Proposal<'p> {
        Proposal::Set { scope: &self.record.id, r#as: None, setting: SettingName::new(self.sight.snapshot, setting), to }
    }

    /// What is stored here of a setting.
    pub(crate) fn stored(&self, setting: Setting) -> Vec<StoredValue<'p>> {
        let value = |restriction: &'p Restriction| StoredValue {
            authority: self.sight.scope_id(restriction.authority),
            level: self.sight.level(restriction.authority),
            value: as_text(restriction.value),
            except: self.spared(restriction),
        };
        self.record.stored(setting).iter().map(value).collect()
    }

    /// The scopes that a restriction spares, by id.
    fn spared(&self, restriction: &Restriction) -> Vec<&'p str> {
        let mut scopes: Vec<&str> = restriction.except.iter().map(|scope| self.sight.scope_id(*scope)).collect();
        scopes.sort_unstable();
        scopes
    }

    /// A setting whole.
    pub(crate) fn setting(&self, setting: Setting) -> SettingView<'p> {
        SettingView { setting: SettingName::new(self.sight.snapshot, setting), state: self.state(setting) }
    }

    /// A setting without its name.
    pub(crate) fn state(&self, setting: Setting) -> SettingState<'p> {
        let offs = self.offs(setting);
        // What locks it is among what turns it off.
        let locks = if offs.is_empty() { Vec::new() } else { self.lock_of(&[setting]) };
        SettingState {
            stored: self.stored(setting),
            effective: if offs.is_empty() { "on" } else { "off" },
            held_by: offs.iter().map(|cause| self.held_by(cause)).collect(),
            control: self.control(setting, &locks),
            except: self.except(setting, &locks).map(Box::new),
        }
    }

    /// Moves what the actor's own authority stores.
    pub(crate) fn control(&self, setting: Setting, locks: &[Cause]) -> Control<'p> {
        let own = self.own(setting).map(|restriction| restriction.value);
        let mut control = Control::new(own.map_or("unset", as_text));
        control.choices.reserve_exact(2);
        let moves = [(Some(Stored::Off), To::Switch(Switch::Off)), (Some(Stored::On), To::Switch(Switch::On)), (None, To::Unset)];
        for (value, to) in moves {
            if value != own {
                control = control.choose(value.map_or("unset", as_text), self.set(setting, to), &[], self.unlocked(locks));
            }
        }
        control
    }

    /// Says whom the actor's own `off` spares.
    fn except(&self, setting: Setting, locks: &[Cause]) -> Option<Control<'p>> {
        let own = self.own(setting).filter(|restriction| restriction.value == Stored::Off)?;
        let spared = self.spared(own);
        let name = SettingName::new(self.sight.snapshot, setting).to_string();
        let fill = format!("/settings/except/{}", name.replace('~', "~0").replace('/', "~1"));
        // Saved as it stands, it alters nothing.
        let verdict = if locks.is_empty() { Ok(None) } else { Err(self.sight.closed(Reason::Locked, locks, self.scope)) };
        let change = self.set(setting, To::Except(spared.clone()));
        let mut control = Control::new(spared.clone()).choose(spared, change, &[], verdict);
        if let Some(choice) = control.choices.first_mut() {
            choice.fill.push(fill.into());
        }
        Some(control)
    }

    /// An `off` that counts, with what lifts it.
    fn held_by(&self, cause: &Cause) -> HeldBy<'p> {
        let sight = self.sight;
        HeldBy {
            setting: SettingName::new(sight.snapshot, cause.setting),
            level: sight.level(cause.authority),
            authority: sight.scope_id(cause.authority),
            at: sight.scope_id(cause.at),
            control: self.lift(cause),
        }
    }

    /// Lifts an `off` where it stands, under its own authority (S-6).
    fn lift(&self, cause: &Cause) -> Control<'p> {
        let (sight, snapshot) = (self.sight, self.sight.snapshot);
        let stands = snapshot.scopes.get(cause.at).is_some_and(|scope| !scope.stored(cause.setting).is_empty());
        // C-7: of the root, unset is no less `off` than `off`.
        let of_root = cause.setting == Setting::CustomSharing && cause.at == snapshot.root && cause.authority == snapshot.root;
        let (to, value) = if of_root { (To::Switch(Switch::On), "on") } else { (To::Unset, "unset") };
        let by_itself = sight.who.authority(cause.at, None) == Ok(cause.authority);
        let r#as = (!by_itself).then(|| sight.scope_id(cause.authority));
        let setting = SettingName::new(snapshot, cause.setting);
        let change = Proposal::Set { scope: sight.scope_id(cause.at), r#as, setting, to };
        Control::new(if stands { "off" } else { "unset" }).choose(value, change, &[], self.may_lift(cause, r#as))
    }

    fn may_lift(&self, cause: &Cause, r#as: Option<&str>) -> Verdict<'p> {
        let sight = self.sight;
        let refused = |reason| sight.closed(reason, &[], cause.at);
        if !sight.knows_scope(cause.at) {
            return Err(refused(Reason::UnknownScope));
        }
        sight.who.authority(cause.at, r#as).map_err(refused)?;
        let mut locks = Vec::new();
        sight.snapshot.locks_of(cause.at, sight.who.highest(cause.at), cause.setting, &mut |cause| locks.push(cause));
        if locks.is_empty() {
            return sight.alters(cause.at);
        }
        Err(sight.closed(Reason::Locked, &sight.snapshot.in_order(locks), cause.at))
    }

    /// A floor (K-5).
    pub(crate) fn floor(&self, setting: Setting) -> FloorView<'p> {
        let (snapshot, own) = (self.sight.snapshot, self.own(setting).map(|restriction| restriction.value));
        let floors = |value| {
            let mut floors = Vec::new();
            let _ = self.policy.floors(setting, value, &mut |cause| {
                floors.push(cause);
                ControlFlow::Continue(())
            });
            floors.sort_by(|a, b| snapshot.compare_causes(a, b));
            floors
        };
        let strictest = [Stored::Deny, Stored::Ask].into_iter().map(|value| (value, floors(value))).find(|(_, floors)| !floors.is_empty());
        let mut control = Control::new(own.map_or("unset", as_text));
        let moves = [(Some(Stored::Ask), To::Floor(Floor::Ask)), (Some(Stored::Deny), To::Floor(Floor::Deny)), (None, To::Unset)];
        for (value, to) in moves {
            if value != own {
                // Only what is looser than one from above is locked; removing one's own never is (P-13).
                let locks = if value == Some(Stored::Ask) { self.lock_of(&[setting]) } else { Vec::new() };
                control = control.choose(value.map_or("unset", as_text), self.set(setting, to), &[], self.unlocked(&locks));
            }
        }
        FloorView {
            setting: SettingName::new(snapshot, setting),
            stored: self.stored(setting),
            effective: strictest.as_ref().map_or("unset", |(value, _)| as_text(*value)),
            lock: strictest.and_then(|(_, floors)| self.sight.lock(&floors, self.scope)),
            control,
        }
    }

    /// Stores two settings of custom servers at once (C-10).
    pub(crate) fn preset(&self, preset: &'static str, r#use: Stored) -> Control<'p> {
        let stands = |setting, value| self.own(setting).is_some_and(|restriction| restriction.value == value);
        let stands = stands(Setting::CustomCreation, Stored::Off) && stands(Setting::CustomUse, r#use);
        let change = Proposal::new(crate::change::ChangeKind::Preset).with("scope", self.record.id.as_str()).with("preset", preset);
        let locks = self.lock_of(&[Setting::CustomCreation, Setting::CustomUse]);
        let verdict = if locks.is_empty() && stands { Ok(None) } else { self.unlocked(&locks) };
        Control::act(stands, change, verdict)
    }
}

/// A stored value, as it is written.
pub(crate) fn as_text(value: Stored) -> &'static str {
    match value {
        Stored::On => "on",
        Stored::Ask => "ask",
        Stored::Deny => "deny",
        Stored::Off => "off",
    }
}

/// What a plain user may be told of a value.
pub(crate) fn on_or_off(is_off: bool) -> &'static str {
    if is_off { "off" } else { "on" }
}

impl<'p> From<Switch> for Value<'p> {
    fn from(switch: Switch) -> Self {
        switch.as_str().into()
    }
}
