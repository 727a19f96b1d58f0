//! JSON Schema (draft 2020-12) of what goes in and comes out, made from the very declarations that read it.
//!
//! What a schema can't say, and why, is in [`UNSAID`].

mod answer;
pub(crate) mod form;
mod object;
mod print;
pub(crate) mod says;
mod unsaid;

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::{activity, change, decide, document};

pub use self::unsaid::{UNSAID, Unsaid, readme};

pub(crate) use self::object::{Object, described, texts, union};

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Root {
    /// A policy document.
    Document,
    /// A request for a decision.
    Request,
    /// A request for a list.
    ListRequest,
    /// A decision.
    Decision,
    /// An explanation.
    Explanation,
    /// A list.
    List,
    /// A change, who wants it, and when.
    Change,
    /// Activity.
    Activity,
}

impl Root {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Document, Self::Request, Self::ListRequest, Self::Decision, Self::Explanation, Self::List, Self::Change, Self::Activity];

    /// Its name in file names and ids.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Request => "request",
            Self::ListRequest => "list-request",
            Self::Decision => "decision",
            Self::Explanation => "explanation",
            Self::List => "list",
            Self::Change => "change",
            Self::Activity => "activity",
        }
    }

    /// The root of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.name() == name)
    }

    /// The name of its kept file.
    pub fn file_name(self) -> String {
        format!("{}.schema.json", self.name())
    }

    /// What it is of, in a few words.
    const fn about(self) -> &'static str {
        match self {
            Self::Document => "a policy document",
            Self::Request => "a request for a decision, or for an explanation",
            Self::ListRequest => "a request for a list",
            Self::Decision => "the answer to a request",
            Self::Explanation => "the answer to a request, with its reasons",
            Self::List => "the answer to a request for a list",
            Self::Change => "a change, who wants it, when, and against which revision",
            Self::Activity => "activity, an input beside the policy",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Document => "Lockstep policy document",
            Self::Request => "Lockstep request",
            Self::ListRequest => "Lockstep request for a list",
            Self::Decision => "Lockstep decision",
            Self::Explanation => "Lockstep explanation",
            Self::List => "Lockstep list",
            Self::Change => "Lockstep change",
            Self::Activity => "Lockstep activity",
        }
    }

    /// Its schema as indented JSON, the same bytes everywhere.
    pub fn to_json(self) -> String {
        let mut schema = match self {
            Self::Document => root::<document::Document<'_>>(),
            Self::Request => root::<decide::RequestShape<'_>>(),
            Self::ListRequest => root::<decide::ListRequestShape<'_>>(),
            Self::Decision => root::<answer::Decision>(),
            Self::Explanation => root::<answer::Explanation>(),
            Self::List => root::<answer::Listed>(),
            Self::Change => root::<change::Ask<'_>>(),
            Self::Activity => root::<activity::ActivityRecord<'_>>(),
        };
        prune(&mut schema);
        schema.insert("$id".to_owned(), format!("urn:lockstep:schema:{}", self.name()).into());
        schema.insert("title".to_owned(), self.title().into());
        schema.insert("$comment".to_owned(), "Generated. What it can't say is listed in README.md beside it.".into());
        print::print(schema.as_value())
    }
}

fn root<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

/// Takes out the definitions that nothing refers to: kinds whose texts stand in the branches of a union.
fn prune(schema: &mut Schema) {
    const PREFIX: &str = "#/$defs/";
    loop {
        let mut named = BTreeSet::new();
        references(schema.as_value(), &mut |reference| named.extend(reference.strip_prefix(PREFIX).map(str::to_owned)));
        let Some(Value::Object(definitions)) = schema.get_mut("$defs") else { return };
        let before = definitions.len();
        definitions.retain(|name, _| named.contains(name));
        if definitions.len() == before {
            return;
        }
    }
}

fn references(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found(reference);
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}
