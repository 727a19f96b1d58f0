//! The forms and lengths of texts (contract 1, "Ids" and "Limits"; contract 2, "Valid").

use super::super::limits::{MAX_ID, MAX_NAME, MAX_TEXT, MAX_TOOL_NAME};
use super::super::problem::ProblemCode;
use super::super::slow::Shown;
use super::{Check, Path};

/// Unicode's Bidi_Control.
pub(in crate::document) fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text is an id.
pub(crate) fn is_id(text: &str) -> bool {
    is_name_like(text, MAX_ID)
}

/// Whether a text is a tool's name.
pub(crate) fn is_tool_name(text: &str) -> bool {
    is_name_like(text, MAX_TOOL_NAME)
}

fn is_name_like(text: &str, max: usize) -> bool {
    let bounds = |end: Option<char>| end.is_some_and(|character| !character.is_whitespace());
    text.len() <= max && bounds(text.chars().next()) && bounds(text.chars().next_back()) && is_clean(text)
}

/// Whether a text is a name or a label, however long.
#[cfg(feature = "views")]
pub(crate) fn is_clean_name(text: &str) -> bool {
    !text.is_empty() && is_clean(text)
}

/// Whether there is no control and no bidirectional-control character in it.
fn is_clean(text: &str) -> bool {
    let plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    plain || !text.chars().any(|character| character.is_control() || is_bidi_control(character))
}

impl Check<'_, '_> {
    pub(super) fn id(&mut self, id: &str, at: Path<'_>) {
        if !is_id(id) {
            self.report(at, ProblemCode::InvalidId, format_args!("`{}` is no id", Shown(id)));
        }
    }

    pub(super) fn tool_name(&mut self, name: &str, at: Path<'_>) {
        if !is_tool_name(name) {
            self.report(at, ProblemCode::InvalidToolName, format_args!("`{}` is no tool's name", Shown(name)));
        }
    }

    /// A name or a label.
    pub(super) fn name(&mut self, name: &str, at: Path<'_>) {
        if name.is_empty() || !is_clean(name) {
            self.report(at, ProblemCode::InvalidName, format_args!("`{}` is no name", Shown(name)));
        }
        self.length(name, MAX_NAME, at);
    }

    /// A text that may be anything.
    pub(super) fn any_text(&mut self, text: Option<&str>, at: Path<'_>) {
        self.length(text.unwrap_or_default(), MAX_TEXT, at);
    }

    /// The id of a thing that may be gone.
    pub(super) fn past_id(&mut self, id: Option<&str>, at: Path<'_>) {
        if let Some(id) = id {
            self.id(id, at);
        }
    }

    pub(super) fn length(&mut self, text: &str, max: usize, at: Path<'_>) {
        if text.len() > max {
            let problem = format_args!("the text has {} bytes, and {max} are the most", text.len());
            self.report(at, ProblemCode::TooLarge, problem);
        }
    }

    /// How many elements a list has.
    pub(super) fn count(&mut self, count: usize, max: usize, at: Path<'_>) {
        if count > max {
            self.report(at, ProblemCode::TooLarge, format_args!("the list has {count} entries, and {max} are the most"));
        }
    }
}
