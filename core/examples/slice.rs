//! What a slice takes in an organisation of 1,000,000 servers in 10,000 tenants (P-6): one tenant, one workspace, one user.
//!
//! `cargo run --release -p lockstep-policy --example slice [TENANTS]`

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement stops at the first thing that is wrong")]

#[path = "../benches/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::Instant;

use common::Shape;
use lockstep_policy::{Policy, SliceOf};

fn main() {
    let tenants: usize = std::env::args().nth(1).and_then(|tenants| tenants.parse().ok()).unwrap_or(10_000);
    let shape = Shape { tenants, workspaces: 4, users: 10, servers: 25, tools: 2 };
    let policy = Policy::load(shape.document().as_bytes()).unwrap();
    println!("{tenants} tenants, {} servers, {} users", tenants * 100, tenants * 40);
    println!("{:10} {:>12} {:>12} {:>14} {:>10}", "slice of", "median us", "worst us", "with JSON us", "bytes");
    let places: Vec<(String, String, String)> = (0..100)
        .map(|number| {
            let tenant = number * 7919 % tenants;
            let workspace = common::workspace_id(tenant, number % 4);
            (format!("tenant-{tenant}"), common::user_id(&workspace, 0), workspace)
        })
        .collect();
    type Of<'a> = fn(&'a (String, String, String)) -> SliceOf<'a>;
    let kinds: [(&str, Of<'_>); 3] = [
        ("a tenant", |place| SliceOf::Scope(&place.0)),
        ("workspace", |place| SliceOf::Scope(&place.2)),
        ("a user", |place| SliceOf::User { user: &place.1, workspace: &place.2 }),
    ];
    for (name, of) in kinds {
        let (mut cut, mut written, mut bytes) = (Vec::new(), Vec::new(), 0);
        for place in &places {
            let start = Instant::now();
            let slice = policy.slice(of(place)).unwrap();
            cut.push(start.elapsed());
            let text = black_box(slice.canonical());
            written.push(start.elapsed());
            bytes = text.len();
        }
        cut.sort();
        written.sort();
        let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6;
        println!("{name:10} {:>12.1} {:>12.1} {:>14.1} {bytes:>10}", micros(cut[50]), micros(cut[99]), micros(written[50]));
    }
}
