//! Every layer's verdict on one request, and what would unlock it (contract 3, L-10).

use crate::cause::each_once;
use crate::decide::{LAYERS, decide_read, invalid_request, later_layers, read_request, verdict};
use crate::situation::{Found, Situation};
use crate::tree::{administers, belongs, by_id, label_of_level, path, text};
use crate::verdict::{Finding, Verdict};
use crate::{agent, caller, existence, scope_policy, shape, tool};
use serde_json::{Value, json};

/// One layer in an explanation: a verdict's name, and why.
struct Row {
    verdict: &'static str,
    finding: Option<Finding>,
}

/// Explains a request, given as text, to an actor. Who administers the caller's workspace or above gets `decision`, `layers` and
/// `unlock`; the caller `decision` alone, as a user sees it; to anybody else the caller is unknown.
pub fn explain(policy: &Value, request_text: &str, actor: &str) -> Value {
    let Some(request) = read_request(request_text) else {
        // Nothing could be read, so there is nothing that somebody mustn't see.
        let mut rows = all("not-reached");
        rows[0] = Row { verdict: "deny", finding: Some(Finding::plain("invalid-request")) };
        return explanation(policy, &invalid_request(), &rows);
    };
    let mut situation = Situation { policy, request: &request, withholds: false };
    if administers_it(&situation, actor) {
        situation.withholds = !administers_root(policy, actor);
        return explanation(policy, &decide_read(&situation), &rows(&situation));
    }
    if situation.caller().is_some_and(|caller| caller["user"] == actor) {
        return json!({"decision": for_user(&decide_read(&situation))});
    }
    json!({"decision": {"outcome": "deny", "reason": "unknown-user", "layer": "caller"}})
}

/// An administrator of the caller's workspace or above; without a caller, of the server's scope or above, and where that
/// server isn't there, or the action unknown, of the root. One who doesn't administer the root gets this of callers
/// who exist for them, and of themselves.
fn administers_it(situation: &Situation<'_>, actor: &str) -> bool {
    let policy = situation.policy;
    let mut path = situation.path();
    // The target of an action that nobody knows names nothing.
    if situation.caller().is_none() && (path.is_empty() || !shape::action_is_known(situation.action())) {
        path = root(policy);
    }
    let knows_caller = situation.caller().is_none_or(|caller| {
        let exists = situation.user().is_some_and(|user| exists_for(policy, user, actor));
        exists || caller["user"] == actor || administers_root(policy, actor)
    });
    knows_caller && by_id(&policy["users"], actor).is_some_and(|actor| administers(actor, &path))
}

/// P-12: a user exists for administrators of a scope that the user belongs to or administers, either also through one above.
fn exists_for(policy: &Value, user: &Value, actor: &str) -> bool {
    let Some(actor) = by_id(&policy["users"], actor) else { return false };
    let scopes = policy["scopes"].as_array().into_iter().flatten().map(|scope| path(policy, text(scope, "id")));
    scopes.into_iter().any(|scope| (belongs(user, &scope) || administers(user, &scope)) && administers(actor, &scope))
}

fn root(policy: &Value) -> Vec<&Value> {
    policy["scopes"].as_array().into_iter().flatten().filter(|scope| scope["parent"].is_null()).collect()
}

fn administers_root(policy: &Value, actor: &str) -> bool {
    by_id(&policy["users"], actor).is_some_and(|actor| administers(actor, &root(policy)))
}

/// `forUser` without its message (contract 3).
fn for_user(decision: &Value) -> Value {
    let mut seen = json!({});
    for member in ["outcome", "reason", "layer"] {
        if !decision[member].is_null() {
            seen[member] = decision[member].clone();
        }
    }
    if !decision["lock"].is_null() {
        seen["badge"] = decision["lock"]["badge"].clone();
    }
    seen
}

fn explanation(policy: &Value, decision: &Value, rows: &[Row]) -> Value {
    json!({"decision": decision, "layers": layers(rows), "unlock": unlock(policy, rows)})
}

