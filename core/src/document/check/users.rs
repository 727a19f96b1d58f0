//! Users and their tokens.

use super::super::limits::{MAX_TOKENS, MAX_USERS};
use super::super::problem::ProblemCode;
use super::super::slow::Shown;
use super::super::wire::{Access, Token, User};
use super::ids::Ids;
use super::index::Kind;
use super::lists::doubles;
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("users");
    check.count(document.users.len(), MAX_USERS, list);
    check.no_double_id(&check.index.users, "user", list);
    for (place, user) in document.users.iter().enumerate() {
        one(check, user, list.element(place));
    }
    double_tokens(check, list);
}

fn one(check: &mut Check<'_, '_>, user: &User<'_>, at: Path<'_>) {
    check.id(&user.id, at.member("id"));
    check.name(&user.name, at.member("name"));
    for (scopes, list) in [(&user.member_of, at.member("memberOf")), (&user.administers, at.member("administers"))] {
        check.no_double_text(scopes, list);
        for (place, scope) in scopes.iter().enumerate() {
            check.resolve(Kind::Scope, scope, list.element(place));
        }
    }
    let permissions = at.member("permissions");
    for (later, first) in doubles(&user.permissions, |permission| *permission) {
        let shown = user.permissions.get(later).map_or("", |permission| permission.as_str());
        check.double_entry(permissions, later, first, shown);
    }
    if user.access == Access::Enabled && user.added_at.is_none() {
        let problem = format_args!("access is enabled, but it isn't said since when");
        let needs = [at.member("access"), at.member("addedAt")];
        check.sink.take(Finding::new(at, ProblemCode::AddedAtMissing, problem).needs(&needs));
    }
    let tokens = at.member("tokens");
    check.count(user.tokens.len(), MAX_TOKENS, tokens);
    for (place, record) in user.tokens.iter().enumerate() {
        token(check, record, tokens.element(place));
    }
}

fn token(check: &mut Check<'_, '_>, token: &Token<'_>, at: Path<'_>) {
    check.id(&token.id, at.member("id"));
    check.resolve(Kind::Client, &token.client, at.member("client"));
    check.resolve(Kind::Agent, &token.agent, at.member("agent"));
    let workspace = at.member("workspace");
    if let Some(scope) = check.resolve(Kind::Scope, &token.workspace, workspace)
        && check.index.is_no_workspace(scope)
    {
        let problem = format_args!("`{}` is no workspace", Shown(&token.workspace));
        check.report(workspace, ProblemCode::NotAWorkspace, problem);
    }
    if let Some(virtual_server) = &token.virtual_server {
        // A slice holds the tokens of its workspaces, whatever they are for; what they are for may lie elsewhere (P-6).
        if check.is_slice() {
            check.id(virtual_server, at.member("virtualServer"));
        } else {
            check.resolve(Kind::VirtualServer, virtual_server, at.member("virtualServer"));
        }
    }
    if token.expires_at <= token.issued_at {
        let problem = format_args!("the token expires before it is issued, or at that very time");
        let finding = Finding::new(at.member("expiresAt"), ProblemCode::ExpiresTooEarly, problem);
        check.sink.take(finding.needs(&[at.member("issuedAt")]));
    }
    if let Some(revoked) = &token.revoked {
        check.past_id(revoked.by.as_deref(), at.member("revoked").member("by"));
    }
}

/// Tokens are unique in the whole document (S-9).
fn double_tokens(check: &mut Check<'_, '_>, list: Path<'_>) {
    let document = check.document;
    // The number of each user's first token; of an equal number the last is the one that has it.
    let mut starts = Vec::with_capacity(document.users.len());
    let mut count = 0;
    for user in document.users.iter() {
        starts.push(count as u32);
        count += user.tokens.len();
    }
    let place = |number: usize| {
        let user = starts.partition_point(|start| *start as usize <= number).checked_sub(1)?;
        Some((user, number - *starts.get(user)? as usize))
    };
    let id = |(user, token): (usize, usize)| Some(document.users.get(user)?.tokens.get(token)?.id.as_str());
    let ids = Ids::new(count, |number| place(number).and_then(id).unwrap_or_default());
    for (later, first) in ids.doubles() {
        let (Some(later), Some(first)) = (place(later), place(first)) else { continue };
        let (later_user, first_user) = (list.element(later.0), list.element(first.0));
        let (later_tokens, first_tokens) = (later_user.member("tokens"), first_user.member("tokens"));
        let (later, first) = (later_tokens.element(later.1), first_tokens.element(first.1));
        let problem = format_args!("another token has this id");
        let finding = Finding::new(later.member("id"), ProblemCode::DuplicateId, problem);
        check.sink.take(finding.related(first.member("id")));
    }
}
