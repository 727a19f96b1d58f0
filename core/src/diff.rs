//! What is different between two policies: stored settings, and the decisions of recorded requests (P-7).
//!
//! The two are different loads, so that nothing is compared by its slot: scopes, authorities, settings and exceptions
//! are the same where their texts are.

use std::cmp::Ordering;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::decide::{Decision, Request, Shown};
use crate::document::json::Writer;
use crate::policy::{Policy, Scope, Snapshot, Value};

/// What is different between an older policy and a newer one.
#[derive(Clone, Debug)]
pub struct Diff<'p> {
    /// Stored settings, by scope, authority and name.
    pub settings: Vec<SettingChange<'p>>,
    /// Decisions, by line. [`Policy::diff`] asks nothing and leaves this out; a host fills it in by
    /// [`Policy::diff_decision`], or writes them one after the other where they are many.
    pub decisions: Option<Vec<LineChange<'p>>>,
}

/// A setting that one authority stores otherwise at one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange<'p> {
    kind: &'static str,
    id: &'p str,
    /// The id of the scope that stores it.
    pub scope: &'p str,
    /// Its name, in the newer policy where it is still there.
    pub scope_name: &'p str,
    /// The id of the scope as whose administrator it was written.
    pub authority: &'p str,
    /// Its name, in the newer policy where it still stores anything there.
    pub authority_name: &'p str,
    /// What the older policy stores; none: unset.
    pub before: Option<Stored<'p>>,
    /// What the newer policy stores; none: unset.
    pub after: Option<Stored<'p>>,
}

/// What is stored of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<'p> {
    /// The value.
    pub value: SettingValue,
    /// The ids of the scopes that an `off` spares (S-12), byte for byte.
    pub except: Vec<&'p str>,
}

/// A value: `on` and `off` of a setting, `ask` and `deny` of a floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// Restricts nothing.
    On,
    /// Restricts.
    Off,
    /// A floor: the caller confirms each call.
    Ask,
    /// A floor: nobody calls.
    Deny,
}

/// A request that two policies answer otherwise: another outcome, reason, layer, source or lock.
///
/// Answers that differ in their revision alone are the same.
#[derive(Clone, Copy, Debug)]
pub struct DecisionChange<'p> {
    /// What the older policy answers.
    pub before: Decision<'p>,
    /// What the newer policy answers.
    pub after: Decision<'p>,
}

/// The same, of a line of recorded requests.
#[derive(Clone, Copy, Debug)]
pub struct LineChange<'p> {
    /// Which line, from 1.
    pub line: u64,
    /// How it is answered.
    pub change: DecisionChange<'p>,
}

impl Policy {
    /// Which stored settings are different in a newer policy (P-7).
    ///
    /// It takes time by the settings stored in both, whatever else they hold.
    ///
    /// ```
    /// # use lockstep_policy::Policy;
    /// let policy = |settings: &str| Policy::load(format!(r#"{{"format": "1.0", "revision": 7,
    ///     "scopes": [{{"id": "acme", "level": "tenant", "name": "Acme", "settings": {settings}}}]}}"#).as_bytes());
    /// let (older, newer) = (policy(r#"{"custom": {"use": "off"}}"#)?, policy("{}")?);
    /// assert_eq!(older.diff(&newer).to_json(),
    ///     r#"{"settings":[{"scope":"acme","authority":"acme","setting":"custom/use","before":"off"}]}"#);
    /// # Ok::<(), lockstep_policy::document::Problems>(())
    /// ```
    pub fn diff<'p>(&'p self, newer: &'p Policy) -> Diff<'p> {
        let mut settings = Vec::new();
        let mut compare = |before: Option<&'p Scope>, after: Option<&'p Scope>| {
            let stored = |snapshot: &'p Snapshot, scope: Option<&'p Scope>| scope.map(|scope| snapshot.stored(scope)).unwrap_or_default();
            if let Some(scope) = after.or(before) {
                compare_stored(scope, stored(&self.0, before), stored(&newer.0, after), &mut settings);
            }
        };
        for scope in self.0.restricted_scopes() {
            compare(Some(scope), newer.0.scope_of(&scope.id));
        }
        for scope in newer.0.restricted_scopes() {
            let before = self.0.scope_of(&scope.id);
            // Where the older one stores something too, they have met before.
            if before.is_none_or(|before| before.restrictions.is_empty()) {
                compare(before, Some(scope));
            }
        }
        // Those of one scope are in order already.
        settings.sort_by(|a, b| a.scope.cmp(b.scope));
        Diff { settings, decisions: None }
    }

    /// How a request is answered otherwise by a newer policy; none where both give the same (P-7).
    pub fn diff_decision<'p>(&'p self, newer: &'p Policy, request: &'p Request<'p>) -> Option<DecisionChange<'p>> {
        let (before, after) = (self.decide(request), newer.decide(request));
        let alike = before.packed() == after.packed() && before.source() == after.source() && before.lock() == after.lock();
        (!alike).then_some(DecisionChange { before, after })
    }
}

