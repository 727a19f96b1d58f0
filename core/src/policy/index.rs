//! From names to slots: buckets of entries sorted by a fixed hash.
//!
//! The hash is the same on every host and in every run (L-6). Who makes names collide gains nothing: equal hashes stand
//! sorted by name, so that a bucket of any size costs a binary search.

use std::{cmp::Ordering, sync::Arc};

use super::table::{Slot, Table};

/// How many entries a bucket holds on the average.
const FILL: usize = 8;

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    index: u32,
}

/// An index over the names of a table's records; a name may stand for several of them.
pub(crate) struct Index {
    buckets: Table<[Entry]>,
}

impl Index {
    /// Indexes `names`, the `n`th of which belongs to slot `n`.
    pub(crate) fn new<'a>(len: usize, name: impl Fn(usize) -> &'a str) -> Self {
        let entry = |index| Entry { hash: hash(name(index as usize)), index };
        let entries = (0..u32::try_from(len).unwrap_or(u32::MAX)).map(entry).collect();
        Self::sorted(entries, |a, b| name(a as usize).cmp(name(b as usize)))
    }

    /// Indexes names of which a slot has any number; [`Index::maybe`] asks such an index.
    pub(crate) fn of_many<'a, T>(names: impl Iterator<Item = (&'a str, Slot<T>)>) -> Self {
        let entry = |(name, slot): (&str, Slot<T>)| Some(Entry { hash: hash(name), index: u32::try_from(slot.index()).ok()? });
        Self::sorted(names.filter_map(entry).collect(), |a, b| a.cmp(&b))
    }

    fn sorted(mut entries: Vec<Entry>, by_name: impl Fn(u32, u32) -> Ordering) -> Self {
        let count = (entries.len() / FILL).max(1).next_power_of_two();
        let home = |entry: &Entry| entry.hash as usize & (count - 1);
        entries.sort_unstable_by(|a, b| (home(a), a.hash).cmp(&(home(b), b.hash)).then_with(|| by_name(a.index, b.index)));
        let mut rest = entries.as_slice();
        let buckets = (0..count).map(|bucket| {
            let (mine, others) = rest.split_at_checked(rest.partition_point(|entry| home(entry) <= bucket)).unwrap_or((rest, &[]));
            rest = others;
            Arc::from(mine)
        });
        Self { buckets: Table::new(buckets) }
    }

    /// The entries of a hash.
    fn of_hash(&self, hash: u32) -> &[Entry] {
        let bucket = self.buckets.at(hash as usize & (self.buckets.len() - 1)).unwrap_or_default();
        let found = bucket.get(bucket.partition_point(|entry| entry.hash < hash)..).unwrap_or_default();
        found.get(..found.partition_point(|entry| entry.hash == hash)).unwrap_or_default()
    }

    /// The slots that have a name of the same hash, and so perhaps this very name.
    pub(crate) fn maybe<T>(&self, wanted: &str) -> impl Iterator<Item = Slot<T>> {
        self.of_hash(hash(wanted)).iter().filter_map(|entry| Slot::new(entry.index as usize))
    }

    /// The slots that bear a name; `name` names a slot's record.
    pub(crate) fn find<'i, 'n, T: ?Sized + 'i>(
        &'i self,
        wanted: &'i str,
        name: impl Fn(Slot<T>) -> Option<&'n str> + 'i,
    ) -> impl Iterator<Item = Slot<T>> + 'i {
        let found = self.of_hash(hash(wanted));
        let name_of = move |entry: &Entry| Slot::new(entry.index as usize).and_then(&name).unwrap_or_default();
        // Where many names collide they are searched by halves, else each is looked at.
        let found = if found.len() > FILL {
            let rest = found.get(found.partition_point(|entry| name_of(entry) < wanted)..).unwrap_or_default();
            rest.get(..rest.partition_point(|entry| name_of(entry) == wanted)).unwrap_or_default()
        } else {
            found
        };
        let same = found.iter().filter(move |entry| name_of(entry) == wanted);
        same.filter_map(|entry| Slot::new(entry.index as usize))
    }
}

/// A fixed, fast hash of a short text: multiply and fold, eight bytes at a time.
pub(super) fn hash(text: &str) -> u32 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |state: u64, word: u64| {
        let wide = u128::from(state ^ word) * u128::from(K);
        (wide as u64) ^ ((wide >> 64) as u64)
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut state = K ^ text.len() as u64;
    for word in words {
        state = fold(state, u64::from_le_bytes(*word));
    }
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    let state = fold(fold(state, last), K);
    (state ^ (state >> 32)) as u32
}
