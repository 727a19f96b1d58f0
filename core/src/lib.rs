//! One decision core for AI integrations and MCP servers: which ones, for whom, with which tools, and whether a person
//! confirms first.
//!
//! A policy document is compiled once into an immutable [`Policy`]. It answers a [`decide::Request`] with a
//! [`decide::Decision`], lists what a caller can see ([`Policy::list`]), and says why (`Policy::explain`, behind the feature `explain`, which is on by default). For many
//! questions of one caller there is a prepared [`Caller`], and for a tool an integer, [`Target`]. All of them go through
//! one evaluation of eleven layers. Two policies are compared by `Policy::diff`, behind the feature `changes`, on by
//! default too.
//!
//! Nothing here does I/O or knows a clock, randomness or threads: the same policy and the same request give the same
//! bytes on every host. Deciding can't fail, panic or allocate. Ids such as `S-1` lead to the rule book, `RULES.md`, and
//! "contract 8", which has all features, to that section of `CONTRACT.md`.
//!
//! ```
//! use lockstep_policy::Policy;
//! use lockstep_policy::decide::{Outcome, Request};
//!
//! let policy = Policy::load(br#"{"format": "1.0", "revision": 1,
//!     "agents": [{"id": "assistant", "name": "Assistant"}],
//!     "scopes": [{"id": "studio", "level": "workspace", "name": "Studio"}],
//!     "users": [{"id": "ana", "name": "Ana", "memberOf": ["studio"], "administers": [], "access": "enabled",
//!         "addedAt": "2026-01-05T09:00:00Z"}]}"#)?;
//! let request = Request::read(br#"{"action": "tool.call",
//!     "caller": {"user": "ana", "credential": {"kind": "platform"}, "workspace": "studio", "agent": "assistant"},
//!     "target": {"kind": "tool", "server": "notes", "tool": "read"},
//!     "context": {"now": "2026-11-20T12:00:00Z"}}"#);
//! let decision = policy.decide(&request);
//! assert_eq!(decision.outcome(), Outcome::Deny);
//! assert_eq!(decision.for_user().to_json(),
//!     r#"{"outcome":"deny","reason":"unknown-server","layer":"existence","message":"Not available."}"#);
//! # Ok::<(), lockstep_policy::document::Problems>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "changes"),
    allow(dead_code, unused_imports, reason = "what changes a policy stays beside what holds it, whether or not anybody calls it")
)]

#[cfg(any(feature = "views", feature = "schema"))]
pub mod activity;
pub mod address;
#[cfg(any(feature = "views", feature = "schema"))]
pub mod change;
pub mod decide;
#[cfg(feature = "changes")]
mod diff;
pub mod digest;
pub mod document;
#[cfg(feature = "explain")]
mod explain;
mod list;
mod policy;
#[cfg(feature = "schema")]
pub mod schema;
mod slice;
#[cfg(feature = "views")]
pub mod view;

#[cfg(feature = "changes")]
pub use crate::diff::{DecisionChange, Diff, LineChange, SettingChange, SettingValue, Stored};
#[cfg(feature = "explain")]
pub use crate::explain::{Explanation, LayerRow, Told, Unlock};
pub use crate::list::{List, Refusal, Row};
pub use crate::policy::{Caller, Policy, Target};
#[cfg(feature = "changes")]
pub use crate::slice::SliceError;
pub use crate::slice::SliceOf;

/// The examples of the project's README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
