//! Gathers problems: keeps the first ones by place, counts the rest, and finds their pointers, lines and columns.

use std::collections::BinaryHeap;
use std::fmt;

use super::problem::{MAX_PROBLEMS, Problem, ProblemCode, Problems};
use super::tree::{Kind, Node, Syntax, Tree};

/// A problem whose place isn't worked out yet.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    /// Where in the text: what they are sorted by.
    offset: usize,
    /// Of one place, in the order of finding.
    order: u64,
    node: Node,
    code: ProblemCode,
    problem: String,
    help: String,
    related: Option<Node>,
}

/// Problems of one text.
pub(crate) struct Collector<'t, 'a> {
    tree: &'t Tree<'a>,
    /// The first ones, the last of these on top.
    first: BinaryHeap<Found>,
    count: u64,
}

impl<'t, 'a> Collector<'t, 'a> {
    pub(crate) fn new(tree: &'t Tree<'a>) -> Self {
        Self { tree, first: BinaryHeap::new(), count: 0 }
    }

    /// Takes a problem; its texts are made only when it is kept.
    pub(crate) fn report(
        &mut self,
        node: Node,
        code: ProblemCode,
        problem: fmt::Arguments<'_>,
        help: Option<fmt::Arguments<'_>>,
        related: Option<Node>,
    ) {
        self.take(self.tree.start(node), node, code, problem, help, related);
    }

    /// Whether a problem there would be among the first ones.
    pub(crate) fn keeps(&self, node: Node) -> bool {
        self.keeps_at(self.tree.start(node))
    }

    fn keeps_at(&self, offset: usize) -> bool {
        self.first.len() < MAX_PROBLEMS || self.first.peek().is_some_and(|last| offset < last.offset)
    }

    /// Takes the place where a text stops to be JSON.
    pub(crate) fn syntax(&mut self, syntax: Syntax) {
        self.take(syntax.offset, syntax.node, ProblemCode::Syntax, format_args!("{}", syntax.what), None, None);
    }

    /// Takes half a surrogate pair in a text, or in a key of an object.
    pub(crate) fn lone(&mut self, node: Node, offset: usize) {
        self.take(offset, node, ProblemCode::LoneSurrogate, format_args!("half a surrogate pair stands alone"), None, None);
    }

    /// Takes the place where a text stops to be UTF-8.
    pub(crate) fn not_utf8(&mut self, node: Node, offset: usize) {
        self.take(offset, node, ProblemCode::NotUtf8, format_args!("a byte that is no UTF-8 stands here"), None, None);
    }

    fn take(
        &mut self,
        offset: usize,
        node: Node,
        code: ProblemCode,
        problem: fmt::Arguments<'_>,
        help: Option<fmt::Arguments<'_>>,
        related: Option<Node>,
    ) {
        self.count += 1;
        if !self.keeps_at(offset) {
            return;
        }
        if self.first.len() >= MAX_PROBLEMS {
            self.first.pop();
        }
        self.first.push(Found {
            offset,
            order: self.count,
            node,
            code,
            problem: problem.to_string(),
            help: help.map_or_else(|| code.help().to_owned(), |help| help.to_string()),
            related,
        });
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The problems with their places.
    pub(crate) fn finish(self) -> Problems {
        let found = self.first.into_sorted_vec();
        let mut nodes: Vec<Node> = found.iter().flat_map(|found| [Some(found.node), found.related]).flatten().collect();
        nodes.sort_unstable();
        nodes.dedup();
        let pointers = pointers(self.tree, &nodes);
        let pointer = |node: Node| {
            let index = nodes.binary_search(&node).unwrap_or_default();
            pointers.get(index).cloned().unwrap_or_default()
        };
        let mut position = Position::new(self.tree.source());
        let problems = found
            .into_iter()
            .map(|found| {
                let (line, column) = position.at(found.offset);
                Problem {
                    code: found.code,
                    at: pointer(found.node),
                    line,
                    column,
                    problem: found.problem,
                    help: found.help,
                    related: found.related.map(pointer),
                }
            })
            .collect();
        Problems { problems, count: self.count }
    }
}

/// Counts lines and characters up to offsets that only grow.
struct Position<'s> {
    rest: &'s str,
    at: usize,
    line: u64,
    column: u64,
}

impl<'s> Position<'s> {
    fn new(text: &'s str) -> Self {
        Self { rest: text, at: 0, line: 1, column: 1 }
    }

    fn at(&mut self, offset: usize) -> (u64, u64) {
        if let Some((passed, rest)) = self.rest.split_at_checked(offset.saturating_sub(self.at)) {
            let last_line = match passed.rsplit_once('\n') {
                Some((lines, last)) => {
                    self.line += 1 + lines.bytes().filter(|byte| *byte == b'\n').count() as u64;
                    self.column = 1;
                    last
                }
                None => passed,
            };
            self.column += last_line.chars().count() as u64;
            (self.rest, self.at) = (rest, offset);
        }
        (self.line, self.column)
    }
}

/// An object or list on the way to a node.
struct Level {
    node: Node,
    object: bool,
    children: super::tree::Children,
    /// How many elements or members were passed.
    passed: usize,
    /// How long the pointer to it is.
    pointer: usize,
}

/// The JSON Pointers of nodes, which are sorted; the tree is walked once.
fn pointers(tree: &Tree<'_>, nodes: &[Node]) -> Vec<String> {
    let mut pointer = String::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut found = Vec::with_capacity(nodes.len());
    // A key and its value have one pointer: where the walk stands on a key, its value is next.
    let mut standing = Some(Node::ROOT);
    for node in nodes {
        loop {
            match standing {
                Some(here) if here == *node => break,
                Some(here) if tree.holds(here, *node) => levels.push(Level {
                    node: here,
                    object: tree.kind(here) == Kind::Object,
                    children: tree.children(here),
                    passed: 0,
                    pointer: pointer.len(),
                }),
                _ => {}
            }
            while levels.last().is_some_and(|level| !tree.holds(level.node, *node)) {
                levels.pop();
            }
            let Some(level) = levels.last_mut() else { break };
            standing = level.children.next(tree);
            let Some(here) = standing else { break };
            if !level.object {
                pointer.truncate(level.pointer);
                if tree.holds(here, *node) {
                    pointer.push_str(&format!("/{}", level.passed));
                }
            } else if level.passed.is_multiple_of(2) {
                pointer.truncate(level.pointer);
                // Only the names on the way are looked at.
                let wanted = here == *node || next_holds(tree, here, *node);
                if wanted {
                    push_token(&mut pointer, &tree.text(here).unwrap_or_default());
                }
            }
            level.passed += 1;
        }
        found.push(pointer.clone());
    }
    found
}

/// Whether a key's value is the node or holds it.
fn next_holds(tree: &Tree<'_>, key: Node, node: Node) -> bool {
    tree.value_of(key).is_some_and(|value| tree.holds(value, node))
}

fn push_token(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
