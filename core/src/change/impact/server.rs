//! What becomes of a server: that it is there, that it runs, for whom (I-4, I-7, K-1, K-2, K-14, N-4, O-1 to O-3, D-1, D-2, R-1).

use super::collect::{Both, Found, Way};
use super::settings::claimants;
use super::tool;
use crate::decide::layer::server::is_above_tenants;
use crate::document::{State, Switch, Visibility};
use crate::policy::{Path, Server, Slot, Snapshot, Space, User, Whereabouts};

/// What opens and closes of servers: gathered first, told once.
#[derive(Clone, Copy, Default)]
struct Moved {
    opens: bool,
    closes: bool,
}

impl Moved {
    fn of(&mut self, before: bool, after: bool) {
        self.opens |= !before && after;
        self.closes |= before && !after;
    }
}

/// Compares a server with what it was; tells whether anybody gains or loses anything.
pub(super) fn compare(found: &mut Found<'_, '_>, slot: Slot<Server>) -> bool {
    let both = found.both;
    let mut moved = Moved::default();
    match (both.before.servers.get(slot), both.after.servers.get(slot)) {
        (Some(before), Some(after)) => {
            delegates(both, before, after, &mut moved);
            let (ran, runs) = (runs(both.before, before), runs(both.after, after));
            moved.of(ran, runs);
            if ran && runs {
                reach(both, before, after, &mut moved);
                spaces(found, before, after, &mut moved);
                tool::compare(found, slot, before, after);
            }
        }
        (before, after) => moved.of(before.is_some(), after.is_some()),
    }
    tell(found, slot, moved)
}

fn tell(found: &mut Found<'_, '_>, slot: Slot<Server>, moved: Moved) -> bool {
    for (way, moves) in [(Way::Opens, moved.opens), (Way::Closes, moved.closes)] {
        if moves {
            found.moves_server(way, slot);
        }
    }
    moved.opens || moved.closes
}

/// What D-1's feature does to a server that is otherwise as it was.
pub(super) fn sleeps_or_wakes(found: &mut Found<'_, '_>, slot: Slot<Server>) {
    let both = found.both;
    let (Some(before), Some(after)) = (both.before.servers.get(slot), both.after.servers.get(slot)) else { return };
    if before.spaces.is_none() && after.spaces.is_none() && before.assignees.is_empty() && after.assignees.is_empty() {
        return;
    }
    let mut moved = Moved::default();
    delegates(both, before, after, &mut moved);
    if runs(both.before, before) && runs(both.after, after) {
        spaces(found, before, after, &mut moved);
    }
    if tell(found, slot, moved) {
        found.server(slot);
    }
}

/// Whether anything of it can be used, whatever scopes say: its own switch and disables, the platform and the catalogue.
fn runs(snapshot: &Snapshot, server: &Server) -> bool {
    let Some((address, vetting)) = &server.address else { return false };
    let address = Whereabouts::vetted(address, vetting, &snapshot.origins);
    let mut approved = true;
    match server.integration.map(|slot| snapshot.integrations.get(slot)) {
        Some(entry) => approved = entry.is_some_and(|entry| entry.approved && address.is_at_home(entry)),
        None => address.each_claimant(snapshot, &mut |_, entry| approved &= entry.approved),
    }
    approved
        && server.disabled.is_empty()
        && server.switch == Switch::On
        && !address.is_refused(snapshot)
        && (!snapshot.platform.enforce_use || address.is_listed(snapshot))
        && !(is_unwaived(server) && is_above_tenants(snapshot, server))
}

/// K-14, V-6.
fn is_unwaived(server: &Server) -> bool {
    server.has_shared_credential() && server.waiver.is_none()
}

/// For whom, and for which agents.
fn reach(both: &Both<'_>, before: &Server, after: &Server, moved: &mut Moved) {
    let shared = |server: &Server| server.visibility == Visibility::Shared;
    moved.of(shared(before), shared(after));
    let agents = |one: &Server, other: &Server| one.agents.iter().all(|agent| other.agents.contains(agent));
    moved.opens |= !agents(after, before);
    moved.closes |= !agents(before, after);
    if !shared(before) && !shared(after) {
        // P-9: unusable while its owner doesn't belong there.
        let belongs = |snapshot: &Snapshot, server: &Server| {
            let owner = server.owner.and_then(|owner| snapshot.users.get(owner));
            owner.zip(snapshot.path(server.scope)).is_some_and(|(owner, path)| owner.belongs(path))
        };
        moved.of(belongs(both.before, before), belongs(both.after, after));
    }
    // V-6: through virtual servers alone.
    if is_unwaived(before) != is_unwaived(after) && is_packaged(both.after, after) {
        moved.of(!is_unwaived(before), !is_unwaived(after));
    }
    // I-6: whose address it is changed; what scopes say of the integrations that stay is told as settings.
    let (old, new) = (claimants(both.before, before), claimants(both.after, after));
    if old != new {
        let closed = |snapshot: &Snapshot, claimants: &[Slot<crate::policy::Integration>]| {
            let policy = snapshot.path(after.scope).map(|path| snapshot.scope_policy(*path));
            let off = |slot: &Slot<_>| {
                policy.is_some_and(|policy| policy.integration_offs(*slot, &mut |_| std::ops::ControlFlow::Break(())).is_break())
            };
            claimants.iter().any(off)
        };
        moved.of(!closed(both.before, &old), !closed(both.after, &new));
    }
}

