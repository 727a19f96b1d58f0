//! The custom servers of a subtree (N-1 to N-7).

use super::ViewKind;
use super::control::{Control, Proposal, Verdict};
use super::cursor::Cursor;
use super::shown::{Head, LastContact, Person, shown};
use super::sight::Sight;
use crate::activity::ContactResult;
use crate::address::{address_digest, redact};
use crate::change::{ChangeKind, Of, Refusal, may_delete, may_disable, may_enable};
use crate::decide::{DownstreamState, Reason};
use crate::digest::Digest;
use crate::document::{Credentials, Method, Role, Switch, Time, Visibility};
use crate::policy::{Disabled, Keyed, Scope, Server, Slot, Whereabouts};

shown! {
    /// The custom servers of a subtree.
    pub struct InventoryView<'p> {
        /// The scope; none where this is a part of the settings page.
        scope: maybe Head<'p> = "scope",
        /// How many are registered in the subtree (C-6).
        count: must u64 = "count",
        /// Where the scope lies above the tenants: the groups that have a row on this page (N-1).
        groups: maybe Vec<Group<'p>> = "groups",
        /// By group, then by server.
        rows: must Vec<InventoryRow<'p>> = "rows",
        /// The cursor of the next page.
        next: maybe String = "next",
    }

    /// A tenant's servers, or those that lie under none.
    pub struct Group<'p> {
        /// Of which scope.
        scope: part Head<'p>,
        /// How many there are.
        count: must u64 = "count",
    }

    /// A custom server.
    pub struct InventoryRow<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Its name.
        name: must &'p str = "name",
        /// Where it is registered.
        scope: must &'p str = "scope",
        /// In which group it stands, where there are groups.
        group: maybe &'p str = "group",
        /// Who registered it; none left: none (P-9).
        owner: maybe Person<'p> = "owner",
        /// When it was registered.
        registered_at: must Time = "registeredAt",
        /// Private or shared.
        visibility: must Visibility = "visibility",
        /// Its owner's own switch (K-1).
        switch: must Switch = "switch",
        /// Redacted (N-3).
        address: must String = "address",
        /// Of the address.
        address_digest: must DigestText = "addressDigest",
        /// `pending-auth`, `auth-failed` or `unreachable` (N-7).
        badge: maybe &'static str = "badge",
        /// None: not yet checked.
        last_contact: maybe LastContact = "lastContact",
        /// Who stopped it (N-4).
        disabled: some DisabledBy<'p> = "disabled",
        /// The platform's list doesn't hold its address (O-2).
        outside_origins: flag bool = "outsideOrigins",
        /// What was last registered at the same address, and deleted (N-5).
        earlier: maybe Earlier<'p> = "earlier",
        /// What may be done with it.
        controls: must InventoryControls<'p> = "controls",
    }

    /// Who stopped a server (N-4); without authority it was a delegate (D-5).
    pub struct DisabledBy<'p> {
        /// The authority's id.
        authority: maybe &'p str = "authority",
        /// The id of its level.
        level: maybe &'p str = "level",
        /// Who did it; none: the host itself.
        by: maybe &'p str = "by",
        /// When.
        at: must Time = "at",
    }

    /// A server that was deleted.
    pub struct Earlier<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Where it was registered.
        scope: must &'p str = "scope",
        /// When it was deleted.
        deleted_at: must Time = "deletedAt",
        /// By whom; none: the host itself.
        deleted_by: maybe &'p str = "deletedBy",
        /// Which authorities had it disabled.
        disabled: some &'p str = "disabled",
    }

    /// What may be done with a custom server.
    pub struct InventoryControls<'p> {
        /// Stops it.
        disable: must Control<'p> = "disable",
        /// Lifts the stops that this actor may lift.
        enable: must Control<'p> = "enable",
        /// Removes it for good.
        delete: must Control<'p> = "delete",
    }
}

/// A digest, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestText(pub Digest);

