//! The shape of a change (contract 5): closed objects, and what no policy could accept (P-11).

use crate::address::pattern;
use crate::shape::{id_is_valid, is_bidi_control, is_digest, is_id, is_text, is_time};
use crate::tree::{holds, items, text};
use serde_json::Value;

type Check<'a> = &'a dyn Fn(&Value) -> bool;
type Members<'a> = &'a [(&'a str, Check<'a>)];

/// The greatest revision (P-10).
pub(super) const LAST_REVISION: i64 = 9_007_199_254_740_991;

/// Whether the whole of a question has its shape, the changes of a batch included.
pub(super) fn question_fits(question: &Value) -> bool {
    let revision = |value: &Value| value.as_i64().is_some_and(|number| (1..=LAST_REVISION).contains(&number));
    object(question, &[("actor", &actor), ("now", &is_time), ("revision", &revision), ("change", &change)], &[])
        && (question["actor"]["host"] == Value::Bool(true) || names_no_owner(&question["change"]))
}

/// Whose server it is the host alone says (contract 5); everybody else registers their own.
fn names_no_owner(change: &Value) -> bool {
    match text(change, "kind") {
        "register-server" => change["server"].get("owner").is_none(),
        "batch" => items(&change["changes"]).into_iter().all(names_no_owner),
        _ => true,
    }
}

fn actor(value: &Value) -> bool {
    object(value, &[("user", &is_id)], &[("confirmedAt", &is_time)]) || object(value, &[("host", &|host| *host == Value::Bool(true))], &[])
}

