//! Explanations: every layer, to whom, and what unlocks (contract 3, L-10).
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value gives null where nothing is")]

mod common;

use common::{context, eve, policy};
use lockstep_oracle::{decide, explain};
use serde_json::{Value, json};

fn call(caller: Value, server: &str, tool: &str) -> String {
    let target = json!({"kind": "tool", "server": server, "tool": tool});
    json!({"action": "tool.call", "caller": caller, "target": target, "context": context()}).to_string()
}

/// The rows as `verdict` or `verdict:reason`, in the order of the layers.
fn short(explanation: &Value) -> Vec<String> {
    let rows = explanation["layers"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| {
            let verdict = row["verdict"].as_str().unwrap_or_default();
            row["reason"].as_str().map_or(verdict.to_owned(), |reason| format!("{verdict}:{reason}"))
        })
        .collect()
}

#[test]
fn every_layer_is_shown_whatever_denied_first() {
    let mut policy = policy();
    policy["scopes"][1]["settings"] = json!({"all": "off", "integrations": {"tickets": "off"}});
    policy["servers"][1]["switch"] = "off".into();
    let request = call(eve(), "queue", "find");
    let given = explain(&policy, &request, "max");
    assert_eq!(given["decision"], decide(&policy, &request));
    let wanted = [
        "pass",
        "pass",
        "pass",
        "pass",
        "deny:stopped",
        "deny:server-switched-off",
        "pass",
        "pass",
        "pass",
        "pass",
        "ask:approval-required",
    ];
    assert_eq!(short(&given), wanted);
    let unlock = json!([{"setting": "all", "at": "baker", "authority": "baker", "who": "Tenant Baker"},
                        {"setting": "integration/tickets", "at": "baker", "authority": "baker", "who": "Tenant Baker"},
                        {"setting": "floor/read", "at": "north", "authority": "north", "who": "MSP North"}]);
    assert_eq!(given["unlock"], unlock);
    assert_eq!(given["layers"][4]["lock"], given["decision"]["lock"]);
    assert_eq!(given["layers"][4]["source"], json!({"level": "tenant", "scope": "baker", "name": "Baker"}));
}

#[test]
fn the_caller_sees_the_users_decision_and_others_nothing() {
    let mut policy = policy();
    policy["scopes"][1]["settings"] = json!({"all": "off"});
    let request = call(eve(), "queue", "find");
    let decision = json!({"outcome": "deny", "reason": "stopped", "layer": "scope-policy", "badge": "Locked by Tenant"});
    assert_eq!(explain(&policy, &request, "eve"), json!({"decision": decision}));
    policy["users"][1]["administers"] = json!(["yard"]);
    let unknown = json!({"decision": {"outcome": "deny", "reason": "unknown-user", "layer": "caller"}});
    assert_eq!(explain(&policy, &request, "max"), unknown);
    assert_eq!(explain(&policy, &request, "nobody"), unknown);
}

#[test]
fn after_layer_1_what_is_known_is_evaluated() {
    let mut policy = policy();
    policy["users"][0]["access"] = "disabled".into();
    let given = explain(&policy, &call(eve(), "queue", "close"), "max");
    let wanted = [
        "deny:access-disabled",
        "pass",
        "pass",
        "pass",
        "pass",
        "pass",
        "pass",
        "pass",
        "deny:tool-disabled",
        "pass",
        "ask:approval-required",
    ];
    assert_eq!(short(&given), wanted);

    let mut caller = eve();
    caller["workspace"] = "yard".into();
    let given = explain(&policy, &call(caller, "queue", "close"), "max");
    let mut wanted = vec!["deny:access-disabled"];
    wanted.extend(["not-reached"; 10]);
    assert_eq!(short(&given), wanted);
}

