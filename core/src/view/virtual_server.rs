//! One virtual server (V-1 to V-8).

use super::advice::{Advice, of_virtual_server};
use super::control::{Control, Proposal, Value};
use super::look::Look;
use super::server::by;
use super::shown::{Piece, shown};
use super::sight::Sight;
use super::virtual_servers::{change, connect, delete, state};
use crate::change::ChangeKind;
use crate::decide::{Layer, Outcome, Packed, Reason, is_shared};
use crate::document::{Grant, Label, State, Time};
use crate::policy::{self, Scope, Selected, Slot};

shown! {
    /// One virtual server.
    pub struct VirtualServerView<'p> {
        /// What it is.
        virtual_server: must VirtualServerRecord<'p> = "virtualServer",
        /// Its tools, by exposed name: to its keepers all that are selected, to others those that are open.
        tools: must Vec<VirtualTool<'p>> = "tools",
        /// Its access list, for its keepers.
        access: maybe Vec<AccessEntry<'p>> = "access",
        /// What may be done with it.
        controls: must VirtualServerControls<'p> = "controls",
        /// Advice, for its keepers (K-10).
        advice: some Advice<'p> = "advice",
    }

    /// What a virtual server is.
    pub struct VirtualServerRecord<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// What it is for.
        description: maybe &'p str = "description",
        /// Its state (V-1).
        state: must State = "state",
        /// Its scope, where that exists for the actor.
        scope: maybe &'p str = "scope",
        /// What fronts it, for its keepers.
        oauth_provider: maybe &'p str = "oauthProvider",
        /// When it was last published, for its keepers.
        published: maybe ShownPublished<'p> = "published",
    }

    /// When a virtual server was last published.
    pub struct ShownPublished<'p> {
        /// When.
        at: must Time = "at",
        /// By whom; absent: the host.
        by: maybe &'p str = "by",
    }

    /// A selected tool.
    pub struct VirtualTool<'p> {
        /// By what name it is called (V-8).
        name: must &'p str = "name",
        /// The server underneath, for keepers.
        server: maybe &'p str = "server",
        /// The tool's name there, for keepers.
        tool: maybe &'p str = "tool",
        /// The label that counts (K-6).
        label: maybe Label = "label",
        /// What policy makes of a call (P-V9).
        outcome: must Outcome = "outcome",
        /// Why, for keepers.
        reason: maybe Reason = "reason",
        /// The layer that denies or asks, for keepers.
        layer: maybe Layer = "layer",
    }

    /// Somebody's grant.
    pub struct AccessEntry<'p> {
        /// The user's id.
        user: must &'p str = "user",
        /// The user's name, where they exist for the actor.
        name: maybe &'p str = "name",
        /// Which grant.
        grant: must Grant = "grant",
        /// It gives nothing (V-7).
        inert: flag bool = "inert",
        /// What may be done with it.
        controls: must AccessControls<'p> = "controls",
    }

    /// What may be done with a grant.
    pub struct AccessControls<'p> {
        /// Taking it away.
        remove: must Control<'p> = "remove",
    }

    /// What may be done with a virtual server.
    pub struct VirtualServerControls<'p> {
        /// Connecting to it.
        connect: maybe Control<'p> = "connect",
        /// All else, for its keepers.
        kept: perhaps KeptVirtualControls<'p>,
    }

    /// What a virtual server's keepers may do with it.
    pub struct KeptVirtualControls<'p> {
        /// Its name.
        name: must Control<'p> = "name",
        /// What it is for.
        description: must Control<'p> = "description",
        /// What fronts it.
        oauth_provider: must Control<'p> = "oauthProvider",
        /// Its state (V-1).
        state: must Control<'p> = "state",
        /// What it selects.
        tools: must Control<'p> = "tools",
        /// Letting somebody connect.
        grant_connect: must Control<'p> = "grantConnect",
        /// Letting somebody manage it.
        grant_manage: must Control<'p> = "grantManage",
        /// Deleting it.
        delete: must Control<'p> = "delete",
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, server: &str, workspace: Option<&str>) -> Result<VirtualServerView<'p>, Reason> {
    let (_, server) = sight.who.virtual_server(server)?;
    let sight = sight.about(server.scope);
    let workspace = match workspace {
        Some(workspace) => {
            let workspace = sight.who.workspace(workspace)?;
            let below = sight.snapshot.path(workspace).is_some_and(|path| path.holds(server.scope));
            Some(Some(workspace).filter(|_| below).ok_or(Reason::UnknownVirtualServer)?)
        }
        None => None,
    };
    let keeps = sight.who.manages(server);
    let tools = tools(sight, server, workspace);
    let labels: Vec<Option<Label>> = tools.iter().map(|tool| tool.label).collect();
    Ok(VirtualServerView {
        virtual_server: record(sight, server, keeps),
        tools: if keeps { tools } else { open(tools) },
        access: keeps.then(|| access(sight, server)),
        controls: VirtualServerControls {
            connect: workspace.and_then(|workspace| connect(sight, workspace, server)),
            kept: keeps.then(|| controls(sight, server)),
        },
        advice: if keeps { of_virtual_server(sight.snapshot, server, &labels) } else { Vec::new() },
    })
}

