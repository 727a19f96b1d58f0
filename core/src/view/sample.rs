//! What stands in for what a person has yet to type, when a choice is judged (P-V3): whatever passes shows that something does.

use super::control::Verdict;
use super::shown::Piece;
use crate::decide::Reason;
use crate::policy::{Below, Integration, Scope, Slot, Snapshot};

/// A text.
pub(super) const TEXT: &str = "x";

/// A digest.
pub(super) const DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// A time that is long in coming.
pub(super) const LATE: &str = "9999-12-31T23:59:59Z";

/// An id that nothing of its kind has, nor ever had.
pub(super) fn unused<'p>(is_used: impl Fn(&str) -> bool) -> Piece<'p> {
    let id = (0_u64..).map(|number| format!("new-{number}")).find(|id| !is_used(id)).unwrap_or_default();
    Piece::Text(id.into())
}

/// A server's (N-5).
pub(super) fn server_id<'p>(snapshot: &Snapshot) -> Piece<'p> {
    unused(|id| snapshot.servers.slot(id).is_some() || snapshot.tombstones.slot(id).is_some())
}

/// A space's.
pub(super) fn space_id<'p>(snapshot: &Snapshot) -> Piece<'p> {
    unused(|id| snapshot.spaces.slot(id).is_some())
}

/// A server's record, where a person types all but where it lies and who sees it: custom ones, or of an integration (P-8).
pub(super) fn registrations<'p>(
    snapshot: &'p Snapshot,
    record: &Piece<'p>,
    sources: impl Iterator<Item = Option<&'p Integration>>,
) -> impl Iterator<Item = Piece<'p>> {
    let agents: Piece<'p> = snapshot.agents.iter().take(1).map(|agent| agent.id.as_str()).collect();
    let filled = record
        .clone()
        .with("id", server_id(snapshot))
        .with("name", TEXT)
        .with("authorization", Piece::object().with("method", "none"))
        .with("agents", agents);
    sources.flat_map(move |source| {
        let record = match source {
            None => filled.clone().with("source", Piece::object().with("kind", "custom")),
            Some(entry) => {
                filled.clone().with("source", Piece::object().with("kind", "integration").with("integration", entry.id.as_str()))
            }
        };
        addresses(snapshot, source).map(move |address| record.clone().with("address", Piece::Text(address.into())))
    })
}

/// Addresses one of which may be registered if any may: of an integration at its own origins, else at every pattern of the
/// platform's list. Where there is none, any one: who may register at all is asked before its origin (P-11).
pub(super) fn addresses<'s>(snapshot: &'s Snapshot, integration: Option<&'s Integration>) -> impl Iterator<Item = String> + use<'s> {
    let patterns = match integration {
        Some(integration) => &*integration.origins,
        None => snapshot.origins.allow.as_deref().unwrap_or_default(),
    };
    let any = patterns.is_empty().then(|| "https://new-server.example/mcp".to_owned());
    patterns.iter().map(|pattern| address(pattern.text())).chain(any)
}

/// An address that a pattern has (O-3).
fn address(pattern: &str) -> String {
    let (scheme, rest) = pattern.split_once("://").unwrap_or(("https", pattern));
    let (host, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let host = host.strip_suffix(":*").unwrap_or(host);
    let host = host.strip_prefix("*.").map_or_else(|| host.to_owned(), |domain| format!("new-server.{domain}"));
    let path = path.strip_suffix("/*").map_or_else(|| path.to_owned(), |path| format!("{path}/new-server"));
    format!("{scheme}://{host}{path}")
}

/// A workspace at or below a scope.
pub(super) fn workspace_at(snapshot: &Snapshot, scope: Slot<Scope>) -> Option<&str> {
    at_or_below(snapshot, scope, |below| below.workspaces > 0, |scope| scope.is_workspace.then_some(scope.id.as_str()))
}

/// A space at or below a scope.
pub(super) fn space_at(snapshot: &Snapshot, scope: Slot<Scope>) -> Option<&str> {
    let first = |scope: &Scope| scope.contents.as_ref()?.spaces.first().copied();
    let space = |scope: &Scope| first(scope);
    let slot = at_or_below(snapshot, scope, |below| below.spaces > 0, space)?;
    snapshot.spaces.get(slot).map(|space| space.id.as_str())
}

/// The first that is found at a scope or below it; counts lead the way.
fn at_or_below<'s, T>(
    snapshot: &'s Snapshot,
    scope: Slot<Scope>,
    has: impl Fn(&Below) -> bool,
    find: impl Fn(&'s Scope) -> Option<T>,
) -> Option<T> {
    let mut scope = snapshot.scopes.get(scope)?;
    loop {
        if let Some(found) = find(scope) {
            return Some(found);
        }
        let contents = scope.contents.as_ref().filter(|contents| has(&contents.below))?;
        let leads = |child: &&'s Scope| find(child).is_some() || child.contents.as_ref().is_some_and(|contents| has(&contents.below));
        scope = contents.children.iter().filter_map(|child| snapshot.scopes.get(child)).find(leads)?;
    }
}

/// The first that is open, else the first; what is closed whatever is typed in ends the search.
pub(super) fn first_open<'p>(verdicts: impl Iterator<Item = Verdict<'p>>) -> Option<Verdict<'p>> {
    let mut first = None;
    for verdict in verdicts {
        if !verdict.as_ref().is_err_and(|closed| hangs_on_input(closed.reason)) {
            return Some(verdict);
        }
        first.get_or_insert(verdict);
    }
    first
}

/// Whether another source or another address may be met otherwise.
fn hangs_on_input(reason: Reason) -> bool {
    use Reason::*;
    matches!(
        reason,
        UnknownIntegration
            | InvalidAddress
            | OriginNotAllowed
            | IntegrationNotApproved
            | AddressNotOfIntegration
            | IntegrationOff
            | CustomCreationOff
            | CustomSharingOff
            | OriginLocked
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::address;
    use crate::address::{Address, Pattern};

    #[test]
    fn a_pattern_has_the_address_that_is_made_of_it() {
        for text in [
            "https://a.example",
            "https://*.a.example",
            "https://a.example/",
            "https://a.example/mcp",
            "https://a.example/mcp/*",
            "https://*.a.example:*/*",
            "http://10.0.0.1:8080/x",
            "https://[2001:4860::1]:*/a/*",
        ] {
            let made = address(text);
            assert!(Pattern::parse(text).unwrap().matches(&Address::parse(&made).unwrap()), "{text}: {made}");
        }
    }
}
