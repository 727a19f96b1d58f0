//! Deciding allocates nothing, whatever the way in and however many causes there are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fmt::Write;
use std::hint::black_box;

use lockstep_generate::{Shape, organisation, requests};
use lockstep_policy::Policy;
use lockstep_policy::decide::{About, Call, Moment, Outcome, Reason, Request, ToolName};
use lockstep_tests::heap::{Counting, asked_while};

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn deciding_allocates_nothing() {
    let (mut decided, mut prepared) = (0, 0);
    let (mut of_requests, mut of_names, mut of_targets) = (0, 0, 0);
    for seed in 7000..7040 {
        let text = organisation(seed, &Shape::dense());
        let policy = Policy::load(text.as_bytes()).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        for text in requests(seed, &document, 200) {
            let request = Request::read(text.as_bytes());
            decided += 1;
            of_requests += asked_while(|| {
                black_box(policy.decide(black_box(&request)));
            });
            let (Some(about), Some(claim), Some(context)) = (request.about(), request.caller(), request.context()) else { continue };
            let About::Tool { server, tool } = about else { continue };
            let caller = policy.caller(claim, &context.facts);
            let moment = Moment { now: context.now, freshness: context.snapshot };
            let names = Call::Named(ToolName::Direct { server, tool });
            let target = Call::Target(policy.target(server, tool));
            let invocation = context.invocation.as_deref();
            prepared += 1;
            of_names += asked_while(|| {
                black_box(caller.decide(black_box(names), moment, invocation));
                black_box(caller.outcome(black_box(names), moment));
            });
            of_targets += asked_while(|| {
                black_box(caller.decide(black_box(target), moment, invocation));
                black_box(caller.outcome(black_box(target), moment));
            });
        }
    }
    println!(
        "allocations: {of_requests} in {decided} decisions of requests, {of_names} by names and {of_targets} by integer in {prepared} each"
    );
    assert!(decided > 5000 && prepared > 1000);
    assert_eq!((of_requests, of_names, of_targets), (0, 0, 0));
}

/// An organisation in which 300 integrations claim one host, all of them off.
fn many_causes() -> String {
    let (mut catalog, mut off) = (String::new(), String::new());
    for number in 0..300 {
        let comma = if number == 0 { "" } else { "," };
        write!(catalog, r#"{comma}{{"id":"i{number}","name":"I","approved":true,"origins":["https://one.example/mcp"],"tools":[]}}"#)
            .unwrap();
        write!(off, r#"{comma}"i{number}":"off""#).unwrap();
    }
    format!(
        r#"{{"format":"1.0","revision":1,"agents":[{{"id":"a","name":"A"}}],"catalog":[{catalog}],
        "scopes":[{{"id":"root","level":"workspace","name":"Root","settings":{{"integrations":{{{off}}}}}}}],
        "users":[{{"id":"u","name":"U","memberOf":["root"],"administers":[],"access":"enabled","addedAt":"2026-01-01T00:00:00Z"}}],
        "servers":[{{"id":"s","scope":"root","source":{{"kind":"custom"}},"name":"S","address":"https://one.example/mcp","owner":"u",
        "registeredAt":"2026-01-01T00:00:00Z","visibility":"private","switch":"on","authorization":{{"method":"none"}},"agents":["a"],
        "tools":[{{"name":"t","enabled":true,"approval":"auto"}}]}}]}}"#
    )
}

#[test]
fn three_hundred_causes_allocate_nothing_either() {
    let text = many_causes();
    let policy = Policy::load(text.as_bytes()).unwrap();
    let request = br#"{"action":"tool.call","caller":{"user":"u","credential":{"kind":"platform"},"workspace":"root","agent":"a"},
        "target":{"kind":"tool","server":"s","tool":"t"},"context":{"now":"2026-11-20T12:00:00Z"}}"#;
    let request = Request::read(request);
    let asked = asked_while(|| {
        black_box(policy.decide(black_box(&request)));
    });
    let decision = policy.decide(&request);
    assert_eq!((decision.outcome(), decision.reason()), (Outcome::Deny, Reason::OriginLocked));
    let causes = decision.lock().unwrap().causes.len();
    println!("allocations: {asked} in a decision with {causes} causes");
    assert_eq!((asked, causes), (0, 300));
}
