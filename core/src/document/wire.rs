//! The document's shape (contract, section 2): one flat record for each object of it.
//!
//! Each record is declared once; `record!` makes of it the type, the fast reader, the slow reader's shape, and the
//! canonical writer, so that the four can't disagree. Members stand in canonical order.

#[cfg(feature = "schema")]
use super::limits::{
    MAX_AGENTS, MAX_ASSIGNEES, MAX_CLIENTS, MAX_INTEGRATIONS, MAX_LEVELS, MAX_SCOPES, MAX_SERVERS, MAX_TOKENS, MAX_TOOLS, MAX_USERS,
};
use super::shape::{List, Map, Misfit, Rows, Text, Time, record, text_enum};
use crate::digest::Digest;
#[cfg(feature = "schema")]
use crate::schema::form::{
    AddressText, Exceptable, Format, HeaderName, Id, Keyed, LevelId, Most, Name, OriginPattern, Prose, Revision, Set, ToolName, Whole,
};

text_enum! {
    /// What a scope is to the rules, whatever its level is called (Terms).
    pub enum Role { Tenant = "tenant", Workspace = "workspace" }
}
text_enum! {
    /// A stored value of a setting (S-2), and a server's master switch (K-1).
    pub enum Switch { Off = "off", On = "on" }
}
text_enum! {
    /// The strictness of a floor (K-5).
    pub enum Floor { Ask = "ask", Deny = "deny" }
}
text_enum! {
    /// A tool's label, and what its definition says of itself (K-6).
    pub enum Label { Read = "read", Write = "write" }
}
text_enum! {
    /// The platform's approval mode for a label (K-4).
    pub enum DefaultMode { Auto = "auto", Ask = "ask" }
}
text_enum! {
    /// A tool's approval mode on its server (K-4).
    pub enum Mode { Auto = "auto", Ask = "ask", Default = "default" }
}
text_enum! {
    /// When the platform's list of origins is enforced (O-2).
    pub enum Enforce { Register = "register", Use = "use" }
}
text_enum! {
    /// Whether a user's MCP access is on (U-1).
    pub enum Access { Disabled = "disabled", Enabled = "enabled" }
}
text_enum! {
    /// A permission that makes a user eligible as a delegate (D-2).
    pub enum Permission { ConnectorsAdminRead = "connectors.admin.read", SpaceAdminWrite = "space.admin.write" }
}
text_enum! {
    /// Whether a server came from the catalogue or is an address that somebody brought (Terms).
    pub enum SourceKind { Custom = "custom", Integration = "integration" }
}
text_enum! {
    /// For its owner alone, or for the subtree of its scope (Terms).
    pub enum Visibility { Private = "private", Shared = "shared" }
}
text_enum! {
    /// How a server wants to be authorised (K-8).
    pub enum Method { Headers = "headers", None = "none", Oauth = "oauth" }
}
text_enum! {
    /// Whose downstream credentials a server is called with (K-8, K-14).
    pub enum Credentials { PerUser = "per-user", Shared = "shared" }
}
text_enum! {
    /// A virtual server's state (V-1).
    pub enum State { Draft = "draft", Published = "published", Unpublished = "unpublished" }
}
text_enum! {
    /// What a slice is for (P-6).
    pub enum SliceKind { Scope = "scope", User = "user" }
}
text_enum! {
    /// What an entry of a virtual server's access list gives (V-3).
    pub enum Grant { Connect = "connect", Manage = "manage" }
}

