//! An answer: small, borrowing from the policy and the request, with everything else worked out when somebody asks.

use std::fmt;
use std::ops::ControlFlow;

use super::eval::{Basis, Case, Found, Ground, Verdict, Verdicts};
#[cfg(feature = "views")]
use super::eval::{Layers, Only};
use super::layer::caller::TokenFault;
use super::lock::{Cites, Lock, Source, badge};
use super::message::{Message, Param, Params};
use super::packed::Packed;
use super::reason::{Layer, Outcome, Reason};
use super::request::{Action, Approval};
use crate::digest::Digest;
use crate::document::json::Writer;
use crate::document::{Problem, Problems, Visibility};
use crate::policy::{Cause, ScopePolicy, Snapshot};

/// What a policy answers, and why (contract, section 3).
#[derive(Clone, Copy)]
pub struct Decision<'p> {
    snapshot: &'p Snapshot,
    outcome: Outcome,
    reason: Reason,
    layer: Option<Layer>,
    basis: Basis<'p>,
    policy: Option<ScopePolicy<'p>>,
    found: Found<'p>,
    fault: Option<TokenFault>,
    /// It is the caller's own private server.
    own: bool,
    /// The host must compare the tool's definition before it forwards the call (K-9).
    verify: bool,
    burn: Option<&'p str>,
    problems: &'p [Problem],
}

/// What a host must do when it acts on the allow of a call. One that doesn't know an obligation denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obligation<'p> {
    /// Read the tool's definition and compare its digest before forwarding (K-9).
    VerifyDefinition {
        /// The server's id.
        server: &'p str,
        /// The tool's name.
        tool: &'p str,
        /// The accepted digest.
        digest: &'p Digest,
    },
    /// Never present this approval again (K-7).
    BurnApproval {
        /// The id of the call.
        invocation: &'p str,
    },
}

/// Hears the layers until one decides.
#[derive(Default)]
struct First<'p> {
    decided: Option<(Outcome, Layer, Ground<'p>)>,
    approved: Option<&'p Approval<'p>>,
}

impl<'p> Verdicts<'p> for First<'p> {
    #[inline(always)]
    fn layer(&mut self, layer: Layer, verdict: Verdict<'p>, _: &Found<'p>) -> ControlFlow<()> {
        let (outcome, ground) = match verdict {
            Verdict::Pass | Verdict::NotApplicable | Verdict::NotReached => return ControlFlow::Continue(()),
            Verdict::Approved(approval) => {
                self.approved = Some(approval);
                return ControlFlow::Continue(());
            }
            Verdict::Deny(ground) => (Outcome::Deny, ground),
            Verdict::Ask(ground) => (Outcome::Ask, ground),
        };
        self.decided = Some((outcome, layer, ground));
        ControlFlow::Break(())
    }
}

/// Hears the layers until one decides, and keeps the number alone.
pub(crate) struct Short(pub(crate) Packed);

impl Default for Short {
    fn default() -> Self {
        Self(Packed::new(Outcome::Allow, None, Reason::Allowed))
    }
}

impl<'p> Verdicts<'p> for Short {
    #[inline(always)]
    fn layer(&mut self, layer: Layer, verdict: Verdict<'p>, _: &Found<'p>) -> ControlFlow<()> {
        let (outcome, reason) = match verdict {
            Verdict::Pass | Verdict::NotApplicable | Verdict::NotReached => return ControlFlow::Continue(()),
            Verdict::Approved(_) => {
                self.0 = Packed::new(Outcome::Allow, None, Reason::Approved);
                return ControlFlow::Continue(());
            }
            Verdict::Deny(ground) => (Outcome::Deny, ground.reason),
            Verdict::Ask(ground) => (Outcome::Ask, ground.reason),
        };
        self.0 = Packed::new(outcome, Some(layer), reason);
        ControlFlow::Break(())
    }
}

