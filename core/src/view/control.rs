//! Controls: everything that a person could press (VIEWS.md, "What all answers share").

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::shown::Piece;
use crate::change::{Change, ChangeKind};
use crate::decide::{Action, Lock, Message, Param, Params, Reason, Shown};
use crate::document::json::Writer;
use crate::document::{Floor, Switch};
use crate::policy::{Cause, Setting, Snapshot};

/// Something that a person could press.
#[derive(Clone, Debug)]
pub struct Control<'p> {
    /// What is stored, or what is so.
    pub value: Value<'p>,
    /// What it comes to, where that may be something else and the row doesn't say so itself.
    pub effective: Option<&'static str>,
    /// Why it is closed, where no choice is open: what closes the first one.
    pub closed: Option<Box<Closed<'p>>>,
    /// What it can be moved to.
    pub choices: Vec<Choice<'p>>,
    /// The first origin, to fill the form of a connect flow (I-7).
    pub address: Option<&'p str>,
}

/// What is stored, what is so, or what a choice would make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'p> {
    /// A text.
    Text(Cow<'p, str>),
    /// Yes or no.
    Flag(bool),
    /// How many.
    Number(u64),
    /// Ids.
    Ids(Vec<&'p str>),
    /// A record.
    Record(Piece<'p>),
}

/// One thing that a control can be moved to.
#[derive(Clone, Debug)]
pub struct Choice<'p> {
    /// What it would be then.
    pub value: Value<'p>,
    /// Why it is closed; none: it is open.
    pub reason: Option<Reason>,
    /// What to send.
    pub sends: Sends<'p>,
    /// JSON Pointers into the change: what a person types in.
    pub fill: Vec<Cow<'static, str>>,
    /// How old a confirmation by password may be that the change wants besides (U-7).
    pub confirmation_seconds: Option<u64>,
}

/// What a choice sends.
#[derive(Clone, Debug)]
pub enum Sends<'p> {
    /// A change.
    Change(Proposal<'p>),
    /// A request, where nothing is changed but something is asked.
    Request(Inquiry<'p>),
}

/// A change that a choice sends. With something to fill in it may lack members.
#[derive(Clone, Debug)]
pub enum Proposal<'p> {
    /// `set` of one setting.
    Set {
        /// Where.
        scope: &'p str,
        /// Whose authority, if a lower one than the actor's highest.
        r#as: Option<&'p str>,
        /// Which setting.
        setting: SettingName<'p>,
        /// To what.
        to: To<'p>,
    },
    /// Any other.
    Record {
        /// Its kind.
        kind: ChangeKind,
        /// Its members but `kind`.
        members: Vec<(&'static str, Piece<'p>)>,
    },
}

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To<'p> {
    /// On or off.
    Switch(Switch),
    /// A floor.
    Floor(Floor),
    /// Unset.
    Unset,
    /// As it is, but for these scopes below (S-12).
    Except(Vec<&'p str>),
}

/// A setting's one name, such as `integration/github`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingName<'p> {
    kind: &'static str,
    id: &'p str,
}

impl<'p> SettingName<'p> {
    pub(crate) fn new(snapshot: &'p Snapshot, setting: Setting) -> Self {
        let (kind, id) = snapshot.setting_parts(setting);
        Self { kind, id }
    }

    /// Where it stands in a settings record: its group, if any, and its key there.
    fn place(&self) -> (Option<&'static str>, &'p str) {
        match self.kind {
            "integration/" => (Some("integrations"), self.id),
            "server/" => (Some("servers"), self.id),
            "new-integrations" => (None, "newIntegrations"),
            name => match name.split_once('/') {
                Some(("custom", key)) => (Some("custom"), key),
                Some(("floor", key)) => (Some("floors"), key),
                _ => (None, name),
            },
        }
    }
}

impl fmt::Display for SettingName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, self.id)
    }
}

impl Serialize for SettingName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.id.is_empty() { serializer.serialize_str(self.kind) } else { serializer.collect_str(self) }
    }
}

/// A request that a choice sends: an action, a target, and of the caller what the view knows. The host adds the credential
/// and the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry<'p> {
    /// What is asked.
    pub action: Action,
    /// Who; none: the host itself.
    pub user: Option<&'p str>,
    /// From which workspace; none: the host adds it.
    pub workspace: Option<&'p str>,
    /// From which space.
    pub space: Option<&'p str>,
    /// About what.
    pub target: AskedOf<'p>,
}

/// What a choice's request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedOf<'p> {
    /// An integration.
    Integration(&'p str),
    /// A server.
    Server(&'p str),
    /// A virtual server.
    VirtualServer(&'p str),
}

/// Why something is closed.
#[derive(Clone, Debug)]
pub struct Closed<'p> {
    /// The code.
    pub reason: Reason,
    /// What locks it; without causes for who administers nothing there (P-V5).
    pub lock: Option<Lock<'p>>,
    /// The text for this actor.
    pub message: Words<'p>,
}

/// Whether a choice is open, and how old a confirmation it wants at the most; or why it is closed.
pub(crate) type Verdict<'p> = Result<Option<u64>, Closed<'p>>;

/// A message that is written when it is shown.
#[derive(Clone)]
pub struct Words<'p>(Spoken<'p>);

