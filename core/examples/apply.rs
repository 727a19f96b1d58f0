//! What each kind of change takes in a large organisation, and whether that grows with it: median and worst of some
//! hundred different subjects, each change made to the same policy.
//!
//! `cargo run --release -p lockstep-policy --example apply [TENANTS [WORKSPACES]]`: 1,000 tenants of 10 workspaces with 100 servers
//! each have 1,000,000 servers; so have 10,000 of one, whose figures stand beside those of 10.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a measurement stops at the first thing that is wrong")]

#[path = "../benches/common/mod.rs"]
mod common;

use std::time::Instant;

use common::Shape;
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;

const NOW: &str = "2026-11-20T12:00:00Z";
const DIGEST: &str = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

/// What a change of one kind is made to: a workspace of its own, and what the preparation put there.
struct Subject {
    number: usize,
    tenant: String,
    workspace: String,
    user: String,
    other: String,
    server: String,
}

impl Subject {
    fn new(number: usize, shape: &Shape) -> Self {
        // Spread over the organisation.
        let place = number * 7919 % (shape.tenants * shape.workspaces);
        let tenant = place / shape.workspaces;
        let workspace = common::workspace_id(tenant, place % shape.workspaces);
        Self {
            number,
            tenant: format!("tenant-{tenant}"),
            user: common::user_id(&workspace, 0),
            other: common::user_id(&workspace, 1),
            server: common::server_id(&workspace, 0),
            workspace,
        }
    }

