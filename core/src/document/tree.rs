//! A JSON text as a tree of places: eight bytes for each value and key, and nothing copied.
//!
//! The parser doesn't recurse. What is nested too deeply is looked at but not kept, so that a text of brackets alone
//! costs a bit for each.

use std::borrow::Cow;

use super::list::Rows;

/// Objects and lists may be nested so deeply (contract 1, limits).
pub(crate) const MAX_DEPTH: usize = 64;

/// A value, or a member's key. Nodes are numbered in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node(u32);

impl Node {
    /// The outermost value.
    pub(crate) const ROOT: Self = Self(0);
}

#[derive(Clone, Copy)]
struct Place {
    /// Where it begins in the text.
    start: u32,
    /// The number of the first node after it and all in it.
    end: u32,
}

/// A text and the places in it.
pub(crate) struct Tree<'a> {
    text: &'a str,
    places: Rows<Place>,
}

/// What kind of value a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    List,
    Text,
    Number,
    Boolean,
    Null,
}

/// What a parsed text is: the tree, as far as it came, and what stood in its way.
pub(crate) struct Parsed<'a> {
    pub(crate) tree: Tree<'a>,
    /// Why the text is no JSON.
    pub(crate) syntax: Option<Syntax>,
    /// The values that are nested too deeply, without what is in them.
    pub(crate) too_deep: Vec<Node>,
    /// The texts with half a surrogate pair, and the objects that have such a key; with the place in the text.
    pub(crate) lone: Vec<(Node, u32)>,
}

/// Where and why a text stops to be JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syntax {
    /// The innermost value begun.
    pub(crate) node: Node,
    /// Where reading stopped.
    pub(crate) offset: usize,
    /// What was wrong there.
    pub(crate) what: &'static str,
}

/// The children of a node that are still to come; of an object, key and value in turn.
pub(crate) struct Children {
    next: u32,
    end: u32,
}

impl Children {
    pub(crate) fn next(&mut self, tree: &Tree<'_>) -> Option<Node> {
        if self.next >= self.end {
            return None;
        }
        let node = Node(self.next);
        self.next = tree.place(node).end.max(self.next + 1);
        Some(node)
    }

    /// How many are left.
    pub(crate) fn count(mut self, tree: &Tree<'_>) -> usize {
        let mut count = 0;
        while self.next(tree).is_some() {
            count += 1;
        }
        count
    }
}

impl<'a> Tree<'a> {
    /// Reads a text of less than 4 GiB; of a longer one nothing.
    pub(crate) fn parse(text: &'a str) -> Parsed<'a> {
        Parser::new(text).parse()
    }

    fn place(&self, node: Node) -> Place {
        self.places.get(node.0 as usize).copied().unwrap_or(Place { start: 0, end: u32::MAX })
    }

    /// Where the node begins in the text.
    pub(crate) fn start(&self, node: Node) -> usize {
        self.place(node).start as usize
    }

    /// Whether `inner` is `outer` or in it.
    pub(crate) fn holds(&self, outer: Node, inner: Node) -> bool {
        outer.0 <= inner.0 && inner.0 < self.place(outer).end
    }

    /// The text from a node on.
    pub(crate) fn rest(&self, node: Node) -> &'a str {
        self.text.get(self.start(node)..).unwrap_or_default()
    }

    /// The whole text.
    pub(crate) fn source(&self) -> &'a str {
        self.text
    }

    /// The value of a member's key.
    pub(crate) fn value_of(&self, key: Node) -> Option<Node> {
        let value = Node(key.0 + 1);
        self.places.get(value.0 as usize).map(|_| value)
    }

    /// What kind of value it is.
    pub(crate) fn kind(&self, node: Node) -> Kind {
        match self.rest(node).as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The children of an object or a list.
    pub(crate) fn children(&self, node: Node) -> Children {
        Children { next: node.0 + 1, end: self.place(node).end }
    }

    /// The child of that number, of a list or object in which nothing holds anything.
    pub(crate) fn flat_child(&self, node: Node, number: usize) -> Option<Node> {
        let child = Node(node.0.checked_add(1)?.checked_add(u32::try_from(number).ok()?)?);
        self.holds(node, child).then_some(child)
    }

    /// Whether nothing in a list or object holds anything.
    pub(crate) fn is_flat(&self, node: Node) -> bool {
        let size = self.place(node).end.saturating_sub(node.0 + 1) as usize;
        self.children(node).count(self) == size
    }

    /// Whether a boolean is true.
    pub(crate) fn is_true(&self, node: Node) -> bool {
        self.rest(node).starts_with('t')
    }

    /// A number's digits and signs.
    pub(crate) fn number(&self, node: Node) -> &'a str {
        let rest = self.rest(node);
        let end = rest.bytes().position(|byte| !is_number(byte)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// A text or key; none where half a surrogate pair is in it.
    pub(crate) fn text(&self, node: Node) -> Option<Cow<'a, str>> {
        let inside = self.rest(node).get(1..)?;
        let mut escaped = false;
        let mut after_backslash = false;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                _ if after_backslash => after_backslash = false,
                b'"' => {
                    let raw = inside.get(..at)?;
                    return if escaped { unescape(raw).map(Cow::Owned) } else { Some(Cow::Borrowed(raw)) };
                }
                b'\\' => (escaped, after_backslash) = (true, true),
                _ => {}
            }
        }
        None
    }
}

