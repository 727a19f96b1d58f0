//! The check: every rule of a document beyond its shape (contract 2, "Valid").
//!
//! One implementation over the typed document serves both readers: the fast one asks whether there is any problem, the
//! slow one is told of each, with the path to it, and finds its place in the text.

mod catalog;
pub(super) mod ids;
mod index;
pub(super) mod lists;
mod place;
mod scopes;
pub(super) mod servers;
mod settings;
mod slice;
pub(super) mod text;
mod top;
mod users;
mod virtual_servers;
mod warnings;

use std::fmt;

use super::collect::Collector;
use super::problem::ProblemCode;
use super::slow::Broken;
use super::tree::Tree;
use super::wire::Document;
use index::Index;
use place::Explain;

pub(super) use place::Path;
pub(super) use top::is_newer_format;

/// Whether a document that was read without problems has none beyond its shape.
pub(super) fn is_valid(document: &Document<'_>) -> bool {
    let mut found = Found(false);
    run(document, &mut found);
    !found.0
}

/// Reports each problem of what could be read.
pub(super) fn explain(document: &Document<'_>, tree: &Tree<'_>, broken: &Broken, problems: &mut Collector<'_, '_>) {
    run(document, &mut Explain::new(tree, broken, problems));
}

/// Whether a valid document gives no warning.
pub(super) fn warns_of_nothing(document: &Document<'_>) -> bool {
    let mut found = Found(false);
    warnings::warn(&mut Check { document, index: &Index::new(document, &mut found), sink: &mut found });
    !found.0
}

/// Reports each warning of a valid document.
pub(super) fn warn(document: &Document<'_>, tree: &Tree<'_>, broken: &Broken, problems: &mut Collector<'_, '_>) {
    let mut sink = Explain::new(tree, broken, problems);
    warnings::warn(&mut Check { document, index: &Index::new(document, &mut Found(false)), sink: &mut sink });
}

fn run(document: &Document<'_>, sink: &mut dyn Sink) {
    let index = Index::new(document, sink);
    let mut check = Check { document, index: &index, sink };
    top::check(&mut check);
    slice::check(&mut check);
    catalog::check(&mut check);
    scopes::check(&mut check);
    settings::check(&mut check);
    users::check(&mut check);
    servers::check(&mut check);
    virtual_servers::check(&mut check);
}

/// One problem, told so that nothing is written down unless somebody wants to know.
struct Finding<'f> {
    at: Path<'f>,
    code: ProblemCode,
    problem: fmt::Arguments<'f>,
    help: Option<fmt::Arguments<'f>>,
    /// The earlier of two places that clash.
    related: Option<Path<'f>>,
    /// What has to be readable for this to be a problem at all.
    needs: &'f [Path<'f>],
}

impl<'f> Finding<'f> {
    fn new(at: Path<'f>, code: ProblemCode, problem: fmt::Arguments<'f>) -> Self {
        Self { at, code, problem, help: None, related: None, needs: &[] }
    }

    fn help(self, help: fmt::Arguments<'f>) -> Self {
        Self { help: Some(help), ..self }
    }

    fn related(self, earlier: Path<'f>) -> Self {
        Self { related: Some(earlier), ..self }
    }

    fn needs(self, needs: &'f [Path<'f>]) -> Self {
        Self { needs, ..self }
    }
}

/// Who wants to know of problems.
trait Sink {
    /// Takes a problem.
    fn take(&mut self, finding: Finding<'_>);

    /// Whether ids of that list couldn't be read, so that what seems to be unknown may be among them.
    fn loses_ids(&mut self, list: Path<'_>) -> bool;

    /// Whether something there couldn't be read.
    fn is_unread(&mut self, at: Path<'_>) -> bool;
}

/// Knows only whether there was any.
struct Found(bool);

impl Sink for Found {
    fn take(&mut self, _: Finding<'_>) {
        self.0 = true;
    }

    fn loses_ids(&mut self, _: Path<'_>) -> bool {
        false
    }

    fn is_unread(&mut self, _: Path<'_>) -> bool {
        false
    }
}

/// What every part of the check has at hand.
struct Check<'c, 'd> {
    document: &'d Document<'d>,
    index: &'c Index<'d>,
    sink: &'c mut dyn Sink,
}

impl Check<'_, '_> {
    fn report(&mut self, at: Path<'_>, code: ProblemCode, problem: fmt::Arguments<'_>) {
        self.sink.take(Finding::new(at, code, problem));
    }
}
