//! Changes (contract 5): what applying one to a valid document gives. A change edits a copy of the document, plainly; what P-11 asks
//! of every kind alike is asked here, before and after.

mod canonical;
mod digest;
mod import;
mod limits;
mod servers;
mod settings;
mod shapes;
mod structure;
mod users;
mod virtual_servers;
mod who;

pub use canonical::canonical;
pub(crate) use who::Actor;

use crate::json;
use crate::time;
use crate::tree::{by_id, items, text};
use crate::verdict::Finding;
use serde_json::{Value, json};
use who::{has_grant, require};

/// Why a change is refused.
struct Refusal {
    reason: String,
    lock: Option<Value>,
    /// In a batch the refused change's place (P-16).
    index: Option<usize>,
}

impl Refusal {
    fn plain(reason: &str) -> Self {
        Self { reason: reason.to_owned(), lock: None, index: None }
    }

    fn of(finding: Finding) -> Self {
        Self { lock: finding.lock, ..Self::plain(finding.reason) }
    }
}

type Outcome = Result<(), Refusal>;

fn refuse(reason: &'static str) -> Outcome {
    Err(Refusal::plain(reason))
}

/// What every kind is asked with.
struct Asked<'a> {
    actor: Actor,
    now: i64,
    now_text: &'a str,
    is_valid: &'a dyn Fn(&Value) -> bool,
}

impl Asked<'_> {
    /// A record of what was done: when, and by whom unless the host acted.
    fn stamp(&self) -> Value {
        match &self.actor.user {
            Some(user) => json!({"at": self.now_text, "by": user}),
            None => json!({"at": self.now_text}),
        }
    }
}

/// What applying a change to a valid policy document gives: `permitted`, `changed`, `revision` and, where it changed, `document`; or
/// the refusal's `reason`, `lock` and, in a batch, `index`. `is_valid` says whether a document has no problem.
pub fn apply(policy: &Value, request: &str, is_valid: &dyn Fn(&Value) -> bool) -> Value {
    match judge(policy, request, is_valid) {
        Ok(None) => json!({"permitted": true, "changed": false, "revision": policy["revision"]}),
        Ok(Some(next)) => json!({"permitted": true, "changed": true, "revision": next["revision"], "document": next}),
        Err(refusal) => {
            let mut answer = json!({"permitted": false, "reason": refusal.reason});
            if let Some(lock) = refusal.lock {
                answer["lock"] = lock;
            }
            if let Some(index) = refusal.index {
                answer["index"] = index.into();
            }
            answer
        }
    }
}

fn judge(policy: &Value, request: &str, is_valid: &dyn Fn(&Value) -> bool) -> Result<Option<Value>, Refusal> {
    let question = json::read_with_nulls(request).filter(shapes::question_fits);
    let question = question.ok_or_else(|| Refusal::plain("invalid-request"))?;
    require(policy["slice"].is_null(), "slice-is-read-only")?;
    require(question["revision"] == policy["revision"], "conflict")?;
    let actor = Actor {
        user: question["actor"]["user"].as_str().map(str::to_owned),
        confirmed_at: question["actor"]["confirmedAt"].as_str().and_then(time::millis),
    };
    require(actor.is_host() || actor.record(policy).is_object(), "unknown-user")?;
    let now_text = text(&question, "now");
    let now = time::millis(now_text).unwrap_or_default();
    let asked = Asked { actor, now, now_text, is_valid };
    let mut next = policy.clone();
    let altered = change(&asked, &mut next, &question["change"])?;
    // A batch may have taken back what it did.
    if !altered || question["change"]["kind"] == "batch" && canonical(&next) == canonical(policy) {
        return Ok(None);
    }
    let revision = policy["revision"].as_i64().unwrap_or_default();
    require(revision < shapes::LAST_REVISION, "too-large")?;
    next["revision"] = (revision + 1).into();
    Ok(Some(next))
}

