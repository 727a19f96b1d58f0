//! Text that is borrowed from what was read wherever it can be.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::lists::doubles;
use super::json::Writer;
use super::shape::Shape;
use super::slow::Reader;
use super::tree::{Kind, Node, Tree};

/// A text of a document. Read from a text that outlives it, it borrows; only what had escapes is a copy.
#[derive(Clone)]
pub struct Text<'a>(Inner<'a>);

/// Two words, where a `Cow` has three: copies are rare, and documents have millions of texts.
#[derive(Clone)]
enum Inner<'a> {
    Borrowed(&'a str),
    Owned(Box<Box<str>>),
}

impl<'a> Text<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Borrowed(text) => text,
            Inner::Owned(text) => text,
        }
    }

    /// The same, borrowing from nothing.
    pub fn into_owned(self) -> Text<'static> {
        match self.0 {
            Inner::Borrowed(text) => Text(Inner::Owned(Box::new(text.into()))),
            Inner::Owned(text) => Text(Inner::Owned(text)),
        }
    }

    /// The same, borrowing from this one.
    pub fn borrowed(&self) -> Text<'_> {
        Text::from(self.as_str())
    }

    /// The text alone.
    pub fn into_boxed(self) -> Box<str> {
        match self.0 {
            Inner::Borrowed(text) => text.into(),
            Inner::Owned(text) => *text,
        }
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::from("")
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Inner::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Inner::Owned(Box::new(text.into())))
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => Self::from(text),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::fast(deserializer)
    }
}

impl<'a> Shape<'a> for Text<'a> {
    type Owned = Text<'static>;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;

        impl<'a> Visitor<'a> for Borrowing {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Text<'a>, E> {
                Ok(Text::from(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text::from(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Text<'a>, E> {
                Ok(Text::from(text))
            }
        }

        deserializer.deserialize_str(Borrowing)
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        reader.text(node)
    }

    fn blank() -> Self {
        Self::from("")
    }

    fn write(&self, out: &mut Writer) {
        out.string(self);
    }

    fn into_owned(self) -> Text<'static> {
        Text::into_owned(self)
    }

    /// No list has a text twice (contract 2, "Valid").
    fn is_hopeless(list: &[Self]) -> bool {
        doubles(list, Self::as_str).next().is_some()
    }

    /// Lists of texts may be as long as the document: growing step by step they would be held twice.
    fn room(tree: &Tree<'a>, list: Node) -> usize {
        let mut left = tree.children(list);
        let mut texts = 0;
        while let Some(child) = left.next(tree) {
            texts += usize::from(tree.kind(child) == Kind::Text);
        }
        texts
    }
}
