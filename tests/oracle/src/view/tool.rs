//! A tool on a server's page (K-3 to K-6, K-9, K-10, L-2).

use super::control::Choice;
use super::server::Page;
use crate::existence::of_server;
use crate::situation::{Found, Situation};
use crate::tool::{Label, floors_of_value, label_of};
use crate::tree::{items, text};
use crate::verdict::Verdict;
use serde_json::{Value, json};

/// Of modes and floors the stricter comes later (K-5).
const STRICTNESS: [&str; 3] = ["auto", "ask", "deny"];

pub(super) fn row(page: &Page<'_>, tool: &Value) -> Value {
    let name = text(tool, "name");
    let mut row = json!({"tool": name, "pinned": !tool["accepted"].is_null(), "mode": tool["approval"]});
    let place = page.path.last().map(|scope| scope["id"].clone()).unwrap_or_default();
    let request = json!({"action": "tool.call", "caller": {"workspace": place}});
    let situation = Situation { policy: page.look.policy, request: &request, withholds: false };
    let found = Found { tool: Some(name), ..of_server(&situation, page.server) };
    match label_of(&found, tool) {
        Label::Write => row["label"] = "write".into(),
        Label::Read | Label::ReadByAdministrator => row["label"] = "read".into(),
        Label::None => {}
    }
    let stock = items(&found.integration.unwrap_or(&Value::Null)["tools"]);
    if stock.into_iter().any(|known| known["name"] == name && known["sensitive"] == true) {
        row["sensitive"] = true.into();
    }
    let mode = if crate::approval::mode_asks(page.look.policy, &found, tool) { "ask" } else { "auto" };
    let mut effective = mode;
    for value in ["ask", "deny"] {
        let holding = floors_of_value(&situation, &found, tool, value);
        if !holding.is_empty() {
            row["floor"] = json!({"value": value, "lock": page.look.lock(holding, &page.path)});
            if strictness(value) > strictness(mode) {
                row["overruled"] = true.into();
                effective = value;
            }
        }
    }
    outcome(page, name, &mut row);
    if page.keeper {
        row["controls"] = controls(page, tool, effective);
    }
    row
}

fn strictness(value: &str) -> Option<usize> {
    STRICTNESS.iter().position(|known| *known == value)
}

/// Layers 3 to 6, 9 and 11.
fn outcome(page: &Page<'_>, name: &str, row: &mut Value) {
    let mut say = |outcome: &str, reason: &str, layer: &str| {
        row["outcome"] = outcome.into();
        row["reason"] = reason.into();
        if !layer.is_empty() {
            row["layer"] = layer.into();
        }
    };
    if let Some((layer, finding)) = page.closed() {
        return say("deny", finding.reason, layer);
    }
    for layer in ["tool", "approval"] {
        match page.verdict(layer, Some(name)) {
            Verdict::Deny(finding) => return say("deny", finding.reason, layer),
            Verdict::Ask(finding) => return say("ask", finding.reason, layer),
            Verdict::Pass | Verdict::Approved => {}
        }
    }
    say("allow", "allowed", "");
}

fn controls(page: &Page<'_>, tool: &Value, effective: &str) -> Value {
    let name = text(tool, "name");
    let set = |member: &str, value: Value| json!({"kind": "set-tool", "server": page.server["id"], "tool": name, member: value});
    let enabled = tool["enabled"] == true;
    let modes = ["default", "ask", "auto"].into_iter().filter(|mode| tool["approval"] != *mode);
    let mut approval = page.control(tool["approval"].clone(), modes.map(|mode| Choice::new(mode, set("approval", mode.into()))).collect());
    approval["effective"] = effective.into();
    let own = tool["label"].as_str().unwrap_or("none");
    let labels = ["read", "write", "none"].into_iter().filter(|label| *label != own).map(|label| {
        let sent = if label == "none" { Value::Null } else { label.into() };
        Choice::new(label, set("label", sent))
    });
    let accept = json!({"kind": "accept-tool", "server": page.server["id"], "tool": name});
    let digest = format!("sha256:{}", "0".repeat(64));
    json!({"enabled": page.control(enabled, vec![Choice::new(!enabled, set("enabled", (!enabled).into()))]),
           "approval": approval,
           "label": page.control(own, labels.collect()),
           "accept": page.control(!tool["accepted"].is_null(), vec![Choice::new(true, accept).filled("digest", digest.into())])})
}
