//! What policy makes of a server before anybody calls it: the layers of the one evaluation that look at no caller
//! (K-11, P-V9, P-V12, P-V13).

use crate::change::Who;
use crate::decide::{
    ASKING, Action, Basis, Case, Causes, Decision, FactsOf, Found, FoundTool, Ground, Layer, Layers, Object, Outcome, Packed,
    PartialOutcomes, Reason, existence,
};
use crate::document::{Time, Visibility};
use crate::policy::{Aim, Path, ScopePolicy, Server, Setting, Slot, Snapshot, Standing, TokenStanding, VirtualServer};

/// The layers that turn a server off (K-11).
const STANDS: Layers = Layers::of(&[Layer::Origin, Layer::Catalog, Layer::ScopePolicy, Layer::Server]);

/// The layers that say what a call comes to, of a caller of whom nothing else is known.
const COMES_TO: Layers = Layers::of(&[Layer::Origin, Layer::Catalog, Layer::ScopePolicy, Layer::Server, Layer::Tool, Layer::Approval]);

/// A server, seen on a path by somebody who needn't be able to call it.
#[derive(Clone, Copy)]
pub(crate) struct Look<'s> {
    snapshot: &'s Snapshot,
    standing: Standing,
    policy: ScopePolicy<'s>,
    slot: Slot<Server>,
    server: &'s Server,
    through: Option<&'s VirtualServer>,
}

impl<'s> Look<'s> {
    pub(crate) fn new(who: Who<'s>, path: Path, slot: Slot<Server>, server: &'s Server) -> Self {
        let policy = who.snapshot.scope_policy(path);
        let standing = Standing {
            host: false,
            user: who.user.map(|(slot, _)| slot),
            path: Some(path),
            claimed: None,
            restricted: who.snapshot.restricted(&path),
            agent: None,
            space: None,
            token: TokenStanding::Platform,
            denial: None,
        };
        Self { snapshot: who.snapshot, standing, policy, slot, server, through: None }
    }

    /// The same, reached through a virtual server.
    pub(crate) fn through(self, virtual_server: &'s VirtualServer) -> Self {
        Self { through: Some(virtual_server), ..self }
    }

    /// The scope policy that it is seen under.
    pub(crate) fn policy(&self) -> &ScopePolicy<'s> {
        &self.policy
    }

    fn case(&self) -> Case<'_, 's> {
        Case {
            snapshot: self.snapshot,
            action: Action::ToolList,
            // No layer that is heard looks at the time.
            now: Time(0),
            stale: false,
            standing: &self.standing,
            object: Object::Tool(Aim::Tool(Some(self.slot), None)),
            facts: FactsOf::Named(&ASKING, None),
            invocation: None,
            withholds: false,
        }
    }

    fn found(&self) -> Found<'s> {
        let mut found = Found { through: self.through, ..Found::NOTHING };
        existence::of_server(&self.case(), self.slot, self.server, &mut found);
        found
    }

    /// C-7, P-V13: stored as shared, and kept private to its owner by what the path says of sharing.
    fn is_kept_private(&self) -> bool {
        let at_home = || self.policy.path().scope() == Some(self.server.scope);
        let own = || self.server.owner.is_some() && self.server.owner == self.standing.user && at_home();
        self.server.visibility == Visibility::Shared && !existence::is_shared(self.server, &self.policy) && !own()
    }

    /// What turns it off, and why.
    pub(crate) fn off(&self) -> Option<Decision<'s>> {
        let (case, found) = (self.case(), self.found());
        if self.is_kept_private() {
            let basis = Basis::Causes(Causes::Offs(Setting::CustomSharing));
            let ground = Ground { reason: Reason::CustomSharingOff, basis };
            return Some(case.grounded(Layer::ScopePolicy, ground, &found, false));
        }
        Some(case.decide_of(STANDS, found)).filter(|decision| decision.outcome() == Outcome::Deny)
    }

    /// Whether the actor may authorise it: layers 2 to 6, of which the second may not know it.
    pub(crate) fn authorize(&self) -> Result<Decision<'s>, Reason> {
        let case = Case { action: Action::ServerAuthorize, object: Object::Server(Some(self.slot), None), ..self.case() };
        let mut found = Found::NOTHING;
        existence::find(&case, &self.policy, &mut found)?;
        Ok(case.decide_of(STANDS, found))
    }

    /// Asks what calls of its tools come to.
    pub(crate) fn outcomes(&self) -> Outcomes<'_, 's> {
        let denied = self.is_kept_private();
        let denied = denied.then(|| Packed::new(Outcome::Deny, Some(Layer::ScopePolicy), Reason::CustomSharingOff));
        Outcomes { denied, partial: PartialOutcomes::new(self.case(), COMES_TO, self.policy, self.found()) }
    }
}

/// What calls of a server's tools come to.
pub(crate) struct Outcomes<'l, 's> {
    denied: Option<Packed>,
    partial: PartialOutcomes<'l, 's>,
}

impl<'s> Outcomes<'_, 's> {
    /// Of the tool at a place; none: one that the server doesn't have.
    pub(crate) fn of(&mut self, place: Option<u16>) -> Packed {
        self.denied.unwrap_or_else(|| self.partial.of(place))
    }

    /// What is known of the tool at a place.
    pub(crate) fn tool(&self, place: Option<u16>) -> Option<FoundTool<'s>> {
        self.partial.tool(place)
    }
}
