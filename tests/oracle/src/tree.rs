//! The tree of scopes, and looking things up by id.

use serde_json::{Value, json};

/// The items of a list; none where there is no list.
pub(crate) fn items(list: &Value) -> Vec<&Value> {
    list.as_array().map(|items| items.iter().collect()).unwrap_or_default()
}

/// The record with that id in a list.
pub(crate) fn by_id<'a>(list: &'a Value, id: &str) -> Option<&'a Value> {
    items(list).into_iter().find(|item| item["id"] == id)
}

/// Whether a list of texts holds that one.
pub(crate) fn holds(list: &Value, text: &str) -> bool {
    items(list).into_iter().any(|item| item == text)
}

/// A text member; empty where it is absent (no id is empty).
pub(crate) fn text<'a>(record: &'a Value, member: &str) -> &'a str {
    record[member].as_str().unwrap_or_default()
}

/// The path of a scope, the root first and the scope itself last; empty where there is no such scope.
pub(crate) fn path<'a>(policy: &'a Value, scope: &str) -> Vec<&'a Value> {
    let mut upwards = Vec::new();
    let mut next = by_id(&policy["scopes"], scope);
    while let Some(found) = next {
        upwards.push(found);
        next = found["parent"].as_str().and_then(|parent| by_id(&policy["scopes"], parent));
    }
    upwards.reverse();
    upwards
}

/// Where on a path a scope lies: 0 is the root; `None` off the path.
pub(crate) fn rank(path: &[&Value], scope: &str) -> Option<usize> {
    path.iter().position(|on_path| on_path["id"] == scope)
}

/// The levels, highest first: the document's, else msp, tenant, workspace.
pub(crate) fn levels(policy: &Value) -> Value {
    if policy["levels"].is_array() {
        return policy["levels"].clone();
    }
    json!([{"id": "msp", "label": "MSP"},
           {"id": "tenant", "label": "Tenant", "role": "tenant"},
           {"id": "workspace", "label": "Workspace", "role": "workspace"}])
}

/// What people call a level.
pub(crate) fn label_of_level(policy: &Value, level: &str) -> String {
    by_id(&levels(policy), level).map(|found| text(found, "label").to_owned()).unwrap_or_default()
}

/// Whether a scope has the role workspace.
pub(crate) fn is_workspace(policy: &Value, scope: &Value) -> bool {
    by_id(&levels(policy), text(scope, "level")).is_some_and(|level| level["role"] == "workspace")
}

/// Whether a scope's level lies above the tenants' (K-14); where no level has that role, none does.
pub(crate) fn is_above_tenants(policy: &Value, scope: &Value) -> bool {
    let levels = levels(policy);
    let levels = items(&levels);
    let tenants = levels.iter().position(|level| level["role"] == "tenant");
    let own = levels.iter().position(|level| level["id"] == scope["level"]);
    matches!((own, tenants), (Some(own), Some(tenants)) if own < tenants)
}

/// Whether a user belongs to a scope, itself or through one above.
pub(crate) fn belongs(user: &Value, path_of_scope: &[&Value]) -> bool {
    path_of_scope.iter().any(|scope| holds(&user["memberOf"], text(scope, "id")))
}

/// Whether a user administers a scope, itself or one above (S-6).
pub(crate) fn administers(user: &Value, path_of_scope: &[&Value]) -> bool {
    path_of_scope.iter().any(|scope| holds(&user["administers"], text(scope, "id")))
}

/// Whether a user administers the root.
pub(crate) fn administers_root(policy: &Value, user: &Value) -> bool {
    items(&policy["scopes"]).into_iter().filter(|scope| scope["parent"].is_null()).any(|root| administers(user, &[root]))
}

/// D-1: the feature `accessControl` at a scope, stated there or at the nearest scope above that states it.
pub(crate) fn access_control(path_of_scope: &[&Value]) -> bool {
    path_of_scope.iter().rev().find_map(|scope| scope["features"]["accessControl"].as_bool()).unwrap_or(false)
}
