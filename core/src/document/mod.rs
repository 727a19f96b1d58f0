//! The policy document: its wire types, two readers, the check, and the canonical writer (contract 1 and 2).
//!
//! `Document::read` reads fast; only when that fails, or the check finds something, the text is read again slowly, with
//! every problem and its place. Both readers, and the writer, come from one declaration of the shape (`wire`).

mod check;
mod collect;
pub(crate) mod json;
pub(crate) mod limits;
mod list;
mod map;
mod problem;
pub(crate) mod read;
pub(crate) mod shape;
pub(crate) mod slow;
mod text;
mod time;
pub(crate) mod tree;
mod wire;
mod write;

pub use list::{List, Rows};
pub use map::{Annotations, Map};
pub use problem::{MAX_PROBLEMS, Problem, ProblemCode, Problems};
pub use text::Text;
pub use time::{ParseTimeError, Time};
pub use wire::*;

#[cfg(feature = "views")]
pub(crate) use check::servers::{allows_header, is_header};
pub(crate) use check::text::is_id;
#[cfg(feature = "views")]
pub(crate) use check::text::{is_clean_name, is_tool_name};
pub(crate) use shape::{Misfit, record, text_enum};
#[cfg(feature = "views")]
pub(crate) use write::Canonical;

/// The levels of a document that declares none: id, label and role (contract 2).
pub const USUAL_LEVELS: [(&str, &str, Option<Role>); 3] =
    [("msp", "MSP", None), ("tenant", "Tenant", Some(Role::Tenant)), ("workspace", "Workspace", Some(Role::Workspace))];
