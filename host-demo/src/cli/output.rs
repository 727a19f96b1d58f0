//! For a person or for a program: which of the two, and how it looks.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, StdoutLock, Write as _};

use anstyle::{AnsiColor, Style};
use clap::Args;
use lockstep_policy::decide::Outcome;
use serde::Serialize;

/// What is denied or wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What asks or warns.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// What is well, or helps.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What matters.
pub(crate) const STRONG: Style = Style::new().bold();
/// What goes beside.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Which form an answer takes.
#[derive(Args, Clone, Copy)]
pub(crate) struct Format {
    /// Answer in JSON (the default into a pipe or a file)
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// Answer for reading (the default on a terminal)
    #[arg(long)]
    text: bool,
}

impl Format {
    /// Whether to write JSON.
    pub(crate) fn is_json(self) -> bool {
        self.json || !self.text && !io::stdout().is_terminal()
    }

    /// Whether JSON was asked for in so many words.
    pub(crate) fn asks_for_json(self) -> bool {
        self.json
    }

    /// Whether text was asked for in so many words.
    pub(crate) fn asks_for_text(self) -> bool {
        self.text
    }
}

/// Standard output for text: colours are taken out where they aren't wanted.
pub(crate) fn text() -> anstream::AutoStream<StdoutLock<'static>> {
    anstream::stdout().lock()
}

/// Writes one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The colour of an outcome.
pub(crate) fn colour(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Deny => BAD,
        Outcome::Ask => WARN,
        Outcome::Allow => GOOD,
    }
}

/// A text from a file, safe to show: what would move the cursor or turn the direction of reading is replaced.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(is_unsafe) { text.chars().map(plain_char).collect() } else { text.into() }
}

/// The same for one character.
pub(crate) fn plain_char(char: char) -> char {
    match char {
        '\t' => ' ',
        _ if is_unsafe(char) => char::REPLACEMENT_CHARACTER,
        _ => char,
    }
}

fn is_unsafe(char: char) -> bool {
    char.is_control() || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number of things: `1 problem`, `1,000 problems`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// A number with commas.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
