//! Layer 6: whether the server runs, and with whose credentials (N-4, K-1, K-14, V-6, D-2, D-5).

use super::super::eval::{Basis, Case, Causes, Found, Ground, Verdict};
use super::super::reason::Reason;
use super::super::request::Action;
use crate::document::{Credentials, Method, Role, Switch};
use crate::policy::{Cause, Path, ScopePolicy, Server, Setting, Snapshot, User};

/// Stopped, switched off, called with a credential that it mayn't be, or not theirs to authorise.
pub(crate) fn verdict<'p>(case: &Case<'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    let Some((_, server)) = found.server else {
        return Verdict::Pass;
    };
    if !server.disabled.is_empty() {
        let first = disables(server, policy.path()).min_by_key(|cause| cause.authority_depth);
        let basis = first.map_or(Basis::None, |first| Basis::Causes(first, Causes::Disables(server)));
        return Verdict::Deny(Ground { reason: Reason::ServerDisabled, basis });
    }
    if server.switch == Switch::Off {
        return Reason::ServerSwitchedOff.into();
    }
    let unwaived = server.has_shared_credential() && server.waiver.is_none();
    if unwaived && (found.through.is_some() || is_above_tenants(case.snapshot, server)) {
        return Reason::SharedCredential.into();
    }
    let user = case.standing.user.and_then(|user| case.snapshot.users.get(user));
    let mine = || user.is_some_and(|user| may_authorize(case, user, server));
    if case.action == Action::ServerAuthorize && server.has_shared_credential() && !mine() {
        return Reason::NotAdministrator.into();
    }
    Verdict::Pass
}

/// The administrators' disables; a delegate's is no cause of a lock (L-3).
pub(crate) fn disables<'s>(server: &'s Server, path: &'s Path) -> impl Iterator<Item = Cause> + 's {
    server.disabled.iter().filter_map(|entry| {
        let authority = entry.authority?;
        let (authority_depth, at_depth) = (path.depth_of(authority)?, path.depth_of(server.scope)?);
        Some(Cause { authority_depth, at_depth, setting: Setting::Disabled, authority, at: server.scope })
    })
}

impl Server {
    /// Whether it is called with one credential for all.
    pub(crate) fn has_shared_credential(&self) -> bool {
        self.method != Method::None && self.credentials == Credentials::Shared
    }
}

/// K-14: where no level has the tenants' role, none is above.
fn is_above_tenants(snapshot: &Snapshot, server: &Server) -> bool {
    let scope = snapshot.scopes.get(server.scope);
    scope.zip(snapshot.level_of(Role::Tenant)).is_some_and(|(scope, tenants)| scope.level < tenants)
}

/// K-14: the owner, who administers its scope, and an assignee whose assignment has effect (D-1, D-2).
fn may_authorize(case: &Case<'_>, user: &User, server: &Server) -> bool {
    let slot = case.standing.user;
    let Some(path) = case.snapshot.path(server.scope) else {
        return false;
    };
    let assigned = server.assignees.iter().any(|assignee| Some(*assignee) == slot);
    server.owner == slot || user.administers(path) || (assigned && !user.permissions.is_empty() && case.snapshot.access_control(path))
}
