//! Calls that reach layer 11: half are allowed, half must be confirmed.

use std::collections::BTreeMap;

use lockstep_policy::decide::{About, Layer, Moment, Outcome, Request, ToolName};
use lockstep_policy::{Caller, Policy, Target};

use super::organisation::{Shape, server_id, tool_name, user_id, workspace_id};

/// Calls of one policy, for every way in, in an order without a pattern.
pub struct Calls {
    pub policy: Policy,
    /// A request a call, read once, and its text.
    pub requests: Vec<(Request<'static>, &'static str)>,
    /// A caller for each user who calls, with what the host knows of all servers of the workspace.
    pub callers: Vec<Caller>,
    pub prepared: Vec<PreparedCall>,
}

/// A call of a prepared caller.
#[derive(Clone, Copy)]
pub struct PreparedCall {
    /// The caller's place among the callers.
    pub caller: usize,
    pub server: &'static str,
    pub tool: &'static str,
    pub target: Target,
    pub moment: Moment,
    /// User, workspace, agent, server and tool: what a call names.
    pub ids: [&'static str; 5],
}

impl PreparedCall {
    /// The tool by its names.
    pub fn name(&self) -> ToolName<'static> {
        ToolName::Direct { server: self.server, tool: self.tool }
    }
}

/// A number that looks random, always the same of the same.
fn mixed(number: u64) -> usize {
    let mixed = (number ^ 0x6c6f_636b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33).unwrap()
}

/// Which tenants call: all alike, or as many as given.
pub fn spread(shape: &Shape, tenants: usize) -> impl Fn(usize) -> usize + use<> {
    let step = shape.tenants / tenants.min(shape.tenants);
    move |call| mixed(call as u64 * 8) % tenants * step
}

impl Calls {
    /// `count` calls of an organisation; `tenant` says which tenant's a call is.
    pub fn new(shape: &Shape, policy: Policy, count: usize, tenant: impl Fn(usize) -> usize) -> Self {
        let mut calls = Self { policy, requests: Vec::new(), callers: Vec::new(), prepared: Vec::new() };
        let mut places = BTreeMap::new();
        for call in 0..count {
            let choose = |what: u64, of: usize| mixed(call as u64 * 8 + what) % of;
            let workspace = workspace_id(tenant(call), choose(1, shape.workspaces));
            let user = user_id(&workspace, choose(2, shape.users));
            let (server, tool) = (choose(3, shape.servers), choose(4, shape.tools));
            let place = *places.entry(user.clone()).or_insert_with(|| {
                calls.prepare(shape, &workspace, &user);
                calls.callers.len() - 1
            });
            calls.add(shape, &workspace, &user, (server, tool), place);
        }
        calls
    }

    fn prepare(&mut self, shape: &Shape, workspace: &str, user: &str) {
        let (request, _) = read(shape, workspace, user, (0, 0), 0..shape.servers);
        let (claim, context) = (request.caller().unwrap(), request.context().unwrap());
        self.callers.push(self.policy.caller(claim, &context.facts));
    }

    fn add(&mut self, shape: &Shape, workspace: &str, user: &str, (server, tool): (usize, usize), caller: usize) {
        let (request, text) = read(shape, workspace, user, (server, tool), server..server + 1);
        let decision = self.policy.decide(&request);
        assert!(decision.outcome() == Outcome::Allow || decision.layer() == Some(Layer::Approval), "{decision:?} of {text}");
        let (server, tool) = (leak(server_id(workspace, server)), leak(tool_name(tool)));
        let call = PreparedCall {
            caller,
            server,
            tool,
            target: self.policy.target(server, tool),
            moment: request.context().unwrap().now.into(),
            ids: [leak(user.to_owned()), leak(workspace.to_owned()), "assistant", server, tool],
        };
        let packed = self.callers[caller].outcome(call.target, call.moment);
        assert_eq!(packed, decision.packed(), "{text}");
        self.prepared.push(call);
        self.requests.push((request, text));
    }
}

/// The text of a call, kept for good, and the request that it is.
fn read(
    shape: &Shape,
    workspace: &str,
    user: &str,
    (server, tool): (usize, usize),
    known: std::ops::Range<usize>,
) -> (Request<'static>, &'static str) {
    let (server, tool) = (server_id(workspace, server), tool_name(tool));
    let context = shape.facts(workspace, known);
    let text = leak(format!(
        r#"{{"action":"tool.call","caller":{{"user":"{user}","credential":{{"kind":"token","token":"token-{user}"}},"workspace":"{workspace}","agent":"assistant","space":"space-{workspace}"}},"target":{{"kind":"tool","server":"{server}","tool":"{tool}"}},"context":{context}}}"#
    ));
    let request = Request::read(text.as_bytes());
    assert!(matches!(request.about(), Some(About::Tool { .. })), "{:?}: {text}", request.problems());
    (request, text)
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
