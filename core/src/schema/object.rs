//! Putting schemas together: what a record's members come to, and what is added to it.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Where an object's schema keeps the order of its members until it is printed; no keyword of JSON Schema.
pub(super) const ORDER: &str = "x-order";

/// Implements `JsonSchema` for a type of ours: its name, and how its schema is made.
macro_rules! described {
    ($name:ident[$($args:tt)*] |$generator:ident| $schema:expr) => {
        impl $($args)* schemars::JsonSchema for $name $($args)* {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}
pub(crate) use described;

/// An object with fixed members, in the making.
pub(crate) struct Object {
    about: &'static str,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    order: Vec<&'static str>,
}

impl Object {
    /// One without members; `about` is the type's documentation.
    pub(crate) fn new(about: &'static str) -> Self {
        Self { about, properties: Map::new(), required: Vec::new(), order: Vec::new() }
    }

    /// Adds a member of the form `T`.
    pub(crate) fn member<T: JsonSchema>(&mut self, generator: &mut SchemaGenerator, key: &'static str, required: bool, about: &str) {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("description".to_owned(), about.trim().into());
        self.properties.insert(key.to_owned(), schema.into());
        self.order.push(key);
        if required {
            self.required.push(key);
        }
    }

    /// The schema, which takes no other members: what goes in is closed (contract 1).
    pub(crate) fn closed(self) -> Schema {
        let mut schema = self.open();
        schema.insert("additionalProperties".to_owned(), false.into());
        schema
    }

    /// The schema, which takes other members: what comes out is open (contract 1).
    pub(crate) fn open(self) -> Schema {
        let mut schema = Map::new();
        schema.insert("description".to_owned(), self.about.trim().into());
        schema.insert("type".to_owned(), "object".into());
        schema.insert(ORDER.to_owned(), self.order.into());
        schema.insert("properties".to_owned(), self.properties.into());
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        schema.into()
    }
}

/// The schema of a set of texts.
pub(crate) fn texts(about: &str, texts: &[&str]) -> Schema {
    schema(json!({"description": about.trim(), "type": "string", "enum": texts}))
}

/// A schema that is written down as an object.
pub(super) fn schema(value: Value) -> Schema {
    match value {
        Value::Object(keywords) => keywords.into(),
        // Only objects are written down here.
        _ => Schema::default(),
    }
}

/// Adds a schema that must hold besides.
pub(super) fn also(schema: &mut Schema, other: Value) {
    match schema.get_mut("allOf") {
        Some(Value::Array(all)) => all.push(other),
        _ => drop(schema.insert("allOf".to_owned(), json!([other]))),
    }
}

/// The schema of a member, to be added to.
pub(super) fn member<'s>(schema: &'s mut Schema, key: &str) -> Option<&'s mut Map<String, Value>> {
    schema.get_mut("properties")?.get_mut(key)?.as_object_mut()
}

/// A union of closed records by their `kind`.
pub(crate) fn union<const N: usize>(about: &str, kinds: [(&'static str, Schema); N]) -> Schema {
    let branches = kinds.into_iter().map(|(kind, mut record)| {
        set_kind(&mut record, kind);
        record.into()
    });
    let branches: Vec<Value> = branches.collect();
    schema(json!({"description": about, "oneOf": branches}))
}

/// Writes down a record's kind, or that of each of its own branches.
fn set_kind(record: &mut Schema, kind: &str) {
    if let Some(member) = member(record, "kind") {
        *member = [("const".to_owned(), kind.into())].into_iter().collect();
    }
    if let Some(Value::Array(branches)) = record.get_mut("oneOf") {
        for branch in branches {
            if let Some(kind_of) = branch.pointer_mut("/properties/kind") {
                *kind_of = json!({"const": kind});
            }
        }
    }
}
