//! JSON with ordered members, written in varied spellings: any order of members, needless escapes, white space.

use std::borrow::Cow;

use crate::random::Random;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// `true` or `false`.
    Flag(bool),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Object(Record),
    /// Text that is written as it stands, right or wrong.
    Raw(String),
}

/// The members of an object, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record(pub(crate) Vec<(Cow<'static, str>, Node)>);

impl Record {
    /// An object without members.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With one more member.
    pub(crate) fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    /// With one more member, if there is a value.
    pub(crate) fn maybe(self, key: impl Into<Cow<'static, str>>, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a member.
    pub(crate) fn put(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Node>) {
        self.0.push((key.into(), value.into()));
    }

    /// True without members.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Record> for Node {
    fn from(record: Record) -> Self {
        Self::Object(record)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

/// How JSON is spelled.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    random: Random,
    shuffled: usize,
    escaped: usize,
    spaced: bool,
}

impl Style {
    /// Members in their usual order, no needless escape, no white space: for large documents.
    pub(crate) fn plain(random: Random) -> Self {
        Self { random, shuffled: 0, escaped: 0, spaced: false }
    }

    /// One of several habits of a writer.
    pub(crate) fn varied(mut random: Random) -> Self {
        let shuffled = *random.pick(&[0, 0, 30, 100]);
        let escaped = *random.pick(&[0, 0, 5, 40]);
        let spaced = random.chance(15);
        Self { random, shuffled, escaped, spaced }
    }

    /// The text of a value.
    pub(crate) fn text(&mut self, node: &Node) -> String {
        let mut out = String::new();
        self.write(&mut out, node);
        out
    }

    /// Writes a value.
    pub(crate) fn write(&mut self, out: &mut String, node: &Node) {
        match node {
            Node::Text(text) => self.write_text(out, text),
            Node::Integer(number) => out.push_str(&number.to_string()),
            Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Node::Raw(raw) => out.push_str(raw),
            Node::List(list) => {
                out.push('[');
                for (index, item) in list.iter().enumerate() {
                    self.separate(out, index);
                    self.write(out, item);
                }
                out.push(']');
            }
            Node::Object(Record(members)) => {
                out.push('{');
                let mut order: Vec<usize> = (0..members.len()).collect();
                if self.shuffled > 0 && self.random.chance(self.shuffled) {
                    self.random.shuffle(&mut order);
                }
                for (index, member) in order.into_iter().enumerate() {
                    let (key, value) = &members[member];
                    self.separate(out, index);
                    self.write_text(out, key);
                    out.push(':');
                    if self.spaced {
                        out.push(' ');
                    }
                    self.write(out, value);
                }
                out.push('}');
            }
        }
    }

    fn separate(&mut self, out: &mut String, index: usize) {
        if index > 0 {
            out.push(',');
        }
        if self.spaced {
            out.push_str(["\n", " ", "\r\n\t", ""][self.random.below(4)]);
        }
    }

    fn write_text(&mut self, out: &mut String, text: &str) {
        let escaping = self.escaped > 0 && self.random.chance(self.escaped);
        out.push('"');
        if !escaping && !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            out.push_str(text);
            out.push('"');
            return;
        }
        for character in text.chars() {
            if escaping && self.random.chance(30) {
                if character == '/' {
                    out.push_str("\\/");
                } else {
                    escape(out, character);
                }
                continue;
            }
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                _ if (character as u32) < 0x20 => escape(out, character),
                _ => out.push(character),
            }
        }
        out.push('"');
    }
}

/// `\uXXXX`, in pairs where one isn't enough.
fn escape(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}
