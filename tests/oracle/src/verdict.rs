//! What one layer says.

use crate::cause::Cause;
use serde_json::{Value, json};

/// A layer's answer. `Approved` is layer 11's pass by an approval (K-7).
pub(crate) enum Verdict {
    Pass,
    Approved,
    Ask(Finding),
    Deny(Finding),
}

/// Why a layer denies or asks: its code and, where L-3 gives them, source and lock.
pub(crate) struct Finding {
    pub(crate) reason: &'static str,
    pub(crate) source: Option<Value>,
    pub(crate) lock: Option<Value>,
    /// What would have to be lifted for the layer to be silent: the causes of every code of it that denies, in S-4's order. The
    /// lock holds the deciding code's alone.
    pub(crate) causes: Vec<Cause>,
}

impl Finding {
    /// A finding that has neither source nor lock nor causes.
    pub(crate) fn plain(reason: &'static str) -> Self {
        Self { reason, source: None, lock: None, causes: Vec::new() }
    }

    /// A finding whose source is the platform (L-3).
    pub(crate) fn by_platform(reason: &'static str) -> Self {
        Self { source: Some(json!({"level": "platform"})), ..Self::plain(reason) }
    }
}

/// Denies without source and lock.
pub(crate) fn deny(reason: &'static str) -> Verdict {
    Verdict::Deny(Finding::plain(reason))
}

/// Denies in the platform's name.
pub(crate) fn deny_by_platform(reason: &'static str) -> Verdict {
    Verdict::Deny(Finding::by_platform(reason))
}
