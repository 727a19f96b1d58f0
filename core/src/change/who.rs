//! Who asks for a change: what exists for them (P-12), and what they may do (S-6, P-8, U-11).

use crate::decide::Reason;
use crate::document::{Grant, Permission, State, Visibility};
use crate::policy::{Integration, Path, Scope, Server, Slot, Snapshot, Space, Token, User, VirtualServer};

/// The actor, in one state of the policy.
#[derive(Clone, Copy)]
pub(crate) struct Who<'s> {
    pub(crate) snapshot: &'s Snapshot,
    /// None: the host itself.
    pub(crate) user: Option<(Slot<User>, &'s User)>,
}

impl<'s> Who<'s> {
    /// Whether it is the host itself.
    pub(crate) fn is_host(self) -> bool {
        self.user.is_none()
    }

    /// Whether it is this user.
    pub(crate) fn is(self, user: Slot<User>) -> bool {
        self.user.is_some_and(|(slot, _)| slot == user)
    }

    fn path(self, scope: Slot<Scope>) -> Option<&'s Path> {
        self.snapshot.path(scope)
    }

    /// Whether they administer a scope, itself or through one above.
    pub(crate) fn administers(self, scope: Slot<Scope>) -> bool {
        self.highest(scope).is_some()
    }

    /// Whether they administer the root.
    pub(crate) fn administers_root(self) -> bool {
        self.administers(self.snapshot.root)
    }

    /// How far below the root the highest scope of a path lies that they administer; the host's is the root.
    pub(crate) fn highest(self, scope: Slot<Scope>) -> Option<u8> {
        let path = self.path(scope)?;
        let Some((_, user)) = self.user else { return Some(0) };
        (0u8..).zip(path.iter()).find(|(_, on_path)| user.administers.binary_search(on_path).is_ok()).map(|(depth, _)| depth)
    }

    /// The authority under which they write at a scope (S-6, P-13): their highest, or the lower one that they name.
    pub(crate) fn authority(self, scope: Slot<Scope>, named: Option<&str>) -> Result<Slot<Scope>, Reason> {
        let path = self.path(scope).ok_or(Reason::UnknownScope)?;
        let highest = self.highest(scope).ok_or(Reason::NotAdministrator)?;
        let Some(named) = named else { return path.nth(highest).ok_or(Reason::NotAdministrator) };
        let lower = self.snapshot.scopes.slot(named).filter(|named| path.depth_of(*named).is_some_and(|depth| depth >= highest));
        lower.ok_or(Reason::NotAdministrator)
    }

    /// Whether they belong to a scope, itself or through one above. The host belongs nowhere.
    pub(crate) fn belongs(self, scope: Slot<Scope>) -> bool {
        self.path(scope).zip(self.user).is_some_and(|(path, (_, user))| user.belongs(path))
    }

    /// Whether a scope exists for them.
    pub(crate) fn knows_scope(self, scope: Slot<Scope>) -> bool {
        self.administers(scope) || self.belongs(scope)
    }

    /// A scope that exists for them.
    pub(crate) fn scope(self, id: &str) -> Result<Slot<Scope>, Reason> {
        self.snapshot.scopes.slot(id).filter(|scope| self.knows_scope(*scope)).ok_or(Reason::UnknownScope)
    }

    /// A workspace that exists for them; whatever else has that id is none (P-11).
    pub(crate) fn workspace(self, id: &str) -> Result<Slot<Scope>, Reason> {
        let found = self.snapshot.scopes.find(id).filter(|(slot, scope)| scope.is_workspace && self.knows_scope(*slot));
        found.map(|(slot, _)| slot).ok_or(Reason::UnknownWorkspace)
    }

    /// Whether a server exists for them.
    pub(crate) fn knows_server(self, server: &Server) -> bool {
        let Some((_, user)) = self.user else { return true };
        if server.visibility == Visibility::Shared {
            return self.snapshot.is_in_reach(user, server.scope);
        }
        self.owns(server) || server.integration.is_none() && self.administers(server.scope)
    }

    /// A server that exists for them.
    pub(crate) fn server(self, id: &str) -> Result<(Slot<Server>, &'s Server), Reason> {
        self.snapshot.servers.find(id).filter(|(_, server)| self.knows_server(server)).ok_or(Reason::UnknownServer)
    }

    /// Whether it is theirs, while they belong or administer there.
    pub(crate) fn owns(self, server: &Server) -> bool {
        server.owner.is_some_and(|owner| self.is(owner)) && self.knows_scope(server.scope)
    }

    /// Whether they are assigned to it, with effect (D-1, D-2, P-12).
    pub(crate) fn is_delegate(self, server: &Server) -> bool {
        self.user.is_some_and(|(slot, user)| self.snapshot.is_delegate(slot, user, server))
    }

    /// A space that exists for them: its workspace does, or it lies below a server that they are assigned to.
    pub(crate) fn knows_space(self, space: &Space) -> bool {
        let path = self.path(space.workspace);
        let assigned = self.user.and_then(|(_, user)| user.holds.as_ref()).into_iter().flat_map(|holds| holds.assigned.iter());
        let mut assigned = assigned.filter_map(|server| self.snapshot.servers.get(server));
        self.knows_scope(space.workspace)
            || assigned.any(|server| path.is_some_and(|path| path.holds(server.scope)) && self.is_delegate(server))
    }

    /// Whether they may change a virtual server.
    pub(crate) fn manages(self, server: &VirtualServer) -> bool {
        self.administers(server.scope) || self.has_grant(server, Grant::Manage)
    }

    fn has_grant(self, server: &VirtualServer, grant: Grant) -> bool {
        self.user.is_some_and(|(slot, user)| self.snapshot.has_grant(slot, user, server, grant))
    }

    /// Whether a virtual server exists for them.
    pub(crate) fn knows_virtual_server(self, server: &VirtualServer) -> bool {
        self.manages(server) || server.state == State::Published && self.has_grant(server, Grant::Connect)
    }

    /// A virtual server that exists for them.
    pub(crate) fn virtual_server(self, id: &str) -> Result<(Slot<VirtualServer>, &'s VirtualServer), Reason> {
        let found = self.snapshot.virtual_servers.find(id);
        found.filter(|(_, server)| self.knows_virtual_server(server)).ok_or(Reason::UnknownVirtualServer)
    }

    /// Whether a user exists for them.
    pub(crate) fn knows_user(self, slot: Slot<User>, user: &User) -> bool {
        if self.is(slot) || self.administers_root() {
            return true;
        }
        let Some((_, own)) = self.user else { return true };
        let near = |one: Slot<Scope>, other: Slot<Scope>| self.snapshot.is_on_one_path(one, other);
        user.entries().any(|entry| own.administers.iter().any(|scope| near(entry, *scope)))
    }

    /// A user that exists for them.
    pub(crate) fn known_user(self, id: &str) -> Result<(Slot<User>, &'s User), Reason> {
        self.snapshot.users.find(id).filter(|(slot, user)| self.knows_user(*slot, user)).ok_or(Reason::UnknownUser)
    }

    /// The same where a virtual server's access is concerned: its managers know who has an entry, and who is eligible.
    pub(crate) fn user_for(self, id: &str, server: &VirtualServer) -> Result<(Slot<User>, &'s User), Reason> {
        let (slot, user) = self.snapshot.users.find(id).ok_or(Reason::UnknownUser)?;
        let listed = || server.access.iter().any(|entry| entry.user == slot);
        let eligible = || self.snapshot.is_in_reach(user, server.scope);
        let known = self.knows_user(slot, user) || self.has_grant(server, Grant::Manage) && (listed() || eligible());
        if known { Ok((slot, user)) } else { Err(Reason::UnknownUser) }
    }

    /// An integration that exists for them (I-4).
    pub(crate) fn integration(self, id: &str) -> Result<(Slot<Integration>, &'s Integration), Reason> {
        let found = self.snapshot.integrations.find(id);
        found.filter(|(_, entry)| entry.approved || self.administers_root()).ok_or(Reason::UnknownIntegration)
    }

    /// Whether they administer every scope that a user belongs to or administers; nobody's user is the root's (U-11).
    pub(crate) fn administers_user(self, user: &User) -> bool {
        let mut entries = user.entries().peekable();
        if entries.peek().is_none() { self.administers_root() } else { entries.all(|scope| self.administers(scope)) }
    }

    /// A token exists for whom its user and its workspace do; one's own always does.
    pub(crate) fn knows_token(self, slot: Slot<User>, user: &User, token: &Token) -> bool {
        self.is(slot) || self.knows_user(slot, user) && self.knows_scope(token.workspace)
    }

    /// Whether they may revoke a token: it is their own, or they administer its workspace or its user.
    pub(crate) fn may_revoke(self, slot: Slot<User>, user: &User, token: &Token) -> bool {
        self.is(slot) || self.administers(token.workspace) || self.administers_user(user)
    }
}

