//! The organisation's tree (Terms; contract 2, "Valid").

use super::super::limits::MAX_SCOPES;
use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::wire::Scope;
use super::index::Kind;
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("scopes");
    check.count(document.scopes.len(), MAX_SCOPES, list);
    check.no_double_id(&check.index.scopes, "scope", list);
    one_root(check, list);
    let mut space = 0;
    for (place, scope) in document.scopes.iter().enumerate() {
        let at = list.element(place);
        check.id(&scope.id, at.member("id"));
        check.name(&scope.name, at.member("name"));
        check.any_text(scope.contact.as_deref().map(Text::as_str), at.member("contact"));
        check.resolve(Kind::Level, &scope.level, at.member("level"));
        if let Some(parent) = &scope.parent {
            check.resolve(Kind::Scope, parent, at.member("parent"));
        }
        falls(check, place, at);
        spaces(check, place, scope, at);
        space += scope.spaces.len();
    }
    if space > 0 {
        double_spaces(check, list);
    }
}

fn one_root(check: &mut Check<'_, '_>, list: Path<'_>) {
    let document = check.document;
    let mut roots = document.scopes.iter().enumerate().filter(|(_, scope)| scope.parent.is_none());
    let Some((first, _)) = roots.next() else {
        let problem = format_args!("no scope is the root");
        check.sink.take(Finding::new(list, ProblemCode::NoRoot, problem).needs(&[list]));
        return;
    };
    let first = list.element(first);
    for (place, _) in roots {
        let at = list.element(place);
        let problem = format_args!("another scope without a parent is the root already");
        let needs = [at.member("parent"), first.member("parent")];
        check.sink.take(Finding::new(at, ProblemCode::SeveralRoots, problem).related(first).needs(&needs));
    }
}

/// Levels fall strictly along every path, so that no path is a ring.
fn falls(check: &mut Check<'_, '_>, place: usize, at: Path<'_>) {
    let Some(parent) = check.index.parent(place) else { return };
    if let (Some(level), Some(above)) = (check.index.level(place), check.index.level(parent))
        && level <= above
    {
        let problem = format_args!("the scope's level doesn't lie below its parent's");
        let top = Path::DOCUMENT;
        let list = top.member("scopes");
        let above = list.element(parent);
        let needs = [at.member("parent"), above.member("level")];
        check.sink.take(Finding::new(at.member("level"), ProblemCode::LevelNotBelow, problem).needs(&needs));
    }
}

fn spaces(check: &mut Check<'_, '_>, place: usize, scope: &Scope<'_>, at: Path<'_>) {
    if scope.spaces.is_empty() {
        return;
    }
    let list = at.member("spaces");
    if check.index.is_no_workspace(place) {
        let problem = format_args!("only workspaces have spaces");
        let finding = Finding::new(list, ProblemCode::NotAWorkspace, problem);
        check.sink.take(finding.help(format_args!("move the spaces to a workspace")).needs(&[at.member("level")]));
    }
    for (place, space) in scope.spaces.iter().enumerate() {
        let at = list.element(place);
        check.id(&space.id, at.member("id"));
        check.name(&space.name, at.member("name"));
    }
}

/// Spaces are unique in the whole document (S-9).
fn double_spaces(check: &mut Check<'_, '_>, list: Path<'_>) {
    let index = check.index;
    let place = |space: usize| Some((index.space_scope(space)?, index.place_in_scope(space)?));
    for (later, first) in index.spaces.doubles() {
        let (Some(later), Some(first)) = (place(later), place(first)) else { continue };
        let (later_scope, first_scope) = (list.element(later.0), list.element(first.0));
        let (later_spaces, first_spaces) = (later_scope.member("spaces"), first_scope.member("spaces"));
        let (later, first) = (later_spaces.element(later.1), first_spaces.element(first.1));
        let problem = format_args!("another space has this id");
        let finding = Finding::new(later.member("id"), ProblemCode::DuplicateId, problem);
        check.sink.take(finding.related(first.member("id")));
    }
}
