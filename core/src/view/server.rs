//! One server.

use super::advice::{Advice, is_idle, of_server};
use super::control::{Control, Words};
use super::inventory::{DigestText, DisabledBy, disabled};
use super::reach::agents;
use super::row::{Actions, Front, ServerStatus, ShownSource};
use super::shown::{LastContact, Person, shown};
use super::sight::Sight;
use super::status::Status;
use super::tool::{Seen, tools};
use crate::address::{address_digest, redact};
use crate::decide::{Layer, Lock, Outcome, Reason};
use crate::document::{Credentials, Label, Method, Mode, Switch, Time, Visibility};
use crate::policy::{Server, Stamp, User};

shown! {
    /// One server.
    pub struct ServerView<'p> {
        /// What it is.
        server: must ServerRecord<'p> = "server",
        /// How it does.
        standing: part ServerStatus,
        /// Of one that is off: the text for this actor.
        message: maybe Words<'p> = "message",
        /// Absent: not yet checked.
        last_contact: maybe LastContact = "lastContact",
        /// What may be done with it.
        controls: must ServerControls<'p> = "controls",
        /// Its tools, by name.
        tools: must Vec<ServerTool<'p>> = "tools",
        /// Advice, for its keepers (K-10).
        advice: some Advice<'p> = "advice",
    }

    /// What a server is.
    pub struct ServerRecord<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// Where it comes from.
        source: must ShownSource<'p> = "source",
        /// Private or shared, as stored.
        visibility: must Visibility = "visibility",
        /// Redacted (N-3).
        address: must String = "address",
        /// The digest of it as it is.
        address_digest: must DigestText = "addressDigest",
        /// How it is authorised.
        authorization: must ShownAuthorization = "authorization",
        /// The agents that may use it (K-2).
        agents: must Vec<&'p str> = "agents",
        /// Where it is registered, where that exists for the actor.
        scope: maybe &'p str = "scope",
        /// Who registered it, where they exist for the actor.
        owner: maybe Person<'p> = "owner",
        /// What its keepers see besides.
        kept: perhaps KeptRecord<'p>,
    }

    /// How a server is authorised.
    pub struct ShownAuthorization {
        /// The method.
        method: must Method = "method",
        /// Absent: everybody's own.
        credentials: maybe Credentials = "credentials",
    }

    /// What a server's keepers see of it besides.
    pub struct KeptRecord<'p> {
        /// When it was registered.
        registered_at: must Time = "registeredAt",
        /// The master switch (K-1).
        switch: must Switch = "switch",
        /// The names of its headers (K-12).
        headers: some &'p str = "headers",
        /// Who stopped it (N-4, D-5).
        disabled: some DisabledBy<'p> = "disabled",
        /// The spaces that it is limited to, those that exist for the actor; absent: open to all.
        spaces: maybe Vec<&'p str> = "spaces",
        /// Why a shared credential passes (K-14, V-6).
        waiver: maybe ShownWaiver<'p> = "waiver",
        /// Its delegates, for administrators (D-2).
        assignees: some &'p str = "assignees",
    }

    /// Why a shared credential passes.
    pub struct ShownWaiver<'p> {
        /// Who said so; absent: the host.
        by: maybe &'p str = "by",
        /// When.
        at: must Time = "at",
        /// Why.
        reason: must &'p str = "reason",
    }

    /// What may be done with a server.
    pub struct ServerControls<'p> {
        /// What everybody sees.
        actions: part Actions<'p>,
        /// What its keepers see besides.
        kept: perhaps KeptControls<'p>,
    }

    /// What a server's keepers see of its controls besides.
    pub struct KeptControls<'p> {
        /// The master switch (K-1).
        switch: must Control<'p> = "switch",
        /// Stopping it (N-4, D-5).
        disable: must Control<'p> = "disable",
        /// Lifting a stop.
        enable: must Control<'p> = "enable",
        /// The names of its headers (K-12).
        headers: must Control<'p> = "headers",
        /// How it is authorised.
        authorization: must Control<'p> = "authorization",
        /// Its address (C-5).
        readdress: must Control<'p> = "readdress",
        /// The agents that may use it (K-2).
        agents: must Control<'p> = "agents",
        /// The spaces that it is limited to.
        spaces: must Control<'p> = "spaces",
        /// Its delegates (D-2).
        assignees: must Control<'p> = "assignees",
        /// Letting a shared credential pass (K-14, V-6).
        waiver: must Control<'p> = "waiver",
        /// Entering its tools (K-9).
        refresh: must Control<'p> = "refresh",
    }

    /// A tool of a server.
    pub struct ServerTool<'p> {
        /// Its name.
        tool: must &'p str = "tool",
        /// The label that counts (K-6).
        label: maybe Label = "label",
        /// What the catalogue says of it.
        sensitive: flag bool = "sensitive",
        /// Whether a definition is accepted (K-9).
        pinned: must bool = "pinned",
        /// The mode, as stored (K-4).
        mode: must Mode = "mode",
        /// The strictest floor that holds it (K-5).
        floor: maybe ToolFloor<'p> = "floor",
        /// Whether its mode is looser than the floor.
        overruled: flag bool = "overruled",
        /// What policy makes of a call (P-V9).
        outcome: must Outcome = "outcome",
        /// Why.
        reason: maybe Reason = "reason",
        /// The layer that denies or asks.
        layer: maybe Layer = "layer",
        /// What its keepers may do with it.
        controls: maybe ToolControls<'p> = "controls",
    }

    /// The strictest floor that holds a tool.
    pub struct ToolFloor<'p> {
        /// `ask` or `deny`.
        value: must &'static str = "value",
        /// All floors of that strictness.
        lock: must Lock<'p> = "lock",
    }

    /// What may be done with a tool.
    pub struct ToolControls<'p> {
        /// Enabling it (K-3).
        enabled: must Control<'p> = "enabled",
        /// Its mode (K-4).
        approval: must Control<'p> = "approval",
        /// The administrators' label (K-6).
        label: must Control<'p> = "label",
        /// Accepting its definition (K-9).
        accept: must Control<'p> = "accept",
    }
}

