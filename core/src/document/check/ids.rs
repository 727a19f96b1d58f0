//! Finding things by their ids.

/// Where each id of a kind stands: buckets by a fixed hash, sorted, so that ids which collide on purpose cost a
/// logarithm and not a scan, and nothing depends on chance.
pub(super) struct Ids<'d> {
    /// Where each bucket begins, and the end.
    starts: Vec<u32>,
    shift: u32,
    entries: Vec<Entry<'d>>,
    /// Of each id that stands twice, the later place and the first.
    doubles: Vec<(usize, usize)>,
    /// Ids are missing here, so that an unknown one may be among them.
    pub(super) lost: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'d> {
    hash: u64,
    id: &'d str,
    place: u32,
}

impl<'d> Ids<'d> {
    pub(super) fn new(ids: impl ExactSizeIterator<Item = &'d str>) -> Self {
        let count = ids.len();
        let bits = (count.max(1) as u64).next_power_of_two().trailing_zeros().max(1);
        let shift = 64 - bits;
        let bucket = |hash: u64| (hash >> shift) as usize;
        let hashed: Vec<Entry<'d>> = ids.enumerate().map(|(place, id)| Entry { hash: hash(id), id, place: place as u32 }).collect();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for entry in &hashed {
            if let Some(start) = starts.get_mut(bucket(entry.hash) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut entries = vec![Entry { hash: 0, id: "", place: 0 }; count];
        for entry in hashed {
            if let Some(next) = next.get_mut(bucket(entry.hash)) {
                if let Some(slot) = entries.get_mut(*next as usize) {
                    *slot = entry;
                }
                *next += 1;
            }
        }
        let mut doubles = Vec::new();
        for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
            let Some(bucket) = entries.get_mut(*start as usize..*end as usize) else { continue };
            if bucket.len() > 1 {
                bucket.sort_unstable();
                note_doubles(bucket, &mut doubles);
            }
        }
        doubles.sort_unstable();
        Self { starts, shift, entries, doubles, lost: false }
    }

    /// Where the id stands; of a double one, first.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let hash = hash(id);
        let bucket = (hash >> self.shift) as usize;
        let (start, end) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let bucket = self.entries.get(start..end)?;
        let first = bucket.partition_point(|entry| (entry.hash, entry.id) < (hash, id));
        bucket.get(first).filter(|entry| entry.hash == hash && entry.id == id).map(|entry| entry.place as usize)
    }

    /// The later place and the first, of each id that stands twice; in the order of the later ones.
    pub(super) fn doubles(&self) -> &[(usize, usize)] {
        &self.doubles
    }

    /// The ids, for suggestions; a few only.
    pub(super) fn some(&self) -> Vec<&'d str> {
        self.entries.iter().take(1000).map(|entry| entry.id).collect()
    }
}

fn note_doubles(bucket: &[Entry<'_>], doubles: &mut Vec<(usize, usize)>) {
    let mut first: Option<&Entry<'_>> = None;
    for entry in bucket {
        match first {
            Some(first) if first.id == entry.id => doubles.push((entry.place as usize, first.place as usize)),
            _ => first = Some(entry),
        }
    }
}

/// A quick hash without any secret; collisions are harmless here.
fn hash(id: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = id.as_bytes().as_chunks::<8>();
    let mut hash = id.len() as u64;
    for word in words {
        hash = mix(hash ^ u64::from_le_bytes(*word));
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(FACTOR);
    }
    mix(hash)
}

fn mix(word: u64) -> u64 {
    let mixed = (word ^ (word >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