record! {
    /// A whole policy document.
    pub struct Document<'a> says document {
        /// A hint for editors; kept, never read.
        schema: optional Text<'a> = "$schema" is Prose,
        /// `major.minor` of the format that the content needs.
        format: required Text<'a> = "format" is Format,
        /// 1 to 2^53-1 (P-10).
        revision: required u64 = "revision" is Revision,
        /// The document is a slice of a policy (P-6); absent: it is a whole one.
        slice: rare Slice<'a> = "slice",
        /// Highest first; absent: MSP, tenant, workspace.
        levels: optional List<Level<'a>> = "levels" is Most<Level<'a>, MAX_LEVELS, 1>,
        /// What the operator of the deployment decides; absent: the defaults.
        platform: optional Platform<'a> = "platform",
        /// The kinds of AI assistant and client.
        agents: list List<Agent<'a>> = "agents" is Most<Agent<'a>, MAX_AGENTS>,
        /// The AI applications that tokens are issued to.
        clients: list List<Client<'a>> = "clients" is Most<Client<'a>, MAX_CLIENTS>,
        /// The integrations.
        catalog: list Rows<Integration<'a>> = "catalog" is Most<Integration<'a>, MAX_INTEGRATIONS>,
        /// The organisation's tree.
        scopes: list Rows<Scope<'a>> = "scopes" is Most<Scope<'a>, MAX_SCOPES, 1>,
        /// The people.
        users: list Rows<User<'a>> = "users" is Most<User<'a>, MAX_USERS>,
        /// The registered servers.
        servers: list Rows<Server<'a>> = "servers" is Most<Server<'a>, MAX_SERVERS>,
        /// What deleted servers leave (N-5).
        tombstones: list Rows<Tombstone<'a>> = "tombstones",
        /// The published endpoints.
        virtual_servers: list Rows<VirtualServer<'a>> = "virtualServers",
    }
}

record! {
    /// What a slice is of, and the digest of its content (P-6).
    pub struct Slice<'a> says slice {
        /// Whom it is for.
        of: required SliceSubject<'a> = "of",
        /// Of the canonical document without `revision` and without this: the same while nothing in it changes.
        digest: optional Digest = "digest",
    }
}

record! {
    /// Whom a slice is for (P-6).
    pub struct SliceSubject<'a> says slice_subject fits slice_misfit {
        /// A scope with its subtree, or one user in one workspace.
        kind: required SliceKind = "kind",
        /// With `scope` alone: which.
        scope: optional Text<'a> = "scope" is Id,
        /// With `user` alone: who.
        user: optional Text<'a> = "user" is Id,
        /// With `user` alone: where they work.
        workspace: optional Text<'a> = "workspace" is Id,
    }
}

/// Which member a slice's subject lacks, or has too much.
fn slice_misfit(subject: &SliceSubject<'_>) -> Option<Misfit> {
    let members = [("scope", &subject.scope), ("user", &subject.user), ("workspace", &subject.workspace)];
    members.into_iter().find_map(|(key, value)| match (value.is_some(), (key == "scope") == (subject.kind == SliceKind::Scope)) {
        (false, true) => Some(Misfit::Missing(key)),
        (true, false) => Some(Misfit::Unknown(key)),
        _ => None,
    })
}

record! {
    /// One level of the tree.
    pub struct Level<'a> {
        /// Its id; `platform` is nobody's.
        id: required Text<'a> = "id" is LevelId,
        /// What a badge calls it (S-4).
        label: required Text<'a> = "label" is Name,
        /// What it is to the rules.
        role: optional Role = "role",
    }
}

record! {
    /// The platform's part.
    pub struct Platform<'a> {
        /// Where servers may lie (O-1, O-2).
        origins: optional Origins<'a> = "origins",
        /// The built-in modes (K-4).
        approval: optional Approval<'a> = "approval",
        /// How long a confirmation is fresh, in seconds (U-7).
        confirmation_seconds: optional u64 = "confirmationSeconds" is Whole,
    }
}

record! {
    /// The platform's list of origins.
    pub struct Origins<'a> says origins {
        /// Patterns; absent: every https address (O-1).
        allow: optional List<Text<'a>> = "allow" is Set<OriginPattern>,
        /// `register`, or `register` and `use`; absent: `register` (O-2).
        enforce: optional List<Enforce> = "enforce" is Set<Enforce, 1>,
    }
}

record! {
    /// The mode that `default` means, by label (K-4).
    pub struct Approval<'a> {
        /// Absent: auto.
        read: optional DefaultMode = "read",
        /// Absent: ask.
        write: optional DefaultMode = "write",
        /// Absent: ask.
        unlabelled: optional DefaultMode = "unlabelled",
    }
}

record! {
    /// A kind of AI assistant or client.
    pub struct Agent<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
    }
}

