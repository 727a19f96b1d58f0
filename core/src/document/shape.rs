//! What wire types are made of: the scalar types, and the macros that make a record or a set of texts out of its
//! declaration, so that the two readers and the writer can't disagree about it.

use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, Visitor};

use super::json::Writer;
use super::slow::Reader;
use super::tree::{Node, Tree};

pub(crate) use super::list::{List, Rows};
pub(crate) use super::map::{Annotations, Map};
pub(crate) use super::text::Text;
pub(crate) use super::time::Time;

/// What can stand in a document: how it is read fast, read slowly with every problem, and written.
///
/// Law: `fast` accepts exactly what `slow` reports nothing about.
pub(crate) trait Shape<'a>: Sized {
    /// The same, borrowing from nothing.
    type Owned: 'static;

    /// Reads it, or fails somehow.
    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads it from the tree and reports each problem; `None` when nothing of it can be used.
    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self>;

    /// What stands in for one that can't be read, so that the rest can be checked.
    fn blank() -> Self;

    /// Writes it as it is, without looking for defaults.
    fn write(&self, out: &mut Writer);

    /// Stops borrowing.
    fn into_owned(self) -> Self::Owned;

    /// So many of them may stand in one map.
    const MOST_IN_MAP: usize = usize::MAX;

    /// Whether what was read of a long list is enough to refuse it, so that no more of it needs to be read.
    fn is_hopeless(_list: &[Self]) -> bool {
        false
    }

    /// How many elements of a list to make room for at once.
    fn room(_tree: &Tree<'a>, _list: Node) -> usize {
        0
    }
}

/// Leads serde to `Shape::fast`.
pub(crate) struct Fast<T>(PhantomData<T>);

impl<T> Fast<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'a, T: Shape<'a>> DeserializeSeed<'a> for Fast<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<T, D::Error> {
        T::fast(deserializer)
    }
}

/// Reads a record's key: the position in `keys`, looked for from `hint` on, for most texts keep our order.
pub(crate) struct KeySeed {
    pub(crate) keys: &'static [&'static str],
    pub(crate) hint: usize,
}

impl<'a> DeserializeSeed<'a> for KeySeed {
    type Value = usize;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = usize;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a known member")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<usize, E> {
        position(self.keys, key, self.hint).ok_or_else(|| E::unknown_field(key, self.keys))
    }
}

/// Where `key` stands in `keys`.
pub(crate) fn position(keys: &[&str], key: &str, hint: usize) -> Option<usize> {
    let (before, after) = keys.split_at_checked(hint)?;
    after.iter().position(|known| *known == key).map(|found| found + hint).or_else(|| before.iter().position(|known| *known == key))
}

impl<'a> Shape<'a> for bool {
    type Owned = Self;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        reader.boolean(node)
    }

    fn blank() -> Self {
        false
    }

    fn write(&self, out: &mut Writer) {
        out.raw(if *self { "true" } else { "false" });
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// The greatest integer that every reader of JSON holds exactly.
pub(crate) const MAX_INTEGER: u64 = (1 << 53) - 1;

impl<'a> Shape<'a> for u64 {
    type Owned = Self;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let number = <Self as serde::Deserialize>::deserialize(deserializer)?;
        if number > MAX_INTEGER {
            return Err(D::Error::custom("an integer beyond 2^53-1"));
        }
        Ok(number)
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        reader.integer(node)
    }

    fn blank() -> Self {
        0
    }

    fn write(&self, out: &mut Writer) {
        out.raw(&self.to_string());
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl<'a> Shape<'a> for crate::digest::Digest {
    type Owned = Self;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::fast(deserializer)?;
        crate::digest::Digest::parse(&text).ok_or_else(|| D::Error::custom("no digest"))
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        reader.digest(node)
    }

    fn blank() -> Self {
        crate::digest::Digest::of(b"")
    }

    fn write(&self, out: &mut Writer) {
        out.string(&self.to_string());
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// A union's member that doesn't go with its kind, or one that its kind lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// This kind needs the member.
    Missing(&'static str),
    /// This kind doesn't have the member.
    Unknown(&'static str),
}

/// Declares an enum of texts. Nothing but the text itself is read as one (serde's own derive takes `{"on": null}`).
macro_rules! text_enum {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl $name {
            /// All of them, in the order of declaration.
            #[allow(dead_code, reason = "not every shape is used in every way")]
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            const TEXTS: &'static [&'static str] = &[$($text),+];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The one that is written so.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as $crate::document::shape::Shape<'de>>::fast(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::document::shape::Shape<'de> for $name {
            type Owned = Self;

            fn fast<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Texts;

                impl serde::de::Visitor<'_> for Texts {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a known value")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::parse(text).ok_or_else(|| E::unknown_variant(text, $name::TEXTS))
                    }
                }

                deserializer.deserialize_str(Texts)
            }

            fn slow(reader: &mut $crate::document::slow::Reader<'_, 'de>, node: $crate::document::tree::Node) -> Option<Self> {
                reader.value(node, Self::TEXTS, Self::parse)
            }

            fn blank() -> Self {
                let [first, ..] = [$(Self::$variant),+];
                first
            }

            fn write(&self, out: &mut $crate::document::json::Writer) {
                out.string(self.as_str());
            }

            fn into_owned(self) -> Self {
                self
            }
        }

        #[cfg(feature = "schema")]
        $crate::schema::described! {
            $name[] |_generator| $crate::schema::texts(concat!($($doc),*), $name::TEXTS)
        }
    };
}
pub(crate) use text_enum;

