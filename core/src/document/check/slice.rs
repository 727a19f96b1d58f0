//! Slices: what only they have, and what they lack (P-6; contract, section 7).

use super::super::problem::ProblemCode;
use super::super::slow::Shown;
use super::super::wire::{Matched, Server};
use super::index::Kind;
use super::{Check, Finding, Path};
use crate::address::Address;

/// Whom the slice is for is in it.
pub(super) fn check(check: &mut Check<'_, '_>) {
    let Some(slice) = &check.document.slice else { return };
    let top = Path::DOCUMENT;
    let at = top.member("slice");
    if slice.digest.is_none() {
        missing(check, at, "digest");
    }
    let at = at.member("of");
    let subject = &slice.of;
    if let Some(scope) = &subject.scope {
        check.resolve(Kind::Scope, scope, at.member("scope"));
    }
    if let Some(user) = &subject.user {
        check.resolve(Kind::User, user, at.member("user"));
    }
    if let Some(workspace) = &subject.workspace {
        let at = at.member("workspace");
        if let Some(scope) = check.resolve(Kind::Scope, workspace, at)
            && check.index.is_no_workspace(scope)
        {
            check.report(at, ProblemCode::NotAWorkspace, format_args!("`{}` is no workspace", Shown(workspace)));
        }
    }
}

impl Check<'_, '_> {
    /// Whether the document is a slice, or may be: what says so can't be read.
    pub(super) fn is_slice(&mut self) -> bool {
        let top = Path::DOCUMENT;
        self.document.slice.is_some() || self.sink.is_unread(top.member("slice"))
    }
}

/// In a slice a server carries what its address led to; elsewhere there are no such members.
pub(super) fn server(check: &mut Check<'_, '_>, server: &Server<'_>, at: Path<'_>) {
    let members = [
        ("addressDigest", server.address_digest.is_some()),
        ("matched", server.matched.is_some()),
        ("authorizers", server.authorizers.is_some()),
    ];
    if check.document.slice.is_none() {
        for (key, is_there) in members {
            if is_there && !check.is_slice() {
                let problem = format_args!("there is no member `{key}` here");
                let finding = Finding::new(at.member_key(key), ProblemCode::UnknownKey, problem);
                check.sink.take(finding.help(format_args!("remove it; only servers of a slice have it")));
            }
        }
        return;
    }
    for (key, _) in members.into_iter().take(2).filter(|(_, is_there)| !is_there) {
        missing(check, at, key);
    }
    if let Some(matched) = &server.matched {
        self::matched(check, server, matched, at);
    }
    if let Some(authorizers) = &server.authorizers {
        let list = at.member("authorizers");
        check.no_double_text(authorizers, list);
        for (place, user) in authorizers.iter().enumerate() {
            check.resolve(Kind::User, user, list.element(place));
        }
    }
}

fn matched(check: &mut Check<'_, '_>, server: &Server<'_>, matched: &Matched<'_>, of: Path<'_>) {
    let at = of.member("matched");
    let list = at.member("integrations");
    check.no_double_text(&matched.integrations, list);
    for (place, integration) in matched.integrations.iter().enumerate() {
        check.resolve(Kind::Integration, integration, list.element(place));
    }
    // Redacting leaves what can be read readable.
    if matched.invalid != Some(true) && Address::parse(&server.address).is_err() {
        let problem = format_args!("the member `invalid` is missing: the address can't be read");
        let finding = Finding::new(at, ProblemCode::Missing, problem);
        check.sink.take(finding.help(format_args!("write `\"invalid\": true`")).needs(&[of.member("address"), at.member("invalid")]));
    }
}

fn missing(check: &mut Check<'_, '_>, at: Path<'_>, key: &'static str) {
    let problem = format_args!("the member `{key}` is missing");
    check.sink.take(Finding::new(at, ProblemCode::Missing, problem).needs(&[at.member(key)]));
}