fn layers(rows: &[Row]) -> Vec<Value> {
    LAYERS
        .iter()
        .zip(rows)
        .map(|(layer, row)| {
            let mut shown = json!({"layer": layer, "verdict": row.verdict});
            if let Some(finding) = &row.finding {
                shown["reason"] = finding.reason.into();
                for (member, value) in [("source", &finding.source), ("lock", &finding.lock)] {
                    if let Some(value) = value {
                        shown[member] = value.clone();
                    }
                }
            }
            shown
        })
        .collect()
}

/// Every cause of every layer that denies or asks, each once, in the order of layers and inside each in S-4's. In layer 5 that is
/// every code that denies, not the deciding one alone (S-4).
fn unlock(policy: &Value, rows: &[Row]) -> Vec<Value> {
    let causes = rows.iter().filter_map(|row| row.finding.as_ref()).flat_map(|finding| finding.causes.clone()).collect();
    each_once(causes)
        .into_iter()
        .map(|cause| {
            json!({"setting": cause.setting, "at": cause.at, "authority": cause.authority,
                   "who": who(policy, &cause.authority)})
        })
        .collect()
}

/// Who can lift a cause: the label of the authority's level, and the name of its scope.
fn who(policy: &Value, authority: &str) -> String {
    let scope = by_id(&policy["scopes"], authority).unwrap_or(&Value::Null);
    let label = label_of_level(policy, text(scope, "level"));
    format!("{label} {}", text(scope, "name"))
}

fn all(verdict: &'static str) -> Vec<Row> {
    LAYERS.iter().map(|_| Row { verdict, finding: None }).collect()
}

fn row(verdict: Verdict) -> Row {
    match verdict {
        Verdict::Pass | Verdict::Approved => Row { verdict: "pass", finding: None },
        Verdict::Ask(finding) => Row { verdict: "ask", finding: Some(finding) },
        Verdict::Deny(finding) => Row { verdict: "deny", finding: Some(finding) },
    }
}

/// The eleven rows, in order.
fn rows(situation: &Situation<'_>) -> Vec<Row> {
    let mut rows = all("not-reached");
    rows[0] = row(caller::layer(situation));
    if !shape::action_is_known(situation.action()) {
        return rows;
    }
    let applicable = later_layers(situation);
    let known = is_known(situation);
    let found = existence::layer(situation);
    if known {
        rows[1] = match &found {
            Ok(_) => row(Verdict::Pass),
            Err(reason) => row(Verdict::Deny(Finding::plain(reason))),
        };
    }
    for (row_of_layer, layer) in rows.iter_mut().zip(LAYERS).skip(2) {
        *row_of_layer = match &found {
            _ if !applicable.contains(&layer) => Row { verdict: "not-applicable", finding: None },
            _ if !known => Row { verdict: "not-reached", finding: None },
            Ok(found) => with_target(situation, found, layer),
            Err(_) => without_target(situation, layer),
        };
    }
    rows
}

/// Whether the workspace and the user are known, so that the later layers can be read. The host stands for a private server's
/// owner, and has no user to ask for on any other.
fn is_known(situation: &Situation<'_>) -> bool {
    let policy = situation.policy;
    match situation.caller() {
        Some(caller) => situation.user().is_some_and(|user| caller::works_in(policy, user, text(caller, "workspace"))),
        None => {
            let Some(server) = by_id(&policy["servers"], text(situation.target(), "server")) else {
                return true;
            };
            let scope = text(server, "scope");
            existence::counts_as_shared(&path(policy, scope), server)
                || by_id(&policy["users"], text(server, "owner")).is_some_and(|owner| caller::works_in(policy, owner, scope))
        }
    }
}

fn with_target(situation: &Situation<'_>, found: &Found<'_>, layer: &str) -> Row {
    // A tool that the document doesn't hold has no mode that could ask.
    if layer == "approval" && tool::tool_of(found).is_none() {
        return Row { verdict: "not-reached", finding: None };
    }
    row(verdict(situation, found, layer))
}

/// After layer 2 denies: `stopped` and `agent-required` need no target, all else does.
fn without_target(situation: &Situation<'_>, layer: &str) -> Row {
    let denied = match layer {
        "scope-policy" => row(scope_policy::stopped(situation)),
        "agent" if agent::is_missing(situation) => row(crate::verdict::deny("agent-required")),
        _ => row(Verdict::Pass),
    };
    if denied.verdict == "deny" { denied } else { Row { verdict: "not-reached", finding: None } }
}