/// Judges one change against the document as the changes before it left it, and edits that; gives whether it altered anything.
fn change(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Result<bool, Refusal> {
    if change["kind"] == "batch" {
        let mut altered = false;
        for (index, inner) in items(&change["changes"]).into_iter().enumerate() {
            // The actor may be gone since the batch began, and is asked of each anew.
            altered |= require(asked.actor.is_host() || asked.actor.record(policy).is_object(), "unknown-user")
                .and_then(|()| self::change(asked, policy, inner))
                .map_err(|refusal| Refusal { index: Some(index), ..refusal })?;
        }
        return Ok(altered);
    }
    let before = policy.clone();
    kind(asked, policy, change)?;
    managers_remain(&before, policy)?;
    if before == *policy || canonical(&before) == canonical(policy) {
        return Ok(false);
    }
    require(limits::kept(policy), "too-large")?;
    require((asked.is_valid)(policy), "invalid-request")?;
    require(policy["revision"].as_i64().is_some_and(|revision| revision < shapes::LAST_REVISION), "too-large")?;
    confirmed(asked, &before, policy)?;
    Ok(true)
}

fn kind(asked: &Asked<'_>, policy: &mut Value, change: &Value) -> Outcome {
    match text(change, "kind") {
        "set" | "preset" | "set-feature" => settings::apply(asked, policy, change),
        "register-server"
        | "readdress-server"
        | "edit-server"
        | "set-visibility"
        | "switch-server"
        | "disable-server"
        | "enable-server"
        | "delete-server"
        | "set-agents"
        | "set-spaces"
        | "set-assignees"
        | "set-tool"
        | "refresh-tools"
        | "accept-tool"
        | "waive-shared-credential" => servers::apply(asked, policy, change),
        "add-user" | "edit-user" | "remove-user" | "set-access" | "issue-token" | "revoke-tokens" => users::apply(asked, policy, change),
        "create-virtual-server"
        | "edit-virtual-server"
        | "set-virtual-tools"
        | "set-virtual-state"
        | "grant"
        | "ungrant"
        | "delete-virtual-server" => virtual_servers::apply(asked, policy, change),
        "import" => import::apply(asked, policy, change),
        _ => structure::apply(asked, policy, change),
    }
}

/// V-4, P-14: no virtual server that had a manager or is new is left without one.
fn managers_remain(before: &Value, after: &Value) -> Outcome {
    let managed = |policy: &Value, virtual_server: &Value| {
        items(&policy["users"]).iter().any(|user| has_grant(policy, user, virtual_server, "manage"))
    };
    let bereft = items(&after["virtualServers"]).into_iter().any(|virtual_server| {
        let had = by_id(&before["virtualServers"], text(virtual_server, "id")).is_none_or(|old| managed(before, old));
        had && !managed(after, virtual_server)
    });
    require(!bereft, "last-manager")
}

/// U-7: who changes anybody's access has just given the password.
fn confirmed(asked: &Asked<'_>, before: &Value, after: &Value) -> Outcome {
    let mut users = items(&before["users"]);
    users.extend(items(&after["users"]));
    let touched = users.iter().any(|user| enabled(before, text(user, "id")) != enabled(after, text(user, "id")));
    if asked.actor.is_host() || !touched {
        return Ok(());
    }
    let limit = before["platform"]["confirmationSeconds"].as_i64().unwrap_or(300);
    let fresh = asked.actor.confirmed_at.is_some_and(|at| at <= asked.now && i128::from(asked.now - at) <= i128::from(limit) * 1000);
    require(fresh, "confirmation-required")
}

/// Whether a user's access is enabled; one who is absent counts as disabled (U-7).
fn enabled(policy: &Value, user: &str) -> bool {
    by_id(&policy["users"], user).is_some_and(|user| user["access"] == "enabled")
}

/// The records of a list of the document, to edit.
fn all_mut<'a>(record: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    record.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Edits the record of that id.
fn edit(policy: &mut Value, list: &str, id: &str, edit: impl FnOnce(&mut Value)) {
    if let Some(record) = all_mut(policy, list).find(|record| record["id"] == id) {
        edit(record);
    }
}

/// Adds to a list, which may be absent.
fn push(record: &mut Value, list: &str, item: Value) {
    if let Some(members) = record.as_object_mut() {
        let list = members.entry(list).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(item);
        }
    }
}

/// Keeps of a list what is wanted.
fn retain(record: &mut Value, list: &str, wanted: impl Fn(&Value) -> bool) {
    if let Some(list) = record.get_mut(list).and_then(Value::as_array_mut) {
        list.retain(|item| wanted(item));
    }
}

/// Whether a list of the document has a record of that id.
fn is_there(policy: &Value, list: &str, id: &str) -> bool {
    by_id(&policy[list], id).is_some()
}

/// What a list names that it didn't name before.
fn added<'a>(before: &Value, after: &'a Value) -> Vec<&'a str> {
    let before = items(before);
    items(after).into_iter().filter(|item| !before.contains(item)).filter_map(Value::as_str).collect()
}
