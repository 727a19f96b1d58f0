//! Answers as canonical JSON, members in the contract's order.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

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

/// A number of fields is a hint to a serializer, but for 0: that is an empty object.
macro_rules! object {
    ($serializer:expr, $($key:literal: $value:expr),+ $(,)?) => {{
        let mut object = $serializer.serialize_struct("Object", [$($key),+].len())?;
        $(object.serialize_field($key, &$value)?;)+
        object.end()
    }};
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Reason", *self as u32, self.code())
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Layer", *self as u32, self.as_str())
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Outcome", *self as u32, self.as_str())
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
        // Whoever administers nothing on the path gets the badge alone (P-V5).
        if self.causes.is_empty() {
            return object!(serializer, "badge": Shown(badge(self.label)));
        }
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
        let mut object = serializer.serialize_struct("Params", self.iter().count())?;
        for (param, text) in self.iter() {
            object.serialize_field(param.as_str(), text)?;
        }
        object.end()
    }
}

/// What the host must do.
struct Obligations<'d, 'p>(&'d Decision<'p>);

impl Serialize for Obligations<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.obligations())
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
fn answer<O: SerializeStruct>(object: &mut O, outcome: Outcome, reason: Reason, layer: Option<Layer>) -> Result<(), O::Error> {
    object.serialize_field("outcome", &outcome)?;
    object.serialize_field("reason", &reason)?;
    layer.map_or(Ok(()), |layer| object.serialize_field("layer", &layer))
}

impl Serialize for Decision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Decision", 9)?;
        answer(&mut object, self.outcome(), self.reason(), self.layer())?;
        object.serialize_field("revision", &self.revision())?;
        // The causes are walked once for all that they say.
        let causes = self.causes();
        let first = causes.first().copied();
        if let Some(source) = self.source_by(first) {
            object.serialize_field("source", &source)?;
        }
        if let Some(lock) = self.lock_by(&causes) {
            object.serialize_field("lock", &lock)?;
        }
        if self.obligations().next().is_some() {
            object.serialize_field("obligations", &Obligations(self))?;
        }
        let params = self.params_by(first);
        if !params.is_empty() {
            object.serialize_field("params", &params)?;
        }
        object.serialize_field("message", &Messages(self, params))?;
        if !self.problems().is_empty() {
            object.serialize_field("problems", self.problems())?;
        }
        object.end()
    }
}

impl Serialize for ForUser<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ForUser", 5)?;
        answer(&mut object, self.outcome(), self.reason(), self.layer())?;
        if let Some(badge) = self.badge() {
            object.serialize_field("badge", &Shown(badge))?;
        }
        object.serialize_field("message", &Shown(self.message()))?;
        object.end()
    }
}
