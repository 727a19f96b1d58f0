//! What several kinds say of a server: its source and status, and how it may be pressed (K-11, N-4, D-3).

use super::control::{AskedOf, Control, Inquiry, Proposal, Value, Verdict};
use super::inventory;
use super::look::Look;
use super::reach::agents;
use super::sample;
use super::server::{ShownAuthorization, ToolControls};
use super::shown::{Piece, shown};
use super::sight::Sight;
use super::status::{Status, status};
use super::tool::Seen;
use crate::change::{ChangeKind, Of};
use crate::decide::{Action, Outcome, Reason};
use crate::document::{Label, Method, Mode, SourceKind, Switch, Visibility};
use crate::policy::{Scope, Server, Slot, Snapshot, Space};

shown! {
    /// Where a server comes from.
    pub struct ShownSource<'p> {
        /// An integration, or an address of somebody's own.
        kind: must SourceKind = "kind",
        /// The integration's id.
        integration: maybe &'p str = "integration",
    }

    /// How a server does (K-11).
    pub struct ServerStatus {
        /// The first that is so.
        status: must &'static str = "status",
        /// Of one that is off: the code of the first layer that denies it.
        status_reason: maybe Reason = "statusReason",
    }

    /// What everybody sees of a server's controls (K-11).
    pub struct Actions<'p> {
        /// A check by the host.
        check: must Control<'p> = "check",
        /// Authorising again; absent where there is nothing to authorise.
        reconnect: maybe Control<'p> = "reconnect",
        /// Its name.
        edit: must Control<'p> = "edit",
        /// Its visibility.
        share: must Control<'p> = "share",
        /// Deleting it.
        remove: must Control<'p> = "remove",
    }
}

impl<'p> ShownSource<'p> {
    pub(super) fn of(snapshot: &'p Snapshot, server: &Server) -> Self {
        let integration = server.integration.and_then(|slot| snapshot.integrations.get(slot)).map(|entry| entry.id.as_str());
        let kind = if server.integration.is_some() { SourceKind::Integration } else { SourceKind::Custom };
        Self { kind, integration }
    }
}

impl From<&Status<'_>> for ServerStatus {
    fn from(status: &Status<'_>) -> Self {
        Self { status: status.as_str(), status_reason: status.reason() }
    }
}

/// A server in front of somebody, seen on a path: its own, or that of the workspace where they look from.
#[derive(Clone, Copy)]
pub(super) struct Front<'p> {
    pub(super) sight: Sight<'p>,
    pub(super) slot: Slot<Server>,
    pub(super) server: &'p Server,
    /// At the end of the path.
    pub(super) scope: Slot<Scope>,
    /// Where they look from, if that is a workspace.
    pub(super) workspace: Option<&'p str>,
    pub(super) look: Look<'p>,
}

impl<'p> Front<'p> {
    /// From a scope, which may be a workspace.
    pub(super) fn from(sight: Sight<'p>, scope: Slot<Scope>, slot: Slot<Server>, server: &'p Server) -> Option<Self> {
        let record = sight.snapshot.scopes.get(scope)?;
        let workspace = record.is_workspace.then_some(record.id.as_str());
        let look = Look::new(sight.who, record.path, slot, server);
        Some(Self { sight, slot, server, scope, workspace, look })
    }

    /// On its own path, wherever they look from.
    pub(super) fn at_home(sight: Sight<'p>, slot: Slot<Server>, server: &'p Server) -> Option<Self> {
        Some(Self { workspace: None, ..Self::from(sight, server.scope, slot, server)? })
    }

