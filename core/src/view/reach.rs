//! Who reaches what: the evaluation of a list (L-2), for one caller page by page or for one tool user by user.

use super::merge::Merge;
use crate::activity::Activity;
use crate::decide::{
    ASKING, Action, Case, Claim, Credential, FactsOf, Found, Key, Layer, Layers, Object, OfTarget, Outcome, Packed, PartialOutcomes,
    existence,
};
use crate::document::Time;
use crate::policy::{Aim, ScopePolicy, Server, Slot, Snapshot, Standing, User, VirtualServer};

const EVERY: Layers = Layers::of(&Layer::ALL);

/// Every layer but the seventh: no agent is named, and a row says which ones may (P-V12).
const OF_ANY_AGENT: Layers = EVERY.without(Layer::Agent);

/// A user at work, as far as a view knows: by the platform itself, with somebody there to ask.
#[derive(Clone, Copy)]
pub(super) struct Worker<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) user: &'s User,
    standing: Standing,
    layers: Layers,
    /// No agent is named: each row says which ones may.
    of_any: bool,
    now: Time,
}

impl<'s> Worker<'s> {
    pub(super) fn new(
        snapshot: &'s Snapshot,
        user: &'s User,
        workspace: &str,
        agent: Option<&str>,
        space: Option<&str>,
        now: Time,
    ) -> Self {
        let claim = Claim {
            user: Key::from(user.id.as_str()),
            credential: Credential::Platform,
            workspace: Key::from(workspace),
            agent: agent.map(Key::from),
            space: space.map(Key::from),
        };
        let of_any = agent.is_none();
        let layers = if of_any { OF_ANY_AGENT } else { EVERY };
        Self { snapshot, user, standing: snapshot.standing(&claim), layers, of_any, now }
    }

    /// What denies them as a whole (layer 1).
    pub(super) fn denied(&self) -> Option<Packed> {
        self.standing.denial.map(|reason| Packed::new(Outcome::Deny, Some(Layer::Caller), reason))
    }

