//! What holds between the members of a record (contract 2, "Valid"; contract 3), as far as a schema can say it.
//!
//! A record's declaration names one of these after `says`.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::form::{AnyJson, any_case};
use super::object::{ORDER, also, member, schema};

/// There is exactly one root, and a role is one level's alone.
pub(crate) fn document(_: &mut SchemaGenerator, schema: &mut Schema) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push("scopes".into());
    }
    if let Some(scopes) = member(schema, "scopes") {
        scopes.insert("contains".to_owned(), json!({"not": {"required": ["parent"]}}));
        scopes.insert("minContains".to_owned(), 1.into());
        scopes.insert("maxContains".to_owned(), 1.into());
    }
    slices(schema);
    if let Some(levels) = member(schema, "levels") {
        let once = |role: &str| {
            let holder = json!({"type": "object", "required": ["role"], "properties": {"role": {"const": role}}});
            json!({"contains": holder, "minContains": 0, "maxContains": 1})
        };
        levels.insert("allOf".to_owned(), json!([once("tenant"), once("workspace")]));
    }
}

/// What only a slice has, and what all but slices have (P-6, V-4). Whether a manager's grant counts, a schema can't say.
fn slices(schema: &mut Schema) {
    let each = |says: Value| json!({"type": "array", "items": says});
    let only_slices: Vec<Value> = ["addressDigest", "matched", "authorizers"].iter().map(|key| json!({"required": [key]})).collect();
    let managed = json!({"properties": {"access": {"contains": has("grant", "manage")}}});
    also(
        schema,
        json!({
            "if": {"required": ["slice"]},
            "then": {"properties": {"servers": each(json!({"required": ["addressDigest", "matched"]}))}},
            "else": {"properties": {
                "servers": each(json!({"not": {"anyOf": only_slices}})),
                "virtualServers": each(managed),
            }},
        }),
    );
}

/// A slice carries its digest (P-6).
pub(crate) fn slice(_: &mut SchemaGenerator, schema: &mut Schema) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push("digest".into());
    }
}

/// A slice is of a scope, or of a user in a workspace.
pub(crate) fn slice_subject(_: &mut SchemaGenerator, schema: &mut Schema) {
    one_of(schema, "kind", &[("scope", &["scope"], &[]), ("user", &["user", "workspace"], &[])]);
}

/// `enforce` always holds `register` (O-2).
pub(crate) fn origins(_: &mut SchemaGenerator, schema: &mut Schema) {
    if let Some(enforce) = member(schema, "enforce") {
        enforce.insert("contains".to_owned(), json!({"const": "register"}));
    }
}

/// An exception stands beside an `off` of that name (S-12), as far as the name is no id.
pub(crate) fn settings(_: &mut SchemaGenerator, schema: &mut Schema) {
    let off = json!({"const": "off"});
    let mut beside = |name: &str, stored: Value| {
        let excepted = json!({"required": ["except"], "properties": {"except": {"type": "object", "required": [name]}}});
        also(schema, json!({"if": excepted, "then": stored}));
    };
    beside("all", json!({"required": ["all"], "properties": {"all": off}}));
    beside("new-integrations", json!({"required": ["newIntegrations"], "properties": {"newIntegrations": off}}));
    for name in ["creation", "use", "sharing"] {
        let custom = json!({"required": [name], "properties": {name: off}});
        beside(&format!("custom/{name}"), json!({"required": ["custom"], "properties": {"custom": custom}}));
    }
}

/// An enabled user has `addedAt`.
pub(crate) fn user(_: &mut SchemaGenerator, schema: &mut Schema) {
    also(schema, json!({"if": has("access", "enabled"), "then": {"required": ["addedAt"]}}));
}

/// A private server has an owner (C-8); `authorization` is no header of one that uses `oauth` (K-12).
pub(crate) fn server(generator: &mut SchemaGenerator, schema: &mut Schema) {
    also(schema, json!({"if": has("visibility", "private"), "then": {"required": ["owner"]}}));
    headers(generator, schema);
}

/// `authorization` is no header of a server that uses `oauth` (K-12).
pub(crate) fn headers(_: &mut SchemaGenerator, schema: &mut Schema) {
    let oauth = json!({"required": ["authorization"], "properties": {"authorization": has("method", "oauth")}});
    let free = json!({"items": {"not": {"pattern": any_case("^authorization$")}}});
    also(schema, json!({"if": oauth, "then": {"properties": {"headers": free}}}));
}

/// An integration's server names it, a custom one doesn't.
pub(crate) fn source(_: &mut SchemaGenerator, schema: &mut Schema) {
    one_of(schema, "kind", &[("custom", &[], &[]), ("integration", &["integration"], &[])]);
}

/// There are no credentials with `none`.
pub(crate) fn authorization(_: &mut SchemaGenerator, schema: &mut Schema) {
    also(schema, json!({"if": has("method", "none"), "then": {"not": {"required": ["credentials"]}}}));
}

/// `labelAuthority` stands beside a `label`.
pub(crate) fn tool(_: &mut SchemaGenerator, schema: &mut Schema) {
    schema.insert("dependentRequired".to_owned(), json!({"labelAuthority": ["label"]}));
}

/// A token's credential names it.
pub(crate) fn credential(_: &mut SchemaGenerator, schema: &mut Schema) {
    one_of(schema, "kind", &[("platform", &[], &[]), ("token", &["token"], &[])]);
}

