//! What comes out (contract 3): the mirror of what `decide::json`, `explain` and `list` write.
//!
//! Answers are open: a later version may add members, reasons and obligations (contract 1). What bears on safety, the
//! outcome, is closed.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::form::{AnyToolName, CauseSetting, Counted, Id, Name, Revision, Shown, ToolName};
use super::object::{Object, described, schema, texts};
use crate::decide::{Layer, Outcome, Param, Reason};
use crate::digest::Digest;
use crate::document::{List, ProblemCode};

/// Declares an object that comes out; `says` adds what holds between its members.
macro_rules! answer {
    (
        $(#[doc = $about:literal])*
        $finish:ident $name:ident $(says $says:ident)? { $($(#[doc = $doc:literal])* $key:literal: $kind:ident $form:ty,)+ }
    ) => {
        $(#[doc = $about])*
        pub(super) struct $name;

        described! {
            $name[] |generator| {
                let mut object = Object::new(concat!($($about),*));
                $(object.member::<$form>(generator, $key, crate::document::shape::member!(@is_required $kind), concat!($($doc),*));)+
                #[allow(unused_mut, reason = "most answers say nothing more")]
                let mut schema = object.$finish();
                $($says(&mut schema);)?
                schema
            }
        }
    };
}

answer! {
    /// What a policy answers to a request, and why (L-3).
    open Decision {
        /// What it comes to.
        "outcome": required Outcome,
        /// Why.
        "reason": required Reason,
        /// The layer that decided; absent where nothing denied or asked.
        "layer": optional Layer,
        /// The revision of the policy that answered.
        "revision": required Revision,
        /// Who is behind it.
        "source": optional Source,
        /// What locks it.
        "lock": optional Lock,
        /// What the host must do when it acts on the `allow` of a call; one that doesn't know an obligation denies.
        "obligations": optional List<Obligation>,
        /// What a translation of the messages needs.
        "params": optional Params,
        /// What to tell (L-4).
        "message": required Messages,
        /// What is wrong with a request that is `invalid-request`.
        "problems": optional List<Problem>,
    }
}

answer! {
    /// What a user gets of a decision, and nothing else (contract 3, "For the user").
    closed ForUser {
        /// What it comes to.
        "outcome": required Outcome,
        /// Why.
        "reason": required Reason,
        /// The layer that decided; absent where nothing denied or asked.
        "layer": optional Layer,
        /// Who locks it, as the level's label (S-4).
        "badge": optional Shown,
        /// What to tell the user.
        "message": required Shown,
    }
}

answer! {
    /// Who is behind a decision: a scope, or the platform, which has a level alone.
    open Source says whole_source {
        /// The scope's level, or `platform`.
        "level": required Id,
        /// The scope's id.
        "scope": optional Id,
        /// The scope's name.
        "name": optional Name,
    }
}

answer! {
    /// What locks something (S-4).
    open Lock {
        /// "Locked by", and the label of the level of the first cause's authority.
        "badge": required Shown,
        /// All causes, the first of which is the source.
        "causes": required List<Cause>,
    }
}

answer! {
    /// A stored restriction.
    open Cause {
        /// The setting's name; `disabled` of a server that an administrator disabled.
        "setting": required CauseSetting,
        /// The level of its authority.
        "level": required Id,
        /// Its authority, a scope's id.
        "authority": required Id,
        /// The scope that stores it.
        "at": required Id,
    }
}

answer! {
    /// The texts of a decision.
    open Messages {
        /// To the user.
        "user": required Shown,
        /// To an administrator.
        "admin": required Shown,
    }
}

answer! {
    /// What is wrong, and where (contract 2, "Problems").
    open Problem {
        /// What kind of problem it is.
        "code": required ProblemCode,
        /// Where, as a JSON Pointer.
        "at": required Shown,
        /// The line of that place, from 1.
        "line": required Counted,
        /// The character in that line, from 1.
        "column": required Counted,
        /// What is wrong.
        "problem": required Shown,
        /// What to do about it.
        "help": required Shown,
        /// Of two places that clash, the earlier one.
        "related": optional Shown,
    }
}

answer! {
    /// An answer with its reasons, as far as the actor may know them (L-10).
    open Explanation {
        /// The decision, or what a user gets of it.
        "decision": required Told,
        /// Every layer in order; absent for who may not know them.
        "layers": optional List<LayerRow>,
        /// The stored restrictions that would have to be lifted; absent where there are none.
        "unlock": optional List<Unlock>,
    }
}

answer! {
    /// What one layer says.
    open LayerRow {
        /// Which one.
        "layer": required Layer,
        /// What it comes to in this layer.
        "verdict": required Verdict,
        /// Why it denies or asks.
        "reason": optional Reason,
        /// Who is behind that.
        "source": optional Source,
        /// What locks it.
        "lock": optional Lock,
        /// What to tell an administrator.
        "message": optional Shown,
    }
}

answer! {
    /// A stored restriction that would have to be lifted.
    open Unlock {
        /// The setting's name.
        "setting": required CauseSetting,
        /// The scope that stores it.
        "at": required Id,
        /// Its authority, a scope's id.
        "authority": required Id,
        /// Level and name of who can lift it.
        "who": required Shown,
    }
}

answer! {
    /// Every tool that a caller can see, by server and tool; or, without rows, why none is told (L-2).
    open Listed says rows_or_reason {
        /// The revision of the policy that answered.
        "revision": required Revision,
        /// The tools.
        "rows": optional List<Row>,
        /// Why there is no list.
        "reason": optional Reason,
        /// The layer that denies it.
        "layer": optional Layer,
        /// What is wrong with a request that is `invalid-request`.
        "problems": optional List<Problem>,
    }
}

answer! {
    /// A tool of a list.
    open Row {
        /// The server's id.
        "server": required Id,
        /// The virtual server's, where it is seen through one.
        "virtualServer": optional Id,
        /// The tool's name on its server.
        "tool": required AnyToolName,
        /// The exposed name, where it is another (V-8).
        "as": optional AnyToolName,
        /// What a call of it would come to.
        "outcome": required Outcome,
        /// Why.
        "reason": required Reason,
        /// The layer that decides.
        "layer": optional Layer,
    }
}

/// A scope has its name with it; the platform has neither.
fn whole_source(schema: &mut Schema) {
    schema.insert("dependentRequired".to_owned(), json!({"scope": ["name"], "name": ["scope"]}));
}

fn rows_or_reason(schema: &mut Schema) {
    schema.insert("oneOf".to_owned(), json!([{"required": ["rows"]}, {"required": ["reason", "layer"]}]));
}

/// What a layer says.
pub(super) struct Verdict;

described! {
    Verdict[] |_generator| texts("What a layer says of a request.", &["pass", "deny", "ask", "not-applicable", "not-reached"])
}

/// A decision, or what a user gets of it.
pub(super) struct Told;

described! {
    Told[] |generator| schema(json!({"anyOf": [generator.subschema_for::<Decision>(), generator.subschema_for::<ForUser>()]}))
}

/// What messages are made of.
pub(super) struct Params;

described! {
    Params[] |_generator| {
        let known: Map<String, Value> = Param::ALL.into_iter().map(|param| (param.as_str().to_owned(), json!({"type": "string"}))).collect();
        schema(json!({
            "description": "What the messages' templates name, as far as it is there.",
            "type": "object",
            "properties": known,
            "additionalProperties": {"type": "string"},
        }))
    }
}

/// What a host must do when it acts on an allow.
pub(super) struct Obligation;

described! {
    Obligation[] |generator| {
        let (id, tool, digest) =
            (generator.subschema_for::<Id>(), generator.subschema_for::<ToolName>(), generator.subschema_for::<Digest>());
        let of = |kind: &str, members: Value| {
            let required: Vec<&String> = members.as_object().map(|members| members.keys().collect()).unwrap_or_default();
            json!({
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"required": required, "properties": members},
            })
        };
        schema(json!({
            "description": "What a host must do when it acts on an `allow`; one that doesn't know the kind denies.",
            "type": "object",
            "properties": {"kind": {"anyOf": [{"enum": ["verify-definition", "burn-approval"]}, {"type": "string"}]}},
            "required": ["kind"],
            "allOf": [
                of("verify-definition", json!({"server": id, "tool": tool, "digest": digest})),
                of("burn-approval", json!({"invocation": id})),
            ],
        }))
    }
}

described! {
    Outcome[] |_generator| texts("`allow`, `ask` (the caller must confirm this one call) or `deny`.", &[Outcome::Allow, Outcome::Ask, Outcome::Deny].map(Outcome::as_str))
}

described! {
    Layer[] |_generator| texts("One of the eleven layers, in the order in which they are asked (L-1).", &Layer::ALL.map(Layer::as_str))
}

described! {
    Reason[] |_generator| open_texts("A reason's code. One that isn't known means what the outcome says.", Reason::ALL.iter().map(|reason| reason.code()))
}

described! {
    ProblemCode[] |_generator| open_texts("What kind of problem it is. More may come.", ProblemCode::ALL.iter().map(|code| code.as_str()))
}

/// Texts that are known today, and others that a later version may give.
fn open_texts(about: &str, known: impl Iterator<Item = &'static str>) -> Schema {
    let known: Vec<&str> = known.collect();
    schema(json!({"description": about, "type": "string", "anyOf": [{"enum": known}, {"pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$"}]}))
}
