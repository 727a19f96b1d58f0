//! Sets of records by id, from a few to all of them, that versions of a policy share.

use std::sync::Arc;

use super::table::Slot;
use crate::document::List;

/// A part has between half as many and so many slots, but for a set that has fewer.
const MOST: usize = 256;

/// Slots in the order of their records' ids: what lies in a scope, for one. Whoever asks says how a record is called.
pub(crate) struct Sorted<T>(Parts<T>);

enum Parts<T> {
    /// Most sets are small.
    Few(List<Slot<T>>),
    /// A change copies one part.
    Many(Arc<Vec<Arc<Vec<Slot<T>>>>>),
}

/// How a record is called.
pub(crate) type IdOf<'i, T> = &'i dyn Fn(Slot<T>) -> &'i str;

// By hand: deriving would ask the same of `T`.
impl<T> Clone for Sorted<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Parts::Few(slots) => Parts::Few(slots.clone()),
            Parts::Many(parts) => Parts::Many(parts.clone()),
        })
    }
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Parts::Few(List::default()))
    }
}

/// From slots that are in order.
impl<T> FromIterator<Slot<T>> for Sorted<T> {
    fn from_iter<I: IntoIterator<Item = Slot<T>>>(slots: I) -> Self {
        let mut slots = slots.into_iter();
        let few: Vec<Slot<T>> = slots.by_ref().take(MOST).collect();
        let Some(next) = slots.next() else { return Self(Parts::Few(few.into())) };
        let mut rest = few.into_iter().chain([next]).chain(slots).peekable();
        let mut parts = Vec::new();
        while rest.peek().is_some() {
            // Not filled to the brim, so that the next few additions split nothing.
            let mut part = Vec::with_capacity(MOST * 3 / 4);
            part.extend(rest.by_ref().take(MOST * 3 / 4));
            parts.push(Arc::new(part));
        }
        Self(Parts::Many(Arc::new(parts)))
    }
}

impl<T> Sorted<T> {
    fn parts(&self) -> impl Iterator<Item = &[Slot<T>]> {
        let (few, many) = match &self.0 {
            Parts::Few(slots) => (Some(&**slots), &[][..]),
            Parts::Many(parts) => (None, &***parts),
        };
        few.into_iter().chain(many.iter().map(|part| &***part))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.parts().map(<[_]>::len).sum()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts().all(<[_]>::is_empty)
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot<T>> + '_ {
        self.parts().flatten().copied()
    }

    /// Those whose ids come after one, in order.
    pub(crate) fn after<'s>(&'s self, id: &str, id_of: IdOf<'_, T>) -> impl Iterator<Item = Slot<T>> + use<'s, T> {
        let skipped = match &self.0 {
            Parts::Few(_) => 0,
            Parts::Many(parts) => parts.partition_point(|part| part.last().is_none_or(|last| id_of(*last) <= id)),
        };
        let mut rest = self.parts().skip(skipped);
        let first = rest.next().unwrap_or_default();
        let first = first.get(first.partition_point(|slot| id_of(*slot) <= id)..).unwrap_or_default();
        first.iter().chain(rest.flatten()).copied()
    }

    /// Adds one, if it isn't there; `id_of` knows it already.
    pub(crate) fn insert(&mut self, slot: Slot<T>, id_of: IdOf<'_, T>) {
        let id = id_of(slot);
        let place = |slots: &[Slot<T>]| slots.partition_point(|held| id_of(*held) < id);
        match &mut self.0 {
            Parts::Few(slots) => {
                let at = place(slots);
                if slots.get(at) == Some(&slot) {
                    return;
                }
                slots.as_mut_vec().insert(at, slot);
                if slots.len() > MOST {
                    *self = slots.iter().copied().collect();
                }
            }
            Parts::Many(parts) => {
                let number = parts.partition_point(|part| part.last().is_none_or(|last| id_of(*last) < id)).min(parts.len() - 1);
                let parts = Arc::make_mut(parts);
                let Some(part) = parts.get_mut(number) else { return };
                let at = place(part);
                if part.get(at) == Some(&slot) {
                    return;
                }
                let part = Arc::make_mut(part);
                part.insert(at, slot);
                if part.len() > MOST {
                    let other = part.split_off(MOST / 2);
                    parts.insert(number + 1, Arc::new(other));
                }
            }
        }
    }

