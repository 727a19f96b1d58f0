//! Virtual servers: what they package, and who manages them.

use super::super::limits::MAX_TOOLS;
use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::slow::Shown;
use super::super::wire::{Grant, Selected, SourceKind, VirtualServer};
use super::index::Kind;
use super::lists::doubles;
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("virtualServers");
    check.no_double_id(&check.index.virtual_servers, "virtual server", list);
    for (place, server) in document.virtual_servers.iter().enumerate() {
        one(check, server, list.element(place));
    }
}

fn one(check: &mut Check<'_, '_>, server: &VirtualServer<'_>, at: Path<'_>) {
    check.id(&server.id, at.member("id"));
    check.name(&server.name, at.member("name"));
    check.any_text(server.description.as_deref().map(Text::as_str), at.member("description"));
    check.past_id(server.oauth_provider.as_deref().map(Text::as_str), at.member("oauthProvider"));
    if let Some(published) = &server.published {
        check.past_id(published.by.as_deref(), at.member("published").member("by"));
    }
    let scope = check.resolve(Kind::Scope, &server.scope, at.member("scope"));
    let tools = at.member("tools");
    check.count(server.tools.len(), MAX_TOOLS, tools);
    for (place, selected) in server.tools.iter().enumerate() {
        packaged(check, selected, scope, tools.element(place));
    }
    unique(check, &server.tools, tools);
    access(check, server, scope, at.member("access"));
}

/// A selected tool is one of an integration's server on the path or in the subtree (V-5, V-7).
fn packaged(check: &mut Check<'_, '_>, selected: &Selected<'_>, scope: Option<usize>, at: Path<'_>) {
    check.tool_name(&selected.tool, at.member("tool"));
    if let Some(name) = &selected.r#as {
        check.tool_name(name, at.member("as"));
    }
    let named = at.member("server");
    let Some(place) = check.resolve(Kind::Server, &selected.server, named) else { return };
    let Some(server) = check.document.servers.get(place) else { return };
    if server.source.kind == SourceKind::Custom {
        let top = Path::DOCUMENT;
        let servers = top.member("servers");
        let record = servers.element(place);
        let problem = format_args!("`{}` is a custom server, which can't be packaged", Shown(&selected.server));
        let finding = Finding::new(named, ProblemCode::NotPackageable, problem);
        let source = record.member("source");
        check.sink.take(finding.needs(&[record.member("source"), source.member("kind")]));
    }
    if let (Some(scope), Some(other)) = (scope, check.index.scopes.find(&server.scope))
        && check.index.is_not_on_path(other, scope)
        && check.index.is_not_on_path(scope, other)
    {
        let problem = format_args!("`{}` lies neither on the virtual server's path nor in its subtree", Shown(&selected.server));
        check.report(named, ProblemCode::NotPackageable, problem);
    }
}

/// No tool twice, and no exposed name twice (V-8).
fn unique(check: &mut Check<'_, '_>, tools: &[Selected<'_>], list: Path<'_>) {
    let is_same = |one: &Selected<'_>, other: &Selected<'_>| (&one.server, &one.tool) == (&other.server, &other.tool);
    for (later, first) in doubles(tools, |selected| (selected.server.as_str(), selected.tool.as_str())) {
        check.double_entry(list, later, first, tools.get(later).map_or("", |selected| selected.tool.as_str()));
    }
    for (later, first) in doubles(tools, exposed) {
        let (Some(one), Some(other)) = (tools.get(later), tools.get(first)) else { continue };
        if is_same(one, other) {
            continue;
        }
        let problem = format_args!("another tool is exposed as `{}`", Shown(exposed(one)));
        let member = |selected: &Selected<'_>| if selected.r#as.is_some() { "as" } else { "tool" };
        let (later, first) = (list.element(later), list.element(first));
        let needs = [later.member("as"), later.member("tool"), first.member("as"), first.member("tool")];
        let finding = Finding::new(later.member(member(one)), ProblemCode::DuplicateName, problem);
        check.sink.take(finding.related(first.member(member(other))).needs(&needs));
    }
}

fn exposed<'s>(selected: &'s Selected<'_>) -> &'s str {
    selected.r#as.as_ref().unwrap_or(&selected.tool)
}

/// It always has a manager whose grant counts (V-4, V-7).
fn access(check: &mut Check<'_, '_>, server: &VirtualServer<'_>, scope: Option<usize>, list: Path<'_>) {
    for (later, first) in doubles(&server.access, |entry| (entry.user.as_str(), entry.grant)) {
        check.double_entry(list, later, first, server.access.get(later).map_or("", |entry| entry.user.as_str()));
    }
    let mut managed = false;
    for (place, entry) in server.access.iter().enumerate() {
        let user = check.resolve(Kind::User, &entry.user, list.element(place).member("user"));
        managed |= entry.grant == Grant::Manage && may_manage(check, user, scope);
    }
    // A slice holds the grants of its own users alone: the manager may be somebody else (P-6).
    if !managed && !check.is_slice() {
        let problem = format_args!("nobody manages the virtual server");
        check.sink.take(Finding::new(list, ProblemCode::LastManager, problem).needs(&[list]));
    }
}

/// Whether a grant of that user counts there; what isn't known may be.
fn may_manage(check: &mut Check<'_, '_>, user: Option<usize>, scope: Option<usize>) -> bool {
    let (Some(place), Some(scope)) = (user, scope) else { return true };
    let Some(user) = check.document.users.get(place) else { return true };
    let top = Path::DOCUMENT;
    let users = top.member("users");
    let at = users.element(place);
    !check.index.is_stranger(user, scope) || check.sink.is_unread(at.member("memberOf")) || check.sink.is_unread(at.member("administers"))
}
