//! The core itself, by each of its ways in.

use std::collections::BTreeMap;

use lockstep_policy::decide::{Claim, Credential, DownstreamState, Facts, Key, Moment, Outcome as Answer, Request, ToolName, Tools};
use lockstep_policy::digest::Digest;
use lockstep_policy::document::{Text, Time};
use lockstep_policy::{Caller, Policy, Target};

use crate::contender::{Contender, Outcome};
use crate::organisation::{Organisation, Server, TENANT};
use crate::questions::{NOW, Question};
use crate::random::{Random, digest_text};

/// The policy, and every question as a request that was read once.
pub struct Lockstep<'a> {
    /// Loaded from the document.
    pub policy: Policy,
    requests: Vec<Request<'a>>,
    questions: &'a [Question],
    now: Moment,
}

fn outcome(answer: Answer) -> Outcome {
    match answer {
        Answer::Allow => Outcome::Allow,
        Answer::Ask => Outcome::Ask,
        Answer::Deny => Outcome::Deny,
    }
}

impl<'a> Lockstep<'a> {
    /// Loads the document and reads the requests.
    pub fn new(document: &str, questions: &'a [Question], requests: &'a [String]) -> Self {
        Self {
            policy: Policy::load(document.as_bytes()).unwrap(),
            requests: requests.iter().map(|json| Request::read(json.as_bytes())).collect(),
            questions,
            now: Time::parse(NOW).unwrap().into(),
        }
    }

    /// Why, and the number of the layer that decided; 0: none did.
    pub fn reason(&self, question: usize) -> (Outcome, &'static str, u8) {
        let decision = self.policy.decide(&self.requests[question]);
        (outcome(decision.outcome()), decision.reason().code(), decision.layer().map_or(0, |layer| layer as u8))
    }

    /// (a): a request in memory to a borrowed decision.
    pub fn decide(&self) -> Contender<'_> {
        Contender::new("lockstep (a): request", "outcome, reason, layer, lock", self.requests.len(), |question| {
            outcome(std::hint::black_box(self.policy.decide(&self.requests[question])).outcome())
        })
    }

    /// (b): the same with both messages and the whole decision as JSON.
    pub fn json(&self) -> Contender<'_> {
        let mut json = String::new();
        Contender::new("lockstep (b): request to JSON", "all, both messages, as bytes", self.requests.len(), move |question| {
            let decision = self.policy.decide(&self.requests[question]);
            json.clear();
            decision.write_json(&mut json);
            std::hint::black_box(&json);
            outcome(decision.outcome())
        })
    }

    /// (c): the callers prepared, server and tool by their names.
    pub fn names(&self) -> Contender<'_> {
        let callers: Vec<Caller> = self.requests.iter().map(|request| self.caller(request)).collect();
        Contender::new("lockstep (c): caller, names", "outcome, reason, layer", callers.len(), move |question| {
            let asked = &self.questions[question];
            outcome(callers[question].outcome(ToolName::Direct { server: &asked.server, tool: &asked.tool }, self.now).outcome())
        })
    }

    fn caller(&self, request: &Request<'_>) -> Caller {
        let context = request.context().unwrap();
        self.policy.caller(request.caller().unwrap(), &context.facts)
    }

    /// (c) and (d) as the issue words them: calls that reach layer 11 on pinned tools, `observed` given.
    pub fn desks(&self, organisation: &Organisation) -> Desks {
        Desks::new(&self.policy, self.now, organisation, self.questions, |question| self.reason(question).2)
    }
}

/// The most targets of a prepared caller.
const TARGETS: usize = 16;
/// How many callers of a tenant are prepared.
const CALLERS: usize = 4;

/// Prepared callers of every tenant, each with its targets: what a gateway holds.
pub struct Desks {
    callers: Vec<Caller>,
    calls: Vec<Call>,
    now: Moment,
}

/// What a host has read of a server.
type Observed<'a> = (Text<'a>, Tools<'a>);

/// All pinned tools of a server, each as it was accepted.
fn pinned(server: &Server) -> Observed<'_> {
    let tools =
        server.tools.iter().filter_map(|tool| Some((Text::from(&*tool.name), Digest::parse(&digest_text(tool.accepted.as_ref()?))?)));
    (Text::from(&*server.id), Tools::from_iter(tools))
}

/// One of a caller's targets.
struct Call {
    caller: usize,
    server: String,
    tool: String,
    target: Target,
}

