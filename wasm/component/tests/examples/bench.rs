//! How long the component takes in wasmtime, with epochs on, beside the core in this very process: the medians of one run.
//!
//! `bench lockstep.wasm`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a bench")]

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, fs};

use lockstep_component_host::{Handle, Limits, Module, wit};
use lockstep_component_tests::typed::{self, Asked};
use lockstep_generate::{Shape, organisation, requests};
use lockstep_policy::decide::{About, Moment, Of, Request, ToolName};
use lockstep_policy::{Caller, Policy, Target};
use serde_json::Value;

/// So many calls, each of a caller of its own.
const CALLS: usize = 256;
/// For so long each job runs.
const LONG: Duration = Duration::from_millis(600);

/// A call as both are asked it.
struct Job {
    text: String,
    asked: Asked,
    native: Caller,
    caller: Handle,
    server: String,
    tool: String,
    target: Target,
    number: u64,
    moment: Moment,
}

fn main() {
    let path = env::args().nth(1).expect("bench lockstep.wasm");
    let started = Instant::now();
    let module = Module::compile(&fs::read(path).expect("the component"), Limits::default()).expect("a component");
    println!("compiled in {:.1} s", started.elapsed().as_secs_f64());

    let text = organisation(1, &Shape::tenants(15));
    let document: Value = serde_json::from_str(&text).unwrap();
    let policy = Policy::load(text.as_bytes()).unwrap();
    let started = Instant::now();
    let mut worker = module.worker().unwrap();
    let handle = worker.load(text.as_bytes()).unwrap();
    println!("an instance with a policy of {} kB in {:.1} ms", text.len() / 1000, started.elapsed().as_secs_f64() * 1000.0);

    let mut jobs = Vec::new();
    for text in requests(1, &document, 100_000) {
        let request = Request::read(text.as_bytes());
        let (Some(About::Tool { server, tool }), Some(claim), Some(context)) = (request.about(), request.caller(), request.context())
        else {
            continue;
        };
        let said: Value = serde_json::from_str(&text).unwrap();
        if said["action"] != "tool.call" || context.snapshot.is_some() {
            continue;
        }
        let asked = typed::asked(&said);
        let caller = worker.caller(handle, &asked.claim, &asked.facts).unwrap();
        let native = policy.caller(claim, &context.facts);
        let (server, tool, moment) = (server.to_string(), tool.to_string(), Moment { now: context.now, freshness: None });
        let target = policy.target(&server, &tool);
        let number = worker.target(handle, &server, &tool).unwrap();
        assert_eq!(native.outcome(target, moment).to_integer(), worker.outcome(caller, number, moment.now.millis()), "answers first");
        drop(request);
        jobs.push(Job { text, asked, native, caller, server, tool, target, number, moment });
        if jobs.len() == CALLS {
            break;
        }
    }
    assert_eq!(jobs.len(), CALLS);

    println!("{:<44} {:>10} {:>10} {:>7}", "", "native", "wasmtime", "ratio");
    let row = |what: &str, native: f64, component: f64| {
        println!("{what:<44} {native:>7.3} us {component:>7.3} us {:>6.1}x", component / native);
    };

    let native = median(&jobs, |job| {
        let name = ToolName::Direct { server: &job.server, tool: &job.tool };
        black_box(job.native.outcome(name, job.moment));
    });
    let component = median(&jobs, |job| {
        let now = job.moment.now.millis();
        let asked = worker.ask(|with| with.policies.caller().call_outcome(with.store, job.caller.0, &job.server, &job.tool, now));
        black_box(asked.unwrap());
    });
    row("caller, by strings: outcome", native, component);

    let native = median(&jobs, |job| {
        black_box(job.native.outcome(job.target, job.moment));
    });
    let component = median(&jobs, |job| {
        black_box(worker.outcome(job.caller, job.number, job.moment.now.millis()));
    });
    row("caller, by target: outcome", native, component);

    let native = median(&jobs, |job| {
        black_box(job.native.decide(job.target, job.moment, None).to_json());
    });
    let component = median(&jobs, |job| {
        let (call, now) = (wit::Call::Target(job.number), job.moment.now.millis());
        let asked = worker.ask(|with| with.policies.caller().call_decide_json(with.store, job.caller.0, &call, now, None));
        black_box(asked.unwrap());
    });
    row("caller, by target: the decision as JSON", native, component);
    let component = median(&jobs, |job| {
        black_box(worker.decide(job.caller, &job.asked.call, job.moment.now.millis()).unwrap());
    });
    row("caller, by names: the decision as a record", native, component);

    let native = median(&jobs, |job| {
        black_box(policy.decide(&Request::read(job.text.as_bytes())).to_json());
    });
    let component = median(&jobs, |job| {
        let asked = worker.ask(|with| with.policies.policy().call_decide_json(with.store, handle.0, job.text.as_bytes()));
        black_box(asked.unwrap());
    });
    row("a whole decision, JSON to JSON", native, component);
    let component = median(&jobs, |job| {
        let asked = worker.ask(|with| with.policies.policy().call_decide(with.store, handle.0, job.text.as_bytes()));
        black_box(asked.unwrap());
    });
    row("a whole decision, JSON to a record", native, component);

    let longest = jobs.iter().max_by_key(|job| job.native.list(&Of::All, job.moment).rows.len()).unwrap();
    let rows = longest.native.list(&Of::All, longest.moment).rows.len();
    let longest = std::slice::from_ref(longest);
    println!("a list of {rows} rows, by row:");
    let by_row = |whole: f64| whole / rows as f64;
    let native = median(longest, |job| {
        black_box(job.native.list(&Of::All, job.moment));
    });
    let component = median(longest, |job| {
        let now = job.moment.now.millis();
        black_box(worker.ask(|with| with.policies.caller().call_list(with.store, job.caller.0, &wit::ListOf::All, now)).unwrap()).unwrap();
    });
    row("a row, as columns", by_row(native), by_row(component));
    let native = median(longest, |job| {
        black_box(job.native.list(&Of::All, job.moment).to_json());
    });
    let component = median(longest, |job| {
        let now = job.moment.now.millis();
        black_box(worker.ask(|with| with.policies.caller().call_list_json(with.store, job.caller.0, &wit::ListOf::All, now)).unwrap());
    });
    row("a row, as JSON", by_row(native), by_row(component));
}

/// What one job takes at the median of many rounds over all, in microseconds.
fn median(jobs: &[Job], mut run: impl FnMut(&Job)) -> f64 {
    let (mut rounds, started) = (Vec::new(), Instant::now());
    while started.elapsed() < LONG || rounds.len() < 5 {
        let round = Instant::now();
        jobs.iter().for_each(&mut run);
        rounds.push(round.elapsed().as_secs_f64() * 1e6 / jobs.len() as f64);
    }
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
