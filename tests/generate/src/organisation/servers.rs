//! Servers with their tools, and what remains of deleted ones (sections K, N-4, N-5, R).

use crate::address::{self, Address};
use crate::json::{Node, Record};
use crate::name;
use crate::random::Random;
use crate::shape::Shape;

use super::catalog::{Catalog, Integration, tool_name};
use super::scopes::Scopes;
use super::users::{Users, past};
use super::{Page, annotated, regular};

/// What servers are made from.
pub(super) struct Ground<'a> {
    pub(super) scopes: &'a Scopes,
    pub(super) catalog: &'a Catalog,
    pub(super) users: &'a Users,
    pub(super) agents: &'a [String],
}

/// What later sections need of a server.
pub(super) struct Server {
    pub(super) id: String,
    pub(super) shared: bool,
    pub(super) integration: bool,
    pub(super) tools: Vec<String>,
}

/// All servers, in the order of their scopes.
pub(super) struct Servers {
    list: Vec<Server>,
    /// Where each scope's servers begin, and the end of the last one's.
    starts: Vec<usize>,
    /// Hosts of addresses, each once, for the platform's list.
    pub(super) hosts: Vec<String>,
}

impl Servers {
    /// The servers of one scope.
    pub(super) fn of_scope(&self, scope: usize) -> &[Server] {
        &self.list[self.starts[scope]..self.starts[scope + 1]]
    }

    /// The servers of a range of scopes.
    pub(super) fn of_subtree(&self, first: usize, end: usize) -> &[Server] {
        &self.list[self.starts[first]..self.starts[end]]
    }

    /// Registers servers, and writes them and the tombstones.
    pub(super) fn register(mut random: Random, shape: &Shape, ground: &Ground<'_>, page: &mut Page) -> Self {
        let scopes = ground.scopes;
        let mut places = if regular(shape) {
            (0..shape.servers).map(|number| regular_place(&mut random, scopes, number)).collect::<Vec<_>>()
        } else {
            (0..shape.servers).map(|_| random_place(&mut random, scopes)).collect()
        };
        places.sort_unstable();
        let mut servers = Self { list: Vec::new(), starts: Vec::new(), hosts: Vec::new() };
        let mut records = Vec::new();
        let mut section = page.list();
        for (number, place) in places.iter().enumerate() {
            while servers.starts.len() <= *place {
                servers.starts.push(number);
            }
            let (server, record) = one(&mut random, shape, ground, *place, number, &mut servers.hosts);
            servers.list.push(server);
            if shape.odd {
                records.push(record);
            } else {
                page.add(&mut section, record);
            }
        }
        servers.starts.resize(scopes.list.len() + 1, places.len());
        random.shuffle(&mut records);
        for record in records {
            page.add(&mut section, record);
        }
        page.close("servers", section);
        page.section("tombstones", tombstones(&mut random, shape, ground));
        servers
    }
}

fn regular_place(random: &mut Random, scopes: &Scopes, number: usize) -> usize {
    let workspace = scopes.workspaces[number % scopes.workspaces.len()];
    if random.chance(12) { scopes.list[workspace].parent.unwrap_or(0) } else { workspace }
}

fn random_place(random: &mut Random, scopes: &Scopes) -> usize {
    match random.any(&scopes.workspaces) {
        Some(workspace) if random.chance(58) => *workspace,
        _ if random.chance(25) => 0,
        _ => random.below(scopes.list.len()),
    }
}

