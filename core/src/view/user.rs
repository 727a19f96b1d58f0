//! A user's tab (U-6).

use super::control::{Control, Proposal, Value};
use super::sample;
use super::shown::{LastUsed, Piece, age_seconds, shown};
use super::sight::Sight;
use crate::change::ChangeKind;
use crate::decide::Reason;
use crate::document::{Access, Permission, Time};
use crate::policy::{self, Client, Scope, Slot, Token};

shown! {
    /// A user.
    pub struct UserView<'p> {
        /// Who they are.
        user: must UserRecord<'p> = "user",
        /// Every known client, by id.
        clients: must Vec<UserClient<'p>> = "clients",
        /// Their tokens.
        tokens: must UserTokens<'p> = "tokens",
        /// The last forwarded call.
        last_used: maybe LastUsed = "lastUsed",
        /// What may be done with them.
        controls: must UserControls<'p> = "controls",
    }

    /// Who a user is.
    pub struct UserRecord<'p> {
        /// Their id.
        id: must &'p str = "id",
        /// Their name.
        name: must &'p str = "name",
        /// Whether their access is enabled (U-1).
        access: must Access = "access",
        /// When they were first enabled; absent: never.
        added_at: maybe Time = "addedAt",
        /// The scopes that they belong to, those that exist for the actor.
        member_of: must Vec<&'p str> = "memberOf",
        /// The scopes that they administer, those that exist for the actor.
        administers: must Vec<&'p str> = "administers",
        /// Their permissions.
        permissions: must Vec<Permission> = "permissions",
    }

    /// A client, for one user.
    pub struct UserClient<'p> {
        /// Its id.
        client: must &'p str = "client",
        /// Its name.
        name: must &'p str = "name",
        /// Whether they have an active token for it.
        active: must bool = "active",
        /// What they paste into it, where the request told the endpoint.
        configuration: maybe String = "configuration",
    }

    /// A user's tokens, those that the actor sees.
    pub struct UserTokens<'p> {
        /// How many are active.
        active: must u64 = "active",
        /// How many have expired.
        expired: must u64 = "expired",
        /// All of them, by id.
        rows: must Vec<TokenRow<'p>> = "rows",
    }

    /// A token.
    pub struct TokenRow<'p> {
        /// Its id.
        token: must &'p str = "token",
        /// The client's id.
        client: must &'p str = "client",
        /// The workspace's id.
        workspace: must &'p str = "workspace",
        /// The agent's id.
        agent: must &'p str = "agent",
        /// The virtual server that it is good for alone.
        virtual_server: maybe &'p str = "virtualServer",
        /// When it was issued.
        issued_at: must Time = "issuedAt",
        /// Until when it is good.
        expires_at: must Time = "expiresAt",
        /// The last forwarded call under it.
        last_used: maybe LastUsed = "lastUsed",
        /// `revoked`, else `expired`, else `active`.
        state: must &'static str = "state",
        /// When it was revoked.
        revoked: maybe ShownRevoked<'p> = "revoked",
        /// What may be done with it.
        controls: must TokenControls<'p> = "controls",
    }

    /// When a token was revoked.
    pub struct ShownRevoked<'p> {
        /// When.
        at: must Time = "at",
        /// By whom; absent: the host.
        by: maybe &'p str = "by",
    }

    /// What may be done with a token.
    pub struct TokenControls<'p> {
        /// Revoking it.
        revoke: must Control<'p> = "revoke",
    }

    /// What may be done with a user.
    pub struct UserControls<'p> {
        /// Their access.
        access: must Control<'p> = "access",
        /// Their active tokens.
        revoke: must Control<'p> = "revoke",
        /// What their administrators see besides.
        administered: perhaps AdministeredControls<'p>,
    }

    /// What a user's administrators may do with them besides.
    pub struct AdministeredControls<'p> {
        /// Their name.
        name: must Control<'p> = "name",
        /// Their permissions.
        permissions: must Control<'p> = "permissions",
        /// Where they belong.
        member_of: must Control<'p> = "memberOf",
        /// What they administer.
        administers: must Control<'p> = "administers",
        /// Recording a token.
        issue: must Control<'p> = "issue",
        /// Removing them.
        remove: must Control<'p> = "remove",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, user: &str, endpoint: Option<&str>) -> Result<UserView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let (slot, user) = sight.who.known_user(user)?;
    // About a user of several scopes: of one that the actor administers, if any.
    let entries = || user.entries();
    let of = entries().find(|scope| sight.who.administers(*scope)).or_else(|| entries().next()).unwrap_or(snapshot.root);
    let sight = sight.about(of);
    let tokens = seen_tokens(sight, slot, user);
    let mut clients: Vec<UserClient<'p>> = snapshot
        .clients
        .slots()
        .map(|(slot, client)| UserClient {
            client: &client.id,
            name: &client.name,
            active: tokens.clients.iter().any(|(of, active)| *of == slot && *active),
            configuration: endpoint.map(|endpoint| client.configuration.as_str().replace("{endpoint}", endpoint)),
        })
        .collect();
    clients.sort_by_key(|client| client.client);
    let seen = user.tokens.iter().filter(|token| sight.who.knows_token(slot, user, token));
    let rows: Vec<TokenRow<'p>> = seen.map(|token| row(sight, of, slot, token)).collect();
    let is_administered = sight.who.administers_root() || entries().any(|scope| sight.who.administers(scope));
    Ok(UserView {
        user: UserRecord {
            id: &user.id,
            name: &user.name,
            access: user.access,
            added_at: user.added_at,
            member_of: known_scopes(sight, &user.member_of),
            administers: known_scopes(sight, &user.administers),
            permissions: permissions(user),
        },
        clients,
        last_used: tokens.last_used(sight),
        tokens: UserTokens { active: tokens.active, expired: tokens.expired, rows },
        controls: UserControls {
            access: access(sight, of, user),
            revoke: revoke(sight, of, user, tokens.active),
            administered: is_administered.then(|| administered(sight, of, user)),
        },
    })
}

