//! Who reaches what, both ways.

use serde::ser::SerializeStruct;

use super::ViewKind;
use super::merge::Merge;
use super::reach::{self, Worker};
use super::shown::{Head, Members, Named, shown};
use super::sight::Sight;
use crate::decide::{Layer, Outcome, Packed, Reason};
use crate::policy::{Scope, Slot};

shown! {
    /// What one user reaches.
    pub struct ReachedView<'p> {
        /// The user.
        user: must Named<'p> = "user",
        /// From where.
        workspace: must Head<'p> = "workspace",
        /// What denies them as a whole.
        denied: maybe ComesTo = "denied",
        /// The tools, by server and name.
        rows: must Vec<ReachedRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// What something comes to, and why.
    pub struct ComesTo {
        /// Allow, ask or deny.
        outcome: must Outcome = "outcome",
        /// Why.
        reason: maybe Reason = "reason",
        /// The layer that denies or asks.
        layer: maybe Layer = "layer",
    }

    /// A tool that a user sees.
    pub struct ReachedRow<'p> {
        /// The server's id.
        server: must &'p str = "server",
        /// The virtual server's, where it is seen through one.
        virtual_server: maybe &'p str = "virtualServer",
        /// The tool's name on its server.
        tool: must &'p str = "tool",
        /// The exposed name, where it is another (V-8).
        exposed: maybe &'p str = "as",
        /// What a call comes to.
        comes_to: part ComesTo,
        /// Where no agent was named: those that may, by id.
        agents: maybe Vec<&'p str> = "agents",
    }

    /// Who reaches one tool.
    pub struct ReachingView<'p> {
        /// The server.
        server: must Named<'p> = "server",
        /// The tool's name.
        tool: must &'p str = "tool",
        /// From where.
        workspace: must Head<'p> = "workspace",
        /// Everybody who belongs there, by id.
        rows: must Vec<ReachingRow<'p>> = "rows",
        /// Where the next page begins.
        next: maybe String = "next",
    }

    /// Somebody who belongs there.
    pub struct ReachingRow<'p> {
        /// The user's id.
        user: must &'p str = "user",
        /// The user's name.
        name: must &'p str = "name",
        /// What a call comes to.
        comes_to: part ComesTo,
        /// Where no agent was named: those that may, by id.
        agents: maybe Vec<&'p str> = "agents",
    }
}

/// Either way.
#[derive(Clone, Debug)]
pub enum AccessView<'p> {
    /// What one user reaches.
    Reached(ReachedView<'p>),
    /// Who reaches one tool.
    Reaching(ReachingView<'p>),
}

impl Members for AccessView<'_> {
    fn members<O: SerializeStruct>(&self, object: &mut O) -> Result<(), O::Error> {
        match self {
            Self::Reached(view) => view.members(object),
            Self::Reaching(view) => view.members(object),
        }
    }
}

impl From<Packed> for ComesTo {
    fn from(packed: Packed) -> Self {
        Self { outcome: packed.outcome(), reason: packed.reason(), layer: packed.layer() }
    }
}

/// By which agent and from which space; they have to be there.
fn means<'q>(
    sight: Sight<'_>,
    workspace: Slot<Scope>,
    agent: Option<&'q str>,
    space: Option<&'q str>,
) -> Result<(Option<&'q str>, Option<&'q str>), Reason> {
    let snapshot = sight.snapshot;
    if agent.is_some_and(|agent| snapshot.agents.slot(agent).is_none()) {
        return Err(Reason::UnknownAgent);
    }
    let lies_there = |space: &str| snapshot.spaces.find(space).is_some_and(|(_, space)| space.workspace == workspace);
    if space.is_some_and(|space| !lies_there(space)) {
        return Err(Reason::UnknownSpace);
    }
    Ok((agent, space))
}

/// What one user reaches: a page of what a list of everything says for them (L-2).
pub(super) fn reached<'p>(
    sight: Sight<'p>,
    user: &str,
    workspace: &str,
    agent: Option<&str>,
    space: Option<&str>,
) -> Result<AccessView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let (slot, user) = sight.who.known_user(user)?;
    let workspace = sight.who.workspace(workspace)?;
    let path = snapshot.path(workspace).filter(|path| user.belongs(path)).ok_or(Reason::UnknownWorkspace)?;
    if !sight.who.is(slot) && !sight.who.administers(workspace) {
        return Err(Reason::NotAdministrator);
    }
    let (agent, space) = means(sight, workspace, agent, space)?;
    let head = sight.head(path.scope().unwrap_or(workspace)).ok_or(Reason::UnknownWorkspace)?;
    let worker = Worker::new(snapshot, user, head.id, agent, space, sight.now);
    let denied = worker.denied();
    let (rows, next) = if denied.is_some() { (Vec::new(), None) } else { rows(sight, &worker) };
    let user = Named { id: &user.id, name: &user.name };
    Ok(AccessView::Reached(ReachedView { user, workspace: head, denied: denied.map(ComesTo::from), rows, next }))
}