#[derive(Clone)]
enum Spoken<'p> {
    Made { snapshot: &'p Snapshot, reason: Reason, first: Option<Cause>, to_administrator: bool },
    Written(String),
}

impl<'p> Words<'p> {
    /// Of a reason, with the first of its causes.
    pub(crate) fn new(snapshot: &'p Snapshot, reason: Reason, first: Option<Cause>, to_administrator: bool) -> Self {
        Self(Spoken::Made { snapshot, reason, first, to_administrator })
    }

    /// What was written already.
    pub(crate) fn written(text: String) -> Self {
        Self(Spoken::Written(text))
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Spoken::Written(text) => f.write_str(text),
            Spoken::Made { snapshot, reason, first, to_administrator } => {
                let templates = reason.entry().templates;
                let params = params(snapshot, first.as_ref());
                match to_administrator {
                    true => Message { template: templates.admin, params }.fmt(f),
                    // A user's message never names another scope (L-4).
                    false => Message { template: templates.user, params: params.without(&[Param::Name]) }.fmt(f),
                }
            }
        }
    }
}

/// What messages of stored restrictions name: the level and the name of who is behind the first, and the contact of the
/// nearest of those who can lift it (L-4).
fn params<'p>(snapshot: &'p Snapshot, first: Option<&Cause>) -> Params<'p> {
    let authority = first.and_then(|cause| snapshot.scopes.get(cause.authority));
    let mut values = [None; Param::ALL.len()];
    for (value, param) in values.iter_mut().zip(Param::ALL) {
        *value = match param {
            Param::Level => first.map(|cause| snapshot.label_of(cause)),
            Param::Name => authority.map(|scope| scope.name.as_str()),
            Param::Contact => authority.and_then(|scope| snapshot.contact(scope)),
            _ => None,
        };
    }
    Params::new(values)
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'p> Control<'p> {
    /// Without choices yet.
    pub(crate) fn new(value: impl Into<Value<'p>>) -> Self {
        Self { value: value.into(), effective: None, closed: None, choices: Vec::new(), address: None }
    }

    /// One act that may be done again: its one choice is `true`.
    pub(crate) fn act(value: bool, sends: impl Into<Sends<'p>>, verdict: Verdict<'p>) -> Self {
        Self::new(value).choose(true, sends, &[], verdict)
    }

    /// The same with what it comes to.
    pub(crate) fn effectively(mut self, effective: &'static str) -> Self {
        self.effective = Some(effective);
        self
    }

    /// The same with one choice more; `fill` is what a person types in.
    pub(crate) fn choose(
        mut self,
        value: impl Into<Value<'p>>,
        sends: impl Into<Sends<'p>>,
        fill: &[&'static str],
        verdict: Verdict<'p>,
    ) -> Self {
        let (reason, confirmation_seconds) = match &verdict {
            Ok(seconds) => (None, *seconds),
            Err(closed) => (Some(closed.reason), None),
        };
        let is_first = self.choices.is_empty();
        if is_first {
            // Most have one choice, and a vector begins with room for four.
            self.choices.reserve_exact(1);
        }
        let fill = fill.iter().map(|pointer| Cow::Borrowed(*pointer)).collect();
        self.choices.push(Choice { value: value.into(), reason, sends: sends.into(), fill, confirmation_seconds });
        match verdict {
            Ok(_) => self.closed = None,
            Err(closed) if is_first => self.closed = Some(Box::new(closed)),
            Err(_) => {}
        }
        self
    }

    /// Whether one of its choices is open.
    pub fn is_open(&self) -> bool {
        self.choices.iter().any(Choice::is_open)
    }
}

impl Choice<'_> {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.reason.is_none()
    }
}

impl<'p> Proposal<'p> {
    /// A change of a kind, without members yet.
    pub(crate) fn new(kind: ChangeKind) -> Self {
        Self::Record { kind, members: Vec::new() }
    }

    /// The same with one member more.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Piece<'p>>) -> Self {
        if let Self::Record { members, .. } = &mut self {
            members.push((key, value.into()));
        }
        self
    }

    /// The same with a member, where there is a value.
    pub(crate) fn with_some(self, key: &'static str, value: Option<impl Into<Piece<'p>>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Its kind.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Set { .. } => ChangeKind::Set,
            Self::Record { kind, .. } => *kind,
        }
    }

    /// The JSON of it: what belongs under `change` of a request to apply it, once what is to be filled in is filled in.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }

    /// The change, where nothing has to be filled in.
    pub fn to_change(&self) -> Option<Change<'static>> {
        crate::document::read::read_fast::<Change<'_>>(&self.to_json()).map(crate::document::shape::Shape::into_owned)
    }
}

impl<'p> From<Proposal<'p>> for Sends<'p> {
    fn from(proposal: Proposal<'p>) -> Self {
        Self::Change(proposal)
    }
}