    /// The changes that bring about what the measured ones need.
    fn preparation(&self) -> String {
        let Self { number, tenant, workspace, user, server, .. } = self;
        let register = |id: &str, visibility: &str| {
            format!(
                r#"{{"kind":"register-server","server":{{"id":"{id}-{number}","scope":"{workspace}","source":{{"kind":"custom"}},"name":"Notes","address":"https://notes.example.com/mcp/{number}","owner":"{user}","visibility":"{visibility}","switch":"on","authorization":{{"method":"none"}},"agents":["assistant"]}}}}"#
            )
        };
        let changes = [
            format!(r#"{{"kind":"set","scope":"{tenant}","as":"{tenant}","settings":{{"custom":{{"creation":null}}}}}}"#),
            format!(r#"{{"kind":"set","scope":"{tenant}","settings":{{"custom":{{"use":null}}}}}}"#),
            register("private", "private"),
            register("shared", "shared"),
            format!(r#"{{"kind":"refresh-tools","server":"private-{number}","tools":[{{"name":"read","digest":"{DIGEST}"}}]}}"#),
            format!(r#"{{"kind":"edit-user","user":"{user}","permissions":["connectors.admin.read"]}}"#),
            format!(r#"{{"kind":"set-assignees","server":"{server}","assignees":["{user}"]}}"#),
            format!(
                r#"{{"kind":"add-user","user":{{"id":"boss-{number}","name":"Boss","memberOf":[],"administers":["{tenant}"],"access":"disabled"}}}}"#
            ),
            format!(r#"{{"kind":"add-scope","scope":{{"id":"empty-{number}","level":"workspace","parent":"{tenant}","name":"Empty"}}}}"#),
            format!(r#"{{"kind":"add-space","scope":"{workspace}","space":{{"id":"more-{number}","name":"More"}}}}"#),
            format!(r#"{{"kind":"put-agent","agent":{{"id":"agent-{}","name":"Agent"}}}}"#, number % 100),
            format!(
                r#"{{"kind":"put-client","client":{{"id":"client-{}","name":"Client","configuration":"{{endpoint}}"}}}}"#,
                number % 100
            ),
            format!(
                r#"{{"kind":"put-integration","integration":{{"id":"new-{number}","name":"New","approved":true,"origins":["https://new-{number}.example.com/mcp"],"tools":[]}}}}"#
            ),
            format!(r#"{{"kind":"disable-server","server":"shared-{number}"}}"#),
        ];
        format!(r#"{{"kind":"batch","changes":[{}]}}"#, changes.join(","))
    }

    /// A virtual server, which a person creates.
    fn virtual_server(&self) -> String {
        let Self { number, tenant, server, .. } = self;
        format!(
            r#"{{"kind":"create-virtual-server","virtualServer":{{"id":"virtual-{number}","scope":"{tenant}","name":"Virtual","state":"draft","tools":[{{"server":"{server}","tool":"{}"}}]}}}}"#,
            common::tool_name(0)
        )
    }

    /// A change of each kind, with its actor.
    fn changes(&self) -> Vec<(&'static str, &'static str, String)> {
        let Self { number, tenant, workspace, user, other, server } = self;
        let tool = common::tool_name(0);
        let root = "omar";
        vec![
            ("set at the root", root, r#"{"kind":"set","scope":"northwind","settings":{"newIntegrations":"off"}}"#.to_owned()),
            ("set at a tenant", root, format!(r#"{{"kind":"set","scope":"{tenant}","settings":{{"floors":{{"read":"ask"}}}}}}"#)),
            ("set at a workspace", root, format!(r#"{{"kind":"set","scope":"{workspace}","settings":{{"servers":{{}},"all":"off"}}}}"#)),
            ("preset", root, r#"{"kind":"preset","scope":"northwind","preset":"lockdown"}"#.to_owned()),
            ("set-feature", root, format!(r#"{{"kind":"set-feature","scope":"{tenant}","feature":"accessControl","value":false}}"#)),
            (
                "register-server",
                "user",
                format!(
                    r#"{{"kind":"register-server","server":{{"id":"fresh-{number}","scope":"{workspace}","source":{{"kind":"integration","integration":"integration-1"}},"name":"Fresh","address":"https://api-1.example.com/mcp","visibility":"private","switch":"on","authorization":{{"method":"oauth"}},"agents":["assistant"]}}}}"#
                ),
            ),
            (
                "readdress-server",
                "user",
                format!(
                    r#"{{"kind":"readdress-server","server":"private-{number}","newServer":"moved-{number}","address":"https://moved.example.com/mcp/x"}}"#
                ),
            ),
            ("edit-server", "user", format!(r#"{{"kind":"edit-server","server":"private-{number}","name":"Other"}}"#)),
            ("set-visibility", "user", format!(r#"{{"kind":"set-visibility","server":"private-{number}","visibility":"shared"}}"#)),
            ("switch-server", root, format!(r#"{{"kind":"switch-server","server":"{server}","switch":"off"}}"#)),
            ("disable-server", root, format!(r#"{{"kind":"disable-server","server":"{server}"}}"#)),
            ("enable-server", root, format!(r#"{{"kind":"enable-server","server":"shared-{number}"}}"#)),
            ("delete-server", root, format!(r#"{{"kind":"delete-server","server":"{server}"}}"#)),
            ("set-agents", root, format!(r#"{{"kind":"set-agents","server":"{server}","agents":["builder"]}}"#)),
            ("set-spaces", root, format!(r#"{{"kind":"set-spaces","server":"{server}","spaces":["space-{workspace}"]}}"#)),
            ("set-assignees", root, format!(r#"{{"kind":"set-assignees","server":"{server}","assignees":[]}}"#)),
            ("set-tool", root, format!(r#"{{"kind":"set-tool","server":"{server}","tool":"{tool}","approval":"ask","label":"write"}}"#)),
            (
                "refresh-tools",
                root,
                format!(r#"{{"kind":"refresh-tools","server":"{server}","tools":[{{"name":"brand_new","digest":"{DIGEST}"}}]}}"#),
            ),
            ("accept-tool", root, format!(r#"{{"kind":"accept-tool","server":"{server}","tool":"{tool}","digest":"{DIGEST}"}}"#)),
            ("waive-shared-credential", root, format!(r#"{{"kind":"waive-shared-credential","server":"{server}","reason":"for now"}}"#)),
            (
                "add-user",
                "host",
                format!(
                    r#"{{"kind":"add-user","user":{{"id":"fresh-{number}","name":"Fresh","memberOf":["{workspace}"],"administers":[],"access":"enabled"}}}}"#
                ),
            ),
            ("edit-user", root, format!(r#"{{"kind":"edit-user","user":"{user}","memberOf":["{workspace}","{tenant}"]}}"#)),
            ("remove-user", "host", format!(r#"{{"kind":"remove-user","user":"{user}"}}"#)),
            ("set-access", "host", format!(r#"{{"kind":"set-access","user":"{other}","access":"disabled"}}"#)),
            (
                "issue-token",
                root,
                format!(
                    r#"{{"kind":"issue-token","user":"{other}","token":{{"id":"fresh-{number}","client":"desktop","workspace":"{workspace}","agent":"assistant","expiresAt":"2027-01-01T00:00:00Z"}}}}"#
                ),
            ),
            ("revoke-tokens", root, format!(r#"{{"kind":"revoke-tokens","users":["{other}"]}}"#)),
            (
                "add-scope",
                root,
                format!(
                    r#"{{"kind":"add-scope","scope":{{"id":"fresh-{number}","level":"workspace","parent":"{tenant}","name":"Fresh"}}}}"#
                ),
            ),
            ("edit-scope", root, format!(r#"{{"kind":"edit-scope","scope":"{workspace}","name":"Other"}}"#)),
            ("remove-scope", root, format!(r#"{{"kind":"remove-scope","scope":"empty-{number}"}}"#)),
            (
                "add-space",
                root,
                format!(r#"{{"kind":"add-space","scope":"{workspace}","space":{{"id":"fresh-{number}","name":"Fresh"}}}}"#),
            ),
            ("edit-space", root, format!(r#"{{"kind":"edit-space","space":"more-{number}","name":"Other"}}"#)),
            ("remove-space", root, format!(r#"{{"kind":"remove-space","space":"space-{workspace}"}}"#)),
            (
                "put-integration",
                root,
                format!(
                    r#"{{"kind":"put-integration","integration":{{"id":"fresh-{number}","name":"Fresh","approved":true,"origins":["https://fresh.example.com/mcp"],"tools":[{{"name":"read","approved":true}}]}}}}"#
                ),
            ),
            ("remove-integration", root, format!(r#"{{"kind":"remove-integration","integration":"new-{number}"}}"#)),
            ("put-agent", root, format!(r#"{{"kind":"put-agent","agent":{{"id":"fresh-{number}","name":"Fresh"}}}}"#)),
            ("remove-agent", root, format!(r#"{{"kind":"remove-agent","agent":"agent-{}"}}"#, number % 100)),
            (
                "put-client",
                root,
                format!(r#"{{"kind":"put-client","client":{{"id":"fresh-{number}","name":"Fresh","configuration":"x"}}}}"#),
            ),
            ("remove-client", root, format!(r#"{{"kind":"remove-client","client":"client-{}"}}"#, number % 100)),
            ("set-level-label", root, r#"{"kind":"set-level-label","level":"msp","label":"Provider"}"#.to_owned()),
            ("set-platform", "host", r#"{"kind":"set-platform","platform":{"confirmationSeconds":60}}"#.to_owned()),
            ("create-virtual-server", root, self.virtual_server().replace(&format!("virtual-{number}"), &format!("fresh-{number}"))),
            ("edit-virtual-server", root, format!(r#"{{"kind":"edit-virtual-server","virtualServer":"virtual-{number}","name":"Other"}}"#)),
            ("set-virtual-tools", root, format!(r#"{{"kind":"set-virtual-tools","virtualServer":"virtual-{number}","tools":[]}}"#)),
            (
                "set-virtual-state",
                root,
                format!(r#"{{"kind":"set-virtual-state","virtualServer":"virtual-{number}","state":"published"}}"#),
            ),
            ("grant", root, format!(r#"{{"kind":"grant","virtualServer":"virtual-{number}","user":"{user}","grant":"connect"}}"#)),
            ("ungrant", root, format!(r#"{{"kind":"ungrant","virtualServer":"virtual-{number}","user":"{other}","grant":"connect"}}"#)),
            ("delete-virtual-server", root, format!(r#"{{"kind":"delete-virtual-server","virtualServer":"virtual-{number}"}}"#)),
        ]
    }
}

fn actor(subject: &Subject, who: &str) -> String {
    match who {
        "host" => r#"{"host":true}"#.to_owned(),
        "user" => format!(r#"{{"user":"{}"}}"#, subject.user),
        id => format!(r#"{{"user":"{id}"}}"#),
    }
}

fn request(policy: &Policy, actor: &str, change: &str) -> String {
    format!(r#"{{"actor":{actor},"now":"{NOW}","revision":{},"change":{change}}}"#, policy.revision())
}

fn apply(policy: &Policy, actor: &str, change: &str) -> Policy {
    let text = request(policy, actor, change);
    match policy.apply(&ChangeRequest::read(text.as_bytes())) {
        Ok(applied) => applied.policy,
        Err(refusal) => panic!("{change}: {}", refusal.to_json()),
    }
}

fn main() {
    let mut counts = std::env::args().skip(1).map(|count| count.parse::<usize>().unwrap_or_else(|_| panic!("not a count: {count}")));
    let (tenants, workspaces) = (counts.next().unwrap_or(1_000), counts.next().unwrap_or(10));
    let shape = Shape { tenants, workspaces, users: 40, servers: 100, tools: 2 };
    let mut policy = Policy::load(shape.document().as_bytes()).unwrap();
    let subjects: Vec<Subject> = (0..100.min(tenants * workspaces)).map(|number| Subject::new(number, &shape)).collect();
    for subject in &subjects {
        policy = apply(&policy, r#"{"host":true}"#, &subject.preparation());
        policy = apply(&policy, r#"{"user":"omar"}"#, &subject.virtual_server());
        let grant =
            format!(r#"{{"kind":"grant","virtualServer":"virtual-{}","user":"{}","grant":"connect"}}"#, subject.number, subject.other);
        policy = apply(&policy, r#"{"user":"omar"}"#, &grant);
    }
    println!("{tenants} tenants, {} servers, {} users", tenants * workspaces * 100, tenants * workspaces * 40);
    println!("{:28} {:>10} {:>10} {:>10}", "change", "median us", "worst us", "read us");
    let kinds = subjects[0].changes().len();
    for kind in 0..kinds {
        let (mut times, mut reads, mut name) = (Vec::new(), Vec::new(), "");
        for subject in &subjects {
            let (kind, who, change) = subject.changes().swap_remove(kind);
            name = kind;
            let text = request(&policy, &actor(subject, who), &change);
            let start = Instant::now();
            let asked = ChangeRequest::read(text.as_bytes());
            reads.push(start.elapsed());
            let start = Instant::now();
            let outcome = policy.apply(&asked);
            times.push(start.elapsed());
            match outcome {
                Ok(applied) => assert!(applied.changed, "{change} changes nothing"),
                Err(refusal) => panic!("{change}: {}", refusal.to_json()),
            }
        }
        times.sort();
        reads.sort();
        let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6;
        let (median, worst, read) = (times[times.len() / 2], times[times.len() - 1], reads[reads.len() / 2]);
        println!("{name:28} {:>10.1} {:>10.1} {:>10.1}", micros(median), micros(worst), micros(read));
    }
}
