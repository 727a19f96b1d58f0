//! Mutants that change nothing which anybody could notice, each with the reason, kept by hand.

use std::collections::BTreeMap;

use crate::mutant::{Mutant, Verdict};

/// The kept file: a line is a mutant's key, ` # `, and why it is equal; an empty one, or one that begins with `#`, isn't read.
pub struct Equal(BTreeMap<String, String>);

impl Equal {
    /// Reads the file's text.
    pub fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entry = |line: &str| {
            let (key, why) = line.split_once(" # ").unwrap_or_else(|| panic!("equal.txt: no reason: {line}"));
            (key.to_owned(), why.to_owned())
        };
        Self(lines.map(entry).collect())
    }

    /// Whether the mutant is said to be equal.
    pub fn holds(&self, mutant: &Mutant) -> bool {
        self.0.contains_key(&mutant.key)
    }

    /// What is wrong with the file, where it speaks of these places: a mutant that isn't there any more, or isn't equal, for something
    /// noticed it.
    pub fn errors(&self, places: &[&str], all: &[Mutant], verdicts: &BTreeMap<String, Verdict>) -> Vec<String> {
        let error = |key: &String| match all.iter().find(|mutant| mutant.key == *key) {
            None => Some(format!("there is no such mutant (any more): {key}")),
            Some(mutant) => match verdicts.get(&mutant.name) {
                None | Some(Verdict::Survived) => None,
                Some(_) => Some(format!("isn't equal, or doesn't compile: {key}")),
            },
        };
        let keys = self.0.keys().filter(|key| places.iter().any(|place| key.starts_with(place)));
        keys.filter_map(error).collect()
    }
}
