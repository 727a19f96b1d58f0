//! Writing JSON with no more than it needs, or indented by two.

mod serializer;

use std::fmt::{self, Write as _};

/// Writes one JSON text; whoever uses it names keys and elements in turn.
pub(crate) struct Writer {
    text: String,
    /// How deep it is, when it indents.
    indent: Option<usize>,
    /// Whether the object or list that is open has nothing in it yet.
    first: bool,
}

impl Writer {
    /// Without white space.
    pub(crate) fn compact() -> Self {
        Self { text: String::new(), indent: None, first: true }
    }

    /// The same, behind a text.
    fn behind(text: String) -> Self {
        Self { text, indent: None, first: true }
    }

    /// A line each for members and elements.
    pub(crate) fn pretty() -> Self {
        Self { text: String::new(), indent: Some(0), first: true }
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Begins an object or a list.
    pub(crate) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.first = true;
        if let Some(depth) = &mut self.indent {
            *depth += 1;
        }
    }

    /// Ends the innermost object or list.
    pub(crate) fn close(&mut self, bracket: char) {
        if let Some(depth) = &mut self.indent {
            *depth = depth.saturating_sub(1);
        }
        if !self.first {
            self.line();
        }
        self.text.push(bracket);
        self.first = false;
    }

    /// Goes on to the next element of a list.
    pub(crate) fn element(&mut self) {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
        self.line();
    }

    /// Goes on to the next member of an object.
    pub(crate) fn key(&mut self, key: &str) {
        self.element();
        self.string(key);
        self.text.push_str(if self.indent.is_some() { ": " } else { ":" });
    }

    /// Goes on to the next member of an object; in compact JSON, and with a key that needs no escapes.
    #[inline(always)]
    fn field(&mut self, key: &'static str) {
        self.text.push_str(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.text.push_str(key);
        self.text.push_str("\":");
    }

    /// Writes a text that needs no escapes.
    fn plain(&mut self, text: &'static str) {
        self.text.push('"');
        self.text.push_str(text);
        self.text.push('"');
    }

    /// Writes what needs no escapes.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a text with the escapes that JSON requires and no others.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.text.push('"');
        self.part(text);
        self.text.push('"');
    }

    /// Writes what is shown as a text.
    fn shown(&mut self, value: &(impl fmt::Display + ?Sized)) {
        self.text.push('"');
        let from = self.text.len();
        // A String takes whatever is written to it.
        let _ = write!(self.text, "{value}");
        // Its parts are looked at all at once: a look at each would cost more than writing some anew.
        if self.text.get(from..).is_some_and(needs_escapes) {
            let text = self.text.split_off(from);
            self.escaped(&text);
        }
        self.text.push('"');
    }

    fn number(&mut self, number: u64) {
        self.text.push_str(itoa::Buffer::new().format(number));
    }

    /// Writes a part of a text.
    #[inline]
    fn part(&mut self, text: &str) {
        if needs_escapes(text) { self.escaped(text) } else { self.text.push_str(text) }
    }

    #[inline(never)]
    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(is_escaped) {
            let (plain, escaped) = rest.split_at(at);
            self.text.push_str(plain);
            let mut characters = escaped.chars();
            if let Some(character) = characters.next() {
                self.escape(character);
            }
            rest = characters.as_str();
        }
        self.text.push_str(rest);
    }

    fn escape(&mut self, character: char) {
        match character {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\u{8}' => self.text.push_str("\\b"),
            '\t' => self.text.push_str("\\t"),
            '\n' => self.text.push_str("\\n"),
            '\u{c}' => self.text.push_str("\\f"),
            '\r' => self.text.push_str("\\r"),
            other => self.text.push_str(&format!("\\u{:04x}", u32::from(other))),
        }
    }

    fn line(&mut self) {
        if let Some(depth) = self.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", depth));
        }
    }
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether anything of a text is escaped: eight bytes at a look, since mostly nothing is. It may say so of what isn't.
#[inline]
fn needs_escapes(text: &str) -> bool {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    // Taking a byte away borrows where one is below it.
    let word = |word: u64| {
        let (quote, backslash) = (word ^ all(b'"'), word ^ all(b'\\'));
        let low = word.wrapping_sub(all(0x20)) & !word;
        let same = (quote.wrapping_sub(all(1)) & !quote) | (backslash.wrapping_sub(all(1)) & !backslash);
        (low | same) & all(0x80) != 0
    };
    let bytes = text.as_bytes();
    // What has up to sixteen bytes, as keys have, takes no loop: its first and its last eight hold all of it.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        let (words, _) = bytes.as_chunks::<8>();
        let ends = word(u64::from_le_bytes(*first)) | word(u64::from_le_bytes(*last));
        ends || (bytes.len() > 16 && words.iter().any(|bytes| word(u64::from_le_bytes(*bytes))))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        word(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)))
    } else {
        bytes.iter().any(|byte| is_escaped(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::decide::Shown;

    /// Every text that is written is what serde_json writes of it, wherever in it something is escaped.
    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        for len in 0..40 {
            for at in 0..=len {
                for odd in ["", "\"", "\\", "\n", "\t", "\u{0}", "\u{1f}", "\u{7f}", "\u{80}", "é", "日", "🗝", "\u{8}\"", "!"] {
                    let text = format!("{}{odd}{}", "a".repeat(at), "~".repeat(len - at));
                    let expected = serde_json::to_string(&text).unwrap_or_default();
                    assert_eq!(Writer::answer(&text), expected);
                    assert_eq!(Writer::answer(&Shown(format_args!("{text}"))), expected);
                }
            }
        }
    }

    #[test]
    fn counts_are_written_in_digits() {
        for number in [0, 1, 9, 10, 99, 100, 1_000_007, (1 << 53) - 1, u64::MAX] {
            assert_eq!(Writer::answer(&number), number.to_string());
        }
    }
}
