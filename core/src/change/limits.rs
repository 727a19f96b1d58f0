//! What a document may hold at most (contract 1, "Limits"), as far as a change can pass it; ids and names of tools are held
//! to theirs before (P-11).

use super::draft::Touched;
use super::{Change, form};
use crate::decide::Reason;
use crate::document::limits::{MAX_AGENTS, MAX_ASSIGNEES, MAX_CLIENTS, MAX_INTEGRATIONS, MAX_SCOPES, MAX_SERVERS, MAX_TOOLS, MAX_USERS};
use crate::policy::Snapshot;

/// Whether the outcome keeps to them.
pub(super) fn hold(change: &Change<'_>, after: &Snapshot, touched: &Touched) -> Result<(), Reason> {
    let counts = after.scopes.len() <= MAX_SCOPES
        && after.servers.len() <= MAX_SERVERS
        && after.users.len() <= MAX_USERS
        && after.integrations.len() <= MAX_INTEGRATIONS
        && after.agents.len() <= MAX_AGENTS
        && after.clients.len() <= MAX_CLIENTS;
    let servers = touched.servers.iter().filter_map(|slot| after.servers.get(*slot));
    let mut servers = servers.map(|server| (server.tools.iter().flatten().count(), server.assignees.len()));
    let integrations = touched.integrations.iter().filter_map(|slot| after.integrations.get(*slot));
    let virtual_servers = touched.virtual_servers.iter().filter_map(|slot| after.virtual_servers.get(*slot));
    let held = counts
        && servers.all(|(tools, assignees)| tools <= MAX_TOOLS && assignees <= MAX_ASSIGNEES)
        && integrations.map(|integration| integration.tools.len()).all(|tools| tools <= MAX_TOOLS)
        && virtual_servers.map(|server| server.tools.iter().flatten().count()).all(|tools| tools <= MAX_TOOLS)
        && form::texts_fit(change);
    if held { Ok(()) } else { Err(Reason::TooLarge) }
}
