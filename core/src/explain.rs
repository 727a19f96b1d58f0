//! Why: every layer's verdict, and what would unlock it, for who may know (L-10).

use std::ops::ControlFlow;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::decide::{
    Asked, Call, Case, CauseView, Cites, Decision, ForUser, Found, Ground, Invocation, Layer, Lock, Moment, Reason, Request, Shown, Source,
    Verdict, Verdicts, scope_policy,
};
use crate::document::json::Writer;
use crate::policy::{Caller, Cause, Policy, Snapshot, Standing, User};

/// An answer with its reasons, as far as the actor may know them.
#[derive(Clone, Debug)]
pub struct Explanation<'p> {
    /// The decision.
    pub decision: Told<'p>,
    /// All layers in order; none for who administers nothing there.
    pub layers: Vec<LayerRow<'p>>,
    /// Every stored restriction that denies or asks, each once. What else denies is in `layers`.
    pub unlock: Vec<Unlock<'p>>,
}

/// A decision as the actor may know it.
#[derive(Clone, Copy, Debug)]
pub enum Told<'p> {
    /// To who administers the caller's workspace or above.
    Whole(Decision<'p>),
    /// To anybody else.
    ForUser(ForUser<'p>),
}

/// What one layer says.
#[derive(Clone, Debug)]
pub struct LayerRow<'p> {
    /// Which one.
    pub layer: Layer,
    /// `pass`, `deny`, `ask`, `not-applicable` or `not-reached`.
    pub verdict: &'static str,
    /// The decision that this layer alone would make, where it denies or asks.
    pub ground: Option<Decision<'p>>,
}

/// A stored restriction that would have to be lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlock<'p> {
    /// The restriction.
    pub cause: CauseView<'p>,
    /// The label of its authority's level.
    pub label: &'p str,
    /// The name of its authority.
    pub name: &'p str,
}

impl Policy {
    /// Explains the answer to a request to an actor (a user's id).
    pub fn explain<'p>(&'p self, request: &'p Request<'p>, actor: &str) -> Explanation<'p> {
        let snapshot = &*self.0;
        snapshot.ask(request, |asked| {
            let knows = match request.0.as_ref().ok().map(|question| question.caller.as_ref()) {
                // Nothing could be read, so there is nothing that somebody mustn't know.
                None => Knows::All,
                Some(claim) => {
                    let caller = claim.map(|claim| claim.user.as_str());
                    match (&asked, claim) {
                        (Asked::Case(case), _) => snapshot.knows(actor, caller, case.standing),
                        (Asked::Denied(..), Some(claim)) => snapshot.knows(actor, caller, &snapshot.standing(claim)),
                        // What the host asked names no server that could be known.
                        (Asked::Denied(..), None) => snapshot.knows(actor, None, &snapshot.host_standing(None)),
                    }
                }
            };
            snapshot.explain(asked, knows)
        })
    }

    /// Explains the answer to a request to the host itself, which holds the whole policy.
    pub fn explain_whole<'p>(&'p self, request: &'p Request<'p>) -> Explanation<'p> {
        self.0.ask(request, |asked| self.0.explain(asked, Knows::All))
    }
}

impl Caller {
    /// Explains the answer to a call to an actor (a user's id).
    pub fn explain<'c>(
        &'c self,
        call: impl Into<Call<'c>>,
        moment: impl Into<Moment>,
        invocation: Option<&'c Invocation<'c>>,
        actor: &str,
    ) -> Explanation<'c> {
        let snapshot = &*self.policy.0;
        let knows = snapshot.knows(actor, Some(&self.user), &self.standing);
        let case = self.case_at(crate::decide::Action::ToolCall, self.aim(call.into()), moment.into(), invocation);
        snapshot.explain(Asked::Case(case), knows)
    }
}

/// How much an actor may know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knows {
    All,
    /// All but what only the root's administrators may know.
    Scope,
    /// Their own decision, as a user sees it.
    Own,
    /// Not even that there was a request (U-8).
    Nothing,
}

