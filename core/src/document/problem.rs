//! What is wrong with a document, said so that somebody can mend it (contract 2, "Problems").

use std::fmt;

use serde::Serialize;

use crate::document::json::Writer;

/// How many problems are told at once; the rest is only counted.
pub const MAX_PROBLEMS: usize = 1000;

/// One problem or warning, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// Where, as a JSON Pointer.
    pub at: String,
    /// The line of that place, from 1.
    pub line: u64,
    /// The character in that line, from 1.
    pub column: u64,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub help: String,
    /// Of two places that clash, the earlier one, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({}", self.line, self.column, self.problem, self.code)?;
        if !self.at.is_empty() {
            write!(f, " at {}", self.at)?;
        }
        write!(f, "); {}", self.help)
    }
}

/// Everything that is wrong with a text, by place: the first 1,000, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", summary(.problems, *.count))]
pub struct Problems {
    /// The first ones, sorted by their place in the text.
    pub problems: Vec<Problem>,
    /// How many there are in all.
    pub count: u64,
}

impl Problems {
    /// The canonical JSON of them.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }

    /// A document that names something that isn't there, where nothing says what.
    pub(crate) fn unresolved() -> Self {
        let code = ProblemCode::UnknownReference;
        let (problem, help) = ("something that the document names isn't in it".to_owned(), code.help().to_owned());
        Self { problems: vec![Problem { code, at: String::new(), line: 1, column: 1, problem, help, related: None }], count: 1 }
    }
}

fn summary(problems: &[Problem], count: u64) -> String {
    match problems {
        [] => "no problem".to_owned(),
        [only] if count == 1 => only.to_string(),
        [first, ..] => format!("{count} problems, the first at {first}"),
    }
}

macro_rules! problem_codes {
    ($($variant:ident = $code:literal, $help:literal;)+) => {
        /// The kinds of problems and warnings. More may come.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $(#[doc = concat!("`", $code, "`: ", $help)] $variant,)+
        }

        impl ProblemCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// What to do about such a problem, when nothing more exact can be said.
            pub const fn help(self) -> &'static str {
                match self {
                    $(Self::$variant => $help,)+
                }
            }
        }
    };
}

problem_codes! {
    Syntax = "syntax", "mend the text so that it is JSON";
    NotUtf8 = "not-utf-8", "save the text as UTF-8";
    LoneSurrogate = "lone-surrogate", "write the character itself, or both halves of its pair";
    FormatTooNew = "format-too-new", "use a newer version of the software, or a document of format 1.0";
    InvalidFormat = "invalid-format", "write the format as `1.0`";
    TooLarge = "too-large", "make it smaller";
    DuplicateKey = "duplicate-key", "keep one of the two members";
    UnknownKey = "unknown-key", "remove it; what is for your own use goes into `annotations`";
    Missing = "missing", "add the member";
    WrongType = "wrong-type", "write a value of the type that belongs here";
    UnknownValue = "unknown-value", "write one of the values that belong here";
    InvalidInteger = "invalid-integer", "write a whole number of the allowed range, without point or exponent";
    InvalidTime = "invalid-time", "write a real time from 1970 to 9999 in UTC, as `2026-01-31T12:00:00Z`";
    InvalidDigest = "invalid-digest", "write `sha256:` and 64 lower-case hexadecimal digits";
    InvalidId = "invalid-id",
        "write 1 to 128 bytes without control or bidirectional-control characters, and no white space at the ends";
    InvalidToolName = "invalid-tool-name",
        "write 1 to 1,024 bytes without control or bidirectional-control characters, and no white space at the ends";
    InvalidName = "invalid-name", "write at least one character, and no control or bidirectional-control characters";
    InvalidPattern = "invalid-pattern", "write `scheme://host[:port][/path]`; only the host may begin with `*.`";
    HeaderNotAllowed = "header-not-allowed", "remove the header; it is set by the transport or by the authorisation";
    InvalidHeader = "invalid-header", "write a header's name: letters, digits, and `!#$%&'*+-.^_`|~`";
    DuplicateId = "duplicate-id", "give one of the two another id";
    IdUsed = "id-used", "give the server an id that was never used";
    DuplicateEntry = "duplicate-entry", "remove one of the two";
    DuplicateName = "duplicate-name", "give one of the two tools another exposed name with `as`";
    UnknownReference = "unknown-reference", "write an id that the document declares";
    UnknownSetting = "unknown-setting", "write a setting's name, as `integration/ID` or `custom/use`";
    ReservedLevel = "reserved-level", "call the level something else; `platform` stands above every level";
    DuplicateRole = "duplicate-role", "give the role to one level alone";
    RoleOrder = "role-order", "put the level of the tenants above that of the workspaces";
    NoRoot = "no-root", "declare one scope without a parent";
    SeveralRoots = "several-roots", "give all scopes but one a parent";
    LevelNotBelow = "level-not-below", "give the scope a level below its parent's";
    NotAWorkspace = "not-a-workspace", "name a scope whose level has the role `workspace`";
    NotAbove = "not-above", "name a scope above";
    NotBelow = "not-below", "name a scope below";
    ExceptWithoutOff = "except-without-off", "turn that very setting off in the same record, or remove the exception";
    ExceptEmpty = "except-empty", "name a scope, or remove the exception";
    NotShared = "not-shared", "name a shared server";
    NotOnPath = "not-on-path", "name the server's scope or one above it";
    LabelAuthorityWithoutLabel = "label-authority-without-label", "add the `label`, or remove `labelAuthority`";
    EnforceWithoutRegister = "enforce-without-register", "write `register`, or `register` and `use`";
    AddedAtMissing = "added-at-missing", "add `addedAt`, the time when access was first enabled";
    ExpiresTooEarly = "expires-too-early", "let the token expire after it was issued";
    AgentRequired = "agent-required", "name an agent at least";
    OwnerRequired = "owner-required", "name the owner; only shared servers can be without";
    CredentialsWithNone = "credentials-with-none", "remove `credentials`, or use another method";
    SpaceNotInSubtree = "space-not-in-subtree", "name spaces of workspaces in the subtree of the server's scope";
    NotPackageable = "not-packageable",
        "select servers of integrations that lie on the virtual server's path or in its subtree";
    LastManager = "last-manager",
        "grant `manage` to a user who belongs to or administers a scope on the virtual server's path or below";
    SleepingRestriction = "sleeping-restriction",
        "turn the feature `accessControl` on for it to count, or remove the restriction";
    InertGrant = "inert-grant", "let the user belong to a scope on the path or below, or remove the grant";
    InertAssignment = "inert-assignment", "make the user eligible, or remove the assignment";
    EmptyPattern = "empty-pattern", "remove the pattern, or name that host in a pattern of the platform's without `*.`";
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
