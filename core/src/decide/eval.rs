//! The one evaluation: deciding, listing and explaining all go through `eval` (L-1, L-2).

use std::ops::ControlFlow;

use super::decision::Short;
use super::layer::{agent, approval, caller, catalog, downstream, existence, origin, scope_policy, server, space, tool};
use super::packed::Packed;
use super::reason::{Layer, Reason};
use super::request::{Action, Approval, DownstreamState, Facts, Invocation, OfTarget, Tools, Visibility};
use crate::address::Address;
use crate::digest::Digest;
use crate::document::Time;
use crate::policy::{
    Aim, CatalogTool, Integration, Observed, PreparedFacts, ScopePolicy, Server, Setting, Slot, Snapshot, Standing, Tool, VirtualServer,
    Whereabouts,
};

/// What is asked, with its names resolved as far as names go; what exists for the caller is the layers' to say.
#[derive(Clone, Copy)]
pub(crate) struct Case<'s, 'p> {
    pub(crate) snapshot: &'p Snapshot,
    pub(crate) action: Action,
    pub(crate) now: Time,
    /// L-7, settled by the host's freshness.
    pub(crate) stale: bool,
    pub(crate) standing: &'s Standing,
    pub(crate) object: Object<'p>,
    pub(crate) facts: FactsOf<'p>,
    pub(crate) invocation: Option<&'p Invocation<'p>>,
    /// It is explained to somebody who doesn't administer the root: what the catalogue doesn't approve, and other people's
    /// tokens, aren't there for them (I-4, P-12).
    pub(crate) withholds: bool,
}

/// What an action is about, as named.
#[derive(Clone, Copy)]
pub(crate) enum Object<'p> {
    /// A tool, direct or virtual.
    Tool(Aim),
    /// A server, and a redirect's address in place of its own: none inside where it can't be read (O-4).
    Server(Option<Slot<Server>>, Option<Option<&'p Address>>),
    /// A server to be registered; none: custom, or an integration that the catalogue doesn't hold.
    Registration {
        source: Source,
        address: Option<&'p Address>,
        visibility: Visibility,
    },
    Integration(Option<Slot<Integration>>),
    VirtualServer(Option<Slot<VirtualServer>>),
}

/// Where a server to be registered comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    Custom,
    Integration(Option<Slot<Integration>>),
}

/// What the host attests, by names or by slots.
#[derive(Clone, Copy)]
pub(crate) enum FactsOf<'p> {
    /// With what they say of the target itself.
    Named(&'p Facts<'p>, Option<&'p OfTarget>),
    Prepared(&'p PreparedFacts),
}

impl<'p> FactsOf<'p> {
    /// What is attested of a server.
    #[inline]
    pub(crate) fn of(self, slot: Slot<Server>, server: &Server) -> Attests<'p> {
        match self {
            Self::Named(_, Some(target)) => Attests {
                downstream: target.downstream,
                observed: target.observed.as_ref().map(|digest| ObservedTools::Target(digest.as_ref())),
            },
            Self::Named(facts, None) => facts.of(&*server.id).map_or(Attests::NOTHING, |attested| Attests {
                downstream: attested.downstream,
                observed: attested.observed.as_deref().map(ObservedTools::Named),
            }),
            Self::Prepared(facts) => facts.attested(slot).map_or(Attests::NOTHING, |attested| Attests {
                downstream: attested.downstream,
                observed: attested.observed.as_ref().map(ObservedTools::Prepared),
            }),
        }
    }

    /// Whether the context can ask the caller (K-7).
    #[inline]
    pub(crate) fn can_ask(self) -> bool {
        match self {
            Self::Named(facts, _) => facts.can_ask,
            Self::Prepared(facts) => facts.can_ask,
        }
    }
}

/// What the host attests of one server.
#[derive(Clone, Copy)]
pub(crate) struct Attests<'p> {
    /// The state of authorisation of this call's credentials (K-8).
    pub(crate) downstream: Option<DownstreamState>,
    /// None: the host hasn't looked at the server (K-9).
    pub(crate) observed: Option<ObservedTools<'p>>,
}