fn change(value: &Value) -> bool {
    let kind = |wanted: &'static str| move |given: &Value| given == wanted;
    let fits = |required: Members<'_>, optional: Members<'_>| {
        let kind = kind_of(value).map(kind);
        kind.is_some_and(|kind| {
            let mut all: Vec<(&str, Check<'_>)> = vec![("kind", &kind)];
            all.extend_from_slice(required);
            object(value, &all, optional)
        })
    };
    let (server, virtual_server, user, scope) = (
        ("server", &is_id as Check<'_>),
        ("virtualServer", &is_id as Check<'_>),
        ("user", &is_id as Check<'_>),
        ("scope", &is_id as Check<'_>),
    );
    let as_scope: (&str, Check<'_>) = ("as", &is_id);
    let boolean = Value::is_boolean;
    let label = |value: &Value| one_of(value, &["read", "write"]);
    let null_or_label = |value: &Value| value.is_null() || label(value);
    let null_or_text = |value: &Value| value.is_null() || value.is_string();
    match text(value, "kind") {
        "set" => fits(&[scope, ("settings", &settings)], &[as_scope]),
        "preset" => fits(&[scope, ("preset", &|value| one_of(value, &["freeze-growth", "lockdown"]))], &[as_scope]),
        "set-feature" => {
            fits(&[scope, ("feature", &|value| value == "accessControl"), ("value", &|value| value.is_null() || value.is_boolean())], &[])
        }
        "register-server" => fits(&[("server", &new_server)], &[]),
        "readdress-server" => fits(&[server, ("newServer", &is_id), ("address", &Value::is_string)], &[]),
        "edit-server" => fits(&[server], &[("name", &name), ("headers", &headers), ("authorization", &authorization)]),
        "set-visibility" => fits(&[server, ("visibility", &visibility)], &[]),
        "switch-server" => fits(&[server, ("switch", &on_or_off)], &[]),
        "disable-server" | "enable-server" => fits(&[server], &[as_scope]),
        "delete-server" => fits(&[server], &[]),
        "set-agents" => fits(&[server, ("agents", &ids)], &[]),
        "set-spaces" => fits(&[server, ("spaces", &|value| value.is_null() || ids(value))], &[]),
        "set-assignees" => fits(&[server, ("assignees", &ids)], &[]),
        "set-tool" => fits(
            &[server, ("tool", &is_tool)],
            &[
                ("enabled", &boolean),
                ("approval", &|value| one_of(value, &["default", "ask", "auto"])),
                ("label", &null_or_label),
                as_scope,
            ],
        ),
        "refresh-tools" => fits(
            &[
                server,
                ("tools", &|value| {
                    list(value, &|tool| object(tool, &[("name", &is_tool), ("digest", &is_digest)], &[("hint", &label)]))
                        && once(value, |tool| text(tool, "name").to_owned())
                }),
            ],
            &[],
        ),
        "accept-tool" => fits(&[server, ("tool", &is_tool), ("digest", &is_digest)], &[("hint", &label)]),
        "waive-shared-credential" => fits(&[server, ("reason", &null_or_text)], &[]),
        "add-user" => fits(&[("user", &new_user)], &[]),
        "edit-user" => fits(&[user], &[("name", &name), ("memberOf", &ids), ("administers", &ids), ("permissions", &permissions)]),
        "remove-user" => fits(&[user], &[]),
        "set-access" => fits(&[user, ("access", &access)], &[]),
        "issue-token" => fits(&[user, ("token", &new_token)], &[]),
        "revoke-tokens" => fits(&[("tokens", &ids)], &[]) || fits(&[("users", &ids)], &[]),
        "add-scope" => fits(
            &[("scope", &|value| {
                record(value, &[("id", &is_id), ("level", &is_id), ("parent", &is_id), ("name", &name)], &[("contact", &Value::is_string)])
            })],
            &[],
        ),
        "edit-scope" => fits(&[scope], &[("name", &name), ("contact", &null_or_text)]),
        "remove-scope" => fits(&[scope], &[]),
        "add-space" => fits(&[scope, ("space", &|value| record(value, &[("id", &is_id), ("name", &name)], &[]))], &[]),
        "edit-space" => fits(&[("space", &is_id), ("name", &name)], &[]),
        "remove-space" => fits(&[("space", &is_id)], &[]),
        "put-integration" => fits(&[("integration", &integration)], &[]),
        "put-agent" => fits(&[("agent", &|value| record(value, &[("id", &is_id), ("name", &name)], &[]))], &[]),
        "put-client" => {
            fits(&[("client", &|value| record(value, &[("id", &is_id), ("name", &name), ("configuration", &Value::is_string)], &[]))], &[])
        }
        "remove-integration" => fits(&[("integration", &is_id)], &[]),
        "remove-agent" => fits(&[("agent", &is_id)], &[]),
        "remove-client" => fits(&[("client", &is_id)], &[]),
        "set-level-label" => fits(&[("level", &is_id), ("label", &name)], &[]),
        "set-platform" => fits(&[("platform", &platform)], &[]),
        "create-virtual-server" => fits(&[("virtualServer", &new_virtual_server)], &[]),
        "edit-virtual-server" => fits(
            &[virtual_server],
            &[("name", &name), ("description", &Value::is_string), ("oauthProvider", &|value| value.is_null() || is_id(value))],
        ),
        "set-virtual-tools" => fits(&[virtual_server, ("tools", &selected_tools)], &[]),
        "set-virtual-state" => fits(&[virtual_server, ("state", &state)], &[]),
        "grant" | "ungrant" => fits(&[virtual_server, user, ("grant", &|value| one_of(value, &["connect", "manage"]))], &[]),
        "delete-virtual-server" => fits(&[virtual_server], &[]),
        "batch" => fits(&[("changes", &|value| list(value, &change))], &[]),
        "import" => fits(&[("document", &Value::is_object)], &[]),
        _ => false,
    }
}

/// The kind as a text that outlives the borrow of one member.
fn kind_of(change: &Value) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| change["kind"] == *kind)
}

const KINDS: [&str; 47] = [
    "set",
    "preset",
    "set-feature",
    "register-server",
    "readdress-server",
    "edit-server",
    "set-visibility",
    "switch-server",
    "disable-server",
    "enable-server",
    "delete-server",
    "set-agents",
    "set-spaces",
    "set-assignees",
    "set-tool",
    "refresh-tools",
    "accept-tool",
    "waive-shared-credential",
    "add-user",
    "edit-user",
    "remove-user",
    "set-access",
    "issue-token",
    "revoke-tokens",
    "add-scope",
    "edit-scope",
    "remove-scope",
    "add-space",
    "edit-space",
    "remove-space",
    "put-integration",
    "put-agent",
    "put-client",
    "remove-integration",
    "remove-agent",
    "remove-client",
    "set-level-label",
    "set-platform",
    "create-virtual-server",
    "edit-virtual-server",
    "set-virtual-tools",
    "set-virtual-state",
    "grant",
    "ungrant",
    "delete-virtual-server",
    "batch",
    "import",
];

fn settings(value: &Value) -> bool {
    let or_null = |value: &Value| value.is_null() || on_or_off(value);
    let floor = |value: &Value| value.is_null() || one_of(value, &["ask", "deny"]);
    let group = |value: &Value| map(value, &id_is_valid, &or_null);
    object(
        value,
        &[],
        &[
            ("all", &or_null),
            ("integrations", &group),
            ("newIntegrations", &or_null),
            ("custom", &|value| object(value, &[], &[("creation", &or_null), ("use", &or_null), ("sharing", &or_null)])),
            ("servers", &group),
            ("floors", &|value| object(value, &[], &[("read", &floor), ("write", &floor)])),
            ("except", &|value| map(value, &setting_name, &|scopes| scopes.is_null() || ids(scopes))),
        ],
    )
}

/// A setting's one name, floors apart: those have no exceptions (S-12).
fn setting_name(name: &str) -> bool {
    match name.split_once('/') {
        None => name == "all" || name == "new-integrations",
        Some(("custom", which)) => ["creation", "use", "sharing"].contains(&which),
        Some(("integration" | "server", id)) => id_is_valid(id),
        Some(_) => false,
    }
}

fn new_server(value: &Value) -> bool {
    let source = |value: &Value| {
        record(value, &[("kind", &|kind| kind == "custom")], &[])
            || record(value, &[("kind", &|kind| kind == "integration"), ("integration", &is_id)], &[])
    };
    record(
        value,
        &[
            ("id", &is_id),
            ("scope", &is_id),
            ("source", &source),
            ("name", &name),
            ("address", &Value::is_string),
            ("visibility", &visibility),
            ("switch", &on_or_off),
            ("authorization", &authorization),
            ("agents", &ids),
        ],
        &[("owner", &is_id), ("headers", &headers)],
    )
}

fn authorization(value: &Value) -> bool {
    record(value, &[("method", &|method| method == "none")], &[])
        || record(
            value,
            &[("method", &|method| one_of(method, &["oauth", "headers"]))],
            &[("credentials", &|credentials| one_of(credentials, &["per-user", "shared"]))],
        )
}

/// Header names: tokens of RFC 9110, none twice without case.
fn headers(value: &Value) -> bool {
    let token = |header: &Value| {
        header
            .as_str()
            .is_some_and(|header| !header.is_empty() && header.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)))
    };
    list(value, &token) && once(value, |header| header.as_str().unwrap_or_default().to_ascii_lowercase())
}

fn new_user(value: &Value) -> bool {
    record(
        value,
        &[("id", &is_id), ("name", &name), ("memberOf", &ids), ("administers", &ids), ("access", &access)],
        &[("permissions", &permissions)],
    )
}

fn permissions(value: &Value) -> bool {
    list(value, &|permission| one_of(permission, &["connectors.admin.read", "space.admin.write"]))
        && once(value, |permission| permission.to_string())
}

fn new_token(value: &Value) -> bool {
    record(
        value,
        &[("id", &is_id), ("client", &is_id), ("workspace", &is_id), ("agent", &is_id), ("expiresAt", &is_time)],
        &[("virtualServer", &is_id)],
    )
}

fn integration(value: &Value) -> bool {
    let tool = |value: &Value| {
        record(
            value,
            &[("name", &is_tool), ("approved", &Value::is_boolean)],
            &[("label", &|label| one_of(label, &["read", "write"])), ("sensitive", &Value::is_boolean)],
        )
    };
    record(
        value,
        &[
            ("id", &is_id),
            ("name", &name),
            ("approved", &Value::is_boolean),
            ("origins", &patterns),
            ("tools", &|tools| list(tools, &tool) && once(tools, |tool| text(tool, "name").to_owned())),
        ],
        &[],
    )
}

fn patterns(value: &Value) -> bool {
    list(value, &|item| item.as_str().is_some_and(|text| pattern(text).is_some())) && once(value, |item| item.to_string())
}

fn platform(value: &Value) -> bool {
    let places = |value: &Value| {
        list(value, &|item| one_of(item, &["register", "use"])) && once(value, |item| item.to_string()) && holds(value, "register")
    };
    let origins = |value: &Value| record(value, &[], &[("allow", &patterns), ("enforce", &places)]);
    let mode = |value: &Value| one_of(value, &["auto", "ask"]);
    let approval = |value: &Value| record(value, &[], &[("read", &mode), ("write", &mode), ("unlabelled", &mode)]);
    let seconds = |value: &Value| value.as_i64().is_some_and(|seconds| seconds >= 0);
    record(value, &[], &[("origins", &origins), ("approval", &approval), ("confirmationSeconds", &seconds)])
}

fn new_virtual_server(value: &Value) -> bool {
    record(
        value,
        &[("id", &is_id), ("scope", &is_id), ("name", &name), ("state", &state)],
        &[("description", &Value::is_string), ("oauthProvider", &is_id), ("tools", &selected_tools)],
    )
}

fn selected_tools(value: &Value) -> bool {
    let selected = |value: &Value| record(value, &[("server", &is_id), ("tool", &is_tool)], &[("as", &is_tool)]);
    list(value, &selected) && once(value, |item| format!("{}\n{}", text(item, "server"), text(item, "tool")))
}

fn state(value: &Value) -> bool {
    one_of(value, &["draft", "published", "unpublished"])
}

fn visibility(value: &Value) -> bool {
    one_of(value, &["private", "shared"])
}

fn on_or_off(value: &Value) -> bool {
    one_of(value, &["on", "off"])
}

fn access(value: &Value) -> bool {
    one_of(value, &["enabled", "disabled"])
}

/// A name or label: a character at least, none that controls.
fn name(value: &Value) -> bool {
    value.as_str().is_some_and(|name| !name.is_empty() && !name.chars().any(|c| c.is_control() || is_bidi_control(c)))
}

/// A tool's name: as an id, but longer.
fn is_tool(value: &Value) -> bool {
    is_text(value, 1024)
        && name(value)
        && value.as_str().is_some_and(|name| !name.starts_with(char::is_whitespace) && !name.ends_with(char::is_whitespace))
}

fn ids(value: &Value) -> bool {
    list(value, &is_id) && once(value, |item| item.to_string())
}

fn one_of(value: &Value, words: &[&str]) -> bool {
    words.iter().any(|word| value == word)
}

fn list(value: &Value, check: Check<'_>) -> bool {
    value.is_array() && items(value).into_iter().all(check)
}

fn once(list: &Value, key: impl Fn(&Value) -> String) -> bool {
    let mut keys: Vec<String> = items(list).into_iter().map(key).collect();
    keys.sort();
    keys.windows(2).all(|pair| pair.first() != pair.last())
}

fn map(value: &Value, key: &dyn Fn(&str) -> bool, check: Check<'_>) -> bool {
    value.as_object().is_some_and(|members| members.iter().all(|(name, member)| key(name) && check(member)))
}

/// An object with these members and no others. Null is a value like another: the member's own check says whether it may stand.
fn object(value: &Value, required: Members<'_>, optional: Members<'_>) -> bool {
    let check_of = |name: &str| required.iter().chain(optional).find(|(member, _)| *member == name).map(|(_, check)| check);
    value.as_object().is_some_and(|members| {
        required.iter().all(|(name, _)| members.contains_key(*name))
            && members.iter().all(|(name, member)| check_of(name).is_some_and(|check| check(member)))
    })
}

/// An object of a document, which may carry annotations besides.
fn record(value: &Value, required: Members<'_>, optional: Members<'_>) -> bool {
    let annotations = |value: &Value| map(value, &|_| true, &Value::is_string);
    let mut all: Vec<(&str, Check<'_>)> = vec![("annotations", &annotations)];
    all.extend_from_slice(optional);
    object(value, required, &all)
}
