//! How fast a document is read, checked and compiled: `cargo bench --bench load`. Documents are generated ones, of all kinds
//! of records.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use lockstep_generate::{Shape, organisation};
use lockstep_policy::Policy;

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(5));
    for (megabytes, tenants) in [(1, 15), (10, 147), (100, 1_470)] {
        let text = organisation(1, &Shape::tenants(tenants));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("MB", megabytes), |bench| {
            bench.iter_with_large_drop(|| Policy::load(black_box(text.as_bytes())).unwrap());
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = common::quick(); targets = loading }
criterion_main!(benches);
