//! A caller with names resolved once, for many questions.

use super::record::{Agent, Likely, Path, Scope, Server, Space, User, VirtualServer};
use super::settings::Mask;
use super::sought::Sought;
use super::table::Slot;
use super::{Policy, Snapshot};
use crate::decide::{Claim, Credential, DownstreamState, Facts, Packed, Reason, ServerOutcomes, TokenFault, Tools};
use crate::digest::Digest;
use crate::document::{Access, Time};

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
    pub(crate) restricted: Mask,
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
        // All names are looked for before any record is looked at, so that the records come from memory together.
        let user = self.users.likely(&claim.user);
        let claimed = self.scopes.likely(&claim.workspace);
        let agent = claim.agent.as_ref().map(|agent| (self.agents.likely(agent), agent));
        let space = claim.space.as_ref().map(|space| (self.spaces.likely(space), space));
        let user = self.users.sure(user, &claim.user);
        let claimed = self.scopes.sure(claimed, &claim.workspace);
        let scope = claimed.filter(|(_, scope)| scope.is_workspace);
        let path = scope.map(|(_, scope)| &scope.path).filter(|path| user.is_some_and(|(_, user)| user.belongs(path)));
        let agent = agent.map(|(likely, agent)| self.agents.sure(likely, agent).map(|(slot, _)| slot));
        let space = space.map(|(likely, space)| self.space_of(likely, space, path));
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
            path: path.copied(),
            claimed: claimed.map(|(slot, _)| slot),
            restricted: path.map_or(Mask::default(), |path| self.restricted(path)),
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
            restricted: path.map_or(Mask::default(), |path| self.restricted(&path)),
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
        let workspace = self.scopes.get(server.scope).is_some_and(|scope| scope.is_workspace);
        let belongs = workspace && owner.belongs(own);
        let denial = match owner.access {
            Access::Disabled => Some(Reason::AccessDisabled),
            Access::Enabled => (!belongs).then_some(Reason::UnknownWorkspace),
        };
        (denial, belongs)
    }

    /// A space of the workspace at the end of a path.
    fn space_of(&self, likely: Likely<'_, Space>, space: &impl Sought, path: Option<&Path>) -> Option<Slot<Space>> {
        let (slot, space) = self.spaces.sure(likely, space)?;
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

/// What a host attests, resolved for one policy.
pub(crate) struct PreparedFacts {
    /// The servers that it attests anything of, sorted.
    servers: Box<[Slot<Server>]>,
    /// The same in the same order.
    attested: Box<[Attested]>,
    pub(crate) can_ask: bool,
}

/// What the host attests of one server, and what calls of its tools come to for this caller.
#[derive(Default)]
pub(crate) struct Attested {
    pub(crate) downstream: Option<DownstreamState>,
    pub(crate) observed: Option<Observed>,
    /// In all layers but the first, by place in the server's list.
    outcomes: Box<[Packed]>,
    /// The same of a tool that the server doesn't have.
    unknown: Packed,
}

/// What the host has just read from a server.
pub(crate) struct Observed {
    /// A digest a tool, in the order of the server's list.
    pub(crate) digests: Box<[Option<Digest>]>,
    /// The tools that the policy doesn't hold.
    pub(crate) strangers: Box<[Box<str>]>,
}

impl PreparedFacts {
    fn new(snapshot: &Snapshot, facts: &Facts<'_>) -> Self {
        let known = facts.all().filter_map(|(id, facts)| {
            let (slot, server) = snapshot.servers.find(id)?;
            let observed = facts.observed.as_ref().map(|tools| Observed::new(snapshot, server, tools));
            Some((slot, Attested { downstream: facts.downstream, observed, ..Attested::default() }))
        });
        let mut all: Vec<_> = known.collect();
        all.sort_by_key(|(server, _)| *server);
        let (servers, attested): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        Self { servers: servers.into(), attested: attested.into(), can_ask: facts.can_ask }
    }

    /// What the host attests of a server.
    #[inline]
    pub(crate) fn attested(&self, server: Slot<Server>) -> Option<&Attested> {
        let place = self.servers.partition_point(|known| *known < server);
        self.attested.get(place).filter(|_| self.servers.get(place) == Some(&server))
    }

    pub(crate) fn observed(&self, server: Slot<Server>) -> Option<&Observed> {
        self.attested(server)?.observed.as_ref()
    }
}

impl Attested {
    /// What a call comes to in all layers but the first; no place: of a tool that the server doesn't have.
    #[inline]
    pub(crate) fn outcome(&self, place: Option<u16>) -> Packed {
        place.and_then(|place| self.outcomes.get(usize::from(place))).copied().unwrap_or(self.unknown)
    }
}

impl Observed {
    fn new(snapshot: &Snapshot, server: &Server, tools: &Tools<'_>) -> Self {
        let mut digests = vec![None; server.tools.len()];
        let mut strangers = Vec::new();
        for (name, digest) in tools.iter() {
            match server.tool_named(snapshot, name).and_then(|place| digests.get_mut(usize::from(place))) {
                Some(place) => *place = Some(*digest),
                None => strangers.push(Box::from(&**name)),
            }
        }
        Self { digests: digests.into(), strangers: strangers.into() }
    }

    /// The digest of a tool's definition, where the server has it.
    #[inline]
    pub(crate) fn digest(&self, place: u16) -> Option<&Digest> {
        self.digests.get(usize::from(place)).and_then(Option::as_ref)
    }
}

/// A caller prepared for one policy: names resolved once, and of servers that the host attests anything of, what calls of
/// their tools come to. Nothing is settled that depends on the time.
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
        let mut caller = Caller {
            policy: self.clone(),
            user: Box::from(&*claim.user),
            standing: self.0.standing(claim),
            facts: PreparedFacts::new(&self.0, facts),
        };
        let settled: Vec<_> = caller.facts.servers.iter().map(|server| caller.settle(*server)).collect();
        for (attested, (outcomes, unknown)) in caller.facts.attested.iter_mut().zip(settled) {
            (attested.outcomes, attested.unknown) = (outcomes, unknown);
        }
        caller
    }
}

impl Caller {
    /// What calls of a server's tools come to. All that the layers after the first look at is settled now: who calls, what
    /// the policy says, and what the host attests.
    fn settle(&self, server: Slot<Server>) -> (Box<[Packed]>, Packed) {
        let mut outcomes = ServerOutcomes::new(self.case_of(server), server);
        let tools = self.policy.0.servers.get(server).map_or(0, |server| server.tools.len());
        let tools = (0..tools).map(|place| outcomes.of(u16::try_from(place).ok())).collect();
        (tools, outcomes.of(None))
    }
}
