//! Causes of a lock, their order, and the lock and source made of them (S-4, L-3).

use crate::tree::{by_id, label_of_level, rank, text};
use crate::verdict::Finding;
use serde_json::{Value, json};

/// One stored value that restricts: its setting's name, whose authority it has, and the scope that stores it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) setting: String,
    pub(crate) authority: String,
    pub(crate) at: String,
}

/// The causes of one code in S-4's order, each once: highest authority, then highest place, then setting.
pub(crate) fn in_order(path: &[&Value], causes: Vec<Cause>) -> Vec<Cause> {
    let mut causes = each_once(causes);
    causes.sort_by_key(|cause| (rank(path, &cause.authority), rank(path, &cause.at), cause.setting.clone()));
    causes
}

/// The causes of several codes in S-4's order, each once, given code by code in L-1's order and each code's `in_order`. The sort
/// is stable, so under one authority the codes keep their order, and places and settings theirs within a code.
pub(crate) fn in_order_of_codes(path: &[&Value], mut causes: Vec<Cause>) -> Vec<Cause> {
    causes.sort_by_key(|cause| rank(path, &cause.authority));
    each_once(causes)
}

/// The causes without repetitions; the first of equals stays.
pub(crate) fn each_once(causes: Vec<Cause>) -> Vec<Cause> {
    let mut once: Vec<Cause> = Vec::new();
    for cause in causes {
        if !once.contains(&cause) {
            once.push(cause);
        }
    }
    once
}

/// A finding with the lock of these causes, and as source the authority of the first.
pub(crate) fn locked(policy: &Value, reason: &'static str, causes: Vec<Cause>) -> Finding {
    let Some(first) = causes.first() else {
        return Finding::plain(reason);
    };
    let authority = by_id(&policy["scopes"], &first.authority).unwrap_or(&Value::Null);
    let source = json!({"level": authority["level"], "scope": authority["id"], "name": authority["name"]});
    let rows: Vec<Value> = causes
        .iter()
        .map(|cause| {
            let level = by_id(&policy["scopes"], &cause.authority).map(|scope| text(scope, "level"));
            json!({"setting": cause.setting, "level": level, "authority": cause.authority, "at": cause.at})
        })
        .collect();
    let badge = format!("Locked by {}", label_of_level(policy, text(authority, "level")));
    Finding { reason, source: Some(source), lock: Some(json!({"badge": badge, "causes": rows})), causes }
}
