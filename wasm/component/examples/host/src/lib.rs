//! How a Rust program hosts the component: compiled once, an instance a worker, guarded by a deadline and a limit of
//! memory, and dropped after any trap.
//!
//! Start at [`Module`], which is compiled from bytes, and at [`Worker`], which has an instance of it.

mod bindings;
mod module;
mod worker;

pub use crate::bindings::{Guest, wit};
pub use crate::module::{Limits, Module};
pub use crate::worker::{Asking, Handle, PolicyError, Worker};