impl Attests<'_> {
    pub(crate) const NOTHING: Self = Self { downstream: None, observed: None };
}

/// The tools that the host has just read from a server, by names or by their places.
#[derive(Clone, Copy)]
pub(crate) enum ObservedTools<'p> {
    /// Of the very tool that is asked about.
    Target(Option<&'p Digest>),
    Named(&'p Tools<'p>),
    Prepared(&'p Observed),
}

impl<'p> ObservedTools<'p> {
    /// The digest of a tool's definition; none, it isn't there.
    #[inline]
    pub(crate) fn digest(self, snapshot: &Snapshot, found: &FoundTool<'_>) -> Option<&'p Digest> {
        match self {
            Self::Target(digest) => digest,
            Self::Named(tools) => snapshot.names.get(found.tool.name).and_then(|name| tools.get(name)),
            Self::Prepared(observed) => observed.digest(found.place),
        }
    }
}

/// What layer 2 found: everything that the layers below ask about.
#[derive(Clone, Copy)]
pub(crate) struct Found<'p> {
    /// Whether there is anything at all.
    pub(crate) is_any: bool,
    /// The virtual server that it is reached through.
    pub(crate) through: Option<&'p VirtualServer>,
    pub(crate) server: Option<(Slot<Server>, &'p Server)>,
    /// The integration that it is of; none for what is custom.
    pub(crate) integration: Option<(Slot<Integration>, &'p Integration)>,
    /// The address that is used; none: it can't be read, or there is none.
    pub(crate) address: Option<Whereabouts<'p>>,
    /// The tool; none: the server has no such tool.
    pub(crate) tool: Option<FoundTool<'p>>,
    /// What the host attests of the server.
    pub(crate) attests: Attests<'p>,
}

/// A tool that the server has.
#[derive(Clone, Copy)]
pub(crate) struct FoundTool<'p> {
    pub(crate) server_slot: Slot<Server>,
    pub(crate) server: &'p Server,
    /// Its place in the server's list.
    pub(crate) place: u16,
    pub(crate) tool: &'p Tool,
    /// What the catalogue says of it, where it is an integration's.
    pub(crate) in_catalog: Option<&'p CatalogTool>,
}

/// What a layer says.
#[derive(Clone, Copy)]
pub(crate) enum Verdict<'p> {
    /// It has nothing against it.
    Pass,
    /// It isn't asked for this action.
    NotApplicable,
    /// It can't be asked, because of what an earlier layer denied.
    NotReached,
    Deny(Ground<'p>),
    /// Layer 11 alone: the caller must confirm.
    Ask(Ground<'p>),
    /// Layer 11 alone: the caller confirmed this call.
    Approved(&'p Approval<'p>),
}

/// A reason with what stands behind it.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'p> {
    pub(crate) reason: Reason,
    pub(crate) basis: Basis<'p>,
}

/// Who is behind a reason (L-3).
#[derive(Clone, Copy)]
pub(crate) enum Basis<'p> {
    /// Nobody's policy.
    None,
    /// The platform or the catalogue: a source without a lock.
    Platform,
    /// Stored restrictions: at least one, of what these find.
    Causes(Causes<'p>),
}

/// How to find all causes of a lock (S-4), so that a decision needs to hold none.
#[derive(Clone, Copy)]
pub(crate) enum Causes<'p> {
    /// Every `off` of a setting.
    Offs(Setting),
    /// Every `off` that closes an integration.
    Integration(Slot<Integration>),
    /// Every `off` of the integrations that an address belongs to (I-6).
    Address(Whereabouts<'p>),
    /// The administrators' disables of a server (N-4).
    Disables(&'p Server),
    /// The floors of one strictness that hold a tool (K-5).
    Floors(tool::Held, crate::policy::Value),
}

impl<'p> From<Reason> for Verdict<'p> {
    fn from(reason: Reason) -> Self {
        Self::Deny(Ground { reason, basis: Basis::None })
    }
}

impl<'p> Verdict<'p> {
    /// A denial by the platform or the catalogue.
    pub(crate) fn platform(reason: Reason) -> Self {
        Self::Deny(Ground { reason, basis: Basis::Platform })
    }
}

/// Who listens to the layers: `First` decides, `All` explains.
pub(crate) trait Verdicts<'p> {
    /// Hears a layer's verdict, and what was found by then; breaks when it has heard enough.
    fn layer(&mut self, layer: Layer, verdict: Verdict<'p>, found: &Found<'p>) -> ControlFlow<()>;
}

/// Asks a layer in its place, and only where the action asks it: a macro, so that no verdict is made for nothing.
macro_rules! hear {
    ($verdicts:ident, $found:ident, $asks:ident, $layer:ident, $verdict:expr) => {
        let applies = $asks.contains(Layer::$layer);
        $verdicts.layer(Layer::$layer, if applies { $verdict } else { Verdict::NotApplicable }, $found)?;
    };
}

impl<'p> Case<'_, 'p> {
    /// The scope policy that counts for the caller (L-8).
    pub(crate) fn scope_policy(&self) -> Option<ScopePolicy<'p>> {
        let path = self.standing.path.as_ref()?;
        Some(ScopePolicy::new(self.snapshot, *path, self.standing.restricted))
    }

    /// Asks every layer of the action in order, until `verdicts` has heard enough; layer 2 fills in what it finds.
    #[inline(always)]
    pub(crate) fn eval(
        &self,
        policy: Option<&ScopePolicy<'p>>,
        found: &mut Found<'p>,
        verdicts: &mut impl Verdicts<'p>,
    ) -> ControlFlow<()> {
        let caller = caller::verdict(self);
        let denied = matches!(caller, Verdict::Deny(_));
        verdicts.layer(Layer::Caller, caller, found)?;
        self.eval_to_tool(denied, policy, found, verdicts)?;
        match policy {
            Some(policy) if found.is_any => self.eval_from_tool(found, policy, verdicts),
            _ => ControlFlow::Continue(()),
        }
    }

    /// Asks the layers after the first that say the same of all tools of a server. Where nothing is found, it tells of the
    /// rest too.
    #[inline(always)]
    fn eval_to_tool(
        &self,
        denied: bool,
        policy: Option<&ScopePolicy<'p>>,
        found: &mut Found<'p>,
        verdicts: &mut impl Verdicts<'p>,
    ) -> ControlFlow<()> {
        let asks = self.action.layers(self.standing.host);
        let Some(policy) = policy.filter(|_| self.standing.host || self.standing.user.is_some()) else {
            // Without a path there is nothing that could be seen: the host asked about a server that isn't there.
            let existence = if denied { Verdict::NotReached } else { Reason::UnknownServer.into() };
            verdicts.layer(Layer::Existence, existence, found)?;
            return self.rest(asks, verdicts, |_| Verdict::NotReached);
        };
        if let Err(reason) = existence::find(self, policy, found) {
            *found = Found::NOTHING;
            verdicts.layer(Layer::Existence, reason.into(), found)?;
            // What needs no target is still asked (L-10).
            return self.rest(asks, verdicts, |layer| match layer {
                Layer::ScopePolicy => scope_policy::stopped(policy).map_or(Verdict::NotReached, Verdict::Deny),
                Layer::Agent if self.standing.agent.is_none() => Reason::AgentRequired.into(),
                _ => Verdict::NotReached,
            });
        }
        found.is_any = true;
        verdicts.layer(Layer::Existence, Verdict::Pass, found)?;
        self.eval_found(found, policy, verdicts)
    }

    /// Asks the layers from the third that say the same of all tools of a server.
    #[inline(always)]
    pub(super) fn eval_found(&self, found: &Found<'p>, policy: &ScopePolicy<'p>, verdicts: &mut impl Verdicts<'p>) -> ControlFlow<()> {
        let asks = self.action.layers(self.standing.host);
        hear!(verdicts, found, asks, Origin, origin::verdict(self, found));
        hear!(verdicts, found, asks, Catalog, catalog::verdict(self, found));
        hear!(verdicts, found, asks, ScopePolicy, scope_policy::verdict(self, found, policy));
        hear!(verdicts, found, asks, Server, server::verdict(self, found, policy));
        hear!(verdicts, found, asks, Agent, agent::verdict(self, found));
        hear!(verdicts, found, asks, Space, space::verdict(self, found, policy));
        ControlFlow::Continue(())
    }

    /// Asks the layers that look at the tool.
    #[inline(always)]
    pub(crate) fn eval_from_tool(&self, found: &Found<'p>, policy: &ScopePolicy<'p>, verdicts: &mut impl Verdicts<'p>) -> ControlFlow<()> {
        let asks = self.action.layers(self.standing.host);
        hear!(verdicts, found, asks, Tool, tool::verdict(self, found, policy));
        hear!(verdicts, found, asks, Downstream, downstream::verdict(found));
        hear!(verdicts, found, asks, Approval, approval::verdict(self, found, policy));
        ControlFlow::Continue(())
    }

    /// The layers below the second where nothing was found: what `ask` says of each, or that the action doesn't ask it.
    #[inline(never)]
    fn rest(&self, asks: Layers, verdicts: &mut impl Verdicts<'p>, ask: impl Fn(Layer) -> Verdict<'p>) -> ControlFlow<()> {
        for layer in Layer::ALL.into_iter().filter(|layer| *layer > Layer::Existence) {
            verdicts.layer(layer, if asks.contains(layer) { ask(layer) } else { Verdict::NotApplicable }, &Found::NOTHING)?;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(feature = "views")]
impl Snapshot {
    /// What somebody who stands somewhere is answered who wants to connect to an integration (I-3).
    pub(crate) fn connecting<'s, 'p>(&'p self, standing: &'s Standing, now: Time, integration: Slot<Integration>) -> Case<'s, 'p> {
        /// Nothing is attested.
        static FACTS: Facts<'static> = Facts::NOTHING;
        Case {
            snapshot: self,
            action: Action::IntegrationConnect,
            now,
            stale: false,
            standing,
            object: Object::Integration(Some(integration)),
            facts: FactsOf::Named(&FACTS, None),
            invocation: None,
            withholds: false,
        }
    }

    /// What layers 4 and 5 have against connecting to an integration on a path, whoever asks (I-3, I-7).
    pub(crate) fn against_connecting(&self, path: crate::policy::Path, integration: Slot<Integration>) -> Option<super::Decision<'_>> {
        let anybody = Standing { path: Some(path), restricted: self.restricted(&path), ..self.host_standing(None) };
        let case = self.connecting(&anybody, Time(0), integration);
        let found = Found { is_any: true, integration: Some((integration, self.integrations.get(integration)?)), ..Found::NOTHING };
        let layers = [
            (Layer::Catalog, catalog::verdict(&case, &found)),
            (Layer::ScopePolicy, scope_policy::verdict(&case, &found, &case.scope_policy()?)),
        ];
        layers.into_iter().find_map(|(layer, verdict)| match verdict {
            Verdict::Deny(ground) => Some(case.grounded(layer, ground, &found, false)),
            _ => None,
        })
    }
}

/// What calls of one server's tools come to in all layers but the first, which alone looks at the time: the same
/// evaluation, with what all tools have in common done once.
pub(crate) struct ServerOutcomes<'s, 'p> {
    case: Case<'s, 'p>,
    policy: Option<ScopePolicy<'p>>,
    found: Found<'p>,
    /// What the layers that don't look at the tool deny.
    denied: Option<Packed>,
}

impl<'s, 'p> ServerOutcomes<'s, 'p> {
    /// Asks what all tools of a server have in common; `case` is about some tool.
    pub(crate) fn new(case: Case<'s, 'p>, server: Slot<Server>) -> Self {
        let case = Case { object: Object::Tool(Aim::Tool(Some(server), None)), ..case };
        let (mut common, mut found, policy) = (Short::default(), Found::NOTHING, case.scope_policy());
        let denied = case.eval_to_tool(false, policy.as_ref(), &mut found, &mut common).is_break();
        Self { case, policy, found, denied: denied.then_some(common.0) }
    }

    /// Of the tool at a place of the server's list; none: a tool that it doesn't have.
    pub(crate) fn of(&mut self, place: Option<u16>) -> Packed {
        let (None, Some(policy)) = (self.denied, &self.policy) else {
            return self.denied.unwrap_or_default();
        };
        self.found.tool = place.and_then(|place| self.found.tool_at(place));
        let mut short = Short::default();
        let _ = self.case.eval_from_tool(&self.found, policy, &mut short);
        short.0
    }
}

/// Hears some layers alone: what a view says of a server hangs on no caller, or on no agent (K-11).
#[cfg(feature = "views")]
pub(crate) struct Only<V> {
    pub(crate) layers: Layers,
    pub(crate) verdicts: V,
}

#[cfg(feature = "views")]
impl<'p, V: Verdicts<'p>> Verdicts<'p> for Only<V> {
    fn layer(&mut self, layer: Layer, verdict: Verdict<'p>, found: &Found<'p>) -> ControlFlow<()> {
        if self.layers.contains(layer) { self.verdicts.layer(layer, verdict, found) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(feature = "views")]
impl<'p> Case<'_, 'p> {
    /// What it comes to in some layers alone.
    pub(crate) fn outcome_of(&self, layers: Layers) -> Packed {
        let (mut short, mut found) = (Only { layers, verdicts: Short::default() }, Found::NOTHING);
        let _ = self.eval(self.scope_policy().as_ref(), &mut found, &mut short);
        short.verdicts.0
    }
}

/// What calls of one server's tools come to in some layers alone, of a caller in whom those layers aren't interested.
#[cfg(feature = "views")]
pub(crate) struct PartialOutcomes<'s, 'p> {
    case: Case<'s, 'p>,
    layers: Layers,
    policy: ScopePolicy<'p>,
    found: Found<'p>,
    /// What those of the layers deny that don't look at the tool.
    denied: Option<Packed>,
}

#[cfg(feature = "views")]
impl<'s, 'p> PartialOutcomes<'s, 'p> {
    /// Asks what all tools of a server that was found have in common.
    pub(crate) fn new(case: Case<'s, 'p>, layers: Layers, policy: ScopePolicy<'p>, found: Found<'p>) -> Self {
        let mut common = Only { layers, verdicts: Short::default() };
        let denied = case.eval_found(&found, &policy, &mut common).is_break();
        Self { case, layers, policy, found, denied: denied.then_some(common.verdicts.0) }
    }

    /// The same for a caller, to whom the server may be unknown: of the layers after the first.
    pub(crate) fn of_caller(case: Case<'s, 'p>, layers: Layers, policy: ScopePolicy<'p>) -> Self {
        let mut common = Only { layers, verdicts: Short::default() };
        let mut found = Found::NOTHING;
        let denied = case.eval_to_tool(false, Some(&policy), &mut found, &mut common).is_break();
        Self { case, layers, policy, found, denied: denied.then_some(common.verdicts.0) }
    }

    /// What was found of the tool at a place.
    pub(crate) fn tool(&self, place: Option<u16>) -> Option<FoundTool<'p>> {
        self.found.tool_at(place?)
    }

    /// Of the tool at a place of the server's list; none: a tool that it doesn't have.
    pub(crate) fn of(&mut self, place: Option<u16>) -> Packed {
        if let Some(denied) = self.denied {
            return denied;
        }
        self.found.tool = self.tool(place);
        let mut tool = Only { layers: self.layers, verdicts: Short::default() };
        let _ = self.case.eval_from_tool(&self.found, &self.policy, &mut tool);
        tool.verdicts.0
    }
}

/// The layers that an action asks (L-1's second table).
#[derive(Clone, Copy)]
pub(crate) struct Layers(u16);

impl Layers {
    /// These layers.
    pub(crate) const fn of(layers: &[Layer]) -> Self {
        let mut bits = 0;
        let mut rest = layers;
        while let [layer, others @ ..] = rest {
            bits |= 1 << *layer as u16;
            rest = others;
        }
        Self(bits)
    }

    /// These but one.
    #[cfg(feature = "views")]
    pub(crate) const fn without(self, layer: Layer) -> Self {
        Self(self.0 & !(1 << layer as u16))
    }

    /// Whether a layer is among them.
    pub(crate) const fn contains(self, layer: Layer) -> bool {
        self.0 >> layer as u16 & 1 == 1
    }
}
