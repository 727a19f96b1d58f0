//! A whole request, a prepared caller with names, one with an integer, and a list: one answer (L-2).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use lockstep_generate::{Shape, organisation, requests};
use lockstep_policy::decide::{About, Action, Call, Moment, Of, Reason, Request, ToolName};
use lockstep_policy::{Policy, Target};

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

#[test]
fn every_way_in_gives_one_answer() {
    let (mut calls, mut listed) = (0, 0);
    let mut reasons: BTreeMap<Reason, u64> = BTreeMap::new();
    for seed in 5000..5120 {
        let text = organisation(seed, &Shape::dense());
        let policy = Policy::load(text.as_bytes()).unwrap();
        let other = Policy::load(text.as_bytes()).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        for text in requests(seed, &document, 100) {
            let request = Request::read(text.as_bytes());
            let (Some(action), Some(about), Some(claim), Some(context)) =
                (request.action(), request.about(), request.caller(), request.context())
            else {
                continue;
            };
            let Some((name, target)) = named(&policy, about) else { continue };
            let caller = policy.caller(claim, &context.facts);
            let moment = Moment { now: context.now, freshness: context.snapshot };
            let whole = policy.decide(&request);
            if action == Action::ToolCall {
                calls += 1;
                *reasons.entry(whole.reason()).or_default() += 1;
                for call in [Call::Named(name), Call::Target(target)] {
                    let prepared = caller.decide(call, moment, context.invocation.as_deref());
                    assert_eq!(prepared.to_json(), whole.to_json(), "{text}");
                    assert_eq!(prepared.packed(), whole.packed(), "{text}");
                    for actor in [&*claim.user, "user-1", "nobody-has-this-id"] {
                        let explained = caller.explain(call, moment, context.invocation.as_deref(), actor).to_json();
                        assert_eq!(explained, policy.explain(&request, actor).to_json(), "{actor}: {text}");
                    }
                    let unasked = caller.decide(call, moment, None);
                    assert_eq!(caller.outcome(call, moment), unasked.packed(), "{text}");
                }
                // U-8: a target of another load is as unknown as a name that nobody has.
                let stranger = caller.decide(other.target("no-such-server", "x"), moment, None).to_json();
                let direct = matches!(about, About::Tool { .. });
                if direct {
                    let foreign = match name {
                        ToolName::Direct { server, tool } => other.target(server, tool),
                        ToolName::Virtual { .. } => continue,
                    };
                    assert_eq!(caller.decide(foreign, moment, None).to_json(), stranger, "{text}");
                }
            } else if let About::Tool { server, tool } = about {
                // L-2: a row of the list is the decision of `tool.list`.
                let list = caller.list(&Of::Server(server.clone()), moment);
                if let Some(row) = list.rows.iter().find(|row| row.tool == **tool) {
                    listed += 1;
                    assert_eq!(row.outcome, whole.packed(), "{text}");
                } else if let Some(refusal) = &list.refusal {
                    assert_eq!((Some(refusal.layer), refusal.reason), (whole.layer(), whole.reason()), "{text}");
                } else {
                    // Not in the list: there is no such tool, so that nothing opens it.
                    assert!(!whole.outcome().is_open(), "{text}");
                }
            }
        }
    }
    println!(
        "calls asked by request, names and integer: {calls}, of {} reasons; rows held against their decision: {listed}",
        reasons.len()
    );
    assert!(calls > 3000 && listed > 500 && reasons.len() > 30);
}

#[test]
fn what_the_user_is_told_of_hidden_and_unknown_is_the_same() {
    let mut compared = 0;
    for seed in 5200..5240 {
        let text = organisation(seed, &Shape::dense());
        let policy = Policy::load(text.as_bytes()).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        for text in requests(seed, &document, 100) {
            let request = Request::read(text.as_bytes());
            let decision = policy.decide(&request);
            if decision.reason() != Reason::UnknownServer {
                continue;
            }
            let mut unknown: serde_json::Value = serde_json::from_str(&text).unwrap();
            unknown["target"]["server"] = "nobody-has-this-id".into();
            let unknown = unknown.to_string();
            let unknown = policy.decide(&Request::read(unknown.as_bytes())).for_user().to_json();
            assert_eq!(decision.for_user().to_json(), unknown, "{text}");
            compared += 1;
        }
    }
    println!("hidden held against unknown: {compared}");
    assert!(compared > 50);
}
