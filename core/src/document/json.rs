//! Writing JSON with no more than it needs, or indented by two.

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

    /// Writes what needs no escapes.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a text with the escapes that JSON requires and no others.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let (plain, escaped) = rest.split_at(at);
            self.text.push_str(plain);
            let mut characters = escaped.chars();
            if let Some(character) = characters.next() {
                self.escape(character);
            }
            rest = characters.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
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
