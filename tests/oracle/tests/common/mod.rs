//! One small organisation: an MSP, a tenant with D-1's feature, two workspaces.

use serde_json::{Value, json};

/// The policy, each time anew so that a test may bend it.
pub(crate) fn policy() -> Value {
    json!({
        "format": "1.0",
        "revision": 7,
        "platform": {"origins": {"allow": ["https://*.example.com/mcp/*", "https://tickets.example/mcp"]}},
        "agents": [{"id": "assistant", "name": "Assistant"}, {"id": "builder", "name": "Builder"}],
        "clients": [{"id": "desk", "name": "Desk", "configuration": ""}],
        "catalog": [
            {"id": "tickets", "name": "Tickets", "approved": true, "origins": ["https://tickets.example/mcp"],
             "tools": [{"name": "close", "label": "write", "approved": true}, {"name": "find", "label": "read", "approved": true}]},
            {"id": "mail", "name": "Mail", "approved": false, "origins": ["https://mail.example.com/mcp/*"], "tools": []}],
        "scopes": [
            {"id": "north", "level": "msp", "name": "North", "settings": {"custom": {"sharing": "on"}, "floors": {"read": "ask"}}},
            {"id": "baker", "level": "tenant", "parent": "north", "name": "Baker"},
            {"id": "shop", "level": "workspace", "parent": "baker", "name": "Shop", "spaces": [{"id": "till", "name": "Till"}]},
            {"id": "yard", "level": "workspace", "parent": "baker", "name": "Yard"}],
        "users": [
            {"id": "eve", "name": "Eve", "memberOf": ["shop"], "administers": [], "access": "enabled", "addedAt": "2026-01-01T00:00:00Z",
             "tokens": [
                {"id": "t-all", "client": "desk", "workspace": "shop", "agent": "assistant",
                 "issuedAt": "2026-01-01T00:00:00Z", "expiresAt": "2027-01-01T00:00:00Z"},
                {"id": "t-desk", "client": "desk", "workspace": "shop", "agent": "assistant", "virtualServer": "desk",
                 "issuedAt": "2026-01-01T00:00:00Z", "expiresAt": "2027-01-01T00:00:00Z"}]},
            {"id": "max", "name": "Max", "memberOf": ["yard"], "administers": ["baker"], "access": "disabled"}],
        "servers": [
            {"id": "notes", "scope": "shop", "source": {"kind": "custom"}, "name": "Notes", "address": "https://notes.example.com/mcp/v1",
             "owner": "eve", "registeredAt": "2026-02-01T00:00:00Z", "visibility": "private", "switch": "on",
             "authorization": {"method": "none"}, "agents": ["assistant"],
             "tools": [{"name": "write", "enabled": true, "approval": "auto", "label": "read"}]},
            {"id": "queue", "scope": "baker", "source": {"kind": "integration", "integration": "tickets"}, "name": "Queue",
             "address": "https://tickets.example/mcp", "registeredAt": "2026-02-01T00:00:00Z", "visibility": "shared", "switch": "on",
             "authorization": {"method": "none"}, "agents": ["assistant", "builder"],
             "tools": [{"name": "find", "enabled": true, "approval": "default"}, {"name": "close", "enabled": false, "approval": "ask"},
                       {"name": "purge", "enabled": true, "approval": "ask"}]}],
        "virtualServers": [
            {"id": "desk", "scope": "baker", "name": "Desk", "state": "published",
             "tools": [{"server": "queue", "tool": "find", "as": "search"}, {"server": "queue", "tool": "gone"}],
             "access": [{"user": "eve", "grant": "connect"}, {"user": "max", "grant": "manage"}]}]
    })
}

/// Eve in the shop, with the assistant.
pub(crate) fn eve() -> Value {
    json!({"user": "eve", "credential": {"kind": "platform"}, "workspace": "shop", "agent": "assistant"})
}

/// The facts of a host that can ask.
pub(crate) fn context() -> Value {
    json!({"now": "2026-11-20T12:00:00Z", "canAsk": true})
}
