//! Several sets of records by id, read as one: what lies on a path, page by page.

use std::iter::Peekable;

use crate::policy::{Keyed, Registry, Slot, Sorted};

/// The records of several sets whose ids come after one, each once, by id. Reading so many costs so many, whatever the
/// sets hold besides.
pub(super) struct Merge<'s, T> {
    records: &'s Registry<T>,
    sets: Vec<Peekable<Box<dyn Iterator<Item = Slot<T>> + 's>>>,
}

impl<'s, T: Keyed> Merge<'s, T> {
    /// All of them; `after` none begins at the first.
    pub(super) fn new(records: &'s Registry<T>, sets: impl IntoIterator<Item = &'s Sorted<T>>, after: Option<&str>) -> Self {
        let id_of = |slot| records.get(slot).map_or("", Keyed::key);
        let from = |set: &'s Sorted<T>| -> Box<dyn Iterator<Item = Slot<T>> + 's> {
            match after {
                Some(after) => Box::new(set.after(after, &id_of)),
                None => Box::new(set.iter()),
            }
        };
        Self { records, sets: sets.into_iter().map(|set| from(set).peekable()).collect() }
    }
}

impl<'s, T: Keyed> Iterator for Merge<'s, T> {
    type Item = (Slot<T>, &'s T);

    fn next(&mut self) -> Option<Self::Item> {
        let records = self.records;
        let key = |slot: &Slot<T>| records.get(*slot).map_or("", Keyed::key);
        let next = self.sets.iter_mut().filter_map(|set| set.peek().copied()).min_by(|one, other| key(one).cmp(key(other)))?;
        for set in &mut self.sets {
            set.next_if_eq(&next);
        }
        Some((next, records.get(next)?))
    }
}
