//! Answers as canonical JSON, members in the contract's order.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::decision::{Decision, ForUser, Obligation};
use super::lock::{CauseView, Lock, Source, badge};
use super::message::Params;
use super::reason::{Layer, Outcome, Reason};

/// Serialises whatever is shown as a text.
pub(crate) struct Shown<D>(pub(crate) D);

impl<D: fmt::Display> Serialize for Shown<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

macro_rules! object {
    ($serializer:expr, $($key:literal: $value:expr),+ $(,)?) => {{
        let mut map = $serializer.serialize_map(None)?;
        $(map.serialize_entry($key, &$value)?;)+
        map.end()
    }};
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Source<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Platform => object!(serializer, "level": "platform"),
            Self::Scope { level, scope, name } => object!(serializer, "level": level, "scope": scope, "name": name),
        }
    }
}

impl Serialize for CauseView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer, "setting": Shown(self.setting()), "level": self.level, "authority": self.authority, "at": self.at)
    }
}

impl Serialize for Lock<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer, "badge": Shown(badge(self.label)), "causes": self.causes)
    }
}

impl Serialize for Obligation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::VerifyDefinition { server, tool, digest } => {
                object!(serializer, "kind": "verify-definition", "server": server, "tool": tool, "digest": Shown(digest))
            }
            Self::BurnApproval { invocation } => object!(serializer, "kind": "burn-approval", "invocation": invocation),
        }
    }
}

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(param, text)| (param.as_str(), text)))
    }
}

/// Both messages.
struct Messages<'d, 'p>(&'d Decision<'p>, Params<'p>);

impl Serialize for Messages<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(decision, params) = self;
        object!(serializer, "user": Shown(decision.told_user(*params)), "admin": Shown(decision.told_administrator(*params)))
    }
}

/// The members that every answer begins with.
fn answer<M: SerializeMap>(map: &mut M, outcome: Outcome, reason: Reason, layer: Option<Layer>) -> Result<(), M::Error> {
    map.serialize_entry("outcome", &outcome)?;
    map.serialize_entry("reason", &reason)?;
    layer.map_or(Ok(()), |layer| map.serialize_entry("layer", &layer))
}

impl Serialize for Decision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        answer(&mut map, self.outcome(), self.reason(), self.layer())?;
        map.serialize_entry("revision", &self.revision())?;
        // The causes are walked once for all that they say.
        let causes = self.causes();
        let first = causes.first().copied();
        if let Some(source) = self.source_by(first) {
            map.serialize_entry("source", &source)?;
        }
        if let Some(lock) = self.lock_by(&causes) {
            map.serialize_entry("lock", &lock)?;
        }
        let obligations: Vec<_> = self.obligations().collect();
        if !obligations.is_empty() {
            map.serialize_entry("obligations", &obligations)?;
        }
        let params = self.params_by(first);
        if !params.is_empty() {
            map.serialize_entry("params", &params)?;
        }
        map.serialize_entry("message", &Messages(self, params))?;
        if !self.problems().is_empty() {
            map.serialize_entry("problems", self.problems())?;
        }
        map.end()
    }
}

impl Serialize for ForUser<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        answer(&mut map, self.outcome(), self.reason(), self.layer())?;
        if let Some(badge) = self.badge() {
            map.serialize_entry("badge", &Shown(badge))?;
        }
        map.serialize_entry("message", &Shown(self.message()))?;
        map.end()
    }
}
