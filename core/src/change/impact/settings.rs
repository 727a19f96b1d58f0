//! Settings that count otherwise in a subtree (S-2, S-11 to S-13, I-9, C-7, K-5), and D-1's feature: one walk, on which a
//! scope that stores nothing has what the scope above has.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::collect::{Both, Found, Way};
use crate::decide::layer::tool;
use crate::document::Visibility;
use crate::policy::{Integration, Path, Restriction, Scope, ScopePolicy, Server, Setting, Slot, Snapshot, Value, Whereabouts};

/// How a setting counts at one scope, before and after; from loose to strict.
type Counts = (u8, u8);

/// What one kind of state comes to: shared by all scopes that have it.
struct State {
    /// By setting, as [`Walk::keys`].
    counts: Vec<Counts>,
    governs: Governs,
    /// Whether anything counts otherwise.
    changes: bool,
    /// Whether anything does that a call is held to.
    in_calls: bool,
}

/// Which servers the settings govern that count otherwise.
#[derive(Clone, Default)]
struct Governs {
    all: bool,
    custom: bool,
    sharing: bool,
    feature: bool,
    floor_read: bool,
    floor_write: bool,
    /// By slot.
    integrations: Vec<Slot<Integration>>,
    servers: Vec<Slot<Server>>,
}

impl Governs {
    fn add(&mut self, setting: Setting) {
        match setting {
            Setting::All => self.all = true,
            Setting::CustomUse => self.custom = true,
            Setting::CustomSharing => self.sharing = true,
            Setting::FloorRead => self.floor_read = true,
            Setting::FloorWrite => self.floor_write = true,
            Setting::Integration(integration) => self.integrations.push(integration),
            Setting::Server(server) => self.servers.push(server),
            // What is registered works on (C-2); the integrations that I-9 governs stand for themselves.
            Setting::CustomCreation | Setting::NewIntegrations | Setting::Disabled => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        self.all |= other.all;
        self.custom |= other.custom;
        self.sharing |= other.sharing;
        self.feature |= other.feature;
        self.floor_read |= other.floor_read;
        self.floor_write |= other.floor_write;
        self.integrations.extend(&other.integrations);
        self.integrations.sort_unstable();
        self.integrations.dedup();
        self.servers.extend(&other.servers);
        self.servers.sort_unstable();
        self.servers.dedup();
    }

    /// Whether servers must be looked at one by one.
    fn is_choosy(&self) -> bool {
        self.sharing || self.feature || self.floor_read || self.floor_write || !self.integrations.is_empty()
    }

    /// Whether it governs a server, by what is stored of that (P-12).
    fn governs(&self, snapshot: &Snapshot, server: &Server) -> bool {
        let custom = server.integration.is_none();
        self.all
            || custom && self.custom
            || custom && self.sharing && server.visibility == Visibility::Shared
            || self.feature && (server.spaces.is_some() || !server.assignees.is_empty())
            || self.governs_integration(snapshot, server)
            || (self.floor_read || self.floor_write) && self.floors(snapshot, server)
    }

    /// A server of an integration, or a custom one at its address (I-6).
    fn governs_integration(&self, snapshot: &Snapshot, server: &Server) -> bool {
        if self.integrations.is_empty() {
            return false;
        }
        let changed = |slot: &Slot<Integration>| self.integrations.binary_search(slot).is_ok();
        match server.integration {
            Some(integration) => changed(&integration),
            None => claimants(snapshot, server).iter().any(changed),
        }
    }

    /// Whether any of its tools is held by a floor that changed (K-5, K-6).
    fn floors(&self, snapshot: &Snapshot, server: &Server) -> bool {
        let Some(path) = snapshot.path(server.scope) else { return false };
        let policy = snapshot.scope_policy(*path);
        super::tool::tools(snapshot, server).any(|found| {
            let held = tool::held(tool::label(&found, &policy));
            self.floor_read && held.by_read() || self.floor_write && held.by_write()
        })
    }
}

/// The integrations that a custom server's address belongs to (I-6), by slot.
pub(super) fn claimants(snapshot: &Snapshot, server: &Server) -> Vec<Slot<Integration>> {
    let mut claimants = Vec::new();
    if let (None, Some((address, vetting))) = (server.integration, &server.address) {
        Whereabouts::vetted(address, vetting, &snapshot.origins).each_claimant(snapshot, &mut |slot, _| claimants.push(slot));
    }
    claimants.sort_unstable();
    claimants.dedup();
    claimants
}

/// Finds what settings do, of all touched scopes.
pub(super) fn settings(found: &mut Found<'_, '_>) {
    let both = found.both;
    let (mut keys, mut roots, mut features) = (Vec::new(), Vec::new(), false);
    for slot in &both.touched.scopes {
        let (Some(before), Some(after)) = (both.before.scopes.get(*slot), both.after.scopes.get(*slot)) else { continue };
        let known = keys.len();
        differing(&before.restrictions, &after.restrictions, &mut keys);
        differing(&after.restrictions, &before.restrictions, &mut keys);
        let states = before.access_control != after.access_control;
        features |= states;
        if states || keys.len() > known {
            roots.push((*slot, after.path));
        }
    }
    // I-9: with new integrations every integration that there was may count otherwise.
    if keys.contains(&Setting::NewIntegrations) {
        keys.extend(both.after.catalog.iter().map(Setting::Integration));
    }
    keys.retain(|setting| is_in_both(both, *setting));
    keys.sort_unstable_by_key(|setting| setting.key());
    keys.dedup();
    if keys.is_empty() && !features {
        return;
    }
    let changed: Vec<Slot<Scope>> = roots.iter().map(|(slot, _)| *slot).collect();
    let mut walk = Walk { found, keys, spared: BTreeMap::new(), above: BTreeMap::new() };
    for (slot, path) in roots {
        // What lies below another root is walked with that.
        if !path.iter().any(|above| above != slot && changed.binary_search(&above).is_ok()) {
            walk.run(slot, &path);
        }
    }
    walk.shared_from_above();
}

/// A setting whose integration or server comes or goes with the change is told by that.
fn is_in_both(both: &Both<'_>, setting: Setting) -> bool {
    match setting {
        Setting::Integration(slot) => both.before.integrations.get(slot).is_some() && both.after.integrations.get(slot).is_some(),
        Setting::Server(slot) => both.before.servers.get(slot).is_some() && both.after.servers.get(slot).is_some(),
        _ => true,
    }
}

/// The settings of which the one holds what the other doesn't; both are in order.
fn differing(one: &[Restriction], other: &[Restriction], keys: &mut Vec<Setting>) {
    let key = |restriction: &Restriction| restriction.setting.key();
    for restriction in one {
        let from = other.partition_point(|known| key(known) < key(restriction));
        let mut same = other.get(from..).unwrap_or_default().iter().take_while(|known| key(known) == key(restriction));
        let alike = |known: &Restriction| {
            known.authority == restriction.authority && known.value == restriction.value && *known.except == *restriction.except
        };
        if !same.any(alike) {
            keys.push(restriction.setting);
        }
    }
}

struct Walk<'w, 'f, 's> {
    found: &'w mut Found<'f, 's>,
    /// The settings that may count otherwise, in the order in which they are stored.
    keys: Vec<Setting>,
    /// The settings of which an `off` spares a scope (S-12), as far as was looked.
    spared: BTreeMap<Slot<Scope>, Vec<Setting>>,
    /// What counts otherwise somewhere below a scope.
    above: BTreeMap<Slot<Scope>, Governs>,
}

