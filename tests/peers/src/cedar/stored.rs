//! A and B: what is stored, as tags of the scopes, and the policies that read it along a path.

use std::collections::{BTreeMap, HashMap};

use cedar_policy::RestrictedExpression;

use super::entities::scope_reference;
use crate::organisation::{Organisation, Scope, Setting, Stored, Value, WORKSPACE};

/// The places of a path, the root first.
const PLACES: [&str; WORKSPACE + 1] = ["context.workspace.root", "context.workspace.msp", "context.workspace.tenant", "context.workspace"];

/// No authority is as deep as this.
const NOBODY: i64 = 99;

/// Writes out what Cedar has no words for: `@off(KEY)`, `@unnamed` and `@floor(KEY)`.
pub(super) fn write_out(policies: &str) -> String {
    let mut text = String::new();
    let mut rest = policies.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    while let Some((before, marked)) = rest.split_once('@') {
        text.push_str(before);
        let named = |name: &str| marked.strip_prefix(name).and_then(|after| after.strip_prefix('(')?.split_once(')'));
        let (written, after) = if let Some((key, after)) = named("off") {
            (off(key), after)
        } else if let Some((key, after)) = named("floor") {
            (floor(key), after)
        } else if let Some(after) = marked.strip_prefix("unnamed") {
            (unnamed(), after)
        } else {
            ("@".to_owned(), marked)
        };
        text.push_str(&written);
        rest = after.to_owned();
    }
    text + &rest
}

fn any(conditions: impl IntoIterator<Item = String>) -> String {
    conditions.into_iter().collect::<Vec<_>>().join(" || ")
}

/// Some `off` of a setting counts (S-2, S-12). Nothing lies below a workspace, so that its own excepts nobody.
fn off(key: &str) -> String {
    any(PLACES.iter().enumerate().map(|(depth, place)| {
        let by = |authority| {
            format!("({place}.getTag({key}) has a{authority} && !(context.workspace in {place}.getTag({key}).a{authority}))")
        };
        if depth == WORKSPACE { format!("{place}.hasTag({key})") } else { format!("({place}.hasTag({key}) && ({}))", any((0..=depth).map(by))) }
    }))
}

/// I-9: some authority has new integrations off, and this one nowhere on.
fn unnamed() -> String {
    let key = r#""off/new-integrations""#;
    any(PLACES.iter().enumerate().map(|(depth, place)| {
        let by = |authority: usize| {
            let on = PLACES.iter().skip(authority);
            let named = any(on.map(|on| format!("({on}.hasTag(resource.onKey) && {on}.getTag(resource.onKey) has a{authority})")));
            format!(
                "({place}.getTag({key}) has a{authority} && !(context.workspace in {place}.getTag({key}).a{authority}) && !({named}))"
            )
        };
        format!("({place}.hasTag({key}) && ({}))", any((0..=depth).map(by)))
    }))
}

/// Some floor of one strictness holds the tool: its authority is above what the tool's label reaches (K-5, K-6).
fn floor(key: &str) -> String {
    any(PLACES.iter().map(|place| {
        let stored = format!("{place}.getTag({key})");
        format!("({place}.hasTag({key}) && ({stored}.read < resource.readReach || {stored}.write < resource.writeReach))")
    }))
}

/// The tags of a scope: everything that is stored there.
pub(super) fn tags(organisation: &Organisation, scope: &Scope) -> HashMap<String, RestrictedExpression> {
    let mut members: BTreeMap<String, BTreeMap<String, RestrictedExpression>> = BTreeMap::new();
    let mut floors: BTreeMap<&str, [i64; 2]> = BTreeMap::new();
    for stored in &scope.stored {
        let depth = organisation.scopes[stored.authority].level;
        match (stored.setting, stored.value) {
            (setting @ (Setting::FloorRead | Setting::FloorWrite), value) => {
                let highest = floors.entry(if value == Value::Deny { "floor/deny" } else { "floor/ask" }).or_insert([NOBODY; 2]);
                let place = &mut highest[usize::from(setting == Setting::FloorWrite)];
                *place = (*place).min(depth as i64);
            }
            (setting, value) => {
                if let Some(key) = key(organisation, setting, value) {
                    members.entry(key).or_default().insert(format!("a{depth}"), excepted(organisation, stored));
                }
            }
        }
    }
    let record = |members: BTreeMap<String, RestrictedExpression>| RestrictedExpression::new_record(members).unwrap();
    let floor = |[read, write]: [i64; 2]| {
        let depth = |(name, depth): (&str, i64)| (name.to_owned(), RestrictedExpression::new_long(depth));
        record([("read", read), ("write", write)].map(depth).into())
    };
    let floors = floors.into_iter().map(|(key, highest)| (key.to_owned(), floor(highest)));
    members.into_iter().map(|(key, members)| (key, record(members))).chain(floors).collect()
}

/// The tag of what is stored; none: it says nothing to a call.
fn key(organisation: &Organisation, setting: Setting, value: Value) -> Option<String> {
    let name = match (setting, value) {
        (Setting::Integration(one), Value::On) => return Some(on_key(&organisation.integrations[one].id)),
        (_, Value::On) | (Setting::FloorRead | Setting::FloorWrite, _) => return None,
        (Setting::All, _) => "all".to_owned(),
        (Setting::Integration(one), _) => format!("integration/{}", organisation.integrations[one].id),
        (Setting::NewIntegrations, _) => "new-integrations".to_owned(),
        (Setting::CustomUse, _) => "custom/use".to_owned(),
        (Setting::CustomSharing, _) => "custom/sharing".to_owned(),
        (Setting::Server(one), _) => format!("server/{}", organisation.servers[one].id),
    };
    Some(off_key(&name))
}

fn excepted(organisation: &Organisation, stored: &Stored) -> RestrictedExpression {
    RestrictedExpression::new_set(stored.except.iter().map(|scope| scope_reference(organisation, *scope)))
}

/// The tag of a setting's `off`.
pub(super) fn off_key(setting: &str) -> String {
    format!("off/{setting}")
}

/// The tag of an integration's `on`.
pub(super) fn on_key(integration: &str) -> String {
    format!("on/{integration}")
}