/// One server at a scope.
fn one(random: &mut Random, shape: &Shape, ground: &Ground<'_>, scope: usize, number: usize, hosts: &mut Vec<String>) -> (Server, Record) {
    let odd = shape.odd;
    let entry = if random.chance(64) { random.any(&ground.catalog.entries) } else { None };
    // An integration without origins can't be connected any more; few servers of it are left (I-7).
    let entry = entry.filter(|entry| !entry.origins.is_empty() || random.chance(20));
    let (address, borrowed) = match entry {
        Some(entry) => (integration_address(random, entry, odd), None),
        None => custom_address(random, ground.catalog, odd),
    };
    if odd
        && let Some(host) = address.host
        && !hosts.contains(&host)
    {
        hosts.push(host);
    }
    let private = ground.scopes.is_workspace(scope) && random.chance(32);
    let owner = (private || random.chance(85)).then(|| ground.users.near(random, ground.scopes, scope));
    let source = match entry {
        Some(entry) => Record::new().with("kind", "integration").with("integration", entry.id.as_str()),
        None => Record::new().with("kind", "custom"),
    };
    let id = name::id(random, "server", number, odd);
    let mut record = Record::new()
        .with("id", id.as_str())
        .with("scope", ground.scopes.list[scope].id.as_str())
        .with("source", annotated(random, odd, source))
        .with("name", name::name(random, "Server", number))
        .with("address", address.text)
        .maybe("owner", owner.map(|owner| ground.users.list[owner].id.as_str()))
        .with("registeredAt", past(random))
        .with("visibility", if private { "private" } else { "shared" })
        .with("switch", if random.chance(95) { "on" } else { "off" });
    if random.chance(if odd { 10 } else { 3 }) {
        record.put("disabled", disables(random, ground, scope, odd));
    }
    let (authorization, method, shared_credential) = authorization(random, odd);
    record.put("authorization", authorization);
    if random.chance(20) {
        record.put("headers", headers(random, method));
    }
    record.put("agents", agents(random, ground.agents));
    if random.chance(if odd { 26 } else { 5 }) {
        let count = random.between(0, 5);
        let spaces = ground.scopes.some_spaces(random, scope, count);
        // An empty list is stored by a document alone, and means no space.
        if !spaces.is_empty() || random.chance(8) {
            record.put("spaces", spaces);
        }
    }
    if random.chance(20) {
        let mut assignees: Vec<&str> = Vec::new();
        for _ in 0..random.between(0, 3) {
            let user = ground.users.near(random, ground.scopes, scope);
            let user = ground.users.list[user].id.as_str();
            if !assignees.contains(&user) {
                assignees.push(user);
            }
        }
        record.put("assignees", assignees);
    }
    let waived = if shared_credential { if ground.scopes.above_tenants(scope) { 65 } else { 45 } } else { 3 };
    if random.chance(waived) {
        let by = random.chance(80).then(|| ground.users.list[ground.users.near(random, ground.scopes, scope)].id.clone());
        let waiver = Record::new().maybe("by", by).with("at", past(random)).with("reason", name::prose(random));
        record.put("waiver", annotated(random, odd, waiver));
    }
    let (names, tools) = tools(random, shape, ground, scope, entry.or(borrowed));
    if !tools.is_empty() || random.chance(50) {
        record.put("tools", tools);
    }
    let server = Server { id, shared: !private, integration: entry.is_some(), tools: names };
    (server, annotated(random, odd, record))
}

fn integration_address(random: &mut Random, entry: &Integration, odd: bool) -> Address {
    let Some(origin) = random.any(&entry.origins) else { return address::own(random, 5) };
    match random.weighted(&[if odd { 96 } else { 100_000 }, 2, 1, 1]) {
        0 => address::matching(random, origin),
        1 => address::near_miss(random, origin),
        2 => address::own(random, 20),
        _ => address::invalid(random),
    }
}

/// The address of a custom server, and the integration on whose host it lies, if it does (I-6).
fn custom_address<'a>(random: &mut Random, catalog: &'a Catalog, odd: bool) -> (Address, Option<&'a Integration>) {
    if !odd {
        return (Address { text: format!("https://s{}.example.com/mcp", random.below(1 << 40)), host: None }, None);
    }
    let entry = random.any(&catalog.entries);
    let borrowed = entry.and_then(|entry| random.any(&entry.origins));
    match (random.below(24), borrowed) {
        (0..=5, Some(origin)) => (address::matching(random, origin), entry),
        (6, Some(origin)) => (address::near_miss(random, origin), entry),
        (7, _) => (address::invalid(random), None),
        _ => (address::own(random, 4), None),
    }
}

/// Disables of several authorities, one of them a delegate's now and then (N-4, D-5).
fn disables(random: &mut Random, ground: &Ground<'_>, scope: usize, odd: bool) -> Vec<Record> {
    let mut authorities: Vec<Option<usize>> = Vec::new();
    if random.chance(45) {
        authorities.push(None);
    }
    for place in ground.scopes.path(scope) {
        if random.chance(30) {
            authorities.push(Some(place));
        }
    }
    random.shuffle(&mut authorities);
    let mut entries = Vec::new();
    for authority in authorities {
        let by = random.chance(80).then(|| ground.users.list[ground.users.near(random, ground.scopes, scope)].id.clone());
        let entry = Record::new()
            .maybe("authority", authority.map(|place| ground.scopes.list[place].id.as_str()))
            .maybe("by", by)
            .with("at", past(random));
        entries.push(annotated(random, odd, entry));
    }
    entries
}

