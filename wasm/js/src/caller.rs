//! A prepared caller.

use lockstep_policy::decide::{Call, Decision, Invocation, Key, Layer, Of, Reason, Request, ToolName};
use lockstep_policy::document::Problems;
use lockstep_policy::{Caller as Core, List, Policy as CorePolicy, Refusal, Target};
use wasm_bindgen::prelude::*;

use crate::policy::Policy;
use crate::when::Handle;
use crate::{columns, object};

/// A caller with names resolved once. One who can't be read is denied so, whatever is asked (contract 4).
#[wasm_bindgen]
pub struct Caller {
    prepared: Result<Core, Unread>,
    policy: CorePolicy,
    handle: Handle,
}

/// A caller who couldn't be read.
struct Unread {
    request: Box<str>,
    problems: Problems,
}

/// What can't be read, for a moment that is none.
const NOTHING: &str = "";

impl Caller {
    pub(crate) fn new(policy: &Policy, text: &str) -> Self {
        let request = Request::read(text.as_bytes());
        let prepared = match request.caller().zip(request.context()) {
            Some((claim, context)) => Ok(policy.core.caller(claim, &context.facts)),
            None => Err(Unread { request: text.into(), problems: request.problems().cloned().unwrap_or_default() }),
        };
        Self { prepared, policy: policy.core.clone(), handle: policy.handle.clone() }
    }

    #[inline]
    fn packed(&self, call: Call<'_>, now: f64) -> u32 {
        match (&self.prepared, self.handle.moment(now)) {
            (Ok(caller), Some(moment)) => caller.outcome(call, moment),
            _ => self.policy.decide(&Request::read(NOTHING.as_bytes())).packed(),
        }
        .to_integer()
    }

    /// Decides, and writes down what was decided. `invocation` stands in the context of a whole request.
    fn decided<A>(&self, target: f64, now: f64, invocation: Option<&str>, write: impl Fn(&Decision<'_>) -> A) -> A {
        self.asked(now, invocation, |asked| match asked {
            Ok((caller, moment, invocation)) => write(&caller.decide(integer(target), moment, invocation)),
            Err(request) => write(&self.policy.decide(request)),
        })
    }

    fn explained<A>(
        &self,
        target: f64,
        now: f64,
        actor: &str,
        invocation: Option<&str>,
        write: impl Fn(&lockstep_policy::Explanation<'_>) -> A,
    ) -> A {
        self.asked(now, invocation, |asked| match asked {
            Ok((caller, moment, invocation)) => write(&caller.explain(integer(target), moment, invocation, actor)),
            Err(request) => write(&self.policy.explain(request, actor)),
        })
    }

    /// What is to be asked, or a request that can't be read and is denied in its place.
    fn asked<A>(&self, now: f64, invocation: Option<&str>, answer: impl FnOnce(Result<Asked<'_>, &Request<'_>>) -> A) -> A {
        match (&self.prepared, self.handle.moment(now), invocation) {
            (Err(unread), ..) => answer(Err(&Request::read(unread.request.as_bytes()))),
            (Ok(_), None, _) => answer(Err(&Request::read(NOTHING.as_bytes()))),
            (Ok(caller), Some(moment), None) => answer(Ok((caller, moment, None))),
            (Ok(caller), Some(moment), Some(text)) => {
                let request = Request::read(text.as_bytes());
                match request.context() {
                    Some(context) => answer(Ok((caller, moment, context.invocation.as_deref()))),
                    None => answer(Err(&request)),
                }
            }
        }
    }

    fn listed<A>(&self, kind: u8, id: &str, now: f64, write: impl Fn(&List<'_>) -> A) -> A {
        let of = match kind {
            0 => Of::All,
            1 => Of::Server(Key::from(id)),
            _ => Of::VirtualServer(Key::from(id)),
        };
        let refused = |problems| {
            let refusal = Some(Refusal { reason: Reason::InvalidRequest, layer: Layer::Caller, problems });
            write(&List { revision: self.policy.revision(), refusal, rows: Vec::new() })
        };
        match (&self.prepared, self.handle.moment(now)) {
            (Ok(caller), Some(moment)) => write(&caller.list(&of, moment)),
            (Err(unread), _) => refused(&unread.problems.problems),
            (Ok(_), None) => refused(&[]),
        }
    }
}

/// A caller, when, and one call of theirs.
type Asked<'a> = (&'a Core, lockstep_policy::decide::Moment, Option<&'a Invocation<'a>>);

/// A target as it comes from JavaScript. What is no integer is none of a policy.
fn integer(target: f64) -> Target {
    Target::from_integer(target as u64)
}

#[wasm_bindgen]
impl Caller {
    /// What a call comes to, packed.
    pub fn outcome(&self, server: &str, tool: &str, now: f64) -> u32 {
        self.packed(ToolName::Direct { server, tool }.into(), now)
    }

    /// The same through a virtual server.
    #[wasm_bindgen(js_name = virtualOutcome)]
    pub fn virtual_outcome(&self, virtual_server: &str, tool: &str, now: f64) -> u32 {
        self.packed(ToolName::Virtual { virtual_server, tool }.into(), now)
    }

    /// The same by integer.
    #[wasm_bindgen(js_name = outcomeAt)]
    pub fn outcome_at(&self, target: f64, now: f64) -> u32 {
        self.packed(integer(target).into(), now)
    }

    /// A decision as an object.
    pub fn decide(&self, target: f64, now: f64, invocation: Option<String>) -> JsValue {
        self.decided(target, now, invocation.as_deref(), |decision| object(decision))
    }

    /// A decision as JSON.
    #[wasm_bindgen(js_name = decideJson)]
    pub fn decide_json(&self, target: f64, now: f64, invocation: Option<String>) -> String {
        self.decided(target, now, invocation.as_deref(), |decision| decision.to_json())
    }

    /// An explanation as an object.
    pub fn explain(&self, target: f64, now: f64, actor: &str, invocation: Option<String>) -> JsValue {
        self.explained(target, now, actor, invocation.as_deref(), |explanation| object(explanation))
    }

    /// An explanation as JSON.
    #[wasm_bindgen(js_name = explainJson)]
    pub fn explain_json(&self, target: f64, now: f64, actor: &str, invocation: Option<String>) -> String {
        self.explained(target, now, actor, invocation.as_deref(), |explanation| explanation.to_json())
    }

    /// The integer for a tool of a server.
    pub fn target(&self, server: &str, tool: &str) -> f64 {
        self.policy.target(server, tool).to_integer() as f64
    }

    /// The integer for a tool of a virtual server.
    #[wasm_bindgen(js_name = virtualTarget)]
    pub fn virtual_target(&self, virtual_server: &str, tool: &str) -> f64 {
        self.policy.virtual_target(virtual_server, tool).to_integer() as f64
    }

    /// A list as columns, of all (0), a server (1) or a virtual server (2).
    pub fn list(&self, kind: u8, id: &str, now: f64) -> Vec<u8> {
        self.listed(kind, id, now, columns::of)
    }

    /// A list as JSON.
    #[wasm_bindgen(js_name = listJson)]
    pub fn list_json(&self, kind: u8, id: &str, now: f64) -> String {
        self.listed(kind, id, now, |list| list.to_json())
    }
}