/// Each kind of target has its own members.
pub(crate) fn target(_: &mut SchemaGenerator, schema: &mut Schema) {
    let kinds: &[Kind<'_>] = &[
        ("tool", &["server", "tool"], &[]),
        ("virtual-tool", &["virtualServer", "tool"], &[]),
        ("server", &["server"], &["address"]),
        ("registration", &["source", "address", "visibility"], &[]),
        ("integration", &["integration"], &[]),
        ("virtual-server", &["virtualServer"], &[]),
    ];
    one_of(schema, "kind", kinds);
}

/// What a list is of.
pub(crate) fn of(_: &mut SchemaGenerator, schema: &mut Schema) {
    one_of(schema, "kind", &[("all", &[], &[]), ("server", &["server"], &[]), ("virtual-server", &["virtualServer"], &[])]);
}

/// The contract's table of actions; the target of what is no action may be anything.
pub(crate) fn request(generator: &mut SchemaGenerator, schema: &mut Schema) {
    let target = member(schema, "target").map(|target| std::mem::replace(target, about(target)));
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|key| key != "target");
    }
    let actions: [(&[&str], &[&str]); 7] = [
        (&["tool.call", "tool.list"], &["tool", "virtual-tool"]),
        (&["server.contact"], &["server"]),
        (&["server.authorize"], &["server"]),
        (&["server.register"], &["registration"]),
        (&["integration.connect"], &["integration"]),
        (&["space.assign"], &["server"]),
        (&["virtual-server.connect"], &["virtual-server"]),
    ];
    let all: Vec<&str> = actions.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let named = |names: &[&str]| json!({"properties": {"action": {"enum": names}}});
    let any = generator.subschema_for::<AnyJson>();
    also(
        schema,
        json!({
            "if": named(&all),
            "then": {"required": ["target"], "properties": {"target": target}},
            "else": {"properties": {"target": any}},
        }),
    );
    for (names, kinds) in actions {
        let kind = json!({"kind": {"enum": kinds}});
        // A redirect is a contact alone (O-4).
        let redirect = json!({"required": ["address"]});
        let then = match names {
            // Without a caller it is the host itself.
            ["server.contact"] => json!({"properties": {"target": {"properties": kind}}}),
            ["server.authorize"] => {
                json!({"required": ["caller"], "properties": {"target": {"properties": kind, "not": redirect}}})
            }
            ["space.assign"] => json!({
                "required": ["caller"],
                "properties": {"caller": {"required": ["space"]}, "target": {"properties": kind, "not": redirect}},
            }),
            _ => json!({"required": ["caller"], "properties": {"target": {"properties": kind}}}),
        };
        also(schema, json!({"if": named(names), "then": then}));
    }
}

/// The description alone of a member's schema.
fn about(member: &Map<String, Value>) -> Map<String, Value> {
    member.iter().filter(|(key, _)| *key == "description").map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The actor is a user, or the host by itself.
pub(crate) fn actor(_: &mut SchemaGenerator, schema: &mut Schema) {
    if let Some(host) = member(schema, "host") {
        host.insert("const".to_owned(), true.into());
    }
    either(schema, &[(&["user"], &["confirmedAt"]), (&["host"], &[])]);
}

/// Tokens by their ids, or all of some users.
pub(crate) fn revoke_tokens(_: &mut SchemaGenerator, schema: &mut Schema) {
    either(schema, &[(&["kind", "tokens"], &[]), (&["kind", "users"], &[])]);
}

/// A member that is this text.
fn has(key: &str, text: &str) -> Value {
    json!({"type": "object", "required": [key], "properties": {key: {"const": text}}})
}

/// A kind, the members that it needs, and those that it may have besides.
type Kind<'k> = (&'k str, &'k [&'k str], &'k [&'k str]);

/// Makes of a record with optional members a union by `tag`.
fn one_of(record: &mut Schema, tag: &str, kinds: &[Kind<'_>]) {
    let branches = kinds.iter().map(|(kind, needed, optional)| {
        let needed: Vec<&str> = [tag].iter().chain(*needed).copied().collect();
        let mut branch = branch(record, &needed, optional);
        if let Some(tag) = member(&mut branch, tag) {
            *tag = [("const".to_owned(), (*kind).into())].into_iter().collect();
        }
        branch.into()
    });
    let branches: Vec<Value> = branches.collect();
    replace(record, branches);
}

/// Makes of a record one of these: the members that are needed, and those that may be there besides.
fn either(record: &mut Schema, kinds: &[(&[&str], &[&str])]) {
    let branches = kinds.iter().map(|(needed, optional)| branch(record, needed, optional).into()).collect();
    replace(record, branches);
}

/// A closed record of some of the members; annotations stay where they are.
fn branch(record: &mut Schema, needed: &[&str], optional: &[&str]) -> Schema {
    let keys: Vec<&str> = needed.iter().chain(optional).copied().chain(["annotations"]).collect();
    let properties: Map<String, Value> =
        keys.iter().filter_map(|key| Some(((*key).to_owned(), member(record, key)?.clone().into()))).collect();
    schema(json!({
        "type": "object",
        ORDER: keys,
        "properties": properties,
        "required": needed,
        "additionalProperties": false,
    }))
}

fn replace(record: &mut Schema, branches: Vec<Value>) {
    let description = record.get("description").cloned().unwrap_or_default();
    *record = schema(json!({"description": description, "oneOf": branches}));
}
