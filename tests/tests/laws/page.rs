//! Random views: who looks at what, and what activity knows.

use lockstep_generate::Random;
use lockstep_policy::Policy;
use lockstep_policy::activity::Activity;
use lockstep_policy::view::ViewRequest;
use serde_json::{Map, Value, json};

use crate::model::{Model, elements, text};

/// What a policy shows.
pub fn answer(policy: &Policy, request: &Value, activity: &Value) -> Value {
    let (request, activity) = (request.to_string(), activity.to_string());
    let request = ViewRequest::read(request.as_bytes());
    // What is left of it in a case that is made smaller may be none.
    let activity = Activity::read(activity.as_bytes()).unwrap_or_default();
    let text = policy.view(&request, &activity).map_or_else(|refusal| refusal.to_json(), |view| view.to_json());
    serde_json::from_str(&text).unwrap()
}

/// The rows of all pages.
pub fn all_rows(policy: &Policy, request: &Value, activity: &Value) -> Vec<Value> {
    let (mut request, mut rows) = (request.clone(), Vec::new());
    loop {
        let page = answer(policy, &request, activity);
        rows.extend(elements(&page["rows"]).iter().cloned());
        let Some(next) = page.get("next") else { return rows };
        request["page"]["after"] = next.clone();
    }
}

fn id<'d>(random: &mut Random, list: &'d [Value]) -> Option<&'d str> {
    random.any(list).map(|record| text(record, "id"))
}

/// What a call or a check may have left.
pub fn activity(random: &mut Random, document: &Value) -> Value {
    let model = Model(document);
    let mut servers = Map::new();
    for server in model.list("servers") {
        let mut known = Map::new();
        if random.chance(50) {
            let result = *random.pick(&["ok", "auth-failed", "unreachable"]);
            known.insert("lastContact".to_owned(), json!({"at": "2026-11-20T10:00:00Z", "result": result}));
        }
        let mut states = Map::new();
        for user in [""].into_iter().chain(model.list("users").iter().map(|user| text(user, "id"))) {
            if random.chance(70) {
                states.insert(user.to_owned(), json!(random.pick(&["ready", "ready", "ready", "pending", "expired", "error"])));
            }
        }
        known.insert("authorization".to_owned(), Value::Object(states));
        servers.insert(text(server, "id").to_owned(), Value::Object(known));
    }
    json!({"servers": servers})
}

/// The kinds of views, with the members that each may be asked with.
const KINDS: [(&str, &[&str], &[&str]); 19] = [
    ("scopes", &[], &["scope"]),
    ("settings", &["scope"], &[]),
    ("integrations", &["scope"], &[]),
    ("integration", &["scope", "integration"], &[]),
    ("custom", &["scope"], &[]),
    ("inventory", &["scope"], &[]),
    ("my-servers", &["workspace"], &[]),
    ("servers", &["scope"], &[]),
    ("server", &["server"], &["workspace"]),
    ("connectors", &[], &[]),
    ("space", &["space"], &[]),
    ("virtual-servers", &[], &["scope"]),
    ("virtual-server", &["virtualServer"], &["workspace"]),
    ("users", &["scope"], &[]),
    ("user", &["user"], &[]),
    ("access", &["user", "workspace"], &["agent", "space"]),
    ("access", &["server", "tool", "workspace"], &["agent", "space"]),
    ("catalog", &[], &[]),
    ("platform", &[], &[]),
];

/// So many of each kind, by users of the organisation about what is there, a good part of it theirs.
pub fn requests(random: &mut Random, document: &Value, of_each: usize) -> Vec<Value> {
    let mut requests = Vec::new();
    for (kind, needed, besides) in KINDS {
        for _ in 0..of_each {
            if let Some(request) = request(random, document, kind, needed, besides) {
                requests.push(request);
            }
        }
    }
    requests
}

fn request(random: &mut Random, document: &Value, kind: &str, needed: &[&str], besides: &[&str]) -> Option<Value> {
    let model = Model(document);
    let actor = random.any(model.list("users"))?;
    let own: Vec<&str> =
        ["memberOf", "administers"].into_iter().flat_map(|member| elements(&actor[member])).filter_map(Value::as_str).collect();
    // What lies above, below or at a scope of theirs: pages of others are refused alike.
    let near: Vec<&Value> =
        model.list("scopes").iter().filter(|scope| own.iter().any(|own| model.path(text(scope, "id")).contains(own))).collect();
    let mut view = Map::new();
    view.insert("kind".to_owned(), json!(kind));
    for (member, is_needed) in needed.iter().map(|member| (member, true)).chain(besides.iter().map(|member| (member, false))) {
        if !is_needed && random.chance(50) {
            continue;
        }
        let scopes: Vec<&Value> = if random.chance(85) { near.clone() } else { model.list("scopes").iter().collect() };
        let workspaces = || scopes.iter().copied().filter(|scope| scope["level"] == workspaces(model)).collect::<Vec<_>>();
        let named = match *member {
            "scope" => random.any(&scopes).map(|scope| text(scope, "id")),
            "workspace" => random.any(&workspaces()).map(|scope| text(scope, "id")),
            "integration" => id(random, model.list("catalog")),
            "server" => id(random, model.list("servers")),
            "virtualServer" => id(random, model.list("virtualServers")),
            "agent" => id(random, model.list("agents")),
            "user" if random.chance(40) => Some(text(actor, "id")),
            "user" => id(random, model.list("users")),
            "space" => {
                let spaces: Vec<&Value> = scopes.iter().flat_map(|scope| elements(&scope["spaces"])).collect();
                random.any(&spaces).map(|space| text(space, "id"))
            }
            _ => {
                let server = view.get("server").and_then(|server| model.record("servers", server.as_str()?));
                server.and_then(|server| random.any(elements(&server["tools"])).map(|tool| text(tool, "name")))
            }
        };
        match named {
            Some(named) => drop(view.insert((*member).to_owned(), json!(named))),
            None if is_needed => return None,
            None => {}
        }
    }
    Some(json!({"view": view, "actor": actor["id"], "now": "2026-11-20T12:00:00Z"}))
}

/// The id of the level of workspaces.
fn workspaces(model: Model<'_>) -> &str {
    let stated = model.list("levels").iter().find(|level| level["role"] == "workspace");
    stated.map_or("workspace", |level| text(level, "id"))
}
