//! What a larger organisation costs a decision: `cargo bench --bench growth`. The same tenant 10 to 10,000 times; the calls
//! are one tenant's, or spread over all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use common::{Calls, GROWTH, grown, spread};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lockstep_policy::Policy;
use lockstep_policy::decide::Call;

fn growing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    for tenants in GROWTH {
        let shape = grown(tenants);
        let policy = Policy::load(shape.document().as_bytes()).unwrap();
        for (name, count) in [("one tenant's calls", 1), ("calls spread over all", tenants)] {
            let calls = Calls::new(&shape, policy.clone(), 5_000, spread(&shape, count));
            let mut next = (0..calls.prepared.len()).cycle();
            let mut place = || next.next().unwrap();
            group.bench_function(BenchmarkId::new(format!("{name}, target"), tenants), |bench| {
                bench.iter(|| {
                    let call = black_box(&calls.prepared[place()]);
                    calls.callers[call.caller].outcome(call.target, call.moment)
                });
            });
            group.bench_function(BenchmarkId::new(format!("{name}, strings"), tenants), |bench| {
                bench.iter(|| {
                    let call = black_box(&calls.prepared[place()]);
                    calls.callers[call.caller].outcome(Call::Named(call.name()), call.moment)
                });
            });
            group.bench_function(BenchmarkId::new(format!("{name}, request"), tenants), |bench| {
                bench.iter(|| calls.policy.decide(black_box(&calls.requests[place()].0)).outcome());
            });
        }
    }
    group.finish();
}

criterion_group! { name = benches; config = common::quick(); targets = growing }
criterion_main!(benches);
