//! What becomes of a server's tools (I-5, I-6, K-3 to K-6, K-9).

use super::collect::{Both, Found, Way};
use crate::decide::FoundTool;
use crate::decide::layer::{approval, tool};
use crate::policy::{Server, Slot, Snapshot, Tool, Value, Whereabouts};

/// A server's tools as a decision finds them.
pub(super) fn tools<'s>(snapshot: &'s Snapshot, server: &'s Server) -> impl Iterator<Item = FoundTool<'s>> {
    let integration = server.integration.and_then(|slot| snapshot.integrations.get(slot));
    let slot = snapshot.servers.slot(server.id.as_str());
    let found = move |(place, tool): (u16, &'s Option<Tool>)| {
        let tool = tool.as_ref()?;
        let in_catalog = integration.and_then(|integration| integration.tool(tool.name, tool.in_catalog));
        Some(FoundTool { server_slot: slot?, server, place, tool, in_catalog })
    };
    (0..).zip(server.tools.iter()).filter_map(found)
}

/// How strictly a tool is held.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Auto,
    Ask,
    Closed,
}

/// By itself, the catalogue and the platform; and by the floors that hold it where its server lies, as they are after the
/// change: what floors themselves do is told as settings.
fn held(both: &Both<'_>, snapshot: &Snapshot, found: &FoundTool<'_>) -> Held {
    let approved = match found.server.integration {
        Some(_) => found.in_catalog.is_some_and(|entry| entry.approved),
        None => is_approved_where_it_is(snapshot, found),
    };
    let Some(path) = both.after.path(found.server.scope) else { return Held::Closed };
    let policy = both.after.scope_policy(*path);
    let label = tool::label(found, &policy);
    let by = tool::held(label);
    if !approved || !found.tool.enabled || tool::is_floored(&policy, by, Value::Deny) {
        Held::Closed
    } else if approval::asks_by_itself(snapshot, found.tool.mode, label.0) || tool::is_floored(&policy, by, Value::Ask) {
        Held::Ask
    } else {
        Held::Auto
    }
}

/// I-6: a custom server at an integration's address is held to its tools by name.
fn is_approved_where_it_is(snapshot: &Snapshot, found: &FoundTool<'_>) -> bool {
    let Some((address, vetting)) = &found.server.address else { return true };
    let (mut claimed, mut listed, mut off) = (false, false, false);
    Whereabouts::vetted(address, vetting, &snapshot.origins).each_claimant(snapshot, &mut |_, integration| {
        claimed = true;
        let entry = integration.tool(found.tool.name, u16::MAX);
        listed |= entry.is_some();
        off |= entry.is_some_and(|entry| !entry.approved);
    });
    !claimed || listed && !off
}

/// Tools of a server that is there and runs before and after.
pub(super) fn compare(found: &mut Found<'_, '_>, slot: Slot<Server>, before: &Server, after: &Server) {
    let both = found.both;
    let mut all: Vec<(Slot<str>, Option<FoundTool<'_>>, Option<FoundTool<'_>>)> =
        tools(both.before, before).map(|tool| (tool.tool.name, Some(tool), None)).collect();
    all.sort_unstable_by_key(|(name, ..)| *name);
    let old = all.len();
    for tool in tools(both.after, after) {
        let known = all.get(..old).unwrap_or_default().binary_search_by_key(&tool.tool.name, |(name, ..)| *name);
        match known.ok().and_then(|place| all.get_mut(place)) {
            Some((_, _, after)) => *after = Some(tool),
            None => all.push((tool.tool.name, None, Some(tool))),
        }
    }
    for (name, before, after) in all {
        let was = before.as_ref().map_or(Held::Closed, |tool| held(both, both.before, tool));
        let is = after.as_ref().map_or(Held::Closed, |tool| held(both, both.after, tool));
        let accepted = |tool: &Option<FoundTool<'_>>| tool.as_ref().and_then(|tool| tool.tool.accepted);
        let other = was < Held::Closed && is < Held::Closed && accepted(&before) != accepted(&after);
        // K-9: with another definition accepted that one opens, and the one before closes.
        if is < was || other && accepted(&before).is_some() {
            found.moves_tool(Way::Opens, slot, name);
        }
        if was < is || other {
            found.moves_tool(Way::Closes, slot, name);
        }
    }
}
