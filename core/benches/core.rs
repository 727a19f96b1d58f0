//! How long answers take, beside a baseline in the same run: five look-ups in the standard hash map, which is the least
//! that an answer to five names can cost.
//!
//! `cargo bench --bench core`. Requests are those of a generated organisation of 20 tenants that reach layer 11.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs, reason = "a benchmark")]

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lockstep_generate::{Shape, organisation, requests};
use lockstep_policy::decide::{About, Action, Layer, Moment, Of, Request, ToolName};
use lockstep_policy::{Caller, Policy, Target};

/// One call, ready for every way in.
struct Call {
    request: Request<'static>,
    json: &'static str,
    names: (&'static str, &'static str),
    caller: Caller,
    target: Target,
    moment: Moment,
    ids: [&'static str; 5],
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The calls that nothing denies before layer 11.
fn calls(policy: &Policy, text: &str) -> Vec<Call> {
    let document = serde_json::from_str(text).unwrap();
    let mut calls = Vec::new();
    for json in requests(3, &document, 20_000).into_iter().map(leak) {
        let request = Request::read(json.as_bytes());
        let (Some(Action::ToolCall), Some(About::Tool { server, tool }), Some(claim), Some(context)) =
            (request.action(), request.about(), request.caller(), request.context())
        else {
            continue;
        };
        let decision = policy.decide(&request);
        if decision.layer().is_some_and(|layer| layer < Layer::Approval) {
            continue;
        }
        let names = (leak(server.to_string()), leak(tool.to_string()));
        let agent = leak(claim.agent.as_deref().unwrap_or_default().to_owned());
        calls.push(Call {
            caller: policy.caller(claim, &context.facts),
            target: policy.target(server, tool),
            moment: context.now.into(),
            ids: [leak(claim.user.to_string()), leak(claim.workspace.to_string()), agent, names.0, names.1],
            names,
            json,
            request: Request::read(json.as_bytes()),
        });
    }
    calls
}

fn deciding(criterion: &mut Criterion) {
    let text = organisation(1, &Shape::tenants(20));
    let policy = Policy::load(text.as_bytes()).unwrap();
    let calls = calls(&policy, &text);
    eprintln!("{} calls reach layer 11 in {} bytes of policy", calls.len(), text.len());
    let table: HashMap<&str, usize> = calls.iter().flat_map(|call| call.ids).enumerate().map(|(place, id)| (id, place)).collect();
    let mut group = criterion.benchmark_group("decide");
    let mut next = (0..calls.len()).cycle();
    let mut call = || &calls[next.next().unwrap()];
    group.bench_function("baseline: five look-ups", |bench| {
        bench.iter(|| call().ids.iter().map(|id| table[black_box(*id)]).sum::<usize>());
    });
    group.bench_function("a request in memory", |bench| bench.iter(|| policy.decide(black_box(&call().request)).outcome()));
    group
        .bench_function("a request, both messages, JSON", |bench| bench.iter(|| policy.decide(black_box(&call().request)).to_json().len()));
    group.bench_function("JSON to JSON", |bench| {
        bench.iter(|| {
            let request = Request::read(black_box(call().json).as_bytes());
            policy.decide(&request).to_json().len()
        });
    });
    group.bench_function("prepared caller, names", |bench| {
        bench.iter(|| {
            let call = call();
            let (server, tool) = call.names;
            call.caller.outcome(ToolName::Direct { server, tool }, call.moment)
        });
    });
    group.bench_function("prepared caller, target, spread", |bench| {
        bench.iter(|| {
            let call = call();
            call.caller.outcome(call.target, call.moment)
        });
    });
    let hot = &calls[0];
    group.bench_function("prepared caller, target, hot", |bench| bench.iter(|| hot.caller.outcome(black_box(hot.target), hot.moment)));
    group.bench_function("explain", |bench| {
        bench.iter(|| {
            let call = call();
            policy.explain(&call.request, call.ids[0]).layers.len()
        });
    });
    group.finish();

    let longest = calls.iter().max_by_key(|call| call.caller.list(&Of::All, call.moment).rows.len()).unwrap();
    let rows = longest.caller.list(&Of::All, longest.moment).rows.len();
    let mut group = criterion.benchmark_group("list");
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function(BenchmarkId::new("all tools", rows), |bench| {
        bench.iter(|| longest.caller.list(&Of::All, longest.moment).rows.len())
    });
    group.finish();
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for tenants in [15, 150] {
        let text = organisation(1, &Shape::tenants(tenants));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("bytes", text.len()), |bench| {
            bench.iter(|| Policy::load(black_box(text.as_bytes())).unwrap())
        });
    }
    group.finish();
}

criterion_group!(benches, deciding, loading);
criterion_main!(benches);
