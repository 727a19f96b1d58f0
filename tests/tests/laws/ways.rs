//! One evaluation behind every way in (L-2), and targets that are good for one load alone (contract 4).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use lockstep_policy::decide::{About, Action, Call, Claim, Context, Decision, Key, Layer, Moment, Of, Outcome, Reason, Request, ToolName};
use lockstep_policy::{Caller, Explanation, Policy, Target};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::case::organisations;
use crate::law::Law;
use crate::model::{Model, elements, exposed, text};

/// What a request names, for a prepared caller.
fn named<'r>(policy: &Policy, about: &'r About<'r>) -> Option<(ToolName<'r>, Target)> {
    match about {
        About::Tool { server, tool } => Some((ToolName::Direct { server, tool }, policy.target(server, tool))),
        About::VirtualTool { virtual_server, tool } => {
            Some((ToolName::Virtual { virtual_server, tool }, policy.virtual_target(virtual_server, tool)))
        }
        _ => None,
    }
}

/// An explanation's layers lead to the decision: the first that doesn't pass decides, and none where nothing does.
fn explains(explained: &Explanation<'_>, decision: &Decision<'_>) -> TestCaseResult {
    if explained.layers.is_empty() {
        return Ok(());
    }
    let first = explained.layers.iter().find(|row| matches!(row.verdict, "deny" | "ask"));
    prop_assert_eq!(first.map(|row| row.layer), decision.layer());
    if let Some(ground) = first.and_then(|row| row.ground.as_ref()) {
        prop_assert_eq!((ground.reason(), ground.outcome()), (decision.reason(), decision.outcome()));
    }
    Ok(())
}

#[test]
fn l_2_a_call_is_answered_alike_on_every_way_in() {
    let law = Law::of_organisations("L-2 request, names, integer, packed and explain give one answer");
    let reasons: RefCell<BTreeMap<Reason, u64>> = RefCell::default();
    law.holds(organisations(100), |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let whole = policy.decide(&request);
            let json = whole.to_json();
            prop_assert_eq!(whole.packed().outcome(), whole.outcome());
            prop_assert_eq!(whole.packed().reason(), Some(whole.reason()));
            prop_assert_eq!(whole.packed().layer(), whole.layer());
            let explained = policy.explain_whole(&request);
            prop_assert!(explained.to_json().starts_with(&format!("{{\"decision\":{json}")), "{}: {text}", explained.to_json());
            explains(&explained, &whole)?;
            let (Some(action), Some(about), Some(context)) = (request.action(), request.about(), request.context()) else { continue };
            // A host that makes requests of its own values, not of JSON.
            let typed = Request::new(action, about.clone(), request.caller().cloned(), context.clone());
            prop_assert_eq!(policy.decide(&typed).to_json(), &*json, "typed: {}", text);
            let (Some(claim), Some((name, target))) = (request.caller(), named(&policy, about)) else { continue };
            if action == Action::ToolCall {
                *reasons.borrow_mut().entry(whole.reason()).or_default() += 1;
                prepared_agrees(&policy, &request, claim, context, name, target, &whole).map_err(|error| of(error, text))?;
            }
        }
        Ok(())
    });
    let reasons = reasons.into_inner();
    let calls: u64 = reasons.values().sum();
    law.report(format!("{calls} calls of {} reasons", reasons.len()));
    assert!(calls > 20 * u64::from(law.cases) && reasons.len() > 25, "{calls} calls of {} reasons: too few", reasons.len());
}

/// Adds the request to what went wrong with it.
fn of(error: TestCaseError, text: &str) -> TestCaseError {
    TestCaseError::fail(format!("{error}: {text}"))
}

