//! Cases about a whole organisation: random ones, and how a failing one is made smaller.
//!
//! A case is JSON, so that it is made smaller by leaving out any piece of it: requests, servers, members. What is no valid
//! document any more then says nothing, and the piece comes back.

use std::collections::VecDeque;
use std::fmt;

use lockstep_generate::{Random, Shape, Tree, organisation, requests};
use lockstep_policy::Policy;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

/// An organisation, requests, and what else a law draws.
#[derive(Clone)]
pub struct Case(Value);

impl Case {
    pub fn document(&self) -> &Value {
        &self.0["document"]
    }

    /// The policy, unless making the case smaller has made its document invalid.
    pub fn policy(&self) -> Option<Policy> {
        load(self.document())
    }

    pub fn requests(&self) -> impl Iterator<Item = &str> + Clone {
        self.0["requests"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// What the law drew of this name; null where it was left out.
    pub fn part(&self, name: &str) -> &Value {
        &self.0[name]
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:#}", self.0)
    }
}

/// A policy of a document, if it is one.
pub fn load(document: &Value) -> Option<Policy> {
    Policy::load(document.to_string().as_bytes()).ok()
}

/// Organisations with so many requests each.
pub fn organisations(requests: usize) -> Cases<impl Fn(&mut Random, &Value, &mut Map<String, Value>)> {
    organisations_with(requests, |_, _, _| {})
}

/// Organisations with so many requests each, and with parts of the law's own.
pub fn organisations_with<F: Fn(&mut Random, &Value, &mut Map<String, Value>)>(requests: usize, parts: F) -> Cases<F> {
    Cases { requests, parts }
}

/// Makes cases.
pub struct Cases<F> {
    requests: usize,
    parts: F,
}

impl<F> fmt::Debug for Cases<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "organisations with {} requests", self.requests)
    }
}

impl<F: Fn(&mut Random, &Value, &mut Map<String, Value>)> Cases<F> {
    fn draw(&self, seed: u64) -> Value {
        let mut random = Random::new(seed, "law");
        let shape = Shape {
            tree: Tree::Random { scopes: random.between(2, 12) },
            integrations: random.between(1, 6),
            users: random.between(2, 14),
            servers: random.between(1, 20),
            tools: (0, random.between(1, 6)),
            virtual_servers: random.below(5),
            ..Shape::dense()
        };
        let text = organisation(seed, &shape);
        assert!(Policy::load(text.as_bytes()).is_ok(), "a generated document is valid: {text}");
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut case = Map::new();
        (self.parts)(&mut random, &document, &mut case);
        case.insert("requests".to_owned(), json!(requests(seed, &document, self.requests)));
        case.insert("document".to_owned(), document);
        Value::Object(case)
    }
}

impl<F: Fn(&mut Random, &Value, &mut Map<String, Value>)> Strategy for Cases<F> {
    type Tree = Smaller;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(Smaller { value: self.draw(proptest::prelude::Rng::next_u64(runner.rng())), before: None, place: 0, shrunk: false })
    }
}

/// Leaves out one piece after the other, large ones first, and starts again until nothing can go.
pub struct Smaller {
    value: Value,
    /// What it was before the last piece was left out, which isn't known to be good yet.
    before: Option<Value>,
    /// The piece whose turn it is, counted from the outermost.
    place: usize,
    /// Whether any piece could go since the first had its turn.
    shrunk: bool,
}

impl Smaller {
    fn next(&mut self) -> bool {
        let before = self.value.clone();
        let mut gone = leave_out(&mut self.value, self.place);
        if !gone && self.shrunk {
            (self.place, self.shrunk) = (0, false);
            gone = leave_out(&mut self.value, 0);
        }
        self.before = gone.then_some(before);
        gone
    }
}

impl ValueTree for Smaller {
    type Value = Case;

    fn current(&self) -> Case {
        Case(self.value.clone())
    }

    fn simplify(&mut self) -> bool {
        self.shrunk |= self.before.take().is_some();
        self.next()
    }

    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        self.value = before;
        self.place += 1;
        self.next()
    }
}

/// Leaves out the member or element of that number, counted level by level. False when there are fewer.
fn leave_out(value: &mut Value, mut number: usize) -> bool {
    let mut open = VecDeque::from([value]);
    while let Some(value) = open.pop_front() {
        let pieces = match value {
            Value::Array(elements) => elements.len(),
            Value::Object(members) => members.len(),
            _ => 0,
        };
        if number < pieces {
            match value {
                Value::Array(elements) => drop(elements.remove(number)),
                Value::Object(members) => drop(members.keys().nth(number).cloned().and_then(|key| members.remove(&key))),
                _ => {}
            }
            return true;
        }
        number -= pieces;
        match value {
            Value::Array(elements) => open.extend(elements),
            Value::Object(members) => open.extend(members.values_mut()),
            _ => {}
        }
    }
    false
}