/// The text that a JSON string's inside stands for; none where half a surrogate pair is in it.
fn unescape(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escaped.chars();
        let character = match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (character, after) = unescape_unit(characters.as_str())?;
                text.push(character);
                rest = after;
                continue;
            }
            other => other,
        };
        text.push(character);
        rest = characters.as_str();
    }
    text.push_str(rest);
    Some(text)
}

/// The character of the four digits after `\u`, and of a second such escape where it takes two.
fn unescape_unit(rest: &str) -> Option<(char, &str)> {
    let (first, after) = unit(rest)?;
    match first {
        0xd800..0xdc00 => {
            let (second, after) = unit(after.strip_prefix("\\u")?)?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, after))
        }
        _ => Some((char::from_u32(first)?, after)),
    }
}

fn unit(rest: &str) -> Option<(u32, &str)> {
    let (digits, after) = rest.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

fn is_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value, or the end of the list just begun.
    ValueOrEnd,
    Key,
    /// A key, or the end of the object just begun.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    places: Rows<Place>,
    /// The open objects and lists that are kept.
    open: Vec<u32>,
    /// For every open object or list, kept or not, a bit: whether it is an object.
    objects: Bits,
    too_deep: Vec<Node>,
    lone: Vec<(Node, u32)>,
}

type Step = Result<(), &'static str>;

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, places: Rows::default(), open: Vec::new(), objects: Bits::default(), too_deep: Vec::new(), lone: Vec::new() }
    }

    fn parse(mut self) -> Parsed<'a> {
        let outcome = if u32::try_from(self.text.len()).is_err() {
            Err("the text has 4 GiB or more, which can't be explained")
        } else {
            self.value_and_end()
        };
        let syntax = outcome.err().map(|what| Syntax { node: self.innermost(), offset: self.at, what });
        let end = self.next_number();
        for open in std::mem::take(&mut self.open) {
            self.end_at(open, end);
        }
        if let Some(last) = self.places.last_mut() {
            last.end = end;
        }
        if self.places.is_empty() {
            self.places.push(Place { start: 0, end: 1 });
        }
        Parsed { tree: Tree { text: self.text, places: self.places }, syntax, too_deep: self.too_deep, lone: self.lone }
    }

    /// The last value that was begun and not ended.
    fn innermost(&self) -> Node {
        let last = self.places.len().saturating_sub(1);
        match (self.places.last(), self.open.last()) {
            (Some(Place { end: 0, .. }), _) => Node(last as u32),
            (_, Some(open)) => Node(*open),
            _ => Node::ROOT,
        }
    }

    fn next_number(&self) -> u32 {
        self.places.len() as u32
    }

    fn end_at(&mut self, node: u32, end: u32) {
        if let Some(place) = self.places.get_mut(node as usize) {
            place.end = end;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
    }

    fn value_and_end(&mut self) -> Step {
        let mut expect = Expect::Value;
        loop {
            self.skip_white_space();
            expect = match expect {
                Expect::ValueOrEnd if self.byte() == Some(b']') => self.end()?,
                Expect::KeyOrEnd if self.byte() == Some(b'}') => self.end()?,
                Expect::Value | Expect::ValueOrEnd => self.value()?,
                Expect::Key | Expect::KeyOrEnd => self.key()?,
                Expect::Colon => self.colon()?,
                Expect::CommaOrEnd => match (self.objects.last(), self.byte()) {
                    (None, None) => return Ok(()),
                    (None, Some(_)) => return Err("something stands after the end of the value"),
                    (Some(true), Some(b'}')) | (Some(false), Some(b']')) => self.end()?,
                    (Some(true), Some(b',')) => self.comma(Expect::Key),
                    (Some(false), Some(b',')) => self.comma(Expect::Value),
                    (Some(true), Some(_)) => return Err("a comma or `}` should stand here"),
                    (Some(false), Some(_)) => return Err("a comma or `]` should stand here"),
                    (Some(_), None) => return Err("the text ends before the value does"),
                },
            };
        }
    }

    fn comma(&mut self, then: Expect) -> Expect {
        self.at += 1;
        then
    }

    fn colon(&mut self) -> Result<Expect, &'static str> {
        match self.byte() {
            Some(b':') => self.at += 1,
            Some(_) => return Err("a colon should stand here"),
            None => return Err("the text ends before the value does"),
        }
        Ok(Expect::Value)
    }

    /// Whether what is begun now is kept.
    fn keeps(&self) -> bool {
        self.objects.len() <= MAX_DEPTH
    }

    /// Begins a node, when it is kept.
    fn begin(&mut self) -> Option<u32> {
        let number = self.next_number();
        self.keeps().then(|| {
            self.places.push(Place { start: self.at as u32, end: 0 });
            number
        })
    }

    fn value(&mut self) -> Result<Expect, &'static str> {
        let node = self.begin();
        match self.byte() {
            Some(b'{') => return Ok(self.enter(node, true)),
            Some(b'[') => return Ok(self.enter(node, false)),
            Some(b'"') => self.string(node)?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => return Err("a value should stand here"),
            None => return Err("the text ends before the value does"),
        }
        if let Some(node) = node {
            self.end_at(node, node + 1);
        }
        Ok(Expect::CommaOrEnd)
    }

    fn enter(&mut self, node: Option<u32>, object: bool) -> Expect {
        self.at += 1;
        if let Some(node) = node {
            if self.objects.len() == MAX_DEPTH {
                self.too_deep.push(Node(node));
            }
            self.open.push(node);
        }
        self.objects.push(object);
        if object { Expect::KeyOrEnd } else { Expect::ValueOrEnd }
    }

    fn end(&mut self) -> Result<Expect, &'static str> {
        self.at += 1;
        self.objects.pop();
        if self.keeps()
            && let Some(node) = self.open.pop()
        {
            self.end_at(node, self.next_number());
        }
        Ok(Expect::CommaOrEnd)
    }

    fn key(&mut self) -> Result<Expect, &'static str> {
        match self.byte() {
            Some(b'"') => {}
            Some(_) => return Err("a key in quotes should stand here"),
            None => return Err("the text ends before the value does"),
        }
        // Half a key is no value begun: it is kept once it is whole.
        let start = self.at;
        let object = if self.keeps() { self.open.last().copied() } else { None };
        self.string(object)?;
        if object.is_some() {
            let end = self.next_number() + 1;
            self.places.push(Place { start: start as u32, end });
        }
        Ok(Expect::Colon)
    }

    fn word(&mut self, word: &str) -> Step {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err("a value should stand here; words are `true`, `false` and `null` alone");
            }
            self.at += 1;
        }
        self.word_ends()
    }

    /// A word or number isn't followed by more of one.
    fn word_ends(&self) -> Step {
        match self.byte() {
            Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' | b'+' | b'-') => {
                Err("a value ends here, and something else begins without a comma")
            }
            _ => Ok(()),
        }
    }

    fn number(&mut self) -> Step {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.word_ends()
    }

    fn digits(&mut self) -> Step {
        if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err("a digit should stand here");
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// Reads a string that belongs to that node.
    fn string(&mut self, node: Option<u32>) -> Step {
        let start = self.at as u32;
        self.at += 1;
        let mut lone = false;
        loop {
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => lone |= self.escape()?,
                Some(0..0x20) => return Err("a control character in a text has to be written as an escape"),
                Some(_) => self.at += 1,
                None => return Err("the text ends inside a string"),
            }
        }
        self.at += 1;
        if let (true, Some(node)) = (lone, node) {
            self.lone.push((Node(node), start));
        }
        Ok(())
    }

    /// Reads an escape, and says whether it is half a surrogate pair without its other half.
    fn escape(&mut self) -> Result<bool, &'static str> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(false)
            }
            Some(b'u') => {
                let first = self.unit()?;
                let pair = (0xd800..0xdc00).contains(&first) && self.text.as_bytes().get(self.at..self.at + 2) == Some(b"\\u".as_slice());
                if !pair {
                    return Ok((0xd800..0xe000).contains(&first));
                }
                let back = self.at;
                self.at += 1;
                let second = self.unit()?;
                if (0xdc00..0xe000).contains(&second) {
                    return Ok(false);
                }
                self.at = back;
                Ok(true)
            }
            Some(_) => Err("there is no such escape"),
            None => Err("the text ends inside a string"),
        }
    }

    fn unit(&mut self) -> Result<u32, &'static str> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit << 4 | digit.ok_or("four hexadecimal digits should stand here")?;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// A stack of bits.
#[derive(Default)]
struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    fn len(&self) -> usize {
        self.len
    }

    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word = *word << 1 | u64::from(bit);
        }
        self.len += 1;
    }

    fn pop(&mut self) {
        if let Some(word) = self.words.last_mut() {
            *word >>= 1;
            self.len -= 1;
            if self.len.is_multiple_of(64) {
                self.words.pop();
            }
        }
    }

    fn last(&self) -> Option<bool> {
        self.words.last().map(|word| word & 1 == 1)
    }
}