impl Desks {
    fn new(policy: &Policy, now: Moment, organisation: &Organisation, questions: &[Question], layer: impl Fn(usize) -> u8) -> Self {
        let scope_of = |question: &Question| organisation.scopes.iter().find(|scope| scope.id == question.workspace);
        let mut found: BTreeMap<usize, Vec<&Question>> = BTreeMap::new();
        for (place, question) in questions.iter().enumerate() {
            if let (0 | 11, Some(scope)) = (layer(place), scope_of(question)) {
                found.entry(scope.path[TENANT]).or_default().push(question);
            }
        }
        let pinned: Vec<Observed<'_>> = organisation.servers.iter().map(pinned).collect();
        let mut desks = Self { callers: Vec::new(), calls: Vec::new(), now };
        for questions in found.values() {
            for question in questions.iter().take(CALLERS) {
                desks.prepare(policy, organisation, &pinned, question);
            }
        }
        desks
    }

    /// Prepares the caller of a question, with whatever pinned tools reach layer 11 for them.
    fn prepare(&mut self, policy: &Policy, organisation: &Organisation, pinned: &[Observed<'_>], question: &Question) {
        let ready = || organisation.servers.iter().map(|server| (Text::from(&*server.id), DownstreamState::Ready));
        let claim = Claim {
            user: Key::from(&*question.user),
            credential: Credential::Platform,
            workspace: Key::from(&*question.workspace),
            agent: Some(Key::from(&*question.agent)),
            space: question.space.as_deref().map(Key::from),
        };
        let whole = policy.caller(&claim, &Facts::new(ready(), pinned.iter().cloned(), true));
        let mut mine: Vec<(String, String)> = Vec::new();
        for server in &organisation.servers {
            let open = |tool: &&crate::organisation::Tool| {
                let answer = whole.outcome(ToolName::Direct { server: &server.id, tool: &tool.name }, self.now).outcome();
                tool.accepted.is_some() && outcome(answer) != Outcome::Deny
            };
            mine.extend(server.tools.iter().filter(open).map(|tool| (server.id.clone(), tool.name.clone())));
        }
        let mut random = Random::new(mine.len() as u64);
        while mine.len() > TARGETS {
            mine.swap_remove(random.below(mine.len()));
        }
        // What a host attests of the servers that this caller uses, and of no others.
        let used = |id: &Text<'_>| mine.iter().any(|(server, _)| server == id.as_str());
        let observed = pinned.iter().filter(|(id, _)| used(id)).cloned();
        let caller = self.callers.len();
        self.callers.push(policy.caller(&claim, &Facts::new(ready().filter(|(id, _)| used(id)), observed, true)));
        self.calls.extend(mine.into_iter().map(|(server, tool)| Call { caller, target: policy.target(&server, &tool), server, tool }));
    }

    /// How many callers and targets there are.
    pub fn size(&self) -> (usize, usize) {
        (self.callers.len(), self.calls.len())
    }

    /// So many calls in any order, over all tenants.
    fn spread(&self, count: usize) -> Vec<usize> {
        let mut random = Random::new(7);
        (0..count).map(|_| random.below(self.calls.len())).collect()
    }

    /// (c) over all tenants, by names.
    pub fn names(&self, count: usize) -> Contender<'_> {
        let order = self.spread(count);
        Contender::new("(c) caller, names, spread", "outcome, reason, layer", count, move |place| {
            let call = &self.calls[order[place]];
            let name = ToolName::Direct { server: &call.server, tool: &call.tool };
            outcome(self.callers[call.caller].outcome(name, self.now).outcome())
        })
    }

    /// (d) over all tenants. The order holds caller and target themselves, as a host would have them at hand.
    pub fn targets(&self, count: usize) -> Contender<'_> {
        let order: Vec<(usize, Target)> =
            self.spread(count).into_iter().map(|call| (self.calls[call].caller, self.calls[call].target)).collect();
        Contender::new("(d) caller, target, spread", "outcome, reason, layer", count, move |place| {
            let (caller, target) = order[place];
            outcome(self.callers[caller].outcome(target, self.now).outcome())
        })
    }

    /// (d) hot: one caller with at most so many targets.
    pub fn hot(&self, name: &'static str, targets: usize, count: usize) -> Contender<'_> {
        let mine: Vec<Target> = self.calls.iter().filter(|call| call.caller == 0).map(|call| call.target).take(targets).collect();
        let caller = &self.callers[0];
        let order: Vec<Target> = (0..count).map(|place| mine[place % mine.len()]).collect();
        Contender::new(name, "outcome, reason, layer", count, move |place| outcome(caller.outcome(order[place], self.now).outcome()))
    }

    /// Whether every call is open: none stops before layer 11.
    pub fn reach_layer_11(&self) -> bool {
        self.calls.iter().all(|call| outcome(self.callers[call.caller].outcome(call.target, self.now).outcome()) != Outcome::Deny)
    }
}