fn rows<'p>(sight: Sight<'p>, worker: &Worker<'p>) -> (Vec<ReachedRow<'p>>, Option<String>) {
    let snapshot = sight.snapshot;
    let after = sight.after();
    // Behind a row there may be more of its server.
    let from = after.as_ref().map(|cursor| cursor.key(0));
    let begun = from.and_then(|id| snapshot.servers.find(id));
    let behind =
        |row: &reach::Row<'p>| after.as_ref().is_none_or(|cursor| row.keys().as_slice() > cursor.keys().collect::<Vec<_>>().as_slice());
    let servers = begun.into_iter().chain(worker.servers(from)).filter(|(_, server)| sight.who.knows_server(server));
    let all = servers.flat_map(|(slot, server)| worker.rows_of(slot, server, sight.activity));
    let badge = sight.wanted_badge();
    let fits = |row: &reach::Row<'p>| {
        let has_badge = badge.is_none_or(|badge| row.outcome.outcome().as_str() == badge);
        has_badge && (sight.fits_text(row.tool, row.exposed.unwrap_or_default()) || sight.fits_text(&row.server.id, &row.server.name))
    };
    let exists = |row: &reach::Row<'p>| row.through.is_none_or(|through| sight.who.knows_virtual_server(through));
    let fitting = all.filter(|row| behind(row) && exists(row) && fits(row));
    sight.page(
        ViewKind::Access,
        fitting,
        |row| row.keys(),
        |row| ReachedRow {
            server: &row.server.id,
            virtual_server: row.through.map(|through| through.id.as_str()),
            tool: row.tool,
            exposed: row.exposed,
            comes_to: row.outcome.into(),
            agents: worker.agents(row.server, row.outcome),
        },
    )
}

/// Who reaches one tool: everybody who belongs to a workspace, itself or through a scope above.
pub(super) fn reaching<'p>(
    sight: Sight<'p>,
    server: &str,
    tool: &str,
    workspace: Option<&str>,
    agent: Option<&str>,
    space: Option<&str>,
) -> Result<AccessView<'p>, Reason> {
    let snapshot = sight.snapshot;
    let (slot, server) = sight.who.server(server)?;
    let home = snapshot.scopes.get(server.scope).filter(|scope| scope.is_workspace);
    let workspace = match (workspace, home) {
        (Some(workspace), _) => sight.who.workspace(workspace)?,
        (None, Some(home)) => sight.who.workspace(&home.id)?,
        (None, None) => return Err(Reason::UnknownWorkspace),
    };
    let path = *snapshot.path(workspace).filter(|path| path.holds(server.scope)).ok_or(Reason::UnknownWorkspace)?;
    if !sight.who.administers(workspace) {
        return Err(Reason::NotAdministrator);
    }
    let (agent, space) = means(sight, workspace, agent, space)?;
    let place = server.tool_named(snapshot, tool).ok_or(Reason::UnknownTool)?;
    let named = server.tools.get(usize::from(place)).and_then(Option::as_ref).and_then(|tool| snapshot.names.get(tool.name));
    let tool = named.ok_or(Reason::UnknownTool)?;
    let head = sight.head(workspace).ok_or(Reason::UnknownWorkspace)?;
    let after = sight.after();
    let on_path: Vec<Slot<Scope>> = path.iter().collect();
    let on_path = on_path.into_iter().filter_map(|scope| snapshot.scopes.get(scope)?.contents.as_deref());
    let people = Merge::new(&snapshot.users, on_path.map(|contents| &contents.people), after.as_ref().map(|cursor| cursor.key(0)));
    let badge = sight.wanted_badge();
    let all = people.filter(|(_, user)| user.belongs(&path) && sight.fits_text(&user.id, &user.name));
    let all = all.map(|(_, user)| {
        let worker = Worker::new(snapshot, user, head.id, agent, space, sight.now);
        let outcome = worker.outcome(slot, server, Some(place), sight.activity);
        (user, outcome, worker.agents(server, outcome))
    });
    let (rows, next) = sight.page(
        ViewKind::Access,
        all.filter(|(_, outcome, _)| badge.is_none_or(|badge| outcome.outcome().as_str() == badge)),
        |(user, ..)| vec![user.id.as_str()],
        |(user, outcome, agents)| ReachingRow { user: &user.id, name: &user.name, comes_to: outcome.into(), agents },
    );
    let server = Named { id: &server.id, name: &server.name };
    Ok(AccessView::Reaching(ReachingView { server, tool, workspace: head, rows, next }))
}