fn prepared_agrees(
    policy: &Policy,
    request: &Request<'_>,
    claim: &Claim<'_>,
    context: &Context<'_>,
    name: ToolName<'_>,
    target: Target,
    whole: &Decision<'_>,
) -> TestCaseResult {
    let caller = policy.caller(claim, &context.facts);
    let moment = Moment { now: context.now, freshness: context.snapshot };
    let invocation = context.invocation.as_deref();
    prop_assert!(target.to_integer() < 1 << 53);
    let calls = [Call::Named(name), Call::Target(target), Call::Target(Target::from_integer(target.to_integer()))];
    for call in calls {
        let prepared = caller.decide(call, moment, invocation);
        prop_assert_eq!(prepared.to_json(), whole.to_json());
        prop_assert_eq!(prepared.packed(), whole.packed());
        prop_assert_eq!(caller.outcome(call, moment), caller.decide(call, moment, None).packed());
        for actor in [&*claim.user, "user-0", "nobody-has-this-id"] {
            let explained = caller.explain(call, moment, invocation, actor);
            prop_assert_eq!(explained.to_json(), policy.explain(request, actor).to_json(), "to {}", actor);
            explains(&explained, whole)?;
        }
    }
    Ok(())
}

/// Who asks and when, with the tools of all servers and virtual servers to ask about.
struct Asking<'a> {
    policy: &'a Policy,
    claim: &'a Claim<'a>,
    context: &'a Context<'a>,
    caller: Caller,
    moment: Moment,
}

impl Asking<'_> {
    /// The decision on one tool, as a request would get it.
    fn decide(&self, action: Action, about: &About<'_>) -> (Outcome, u32) {
        let mut context = self.context.clone();
        context.invocation = None;
        let request = Request::new(action, about.clone(), Some(self.claim.clone()), context);
        let decision = self.policy.decide(&request);
        (decision.outcome(), decision.packed().to_integer())
    }
}

/// All tools that anybody could name: those that the document holds and those that were observed.
fn nameable(model: Model<'_>, context: &serde_json::Value) -> Vec<About<'static>> {
    let owned = |text: &str| Key::from(text.to_owned());
    let mut all = BTreeSet::new();
    for server in model.list("servers") {
        let observed = context["observed"].get(text(server, "id")).and_then(serde_json::Value::as_object);
        let observed = observed.into_iter().flat_map(|tools| tools.keys().map(String::as_str));
        let held = elements(&server["tools"]).iter().map(|tool| text(tool, "name"));
        all.extend(held.chain(observed).map(|tool| (false, text(server, "id"), tool)));
    }
    for one in model.list("virtualServers") {
        all.extend(elements(&one["tools"]).iter().map(|selected| (true, text(one, "id"), exposed(selected))));
    }
    let about = |(through, server, tool): (bool, &str, &str)| match through {
        false => About::Tool { server: owned(server), tool: owned(tool) },
        true => About::VirtualTool { virtual_server: owned(server), tool: owned(tool) },
    };
    all.into_iter().map(about).collect()
}

#[test]
fn l_2_a_list_holds_exactly_what_may_be_called() {
    let law = Law::of_organisations("L-2 a list holds exactly the tools whose call would be allow or ask");
    let (rows, open) = (Cell::new(0_u64), Cell::new(0_u64));
    law.holds(organisations(15), |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (Some(claim), Some(context)) = (request.caller(), request.context()) else { continue };
            let asking = Asking {
                policy: &policy,
                claim,
                context,
                caller: policy.caller(claim, &context.facts),
                moment: Moment { now: context.now, freshness: context.snapshot },
            };
            let context: serde_json::Value = serde_json::from_str(text).unwrap();
            list_is_calls(&asking, &nameable(Model(case.document()), &context["context"]), &rows, &open)
                .map_err(|error| of(error, text))?;
        }
        Ok(())
    });
    let (rows, open) = (rows.get(), open.get());
    law.report(format!("{rows} rows, {open} of them open"));
    assert!(rows > 20 * u64::from(law.cases) && open > 3 * u64::from(law.cases), "{rows} rows, {open} open: too few");
}

