//! Settings, and what they name (S-8, S-11, S-12).

use super::super::problem::ProblemCode;
use super::super::shape::{Map, Text};
use super::super::slow::Shown;
use super::super::wire::{Settings, Switch, Visibility};
use super::ids::Ids;
use super::index::Kind;
use super::{Check, Finding, Path};

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("scopes");
    for (place, scope) in document.scopes.iter().enumerate() {
        let at = list.element(place);
        if let Some(own) = &scope.settings {
            settings(check, place, own, at.member("settings"));
        }
        let imposed = at.member("imposed");
        for (number, (authority, record)) in scope.imposed.iter().enumerate() {
            let key = imposed.key(number);
            if let Some(above) = check.resolve(Kind::Scope, authority, key)
                && check.index.is_not_above(above, place)
            {
                let problem = format_args!("`{}` doesn't lie above this scope", Shown(authority));
                check.report(key, ProblemCode::NotAbove, problem);
            }
            settings(check, place, record, imposed.value(number));
        }
    }
}

/// One record, stored at that scope.
fn settings(check: &mut Check<'_, '_>, scope: usize, settings: &Settings<'_>, at: Path<'_>) {
    let integrations = at.member("integrations");
    for (number, (integration, _)) in settings.integrations.iter().enumerate() {
        check.resolve(Kind::Integration, integration, integrations.key(number));
    }
    let servers = at.member("servers");
    for (number, (server, _)) in settings.servers.iter().enumerate() {
        server_setting(check, scope, server, servers.key(number));
    }
    if settings.except.is_empty() {
        return;
    }
    let stored = Stored::new(settings);
    let except = at.member("except");
    for (number, (setting, spared)) in settings.except.iter().enumerate() {
        stands_beside_off(check, &stored, setting, at, except.key(number));
        spared_scopes(check, scope, spared, except.value(number));
    }
}

/// A setting of a server names a shared one from strictly above (S-11).
fn server_setting(check: &mut Check<'_, '_>, scope: usize, id: &str, key: Path<'_>) {
    let Some(place) = check.resolve(Kind::Server, id, key) else { return };
    let Some(server) = check.document.servers.get(place) else { return };
    let top = Path::DOCUMENT;
    let list = top.member("servers");
    let record = list.element(place);
    if server.visibility == Visibility::Private {
        let problem = format_args!("the server `{}` is private", Shown(id));
        check.sink.take(Finding::new(key, ProblemCode::NotShared, problem).needs(&[record.member("visibility")]));
    }
    if let Some(own) = check.index.scopes.find(&server.scope)
        && check.index.is_not_above(own, scope)
    {
        let problem = format_args!("the server `{}` doesn't lie above this scope", Shown(id));
        let help = format_args!("name a server of a scope above; one's own are switched off or disabled");
        check.sink.take(Finding::new(key, ProblemCode::NotAbove, problem).help(help));
    }
}

/// The values of one record, found by their names.
struct Stored<'s> {
    settings: &'s Settings<'s>,
    integrations: Ids<'s>,
    servers: Ids<'s>,
}

impl<'s> Stored<'s> {
    fn new(settings: &'s Settings<'s>) -> Self {
        Self { settings, integrations: ids(&settings.integrations), servers: ids(&settings.servers) }
    }
}

fn ids<'s>(map: &'s Map<'s, Switch>) -> Ids<'s> {
    Ids::new(map.len(), |place| map.entries().get(place).map_or("", |(id, _)| id.as_str()))
}

fn value(map: &Map<'_, Switch>, ids: &Ids<'_>, id: &str) -> Option<Switch> {
    ids.find(id).and_then(|place| map.entries().get(place)).map(|(_, value)| *value)
}

/// An exception belongs to a stored `off` of that name in the same record (S-12).
fn stands_beside_off(check: &mut Check<'_, '_>, stored: &Stored<'_>, setting: &str, at: Path<'_>, key: Path<'_>) {
    let settings = stored.settings;
    let custom_at = at.member("custom");
    let custom = settings.custom.as_ref();
    let (stored_value, source) = match setting.split_once('/') {
        None if setting == "all" => (settings.all, at.member("all")),
        None if setting == "new-integrations" => (settings.new_integrations, at.member("newIntegrations")),
        Some(("custom", "creation")) => (custom.and_then(|custom| custom.creation), custom_at),
        Some(("custom", "use")) => (custom.and_then(|custom| custom.r#use), custom_at),
        Some(("custom", "sharing")) => (custom.and_then(|custom| custom.sharing), custom_at),
        Some(("integration", id)) => (value(&settings.integrations, &stored.integrations, id), at.member("integrations")),
        Some(("server", id)) => (value(&settings.servers, &stored.servers, id), at.member("servers")),
        Some(("floor", "read" | "write")) => {
            let problem = format_args!("a floor has no exceptions");
            let finding = Finding::new(key, ProblemCode::ExceptWithoutOff, problem);
            check.sink.take(finding.help(format_args!("remove the exception; only an `off` can have one")));
            return;
        }
        _ => {
            let problem = format_args!("there is no setting `{}`", Shown(setting));
            check.report(key, ProblemCode::UnknownSetting, problem);
            return;
        }
    };
    if stored_value != Some(Switch::Off) {
        let problem = format_args!("`{}` isn't off in this record", Shown(setting));
        check.sink.take(Finding::new(key, ProblemCode::ExceptWithoutOff, problem).needs(&[source]));
    }
}

fn spared_scopes(check: &mut Check<'_, '_>, scope: usize, spared: &[Text<'_>], list: Path<'_>) {
    if spared.is_empty() {
        let problem = format_args!("the exception names no scope");
        check.sink.take(Finding::new(list, ProblemCode::ExceptEmpty, problem).needs(&[list]));
    }
    check.no_double_text(spared, list);
    for (number, id) in spared.iter().enumerate() {
        let at = list.element(number);
        if let Some(below) = check.resolve(Kind::Scope, id, at)
            && check.index.is_not_above(scope, below)
        {
            let problem = format_args!("`{}` doesn't lie below this scope", Shown(id));
            check.report(at, ProblemCode::NotBelow, problem);
        }
    }
}
