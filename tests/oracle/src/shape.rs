//! The shape of a request and of a list's question (contract 1 and 3): closed objects, ids, times, digests, limits.

use crate::time;
use crate::tree::text;
use serde_json::Value;

/// Bytes of an id, of a tool's name, of an address, of any other text; entries of `observed` for one server; servers.
const MAX_ID: usize = 128;
const MAX_TOOL: usize = 1024;
const MAX_ADDRESS: usize = 4096;
const MAX_TEXT: usize = 16 * 1024;
const MAX_TOOLS: usize = 4096;
const MAX_SERVERS: usize = 4_000_000;

/// The actions that there are (contract 3).
const ACTIONS: [&str; 8] = [
    "tool.call",
    "tool.list",
    "server.contact",
    "server.authorize",
    "server.register",
    "integration.connect",
    "space.assign",
    "virtual-server.connect",
];

/// Whether an action is one.
pub(crate) fn action_is_known(action: &str) -> bool {
    ACTIONS.contains(&action)
}

/// Whether a request fits the contract's table. An unknown action's target isn't looked at.
pub(crate) fn request_fits(request: &Value) -> bool {
    let Some(action) = request["action"].as_str() else {
        return false;
    };
    let caller = &request["caller"];
    closed(request, &["action", "caller", "target", "context"])
        && action.len() <= MAX_TEXT
        && (caller.is_null() || caller_fits(caller))
        && context_fits(&request["context"])
        && (!action_is_known(action) || caller_is_there(action, caller) && target_fits(action, &request["target"]))
}

/// Whether a list's question fits.
pub(crate) fn question_fits(question: &Value) -> bool {
    let of = &question["of"];
    let of_fits = match text(of, "kind") {
        "all" => closed(of, &["kind"]),
        "server" => closed(of, &["kind", "server"]) && is_id(&of["server"]),
        "virtual-server" => closed(of, &["kind", "virtualServer"]) && is_id(&of["virtualServer"]),
        _ => false,
    };
    closed(question, &["caller", "context", "of"]) && caller_fits(&question["caller"]) && context_fits(&question["context"]) && of_fits
}

fn caller_is_there(action: &str, caller: &Value) -> bool {
    match action {
        "server.contact" => true,
        "space.assign" => !caller["space"].is_null(),
        _ => !caller.is_null(),
    }
}

fn caller_fits(caller: &Value) -> bool {
    let credential = &caller["credential"];
    let credential_fits = match text(credential, "kind") {
        "platform" => closed(credential, &["kind"]),
        "token" => closed(credential, &["kind", "token"]) && is_id(&credential["token"]),
        _ => false,
    };
    closed(caller, &["user", "credential", "workspace", "agent", "space"])
        && is_id(&caller["user"])
        && credential_fits
        && is_id(&caller["workspace"])
        && absent_or(&caller["agent"], is_id)
        && absent_or(&caller["space"], is_id)
}

fn target_fits(action: &str, target: &Value) -> bool {
    match (action, text(target, "kind")) {
        ("tool.call" | "tool.list", "tool") => {
            closed(target, &["kind", "server", "tool"]) && is_id(&target["server"]) && is_text(&target["tool"], MAX_TOOL)
        }
        ("tool.call" | "tool.list", "virtual-tool") => {
            closed(target, &["kind", "virtualServer", "tool"]) && is_id(&target["virtualServer"]) && is_text(&target["tool"], MAX_TOOL)
        }
        ("server.contact", "server") => {
            closed(target, &["kind", "server", "address"])
                && is_id(&target["server"])
                && absent_or(&target["address"], |address| is_text(address, MAX_ADDRESS))
        }
        ("server.authorize" | "space.assign", "server") => closed(target, &["kind", "server"]) && is_id(&target["server"]),
        ("server.register", "registration") => {
            closed(target, &["kind", "source", "address", "visibility"])
                && source_fits(&target["source"])
                && is_text(&target["address"], MAX_ADDRESS)
                && (target["visibility"] == "private" || target["visibility"] == "shared")
        }
        ("integration.connect", "integration") => closed(target, &["kind", "integration"]) && is_id(&target["integration"]),
        ("virtual-server.connect", "virtual-server") => closed(target, &["kind", "virtualServer"]) && is_id(&target["virtualServer"]),
        _ => false,
    }
}

