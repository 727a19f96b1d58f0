//! Organisations and their requests: a vector's or a generated one, edited, loaded, and asked by every way in.
//!
//! The bytes are choices. An edit that makes the document invalid is checked as one and taken back, so that what follows
//! is always asked of a policy.

use std::sync::{LazyLock, OnceLock};

use arbitrary::{Result, Unstructured};
use lockstep_generate::{Shape, lists, organisation, requests};
use lockstep_policy::decide::{About, Action, Call, Claim, Context, ListRequest, Moment, Of, Outcome, Reason, Request, ToolName};
use lockstep_policy::{Caller, Policy, Row, Target};
use lockstep_tests::vectors::{self, Question};
use lockstep_tests::{DECIDED, only};
use serde_json::Value;

use crate::edit::{Seen, edit};
use crate::{json, problems};

/// A document and what may be asked of it.
struct Organisation {
    document: Value,
    /// The document's own values.
    here: Seen,
    requests: Vec<String>,
    lists: Vec<String>,
}

impl Organisation {
    fn new(document: Value, requests: Vec<String>, lists: Vec<String>) -> Self {
        let mut here = Seen::default();
        here.learn("", &document);
        Self { document, here, requests, lists }
    }
}

/// What a byte can choose: the vectors' organisations, and as many generated ones as are left, made when first chosen.
struct Organisations {
    of_vectors: Vec<Organisation>,
    generated: Vec<OnceLock<Organisation>>,
    documents: Seen,
    requests: Seen,
}

static ORGANISATIONS: LazyLock<Organisations> = LazyLock::new(Organisations::read);

impl Organisations {
    fn read() -> Self {
        let (mut documents, mut seen) = (Seen::default(), Seen::default());
        let mut of_vectors = Vec::new();
        for file in vectors::all() {
            documents.learn("", &file.policy);
            let (mut requests, mut lists) = (Vec::new(), Vec::new());
            for case in file.cases {
                let (of_kind, text) = match case.question {
                    Question::Decide(text) | Question::Explain(text, _) => (&mut requests, text),
                    Question::List(text) => (&mut lists, text),
                };
                serde_json::from_str(&text).iter().for_each(|request| seen.learn("", request));
                of_kind.push(text);
            }
            of_vectors.push(Organisation::new(file.policy, requests, lists));
        }
        let left = usize::from(u8::MAX) + 1 - of_vectors.len();
        Self { of_vectors, generated: (0..left).map(|_| OnceLock::new()).collect(), documents, requests: seen }
    }

    fn get(&self, number: u8) -> &Organisation {
        let number = usize::from(number);
        self.of_vectors.get(number).unwrap_or_else(|| {
            let seed = number - self.of_vectors.len();
            self.generated[seed].get_or_init(|| generate(seed as u64))
        })
    }
}

/// Bytes as choices: which organisation, what is edited, what is asked.
pub fn check(data: &[u8]) {
    // Choices never run out: what isn't there is the first one.
    let _ = run(&mut Unstructured::new(data));
}

fn run(choices: &mut Unstructured<'_>) -> Result<()> {
    let base = ORGANISATIONS.get(choices.arbitrary()?);
    let document = edited(base, choices)?;
    let world = World::new(&document);
    world.lists_on_request(base, choices)?;
    for _ in 0..=choices.int_in_range(0..=3_u8)? {
        let requests = if base.requests.is_empty() { &base.lists } else { &base.requests };
        let mut request = choices.choose(requests)?.clone();
        for _ in 0..choices.int_in_range(0..=3_u8)? {
            if let Ok(mut value) = serde_json::from_str(&request) {
                edit(&mut value, &ORGANISATIONS.requests, &base.here, choices)?;
                request = value.to_string();
            }
        }
        world.answers(&request);
    }
    Ok(())
}

fn generate(seed: u64) -> Organisation {
    let text = organisation(seed, &Shape::tiny());
    let document = json(&text);
    let (requests, lists) = (requests(seed, &document, 40), lists(seed, &document, 4));
    Organisation::new(document, requests, lists)
}

