//! The forms of texts, numbers, lists and maps (contract 1, "Ids", "Times", "Limits"; contract 2, "Valid").
//!
//! A record's declaration names them after `is`. A schema counts characters where the rules count bytes; both agree on
//! ASCII, and a schema never refuses what the check accepts.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::object::{described, schema};
use crate::decide::Action;
use crate::digest::Digest;
use crate::document::limits::{MAX_ADDRESS, MAX_ID, MAX_NAME, MAX_TEXT, MAX_TOOL_NAME};
use crate::document::shape::MAX_INTEGER;
use crate::document::{Annotations, List, Rows, Time};

/// Unicode's Cc and Bidi_Control, as members of a class of characters.
const UNCLEAN: &str = r"\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069";
/// What of Unicode's White_Space isn't in Cc.
const BLANK: &str = r"\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";
/// The names of settings that are one setting each.
const SETTINGS: &str = "all$|new-integrations$|custom/(?:creation|use|sharing)$|integration/|server/";

/// Declares forms, each with its documentation and its schema.
macro_rules! forms {
    ($($(#[doc = $doc:literal])* $name:ident = $schema:expr;)+) => {
        $(
            $(#[doc = $doc])*
            pub(crate) struct $name;

            described! {
                $name[] |_generator| {
                    let mut schema = schema($schema);
                    schema.insert("description".to_owned(), concat!($($doc),*).trim().into());
                    schema
                }
            }
        )+
    };
}

forms! {
    /// An id: 1 to 128 bytes without control and bidirectional-control characters, no white space at either end.
    Id = named(MAX_ID);
    /// The id of a level; `platform` is nobody's.
    LevelId = {
        let mut id = named(MAX_ID);
        if let Some(id) = id.as_object_mut() {
            id.insert("not".to_owned(), json!({"const": "platform"}));
        }
        id
    };
    /// A user's id, or the empty text for a credential that all share.
    UserOrShared = json!({"type": "string", "maxLength": MAX_ID, "pattern": format!("^(?:{})?$", name_like())});
    /// The name of a tool that is stored: as an id, with up to 1,024 bytes.
    ToolName = named(MAX_TOOL_NAME);
    /// The name of a tool that is asked for: any text of at most 1,024 bytes.
    AnyToolName = json!({"type": "string", "maxLength": MAX_TOOL_NAME});
    /// A name or label: a character at least, no control and bidirectional-control characters, at most 1,024 bytes.
    Name = json!({"type": "string", "maxLength": MAX_NAME, "pattern": format!("^[^{UNCLEAN}]+$")});
    /// Any text of at most 16 KiB.
    Prose = json!({"type": "string", "maxLength": MAX_TEXT});
    /// An address of at most 4 KiB. One that isn't spelled as O-3 wants is kept, and denied in layer 3.
    AddressText = json!({"type": "string", "maxLength": MAX_ADDRESS});
    /// A pattern of origins (O-3): `scheme://host[:port][/path]`, the host perhaps behind `*.`, at most 4 KiB.
    OriginPattern = json!({"type": "string", "maxLength": MAX_ADDRESS, "pattern": origin()});
    /// The name of a header (RFC 9110) that the transport leaves free (K-12).
    HeaderName = json!({
        "type": "string",
        "maxLength": MAX_NAME,
        "pattern": "^[0-9A-Za-z!#$%&'*+.^_`|~-]+$",
        "not": {"pattern": any_case("^(?:host$|connection$|origin$|cookie$|content-|mcp-)")},
    });
    /// The version of the format that the content needs.
    Format = json!({"type": "string", "const": "1.0"});
    /// The number of a state of the policy (P-10).
    Revision = json!({"type": "integer", "minimum": 1, "maximum": MAX_INTEGER});
    /// A whole number.
    Whole = json!({"type": "integer", "minimum": 0, "maximum": MAX_INTEGER});
    /// The name of a setting that can have exceptions (S-12).
    Exceptable = json!({"type": "string", "pattern": format!("^(?:{SETTINGS})")});
    /// The name of a setting, or `disabled`.
    CauseSetting = json!({"type": "string", "pattern": format!("^(?:{SETTINGS}|floor/(?:read|write)$|disabled$)")});
    /// A text that is shown.
    Shown = json!({"type": "string"});
    /// A number from 1 on.
    Counted = json!({"type": "integer", "minimum": 1});
    /// What is to be done: the name of an action, or another text, which is denied as `unknown-action`.
    ActionName = json!({"type": "string", "maxLength": MAX_TEXT, "examples": Action::ALL.map(Action::as_str)});
    /// Any object.
    AnyObject = json!({"type": "object"});
}

/// Any JSON that contract 1 allows: no null, whole numbers alone.
pub(crate) struct AnyJson;

described! {
    AnyJson[] |generator| {
        let any = generator.subschema_for::<AnyJson>();
        schema(json!({
            "description": "any JSON without null, and with whole numbers alone",
            "type": ["boolean", "string", "integer", "array", "object"],
            "minimum": -(MAX_INTEGER as i64),
            "maximum": MAX_INTEGER,
            "items": any,
            "additionalProperties": any,
        }))
    }
}

/// A text like an id, of so many characters.
fn named(most: usize) -> Value {
    json!({"type": "string", "maxLength": most, "pattern": format!("^{}$", name_like())})
}

fn name_like() -> String {
    format!("[^{UNCLEAN}{BLANK}](?:[^{UNCLEAN}]*[^{UNCLEAN}{BLANK}])?")
}

/// A pattern of origins, as far as a regular expression that can be read says it.
fn origin() -> String {
    const LABEL: &str = "[0-9A-Za-z_-]{1,63}";
    const SEGMENT: &str = "(?:[0-9A-Za-z._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+";
    let scheme = any_case("https?://");
    let host = format!(r"(?:(?:\*\.)?{LABEL}(?:\.{LABEL})*\.?|\[[0-9A-Fa-f:.]+\])");
    format!(r"^{scheme}{host}(?::(?:\*|[1-9][0-9]{{0,4}}))?(?:/(?:{SEGMENT}/)*(?:{SEGMENT})?)?$")
}

/// A regular expression in which each letter stands for itself in both cases.
pub(super) fn any_case(expression: &str) -> String {
    let mut any = String::new();
    for character in expression.chars() {
        if character.is_ascii_alphabetic() {
            any.extend(['[', character.to_ascii_uppercase(), character.to_ascii_lowercase(), ']']);
        } else {
            any.push(character);
        }
    }
    any
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // The years 1970 to 9999, and of these the leap years: by four, but by a hundred only by four hundred.
        const YEAR: &str = "(?:19[7-9][0-9]|[2-9][0-9]{3})";
        const LEAP: &str = "(?:19(?:7[26]|8[048]|9[26])|[2-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:2[048]|[468][048]|[3579][26])00)";
        const DAY: &str = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|\
            02-(?:0[1-9]|1[0-9]|2[0-8]))";
        const CLOCK: &str = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})?Z";
        schema(json!({
            "description": "`YYYY-MM-DDTHH:MM:SS[.mmm]Z`, a real date of the years 1970 to 9999",
            "type": "string",
            "pattern": format!("^(?:{YEAR}-{DAY}|{LEAP}-02-29)T{CLOCK}$"),
        }))
    }
}