/// The ids of scopes that exist for the actor.
fn known_scopes<'p>(sight: Sight<'p>, scopes: &[Slot<Scope>]) -> Vec<&'p str> {
    let mut scopes: Vec<&'p str> = scopes.iter().filter(|scope| sight.knows_scope(**scope)).map(|scope| sight.scope_id(*scope)).collect();
    scopes.sort_unstable();
    scopes
}

fn permissions(user: &policy::User) -> Vec<Permission> {
    let mut permissions: Vec<Permission> = user.permissions.iter().copied().collect();
    permissions.sort_by_key(|permission| permission.as_str());
    permissions
}

fn row<'p>(sight: Sight<'p>, of: Slot<Scope>, holder: Slot<policy::User>, token: &'p Token) -> TokenRow<'p> {
    let snapshot = sight.snapshot;
    let state = State::of(token, sight.now);
    let is_active = state == State::Active;
    let change = Proposal::new(ChangeKind::RevokeTokens).with("tokens", Piece::List(vec![token.id.as_str().into()]));
    let verdict = sight.permits(&change, of);
    let only = token.virtual_server.and_then(|slot| snapshot.virtual_servers.get(slot));
    // What one's own token is good for one knows.
    let known = only.filter(|server| sight.who.is(holder) || sight.who.knows_virtual_server(server));
    TokenRow {
        token: &token.id,
        client: snapshot.clients.get(token.client).map_or("", |client| &client.id),
        workspace: sight.scope_id(token.workspace),
        agent: snapshot.agents.get(token.agent).map_or("", |agent| &agent.id),
        virtual_server: known.map(|server| server.id.as_str()),
        issued_at: token.issued_at,
        expires_at: token.expires_at,
        last_used: sight.activity.last_used(&token.id).map(|at| LastUsed { at, age_seconds: age_seconds(at, sight.now) }),
        state: state.as_str(),
        revoked: token.revoked.as_deref().map(|stamp| ShownRevoked { at: stamp.at, by: stamp.by.as_deref() }),
        controls: TokenControls { revoke: Control::new(is_active).choose(false, change, &[], verdict) },
    }
}

/// What a token is good for still (U-3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Revoked,
    Expired,
    Active,
}

impl State {
    fn of(token: &Token, now: Time) -> Self {
        match token.revoked {
            Some(_) => Self::Revoked,
            None if token.is_active(now) => Self::Active,
            None => Self::Expired,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Active => "active",
        }
    }
}

/// What an actor sees of a user's tokens: those for the workspaces that exist for them, and one's own (U-11, P-12).
#[derive(Default)]
pub(super) struct SeenTokens {
    pub(super) active: u64,
    expired: u64,
    last_used: Option<Time>,
    /// The clients that they are for, and whether one is active.
    pub(super) clients: Vec<(Slot<Client>, bool)>,
}

impl SeenTokens {
    pub(super) fn last_used(&self, sight: Sight<'_>) -> Option<LastUsed> {
        self.last_used.map(|at| LastUsed { at, age_seconds: age_seconds(at, sight.now) })
    }
}