impl Knows {
    /// Whether they may know the layers.
    fn layers(self) -> bool {
        matches!(self, Self::All | Self::Scope)
    }
}

impl Snapshot {
    /// L-10: who administers the place or above knows its layers, of callers who exist for them.
    fn knows(&self, actor: &str, caller: Option<&str>, standing: &Standing) -> Knows {
        let path = standing.claimed.and_then(|place| self.path(place));
        let user = self.users.find(actor).map(|(_, user)| user);
        let own = caller == Some(actor);
        let administers = user.zip(path).is_some_and(|(user, path)| user.administers(path));
        if administers && user.is_some_and(|user| user.administers.binary_search(&self.root).is_ok()) {
            Knows::All
        } else if administers && (own || standing.host || self.exists_for(standing, user)) {
            Knows::Scope
        } else if own {
            Knows::Own
        } else {
            Knows::Nothing
        }
    }

    /// Whether a caller exists for an administrator: there is a scope that the one belongs to or administers, and the other
    /// administers, each perhaps through one above (P-12).
    fn exists_for(&self, caller: &Standing, administrator: Option<&User>) -> bool {
        let caller = caller.user.and_then(|user| self.users.get(user));
        caller.zip(administrator).is_some_and(|(caller, administrator)| {
            let mut below = caller.member_of.iter().chain(caller.administers.iter()).filter_map(|scope| self.path(*scope));
            let mut above = administrator.administers.iter().filter_map(|scope| self.path(*scope));
            above.any(|path| caller.belongs(path) || caller.administers(path)) || below.any(|path| administrator.administers(path))
        })
    }

    fn explain<'p>(&'p self, asked: Asked<'_, 'p>, knows: Knows) -> Explanation<'p> {
        match asked {
            Asked::Case(case) => Case { withholds: knows != Knows::All, ..case }.explain(knows),
            Asked::Denied(reason, problems) => self.denied(Decision::of_request(self, reason, problems), knows),
        }
    }

    /// The explanation of a denial of the request itself.
    fn denied<'p>(&'p self, decision: Decision<'p>, knows: Knows) -> Explanation<'p> {
        if !knows.layers() {
            return self.withheld(decision, knows);
        }
        let row = |layer| match layer {
            Layer::Caller => LayerRow { layer, verdict: "deny", ground: Some(decision) },
            _ => LayerRow { layer, verdict: "not-reached", ground: None },
        };
        Explanation { decision: Told::Whole(decision), layers: Layer::ALL.into_iter().map(row).collect(), unlock: Vec::new() }
    }

    /// What somebody gets who may not know the layers.
    fn withheld<'p>(&'p self, decision: Decision<'p>, knows: Knows) -> Explanation<'p> {
        let told = if knows == Knows::Own { decision } else { Decision::of_request(self, Reason::UnknownUser, None) };
        Explanation { decision: Told::ForUser(told.for_user()), layers: Vec::new(), unlock: Vec::new() }
    }
}

impl<'p> Case<'_, 'p> {
    fn explain(&self, knows: Knows) -> Explanation<'p> {
        let decision = self.decide();
        if !knows.layers() {
            return self.snapshot.withheld(decision, knows);
        }
        let mut all = All { case: self, rows: Vec::with_capacity(Layer::ALL.len()), causes: Vec::new() };
        let mut found = Found::NOTHING;
        let _ = self.eval(self.scope_policy().as_ref(), &mut found, &mut all);
        let mut unlock: Vec<Unlock<'p>> = Vec::new();
        for (view, cause) in self.snapshot.view(&all.causes).into_iter().zip(&all.causes) {
            let name = self.snapshot.scopes.get(cause.authority).map_or("", |scope| &*scope.name);
            let next = Unlock { cause: view, label: self.snapshot.label_of(cause), name };
            if !unlock.contains(&next) {
                unlock.push(next);
            }
        }
        Explanation { decision: Told::Whole(decision), layers: all.rows, unlock }
    }
}

