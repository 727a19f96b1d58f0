//! What previews take in a large organisation: the median and the worst of some runs of each.
//!
//! `cargo run --release -p lockstep-policy --example preview [TENANTS]` (1,000 tenants have 1,000,000 servers)

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a measurement stops at the first thing that is wrong")]

#[path = "../benches/common/mod.rs"]
mod common;

use std::time::Instant;

use common::Shape;
use lockstep_policy::Policy;
use lockstep_policy::change::ChangeRequest;

const RUNS: usize = 11;

fn main() {
    let tenants: usize = std::env::args().nth(1).and_then(|tenants| tenants.parse().ok()).unwrap_or(1_000);
    let shape = Shape { tenants, workspaces: 10, users: 40, servers: 100, tools: 2 };
    // Tenants that turn nothing off by themselves, so that everything is left to be.
    let document = shape
        .document()
        .replace(r#""settings":{"custom":{"creation":"off"}},"imposed":{"northwind":{"custom":{"use":"off"}}}"#, r#""settings":{}"#);
    let policy = Policy::load(document.as_bytes()).unwrap();
    println!("{tenants} tenants, {} servers, {} users", tenants * 1_000, tenants * 400);
    let workspace = common::workspace_id(0, 0);
    let (server, user) = (common::server_id(&workspace, 0), common::user_id(&workspace, 0));
    let changes = [
        ("lockdown at the root", r#"{"kind":"preset","scope":"northwind","preset":"lockdown"}"#.to_owned()),
        ("the stop at the root", r#"{"kind":"set","scope":"northwind","settings":{"all":"off"}}"#.to_owned()),
        ("use off at the root", r#"{"kind":"set","scope":"northwind","settings":{"custom":{"use":"off"}}}"#.to_owned()),
        ("new integrations off at the root", r#"{"kind":"set","scope":"northwind","settings":{"newIntegrations":"off"}}"#.to_owned()),
        ("the stop at a workspace", format!(r#"{{"kind":"set","scope":"{workspace}","settings":{{"all":"off"}}}}"#)),
        ("disable-server", format!(r#"{{"kind":"disable-server","server":"{server}"}}"#)),
        ("remove-user", format!(r#"{{"kind":"remove-user","user":"{user}"}}"#)),
    ];
    for (name, change) in changes {
        let actor = r#"{"user":"omar","confirmedAt":"2026-11-20T11:59:00Z"}"#;
        let text = format!(r#"{{"actor":{actor},"now":"2026-11-20T12:00:00Z","revision":{},"change":{change}}}"#, policy.revision());
        let request = ChangeRequest::read(text.as_bytes());
        let mut times = Vec::new();
        let mut affects = String::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let preview = policy.preview(&request).unwrap_or_else(|refusal| panic!("{change}: {}", refusal.to_json()));
            times.push(start.elapsed().as_secs_f64() * 1e3);
            let found = &preview.impact.affects;
            affects = format!(
                "{} workspaces, {} users, {} servers, {} tokens",
                found.workspaces.count, found.users.count, found.servers.count, found.tokens.count
            );
        }
        times.sort_by(f64::total_cmp);
        println!("{name:34} {:>9.3} ms {:>9.3} ms  {affects}", times[RUNS / 2], times[RUNS - 1]);
    }
}
