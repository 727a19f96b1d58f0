//! Slices: as much of a policy as one scope, or one user in one workspace, needs (P-6).
//!
//! A slice is a document, and loaded like any other; [`Policy::slice_of`] tells the two apart. What it holds is chosen in
//! `scope` and `user`, and each record of it is cut in `cut`, `settings` and `servers`.

#[cfg(feature = "changes")]
mod cut;
#[cfg(feature = "changes")]
mod scope;
#[cfg(feature = "changes")]
mod servers;
#[cfg(feature = "changes")]
mod settings;
#[cfg(feature = "changes")]
mod user;
#[cfg(feature = "changes")]
mod walk;

#[cfg(feature = "changes")]
use crate::document::Document;
use crate::policy::Policy;

/// Whom a slice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceOf<'a> {
    /// A scope with its subtree, by its id.
    Scope(&'a str),
    /// One user, while they work in one workspace; a browser may hold it.
    User {
        /// The user's id.
        user: &'a str,
        /// The workspace's id.
        workspace: &'a str,
    },
}

/// Why there is no such slice.
#[cfg(feature = "changes")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SliceError {
    /// The policy has no such scope.
    #[error("there is no scope `{0}`")]
    UnknownScope(String),
    /// The policy has no such user.
    #[error("there is no user `{0}`")]
    UnknownUser(String),
    /// The user works in no such workspace (L-8).
    #[error("there is no workspace `{workspace}` that `{user}` belongs to")]
    UnknownWorkspace {
        /// Who was named.
        user: String,
        /// What was named as their workspace.
        workspace: String,
    },
    /// The policy is a slice itself: what is cut from it isn't what would be cut from the whole.
    #[error("the policy is a slice already, and slices are cut from a whole policy")]
    OfSlice,
}

impl Policy {
    /// Whom this policy is a slice for; none for a whole one. A slice decides, and takes no change (P-6).
    pub fn slice_of(&self) -> Option<SliceOf<'_>> {
        let of = &self.0.slice.as_ref()?.of;
        Some(match (&of.scope, &of.user, &of.workspace) {
            (_, Some(user), Some(workspace)) => SliceOf::User { user, workspace },
            (scope, ..) => SliceOf::Scope(scope.as_ref().map_or("", |scope| scope)),
        })
    }

    /// The part of this policy that a scope, or a user in a workspace, needs (P-6). Every request whose caller works there
    /// gets from it the same answer as from the whole. `slice.digest` in it tells whether two of them differ.
    ///
    /// ```
    /// # use lockstep_policy::{Policy, SliceOf};
    /// let whole = Policy::load(br#"{"format": "1.0", "revision": 7, "scopes": [
    ///     {"id": "northwind", "level": "msp", "name": "Northwind", "settings": {"all": "off", "except": {"all": ["acme", "globex"]}}},
    ///     {"id": "acme", "level": "tenant", "parent": "northwind", "name": "Acme"},
    ///     {"id": "globex", "level": "tenant", "parent": "northwind", "name": "Globex"}]}"#)?;
    /// let text = whole.slice(SliceOf::Scope("acme")).expect("a scope of it").canonical();
    /// assert!(!text.contains("globex"));
    /// let slice = Policy::load(text.as_bytes())?;
    /// assert_eq!((slice.revision(), slice.slice_of()), (7, Some(SliceOf::Scope("acme"))));
    /// # Ok::<(), lockstep_policy::document::Problems>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is no such scope or user, the user doesn't work there, or this policy is a slice itself.
    #[cfg(feature = "changes")]
    pub fn slice(&self, of: SliceOf<'_>) -> Result<Document<'_>, SliceError> {
        let snapshot = &*self.0;
        if snapshot.slice.is_some() {
            return Err(SliceError::OfSlice);
        }
        match of {
            SliceOf::Scope(id) => {
                let (slot, scope) = snapshot.scopes.find(id).ok_or_else(|| SliceError::UnknownScope(id.to_owned()))?;
                Ok(scope::slice(snapshot, slot, scope))
            }
            SliceOf::User { user: id, workspace: place } => {
                let (slot, user) = snapshot.users.find(id).ok_or_else(|| SliceError::UnknownUser(id.to_owned()))?;
                let workspace = snapshot.scopes.find(place).map(|(_, scope)| scope);
                let workspace = workspace.filter(|scope| scope.is_workspace && user.belongs(&scope.path));
                let unknown = || SliceError::UnknownWorkspace { user: id.to_owned(), workspace: place.to_owned() };
                Ok(user::slice(snapshot, slot, user, workspace.ok_or_else(unknown)?))
            }
        }
    }
}
