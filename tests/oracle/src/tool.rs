//! Layer 9, `tool`: K-3, K-5, K-6, K-9, I-5, I-6.

use crate::catalog::owners_of_address;
use crate::cause::{Cause, in_order, locked};
use crate::settings::floors;
use crate::situation::{Found, Situation};
use crate::tree::{items, rank, text};
use crate::verdict::{Verdict, deny, deny_by_platform};
use serde_json::Value;

/// Layer 9.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let observed = observed_tools(situation, found);
    let name = found.tool.unwrap_or_default();
    let Some(tool) = tool_of(found) else {
        return deny("unknown-tool");
    };
    if observed.is_some_and(|tools| tools[name].is_null()) {
        return deny("unknown-tool");
    }
    if !is_approved(situation.policy, found, name) {
        return deny_by_platform("tool-not-approved");
    }
    if tool["enabled"] != true {
        return deny("tool-disabled");
    }
    let pinned = !tool["accepted"].is_null();
    if pinned && observed.is_some_and(|tools| tools[name] != tool["accepted"]) {
        return deny("tool-changed");
    }
    let causes = floors_of_value(situation, found, tool, "deny");
    if causes.is_empty() { Verdict::Pass } else { Verdict::Deny(locked(situation.policy, "approval-floor", causes)) }
}

/// The document's record of the tool.
pub(crate) fn tool_of<'a>(found: &Found<'a>) -> Option<&'a Value> {
    let name = found.tool?;
    items(&found.server?["tools"]).into_iter().find(|tool| tool["name"] == name)
}

/// What the host has just read from the server, where it has looked.
pub(crate) fn observed_tools<'a>(situation: &Situation<'a>, found: &Found<'_>) -> Option<&'a Value> {
    let observed = &situation.context()["observed"][text(found.server?, "id")];
    observed.is_object().then_some(observed)
}

/// I-5: in the catalogue and not off. A custom server on integrations' addresses is held to those by name (I-6): one that has it
/// as off closes it, and one at least has it.
fn is_approved(policy: &Value, found: &Found<'_>, name: &str) -> bool {
    let entries = match found.integration {
        Some(integration) => vec![integration],
        None => owners_of_address(policy, found),
    };
    let known: Vec<&Value> = entries.iter().filter_map(|entry| entry_of_tool(entry, name)).collect();
    entries.is_empty() || !known.is_empty() && known.iter().all(|tool| tool["approved"] == true)
}

fn entry_of_tool<'a>(integration: &'a Value, name: &str) -> Option<&'a Value> {
    items(&integration["tools"]).into_iter().find(|tool| tool["name"] == name)
}

/// A tool's label (K-6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Write,
    /// By the catalogue.
    Read,
    /// By an administrator, of whom a floor of `write` from higher up isn't convinced.
    ReadByAdministrator,
    None,
}

/// K-6. The catalogue counts for a server of an integration alone.
pub(crate) fn label_of(found: &Found<'_>, tool: &Value) -> Label {
    let catalogue = found.integration.and_then(|entry| entry_of_tool(entry, text(tool, "name"))).unwrap_or(&Value::Null);
    if catalogue["label"] == "write" || tool["label"] == "write" || tool["hint"] == "write" {
        Label::Write
    } else if catalogue["label"] == "read" {
        Label::Read
    } else if tool["label"] == "read" {
        Label::ReadByAdministrator
    } else {
        Label::None
    }
}

/// The floors of one value that hold the tool on the path (K-5, K-6), in S-4's order.
pub(crate) fn floors_of_value(situation: &Situation<'_>, found: &Found<'_>, tool: &Value, wanted: &str) -> Vec<Cause> {
    let path = situation.path();
    let label = label_of(found, tool);
    let scope = found.server.map(|server| text(server, "scope")).unwrap_or_default();
    let label_authority = tool["labelAuthority"].as_str().unwrap_or(scope);
    let mut causes = Vec::new();
    for (value, cause) in floors(&path, "read") {
        if value == wanted && label != Label::Write {
            causes.push(cause);
        }
    }
    for (value, cause) in floors(&path, "write") {
        let holds = match label {
            Label::Write | Label::None => true,
            Label::Read => false,
            Label::ReadByAdministrator => rank(&path, &cause.authority) < rank(&path, label_authority),
        };
        if value == wanted && holds {
            causes.push(cause);
        }
    }
    in_order(&path, causes)
}