/// One authority's value of one setting at the scope in question.
struct Entry<'p> {
    authority: &'p Scope,
    kind: &'static str,
    id: &'p str,
    stored: Stored<'p>,
}

impl<'p> Entry<'p> {
    /// No setting's kind begins another's, so that kind and id sort as the whole name does.
    fn key(&self) -> (&'p str, &'static str, &'p str) {
        (&self.authority.id, self.kind, self.id)
    }
}

impl Snapshot {
    fn restricted_scopes(&self) -> impl Iterator<Item = &Scope> {
        self.scopes.iter().filter(|scope| !scope.restrictions.is_empty())
    }

    fn scope_of(&self, id: &str) -> Option<&Scope> {
        self.scopes.find(id).map(|(_, scope)| scope)
    }

    /// What is stored at a scope, by authority and setting.
    fn stored<'p>(&'p self, scope: &'p Scope) -> Vec<Entry<'p>> {
        let entries = scope.restrictions.iter().filter_map(|restriction| {
            let (kind, id) = self.setting_parts(restriction.setting);
            let spared = restriction.except.iter().filter_map(|scope| self.scopes.get(*scope));
            let mut except: Vec<&str> = spared.map(|scope| &*scope.id).collect();
            except.sort_unstable();
            let stored = Stored { value: restriction.value.into(), except };
            Some(Entry { authority: self.scopes.get(restriction.authority)?, kind, id, stored })
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_unstable_by_key(Entry::key);
        entries
    }
}

/// Compares what two policies store at a scope; both are sorted.
fn compare_stored<'p>(scope: &'p Scope, before: Vec<Entry<'p>>, after: Vec<Entry<'p>>, changes: &mut Vec<SettingChange<'p>>) {
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.key().cmp(&other.key()),
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        let Some(Entry { authority, kind, id, .. }) = new.as_ref().or(old.as_ref()) else { return };
        let (authority, kind, id) = (*authority, *kind, *id);
        let (before, after) = (old.map(|entry| entry.stored), new.map(|entry| entry.stored));
        if before != after {
            changes.push(SettingChange {
                kind,
                id,
                scope: &scope.id,
                scope_name: &scope.name,
                authority: &authority.id,
                authority_name: &authority.name,
                before,
                after,
            });
        }
    }
}

impl SettingChange<'_> {
    /// The setting's one name, such as `integration/github`.
    pub fn setting(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| write!(f, "{}{}", self.kind, self.id))
    }
}

impl SettingValue {
    /// As documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

impl From<Value> for SettingValue {
    fn from(value: Value) -> Self {
        match value {
            Value::On => Self::On,
            Value::Off => Self::Off,
            Value::Ask => Self::Ask,
            Value::Deny => Self::Deny,
        }
    }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Diff<'_> {
    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Diff<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Diff", 2)?;
        object.serialize_field("settings", &self.settings)?;
        // None that change isn't the same as none that were asked.
        if let Some(decisions) = &self.decisions {
            object.serialize_field("decisions", decisions)?;
        }
        object.end()
    }
}

impl Serialize for SettingValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("SettingValue", *self as u32, self.as_str())
    }
}

impl Serialize for SettingChange<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("SettingChange", 7)?;
        object.serialize_field("scope", self.scope)?;
        object.serialize_field("authority", self.authority)?;
        object.serialize_field("setting", &Shown(self.setting()))?;
        for (key, stored) in [("before", &self.before), ("after", &self.after)] {
            if let Some(stored) = stored {
                object.serialize_field(key, &stored.value)?;
            }
        }
        for (key, stored) in [("exceptBefore", &self.before), ("exceptAfter", &self.after)] {
            if let Some(stored) = stored.as_ref().filter(|stored| !stored.except.is_empty()) {
                object.serialize_field(key, &stored.except)?;
            }
        }
        object.end()
    }
}

impl Serialize for LineChange<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("LineChange", 3)?;
        object.serialize_field("line", &self.line)?;
        object.serialize_field("before", &Answer(&self.change.before))?;
        object.serialize_field("after", &Answer(&self.change.after))?;
        object.end()
    }
}

/// A decision in the members that are compared.
struct Answer<'d, 'p>(&'d Decision<'p>);

impl Serialize for Answer<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(decision) = self;
        let mut object = serializer.serialize_struct("Answer", 5)?;
        object.serialize_field("outcome", &decision.outcome())?;
        object.serialize_field("reason", &decision.reason())?;
        if let Some(layer) = decision.layer() {
            object.serialize_field("layer", &layer)?;
        }
        if let Some(source) = decision.source() {
            object.serialize_field("source", &source)?;
        }
        if let Some(lock) = decision.lock() {
            object.serialize_field("lock", &lock)?;
        }
        object.end()
    }
}