record! {
    /// An AI application.
    pub struct Client<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
        /// A template that the user's tab fills in (U-6).
        configuration: required Text<'a> = "configuration" is Prose,
    }
}

record! {
    /// An entry of the catalogue.
    pub struct Integration<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
        /// Whether it may be used at all (I-4).
        approved: required bool = "approved",
        /// Patterns of its addresses, the first pre-filled (I-7); their order counts.
        origins: required List<Text<'a>> = "origins" is Set<OriginPattern>,
        /// Its whole list of tools (I-5).
        tools: required List<CatalogTool<'a>> = "tools" is Most<CatalogTool<'a>, MAX_TOOLS>,
    }
}

record! {
    /// A tool of a catalogue entry.
    pub struct CatalogTool<'a> {
        /// Its name.
        name: required Text<'a> = "name" is ToolName,
        /// Absent: none.
        label: optional Label = "label",
        /// Whether it may be used at all (I-5).
        approved: required bool = "approved",
        /// Worth advice when it runs unasked (K-10); absent: false.
        sensitive: optional bool = "sensitive",
    }
}

record! {
    /// A node of the tree.
    pub struct Scope<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// Its level's id.
        level: required Text<'a> = "level" is Id,
        /// The scope above; absent: it is the root.
        parent: optional Text<'a> = "parent" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
        /// Whom to ask (L-4).
        contact: rare Text<'a> = "contact" is Prose,
        /// Its optional features.
        features: rare Features<'a> = "features",
        /// The restrictions of its own authority.
        settings: rare Settings<'a> = "settings",
        /// The restrictions of authorities above, by scope id.
        imposed: map Map<'a, Settings<'a>> = "imposed" is Keyed<Id, Settings<'a>, 7>,
        /// A workspace's spaces.
        spaces: list List<Space<'a>> = "spaces",
    }
}

record! {
    /// A scope's features.
    pub struct Features<'a> {
        /// Delegated administration and space restrictions (D-1).
        access_control: optional bool = "accessControl",
    }
}

record! {
    /// The settings of one authority at one scope. Seven scopes can lie above another, and no more impose something on it.
    pub struct Settings<'a> most 7 says settings {
        /// The emergency stop (S-13).
        all: optional Switch = "all",
        /// By integration id (I-1).
        integrations: map Map<'a, Switch> = "integrations" is Keyed<Id, Switch>,
        /// The allowlist stance (I-9).
        new_integrations: optional Switch = "newIntegrations",
        /// The custom MCP policy (C-1, C-7).
        custom: rare Custom<'a> = "custom",
        /// By server id (S-11).
        servers: map Map<'a, Switch> = "servers" is Keyed<Id, Switch>,
        /// The floors of the approval modes (K-5).
        floors: rare Floors<'a> = "floors",
        /// By setting name: the scopes below that its `off` spares (S-12).
        except: map Map<'a, List<Text<'a>>> = "except" is Keyed<Exceptable, Set<Id, 1>>,
    }
}

record! {
    /// The settings of custom servers.
    pub struct Custom<'a> {
        /// May users register them?
        creation: optional Switch = "creation",
        /// May anything be in contact with them?
        r#use: optional Switch = "use",
        /// May they be shared?
        sharing: optional Switch = "sharing",
    }
}

record! {
    /// The floors by label.
    pub struct Floors<'a> {
        /// Of what reads.
        read: optional Floor = "read",
        /// Of what writes.
        write: optional Floor = "write",
    }
}

record! {
    /// A room inside a workspace.
    pub struct Space<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
    }
}

record! {
    /// A person.
    pub struct User<'a> says user {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people call them.
        name: required Text<'a> = "name" is Name,
        /// The scopes that they belong to.
        member_of: required List<Text<'a>> = "memberOf" is Set<Id>,
        /// The scopes whose subtrees they administer.
        administers: required List<Text<'a>> = "administers" is Set<Id>,
        /// What makes them eligible as delegates (D-2).
        permissions: list List<Permission> = "permissions" is Set<Permission>,
        /// Their MCP access (U-1).
        access: required Access = "access",
        /// When it was first enabled (U-5).
        added_at: optional Time = "addedAt",
        /// Their tokens.
        tokens: list List<Token<'a>> = "tokens" is Most<Token<'a>, MAX_TOKENS>,
    }
}

