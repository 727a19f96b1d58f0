//! A setting and a floor of a scope, as their administrators see them.

use super::Look;
use super::control::Choice;
use crate::cause::{Cause, in_order, locked};
use crate::settings::{floors, integration_offs, offs, records, sharing_offs, stored};
use crate::tree::{rank, text};
use serde_json::{Map, Value, json};

/// What holds a setting off on a path, in S-4's order.
pub(super) fn causes(path: &[&Value], setting: &str) -> Vec<Cause> {
    let causes = match setting.split_once('/') {
        Some(("integration", id)) => integration_offs(path, id),
        Some(("custom", "sharing")) => sharing_offs(path),
        _ => offs(path, setting),
    };
    in_order(path, causes)
}

pub(super) fn effective(path: &[&Value], setting: &str) -> &'static str {
    if causes(path, setting).is_empty() { "on" } else { "off" }
}

impl Look<'_> {
    /// `setting`, `stored`, `effective`, `heldBy`, `control`, `except` (S-2, S-3, S-6, S-12).
    pub(super) fn setting(&self, scope: &str, setting: &str) -> Value {
        let path = self.path(scope);
        let causes = causes(&path, setting);
        let own = self.own_value(scope, setting);
        let choices = [("off", json!("off")), ("on", json!("on")), ("unset", Value::Null)];
        let mut shown = json!({
            "setting": setting,
            "stored": self.stored(scope, setting),
            "effective": effective(&path, setting),
            "control": self.control(own.clone(), self.sets(scope, setting, &own, &choices), &path),
        });
        if !causes.is_empty() {
            shown["heldBy"] = causes.iter().map(|cause| self.held(cause, &path)).collect();
        }
        if own == "off" {
            let except = self.own_record(scope).map_or(Value::Null, |record| record["except"][setting].clone());
            let except = if except.is_null() { json!([]) } else { except };
            let change = json!({"kind": "set", "scope": scope, "settings": {"except": {setting: except}}});
            let pointer = format!("/settings/except/{}", setting.replace('~', "~0").replace('/', "~1"));
            shown["except"] = self.control(except.clone(), vec![Choice::new(except, change).fill(&pointer)], &path);
        }
        shown
    }

    /// `setting`, `stored`, `effective`, `lock`, `control` (K-5).
    pub(super) fn floor(&self, scope: &str, label: &str) -> Value {
        let path = self.path(scope);
        let setting = format!("floor/{label}");
        let own = self.own_value(scope, &setting);
        let choices = [("ask", json!("ask")), ("deny", json!("deny")), ("unset", Value::Null)];
        let mut shown = json!({
            "setting": setting,
            "stored": self.stored(scope, &setting),
            "effective": "unset",
            "control": self.control(own.clone(), self.sets(scope, &setting, &own, &choices), &path),
        });
        for value in ["ask", "deny"] {
            let holding = floors(&path, label).into_iter().filter(|(floor, _)| floor == value).map(|(_, cause)| cause).collect();
            let holding = in_order(&path, holding);
            if !holding.is_empty() {
                shown["effective"] = value.into();
                shown["lock"] = self.lock(holding, &path);
            }
        }
        shown
    }

    /// The lock of these causes.
    pub(super) fn lock(&self, causes: Vec<Cause>, path: &[&Value]) -> Value {
        self.shown_lock(&locked(self.policy, "locked", causes).lock.unwrap_or_default(), path)
    }

    /// The values at this very scope, highest authority first.
    fn stored(&self, scope: &str, setting: &str) -> Value {
        let path = self.path(scope);
        let mut rows: Vec<(Option<usize>, Value)> = Vec::new();
        for (authority, record) in records(self.scope(scope)) {
            let value = stored(record, setting);
            if value.is_null() {
                continue;
            }
            let mut row = json!({"authority": authority, "level": self.scope(authority)["level"], "value": value});
            if record["except"][setting].is_array() {
                row["except"] = record["except"][setting].clone();
            }
            rows.push((rank(&path, authority), row));
        }
        rows.sort_by_key(|(rank, _)| *rank);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// One `off` that counts, and whether this actor may lift it where it is stored (S-6).
    fn held(&self, cause: &Cause, path: &[&Value]) -> Value {
        // C-7: at the root, unset restricts as off does, and `on` alone lifts either.
        let root = path.first().map(|root| text(root, "id")).unwrap_or_default();
        let of_root = cause.setting == "custom/sharing" && cause.at == root && cause.authority == root;
        let value = if of_root && stored(&self.scope(root)["settings"], &cause.setting).is_null() { "unset" } else { "off" };
        let (lifted, sent) = if of_root { ("on", json!("on")) } else { ("unset", Value::Null) };
        let mut change = json!({"kind": "set", "scope": cause.at, "settings": named(&cause.setting, sent)});
        if self.actor.highest(self.policy, &cause.at).as_deref() != Some(&cause.authority) {
            change["as"] = cause.authority.as_str().into();
        }
        json!({"setting": cause.setting, "level": self.scope(&cause.authority)["level"], "authority": cause.authority, "at": cause.at,
               "control": self.control(value, vec![Choice::new(lifted, change)], path)})
    }

    /// A `set` for each value but the present one.
    fn sets(&self, scope: &str, setting: &str, present: &str, values: &[(&str, Value)]) -> Vec<Choice> {
        let set = |(name, value): &(&str, Value)| {
            Choice::new(*name, json!({"kind": "set", "scope": scope, "settings": named(setting, value.clone())}))
        };
        values.iter().filter(|(name, _)| *name != present).map(set).collect()
    }

    /// What the actor's own authority stores at the scope.
    pub(super) fn own_value(&self, scope: &str, setting: &str) -> String {
        let value = self.own_record(scope).and_then(|record| stored(record, setting).as_str());
        value.unwrap_or("unset").to_owned()
    }

    fn own_record(&self, scope: &str) -> Option<&Value> {
        let authority = self.actor.highest(self.policy, scope)?;
        records(self.scope(scope)).into_iter().find(|(whose, _)| *whose == authority).map(|(_, record)| record)
    }
}

/// A record of settings that holds this one alone.
fn named(setting: &str, value: Value) -> Value {
    let (member, inner) = match setting.split_once('/') {
        None if setting == "all" => ("all", value),
        None => ("newIntegrations", value),
        Some((kind, id)) => {
            let group = match kind {
                "integration" => "integrations",
                "floor" => "floors",
                group => group,
            };
            (group, Value::Object(Map::from_iter([(id.to_owned(), value)])))
        }
    };
    Value::Object(Map::from_iter([(member.to_owned(), inner)]))
}