pub(super) fn seen_tokens(sight: Sight<'_>, slot: Slot<policy::User>, user: &policy::User) -> SeenTokens {
    let mut seen = SeenTokens::default();
    for token in user.tokens.iter().filter(|token| sight.who.knows_token(slot, user, token)) {
        let state = State::of(token, sight.now);
        seen.active += u64::from(state == State::Active);
        seen.expired += u64::from(state == State::Expired);
        seen.last_used = seen.last_used.max(sight.activity.last_used(&token.id));
        match seen.clients.iter_mut().find(|(client, _)| *client == token.client) {
            Some((_, active)) => *active |= state == State::Active,
            None => seen.clients.push((token.client, state == State::Active)),
        }
    }
    seen
}

/// A change of a user, without members yet.
fn change<'p>(kind: ChangeKind, user: &'p policy::User) -> Proposal<'p> {
    Proposal::new(kind).with("user", user.id.as_str())
}

/// U-1.
pub(super) fn access<'p>(sight: Sight<'p>, of: Slot<Scope>, user: &'p policy::User) -> Control<'p> {
    let (is, other) = match user.access {
        Access::Enabled => ("enabled", "disabled"),
        Access::Disabled => ("disabled", "enabled"),
    };
    let change = change(ChangeKind::SetAccess, user).with("access", other);
    let verdict = sight.permits(&change, of);
    Control::new(is).choose(other, change, &[], verdict)
}

/// U-4: all active ones together.
pub(super) fn revoke<'p>(sight: Sight<'p>, of: Slot<Scope>, user: &'p policy::User, active: u64) -> Control<'p> {
    let change = Proposal::new(ChangeKind::RevokeTokens).with("users", Piece::List(vec![user.id.as_str().into()]));
    let verdict = sight.permits(&change, of);
    Control::new(active).choose(0, change, &[], verdict)
}

pub(super) fn remove<'p>(sight: Sight<'p>, of: Slot<Scope>, user: &'p policy::User) -> Control<'p> {
    let change = change(ChangeKind::RemoveUser, user);
    let verdict = sight.permits(&change, of);
    Control::act(false, change, verdict)
}

fn administered<'p>(sight: Sight<'p>, of: Slot<Scope>, user: &'p policy::User) -> AdministeredControls<'p> {
    let edit = || change(ChangeKind::EditUser, user);
    let typed = |value: Value<'p>, change: Proposal<'p>, fill: &'static str| {
        let verdict = sight.permits(&change, of);
        Control::new(value.clone()).choose(value, change, &[fill], verdict)
    };
    let list = |member: &'static str, values: Vec<&'p str>, fill| {
        typed(values.clone().into(), edit().with(member, values.into_iter().collect::<Piece<'p>>()), fill)
    };
    AdministeredControls {
        name: typed(user.name.as_str().into(), edit().with("name", user.name.as_str()), "/name"),
        permissions: list("permissions", permissions(user).iter().map(|held| held.as_str()).collect(), "/permissions"),
        member_of: list("memberOf", known_scopes(sight, &user.member_of), "/memberOf"),
        administers: list("administers", known_scopes(sight, &user.administers), "/administers"),
        issue: issue(sight, of, user),
        remove: remove(sight, of, user),
    }
}

/// Open where it is for a workspace of theirs, or for any that the actor knows.
fn issue<'p>(sight: Sight<'p>, of: Slot<Scope>, user: &'p policy::User) -> Control<'p> {
    let snapshot = sight.snapshot;
    let bare = |token: Piece<'p>| change(ChangeKind::IssueToken, user).with("token", token);
    let first = |id: Option<&'p str>| id.unwrap_or(sample::TEXT);
    let workspace = match sight.who.user {
        Some((_, actor)) => actor.entries().find_map(|scope| sample::workspace_at(snapshot, scope)),
        None => sample::workspace_at(snapshot, snapshot.root),
    };
    let token = Piece::object()
        .with("id", sample::unused(|id| snapshot.holder_of(id).is_some()))
        .with("client", first(snapshot.clients.iter().next().map(|client| client.id.as_str())))
        .with("workspace", workspace.map_or_else(|| sample::unused(|id| snapshot.scopes.slot(id).is_some()), Piece::from))
        .with("agent", first(snapshot.agents.iter().next().map(|agent| agent.id.as_str())))
        .with("expiresAt", sample::LATE);
    let verdict = sight.permits(&bare(token), of);
    let fill = ["/token/id", "/token/client", "/token/workspace", "/token/agent", "/token/expiresAt"];
    Control::new(false).choose(true, bare(Piece::object()), &fill, verdict)
}