    /// Removes one; `id_of` knows it still.
    pub(crate) fn remove(&mut self, slot: Slot<T>, id_of: IdOf<'_, T>) {
        let id = id_of(slot);
        let place = |slots: &[Slot<T>]| {
            let at = slots.partition_point(|held| id_of(*held) < id);
            (slots.get(at) == Some(&slot)).then_some(at)
        };
        match &mut self.0 {
            Parts::Few(slots) => {
                if let Some(at) = place(slots) {
                    slots.as_mut_vec().remove(at);
                    if slots.is_empty() {
                        *slots = List::default();
                    }
                }
            }
            Parts::Many(parts) => {
                let number = parts.partition_point(|part| part.last().is_none_or(|last| id_of(*last) < id));
                let Some(at) = parts.get(number).and_then(|part| place(part)) else { return };
                let parts = Arc::make_mut(parts);
                if let Some(part) = parts.get_mut(number) {
                    Arc::make_mut(part).remove(at);
                }
                let small = |parts: &[Arc<Vec<Slot<T>>>], number: usize| parts.get(number).map_or(MOST, |part| part.len());
                let next = if number + 1 < parts.len() { number } else { number.saturating_sub(1) };
                if small(parts, next) + small(parts, next + 1) < MOST / 2 {
                    let other = parts.remove(next + 1);
                    if let Some(part) = parts.get_mut(next) {
                        Arc::make_mut(part).extend_from_slice(&other);
                    }
                }
                if parts.len() == 1 && small(parts, 0) < MOST / 2 {
                    *self = parts.iter().flat_map(|part| part.iter()).copied().collect();
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use super::{MOST, Slot, Sorted};

    /// It holds what a set holds, whatever is added and removed in whatever order; versions don't see each other.
    #[test]
    fn it_is_a_set_in_order() {
        let ids: Vec<String> = (0..MOST * 8).map(|number| format!("{:05}", number * 7919 % (MOST * 8))).collect();
        let id_of = |slot: Slot<()>| ids[slot.index()].as_str();
        let slot = |index: usize| Slot::<()>::new(index).unwrap();
        for start in [0, 10, MOST, MOST + 1, MOST * 3] {
            let mut held: BTreeSet<&str> = ids[..start].iter().map(String::as_str).collect();
            let slot_of = |id: &&str| slot(ids.iter().position(|other| other == id).unwrap());
            let first: Sorted<()> = held.iter().map(slot_of).collect();
            let before: Vec<_> = first.iter().collect();
            let mut sorted = first.clone();
            let assert_same = |sorted: &Sorted<()>, held: &BTreeSet<&str>| {
                assert!(sorted.iter().map(id_of).eq(held.iter().copied()));
                assert_eq!((sorted.len(), sorted.is_empty()), (held.len(), held.is_empty()));
                for id in ["", "00000", "00777", "00777x", "01999", "99999"] {
                    assert!(sorted.after(id, &id_of).map(id_of).eq(held.iter().copied().filter(|held| *held > id)));
                }
            };
            let mut random = 12345_usize;
            for round in 0..ids.len() * 6 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = (random >> 33) % ids.len();
                // First it mostly grows, then it mostly shrinks.
                if (random >> 20) % 4 < if round < ids.len() * 3 { 3 } else { 1 } {
                    sorted.insert(slot(place), &id_of);
                    held.insert(&ids[place]);
                } else {
                    sorted.remove(slot(place), &id_of);
                    held.remove(&*ids[place]);
                }
                if round % 500 == 0 {
                    assert_same(&sorted, &held);
                }
            }
            for place in 0..ids.len() {
                sorted.remove(slot(place), &id_of);
            }
            assert_same(&sorted, &BTreeSet::new());
            assert!(first.iter().eq(before));
        }
    }
}
