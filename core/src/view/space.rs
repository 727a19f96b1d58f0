//! What a space's configuration shows.

use super::ViewKind;
use super::control::{AskedOf, Control, Inquiry, Proposal};
use super::row::Front;
use super::servers::seen_from;
use super::shown::shown;
use super::sight::Sight;
use crate::change::ChangeKind;
use crate::decide::{Action, Reason};
use crate::document::Visibility;
use crate::policy::{self, Slot};

shown! {
    /// A space, and the servers that are open to it.
    pub struct SpaceView<'p> {
        /// What it is.
        space: must SpaceHead<'p> = "space",
        /// For administrators.
        controls: maybe SpaceViewControls<'p> = "controls",
        /// The servers, by id.
        rows: must Vec<SpaceViewRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// A space, by what people call it.
    pub struct SpaceHead<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// Its workspace, where that exists for the actor.
        workspace: maybe &'p str = "workspace",
    }

    /// What may be done with a space.
    pub struct SpaceViewControls<'p> {
        /// Its name.
        name: must Control<'p> = "name",
        /// Removing it.
        remove: must Control<'p> = "remove",
    }

    /// A server.
    pub struct SpaceViewRow<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Its name.
        name: must &'p str = "name",
        /// Private or shared, as stored.
        visibility: must Visibility = "visibility",
        /// Whether the restriction lets the space in.
        allowed: must bool = "allowed",
        /// Assigning it to the space.
        assign: must Control<'p> = "assign",
        /// For who may change its spaces, where it is restricted.
        controls: maybe SpaceViewRowControls<'p> = "controls",
    }

    /// What may be done with a server's restriction.
    pub struct SpaceViewRowControls<'p> {
        /// Whether the space is among its spaces.
        spaces: must Control<'p> = "spaces",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, space: &str) -> Result<SpaceView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let (slot, space) = snapshot.spaces.find(space).filter(|(_, space)| sight.who.knows_space(space)).ok_or(Reason::UnknownSpace)?;
    let workspace = space.workspace;
    let sight = sight.about(workspace);
    let knows_workspace = sight.knows_scope(workspace);
    let after = sight.after();
    let seen = seen_from(sight, workspace, after.as_ref().map(|cursor| cursor.key(0)));
    // An assignee who doesn't know the workspace is there for what they are assigned to (D-4).
    let seen = seen.filter(|(_, server)| knows_workspace || sight.who.is_delegate(server));
    let fitting = seen.filter(|(_, server)| sight.fits_text(&server.id, &server.name));
    let fronts = fitting.filter_map(|(server_slot, server)| {
        let front = Front::from(sight, workspace, server_slot, server)?;
        let allowed = lets_in(&front, slot);
        (allowed || front.may_limit()).then_some((allowed, front))
    });
    let (rows, next) = sight.page(
        ViewKind::Space,
        fronts,
        |(_, front)| vec![front.server.id.as_str()],
        |(allowed, front)| SpaceViewRow {
            server: &front.server.id,
            name: &front.server.name,
            visibility: front.server.visibility,
            allowed,
            assign: assign(&front, space),
            controls: front.space(slot, &space.id).filter(|_| front.may_limit()).map(|spaces| SpaceViewRowControls { spaces }),
        },
    );
    let head = SpaceHead { id: &space.id, name: &space.name, workspace: knows_workspace.then(|| sight.scope_id(workspace)) };
    Ok(SpaceView { space: head, controls: sight.who.administers(workspace).then(|| controls(sight, space)), rows, next })
}

/// whether a server's restriction lets a space in, as far as it has effect.
fn lets_in(front: &Front<'_>, space: Slot<policy::Space>) -> bool {
    let has_effect = || front.look.policy().has_access_control(front.server.scope);
    front.server.spaces.as_ref().is_none_or(|spaces| spaces.contains(&space) || !has_effect())
}

fn controls<'p>(sight: Sight<'p>, space: &'p policy::Space) -> SpaceViewControls<'p> {
    let change = |kind| Proposal::new(kind).with("space", space.id.as_str());
    let name = change(ChangeKind::EditSpace).with("name", space.name.as_str());
    let named = sight.permits(&name, space.workspace);
    let remove = change(ChangeKind::RemoveSpace);
    let removed = sight.permits(&remove, space.workspace);
    SpaceViewControls {
        name: Control::new(space.name.as_str()).choose(space.name.as_str(), name, &["/name"], named),
        remove: Control::act(false, remove, removed),
    }
}

/// Assigning is the host's to do; whether it may is a decision.
fn assign<'p>(front: &Front<'p>, space: &'p policy::Space) -> Control<'p> {
    let sight = front.sight;
    let inquiry = Inquiry {
        action: Action::SpaceAssign,
        user: sight.user(),
        workspace: Some(sight.scope_id(front.scope)).filter(|_| sight.knows_scope(front.scope)),
        space: Some(&space.id),
        target: AskedOf::Server(&front.server.id),
    };
    let verdict = match inquiry.workspace {
        Some(_) => sight.decides(&inquiry, front.scope),
        // They don't work where they aren't known to belong (L-8).
        None => Err(sight.closed(Reason::UnknownWorkspace, &[], front.scope)),
    };
    Control::act(false, inquiry, verdict)
}