/// A document with a few edits that leave it valid.
fn edited(base: &Organisation, choices: &mut Unstructured<'_>) -> Result<Value> {
    let mut document = base.document.clone();
    for _ in 0..choices.int_in_range(0..=8_u8)? {
        let mut next = document.clone();
        edit(&mut next, &ORGANISATIONS.documents, &base.here, choices)?;
        let text = next.to_string();
        match Policy::load(text.as_bytes()) {
            Ok(_) => document = next,
            Err(found) => problems::refuse(text.as_bytes(), &found),
        }
    }
    Ok(document)
}

struct World<'d> {
    document: &'d Value,
    policy: Policy,
    /// Another load, of what the first one writes.
    other: Policy,
}

impl<'d> World<'d> {
    fn new(document: &'d Value) -> Self {
        let policy = Policy::load(document.to_string().as_bytes()).expect("a valid document");
        let canonical = policy.document().canonical();
        let other = Policy::load(canonical.as_bytes()).unwrap_or_else(|problems| panic!("{problems}: {canonical}"));
        assert_eq!(other.document().canonical(), canonical);
        Self { document, policy, other }
    }

    /// One request by every way in: one answer, and the oracle's.
    fn answers(&self, text: &str) {
        let request = Request::read(text.as_bytes());
        let decision = self.policy.decide(&request);
        let told = decision.to_json();
        assert_eq!(only(&json(&told), &DECIDED), lockstep_oracle::decide(self.document, text), "core and oracle: {text}");
        assert_eq!(self.other.decide(&request).to_json(), told, "another load of the same document (L-6): {text}");
        self.is_explained(&request, &told, text);
        let (Some(action), Some(about), Some(claim), Some(context)) =
            (request.action(), request.about(), request.caller(), request.context())
        else {
            return;
        };
        let caller = self.policy.caller(claim, &context.facts);
        let moment = Moment { now: context.now, freshness: context.snapshot };
        if let (Action::ToolCall, Some((name, target))) = (action, self.named(about)) {
            for call in [Call::Named(name), Call::Target(target)] {
                let prepared = caller.decide(call, moment, context.invocation.as_deref());
                assert_eq!(prepared.to_json(), told, "prepared, {call:?}: {text}");
                let explained = caller.explain(call, moment, context.invocation.as_deref(), &claim.user).to_json();
                assert_eq!(explained, self.policy.explain(&request, &claim.user).to_json(), "explained, {call:?}: {text}");
                let unasked = caller.decide(call, moment, None);
                assert_eq!(caller.outcome(call, moment), unasked.packed(), "{call:?}: {text}");
            }
            self.is_unknown_elsewhere(&caller, about, moment);
        }
        self.lists_what_it_allows_to_call(claim, context, &caller, moment);
    }

