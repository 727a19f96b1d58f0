//! The records of one kind, by slot and by name.

use std::sync::Arc;

use super::*;
use crate::policy::index::Index;
use crate::policy::sought::Sought;
use crate::policy::table::{Slot, Table};

/// A record that is found by a text.
pub(crate) trait Keyed {
    /// Its id, or what else it is found by.
    fn key(&self) -> &str;
}

/// A record that perhaps bears a wanted name, and the name that it bears.
pub(crate) type Likely<'r, T> = Option<(Slot<T>, &'r T, &'r str)>;

/// The records of one kind, by slot and by name.
pub(crate) struct Registry<T: ?Sized> {
    rows: Table<T>,
    names: Index,
    /// How many records there are.
    count: usize,
}

// By hand: deriving would ask the same of `T`.
impl<T: ?Sized> Clone for Registry<T> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), names: self.names.clone(), count: self.count }
    }
}

impl<T: ?Sized + Keyed> Registry<T> {
    /// Builds it; record `n` gets slot `n`.
    pub(crate) fn new(records: impl IntoIterator<Item = Arc<T>>) -> Self {
        let rows = Table::new(records);
        let names = Index::new(rows.len(), |index| rows.at(index).map_or("", Keyed::key));
        Self { count: rows.len(), rows, names }
    }

    /// Puts records together with an index that was made of their names before.
    pub(crate) fn indexed(rows: Table<T>, names: Index) -> Self {
        Self { count: rows.len(), rows, names }
    }

    /// The record at a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot<T>) -> Option<&T> {
        self.rows.get(slot)
    }

    /// The record at a slot, to be kept.
    pub(crate) fn arc(&self, slot: Slot<T>) -> Option<Arc<T>> {
        self.rows.arc(slot)
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The slot that the next record will get.
    pub(crate) fn next(&self) -> Option<Slot<T>> {
        Slot::new(self.rows.len())
    }

    /// The slot of a name.
    pub(crate) fn slot(&self, name: &(impl Sought + ?Sized)) -> Option<Slot<T>> {
        self.find(name).map(|(slot, _)| slot)
    }

    /// The slots of all records of a name, where several may bear it.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Slot<T>> + 's {
        self.names.all(name, |slot| self.get(slot).map(Keyed::key))
    }

    /// The slot and the record of a name.
    pub(crate) fn find(&self, name: &(impl Sought + ?Sized)) -> Option<(Slot<T>, &T)> {
        self.names.first(name, |slot| self.get(slot), Keyed::key)
    }

    /// The record that most likely bears a name, and what it is called. Whoever looks for several names first asks for all of
    /// these: so they come from memory together, not one after the other.
    #[inline]
    pub(crate) fn likely(&self, name: &impl Sought) -> Likely<'_, T> {
        self.names.likely(name).and_then(|slot| self.get(slot).map(|record| (slot, record, record.key())))
    }

    /// The slot and the record of a name, where it is known which it most likely is.
    #[inline]
    pub(crate) fn sure<'r>(&'r self, likely: Likely<'r, T>, name: &impl Sought) -> Option<(Slot<T>, &'r T)> {
        match likely {
            Some((slot, record, known)) if name.is(known) => Some((slot, record)),
            _ => self.find(name),
        }
    }

    /// All records, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(_, record)| record)
    }

    /// All records with their slots.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (Slot<T>, &T)> {
        self.rows.iter()
    }

    /// Whether no slot is left for another.
    pub(crate) fn is_full(&self) -> bool {
        Slot::<T>::new(self.rows.len()).is_none()
    }

    /// Adds a record, in a slot that never was: who holds one that was removed finds nothing.
    pub(crate) fn push(&mut self, record: Arc<T>) -> Option<Slot<T>> {
        let slot = self.rows.push(record)?;
        self.count += 1;
        self.name_changed(slot, None);
        Some(slot)
    }

    /// Adds a record, in the first empty slot where there is one: for kinds whose slots are few.
    pub(crate) fn fill(&mut self, record: Arc<T>) -> Option<Slot<T>> {
        let Some(empty) = (0..self.rows.len()).filter_map(Slot::new).find(|slot| self.get(*slot).is_none()) else {
            return self.push(record);
        };
        self.rows.set(empty, Some(record));
        self.count += 1;
        self.name_changed(empty, None);
        Some(empty)
    }

    /// Puts a record in the place of another.
    pub(crate) fn set(&mut self, slot: Slot<T>, record: Arc<T>) {
        let before = self.get(slot).map(|record| Name::from(record.key()));
        self.rows.set(slot, Some(record));
        self.name_changed(slot, before);
    }

    /// Removes a record; its slot stays empty.
    pub(crate) fn remove(&mut self, slot: Slot<T>) {
        let Some(before) = self.get(slot).map(|record| Name::from(record.key())) else { return };
        self.rows.set(slot, None);
        self.count -= 1;
        self.name_changed(slot, Some(before));
    }

    /// Finds a record by the name that it has now, and no longer by the one before.
    fn name_changed(&mut self, slot: Slot<T>, before: Option<Name>) {
        let rows = &self.rows;
        let after = rows.get(slot).map(Keyed::key);
        if before.as_deref() == after {
            return;
        }
        let names = |slot, hear: &mut dyn FnMut(&str)| rows.get(slot).map(Keyed::key).into_iter().for_each(hear);
        for name in [before.as_deref(), after].into_iter().flatten() {
            self.names.update(name, slot, &names);
        }
    }
}

impl<T: Keyed + Clone> Registry<T> {
    /// A record, to be changed in place, but for its name; one that another version of the policy has too is copied.
    pub(crate) fn get_mut(&mut self, slot: Slot<T>) -> Option<&mut T> {
        self.rows.get_mut(slot)
    }
}

macro_rules! keyed_by_id {
    ($($record:ty),*) => { $(impl Keyed for $record {
        fn key(&self) -> &str {
            &self.id
        }
    })* };
}
keyed_by_id!(Agent, Client, Integration, Scope, Space, User, Server, Tombstone, VirtualServer);

impl Keyed for str {
    fn key(&self) -> &str {
        self
    }
}
