//! What answers are made of: records that are written in the order of VIEWS.md, and the small ones that all kinds share.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::activity::ContactResult;
use crate::decide::Reason;
use crate::document::{Annotations, CatalogTool, Integration, Platform, Time};

use super::control::Words;

/// Writes its members into an object: a record's own, or as part of another's.
pub(crate) trait Members {
    fn members<O: SerializeStruct>(&self, object: &mut O) -> Result<(), O::Error>;
}

impl<T: Members> Members for Box<T> {
    fn members<O: SerializeStruct>(&self, object: &mut O) -> Result<(), O::Error> {
        (**self).members(object)
    }
}

/// Declares records of answers; members stand in the order in which they are written.
///
/// `must T` is always there; `maybe T` is an `Option<T>`, left out where it is none; `some T` is a `Vec<T>`, left out where
/// it is empty; `flag bool` is left out where it is false; `part T` writes the members of another record in its place, and
/// `perhaps T` of an `Option<T>`.
macro_rules! shown {
    ($(
        $(#[$about:meta])*
        pub struct $name:ident $(<$life:lifetime>)? { $($(#[$doc:meta])* $field:ident: $when:ident $ty:ty $(= $key:literal)?,)+ }
    )+) => { $(
        $(#[$about])*
        #[derive(Clone, Debug)]
        pub struct $name $(<$life>)? { $($(#[$doc])* pub $field: $crate::view::shown::member!(@type $when $ty),)+ }

        impl $(<$life>)? $crate::view::shown::Members for $name $(<$life>)? {
            fn members<O: serde::ser::SerializeStruct>(&self, object: &mut O) -> Result<(), O::Error> {
                $($crate::view::shown::member!(@write $when (&self.$field) object $($key)?);)+
                Ok(())
            }
        }

        impl $(<$life>)? serde::Serialize for $name $(<$life>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut object = serializer.serialize_struct(stringify!($name), 1)?;
                $crate::view::shown::Members::members(self, &mut object)?;
                serde::ser::SerializeStruct::end(object)
            }
        }
    )+ };
}
pub(crate) use shown;

/// What depends on when a member is there.
macro_rules! member {
    (@type must $ty:ty) => { $ty };
    (@type maybe $ty:ty) => { Option<$ty> };
    (@type some $ty:ty) => { Vec<$ty> };
    (@type flag $ty:ty) => { $ty };
    (@type part $ty:ty) => { $ty };
    (@type perhaps $ty:ty) => { Option<$ty> };

    (@write must $value:tt $object:ident $key:literal) => { $object.serialize_field($key, $value)?; };
    (@write maybe $value:tt $object:ident $key:literal) => {
        if let Some(value) = $value {
            $object.serialize_field($key, value)?;
        }
    };
    (@write some $value:tt $object:ident $key:literal) => {
        if !$value.is_empty() {
            $object.serialize_field($key, $value)?;
        }
    };
    (@write flag $value:tt $object:ident $key:literal) => {
        if *$value {
            $object.serialize_field($key, &true)?;
        }
    };
    (@write part $value:tt $object:ident) => { $crate::view::shown::Members::members($value, $object)?; };
    (@write perhaps $value:tt $object:ident) => {
        if let Some(value) = $value {
            $crate::view::shown::Members::members(value, $object)?;
        }
    };
}
pub(crate) use member;

shown! {
    /// A scope, by what people call it.
    pub struct Head<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its level's id.
        level: must &'p str = "level",
        /// Its name.
        name: must &'p str = "name",
    }

    /// Somebody or something, by id and name.
    pub struct Named<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
    }

    /// A user who is named by others; the name is there where the user exists for the actor.
    pub struct Person<'p> {
        /// The user's id.
        user: must &'p str = "user",
        /// The user's name.
        name: maybe &'p str = "name",
    }

    /// Why something is off, in place of what it would have been.
    pub struct Notice<'p> {
        /// The code.
        reason: must Reason = "reason",
        /// "Locked by " and the label of a level.
        badge: maybe String = "badge",
        /// The text for this actor.
        message: must Words<'p> = "message",
    }

    /// The last contact that reached an answer or a failure (N-7).
    pub struct LastContact {
        /// When.
        at: must Time = "at",
        /// What came of it.
        result: must ContactResult = "result",
        /// Whole seconds from then to now (L-9).
        age_seconds: must u64 = "ageSeconds",
    }

    /// The last use of something (U-5).
    pub struct LastUsed {
        /// When.
        at: must Time = "at",
        /// Whole seconds from then to now (L-9).
        age_seconds: must u64 = "ageSeconds",
    }
}

/// Whole seconds from a time to now: rounded down, never negative (L-9).
pub(crate) fn age_seconds(at: Time, now: Time) -> u64 {
    u64::try_from((i128::from(now.millis()) - i128::from(at.millis())).div_euclid(1000)).unwrap_or(0)
}

/// A value in a change that a control sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'p> {
    /// A text.
    Text(std::borrow::Cow<'p, str>),
    /// True or false.
    Flag(bool),
    /// A count.
    Number(u64),
    /// Null: it is to be unset.
    Null,
    /// A list.
    List(Vec<Piece<'p>>),
    /// An object; some keys are data.
    Object(Vec<(std::borrow::Cow<'p, str>, Piece<'p>)>),
}

impl Serialize for Piece<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Null => serializer.serialize_unit(),
            Self::List(list) => serializer.collect_seq(list),
            Self::Object(members) => {
                let mut object = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    object.serialize_entry(&**key, value)?;
                }
                object.end()
            }
        }
    }
}

