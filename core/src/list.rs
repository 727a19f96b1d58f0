//! Everything that a caller can see, with its outcome: the same evaluation as a call (L-2).

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::decide::{
    Action, Case, Found, Layer, ListRequest, Moment, Object, Of, Packed, Reason, ServerOutcomes, Verdict, caller, existence,
};
use crate::document::Problem;
use crate::document::json::Writer;
use crate::policy::{Aim, Caller, Policy, ScopePolicy, Server, Slot, Snapshot, TokenStanding, VirtualServer};

/// The tools that a caller can see, denied ones included, by server and tool.
#[derive(Clone, Debug)]
pub struct List<'p> {
    /// The revision of the policy that answered.
    pub revision: u64,
    /// Why there are no rows at all.
    pub refusal: Option<Refusal<'p>>,
    /// The tools.
    pub rows: Vec<Row<'p>>,
}

/// Why a list isn't given: the request, the caller, or what was to be listed, is denied as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'p> {
    /// Why.
    pub reason: Reason,
    /// The layer that denies.
    pub layer: Layer,
    /// What is wrong with a request that is `invalid-request`.
    pub problems: &'p [Problem],
}

/// A tool of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'p> {
    /// The server's id.
    pub server: &'p str,
    /// The virtual server's, where it is seen through one.
    pub virtual_server: Option<&'p str>,
    /// The tool's name on its server.
    pub tool: Cow<'p, str>,
    /// The exposed name, where it is another (V-8).
    pub exposed: Option<&'p str>,
    /// What `tool.list` of it comes to.
    pub outcome: Packed,
}

impl Policy {
    /// Answers a list's request.
    pub fn list<'p>(&'p self, request: &'p ListRequest<'p>) -> List<'p> {
        match &request.0 {
            Ok(question) => {
                let caller = self.caller(&question.caller, &question.context.facts);
                let moment = Moment { now: question.context.now, freshness: question.context.snapshot };
                Lister::new(&self.0, &caller, moment).list(&question.of)
            }
            Err(problems) => List {
                revision: self.revision(),
                refusal: Some(Refusal { reason: Reason::InvalidRequest, layer: Layer::Caller, problems: &problems.problems }),
                rows: Vec::new(),
            },
        }
    }
}

impl Caller {
    /// Lists what this caller can see.
    pub fn list(&self, of: &Of<'_>, moment: impl Into<Moment>) -> List<'_> {
        Lister::new(&self.policy.0, self, moment.into()).list(of)
    }
}

/// Asks the one evaluation for every tool in turn. Rows borrow from the policy alone.
struct Lister<'p, 'c> {
    snapshot: &'p Snapshot,
    caller: &'c Caller,
    case: Case<'c, 'c>,
    rows: Vec<Row<'p>>,
}

impl<'p, 'c> Lister<'p, 'c> {
    fn new(snapshot: &'p Snapshot, caller: &'c Caller, moment: Moment) -> Self {
        let nothing = Aim::Tool(None, None);
        Self { snapshot, caller, case: caller.case_at(Action::ToolList, nothing, moment, None), rows: Vec::new() }
    }

    fn list(mut self, of: &Of<'_>) -> List<'p> {
        let revision = self.snapshot.revision;
        let refusal = self.collect(of).err().map(|(reason, layer)| Refusal { reason, layer, problems: &[] });
        self.rows.sort_by(|a, b| {
            let key = |row: &Row<'p>| (row.server, row.virtual_server, row.exposed);
            a.server.cmp(b.server).then_with(|| a.tool.cmp(&b.tool)).then_with(|| key(a).cmp(&key(b)))
        });
        List { revision, refusal, rows: self.rows }
    }

    fn collect(&mut self, of: &Of<'_>) -> Result<(), (Reason, Layer)> {
        let snapshot = self.snapshot;
        let bound = match self.case.standing.token {
            TokenStanding::Token { only, .. } => only,
            TokenStanding::Platform | TokenStanding::Fault(_) => None,
        };
        self.case.object = match of {
            Of::All => Object::VirtualServer(bound),
            Of::Server(id) => Object::Server(snapshot.servers.slot(id), None),
            Of::VirtualServer(id) => Object::VirtualServer(snapshot.virtual_servers.slot(id)),
        };
        let denied = |reason| (reason, Layer::Caller);
        if let Verdict::Deny(ground) = caller::verdict(&self.case) {
            return Err(denied(ground.reason));
        }
        let policy = self.case.scope_policy().ok_or(denied(Reason::UnknownWorkspace))?;
        match (of, self.case.object) {
            (Of::All, _) => self.all(&policy, bound),
            (_, Object::Server(slot, _)) => {
                existence::find(&self.case, &policy, &mut { Found::NOTHING }).map_err(|reason| (reason, Layer::Existence))?;
                self.server(slot);
            }
            (_, Object::VirtualServer(slot)) => {
                existence::find(&self.case, &policy, &mut { Found::NOTHING }).map_err(|reason| (reason, Layer::Existence))?;
                self.virtual_server(slot, &policy);
            }
            _ => {}
        }
        Ok(())
    }

    /// Every visible server, and every virtual server that the caller may connect to; with a token for one virtual server
    /// that one alone (U-10).
    fn all(&mut self, policy: &ScopePolicy<'c>, bound: Option<Slot<VirtualServer>>) {
        let snapshot = self.snapshot;
        let path = *policy.path();
        let contents = || path.iter().filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_deref());
        if bound.is_none() {
            let user = self.case.standing.user.and_then(|user| snapshot.users.get(user));
            let own = user.and_then(|user| user.holds.as_ref()).into_iter().flat_map(|holds| holds.owns.iter());
            let mut servers: Vec<Slot<Server>> = contents().flat_map(|contents| contents.servers.iter()).chain(own).collect();
            servers.sort();
            servers.dedup();
            // In the rows' own order, which makes sorting them a look.
            servers.sort_by_key(|server| snapshot.servers.get(*server).map(|server| &*server.id));
            // Room at once: growing by servers would copy the rows again and again.
            self.rows.reserve(servers.iter().filter_map(|server| snapshot.servers.get(*server)).map(|server| server.tools.len()).sum());
            for slot in servers {
                self.case.object = Object::Server(Some(slot), None);
                if self.exists(policy) {
                    self.server(Some(slot));
                }
            }
        }
        let selected: Vec<Slot<VirtualServer>> = match bound {
            Some(bound) => vec![bound],
            None => contents().flat_map(|contents| contents.virtual_servers.iter()).collect(),
        };
        for slot in selected {
            self.case.object = Object::VirtualServer(Some(slot));
            if self.exists(policy) {
                self.virtual_server(Some(slot), policy);
            }
        }
    }