impl serde::Serialize for DigestText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<InventoryView<'p>, Reason> {
    let scope = sight.who.scope(scope)?;
    if !sight.who.administers(scope) {
        return Err(Reason::NotAdministrator);
    }
    let within = sight.question.filter.as_ref().and_then(|filter| filter.scope.as_deref());
    let within = within.map(|within| sight.who.scope(within)).transpose()?;
    Ok(InventoryView { scope: sight.head(scope), ..part(sight.about(scope), scope, within, sight.after()) })
}

/// One that a page may show, with the key of its group and the group itself.
struct Candidate<'p> {
    key: &'p str,
    group: Slot<Scope>,
    slot: Slot<Server>,
    server: &'p Server,
}

/// Without its head.
pub(super) fn part<'p>(sight: Sight<'p>, scope: Slot<Scope>, within: Option<Slot<Scope>>, after: Option<Cursor>) -> InventoryView<'p> {
    let snapshot = sight.snapshot;
    let count_of = |scope| {
        let contents = snapshot.scopes.get(scope).and_then(|scope| scope.contents.as_ref());
        contents.map_or(0, |contents| u64::from(contents.below.custom))
    };
    let level = snapshot.scopes.get(scope).map(|scope| scope.level);
    let has_groups = snapshot.level_of(Role::Tenant).is_some_and(|tenants| level < Some(tenants));
    let candidates = candidates(sight, scope, within, has_groups, after.as_ref());
    let mut shown: Vec<(Slot<Scope>, u64)> = Vec::new();
    let (rows, next) = sight.page(
        ViewKind::Inventory,
        candidates.filter(|candidate| fits(sight, candidate.server)),
        |candidate| vec![candidate.key, candidate.server.id.as_str()],
        |candidate| {
            let group = has_groups.then_some(candidate.group);
            if let Some(group) = group.filter(|group| shown.last().is_none_or(|(last, _)| last != group)) {
                shown.push((group, 0));
            }
            row(sight, candidate.slot, candidate.server, group)
        },
    );
    let group = |(group, _): (Slot<Scope>, u64)| {
        // What lies under no tenant is what its inventory has; a tenant's has all.
        let own = || snapshot.scopes.get(group)?.contents.as_ref().map(|contents| contents.inventory.len() as u64);
        let count = if group == scope { own().unwrap_or(0) } else { count_of(group) };
        Some(Group { scope: sight.head(group)?, count })
    };
    let groups = has_groups.then(|| shown.into_iter().filter_map(group).collect());
    InventoryView { scope: None, count: count_of(scope), groups, rows, next }
}

/// The custom servers of a scope or of one below it, group by group, from a cursor on.
fn candidates<'p>(
    sight: Sight<'p>,
    scope: Slot<Scope>,
    within: Option<Slot<Scope>>,
    has_groups: bool,
    after: Option<&Cursor>,
) -> impl Iterator<Item = Candidate<'p>> {
    let snapshot = sight.snapshot;
    let (after_group, after_server) = after.map_or(("", ""), |cursor| (cursor.key(0), cursor.key(1)));
    let (after_group, after_server) = (after_group.to_owned(), after_server.to_owned());
    // What is asked for is the scope's subtree, or a part of it.
    let base = within.unwrap_or(scope);
    let base = snapshot.path(base).filter(|path| path.holds(scope)).map(|_| base);
    let contents = |scope| snapshot.scopes.get(scope).and_then(|scope| scope.contents.as_ref());
    let own = base.map(|base| {
        let tenant = snapshot.path(base).and_then(|path| path.iter().find(|scope| snapshot.is_tenant(*scope)));
        match tenant.filter(|_| has_groups) {
            Some(tenant) => (sight.scope_id(tenant), tenant, base),
            // The scope's own group comes first: no id is empty.
            None => ("", scope, base),
        }
    });
    let is_group = |group: Slot<Scope>| {
        let is_below = snapshot.path(group).is_some_and(|path| base.is_some_and(|base| base != group && path.holds(base)));
        is_below && snapshot.is_tenant(group) && contents(group).is_some_and(|contents| contents.below.custom > 0)
    };
    let grouped = base.and_then(contents).filter(|_| has_groups);
    let tenants = grouped.map(|contents| {
        // `after` leaves out the one that the page before stopped in.
        let current = snapshot.scopes.slot(&*after_group).filter(|group| is_group(*group));
        current.into_iter().chain(contents.groups.after(&after_group, &|scope| snapshot.scopes.get(scope).map_or("", Keyed::key)))
    });
    let groups = own.into_iter().chain(tenants.into_iter().flatten().map(move |tenant| (sight.scope_id(tenant), tenant, tenant)));
    groups.flat_map(move |(key, group, place)| {
        let servers = contents(place).filter(|_| key >= after_group.as_str()).map(|contents| {
            let after = if key == after_group { after_server.as_str() } else { "" };
            contents.inventory.after(after, &|slot| snapshot.servers.get(slot).map_or("", Keyed::key))
        });
        let candidate = move |slot| Some(Candidate { key, group, slot, server: snapshot.servers.get(slot)? });
        servers.into_iter().flatten().filter_map(candidate)
    })
}

