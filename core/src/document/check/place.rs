//! Paths to parts of the typed document, and their places in the text.

use std::collections::BTreeMap;

use super::super::collect::Collector;
use super::super::slow::Broken;
use super::super::tree::{Kind, Node, Tree};
use super::{Finding, Sink};

/// The way to a part of the document, made of what is on the stack anyway.
#[derive(Clone, Copy)]
pub(in crate::document) struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Document,
    /// A record's member.
    Member(&'static str),
    /// The key of a record's member.
    MemberKey(&'static str),
    /// An element of a list.
    Element(usize),
    /// A key of a map.
    Key(usize),
    /// The value under a key of a map.
    Value(usize),
}

impl<'p> Path<'p> {
    pub(super) const DOCUMENT: Self = Self { above: None, step: Step::Document };

    fn then(&'p self, step: Step) -> Self {
        Self { above: Some(self), step }
    }

    pub(super) fn member(&'p self, key: &'static str) -> Self {
        self.then(Step::Member(key))
    }

    pub(super) fn member_key(&'p self, key: &'static str) -> Self {
        self.then(Step::MemberKey(key))
    }

    pub(super) fn element(&'p self, index: usize) -> Self {
        self.then(Step::Element(index))
    }

    pub(super) fn key(&'p self, index: usize) -> Self {
        self.then(Step::Key(index))
    }

    pub(super) fn value(&'p self, index: usize) -> Self {
        self.then(Step::Value(index))
    }
}

/// Tells a collector of each problem at its place, but for what follows from another.
pub(super) struct Explain<'e, 't, 'a, 'c> {
    tree: &'e Tree<'a>,
    broken: &'e Broken,
    problems: &'e mut Collector<'t, 'c>,
    /// By depth, the way that was gone last; problems come in order, mostly.
    last: Vec<Passed>,
    /// The children of the document's own lists: long ones, to which problems elsewhere refer.
    lists: BTreeMap<Node, Kept>,
}

struct Passed {
    container: Node,
    /// The children of a deeper list or map; made when first asked for.
    children: Option<Kept>,
    step: Step,
    to: Option<Node>,
}

/// Where a path leads.
enum Place {
    At(Node),
    /// As far as the text has it: this record lacks the rest.
    Above(Node),
    /// It couldn't be read.
    Hole,
}

impl<'e, 't, 'a, 'c> Explain<'e, 't, 'a, 'c> {
    pub(super) fn new(tree: &'e Tree<'a>, broken: &'e Broken, problems: &'e mut Collector<'t, 'c>) -> Self {
        Self { tree, broken, problems, last: Vec::new(), lists: BTreeMap::new() }
    }

    fn place(&mut self, path: &Path<'_>) -> Place {
        self.walk(path).0
    }

    /// The place, and how deep it is.
    fn walk(&mut self, path: &Path<'_>) -> (Place, usize) {
        let Some(above) = path.above else { return (Place::At(Node::ROOT), 0) };
        let (place, depth) = self.walk(above);
        let Place::At(container) = place else { return (place, depth) };
        if let Step::Member(key) = path.step
            && self.broken.is_hole(container, key)
        {
            return (Place::Hole, depth);
        }
        let place = match self.child(container, path.step, depth) {
            Some(node) => Place::At(node),
            None => Place::Above(container),
        };
        (place, depth + 1)
    }

    fn child(&mut self, container: Node, step: Step, depth: usize) -> Option<Node> {
        if self.last.get(depth).is_none_or(|passed| passed.container != container) {
            self.last.truncate(depth);
            self.last.push(Passed { container, children: None, step: Step::Document, to: None });
        }
        let (tree, broken) = (self.tree, self.broken);
        let passed = self.last.get_mut(depth)?;
        if passed.step != step {
            let lists = &mut self.lists;
            let mut kept = |index: usize| {
                let children = if depth == 1 {
                    lists.entry(container).or_insert_with(|| kept(tree, broken, container))
                } else {
                    passed.children.get_or_insert_with(|| kept(tree, broken, container))
                };
                children.get(tree, container, index)
            };
            passed.to = match step {
                Step::Document => None,
                Step::Member(name) => key(tree, container, name).and_then(|key| tree.value_of(key)),
                Step::MemberKey(name) => key(tree, container, name),
                Step::Element(index) | Step::Key(index) => kept(index),
                Step::Value(index) => kept(index).and_then(|key| tree.value_of(key)),
            };
            passed.step = step;
        }
        passed.to
    }
}

fn key(tree: &Tree<'_>, record: Node, name: &str) -> Option<Node> {
    let mut members = tree.children(record);
    // Of a double member the later one was read.
    let mut found = None;
    while let Some(key) = members.next(tree) {
        if tree.text(key).is_some_and(|text| text == name) {
            found = Some(key);
        }
        members.next(tree);
    }
    found
}

/// The elements of a list, or the keys of a map, that are in the typed document.
enum Kept {
    /// All of them, and so many nodes from each to the next.
    All(usize),
    These(Vec<Node>),
}

impl Kept {
    fn get(&self, tree: &Tree<'_>, container: Node, index: usize) -> Option<Node> {
        match self {
            Self::All(step) => tree.flat_child(container, index * step),
            Self::These(nodes) => nodes.get(index).copied(),
        }
    }
}

fn kept(tree: &Tree<'_>, broken: &Broken, container: Node) -> Kept {
    let step = if tree.kind(container) == Kind::Object { 2 } else { 1 };
    if !broken.is_in(tree, container) && tree.is_flat(container) {
        return Kept::All(step);
    }
    let mut left = tree.children(container);
    let mut kept = Vec::with_capacity(tree.children(container).count(tree) / step);
    while let Some(child) = left.next(tree) {
        if !broken.is_dropped(child) {
            kept.push(child);
        }
        if step == 2 {
            left.next(tree);
        }
    }
    Kept::These(kept)
}

impl Sink for Explain<'_, '_, '_, '_> {
    fn take(&mut self, finding: Finding<'_>) {
        for needed in finding.needs {
            if self.is_unread(*needed) {
                return;
            }
        }
        let node = match self.place(&finding.at) {
            Place::At(node) | Place::Above(node) => node,
            Place::Hole => return,
        };
        let earlier = finding.related.filter(|_| self.problems.keeps(node));
        let related = earlier.and_then(|path| match self.place(&path) {
            Place::At(node) | Place::Above(node) => Some(node),
            Place::Hole => None,
        });
        self.problems.report(node, finding.code, finding.problem, finding.help, related);
    }

    fn is_unread(&mut self, at: Path<'_>) -> bool {
        match self.place(&at) {
            Place::Hole => true,
            Place::At(node) => self.broken.is_in(self.tree, node),
            Place::Above(_) => false,
        }
    }

    fn loses_ids(&mut self, list: Path<'_>) -> bool {
        let node = match self.place(&list) {
            Place::Hole => return true,
            Place::Above(_) => return false,
            Place::At(node) => node,
        };
        let mut elements = self.tree.children(node);
        while let Some(element) = elements.next(self.tree) {
            if self.broken.is_dropped(element) || self.broken.is_hole(element, "id") {
                return true;
            }
        }
        false
    }
}
