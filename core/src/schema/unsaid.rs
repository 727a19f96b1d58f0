//! The rules that the schemas can't say, which the check alone holds.

use super::Root;
use crate::document::ProblemCode;

/// Part of the rules, or all, behind a problem's code that no schema here says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsaid {
    /// The code of the problem that the check reports.
    pub code: ProblemCode,
    /// Which cases of it; none: every case.
    pub only: Option<&'static str>,
    /// Why a schema can't say it.
    pub why: &'static str,
}

const fn all(code: ProblemCode, why: &'static str) -> Unsaid {
    Unsaid { code, only: None, why }
}

const fn some(code: ProblemCode, only: &'static str, why: &'static str) -> Unsaid {
    Unsaid { code, only: Some(only), why }
}

const TEXT: &str = "a schema sees values, and no longer the text that they were read from";
const OTHER: &str = "a schema can't compare one place of a document with another";
const BYTES: &str = "a schema counts characters, and the limit is one of bytes";

/// What is left to the check, by the code of its problem. A code that isn't here is said in full.
pub const UNSAID: &[Unsaid] = &[
    all(ProblemCode::Syntax, TEXT),
    all(ProblemCode::NotUtf8, TEXT),
    all(ProblemCode::LoneSurrogate, TEXT),
    all(ProblemCode::DuplicateKey, TEXT),
    some(ProblemCode::InvalidInteger, "a whole number with a point or an exponent, and -0", "to a schema 1.0 is a whole number"),
    some(ProblemCode::TooLarge, "texts beyond ASCII", BYTES),
    some(
        ProblemCode::TooLarge,
        "nesting, in the target of an unknown action and in batches",
        "a schema that refers to itself has no depth",
    ),
    some(ProblemCode::InvalidId, "ids beyond ASCII", BYTES),
    some(ProblemCode::InvalidToolName, "names beyond ASCII", BYTES),
    some(
        ProblemCode::InvalidPattern,
        "IPv6 addresses, numbers as hosts, ports above 65535, names above 253 bytes, dot segments, needless escapes",
        "a regular expression that says all of O-3 is none that somebody can read",
    ),
    some(
        ProblemCode::DuplicateEntry,
        "headers in another case, a server's disables, grants, selected tools",
        "a schema compares whole elements and byte by byte, and these are compared by some of their members or without case",
    ),
    all(ProblemCode::DuplicateId, "a schema compares whole elements, and these by their id alone; some across lists"),
    all(ProblemCode::IdUsed, OTHER),
    all(ProblemCode::DuplicateName, "a schema compares whole elements, and these by the name that they come to"),
    all(ProblemCode::UnknownReference, OTHER),
    some(
        ProblemCode::Missing,
        "`invalid` of a slice's address that can't be read",
        "a regular expression that says all of O-3 is none that somebody can read",
    ),
    all(ProblemCode::RoleOrder, "a schema says that an element is there, but not which of two comes first"),
    all(ProblemCode::LevelNotBelow, OTHER),
    all(ProblemCode::NotAWorkspace, OTHER),
    all(ProblemCode::NotAbove, OTHER),
    all(ProblemCode::NotBelow, OTHER),
    some(
        ProblemCode::ExceptWithoutOff,
        "exceptions of `integration/ID` and `server/ID`",
        "the name of one member is part of the other's, and a schema can't put names together",
    ),
    all(ProblemCode::NotShared, OTHER),
    all(ProblemCode::NotOnPath, OTHER),
    all(ProblemCode::ExpiresTooEarly, "a schema can't compare two values"),
    all(ProblemCode::SpaceNotInSubtree, OTHER),
    all(ProblemCode::NotPackageable, OTHER),
    some(ProblemCode::LastManager, "managers whose grant is inert (V-7)", OTHER),
];

/// What stands beside the kept schemas: which there are, and what they can't say.
pub fn readme() -> String {
    let mut text = String::from(BEFORE);
    for root in Root::ALL {
        text.push_str(&format!("| `{}` | {} |\n", root.file_name(), root.about()));
    }
    text.push_str(BETWEEN);
    for Unsaid { code, only, why } in UNSAID {
        text.push_str(&format!("| `{code}` | {} | {why} |\n", only.unwrap_or("all")));
    }
    text.push_str(AFTER);
    text
}

const BEFORE: &str = "\
# Schemas

JSON Schema, draft 2020-12, of what goes into Lockstep and what comes out. The files are generated from the declarations
that read and write these things; a test fails where one of them isn't what would be generated. To write them anew:

    cargo run -p lockstep-policy --features schema --example schema

This file is written with them.

| file | of |
| --- | --- |
";

const BETWEEN: &str = "
What goes in is closed: a member or value that a schema doesn't name is refused. What comes out is open: a later version may
add members, reason codes, kinds of obligations and of problems, and a reader passes over those that it doesn't know. Only the
outcome is closed, and what a user gets of a decision, which is these members and no more.

## What they can't say

Whatever the check of a document or a request accepts, its schema accepts. The other way round there are rules that a schema
can't say. A document that its schema accepts can still have these problems, and no others:

| problem | which cases | why not |
| --- | --- | --- |
";

const AFTER: &str = "
A change's schema says the shape. What a change refers to, who may make it and what comes of it is decided by applying it, and so
is `expiresAt` against `now`, an exception without its `off`, and what stands twice in a list. An imported document is held to
the document's own schema, so that it is refused as `invalid-document` with all its problems.
";
