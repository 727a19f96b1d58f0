//! A caller with names resolved once, for many questions.

use super::record::{Agent, Path, Scope, Server, Space, User, VirtualServer};
use super::table::Slot;
use super::{Policy, Snapshot};
use crate::decide::{Claim, Credential, DownstreamState, Facts, Reason, TokenFault, Tools};
use crate::digest::Digest;
use crate::document::{Access, Role, Time};

/// Who asks, resolved: everything about a caller that doesn't depend on the time or on the target.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// The host itself asks.
    pub(crate) host: bool,
    /// Who they are, as far as that is known.
    pub(crate) user: Option<Slot<User>>,
    /// The path of the workspace that they work in, where they belong to it.
    pub(crate) path: Option<Path>,
    /// The scope that they named as their workspace, or the server's where the host asks.
    #[cfg_attr(not(feature = "explain"), expect(dead_code, reason = "an explanation alone asks for it"))]
    pub(crate) claimed: Option<Slot<Scope>>,
    /// The union of the path's masks.
    pub(crate) restricted: u64,
    /// The agent that they named; none inside, it isn't declared.
    pub(crate) agent: Option<Option<Slot<Agent>>>,
    /// The space that they named; none inside, the workspace has no such space.
    pub(crate) space: Option<Option<Slot<Space>>>,
    pub(crate) token: TokenStanding,
    /// What layer 1 denies, the token and the time apart.
    pub(crate) denial: Option<Reason>,
}

/// What the credential is good for.
#[derive(Clone, Copy)]
pub(crate) enum TokenStanding {
    /// The platform itself, or the host.
    Platform,
    /// Good before a time, and for one virtual server alone where it names one.
    Token {
        until: Time,
        only: Option<Slot<VirtualServer>>,
    },
    Fault(TokenFault),
}

impl Snapshot {
    /// Resolves a caller (L-1's layer 1, L-8, U-10). It never fails: who isn't there is denied so.
    pub(crate) fn standing(&self, claim: &Claim<'_>) -> Standing {
        let user = self.users.find(&claim.user);
        let claimed = self.scopes.find(&claim.workspace);
        let scope = claimed.filter(|(_, scope)| self.is_workspace(scope));
        let path = scope.map(|(_, scope)| scope.path).filter(|path| user.is_some_and(|(_, user)| user.belongs(path)));
        let agent = claim.agent.as_ref().map(|agent| self.agents.slot(agent));
        let space = claim.space.as_ref().map(|space| self.space_of(space, path.as_ref()));
        let denial = if user.is_none() {
            Some(Reason::UnknownUser)
        } else if user.is_some_and(|(_, user)| user.access == Access::Disabled) {
            Some(Reason::AccessDisabled)
        } else if path.is_none() {
            Some(Reason::UnknownWorkspace)
        } else if agent == Some(None) {
            Some(Reason::UnknownAgent)
        } else if space == Some(None) {
            Some(Reason::UnknownSpace)
        } else {
            None
        };
        Standing {
            host: false,
            user: user.map(|(slot, _)| slot),
            path,
            claimed: claimed.map(|(slot, _)| slot),
            restricted: path.map_or(0, |path| self.restricted(&path)),
            agent,
            space,
            token: self.token(claim, user.map(|(_, user)| user), scope.map(|(slot, _)| slot), agent.flatten()),
            denial,
        }
    }

    /// The host itself, about a server: policy is read on the server's own path, and a private server has its owner held
    /// to layer 1 (L-1, L-8). A server that isn't there has no path, and an owner who isn't there or has left gives none.
    pub(crate) fn host_standing(&self, server: Option<&Server>) -> Standing {
        let own = server.and_then(|server| self.path(server.scope)).copied();
        let private = server.zip(own).filter(|(server, own)| !crate::decide::is_shared(server, &self.scope_policy(*own)));
        let (denial, belongs) = private.map_or((None, true), |(server, own)| self.owner_standing(server, &own));
        let path = own.filter(|_| belongs);
        Standing {
            host: true,
            user: None,
            path,
            claimed: Some(server.map_or(self.root, |server| server.scope)),
            restricted: path.map_or(0, |path| self.restricted(&path)),
            agent: None,
            space: None,
            token: TokenStanding::Platform,
            denial,
        }
    }

    /// What layer 1 has against the owner of a private server, and whether they work there.
    fn owner_standing(&self, server: &Server, own: &Path) -> (Option<Reason>, bool) {
        let Some(owner) = server.owner.and_then(|owner| self.users.get(owner)) else {
            return (Some(Reason::UnknownUser), false);
        };
        let workspace = self.scopes.get(server.scope).is_some_and(|scope| self.is_workspace(scope));
        let belongs = workspace && owner.belongs(own);
        let denial = match owner.access {
            Access::Disabled => Some(Reason::AccessDisabled),
            Access::Enabled => (!belongs).then_some(Reason::UnknownWorkspace),
        };
        (denial, belongs)
    }

