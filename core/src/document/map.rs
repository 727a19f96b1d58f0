//! Objects that are keyed by ids or names.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::check::lists::doubles;
use super::json::Writer;
use super::limits::{MAX_NAME, MAX_TEXT};
use super::list::{List, is_milestone};
use super::shape::{Fast, Shape, Text};
use super::slow::Reader;
use super::tree::Node;

/// An object whose keys are data, in the order of the text. No key stands twice in one that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Map<'a, V>(List<(Text<'a>, V)>);

/// Keys and texts for the document's own users (contract 1). Their lengths are part of their shape, for every record
/// has them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Annotations<'a>(Map<'a, Text<'a>>);

impl<'a> Deref for Annotations<'a> {
    type Target = Map<'a, Text<'a>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Annotations<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'a> From<Map<'a, Text<'a>>> for Annotations<'a> {
    fn from(entries: Map<'a, Text<'a>>) -> Self {
        Self(entries)
    }
}

impl fmt::Debug for Annotations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> Shape<'a> for Annotations<'a> {
    type Owned = Annotations<'static>;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Map::<'a, Text<'a>>::fast(deserializer)?;
        if entries.iter().any(|(key, text)| key.len() > MAX_NAME || text.len() > MAX_TEXT) {
            return Err(D::Error::custom("a text that is too long"));
        }
        Ok(Self(entries))
    }

    /// No rule reads them, so none is kept of what is read for its problems; but of a change, which may have none.
    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        if reader.keeps_annotations {
            return Map::slow(reader, node).map(Self);
        }
        let mut left = reader.object(node)?;
        reader.double_keys(node);
        while let Some(key) = left.next(reader.tree()) {
            let Some(text) = left.next(reader.tree()) else { break };
            let is_read = reader.text(key).is_some() & reader.text(text).is_some();
            if !is_read {
                reader.drop_element(key);
            }
        }
        reader.lengths(node, MAX_NAME, MAX_TEXT);
        Some(Self::default())
    }

    fn blank() -> Self {
        Self::default()
    }

    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }

    fn into_owned(self) -> Annotations<'static> {
        Annotations(self.0.into_owned())
    }
}

impl<'a, V> Map<'a, V> {
    /// The entries.
    pub fn entries(&self) -> &[(Text<'a>, V)] {
        &self.0
    }

    /// The entries, to be changed in place.
    pub fn entries_mut(&mut self) -> &mut Vec<(Text<'a>, V)> {
        self.0.as_mut_vec()
    }

    /// The keys and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text<'a>, &V)> {
        self.entries().iter().map(|(key, value)| (key, value))
    }

    /// The value under a key; looks at every entry.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }
}

impl<V> Default for Map<'_, V> {
    fn default() -> Self {
        Self(List::default())
    }
}

impl<V: fmt::Debug> fmt::Debug for Map<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a, V> FromIterator<(Text<'a>, V)> for Map<'a, V> {
    fn from_iter<I: IntoIterator<Item = (Text<'a>, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<'a, V> IntoIterator for Map<'a, V> {
    type Item = (Text<'a>, V);
    type IntoIter = std::vec::IntoIter<(Text<'a>, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, V: Shape<'de>> Deserialize<'de> for Map<'de, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::fast(deserializer)
    }
}

struct Entries<V>(PhantomData<V>);

impl<'a, V: Shape<'a>> Visitor<'a> for Entries<V> {
    type Value = Map<'a, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Map<'a, V>, A::Error> {
        let mut entries = List::default();
        while let Some(key) = map.next_key_seed(Fast::<Text<'a>>::new())? {
            entries.push((key, map.next_value_seed(Fast::new())?));
            if entries.len() > V::MOST_IN_MAP || is_milestone(entries.len()) && has_double(&entries) {
                return Err(A::Error::custom("a map that can't be right, whatever else is in it"));
            }
        }
        if has_double(&entries) {
            return Err(A::Error::custom("a double key"));
        }
        entries.shrink();
        Ok(Map(entries))
    }
}

fn has_double<V>(entries: &[(Text<'_>, V)]) -> bool {
    doubles(entries, |(key, _)| key.as_str()).next().is_some()
}

impl<'a, V: Shape<'a>> Shape<'a> for Map<'a, V> {
    type Owned = Map<'static, V::Owned>;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        let mut left = reader.object(node)?;
        reader.double_keys(node);
        reader.most(node, V::MOST_IN_MAP);
        let mut entries = List::default();
        while let Some(key) = left.next(reader.tree()) {
            let Some(value) = left.next(reader.tree()) else { break };
            let name = reader.text(key);
            match (name, V::slow(reader, value)) {
                (Some(name), Some(value)) if reader.keeps() && entries.len() < V::MOST_IN_MAP => entries.push((name, value)),
                _ => reader.drop_element(key),
            }
        }
        entries.shrink();
        Some(Map(entries))
    }

    fn blank() -> Self {
        Self(List::default())
    }

    fn write(&self, out: &mut Writer) {
        out.open('{');
        for (key, value) in self.iter() {
            out.key(key);
            value.write(out);
        }
        out.close('}');
    }

    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
    }
}
