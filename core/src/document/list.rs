//! Lists: one word for those of records, most of which are empty, and chunks for the document's own, which are long.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::Deserializer;
use serde::de::{Error as _, SeqAccess, Visitor};

use super::json::Writer;
use super::shape::{Fast, Shape};
use super::slow::Reader;
use super::tree::{Node, Tree};

/// Up to so many elements a list doubles when it grows; a longer one grows by a quarter.
const LONG: usize = 4096;

/// A list of a record: a slice in the space of a word.
#[derive(Clone)]
#[allow(clippy::box_collection, reason = "most lists are empty, and records have several: a word each, not three")]
pub struct List<T>(Option<Box<Vec<T>>>);

impl<T> List<T> {
    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        let elements = self.0.get_or_insert_default();
        reserve(elements);
        elements.push(element);
    }

    /// The elements, to be changed in place.
    pub fn as_mut_vec(&mut self) -> &mut Vec<T> {
        self.0.get_or_insert_default()
    }

    fn is_hopeless<'a>(&self) -> bool
    where
        T: Shape<'a>,
    {
        T::is_hopeless(self)
    }

    /// An empty one, with room for what stands in the text.
    fn for_children<'a>(tree: &Tree<'a>, node: Node) -> Self
    where
        T: Shape<'a>,
    {
        let mut list = Self::default();
        let room = T::room(tree, node);
        if room > LONG {
            list.as_mut_vec().reserve_exact(room);
        }
        list
    }

    /// Gives back the room that it doesn't need.
    pub(crate) fn shrink(&mut self) {
        if let Some(elements) = &mut self.0 {
            elements.shrink_to_fit();
        }
    }
}

/// Whether a list of that length is worth a look before it grows longer.
pub(super) fn is_milestone(len: usize) -> bool {
    // Each time eight times as long: looking costs little beside reading.
    len >= LONG && len.is_power_of_two() && len.trailing_zeros().is_multiple_of(3)
}

/// Makes room for one more, without much that is never used: memory is asked for by as much again, and what is old and
/// what is new are held together for a moment.
fn reserve<T>(elements: &mut Vec<T>) {
    if elements.len() == elements.capacity() {
        let more = if elements.len() < LONG { elements.len().max(1) } else { elements.len() / 4 };
        elements.reserve_exact(more);
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_deref_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(mut elements: Vec<T>) -> Self {
        elements.shrink_to_fit();
        Self((!elements.is_empty()).then(|| Box::new(elements)))
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::from(elements.into_iter().collect::<Vec<T>>())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map_or_else(Vec::new, |elements| *elements).into_iter()
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'l, T> IntoIterator for &'l mut List<T> {
    type Item = &'l mut T;
    type IntoIter = std::slice::IterMut<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// How many rows a chunk has.
const CHUNK: usize = 512;

/// A long list in chunks: it grows without being moved, and whoever takes it apart frees it on the way.
#[derive(Clone, PartialEq, Eq)]
pub struct Rows<T>(Vec<Vec<T>>);

impl<T> Rows<T> {
    /// Adds one at the end.
    pub fn push(&mut self, row: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(row),
            last => {
                // The first chunk grows with what is in it, for most documents are small.
                let mut next = if last.is_some() { Vec::with_capacity(CHUNK) } else { Vec::new() };
                next.push(row);
                self.0.push(next);
            }
        }
    }

    /// One of them.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.0.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// One of them, to be changed in place.
    #[inline]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.0.get_mut(index / CHUNK)?.get_mut(index % CHUNK)
    }

    /// The last one.
    pub fn last(&self) -> Option<&T> {
        self.0.last()?.last()
    }

    /// The last one, to be changed in place.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.0.last_mut()?.last_mut()
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * CHUNK + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone + use<'_, T> {
        self.0.iter().flatten()
    }

    /// All of them, to be changed in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }

    fn is_hopeless(&self) -> bool {
        false
    }

    fn for_children(_: &Tree<'_>, _: Node) -> Self {
        Self::default()
    }

    /// Brings them into the order of a key; equal ones stay as they are.
    pub(crate) fn sort_by(&mut self, compare: impl FnMut(&T, &T) -> std::cmp::Ordering) {
        let mut all: Vec<T> = std::mem::take(self).into_iter().collect();
        all.sort_by(compare);
        self.extend(all);
    }

    /// Gives back the room that it doesn't need.
    pub(crate) fn shrink(&mut self) {
        if let Some(last) = self.0.last_mut() {
            last.shrink_to_fit();
        }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> Extend<T> for Rows<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, rows: I) {
        rows.into_iter().for_each(|row| self.push(row));
    }
}

impl<T> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut all = Self::default();
        all.extend(rows);
        all.shrink();
        all
    }
}

impl<T> IntoIterator for Rows<T> {
    type Item = T;
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// Reads the elements of a list.
struct Elements<L, T>(PhantomData<(L, T)>);

macro_rules! list_shape {
    ($list:ident) => {
        impl<'a, T: Shape<'a>> Visitor<'a> for Elements<$list<T>, T> {
            type Value = $list<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<$list<T>, A::Error> {
                let mut elements = $list::default();
                while let Some(element) = list.next_element_seed(Fast::new())? {
                    elements.push(element);
                    if is_milestone(elements.len()) && elements.is_hopeless() {
                        return Err(A::Error::custom("an entry that stands twice"));
                    }
                }
                elements.shrink();
                Ok(elements)
            }
        }

        impl<'a, T: Shape<'a>> Shape<'a> for $list<T> {
            type Owned = $list<T::Owned>;

            fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_seq(Elements::<Self, T>(PhantomData))
            }

            fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
                let mut left = reader.list(node)?;
                let mut elements = Self::for_children(reader.tree(), node);
                while let Some(child) = left.next(reader.tree()) {
                    match T::slow(reader, child) {
                        Some(element) if reader.keeps() => elements.push(element),
                        _ => reader.drop_element(child),
                    }
                }
                elements.shrink();
                Some(elements)
            }

            fn blank() -> Self {
                Self::default()
            }

            fn write(&self, out: &mut Writer) {
                out.open('[');
                for element in self.iter() {
                    out.element();
                    element.write(out);
                }
                out.close(']');
            }

            fn into_owned(self) -> Self::Owned {
                self.into_iter().map(T::into_owned).collect()
            }
        }
    };
}
list_shape!(List);
list_shape!(Rows);
