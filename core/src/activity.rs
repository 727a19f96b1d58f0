//! Activity: what changes with every call or check, an input beside the policy (Terms; contract 2, "Activity").

use std::fmt::Display;

use crate::decide::{DownstreamState, explain_request};
use crate::document::read::{read_fast, utf8};
use crate::document::shape::Shape;
use crate::document::tree::Node;
use crate::document::{Map, ProblemCode, Problems, Text, Time, is_id, record, text_enum};
#[cfg(feature = "schema")]
use crate::schema::form::{Id, Keyed, UserOrShared};

text_enum! {
    /// What came of a contact (N-7).
    pub enum ContactResult { AuthFailed = "auth-failed", Ok = "ok", Unreachable = "unreachable" }
}

record! {
    /// What changes with every call or check.
    closed pub struct ActivityRecord<'a> {
        /// By token.
        tokens: map Map<'a, TokenActivity> = "tokens" is Keyed<Id, TokenActivity>,
        /// By server.
        servers: map Map<'a, ServerActivity<'a>> = "servers" is Keyed<Id, ServerActivity<'a>>,
        /// By user.
        users: map Map<'a, UserActivity> = "users" is Keyed<Id, UserActivity>,
    }
}

record! {
    /// What is known of a token.
    closed pub struct TokenActivity {
        /// The last forwarded call under it (U-5).
        last_used_at: optional Time = "lastUsedAt",
    }
}

record! {
    /// What is known of a server.
    closed pub struct ServerActivity<'a> {
        /// The last contact that reached an answer or a failure (N-7).
        last_contact: optional Contact = "lastContact",
        /// The state of authorisation by user, or under the empty text where the credential is shared (K-8).
        authorization: map Map<'a, DownstreamState> = "authorization" is Keyed<UserOrShared, DownstreamState>,
    }
}

record! {
    /// One contact.
    closed pub struct Contact {
        /// When.
        at: required Time = "at",
        /// What came of it.
        result: required ContactResult = "result",
    }
}

record! {
    /// What is known of a user.
    closed pub struct UserActivity {
        /// Their last act as a delegated administrator (K-10).
        last_delegated_at: optional Time = "lastDelegatedAt",
    }
}

/// Activity, made ready to be asked by id. The default knows nothing.
///
/// ```
/// use lockstep_policy::activity::Activity;
/// let activity = Activity::read(br#"{"tokens": {"t-1": {"lastUsedAt": "2026-11-20T11:00:00Z"}}}"#)?;
/// assert!(activity.last_used("t-1").is_some() && activity.last_used("t-2").is_none());
/// # Ok::<(), lockstep_policy::document::Problems>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Activity<'a> {
    tokens: ById<'a, TokenActivity>,
    servers: ById<'a, Server<'a>>,
    users: ById<'a, UserActivity>,
}

/// What is known of a server.
#[derive(Clone, Debug)]
struct Server<'a> {
    last_contact: Option<Contact>,
    authorization: ById<'a, DownstreamState>,
}

/// In the order of ids, so that each is found without a look at the rest.
#[derive(Clone, Debug)]
struct ById<'a, T>(Box<[(Text<'a>, T)]>);

impl<T> Default for ById<'_, T> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<'a, T> ById<'a, T> {
    fn new(entries: impl Iterator<Item = (Text<'a>, T)>) -> Self {
        let mut entries: Box<[_]> = entries.collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(entries)
    }

    fn get(&self, id: &str) -> Option<&T> {
        let place = self.0.binary_search_by(|(known, _)| known.as_str().cmp(id)).ok()?;
        self.0.get(place).map(|(_, known)| known)
    }
}

impl<'a> Activity<'a> {
    /// Reads activity from JSON.
    ///
    /// # Errors
    ///
    /// All that is wrong with the text, with its place.
    pub fn read(text: &'a [u8]) -> Result<Self, Problems> {
        let text = utf8(text)?;
        if let Some(record) = read_fast::<ActivityRecord<'_>>(text) {
            let mut fits = true;
            check(&record, &mut |_, _, _| fits = false);
            if fits {
                return Ok(Self::new(record));
            }
        }
        explain_request(text, |reader| ActivityRecord::slow(reader, Node::ROOT), check).map(Self::new)
    }

    /// Activity of a host's own making.
    pub fn new(record: ActivityRecord<'a>) -> Self {
        let server = |(id, server): (Text<'a>, ServerActivity<'a>)| {
            (id, Server { last_contact: server.last_contact, authorization: ById::new(server.authorization.into_iter()) })
        };
        Self {
            tokens: ById::new(record.tokens.into_iter()),
            servers: ById::new(record.servers.into_iter().map(server)),
            users: ById::new(record.users.into_iter()),
        }
    }

    /// The last forwarded call under a token (U-5).
    pub fn last_used(&self, token: &str) -> Option<Time> {
        self.tokens.get(token)?.last_used_at
    }

    /// The last contact with a server that reached an answer or a failure (N-7).
    pub fn last_contact(&self, server: &str) -> Option<&Contact> {
        self.servers.get(server)?.last_contact.as_ref()
    }

    /// The state of a user's authorisation at a server; of the empty text, that of its shared credential (K-8).
    pub fn authorization(&self, server: &str, user: &str) -> Option<DownstreamState> {
        self.servers.get(server)?.authorization.get(user).copied()
    }

    /// A user's last act as a delegated administrator (K-10).
    pub fn last_delegated(&self, user: &str) -> Option<Time> {
        self.users.get(user)?.last_delegated_at
    }
}

/// What the shape can't say: ids.
fn check(activity: &ActivityRecord<'_>, report: &mut dyn FnMut(&dyn Display, ProblemCode, &dyn Display)) {
    let mut id = |group: &str, id: &str| {
        if !is_id(id) {
            report(&format_args!("/{group}/{}", escaped(id)), ProblemCode::InvalidId, &"this is keyed by what is no id");
        }
    };
    activity.tokens.iter().for_each(|(token, _)| id("tokens", token));
    activity.servers.iter().for_each(|(server, _)| id("servers", server));
    activity.users.iter().for_each(|(user, _)| id("users", user));
    for (server, known) in activity.servers.iter() {
        let group = format!("servers/{}/authorization", escaped(server));
        known.authorization.iter().filter(|(user, _)| !user.is_empty()).for_each(|(user, _)| id(&group, user));
    }
}

/// A key as JSON Pointers write it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