    /// Whether what the case is about exists for the caller.
    fn exists(&self, policy: &ScopePolicy<'c>) -> bool {
        existence::find(&self.case, policy, &mut { Found::NOTHING }).is_ok()
    }

    /// A server's tools: the policy's, or exactly the observed ones where the host has looked (contract, section 3).
    fn server(&mut self, slot: Option<Slot<Server>>) {
        let Some((slot, server)) = slot.and_then(|slot| Some((slot, self.snapshot.servers.get(slot)?))) else { return };
        let settled = self.caller.facts.attested(slot);
        let observed = settled.and_then(|attested| attested.observed.as_ref());
        // What the host attested was settled when the caller was prepared.
        let mut outcomes = settled.is_none().then(|| ServerOutcomes::new(self.case, slot));
        let mut outcome = |place| match (&mut outcomes, settled) {
            (Some(outcomes), _) => outcomes.of(place),
            (None, settled) => settled.map(|settled| settled.outcome(place)).unwrap_or_default(),
        };
        let row = |tool, outcome| Row { server: &server.id, virtual_server: None, tool, exposed: None, outcome };
        self.rows.reserve(server.tools.len());
        for (place, tool) in (0u16..).zip(&server.tools).filter_map(|(place, tool)| Some((place, tool.as_ref()?))) {
            let seen = observed.is_none_or(|observed| observed.digest(place).is_some());
            if let (true, Some(name)) = (seen, self.snapshot.names.get(tool.name)) {
                self.rows.push(row(Cow::Borrowed(name), outcome(Some(place))));
            }
        }
        let strangers = observed.iter().flat_map(|observed| &observed.strangers);
        self.rows.extend(strangers.map(|name| row(Cow::Owned(name.to_string()), outcome(None))));
    }

    /// The selected tools of a virtual server whose servers are visible from the workspace (V-2, V-7).
    fn virtual_server(&mut self, slot: Option<Slot<VirtualServer>>, policy: &ScopePolicy<'c>) {
        let Some((slot, through)) = slot.and_then(|slot| Some((slot, self.snapshot.virtual_servers.get(slot)?))) else { return };
        for (place, selected) in (0u16..).zip(&through.tools).filter_map(|(place, selected)| Some((place, selected.as_ref()?))) {
            let aim = Aim::VirtualTool(Some(slot), Some(place));
            let Some(server) = self.snapshot.servers.get(selected.server) else { continue };
            let (Some(name), Some(exposed)) = (self.snapshot.names.get(selected.tool), self.snapshot.names.get(selected.exposed)) else {
                continue;
            };
            self.case.object = Object::Tool(aim);
            let visible = self.exists(policy);
            if visible && self.was_observed(selected.server, server, selected.tool, name) {
                let exposed = (exposed != name).then_some(exposed);
                self.row(aim, server, Some(&through.id), Cow::Borrowed(name), exposed);
            }
        }
    }

    /// Whether the host saw a tool at its server, or hasn't looked.
    fn was_observed(&self, slot: Slot<Server>, server: &Server, tool: Slot<str>, name: &str) -> bool {
        let Some(observed) = self.caller.facts.observed(slot) else { return true };
        match server.tool_of(tool) {
            Some(place) => observed.digest(place).is_some(),
            None => observed.strangers.iter().any(|stranger| **stranger == *name),
        }
    }

    fn row(&mut self, aim: Aim, server: &'p Server, through: Option<&'p str>, tool: Cow<'p, str>, exposed: Option<&'p str>) {
        self.case.object = Object::Tool(aim);
        let outcome = self.case.outcome();
        self.rows.push(Row { server: &server.id, virtual_server: through, tool, exposed, outcome });
    }
}

impl List<'_> {
    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Row", 7)?;
        object.serialize_field("server", self.server)?;
        if let Some(virtual_server) = self.virtual_server {
            object.serialize_field("virtualServer", virtual_server)?;
        }
        object.serialize_field("tool", &self.tool)?;
        if let Some(exposed) = self.exposed {
            object.serialize_field("as", exposed)?;
        }
        object.serialize_field("outcome", &self.outcome.outcome())?;
        object.serialize_field("reason", &self.outcome.reason())?;
        if let Some(layer) = self.outcome.layer() {
            object.serialize_field("layer", &layer)?;
        }
        object.end()
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("List", 4)?;
        object.serialize_field("revision", &self.revision)?;
        match &self.refusal {
            None => object.serialize_field("rows", &self.rows)?,
            Some(refusal) => {
                object.serialize_field("reason", &refusal.reason)?;
                object.serialize_field("layer", &refusal.layer)?;
                if !refusal.problems.is_empty() {
                    object.serialize_field("problems", refusal.problems)?;
                }
            }
        }
        object.end()
    }
}
