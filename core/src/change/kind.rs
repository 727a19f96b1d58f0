//! Every kind of change, with its members (contract 5; who may is P-8, in what order it is refused P-11 to P-16).

use std::fmt;

use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::{Feature, ListedTool, NewScope, NewServer, NewToken, NewUser, NewVirtualServer, Nullable, RawObject, SettingsChange, Settled};
use crate::digest::Digest;
use crate::document::json::Writer;
#[cfg(feature = "schema")]
use crate::document::limits::MAX_TOOLS;
use crate::document::shape::{Fast, KeySeed, Shape};
use crate::document::slow::Reader;
use crate::document::tree::Node;
use crate::document::{
    self, Access, Authorization, Integration, Label, List, Misfit, Mode, Permission, Platform, Selected, Space, State, Switch, Text,
    Visibility, record, text_enum,
};
#[cfg(feature = "schema")]
use crate::schema::form::{AddressText, AnyObject, HeaderName, Id, Most, Name, Prose, Set as Once, ToolName};
#[cfg(feature = "schema")]
use crate::schema::{described, union};

/// Declares the kinds of changes: for each a record, whose `kind` is the text given.
macro_rules! changes {
    ($($(#[doc = $doc:literal])* $name:ident = $kind:literal $(says $says:ident)? $(fits $fits:path)? { $($members:tt)* })+) => {
        text_enum! {
            /// What kind of change it is.
            pub enum ChangeKind { $($name = $kind),+ }
        }

        $(
            record! {
                $(#[doc = $doc])*
                closed pub struct $name<'a> $(says $says)? $(fits $fits)? {
                    /// Which kind of change it is.
                    kind: required ChangeKind = "kind",
                    $($members)*
                }
            }
        )+

        /// What is to be changed: one of the kinds.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Change<'a> {
            $($(#[doc = $doc])* $name(Box<$name<'a>>),)+
        }

        impl<'a> Change<'a> {
            /// Reads the record of that kind.
            fn fast_of<D: Deserializer<'a>>(kind: ChangeKind, deserializer: D) -> Result<Self, D::Error> {
                match kind {
                    $(ChangeKind::$name => $name::fast(deserializer).map(|change| Self::$name(Box::new(change))),)+
                }
            }

            fn slow_of(kind: ChangeKind, reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
                match kind {
                    $(ChangeKind::$name => $name::slow(reader, node).map(|change| Self::$name(Box::new(change))),)+
                }
            }

            fn write_record(&self, out: &mut Writer) {
                match self {
                    $(Self::$name(change) => Shape::write(&**change, out),)+
                }
            }

            fn own(self) -> Change<'static> {
                match self {
                    $(Self::$name(change) => Change::$name(Box::new(Shape::into_owned(*change))),)+
                }
            }
        }

        #[cfg(feature = "schema")]
        described! {
            Change[<'a>] |generator| {
                let kinds = [$(($kind, <$name<'_> as schemars::JsonSchema>::json_schema(generator))),+];
                union("What is to be changed.", kinds)
            }
        }
    };
}

changes! {
    /// Merges settings at a scope; null unsets (P-13).
    Set = "set" {
        /// Where they are stored.
        scope: required Text<'a> = "scope" is Id,
        /// Whose authority, if a lower one than the actor's highest (S-6).
        r#as: optional Text<'a> = "as" is Id,
        /// What is merged.
        settings: required SettingsChange<'a> = "settings",
    }
    /// Sets creation and use of custom servers together (C-10).
    Preset = "preset" {
        /// Where they are stored.
        scope: required Text<'a> = "scope" is Id,
        /// Whose authority, if a lower one than the actor's highest (S-6).
        r#as: optional Text<'a> = "as" is Id,
        /// Which preset.
        preset: required Settled = "preset",
    }
    /// Turns a feature on or off at a scope, or leaves it to the scopes above (D-1).
    SetFeature = "set-feature" {
        /// Where.
        scope: required Text<'a> = "scope" is Id,
        /// Which feature.
        feature: required Feature = "feature",
        /// Null: not stated here.
        value: required Nullable<bool> = "value",
    }

    /// Registers a server (P-11).
    RegisterServer = "register-server" {
        /// The server's record.
        server: required NewServer<'a> = "server",
    }
    /// Gives a server another address, and with it another id (C-5).
    ReaddressServer = "readdress-server" {
        /// The server's id, which becomes a tombstone's.
        server: required Text<'a> = "server" is Id,
        /// Its next id, one that was never used (N-5).
        new_server: required Text<'a> = "newServer" is Id,
        /// Its next address.
        address: required Text<'a> = "address" is AddressText,
    }
    /// Renames a server, or changes its headers or its method (P-8).
    EditServer = "edit-server" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// Absent: as it is.
        name: optional Text<'a> = "name" is Name,
        /// Absent: as they are (K-12).
        headers: optional List<Text<'a>> = "headers" is Once<HeaderName>,
        /// Absent: as it is.
        authorization: optional Authorization<'a> = "authorization",
    }
    /// Shares a server, or makes it private (C-7, S-11).
    SetVisibility = "set-visibility" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// Private or shared.
        visibility: required Visibility = "visibility",
    }
    /// Moves the master switch (K-1).
    SwitchServer = "switch-server" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// On or off.
        switch: required Switch = "switch",
    }
    /// Stops a server (N-4, D-5).
    DisableServer = "disable-server" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// Whose authority, if a lower one than the actor's highest (N-4).
        r#as: optional Text<'a> = "as" is Id,
    }
    /// Lifts a stop (N-4, D-5).
    EnableServer = "enable-server" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// The one entry to be lifted; absent: all that the actor may lift (N-4).
        r#as: optional Text<'a> = "as" is Id,
    }
    /// Removes a server for good (N-5).
    DeleteServer = "delete-server" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
    }

    /// Says which agents may use a server (K-2).
    SetAgents = "set-agents" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// All of them; none at all is refused as `agent-required` (P-14).
        agents: required List<Text<'a>> = "agents" is List<Id>,
    }
    /// Limits a server to spaces, or opens it to all.
    SetSpaces = "set-spaces" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// Null: all; none at all is refused as `space-required` (P-14).
        spaces: required Nullable<List<Text<'a>>> = "spaces" is Nullable<List<Id>>,
    }
    /// Says who a server's delegates are (D-2).
    SetAssignees = "set-assignees" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// All of them.
        assignees: required List<Text<'a>> = "assignees" is List<Id>,
    }
    /// Enables or labels a tool, or sets its mode (K-3, K-4, K-6).
    SetTool = "set-tool" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// The tool's name.
        tool: required Text<'a> = "tool" is ToolName,
        /// Absent: as it is.
        enabled: optional bool = "enabled",
        /// Absent: as it is.
        approval: optional Mode = "approval",
        /// Null: none; absent: as it is.
        label: optional Nullable<Label> = "label",
        /// Whose label, if a lower authority than the actor's highest (S-6).
        r#as: optional Text<'a> = "as" is Id,
    }
    /// Enters the tools that a server has listed (K-9).
    RefreshTools = "refresh-tools" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// What it listed.
        tools: required List<ListedTool<'a>> = "tools" is List<ListedTool<'a>>,
    }
    /// Accepts a tool's definition (K-9).
    AcceptTool = "accept-tool" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// The tool's name.
        tool: required Text<'a> = "tool" is ToolName,
        /// The digest of what is accepted.
        digest: required Digest = "digest",
        /// What it says of itself; absent: nothing.
        hint: optional Label = "hint",
    }
    /// Lets a shared credential pass, or no longer (K-14, V-6).
    WaiveSharedCredential = "waive-shared-credential" {
        /// The server's id.
        server: required Text<'a> = "server" is Id,
        /// Why; null: it is withdrawn.
        reason: required Nullable<Text<'a>> = "reason" is Nullable<Prose>,
    }

    /// Adds a user (P-8, U-7).
    AddUser = "add-user" {
        /// The user's record.
        user: required NewUser<'a> = "user",
    }
    /// Changes a user's record (U-11).
    EditUser = "edit-user" {
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// Absent: as it is.
        name: optional Text<'a> = "name" is Name,
        /// Absent: as it is.
        member_of: optional List<Text<'a>> = "memberOf" is List<Id>,
        /// Absent: as it is.
        administers: optional List<Text<'a>> = "administers" is List<Id>,
        /// Absent: as they are.
        permissions: optional List<Permission> = "permissions" is List<Permission>,
    }
    /// Removes a user, with all that goes along (P-9).
    RemoveUser = "remove-user" {
        /// The user's id.
        user: required Text<'a> = "user" is Id,
    }
    /// Enables or disables a user's MCP access (U-1, U-2, U-7).
    SetAccess = "set-access" {
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// Enabled or disabled.
        access: required Access = "access",
    }
    /// Records a token (U-10).
    IssueToken = "issue-token" {
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// The token's record.
        token: required NewToken<'a> = "token",
    }
    /// Revokes tokens by their ids, or all active ones of some users (U-4).
    RevokeTokens = "revoke-tokens" says revoke_tokens fits revoke_fits {
        /// Which tokens.
        tokens: optional List<Text<'a>> = "tokens" is List<Id>,
        /// Or whose.
        users: optional List<Text<'a>> = "users" is List<Id>,
    }

    /// Adds a scope below another (P-8).
    AddScope = "add-scope" {
        /// The scope's record.
        scope: required NewScope<'a> = "scope",
    }
    /// Renames a scope, or says whom to ask (P-8).
    EditScope = "edit-scope" {
        /// The scope's id.
        scope: required Text<'a> = "scope" is Id,
        /// Absent: as it is.
        name: optional Text<'a> = "name" is Name,
        /// Null: nobody; absent: as it is.
        contact: optional Nullable<Text<'a>> = "contact" is Nullable<Prose>,
    }
    /// Removes an empty scope (P-15).
    RemoveScope = "remove-scope" {
        /// The scope's id.
        scope: required Text<'a> = "scope" is Id,
    }
    /// Adds a space to a workspace.
    AddSpace = "add-space" {
        /// The workspace's id.
        scope: required Text<'a> = "scope" is Id,
        /// The space's record.
        space: required Space<'a> = "space",
    }
    /// Renames a space.
    EditSpace = "edit-space" {
        /// The space's id.
        space: required Text<'a> = "space" is Id,
        /// Its next name.
        name: required Text<'a> = "name" is Name,
    }
    /// Removes a space (S-9).
    RemoveSpace = "remove-space" {
        /// The space's id.
        space: required Text<'a> = "space" is Id,
    }
    /// Adds an integration to the catalogue, or replaces it whole.
    PutIntegration = "put-integration" {
        /// Its record.
        integration: required Integration<'a> = "integration",
    }
    /// Removes an integration that nothing names (P-15).
    RemoveIntegration = "remove-integration" {
        /// Its id.
        integration: required Text<'a> = "integration" is Id,
    }
    /// Adds an agent, or replaces it whole.
    PutAgent = "put-agent" {
        /// Its record.
        agent: required document::Agent<'a> = "agent",
    }
    /// Removes an agent that nothing names (P-15).
    RemoveAgent = "remove-agent" {
        /// Its id.
        agent: required Text<'a> = "agent" is Id,
    }
    /// Adds a client, or replaces it whole.
    PutClient = "put-client" {
        /// Its record.
        client: required document::Client<'a> = "client",
    }
    /// Removes a client that nothing names (P-15).
    RemoveClient = "remove-client" {
        /// Its id.
        client: required Text<'a> = "client" is Id,
    }
    /// Gives a level another label (S-4).
    SetLevelLabel = "set-level-label" {
        /// The level's id.
        level: required Text<'a> = "level" is Id,
        /// Its next label.
        label: required Text<'a> = "label" is Name,
    }
    /// Replaces the platform's part whole; the host's alone (P-8).
    SetPlatform = "set-platform" {
        /// Its record.
        platform: required Platform<'a> = "platform",
    }

    /// Creates a virtual server (P-8, P-14).
    CreateVirtualServer = "create-virtual-server" {
        /// Its record.
        virtual_server: required NewVirtualServer<'a> = "virtualServer",
    }
    /// Changes what a virtual server is called, what it is for, and what fronts it.
    EditVirtualServer = "edit-virtual-server" {
        /// Its id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
        /// Absent: as it is.
        name: optional Text<'a> = "name" is Name,
        /// Absent: as it is.
        description: optional Text<'a> = "description" is Prose,
        /// Null: none; absent: as it is.
        oauth_provider: optional Nullable<Text<'a>> = "oauthProvider" is Nullable<Id>,
    }
    /// Selects the tools of a virtual server (P-14).
    SetVirtualTools = "set-virtual-tools" {
        /// Its id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
        /// All of them.
        tools: required List<Selected<'a>> = "tools" is Most<Selected<'a>, MAX_TOOLS>,
    }
    /// Publishes a virtual server, or takes it back (V-1, P-14).
    SetVirtualState = "set-virtual-state" {
        /// Its id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
        /// Its next state.
        state: required State = "state",
    }
    /// Gives a user a grant (V-3, V-7).
    Grant = "grant" {
        /// The virtual server's id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// Which grant.
        grant: required document::Grant = "grant",
    }
    /// Takes a grant from a user (V-4).
    Ungrant = "ungrant" {
        /// The virtual server's id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// Which grant.
        grant: required document::Grant = "grant",
    }
    /// Removes a virtual server, and the tokens that name it (P-15).
    DeleteVirtualServer = "delete-virtual-server" {
        /// Its id.
        virtual_server: required Text<'a> = "virtualServer" is Id,
    }

    /// Several changes, whole or not at all, each judged after the ones before it (P-16).
    Batch = "batch" {
        /// In their order.
        changes: required List<Change<'a>> = "changes",
    }
    /// Puts another document in place of this one (P-16).
    Import = "import" {
        /// A document. What is wrong with it is told by the refusal `invalid-document`.
        document: required RawObject<'a> = "document" is AnyObject,
    }
}

