//! Reading a test file (contract, section 9), strictly: what isn't known is an error with its place.

use std::fmt;

use lockstep_policy::digest::{self, DigestError};
use lockstep_policy::document::{Problem, ProblemCode};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::cli::failure::Failure;
use crate::cli::input::Input;
use crate::cli::output::BAD;
use crate::cli::problems::{self, Kind};

/// A test file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a test file, an object with `policy`, `context` and `cases`")]
pub(super) struct TestFile<'a> {
    /// The policy's path, from the test file's folder.
    pub(super) policy: String,
    /// What every request takes over.
    #[serde(borrow, default)]
    context: Members<'a>,
    /// The cases.
    #[serde(borrow, deserialize_with = "some_cases")]
    pub(super) cases: Vec<Case<'a>>,
}

/// A request, and what must come of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a case, an object with `name`, `request` and `expect`")]
pub(super) struct Case<'a> {
    /// What it is about.
    pub(super) name: String,
    #[serde(borrow)]
    request: &'a RawValue,
    /// Any part of a decision.
    #[serde(deserialize_with = "part_of_a_decision")]
    pub(super) expect: Map<String, Value>,
}

impl TestFile<'_> {
    /// A case's request with the file's context, member by member under its own. What is no object stays as it is, for
    /// the policy to answer.
    pub(super) fn request(&self, case: &Case<'_>) -> String {
        let text = case.request.get();
        let Ok(mut request) = serde_json::from_str::<Members<'_>>(text) else { return text.to_owned() };
        let place = request.0.iter().position(|(name, _)| name == "context");
        let own = place.and_then(|place| request.0.get(place)).map_or("{}", |(_, context)| context.get());
        let Ok(mut context) = serde_json::from_str::<Members<'_>>(own) else { return text.to_owned() };
        let inherited = self.context.0.iter().filter(|(name, _)| !context.0.iter().any(|(own, _)| own == name));
        let inherited: Vec<_> = inherited.map(|(name, value)| (name.clone(), *value)).collect();
        context.0.extend(inherited);
        if let Some(place) = place {
            request.0.remove(place);
        }
        let members = request.to_string();
        if members.is_empty() { format!("{{\"context\": {{{context}}}}}") } else { format!("{{{members}, \"context\": {{{context}}}}}") }
    }
}

/// An object's members as they are written, double ones included.
#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl fmt::Display for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, value)) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {value}", Value::from(name.as_str()))?;
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A file without cases would pass whatever the policy says.
fn some_cases<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Case<'a>>, D::Error> {
    let cases = Vec::deserialize(deserializer)?;
    if cases.is_empty() { Err(serde::de::Error::custom("`cases` is empty, so that nothing is tested")) } else { Ok(cases) }
}

/// What a decision may have (contract, section 3).
const MEMBERS: [&str; 10] = ["outcome", "reason", "layer", "revision", "source", "lock", "obligations", "params", "message", "problems"];

/// An empty part would let every decision pass, and of a double key one would be forgotten.
fn part_of_a_decision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    use serde::de::Error;
    let text = <&RawValue>::deserialize(deserializer)?.get();
    let part: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| D::Error::custom("`expect` isn't an object with a part of a decision"))?;
    if part.is_empty() {
        return Err(D::Error::custom("`expect` is empty, so that no decision could fail it"));
    }
    if let Some(unknown) = part.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
        return Err(D::Error::custom(format!("a decision has no member `{unknown}`; it has `{}`", MEMBERS.join("`, `"))));
    }
    match digest::json_digest(text.as_bytes()) {
        Err(DigestError::DuplicateKey(_)) => Err(D::Error::custom("`expect` has a key twice in one object")),
        _ => Ok(part),
    }
}

/// Reads a test file; what is wrong with it goes to standard error.
pub(super) fn read<'a>(input: &Input, text: &'a [u8]) -> Result<TestFile<'a>, Failure> {
    serde_json::from_slice(text).map_err(|error| {
        let name = input.to_string();
        let mut out = anstream::stderr().lock();
        // There is nobody left to tell that this can't be told.
        let _ = problems::write(&mut out, Kind::Error, &name, text, &[problem(&error, text)]);
        let _ = std::io::Write::write_fmt(
            &mut out,
            format_args!("{BAD}error{BAD:#}: `{name}` is no test file; `lockstep test --help` shows one\n"),
        );
        Failure::Told
    })
}

/// The reader's words as a problem like any other.
fn problem(error: &serde_json::Error, text: &[u8]) -> Problem {
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words).replace("field", "member");
    let code = match error.classify() {
        _ if std::str::from_utf8(text).is_err() => ProblemCode::NotUtf8,
        Category::Data if words.starts_with("unknown member") => ProblemCode::UnknownKey,
        Category::Data if words.starts_with("missing member") => ProblemCode::Missing,
        Category::Data if words.starts_with("duplicate member") => ProblemCode::DuplicateKey,
        Category::Data => ProblemCode::WrongType,
        Category::Syntax | Category::Eof | Category::Io => ProblemCode::Syntax,
    };
    let help = match code {
        _ if words.contains("is empty") => "write what must hold",
        _ if words.starts_with("a decision has no member") => "write one of those names",
        ProblemCode::UnknownKey => "remove it, or write one of those names",
        code => code.help(),
    };
    // The reader has passed the key that it doesn't like.
    let key = words.strip_prefix("unknown member `").or(words.strip_prefix("duplicate member `"));
    let key = key.and_then(|words| words.split('`').next()).map_or(0, |key| key.len() + 1);
    let (line, column) = (error.line() as u64, characters(text, error.line(), error.column().saturating_sub(key)));
    Problem { code, at: String::new(), line, column, problem: words, help: help.to_owned(), related: None }
}

/// The column of a line's byte, in characters from 1.
fn characters(text: &[u8], line: usize, byte: usize) -> u64 {
    let line = text.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let before = line.get(..byte.saturating_sub(1)).unwrap_or(line);
    String::from_utf8_lossy(before).chars().count() as u64 + 1
}
