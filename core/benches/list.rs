//! How long a list of 400 tools takes: `cargo bench --bench list`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use common::{Calls, FOUR_HUNDRED};
use criterion::{Criterion, criterion_group, criterion_main};
use lockstep_policy::Policy;
use lockstep_policy::decide::{ListRequest, Of};

fn listing(criterion: &mut Criterion) {
    let policy = Policy::load(FOUR_HUNDRED.document().as_bytes()).unwrap();
    let calls = Calls::new(&FOUR_HUNDRED, policy, 1, |_| 0);
    let (caller, moment) = (&calls.callers[0], calls.prepared[0].moment);
    let text = FOUR_HUNDRED.list_request();
    let request = ListRequest::read(text.as_bytes());
    assert_eq!(caller.list(&Of::All, moment).rows.len(), 400);
    assert_eq!(calls.policy.list(&request).rows.len(), 400, "{:?}", calls.policy.list(&request).refusal);
    let mut group = criterion.benchmark_group("list of 400 tools");
    group.bench_function("prepared caller", |bench| bench.iter(|| caller.list(black_box(&Of::All), moment).rows.len()));
    group.bench_function("a request in memory", |bench| bench.iter(|| calls.policy.list(black_box(&request)).rows.len()));
    group.bench_function("a request, JSON", |bench| bench.iter(|| calls.policy.list(black_box(&request)).to_json().len()));
    group.finish();
}

criterion_group! { name = benches; config = common::quick(); targets = listing }
criterion_main!(benches);
