//! The virtual servers of a scope's path, or those that name the actor (V-1, V-3).

use super::ViewKind;
use super::control::{AskedOf, Control, Inquiry, Proposal};
use super::merge::Merge;
use super::sample;
use super::shown::{Head, Piece, shown};
use super::sight::Sight;
use crate::change::ChangeKind;
use crate::decide::{Action, Reason};
use crate::document::{Grant, State};
use crate::policy::{self, Scope, Slot};

shown! {
    /// Virtual servers.
    pub struct VirtualServersView<'p> {
        /// The scope, where one was asked for.
        scope: maybe Head<'p> = "scope",
        /// For administrators of the scope.
        controls: maybe VirtualServersControls<'p> = "controls",
        /// The virtual servers, by id.
        rows: must Vec<VirtualServersRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// What may be done with the virtual servers of a scope.
    pub struct VirtualServersControls<'p> {
        /// Creating one here.
        create: must Control<'p> = "create",
    }

    /// A virtual server.
    pub struct VirtualServersRow<'p> {
        /// Its id.
        virtual_server: must &'p str = "virtualServer",
        /// Its name.
        name: must &'p str = "name",
        /// Its state (V-1).
        state: must State = "state",
        /// What the actor was granted, sorted.
        grants: must Vec<Grant> = "grants",
        /// How many tools are selected, for its keepers.
        tools: maybe u64 = "tools",
        /// What may be done with it.
        controls: must VirtualServersRowControls<'p> = "controls",
    }

    /// What may be done with a virtual server of the list.
    pub struct VirtualServersRowControls<'p> {
        /// Connecting to it.
        connect: maybe Control<'p> = "connect",
        /// Its state, for its keepers.
        state: maybe Control<'p> = "state",
        /// Deleting it, for its keepers.
        delete: maybe Control<'p> = "delete",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: Option<&str>) -> Result<VirtualServersView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let scope = scope.map(|scope| sight.who.scope(scope)).transpose()?;
    let sight = scope.map_or(sight, |scope| sight.about(scope));
    let on_path = scope.and_then(|scope| snapshot.path(scope)).into_iter().flat_map(|path| path.iter());
    let on_path = on_path.filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_deref()).map(|contents| &contents.virtual_servers);
    let own = sight.who.user.and_then(|(_, user)| user.holds.as_deref()).map(|holds| &holds.granted).filter(|_| scope.is_none());
    let after = sight.after();
    let all = Merge::new(&snapshot.virtual_servers, on_path.chain(own), after.as_ref().map(|cursor| cursor.key(0)));
    let known = all.filter(|(_, server)| sight.who.knows_virtual_server(server));
    // Without a scope those alone that name the actor with a grant that isn't inert.
    let named = known.filter(|(_, server)| scope.is_some() || !grants(sight, server).is_empty());
    let wanted = sight.wanted_badge();
    let fitting = named
        .filter(|(_, server)| wanted.is_none_or(|wanted| server.state.as_str() == wanted) && sight.fits_text(&server.id, &server.name));
    let (rows, next) = sight.page(
        ViewKind::VirtualServers,
        fitting,
        |(_, server)| vec![server.id.as_str()],
        |(_, server)| {
            let sight = if scope.is_some() { sight } else { sight.about(server.scope) };
            let keeps = sight.who.manages(server);
            VirtualServersRow {
                virtual_server: &server.id,
                name: &server.name,
                state: server.state,
                grants: grants(sight, server),
                tools: keeps.then(|| selected(server)),
                controls: VirtualServersRowControls {
                    connect: scope.and_then(|scope| connect(sight, scope, server)),
                    state: keeps.then(|| state(sight, server)),
                    delete: keeps.then(|| delete(sight, server)),
                },
            }
        },
    );
    let create = |scope| VirtualServersControls { create: create(sight, scope) };
    Ok(VirtualServersView {
        scope: scope.and_then(|scope| sight.head(scope)),
        controls: scope.filter(|scope| sight.who.administers(*scope)).map(create),
        rows,
        next,
    })
}

/// What the actor was granted, but for what is inert (V-7).
pub(super) fn grants(sight: Sight<'_>, server: &policy::VirtualServer) -> Vec<Grant> {
    let Some((slot, user)) = sight.who.user else { return Vec::new() };
    let has = |grant: &Grant| sight.snapshot.has_grant(slot, user, server, *grant);
    [Grant::Connect, Grant::Manage].into_iter().filter(has).collect()
}

/// How many tools are selected.
pub(super) fn selected(server: &policy::VirtualServer) -> u64 {
    server.tools.iter().flatten().count() as u64
}

/// A change of a virtual server, without members yet.
pub(super) fn change<'p>(kind: ChangeKind, server: &'p policy::VirtualServer) -> Proposal<'p> {
    Proposal::new(kind).with("virtualServer", server.id.as_str())
}

/// For who has a grant.
pub(super) fn connect<'p>(sight: Sight<'p>, workspace: Slot<Scope>, server: &'p policy::VirtualServer) -> Option<Control<'p>> {
    if grants(sight, server).is_empty() {
        return None;
    }
    let inquiry = Inquiry {
        action: Action::VirtualServerConnect,
        user: sight.user(),
        workspace: Some(sight.scope_id(workspace)),
        space: None,
        target: AskedOf::VirtualServer(&server.id),
    };
    let verdict = sight.decides(&inquiry, workspace);
    Some(Control::act(false, inquiry, verdict))
}

/// V-1.
pub(super) fn state<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer) -> Control<'p> {
    let mut control = Control::new(server.state.as_str());
    for state in [State::Draft, State::Published, State::Unpublished].into_iter().filter(|state| *state != server.state) {
        let change = change(ChangeKind::SetVirtualState, server).with("state", state.as_str());
        let verdict = sight.permits(&change, server.scope);
        control = control.choose(state.as_str(), change, &[], verdict);
    }
    control
}

pub(super) fn delete<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer) -> Control<'p> {
    let change = change(ChangeKind::DeleteVirtualServer, server);
    let verdict = sight.permits(&change, server.scope);
    Control::act(false, change, verdict)
}

fn create<'p>(sight: Sight<'p>, scope: Slot<Scope>) -> Control<'p> {
    let snapshot = sight.snapshot;
    let record = Piece::object().with("scope", sight.scope_id(scope)).with("state", "draft");
    let id = sample::unused(|id| snapshot.virtual_servers.slot(id).is_some());
    let change = |record: Piece<'p>| Proposal::new(ChangeKind::CreateVirtualServer).with("virtualServer", record);
    let verdict = sight.permits(&change(record.clone().with("id", id).with("name", sample::TEXT)), scope);
    Control::new(false).choose(true, change(record), &["/virtualServer/id", "/virtualServer/name"], verdict)
}
