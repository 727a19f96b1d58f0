//! The list of tools that a caller sees (contract 3, L-2): one `tool.list` decision after another.

use crate::existence::{counts_as_shared, exposed_name, is_visible, may_connect};
use crate::situation::Situation;
use crate::tree::{by_id, items, text};
use crate::verdict::Verdict;
use crate::{caller, decide, existence, json, shape};
use serde_json::{Value, json};

/// Answers a list's question, given as text: `rows`, or `reason` and `layer` where layer 1 denies the caller as a whole or layer 2
/// denies what `of` names.
pub fn list(policy: &Value, question_text: &str) -> Value {
    let Some(question) = json::read(question_text).filter(shape::question_fits) else {
        return json!({"reason": "invalid-request", "layer": "caller"});
    };
    let named = request(&question, whole(policy, &question));
    let asked = Situation { policy, request: &named, withholds: false };
    if let Verdict::Deny(finding) = caller::layer(&asked) {
        return json!({"reason": finding.reason, "layer": "caller"});
    }
    let of_all = question["of"]["kind"] == "all";
    if !of_all && let Err(reason) = existence::layer(&asked) {
        return json!({"reason": reason, "layer": "existence"});
    }
    let mut rows = Vec::new();
    for server in servers(&asked, &question) {
        rows.extend(rows_of_server(&asked, &question, server));
    }
    for virtual_server in virtual_servers(&asked, &question) {
        rows.extend(rows_of_virtual_server(&asked, &question, virtual_server));
    }
    // An absent member reads as empty, so it comes first.
    rows.sort_by_key(|row| ["server", "tool", "virtualServer", "as"].map(|member| text(row, member).to_owned()));
    json!({"rows": rows})
}

/// What the question as a whole is about. For all, a token bound to one virtual server is asked for that one (U-10).
fn whole(policy: &Value, question: &Value) -> Value {
    match bound_to(policy, question) {
        Some(id) if question["of"]["kind"] == "all" => {
            json!({"kind": "virtual-server", "virtualServer": id})
        }
        _ => question["of"].clone(),
    }
}

/// The one virtual server that the caller's token is good for.
fn bound_to<'a>(policy: &'a Value, question: &Value) -> Option<&'a str> {
    let caller = &question["caller"];
    let user = by_id(&policy["users"], text(caller, "user"))?;
    by_id(&user["tokens"], text(&caller["credential"], "token"))?["virtualServer"].as_str()
}

/// A `tool.list` request for a target in the question's place.
fn request(question: &Value, target: Value) -> Value {
    json!({"action": "tool.list", "caller": question["caller"], "target": target, "context": question["context"]})
}

/// The servers whose tools are asked for directly.
fn servers<'a>(asked: &Situation<'a>, question: &Value) -> Vec<&'a Value> {
    let of = &question["of"];
    items(&asked.policy["servers"])
        .into_iter()
        .filter(|server| match text(of, "kind") {
            "all" => bound_to(asked.policy, question).is_none() && is_visible(asked, server),
            "server" => server["id"] == of["server"],
            _ => false,
        })
        .collect()
}

/// The virtual servers whose tools are asked for.
fn virtual_servers<'a>(asked: &Situation<'a>, question: &Value) -> Vec<&'a Value> {
    let of = &question["of"];
    items(&asked.policy["virtualServers"])
        .into_iter()
        .filter(|found| match text(of, "kind") {
            "all" => bound_to(asked.policy, question).is_none_or(|bound| found["id"] == bound) && may_connect(asked, text(found, "id")),
            "virtual-server" => found["id"] == of["virtualServer"],
            _ => false,
        })
        .collect()
}

/// The document's tools; of a server that the host has looked at, exactly those that it saw.
fn rows_of_server(asked: &Situation<'_>, question: &Value, server: &Value) -> Vec<Value> {
    let names: Vec<String> = match observed(question, server).as_object() {
        Some(tools) => tools.keys().cloned().collect(),
        None => items(&server["tools"]).into_iter().map(|tool| text(tool, "name").to_owned()).collect(),
    };
    names
        .into_iter()
        .map(|tool| {
            let target = json!({"kind": "tool", "server": server["id"], "tool": tool});
            row(asked, question, target, json!({"server": server["id"], "tool": tool}))
        })
        .collect()
}

/// The selected tools whose server the caller can see there (V-2, V-7), observed ones alone where the host has looked.
fn rows_of_virtual_server(asked: &Situation<'_>, question: &Value, virtual_server: &Value) -> Vec<Value> {
    let mut rows = Vec::new();
    for selected in items(&virtual_server["tools"]) {
        let Some(server) = by_id(&asked.policy["servers"], text(selected, "server")) else {
            continue;
        };
        let observed = observed(question, server);
        let seen = counts_as_shared(&asked.path(), server) && is_visible(asked, server);
        if !seen || observed.is_object() && observed[text(selected, "tool")].is_null() {
            continue;
        }
        let exposed = exposed_name(selected);
        let target = json!({"kind": "virtual-tool", "virtualServer": virtual_server["id"], "tool": exposed});
        let mut names = json!({"server": server["id"], "virtualServer": virtual_server["id"], "tool": selected["tool"]});
        if selected["tool"] != exposed {
            names["as"] = exposed.into();
        }
        rows.push(row(asked, question, target, names));
    }
    rows
}

fn observed<'q>(question: &'q Value, server: &Value) -> &'q Value {
    &question["context"]["observed"][text(server, "id")]
}

/// A row: the names, and what `tool.list` decides.
fn row(asked: &Situation<'_>, question: &Value, target: Value, names: Value) -> Value {
    let request = request(question, target);
    let decision = decide::decide_read(&Situation { policy: asked.policy, request: &request, withholds: false });
    let mut row = names;
    for member in ["outcome", "reason", "layer"] {
        if !decision[member].is_null() {
            row[member] = decision[member].clone();
        }
    }
    row
}
