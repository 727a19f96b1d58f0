//! A document inside a change, as its text.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::decide::any_json;
use crate::document::json::Writer;
use crate::document::shape::Shape;
use crate::document::slow::Reader;
use crate::document::tree::{Kind, Node};

/// The text of an object. What is in it is another reader's matter, with problems of its own (P-16).
#[derive(Clone, PartialEq, Eq)]
pub struct RawObject<'a>(Cow<'a, str>);

impl<'a> RawObject<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, as long as what it was read from; none of an owned one.
    pub(crate) fn borrowed(&self) -> Option<&'a str> {
        match self.0 {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }
}

impl fmt::Debug for RawObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> Shape<'a> for RawObject<'a> {
    type Owned = RawObject<'static>;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        if text.starts_with('{') { Ok(Self(Cow::Borrowed(text))) } else { Err(D::Error::custom("no object")) }
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        if reader.tree().kind(node) != Kind::Object {
            // Says what it is instead.
            reader.object(node)?;
        }
        any_json(reader, node, true);
        let mut rest = serde_json::Deserializer::from_str(reader.tree().rest(node));
        Some(Self(Cow::Borrowed(<&RawValue>::deserialize(&mut rest).ok()?.get())))
    }

    fn blank() -> Self {
        Self(Cow::Borrowed("{}"))
    }

    fn write(&self, out: &mut Writer) {
        out.raw(&self.0);
    }

    fn into_owned(self) -> RawObject<'static> {
        RawObject(Cow::Owned(self.0.into_owned()))
    }
}