/// Hears every layer.
struct All<'c, 's, 'p> {
    case: &'c Case<'s, 'p>,
    rows: Vec<LayerRow<'p>>,
    causes: Vec<Cause>,
}

impl<'p> Verdicts<'p> for All<'_, '_, 'p> {
    fn layer(&mut self, layer: Layer, verdict: Verdict<'p>, found: &Found<'p>) -> ControlFlow<()> {
        let (verdict, ground) = match verdict {
            Verdict::Pass | Verdict::Approved(_) => ("pass", None),
            Verdict::NotApplicable => ("not-applicable", None),
            Verdict::NotReached => ("not-reached", None),
            Verdict::Deny(ground) => ("deny", Some(ground)),
            Verdict::Ask(ground) => ("ask", Some(ground)),
        };
        if let Some(ground) = ground {
            self.cite(layer, ground, found);
        }
        let ground = ground.map(|ground| self.case.grounded(layer, ground, found, verdict == "ask"));
        self.rows.push(LayerRow { layer, verdict, ground });
        ControlFlow::Continue(())
    }
}

impl<'p> All<'_, '_, 'p> {
    /// Takes the causes of every code that denies in a layer: what else denies is in explain (S-4).
    fn cite(&mut self, layer: Layer, ground: Ground<'p>, found: &Found<'p>) {
        let Some(policy) = self.case.scope_policy() else { return };
        let snapshot = self.case.snapshot;
        let mut grounds = Vec::new();
        if layer == Layer::ScopePolicy && found.is_any {
            scope_policy::each(self.case, found, &policy, &mut |_, ground| grounds.push(ground));
        } else {
            grounds.push(ground);
        }
        let cited = |ground: Ground<'p>| {
            let causes = Cites { snapshot, policy, basis: ground.basis }.all();
            causes.into_iter().map(move |cause| (cause.authority_depth, ground.reason, cause))
        };
        let mut causes: Vec<_> = grounds.into_iter().flat_map(cited).collect();
        // Each code's causes come in order; a stable sort keeps it.
        causes.sort_by_key(|(depth, reason, _)| (*depth, *reason));
        self.causes.extend(causes.into_iter().map(|(_, _, cause)| cause));
    }
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(decision) => decision.serialize(serializer),
            Self::ForUser(decision) => decision.serialize(serializer),
        }
    }
}

impl LayerRow<'_> {
    /// Who is behind the verdict.
    pub fn source(&self) -> Option<Source<'_>> {
        self.ground.as_ref()?.source()
    }

    /// What locks it.
    pub fn lock(&self) -> Option<Lock<'_>> {
        self.ground.as_ref()?.lock()
    }
}

impl Serialize for LayerRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("LayerRow", 6)?;
        object.serialize_field("layer", &self.layer)?;
        object.serialize_field("verdict", self.verdict)?;
        if let Some(ground) = &self.ground {
            object.serialize_field("reason", &ground.reason())?;
            if let Some(source) = ground.source() {
                object.serialize_field("source", &source)?;
            }
            if let Some(lock) = ground.lock() {
                object.serialize_field("lock", &lock)?;
            }
            object.serialize_field("message", &Shown(ground.message_for_administrator()))?;
        }
        object.end()
    }
}

impl Serialize for Unlock<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Unlock", 4)?;
        object.serialize_field("setting", &Shown(self.cause.setting()))?;
        object.serialize_field("at", self.cause.at)?;
        object.serialize_field("authority", self.cause.authority)?;
        object.serialize_field("who", &Shown(format_args!("{} {}", self.label, self.name)))?;
        object.end()
    }
}

impl Explanation<'_> {
    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Explanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Explanation", 3)?;
        object.serialize_field("decision", &self.decision)?;
        if !self.layers.is_empty() {
            object.serialize_field("layers", &self.layers)?;
        }
        if !self.unlock.is_empty() {
            object.serialize_field("unlock", &self.unlock)?;
        }
        object.end()
    }
}