    /// The names of a call, and their integer.
    fn named<'r>(&self, about: &'r About<'r>) -> Option<(ToolName<'r>, Target)> {
        match about {
            About::Tool { server, tool } => Some((ToolName::Direct { server, tool }, self.policy.target(server, tool))),
            About::VirtualTool { virtual_server, tool } => {
                Some((ToolName::Virtual { virtual_server, tool }, self.policy.virtual_target(virtual_server, tool)))
            }
            _ => None,
        }
    }

    /// A target of another load is answered as a name that nobody has.
    fn is_unknown_elsewhere(&self, caller: &Caller, about: &About<'_>, moment: Moment) {
        let (foreign, nobody) = match about {
            About::Tool { server, tool } => (self.other.target(server, tool), self.policy.target("nobody has this id", "x")),
            About::VirtualTool { virtual_server, tool } => {
                (self.other.virtual_target(virtual_server, tool), self.policy.virtual_target("nobody has this id", "x"))
            }
            _ => return,
        };
        assert_eq!(caller.decide(foreign, moment, None).to_json(), caller.decide(nobody, moment, None).to_json());
    }

    /// An explanation holds the decision, and its first denying layer is the decision's.
    fn is_explained(&self, request: &Request<'_>, told: &str, text: &str) {
        let whole = json(&self.policy.explain_whole(request).to_json());
        let decision = json(told);
        assert_eq!(whole["decision"], decision, "{text}");
        let rows = whole["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let deciding = rows.iter().find(|row| row["verdict"] == "deny").or_else(|| rows.iter().find(|row| row["verdict"] == "ask"));
        if let Some(row) = deciding {
            assert_eq!((&row["layer"], &row["reason"]), (&decision["layer"], &decision["reason"]), "{text}");
        } else if !rows.is_empty() {
            assert_eq!(decision["outcome"], "allow", "{text}");
        }
    }

    /// L-2, of one caller in one context: a row of the list is that tool's `tool.list` and its call without an approval, and
    /// what is open has a row.
    fn lists_what_it_allows_to_call(&self, claim: &Claim<'_>, context: &Context<'_>, caller: &Caller, moment: Moment) {
        let list = caller.list(&Of::All, moment);
        assert!(list.refusal.is_none() || list.rows.is_empty());
        for row in &list.rows {
            self.is_one_answer(row, claim, context, caller, moment);
        }
        for (list_of, id, name_of) in [("servers", "server", "name"), ("virtualServers", "virtualServer", "as")] {
            for record in self.document[list_of].as_array().into_iter().flatten() {
                for tool in record["tools"].as_array().into_iter().flatten() {
                    let name = tool[name_of].as_str().or(tool["tool"].as_str()).unwrap_or_default();
                    let holder = record["id"].as_str().unwrap_or_default();
                    let of_server = id == "server";
                    let call = if of_server {
                        ToolName::Direct { server: holder, tool: name }
                    } else {
                        ToolName::Virtual { virtual_server: holder, tool: name }
                    };
                    let open = caller.outcome(call, moment).outcome().is_open();
                    let has_row = list.rows.iter().any(|row| named(row) == call);
                    assert!(has_row || !open, "{call:?} is open and isn't listed, for {claim:?}");
                }
            }
        }
    }

    fn is_one_answer(&self, row: &Row<'_>, claim: &Claim<'_>, context: &Context<'_>, caller: &Caller, moment: Moment) {
        let name = named(row);
        let (target, about) = match name {
            ToolName::Direct { server, tool } => {
                (self.policy.target(server, tool), About::Tool { server: server.into(), tool: tool.into() })
            }
            ToolName::Virtual { virtual_server, tool } => (
                self.policy.virtual_target(virtual_server, tool),
                About::VirtualTool { virtual_server: virtual_server.into(), tool: tool.into() },
            ),
        };
        let context = Context { invocation: None, ..context.clone() };
        let request = |action| Request::new(action, about.clone(), Some(claim.clone()), context.clone());
        let listed = self.policy.decide(&request(Action::ToolList)).packed();
        assert_eq!(row.outcome, listed, "{name:?}, row and tool.list: {claim:?}");
        let called = caller.outcome(name, moment);
        assert_eq!(row.outcome, called, "{name:?}, row and call: {claim:?}");
        assert_eq!(called, caller.outcome(target, moment), "{name:?}, names and integer: {claim:?}");
        assert_eq!(called, self.policy.decide(&request(Action::ToolCall)).packed(), "{name:?}, prepared and whole: {claim:?}");
        if called.outcome() == Outcome::Allow {
            assert_eq!(called.reason(), Some(Reason::Allowed), "nothing was approved");
        }
    }

    /// A request for a list: the oracle's answer, whichever load gives it.
    fn lists_on_request(&self, base: &Organisation, choices: &mut Unstructured<'_>) -> Result<()> {
        if base.lists.is_empty() {
            return Ok(());
        }
        let text = choices.choose(&base.lists)?;
        let request = ListRequest::read(text.as_bytes());
        let told = self.policy.list(&request).to_json();
        assert_eq!(only(&json(&told), &["rows", "reason", "layer"]), lockstep_oracle::list(self.document, text), "{text}");
        assert_eq!(self.other.list(&request).to_json(), told, "{text}");
        Ok(())
    }
}

/// How a row's tool is called.
fn named<'r>(row: &'r Row<'_>) -> ToolName<'r> {
    match row.virtual_server {
        Some(virtual_server) => ToolName::Virtual { virtual_server, tool: row.exposed.unwrap_or(&row.tool) },
        None => ToolName::Direct { server: row.server, tool: &row.tool },
    }
}
