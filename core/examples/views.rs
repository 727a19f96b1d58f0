//! How long the first page and a middle one of each paged view take, in an organisation of a million servers.
//!
//! `cargo run --release --example views -- 2500` (the number of tenants, 400 servers and 160 users each)

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool that measures stops at what is wrong")]

#[path = "../benches/common/organisation.rs"]
#[allow(dead_code, reason = "shared with the benchmarks, which use the rest")]
mod organisation;

use std::time::Instant;

use lockstep_policy::Policy;
use lockstep_policy::activity::Activity;
use lockstep_policy::document::{Access, Document};
use lockstep_policy::view::ViewRequest;
use organisation::{NOW, Shape};

/// Each is asked so often, and the median counts.
const TIMES: usize = 21;

fn main() {
    let tenants = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(50);
    let text = Shape { tenants, workspaces: 4, users: 40, servers: 100, tools: 4 }.document();
    let document = Document::read(text.as_bytes()).unwrap();
    // Whoever administers most looks at the root; somebody of the last workspace at theirs.
    let admin = document.users.iter().find(|user| !user.administers.is_empty()).map(|user| user.id.to_string());
    let member = document.users.iter().filter(|user| user.access == Access::Enabled && user.administers.is_empty()).last().unwrap();
    let (member, workspace): (String, String) = (member.id.to_string(), member.member_of.first().unwrap().to_string());
    let root: String = document.scopes.iter().find(|scope| scope.parent.is_none()).unwrap().id.to_string();
    let tenant: String =
        document.scopes.iter().find(|scope| *scope.id == *workspace).and_then(|scope| scope.parent.as_ref()).unwrap().to_string();
    println!("{} servers, {} users; an administrator: {admin:?}", document.servers.len(), document.users.len());
    drop(document);
    let policy = Policy::load(text.as_bytes()).unwrap();
    let host = r#""host":true"#.to_owned();
    let by = |user: &str| format!(r#""actor":"{user}""#);
    let views = [
        ("scopes of the root", format!(r#"{{"kind":"scopes","scope":"{root}"}}"#), host.clone()),
        ("integrations of the root", format!(r#"{{"kind":"integrations","scope":"{root}"}}"#), host.clone()),
        ("inventory of the root", format!(r#"{{"kind":"inventory","scope":"{root}"}}"#), host.clone()),
        ("users of the root", format!(r#"{{"kind":"users","scope":"{root}"}}"#), host.clone()),
        ("users of a tenant", format!(r#"{{"kind":"users","scope":"{tenant}"}}"#), host.clone()),
        ("servers of a workspace, host", format!(r#"{{"kind":"servers","scope":"{workspace}"}}"#), host.clone()),
        ("servers of a workspace, member", format!(r#"{{"kind":"servers","scope":"{workspace}"}}"#), by(&member)),
        ("own servers", format!(r#"{{"kind":"my-servers","workspace":"{workspace}"}}"#), by(&member)),
        ("what a user reaches", format!(r#"{{"kind":"access","user":"{member}","workspace":"{workspace}"}}"#), by(&member)),
        ("virtual servers", format!(r#"{{"kind":"virtual-servers","scope":"{workspace}"}}"#), host.clone()),
        ("a user", format!(r#"{{"kind":"user","user":"{member}"}}"#), host),
    ];
    let activity = Activity::default();
    for (name, view, actor) in views {
        let ask = |page: &str| format!(r#"{{"view":{view},{actor},"now":"{NOW}"{page}}}"#);
        let time = |request: &str| {
            let request = ViewRequest::read(request.as_bytes());
            let mut times: Vec<u128> = (0..TIMES)
                .map(|_| {
                    let start = Instant::now();
                    let text = policy.view(&request, &activity).map_or_else(|refusal| refusal.to_json(), |view| view.to_json());
                    assert!(text.contains("revision"));
                    start.elapsed().as_micros()
                })
                .collect();
            times.sort_unstable();
            let shown = policy.view(&request, &activity).map_or_else(|refusal| refusal.to_json(), |view| view.to_json());
            (times.get(TIMES / 2).copied().unwrap_or_default(), shown)
        };
        let (first, shown) = time(&ask(""));
        let next = shown.rsplit_once(r#""next":""#).map(|(_, next)| next.trim_end_matches(['"', '}']).to_owned());
        let middle = next.map(|next| time(&ask(&format!(r#","page":{{"after":"{next}"}}"#))).0);
        let rows = shown.matches(r#""controls""#).count();
        println!(
            "{name:<34} first {first:>8} us, next {:>8} us ({} bytes, {rows} controls)",
            middle.map_or("-".to_owned(), |middle| middle.to_string()),
            shown.len()
        );
    }
}
