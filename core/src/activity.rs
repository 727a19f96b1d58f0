//! Activity: what changes with every call or check, an input beside the policy (Terms; contract 2, "Activity").
//!
//! Its shape alone, and a reader of it; views are what will read it.

use crate::decide::DownstreamState;
use crate::document::{Map, Problems, Time, record, text_enum};
use crate::schema::form::{Id, Keyed, UserOrShared};

text_enum! {
    /// What came of a contact (N-7).
    pub enum ContactResult { AuthFailed = "auth-failed", Ok = "ok", Unreachable = "unreachable" }
}

record! {
    /// What changes with every call or check.
    closed pub struct Activity<'a> {
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

impl<'a> Activity<'a> {
    /// Reads activity, and holds it to its shape.
    ///
    /// # Errors
    ///
    /// All problems of its shape, with their places.
    pub fn read(text: &'a [u8]) -> Result<Self, Problems> {
        crate::document::read::read_shape(text)
    }
}