impl<'s> Walk<'_, '_, 's> {
    fn run(&mut self, root: Slot<Scope>, path: &Path) {
        path.iter().filter(|above| *above != root).for_each(|above| self.note_spared(above));
        let mut open: Vec<(Slot<Scope>, Option<Rc<State>>)> = vec![(root, None)];
        while let Some((slot, above)) = open.pop() {
            let both = self.found.both;
            let Some(scope) = both.after.scopes.get(slot) else { continue };
            // A scope that is new has nothing that it had otherwise, and nothing below it has.
            let Some(before) = both.before.scopes.get(slot) else { continue };
            self.note_spared(slot);
            let state = self.state(slot, before, scope, above);
            if state.changes {
                self.visit(slot, scope, &state);
            }
            if let Some(contents) = &scope.contents {
                open.extend(contents.children.iter().map(|child| (child, Some(state.clone()))));
            }
        }
    }

    fn note_spared(&mut self, slot: Slot<Scope>) {
        let both = self.found.both;
        for scope in [both.before, both.after].into_iter().filter_map(|snapshot| snapshot.scopes.get(slot)) {
            for restriction in scope.restrictions.iter() {
                for spared in restriction.except.iter() {
                    self.spared.entry(*spared).or_default().push(restriction.setting);
                }
            }
        }
    }

    /// What counts at a scope: what counts above, but for what is stored or spared here.
    fn state(&mut self, slot: Slot<Scope>, before: &Scope, after: &Scope, above: Option<Rc<State>>) -> Rc<State> {
        let states = before.access_control.is_some() || after.access_control.is_some();
        let plain = before.restrictions.is_empty() && after.restrictions.is_empty() && !states;
        if let (Some(above), true) = (&above, plain && !self.spared.contains_key(&slot)) {
            return above.clone();
        }
        let both = self.found.both;
        let (old, new) = (both.before.scope_policy(before.path), both.after.scope_policy(after.path));
        let count = |setting: &Setting| (strictness(&old, *setting), strictness(&new, *setting));
        let counts = match &above {
            None => self.keys.iter().map(count).collect(),
            Some(above) => {
                let mut counts = above.counts.clone();
                for place in self.stored(slot, before, after) {
                    if let (Some(setting), Some(counted)) = (self.keys.get(place), counts.get_mut(place)) {
                        *counted = count(setting);
                    }
                }
                counts
            }
        };
        let feature = (both.before.access_control(&before.path), both.after.access_control(&after.path));
        let state = self.of_counts(counts, feature);
        self.tell(slot, above.as_deref(), &state);
        for above in after.path.iter().filter(|above| state.changes && *above != slot) {
            self.above.entry(above).or_default().merge(&state.governs);
        }
        Rc::new(state)
    }

