//! The records inside changes: what is merged into settings, and records of the document without what the core itself
//! writes (contract 5; P-13, P-14).

use super::Nullable;
use crate::digest::Digest;
#[cfg(feature = "schema")]
use crate::document::limits::MAX_TOOLS;
use crate::document::{
    Access, Authorization, Floor, Label, List, Map, Permission, Selected, Source, State, Switch, Text, Time, Visibility, record, text_enum,
};
#[cfg(feature = "schema")]
use crate::schema::form::{AddressText, Exceptable, HeaderName, Id, Keyed, Most, Name, Prose, Set as Once, ToolName};

text_enum! {
    /// A change of both settings of custom servers (C-10).
    pub enum Settled { FreezeGrowth = "freeze-growth", Lockdown = "lockdown" }
}
text_enum! {
    /// An optional feature of a scope (D-1).
    pub enum Feature { AccessControl = "accessControl" }
}

record! {
    /// Settings to be merged into those of one authority: null unsets one; a group is never null (P-13).
    closed pub struct SettingsChange<'a> {
        /// The emergency stop (S-13).
        all: optional Nullable<Switch> = "all",
        /// By integration id (I-1).
        integrations: map Map<'a, Nullable<Switch>> = "integrations" is Keyed<Id, Nullable<Switch>>,
        /// The allowlist stance (I-9).
        new_integrations: optional Nullable<Switch> = "newIntegrations",
        /// The custom MCP policy (C-1, C-7).
        custom: optional CustomChange = "custom",
        /// By server id (S-11).
        servers: map Map<'a, Nullable<Switch>> = "servers" is Keyed<Id, Nullable<Switch>>,
        /// The floors of the approval modes (K-5).
        floors: optional FloorsChange = "floors",
        /// By setting name: the scopes below that its `off` spares; an empty list is null (S-12, P-13).
        except: map Map<'a, Nullable<List<Text<'a>>>> = "except" is Keyed<Exceptable, Nullable<List<Id>>>,
    }
}

record! {
    /// Settings of custom servers to be merged.
    closed pub struct CustomChange {
        /// May users register them?
        creation: optional Nullable<Switch> = "creation",
        /// May anything be in contact with them?
        r#use: optional Nullable<Switch> = "use",
        /// May they be shared?
        sharing: optional Nullable<Switch> = "sharing",
    }
}

record! {
    /// Floors to be merged.
    closed pub struct FloorsChange {
        /// Of what reads.
        read: optional Nullable<Floor> = "read",
        /// Of what writes.
        write: optional Nullable<Floor> = "write",
    }
}

record! {
    /// A server to be registered.
    pub struct NewServer<'a> says headers {
        /// Its id, one that was never used (N-5).
        id: required Text<'a> = "id" is Id,
        /// Where it is to be registered.
        scope: required Text<'a> = "scope" is Id,
        /// Where it comes from.
        source: required Source<'a> = "source",
        /// What people will call it.
        name: required Text<'a> = "name" is Name,
        /// Where it is.
        address: required Text<'a> = "address" is AddressText,
        /// Whose it is; named by the host alone, else the actor's (P-11).
        owner: optional Text<'a> = "owner" is Id,
        /// Private or shared.
        visibility: required Visibility = "visibility",
        /// The master switch (K-1).
        switch: required Switch = "switch",
        /// How it wants to be authorised.
        authorization: required Authorization<'a> = "authorization",
        /// Names of the headers sent with every request (K-12).
        headers: list List<Text<'a>> = "headers" is Once<HeaderName>,
        /// The agents that may use it (K-2).
        agents: required List<Text<'a>> = "agents" is List<Id>,
    }
}

record! {
    /// A tool that a server has just listed (K-9).
    closed pub struct ListedTool<'a> {
        /// Its name.
        name: required Text<'a> = "name" is ToolName,
        /// What its definition says of itself.
        hint: optional Label = "hint",
        /// The digest of its definition.
        digest: required Digest = "digest",
    }
}

record! {
    /// A user to be added.
    pub struct NewUser<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// What people will call them.
        name: required Text<'a> = "name" is Name,
        /// The scopes that they belong to.
        member_of: required List<Text<'a>> = "memberOf" is List<Id>,
        /// The scopes whose subtrees they administer.
        administers: required List<Text<'a>> = "administers" is List<Id>,
        /// What makes them eligible as delegates (D-2).
        permissions: list List<Permission> = "permissions" is List<Permission>,
        /// Their MCP access (U-1).
        access: required Access = "access",
    }
}

record! {
    /// A token to be issued (U-10); it is issued at the change's `now`.
    pub struct NewToken<'a> {
        /// Its id, never its value.
        id: required Text<'a> = "id" is Id,
        /// Who will present it.
        client: required Text<'a> = "client" is Id,
        /// Where it is good.
        workspace: required Text<'a> = "workspace" is Id,
        /// The only agent that it is good for.
        agent: required Text<'a> = "agent" is Id,
        /// The only virtual server that it is good for.
        virtual_server: optional Text<'a> = "virtualServer" is Id,
        /// Active while `now` is before it (U-3).
        expires_at: required Time = "expiresAt",
    }
}

record! {
    /// A scope to be added.
    pub struct NewScope<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// Its level's id.
        level: required Text<'a> = "level" is Id,
        /// The scope above.
        parent: required Text<'a> = "parent" is Id,
        /// What people will call it.
        name: required Text<'a> = "name" is Name,
        /// Whom to ask (L-4).
        contact: optional Text<'a> = "contact" is Prose,
    }
}

record! {
    /// A virtual server to be created; its creator gets manage (P-8).
    pub struct NewVirtualServer<'a> {
        /// Its id.
        id: required Text<'a> = "id" is Id,
        /// Where it is to be.
        scope: required Text<'a> = "scope" is Id,
        /// What people will call it.
        name: required Text<'a> = "name" is Name,
        /// What it is for.
        description: optional Text<'a> = "description" is Prose,
        /// V-1.
        state: required State = "state",
        /// The OAuth provider that fronts it.
        oauth_provider: optional Text<'a> = "oauthProvider" is Id,
        /// The selected tools (V-2).
        tools: list List<Selected<'a>> = "tools" is Most<Selected<'a>, MAX_TOOLS>,
    }
}