fn list_is_calls(asking: &Asking<'_>, nameable: &[About<'_>], rows: &Cell<u64>, open: &Cell<u64>) -> TestCaseResult {
    let list = asking.caller.list(&Of::All, asking.moment);
    let mut listed = BTreeSet::new();
    for row in &list.rows {
        rows.set(rows.get() + 1);
        let tool = row.exposed.unwrap_or(&row.tool);
        let about = match row.virtual_server {
            Some(virtual_server) => About::VirtualTool { virtual_server: virtual_server.into(), tool: tool.into() },
            None => About::Tool { server: row.server.into(), tool: tool.into() },
        };
        let (call, _) = asking.decide(Action::ToolCall, &about);
        let (outcome, packed) = asking.decide(Action::ToolList, &about);
        prop_assert_eq!(row.outcome.to_integer(), packed, "row of {:?}", &about);
        prop_assert_eq!((call.is_open(), call), (outcome.is_open(), outcome), "call and list of {:?}", &about);
        if outcome.is_open() {
            open.set(open.get() + 1);
            listed.insert(format!("{about:?}"));
        }
    }
    for about in nameable {
        let (outcome, _) = asking.decide(Action::ToolCall, about);
        prop_assert_eq!(outcome.is_open(), listed.contains(&format!("{about:?}")), "{:?} may be called, or is listed, alone", about);
        // The list of one server or virtual server is its part of the whole.
        if !outcome.is_open() {
            continue;
        }
        let of = match about {
            About::VirtualTool { virtual_server, .. } => Of::VirtualServer(virtual_server.clone()),
            About::Tool { server, .. } => Of::Server(server.clone()),
            _ => continue,
        };
        let through = matches!(of, Of::VirtualServer(_));
        let same = |row: &&lockstep_policy::Row<'_>| match about {
            About::VirtualTool { virtual_server, .. } => row.virtual_server == Some(virtual_server.as_str()),
            About::Tool { server, .. } => row.virtual_server.is_none() && row.server == server.as_str(),
            _ => false,
        };
        let part = asking.caller.list(&of, asking.moment);
        prop_assert!(part.refusal.is_none(), "{:?} refused, through a virtual server: {}", about, through);
        prop_assert_eq!(part.rows.iter().collect::<Vec<_>>(), list.rows.iter().filter(same).collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn contract_4_a_target_of_one_load_is_unknown_to_another() {
    let law = Law::of_organisations("contract 4: a target of one load is unknown to another");
    let (targets, open) = (Cell::new(0_u64), Cell::new(0_u64));
    law.holds(organisations(12), |case| {
        let (Some(policy), Some(other)) = (case.policy(), case.policy()) else { return Ok(()) };
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (Some(claim), Some(context)) = (request.caller(), request.context()) else { continue };
            let caller = policy.caller(claim, &context.facts);
            let moment = Moment { now: context.now, freshness: context.snapshot };
            let invocation = context.invocation.as_deref();
            let unknown = caller.decide(policy.target("nobody-has-this-id", "x"), moment, invocation).to_json();
            let unknown_virtual = caller.decide(policy.virtual_target("nobody-has-this-id", "x"), moment, invocation).to_json();
            for about in nameable(Model(case.document()), &serde_json::Value::Null) {
                let (Some((_, own)), Some((_, foreign))) = (named(&policy, &about), named(&other, &about)) else { continue };
                let expected = if matches!(about, About::Tool { .. }) { &unknown } else { &unknown_virtual };
                prop_assert_ne!(own, foreign);
                prop_assert_eq!(&caller.decide(foreign, moment, invocation).to_json(), expected, "{:?}: {}", about, text);
                prop_assert_eq!(caller.outcome(own, moment), policy.clone().caller(claim, &context.facts).outcome(own, moment));
                targets.set(targets.get() + 1);
                open.set(open.get() + u64::from(caller.outcome(own, moment).outcome() != Outcome::Deny));
            }
            let denied =
                |json: &str| json.contains(r#""outcome":"deny""#) && Layer::ALL[..2].iter().any(|layer| json.contains(layer.as_str()));
            prop_assert!(denied(&unknown) && denied(&unknown_virtual), "{} {}", unknown, unknown_virtual);
        }
        Ok(())
    });
    law.report(format!("{} targets, {} of them open where they come from", targets.get(), open.get()));
    assert!(open.get() > 2 * u64::from(law.cases), "only {} of {} targets were open where they come from", open.get(), targets.get());
}