    /// Whether callers can work in it (Terms).
    pub(crate) fn is_workspace(&self, scope: &Scope) -> bool {
        self.level(scope).is_some_and(|level| level.role == Some(Role::Workspace))
    }

    /// A space of the workspace at the end of a path.
    fn space_of(&self, space: &str, path: Option<&Path>) -> Option<Slot<Space>> {
        let (slot, space) = self.spaces.find(space)?;
        (path?.scope() == Some(space.workspace)).then_some(slot)
    }

    /// What a credential is good for: another user's, workspace's or agent's token is good for nothing (U-10).
    fn token(&self, claim: &Claim<'_>, user: Option<&User>, workspace: Option<Slot<Scope>>, agent: Option<Slot<Agent>>) -> TokenStanding {
        let Credential::Token(id) = &claim.credential else {
            return TokenStanding::Platform;
        };
        let Some(token) = user.and_then(|user| user.token(id)) else {
            let mut of_others = self.tokens.maybe(id).filter_map(|user: Slot<User>| self.users.get(user));
            let foreign = of_others.any(|user| user.token(id).is_some());
            return TokenStanding::Fault(if foreign { TokenFault::Foreign } else { TokenFault::Unknown });
        };
        if token.revoked.is_some() {
            TokenStanding::Fault(TokenFault::Revoked)
        } else if Some(token.workspace) != workspace || Some(token.agent) != agent {
            TokenStanding::Fault(TokenFault::Misused)
        } else {
            TokenStanding::Token { until: token.expires_at, only: token.virtual_server }
        }
    }
}

/// What a host attests, resolved for one policy. Both lists are sorted by server.
pub(crate) struct PreparedFacts {
    downstream: Vec<(Slot<Server>, DownstreamState)>,
    observed: Vec<Observed>,
    pub(crate) can_ask: bool,
}

/// What the host has just read from a server.
pub(crate) struct Observed {
    server: Slot<Server>,
    /// A digest a tool, in the order of the server's list.
    pub(crate) digests: Box<[Option<Digest>]>,
    /// The tools that the policy doesn't hold.
    pub(crate) strangers: Box<[Box<str>]>,
}

impl PreparedFacts {
    fn new(snapshot: &Snapshot, facts: &Facts<'_>) -> Self {
        let known = facts.all_downstream().iter().filter_map(|(id, state)| Some((snapshot.servers.slot(id)?, *state)));
        let mut downstream: Vec<_> = known.collect();
        downstream.sort_by_key(|(server, _)| *server);
        let read = |(id, tools)| snapshot.servers.find(id).map(|(slot, server)| Observed::new(snapshot, slot, server, tools));
        let mut observed: Vec<_> = facts.all_observed().iter().map(|(id, tools)| (&**id, tools)).filter_map(read).collect();
        observed.sort_by_key(|observed| observed.server);
        Self { downstream, observed, can_ask: facts.can_ask }
    }

    pub(crate) fn downstream(&self, server: Slot<Server>) -> Option<DownstreamState> {
        let place = self.downstream.binary_search_by_key(&server, |(known, _)| *known).ok()?;
        self.downstream.get(place).map(|(_, state)| *state)
    }

    pub(crate) fn observed(&self, server: Slot<Server>) -> Option<&Observed> {
        let place = self.observed.binary_search_by_key(&server, |observed| observed.server).ok()?;
        self.observed.get(place)
    }
}

impl Observed {
    fn new(snapshot: &Snapshot, slot: Slot<Server>, server: &Server, tools: &Tools<'_>) -> Self {
        let mut digests = vec![None; server.tools.len()];
        let mut strangers = Vec::new();
        for (name, digest) in tools.iter() {
            match server.tool_named(snapshot, name).and_then(|place| digests.get_mut(usize::from(place))) {
                Some(place) => *place = Some(*digest),
                None => strangers.push(Box::from(&**name)),
            }
        }
        Self { server: slot, digests: digests.into(), strangers: strangers.into() }
    }

    /// The digest of a tool's definition, where the server has it.
    pub(crate) fn digest(&self, place: u16) -> Option<&Digest> {
        self.digests.get(usize::from(place)).and_then(Option::as_ref)
    }
}

/// A caller prepared for one policy: names resolved once, nothing settled that depends on the time.
///
/// It keeps its policy alive. After a change, prepare it anew.
pub struct Caller {
    pub(crate) policy: Policy,
    /// Who they claim to be: an explanation is told to them even where nobody has this id.
    #[cfg_attr(not(feature = "explain"), expect(dead_code, reason = "an explanation alone asks for it"))]
    pub(crate) user: Box<str>,
    pub(crate) standing: Standing,
    pub(crate) facts: PreparedFacts,
}

impl Policy {
    /// Prepares a caller. It never fails: one who isn't there gets that denial for every question.
    pub fn caller(&self, claim: &Claim<'_>, facts: &Facts<'_>) -> Caller {
        Caller {
            policy: self.clone(),
            user: Box::from(&*claim.user),
            standing: self.0.standing(claim),
            facts: PreparedFacts::new(&self.0, facts),
        }
    }
}
