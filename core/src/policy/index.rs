//! From names to slots: small buckets by a fixed hash, in shared nodes as a [`Table`](super::table::Table)'s are.
//!
//! Who makes names collide gains nothing: what finds its bucket full is kept sorted, by hash and then by name, so that a
//! bucket of any size costs a binary search.

use std::cmp::Ordering;

use super::nodes::Nodes;
use super::sought::{Sought, hash};
use super::table::Slot;
use crate::document::List;

/// How many entries a bucket holds.
const ROOM: usize = 8;
/// How many it holds on the average, at most.
const FILL: usize = 5;
/// The bit of each tag that says that it is there.
const TAKEN: u64 = u64::from_le_bytes([0x80; 8]);
/// How many buckets a leaf has.
const LEAF: usize = 16;

/// Up to eight entries side by side, and what found no room there.
#[derive(Clone, Default)]
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

/// An index over the names of a table's records; a name may stand for several of them, and a record may bear several.
///
/// It grows by one bucket at a time (linear hashing), so that no addition ever moves more than one bucket's entries.
#[derive(Clone)]
pub(crate) struct Index {
    buckets: Nodes<Bucket, LEAF>,
    /// The least power of two that the buckets don't exceed, less one.
    mask: u32,
    /// How many buckets there are.
    count: u32,
    /// How many entries there are.
    entries: usize,
}

/// Tells of each name that a record bears.
pub(crate) type NamesOf<'n, T> = &'n dyn Fn(Slot<T>, &mut dyn FnMut(&str));