impl<'p> Case<'_, 'p> {
    /// The decision: the first layer that denies or asks, else allow.
    #[inline]
    pub(crate) fn decide(&self) -> Decision<'p> {
        let mut decision = Decision::of_nothing(self.snapshot, self.scope_policy());
        let mut first = First::default();
        // Filled in where it stays: it is large.
        let _ = self.eval(decision.policy.as_ref(), &mut decision.found, &mut first);
        let (outcome, layer, ground) = match first.decided {
            Some((outcome, layer, ground)) => (outcome, Some(layer), ground),
            None => {
                let reason = if first.approved.is_some() { Reason::Approved } else { Reason::Allowed };
                (Outcome::Allow, None, Ground { reason, basis: Basis::None })
            }
        };
        decision.burn = first.approved.filter(|_| layer.is_none()).map(|approval| &*approval.invocation);
        self.settle(&mut decision, outcome, layer, ground);
        decision
    }

    /// The same as a number.
    #[inline(always)]
    pub(crate) fn outcome(&self) -> Packed {
        let (mut short, mut found) = (Short::default(), Found::NOTHING);
        let _ = self.eval(self.scope_policy().as_ref(), &mut found, &mut short);
        short.0
    }

    /// The decision that some layers alone make about what was found.
    #[cfg(feature = "views")]
    pub(crate) fn decide_of(&self, layers: Layers, found: Found<'p>) -> Decision<'p> {
        let mut decision = Decision { found, ..Decision::of_nothing(self.snapshot, self.scope_policy()) };
        let mut first = Only { layers, verdicts: First::default() };
        if let Some(policy) = &decision.policy
            && self.eval_found(&found, policy, &mut first).is_continue()
        {
            let _ = self.eval_from_tool(&found, policy, &mut first);
        }
        let passed = (Outcome::Allow, None, Ground { reason: Reason::Allowed, basis: Basis::None });
        let (outcome, layer, ground) = first.verdicts.decided.map_or(passed, |(outcome, layer, ground)| (outcome, Some(layer), ground));
        self.settle(&mut decision, outcome, layer, ground);
        decision
    }

    /// The decision that a layer alone makes.
    #[cfg(any(feature = "explain", feature = "views"))]
    pub(crate) fn grounded(&self, layer: Layer, ground: Ground<'p>, found: &Found<'p>, asks: bool) -> Decision<'p> {
        let mut decision = Decision { found: *found, ..Decision::of_nothing(self.snapshot, self.scope_policy()) };
        self.settle(&mut decision, if asks { Outcome::Ask } else { Outcome::Deny }, Some(layer), ground);
        decision
    }

    /// What is wrong with the token, as far as it may be told.
    fn token_fault(&self) -> Option<TokenFault> {
        let fault = super::layer::caller::token_fault(self);
        if self.withholds && fault == Some(TokenFault::Foreign) { Some(TokenFault::Unknown) } else { fault }
    }

    /// Writes down what was decided, and what follows from it and from what was found.
    #[inline(always)]
    fn settle(&self, decision: &mut Decision<'p>, outcome: Outcome, layer: Option<Layer>, ground: Ground<'p>) {
        let found = &decision.found;
        (decision.outcome, decision.layer, decision.reason, decision.basis) = (outcome, layer, ground.reason, ground.basis);
        decision.fault = if ground.reason == Reason::TokenInactive { self.token_fault() } else { None };
        decision.own = found.server.is_some_and(|(_, server)| {
            server.visibility == Visibility::Private && server.owner.is_some() && server.owner == self.standing.user
        });
        decision.verify = outcome == Outcome::Allow && self.action == Action::ToolCall && Self::must_verify(found);
    }

    /// K-9: a pinned tool that the host hasn't looked at must be compared before the call is forwarded.
    fn must_verify(found: &Found<'p>) -> bool {
        found.tool.is_some_and(|tool| tool.tool.accepted.is_some()) && found.attests.observed.is_none()
    }
}

impl<'p> Decision<'p> {
    /// A denial of the request itself: layer 1, before anybody is looked at.
    pub(crate) fn of_request(snapshot: &'p Snapshot, reason: Reason, problems: Option<&'p Problems>) -> Self {
        let problems = problems.map(|problems| problems.problems.as_slice()).unwrap_or_default();
        let layer = Some(Layer::Caller);
        Self { reason, layer, problems, ..Self::of_nothing(snapshot, None) }
    }

