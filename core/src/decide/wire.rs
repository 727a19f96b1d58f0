//! The request's shape (contract, section 3), read like a document: closed, strict, and with every problem's place.

use crate::digest::Digest;
#[cfg(feature = "schema")]
use crate::document::limits::MAX_TOOLS;
use crate::document::{Map, Misfit, SourceKind, Text, Time, Visibility, record, text_enum};
#[cfg(feature = "schema")]
use crate::schema::form::{ActionName, AddressText, AnyToolName, Id, Keyed, Revision, Whole};

text_enum! {
    /// The state of authorisation of the credentials that a call would use (K-8).
    pub enum DownstreamState { Error = "error", Expired = "expired", Pending = "pending", Ready = "ready" }
}
text_enum! {
    /// By what a request comes.
    pub enum CredentialKind { Platform = "platform", Token = "token" }
}
text_enum! {
    /// What kind of thing a request is about.
    pub enum TargetKind {
        Integration = "integration",
        Registration = "registration",
        Server = "server",
        Tool = "tool",
        VirtualServer = "virtual-server",
        VirtualTool = "virtual-tool",
    }
}

record! {
    /// A request.
    closed pub struct Request<'a> says request {
        /// Its action's name.
        action: required Text<'a> = "action" is ActionName,
        /// Absent: the host itself.
        caller: optional Caller<'a> = "caller",
        /// What it is about.
        target: required Target<'a> = "target",
        /// What the host attests.
        context: required Context<'a> = "context",
    }
}

record! {
    /// Who asks.
    closed pub struct Caller<'a> {
        /// The user's id.
        user: required Text<'a> = "user" is Id,
        /// By what the request comes.
        credential: required Credential<'a> = "credential",
        /// The workspace's id.
        workspace: required Text<'a> = "workspace" is Id,
        /// The agent's id.
        agent: optional Text<'a> = "agent" is Id,
        /// The space's id.
        space: optional Text<'a> = "space" is Id,
    }
}

record! {
    /// By what a request comes.
    closed pub struct Credential<'a> says credential fits credential_fits {
        /// Which of the two.
        kind: required CredentialKind = "kind",
        /// With `token` alone: its id.
        token: optional Text<'a> = "token" is Id,
    }
}

fn credential_fits(credential: &Credential<'_>) -> Option<Misfit> {
    match (credential.kind, &credential.token) {
        (CredentialKind::Token, None) => Some(Misfit::Missing("token")),
        (CredentialKind::Platform, Some(_)) => Some(Misfit::Unknown("token")),
        _ => None,
    }
}

record! {
    /// What a request is about.
    closed pub struct Target<'a> says target fits target_fits {
        /// Which kind of thing.
        kind: required TargetKind = "kind",
        /// With `tool` and `server`.
        server: optional Text<'a> = "server" is Id,
        /// With `virtual-tool` and `virtual-server`.
        virtual_server: optional Text<'a> = "virtualServer" is Id,
        /// With `tool` and `virtual-tool`.
        tool: optional Text<'a> = "tool" is AnyToolName,
        /// With `integration`.
        integration: optional Text<'a> = "integration" is Id,
        /// With `registration`.
        source: optional Source<'a> = "source",
        /// With `registration`, and with `server` for a redirect.
        address: optional Text<'a> = "address" is AddressText,
        /// With `registration`.
        visibility: optional Visibility = "visibility",
    }
}

fn target_fits(target: &Target<'_>) -> Option<Misfit> {
    use TargetKind::{Integration, Registration, Server, Tool, VirtualServer, VirtualTool};
    let kind = target.kind;
    // Each member: whether it is there, the kinds that need it, the kinds that may have it besides.
    let members: [(&'static str, bool, &[TargetKind], &[TargetKind]); 7] = [
        ("server", target.server.is_some(), &[Tool, Server], &[]),
        ("virtualServer", target.virtual_server.is_some(), &[VirtualTool, VirtualServer], &[]),
        ("tool", target.tool.is_some(), &[Tool, VirtualTool], &[]),
        ("integration", target.integration.is_some(), &[Integration], &[]),
        ("source", target.source.is_some(), &[Registration], &[]),
        ("address", target.address.is_some(), &[Registration], &[Server]),
        ("visibility", target.visibility.is_some(), &[Registration], &[]),
    ];
    members.into_iter().find_map(|(name, there, needing, having)| match there {
        false if needing.contains(&kind) => Some(Misfit::Missing(name)),
        true if !needing.contains(&kind) && !having.contains(&kind) => Some(Misfit::Unknown(name)),
        _ => None,
    })
}

record! {
    /// Where a server to be registered comes from.
    closed pub struct Source<'a> says source fits source_fits {
        /// The catalogue or somebody's own address.
        kind: required SourceKind = "kind",
        /// With `integration` alone: which.
        integration: optional Text<'a> = "integration" is Id,
    }
}

