//! Reading: fast, and where that fails slowly.

use super::check;
use super::collect::Collector;
use super::problem::{ProblemCode, Problems};
use super::shape::Shape;
use super::slow::{Broken, Reader};
use super::tree::{Kind, MAX_DEPTH, Node, Parsed, Tree};
use super::wire::Document;

impl<'a> Document<'a> {
    /// Reads and checks a document.
    ///
    /// # Errors
    ///
    /// All of its problems, with their places.
    pub fn read(text: &'a [u8]) -> Result<Self, Problems> {
        let text = utf8(text)?;
        // What was read is freed before it is read again.
        match read_fast::<Self>(text).filter(check::is_valid) {
            Some(document) => Ok(document),
            None => Err(explain(text)),
        }
    }

    /// What a valid document has that deserves a warning, with the places in its text (contract 2, "Warnings").
    ///
    /// `text` is what the document was read from.
    pub fn warnings(&self, text: &[u8]) -> Problems {
        let Ok(text) = utf8(text) else { return Problems::default() };
        if check::warns_of_nothing(self) {
            return Problems::default();
        }
        let parsed = Tree::parse(text);
        let mut problems = Collector::new(&parsed.tree);
        check::warn(self, &parsed.tree, &Broken::default(), &mut problems);
        problems.finish()
    }

    /// Reads and checks a document, and finds its warnings.
    ///
    /// # Errors
    ///
    /// All of its problems, with their places.
    pub fn read_and_warn(text: &'a [u8]) -> Result<(Self, Problems), Problems> {
        let document = Self::read(text)?;
        let warnings = document.warnings(text);
        Ok((document, warnings))
    }
}

/// Reads one value and nothing after it.
pub(crate) fn read_fast<'a, T: Shape<'a>>(text: &'a str) -> Option<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = T::fast(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(value)
}

/// What is wrong with the shape of a text.
#[cfg(feature = "schema")]
pub(crate) fn shape_problems<'a, T: Shape<'a>>(text: &'a [u8]) -> Option<Problems> {
    let text = match utf8(text) {
        Ok(text) => text,
        Err(problems) => return Some(problems),
    };
    let parsed = Tree::parse(text);
    let mut reader = Reader::new(&parsed.tree);
    if !reports_syntax(&parsed, &mut reader.problems) {
        T::slow(&mut reader, Node::ROOT);
    }
    (!reader.problems.is_empty()).then(|| reader.problems.finish())
}

/// Reads a document slowly, for every problem of it. There is one: both readers take the same documents.
fn explain(text: &str) -> Problems {
    let parsed = Tree::parse(text);
    let tree = &parsed.tree;
    let mut reader = Reader::new(tree);
    // A greater format is answered alone, but only in what is JSON.
    let is_newer = parsed.syntax.is_none() && reports_newer_format(tree, &mut reader.problems);
    if is_newer || reports_syntax(&parsed, &mut reader.problems) {
        return reader.problems.finish();
    }
    let document = Document::slow(&mut reader, Node::ROOT);
    let Reader { mut problems, broken, .. } = reader;
    if let Some(document) = document.filter(|_| !broken.is_too_much()) {
        check::explain(&document, tree, &broken, &mut problems);
    }
    problems.finish()
}

pub(crate) fn utf8(text: &[u8]) -> Result<&str, Problems> {
    std::str::from_utf8(text).map_err(|error| {
        let valid = text.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
        let parsed = Tree::parse(valid);
        let mut problems = Collector::new(&parsed.tree);
        problems.not_utf8(parsed.syntax.map_or(Node::ROOT, |syntax| syntax.node), valid.len());
        problems.finish()
    })
}

/// Reports that a text is no JSON, and says whether it did; of what is JSON, what we don't take.
pub(crate) fn reports_syntax(parsed: &Parsed<'_>, problems: &mut Collector<'_, '_>) -> bool {
    if let Some(syntax) = parsed.syntax {
        problems.syntax(syntax);
        return true;
    }
    for node in &parsed.too_deep {
        let problem = format_args!("objects and lists are nested more than {MAX_DEPTH} levels deep");
        problems.report(*node, ProblemCode::TooLarge, problem, None, None);
    }
    for (node, offset) in &parsed.lone {
        problems.lone(*node, *offset as usize);
    }
    false
}

/// Reports a format that this version doesn't know, and says whether it did.
fn reports_newer_format(tree: &Tree<'_>, problems: &mut Collector<'_, '_>) -> bool {
    if tree.kind(Node::ROOT) != Kind::Object {
        return false;
    }
    let mut members = tree.children(Node::ROOT);
    while let Some(key) = members.next(tree) {
        let Some(value) = members.next(tree) else { break };
        let format = if tree.kind(value) == Kind::Text { tree.text(value) } else { None };
        let is_format = tree.text(key).is_some_and(|key| key == "format");
        if let Some(format) = format.filter(|format| is_format && check::is_newer_format(format)) {
            let problem = format_args!("format {format} is newer than 1.0, the newest that this version reads");
            problems.report(value, ProblemCode::FormatTooNew, problem, None, None);
            return true;
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod laws;
