//! Seeded random organisations, and requests and changes that are well aimed at them.
//!
//! The same seed gives the same bytes on every platform. Nothing here knows what is decided; the documents are valid by
//! contract 2, and that is all that this crate claims of them.
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "test data only: a wrong index must stop the test")]

mod address;
mod bend;
mod changes;
mod hostile;
mod json;
mod name;
mod organisation;
mod random;
mod reorder;
mod requests;
mod shape;
mod time;
mod views;

pub use bend::bend;
pub use changes::{Asked, change, changeable, kinds};
pub use hostile::{hostile, minimal};
pub use organisation::organisation;
pub use random::Random;
pub use reorder::reordered;
pub use requests::{explanations, lists, requests};
pub use shape::{Shape, Tree};
pub use views::{LOOKED_AT, view};
