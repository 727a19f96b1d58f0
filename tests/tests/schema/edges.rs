//! The edges of each form and limit: schema and check on both sides of them.

use lockstep_policy::document::Document;
use lockstep_policy::schema::Root;
use serde_json::{Value, json};

use super::unsaid::{Tally, is_unsaid};
use super::{schema, validator};

/// A small document with a place for everything that is tried here.
fn base() -> Value {
    json!({
        "format": "1.0", "revision": 1,
        "levels": [{"id": "msp", "label": "MSP"}, {"id": "workspace", "label": "W", "role": "workspace"}],
        "platform": {"origins": {"allow": ["https://a.example/"], "enforce": ["register"]}, "confirmationSeconds": 300},
        "agents": [{"id": "assistant", "name": "A"}],
        "clients": [{"id": "desk", "name": "D", "configuration": "{}"}],
        "catalog": [{"id": "github", "name": "G", "approved": true, "origins": ["https://g.example/"], "tools": [{"name": "t", "approved": true}]}],
        "scopes": [
            {"id": "root", "level": "msp", "name": "R", "settings": {"all": "off", "integrations": {"github": "off"}, "custom": {"use": "off"}}},
            {"id": "hall", "level": "workspace", "parent": "root", "name": "H", "contact": "c"}],
        "users": [{"id": "ana", "name": "A", "memberOf": ["hall"], "administers": ["root"], "access": "enabled", "addedAt": "2026-01-05T09:00:00Z",
            "tokens": [{"id": "t", "client": "desk", "workspace": "hall", "agent": "assistant", "issuedAt": "2026-01-01T00:00:00Z",
                "expiresAt": "2027-01-01T00:00:00Z"}]}],
        "servers": [{"id": "s", "scope": "hall", "source": {"kind": "integration", "integration": "github"}, "name": "S",
            "address": "https://g.example/", "owner": "ana", "registeredAt": "2026-03-01T10:00:00Z", "visibility": "private", "switch": "on",
            "authorization": {"method": "oauth"}, "agents": ["assistant"], "headers": ["x-team"], "tools": [{"name": "t", "enabled": true, "approval": "auto"}]}],
        "virtualServers": [{"id": "v", "scope": "hall", "name": "V", "state": "draft", "access": [{"user": "ana", "grant": "manage"}]}]
    })
}

/// The document with a value put at a place; null takes the member away.
fn with(place: &str, value: Value) -> Value {
    let mut document = base();
    let (parent, key) = place.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{place}")) {
        Value::Object(members) if value.is_null() => drop(members.remove(key)),
        Value::Object(members) => drop(members.insert(key.replace("~1", "/"), value)),
        Value::Array(elements) => elements[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{place}"),
    }
    document
}

fn named(count: usize, record: impl Fn(String) -> Value) -> Value {
    (0..count).map(|number| record(format!("n-{number}"))).collect()
}

