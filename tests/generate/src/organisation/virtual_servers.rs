//! Virtual servers: selected tools, states and grants (section V).

use crate::json::Record;
use crate::name;
use crate::random::Random;
use crate::shape::Shape;

use super::catalog::tool_name;
use super::scopes::Scopes;
use super::servers::{Server, Servers};
use super::users::{Users, past};
use super::{Page, annotated, regular};

/// What later sections need of a virtual server.
pub(super) struct Virtual {
    pub(super) id: String,
    /// Users with a grant of connect.
    pub(super) connect: Vec<usize>,
}

/// Makes and writes them.
pub(super) fn publish(
    mut random: Random,
    shape: &Shape,
    scopes: &Scopes,
    users: &Users,
    servers: &Servers,
    page: &mut Page,
) -> Vec<Virtual> {
    let odd = shape.odd;
    let mut list = Vec::new();
    let mut section = page.list();
    for number in 0..shape.virtual_servers {
        let scope = if regular(shape) { (1 + number * 4).min(scopes.list.len() - 1) } else { random_scope(&mut random, scopes) };
        let id = name::id(&mut random, "virtual", number, odd);
        let mut record = Record::new()
            .with("id", id.as_str())
            .with("scope", scopes.list[scope].id.as_str())
            .with("name", name::name(&mut random, "Virtual server", number));
        if random.chance(60) {
            record.put("description", name::prose(&mut random));
        }
        record.put("state", *random.pick(&["published", "published", "published", "published", "published", "draft", "unpublished"]));
        if random.chance(30) {
            record.put("oauthProvider", "okta");
        }
        let tools = selection(&mut random, scopes, servers, scope, odd);
        if !tools.is_empty() || random.chance(50) {
            record.put("tools", tools);
        }
        let (access, connect) = grants(&mut random, scopes, users, scope, odd);
        record.put("access", access);
        if random.chance(35) {
            let by = random.chance(70).then(|| users.list[random.below(users.list.len())].id.as_str());
            let published = Record::new().with("at", past(&mut random)).maybe("by", by).with("digest", random.digest());
            record.put("published", annotated(&mut random, odd, published));
        }
        page.add(&mut section, annotated(&mut random, odd, record));
        list.push(Virtual { id, connect });
    }
    page.close("virtualServers", section);
    list
}

fn random_scope(random: &mut Random, scopes: &Scopes) -> usize {
    match random.below(5) {
        0..=1 => 0,
        2 => random.any(&scopes.workspaces).copied().unwrap_or(0),
        _ => random.below(scopes.list.len()),
    }
}

/// A server of an integration on the scope's path or in its subtree (V-7).
fn candidate<'a>(random: &mut Random, scopes: &Scopes, servers: &'a Servers, scope: usize) -> Option<&'a Server> {
    let place = *random.pick(&scopes.path(scope));
    let server =
        if random.chance(50) { random.any(servers.of_scope(place)) } else { random.any(servers.of_subtree(scope, scopes.list[scope].end)) };
    // One that is private was made so later: it stays selected, and is unknown in layer 2 (V-2).
    server.filter(|server| server.integration && (server.shared || random.chance(10)))
}

fn selection(random: &mut Random, scopes: &Scopes, servers: &Servers, scope: usize, odd: bool) -> Vec<Record> {
    let mut chosen: Vec<(String, String)> = Vec::new();
    let mut exposed: Vec<String> = Vec::new();
    let mut records = Vec::new();
    for _ in 0..random.between(1, 24) {
        let Some(server) = candidate(random, scopes, servers, scope) else { continue };
        let tool = match random.any(&server.tools) {
            Some(tool) if !random.chance(3) => tool.clone(),
            // The tool's name may be gone.
            _ => tool_name(random, odd),
        };
        let pair = (server.id.clone(), tool);
        if chosen.contains(&pair) {
            continue;
        }
        let given = match random.below(10) {
            0..=2 => Some(format!("{}_{}", pair.1.chars().take(100).collect::<String>(), exposed.len())),
            3 => Some(pair.1.clone()),
            _ => None,
        };
        let name = given.clone().unwrap_or_else(|| pair.1.clone());
        if exposed.contains(&name) {
            continue;
        }
        let record = Record::new().with("server", pair.0.as_str()).with("tool", pair.1.as_str()).maybe("as", given);
        records.push(annotated(random, odd, record));
        exposed.push(name);
        chosen.push(pair);
    }
    records
}

/// Grants, with one manager at least whose grant isn't inert, and who may connect.
fn grants(random: &mut Random, scopes: &Scopes, users: &Users, scope: usize, odd: bool) -> (Vec<Record>, Vec<usize>) {
    let mut grants = vec![(eligible(random, scopes, users, scope).unwrap_or(0), "manage")];
    for _ in 0..random.between(1, 7) {
        // Some are inert: who got one may have left the subtree and path since.
        let inert = if odd { 10 } else { 0 };
        let user = if random.chance(inert) { Some(random.below(users.list.len())) } else { eligible(random, scopes, users, scope) };
        let grant = (user.unwrap_or(0), *random.pick(&["connect", "connect", "connect", "manage"]));
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    random.shuffle(&mut grants);
    let mut records = Vec::new();
    for (user, grant) in &grants {
        let record = Record::new().with("user", users.list[*user].id.as_str()).with("grant", *grant);
        records.push(annotated(random, odd, record));
    }
    let connect = grants.iter().filter(|(_, grant)| *grant == "connect").map(|(user, _)| *user).collect();
    (records, connect)
}

/// Somebody who belongs to or administers a scope of the subtree or path. Nobody found: the root's administrator will do.
fn eligible(random: &mut Random, scopes: &Scopes, users: &Users, scope: usize) -> Option<usize> {
    let path = scopes.path(scope);
    for _ in 0..12 {
        let place = if random.chance(35) { *random.pick(&path) } else { random.between(scope, scopes.list[scope].end - 1) };
        if let Some(user) = random.any(&users.of_scope[place]) {
            return Some(*user);
        }
    }
    None
}
