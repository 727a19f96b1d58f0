//! From names to slots: small buckets by a fixed hash, in shared nodes as a [`Table`](super::table::Table)'s are.
//!
//! Who makes names collide gains nothing: what finds its bucket full is kept sorted, by hash and then by name, so that a
//! bucket of any size costs a binary search.

use std::{cmp::Ordering, sync::Arc};

use super::sought::{Sought, hash};
use super::table::Slot;
use crate::document::List;

/// How many entries a bucket holds.
const ROOM: usize = 8;
/// How many it holds on the average, at most.
const FILL: usize = 5;
/// Nodes: how many buckets a leaf has, and how many leaves a branch.
const LEAF: usize = 16;
const BRANCH: usize = 256;

/// Up to eight entries side by side, and what found no room there.
#[derive(Default)]
#[repr(align(64))]
struct Bucket {
    /// Seven bits of each entry's hash, below a bit that says that it is there.
    tags: u64,
    slots: [u32; ROOM],
    more: List<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    index: u32,
}

type Leaf = Arc<[Bucket]>;
type Branch = Arc<[Leaf]>;

/// An index over the names of a table's records; a name may stand for several of them.
pub(crate) struct Index {
    /// The first branch, in which most indices end: one step less.
    first: Branch,
    more: Arc<[Branch]>,
    /// How many buckets there are, less one; they are a power of two.
    mask: u32,
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
        let mask = u32::try_from(count - 1).unwrap_or(u32::MAX);
        let home = |entry: &Entry| entry.hash & mask;
        entries.sort_unstable_by(|a, b| (home(a), a.hash).cmp(&(home(b), b.hash)).then_with(|| by_name(a.index, b.index)));
        let mut rest = entries.as_slice();
        let mut buckets = (0..=mask).map(|bucket| {
            let (mine, others) = rest.split_at_checked(rest.partition_point(|entry| home(entry) <= bucket)).unwrap_or((rest, &[]));
            rest = others;
            Bucket::new(mine)
        });
        let mut branch = || {
            let leaves = std::iter::from_fn(|| Some(buckets.by_ref().take(LEAF).collect::<Leaf>()).filter(|leaf| !leaf.is_empty()));
            leaves.take(BRANCH).collect::<Branch>()
        };
        let first = branch();
        let more = std::iter::from_fn(|| Some(branch()).filter(|branch| !branch.is_empty())).collect();
        Self { first, more, mask }
    }

    #[inline]
    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        let home = (hash & self.mask) as usize;
        let branch = match (home / (LEAF * BRANCH)).checked_sub(1) {
            None => &self.first,
            Some(more) => self.more.get(more)?,
        };
        branch.get(home / LEAF % BRANCH)?.get(home % LEAF)
    }

    /// The slots that have a name of about the same hash, and so perhaps this very name.
    pub(crate) fn maybe<T>(&self, wanted: &impl Sought) -> impl Iterator<Item = Slot<T>> {
        let hash = wanted.hash();
        let bucket = self.bucket(hash);
        let more = bucket.map_or(&[][..], |bucket| bucket.of_hash(hash));
        bucket.into_iter().flat_map(move |bucket| bucket.side_by_side(hash)).chain(more.iter().filter_map(slot))
    }

    /// The first slot that has a name of about the same hash, where it lies side by side with others.
    #[inline]
    pub(crate) fn likely<T: ?Sized>(&self, wanted: &impl Sought) -> Option<Slot<T>> {
        let hash = wanted.hash();
        self.bucket(hash)?.side_by_side(hash).next()
    }

    /// The first slot that bears a name, with its record; `record` finds a slot's, `name` names it.
    #[inline]
    pub(crate) fn first<'r, T: ?Sized, R>(
        &self,
        wanted: &(impl Sought + ?Sized),
        record: impl Fn(Slot<T>) -> Option<&'r R>,
        name: impl Fn(&'r R) -> &'r str,
    ) -> Option<(Slot<T>, &'r R)>
    where
        R: ?Sized,
    {
        let hash = wanted.hash();
        let bucket = self.bucket(hash)?;
        let found = bucket.side_by_side(hash).find_map(|slot| {
            let record = record(slot)?;
            wanted.is(name(record)).then_some((slot, record))
        });
        if found.is_some() || bucket.more.is_empty() {
            return found;
        }
        let slot = bucket.named(hash, wanted.text(), |slot| record(slot).map(&name)).iter().find_map(slot)?;
        Some((slot, record(slot)?))
    }

    /// All slots that bear a name.
    pub(crate) fn all<'i, 'n, T: ?Sized + 'i>(
        &'i self,
        wanted: &'i str,
        name: impl Fn(Slot<T>) -> Option<&'n str> + 'i,
    ) -> impl Iterator<Item = Slot<T>> + 'i {
        let hash = hash(wanted);
        let bucket = self.bucket(hash);
        let more = bucket.map_or(&[][..], |bucket| bucket.named(hash, wanted, &name));
        let side_by_side = bucket.into_iter().flat_map(move |bucket| bucket.side_by_side(hash));
        side_by_side.filter(move |slot| name(*slot) == Some(wanted)).chain(more.iter().filter_map(slot))
    }
}

impl Bucket {
    /// Of entries that are sorted by hash and then by name.
    fn new(entries: &[Entry]) -> Self {
        let mut bucket = Self::default();
        let (first, more) = entries.split_at_checked(ROOM).unwrap_or((entries, &[]));
        for ((place, slot), entry) in (0u32..).zip(&mut bucket.slots).zip(first) {
            bucket.tags |= tag(entry.hash) << (place * 8);
            *slot = entry.index;
        }
        bucket.more = List::from(more.to_vec());
        bucket
    }

    /// The entries side by side whose hash is about this one.
    #[inline]
    fn side_by_side<T: ?Sized>(&self, hash: u32) -> impl Iterator<Item = Slot<T>> {
        const LOW: u64 = u64::from_le_bytes([0x01; 8]);
        const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
        // A byte is zero where a tag is the wanted one; the byte above may be taken for one too, so names are compared.
        let unlike = self.tags ^ (tag(hash) * LOW);
        let mut alike = unlike.wrapping_sub(LOW) & !unlike & HIGH;
        std::iter::from_fn(move || {
            let place = alike.trailing_zeros() as usize / 8;
            alike &= alike.wrapping_sub(1);
            Slot::new(*self.slots.get(place)? as usize)
        })
    }

    /// What found no room, of one hash.
    fn of_hash(&self, hash: u32) -> &[Entry] {
        let found = self.more.get(self.more.partition_point(|entry| entry.hash < hash)..).unwrap_or_default();
        found.get(..found.partition_point(|entry| entry.hash == hash)).unwrap_or_default()
    }

    /// What found no room, of one name.
    fn named<'n, T: ?Sized>(&self, hash: u32, wanted: &str, name: impl Fn(Slot<T>) -> Option<&'n str>) -> &[Entry] {
        let found = self.of_hash(hash);
        let name_of = |entry: &Entry| slot(entry).and_then(&name).unwrap_or_default();
        let rest = found.get(found.partition_point(|entry| name_of(entry) < wanted)..).unwrap_or_default();
        rest.get(..rest.partition_point(|entry| name_of(entry) == wanted)).unwrap_or_default()
    }
}

fn slot<T: ?Sized>(entry: &Entry) -> Option<Slot<T>> {
    Slot::new(entry.index as usize)
}

/// The seven highest bits of a hash, which don't choose the bucket, below a bit that is always there.
#[inline]
fn tag(hash: u32) -> u64 {
    u64::from(hash >> 25 | 0x80)
}