impl<'p> From<Inquiry<'p>> for Sends<'p> {
    fn from(inquiry: Inquiry<'p>) -> Self {
        Self::Request(inquiry)
    }
}

impl<'p> From<&'p str> for Value<'p> {
    fn from(text: &'p str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<'p> From<Vec<&'p str>> for Value<'p> {
    fn from(ids: Vec<&'p str>) -> Self {
        Self::Ids(ids)
    }
}

impl<'p> From<Piece<'p>> for Value<'p> {
    fn from(record: Piece<'p>) -> Self {
        Self::Record(record)
    }
}

impl Serialize for Control<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Control", 8)?;
        object.serialize_field("value", &self.value)?;
        if let Some(effective) = &self.effective {
            object.serialize_field("effective", effective)?;
        }
        object.serialize_field("open", &self.is_open())?;
        if let Some(closed) = &self.closed {
            object.serialize_field("reason", &closed.reason)?;
            if let Some(lock) = &closed.lock {
                object.serialize_field("lock", lock)?;
            }
            object.serialize_field("message", &closed.message)?;
        }
        object.serialize_field("choices", &self.choices)?;
        if let Some(address) = &self.address {
            object.serialize_field("address", address)?;
        }
        object.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Ids(ids) => serializer.collect_seq(ids),
            Self::Record(record) => record.serialize(serializer),
        }
    }
}

impl Serialize for Choice<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Choice", 6)?;
        object.serialize_field("value", &self.value)?;
        object.serialize_field("open", &self.is_open())?;
        if let Some(reason) = &self.reason {
            object.serialize_field("reason", reason)?;
        }
        match &self.sends {
            Sends::Change(change) => object.serialize_field("change", change)?,
            Sends::Request(request) => object.serialize_field("request", request)?,
        }
        if !self.fill.is_empty() {
            object.serialize_field("fill", &self.fill)?;
        }
        if let Some(seconds) = self.confirmation_seconds {
            object.serialize_field("needs", &[Confirmation(seconds)])?;
        }
        object.end()
    }
}

/// A fresh confirmation by password, not older than that.
struct Confirmation(u64);

impl Serialize for Confirmation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Need", 2)?;
        object.serialize_field("kind", "confirmation")?;
        object.serialize_field("seconds", &self.0)?;
        object.end()
    }
}

impl Serialize for Proposal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Change", 4)?;
        object.serialize_field("kind", &self.kind())?;
        match self {
            Self::Set { scope, r#as, setting, to } => {
                object.serialize_field("scope", scope)?;
                if let Some(authority) = r#as {
                    object.serialize_field("as", authority)?;
                }
                object.serialize_field("settings", &Settings(*setting, to))?;
            }
            Self::Record { members, .. } => {
                for (key, value) in members {
                    object.serialize_field(key, value)?;
                }
            }
        }
        object.end()
    }
}

/// A settings record with one setting in it.
struct Settings<'s, 'p>(SettingName<'p>, &'s To<'p>);

impl Serialize for Settings<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(setting, to) = self;
        let mut object = serializer.serialize_map(Some(1))?;
        match (setting.place(), to) {
            (_, To::Except(_)) => object.serialize_entry("except", &One(&Shown(setting), to))?,
            ((Some(group), key), _) => object.serialize_entry(group, &One(&key, to))?,
            ((None, key), _) => object.serialize_entry(key, to)?,
        }
        object.end()
    }
}

/// An object with one member.
struct One<'s, 'p, K>(&'s K, &'s To<'p>);

impl<K: Serialize> Serialize for One<'_, '_, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(self.0, self.1)?;
        object.end()
    }
}

impl Serialize for To<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Switch(switch) => switch.serialize(serializer),
            Self::Floor(floor) => floor.serialize(serializer),
            Self::Unset => serializer.serialize_unit(),
            Self::Except(scopes) => serializer.collect_seq(scopes),
        }
    }
}

impl Serialize for Inquiry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Request", 3)?;
        object.serialize_field("action", self.action.as_str())?;
        if self.user.is_some() || self.workspace.is_some() || self.space.is_some() {
            object.serialize_field("caller", &Asker(self))?;
        }
        object.serialize_field("target", &self.target)?;
        object.end()
    }
}

/// What the view knows of the caller.
struct Asker<'s, 'p>(&'s Inquiry<'p>);

impl Serialize for Asker<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Caller", 3)?;
        for (member, id) in [("user", self.0.user), ("workspace", self.0.workspace), ("space", self.0.space)] {
            if let Some(id) = id {
                object.serialize_field(member, id)?;
            }
        }
        object.end()
    }
}

impl Serialize for AskedOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, member, id) = match self {
            Self::Integration(id) => ("integration", "integration", id),
            Self::Server(id) => ("server", "server", id),
            Self::VirtualServer(id) => ("virtual-server", "virtualServer", id),
        };
        let mut object = serializer.serialize_struct("Target", 2)?;
        object.serialize_field("kind", kind)?;
        object.serialize_field(member, id)?;
        object.end()
    }
}