pub(crate) fn source_fits(source: &Value) -> bool {
    match text(source, "kind") {
        "custom" => closed(source, &["kind"]),
        "integration" => closed(source, &["kind", "integration"]) && is_id(&source["integration"]),
        _ => false,
    }
}

fn context_fits(context: &Value) -> bool {
    closed(context, &["now", "snapshot", "downstream", "observed", "canAsk", "invocation"])
        && is_time(&context["now"])
        && absent_or(&context["snapshot"], |snapshot| {
            closed(snapshot, &["confirmedAt", "maxAgeSeconds"])
                && is_time(&snapshot["confirmedAt"])
                && snapshot["maxAgeSeconds"].as_i64().is_some_and(|seconds| seconds >= 0)
        })
        && absent_or(&context["downstream"], |downstream| {
            is_map(downstream, MAX_SERVERS, id_is_valid, |state| matches!(state.as_str(), Some("ready" | "pending" | "expired" | "error")))
        })
        && absent_or(&context["observed"], |observed| {
            is_map(observed, MAX_SERVERS, id_is_valid, |tools| is_map(tools, MAX_TOOLS, |tool| tool.len() <= MAX_TOOL, is_digest))
        })
        && absent_or(&context["canAsk"], Value::is_boolean)
        && absent_or(&context["invocation"], invocation_fits)
}

fn invocation_fits(invocation: &Value) -> bool {
    closed(invocation, &["id", "argumentsDigest", "approval"])
        && absent_or(&invocation["id"], is_id)
        && absent_or(&invocation["argumentsDigest"], is_digest)
        && absent_or(&invocation["approval"], approval_fits)
}

fn approval_fits(approval: &Value) -> bool {
    closed(
        approval,
        &["invocation", "user", "workspace", "agent", "space", "server", "tool", "definition", "argumentsDigest", "revision", "expiresAt"],
    ) && ["invocation", "user", "workspace", "server"].into_iter().all(|member| is_id(&approval[member]))
        && absent_or(&approval["agent"], is_id)
        && absent_or(&approval["space"], is_id)
        && is_text(&approval["tool"], MAX_TOOL)
        && absent_or(&approval["definition"], is_digest)
        && is_digest(&approval["argumentsDigest"])
        && approval["revision"].as_i64().is_some_and(|revision| revision >= 1)
        && is_time(&approval["expiresAt"])
}

/// An object with none but these members.
fn closed(value: &Value, members: &[&str]) -> bool {
    value.as_object().is_some_and(|object| object.keys().all(|key| members.contains(&key.as_str())))
}

fn absent_or(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.is_null() || fits(value)
}

fn is_map(value: &Value, most: usize, key_fits: impl Fn(&str) -> bool, value_fits: impl Fn(&Value) -> bool) -> bool {
    value.as_object().is_some_and(|object| object.len() <= most && object.iter().all(|(key, value)| key_fits(key) && value_fits(value)))
}

pub(crate) fn is_text(value: &Value, most: usize) -> bool {
    value.as_str().is_some_and(|text| text.len() <= most)
}

pub(crate) fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| time::millis(text).is_some())
}

pub(crate) fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(id_is_valid)
}

pub(crate) fn id_is_valid(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && !id.chars().any(|c| c.is_control() || is_bidi_control(c))
        && !id.starts_with(char::is_whitespace)
        && !id.ends_with(char::is_whitespace)
}

/// Unicode's Bidi_Control.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(crate) fn is_digest(value: &Value) -> bool {
    value
        .as_str()
        .and_then(|text| text.strip_prefix("sha256:"))
        .is_some_and(|digits| digits.len() == 64 && digits.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)))
}
