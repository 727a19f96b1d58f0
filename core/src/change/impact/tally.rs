//! Sets of records by slot, that count and keep the first few by id: what a preview names of many (P-2).

use std::marker::PhantomData;

use crate::policy::{Name, Slot};

/// How many are named (P-2).
pub(super) const NAMED: usize = 20;

/// A set of slots, a bit each.
pub(super) struct Bits<T> {
    words: Vec<u64>,
    count: usize,
    of: PhantomData<fn(T)>,
}

// By hand: deriving would ask the same of `T`.
impl<T> Default for Bits<T> {
    fn default() -> Self {
        Self { words: Vec::new(), count: 0, of: PhantomData }
    }
}

impl<T> Bits<T> {
    /// Adds one; whether it wasn't there.
    pub(super) fn insert(&mut self, slot: Slot<T>) -> bool {
        let (word, bit) = (slot.index() / 64, 1 << (slot.index() % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let Some(word) = self.words.get_mut(word) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        self.count += usize::from(new);
        new
    }

    pub(super) fn contains(&self, slot: Slot<T>) -> bool {
        self.words.get(slot.index() / 64).is_some_and(|word| word >> (slot.index() % 64) & 1 == 1)
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// All of them, by slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slot<T>> + '_ {
        let bits = |(number, word): (usize, &u64)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                if bit < 64 { Slot::new(number * 64 + bit) } else { None }
            })
        };
        self.words.iter().enumerate().flat_map(bits)
    }
}

/// How many there are, and the first of them in order; whoever adds sees to it that each comes once.
pub(super) struct Top<T> {
    pub(super) count: usize,
    pub(super) first: Vec<T>,
}

// By hand: deriving would ask the same of `T`.
impl<T> Default for Top<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

impl<T: Ord> Top<T> {
    /// Counts one, and names it if it is among the first that may be named; it is made only where it is.
    pub(super) fn add(&mut self, comes_before: impl FnOnce(&T) -> bool, make: impl FnOnce() -> Option<T>) {
        self.count += 1;
        self.offer(comes_before, make);
    }

    fn offer(&mut self, comes_before: impl FnOnce(&T) -> bool, make: impl FnOnce() -> Option<T>) {
        let is_full = self.first.len() >= NAMED;
        if is_full && !self.first.last().is_some_and(comes_before) {
            return;
        }
        let Some(element) = make() else { return };
        let place = self.first.partition_point(|held| *held < element);
        self.first.insert(place, element);
        self.first.truncate(NAMED);
    }
}

/// A set of records, counted whole and named in part.
pub(super) struct Tally<T> {
    pub(super) set: Bits<T>,
    top: Top<Name>,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self { set: Bits::default(), top: Top::default() }
    }
}

/// What a tally asks of a record: its id, and whether it may be named.
pub(super) trait Show<'s, T> {
    fn id(&self, slot: Slot<T>) -> Option<&'s Name>;
    fn is_known(&self, slot: Slot<T>) -> bool;
}

impl<T> Tally<T> {
    pub(super) fn len(&self) -> usize {
        self.top.count
    }

    /// Adds one, unless it is there.
    pub(super) fn add<'s>(&mut self, slot: Slot<T>, show: &impl Show<'s, T>) -> bool {
        let new = self.set.insert(slot);
        if new {
            self.top.count += 1;
            self.offer(slot, show);
        }
        new
    }

    fn offer<'s>(&mut self, slot: Slot<T>, show: &impl Show<'s, T>) {
        let Some(id) = show.id(slot) else { return };
        self.top.offer(|last| id < last, || show.is_known(slot).then(|| id.clone()));
    }

    /// Adds those that come in the order of their ids: of most of them no record is looked at.
    pub(super) fn add_sorted<'s>(&mut self, slots: impl Iterator<Item = Slot<T>>, show: &impl Show<'s, T>) {
        let mut is_open = true;
        for slot in slots.filter(|slot| self.set.insert(*slot)).collect::<Vec<_>>() {
            self.top.count += 1;
            if is_open {
                let full = self.top.first.len() >= NAMED;
                is_open = !full || show.id(slot).is_some_and(|id| self.top.first.last().is_some_and(|last| id < last));
                self.offer(slot, show);
            }
        }
    }

    pub(super) fn into_counted(self) -> super::Counted<String> {
        super::Counted { count: self.top.count, first: self.top.first.iter().map(Name::to_string).collect() }
    }
}
