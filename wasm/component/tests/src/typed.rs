//! A request's JSON as the contract's records.

use lockstep_component_host::wit;
use lockstep_policy::document::Time;
use serde_json::Value;

/// What a call of a tool says, as a prepared caller is asked.
pub struct Asked {
    /// Who asks.
    pub claim: wit::Claim,
    /// What the host attests.
    pub facts: wit::Facts,
    /// The tool.
    pub call: wit::Call,
    /// When.
    pub now: i64,
    /// The call's id, arguments and approval.
    pub invocation: Option<wit::Invocation>,
    /// When the host last knew the policy to be current, and for how many seconds that is good.
    pub fresh: Option<(i64, u64)>,
}

/// A request that was read as a call of a tool, in records.
pub fn asked(request: &Value) -> Asked {
    let context = &request["context"];
    let snapshot = context.get("snapshot").map(|told| (time(&told["confirmedAt"]), told["maxAgeSeconds"].as_u64().unwrap()));
    Asked {
        claim: claim(&request["caller"]),
        facts: facts(context),
        call: call(&request["target"]),
        now: time(&context["now"]),
        invocation: context.get("invocation").map(invocation),
        fresh: snapshot,
    }
}

/// The same of a list's request: who asks, what the host attests, and what of.
pub fn listed(request: &Value) -> (wit::Claim, wit::Facts, wit::ListOf, i64) {
    let of = &request["of"];
    let of = match of["kind"].as_str().unwrap() {
        "all" => wit::ListOf::All,
        "server" => wit::ListOf::Server(text(&of["server"])),
        _ => wit::ListOf::VirtualServer(text(&of["virtualServer"])),
    };
    (claim(&request["caller"]), facts(&request["context"]), of, time(&request["context"]["now"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn optional(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn time(value: &Value) -> i64 {
    Time::parse(value.as_str().unwrap()).unwrap().millis()
}

fn claim(caller: &Value) -> wit::Claim {
    let credential = &caller["credential"];
    wit::Claim {
        user: text(&caller["user"]),
        credential: optional(&credential["token"]).map_or(wit::Credential::Platform, wit::Credential::Token),
        workspace: text(&caller["workspace"]),
        agent: optional(&caller["agent"]),
        space: optional(&caller["space"]),
    }
}

fn facts(context: &Value) -> wit::Facts {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let state = |value: &Value| match value.as_str().unwrap() {
        "error" => wit::AuthorizationState::Error,
        "expired" => wit::AuthorizationState::Expired,
        "pending" => wit::AuthorizationState::Pending,
        _ => wit::AuthorizationState::Ready,
    };
    let definition = |(tool, digest): (&String, &Value)| wit::Definition { tool: tool.clone(), digest: text(digest) };
    let observed = members(&context["observed"]);
    wit::Facts {
        downstream: members(&context["downstream"]).iter().map(|(server, value)| (server.clone(), state(value))).collect(),
        observed: observed.iter().map(|(server, tools)| (server.clone(), members(tools).iter().map(definition).collect())).collect(),
        can_ask: context["canAsk"] == true,
    }
}

fn call(target: &Value) -> wit::Call {
    let tool = text(&target["tool"]);
    match optional(&target["server"]) {
        Some(server) => wit::Call::Tool(wit::ToolName { server, tool }),
        None => wit::Call::VirtualTool(wit::VirtualToolName { virtual_server: text(&target["virtualServer"]), tool }),
    }
}

fn invocation(invocation: &Value) -> wit::Invocation {
    wit::Invocation {
        id: optional(&invocation["id"]),
        arguments_digest: optional(&invocation["argumentsDigest"]),
        approval: invocation.get("approval").map(approval),
    }
}

fn approval(approval: &Value) -> wit::Approval {
    wit::Approval {
        invocation: text(&approval["invocation"]),
        user: text(&approval["user"]),
        workspace: text(&approval["workspace"]),
        agent: optional(&approval["agent"]),
        space: optional(&approval["space"]),
        server: text(&approval["server"]),
        tool: text(&approval["tool"]),
        definition: optional(&approval["definition"]),
        arguments_digest: text(&approval["argumentsDigest"]),
        revision: approval["revision"].as_u64().unwrap(),
        expires_at: time(&approval["expiresAt"]),
    }
}
