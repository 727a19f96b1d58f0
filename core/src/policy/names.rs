//! Tool names, each kept once: servers of one integration share theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::record::Registry;
use super::sought::hash;
use super::table::Slot;
use crate::document::Rows;

/// So many places are tried for a name; one that finds none free there is kept in order.
const TRIES: usize = 32;

/// Gathers names while records are compiled.
///
/// Who makes names collide gains nothing: a name that finds no place soon goes to an ordered map.
pub(super) struct Names {
    names: Rows<Arc<str>>,
    /// By hash, one more than the place of a name; 0 where there is none. Its length is a power of two.
    places: Vec<u32>,
    crowded: BTreeMap<Arc<str>, u32>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { names: Rows::default(), places: vec![0; 64], crowded: BTreeMap::new() }
    }

    /// The slot of a name, which it gets now if it has none.
    pub(super) fn slot(&mut self, name: &str) -> Option<Slot<str>> {
        let found = self.find(name);
        let place = match found {
            Ok(place) => place,
            Err(free) => self.add(name, free)?,
        };
        Slot::new(place as usize)
    }

    /// The place of a name; else where it may be noted, if there is such a place.
    fn find(&self, name: &str) -> Result<u32, Option<usize>> {
        for at in tries(name, self.places.len()) {
            match self.places.get(at) {
                Some(0) => return Err(Some(at)),
                Some(noted) if self.names.get(*noted as usize - 1).is_some_and(|known| **known == *name) => return Ok(noted - 1),
                _ => {}
            }
        }
        self.crowded.get(name).copied().ok_or(None)
    }

    fn add(&mut self, name: &str, free: Option<usize>) -> Option<u32> {
        let place = u32::try_from(self.names.len()).ok()?;
        let kept: Arc<str> = name.into();
        match free.and_then(|at| self.places.get_mut(at)) {
            Some(free) => *free = place.checked_add(1)?,
            None => {
                self.crowded.insert(kept.clone(), place);
            }
        }
        self.names.push(kept);
        if self.names.len() > self.places.len() / 4 * 3 {
            self.grow();
        }
        Some(place)
    }

    /// Doubles the room, and finds every name its place anew.
    fn grow(&mut self) {
        let room = self.places.len() * 2;
        // What is old goes before what is new comes.
        self.places = Vec::new();
        self.places = vec![0; room];
        self.crowded.clear();
        for (noted, name) in (1..).zip(self.names.iter()) {
            let free = tries(name, room).find(|at| self.places.get(*at) == Some(&0));
            match free.and_then(|at| self.places.get_mut(at)) {
                Some(free) => *free = noted,
                None => {
                    self.crowded.insert(name.clone(), noted - 1);
                }
            }
        }
    }

    /// All of them.
    pub(super) fn finish(self) -> Registry<str> {
        drop((self.places, self.crowded));
        Registry::new(self.names)
    }
}

/// The places where a name may be noted, in turn.
fn tries(name: &str, room: usize) -> impl Iterator<Item = usize> + use<> {
    let home = hash(name) as usize;
    (0..TRIES).map(move |step| (home + step) & (room - 1))
}

#[cfg(test)]
mod tests {
    use super::{Names, TRIES, hash};

    /// More names than are tried share their place, and share it still after the room has grown.
    #[test]
    fn names_that_collide_are_told_apart() {
        let all = || (0..).map(|number| format!("tool-{number}"));
        let colliding = all().filter(|name| hash(name) & 0xffff == 0).take(TRIES + 8);
        let wanted: Vec<String> = colliding.chain(all().take(1000)).collect();
        let mut names = Names::new();
        let slots: Vec<_> = wanted.iter().map(|name| names.slot(name)).collect();
        assert!(!names.crowded.is_empty());
        for (name, slot) in wanted.iter().zip(&slots) {
            assert!(names.slot(name) == *slot, "{name}");
        }
        let registry = names.finish();
        for (name, slot) in wanted.iter().zip(slots) {
            assert_eq!(slot.and_then(|slot| registry.get(slot)), Some(name.as_str()));
        }
    }
}
