//! Servers, and what deleted ones leave.

use super::super::limits::{MAX_ADDRESS, MAX_ASSIGNEES, MAX_NAME, MAX_SERVERS, MAX_TOOLS};
use super::super::problem::ProblemCode;
use super::super::slow::Shown;
use super::super::wire::{Disabled, Method, Server, Source, SourceKind, Tombstone, Tool, Visibility};
use super::index::Kind;
use super::lists::doubles;
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("servers");
    check.count(document.servers.len(), MAX_SERVERS, list);
    double_ids(check);
    for (place, server) in document.servers.iter().enumerate() {
        one(check, server, list.element(place));
    }
    let list = top.member("tombstones");
    for (place, record) in document.tombstones.iter().enumerate() {
        tombstone(check, record, list.element(place));
    }
}

/// A tombstone's id counts among the servers' (N-5).
fn double_ids(check: &mut Check<'_, '_>) {
    let index = check.index;
    let living = check.document.servers.len();
    let top = Path::DOCUMENT;
    let (servers, tombstones) = (top.member("servers"), top.member("tombstones"));
    let record = |number: usize| match number.checked_sub(living) {
        Some(tombstone) => tombstones.element(tombstone),
        None => servers.element(number),
    };
    for (later, first) in index.servers.doubles() {
        let code = if first < living && later >= living { ProblemCode::IdUsed } else { ProblemCode::DuplicateId };
        let (later, first) = (record(later), record(first));
        let problem = match code {
            ProblemCode::IdUsed => format_args!("a server that was deleted and one that is there have the same id"),
            _ => format_args!("another server has this id"),
        };
        check.sink.take(Finding::new(later.member("id"), code, problem).related(first.member("id")));
    }
}

fn one(check: &mut Check<'_, '_>, server: &Server<'_>, at: Path<'_>) {
    check.id(&server.id, at.member("id"));
    check.name(&server.name, at.member("name"));
    check.length(&server.address, MAX_ADDRESS, at.member("address"));
    let scope = check.resolve(Kind::Scope, &server.scope, at.member("scope"));
    if let Some(owner) = &server.owner {
        check.resolve(Kind::User, owner, at.member("owner"));
    }
    source(check, &server.source, at.member("source"));
    if server.visibility == Visibility::Private {
        private(check, server, scope, at);
    }
    disabled(check, &server.disabled, scope, at.member("disabled"));
    if let Some(waiver) = &server.waiver {
        let at = at.member("waiver");
        check.past_id(waiver.by.as_deref(), at.member("by"));
        check.any_text(Some(&waiver.reason), at.member("reason"));
    }
    if server.authorization.method == Method::None && server.authorization.credentials.is_some() {
        let problem = format_args!("the method `none` has no credentials");
        let at = at.member("authorization");
        let finding = Finding::new(at.member("credentials"), ProblemCode::CredentialsWithNone, problem);
        check.sink.take(finding.needs(&[at.member("method")]));
    }
    headers(check, server, at);
    agents(check, server, at.member("agents"));
    spaces(check, server, scope, at.member("spaces"));
    let assignees = at.member("assignees");
    check.count(server.assignees.len(), MAX_ASSIGNEES, assignees);
    check.no_double_text(&server.assignees, assignees);
    for (place, assignee) in server.assignees.iter().enumerate() {
        check.resolve(Kind::User, assignee, assignees.element(place));
    }
    let tools = at.member("tools");
    check.count(server.tools.len(), MAX_TOOLS, tools);
    check.no_double_name(&server.tools, |tool| &tool.name, tools);
    for (place, record) in server.tools.iter().enumerate() {
        tool(check, record, scope, tools.element(place));
    }
}

/// An integration's names it; one that somebody brought has none.
fn source(check: &mut Check<'_, '_>, source: &Source<'_>, at: Path<'_>) {
    let needs = [at.member("kind"), at.member("integration")];
    match (source.kind, &source.integration) {
        (SourceKind::Integration, Some(integration)) => {
            check.resolve(Kind::Integration, integration, at.member("integration"));
        }
        (SourceKind::Integration, None) => {
            let problem = format_args!("the member `integration` is missing");
            check.sink.take(Finding::new(at, ProblemCode::Missing, problem).needs(&needs));
        }
        (SourceKind::Custom, Some(_)) => {
            let problem = format_args!("a custom source has no member `integration`");
            check.sink.take(Finding::new(at.member_key("integration"), ProblemCode::UnknownKey, problem).needs(&needs));
        }
        (SourceKind::Custom, None) => {}
    }
}

/// A private server lies in a workspace and has an owner (C-8).
fn private(check: &mut Check<'_, '_>, server: &Server<'_>, scope: Option<usize>, at: Path<'_>) {
    let visibility = at.member("visibility");
    if scope.is_some_and(|scope| check.index.is_no_workspace(scope)) {
        let problem = format_args!("a private server lies in a workspace, and `{}` is none", Shown(&server.scope));
        let finding = Finding::new(at.member("scope"), ProblemCode::NotAWorkspace, problem);
        check.sink.take(finding.needs(&[visibility]));
    }
    if server.owner.is_none() {
        let problem = format_args!("a private server has an owner");
        let finding = Finding::new(at, ProblemCode::OwnerRequired, problem);
        check.sink.take(finding.needs(&[visibility, at.member("owner")]));
    }
}

