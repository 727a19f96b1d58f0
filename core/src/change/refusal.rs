//! Why a change is refused (P-11).

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::decide::{Message, Param, Params, Reason};
use crate::document::Problems;
use crate::document::json::Writer;
use crate::policy::{Cause, Snapshot};

/// Why a change isn't made. Nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What locks it.
    pub lock: Option<Box<Lock>>,
    /// In a batch, which of its changes is refused, from 0; of a batch in a batch, which of the outer one's (P-16).
    pub index: Option<usize>,
    /// What is wrong with the text of a change, or with an imported document.
    pub problems: Problems,
}

/// A lock that outlives the policy that it was found in: a refused batch's changes are judged on states that are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The label of the first cause's level.
    pub label: String,
    /// Highest authority first.
    pub causes: Vec<LockCause>,
    /// The name of the first cause's authority.
    pub name: String,
    /// The contact of the nearest of those who can lift it.
    pub contact: Option<String>,
}

/// One cause of a lock, by names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockCause {
    /// The setting's one name, such as `integration/github`.
    pub setting: String,
    /// The id of the authority's level.
    pub level: String,
    /// The authority's id.
    pub authority: String,
    /// The id of the scope that stores it.
    pub at: String,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, lock: None, index: None, problems: Problems::default() }
    }
}

impl Refusal {
    /// For a reason, where these causes lock; they are in order.
    pub(crate) fn locked(reason: Reason, snapshot: &Snapshot, causes: &[Cause]) -> Self {
        Self { lock: Lock::new(snapshot, causes).map(Box::new), ..reason.into() }
    }

    /// What the actor is told as a user (L-4): no other scope, user or server is named.
    pub fn message_for_user(&self) -> impl fmt::Display + '_ {
        Message { template: self.reason.entry().templates.user, params: self.params().without(&[Param::Name]) }
    }

    /// What the actor is told as an administrator (L-4).
    pub fn message_for_administrator(&self) -> impl fmt::Display + '_ {
        Message { template: self.reason.entry().templates.admin, params: self.params() }
    }

    fn params(&self) -> Params<'_> {
        let lock = self.lock.as_deref();
        let mut values = [None; Param::ALL.len()];
        for (param, value) in values.iter_mut().zip(Param::ALL).map(|(value, param)| (param, value)) {
            *value = match param {
                Param::Level => lock.map(|lock| lock.label.as_str()),
                Param::Name => lock.map(|lock| lock.name.as_str()),
                Param::Contact => lock.and_then(|lock| lock.contact.as_deref()),
                _ => None,
            };
        }
        Params::new(values)
    }

    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Lock {
    /// Of causes in order; none where there is none.
    pub(crate) fn new(snapshot: &Snapshot, causes: &[Cause]) -> Option<Self> {
        let first = causes.first()?;
        let authority = snapshot.scopes.get(first.authority)?;
        let causes = snapshot.view(causes).into_iter().map(|cause| LockCause {
            setting: cause.setting().to_string(),
            level: cause.level.to_owned(),
            authority: cause.authority.to_owned(),
            at: cause.at.to_owned(),
        });
        Some(Self {
            label: snapshot.label_of(first).to_owned(),
            causes: causes.collect(),
            name: authority.name.to_string(),
            contact: snapshot.contact(authority).map(str::to_owned),
        })
    }

    /// "Locked by " and the label of the first cause's level (S-4).
    pub fn badge(&self) -> impl fmt::Display + '_ {
        crate::decide::badge(&self.label)
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Refusal", 6)?;
        object.serialize_field("permitted", &false)?;
        object.serialize_field("reason", &self.reason)?;
        if let Some(lock) = &self.lock {
            object.serialize_field("lock", lock)?;
        }
        if let Some(index) = self.index {
            object.serialize_field("index", &(index as u64))?;
        }
        object.serialize_field("message", &Messages(self))?;
        if !self.problems.problems.is_empty() {
            object.serialize_field("problems", &self.problems.problems)?;
        }
        object.end()
    }
}

struct Messages<'r>(&'r Refusal);

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Messages", 2)?;
        object.serialize_field("user", &self.0.message_for_user().to_string())?;
        object.serialize_field("admin", &self.0.message_for_administrator().to_string())?;
        object.end()
    }
}

impl Serialize for Lock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Lock", 2)?;
        object.serialize_field("badge", &self.badge().to_string())?;
        object.serialize_field("causes", &self.causes)?;
        object.end()
    }
}

impl Serialize for LockCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Cause", 4)?;
        object.serialize_field("setting", &self.setting)?;
        object.serialize_field("level", &self.level)?;
        object.serialize_field("authority", &self.authority)?;
        object.serialize_field("at", &self.at)?;
        object.end()
    }
}