impl Index {
    /// Indexes `names`, the `n`th of which belongs to slot `n`.
    pub(crate) fn new<'a>(len: usize, name: impl Fn(usize) -> &'a str) -> Self {
        let entry = |index| Entry { hash: hash(name(index as usize)), index };
        let entries = (0..u32::try_from(len).unwrap_or(u32::MAX)).map(entry).collect();
        Self::sorted(entries, |a, b| name(a as usize).cmp(name(b as usize)))
    }

    /// Indexes names of which a slot has any number; [`Index::maybe`] asks such an index.
    pub(crate) fn of_many<'a, T>(names: impl Iterator<Item = (&'a str, Slot<T>)>) -> Self {
        Self::of_hashes(names.map(|(name, slot)| (hash(name), slot)))
    }

    /// The same of the names' hashes.
    pub(crate) fn of_hashes<T>(names: impl Iterator<Item = (u32, Slot<T>)>) -> Self {
        let entry = |(hash, slot): (u32, Slot<T>)| Some(Entry { hash, index: u32::try_from(slot.index()).ok()? });
        Self::sorted(names.filter_map(entry).collect(), |a, b| a.cmp(&b))
    }

    fn sorted(mut entries: Vec<Entry>, by_name: impl Fn(u32, u32) -> Ordering) -> Self {
        let count = (entries.len() / FILL).max(1).next_power_of_two();
        let mask = u32::try_from(count - 1).unwrap_or(u32::MAX);
        let home = |entry: &Entry| entry.hash & mask;
        entries.sort_unstable_by(|a, b| (home(a), a.hash).cmp(&(home(b), b.hash)).then_with(|| by_name(a.index, b.index)));
        let mut rest = entries.as_slice();
        let buckets = (0..=mask).map(|bucket| {
            let (mine, others) = rest.split_at_checked(rest.partition_point(|entry| home(entry) <= bucket)).unwrap_or((rest, &[]));
            rest = others;
            Bucket::new(mine)
        });
        Self { buckets: buckets.collect(), mask, count: mask + 1, entries: entries.len() }
    }

    /// Which bucket a name of that hash is in.
    #[inline]
    fn home(&self, hash: u32) -> u32 {
        let home = hash & self.mask;
        // What wasn't split yet is where it was when there were half as many.
        if home < self.count { home } else { home & self.mask >> 1 }
    }

    #[inline]
    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        self.buckets.get(self.home(hash) as usize)
    }

    /// Brings the index up to date after a record got or lost a name; `names` are those that records bear now.
    pub(crate) fn update<T: ?Sized>(&mut self, name: &str, slot: Slot<T>, names: NamesOf<'_, T>) {
        let home = self.home(hash(name));
        let Some(bucket) = self.buckets.get(home as usize) else { return };
        let (before, mut slots) = (bucket.len(), bucket.slots());
        slots.push(slot);
        let after = self.fill(home, slots, names);
        self.entries = self.entries + after - before;
        while self.entries > self.count as usize * FILL {
            self.split(names);
        }
    }

    /// Adds a bucket, to which about half of another's entries move.
    fn split<T: ?Sized>(&mut self, names: NamesOf<'_, T>) {
        let mask = if self.count > self.mask { self.mask << 1 | 1 } else { self.mask };
        let (old, new) = (self.count & mask >> 1, self.count);
        let Some(slots) = self.buckets.get(old as usize).map(Bucket::slots) else { return };
        self.buckets.push(Bucket::default());
        (self.count, self.mask) = (self.count + 1, mask);
        self.fill(old, slots.clone(), names);
        self.fill(new, slots, names);
    }

    /// Makes a bucket anew of those names of some records that belong there, and says how many they are.
    fn fill<T: ?Sized>(&mut self, home: u32, mut slots: Vec<Slot<T>>, names: NamesOf<'_, T>) -> usize {
        slots.sort_unstable();
        slots.dedup();
        let mut named: Vec<(Entry, Box<str>)> = Vec::with_capacity(slots.len());
        for slot in slots {
            let index = slot.index() as u32;
            names(slot, &mut |name| {
                let hash = hash(name);
                if self.home(hash) == home {
                    named.push((Entry { hash, index }, name.into()));
                }
            });
        }
        named.sort_unstable_by(|(a, of_a), (b, of_b)| (a.hash, of_a, a.index).cmp(&(b.hash, of_b, b.index)));
        let entries: Vec<Entry> = named.into_iter().map(|(entry, _)| entry).collect();
        if let Some(bucket) = self.buckets.get_mut(home as usize) {
            *bucket = Bucket::new(&entries);
        }
        entries.len()
    }

    /// The slots that have a name of about the same hash, and so perhaps this very name.
    pub(crate) fn maybe<T: ?Sized>(&self, wanted: &(impl Sought + ?Sized)) -> impl Iterator<Item = Slot<T>> {
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
    /// How many entries it has.
    fn len(&self) -> usize {
        (self.tags & TAKEN).count_ones() as usize + self.more.len()
    }

    /// The slots of all its entries.
    fn slots<T: ?Sized>(&self) -> Vec<Slot<T>> {
        let side_by_side = self.slots.iter().take((self.tags & TAKEN).count_ones() as usize);
        side_by_side.copied().chain(self.more.iter().map(|entry| entry.index)).filter_map(|index| Slot::new(index as usize)).collect()
    }

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
        // A byte is zero where a tag is the wanted one; the byte above may be taken for one too, so names are compared.
        let unlike = self.tags ^ (tag(hash) * LOW);
        let mut alike = unlike.wrapping_sub(LOW) & !unlike & TAKEN;
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests {
    use super::super::sought::hash;
    use super::{Index, Slot};

    /// Finds every name in an index of these.
    fn assert_finds(index: &Index, names: &[Option<String>]) {
        let name = |slot: Slot<str>| names[slot.index()].as_deref();
        for (place, wanted) in names.iter().enumerate() {
            let Some(wanted) = wanted else { continue };
            let found: Vec<usize> = index.all(wanted, name).map(Slot::index).collect();
            assert!(found.contains(&place), "{wanted}");
            assert_eq!(index.first(wanted.as_str(), name, |name| name).map(|(_, name)| name), Some(wanted.as_str()));
            assert!(index.maybe(wanted.as_str()).any(|slot: Slot<str>| slot.index() == place));
        }
        assert_eq!(index.all("nobody", name).count(), 0);
        assert_eq!(index.entries, names.iter().flatten().count());
    }

    /// Grown name by name it finds what it would find made whole; versions don't see each other; who makes names collide
    /// doesn't break it.
    #[test]
    fn it_grows_and_forgets() {
        let colliding = (0..).map(|number| format!("tool-{number}")).filter(|name| hash(name) & 0xff == 7).take(60);
        let all: Vec<String> = colliding.chain((0..1500).map(|number| format!("tool-{number}"))).collect();
        let mut names: Vec<Option<String>> = all[..40].iter().cloned().map(Some).collect();
        let first = Index::new(40, |place| all[place].as_str());
        let mut index = first.clone();
        for (place, name) in all.iter().enumerate().skip(40) {
            names.push(Some(name.clone()));
            index.update(name, Slot::<str>::new(place).unwrap(), &|slot, hear| hear(names[slot.index()].as_deref().unwrap()));
        }
        assert_finds(&index, &names);
        for (place, name) in all.iter().enumerate().filter(|(place, _)| place % 3 == 0) {
            names[place] = None;
            index.update(name, Slot::<str>::new(place).unwrap(), &|slot, hear| names[slot.index()].iter().for_each(|name| hear(name)));
        }
        assert_finds(&index, &names);
        assert_finds(&first, &all[..40].iter().cloned().map(Some).collect::<Vec<_>>());
    }

    /// Records of several names: what one gains and loses is found and forgotten, what it keeps stays.
    #[test]
    fn a_record_may_bear_many_names() {
        let mut tokens: Vec<Vec<String>> = (0..50).map(|user| (0..user % 4).map(|token| format!("t-{user}-{token}")).collect()).collect();
        let slot = |user: usize| Slot::<()>::new(user).unwrap();
        let mut index = Index::of_many(tokens.iter().enumerate().flat_map(|(user, all)| all.iter().map(move |name| (&**name, slot(user)))));
        for round in 0..600 {
            let user = round * 7 % 50;
            let name = if round % 5 == 0 && !tokens[user].is_empty() {
                tokens[user].remove(0)
            } else {
                tokens[user].push(format!("n-{round}"));
                format!("n-{round}")
            };
            index.update(&name, slot(user), &|slot, hear| tokens[slot.index()].iter().for_each(|name| hear(name)));
        }
        for (user, all) in tokens.iter().enumerate() {
            for name in all {
                assert!(index.maybe(name.as_str()).any(|found: Slot<()>| found == slot(user)), "{name}");
            }
        }
        assert_eq!(index.entries, tokens.iter().map(Vec::len).sum::<usize>());
    }
}