impl ShownAuthorization {
    pub(super) fn of(server: &Server) -> Self {
        Self { method: server.method, credentials: server.has_shared_credential().then_some(server.credentials) }
    }
}

pub(super) fn look<'p>(sight: Sight<'p>, server: &str, workspace: Option<&str>) -> Result<ServerView<'p>, Reason> {
    let (slot, server) = sight.who.server(server)?;
    let sight = sight.about(server.scope);
    let front = match workspace {
        Some(workspace) => {
            let workspace = sight.who.workspace(workspace)?;
            let below = sight.snapshot.path(workspace).is_some_and(|path| path.holds(server.scope));
            Front::from(sight, workspace, slot, server).filter(|_| below)
        }
        None => Front::at_home(sight, slot, server),
    };
    let front = front.ok_or(Reason::UnknownServer)?;
    let who = sight.who;
    let keeps = who.administers(server.scope) || who.is_delegate(server) || who.owns(server);
    let status = front.status();
    let tools = tools(sight.snapshot, &front.look, server.tools.len());
    let idle = |user: &User| is_idle(sight.activity.last_delegated(&user.id), sight.now);
    Ok(ServerView {
        server: record(&front, keeps),
        standing: (&status).into(),
        message: match &status {
            Status::Off(decision) => Some(sight.denied(decision, front.scope).message),
            _ => None,
        },
        last_contact: sight.last_contact(&server.id),
        controls: ServerControls { actions: front.actions(), kept: keeps.then(|| kept_controls(&front)) },
        advice: if keeps { of_server(who, server, &tools, idle) } else { Vec::new() },
        tools: tools.iter().map(|seen| tool(&front, seen, keeps)).collect(),
    })
}

