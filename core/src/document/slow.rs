//! The slow reader: reads what can be read from a tree, and reports each problem with its place.

use std::collections::BTreeSet;
use std::fmt;

use super::check::ids::hash;
use super::collect::Collector;
use super::problem::ProblemCode;
use super::shape::{MAX_INTEGER, Misfit, Text, Time, position};
use super::tree::{Children, Kind, Node, Tree};
use crate::digest::Digest;

/// So many broken parts are remembered; a text with more is read for its problems of shape alone.
const MAX_BROKEN: usize = 10_000;

/// The members of a record that were met.
#[derive(Default)]
pub(crate) struct Seen {
    first: [Option<Node>; 32],
    /// Where the next key is looked for first.
    hint: usize,
}

impl Seen {
    /// Whether the member of that number was met.
    pub(crate) fn has(&self, member: usize) -> bool {
        self.first.get(member).is_some_and(Option::is_some)
    }
}

/// What was met on the way and couldn't be read.
#[derive(Default)]
pub(crate) struct Broken {
    /// Members that are missing or unreadable, by their record.
    holes: BTreeSet<(Node, &'static str)>,
    /// Elements of lists, and keys of maps, that aren't in what was read.
    dropped: BTreeSet<Node>,
    /// There are too many to remember.
    overflow: bool,
}

impl Broken {
    /// Whether the record's member is missing or unreadable.
    pub(crate) fn is_hole(&self, record: Node, key: &str) -> bool {
        self.holes.range((record, "")..).take_while(|(node, _)| *node == record).any(|(_, hole)| *hole == key)
    }

    /// Whether the element, or the entry of that key, isn't in what was read.
    pub(crate) fn is_dropped(&self, node: Node) -> bool {
        self.dropped.contains(&node)
    }

    /// Whether something in the node couldn't be read.
    pub(crate) fn is_in(&self, tree: &Tree<'_>, node: Node) -> bool {
        let hole = self.holes.range((node, "")..).next().is_some_and(|(hole, _)| tree.holds(node, *hole));
        hole || self.dropped.range(node..).next().is_some_and(|dropped| tree.holds(node, *dropped))
    }

    /// Whether what was read is too little to be checked.
    pub(crate) fn is_too_much(&self) -> bool {
        self.overflow
    }

    fn count(&self) -> usize {
        self.holes.len() + self.dropped.len()
    }
}

/// Reads typed values from a tree.
pub(crate) struct Reader<'t, 'a> {
    tree: &'t Tree<'a>,
    pub(crate) problems: Collector<'t, 'a>,
    pub(crate) broken: Broken,
    /// Annotations are kept, whatever their length: whoever reads a change asks for it later (P-11).
    pub(crate) keeps_annotations: bool,
}

impl<'t, 'a> Reader<'t, 'a> {
    pub(crate) fn new(tree: &'t Tree<'a>) -> Self {
        Self { tree, problems: Collector::new(tree), broken: Broken::default(), keeps_annotations: false }
    }

    pub(crate) fn tree(&self) -> &'t Tree<'a> {
        self.tree
    }

    fn report(&mut self, node: Node, code: ProblemCode, problem: fmt::Arguments<'_>) {
        self.problems.report(node, code, problem, None, None);
    }

    fn is(&mut self, node: Node, kind: Kind) -> bool {
        let found = self.tree.kind(node);
        if found != kind {
            self.report(node, ProblemCode::WrongType, format_args!("{} stands where {} belongs", name(found), name(kind)));
        }
        found == kind
    }

    pub(crate) fn object(&mut self, node: Node) -> Option<Children> {
        self.is(node, Kind::Object).then(|| self.tree.children(node))
    }

    pub(crate) fn list(&mut self, node: Node) -> Option<Children> {
        self.is(node, Kind::List).then(|| self.tree.children(node))
    }

    pub(crate) fn boolean(&mut self, node: Node) -> Option<bool> {
        self.is(node, Kind::Boolean).then(|| self.tree.is_true(node))
    }

    /// A text; one with half a surrogate pair was reported when the tree was built.
    pub(crate) fn text(&mut self, node: Node) -> Option<Text<'a>> {
        if self.is(node, Kind::Text) { self.tree.text(node).map(Text::from) } else { None }
    }

