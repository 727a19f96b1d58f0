//! Layer 2, `existence`: what the request names, as far as it exists for the caller.

use crate::settings::sharing_offs;
use crate::situation::{Found, Situation};
use crate::tree::{administers_root, by_id, items, rank, text};
use serde_json::Value;

/// Layer 2: the target, or the code of what doesn't exist.
pub(crate) fn layer<'a>(situation: &Situation<'a>) -> Result<Found<'a>, &'static str> {
    let target = situation.target();
    match text(target, "kind") {
        "virtual-server" => virtual_server(situation, text(target, "virtualServer")).map(|_| Found::default()),
        "virtual-tool" => virtual_tool(situation),
        "tool" => Ok(Found { tool: target["tool"].as_str(), ..server(situation)? }),
        "server" => server(situation),
        "registration" => registration(situation),
        _ => integration(situation, text(target, "integration")).map(|entry| Found { integration: Some(entry), ..Found::default() }),
    }
}

/// C-7: a custom server counts as shared only where sharing isn't off on the path in question.
pub(crate) fn counts_as_shared(path: &[&Value], server: &Value) -> bool {
    server["visibility"] == "shared" && (server["source"]["kind"] != "custom" || sharing_offs(path).is_empty())
}

/// L-8, C-8: on the path and shared, or the caller's own in that very workspace.
pub(crate) fn is_visible(situation: &Situation<'_>, server: &Value) -> bool {
    let Some(caller) = situation.caller() else {
        return true;
    };
    let path = situation.path();
    if counts_as_shared(&path, server) {
        return rank(&path, text(server, "scope")).is_some();
    }
    server["owner"] == caller["user"] && server["scope"] == caller["workspace"]
}

fn server<'a>(situation: &Situation<'a>) -> Result<Found<'a>, &'static str> {
    let target = situation.target();
    let server = by_id(&situation.policy["servers"], text(target, "server"))
        .filter(|server| is_visible(situation, server))
        .ok_or("unknown-server")?;
    let found = of_server(situation, server);
    Ok(Found { address: target["address"].as_str().or(found.address), ..found })
}

/// What is asked of a registered server, as far as the document holds it.
pub(crate) fn of_server<'a>(situation: &Situation<'a>, server: &'a Value) -> Found<'a> {
    let source = &server["source"];
    Found {
        server: Some(server),
        integration: source["integration"].as_str().and_then(|id| by_id(&situation.policy["catalog"], id)),
        custom: source["kind"] == "custom",
        address: server["address"].as_str(),
        ..Found::default()
    }
}

/// V-1, V-3: published, from the subtree of its scope, and granted connect.
fn virtual_server<'a>(situation: &Situation<'a>, id: &str) -> Result<&'a Value, &'static str> {
    let unknown = "unknown-virtual-server";
    let found = by_id(&situation.policy["virtualServers"], id).ok_or(unknown)?;
    let path = situation.path();
    if found["state"] != "published" || rank(&path, text(found, "scope")).is_none() {
        return Err(unknown);
    }
    // Who works in the subtree belongs to its path or subtree, so no grant of a caller is inert (V-7).
    let user = situation.caller().map(|caller| text(caller, "user")).unwrap_or_default();
    let granted = |grant: &str| items(&found["access"]).into_iter().any(|entry| entry["user"] == user && entry["grant"] == grant);
    if granted("connect") {
        Ok(found)
    } else if granted("manage") {
        Err("connect-not-granted")
    } else {
        Err(unknown)
    }
}

/// V-2, V-8: a selected tool by its exposed name, on a server that is shared and visible.
fn virtual_tool<'a>(situation: &Situation<'a>) -> Result<Found<'a>, &'static str> {
    let target = situation.target();
    let virtual_server = virtual_server(situation, text(target, "virtualServer"))?;
    let selected = items(&virtual_server["tools"])
        .into_iter()
        .find(|selected| exposed_name(selected) == text(target, "tool"))
        .ok_or("unknown-tool")?;
    let server = by_id(&situation.policy["servers"], text(selected, "server"))
        .filter(|server| counts_as_shared(&situation.path(), server) && is_visible(situation, server))
        .ok_or("unknown-tool")?;
    Ok(Found { tool: selected["tool"].as_str(), through_virtual: true, ..of_server(situation, server) })
}

/// The name by which a virtual server's tool is called (V-8).
pub(crate) fn exposed_name(selected: &Value) -> &str {
    selected["as"].as_str().unwrap_or_else(|| text(selected, "tool"))
}

/// I-4: one that isn't approved exists for the root's administrators alone.
fn integration<'a>(situation: &Situation<'a>, id: &str) -> Result<&'a Value, &'static str> {
    let by_root = situation.user().is_some_and(|user| administers_root(situation.policy, user));
    by_id(&situation.policy["catalog"], id)
        .filter(|entry| entry["approved"] == true || by_root && !situation.withholds)
        .ok_or("unknown-integration")
}

fn registration<'a>(situation: &Situation<'a>) -> Result<Found<'a>, &'static str> {
    let target = situation.target();
    let source = &target["source"];
    let integration = match source["integration"].as_str() {
        Some(id) => Some(integration(situation, id)?),
        None => None,
    };
    Ok(Found { integration, custom: source["kind"] == "custom", address: target["address"].as_str(), ..Found::default() })
}

/// Whether a user may connect to that virtual server from where they work.
pub(crate) fn may_connect(situation: &Situation<'_>, virtual_server_id: &str) -> bool {
    virtual_server(situation, virtual_server_id).is_ok()
}