/// The record, the method, and whether the credential is a shared one.
fn authorization(random: &mut Random, odd: bool) -> (Record, &'static str, bool) {
    let method = *random.pick(&["none", "none", "oauth", "headers"]);
    let mut record = Record::new().with("method", method);
    let mut shared = false;
    if method != "none" {
        shared = random.chance(32);
        if shared {
            record.put("credentials", "shared");
        } else if random.chance(60) {
            record.put("credentials", "per-user");
        }
    }
    (annotated(random, odd, record), method, shared)
}

/// Names that K-12 lets through for the method; case decides nothing.
fn headers(random: &mut Random, method: &str) -> Vec<&'static str> {
    let mut names = random.some(&["x-team", "X-Api-Key", "x_1!#$%&'*+-.^`|~", "contents", "hosts", "mcpx"], 3);
    if method != "oauth" && random.chance(30) {
        names.push(*random.pick(&["authorization", "Authorization"]));
    }
    names
}

fn agents(random: &mut Random, all: &[String]) -> Vec<String> {
    if random.chance(55) {
        return all.to_vec();
    }
    let chosen = random.some(all, 2);
    if chosen.is_empty() { all.to_vec() } else { chosen }
}

/// Names and records of a server's tools.
fn tools(random: &mut Random, shape: &Shape, ground: &Ground<'_>, scope: usize, entry: Option<&Integration>) -> (Vec<String>, Vec<Node>) {
    // A custom server on an integration's host borrows names too: I-6 holds I-5 for its tools by name.
    let stock = entry.map_or(&[][..], |entry| &entry.tools);
    let mut names: Vec<String> = Vec::new();
    let (low, high) = shape.tools;
    let count = random.between(low, high);
    let mut tries = 0;
    while names.len() < count && tries < count * 3 {
        tries += 1;
        let known = if random.chance(if shape.odd { 90 } else { 70 }) { random.any(stock) } else { None };
        let name = match known {
            Some(tool) if tool.approved || random.chance(35) => tool.name.clone(),
            // Of an integration nearly all tools are its catalogue's.
            _ if entry.is_some() && !random.chance(14) => continue,
            _ => tool_name(random, shape.odd),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    while names.len() < low {
        names.push(format!("extra_{}", names.len()));
    }
    let path = ground.scopes.path(scope);
    let mut records = Vec::new();
    for name in &names {
        let mut record = Record::new()
            .with("name", name.as_str())
            .with("enabled", random.chance(92))
            .with("approval", *random.pick(&["default", "default", "default", "auto", "ask"]));
        if random.chance(22) {
            record.put("label", *random.pick(&["read", "read", "write"]));
            if random.chance(60) {
                record.put("labelAuthority", ground.scopes.list[*random.pick(&path)].id.as_str());
            }
        }
        if random.chance(30) {
            record.put("hint", *random.pick(&["read", "write"]));
        }
        if random.chance(50) {
            record.put("accepted", random.digest());
        }
        records.push(annotated(random, shape.odd, record).into());
    }
    (names, records)
}

/// What remains of deleted servers: history, which may name what is gone.
fn tombstones(random: &mut Random, shape: &Shape, ground: &Ground<'_>) -> Vec<Record> {
    let mut records = Vec::new();
    for number in 0..random.below(shape.servers / 4 + 2).min(100_000) {
        let gone = |random: &mut Random, known: &str, kind: &str| if random.chance(60) { known.to_owned() } else { format!("gone {kind}") };
        let scope = ground.scopes.list[random.below(ground.scopes.list.len())].id.as_str();
        let user = ground.users.list[random.below(ground.users.list.len())].id.as_str();
        let mut record = Record::new().with("id", format!("gone-{number}")).with("scope", gone(random, scope, "scope"));
        if random.chance(85) {
            record.put("owner", gone(random, user, "user"));
        }
        record.put("addressDigest", random.digest());
        record.put("deletedAt", past(random));
        if random.chance(80) {
            record.put("deletedBy", gone(random, user, "admin"));
        }
        if random.chance(30) {
            record.put("disabled", vec![gone(random, scope, "scope")]);
        }
        records.push(annotated(random, shape.odd, record));
    }
    records
}