fn fits(sight: Sight<'_>, server: &Server) -> bool {
    let fits_badge = match sight.wanted_badge() {
        None => true,
        Some("disabled") => !server.disabled.is_empty(),
        wanted => badge(sight, server) == wanted,
    };
    fits_badge && sight.fits_text(&server.id, &server.name)
}

fn row<'p>(sight: Sight<'p>, slot: Slot<Server>, server: &'p Server, group: Option<Slot<Scope>>) -> InventoryRow<'p> {
    let snapshot = sight.snapshot;
    let owner = server.owner.and_then(|owner| Some((owner, snapshot.users.get(owner)?)));
    let digest = address_digest(&server.stored_address);
    InventoryRow {
        server: &server.id,
        name: &server.name,
        scope: sight.scope_id(server.scope),
        group: group.map(|group| sight.scope_id(group)),
        owner: owner.map(|(slot, owner)| Person { user: &owner.id, name: sight.who.knows_user(slot, owner).then_some(&*owner.name) }),
        registered_at: server.registered_at,
        visibility: server.visibility,
        switch: server.switch,
        address: redact(&server.stored_address),
        address_digest: DigestText(digest),
        badge: badge(sight, server),
        last_contact: sight.last_contact(&server.id),
        disabled: disabled(sight, server),
        outside_origins: is_outside(sight, server),
        earlier: earlier(sight, &digest),
        controls: controls(sight, slot, server),
    }
}