fn record<'p>(front: &Front<'p>, keeps: bool) -> ServerRecord<'p> {
    let (sight, server) = (front.sight, front.server);
    let owner = server.owner.and_then(|slot| Some((slot, sight.snapshot.users.get(slot)?)));
    let owner = owner.filter(|(slot, user)| sight.who.knows_user(*slot, user));
    ServerRecord {
        id: &server.id,
        name: &server.name,
        source: ShownSource::of(sight.snapshot, server),
        visibility: server.visibility,
        address: redact(&server.stored_address),
        address_digest: DigestText(address_digest(&server.stored_address)),
        authorization: ShownAuthorization::of(server),
        agents: agents(sight.snapshot, server),
        scope: front.registered_at(),
        owner: owner.map(|(_, user)| Person { user: &user.id, name: Some(&user.name) }),
        kept: keeps.then(|| kept_record(front)),
    }
}

fn kept_record<'p>(front: &Front<'p>) -> KeptRecord<'p> {
    let (sight, server) = (front.sight, front.server);
    let mut headers: Vec<&'p str> = server.headers.iter().map(|header| header.as_str()).collect();
    headers.sort_unstable();
    let administers = sight.who.administers(server.scope);
    KeptRecord {
        registered_at: server.registered_at,
        switch: server.switch,
        headers,
        disabled: disables(sight, server),
        spaces: front.shown_spaces(),
        waiver: server.waiver.as_deref().map(|waiver| ShownWaiver {
            by: by(sight, &waiver.stamp),
            at: waiver.stamp.at,
            reason: &waiver.reason,
        }),
        assignees: if administers { front.roster() } else { Vec::new() },
    }
}

/// Who did something, as far as that user exists for the actor, or for nobody any more.
pub(super) fn by<'p>(sight: Sight<'p>, stamp: &'p Stamp) -> Option<&'p str> {
    stamp.by.as_deref().filter(|by| is_known(sight, by))
}

fn is_known(sight: Sight<'_>, user: &str) -> bool {
    sight.snapshot.users.find(user).is_none_or(|(slot, user)| sight.who.knows_user(slot, user))
}

/// Who stopped it. Who doesn't administer the server isn't told of places and people that don't exist for them.
fn disables<'p>(sight: Sight<'p>, server: &'p Server) -> Vec<DisabledBy<'p>> {
    let mut disables = disabled(sight, server);
    if !sight.who.administers(server.scope) {
        for entry in &mut disables {
            entry.authority = entry.authority.filter(|scope| sight.who.scope(scope).is_ok());
            entry.by = entry.by.filter(|by| is_known(sight, by));
        }
    }
    disables
}

fn kept_controls<'p>(front: &Front<'p>) -> KeptControls<'p> {
    KeptControls {
        switch: front.switch(),
        disable: front.disable(),
        enable: front.enable(),
        headers: front.headers(),
        authorization: front.authorization(),
        readdress: front.readdress(),
        agents: front.agents(),
        spaces: front.spaces(),
        assignees: front.assignees(),
        waiver: front.waiver(),
        refresh: front.refresh(),
    }
}

fn tool<'p>(front: &Front<'p>, seen: &Seen<'p>, keeps: bool) -> ServerTool<'p> {
    let floor =
        seen.floor.as_ref().and_then(|(met, causes)| Some(ToolFloor { value: met.as_str(), lock: front.sight.lock(causes, front.scope)? }));
    ServerTool {
        tool: seen.name,
        label: seen.label,
        sensitive: seen.sensitive,
        pinned: seen.tool.accepted.is_some(),
        mode: seen.tool.mode,
        floor,
        overruled: seen.is_overruled(),
        outcome: seen.outcome.outcome(),
        reason: seen.outcome.reason(),
        layer: seen.outcome.layer(),
        controls: keeps.then(|| front.tool(seen)),
    }
}
