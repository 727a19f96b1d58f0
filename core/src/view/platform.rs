//! What the deployment as a whole says: the platform's part, levels, agents and clients (O-1, O-2, K-4, U-7, S-9).

use super::control::{Control, Proposal, Verdict};
use super::shown::{Piece, shown};
use super::sight::Sight;
use crate::change::{ChangeKind, unused};
use crate::decide::Reason;
use crate::document::{DefaultMode, Role};
use crate::policy::{Agent, Client, Keyed, Level, Registry, export};

shown! {
    /// What the deployment as a whole says.
    pub struct PlatformView<'p> {
        /// The platform's part, with what is absent filled in.
        platform: must PlatformRecord<'p> = "platform",
        /// Highest first.
        levels: must Vec<LevelRow<'p>> = "levels",
        /// By id.
        agents: must Vec<AgentRow<'p>> = "agents",
        /// By id.
        clients: must Vec<ClientRow<'p>> = "clients",
        /// What may be done with all of it.
        controls: must PlatformControls<'p> = "controls",
    }

    /// The platform's part.
    pub struct PlatformRecord<'p> {
        /// Where servers may lie.
        origins: must OriginsRecord<'p> = "origins",
        /// The built-in approval modes (K-4).
        approval: must ApprovalRecord = "approval",
        /// How old a confirmation may be (U-7).
        confirmation_seconds: must u64 = "confirmationSeconds",
    }

    /// Where servers may lie.
    pub struct OriginsRecord<'p> {
        /// None: every https address (O-1).
        allow: maybe Vec<&'p str> = "allow",
        /// `register`, or `register` and `use` (O-2).
        enforce: must Vec<&'static str> = "enforce",
    }

    /// The approval modes by label.
    pub struct ApprovalRecord {
        /// Of what reads.
        read: must DefaultMode = "read",
        /// Of what writes.
        write: must DefaultMode = "write",
        /// Of what has no label.
        unlabelled: must DefaultMode = "unlabelled",
    }

    /// A level.
    pub struct LevelRow<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// What badges call it.
        label: must &'p str = "label",
        /// What it is to the rules.
        role: maybe Role = "role",
        /// What may be done with it.
        controls: must LevelControls<'p> = "controls",
    }

    /// What may be done with a level.
    pub struct LevelControls<'p> {
        /// Gives it another label.
        label: must Control<'p> = "label",
    }

    /// An agent.
    pub struct AgentRow<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// What may be done with it.
        controls: must AgentControls<'p> = "controls",
    }

    /// What may be done with an agent.
    pub struct AgentControls<'p> {
        /// Renames it.
        name: must Control<'p> = "name",
        /// Removes it.
        remove: must Control<'p> = "remove",
    }

    /// A client.
    pub struct ClientRow<'p> {
        /// Its id.
        id: must &'p str = "id",
        /// Its name.
        name: must &'p str = "name",
        /// How it is configured.
        configuration: must &'p str = "configuration",
        /// What may be done with it.
        controls: must ClientControls<'p> = "controls",
    }

    /// What may be done with a client.
    pub struct ClientControls<'p> {
        /// Replaces its record.
        edit: must Control<'p> = "edit",
        /// Removes it.
        remove: must Control<'p> = "remove",
    }

    /// What may be done with the deployment.
    pub struct PlatformControls<'p> {
        /// Replaces the platform's part: the host's alone.
        platform: must Control<'p> = "platform",
        /// Declares an agent.
        add_agent: must Control<'p> = "addAgent",
        /// Declares a client.
        add_client: must Control<'p> = "addClient",
    }
}

