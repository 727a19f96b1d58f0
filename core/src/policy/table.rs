//! A table of records that versions of a policy share.

use std::{marker::PhantomData, num::NonZeroU32, sync::Arc};

use super::nodes::Nodes;

/// The place of a record in its table: good for this policy and all that follow from it.
pub(crate) struct Slot<T: ?Sized>(NonZeroU32, PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> Slot<T> {
    /// The slot of the `index`th record; none where no table reaches.
    pub(crate) fn new(index: usize) -> Option<Self> {
        let index = u32::try_from(index).ok()?;
        Some(Self(NonZeroU32::new(index.checked_add(1)?)?, PhantomData))
    }

    /// Which record of the table it is, from 0.
    pub(crate) fn index(self) -> usize {
        (self.0.get() - 1) as usize
    }
}

// By hand: deriving would ask the same of `T`.
impl<T: ?Sized> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Slot<T> {}
impl<T: ?Sized> PartialEq for Slot<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: ?Sized> Eq for Slot<T> {}
impl<T: ?Sized> PartialOrd for Slot<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: ?Sized> Ord for Slot<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// How many records a leaf has.
const LEAF: usize = 32;

/// Records by slot, in nodes that versions of a policy share. A slot whose record was removed stays empty.
pub(crate) struct Table<T: ?Sized>(Nodes<Option<Arc<T>>, LEAF>);

// By hand: deriving would ask the same of `T`.
impl<T: ?Sized> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> Table<T> {
    /// Builds the table; record `n` gets slot `n`.
    pub(crate) fn new(records: impl IntoIterator<Item = Arc<T>>) -> Self {
        Self(records.into_iter().map(Some).collect())
    }

    /// The record at a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot<T>) -> Option<&T> {
        self.at(slot.index())
    }

    /// The record at a slot, to be kept.
    pub(crate) fn arc(&self, slot: Slot<T>) -> Option<Arc<T>> {
        self.0.get(slot.index())?.clone()
    }

    /// The `index`th record.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Option<&T> {
        self.0.get(index)?.as_deref()
    }

    /// How many slots there are, empty ones included.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All records with their slots, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot<T>, &T)> {
        self.0.iter().enumerate().filter_map(|(index, record)| Some((Slot::new(index)?, record.as_deref()?)))
    }

    /// Adds a record, in a slot that never was; none where there is no room for another.
    pub(crate) fn push(&mut self, record: Arc<T>) -> Option<Slot<T>> {
        let slot = Slot::new(self.len())?;
        self.0.push(Some(record));
        Some(slot)
    }

    /// Puts a record into a slot that there is, or leaves it empty.
    pub(crate) fn set(&mut self, slot: Slot<T>, record: Option<Arc<T>>) {
        if let Some(place) = self.0.get_mut(slot.index()) {
            *place = record;
        }
    }
}

impl<T: Clone> Table<T> {
    /// A record, to be changed in place; one that another version of the policy has too is copied.
    pub(crate) fn get_mut(&mut self, slot: Slot<T>) -> Option<&mut T> {
        self.0.get_mut(slot.index())?.as_mut().map(Arc::make_mut)
    }
}
