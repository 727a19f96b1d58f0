//! The component's records as the JSON that the contract has for the same.

use lockstep_component_host::wit;
use serde_json::{Map, Value, json};

/// Members, those left out that are null or empty.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let is_there = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    Value::Object(members.into_iter().filter(|(_, value)| is_there(value)).map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A decision.
pub fn decision(decision: &wit::Decision) -> Value {
    let params: Map<String, Value> = decision.params.iter().map(|(param, text)| (param.clone(), json!(text))).collect();
    object([
        ("outcome", json!(outcome(decision.outcome))),
        ("reason", json!(decision.reason)),
        ("layer", json!(decision.layer.map(layer))),
        ("revision", json!(decision.revision)),
        ("source", decision.source.as_ref().map_or(Value::Null, source)),
        ("lock", decision.lock.as_ref().map_or(Value::Null, lock)),
        ("obligations", decision.obligations.iter().map(obligation).collect()),
        ("params", if params.is_empty() { Value::Null } else { Value::Object(params) }),
        ("message", json!({"user": decision.message.user, "admin": decision.message.admin})),
        ("problems", problems(&decision.problems)),
    ])
}

fn outcome(outcome: wit::Outcome) -> &'static str {
    match outcome {
        wit::Outcome::Deny => "deny",
        wit::Outcome::Ask => "ask",
        wit::Outcome::Allow => "allow",
    }
}

fn layer(layer: wit::Layer) -> &'static str {
    LAYERS[layer as usize]
}

/// In the order of the contract.
const LAYERS: [&str; 11] =
    ["caller", "existence", "origin", "catalog", "scope-policy", "server", "agent", "space", "tool", "downstream", "approval"];

fn source(source: &wit::Source) -> Value {
    match source {
        wit::Source::Platform => json!({"level": "platform"}),
        wit::Source::Scope(source) => json!({"level": source.level, "scope": source.scope, "name": source.name}),
    }
}

fn lock(lock: &wit::Lock) -> Value {
    let cause = |cause: &wit::Cause| json!({"setting": cause.setting, "level": cause.level, "authority": cause.authority, "at": cause.at});
    json!({"badge": lock.badge, "causes": lock.causes.iter().map(cause).collect::<Value>()})
}

fn obligation(obligation: &wit::Obligation) -> Value {
    match obligation {
        wit::Obligation::VerifyDefinition(pinned) => {
            json!({"kind": "verify-definition", "server": pinned.server, "tool": pinned.tool, "digest": pinned.digest})
        }
        wit::Obligation::BurnApproval(invocation) => json!({"kind": "burn-approval", "invocation": invocation}),
        wit::Obligation::Unknown => json!({"kind": "unknown"}),
    }
}

/// Problems, as a list.
pub fn problems(problems: &[wit::Problem]) -> Value {
    let problem = |problem: &wit::Problem| {
        object([
            ("code", json!(problem.code)),
            ("at", json!(problem.at)),
            ("line", json!(problem.line)),
            ("column", json!(problem.column)),
            ("problem", json!(problem.problem)),
            ("help", json!(problem.help)),
            ("related", json!(problem.related)),
        ])
    };
    problems.iter().map(problem).collect()
}

/// What an error says of a text.
pub fn of_text(error: &wit::Error) -> Value {
    json!({"problems": problems(&error.problems), "count": error.count})
}

/// What an error says of a refused view, with the members that the answer has besides.
pub fn of_view(error: &wit::Error) -> Value {
    object([("reason", json!(error.code)), ("message", json!(error.message)), ("problems", problems(&error.problems))])
}

/// What an error says of a refused change.
pub fn of_change(error: &wit::Error) -> Value {
    let message = json!({"user": error.message, "admin": error.help});
    object([("reason", json!(error.code)), ("message", message), ("problems", problems(&error.problems))])
}

/// An approval. Times are as in process.
pub fn approval(approval: &wit::Approval) -> Value {
    object([
        ("invocation", json!(approval.invocation)),
        ("user", json!(approval.user)),
        ("workspace", json!(approval.workspace)),
        ("agent", json!(approval.agent)),
        ("space", json!(approval.space)),
        ("server", json!(approval.server)),
        ("tool", json!(approval.tool)),
        ("definition", json!(approval.definition)),
        ("argumentsDigest", json!(approval.arguments_digest)),
        ("revision", json!(approval.revision)),
        ("expiresAt", json!(approval.expires_at)),
    ])
}

/// A list; `reasons` is the component's own table.
pub fn list(list: &Result<wit::Rows, wit::ListRefusal>, reasons: &[wit::Reason]) -> Value {
    let rows = match list {
        Ok(rows) => rows,
        Err(refusal) => {
            return object([
                ("revision", json!(refusal.revision)),
                ("reason", json!(refusal.reason)),
                ("layer", json!(layer(refusal.layer))),
                ("problems", problems(&refusal.problems)),
            ]);
        }
    };
    let text = |place: u32| {
        let place = place as usize;
        let end = *rows.ends.get(place)?;
        let begin = if place == 0 { 0 } else { rows.ends[place - 1] };
        Some(&rows.texts[begin as usize..end as usize])
    };
    let columns = [&rows.tools, &rows.virtual_servers, &rows.exposed, &rows.outcomes];
    assert!(columns.iter().all(|column| column.len() == rows.servers.len()), "columns of one length");
    let row = |place: usize| {
        let packed = rows.outcomes[place];
        let reason = reasons.iter().find(|reason| u32::from(reason.number) == packed >> 6).expect("a reason of the table");
        object([
            ("server", json!(text(rows.servers[place]))),
            ("virtualServer", json!(text(rows.virtual_servers[place]))),
            ("tool", json!(text(rows.tools[place]))),
            ("as", json!(text(rows.exposed[place]))),
            ("outcome", json!(["deny", "ask", "allow"][(packed & 0b11) as usize])),
            ("reason", json!(reason.code)),
            ("layer", (packed >> 2 & 0b1111).checked_sub(1).map_or(Value::Null, |layer| json!(LAYERS[layer as usize]))),
        ])
    };
    json!({"revision": rows.revision, "rows": (0..rows.servers.len()).map(row).collect::<Value>()})
}
