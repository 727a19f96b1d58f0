//! A table of records that versions of a policy share.

use std::{marker::PhantomData, num::NonZeroU32, sync::Arc};

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

/// Nodes: how many records a leaf has, and how many leaves a branch.
const LEAF: usize = 64;
const BRANCH: usize = 256;

type Leaf<T> = Arc<[Arc<T>]>;
type Branch<T> = Arc<[Leaf<T>]>;

/// Records by slot, in three steps of shared nodes: a change copies one node of each step and its record, nothing else.
pub(crate) struct Table<T: ?Sized> {
    /// The first branch, in which most tables end: one step less.
    first: Branch<T>,
    more: Arc<[Branch<T>]>,
    len: usize,
}

impl<T: ?Sized> Table<T> {
    /// Builds the table; record `n` gets slot `n`.
    pub(crate) fn new(records: impl IntoIterator<Item = Arc<T>>) -> Self {
        let mut records = records.into_iter().peekable();
        let mut len = 0;
        let mut branch = || {
            let mut branch = Vec::with_capacity(BRANCH);
            while branch.len() < BRANCH && records.peek().is_some() {
                let leaf: Leaf<T> = records.by_ref().take(LEAF).collect();
                len += leaf.len();
                branch.push(leaf);
            }
            Branch::from(branch)
        };
        let first = branch();
        let more = std::iter::from_fn(|| Some(branch()).filter(|branch| !branch.is_empty())).collect();
        Self { first, more, len }
    }

    /// The record at a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot<T>) -> Option<&T> {
        self.at(slot.index())
    }

    /// The `index`th record.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Option<&T> {
        let branch = match (index / (LEAF * BRANCH)).checked_sub(1) {
            None => &self.first,
            Some(more) => self.more.get(more)?,
        };
        let leaf = branch.get(index / LEAF % BRANCH)?;
        leaf.get(index % LEAF).map(|record| &**record)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// All of them, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first)
            .chain(self.more.iter())
            .flat_map(|branch| branch.iter().flat_map(|leaf| leaf.iter().map(|record| &**record)))
    }
}
