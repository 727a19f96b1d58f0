//! RFC 8785: one spelling of a JSON text.
//!
//! The text is read and written in one pass; only the members of an object are put in order when it ends.

use std::borrow::Cow;
use std::ops::Range;

use super::number;

/// Objects and lists within each other, the outermost counted (contract 1).
const DEEPEST: u32 = 64;

/// Why a text has no canonical form, with the byte where that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DigestError {
    /// No JSON, or not in UTF-8.
    #[error("no valid JSON at byte {0}; correct the text there")]
    Syntax(usize),
    /// A number that a double can't keep.
    #[error("the number at byte {0} would lose digits as a double; write it as text, or with fewer digits")]
    Number(usize),
    /// One key twice in an object.
    #[error("a key stands twice in the object at byte {0}; remove one")]
    DuplicateKey(usize),
    /// An escaped half of a surrogate pair.
    #[error("a lone surrogate at byte {0}; write the pair or another character")]
    LoneSurrogate(usize),
    /// More than 64 levels.
    #[error("more than 64 levels of nesting at byte {0}; nest less")]
    TooDeep(usize),
    /// A tool's definition that is no object.
    #[error("a tool's definition is a JSON object; pass the tool as the server lists it")]
    NotAnObject,
}

/// A JSON text in the form of RFC 8785.
///
/// Members are sorted by UTF-16 code units, numbers are written as ECMAScript does, strings with the fewest escapes.
pub fn canonical_json(text: &[u8]) -> Result<Vec<u8>, DigestError> {
    Writer::read(text, None)
}

/// The same of an object, with only those of its own members that are named.
pub(super) fn canonical_members(text: &[u8], members: &[&str]) -> Result<Vec<u8>, DigestError> {
    let canonical = Writer::read(text, Some(members))?;
    if canonical.first() == Some(&b'{') { Ok(canonical) } else { Err(DigestError::NotAnObject) }
}

struct Writer<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// The members of the outermost object that are written; all where there is no list.
    members: Option<&'a [&'a str]>,
    out: Vec<u8>,
}

/// A key, and where its member stands in the output.
type Member<'a> = (Cow<'a, str>, Range<usize>);

impl<'a> Writer<'a> {
    fn read(text: &'a [u8], members: Option<&'a [&'a str]>) -> Result<Vec<u8>, DigestError> {
        let text = std::str::from_utf8(text).map_err(|error| DigestError::Syntax(error.valid_up_to()))?;
        let mut writer = Writer { text, at: 0, depth: 0, members, out: Vec::with_capacity(text.len()) };
        writer.value()?;
        if writer.peek().is_some() { Err(writer.syntax()) } else { Ok(writer.out) }
    }

    /// Calls itself for what is inside, 64 levels at most.
    fn value(&mut self) -> Result<(), DigestError> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => {
                let string = self.string()?;
                write_string(&mut self.out, &string);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.syntax()),
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<(), DigestError>) -> Result<(), DigestError> {
        if self.depth == DEEPEST {
            return Err(DigestError::TooDeep(self.at));
        }
        self.depth += 1;
        self.at += 1;
        inside(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self) -> Result<(), DigestError> {
        self.out.push(b'[');
        if !self.take(b']') {
            loop {
                self.value()?;
                if self.take(b']') {
                    break;
                }
                self.expect(b',')?;
                self.out.push(b',');
            }
        }
        self.out.push(b']');
        Ok(())
    }

    fn object(&mut self) -> Result<(), DigestError> {
        let (start, begun) = (self.out.len(), self.at - 1);
        let mut members = Vec::new();
        if !self.take(b'}') {
            loop {
                members.push(self.member()?);
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
        if members.is_sorted_by(|(left, _), (right, _)| left != right) {
            self.put_in_order(start, members);
            Ok(())
        } else {
            Err(DigestError::DuplicateKey(begun))
        }
    }

    fn member(&mut self) -> Result<Member<'a>, DigestError> {
        let start = self.out.len();
        if self.peek() != Some(b'"') {
            return Err(self.syntax());
        }
        let key = self.string()?;
        write_string(&mut self.out, &key);
        self.expect(b':')?;
        self.out.push(b':');
        self.value()?;
        Ok((key, start..self.out.len()))
    }

    /// Replaces the members written from `start` on by the object that they make.
    fn put_in_order(&mut self, start: usize, mut members: Vec<Member<'_>>) {
        if let (1, Some(named)) = (self.depth, self.members) {
            members.retain(|(key, _)| named.contains(&key.as_ref()));
        }
        let mut object = Vec::with_capacity(self.out.len() - start + members.len() + 2);
        object.push(b'{');
        for (index, (_, written)) in members.into_iter().enumerate() {
            if index > 0 {
                object.push(b',');
            }
            object.extend_from_slice(self.out.get(written).unwrap_or_default());
        }
        object.push(b'}');
        self.out.truncate(start);
        self.out.append(&mut object);
    }

    fn number(&mut self) -> Result<(), DigestError> {
        let start = self.at;
        let rest = self.rest();
        let length = number::length(rest).ok_or_else(|| self.syntax())?;
        let canonical = rest.get(..length).and_then(number::canonical).ok_or(DigestError::Number(start))?;
        self.out.extend_from_slice(canonical.as_bytes());
        self.at += length;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), DigestError> {
        if !self.rest().starts_with(word) {
            return Err(self.syntax());
        }
        self.out.extend_from_slice(word.as_bytes());
        self.at += word.len();
        Ok(())
    }

    /// Reads a string, which begins here; it is copied only where it has escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, DigestError> {
        self.at += 1;
        let mut string = Cow::Borrowed("");
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'));
            let plain = plain.and_then(|end| rest.get(..end)).ok_or(DigestError::Syntax(self.text.len()))?;
            self.at += plain.len();
            // Adding to an empty borrowed text borrows again.
            string += plain;
            match self.next() {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.to_mut().push(self.escape()?),
                _ => return Err(DigestError::Syntax(self.at - 1)),
            }
        }
    }

    /// The character that an escape stands for; its backslash has been read.
    fn escape(&mut self) -> Result<char, DigestError> {
        let start = self.at - 1;
        Ok(match self.next() {
            Some(b'b') => '\u{8}',
            Some(b't') => '\t',
            Some(b'n') => '\n',
            Some(b'f') => '\u{c}',
            Some(b'r') => '\r',
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
            Some(b'u') => {
                let first = self.code_unit()?;
                let second = match first {
                    0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        Some(self.code_unit()?)
                    }
                    _ => None,
                };
                return match char::decode_utf16([first].into_iter().chain(second)).next() {
                    Some(Ok(character)) => Ok(character),
                    _ => Err(DigestError::LoneSurrogate(start)),
                };
            }
            _ => return Err(DigestError::Syntax(start)),
        })
    }

    fn code_unit(&mut self) -> Result<u16, DigestError> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or_else(|| self.syntax())?;
        self.at += 4;
        Ok(unit)
    }

    /// The next byte that isn't white space, and stays to be read.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), DigestError> {
        if self.take(byte) { Ok(()) } else { Err(self.syntax()) }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.byte()?;
        self.at += 1;
        Some(byte)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn syntax(&self) -> DigestError {
        DigestError::Syntax(self.at)
    }
}

/// Appends a string with the escapes that JSON requires, the short ones where there are any.
fn write_string(out: &mut Vec<u8>, string: &str) {
    out.push(b'"');
    for byte in string.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            ..b' ' => {
                out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.push(b'"');
}
