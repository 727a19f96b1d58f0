//! The list: what it holds, in what order, and that each row is the decision (contract 3, L-2).
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value gives null where nothing is")]

mod common;

use common::{context, eve, policy};
use lockstep_oracle::{decide, list};
use serde_json::{Value, json};

fn ask(policy: &Value, caller: Value, context: Value, of: Value) -> Value {
    list(policy, &json!({"caller": caller, "context": context, "of": of}).to_string())
}

/// Server, virtual server, tool, exposed name and reason of each row.
fn short(answer: &Value) -> Vec<String> {
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or("-").to_owned();
    let rows = answer["rows"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| ["server", "virtualServer", "tool", "as", "reason"].map(|member| text(row, member)).join(" ")).collect()
}

#[test]
fn all_is_what_is_visible_and_what_may_be_connected_to() {
    let answer = ask(&policy(), eve(), context(), json!({"kind": "all"}));
    let wanted = [
        "notes - write - approval-required",
        "queue - close - tool-disabled",
        "queue - find - approval-required",
        "queue desk find search approval-required",
        "queue desk gone - unknown-tool",
        "queue - purge - tool-not-approved",
    ];
    assert_eq!(short(&answer), wanted);
}

#[test]
fn a_bound_token_sees_its_virtual_server_alone() {
    let mut caller = eve();
    caller["credential"] = json!({"kind": "token", "token": "t-desk"});
    let wanted = ["queue desk find search approval-required", "queue desk gone - unknown-tool"];
    for of in [json!({"kind": "all"}), json!({"kind": "virtual-server", "virtualServer": "desk"})] {
        assert_eq!(short(&ask(&policy(), caller.clone(), context(), of)), wanted);
    }
    let answer = ask(&policy(), caller, context(), json!({"kind": "server", "server": "queue"}));
    assert_eq!(answer, json!({"reason": "token-inactive", "layer": "caller"}));
}

#[test]
fn an_observed_server_has_exactly_the_observed_tools() {
    let mut context = context();
    context["observed"] = json!({"queue": {"find": format!("sha256:{}", "0".repeat(64)), "new": format!("sha256:{}", "1".repeat(64))}});
    let answer = ask(&policy(), eve(), context, json!({"kind": "all"}));
    let wanted = [
        "notes - write - approval-required",
        "queue - find - approval-required",
        "queue desk find search approval-required",
        "queue - new - unknown-tool",
    ];
    assert_eq!(short(&answer), wanted);
}

#[test]
fn a_selection_on_a_server_out_of_sight_is_no_row() {
    let mut policy = policy();
    policy["servers"][1]["scope"] = "yard".into();
    let answer = ask(&policy, eve(), context(), json!({"kind": "virtual-server", "virtualServer": "desk"}));
    assert_eq!(answer, json!({"rows": []}));
}

#[test]
fn what_is_denied_as_a_whole_has_no_rows() {
    let denied = |caller: Value, context: Value, of: Value| {
        let answer = ask(&policy(), caller, context, of);
        format!("{} {}", answer["layer"].as_str().unwrap_or_default(), answer["reason"].as_str().unwrap_or_default())
    };
    let with = |member: &str, value: &str| {
        let mut caller = eve();
        caller[member] = value.into();
        caller
    };
    let all = json!({"kind": "all"});
    assert_eq!(denied(with("user", "max"), context(), all.clone()), "caller access-disabled");
    assert_eq!(denied(with("workspace", "yard"), context(), all.clone()), "caller unknown-workspace");
    assert_eq!(denied(with("space", "attic"), context(), all.clone()), "caller unknown-space");
    assert_eq!(denied(json!({}), context(), all.clone()), "caller invalid-request");
    assert_eq!(denied(eve(), context(), json!({"kind": "all", "server": "queue"})), "caller invalid-request");
    let stale = json!({"now": "2026-11-20T12:00:00Z", "snapshot": {"confirmedAt": "2026-11-20T11:59:58.999Z", "maxAgeSeconds": 1}});
    assert_eq!(denied(eve(), stale, all), "caller policy-stale");
    assert_eq!(denied(eve(), context(), json!({"kind": "server", "server": "other"})), "existence unknown-server");
    let other = json!({"kind": "virtual-server", "virtualServer": "other"});
    assert_eq!(denied(eve(), context(), other), "existence unknown-virtual-server");
}

#[test]
fn a_row_is_the_decision() {
    let policy = policy();
    let answer = ask(&policy, eve(), context(), json!({"kind": "all"}));
    let rows = answer["rows"].as_array().cloned().unwrap_or_default();
    assert_eq!(rows.len(), 6);
    for row in rows {
        let target = match row["virtualServer"].as_str() {
            Some(id) => {
                json!({"kind": "virtual-tool", "virtualServer": id, "tool": row["as"].as_str().or(row["tool"].as_str())})
            }
            None => json!({"kind": "tool", "server": row["server"], "tool": row["tool"]}),
        };
        let request = json!({"action": "tool.list", "caller": eve(), "target": target, "context": context()});
        let decision = decide(&policy, &request.to_string());
        for member in ["outcome", "reason", "layer"] {
            assert_eq!(row[member], decision[member], "{row}");
        }
    }
}
