//! The policy document by hand: what is right, what is wrong and where, warnings, and the canonical form.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

use lockstep_policy::document::{Document, MAX_PROBLEMS, Problem, ProblemCode, Problems, Time};

/// A document with nearly everything that one may have.
const FULL: &str = include_str!("../src/document/full.json");

/// The full document with one piece of its text replaced.
fn bent(from: &str, to: &str) -> String {
    assert_eq!(FULL.matches(from).count(), 1, "`{from}` has to stand once");
    FULL.replace(from, to)
}

fn problems(text: &str) -> Problems {
    Document::read(text.as_bytes()).err().unwrap_or_default()
}

/// The line and column of a mark in a text.
fn place(text: &str, mark: &str) -> (u64, u64) {
    let (before, after) = text.split_once(mark).unwrap_or_else(|| panic!("`{mark}` doesn't stand there"));
    assert!(!after.contains(mark), "`{mark}` has to stand once");
    let line = before.rsplit('\n').next().unwrap();
    (before.matches('\n').count() as u64 + 1, line.chars().count() as u64 + 1)
}

/// One change of the full document: what is replaced and by what, the code, the pointer, and the piece of the new text
/// at whose beginning the problem stands.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // Contract 1: what input may not be.
    (r#""revision": 7"#, r#""revision": 7.0"#, "invalid-integer", "/revision", "7.0"),
    (r#""revision": 7"#, r#""revision": -0"#, "invalid-integer", "/revision", "-0,\n"),
    (r#""revision": 7"#, r#""revision": 9007199254740992"#, "invalid-integer", "/revision", "9007199254740992"),
    (r#""revision": 7"#, r#""revision": 0"#, "invalid-integer", "/revision", "0,\n  \"levels\""),
    (r#""revision": 7"#, r#""revision": null"#, "wrong-type", "/revision", "null"),
    (r#""revision": 7"#, r#""revision": 7, "revision": 8"#, "duplicate-key", "/revision", "\"revision\": 8"),
    (r#""revision": 7"#, r#""revision": 7, "revisions": 8"#, "unknown-key", "/revisions", "\"revisions\""),
    (r#""name": "South""#, r#""name": "\udc00""#, "lone-surrogate", "/scopes/2/name", "\"\\udc00\""),
    (r#""name": "South""#, r#""\ud800": "South""#, "lone-surrogate", "/scopes/2", "\"\\ud800\""),
    (r#""name": "South""#, r#""name": """#, "invalid-name", "/scopes/2/name", "\"\"}"),
    (r#""name": "South""#, r#""title": "South""#, "missing", "/scopes/2", "{\"id\": \"south\""),
    (r#""addedAt": "2026-01-05"#, r#""addedAt": "2026-02-30"#, "invalid-time", "/users/0/addedAt", "\"2026-02-30"),
    // Contract 2: format and levels.
    (r#""format": "1.0""#, r#""format": "1""#, "invalid-format", "/format", "\"1\""),
    (r#""format": "1.0""#, r#""format": "1.1", "colour": 1"#, "format-too-new", "/format", "\"1.1\""),
    (r#""id": "group""#, r#""id": "platform""#, "reserved-level", "/levels/0/id", "\"platform\", \"label\""),
    (r#""label": "Group""#, r#""label": "Group", "role": "tenant""#, "duplicate-role", "/levels/1/role", "\"tenant\"},\n"),
    (r#""label": "Group""#, r#""label": "Group", "role": "boss""#, "unknown-value", "/levels/0/role", "\"boss\""),
    // O-1, O-2, O-3.
    (r#""https://*.tools.example/mcp/*""#, r#""*.tools.example""#, "invalid-pattern", "/platform/origins/allow/0", "\"*.tools.example\""),
    (r#"["register", "use"]"#, r#"["use"]"#, "enforce-without-register", "/platform/origins/enforce", "[\"use\"]"),
    (r#"["register", "use"]"#, r#"["register", "register"]"#, "duplicate-entry", "/platform/origins/enforce/1", "\"register\"]"),
    // S-8, S-9: ids, references.
    (r#"{"id": "maker""#, r#"{"id": " maker""#, "invalid-id", "/agents/1/id", "\" maker\""),
    (r#""name": "Desk", "configuration""#, r#""name": "Desk", "annotations""#, "missing", "/clients/0", "{\"id\": \"desk\", \"name\""),
    (r#"{"id": "plans""#, r#"{"id": "money""#, "duplicate-id", "/scopes/3/spaces/1/id", "\"money\", \"name\": \"Plans\""),
    (r#"{"id": "old-1""#, r#"{"id": "own-1""#, "id-used", "/tombstones/0/id", "\"own-1\", \"scope\": \"closed\""),
    (r#""memberOf": ["hall"]"#, r#""memberOf": ["hal"]"#, "unknown-reference", "/users/0/memberOf/0", "\"hal\""),
    (
        r#""name": "pull", "enabled""#,
        r#""name": "push", "enabled""#,
        "duplicate-id",
        "/servers/0/tools/1/name",
        "\"push\", \"enabled\": false",
    ),
    // Terms: the tree.
    (
        r#""id": "south", "level": "company", "parent": "root""#,
        r#""id": "south", "level": "company""#,
        "several-roots",
        "/scopes/2",
        "{\"id\": \"south\"",
    ),
    (
        r#""level": "company", "parent": "root", "name": "South""#,
        r#""level": "group", "parent": "root", "name": "South""#,
        "level-not-below",
        "/scopes/2/level",
        "\"group\", \"parent\"",
    ),
    (
        r#""name": "South""#,
        r#""name": "South", "spaces": [{"id": "s", "name": "S"}]"#,
        "not-a-workspace",
        "/scopes/2/spaces",
        "[{\"id\": \"s\"",
    ),
    // Settings: S-11, S-12.
    (r#""imposed": {"root""#, r#""imposed": {"south""#, "not-above", "/scopes/1/imposed/south", "\"south\": {"),
    (r#""chat": "off""#, r#""chat": "on""#, "except-without-off", "/scopes/0/settings/except/integration~1chat", "\"integration/chat\""),
    (
        r#""custom/creation": ["hall"]"#,
        r#""custom/creation": []"#,
        "except-empty",
        "/scopes/0/settings/except/custom~1creation",
        "[]}\n    }}",
    ),
    (
        r#""custom/creation": ["hall"]"#,
        r#""custom/creation": ["root"]"#,
        "not-below",
        "/scopes/0/settings/except/custom~1creation/0",
        "\"root\"]}\n    }}",
    ),
    (
        r#""custom/creation": ["hall"]"#,
        r#""custom/using": ["hall"]"#,
        "unknown-setting",
        "/scopes/0/settings/except/custom~1using",
        "\"custom/using\"",
    ),
    (
        r#""all": "on""#,
        r#""all": "on", "servers": {"shared-1": "off"}"#,
        "not-above",
        "/scopes/0/settings/servers/shared-1",
        "\"shared-1\": \"off\"}, \"integrations\"",
    ),
    // Users and tokens.
    (r#""addedAt": "2026-01-05T09:00:00.250Z", "#, "", "added-at-missing", "/users/0", "{\"id\": \"ada\""),
    (
        r#""expiresAt": "2027-01-01"#,
        r#""expiresAt": "2026-02-01"#,
        "expires-too-early",
        "/users/0/tokens/0/expiresAt",
        "\"2026-02-01T00:00:00Z\", \"revoked\"",
    ),
    (r#""workspace": "hall""#, r#""workspace": "north""#, "not-a-workspace", "/users/0/tokens/0/workspace", "\"north\", \"agent\""),
    (
        r#""virtualServer": "desk-tools""#,
        r#""virtualServer": "desk""#,
        "unknown-reference",
        "/users/0/tokens/0/virtualServer",
        "\"desk\",\n",
    ),
    // Servers: K-2, K-12, C-8, R.
    (r#""agents": ["helper", "maker"]"#, r#""agents": []"#, "agent-required", "/servers/0/agents", "[], \"tools\": [\n"),
    (r#"["x-team", "Authorization"]"#, r#"["x-team", "X-Team"]"#, "duplicate-entry", "/servers/0/headers/1", "\"X-Team\""),
    (
        r#"["x-team", "Authorization"]"#,
        r#"["x-team", "Mcp-Session-Id"]"#,
        "header-not-allowed",
        "/servers/0/headers/1",
        "\"Mcp-Session-Id\"",
    ),
    (r#"["x-team", "Authorization"]"#, r#"["x team"]"#, "invalid-header", "/servers/0/headers/0", "\"x team\""),
    (
        r#"{"method": "headers", "credentials": "shared"}"#,
        r#"{"method": "oauth"}"#,
        "header-not-allowed",
        "/servers/0/headers/1",
        "\"Authorization\"",
    ),
    (
        r#"{"method": "none"}"#,
        r#"{"method": "none", "credentials": "shared"}"#,
        "credentials-with-none",
        "/servers/2/authorization/credentials",
        "\"shared\"}, \"agents\"",
    ),
    (
        r#"{"kind": "custom"}"#,
        r#"{"kind": "custom", "integration": "chat"}"#,
        "unknown-key",
        "/servers/2/source/integration",
        "\"integration\": \"chat\"}",
    ),
    (r#"{"kind": "custom"}"#, r#"{"kind": "integration"}"#, "missing", "/servers/2/source", "{\"kind\": \"integration\"}"),
    (r#""address": "notes", "owner": "ada","#, r#""address": "notes","#, "owner-required", "/servers/2", "{\"id\": \"own-1\""),
    (
        r#"{"id": "own-1", "scope": "hall""#,
        r#"{"id": "own-1", "scope": "north""#,
        "not-a-workspace",
        "/servers/2/scope",
        "\"north\", \"source\": {\"kind\": \"custom\"}",
    ),
    (
        r#""disabled": [{"authority": "root""#,
        r#""disabled": [{"authority": "hall""#,
        "not-on-path",
        "/servers/1/disabled/0/authority",
        "\"hall\", \"by\"",
    ),
    (
        r#", {"at": "2026-04-02T00:00:00Z"}"#,
        r#", {"at": "2026-04-02T00:00:00Z"}, {"at": "2026-04-03T00:00:00Z"}"#,
        "duplicate-entry",
        "/servers/1/disabled/2",
        "{\"at\": \"2026-04-03",
    ),
    (
        r#""label": "read", "labelAuthority": "root""#,
        r#""labelAuthority": "root""#,
        "label-authority-without-label",
        "/servers/0/tools/1/labelAuthority",
        "\"root\"}\n",
    ),
    (
        r#""id": "near-1", "scope": "north""#,
        r#""id": "near-1", "scope": "south""#,
        "space-not-in-subtree",
        "/servers/1/spaces/0",
        "\"money\"], \"assignees\"",
    ),
    // Virtual servers: V-4, V-5, V-7, V-8.
    (r#", "as": "push-all"}"#, "}", "duplicate-name", "/virtualServers/0/tools/1/tool", "\"push\"}],\n"),
    (
        r#"{"server": "near-1", "tool": "push"}"#,
        r#"{"server": "own-1", "tool": "push"}"#,
        "not-packageable",
        "/virtualServers/0/tools/1/server",
        "\"own-1\", \"tool\"",
    ),
    (
        r#"{"server": "near-1", "tool": "push"}"#,
        r#"{"server": "shared-1", "tool": "push"}"#,
        "duplicate-entry",
        "/virtualServers/0/tools/1",
        "{\"server\": \"shared-1\", \"tool\": \"push\"}",
    ),
    (
        r#"{"user": "bo", "grant": "manage"}"#,
        r#"{"user": "bo", "grant": "connect"}"#,
        "last-manager",
        "/virtualServers/0/access",
        "[{\"user\": \"ada\"",
    ),
    (
        r#"{"user": "bo", "grant": "manage"}"#,
        r#"{"user": "ada", "grant": "connect"}"#,
        "duplicate-entry",
        "/virtualServers/0/access/1",
        "{\"user\": \"ada\", \"grant\": \"connect\"}]",
    ),
];

#[test]
fn each_problem_is_told_with_its_code_and_its_exact_place() {
    assert_eq!(problems(FULL), Problems::default());
    let mut wrong = Vec::new();
    for (from, to, code, at, mark) in CASES {
        let text = bent(from, to);
        let Problems { problems, count } = problems(&text);
        assert_eq!(count, problems.len() as u64);
        assert!(problems.iter().all(|problem| !problem.problem.is_empty() && !problem.help.is_empty()));
        let place = place(&text, mark);
        let is_found = |found: &Problem| (found.code.as_str(), found.at.as_str(), (found.line, found.column)) == (*code, *at, place);
        if !problems.iter().any(is_found) {
            wrong.push(format!("{to}: no {code} at {at} {place:?} but {problems:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_in_one_way_is_one_problem() {
    // A member that can't be read is reported once; what depends on it isn't.
    for (from, to) in [
        (r#""id": "south", "level": "company""#, r#""id": "south", "level": 1"#),
        (r#"{"id": "hall""#, r#"{"id": null"#),
        (r#"{"id": "shared-1""#, r#"{"id": 5"#),
        (r#""switch": "on", "authorization": {"method": "none"}"#, r#""switch": "on", "authorization": []"#),
        (r#""parent": "root", "name": "South""#, r#""parent": {}, "name": "South""#),
        (r#"{"kind": "custom"}"#, r#"{"kind": "costum"}"#),
        (r#""access": "enabled", "addedAt": "2026-01-05T09:00:00.250Z""#, r#""access": "enabled", "addedAt": "today""#),
        (r#""agents": ["helper", "maker"]"#, r#""agents": [7]"#),
        (r#"{"user": "bo", "grant": "manage"}"#, r#"{"user": "bo", "grant": "master"}"#),
    ] {
        let found = problems(&bent(from, to));
        assert_eq!(found.count, 1, "{to}: {found:#?}");
    }
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_text() {
    let text = FULL
        .replace(r#""revision": 7"#, r#""revision": 0"#)
        .replace(r#""name": "South""#, r#""name": 3"#)
        .replace(r#""agent": "helper", "#, "")
        .replace(r#""user": "ada""#, r#""user": "adda""#);
    let found = problems(&text);
    let at: Vec<&str> = found.problems.iter().map(|problem| problem.at.as_str()).collect();
    assert_eq!(at, ["/revision", "/scopes/2/name", "/users/0/tokens/0", "/virtualServers/0/access/0/user"]);
    assert!(found.problems[3].help.contains("`ada`"), "{}", found.problems[3].help);
    assert!(found.to_string().starts_with("4 problems, the first at 4:15: "), "{found}");
}

#[test]
fn of_two_clashing_places_the_earlier_is_related() {
    let found = problems(&bent(r#"{"id": "maker""#, r#"{"id": "helper""#));
    let Problem { at, related, .. } = &found.problems[0];
    assert_eq!((at.as_str(), related.as_deref()), ("/agents/1/id", Some("/agents/0/id")));
    let json = serde_json::to_value(&found.problems[0]).unwrap();
    let members: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    for member in ["at", "code", "column", "help", "line", "problem", "related"] {
        assert!(members.contains(&member), "{member}");
    }
    assert_eq!(json["code"], "duplicate-id");
}

#[test]
fn columns_count_characters_and_pointers_escape_keys() {
    let text =
        "{\"format\": \"1.0\", \"revision\": 1,\n \"scopes\": [{\"id\": \"é\", \"name\": \"𝄞é\", \"a/b~c\": 1, \"level\": \"msp\"}]}";
    let found = problems(text);
    assert_eq!(found.count, 1);
    assert_eq!(found.problems[0].at, "/scopes/0/a~1b~0c");
    assert_eq!((found.problems[0].line, found.problems[0].column), (2, 39));
}

#[test]
fn text_that_is_no_json_is_told_where_it_stops() {
    for (text, at, line, column) in [
        ("", "", 1, 1),
        ("\u{feff}{}", "", 1, 1),
        ("{\"format\": \"1.0\",\n}", "", 2, 1),
        ("{\"format\": tru", "/format", 1, 15),
        ("{\"scopes\": [1,\n 01]}", "/scopes/1", 2, 3),
        ("{} {}", "", 1, 4),
    ] {
        let found = problems(text);
        assert_eq!(found.count, 1, "{text}");
        let Problem { code, at: found_at, line: found_line, column: found_column, .. } = &found.problems[0];
        assert_eq!(*code, ProblemCode::Syntax, "{text}");
        assert_eq!((found_at.as_str(), *found_line, *found_column), (at, line, column), "{text}");
    }
    let found = Document::read(b"{\"format\": \"\xff\"}").unwrap_err();
    assert_eq!((found.problems[0].code, found.problems[0].column), (ProblemCode::NotUtf8, 13));
    assert_eq!(found.problems[0].at, "/format");
}

#[test]
fn hostile_texts_are_answered() {
    let deep = "[".repeat(100_000);
    assert_eq!(problems(&deep).problems[0].code, ProblemCode::Syntax);
    let closed = format!("{{\"annotations\": {deep}{}}}", "]".repeat(100_000));
    assert!(problems(&closed).problems.iter().any(|problem| problem.code == ProblemCode::TooLarge));
    let nested = format!("{{\"format\": \"9.0\", \"annotations\": {deep}{}}}", "]".repeat(100_000));
    assert_eq!(problems(&nested).problems[0].code, ProblemCode::FormatTooNew);
    assert_eq!(problems(&nested).count, 1);
    let many = format!("{{\"agents\": [{}{{}}]}}", "{\"id\": 1}, ".repeat(20_000));
    let found = problems(&many);
    assert_eq!(found.problems.len(), MAX_PROBLEMS);
    // Three at the document itself, each agent without a name, each id but the last of a wrong type, the last missing.
    assert_eq!(found.count, 2 + 20_001 * 2);
    assert!(found.problems.is_sorted_by_key(|problem| (problem.line, problem.column)));
}

#[test]
fn limits_hold_at_their_edge() {
    let agents = |count: usize| {
        let list: Vec<String> = (0..count).map(|n| format!("{{\"id\":\"a{n}\",\"name\":\"A\"}}")).collect();
        let scopes = "{\"id\":\"w\",\"level\":\"workspace\",\"name\":\"W\"}";
        format!("{{\"format\":\"1.0\",\"revision\":1,\"agents\":[{}],\"scopes\":[{scopes}]}}", list.join(","))
    };
    assert_eq!(problems(&agents(256)).count, 0);
    let found = problems(&agents(257));
    assert_eq!((found.problems[0].code, found.problems[0].at.as_str()), (ProblemCode::TooLarge, "/agents"));
    for (from, limit) in [
        (r#""name": "South""#, 1024),
        (r#""contact": "help@root.example""#, 16_384),
        (r#""address": "notes""#, 4096),
        (r#""reason": "read only""#, 16_384),
        (r#""ticket": "T-1""#, 16_384),
    ] {
        let key = from.split(": ").next().unwrap();
        assert_eq!(problems(&bent(from, &format!("{key}: \"{}\"", "x".repeat(limit)))).count, 0, "{from}");
        let found = problems(&bent(from, &format!("{key}: \"{}\"", "x".repeat(limit + 1))));
        assert_eq!((found.count, found.problems[0].code), (1, ProblemCode::TooLarge), "{from}");
    }
}

#[test]
fn warnings_refuse_nothing_and_have_places() {
    let warned = |text: &str| {
        let (_, warnings) = Document::read_and_warn(text.as_bytes()).unwrap();
        let of = |warning: &Problem| (warning.code.as_str(), warning.at.clone());
        warnings.problems.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(warned(FULL), []);
    let at = |code, at: &str| vec![(code, at.to_owned())];
    // D-1: both kinds of restriction sleep.
    let asleep = bent(r#""features": {"accessControl": true}"#, r#""features": {"accessControl": false}"#);
    let both = [at("sleeping-restriction", "/servers/1/spaces"), at("sleeping-restriction", "/servers/1/assignees")];
    assert_eq!(warned(&asleep), both.concat());
    // On in a workspace below, the restriction to spaces counts from there.
    let below = asleep.replace(r#""name": "Hall","#, r#""name": "Hall", "features": {"accessControl": true},"#);
    assert_eq!(warned(&below), at("sleeping-restriction", "/servers/1/assignees"));
    // D-2, P-12, V-7.
    let ineligible = bent(r#""permissions": ["space.admin.write"],"#, "");
    assert_eq!(warned(&ineligible), at("inert-assignment", "/servers/1/assignees/0"));
    let stranger = bent(r#""memberOf": ["hall"]"#, r#""memberOf": ["south"]"#);
    let both = [at("inert-assignment", "/servers/1/assignees/0"), at("inert-grant", "/virtualServers/0/access/0")];
    assert_eq!(warned(&stranger), both.concat());
    // O-3.
    let idle = bent(r#""origins": [], "tools": []"#, r#""origins": ["http://10.0.0.1/mcp"], "tools": []"#);
    assert_eq!(warned(&idle), at("empty-pattern", "/catalog/1/origins/0"));
    let named = idle.replace(r#""https://api.code.example/mcp"], "enforce""#, r#""https://10.0.0.1"], "enforce""#);
    assert_eq!(warned(&named), []);
}

#[test]
fn the_canonical_form_is_short_sorted_and_stable() {
    let text = r#"{"scopes": [{"name": "B", "level": "tenant", "id": "b", "parent": "a", "settings": {"custom": {}}, "imposed": {"a": {}},
        "features": {"accessControl": false}}, {"id": "a", "level": "msp", "name": "A", "spaces": [], "annotations": {"z": "1", "b": "\u000a\u00e9\/"}}],
        "platform": {"approval": {"write": "ask", "read": "ask"}, "origins": {"enforce": ["register"], "allow": []}, "confirmationSeconds": 300},
        "levels": [{"id": "msp", "label": "MSP"}, {"label": "Tenant", "id": "tenant", "role": "tenant"}, {"id": "workspace", "label": "Workspace", "role": "workspace"}],
        "agents": [{"id": "y", "name": "Y"}, {"id": "x", "name": "X"}], "clients": [],
        "servers": [{"id": "s", "scope": "b", "name": "S", "source": {"kind": "custom"}, "address": "", "registeredAt": "2026-01-01T00:00:00.000Z",
            "visibility": "shared", "switch": "on", "authorization": {"method": "oauth", "credentials": "per-user"}, "agents": ["y", "x"], "spaces": [],
            "tools": [{"name": "t", "enabled": true, "approval": "ask", "label": "read", "labelAuthority": "b"}]}],
        "revision": 3, "format": "1.0"}"#;
    let document = Document::read(text.as_bytes()).unwrap();
    let canonical = concat!(
        r#"{"format":"1.0","revision":3,"platform":{"origins":{"allow":[]},"approval":{"read":"ask"}},"#,
        r#""agents":[{"id":"x","name":"X"},{"id":"y","name":"Y"}],"#,
        r#""scopes":[{"id":"a","level":"msp","name":"A","annotations":{"b":"\né/","z":"1"}},"#,
        r#"{"id":"b","level":"tenant","parent":"a","name":"B","features":{"accessControl":false}}],"#,
        r#""servers":[{"id":"s","scope":"b","source":{"kind":"custom"},"name":"S","address":"","registeredAt":"2026-01-01T00:00:00Z","#,
        r#""visibility":"shared","switch":"on","authorization":{"method":"oauth"},"agents":["x","y"],"spaces":[],"#,
        r#""tools":[{"name":"t","enabled":true,"approval":"ask","label":"read"}]}]}"#,
    );
    assert_eq!(document.canonical(), canonical);
    let again = Document::read(canonical.as_bytes()).unwrap();
    assert_eq!(again.canonical(), canonical);
    assert_eq!(again.digest(), document.digest());
    let pretty = document.pretty();
    assert!(
        pretty.starts_with("{\n  \"format\": \"1.0\",\n  \"revision\": 3,\n  \"platform\": {\n    \"origins\": {\n      \"allow\": []\n")
    );
    assert_eq!(Document::read(pretty.as_bytes()).unwrap().canonical(), canonical);
    // The digest leaves the revision out, and nothing else.
    let next = canonical.replace("\"revision\":3", "\"revision\":4");
    assert_eq!(Document::read(next.as_bytes()).unwrap().digest(), document.digest());
    let other = canonical.replace("\"name\":\"S\"", "\"name\":\"T\"");
    assert_ne!(Document::read(other.as_bytes()).unwrap().digest(), document.digest());
}

#[test]
fn order_alone_changes_no_canonical_text() {
    let mut value: serde_json::Value = serde_json::from_str(FULL).unwrap();
    let canonical = Document::read(FULL.as_bytes()).unwrap().canonical();
    for list in ["agents", "scopes", "users", "servers"] {
        value[list].as_array_mut().unwrap().reverse();
    }
    value["virtualServers"][0]["access"].as_array_mut().unwrap().reverse();
    value["catalog"][0]["tools"].as_array_mut().unwrap().reverse();
    assert_eq!(Document::read(value.to_string().as_bytes()).unwrap().canonical(), canonical);
}

#[test]
fn times_are_real_dates_and_written_without_empty_milliseconds() {
    for (text, millis) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("2000-02-29T12:30:15.250Z", 951_827_415_250),
        ("2026-11-20T12:00:00Z", 1_795_176_000_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ] {
        assert_eq!(Time::parse(text), Ok(Time(millis)));
        assert_eq!(Time(millis).to_string(), text);
    }
    assert_eq!(Time::parse("2026-01-01T00:00:00.000Z").unwrap().to_string(), "2026-01-01T00:00:00Z");
    for text in [
        "1969-12-31T23:59:59Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00.1Z",
        "2026-01-01T00:00:00+00:00",
    ] {
        assert!(Time::parse(text).is_err(), "{text}");
    }
}

#[test]
fn every_day_that_a_time_can_name_is_read_as_it_is_written() {
    for day in 0..2_932_897 {
        let time = Time(day * 86_400_000);
        assert_eq!(Time::parse(&time.to_string()), Ok(time));
    }
}

#[test]
fn codes_are_unique_and_speaking() {
    let mut codes: Vec<&str> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    assert!(codes.is_sorted_by(|one, next| one < next), "a code stands twice");
    assert!(ProblemCode::ALL.iter().all(|code| !code.help().is_empty()));
}
