//! Layer 1, `caller`.

use crate::existence::counts_as_shared;
use crate::shape::action_is_known;
use crate::situation::Situation;
use crate::time;
use crate::tree::{belongs, by_id, holds, is_workspace, path, text};
use crate::verdict::{Verdict, deny};
use serde_json::Value;

/// Layer 1 of a request that has the right shape.
pub(crate) fn layer(situation: &Situation<'_>) -> Verdict {
    if policy_is_stale(situation) {
        return deny("policy-stale");
    }
    if !action_is_known(situation.action()) {
        return deny("unknown-action");
    }
    let denied = match situation.caller() {
        Some(caller) => of_caller(situation, caller),
        None => of_owner(situation),
    };
    denied.map_or(Verdict::Pass, deny)
}

/// L-7: later than the time at which the host last knew, and the age that it bears.
fn policy_is_stale(situation: &Situation<'_>) -> bool {
    let snapshot = &situation.context()["snapshot"];
    match (time::millis(text(snapshot, "confirmedAt")), snapshot["maxAgeSeconds"].as_i64()) {
        (Some(confirmed), Some(seconds)) => i128::from(situation.now()) > i128::from(confirmed) + i128::from(seconds) * 1000,
        _ => false,
    }
}

fn of_caller(situation: &Situation<'_>, caller: &Value) -> Option<&'static str> {
    let policy = situation.policy;
    if !credential_is_good(situation, caller) {
        return Some("token-inactive");
    }
    let Some(user) = situation.user() else {
        return Some("unknown-user");
    };
    if user["access"] != "enabled" {
        return Some("access-disabled");
    }
    if !works_in(policy, user, text(caller, "workspace")) {
        return Some("unknown-workspace");
    }
    if caller["agent"].as_str().is_some_and(|agent| by_id(&policy["agents"], agent).is_none()) {
        return Some("unknown-agent");
    }
    let workspace = by_id(&policy["scopes"], text(caller, "workspace")).unwrap_or(&Value::Null);
    if caller["space"].as_str().is_some_and(|space| by_id(&workspace["spaces"], space).is_none()) {
        return Some("unknown-space");
    }
    None
}

/// L-1: by the host, a private server has its owner asked, its scope being the workspace.
fn of_owner(situation: &Situation<'_>) -> Option<&'static str> {
    let policy = situation.policy;
    let server = by_id(&policy["servers"], text(situation.target(), "server"))?;
    if counts_as_shared(&situation.path(), server) {
        return None;
    }
    let Some(owner) = by_id(&policy["users"], text(server, "owner")) else {
        return Some("unknown-user");
    };
    if owner["access"] != "enabled" {
        return Some("access-disabled");
    }
    (!works_in(policy, owner, text(server, "scope"))).then_some("unknown-workspace")
}

/// L-8: the scope is a workspace, and the user belongs to it, itself or through a scope above.
pub(crate) fn works_in(policy: &Value, user: &Value, workspace: &str) -> bool {
    let path = path(policy, workspace);
    path.last().is_some_and(|scope| is_workspace(policy, scope)) && belongs(user, &path)
}

/// The platform itself, or an active token of this user for this workspace, agent and target (U-3, U-10).
fn credential_is_good(situation: &Situation<'_>, caller: &Value) -> bool {
    let credential = &caller["credential"];
    if credential["kind"] == "platform" {
        return true;
    }
    let user = situation.user().unwrap_or(&Value::Null);
    let Some(token) = by_id(&user["tokens"], text(credential, "token")) else {
        return false;
    };
    token["revoked"].is_null()
        && time::millis(text(token, "expiresAt")).is_some_and(|expiry| situation.now() < expiry)
        && token["workspace"] == caller["workspace"]
        && token["agent"] == caller["agent"]
        && (token["virtualServer"].is_null() || token["virtualServer"] == situation.target()["virtualServer"])
}

/// Whether an assignment to a server has effect for this user (D-1, D-2, P-12), as K-14 asks.
pub(crate) fn is_assignee_with_effect(policy: &Value, user: &Value, server: &Value) -> bool {
    let eligible = holds(&user["permissions"], "connectors.admin.read") || holds(&user["permissions"], "space.admin.write");
    holds(&server["assignees"], text(user, "id"))
        && server["visibility"] == "shared"
        && eligible
        && crate::tree::access_control(&path(policy, text(server, "scope")))
}
