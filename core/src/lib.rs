//! One decision core for AI integrations and MCP servers.

#![forbid(unsafe_code)]

pub mod address;
pub mod decide;
pub mod digest;
pub mod document;
mod explain;
mod list;
mod policy;

pub use crate::explain::{Explanation, LayerRow, Told, Unlock};
pub use crate::list::{List, Refusal, Row};
pub use crate::policy::{Caller, Policy, Target};

/// The examples of the project's README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
