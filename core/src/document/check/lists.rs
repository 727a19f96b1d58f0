//! Nothing stands twice in a list (contract 2, "Valid").

use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::slow::Shown;
use super::ids::Ids;
use super::{Check, Finding, Path};

/// Up to so many entries are compared each with each.
const FEW: usize = 12;

/// Of each entry that stands twice, the later place and the first, in the order of the later ones.
pub(super) fn doubles<'l, T, K: Ord>(list: &'l [T], key: impl Fn(&'l T) -> K) -> Vec<(usize, usize)> {
    if let [] | [_] = list {
        return Vec::new();
    }
    if list.len() <= FEW {
        return few_doubles(list, key);
    }
    let entry_key = |place: &u32| list.get(*place as usize).map(&key);
    let mut places: Vec<u32> = (0..list.len() as u32).collect();
    // Stable, so that of equal entries the first comes first.
    places.sort_by_key(entry_key);
    let mut doubles = Vec::new();
    let mut first: Option<(u32, Option<K>)> = None;
    for place in places {
        let own = entry_key(&place);
        match &first {
            Some((first, known)) if *known == own => doubles.push((place as usize, *first as usize)),
            _ => first = Some((place, own)),
        }
    }
    doubles.sort_unstable();
    doubles
}

fn few_doubles<'l, T, K: Ord>(list: &'l [T], key: impl Fn(&'l T) -> K) -> Vec<(usize, usize)> {
    let mut doubles = Vec::new();
    for (later, entry) in list.iter().enumerate().skip(1) {
        let wanted = key(entry);
        if let Some(first) = list.iter().take(later).position(|earlier| key(earlier) == wanted) {
            doubles.push((later, first));
        }
    }
    doubles
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
            let (later, first) = (list.element(*later), list.element(*first));
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