fn disabled(check: &mut Check<'_, '_>, entries: &[Disabled<'_>], scope: Option<usize>, list: Path<'_>) {
    for (later, first) in doubles(entries, |entry| entry.authority.as_deref()) {
        let shown = entries.get(later).and_then(|entry| entry.authority.as_deref()).unwrap_or("server-admin");
        let problem = format_args!("the authority `{}` has disabled the server already", Shown(shown));
        let (later, first) = (list.element(later), list.element(first));
        let needs = [later.member("authority"), first.member("authority")];
        check.sink.take(Finding::new(later, ProblemCode::DuplicateEntry, problem).related(first).needs(&needs));
    }
    for (place, entry) in entries.iter().enumerate() {
        let at = list.element(place);
        if let Some(authority) = &entry.authority {
            authority_at(check, authority, scope, at.member("authority"));
        }
        check.past_id(entry.by.as_deref(), at.member("by"));
    }
}

/// Authorities at a server are its scope or above.
fn authority_at(check: &mut Check<'_, '_>, authority: &str, scope: Option<usize>, at: Path<'_>) {
    let above = check.resolve(Kind::Scope, authority, at);
    if let (Some(above), Some(scope)) = (above, scope)
        && check.index.is_not_on_path(above, scope)
    {
        let problem = format_args!("`{}` is neither the server's scope nor above it", Shown(authority));
        check.report(at, ProblemCode::NotOnPath, problem);
    }
}

fn headers(check: &mut Check<'_, '_>, server: &Server<'_>, at: Path<'_>) {
    let list = at.member("headers");
    for (later, first) in doubles(&server.headers, |header| header.to_ascii_lowercase()) {
        check.double_entry(list, later, first, server.headers.get(later).map_or("", |header| header.as_str()));
    }
    for (place, header) in server.headers.iter().enumerate() {
        let name = list.element(place);
        check.length(header, MAX_NAME, name);
        if !is_header(header) {
            check.report(name, ProblemCode::InvalidHeader, format_args!("`{}` is no header's name", Shown(header)));
        } else if is_transport(header) {
            let problem = format_args!("`{}` is set by the transport", Shown(header));
            check.report(name, ProblemCode::HeaderNotAllowed, problem);
        } else if header.eq_ignore_ascii_case("authorization") && server.authorization.method == Method::Oauth {
            let problem = format_args!("`authorization` is set by the method `oauth`");
            let method = at.member("authorization");
            let finding = Finding::new(name, ProblemCode::HeaderNotAllowed, problem);
            check.sink.take(finding.needs(&[method.member("method")]));
        }
    }
}

/// Whether a text is a header's name (RFC 9110).
pub(crate) fn is_header(header: &str) -> bool {
    !header.is_empty() && header.bytes().all(is_token)
}

/// Whether a server with that method may have a header: the transport sets some itself (K-12).
#[cfg(feature = "views")]
pub(crate) fn allows_header(header: &str, method: Method) -> bool {
    !(is_transport(header) || header.eq_ignore_ascii_case("authorization") && method == Method::Oauth)
}

/// RFC 9110's tchar.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// K-12, whatever the method.
fn is_transport(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    matches!(header.as_str(), "host" | "connection" | "origin" | "cookie") || header.starts_with("content-") || header.starts_with("mcp-")
}

/// One agent at least, each known (K-2).
fn agents(check: &mut Check<'_, '_>, server: &Server<'_>, list: Path<'_>) {
    if server.agents.is_empty() {
        let problem = format_args!("no agent may use the server");
        let finding = Finding::new(list, ProblemCode::AgentRequired, problem);
        check.sink.take(finding.help(format_args!("name one agent at least")).needs(&[list]));
    }
    check.no_double_text(&server.agents, list);
    for (place, agent) in server.agents.iter().enumerate() {
        check.resolve(Kind::Agent, agent, list.element(place));
    }
}

fn spaces(check: &mut Check<'_, '_>, server: &Server<'_>, scope: Option<usize>, list: Path<'_>) {
    let Some(spaces) = &server.spaces else { return };
    check.no_double_text(spaces, list);
    for (place, space) in spaces.iter().enumerate() {
        let at = list.element(place);
        let workspace = check.resolve(Kind::Space, space, at).and_then(|space| check.index.space_scope(space));
        if let (Some(workspace), Some(scope)) = (workspace, scope)
            && check.index.is_not_on_path(scope, workspace)
        {
            let problem = format_args!("the space `{}` isn't in the subtree of the server's scope", Shown(space));
            check.report(at, ProblemCode::SpaceNotInSubtree, problem);
        }
    }
}

fn tool(check: &mut Check<'_, '_>, tool: &Tool<'_>, scope: Option<usize>, at: Path<'_>) {
    check.tool_name(&tool.name, at.member("name"));
    let Some(authority) = &tool.label_authority else { return };
    let place = at.member("labelAuthority");
    authority_at(check, authority, scope, place);
    if tool.label.is_none() {
        let problem = format_args!("`labelAuthority` stands without a `label`");
        let finding = Finding::new(place, ProblemCode::LabelAuthorityWithoutLabel, problem);
        check.sink.take(finding.needs(&[at.member("label")]));
    }
}

/// All but its id is history, and may name what is gone.
fn tombstone(check: &mut Check<'_, '_>, tombstone: &Tombstone<'_>, at: Path<'_>) {
    check.id(&tombstone.id, at.member("id"));
    check.id(&tombstone.scope, at.member("scope"));
    check.past_id(tombstone.owner.as_deref(), at.member("owner"));
    check.past_id(tombstone.deleted_by.as_deref(), at.member("deletedBy"));
    let disabled = at.member("disabled");
    check.no_double_text(&tombstone.disabled, disabled);
    for (place, authority) in tombstone.disabled.iter().enumerate() {
        check.id(authority, disabled.element(place));
    }
}
