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

    /// Hears the integrations that a custom address belongs to by its host and path (I-6); one with several such patterns
    /// comes several times.
    pub(crate) fn each_claimant(&self, address: &Address, hear: &mut impl FnMut(Slot<Integration>, &Integration)) {
        self.each_origin(address, address.host(), false, hear);
        for suffix in address.host_suffixes() {
            self.each_origin(address, suffix, true, hear);
        }
    }

    /// Hears those of one host, or of all hosts below it.
    fn each_origin(&self, address: &Address, host: &str, below: bool, hear: &mut impl FnMut(Slot<Integration>, &Integration)) {
        for origin in self.origins.all(host).filter_map(|origin| self.origins.get(origin)) {
            let Some(integration) = self.integrations.get(origin.integration) else { continue };
            let claims = |pattern: &Pattern| matches!(pattern.host(), PatternHost::Below(_)) == below && pattern.claims(address);
            if integration.origins.get(usize::from(origin.pattern)).is_some_and(claims) {
                hear(origin.integration, integration);
            }
        }
    }
}

/// The host that a pattern is found by.
pub(crate) fn indexed_host(pattern: &Pattern) -> &str {
    match pattern.host() {
        PatternHost::Exact(host) | PatternHost::Below(host) => host,
    }
}