    fn case<'c>(&'c self, object: Object<'c>, attested: &'c OfTarget) -> Case<'c, 'c> {
        Case {
            snapshot: self.snapshot,
            action: Action::ToolList,
            now: self.now,
            stale: false,
            standing: &self.standing,
            object,
            facts: FactsOf::Named(&ASKING, Some(attested)),
            invocation: None,
            withholds: false,
        }
    }

    /// What activity knows of the credentials that their calls of a server would use (K-8).
    fn attested(&self, server: &Server, activity: &Activity<'_>) -> OfTarget {
        let user = if server.has_shared_credential() { "" } else { &self.user.id };
        OfTarget { downstream: activity.authorization(&server.id, user), observed: None }
    }

    /// What a call of a server's tool comes to, layer 1 included.
    pub(super) fn outcome(&self, slot: Slot<Server>, server: &Server, place: Option<u16>, activity: &Activity<'_>) -> Packed {
        let attested = self.attested(server, activity);
        self.case(Object::Tool(Aim::Tool(Some(slot), place)), &attested).outcome_of(self.layers)
    }

    /// Whether something exists for them here (L-8).
    fn sees(&self, object: Object<'_>, policy: &ScopePolicy<'_>) -> bool {
        let nothing = OfTarget { downstream: None, observed: None };
        existence::find(&self.case(object, &nothing), policy, &mut { Found::NOTHING }).is_ok()
    }

    /// Everything that they see on a server, itself and through virtual servers, by tool; nothing of one that they don't see.
    pub(super) fn rows_of(&self, slot: Slot<Server>, server: &'s Server, activity: &Activity<'_>) -> Vec<Row<'s>> {
        let (snapshot, mut rows) = (self.snapshot, Vec::new());
        let Some(path) = self.standing.path else { return rows };
        let policy = snapshot.scope_policy(path);
        let attested = self.attested(server, activity);
        if self.sees(Object::Server(Some(slot), None), &policy) {
            let case = self.case(Object::Tool(Aim::Tool(Some(slot), None)), &attested);
            let mut outcomes = PartialOutcomes::of_caller(case, self.layers, policy);
            for (place, tool) in (0u16..).zip(&server.tools).filter_map(|(place, tool)| Some((place, tool.as_ref()?))) {
                let Some(tool) = snapshot.names.get(tool.name) else { continue };
                rows.push(Row { server, through: None, tool, exposed: None, outcome: outcomes.of(Some(place)) });
            }
        }
        let selecting = server.named.iter().flat_map(|named| named.by_selections.iter());
        for virtual_slot in selecting {
            let Some(through) = snapshot.virtual_servers.get(virtual_slot).filter(|through| path.holds(through.scope)) else { continue };
            if !self.sees(Object::VirtualServer(Some(virtual_slot)), &policy) {
                continue;
            }
            for (place, selected) in (0u16..).zip(&through.tools).filter_map(|(place, selected)| Some((place, selected.as_ref()?))) {
                let object = Object::Tool(Aim::VirtualTool(Some(virtual_slot), Some(place)));
                if selected.server != slot || !self.sees(object, &policy) {
                    continue;
                }
                let (Some(tool), Some(exposed)) = (snapshot.names.get(selected.tool), snapshot.names.get(selected.exposed)) else {
                    continue;
                };
                let case = self.case(object, &attested);
                let outcome = case.outcome_of(self.layers);
                rows.push(Row { server, through: Some(through), tool, exposed: (exposed != tool).then_some(exposed), outcome });
            }
        }
        rows.sort_by(|one, other| one.place().cmp(&other.place()));
        rows
    }

    /// The agents that may, of what isn't denied where none is named; by id.
    pub(super) fn agents(&self, server: &Server, outcome: Packed) -> Option<Vec<&'s str>> {
        (self.of_any && outcome.outcome().is_open()).then(|| agents(self.snapshot, server))
    }

    /// The servers that they may see in the workspace, those that stand behind an id, by id: the shared ones on the path, and
    /// their own.
    pub(super) fn servers(&self, after: Option<&str>) -> Merge<'s, Server> {
        let snapshot = self.snapshot;
        let on_path = self.standing.path.into_iter().flat_map(|path| path.iter().collect::<Vec<_>>());
        let shared = on_path.filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_deref()).map(|contents| &contents.servers);
        let own = self.user.holds.as_deref().map(|holds| &holds.owns);
        Merge::new(&snapshot.servers, shared.chain(own), after)
    }
}

/// The agents of a server, by id.
pub(super) fn agents<'s>(snapshot: &'s Snapshot, server: &Server) -> Vec<&'s str> {
    let mut agents: Vec<&'s str> = server.agents.iter().filter_map(|agent| Some(snapshot.agents.get(agent)?.id.as_str())).collect();
    agents.sort_unstable();
    agents
}

/// A tool that somebody sees, and what a call of it comes to.
pub(super) struct Row<'s> {
    pub(super) server: &'s Server,
    pub(super) through: Option<&'s VirtualServer>,
    pub(super) tool: &'s str,
    /// By what name it is called through the virtual server, where that is another (V-8).
    pub(super) exposed: Option<&'s str>,
    pub(super) outcome: Packed,
}

impl<'s> Row<'s> {
    /// What it is sorted by among all rows.
    pub(super) fn keys(&self) -> Vec<&'s str> {
        let (tool, through, exposed) = self.place();
        vec![&self.server.id, tool, through.unwrap_or_default(), exposed.unwrap_or_default()]
    }

    /// Where it stands among the rows of its server.
    pub(super) fn place(&self) -> (&'s str, Option<&'s str>, Option<&'s str>) {
        (self.tool, self.through.map(|through| through.id.as_str()), self.exposed)
    }
}