fn revoke_fits(change: &RevokeTokens<'_>) -> Option<Misfit> {
    match (&change.tokens, &change.users) {
        (None, None) => Some(Misfit::Missing("tokens")),
        (Some(_), Some(_)) => Some(Misfit::Unknown("users")),
        _ => None,
    }
}

impl<'a> Shape<'a> for Change<'a> {
    type Owned = Change<'static>;

    /// Takes what has its `kind` first, as our writers and the contract's examples do; else the slow reader decides.
    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KindFirst)
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        let mut members = reader.object(node)?;
        let tree = reader.tree();
        while let Some(key) = members.next(tree) {
            let Some(value) = members.next(tree) else { break };
            if tree.text(key).is_some_and(|key| key == "kind") {
                return ChangeKind::slow(reader, value).and_then(|kind| Self::slow_of(kind, reader, node));
            }
        }
        reader.lacks(node, "kind", false);
        None
    }

    fn blank() -> Self {
        Self::Batch(Box::new(Batch::blank()))
    }

    fn write(&self, out: &mut Writer) {
        self.write_record(out);
    }

    fn into_owned(self) -> Change<'static> {
        self.own()
    }
}

/// Reads `kind`, and then the record of that kind.
struct KindFirst;

impl<'a> Visitor<'a> for KindFirst {
    type Value = Change<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Change<'a>, A::Error> {
        use serde::de::Error as _;
        if map.next_key_seed(KeySeed { keys: &["kind"], hint: 0 })?.is_none() {
            return Err(A::Error::missing_field("kind"));
        }
        let kind = map.next_value_seed(Fast::<ChangeKind>::new())?;
        Change::fast_of(kind, MapAccessDeserializer::new(AfterKind { kind, is_key: true, is_value: true, map }))
    }
}

/// The members of a change, of which `kind` was read already: it is told once more.
struct AfterKind<A> {
    kind: ChangeKind,
    /// The key is still to be told.
    is_key: bool,
    /// The value is still to be told.
    is_value: bool,
    map: A,
}

impl<'a, A: MapAccess<'a>> MapAccess<'a> for AfterKind<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if std::mem::take(&mut self.is_key) {
            return seed.deserialize(StrDeserializer::new("kind")).map(Some);
        }
        self.map.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if std::mem::take(&mut self.is_value) {
            return seed.deserialize(StrDeserializer::new(self.kind.as_str()));
        }
        self.map.next_value_seed(seed)
    }
}
