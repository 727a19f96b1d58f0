//! The shape of a view's request (VIEWS.md, "Asking"): closed, strict, and with every problem's place.

use crate::document::{Text, Time, record, text_enum};
#[cfg(feature = "schema")]
use crate::schema::form::{AddressText, Id, Prose, ToolName, Whole};

text_enum! {
    /// What a view shows.
    pub enum ViewKind {
        Access = "access",
        Catalog = "catalog",
        Connectors = "connectors",
        Custom = "custom",
        Integration = "integration",
        Integrations = "integrations",
        Inventory = "inventory",
        MyServers = "my-servers",
        Platform = "platform",
        Scopes = "scopes",
        Server = "server",
        Servers = "servers",
        Settings = "settings",
        Space = "space",
        User = "user",
        Users = "users",
        VirtualServer = "virtual-server",
        VirtualServers = "virtual-servers",
    }
}

record! {
    /// A request for a view.
    closed pub struct Request<'a> {
        /// What is shown.
        view: required Subject<'a> = "view",
        /// Who looks; absent: the host.
        actor: optional Text<'a> = "actor" is Id,
        /// True: the host itself looks (P-V1).
        host: optional bool = "host",
        /// The time (L-9).
        now: required Time = "now",
        /// Which part of it.
        page: optional Page<'a> = "page",
        /// Which rows.
        filter: optional Filter<'a> = "filter",
    }
}

record! {
    /// What is shown: a kind, and the members of that kind.
    closed pub struct Subject<'a> {
        /// Which kind.
        kind: required ViewKind = "kind",
        /// A scope's id.
        scope: optional Text<'a> = "scope" is Id,
        /// An integration's id.
        integration: optional Text<'a> = "integration" is Id,
        /// A workspace's id.
        workspace: optional Text<'a> = "workspace" is Id,
        /// A server's id.
        server: optional Text<'a> = "server" is Id,
        /// A virtual server's id.
        virtual_server: optional Text<'a> = "virtualServer" is Id,
        /// A space's id.
        space: optional Text<'a> = "space" is Id,
        /// A user's id.
        user: optional Text<'a> = "user" is Id,
        /// The address at which clients connect (P-V11).
        endpoint: optional Text<'a> = "endpoint" is AddressText,
        /// A tool's name.
        tool: optional Text<'a> = "tool" is ToolName,
        /// An agent's id.
        agent: optional Text<'a> = "agent" is Id,
    }
}

record! {
    /// Which part of what grows.
    closed pub struct Page<'a> {
        /// How many rows, 1 to 1,000; absent: 50.
        size: optional u64 = "size" is Whole,
        /// The `next` of the page before; absent: from the first row.
        after: optional Text<'a> = "after" is Prose,
    }
}

record! {
    /// Which rows: those that fit all that is given.
    closed pub struct Filter<'a> {
        /// In the id or the name, without regard to the case of ASCII letters.
        text: optional Text<'a> = "text" is Prose,
        /// A badge or a status, as the kind has them.
        badge: optional Text<'a> = "badge" is Prose,
        /// A scope's id: those of its subtree.
        scope: optional Text<'a> = "scope" is Id,
    }
}

impl ViewKind {
    /// Whether its rows come in pages.
    pub const fn is_paged(self) -> bool {
        !matches!(
            self,
            Self::Custom | Self::Integration | Self::Platform | Self::Server | Self::Settings | Self::User | Self::VirtualServer
        )
    }

    /// The badges that its filter takes.
    pub(crate) const fn badges(self) -> &'static [&'static str] {
        match self {
            Self::Inventory => &["auth-failed", "unreachable", "pending-auth", "disabled"],
            Self::MyServers | Self::Servers | Self::Connectors => {
                &["off", "pending-auth", "reconnect-required", "error", "unreachable", "auth-failed", "ready"]
            }
            Self::VirtualServers => &["draft", "published", "unpublished"],
            Self::Users => &["enabled", "disabled", "not-added"],
            Self::Access => &["allow", "ask", "deny"],
            Self::Catalog => &["approved", "not-approved"],
            _ => &[],
        }
    }

    /// Whether its filter takes a scope.
    pub(crate) const fn takes_scope(self) -> bool {
        matches!(self, Self::Inventory | Self::Users)
    }
}

/// The members of a subject besides `kind`, and whether each is there.
pub(super) fn given(subject: &Subject<'_>) -> [(&'static str, bool); 10] {
    [
        ("scope", subject.scope.is_some()),
        ("integration", subject.integration.is_some()),
        ("workspace", subject.workspace.is_some()),
        ("server", subject.server.is_some()),
        ("virtualServer", subject.virtual_server.is_some()),
        ("space", subject.space.is_some()),
        ("user", subject.user.is_some()),
        ("endpoint", subject.endpoint.is_some()),
        ("tool", subject.tool.is_some()),
        ("agent", subject.agent.is_some()),
    ]
}

/// The members that a kind needs, and those that it may have besides.
pub(super) fn members(subject: &Subject<'_>) -> (&'static [&'static str], &'static [&'static str]) {
    match subject.kind {
        ViewKind::Scopes | ViewKind::VirtualServers => (&[], &["scope"]),
        ViewKind::Settings | ViewKind::Integrations | ViewKind::Custom | ViewKind::Inventory | ViewKind::Servers | ViewKind::Users => {
            (&["scope"], &[])
        }
        ViewKind::Integration => (&["scope", "integration"], &[]),
        ViewKind::MyServers => (&["workspace"], &[]),
        ViewKind::Server => (&["server"], &["workspace"]),
        ViewKind::Space => (&["space"], &[]),
        ViewKind::VirtualServer => (&["virtualServer"], &["workspace"]),
        ViewKind::User => (&["user"], &["endpoint"]),
        // What one user reaches, or who reaches one tool.
        ViewKind::Access if subject.server.is_some() && subject.user.is_none() => (&["server", "tool"], &["workspace", "agent", "space"]),
        ViewKind::Access => (&["user", "workspace"], &["agent", "space"]),
        ViewKind::Connectors | ViewKind::Catalog | ViewKind::Platform => (&[], &[]),
    }
}
