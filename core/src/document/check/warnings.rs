//! What refuses nothing, but deserves a word (contract 2, "Warnings").

use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::slow::Shown;
use super::super::wire::{Server, Visibility};
use super::{Check, Path};
use crate::address::{Pattern, PatternHost};

pub(super) fn warn(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    patterns(check);
    let features = Features::new(check);
    let list = top.member("servers");
    for (place, record) in document.servers.iter().enumerate() {
        server(check, &features, record, list.element(place));
    }
    let list = top.member("virtualServers");
    for (place, server) in document.virtual_servers.iter().enumerate() {
        let Some(scope) = check.index.scopes.find(&server.scope) else { continue };
        let at = list.element(place);
        let access = at.member("access");
        for (place, entry) in server.access.iter().enumerate() {
            if is_stranger(check, &entry.user, scope) {
                let problem = format_args!(
                    "`{}` neither belongs to nor administers anything on the path or below, so the grant has no effect",
                    Shown(&entry.user)
                );
                check.report(access.element(place), ProblemCode::InertGrant, problem);
            }
        }
    }
}

fn is_stranger(check: &Check<'_, '_>, user: &str, scope: usize) -> bool {
    let user = check.index.users.find(user).and_then(|user| check.document.users.get(user));
    user.is_some_and(|user| check.index.is_stranger(user, scope))
}

/// Where delegated administration and space restrictions count (D-1).
struct Features {
    /// By scope: the feature is on for it.
    on: Vec<bool>,
    /// By scope: it is on for something in its subtree.
    on_below: Vec<bool>,
}

impl Features {
    fn new(check: &Check<'_, '_>) -> Self {
        let scopes = &check.document.scopes;
        let stated = |scope: usize| scopes.get(scope)?.features.as_ref()?.access_control;
        let mut features = Self { on: vec![false; scopes.len()], on_below: vec![false; scopes.len()] };
        for scope in 0..scopes.len() {
            let on = check.index.ancestors(scope).find_map(stated).unwrap_or(false);
            if !on {
                continue;
            }
            if let Some(own) = features.on.get_mut(scope) {
                *own = true;
            }
            for above in check.index.ancestors(scope) {
                match features.on_below.get_mut(above) {
                    Some(known) if !*known => *known = true,
                    _ => break,
                }
            }
        }
        features
    }
}

fn server(check: &mut Check<'_, '_>, features: &Features, server: &Server<'_>, at: Path<'_>) {
    let Some(scope) = check.index.scopes.find(&server.scope) else { return };
    let is = |list: &[bool]| list.get(scope).copied().unwrap_or(false);
    if server.spaces.is_some() && !is(&features.on_below) {
        let problem = format_args!("the restriction to spaces sleeps: the feature is off here and below");
        check.report(at.member("spaces"), ProblemCode::SleepingRestriction, problem);
    }
    if server.assignees.is_empty() {
        return;
    }
    let list = at.member("assignees");
    if !is(&features.on) {
        let problem = format_args!("the assignments sleep: the feature is off here");
        check.report(list, ProblemCode::SleepingRestriction, problem);
        return;
    }
    for (place, assignee) in server.assignees.iter().enumerate() {
        let user = check.index.users.find(assignee).and_then(|user| check.document.users.get(user));
        let why = if server.visibility == Visibility::Private {
            "the server is private"
        } else if user.is_some_and(|user| user.permissions.is_empty()) {
            "the user has none of the permissions that it needs"
        } else if is_stranger(check, assignee, scope) {
            "the user neither belongs to nor administers anything on the path or below"
        } else {
            continue;
        };
        let problem = format_args!("the assignment of `{}` has no effect: {why}", Shown(assignee));
        check.report(list.element(place), ProblemCode::InertAssignment, problem);
    }
}

/// Patterns that hold only hosts which O-3 refuses.
fn patterns(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let allow = document.platform.iter().flat_map(|platform| &platform.origins).flat_map(|origins| &origins.allow);
    let own: Vec<Pattern> = allow.clone().flatten().filter_map(|text| Pattern::parse(text).ok()).collect();
    let named: Vec<&str> = own
        .iter()
        .filter_map(|pattern| match pattern.host() {
            PatternHost::Exact(host) => Some(host),
            PatternHost::Below(_) => None,
        })
        .collect();
    let platform = top.member("platform");
    let origins = platform.member("origins");
    for list in allow {
        empty(check, list, &named, origins.member("allow"));
    }
    let catalog = top.member("catalog");
    for (place, integration) in document.catalog.iter().enumerate() {
        empty(check, &integration.origins, &named, catalog.element(place).member("origins"));
    }
}

fn empty(check: &mut Check<'_, '_>, patterns: &[Text<'_>], named: &[&str], list: Path<'_>) {
    for (place, text) in patterns.iter().enumerate() {
        let Ok(pattern) = Pattern::parse(text) else { continue };
        if !pattern.only_reserved() {
            continue;
        }
        let is_lifted = match pattern.host() {
            PatternHost::Exact(host) => named.contains(&host),
            PatternHost::Below(domain) => named.iter().any(|host| host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'))),
        };
        if !is_lifted {
            let problem = format_args!("every host of `{}` is refused as internal", Shown(text));
            check.report(list.element(place), ProblemCode::EmptyPattern, problem);
        }
    }
}