/// Declares a record: an object with fixed members, in canonical order.
///
/// `required T` is a `T`; `optional T` an `Option<T>`, `rare T` an `Option<Box<T>>`; `list List<T>` and `map Map<T>` are
/// empty when absent. Each record has `annotations` besides, unless it is declared `closed`. After its name, `most NUMBER`
/// says how many may stand in one map. A union with a `kind` is a record with optional members; `fits FUNCTION` says which
/// of them go with which kind (`fn(&Self) -> Option<Misfit>`).
///
/// For the schema alone: `is FORM` after a member says of what form its text, list or map is (`schema::form`), and
/// `says FUNCTION` before the members, what holds between them (`schema::says`).
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident<$life:lifetime> $(most $most:literal)? $(says $says:ident)? $(fits $fits:path)? { $($members:tt)* }
    ) => {
        $crate::document::shape::record_impl! {
            [$($doc)*] [$name] [$life] [<$life>] [<'static>] [$($fits)?] [$($most)?] [$($says)?]
            $($members)*
            /// Kept, and never read by a decision.
            annotations: map $crate::document::shape::Annotations<$life> = "annotations",
        }
    };
    (
        $(#[doc = $doc:literal])*
        closed pub struct $name:ident<$life:lifetime> $(says $says:ident)? $(fits $fits:path)? { $($members:tt)* }
    ) => {
        $crate::document::shape::record_impl! {
            [$($doc)*] [$name] [$life] [<$life>] [<'static>] [$($fits)?] [] [$($says)?] $($members)*
        }
    };
    (
        $(#[doc = $doc:literal])*
        closed pub struct $name:ident $(says $says:ident)? $(fits $fits:path)? { $($members:tt)* }
    ) => {
        $crate::document::shape::record_impl! {
            [$($doc)*] [$name] ['de] [] [] [$($fits)?] [] [$($says)?] $($members)*
        }
    };
}
pub(crate) use record;

/// The work of `record!`.
macro_rules! record_impl {
    (
        [$($about:literal)*] [$name:ident] [$life:lifetime] [$($args:tt)*] [$($owned:tt)*] [$($fits:path)?] [$($most:literal)?]
        [$($says:ident)?]
        $($(#[doc = $doc:literal])* $field:ident: $kind:ident $ty:ty = $key:literal $(is $form:ty)?),+ $(,)?
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name $($args)* {
            $($(#[doc = $doc])* pub $field: $crate::document::shape::member!(@type $kind $ty),)+
        }

        #[cfg(feature = "schema")]
        $crate::schema::described! {
            $name[$($args)*] |generator| {
                let mut object = $crate::schema::Object::new(concat!($($about),*));
                $(
                    object.member::<$crate::document::shape::member!(@form [$ty] [$($form)?])>(
                        generator,
                        $key,
                        $crate::document::shape::member!(@is_required $kind),
                        concat!($($doc),*),
                    );
                )+
                #[allow(unused_mut, reason = "most records say nothing more")]
                let mut schema = object.closed();
                $($crate::schema::says::$says(generator, &mut schema);)?
                schema
            }
        }

        const _: () = {
            use $crate::document::shape::{Fast, KeySeed, Shape, member};

            /// One a member, so that a key is looked up once.
            #[allow(non_camel_case_types, reason = "named as the members are")]
            #[derive(Clone, Copy)]
            enum Field {
                $($field,)+
            }

            const KEYS: &[&str] = &[$($key),+];
            const FIELDS: &[Field] = &[$(Field::$field),+];

            impl<$life> serde::Deserialize<$life> for $name $($args)* {
                fn deserialize<D: serde::Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::fast(deserializer)
                }
            }

            struct Members;

            impl<$life> serde::de::Visitor<$life> for Members {
                type Value = $name $($args)*;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<$life>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                    use serde::de::Error as _;
                    $(let mut $field: Option<$ty> = None;)+
                    let mut hint = 0;
                    while let Some(index) = map.next_key_seed(KeySeed { keys: KEYS, hint })? {
                        hint = index + 1;
                        match FIELDS.get(index) {
                            $(Some(Field::$field) => {
                                if $field.is_some() {
                                    return Err(A::Error::duplicate_field($key));
                                }
                                $field = Some(map.next_value_seed(Fast::new())?);
                            })+
                            None => return Err(A::Error::custom("no such member")),
                        }
                    }
                    let record = $name { $($field: member!(@fast $kind $field $key A),)+ };
                    $(
                        if $fits(&record).is_some() {
                            return Err(A::Error::custom("a member that doesn't go with the kind"));
                        }
                    )?
                    Ok(record)
                }
            }

            impl<$life> Shape<$life> for $name $($args)* {
                type Owned = $name $($owned)*;
                $(const MOST_IN_MAP: usize = $most;)?

                fn fast<D: serde::Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Members)
                }

                fn slow(
                    reader: &mut $crate::document::slow::Reader<'_, $life>,
                    node: $crate::document::tree::Node,
                ) -> Option<Self> {
                    let mut members = reader.object(node)?;
                    let mut seen = $crate::document::slow::Seen::default();
                    $(let mut $field: Option<$ty> = None;)+
                    while let Some(key) = members.next(reader.tree()) {
                        let Some(value) = members.next(reader.tree()) else { break };
                        let index = reader.member(key, KEYS, &mut seen);
                        match index.and_then(|index| FIELDS.get(index)) {
                            $(Some(Field::$field) => {
                                $field = Shape::slow(reader, value);
                                if $field.is_none() {
                                    reader.hole(node, $key);
                                }
                            })+
                            None => {}
                        }
                    }
                    let record = $name {
                        $($field: member!(@slow $kind $field $key reader node (seen.has(Field::$field as usize))),)+
                    };
                    $(
                        if let Some(misfit) = $fits(&record) {
                            reader.misfit(node, misfit);
                        }
                    )?
                    Some(record)
                }

                fn blank() -> Self {
                    $name { $($field: member!(@blank $kind $ty),)+ }
                }

                fn write(&self, out: &mut $crate::document::json::Writer) {
                    out.open('{');
                    $(member!(@write $kind (&self.$field) $key out);)+
                    out.close('}');
                }

                fn into_owned(self) -> Self::Owned {
                    $name { $($field: member!(@own $kind (self.$field)),)+ }
                }
            }

            impl $($args)* $name $($args)* {
                /// The same, borrowing from nothing.
                #[allow(dead_code, reason = "not every shape is used in every way")]
                pub fn into_owned(self) -> $name $($owned)* {
                    Shape::into_owned(self)
                }
            }
        };
    };
}
pub(crate) use record_impl;

/// What depends on a member's kind.
macro_rules! member {
    (@form [$ty:ty] []) => { $ty };
    (@form [$ty:ty] [$form:ty]) => { $form };

    (@is_required required) => { true };
    (@is_required $kind:ident) => { false };

    (@type optional $ty:ty) => { Option<$ty> };
    (@type rare $ty:ty) => { Option<Box<$ty>> };
    (@type $kind:ident $ty:ty) => { $ty };

    (@fast required $field:ident $key:literal $access:ident) => {
        match $field {
            Some(value) => value,
            None => return Err($access::Error::missing_field($key)),
        }
    };
    (@fast optional $field:ident $key:literal $access:ident) => { $field };
    (@fast rare $field:ident $key:literal $access:ident) => { $field.map(Box::new) };
    (@fast $kind:ident $field:ident $key:literal $access:ident) => { $field.unwrap_or_default() };

    (@slow required $field:ident $key:literal $reader:ident $node:ident $seen:expr) => {
        match $field {
            Some(value) => value,
            None => {
                $reader.lacks($node, $key, $seen);
                Shape::blank()
            }
        }
    };
    (@slow optional $field:ident $key:literal $reader:ident $node:ident $seen:expr) => { $field };
    (@slow rare $field:ident $key:literal $reader:ident $node:ident $seen:expr) => { $field.map(Box::new) };
    (@slow $kind:ident $field:ident $key:literal $reader:ident $node:ident $seen:expr) => { $field.unwrap_or_default() };

    (@blank required $ty:ty) => { <$ty as Shape>::blank() };
    (@blank $kind:ident $ty:ty) => { Default::default() };

    (@write required $value:tt $key:literal $out:ident) => {
        $out.key($key);
        Shape::write($value, $out);
    };
    (@write optional $value:tt $key:literal $out:ident) => {
        if let Some(value) = $value {
            $out.key($key);
            Shape::write(value, $out);
        }
    };
    (@write rare $value:tt $key:literal $out:ident) => {
        if let Some(value) = $value {
            $out.key($key);
            Shape::write(&**value, $out);
        }
    };
    (@write $kind:ident $value:tt $key:literal $out:ident) => {
        if !$value.is_empty() {
            $out.key($key);
            Shape::write($value, $out);
        }
    };

    (@own optional $value:tt) => { $value.map(Shape::into_owned) };
    (@own rare $value:tt) => { $value.map(|value| Box::new(Shape::into_owned(*value))) };
    (@own $kind:ident $value:tt) => { Shape::into_owned($value) };
}
pub(crate) use member;