pub(super) fn look(sight: Sight<'_>) -> Result<PlatformView<'_>, Reason> {
    if !sight.who.administers_root() {
        return Err(Reason::NotAdministrator);
    }
    let snapshot = sight.snapshot;
    let sight = sight.about(snapshot.root);
    Ok(PlatformView {
        platform: platform(sight),
        levels: snapshot.levels.iter().map(|level| self::level(level)).collect(),
        agents: by_id(&snapshot.agents).into_iter().map(|agent| self::agent(sight, agent)).collect(),
        clients: by_id(&snapshot.clients).into_iter().map(|client| self::client(sight, client)).collect(),
        controls: controls(sight),
    })
}

fn platform(sight: Sight<'_>) -> PlatformRecord<'_> {
    let (platform, origins) = (&*sight.snapshot.platform, &sight.snapshot.origins);
    PlatformRecord {
        origins: OriginsRecord {
            allow: origins.allow.as_ref().map(|allow| allow.iter().map(|pattern| pattern.text()).collect()),
            enforce: if platform.enforce_use { vec!["register", "use"] } else { vec!["register"] },
        },
        approval: ApprovalRecord { read: platform.read, write: platform.write, unlabelled: platform.unlabelled },
        confirmation_seconds: platform.confirmation_seconds,
    }
}

/// Few records, by id.
fn by_id<T: Keyed>(registry: &Registry<T>) -> Vec<&T> {
    let mut records: Vec<&T> = registry.iter().collect();
    records.sort_unstable_by(|one, other| one.key().cmp(other.key()));
    records
}

/// What a person types over: as it stands, it alters nothing.
fn retyped<'p>(value: &'p str, change: Proposal<'p>, fill: &[&'static str]) -> Control<'p> {
    Control::new(value).choose(value, change, fill, Ok(None))
}

/// Removes what nothing names (S-9).
fn removal<'p>(sight: Sight<'p>, uses: u32) -> Verdict<'p> {
    let root = sight.snapshot.root;
    unused(uses).map_err(|reason| sight.closed(reason, &[], root)).and_then(|()| sight.alters(root))
}

fn level(level: &Level) -> LevelRow<'_> {
    let change = Proposal::new(ChangeKind::SetLevelLabel).with("level", level.id.as_str()).with("label", level.label.as_str());
    LevelRow {
        id: &level.id,
        label: &level.label,
        role: level.role,
        controls: LevelControls { label: retyped(&level.label, change, &["/label"]) },
    }
}

fn agent<'p>(sight: Sight<'p>, agent: &'p Agent) -> AgentRow<'p> {
    let record = Piece::object().with("id", agent.id.as_str()).with("name", agent.name.as_str()).annotated(&agent.notes);
    let put = Proposal::new(ChangeKind::PutAgent).with("agent", record);
    let remove = Proposal::new(ChangeKind::RemoveAgent).with("agent", agent.id.as_str());
    AgentRow {
        id: &agent.id,
        name: &agent.name,
        controls: AgentControls {
            name: retyped(&agent.name, put, &["/agent/name"]),
            remove: Control::act(false, remove, removal(sight, agent.uses)),
        },
    }
}

fn client<'p>(sight: Sight<'p>, client: &'p Client) -> ClientRow<'p> {
    let record = Piece::object()
        .with("id", client.id.as_str())
        .with("name", client.name.as_str())
        .with("configuration", client.configuration.as_str())
        .annotated(&client.notes);
    let put = Proposal::new(ChangeKind::PutClient).with("client", record);
    let remove = Proposal::new(ChangeKind::RemoveClient).with("client", client.id.as_str());
    ClientRow {
        id: &client.id,
        name: &client.name,
        configuration: &client.configuration,
        controls: ClientControls {
            edit: retyped(&client.name, put, &["/client/name", "/client/configuration"]),
            remove: Control::act(false, remove, removal(sight, client.uses)),
        },
    }
}

fn controls(sight: Sight<'_>) -> PlatformControls<'_> {
    let snapshot = sight.snapshot;
    let whole = export::platform(&snapshot.platform, &snapshot.origins);
    let set = Proposal::new(ChangeKind::SetPlatform).with("platform", Piece::from(&whole));
    let is_host = if sight.who.is_host() { Ok(None) } else { Err(sight.closed(Reason::NotAdministrator, &[], snapshot.root)) };
    let add = |kind, member, fill: &[&'static str], are_any| {
        let verdict = sight.puts(are_any, snapshot.root);
        Control::new(false).choose(true, Proposal::new(kind).with(member, Piece::object()), fill, verdict)
    };
    // Annotations can't be typed.
    let agents = snapshot.agents.iter().any(|agent| agent.notes.is_empty());
    let clients = snapshot.clients.iter().any(|client| client.notes.is_empty());
    PlatformControls {
        platform: Control::new(false).choose(true, set, &["/platform"], is_host),
        add_agent: add(ChangeKind::PutAgent, "agent", &["/agent/id", "/agent/name"], agents),
        add_client: add(ChangeKind::PutClient, "client", &["/client/id", "/client/name", "/client/configuration"], clients),
    }
}
