//! A decision: the layers of an action in order, the first that denies (L-1, L-3).

use crate::situation::{Found, Situation};
use crate::tree::text;
use crate::verdict::{Finding, Verdict};
use crate::{agent, approval, caller, catalog, downstream, existence, json, origin, scope_policy, server, shape, space, tool};
use serde_json::{Map, Value, json};

/// The layers, first to last.
pub(crate) const LAYERS: [&str; 11] =
    ["caller", "existence", "origin", "catalog", "scope-policy", "server", "agent", "space", "tool", "downstream", "approval"];

/// Decides a request, given as text. Members: `outcome`, `reason`, and where there are such `layer`, `source`, `lock`, `obligations`.
pub fn decide(policy: &Value, request_text: &str) -> Value {
    match read_request(request_text) {
        Some(request) => decide_read(&Situation { policy, request: &request, withholds: false }),
        None => invalid_request(),
    }
}

/// A request that can be read and has the contract's shape.
pub(crate) fn read_request(text: &str) -> Option<Value> {
    json::read(text).filter(shape::request_fits)
}

/// The decision on what can't be read.
pub(crate) fn invalid_request() -> Value {
    denial("caller", &Finding::plain("invalid-request"))
}

/// Decides a request of the right shape.
pub(crate) fn decide_read(situation: &Situation<'_>) -> Value {
    if let Verdict::Deny(finding) = caller::layer(situation) {
        return denial("caller", &finding);
    }
    let found = match existence::layer(situation) {
        Ok(found) => found,
        Err(reason) => return denial("existence", &Finding::plain(reason)),
    };
    let mut approved = false;
    for layer in later_layers(situation) {
        match verdict(situation, &found, layer) {
            Verdict::Pass => {}
            Verdict::Approved => approved = true,
            Verdict::Deny(finding) => return denial(layer, &finding),
            Verdict::Ask(finding) => return answer("ask", layer, &finding),
        }
    }
    allowance(situation, &found, approved)
}

/// L-1's second table: the layers of an action after the first two.
pub(crate) fn later_layers(situation: &Situation<'_>) -> Vec<&'static str> {
    let numbers: &[usize] = match (situation.action(), situation.caller()) {
        ("server.contact", Some(_)) => &[3, 4, 5, 6, 7, 8, 10],
        ("server.contact", None) | ("server.authorize", _) => &[3, 4, 5, 6],
        ("server.register", _) => &[3, 4, 5],
        ("integration.connect", _) => &[4, 5],
        ("space.assign", _) => &[4, 5, 8],
        ("virtual-server.connect", _) => &[5],
        _ => &[3, 4, 5, 6, 7, 8, 9, 10, 11],
    };
    numbers.iter().map(|number| LAYERS[number - 1]).collect()
}

/// What one of the layers 3 to 11 says of a target that exists.
pub(crate) fn verdict(situation: &Situation<'_>, found: &Found<'_>, layer: &str) -> Verdict {
    match layer {
        "origin" => origin::layer(situation, found),
        "catalog" => catalog::layer(found),
        "scope-policy" => scope_policy::layer(situation, found),
        "server" => server::layer(situation, found),
        "agent" => agent::layer(situation, found),
        "space" => space::layer(situation, found),
        "tool" => tool::layer(situation, found),
        "downstream" => downstream::layer(situation, found),
        _ => approval::layer(situation, found),
    }
}

fn denial(layer: &str, finding: &Finding) -> Value {
    answer("deny", layer, finding)
}

fn answer(outcome: &str, layer: &str, finding: &Finding) -> Value {
    let mut decision = Map::new();
    decision.insert("outcome".to_owned(), outcome.into());
    decision.insert("reason".to_owned(), finding.reason.into());
    decision.insert("layer".to_owned(), layer.into());
    if let Some(source) = &finding.source {
        decision.insert("source".to_owned(), source.clone());
    }
    if let Some(lock) = &finding.lock {
        decision.insert("lock".to_owned(), lock.clone());
    }
    Value::Object(decision)
}

fn allowance(situation: &Situation<'_>, found: &Found<'_>, approved: bool) -> Value {
    let mut decision = json!({"outcome": "allow", "reason": if approved { "approved" } else { "allowed" }});
    let obligations = obligations(situation, found, approved);
    if !obligations.is_empty() {
        decision["obligations"] = Value::Array(obligations);
    }
    decision
}

/// What a host must do when it forwards the call (contract 3, K-7, K-9).
fn obligations(situation: &Situation<'_>, found: &Found<'_>, approved: bool) -> Vec<Value> {
    let mut obligations = Vec::new();
    if situation.action() != "tool.call" {
        return obligations;
    }
    if let (Some(server), Some(tool)) = (found.server, tool::tool_of(found))
        && !tool["accepted"].is_null()
        && tool::observed_tools(situation, found).is_none()
    {
        obligations.push(json!({"kind": "verify-definition", "server": text(server, "id"), "tool": text(tool, "name"),
                                "digest": tool["accepted"]}));
    }
    if approved {
        obligations.push(json!({"kind": "burn-approval", "invocation": situation.context()["invocation"]["id"]}));
    }
    obligations
}
