//! The connectors section of a delegated administrator (D-3, D-4).

use super::ViewKind;
use super::control::Control;
use super::merge::Merge;
use super::row::{Front, ServerStatus, ShownSource};
use super::shown::{LastContact, shown};
use super::sight::Sight;
use crate::decide::Reason;

shown! {
    /// The servers to which the actor is assigned with effect.
    pub struct ConnectorsView<'p> {
        /// The servers, by id.
        rows: must Vec<ConnectorsRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// One of them.
    pub struct ConnectorsRow<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Its name.
        name: must &'p str = "name",
        /// Where it is registered, where that exists for them.
        scope: maybe &'p str = "scope",
        /// Where it comes from.
        source: must ShownSource<'p> = "source",
        /// How it does, on its own path.
        standing: part ServerStatus,
        /// Absent: not yet checked.
        last_contact: maybe LastContact = "lastContact",
        /// How many tools it has.
        tools: must u64 = "tools",
        /// The spaces that it is limited to; absent: open to all.
        spaces: maybe Vec<&'p str> = "spaces",
        /// What D-3 lets them do.
        controls: must ConnectorsControls<'p> = "controls",
    }

    /// What an assignee may do with a server.
    pub struct ConnectorsControls<'p> {
        /// Stopping it (D-5).
        disable: must Control<'p> = "disable",
        /// Lifting a stop.
        enable: must Control<'p> = "enable",
        /// Its name.
        edit: must Control<'p> = "edit",
        /// The spaces that it is limited to.
        spaces: must Control<'p> = "spaces",
        /// Entering its tools (K-9).
        refresh: must Control<'p> = "refresh",
        /// Authorising again; absent where there is nothing to authorise.
        reconnect: maybe Control<'p> = "reconnect",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>) -> Result<ConnectorsView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let assigned = sight.who.user.and_then(|(_, user)| user.holds.as_deref()).map(|holds| &holds.assigned);
    let with_effect =
        |after: Option<&str>| Merge::new(&snapshot.servers, assigned, after).filter(move |(_, server)| sight.who.is_delegate(server));
    if with_effect(None).next().is_none() {
        return Err(Reason::NotAdministrator);
    }
    let after = sight.after();
    let here = with_effect(after.as_ref().map(|cursor| cursor.key(0)));
    let fitting = here.filter(|(_, server)| sight.fits_text(&server.id, &server.name));
    let fronts = fitting.filter_map(|(slot, server)| {
        let front = Front::at_home(sight.about(server.scope), slot, server)?;
        Some((front.status(), front))
    });
    let wanted = sight.wanted_badge();
    let (rows, next) = sight.page(
        ViewKind::Connectors,
        fronts.filter(|(status, _)| wanted.is_none_or(|wanted| status.as_str() == wanted)),
        |(_, front)| vec![front.server.id.as_str()],
        |(status, front)| ConnectorsRow {
            server: &front.server.id,
            name: &front.server.name,
            scope: front.registered_at(),
            source: ShownSource::of(snapshot, front.server),
            standing: (&status).into(),
            last_contact: sight.last_contact(&front.server.id),
            tools: front.tools(),
            spaces: front.shown_spaces(),
            controls: ConnectorsControls {
                disable: front.disable(),
                enable: front.enable(),
                edit: front.edit(),
                spaces: front.spaces(),
                refresh: front.refresh(),
                reconnect: front.reconnect(),
            },
        },
    );
    Ok(ConnectorsView { rows, next })
}