    fn id(&self) -> &'p str {
        &self.server.id
    }

    /// The id of the scope where it is registered, where that exists for the actor (P-12).
    pub(super) fn registered_at(&self) -> Option<&'p str> {
        self.sight.knows_scope(self.server.scope).then(|| self.sight.scope_id(self.server.scope))
    }

    /// How many tools it has.
    pub(super) fn tools(&self) -> u64 {
        self.server.tools.iter().flatten().count() as u64
    }

    pub(super) fn status(&self) -> Status<'p> {
        status(self.sight, self.server, self.look.off())
    }

    fn of(&self) -> Of<'p> {
        Of { who: self.sight.who, slot: self.slot, server: self.server }
    }

    /// Whether they may change its spaces: administrators, assignees, or the owner of a private one (P-8).
    pub(super) fn may_limit(&self) -> bool {
        self.of().owner_or_delegates().is_some()
    }

    /// A change of this server, without members yet.
    fn change(&self, kind: ChangeKind) -> Proposal<'p> {
        Proposal::new(kind).with("server", self.id())
    }

    fn permits(&self, change: &Proposal<'p>) -> Verdict<'p> {
        self.sight.permits(change, self.scope)
    }

    /// Something with the present value to begin with; as it stands it alters nothing.
    fn typed(&self, value: impl Into<Value<'p>> + Clone, change: Proposal<'p>, fill: &'static str) -> Control<'p> {
        let verdict = self.permits(&change);
        Control::new(value.clone()).choose(value, change, &[fill], verdict)
    }

    /// What everybody sees (K-11).
    pub(super) fn actions(&self) -> Actions<'p> {
        Actions { check: self.check(), reconnect: self.reconnect(), edit: self.edit(), share: self.share(), remove: self.remove() }
    }

    /// For who may refresh it, and as far as the host may be in contact with it (P-V8).
    pub(super) fn check(&self) -> Control<'p> {
        let inquiry =
            Inquiry { action: Action::ServerContact, user: None, workspace: None, space: None, target: AskedOf::Server(self.id()) };
        let righted = self.sight.who.is_host() || self.may_limit();
        let verdict = match righted {
            true => self.sight.decides(&inquiry, self.scope),
            false => Err(self.sight.closed(Reason::NotAdministrator, &[], self.scope)),
        };
        Control::act(false, inquiry, verdict)
    }

    /// Somebody's to authorise: not the host's, and none where there is nothing to authorise.
    pub(super) fn reconnect(&self) -> Option<Control<'p>> {
        let user = self.sight.user().filter(|_| self.server.method != Method::None)?;
        let target = AskedOf::Server(self.id());
        let inquiry = Inquiry { action: Action::ServerAuthorize, user: Some(user), workspace: self.workspace, space: None, target };
        let verdict = match self.workspace {
            Some(_) => self.sight.decides(&inquiry, self.scope),
            None => self.authorizes(),
        };
        Some(Control::act(false, inquiry, verdict))
    }

    /// Without a workspace to work in: layers 2 to 6, on the server's own path.
    fn authorizes(&self) -> Verdict<'p> {
        match self.look.authorize() {
            Ok(decision) if decision.outcome() == Outcome::Deny => Err(self.sight.denied(&decision, self.scope)),
            Ok(_) => Ok(None),
            Err(reason) => Err(self.sight.closed(reason, &[], self.scope)),
        }
    }

    pub(super) fn edit(&self) -> Control<'p> {
        let name = self.server.name.as_str();
        self.typed(name, self.change(ChangeKind::EditServer).with("name", name), "/name")
    }

    pub(super) fn share(&self) -> Control<'p> {
        let (is, other) = match self.server.visibility {
            Visibility::Private => (Visibility::Private, Visibility::Shared),
            Visibility::Shared => (Visibility::Shared, Visibility::Private),
        };
        let change = self.change(ChangeKind::SetVisibility).with("visibility", other.as_str());
        let verdict = self.permits(&change);
        Control::new(is.as_str()).choose(other.as_str(), change, &[], verdict)
    }

    pub(super) fn remove(&self) -> Control<'p> {
        inventory::delete(self.sight, self.of())
    }

    /// K-1.
    pub(super) fn switch(&self) -> Control<'p> {
        let (is, other) = match self.server.switch {
            Switch::On => ("on", "off"),
            Switch::Off => ("off", "on"),
        };
        let change = self.change(ChangeKind::SwitchServer).with("switch", other);
        let verdict = self.permits(&change);
        Control::new(is).choose(other, change, &[], verdict)
    }

    pub(super) fn disable(&self) -> Control<'p> {
        inventory::disable(self.sight, self.of())
    }

    pub(super) fn enable(&self) -> Control<'p> {
        inventory::enable(self.sight, self.of())
    }

    /// K-12.
    pub(super) fn headers(&self) -> Control<'p> {
        let mut headers: Vec<&'p str> = self.server.headers.iter().map(|header| header.as_str()).collect();
        headers.sort_unstable();
        let change = self.change(ChangeKind::EditServer).with("headers", headers.iter().copied().collect::<Piece<'p>>());
        self.typed(headers, change, "/headers")
    }

    pub(super) fn authorization(&self) -> Control<'p> {
        let shown = ShownAuthorization::of(self.server);
        let record = Piece::object()
            .with("method", shown.method.as_str())
            .with_some("credentials", shown.credentials.map(|credentials| credentials.as_str()));
        // Annotations go along: the record is replaced whole.
        let notes = self.server.notes.as_ref().map(|notes| &notes.authorization);
        let whole = notes.map_or_else(|| record.clone(), |notes| record.clone().annotated(notes));
        self.typed(record, self.change(ChangeKind::EditServer).with("authorization", whole), "/authorization")
    }

    /// C-5: open where it is with any address at all.
    pub(super) fn readdress(&self) -> Control<'p> {
        let snapshot = self.sight.snapshot;
        let change = self.change(ChangeKind::ReaddressServer);
        let id = sample::server_id(snapshot);
        let integration = self.server.integration.and_then(|slot| snapshot.integrations.get(slot));
        let addresses = std::iter::once(self.server.stored_address.to_string()).chain(sample::addresses(snapshot, integration));
        let filled = addresses.map(|address| change.clone().with("newServer", id.clone()).with("address", Piece::Text(address.into())));
        let verdict = self.permits_any(filled);
        Control::new(false).choose(true, change, &["/newServer", "/address"], verdict)
    }

    /// Open where one of these is permitted; else closed as the first is.
    fn permits_any(&self, changes: impl Iterator<Item = Proposal<'p>>) -> Verdict<'p> {
        sample::first_open(changes.map(|change| self.permits(&change)))
            .unwrap_or_else(|| Err(self.sight.closed(Reason::InvalidRequest, &[], self.scope)))
    }

    /// K-2: each declared agent added or taken out.
    pub(super) fn agents(&self) -> Control<'p> {
        let snapshot = self.sight.snapshot;
        let present = agents(snapshot, self.server);
        let mut declared: Vec<&'p str> = snapshot.agents.iter().map(|agent| agent.id.as_str()).collect();
        declared.sort_unstable();
        let mut control = Control::new(present.clone());
        for agent in declared {
            let mut next = present.clone();
            match next.binary_search(&agent) {
                Ok(place) => drop(next.remove(place)),
                Err(place) => next.insert(place, agent),
            }
            let change = self.change(ChangeKind::SetAgents).with("agents", next.iter().copied().collect::<Piece<'p>>());
            let verdict = self.permits(&change);
            control = control.choose(next, change, &[], verdict);
        }
        control
    }

    /// The spaces that it is limited to, those that exist for the actor; none: open to all.
    pub(super) fn shown_spaces(&self) -> Option<Vec<&'p str>> {
        let snapshot = self.sight.snapshot;
        let spaces = self.server.spaces.as_ref()?.iter().filter_map(|space| snapshot.spaces.get(*space));
        let mut spaces: Vec<&'p str> = spaces.filter(|space| self.sight.who.knows_space(space)).map(|space| space.id.as_str()).collect();
        spaces.sort_unstable();
        Some(spaces)
    }

    pub(super) fn spaces(&self) -> Control<'p> {
        let shown = self.shown_spaces();
        let mut control = Control::new(if shown.is_some() { "selected" } else { "all" });
        let change = self.change(ChangeKind::SetSpaces);
        if shown.is_some() {
            let all = change.clone().with("spaces", Piece::Null);
            let verdict = self.permits(&all);
            control = control.choose("all", all, &[], verdict);
        }
        let present = shown.filter(|spaces| !spaces.is_empty());
        let with = |spaces: &[&'p str]| change.clone().with("spaces", spaces.iter().copied().collect::<Piece<'p>>());
        // Any space of its subtree is as good as another; where there is none, whatever is typed is unknown.
        let judged = match (&present, sample::space_at(self.sight.snapshot, self.server.scope)) {
            (Some(spaces), _) => with(spaces),
            (None, Some(space)) => with(&[space]),
            (None, None) => change.clone().with("spaces", Piece::List(vec![sample::space_id(self.sight.snapshot)])),
        };
        let verdict = self.permits(&judged);
        control.choose("selected", if present.is_some() { judged } else { change }, &["/spaces"], verdict)
    }

    /// Whether it lets one space in, which is added or taken out.
    pub(super) fn space(&self, slot: Slot<Space>, space: &'p str) -> Option<Control<'p>> {
        let listed = self.server.spaces.as_ref()?.contains(&slot);
        let mut next = self.shown_spaces()?;
        match next.binary_search(&space) {
            Ok(place) => drop(next.remove(place)),
            Err(place) => next.insert(place, space),
        }
        let change = self.change(ChangeKind::SetSpaces).with("spaces", next.into_iter().collect::<Piece<'p>>());
        let verdict = self.permits(&change);
        Some(Control::new(listed).choose(!listed, change, &[], verdict))
    }

    /// D-2. Administrators see it whole: nobody could be taken out otherwise. Others, who only look, see whom they know (P-12).
    pub(super) fn roster(&self) -> Vec<&'p str> {
        let whole = self.of().administrator().is_some();
        let users = self.server.assignees.iter().filter_map(|slot| Some((*slot, self.sight.snapshot.users.get(*slot)?)));
        let known = users.filter(|(slot, user)| whole || self.sight.who.knows_user(*slot, user));
        let mut users: Vec<&'p str> = known.map(|(_, user)| user.id.as_str()).collect();
        users.sort_unstable();
        users
    }

    pub(super) fn assignees(&self) -> Control<'p> {
        let shown = self.roster();
        let change = self.change(ChangeKind::SetAssignees).with("assignees", shown.iter().copied().collect::<Piece<'p>>());
        self.typed(shown, change, "/assignees")
    }

    /// K-14, V-6.
    pub(super) fn waiver(&self) -> Control<'p> {
        let change = self.change(ChangeKind::WaiveSharedCredential);
        if self.server.waiver.is_some() {
            let withdrawn = change.with("reason", Piece::Null);
            let verdict = self.permits(&withdrawn);
            return Control::new(true).choose(false, withdrawn, &[], verdict);
        }
        let verdict = self.permits(&change.clone().with("reason", sample::TEXT));
        Control::new(false).choose(true, change, &["/reason"], verdict)
    }

    /// K-9.
    pub(super) fn refresh(&self) -> Control<'p> {
        let change = self.change(ChangeKind::RefreshTools);
        let verdict = self.permits(&change.clone().with("tools", Piece::List(Vec::new())));
        Control::new(false).choose(true, change, &["/tools"], verdict)
    }

    /// What its keepers may do with a tool.
    pub(super) fn tool(&self, seen: &Seen<'p>) -> ToolControls<'p> {
        let change = |kind| self.change(kind).with("tool", seen.name);
        let enabled = change(ChangeKind::SetTool).with("enabled", !seen.tool.enabled);
        let verdict = self.permits(&enabled);
        let enabled = Control::new(seen.tool.enabled).choose(!seen.tool.enabled, enabled, &[], verdict);
        let mut approval = Control::new(seen.tool.mode.as_str()).effectively(seen.effective().as_str());
        for mode in [Mode::Default, Mode::Ask, Mode::Auto].into_iter().filter(|mode| *mode != seen.tool.mode) {
            let set = change(ChangeKind::SetTool).with("approval", mode.as_str());
            let verdict = self.permits(&set);
            approval = approval.choose(mode.as_str(), set, &[], verdict);
        }
        let mut label = Control::new(seen.tool.label.map_or("none", |label| label.as_str()));
        for other in [Some(Label::Read), Some(Label::Write), None].into_iter().filter(|other| *other != seen.tool.label) {
            let piece = other.map_or(Piece::Null, |label| Piece::from(label.as_str()));
            let set = change(ChangeKind::SetTool).with("label", piece);
            let verdict = self.permits(&set);
            label = label.choose(other.map_or("none", |label| label.as_str()), set, &[], verdict);
        }
        let accept = change(ChangeKind::AcceptTool);
        let verdict = self.permits(&accept.clone().with("digest", sample::DIGEST));
        let accept = Control::new(seen.tool.accepted.is_some()).choose(true, accept, &["/digest"], verdict);
        ToolControls { enabled, approval, label, accept }
    }
}
