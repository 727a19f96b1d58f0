//! Layer 6: whether the server runs, and with whose credentials (N-4, K-1, K-14, V-6, D-2, D-5).

use super::super::eval::{Basis, Case, Causes, Found, Ground, Verdict};
use super::super::reason::Reason;
use super::super::request::Action;
use crate::document::{Credentials, Method, Role, Switch};
use crate::policy::{Cause, Path, ScopePolicy, Server, Setting, Snapshot, User};

/// Stopped, switched off, called with a credential that it mayn't be, or not theirs to authorise.
#[inline(always)]
pub(crate) fn verdict<'p>(case: &Case<'_, 'p>, found: &Found<'p>, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    match found.server {
        Some((_, server)) if !server.is_plain() => examine(case, found, server, policy),
        _ => Verdict::Pass,
    }
}

#[inline(never)]
fn examine<'p>(case: &Case<'_, 'p>, found: &Found<'p>, server: &'p Server, policy: &ScopePolicy<'p>) -> Verdict<'p> {
    if !server.disabled.is_empty() {
        let by_administrators = disables(server, policy.path()).next().is_some();
        let basis = if by_administrators { Basis::Causes(Causes::Disables(server)) } else { Basis::None };
        return Verdict::Deny(Ground { reason: Reason::ServerDisabled, basis });
    }
    if server.switch == Switch::Off {
        return Reason::ServerSwitchedOff.into();
    }
    let unwaived = server.has_shared_credential() && server.waiver.is_none();
    if unwaived && (found.through.is_some() || is_above_tenants(case.snapshot, server)) {
        return Reason::SharedCredential.into();
    }
    let user = || case.standing.user.and_then(|user| case.snapshot.users.get(user));
    let mine = || user().is_some_and(|user| may_authorize(case, user, server));
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
    /// Whether nothing of this layer can stand against it.
    #[inline(always)]
    fn is_plain(&self) -> bool {
        self.disabled.is_empty() && self.switch == Switch::On && !self.has_shared_credential()
    }

    /// Whether it is called with one credential for all.
    pub(crate) fn has_shared_credential(&self) -> bool {
        self.method != Method::None && self.credentials == Credentials::Shared
    }
}

/// K-14: where no level has the tenants' role, none is above.
pub(crate) fn is_above_tenants(snapshot: &Snapshot, server: &Server) -> bool {
    let scope = snapshot.scopes.get(server.scope);
    scope.zip(snapshot.level_of(Role::Tenant)).is_some_and(|(scope, tenants)| scope.level < tenants)
}

/// K-14: the owner, who administers its scope, and an assignee whose assignment has effect (D-1, D-2).
fn may_authorize(case: &Case<'_, '_>, user: &User, server: &Server) -> bool {
    let slot = case.standing.user;
    let Some(path) = case.snapshot.path(server.scope) else {
        return false;
    };
    let assigned = server.assignees.iter().any(|assignee| Some(*assignee) == slot);
    // A slice names them in the place of a roster that it doesn't hold (P-6).
    let carried = server.carried().is_some_and(|carried| carried.authorizers.iter().any(|user| Some(*user) == slot));
    let delegated = assigned && !user.permissions.is_empty() && case.snapshot.access_control(path);
    server.owner == slot || user.administers(path) || delegated || carried
}
