//! What ends an instance denies from then on: a trap, memory that runs out, a deadline. And the contract imports nothing.

use std::time::Duration;

use lockstep_component_host::{Handle, Limits, Worker, wit};
use lockstep_component_tests::{bytes, compiled, module};
use lockstep_generate::{Shape, organisation};
use wit_component::{DecodedWasm, WitPrinter};

const NOW: i64 = 1_795_176_000_000;
const NORTHWIND: &[u8] = include_bytes!("../../../../../host-demo/examples/northwind/policy.json");

/// Somebody of Northwind, at work.
fn ana() -> wit::Claim {
    wit::Claim {
        user: "ana".into(),
        credential: wit::Credential::Platform,
        workspace: "acme-hq".into(),
        agent: Some("assistant".into()),
        space: None,
    }
}

/// Somebody of Northwind who may call a tool, and the tool.
fn prepared(worker: &mut Worker) -> (Handle, u64) {
    let policy = worker.load(NORTHWIND).expect("Northwind");
    let facts = wit::Facts { downstream: vec![], observed: vec![], can_ask: true };
    let caller = worker.caller(policy, &ana(), &facts).unwrap();
    (caller, worker.target(policy, "nw-fetch", "fetch").unwrap())
}

#[test]
fn after_a_trap_the_next_call_denies() {
    let module = compiled("trapping.wasm");
    let mut worker = module.worker().unwrap();
    let (caller, fetch) = prepared(&mut worker);
    assert_eq!(worker.outcome(caller, fetch, NOW) & 0b11, 2, "it is allowed before");

    let trapped = worker.ask(|with| with.instance.get_typed_func::<(), ()>(&mut *with.store, "trap")?.call(&mut *with.store, ()));
    assert_eq!(trapped.unwrap_err().code(), "module-lost");

    assert_eq!(worker.outcome(caller, fetch, NOW), 0, "zero denies");
    let call = wit::Call::Target(fetch);
    assert_eq!(worker.decide(caller, &call, NOW).unwrap_err().code(), "module-lost");
    assert_eq!(worker.load(NORTHWIND).unwrap_err().code(), "module-lost");

    // The others aren't touched, and a new one takes its place.
    let mut next = module.worker().unwrap();
    let (caller, fetch) = prepared(&mut next);
    assert_eq!(next.outcome(caller, fetch, NOW) & 0b11, 2);
}

#[test]
fn a_document_that_doesnt_fit_into_memory_ends_the_instance_alone() {
    let limits = Limits { memory: 4 << 20, ..Limits::default() };
    let mut worker = module().worker_within(limits).unwrap();
    let (caller, fetch) = prepared(&mut worker);
    let large = organisation(1, &Shape::tenants(100));
    assert_eq!(worker.load(large.as_bytes()).unwrap_err().code(), "module-lost");
    assert_eq!(worker.outcome(caller, fetch, NOW), 0);
}

#[test]
fn what_takes_too_long_is_cut_short_and_denied() {
    let limits = Limits { deadline: Duration::from_millis(20), ..Limits::default() };
    let mut worker = module().worker_within(limits).unwrap();
    let large = organisation(1, &Shape::tenants(100));
    assert_eq!(worker.load(large.as_bytes()).unwrap_err().code(), "module-lost");
}

#[test]
fn a_wrong_document_is_an_error_with_its_problems_and_no_trap() {
    let mut worker = module().worker().unwrap();
    let error = worker.load(b"{\"format\": \"1.0\", \xff").unwrap_err();
    assert_eq!(error.code(), "invalid-document");
    assert_eq!(worker.load(br#"{"format": "2.0"}"#).unwrap_err().code(), "format-too-new");
    let (caller, fetch) = prepared(&mut worker);
    assert_eq!(worker.outcome(caller, fetch, NOW) & 0b11, 2, "and the instance goes on");
}

#[test]
fn the_contract_imports_nothing() {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&bytes("lockstep.wasm")).unwrap() else {
        panic!("no component");
    };
    let world = &resolve.worlds[world];
    assert!(world.imports.is_empty(), "{:?}", world.imports);
    let exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    assert_eq!(exports, ["lockstep:policy/policies@0.1.0"]);
    let mut printer = WitPrinter::default();
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    printer.print(&resolve, packages[0], &packages[1..]).unwrap();
    let printed = printer.output.to_string();
    assert!(!printed.contains("import "), "{printed}");
    let shown = printed.lines().take_while(|line| !line.starts_with("interface")).collect::<Vec<_>>();
    println!("{}", shown.join("\n"));
}

#[test]
fn what_is_no_digest_confirms_nothing_and_prepares_nobody() {
    let mut worker = module().worker().unwrap();
    let policy = worker.load(NORTHWIND).unwrap();
    let definition = wit::Definition { tool: "fetch".into(), digest: "sha256:short".into() };
    let facts = wit::Facts { downstream: vec![], observed: vec![("nw-fetch".into(), vec![definition])], can_ask: true };
    assert_eq!(worker.caller(policy, &ana(), &facts).unwrap_err().code(), "invalid-digest");
}

#[test]
fn a_handle_that_was_told_is_stale_after_its_age_and_its_callers_with_it() {
    let mut worker = module().worker().unwrap();
    let policy = worker.load(NORTHWIND).unwrap();
    let facts = wit::Facts { downstream: vec![], observed: vec![], can_ask: true };
    let caller = worker.caller(policy, &ana(), &facts).unwrap();
    let fetch = worker.target(policy, "nw-fetch", "fetch").unwrap();
    let call = wit::Call::Target(fetch);
    worker.ask(|with| with.policies.policy().call_confirm(with.store, policy.0, NOW, 60)).unwrap();
    assert_eq!(worker.decide(caller, &call, NOW + 60_000).unwrap().reason, "allowed");
    assert_eq!(worker.decide(caller, &call, NOW + 60_001).unwrap().reason, "policy-stale");
    // A request's own goes before what the handle was told.
    let request = |snapshot: &str| {
        format!(
            r#"{{"action": "tool.call", "caller": {{"user": "ana", "credential": {{"kind": "platform"}}, "workspace": "acme-hq", "agent": "assistant"}},
            "target": {{"kind": "tool", "server": "nw-fetch", "tool": "fetch"}}, "context": {{"now": "2026-11-20T13:00:00Z"{snapshot}}}}}"#
        )
    };
    let mut reason =
        |text: String| worker.ask(|with| with.policies.policy().call_decide(with.store, policy.0, text.as_bytes())).unwrap().reason;
    assert_eq!(reason(request("")), "policy-stale");
    assert_eq!(reason(request(r#", "snapshot": {"confirmedAt": "2026-11-20T12:59:59Z", "maxAgeSeconds": 60}"#)), "allowed");
}
