//! The servers that are seen from a scope (K-11).

use std::ops::ControlFlow;

use super::ViewKind;
use super::control::{Control, Proposal};
use super::merge::Merge;
use super::row::{Actions, Front, ServerStatus, ShownSource};
use super::sample;
use super::setting::Desk;
use super::shown::{Head, LastContact, Piece, shown};
use super::sight::Sight;
use crate::change::ChangeKind;
use crate::decide::Reason;
use crate::document::Visibility;
use crate::policy::{Scope, Server, Setting, Slot};

shown! {
    /// The servers that are seen from a scope.
    pub struct ServersView<'p> {
        /// The scope.
        scope: must Head<'p> = "scope",
        /// What may be done here.
        controls: must ServersControls<'p> = "controls",
        /// The servers, by id.
        rows: must Vec<ServersRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// What may be done with the servers of a scope.
    pub struct ServersControls<'p> {
        /// Registering a shared one here.
        register: must Control<'p> = "register",
    }

    /// A server.
    pub struct ServersRow<'p> {
        /// Its id.
        server: must &'p str = "server",
        /// Its name.
        name: must &'p str = "name",
        /// Where it comes from.
        source: must ShownSource<'p> = "source",
        /// Private or shared, as stored.
        visibility: must Visibility = "visibility",
        /// Where it is registered, where that exists for the actor.
        scope: maybe &'p str = "scope",
        /// How it does, on this scope's path.
        standing: part ServerStatus,
        /// Absent: not yet checked.
        last_contact: maybe LastContact = "lastContact",
        /// What may be done with it.
        controls: must RowControls<'p> = "controls",
    }

    /// What may be done with a server of the list.
    pub struct RowControls<'p> {
        /// What everybody sees.
        actions: part Actions<'p>,
        /// For administrators, of what is shared from above: whether it is declined here (S-11).
        declined: maybe Control<'p> = "declined",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, scope: &str) -> Result<ServersView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let scope = sight.who.scope(scope)?;
    let sight = sight.about(scope);
    let head = sight.head(scope).ok_or(Reason::UnknownScope)?;
    let after = sight.after();
    let seen = seen_from(sight, scope, after.as_ref().map(|cursor| cursor.key(0)));
    let fronts = seen.filter(|(_, server)| sight.fits_text(&server.id, &server.name));
    let fronts = fronts.filter_map(|(slot, server)| Front::from(sight, scope, slot, server).map(|front| (front.status(), front)));
    let wanted = sight.wanted_badge();
    let fitting = fronts.filter(|(status, _)| wanted.is_none_or(|wanted| status.as_str() == wanted));
    let desk = Desk::new(sight, scope).filter(Desk::is_administered);
    let (rows, next) = sight.page(
        ViewKind::Servers,
        fitting,
        |(_, front)| vec![front.server.id.as_str()],
        |(status, front)| {
            let server = front.server;
            ServersRow {
                server: &server.id,
                name: &server.name,
                source: ShownSource::of(snapshot, server),
                visibility: server.visibility,
                scope: front.registered_at(),
                standing: (&status).into(),
                last_contact: sight.last_contact(&server.id),
                controls: RowControls { actions: front.actions(), declined: declined(desk.as_ref(), &front) },
            }
        },
    );
    Ok(ServersView { scope: head, controls: ServersControls { register: register(sight, scope) }, rows, next })
}

/// The servers that an actor sees from a scope, those behind an id, by id: the shared ones on its path, and their own private
/// ones in it (C-8).
pub(super) fn seen_from<'p>(
    sight: Sight<'p>,
    scope: Slot<Scope>,
    after: Option<&str>,
) -> impl Iterator<Item = (Slot<Server>, &'p Server)> + use<'p> {
    let snapshot = sight.snapshot;
    let on_path = snapshot.path(scope).into_iter().flat_map(|path| path.iter());
    let shared = on_path.filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_deref()).map(|contents| &contents.servers);
    let own = sight.who.user.and_then(|(_, user)| user.holds.as_deref()).map(|holds| &holds.owns);
    let all = Merge::new(&snapshot.servers, shared.chain(own), after);
    all.filter(move |(_, server)| match server.visibility {
        Visibility::Shared => snapshot.path(scope).is_some_and(|path| path.holds(server.scope)),
        Visibility::Private => server.scope == scope && sight.who.owns(server),
    })
}

/// Whether a server from above is declined here (S-11).
fn declined<'p>(desk: Option<&Desk<'p>>, front: &Front<'p>) -> Option<Control<'p>> {
    let desk = desk.filter(|desk| front.server.scope != desk.scope)?;
    let setting = Setting::Server(front.slot);
    Some(desk.control(setting, &desk.lock_of(&[setting])))
}

/// Registering a shared server here: of any source, at any address.
fn register<'p>(sight: Sight<'p>, scope: Slot<Scope>) -> Control<'p> {
    let snapshot = sight.snapshot;
    let record = Piece::object().with("scope", sight.scope_id(scope)).with("visibility", "shared").with("switch", "on");
    let change = |record: Piece<'p>| Proposal::new(ChangeKind::RegisterServer).with("server", record);
    let policy = snapshot.path(scope).map(|path| snapshot.scope_policy(*path));
    // What is off here is refused for that, and there may be many.
    let is_on = move |slot| policy.is_some_and(|policy| policy.integration_offs(slot, &mut |_| ControlFlow::Break(())).is_continue());
    let entries = snapshot.catalog.iter().filter(move |slot| is_on(*slot)).filter_map(|slot| snapshot.integrations.get(slot));
    let sources = std::iter::once(None).chain(entries.filter(|entry| entry.approved).map(Some));
    let filled = sample::registrations(snapshot, &record, sources);
    let verdict = sample::first_open(filled.map(|record| sight.permits(&change(record), scope)))
        .unwrap_or_else(|| Err(sight.closed(Reason::OriginNotAllowed, &[], scope)));
    let fill = ["/server/id", "/server/name", "/server/source", "/server/address", "/server/authorization", "/server/agents"];
    Control::new(false).choose(true, change(record), &fill, verdict)
}