    pub(crate) fn integer(&mut self, node: Node) -> Option<u64> {
        if !self.is(node, Kind::Number) {
            return None;
        }
        let digits = self.tree.number(node);
        let number = digits.parse().ok().filter(|number| *number <= MAX_INTEGER && digits.bytes().all(|b| b.is_ascii_digit()));
        if number.is_none() {
            let shown = Shown(digits);
            self.report(node, ProblemCode::InvalidInteger, format_args!("`{shown}` isn't a whole number from 0 to 2^53-1"));
        }
        number
    }

    pub(crate) fn time(&mut self, node: Node) -> Option<Time> {
        let text = self.text(node)?;
        let time = Time::parse(&text).ok();
        if time.is_none() {
            self.report(node, ProblemCode::InvalidTime, format_args!("`{}` is no time", Shown(&text)));
        }
        time
    }

    pub(crate) fn digest(&mut self, node: Node) -> Option<Digest> {
        let text = self.text(node)?;
        let digest = Digest::parse(&text);
        if digest.is_none() {
            self.report(node, ProblemCode::InvalidDigest, format_args!("`{}` is no digest", Shown(&text)));
        }
        digest
    }

    /// One of a set of texts.
    pub(crate) fn value<T>(&mut self, node: Node, known: &[&str], parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(node)?;
        let value = parse(&text);
        if value.is_none() {
            let help = format_args!("write one of {}", Choices(known));
            let problem = format_args!("`{}` is no value that belongs here", Shown(&text));
            self.problems.report(node, ProblemCode::UnknownValue, problem, Some(help), None);
        }
        value
    }

    /// Which member a record's key is.
    pub(crate) fn member(&mut self, key: Node, keys: &[&str], seen: &mut Seen) -> Option<usize> {
        let name = self.tree.text(key)?;
        let Some(index) = position(keys, &name, seen.hint) else {
            self.unknown_key(key, &name, keys);
            return None;
        };
        seen.hint = index + 1;
        match seen.first.get_mut(index) {
            Some(Some(first)) => {
                let first = *first;
                let problem = format_args!("the member `{name}` stands twice");
                self.problems.report(key, ProblemCode::DuplicateKey, problem, None, Some(first));
            }
            Some(empty) => *empty = Some(key),
            None => {}
        }
        Some(index)
    }

    fn unknown_key(&mut self, key: Node, name: &str, keys: &[&str]) {
        let problem = format_args!("there is no member `{}` here", Shown(name));
        let hint = Hint {
            text: name,
            known: || keys.to_vec(),
            help: if keys.contains(&"annotations") { ProblemCode::UnknownKey.help() } else { "remove it" },
        };
        self.problems.report(key, ProblemCode::UnknownKey, problem, Some(format_args!("{hint}")), None);
    }

    /// A required member couldn't be read; where it isn't there at all, that is a problem.
    pub(crate) fn lacks(&mut self, record: Node, key: &'static str, seen: bool) {
        if !seen {
            self.report(record, ProblemCode::Missing, format_args!("the member `{key}` is missing"));
        }
        self.hole(record, key);
    }

    /// Remembers that a member couldn't be read.
    pub(crate) fn hole(&mut self, record: Node, key: &'static str) {
        if self.broken.count() < MAX_BROKEN {
            self.broken.holes.insert((record, key));
        } else {
            self.broken.overflow = true;
        }
    }

    /// Remembers that an element, or a map's entry, isn't in what is read.
    pub(crate) fn drop_element(&mut self, node: Node) {
        if self.broken.count() < MAX_BROKEN {
            self.broken.dropped.insert(node);
        } else {
            self.broken.overflow = true;
        }
    }

    /// Whether what is read is still of use.
    pub(crate) fn keeps(&self) -> bool {
        !self.broken.overflow
    }

    /// Reports a union's member that doesn't go with its kind.
    pub(crate) fn misfit(&mut self, record: Node, misfit: Misfit) {
        match misfit {
            Misfit::Missing(key) => self.lacks(record, key, self.broken.is_hole(record, key)),
            Misfit::Unknown(name) => {
                let problem = format_args!("the member `{name}` doesn't go with this kind");
                let node = self.key(record, name).unwrap_or(record);
                self.report(node, ProblemCode::UnknownKey, problem);
            }
        }
    }