/// What stands beside a server in lists (N-7): a pending authorisation goes before what the last contact says.
fn badge(sight: Sight<'_>, server: &Server) -> Option<&'static str> {
    if is_pending(sight, server) {
        return Some("pending-auth");
    }
    match sight.activity.last_contact(&server.id)?.result {
        ContactResult::AuthFailed => Some("auth-failed"),
        ContactResult::Unreachable => Some("unreachable"),
        ContactResult::Ok => None,
    }
}

/// Whether the one credential that a row can speak for is pending: the shared one, or a private server's owner's (P-V7).
fn is_pending(sight: Sight<'_>, server: &Server) -> bool {
    // K-8: where an authorisation is needed at all.
    let whose = match (server.method, server.credentials) {
        (Method::None, _) | (Method::Headers, Credentials::Shared) => return false,
        (Method::Oauth, Credentials::Shared) => Some(""),
        _ if server.visibility == Visibility::Shared => None,
        _ => server.owner.and_then(|owner| sight.snapshot.users.get(owner)).map(|owner| owner.id.as_str()),
    };
    let state = |whose| sight.activity.authorization(&server.id, whose).unwrap_or(DownstreamState::Pending);
    whose.is_some_and(|whose| state(whose) == DownstreamState::Pending)
}

/// Who stopped a server: highest authority first, a delegate last.
pub(super) fn disabled<'p>(sight: Sight<'p>, server: &'p Server) -> Vec<DisabledBy<'p>> {
    let path = sight.snapshot.path(server.scope);
    let depth = |entry: &Disabled| entry.authority.map_or(u8::MAX, |authority| path.and_then(|path| path.depth_of(authority)).unwrap_or(0));
    let mut entries: Vec<&Disabled> = server.disabled.iter().collect();
    entries.sort_by_key(|entry| depth(entry));
    let shown = entries.into_iter().map(|entry| DisabledBy {
        authority: entry.authority.map(|authority| sight.scope_id(authority)),
        level: entry.authority.map(|authority| sight.level(authority)),
        by: entry.stamp.by.as_deref(),
        at: entry.stamp.at,
    });
    shown.collect()
}

/// Whether the platform's list doesn't hold a server's address (O-2); what can't be read is on no list.
fn is_outside(sight: Sight<'_>, server: &Server) -> bool {
    let address = server.address.as_ref();
    !address.is_some_and(|(address, vetting)| Whereabouts::vetted(address, vetting, &sight.snapshot.origins).is_listed(sight.snapshot))
}

/// The one that was deleted last of those that had the same address, in a scope that the actor administers (N-5).
fn earlier<'p>(sight: Sight<'p>, digest: &Digest) -> Option<Earlier<'p>> {
    let snapshot = sight.snapshot;
    let same = snapshot.buried_under(digest);
    let is_administered = |scope: &str| snapshot.scopes.slot(scope).is_some_and(|scope| sight.who.administers(scope));
    let known = same.into_iter().filter(|tombstone| is_administered(&tombstone.scope));
    let last = known.max_by(|one, other| one.deleted.at.cmp(&other.deleted.at).then_with(|| one.id.cmp(&other.id)))?;
    Some(Earlier {
        server: &last.id,
        scope: &last.scope,
        deleted_at: last.deleted.at,
        deleted_by: last.deleted.by.as_deref(),
        disabled: last.disabled.iter().map(|authority| authority.as_str()).collect(),
    })
}

fn controls<'p>(sight: Sight<'p>, slot: Slot<Server>, server: &'p Server) -> InventoryControls<'p> {
    let of = Of { who: sight.who, slot, server };
    InventoryControls { disable: disable(sight, of), enable: enable(sight, of), delete: delete(sight, of) }
}

fn sends<'p>(kind: ChangeKind, of: Of<'p>) -> Proposal<'p> {
    Proposal::new(kind).with("server", of.server.id.as_str())
}

/// What a right comes to; something that alters nothing is open even at the last revision.
fn verdict<'p, T>(sight: Sight<'p>, of: Of<'p>, right: Result<T, Refusal>, alters: impl FnOnce(T) -> bool) -> Verdict<'p> {
    match right.map(alters) {
        Ok(true) => sight.alters(of.server.scope),
        Ok(false) => Ok(None),
        Err(refusal) => Err(sight.refused(&refusal, of.server.scope)),
    }
}

/// Stops a server (N-4).
pub(super) fn disable<'p>(sight: Sight<'p>, of: Of<'p>) -> Control<'p> {
    let right = may_disable(of, None);
    // Under which authority the actor would: a delegate's entry has none (D-5), and an owner as such has no authority.
    let own = sight.who.authority(of.server.scope, None).ok();
    let stands = (own.is_some() || of.delegate().is_some()) && of.server.disabled.iter().any(|entry| entry.authority == own);
    Control::act(stands, sends(ChangeKind::DisableServer, of), verdict(sight, of, right, |_| !stands))
}

/// Lifts the stops that the actor may lift (N-4).
pub(super) fn enable<'p>(sight: Sight<'p>, of: Of<'p>) -> Control<'p> {
    let entries = of.server.disabled.len();
    // What stands above stays; to a delegate every administrator's does.
    let right = may_enable(of, None);
    let verdict = verdict(sight, of, right, |(_, above)| above.len() < entries);
    Control::act(entries == 0, sends(ChangeKind::EnableServer, of), verdict)
}

/// Removes a server for good (N-5).
pub(super) fn delete<'p>(sight: Sight<'p>, of: Of<'p>) -> Control<'p> {
    Control::act(false, sends(ChangeKind::DeleteServer, of), verdict(sight, of, may_delete(of), |()| true))
}
