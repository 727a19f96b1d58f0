//! Where servers may lie: the platform's list (O-1 to O-3) and the integrations' hosts (I-6, I-7).

use super::Snapshot;
use super::record::Integration;
use super::table::Slot;
use crate::address::{Address, Pattern, PatternHost};

impl Snapshot {
    /// Whether an address is refused wherever it is used, because of its host (O-3).
    pub(crate) fn refuses(&self, address: &Address) -> bool {
        let listed = || self.platform.allow.as_deref().unwrap_or_default().iter().any(|pattern| pattern.names_host(address));
        address.is_reserved() && !listed()
    }

    /// Whether the platform's list holds an address (O-1).
    pub(crate) fn lists(&self, address: &Address) -> bool {
        match &self.platform.allow {
            None => address.scheme() == "https",
            Some(patterns) => patterns.iter().any(|pattern| pattern.matches(address)),
        }
    }

    /// The integrations that a custom address belongs to by its host and path (I-6); one with several such patterns
    /// comes several times.
    pub(crate) fn claimants<'s>(&'s self, address: &'s Address) -> impl Iterator<Item = (Slot<Integration>, &'s Integration)> {
        let host = address.host();
        let hosts = std::iter::once((host, false)).chain(address.host_suffixes().map(|suffix| (suffix, true)));
        hosts.flat_map(move |(host, below)| {
            self.origins.all(host).filter_map(move |origin| {
                let origin = self.origins.get(origin)?;
                let integration = self.integrations.get(origin.integration)?;
                let pattern = integration.origins.get(usize::from(origin.pattern))?;
                let same_kind = matches!(pattern.host(), PatternHost::Below(_)) == below;
                (same_kind && pattern.claims(address)).then_some((origin.integration, integration))
            })
        })
    }
}

/// The host that a pattern is found by.
pub(crate) fn indexed_host(pattern: &Pattern) -> &str {
    match pattern.host() {
        PatternHost::Exact(host) | PatternHost::Below(host) => host,
    }
}
