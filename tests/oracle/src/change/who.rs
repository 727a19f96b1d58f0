//! Who asks for a change: what exists for them (P-12) and what they administer (S-6, P-8, U-11).

use super::{Outcome, Refusal, refuse};
use crate::caller::is_assignee_with_effect;
use crate::tree::{administers, administers_root, belongs, by_id, is_workspace, items, path, rank, text};
use serde_json::Value;

/// The actor: a user, or the host itself.
pub(crate) struct Actor {
    pub(crate) user: Option<String>,
    pub(crate) confirmed_at: Option<i64>,
}

impl Actor {
    pub(crate) fn is_host(&self) -> bool {
        self.user.is_none()
    }

    pub(crate) fn record<'a>(&self, policy: &'a Value) -> &'a Value {
        self.user.as_deref().and_then(|id| by_id(&policy["users"], id)).unwrap_or(&Value::Null)
    }

    pub(crate) fn is(&self, user: &Value) -> bool {
        self.user.as_deref().is_some_and(|id| user == id)
    }

    pub(crate) fn administers_root(&self, policy: &Value) -> bool {
        self.is_host() || administers_root(policy, self.record(policy))
    }

    pub(crate) fn administers(&self, policy: &Value, scope: &str) -> bool {
        let path = path(policy, scope);
        !path.is_empty() && (self.is_host() || administers(self.record(policy), &path))
    }

    /// Belongs to it, itself or through a scope above.
    pub(crate) fn belongs(&self, policy: &Value, scope: &str) -> bool {
        belongs(self.record(policy), &path(policy, scope))
    }

    /// The highest scope on the path that the actor administers; the host's is the root.
    pub(crate) fn highest(&self, policy: &Value, scope: &str) -> Option<String> {
        let path = path(policy, scope);
        let own = path.iter().find(|on_path| self.is_host() || administers(self.record(policy), &[on_path]));
        own.map(|on_path| text(on_path, "id").to_owned())
    }

    /// S-6, P-13: the authority under which the actor writes on a path, its highest or the lower one that it names.
    pub(super) fn authority(&self, policy: &Value, scope: &str, named: &Value) -> Result<String, Refusal> {
        let Some(highest) = self.highest(policy, scope) else {
            return Err(Refusal::plain("not-administrator"));
        };
        let Some(named) = named.as_str() else {
            return Ok(highest);
        };
        let path = path(policy, scope);
        match (rank(&path, named), rank(&path, &highest)) {
            (Some(named_rank), Some(own)) if named_rank >= own => Ok(named.to_owned()),
            _ => Err(Refusal::plain("not-administrator")),
        }
    }

    pub(crate) fn knows_scope(&self, policy: &Value, scope: &str) -> bool {
        self.administers(policy, scope) || self.belongs(policy, scope)
    }

    pub(crate) fn knows_workspace(&self, policy: &Value, scope: &str) -> bool {
        self.knows_scope(policy, scope) && by_id(&policy["scopes"], scope).is_some_and(|scope| is_workspace(policy, scope))
    }

    pub(crate) fn knows_server(&self, policy: &Value, server: &Value) -> bool {
        let scope = text(server, "scope");
        if self.is_host() {
            return true;
        }
        if server["visibility"] == "shared" {
            return in_reach(policy, self.record(policy), scope);
        }
        self.owns(policy, server) || server["source"]["kind"] == "custom" && self.administers(policy, scope)
    }

    /// The owner, while they belong or administer there (P-12).
    pub(crate) fn owns(&self, policy: &Value, server: &Value) -> bool {
        self.is(&server["owner"]) && self.knows_scope(policy, text(server, "scope"))
    }

    /// An assignee whose assignment has effect (P-12).
    pub(crate) fn is_delegate(&self, policy: &Value, server: &Value) -> bool {
        let user = self.record(policy);
        user.is_object() && is_assignee_with_effect(policy, user, server) && in_reach(policy, user, text(server, "scope"))
    }

    pub(crate) fn knows_space(&self, policy: &Value, workspace: &str) -> bool {
        let assigned = |server: &&Value| {
            let path = path(policy, workspace);
            rank(&path, text(server, "scope")).is_some() && self.is_delegate(policy, server)
        };
        self.knows_scope(policy, workspace) || items(&policy["servers"]).iter().any(assigned)
    }

    pub(crate) fn manages(&self, policy: &Value, virtual_server: &Value) -> bool {
        self.administers(policy, text(virtual_server, "scope")) || has_grant(policy, self.record(policy), virtual_server, "manage")
    }

    pub(crate) fn knows_virtual_server(&self, policy: &Value, virtual_server: &Value) -> bool {
        let connects = virtual_server["state"] == "published" && has_grant(policy, self.record(policy), virtual_server, "connect");
        self.manages(policy, virtual_server) || connects
    }

    pub(crate) fn knows_user(&self, policy: &Value, user: &Value) -> bool {
        if self.is(&user["id"]) || self.administers_root(policy) {
            return true;
        }
        let own = self.record(policy);
        entries(user).iter().any(|entry| items(&own["administers"]).iter().any(|scope| comparable(policy, entry, scope)))
    }

    /// A virtual server's managers know besides who has an entry there or is eligible.
    pub(crate) fn knows_for(&self, policy: &Value, user: &Value, virtual_server: &Value) -> bool {
        let listed = items(&virtual_server["access"]).iter().any(|entry| entry["user"] == user["id"]);
        let manager = has_grant(policy, self.record(policy), virtual_server, "manage");
        self.knows_user(policy, user) || manager && (listed || in_reach(policy, user, text(virtual_server, "scope")))
    }

    pub(crate) fn knows_integration(&self, policy: &Value, integration: &str) -> bool {
        by_id(&policy["catalog"], integration).is_some_and(|entry| entry["approved"] == true || self.administers_root(policy))
    }

    /// U-11: administers every scope that the user belongs to or administers; nobody's user is the root's.
    pub(crate) fn administers_user(&self, policy: &Value, user: &Value) -> bool {
        let entries = entries(user);
        if entries.is_empty() { self.administers_root(policy) } else { entries.iter().all(|scope| self.administers(policy, scope)) }
    }
}

