//! From JSON to a change that is known to fit the contract (sections 1 and 5).

use super::{Ask, Change, form};
use crate::decide::explain_request;
use crate::document::read::{read_fast, utf8};
use crate::document::shape::Shape;
use crate::document::slow::Reader;
use crate::document::tree::Node;
use crate::document::{Document, Problems};

/// Who wants what to be changed, when, and against which revision.
///
/// Reading never fails: what can't be read is a request that is refused as `invalid-request`, with its problems.
pub struct ChangeRequest<'a>(pub(crate) Result<Parsed<'a>, Problems>);

/// A change that fits the contract.
#[cfg_attr(not(feature = "changes"), allow(dead_code, reason = "a request is read without them, and applied with them"))]
pub(crate) struct Parsed<'a> {
    pub(crate) ask: Ask<'a>,
    /// The documents of its imports, in their order.
    pub(crate) imports: Vec<Imported<'a>>,
}

/// A document to be imported, or what is wrong with it.
pub(crate) type Imported<'a> = Result<Document<'a>, Problems>;

impl<'a> ChangeRequest<'a> {
    /// Reads a change from JSON: an object of `actor`, `now`, `revision` and `change`.
    pub fn read(text: &'a [u8]) -> Self {
        Self(read(text))
    }

    /// What is wrong with it, where it isn't one.
    pub fn problems(&self) -> Option<&Problems> {
        self.0.as_ref().err()
    }
}

fn read<'a>(text: &'a [u8]) -> Result<Parsed<'a>, Problems> {
    let text = utf8(text)?;
    if let Some(ask) = read_fast::<Ask<'_>>(text) {
        let mut fits = true;
        form::check(&ask, &mut |_, _, _| fits = false);
        let parsed = Parsed { imports: imports(&ask), ask };
        // A document that can't be read may be no JSON of ours; the slow reader tells.
        if fits && parsed.imports.iter().all(Result::is_ok) {
            return Ok(parsed);
        }
    }
    let slowly = |reader: &mut Reader<'_, 'a>| {
        reader.keeps_annotations = true;
        Ask::slow(reader, Node::ROOT)
    };
    let ask = explain_request(text, slowly, form::check)?;
    Ok(Parsed { imports: imports(&ask), ask })
}

fn imports<'a>(ask: &Ask<'a>) -> Vec<Imported<'a>> {
    fn gather<'a>(change: &Change<'a>, imports: &mut Vec<Imported<'a>>) {
        match change {
            Change::Import(import) => imports.extend(import.document.borrowed().map(|text| Document::read(text.as_bytes()))),
            Change::Batch(batch) => batch.changes.iter().for_each(|change| gather(change, imports)),
            _ => {}
        }
    }
    let mut imports = Vec::new();
    gather(&ask.change, &mut imports);
    imports
}
