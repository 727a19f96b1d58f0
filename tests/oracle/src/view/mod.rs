//! Views (P-1): what the pages of a scope's settings, of its integrations and of one server show, and to whom. Values are read off
//! the document by the rules; whether a choice is open is asked of applying the very change that it would send.
//!
//! Left out: messages, advice, redacted addresses, and what is no change but a question (check, connect again). Nothing is known of
//! any activity.

mod control;
mod scope;
mod server;
mod setting;
mod tool;

use crate::change::{Actor, canonical};
use crate::tree::{by_id, path, text};
use serde_json::{Value, json};

/// What a view is computed from.
struct Look<'a> {
    policy: &'a Value,
    actor: Actor,
    now: &'a str,
    is_valid: &'a dyn Fn(&Value) -> bool,
}

/// The answer to a view's request of the kinds `settings`, `integrations` and `server`, well formed and without page and filter, on
/// a valid document and without activity; or the refusal's `reason`. `is_valid` says whether a document has no problem.
pub fn view(policy: &Value, request: &Value, is_valid: &dyn Fn(&Value) -> bool) -> Value {
    let policy = canonical(policy);
    let actor = Actor { user: request["actor"].as_str().map(str::to_owned), confirmed_at: None };
    let look = Look { policy: &policy, actor, now: text(request, "now"), is_valid };
    let subject = &request["view"];
    let mut answer = look.page(subject).unwrap_or_else(|reason| json!({"reason": reason}));
    answer["view"] = subject["kind"].clone();
    answer["revision"] = policy["revision"].clone();
    answer
}

impl Look<'_> {
    fn page(&self, subject: &Value) -> Result<Value, &'static str> {
        if !self.actor.is_host() && self.actor.record(self.policy).is_null() {
            return Err("unknown-user");
        }
        if subject["kind"] == "server" {
            return server::page(self, text(subject, "server"), subject["workspace"].as_str());
        }
        let scope = text(subject, "scope");
        if !self.actor.knows_scope(self.policy, scope) {
            return Err("unknown-scope");
        }
        let mut page = if subject["kind"] == "settings" { scope::settings(self, scope) } else { scope::integrations(self, scope) };
        page["scope"] = self.head(scope);
        Ok(page)
    }

    fn path(&self, scope: &str) -> Vec<&Value> {
        path(self.policy, scope)
    }

    fn administers(&self, scope: &str) -> bool {
        self.actor.administers(self.policy, scope)
    }

    fn scope(&self, id: &str) -> &Value {
        by_id(&self.policy["scopes"], id).unwrap_or(&Value::Null)
    }

    fn head(&self, id: &str) -> Value {
        let scope = self.scope(id);
        json!({"id": id, "level": scope["level"], "name": scope["name"]})
    }
}