/// A place of the base, and what is put there.
type Case = (&'static str, Value);

/// What both must accept, and what both must refuse.
fn cases() -> (Vec<Case>, Vec<Case>) {
    let text = |length: usize| json!("x".repeat(length));
    let agent = |id: String| json!({"id": id, "name": "N"});
    let agents = |count: usize| {
        let mut agents = named(count - 1, agent);
        agents.as_array_mut().unwrap().push(json!({"id": "assistant", "name": "A"}));
        agents
    };
    let tool = |name: String| json!({"name": name, "approved": true});
    let own_tool = |name: String| json!({"name": name, "enabled": false, "approval": "auto"});
    let times =
        ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59.999Z", "2026-11-30T00:00:00Z", "2400-02-29T00:00:00Z", "9996-02-29T00:00:00Z"];
    let no_times = [
        "1969-12-31T23:59:59Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2200-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00Z\n",
        "2026-01-01t00:00:00z",
        "10000-01-01T00:00:00Z",
        "2026-01-01",
        "",
    ];
    let mut good = vec![
        ("/agents/0/name", text(1024)),
        ("/annotations", json!({"k".repeat(1024): "x".repeat(16_384)})),
        ("/clients/0/configuration", text(16_384)),
        ("/scopes/1/contact", json!("")),
        ("/scopes/1/contact", json!("\u{202e}\u{0}")),
        ("/servers/0/address", text(4096)),
        ("/servers/0/address", json!("")),
        ("/servers/0/tools/0/name", text(1024)),
        ("/catalog/0/tools", named(4096, tool)),
        ("/servers/0/tools", named(4096, own_tool)),
        ("/catalog/0/tools", json!([])),
        ("/agents", agents(256)),
        ("/platform/confirmationSeconds", json!(0)),
        ("/revision", json!((1_u64 << 53) - 1)),
        ("/platform/origins/allow", json!([])),
        ("/platform/origins/enforce", json!(["use", "register"])),
        ("/servers/0/headers", json!(["X!#$%&'*+.^_`|~-9", "hosts", "mcp", "content", "contentx-type"])),
        ("/servers/0/spaces", json!([])),
        ("/scopes/0/settings/except", json!({"all": ["hall"], "custom/use": ["hall"], "integration/github": ["hall"]})),
        ("/levels", json!([{"id": "msp", "label": "\u{200b}"}, {"id": "workspace", "label": " W ", "role": "workspace"}])),
        ("/servers/0/authorization", json!({"method": "none"})),
        ("/servers/0/tools/0/label", json!("read")),
        ("/$schema", json!("policy-1.schema.json")),
        ("/users/0/access", json!("disabled")),
    ];
    good.extend(times.map(|time| ("/users/0/addedAt", json!(time))));
    for pattern in [
        "HTTPS://*.A.example:*/a/*",
        "http://localhost",
        "https://a.example.:8443/",
        "https://[::1]:80/x",
        "https://10.0.0.1/a/b/",
        "https://a_b.example/%20*",
    ] {
        good.push(("/catalog/0/origins", json!([pattern])));
    }
    let mut bad = vec![
        ("/agents/0/name", text(1025)),
        ("/agents/0/name", json!("")),
        ("/agents/0/name", json!("a\u{9f}")),
        ("/agents/0/name", json!("a\nb")),
        ("/annotations", json!({"k".repeat(1025): ""})),
        ("/annotations", json!({"k": "x".repeat(16_385)})),
        ("/annotations", json!({"k": 1})),
        ("/clients/0/configuration", text(16_385)),
        ("/servers/0/address", text(4097)),
        ("/servers/0/tools/0/name", text(1025)),
        ("/servers/0/tools/0/name", json!(" t")),
        ("/catalog/0/tools", named(4097, tool)),
        ("/servers/0/tools", named(4097, own_tool)),
        ("/agents", agents(257)),
        ("/clients", named(257, |id| json!({"id": id, "name": "N", "configuration": ""}))),
        ("/levels", named(9, |id| json!({"id": id, "label": "L"}))),
        ("/levels", json!([])),
        ("/levels", json!([{"id": "platform", "label": "P"}])),
        ("/levels", json!([{"id": "msp", "label": "M", "role": "workspace"}, {"id": "workspace", "label": "W", "role": "workspace"}])),
        ("/revision", json!(0)),
        ("/revision", json!(1_u64 << 53)),
        ("/revision", json!(-1)),
        ("/format", json!("1.1")),
        ("/format", json!("1")),
        ("/slice", json!({})),
        ("/scopes", Value::Null),
        ("/scopes/1/parent", Value::Null),
        ("/scopes/0/parent", json!("hall")),
        ("/platform/confirmationSeconds", json!(-1)),
        ("/platform/origins/enforce", json!([])),
        ("/platform/origins/enforce", json!(["use"])),
        ("/platform/origins/enforce", json!(["register", "register"])),
        ("/servers/0/owner", Value::Null),
        ("/servers/0/agents", json!([])),
        ("/servers/0/agents", json!(["assistant", "assistant"])),
        ("/servers/0/headers", json!(["Authorization"])),
        ("/servers/0/headers", json!(["Content-Type"])),
        ("/servers/0/headers", json!(["MCP-x"])),
        ("/servers/0/headers", json!(["COOKIE"])),
        ("/servers/0/headers", json!(["a b"])),
        ("/servers/0/headers", json!([""])),
        ("/servers/0/headers", json!(["x", "x"])),
        ("/servers/0/headers", json!(["x".repeat(1025)])),
        ("/servers/0/source", json!({"kind": "custom", "integration": "github"})),
        ("/servers/0/source", json!({"kind": "integration"})),
        ("/servers/0/authorization", json!({"method": "none", "credentials": "shared"})),
        ("/servers/0/tools/0/labelAuthority", json!("root")),
        ("/servers/0/assignees", named(65, |id| json!(id))),
        ("/users/0/addedAt", Value::Null),
        (
            "/users/0/tokens",
            named(257, |id| {
                json!({"id": id, "client": "desk", "workspace": "hall", "agent": "assistant", "issuedAt": "2026-01-01T00:00:00Z",
                "expiresAt": "2027-01-01T00:00:00Z"})
            }),
        ),
        ("/scopes/0/settings/except", json!({"custom/creation": ["hall"]})),
        ("/scopes/0/settings/except", json!({"new-integrations": ["hall"]})),
        ("/scopes/0/settings/except", json!({"floor/read": ["hall"]})),
        ("/scopes/0/settings/except", json!({"all/x": ["hall"]})),
        ("/scopes/0/settings/except", json!({"all": []})),
        ("/scopes/1/imposed", (0..8).map(|number| (format!("n-{number}"), json!({}))).collect::<serde_json::Map<_, _>>().into()),
        ("/virtualServers/0/access", json!([])),
        ("/virtualServers/0/access", json!([{"user": "ana", "grant": "connect"}])),
        ("/virtualServers/0/tools", named(4097, |id| json!({"server": "s", "tool": id}))),
    ];
    for id in ["", " x", "x\u{a0}", "\u{3000}", "a\u{202e}b", "a\u{7f}", "\t", "a\u{61c}"] {
        bad.push(("/servers/0/id", json!(id)));
    }
    bad.push(("/servers/0/id", text(129)));
    bad.extend(no_times.map(|time| ("/users/0/addedAt", json!(time))));
    for digest in ["sha256:", "SHA256:0", "sha256:0000000000000000000000000000000000000000000000000000000000000g00"] {
        bad.push(("/servers/0/tools/0/accepted", json!(digest)));
    }
    for pattern in [
        "",
        "ftp://a.example",
        "https://",
        "https://a b.example",
        "https://a.example/?q",
        "https://a.example/#f",
        "https://u@a.example",
        "https://é.example",
        "https://a..example",
        "https://a.*.example",
        "https://a.example:0",
        "https://a.example:",
        "https://a.example//",
        "https://a.example/\\",
        "https://a.example/%2",
        "https://[::1",
        "https://a.example:080",
        "https://*.*.example",
    ] {
        bad.push(("/catalog/0/origins", json!([pattern])));
    }
    (good, bad)
}

#[test]
fn both_sides_of_every_edge_are_judged_as_the_check_does() {
    let validator = validator(&schema(Root::Document));
    let mut tally = Tally::default();
    let (good, bad) = cases();
    let (good_count, bad_count) = (good.len(), bad.len());
    for (cases, is_good) in [(good, true), (bad, false)] {
        for (place, value) in cases {
            let document = with(place, value);
            let text = document.to_string();
            let problems = Document::read(text.as_bytes()).err();
            assert_eq!(problems.is_none(), is_good, "{place}: {problems:?}: {text:.300}");
            tally.hold(&validator, &text, &document, problems.as_ref());
        }
    }
    tally.finish("edges");
    assert_eq!((tally.right, tally.both, tally.check_alone), (good_count, bad_count, 0));
}

#[test]
fn what_only_the_text_shows_is_left_to_the_check() {
    let validator = validator(&schema(Root::Document));
    let good = base().to_string();
    let long_name = "é".repeat(600);
    let long_id = "é".repeat(100);
    for (from, to) in [
        ("\"revision\":1", "\"revision\":1.0"),
        ("\"revision\":1", "\"revision\":1e0"),
        ("\"confirmationSeconds\":300", "\"confirmationSeconds\":-0"),
        ("\"revision\":1", "\"revision\":1,\"revision\":1"),
        ("\"name\":\"H\"", &format!("\"name\":\"{long_name}\"")),
        ("\"id\":\"v\"", &format!("\"id\":\"{long_id}\"")),
        ("https://a.example/", "https://a.example/%41"),
        ("https://a.example/", "https://1.2.3/"),
        ("[\"x-team\"]", "[\"x-team\",\"X-Team\"]"),
    ] {
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        let value: Value = serde_json::from_str(&text).unwrap();
        let problems = Document::read(text.as_bytes()).expect_err(to);
        assert!(validator.is_valid(&value), "{to}");
        assert!(problems.problems.iter().all(|problem| is_unsaid(problem, &value)), "{problems:?}");
    }
}
