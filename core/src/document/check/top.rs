//! Format, revision, levels, the platform, agents and clients.

use std::cmp::Ordering;

use super::super::limits::{MAX_AGENTS, MAX_CLIENTS, MAX_LEVELS};
use super::super::problem::ProblemCode;
use super::super::slow::Shown;
use super::super::wire::{Enforce, Level, Platform, Role};
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    check.any_text(document.schema.as_deref(), top.member("$schema"));
    if &*document.format != "1.0" {
        let problem = format_args!("`{}` is no format that this version reads", Shown(&document.format));
        check.report(top.member("format"), ProblemCode::InvalidFormat, problem);
    }
    if document.revision == 0 {
        let problem = format_args!("a revision is 1 at least");
        check.report(top.member("revision"), ProblemCode::InvalidInteger, problem);
    }
    if let Some(list) = &document.levels {
        levels(check, list);
    }
    if let Some(platform) = &document.platform {
        origins(check, platform);
    }
    agents(check);
    clients(check);
}

/// Whether a format is written as one, and is greater than 1.0.
pub(in crate::document) fn is_newer_format(format: &str) -> bool {
    let Some((major, minor)) = format.split_once('.') else { return false };
    if !is_number(major) || !is_number(minor) {
        return false;
    }
    match major.len().cmp(&1).then_with(|| major.cmp("1")) {
        Ordering::Greater => true,
        Ordering::Equal => minor != "0",
        Ordering::Less => false,
    }
}

fn is_number(digits: &str) -> bool {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0'))
}

fn levels(check: &mut Check<'_, '_>, levels: &[Level<'_>]) {
    let top = Path::DOCUMENT;
    let list = top.member("levels");
    if levels.is_empty() {
        check.sink.take(
            Finding::new(list, ProblemCode::Missing, format_args!("there is no level"))
                .help(format_args!("declare one level at least, or leave `levels` out for the usual three"))
                .needs(&[list]),
        );
    }
    check.count(levels.len(), MAX_LEVELS, list);
    check.no_double_id(&check.index.levels, "level", list);
    let mut roles = [None; 2];
    for (place, level) in levels.iter().enumerate() {
        let at = list.element(place);
        check.id(&level.id, at.member("id"));
        if &*level.id == "platform" {
            let problem = format_args!("`platform` is no level's id");
            check.report(at.member("id"), ProblemCode::ReservedLevel, problem);
        }
        check.name(&level.label, at.member("label"));
        let [tenant, workspace] = &mut roles;
        let holder = match level.role {
            Some(Role::Tenant) => tenant,
            Some(Role::Workspace) => workspace,
            None => continue,
        };
        match *holder {
            Some(first) => {
                let problem = format_args!("another level has this role");
                let finding = Finding::new(at.member("role"), ProblemCode::DuplicateRole, problem);
                check.sink.take(finding.related(list.element(first).member("role")));
            }
            None => *holder = Some(place),
        }
    }
    if let [Some(tenant), Some(workspace)] = roles
        && tenant > workspace
    {
        let problem = format_args!("the level of the tenants stands below that of the workspaces");
        let (later, first) = (list.element(tenant), list.element(workspace));
        let finding = Finding::new(later.member("role"), ProblemCode::RoleOrder, problem);
        check.sink.take(finding.related(first.member("role")));
    }
}

fn origins(check: &mut Check<'_, '_>, platform: &Platform<'_>) {
    let Some(origins) = &platform.origins else { return };
    let top = Path::DOCUMENT;
    let at = top.member("platform");
    let at = at.member("origins");
    if let Some(allow) = &origins.allow {
        check.patterns(allow, at.member("allow"));
    }
    if let Some(enforce) = &origins.enforce {
        let list = at.member("enforce");
        for (later, first) in super::lists::doubles(enforce, |value| *value) {
            check.double_entry(list, later, first, enforce.get(later).map_or("", |value| value.as_str()));
        }
        if !enforce.contains(&Enforce::Register) {
            let problem = format_args!("`enforce` always holds `register`");
            check.sink.take(Finding::new(list, ProblemCode::EnforceWithoutRegister, problem).needs(&[list]));
        }
    }
}

fn agents(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("agents");
    check.count(document.agents.len(), MAX_AGENTS, list);
    check.no_double_id(&check.index.agents, "agent", list);
    for (place, agent) in document.agents.iter().enumerate() {
        let at = list.element(place);
        check.id(&agent.id, at.member("id"));
        check.name(&agent.name, at.member("name"));
    }
}

fn clients(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("clients");
    check.count(document.clients.len(), MAX_CLIENTS, list);
    check.no_double_id(&check.index.clients, "client", list);
    for (place, client) in document.clients.iter().enumerate() {
        let at = list.element(place);
        check.id(&client.id, at.member("id"));
        check.name(&client.name, at.member("name"));
        check.any_text(Some(&client.configuration), at.member("configuration"));
    }
}
