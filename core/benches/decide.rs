//! How long a decision takes, by every way in, beside a baseline in the same run: five look-ups in the standard hash map,
//! which is the least that an answer to five names can cost.
//!
//! `cargo bench --bench decide`. Calls reach layer 11 on pinned tools, with `observed` given.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a benchmark")]

mod common;

use std::collections::HashMap;
use std::hint::black_box;

use common::{Calls, FIFTY, spread};
use criterion::{Criterion, criterion_group, criterion_main};
use lockstep_policy::Policy;
use lockstep_policy::decide::{Call, Request};

fn deciding(criterion: &mut Criterion) {
    let text = FIFTY.document();
    let policy = Policy::load(text.as_bytes()).unwrap();
    let calls = Calls::new(&FIFTY, policy, 5_000, spread(&FIFTY, FIFTY.tenants));
    let policy = &calls.policy;
    let table: HashMap<&str, usize> = calls.prepared.iter().flat_map(|call| call.ids).enumerate().map(|(place, id)| (id, place)).collect();
    let mut group = criterion.benchmark_group("decide");
    let mut next = (0..calls.requests.len()).cycle();
    let mut place = || next.next().unwrap();
    group.bench_function("baseline: five look-ups", |bench| {
        bench.iter(|| calls.prepared[place()].ids.iter().map(|id| table[black_box(*id)]).sum::<usize>());
    });
    group.bench_function("a request in memory", |bench| {
        bench.iter(|| policy.decide(black_box(&calls.requests[place()].0)).outcome());
    });
    group.bench_function("a request, both messages, JSON", |bench| {
        bench.iter(|| policy.decide(black_box(&calls.requests[place()].0)).to_json().len());
    });
    group.bench_function("JSON to JSON", |bench| {
        bench.iter(|| {
            let request = Request::read(black_box(calls.requests[place()].1).as_bytes());
            policy.decide(&request).to_json().len()
        });
    });
    for (name, hot) in [("spread", false), ("hot", true)] {
        let mut place = || if hot { 0 } else { place() };
        group.bench_function(format!("prepared caller, strings, {name}"), |bench| {
            bench.iter(|| {
                let call = black_box(&calls.prepared[place()]);
                calls.callers[call.caller].outcome(Call::Named(call.name()), call.moment)
            });
        });
        group.bench_function(format!("prepared caller, target, {name}"), |bench| {
            bench.iter(|| {
                let call = black_box(&calls.prepared[place()]);
                calls.callers[call.caller].outcome(call.target, call.moment)
            });
        });
    }
    for (name, actor) in [("an administrator", Some("omar")), ("the caller", None)] {
        group.bench_function(format!("explain to {name}"), |bench| {
            bench.iter(|| {
                let place = place();
                let actor = actor.unwrap_or(calls.prepared[place].ids[0]);
                policy.explain(black_box(&calls.requests[place].0), actor).layers.len()
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = common::quick(); targets = deciding }
criterion_main!(benches);