#[test]
fn after_layer_2_only_what_needs_no_target_is_shown() {
    let mut policy = policy();
    let rows = |policy: &Value, caller: &Value| short(&explain(policy, &call(caller.clone(), "other", "x"), "max"));
    let mut wanted = vec!["pass", "deny:unknown-server"];
    wanted.extend(["not-reached"; 9]);
    assert_eq!(rows(&policy, &eve()), wanted);
    policy["scopes"][0]["settings"]["all"] = "off".into();
    let without_agent = json!({"user": "eve", "credential": {"kind": "platform"}, "workspace": "shop"});
    wanted[4] = "deny:stopped";
    wanted[6] = "deny:agent-required";
    assert_eq!(rows(&policy, &without_agent), wanted);
}

#[test]
fn an_action_has_its_own_layers() {
    let policy = policy();
    let request = json!({"action": "integration.connect", "caller": eve(), "context": context(),
                         "target": {"kind": "integration", "integration": "tickets"}});
    let mut wanted = vec!["pass", "pass", "not-applicable", "pass", "pass"];
    wanted.extend(["not-applicable"; 6]);
    assert_eq!(short(&explain(&policy, &request.to_string(), "max")), wanted);

    let request = json!({"action": "server.contact", "context": context(), "target": {"kind": "server", "server": "notes"}});
    let mut wanted = vec!["pass"; 6];
    wanted.extend(["not-applicable"; 5]);
    assert_eq!(short(&explain(&policy, &request.to_string(), "max")), wanted);

    let request = json!({"action": "tool.shout", "caller": eve(), "context": context()});
    let mut wanted = vec!["deny:unknown-action"];
    wanted.extend(["not-reached"; 10]);
    assert_eq!(short(&explain(&policy, &request.to_string(), "max")), wanted);
    let mut wanted = vec!["deny:invalid-request"];
    wanted.extend(["not-reached"; 10]);
    assert_eq!(short(&explain(&policy, "{", "max")), wanted);
}

#[test]
fn a_tool_that_the_document_lacks_has_no_mode() {
    let given = explain(&policy(), &call(eve(), "queue", "nothing"), "max");
    let wanted = ["pass", "pass", "pass", "pass", "pass", "pass", "pass", "pass", "deny:unknown-tool", "pass", "not-reached"];
    assert_eq!(short(&given), wanted);
}

#[test]
fn unlock_holds_the_causes_of_every_code_of_layer_5() {
    let mut policy = policy();
    policy["catalog"][0]["origins"] = json!(["https://notes.example.com/mcp"]);
    policy["scopes"][1]["settings"] = json!({"integrations": {"tickets": "off"}, "custom": {"use": "off"}});
    policy["scopes"][1]["imposed"] = json!({"north": {"integrations": {"tickets": "off"}}});
    policy["scopes"][2]["settings"] = json!({"newIntegrations": "off", "all": "off"});
    let cause =
        |setting: &str, at: &str, authority: &str, who: &str| json!({"setting": setting, "at": at, "authority": authority, "who": who});
    // S-4: authority first, then L-1's order of the codes, then place and setting.
    let wanted = json!([
        cause("integration/tickets", "baker", "north", "MSP North"),
        cause("custom/use", "baker", "baker", "Tenant Baker"),
        cause("integration/tickets", "baker", "baker", "Tenant Baker"),
        cause("all", "shop", "shop", "Workspace Shop"),
        cause("new-integrations", "shop", "shop", "Workspace Shop"),
        cause("floor/read", "north", "north", "MSP North"),
    ]);
    let request = call(eve(), "notes", "write");
    let given = explain(&policy, &request, "max");
    assert_eq!(given["unlock"], wanted);
    // The row keeps the lock of the code that decides, its own causes alone.
    assert_eq!(given["layers"][4]["reason"], "origin-locked");
    assert_eq!(given["layers"][4]["lock"]["causes"].as_array().map(Vec::len), Some(3));

    // I-6: one that isn't approved decides, without a lock and without a cause; what scopes turned off still denies.
    policy["catalog"][1]["origins"] = json!(["https://notes.example.com/mcp"]);
    let given = explain(&policy, &request, "max");
    assert_eq!(
        given["layers"][4],
        json!({"layer": "scope-policy", "verdict": "deny", "reason": "origin-locked", "source": {"level": "platform"}})
    );
    assert_eq!(given["unlock"], wanted);
}