impl User {
    /// The scopes that they belong to, and those that they administer.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Slot<Scope>> + '_ {
        self.member_of.iter().chain(&*self.administers).copied()
    }

    /// Whether they hold one of the permissions that delegates need (D-2).
    pub(crate) fn is_eligible(&self) -> bool {
        self.permissions.iter().any(|held| matches!(held, Permission::ConnectorsAdminRead | Permission::SpaceAdminWrite))
    }
}

impl Snapshot {
    /// Whether one of two scopes is the other or lies above it.
    pub(crate) fn is_on_one_path(&self, one: Slot<Scope>, other: Slot<Scope>) -> bool {
        let holds = |path: Slot<Scope>, scope| self.path(path).is_some_and(|path| path.holds(scope));
        holds(one, other) || holds(other, one)
    }

    /// Whether a user belongs to or administers anything on a scope's path or below it (V-7, P-12).
    pub(crate) fn is_in_reach(&self, user: &User, scope: Slot<Scope>) -> bool {
        user.entries().any(|entry| self.is_on_one_path(entry, scope))
    }

    /// Whether a user has a grant that isn't inert (V-7).
    pub(crate) fn has_grant(&self, slot: Slot<User>, user: &User, server: &VirtualServer, grant: Grant) -> bool {
        server.grants(slot, grant) && self.is_in_reach(user, server.scope)
    }

    /// Whether somebody manages a virtual server, by a grant that isn't inert (V-4).
    pub(crate) fn is_managed(&self, server: &VirtualServer) -> bool {
        let manages = |slot: Slot<User>| self.users.get(slot).is_some_and(|user| self.is_in_reach(user, server.scope));
        server.access.iter().any(|entry| entry.grant == Grant::Manage && manages(entry.user))
    }

    /// Whether a user's assignment to a server has effect (D-1, D-2, P-12).
    pub(crate) fn is_delegate(&self, slot: Slot<User>, user: &User, server: &Server) -> bool {
        server.assignees.contains(&slot)
            && server.visibility == Visibility::Shared
            && user.is_eligible()
            && self.path(server.scope).is_some_and(|path| self.access_control(path))
            && self.is_in_reach(user, server.scope)
    }

    /// The tenant of a scope; none on its path: the root (Terms).
    pub(crate) fn tenant_of(&self, scope: Slot<Scope>) -> Slot<Scope> {
        self.path(scope).and_then(|path| path.iter().find(|scope| self.is_tenant(*scope))).unwrap_or(self.root)
    }
}
