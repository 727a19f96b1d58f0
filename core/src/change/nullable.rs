//! A value, or null, which unsets (contract 5).

use std::fmt;
use std::marker::PhantomData;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserializer;
use serde::de::Visitor;

use crate::document::json::Writer;
use crate::document::shape::Shape;
use crate::document::slow::Reader;
use crate::document::tree::{Kind, Node};

/// A value to be stored, or null: what is stored is to be unset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nullable<T> {
    /// Null.
    Unset,
    /// The value.
    Set(T),
}

impl<'a, T: Shape<'a>> Shape<'a> for Nullable<T> {
    type Owned = Nullable<T::Owned>;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct OrNull<T>(PhantomData<T>);

        impl<'a, T: Shape<'a>> Visitor<'a> for OrNull<T> {
            type Value = Nullable<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Nullable<T>, E> {
                Ok(Nullable::Unset)
            }

            fn visit_unit<E>(self) -> Result<Nullable<T>, E> {
                Ok(Nullable::Unset)
            }

            fn visit_some<D: Deserializer<'a>>(self, deserializer: D) -> Result<Nullable<T>, D::Error> {
                T::fast(deserializer).map(Nullable::Set)
            }
        }

        deserializer.deserialize_option(OrNull(PhantomData))
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        if reader.tree().kind(node) == Kind::Null { Some(Self::Unset) } else { T::slow(reader, node).map(Self::Set) }
    }

    fn blank() -> Self {
        Self::Unset
    }

    fn write(&self, out: &mut Writer) {
        match self {
            Self::Unset => out.raw("null"),
            Self::Set(value) => value.write(out),
        }
    }

    fn into_owned(self) -> Self::Owned {
        match self {
            Self::Unset => Nullable::Unset,
            Self::Set(value) => Nullable::Set(value.into_owned()),
        }
    }
}

#[cfg(feature = "schema")]
impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Nullable".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [generator.subschema_for::<T>(), {"type": "null"}]})
    }
}
