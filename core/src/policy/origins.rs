//! Where servers may lie: the platform's list (O-1 to O-3) and the integrations' hosts (I-6, I-7).

use std::sync::Arc;

use super::Snapshot;
use super::record::{Integration, Keyed, Registry};
use super::table::Slot;
use crate::address::{Address, Pattern, PatternHost};
use crate::document as wire;
use crate::document::shape::Shape;
use crate::document::{List, Rows, Text};

/// All patterns of the platform and of the catalogue, found by their hosts.
#[derive(Clone)]
pub(crate) struct Origins {
    /// None: every https address (O-1). Sorted by their texts.
    pub(crate) allow: Option<Arc<[Arc<Pattern>]>>,
    by_host: Registry<Origin>,
    /// Which state of these patterns this is: what a server remembers of its address is good for one state.
    state: u32,
}

/// A pattern, and whose it is.
struct Origin {
    pattern: Arc<Pattern>,
    /// None: the platform's.
    integration: Option<Slot<Integration>>,
}

impl Keyed for Origin {
    fn key(&self) -> &str {
        host_of(&self.pattern)
    }
}

fn host_of(pattern: &Pattern) -> &str {
    match pattern.host() {
        PatternHost::Exact(host) | PatternHost::Below(host) => host,
    }
}

/// What platform and catalogue say of a server's address wherever it is used, worked out when they or the server changed.
#[derive(Clone)]
pub(crate) struct Vetting {
    /// Of which state of the patterns this is true.
    state: u32,
    /// O-3 refuses its host.
    refused: bool,
    /// The platform's list holds it (O-1).
    listed: bool,
    /// It matches an origin of the server's integration (I-7).
    at_home: bool,
    /// The integrations that a custom server's address belongs to (I-6).
    claimants: List<Slot<Integration>>,
}

impl Origins {
    /// Indexes the patterns of the platform and of every integration.
    pub(crate) fn new(allow: Option<Arc<[Arc<Pattern>]>>, integrations: &Registry<Integration>) -> Option<Self> {
        let mut all = Rows::default();
        for pattern in allow.iter().flat_map(|allow| allow.iter()) {
            all.push(Arc::new(Origin { pattern: pattern.clone(), integration: None }));
        }
        for (place, integration) in integrations.iter().enumerate() {
            let slot = Slot::new(place)?;
            for pattern in integration.origins.iter() {
                all.push(Arc::new(Origin { pattern: pattern.clone(), integration: Some(slot) }));
            }
        }
        Some(Self { allow, by_host: Registry::new(all), state: 0 })
    }

    /// Puts an integration's patterns in the place of those it had; what servers remember of their addresses is no longer
    /// good.
    pub(crate) fn replace(&mut self, integration: Slot<Integration>, before: &[Arc<Pattern>], after: &[Arc<Pattern>]) {
        if before == after {
            return;
        }
        for pattern in before {
            let mut of_host = self.by_host.all(host_of(pattern));
            let old = of_host.find(|slot| self.by_host.get(*slot).is_some_and(|origin| origin.integration == Some(integration)));
            drop(of_host);
            if let Some(old) = old {
                self.by_host.remove(old);
            }
        }
        for pattern in after {
            self.by_host.push(Arc::new(Origin { pattern: pattern.clone(), integration: Some(integration) }));
        }
        self.state = self.state.wrapping_add(1);
    }

    /// Puts another list of the platform's in the place of the one it had.
    pub(crate) fn replace_allow(&mut self, allow: Option<Arc<[Arc<Pattern>]>>) {
        let before: Vec<Slot<Origin>> =
            self.by_host.slots().filter(|(_, origin)| origin.integration.is_none()).map(|(slot, _)| slot).collect();
        for slot in before {
            self.by_host.remove(slot);
        }
        for pattern in allow.iter().flat_map(|allow| allow.iter()) {
            self.by_host.push(Arc::new(Origin { pattern: pattern.clone(), integration: None }));
        }
        self.allow = allow;
        self.state = self.state.wrapping_add(1);
    }

    /// Whether an address is refused wherever it is used, because of its host (O-3).
    fn refuses(&self, address: &Address) -> bool {
        let mut named = false;
        if address.is_reserved() {
            self.each_of(address.host(), false, &mut |origin| named |= origin.integration.is_none());
        }
        address.is_reserved() && !named
    }

    /// Whether the platform's list holds an address (O-1).
    fn lists(&self, address: &Address) -> bool {
        if self.allow.is_none() {
            return address.scheme() == "https";
        }
        let mut listed = false;
        self.each(address, &mut |origin| listed |= origin.integration.is_none() && origin.pattern.matches(address));
        listed
    }

    /// Hears the integrations that a custom address belongs to by its host and path (I-6); one with several such patterns
    /// comes several times.
    fn each_claimant(&self, address: &Address, hear: &mut impl FnMut(Slot<Integration>)) {
        self.each(address, &mut |origin| {
            if let Some(integration) = origin.integration.filter(|_| origin.pattern.claims(address)) {
                hear(integration);
            }
        });
    }

    /// Hears the patterns that hold an address's host.
    fn each(&self, address: &Address, hear: &mut impl FnMut(&Origin)) {
        self.each_of(address.host(), false, hear);
        for suffix in address.host_suffixes() {
            self.each_of(suffix, true, hear);
        }
    }