impl JsonSchema for Digest {
    fn schema_name() -> Cow<'static, str> {
        "Digest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schema(json!({
            "description": "`sha256:` and 64 lower-case hexadecimal digits",
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
        }))
    }
}

impl JsonSchema for Annotations<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Annotations".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schema(json!({
            "description": "for the document's own users: kept, and never read by a decision",
            "type": "object",
            "propertyNames": {"maxLength": MAX_NAME},
            "additionalProperties": {"type": "string", "maxLength": MAX_TEXT},
        }))
    }
}

/// Implements `JsonSchema` for a list or map, which is written where it stands.
macro_rules! inline {
    ([$($generics:tt)*] $name:ty: $title:literal |$generator:ident| $schema:expr) => {
        impl<$($generics)*> JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                schema($schema)
            }
        }
    };
}

inline! { [T: JsonSchema] List<T>: "List" |generator| json!({"type": "array", "items": generator.subschema_for::<T>()}) }
inline! { [T: JsonSchema] Rows<T>: "Rows" |generator| json!({"type": "array", "items": generator.subschema_for::<T>()}) }

/// A list with a least and a greatest length.
pub(crate) struct Most<T, const MOST: usize, const LEAST: usize = 0>(PhantomData<T>);

inline! {
    [T: JsonSchema, const MOST: usize, const LEAST: usize] Most<T, MOST, LEAST>: "Most" |generator| {
        limited(json!({"type": "array", "items": generator.subschema_for::<T>()}), ["minItems", "maxItems"], LEAST, MOST)
    }
}

/// A list in which nothing stands twice.
pub(crate) struct Set<T, const LEAST: usize = 0, const MOST: usize = { usize::MAX }>(PhantomData<T>);

inline! {
    [T: JsonSchema, const LEAST: usize, const MOST: usize] Set<T, LEAST, MOST>: "Set" |generator| {
        let list = json!({"type": "array", "uniqueItems": true, "items": generator.subschema_for::<T>()});
        limited(list, ["minItems", "maxItems"], LEAST, MOST)
    }
}

/// An object whose keys are data.
pub(crate) struct Keyed<K, V, const MOST: usize = { usize::MAX }>(PhantomData<(K, V)>);

inline! {
    [K: JsonSchema, V: JsonSchema, const MOST: usize] Keyed<K, V, MOST>: "Keyed" |generator| {
        let (key, value) = (generator.subschema_for::<K>(), generator.subschema_for::<V>());
        let map = json!({"type": "object", "propertyNames": key, "additionalProperties": value});
        limited(map, ["minProperties", "maxProperties"], 0, MOST)
    }
}

/// Adds the keywords for a least and a greatest size, where there are such.
fn limited(mut value: Value, [least_key, most_key]: [&str; 2], least: usize, most: usize) -> Value {
    if let Some(keywords) = value.as_object_mut() {
        if least > 0 {
            keywords.insert(least_key.to_owned(), least.into());
        }
        if most < usize::MAX {
            keywords.insert(most_key.to_owned(), most.into());
        }
    }
    value
}
