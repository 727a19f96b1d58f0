//! Finding things by their ids.

/// How many entries a bucket holds on the average.
const FILL: usize = 4;

/// Where each id of a kind stands: sorted by a fixed hash, in buckets. Ids that collide on purpose are sorted, so that
/// they cost a logarithm and not a scan, and nothing depends on chance.
pub(super) struct Ids<'d> {
    /// The id at a place.
    id: Box<dyn Fn(usize) -> &'d str + 'd>,
    /// Where each bucket begins, and the end.
    starts: Vec<u32>,
    /// How much of a hash doesn't count for its bucket.
    shift: u32,
    entries: Vec<Entry>,
    /// Of each id that stands twice, the later place and the first.
    doubles: Vec<(u32, u32)>,
    /// Ids are missing here, so that an unknown one may be among them.
    pub(super) lost: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    place: u32,
}

impl<'d> Ids<'d> {
    /// Of so many ids, by their places.
    pub(super) fn new(count: usize, id: impl Fn(usize) -> &'d str + 'd) -> Self {
        let mut entries: Vec<Entry> = (0..count).map(|place| Entry { hash: hash(id(place)), place: place as u32 }).collect();
        entries.sort_unstable();
        let mut doubles = Vec::new();
        for same in entries.chunk_by_mut(|one, next| one.hash == next.hash) {
            if same.len() > 1 {
                same.sort_unstable_by(|one, next| id(one.place as usize).cmp(id(next.place as usize)).then(one.cmp(next)));
                note_doubles(same, &id, &mut doubles);
            }
        }
        doubles.sort_unstable();
        let bits = (count / FILL).max(2).next_power_of_two().trailing_zeros();
        let shift = u32::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (place, entry) in (0..).zip(&entries) {
            while starts.len() <= (entry.hash >> shift) as usize {
                starts.push(place);
            }
        }
        starts.resize((1 << bits) + 1, count as u32);
        Self { id: Box::new(id), starts, shift, entries, doubles, lost: false }
    }

    /// Where the id stands; of a double one, first.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let hash = hash(id);
        let bucket = (hash >> self.shift) as usize;
        let (start, end) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let bucket = self.entries.get(start..end)?;
        let compare = |entry: &Entry| entry.hash.cmp(&hash).then_with(|| (self.id)(entry.place as usize).cmp(id));
        let first = bucket.partition_point(|entry| compare(entry).is_lt());
        bucket.get(first).filter(|entry| compare(entry).is_eq()).map(|entry| entry.place as usize)
    }

    /// The later place and the first, of each id that stands twice; in the order of the later ones.
    pub(super) fn doubles(&self) -> impl Iterator<Item = (usize, usize)> {
        self.doubles.iter().map(|(later, first)| (*later as usize, *first as usize))
    }

    /// The ids, for suggestions; a few only.
    pub(super) fn some(&self) -> Vec<&'d str> {
        (0..self.entries.len()).take(1000).map(&self.id).collect()
    }
}

/// Notes the doubles among entries that are sorted by id.
fn note_doubles<'d>(entries: &[Entry], id: &impl Fn(usize) -> &'d str, doubles: &mut Vec<(u32, u32)>) {
    for same in entries.chunk_by(|one, next| id(one.place as usize) == id(next.place as usize)) {
        let [first, later @ ..] = same else { continue };
        doubles.reserve_exact(later.len());
        doubles.extend(later.iter().map(|entry| (entry.place, first.place)));
    }
}

/// A quick hash without any secret; collisions are harmless here.
pub(in crate::document) fn hash(id: &str) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = id.as_bytes().as_chunks::<8>();
    let mut hash = id.len() as u64;
    for word in words {
        hash = mix(hash ^ u64::from_le_bytes(*word));
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(FACTOR);
    }
    (mix(hash) >> 32) as u32
}

fn mix(word: u64) -> u64 {
    let mixed = (word ^ (word >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