impl<'p> From<&'p str> for Piece<'p> {
    fn from(text: &'p str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Piece<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Piece<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<'p> FromIterator<&'p str> for Piece<'p> {
    fn from_iter<I: IntoIterator<Item = &'p str>>(texts: I) -> Self {
        Self::List(texts.into_iter().map(Self::from).collect())
    }
}

impl<'p> Piece<'p> {
    /// An object without members yet.
    pub(crate) fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// The same with one member more.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Piece<'p>>) -> Self {
        if let Self::Object(members) = &mut self {
            members.push((key.into(), value.into()));
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

    /// The same with annotations, where there are any: a record that is replaced whole would lose them.
    pub(crate) fn annotated(self, annotations: &Annotations<'p>) -> Self {
        if annotations.is_empty() {
            return self;
        }
        let notes = annotations.iter().map(|(key, text)| (owned(key), Self::Text(owned(text))));
        self.with("annotations", Self::Object(notes.collect()))
    }
}

fn owned<'p>(text: &str) -> std::borrow::Cow<'p, str> {
    text.to_owned().into()
}

/// The whole record, as a change sends it back.
impl<'p> From<&Integration<'p>> for Piece<'p> {
    fn from(integration: &Integration<'p>) -> Self {
        let text = |text: &str| Self::Text(owned(text));
        let tool = |tool: &CatalogTool<'p>| {
            Self::object()
                .with("name", text(&tool.name))
                .with_some("label", tool.label.map(|label| label.as_str()))
                .with("approved", tool.approved)
                .with_some("sensitive", tool.sensitive)
                .annotated(&tool.annotations)
        };
        Self::object()
            .with("id", text(&integration.id))
            .with("name", text(&integration.name))
            .with("approved", integration.approved)
            .with("origins", Self::List(integration.origins.iter().map(|origin| text(origin)).collect()))
            .with("tools", Self::List(integration.tools.iter().map(tool).collect()))
            .annotated(&integration.annotations)
    }
}

/// The whole record, with what is absent filled in, as a change sends it back.
impl<'p> From<&Platform<'p>> for Piece<'p> {
    fn from(platform: &Platform<'p>) -> Self {
        let origins = platform.origins.as_ref().map(|origins| {
            let allow = origins.allow.as_ref().map(|allow| Self::List(allow.iter().map(|pattern| Self::Text(owned(pattern))).collect()));
            let enforce = origins.enforce.iter().flat_map(|enforce| enforce.iter()).map(|enforce| enforce.as_str());
            Self::object().with_some("allow", allow).with("enforce", enforce.collect::<Self>()).annotated(&origins.annotations)
        });
        let approval = platform.approval.as_ref().map(|approval| {
            Self::object()
                .with_some("read", approval.read.map(|mode| mode.as_str()))
                .with_some("write", approval.write.map(|mode| mode.as_str()))
                .with_some("unlabelled", approval.unlabelled.map(|mode| mode.as_str()))
                .annotated(&approval.annotations)
        });
        Self::object()
            .with_some("origins", origins)
            .with_some("approval", approval)
            .with_some("confirmationSeconds", platform.confirmation_seconds)
            .annotated(&platform.annotations)
    }
}