/// The scopes that a user belongs to or administers.
pub(super) fn entries(user: &Value) -> Vec<String> {
    [&user["memberOf"], &user["administers"]].into_iter().flat_map(items).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether one of two scopes lies on the other's path.
fn comparable(policy: &Value, one: &str, other: &Value) -> bool {
    let other = other.as_str().unwrap_or_default();
    rank(&path(policy, one), other).is_some() || rank(&path(policy, other), one).is_some()
}

/// Whether a user belongs to or administers anything on a scope's path or below it.
pub(super) fn in_reach(policy: &Value, user: &Value, scope: &str) -> bool {
    entries(user).iter().any(|entry| comparable(policy, entry, &Value::from(scope)))
}

/// V-7: a grant that isn't inert.
pub(super) fn has_grant(policy: &Value, user: &Value, virtual_server: &Value, grant: &str) -> bool {
    items(&virtual_server["access"]).into_iter().any(|entry| entry["user"] == user["id"] && entry["grant"] == grant)
        && in_reach(policy, user, text(virtual_server, "scope"))
}

/// The known server of that id.
pub(super) fn server<'a>(policy: &'a Value, actor: &Actor, id: &str) -> Result<&'a Value, Refusal> {
    let found = by_id(&policy["servers"], id).filter(|server| actor.knows_server(policy, server));
    found.ok_or_else(|| Refusal::plain("unknown-server"))
}

/// The known user of that id.
pub(super) fn user<'a>(policy: &'a Value, actor: &Actor, id: &str) -> Result<&'a Value, Refusal> {
    let found = by_id(&policy["users"], id).filter(|user| actor.knows_user(policy, user));
    found.ok_or_else(|| Refusal::plain("unknown-user"))
}

/// The known virtual server of that id.
pub(super) fn virtual_server<'a>(policy: &'a Value, actor: &Actor, id: &str) -> Result<&'a Value, Refusal> {
    let found = by_id(&policy["virtualServers"], id).filter(|found| actor.knows_virtual_server(policy, found));
    found.ok_or_else(|| Refusal::plain("unknown-virtual-server"))
}

/// Refuses where the actor doesn't know the scope.
pub(super) fn scope(policy: &Value, actor: &Actor, id: &str) -> Outcome {
    if actor.knows_scope(policy, id) { Ok(()) } else { refuse("unknown-scope") }
}

/// Refuses where something isn't so.
pub(super) fn require(holds: bool, reason: &'static str) -> Outcome {
    if holds { Ok(()) } else { refuse(reason) }
}