    fn key(&self, record: Node, name: &str) -> Option<Node> {
        let mut members = self.tree.children(record);
        while let Some(key) = members.next(self.tree) {
            if self.tree.text(key).is_some_and(|text| text == name) {
                return Some(key);
            }
            members.next(self.tree);
        }
        None
    }

    /// Reports a map that has more entries than there can be.
    pub(crate) fn most(&mut self, map: Node, most: usize) {
        let count = self.tree.children(map).count(self.tree) / 2;
        if count > most {
            self.report(map, ProblemCode::TooLarge, format_args!("there are {count} entries, and {most} are the most"));
        }
    }

    /// Reports keys and texts of a map that are too long.
    pub(crate) fn lengths(&mut self, map: Node, max_key: usize, max_text: usize) {
        let mut members = self.tree.children(map);
        let mut max = max_key;
        while let Some(node) = members.next(self.tree) {
            let is_text = self.tree.kind(node) == Kind::Text;
            let length = if is_text { self.tree.text(node).map_or(0, |text| text.len()) } else { 0 };
            if length > max {
                let problem = format_args!("the text has {length} bytes, and {max} are the most");
                self.report(node, ProblemCode::TooLarge, problem);
            }
            max = if max == max_key { max_text } else { max_key };
        }
    }

    /// Reports the keys of a map that stand twice.
    pub(crate) fn double_keys(&mut self, map: Node) {
        let tree = self.tree;
        let mut members = tree.children(map);
        let mut keys = Vec::with_capacity(tree.children(map).count(tree) / 2);
        while let Some(key) = members.next(tree) {
            keys.push((hash(&tree.text(key).unwrap_or_default()), key));
            members.next(tree);
        }
        // By hash, since texts are slow to compare; only those of one hash are looked at, in the order of the text.
        keys.sort_unstable();
        for alike in keys.chunk_by_mut(|(one, _), (next, _)| one == next).filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|(_, one), (_, next)| tree.text(*one).cmp(&tree.text(*next)).then(one.cmp(next)));
            for same in alike.chunk_by(|(_, one), (_, next)| tree.text(*one) == tree.text(*next)) {
                let [(_, first), later @ ..] = same else { continue };
                let Some(name) = tree.text(*first) else { continue };
                for (_, key) in later {
                    let problem = format_args!("the key `{}` stands twice", Shown(&name));
                    self.problems.report(*key, ProblemCode::DuplicateKey, problem, None, Some(*first));
                }
            }
        }
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "an object",
        Kind::List => "a list",
        Kind::Text => "a text",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
        Kind::Null => "null",
    }
}

/// A text from outside, cut to what a reader of a message wants to see.
pub(crate) struct Shown<'s>(pub(crate) &'s str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(80) {
            if character.is_control() || super::check::text::is_bidi_control(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        if characters.next().is_some() { f.write_str("…") } else { Ok(()) }
    }
}

/// The texts that one may choose from.
struct Choices<'s>(&'s [&'s str]);

impl fmt::Display for Choices<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, choice) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}`{choice}`")?;
        }
        Ok(())
    }
}

/// What to do about a text that isn't known; looks for the closest one only when it is written.
pub(crate) struct Hint<'h, F> {
    pub(crate) text: &'h str,
    pub(crate) known: F,
    pub(crate) help: &'static str,
}

impl<'k, F: Fn() -> Vec<&'k str>> fmt::Display for Hint<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match closest(self.text, &(self.known)()) {
            Some(known) => write!(f, "did you mean `{}`? else {}", Shown(known), self.help),
            None => f.write_str(self.help),
        }
    }
}

/// The known text that `text` was most likely meant to be: at most two letters away, or the same but for case and signs.
fn closest<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    if text.len() > 64 {
        return None;
    }
    let plain = letters(text);
    known
        .iter()
        .filter(|known| known.len() <= 64)
        .map(|known| (if letters(known) == plain { 0 } else { distance(text, known) }, *known))
        .filter(|(distance, known)| *distance <= 2 && *distance < known.chars().count())
        .min()
        .map(|(_, known)| known)
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters have to be put in, taken out or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((known, above), left_above) in other.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((left + 1).min(above + 1).min(left_above + usize::from(letter != *known)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