    /// Hears those of one host, or of all hosts below it.
    fn each_of(&self, host: &str, below: bool, hear: &mut impl FnMut(&Origin)) {
        let found = self.by_host.all(host).filter_map(|origin| self.by_host.get(origin));
        found.filter(|origin| matches!(origin.pattern.host(), PatternHost::Below(_)) == below).for_each(hear);
    }

    /// What holds for a server's address in this state.
    pub(crate) fn vet(&self, address: &Address, integration: Option<&Integration>) -> Vetting {
        let mut claimants = Vec::new();
        if integration.is_none() {
            self.each_claimant(address, &mut |claimant| claimants.push(claimant));
        }
        claimants.sort_unstable();
        claimants.dedup();
        Vetting {
            state: self.state,
            refused: self.refuses(address),
            listed: self.lists(address),
            at_home: integration.is_some_and(|integration| integration.is_at_home(address)),
            claimants: claimants.into(),
        }
    }
}

impl Vetting {
    /// What a slice carries of an address (P-6): it shows too little of it to look it up again.
    pub(crate) fn carried(
        origins: &Origins,
        matched: &wire::Matched<'_>,
        own: Option<Slot<Integration>>,
        integrations: &Registry<Integration>,
    ) -> Option<Self> {
        let mut led_to = matched.integrations.iter().map(|id| integrations.slot(id)).collect::<Option<Vec<_>>>()?;
        led_to.sort_unstable();
        Some(Self {
            state: origins.state,
            refused: matched.refused.unwrap_or(false),
            listed: matched.listed.unwrap_or(false),
            at_home: own.is_some_and(|own| led_to.contains(&own)),
            claimants: if own.is_none() { led_to.into() } else { List::default() },
        })
    }
}

impl Integration {
    /// Whether an address matches one of its origins (I-7).
    fn is_at_home(&self, address: &Address) -> bool {
        self.origins.iter().any(|pattern| pattern.matches(address))
    }
}

/// The address that is used, with what is known of it already.
#[derive(Clone, Copy)]
pub(crate) struct Whereabouts<'p> {
    pub(crate) address: &'p Address,
    vetting: Option<&'p Vetting>,
}

impl<'p> Whereabouts<'p> {
    /// An address of which nothing is known yet.
    pub(crate) fn of(address: &'p Address) -> Self {
        Self { address, vetting: None }
    }

    /// A server's own address.
    pub(crate) fn vetted(address: &'p Address, vetting: &'p Vetting, origins: &Origins) -> Self {
        Self { address, vetting: Some(vetting).filter(|vetting| vetting.state == origins.state) }
    }

    /// What a slice carries of it: of a server of an integration, or a custom one.
    pub(crate) fn matched<'i>(self, snapshot: &'i Snapshot, own: Option<Slot<Integration>>) -> wire::Matched<'i>
    where
        'p: 'i,
    {
        let mut led_to = Vec::new();
        match own {
            Some(slot) => led_to.extend(snapshot.integrations.get(slot).filter(|own| self.is_at_home(own))),
            None => self.each_claimant(snapshot, &mut |_, claimant| led_to.push(claimant)),
        }
        let mut ids: Vec<&str> = led_to.iter().map(|integration| &*integration.id).collect();
        ids.sort_unstable();
        ids.dedup();
        wire::Matched {
            refused: self.is_refused(snapshot).then_some(true),
            listed: self.is_listed(snapshot).then_some(true),
            integrations: ids.into_iter().map(Text::from).collect(),
            ..Shape::blank()
        }
    }

    /// Whether it is refused because of its host (O-3).
    pub(crate) fn is_refused(self, snapshot: &Snapshot) -> bool {
        self.vetting.map_or_else(|| snapshot.origins.refuses(self.address), |vetting| vetting.refused)
    }

    /// Whether the platform's list holds it (O-1).
    pub(crate) fn is_listed(self, snapshot: &Snapshot) -> bool {
        self.vetting.map_or_else(|| snapshot.origins.lists(self.address), |vetting| vetting.listed)
    }

    /// Whether it matches an origin of the integration that it is used for (I-7).
    pub(crate) fn is_at_home(self, integration: &Integration) -> bool {
        self.vetting.map_or_else(|| integration.is_at_home(self.address), |vetting| vetting.at_home)
    }

    /// Whether it belongs to any integration when it is custom (I-6).
    #[inline]
    pub(crate) fn is_claimed(self, snapshot: &'p Snapshot) -> bool {
        let mut claimed = false;
        self.each_claimant(snapshot, &mut |_, _| claimed = true);
        claimed
    }

    /// Hears the integrations that it belongs to when it is custom (I-6); one may come several times.
    #[inline]
    pub(crate) fn each_claimant(self, snapshot: &'p Snapshot, hear: &mut impl FnMut(Slot<Integration>, &'p Integration)) {
        let mut hear = |slot| {
            if let Some(integration) = snapshot.integrations.get(slot) {
                hear(slot, integration);
            }
        };
        match self.vetting {
            Some(vetting) => vetting.claimants.iter().copied().for_each(hear),
            None => snapshot.origins.each_claimant(self.address, &mut hear),
        }
    }
}