fn record<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer, keeps: bool) -> VirtualServerRecord<'p> {
    let published = server.published.as_deref().map(|(stamp, _)| stamp).filter(|_| keeps);
    VirtualServerRecord {
        id: &server.id,
        name: &server.name,
        description: server.description.as_deref(),
        state: server.state,
        scope: sight.knows_scope(server.scope).then(|| sight.scope_id(server.scope)),
        oauth_provider: server.oauth_provider.as_deref().filter(|_| keeps),
        published: published.map(|stamp| ShownPublished { at: stamp.at, by: by(sight, stamp) }),
    }
}

/// Every selected tool, by exposed name, on the workspace's path or else on its server's own.
fn tools<'p>(sight: Sight<'p>, through: &'p policy::VirtualServer, workspace: Option<Slot<Scope>>) -> Vec<VirtualTool<'p>> {
    let mut tools: Vec<VirtualTool<'p>> =
        through.tools.iter().flatten().filter_map(|selected| tool(sight, through, selected, workspace)).collect();
    tools.sort_by_key(|tool| tool.name);
    tools
}

fn tool<'p>(
    sight: Sight<'p>,
    through: &'p policy::VirtualServer,
    selected: &Selected,
    workspace: Option<Slot<Scope>>,
) -> Option<VirtualTool<'p>> {
    let snapshot = sight.snapshot;
    let server = snapshot.servers.get(selected.server)?;
    let path = *snapshot.path(workspace.unwrap_or(server.scope))?;
    let look = Look::new(sight.who, path, selected.server, server).through(through);
    let mut outcomes = look.outcomes();
    let place = server.tool_of(selected.tool);
    // V-2: what isn't shared, or isn't visible from the workspace, isn't there.
    let is_there = is_shared(server, look.policy()) && path.holds(server.scope);
    let unknown = Packed::new(Outcome::Deny, Some(Layer::Existence), Reason::UnknownTool);
    let outcome = if is_there { outcomes.of(place) } else { unknown };
    Some(VirtualTool {
        name: snapshot.names.get(selected.exposed)?,
        server: Some(&server.id),
        tool: snapshot.names.get(selected.tool),
        label: outcomes.tool(place).and_then(|found| crate::decide::tool::label(&found, look.policy()).0),
        outcome: outcome.outcome(),
        reason: outcome.reason(),
        layer: outcome.layer(),
    })
}

/// What others than keepers see: what is open, and nothing underneath (V-5).
fn open(tools: Vec<VirtualTool<'_>>) -> Vec<VirtualTool<'_>> {
    let open = tools.into_iter().filter(|tool| tool.outcome.is_open());
    open.map(|tool| VirtualTool { server: None, tool: None, reason: None, layer: None, ..tool }).collect()
}

/// The access list, by user, then grant. Managers know who is on it (P-12).
fn access<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer) -> Vec<AccessEntry<'p>> {
    let snapshot = sight.snapshot;
    let entry = |entry: &policy::Entry| {
        let user = snapshot.users.get(entry.user)?;
        let change = change(ChangeKind::Ungrant, server).with("user", user.id.as_str()).with("grant", entry.grant.as_str());
        let verdict = sight.permits(&change, server.scope);
        Some(AccessEntry {
            user: &user.id,
            name: sight.who.user_for(&user.id, server).is_ok().then_some(user.name.as_str()),
            grant: entry.grant,
            inert: !snapshot.is_in_reach(user, server.scope),
            controls: AccessControls { remove: Control::act(false, change, verdict) },
        })
    };
    let mut entries: Vec<AccessEntry<'p>> = server.access.iter().filter_map(entry).collect();
    entries.sort_by_key(|entry| (entry.user, entry.grant));
    entries
}

