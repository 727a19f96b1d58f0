//! Loads a policy into the component and asks it: `lockstep-component-host lockstep.wasm policy.json`.

use std::error::Error;
use std::{env, fs};

use lockstep_component_host::{Limits, Module, wit};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [component, policy] = &arguments[..] else { return Err("usage: lockstep-component-host COMPONENT POLICY".into()) };

    // Once for the process: compiled, linked, and ready to be instantiated.
    let module = Module::compile(&fs::read(component)?, Limits::default())?;

    // Once for each thread that decides: an instance that holds the policy.
    let mut worker = module.worker()?;
    let policy = worker.load(&fs::read(policy)?)?;

    // Once for each caller: who they are, where they work, and what the host attests.
    let ana = wit::Claim {
        user: "ana".into(),
        credential: wit::Credential::Platform,
        workspace: "acme-hq".into(),
        agent: Some("assistant".into()),
        space: None,
    };
    let facts = wit::Facts { downstream: vec![("acme-slack".into(), wit::AuthorizationState::Ready)], observed: vec![], can_ask: true };
    let caller = worker.caller(policy, &ana, &facts)?;

    // A number for each tool, and a number for each answer: zero denies, and so does a module that has ended.
    let fetch = worker.target(policy, "nw-fetch", "fetch")?;
    let outcome = worker.outcome(caller, fetch, NOW);
    let said = match outcome & 0b11 {
        2 => "allow",
        1 => "ask",
        _ => "deny",
    };
    println!("nw-fetch fetch: {said}");

    // The whole answer, for people and logs.
    let call = wit::Call::Tool(wit::ToolName { server: "acme-slack".into(), tool: "slack_list_channels".into() });
    let decision = worker.decide(caller, &call, NOW)?;
    let outcome = if decision.outcome == wit::Outcome::Deny { "deny" } else { "open" };
    println!("acme-slack slack_list_channels: {outcome}, {}", decision.reason);
    println!("{}", decision.message.user);
    Ok(())
}