record! {
    /// A credential issued to one client of one user (U-10).
    pub struct Token<'a> {
        /// Its id, never its value.
        id: required Text<'a> = "id" is Id,
        /// Who presents it.
        client: required Text<'a> = "client" is Id,
        /// Where it is good.
        workspace: required Text<'a> = "workspace" is Id,
        /// The only agent that it is good for.
        agent: required Text<'a> = "agent" is Id,
        /// The only virtual server that it is good for.
        virtual_server: rare Text<'a> = "virtualServer" is Id,
        /// Not compared with `now`.
        issued_at: required Time = "issuedAt",
        /// Active while `now` is before it (U-3).
        expires_at: required Time = "expiresAt",
        /// Absent: not revoked.
        revoked: rare Revoked<'a> = "revoked",
    }
}

record! {
    /// That and how a token was revoked.
    pub struct Revoked<'a> {
        /// When.
        at: required Time = "at",
        /// By whom; absent: the host itself.
        by: optional Text<'a> = "by" is Id,
    }
}

record! {
    /// A registered MCP server.
    pub struct Server<'a> says server {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// Where it is registered.
        scope: required Text<'a> = "scope" is Id,
        /// Where it comes from.
        source: required Source<'a> = "source",
        /// What people call it.
        name: required Text<'a> = "name" is Name,
        /// As it was registered; one that can't be read is denied in layer 3 (O-4).
        address: required Text<'a> = "address" is AddressText,
        /// In a slice: of the address before it was redacted.
        address_digest: rare Digest = "addressDigest",
        /// In a slice: what that address led to.
        matched: rare Matched<'a> = "matched",
        /// Who registered it; absent: nobody is left (P-9).
        owner: optional Text<'a> = "owner" is Id,
        /// When.
        registered_at: required Time = "registeredAt",
        /// Private or shared.
        visibility: required Visibility = "visibility",
        /// The master switch (K-1).
        switch: required Switch = "switch",
        /// Who stopped it (N-4, D-5).
        disabled: list List<Disabled<'a>> = "disabled",
        /// Why shared credentials are all right here (K-14, V-6).
        waiver: rare Waiver<'a> = "waiver",
        /// How it wants to be authorised.
        authorization: required Authorization<'a> = "authorization",
        /// Names of the headers sent with every request (K-12).
        headers: list List<Text<'a>> = "headers" is Set<HeaderName>,
        /// The agents that may use it (K-2).
        agents: required List<Text<'a>> = "agents" is Set<Id, 1>,
        /// Absent: open to all; empty: to none.
        spaces: optional List<Text<'a>> = "spaces" is Set<Id>,
        /// Its delegated administrators (D-2).
        assignees: list List<Text<'a>> = "assignees" is Set<Id, 0, MAX_ASSIGNEES>,
        /// In a slice, of a server from above: those of its users who may authorise its shared credential though they
        /// administer nothing there (K-14).
        authorizers: rare List<Text<'a>> = "authorizers" is Set<Id>,
        /// Its tools.
        tools: list List<Tool<'a>> = "tools" is Most<Tool<'a>, MAX_TOOLS>,
    }
}

record! {
    /// What an address led to before it was redacted: the verdicts of layers 3 and 4, and the integrations of I-6.
    pub struct Matched<'a> {
        /// It can't be read (O-4); absent: it can.
        invalid: optional bool = "invalid",
        /// O-3 refuses its host; absent: it doesn't.
        refused: optional bool = "refused",
        /// The platform's list holds it (O-1); absent: it doesn't.
        listed: optional bool = "listed",
        /// Of a custom server: every integration that the address belongs to (I-6). Of an integration's: that one, where the
        /// address matches one of its origins (I-7).
        integrations: list List<Text<'a>> = "integrations" is Set<Id>,
    }
}

