//! A strict JSON reader (contract 1): what `serde_json::Value` would silently accept is refused here.

use serde_json::{Map, Value};

/// Objects and lists inside each other, the outermost counted (contract 1, limits).
const MAX_NESTING: usize = 64;
/// The greatest integer, either side of zero.
const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Reads a text; `None` for anything but JSON without nulls, duplicate keys, lone surrogates, points, exponents, `-0`, integers
/// beyond 2^53-1 and more than 64 levels of nesting.
pub(crate) fn read(text: &str) -> Option<Value> {
    whole(Reader { rest: text.chars().collect(), at: 0, nulls: false })
}

/// The same, but null is read: a change may unset with it (contract 5).
pub(crate) fn read_with_nulls(text: &str) -> Option<Value> {
    whole(Reader { rest: text.chars().collect(), at: 0, nulls: true })
}

fn whole(mut reader: Reader) -> Option<Value> {
    let value = reader.value(0)?;
    reader.skip_space();
    reader.peek().is_none().then_some(value)
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    /// Whether null is a value here.
    nulls: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        for wanted in word.chars() {
            self.eat(wanted)?;
        }
        Some(value)
    }

    fn value(&mut self, nesting: usize) -> Option<Value> {
        self.skip_space();
        match self.peek()? {
            '{' => self.object(nesting + 1),
            '[' => self.array(nesting + 1),
            '"' => self.string().map(Value::String),
            't' => self.word("true", Value::Bool(true)),
            'f' => self.word("false", Value::Bool(false)),
            '-' | '0'..='9' => self.integer(),
            'n' if self.nulls => self.word("null", Value::Null),
            // null too, where nothing may be unset: absent is absent.
            _ => None,
        }
    }

    fn object(&mut self, nesting: usize) -> Option<Value> {
        if nesting > MAX_NESTING {
            return None;
        }
        self.eat('{')?;
        let mut members = Map::new();
        self.skip_space();
        if self.peek()? == '}' {
            self.at += 1;
            return Some(Value::Object(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.eat(':')?;
            let value = self.value(nesting)?;
            if members.insert(key, value).is_some() {
                return None;
            }
            self.skip_space();
            match self.next()? {
                ',' => {}
                '}' => return Some(Value::Object(members)),
                _ => return None,
            }
        }
    }

    fn array(&mut self, nesting: usize) -> Option<Value> {
        if nesting > MAX_NESTING {
            return None;
        }
        self.eat('[')?;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek()? == ']' {
            self.at += 1;
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(nesting)?);
            self.skip_space();
            match self.next()? {
                ',' => {}
                ']' => return Some(Value::Array(items)),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat('"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// The character after `\u`; two escapes where the first is a high surrogate.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.four_digits()?;
        if (0xd800..0xdc00).contains(&unit) {
            self.eat('\\')?;
            self.eat('u')?;
            let low = self.four_digits()?;
            if !(0xdc00..0xe000).contains(&low) {
                return None;
            }
            return char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        }
        // A low surrogate alone is no character, and `from_u32` says so.
        char::from_u32(unit)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + self.next()?.to_digit(16)?;
        }
        Some(unit)
    }

    fn integer(&mut self) -> Option<Value> {
        let mut text = String::new();
        while let Some(c @ ('-' | '+' | '.' | 'e' | 'E' | '0'..='9')) = self.peek() {
            text.push(c);
            self.at += 1;
        }
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        let leading_zero = digits.starts_with('0') && digits != "0";
        if !plain || leading_zero || text == "-0" {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        (-MAX_INTEGER..=MAX_INTEGER).contains(&number).then(|| number.into())
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn reads_what_is_allowed() {
        assert_eq!(read(r#" {"a": [1, -2, true, "x\ud83d\ude00\u00e9\/"]} "#), Some(json!({"a": [1, -2, true, "x😀é/"]})));
        assert_eq!(read("9007199254740991"), Some(json!(9_007_199_254_740_991_i64)));
        assert!(read(&("[".repeat(64) + &"]".repeat(64))).is_some());
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "null",
            "[null]",
            "1.0",
            "1e2",
            "-0",
            "01",
            "-",
            "9007199254740992",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":1}",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\n\"",
            "[1,]",
            "{\"a\":1,}",
            "{} {}",
            "\u{feff}{}",
            "'a'",
            "{\"a\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(&("[".repeat(65) + &"]".repeat(65))).is_none());
        assert!(read(&"[".repeat(100_000)).is_none());
    }
}
