//! How many vectors were answered alike, and what wasn't.

use crate::canonical;
use serde_json::Value;

/// What was compared.
#[derive(Default)]
pub struct Tally {
    /// Vectors.
    pub vectors: usize,
    /// Of these, how many through records.
    pub typed: usize,
    /// Of these, how many through JSON.
    pub json: usize,
    /// What differs.
    pub differences: Vec<String>,
}

/// The comparisons of one vector.
pub struct Vector<'t> {
    name: String,
    typed: bool,
    json: bool,
    differences: &'t mut Vec<String>,
}

impl Tally {
    /// Compares one vector.
    pub fn vector(&mut self, name: String, compare: impl FnOnce(&mut Vector<'_>)) {
        let mut vector = Vector { name, typed: false, json: false, differences: &mut self.differences };
        compare(&mut vector);
        let (typed, json) = (vector.typed, vector.json);
        self.vectors += 1;
        self.typed += usize::from(typed);
        self.json += usize::from(json);
    }
}

impl Vector<'_> {
    /// Bytes of JSON: the core's, and the component's.
    pub fn json(&mut self, what: &str, native: &str, component: &str) {
        self.json = true;
        self.compare(what, native, component);
    }

    /// The core's JSON, and the component's record; both written by the canonical writer.
    pub fn typed(&mut self, what: &str, native: &str, component: &Value) {
        self.typed = true;
        self.compare(what, &canonical::rewrite(native), &canonical::write(component));
    }

    /// Anything else that must be the same.
    pub fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, native: &T, component: &T) {
        self.typed = true;
        if native != component {
            self.differences.push(format!("{}: {what}\n  native    {native:?}\n  component {component:?}", self.name));
        }
    }

    fn compare(&mut self, what: &str, native: &str, component: &str) {
        if native != component {
            self.differences.push(format!("{}: {what}\n  native    {native}\n  component {component}", self.name));
        }
    }
}