fn controls<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer) -> KeptVirtualControls<'p> {
    let typed = |value: Value<'p>, change: Proposal<'p>, fill: &'static str| {
        let verdict = sight.permits(&change, server.scope);
        Control::new(value.clone()).choose(value, change, &[fill], verdict)
    };
    let edit = || change(ChangeKind::EditVirtualServer, server);
    let text = |present: Option<&'p str>, member: &'static str, fill: &'static str| {
        // Without a text yet the change stands bare: as it is, it alters nothing (P-5).
        let change = match present {
            Some(present) => edit().with(member, present),
            None => edit(),
        };
        typed(present.unwrap_or_default().into(), change, fill)
    };
    let mut selected: Vec<_> =
        server.tools.iter().flatten().filter_map(|selected| Some((names(sight, selected)?, &selected.notes))).collect();
    selected.sort_unstable_by_key(|(names, _)| *names);
    let count = selected.len() as u64;
    // Annotations go along: the list is replaced whole.
    let list = selected.into_iter().map(|((on, tool, exposed), notes)| {
        Piece::object().with("server", on).with("tool", tool).with_some("as", exposed).annotated(notes)
    });
    let list = Piece::List(list.collect());
    let tools = change(ChangeKind::SetVirtualTools, server).with("tools", list);
    KeptVirtualControls {
        name: typed(server.name.as_str().into(), edit().with("name", server.name.as_str()), "/name"),
        description: text(server.description.as_deref(), "description", "/description"),
        oauth_provider: text(server.oauth_provider.as_deref(), "oauthProvider", "/oauthProvider"),
        state: state(sight, server),
        tools: typed(count.into(), tools, "/tools"),
        grant_connect: grant(sight, server, Grant::Connect),
        grant_manage: grant(sight, server, Grant::Manage),
        delete: delete(sight, server),
    }
}

/// A selected tool by its names, with the exposed one where that is another.
fn names<'p>(sight: Sight<'p>, selected: &Selected) -> Option<(&'p str, &'p str, Option<&'p str>)> {
    let names = &sight.snapshot.names;
    let (tool, exposed) = (names.get(selected.tool)?, names.get(selected.exposed)?);
    Some((&sight.snapshot.servers.get(selected.server)?.id, tool, Some(exposed).filter(|exposed| *exposed != tool)))
}

/// Open where somebody may be granted it: whoever manages it may, and there always is one (V-4). Who has it already comes first:
/// that alters nothing, which is permitted even of who is no longer eligible, and at the last revision too (P-5, P-10).
fn grant<'p>(sight: Sight<'p>, server: &'p policy::VirtualServer, grant: Grant) -> Control<'p> {
    let snapshot = sight.snapshot;
    let bare = change(ChangeKind::Grant, server).with("grant", grant.as_str());
    let user = |entry: &policy::Entry| snapshot.users.get(entry.user);
    let holders = server.access.iter().filter(|entry| entry.grant == grant).filter_map(user);
    let in_reach = server.access.iter().filter_map(user).filter(|user| snapshot.is_in_reach(user, server.scope));
    let mut known = holders.chain(in_reach).filter(|user| sight.who.user_for(&user.id, server).is_ok());
    let verdict = match known.next() {
        Some(user) => sight.permits(&bare.clone().with("user", user.id.as_str()), server.scope),
        None => Err(sight.closed(Reason::NotEligible, &[], server.scope)),
    };
    Control::new(false).choose(true, bare, &["/user"], verdict)
}