record! {
    /// Where a server comes from.
    pub struct Source<'a> says source {
        /// The catalogue or somebody's own address.
        kind: required SourceKind = "kind",
        /// With `integration` alone: which.
        integration: optional Text<'a> = "integration" is Id,
    }
}

record! {
    /// One authority's stop of a server.
    pub struct Disabled<'a> {
        /// Absent: a delegate's (D-5).
        authority: optional Text<'a> = "authority" is Id,
        /// By whom; absent: the host itself.
        by: optional Text<'a> = "by" is Id,
        /// When.
        at: required Time = "at",
    }
}

record! {
    /// A waiver of K-14 and V-6.
    pub struct Waiver<'a> {
        /// By whom; absent: the host itself.
        by: optional Text<'a> = "by" is Id,
        /// When.
        at: required Time = "at",
        /// Why.
        reason: required Text<'a> = "reason" is Prose,
    }
}

record! {
    /// How a server wants to be authorised.
    pub struct Authorization<'a> says authorization {
        /// The method.
        method: required Method = "method",
        /// Absent: per user; not given with `none`.
        credentials: optional Credentials = "credentials",
    }
}

record! {
    /// A tool of a server.
    pub struct Tool<'a> says tool {
        /// Its name.
        name: required Text<'a> = "name" is ToolName,
        /// K-3.
        enabled: required bool = "enabled",
        /// K-4.
        approval: required Mode = "approval",
        /// An administrator's label (K-6).
        label: optional Label = "label",
        /// Whose label it is; absent: the server's scope's.
        label_authority: rare Text<'a> = "labelAuthority" is Id,
        /// What its accepted definition says of itself (K-6).
        hint: optional Label = "hint",
        /// The digest of its accepted definition; with one it is pinned (K-9).
        accepted: rare Digest = "accepted",
    }
}

record! {
    /// What a deleted server leaves (N-5).
    pub struct Tombstone<'a> {
        /// The id that never comes again.
        id: required Text<'a> = "id" is Id,
        /// Where it was registered.
        scope: required Text<'a> = "scope" is Id,
        /// Whose it was.
        owner: optional Text<'a> = "owner" is Id,
        /// Of the address' compared form.
        address_digest: required Digest = "addressDigest",
        /// When it was deleted.
        deleted_at: required Time = "deletedAt",
        /// By whom; absent: the host itself.
        deleted_by: optional Text<'a> = "deletedBy" is Id,
        /// The authorities that had it disabled.
        disabled: list List<Text<'a>> = "disabled" is Set<Id>,
    }
}

record! {
    /// A published endpoint over selected tools.
    pub struct VirtualServer<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// Where it is.
        scope: required Text<'a> = "scope" is Id,
        /// What people call it.
        name: required Text<'a> = "name" is Name,
        /// What it is for.
        description: rare Text<'a> = "description" is Prose,
        /// V-1.
        state: required State = "state",
        /// The OAuth provider that fronts it; resolves to nothing here.
        oauth_provider: rare Text<'a> = "oauthProvider" is Id,
        /// When it was last published (K-10).
        published: rare Published<'a> = "published",
        /// The selected tools (V-2).
        tools: list List<Selected<'a>> = "tools" is Most<Selected<'a>, MAX_TOOLS>,
        /// The access list (V-3).
        access: required List<Entry<'a>> = "access",
    }
}

record! {
    /// When a virtual server was last published, and what it was then.
    pub struct Published<'a> {
        /// When.
        at: required Time = "at",
        /// By whom; absent: the host itself.
        by: optional Text<'a> = "by" is Id,
        /// Of its managers and tools then.
        digest: required Digest = "digest",
    }
}

record! {
    /// A selected tool.
    pub struct Selected<'a> {
        /// Of which server.
        server: required Text<'a> = "server" is Id,
        /// Which tool of it.
        tool: required Text<'a> = "tool" is ToolName,
        /// The exposed name; absent: its own (V-8).
        r#as: optional Text<'a> = "as" is ToolName,
    }
}

record! {
    /// An entry of an access list.
    pub struct Entry<'a> {
        /// Whose.
        user: required Text<'a> = "user" is Id,
        /// What it gives.
        grant: required Grant = "grant",
    }
}