fn is_packaged(snapshot: &Snapshot, server: &Server) -> bool {
    let selecting = server.named.iter().flat_map(|named| named.by_selections.iter());
    selecting.filter_map(|slot| snapshot.virtual_servers.get(slot)).any(|server| server.state == State::Published)
}

/// Assignments with effect (D-1, D-2).
fn delegates(both: &Both<'_>, before: &Server, after: &Server, moved: &mut Moved) {
    if before.assignees.is_empty() && after.assignees.is_empty() {
        return;
    }
    let acts = |snapshot: &Snapshot, server: &Server, user: Slot<User>| {
        snapshot.users.get(user).is_some_and(|record| snapshot.is_delegate(user, record, server))
    };
    for user in before.assignees.iter().chain(after.assignees.iter()) {
        moved.of(acts(both.before, before, *user), acts(both.after, after, *user));
    }
}

/// Restrictions to spaces, as they count for the workspaces that the server may be used from (R-1, D-1).
fn spaces(found: &mut Found<'_, '_>, before: &Server, after: &Server, moved: &mut Moved) {
    if before.spaces == after.spaces && before.spaces.is_none() {
        return;
    }
    let both = found.both;
    let (Some(old), Some(new)) = (both.before.path(before.scope), both.after.path(after.scope)) else { return };
    let here = (both.before.access_control(old), both.after.access_control(new));
    let counts = |(was, is): (bool, bool)| (before.spaces.is_some() && (here.0 || was), after.spaces.is_some() && (here.1 || is));
    let stated = if here == (true, true) { 1 << 3 } else { stated_below(found, after.scope) };
    for combination in (0..4u8).filter(|combination| stated >> combination & 1 == 1) {
        let (was, is) = counts((combination & 1 == 1, combination & 2 == 2));
        moved.of(!was, !is);
    }
    let of = |server: &Server| server.spaces.as_deref().unwrap_or_default().to_vec();
    let (held, holds) = (of(before), of(after));
    let both_count = |snapshot: &Snapshot, space: Slot<Space>| {
        let path = snapshot.spaces.get(space).and_then(|space| both.after.path(space.workspace).zip(both.before.path(space.workspace)));
        path.is_some_and(|(new, old)| counts((both.before.access_control(old), both.after.access_control(new))) == (true, true))
    };
    // By their ids: an import gives spaces other slots.
    let is_held = |space: &Slot<Space>| held.iter().any(|held| id_of(both.before, *held) == id_of(both.after, *space));
    let is_kept = |space: &Slot<Space>| holds.iter().any(|kept| id_of(both.after, *kept) == id_of(both.before, *space));
    moved.opens |= holds.iter().any(|space| !is_held(space) && both_count(both.after, *space));
    moved.closes |= held.iter().any(|space| !is_kept(space) && both_count(both.before, *space));
}

fn id_of(snapshot: &Snapshot, space: Slot<Space>) -> Option<&str> {
    snapshot.spaces.get(space).map(|space| &*space.id)
}

/// How D-1's feature is, before and after, for the workspaces of a scope's subtree: a bit for each of the four combinations
/// that there is. Where there are none, for the scope itself.
fn stated_below(found: &mut Found<'_, '_>, slot: Slot<crate::policy::Scope>) -> u8 {
    if let Some(known) = found.stated.get(&slot) {
        return *known;
    }
    let both = found.both;
    let feature = |snapshot: &Snapshot, path: Option<&Path>| path.is_some_and(|path| snapshot.access_control(path));
    let of = |slot| {
        let (was, is) = (feature(both.before, both.before.path(slot)), feature(both.after, both.after.path(slot)));
        1 << (u8::from(was) + 2 * u8::from(is))
    };
    let (mut stated, mut open) = (0, vec![slot]);
    while let Some(slot) = open.pop() {
        let Some(scope) = both.after.scopes.get(slot) else { continue };
        if scope.is_workspace {
            stated |= of(slot);
        } else if let Some(contents) = &scope.contents {
            open.extend(contents.children.iter());
        }
    }
    let stated = if stated == 0 { of(slot) } else { stated };
    found.stated.insert(slot, stated);
    stated
}

/// A server's users: its owner, or everybody who belongs where it is shared.
pub(super) fn users(found: &mut Found<'_, '_>, slot: Slot<Server>) {
    let both = found.both;
    for (snapshot, server) in [both.before, both.after].into_iter().filter_map(|snapshot| Some((snapshot, snapshot.servers.get(slot)?))) {
        if server.visibility == Visibility::Private {
            if let Some(owner) = server.owner {
                found.user(owner);
            }
            continue;
        }
        let mut open = vec![server.scope];
        while let Some(slot) = open.pop() {
            // Where another server is shared, all below was met already.
            if found.areas.insert(slot) {
                found.places.insert(slot);
                let contents = snapshot.scopes.get(slot).and_then(|scope| scope.contents.as_ref());
                open.extend(contents.into_iter().flat_map(|contents| contents.children.iter()));
            }
        }
    }
}
