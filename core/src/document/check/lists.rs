//! Nothing stands twice in a list (contract 2, "Valid").

use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::slow::Shown;
use super::ids::Ids;
use super::{Check, Finding, Path};

/// Up to so many entries are compared each with each.
const FEW: usize = 12;

/// Of each entry that stands twice, the later place and the first. In no order: problems are sorted by place anyway, and
/// nothing is held for each but its place.
pub(in crate::document) fn doubles<'l, T, K: Ord, F: Fn(&'l T) -> K>(list: &'l [T], key: F) -> Doubles<'l, T, F> {
    let entry_key = |place: u32| list.get(place as usize).map(&key);
    let mut places = Vec::new();
    if list.len() > FEW || has_few_doubles(list, &key) {
        places.reserve_exact(list.len());
        places.extend(0..list.len() as u32);
        places.sort_unstable_by(|one, other| entry_key(*one).cmp(&entry_key(*other)).then(one.cmp(other)));
    }
    Doubles { list, key, places: places.into_iter(), first: None }
}

/// Whether anything stands twice in a list that is short.
fn has_few_doubles<'l, T, K: Ord>(list: &'l [T], key: impl Fn(&'l T) -> K) -> bool {
    list.iter().enumerate().skip(1).any(|(later, entry)| {
        let wanted = key(entry);
        list.iter().take(later).any(|earlier| key(earlier) == wanted)
    })
}

/// Finds what stands twice, the equal ones standing together.
pub(in crate::document) struct Doubles<'l, T, F> {
    list: &'l [T],
    key: F,
    places: std::vec::IntoIter<u32>,
    /// The first of the equal ones that are passed.
    first: Option<u32>,
}

impl<'l, T, K: Ord, F: Fn(&'l T) -> K> Iterator for Doubles<'l, T, F> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let place = self.places.next()?;
            let key = |place: u32| self.list.get(place as usize).map(&self.key);
            match self.first {
                Some(first) if key(first) == key(place) => return Some((place as usize, first as usize)),
                _ => self.first = Some(place),
            }
        }
    }
}

impl Check<'_, '_> {
    /// Reports the texts that stand twice.
    pub(super) fn no_double_text(&mut self, list: &[Text<'_>], at: Path<'_>) {
        for (later, first) in doubles(list, |text| text.as_str()) {
            let text = list.get(later).map_or("", Text::as_str);
            self.double_entry(at, later, first, text);
        }
    }

    /// Reports one entry that stands twice.
    pub(super) fn double_entry(&mut self, list: Path<'_>, later: usize, first: usize, shown: &str) {
        let problem = format_args!("`{}` stands twice", Shown(shown));
        let finding = Finding::new(list.element(later), ProblemCode::DuplicateEntry, problem);
        self.sink.take(finding.related(list.element(first)));
    }

    /// Reports the records of one list whose ids stand twice.
    pub(super) fn no_double_id(&mut self, ids: &Ids<'_>, kind: &str, list: Path<'_>) {
        for (later, first) in ids.doubles() {
            let (later, first) = (list.element(later), list.element(first));
            let problem = format_args!("another {kind} has this id");
            let finding = Finding::new(later.member("id"), ProblemCode::DuplicateId, problem);
            self.sink.take(finding.related(first.member("id")));
        }
    }

    /// Reports the names that stand twice among a list's records.
    pub(super) fn no_double_name<T>(&mut self, list: &[T], name: impl Fn(&T) -> &str, at: Path<'_>) {
        for (later, first) in doubles(list, name) {
            let (later, first) = (at.element(later), at.element(first));
            let problem = format_args!("another tool of the list has this name");
            let finding = Finding::new(later.member("name"), ProblemCode::DuplicateId, problem);
            self.sink.take(finding.related(first.member("name")));
        }
    }
}
