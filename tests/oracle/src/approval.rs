//! Layer 11, `approval`: K-4, K-5, K-7.

use crate::cause::locked;
use crate::situation::{Found, Situation};
use crate::space::is_of_workspace;
use crate::time;
use crate::tool::{Label, floors_of_value, label_of, observed_tools, tool_of};
use crate::tree::{by_id, text};
use crate::verdict::{Finding, Verdict};
use serde_json::Value;

/// Layer 11 for a tool that the document holds. A `deny` floor is layer 9's; here `ask` floors alone count.
pub(crate) fn layer(situation: &Situation<'_>, found: &Found<'_>) -> Verdict {
    let Some(tool) = tool_of(found) else {
        return Verdict::Pass;
    };
    let by_mode = mode_asks(situation.policy, found, tool);
    let floors = floors_of_value(situation, found, tool, "ask");
    if !by_mode && floors.is_empty() {
        return Verdict::Pass;
    }
    if situation.action() == "tool.call" && approval_matches(situation, found, tool) {
        return Verdict::Approved;
    }
    // The lock is the floors', where it was they that raised the mode.
    let finding = |reason| {
        if by_mode { Finding::plain(reason) } else { locked(situation.policy, reason, floors) }
    };
    if situation.context()["canAsk"] == true {
        Verdict::Ask(finding("approval-required"))
    } else {
        Verdict::Deny(finding("approval-unavailable"))
    }
}

/// K-4: an explicit mode as it is; `default` is the platform's for the label, unlabelled at least as strict as write.
pub(crate) fn mode_asks(policy: &Value, found: &Found<'_>, tool: &Value) -> bool {
    let platform = &policy["platform"]["approval"];
    let asks = |label: &str, absent: &str| platform[label].as_str().unwrap_or(absent) == "ask";
    match text(tool, "approval") {
        "ask" => true,
        "auto" => false,
        _ => match label_of(found, tool) {
            Label::Write => asks("write", "ask"),
            Label::Read | Label::ReadByAdministrator => asks("read", "auto"),
            Label::None => asks("unlabelled", "ask") || asks("write", "ask"),
        },
    }
}

/// K-7: everything that the approval names is the call's, and it hasn't expired.
fn approval_matches(situation: &Situation<'_>, found: &Found<'_>, tool: &Value) -> bool {
    let invocation = &situation.context()["invocation"];
    let approval = &invocation["approval"];
    let (Some(caller), Some(server)) = (situation.caller(), found.server) else {
        return false;
    };
    let observed = observed_tools(situation, found).map_or(&Value::Null, |tools| &tools[text(tool, "name")]);
    let definition = if observed.is_null() { &tool["accepted"] } else { observed };
    // what isn't there confirms nothing.
    let there = |member: &str, known: &dyn Fn(&str) -> bool| caller[member].as_str().is_none_or(known);
    approval.is_object()
        && there("space", &|space| is_of_workspace(situation, space))
        && there("agent", &|agent| by_id(&situation.policy["agents"], agent).is_some())
        && !invocation["id"].is_null()
        && !invocation["argumentsDigest"].is_null()
        && approval["invocation"] == invocation["id"]
        && approval["argumentsDigest"] == invocation["argumentsDigest"]
        && ["user", "workspace", "agent", "space"].into_iter().all(|member| approval[member] == caller[member])
        && approval["server"] == server["id"]
        && approval["tool"] == tool["name"]
        && approval["definition"] == *definition
        && time::millis(text(approval, "expiresAt")).is_some_and(|expiry| situation.now() < expiry)
}
