//! Serialising into a [`Writer`]: answers, as fast as they can be written.
//!
//! serde_json gives the same bytes and writes what this can't; looking at a message's characters one by one makes it slow.

use std::fmt;

use serde::ser::{Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::Writer;

/// Something was to be written that no answer has today: they are made of texts, counts, lists and objects.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unwritable(String);

impl Error for Unwritable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Never = Impossible<(), Unwritable>;
type Written = Result<(), Unwritable>;

fn never<T>() -> Result<T, Unwritable> {
    Err(Unwritable::custom("no answer has such a value"))
}

impl Writer {
    /// The compact JSON of an answer.
    pub(crate) fn answer(value: &impl Serialize) -> String {
        let mut text = String::with_capacity(1000);
        Self::append(value, &mut text);
        text
    }

    /// Writes the compact JSON of an answer behind what is there.
    pub(crate) fn append(value: &impl Serialize, text: &mut String) {
        let before = text.len();
        let mut writer = Self::behind(std::mem::take(text));
        let written = value.serialize(&mut writer);
        *text = writer.finish();
        if written.is_err() {
            text.truncate(before);
            text.push_str(&serde_json::to_string(value).unwrap_or_default());
        }
    }
}

/// An object or a list that is being written.
pub(crate) struct Open<'w>(&'w mut Writer);

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Open<'w>;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Open<'w>;
    type SerializeStruct = Open<'w>;
    type SerializeStructVariant = Never;

    fn serialize_str(self, text: &str) -> Written {
        self.string(text);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Written {
        self.shown(value);
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Written {
        self.number(number);
        Ok(())
    }

    fn serialize_u8(self, number: u8) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Written {
        self.plain(name);
        Ok(())
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Open<'w>, Unwritable> {
        // What is JSON already, as serde_json tells itself alone.
        if name == "$serde_json::private::RawValue" {
            return never();
        }
        self.open('{');
        Ok(Open(self))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'w>, Unwritable> {
        self.open('[');
        Ok(Open(self))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'w>, Unwritable> {
        self.open('{');
        Ok(Open(self))
    }

    fn serialize_unit(self) -> Written {
        self.raw("null");
        Ok(())
    }

    fn serialize_i8(self, _: i8) -> Written {
        never()
    }
    fn serialize_i16(self, _: i16) -> Written {
        never()
    }
    fn serialize_i32(self, _: i32) -> Written {
        never()
    }
    fn serialize_i64(self, _: i64) -> Written {
        never()
    }
    fn serialize_f32(self, _: f32) -> Written {
        never()
    }
    fn serialize_f64(self, _: f64) -> Written {
        never()
    }
    fn serialize_char(self, _: char) -> Written {
        never()
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        never()
    }
    fn serialize_none(self) -> Written {
        never()
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        never()
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Written {
        never()
    }
    fn serialize_tuple(self, _: usize) -> Result<Never, Unwritable> {
        never()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, Unwritable> {
        never()
    }
    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never, Unwritable> {
        never()
    }
    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never, Unwritable> {
        never()
    }
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Unwritable;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.0.field(key);
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Written {
        self.0.close('}');
        Ok(())
    }
}

/// Keys that are data; they are texts.
impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.0.element();
        key.serialize(&mut *self.0)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.0.raw(":");
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Written {
        self.0.close('}');
        Ok(())
    }
}

impl SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.0.element();
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Written {
        self.0.close(']');
        Ok(())
    }
}