    /// A denial, before anything was found or decided.
    #[inline(always)]
    fn of_nothing(snapshot: &'p Snapshot, policy: Option<ScopePolicy<'p>>) -> Self {
        Self {
            snapshot,
            outcome: Outcome::Deny,
            reason: Reason::InvalidRequest,
            layer: None,
            basis: Basis::None,
            policy,
            found: Found::NOTHING,
            fault: None,
            own: false,
            verify: false,
            burn: None,
            problems: &[],
        }
    }

    /// What layer 2 found.
    pub(crate) fn found(&self) -> &Found<'p> {
        &self.found
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The layer that decided; none where nothing denied or asked.
    pub fn layer(&self) -> Option<Layer> {
        self.layer
    }

    /// The revision of the policy that answered.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision
    }

    /// Outcome, layer and reason as one integer.
    pub fn packed(&self) -> Packed {
        Packed::new(self.outcome, self.layer, self.reason)
    }

    /// What is wrong with a request that is `invalid-request`.
    pub fn problems(&self) -> &'p [Problem] {
        self.problems
    }

    /// What the host must do when it acts on this allow, in this order.
    pub fn obligations(&self) -> impl Iterator<Item = Obligation<'p>> + use<'p> {
        let pinned = self.found.tool.filter(|_| self.verify);
        let verify = pinned.and_then(|found| {
            let (tool, digest) = (self.snapshot.names.get(found.tool.name)?, found.tool.accepted.as_ref()?);
            Some(Obligation::VerifyDefinition { server: &found.server.id, tool, digest })
        });
        verify.into_iter().chain(self.burn.map(|invocation| Obligation::BurnApproval { invocation }))
    }

    /// Who is behind it (L-3).
    pub fn source(&self) -> Option<Source<'p>> {
        self.source_by(self.cause())
    }

    /// The same, where the first cause is known.
    pub(crate) fn source_by(&self, cause: Option<Cause>) -> Option<Source<'p>> {
        match self.basis {
            Basis::None => None,
            Basis::Platform => Some(Source::Platform),
            Basis::Causes(_) => {
                let scope = self.snapshot.scopes.get(cause?.authority)?;
                let level = self.snapshot.level(scope)?;
                Some(Source::Scope { level: &level.id, scope: &scope.id, name: &scope.name })
            }
        }
    }

    /// How to find what stands behind it.
    fn cites(&self) -> Option<Cites<'p>> {
        Some(Cites { snapshot: self.snapshot, policy: self.policy?, basis: self.basis })
    }

    /// The first cause, worked out anew.
    fn cause(&self) -> Option<Cause> {
        self.cites()?.first()
    }

    /// What locks it, with all causes; worked out anew, which takes an allocation.
    pub fn lock(&self) -> Option<Lock<'p>> {
        self.lock_by(&self.causes())
    }

    /// The same, where the causes are known.
    pub(crate) fn lock_by(&self, causes: &[Cause]) -> Option<Lock<'p>> {
        causes.first().map(|first| Lock { label: self.snapshot.label_of(first), causes: self.snapshot.view(causes) })
    }

    /// All causes in their order (S-4); nothing is allocated where there are none.
    pub(crate) fn causes(&self) -> Vec<Cause> {
        self.cites().map(|cites| cites.all()).unwrap_or_default()
    }

    /// The badge without the words before it: the label of the source's level.
    fn badge_label(&self) -> Option<&'p str> {
        self.cause().map(|first| self.snapshot.label_of(&first))
    }

    /// One of the params that messages are made of; what isn't there is none.
    pub fn param(&self, param: Param) -> Option<&'p str> {
        self.params().get(param)
    }

    /// Those of the params that are there, in the order of answers: the causes are walked once for all.
    pub fn each_param(&self) -> impl Iterator<Item = (Param, &'p str)> + use<'p> {
        let params = self.params();
        Param::ALL.into_iter().filter_map(move |param| Some((param, params.get(param)?)))
    }

    /// All params that messages are made of.
    pub(crate) fn params(&self) -> Params<'p> {
        self.params_by(self.cause())
    }

    /// The same, where the first cause is known.
    pub(crate) fn params_by(&self, cause: Option<Cause>) -> Params<'p> {
        const THERE: &str = "true";
        let snapshot = self.snapshot;
        let authority = cause.and_then(|cause| snapshot.scopes.get(cause.authority));
        let root = self.of_catalog().then(|| snapshot.scopes.get(snapshot.root)).flatten();
        let fault = |fault| (self.fault == Some(fault)).then_some(THERE);
        Params::new([
            self.subject(),
            self.found.tool.and_then(|found| snapshot.names.get(found.tool.name)),
            cause.map(|cause| snapshot.label_of(&cause)),
            authority.map(|scope| &*scope.name),
            root.map(|root| &*root.name),
            authority.or(root).and_then(|scope| snapshot.contact(scope)),
            self.own.then_some(THERE),
            fault(TokenFault::Expired),
            fault(TokenFault::Revoked),
            fault(TokenFault::Misused),
            fault(TokenFault::Foreign),
        ])
    }

    /// Whether the catalogue holds it back, which the root's administrators can change (L-4).
    fn of_catalog(&self) -> bool {
        matches!(self.basis, Basis::Platform) && self.layer != Some(Layer::Origin)
    }

    /// What a message is about: the integration where it is the integration's matter, else the server.
    fn subject(&self) -> Option<&'p str> {
        let found = &self.found;
        let integration = found.integration.map(|(_, integration)| &*integration.name);
        let of_integration = matches!(
            self.reason,
            Reason::IntegrationOff | Reason::IntegrationNotApproved | Reason::AddressNotOfIntegration | Reason::Stopped
        );
        let server = found.server.map(|(_, server)| &*server.name);
        if of_integration { integration.or(server) } else { server.or(integration) }
    }

    /// What a user is told (L-4): no other scope, user or server is named.
    pub fn message_for_user(&self) -> impl fmt::Display + use<'p> {
        self.told_user(self.params())
    }

    /// What an administrator is told (L-4).
    pub fn message_for_administrator(&self) -> impl fmt::Display + use<'p> {
        self.told_administrator(self.params())
    }

    pub(crate) fn told_user(&self, params: Params<'p>) -> Message<'p> {
        let names_server = matches!(self.reason, Reason::DownstreamAuthorizationRequired | Reason::IntegrationOff);
        let through = self.found.through.is_some() && self.found.server.is_some();
        let hidden = [Param::Name, Param::Root, Param::Expired, Param::Revoked, Param::Misused, Param::Foreign];
        let params = params.without(&hidden);
        let params = if through && !names_server { params.without(&[Param::Subject]) } else { params };
        Message { template: self.reason.entry().templates.user, params }
    }

    pub(crate) fn told_administrator(&self, params: Params<'p>) -> Message<'p> {
        Message { template: self.reason.entry().templates.admin, params }
    }

    /// All that a user may be sent.
    pub fn for_user(&self) -> ForUser<'p> {
        ForUser(*self)
    }

    /// The canonical JSON of the whole decision.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }

    /// Writes the same behind what is in a buffer: one that is used again takes no allocation.
    pub fn write_json(&self, buffer: &mut String) {
        Writer::append(self, buffer);
    }
}

/// The projection of a decision that a user may be sent: nothing else of it.
#[derive(Clone, Copy)]
pub struct ForUser<'p>(Decision<'p>);

impl<'p> ForUser<'p> {
    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// The layer that decided.
    pub fn layer(&self) -> Option<Layer> {
        self.0.layer
    }

    /// "Locked by " and the label of a level, where a lock is behind it.
    pub fn badge(&self) -> Option<impl fmt::Display + use<'p>> {
        self.0.badge_label().map(badge)
    }

    /// What the user is told.
    pub fn message(&self) -> impl fmt::Display + use<'p> {
        self.0.message_for_user()
    }

    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json())
    }
}

impl fmt::Debug for ForUser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json())
    }
}