fn source_fits(source: &Source<'_>) -> Option<Misfit> {
    match (source.kind, &source.integration) {
        (SourceKind::Integration, None) => Some(Misfit::Missing("integration")),
        (SourceKind::Custom, Some(_)) => Some(Misfit::Unknown("integration")),
        _ => None,
    }
}

record! {
    /// What the host attests.
    closed pub struct Context<'a> {
        /// The time.
        now: required Time = "now",
        /// How fresh the host's copy is.
        snapshot: optional Snapshot = "snapshot",
        /// By server id.
        downstream: map Map<'a, DownstreamState> = "downstream" is Keyed<Id, DownstreamState>,
        /// By server id, then tool.
        observed: map Map<'a, Map<'a, Digest>> = "observed" is Keyed<Id, Keyed<AnyToolName, Digest, MAX_TOOLS>>,
        /// Whether the caller can be asked; absent: no.
        can_ask: optional bool = "canAsk",
        /// The call.
        invocation: optional Invocation<'a> = "invocation",
    }
}

record! {
    /// How fresh the host's copy of the policy is.
    closed pub struct Snapshot {
        /// When it was known to be current.
        confirmed_at: required Time = "confirmedAt",
        /// For how long that is good.
        max_age_seconds: required u64 = "maxAgeSeconds" is Whole,
    }
}

record! {
    /// One call.
    closed pub struct Invocation<'a> {
        /// The host's id of it.
        id: optional Text<'a> = "id" is Id,
        /// Of its arguments.
        arguments_digest: optional Digest = "argumentsDigest",
        /// Its confirmation.
        approval: optional Approval<'a> = "approval",
    }
}

record! {
    /// What a caller confirmed.
    closed pub struct Approval<'a> {
        /// The call's id.
        invocation: required Text<'a> = "invocation" is Id,
        /// Who.
        user: required Text<'a> = "user" is Id,
        /// Where.
        workspace: required Text<'a> = "workspace" is Id,
        /// With which agent.
        agent: optional Text<'a> = "agent" is Id,
        /// In which space.
        space: optional Text<'a> = "space" is Id,
        /// Which server.
        server: required Text<'a> = "server" is Id,
        /// Which tool.
        tool: required Text<'a> = "tool" is AnyToolName,
        /// Of its definition.
        definition: optional Digest = "definition",
        /// Of the arguments.
        arguments_digest: required Digest = "argumentsDigest",
        /// Recorded, not compared.
        revision: required u64 = "revision" is Revision,
        /// Good while `now` is before it.
        expires_at: required Time = "expiresAt",
    }
}

text_enum! {
    /// What a list is of.
    pub enum OfKind { All = "all", Server = "server", VirtualServer = "virtual-server" }
}

record! {
    /// A request for a list.
    closed pub struct ListRequest<'a> {
        /// Who asks.
        caller: required Caller<'a> = "caller",
        /// What the host attests.
        context: required Context<'a> = "context",
        /// What is listed.
        of: required Of<'a> = "of",
    }
}

record! {
    /// What a list is of.
    closed pub struct Of<'a> says of fits of_fits {
        /// All, or one of what.
        kind: required OfKind = "kind",
        /// With `server`: its id.
        server: optional Text<'a> = "server" is Id,
        /// With `virtual-server`: its id.
        virtual_server: optional Text<'a> = "virtualServer" is Id,
    }
}

fn of_fits(of: &Of<'_>) -> Option<Misfit> {
    let members = [("server", of.server.is_some(), OfKind::Server), ("virtualServer", of.virtual_server.is_some(), OfKind::VirtualServer)];
    members.into_iter().find_map(|(name, there, kind)| match there {
        false if of.kind == kind => Some(Misfit::Missing(name)),
        true if of.kind != kind => Some(Misfit::Unknown(name)),
        _ => None,
    })
}