    /// The places among the settings of those that are stored at a scope, or spare it.
    fn stored(&self, slot: Slot<Scope>, before: &Scope, after: &Scope) -> Vec<usize> {
        let stored = before.restrictions.iter().chain(after.restrictions.iter()).map(|restriction| restriction.setting);
        let spared = self.spared.get(&slot).into_iter().flatten().copied();
        let mut places = Vec::new();
        for setting in stored.chain(spared) {
            places.extend(self.keys.binary_search_by_key(&setting.key(), |key| key.key()));
            if setting == Setting::NewIntegrations {
                let integrations = self.keys.iter().enumerate().filter(|(_, key)| matches!(key, Setting::Integration(_)));
                places.extend(integrations.map(|(place, _)| place));
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn of_counts(&self, counts: Vec<Counts>, feature: (bool, bool)) -> State {
        let mut governs = Governs { feature: feature.0 != feature.1, ..Governs::default() };
        let (mut changes, mut in_calls) = (governs.feature, governs.feature);
        for (setting, (before, after)) in self.keys.iter().zip(&counts) {
            if before != after {
                governs.add(*setting);
                changes = true;
                // Nothing is called that isn't registered.
                in_calls |= *setting != Setting::CustomCreation;
            }
        }
        governs.integrations.sort_unstable();
        State { counts, governs, changes, in_calls }
    }

    /// Names the settings that count otherwise here, and not so above.
    fn tell(&mut self, slot: Slot<Scope>, above: Option<&State>, state: &State) {
        for (place, (setting, counts)) in self.keys.iter().zip(&state.counts).enumerate() {
            let way = way(*counts);
            let way_above = above.and_then(|above| above.counts.get(place)).and_then(|counts| self::way(*counts));
            if let Some(way) = way.filter(|_| way != way_above) {
                self.found.moves_setting(way, *setting, slot);
            }
        }
    }

    /// A scope at which something counts otherwise.
    fn visit(&mut self, slot: Slot<Scope>, scope: &'s Scope, state: &State) {
        self.found.scope(slot, scope);
        self.found.places.insert(slot);
        if state.in_calls && scope.is_workspace {
            self.found.token_places.insert(slot);
        }
        let governs = &state.governs;
        // These lie above (S-11).
        for server in &governs.servers {
            self.found.server(*server);
        }
        let Some(contents) = &scope.contents else { return };
        let both = self.found.both;
        if governs.all {
            self.found.servers.add_sorted(contents.registered.iter(), both);
        } else {
            if governs.custom {
                let is_custom = |slot: &Slot<Server>| both.after.servers.get(*slot).is_some_and(|server| server.integration.is_none());
                self.found.servers.add_sorted(contents.registered.iter().filter(is_custom), both);
            }
            if governs.is_choosy() {
                let governed =
                    |slot: &Slot<Server>| both.after.servers.get(*slot).is_some_and(|server| governs.governs(both.after, server));
                self.found.servers.add_sorted(contents.registered.iter().filter(governed), both);
            }
        }
        if governs.feature {
            self.feature(scope);
        }
    }

    /// Restrictions to spaces and assignments that fall asleep or wake (D-1).
    fn feature(&mut self, scope: &'s Scope) {
        let Some(contents) = &scope.contents else { return };
        for slot in contents.registered.iter() {
            super::server::sleeps_or_wakes(self.found, slot);
        }
    }

    /// Servers from above that are shared with the scopes where something counts otherwise.
    fn shared_from_above(&mut self) {
        let both = self.found.both;
        for (slot, governs) in std::mem::take(&mut self.above) {
            let Some(contents) = both.after.scopes.get(slot).and_then(|scope| scope.contents.as_ref()) else { continue };
            for server in contents.servers.iter() {
                let Some(record) = both.after.servers.get(server) else { continue };
                if governs.governs(both.after, record) {
                    self.found.server(server);
                    if governs.feature {
                        super::server::sleeps_or_wakes(self.found, server);
                    }
                }
            }
        }
    }
}

fn way((before, after): Counts) -> Option<Way> {
    match before.cmp(&after) {
        std::cmp::Ordering::Less => Some(Way::Closes),
        std::cmp::Ordering::Greater => Some(Way::Opens),
        std::cmp::Ordering::Equal => None,
    }
}

/// How strictly a setting counts on a path: not at all, an ask, off or denied.
fn strictness(policy: &ScopePolicy<'_>, setting: Setting) -> u8 {
    let breaks = &mut |_| std::ops::ControlFlow::Break(());
    match setting {
        Setting::FloorRead | Setting::FloorWrite => match policy.floors(setting, Value::Deny, breaks).is_break() {
            true => 2,
            false => u8::from(policy.floors(setting, Value::Ask, breaks).is_break()),
        },
        Setting::Integration(integration) => 2 * u8::from(policy.integration_offs(integration, breaks).is_break()),
        _ => 2 * u8::from(policy.is_off(setting)),
    }
}
