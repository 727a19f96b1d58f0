//! Problems and warnings as a compiler shows them: the place, the line with a mark under it, and what to do.

use std::io::{self, Write};

use lockstep_policy::document::{Problem, Problems};
use unicode_width::UnicodeWidthChar as _;

use super::output::{BAD, FAINT, GOOD, STRONG, WARN, count, plain, plain_char, thousands};

/// How many problems of a policy are shown where checking it isn't what was asked.
const FEW: usize = 5;
/// How many characters of a line are shown before a place, and in all.
const BEFORE: usize = 60;
const SHOWN: usize = 110;

/// What stands before a problem.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It refuses the document.
    Error,
    /// It refuses nothing.
    Warning,
}

/// Says on standard error what is wrong with a policy that was to be used.
pub(crate) fn tell(name: &str, text: &[u8], found: &Problems) {
    let mut out = anstream::stderr().lock();
    let few = found.problems.get(..FEW).unwrap_or(&found.problems);
    // There is nobody left to tell that this can't be told.
    let _ = write(&mut out, Kind::Error, name, text, few);
    let _ = writeln!(out, "{BAD}error{BAD:#}: `{name}` has {}", count(found.count, "problem"));
    if found.count > FEW as u64 {
        let _ = writeln!(out, "{GOOD}help{GOOD:#}: `lockstep check` shows all of them");
    }
}

/// Writes problems, each with its line.
pub(crate) fn write(out: &mut impl Write, kind: Kind, name: &str, text: &[u8], problems: &[Problem]) -> io::Result<()> {
    let mut cursor = Cursor::new(text);
    let (word, style) = match kind {
        Kind::Error => ("error", BAD),
        Kind::Warning => ("warning", WARN),
    };
    for problem in problems {
        let Problem { code, line, column, .. } = problem;
        writeln!(out, "{STRONG}{name}:{line}:{column}{STRONG:#}: {style}{word}[{code}]{style:#}: {}", plain(&problem.problem))?;
        if let Some(excerpt) = cursor.excerpt(*line, *column) {
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            writeln!(out, "{FAINT}{number} |{FAINT:#} {}", excerpt.line)?;
            writeln!(out, "{FAINT}{margin} |{FAINT:#} {}{style}{}{style:#}", " ".repeat(excerpt.before), "^".repeat(excerpt.marked))?;
        }
        if let Some(related) = &problem.related {
            writeln!(out, "{FAINT}the other place{FAINT:#}: {}", plain(related))?;
        }
        writeln!(out, "{GOOD}help{GOOD:#}: {}\n", plain(&problem.help))?;
    }
    Ok(())
}

/// How many there are, and how many of them were shown.
pub(crate) fn total(found: &Problems, thing: &str) -> String {
    let shown = found.problems.len() as u64;
    let all = count(found.count, thing);
    if shown < found.count { format!("{all}, of which these are the first {}", thousands(shown)) } else { all }
}

/// A line as it is shown, with the columns before the mark and under it.
struct Excerpt {
    line: String,
    before: usize,
    marked: usize,
}

/// A place in a text that moves forward, so that many problems of one huge line cost no more than reading it once.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u64,
    column: u64,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a [u8]) -> Self {
        let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        Self { text: valid, offset: 0, line: 1, column: 1 }
    }

    fn excerpt(&mut self, line: u64, column: u64) -> Option<Excerpt> {
        if (line, column) < (self.line, self.column) {
            (self.offset, self.line, self.column) = (0, 1, 1);
        }
        let (before, after) = self.seek(line, column)?;
        // No more is looked at than is shown: a line may be the whole document.
        let mut before: Vec<char> = before.chars().rev().take_while(|char| *char != '\n').take(BEFORE).map(plain_char).collect();
        before.reverse();
        let room = SHOWN - before.len();
        let here: String = after.chars().take_while(|char| !matches!(char, '\n' | '\r')).take(room).collect();
        let marked = here.get(..token(&here)).unwrap_or_default();
        let width = |char: char| char.width().unwrap_or(1);
        Some(Excerpt {
            line: before.iter().copied().chain(here.chars().map(plain_char)).collect(),
            before: before.iter().copied().map(width).sum(),
            marked: marked.chars().map(plain_char).map(width).sum::<usize>().max(1),
        })
    }

    /// The text before a place, and from it on.
    fn seek(&mut self, line: u64, column: u64) -> Option<(&'a str, &'a str)> {
        while self.line < line {
            let end = self.text.get(self.offset..)?.find('\n')?;
            self.offset += end + 1;
            self.line += 1;
            self.column = 1;
        }
        while self.column < column {
            let char = self.text.get(self.offset..)?.chars().next().filter(|char| *char != '\n')?;
            self.offset += char.len_utf8();
            self.column += 1;
        }
        self.text.split_at_checked(self.offset)
    }
}

/// How many bytes of a line a text, number or word at its beginning takes.
fn token(line: &str) -> usize {
    let Some(rest) = line.strip_prefix('"') else {
        return line.find([',', ':', ' ', ']', '}', '{', '[']).unwrap_or(line.len());
    };
    let mut escaped = false;
    for (place, char) in rest.char_indices() {
        match char {
            '"' if !escaped => return place + 2,
            _ => escaped = char == '\\' && !escaped,
        }
    }
    line.len()
}
