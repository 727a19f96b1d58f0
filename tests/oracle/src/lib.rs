//! A second, naive implementation of the rules, to hold the core against.
//!
//! Written from the rules alone, by a reader who didn't look at the core. It works on plain JSON values, walks lists and
//! allocates freely: one file a subject, one function a layer. It decides, lists, explains, applies changes and answers
//! three views; it has no message texts.
//! The policy is taken to be a valid document; requests may be anything at all.
#![allow(
    clippy::indexing_slicing,
    reason = "a test-only crate: indexing a JSON value gives null where nothing is, and byte positions are checked before"
)]

mod address;
mod agent;
mod approval;
mod caller;
mod catalog;
mod cause;
mod change;
mod decide;
mod downstream;
mod existence;
mod explain;
mod json;
mod list;
mod origin;
mod scope_policy;
mod server;
mod settings;
mod shape;
mod situation;
mod space;
mod time;
mod tool;
mod tree;
mod verdict;
mod view;

pub use change::{apply, canonical};
pub use decide::decide;
pub use explain::explain;
pub use list::list;
pub use view::view;
