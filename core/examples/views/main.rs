//! How long the first page and a middle one of each paged view take, 50 rows each, in an organisation of a million servers and
//! 400,000 users; and a page of 400 integrations, typed and as JSON.
//!
//! `cargo run --release --example views -- 1000` (the number of tenants, 1,000 servers and 400 users each)

#![allow(clippy::unwrap_used, clippy::panic, reason = "a tool that measures stops at what is wrong")]

mod organisation;

use std::hint::black_box;
use std::time::{Duration, Instant};

use lockstep_policy::Policy;
use lockstep_policy::activity::Activity;
use lockstep_policy::view::ViewRequest;
use organisation::{NOW, SERVERS, USERS, WORKSPACES};

/// Each is asked so often, and the median counts.
const TIMES: usize = 31;

fn main() {
    let tenants: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(50);
    let policy = Policy::load(organisation::document(tenants).as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
    println!("{} servers, {} users, 400 integrations", tenants * WORKSPACES * SERVERS, tenants * WORKSPACES * USERS);
    println!("\n{:<36}{:>9}{:>9}{:>9}{:>9}", "page of 50, median us", "first", "as JSON", "middle", "as JSON");
    let (host, admin) = (r#""host":true"#, r#""actor":"omar""#);
    let (owner, delegate) = (r#""actor":"user-0-0-0""#, r#""actor":"user-0-0-1""#);
    let views = [
        ("scopes of the root, host", r#"{"kind":"scopes","scope":"northwind"}"#, host),
        ("scopes of the root, administrator", r#"{"kind":"scopes","scope":"northwind"}"#, admin),
        ("settings of the root", r#"{"kind":"settings","scope":"northwind"}"#, admin),
        ("settings of a tenant", r#"{"kind":"settings","scope":"tenant-0"}"#, admin),
        ("integrations of the root", r#"{"kind":"integrations","scope":"northwind"}"#, admin),
        ("integrations of a workspace", r#"{"kind":"integrations","scope":"workspace-0-0"}"#, owner),
        ("inventory of the root", r#"{"kind":"inventory","scope":"northwind"}"#, admin),
        ("inventory of a tenant", r#"{"kind":"inventory","scope":"tenant-0"}"#, admin),
        ("own servers", r#"{"kind":"my-servers","workspace":"workspace-0-0"}"#, owner),
        ("servers of a workspace, host", r#"{"kind":"servers","scope":"workspace-0-0"}"#, host),
        ("servers of a workspace, member", r#"{"kind":"servers","scope":"workspace-0-0"}"#, owner),
        ("connectors of a delegate", r#"{"kind":"connectors"}"#, delegate),
        ("a space", r#"{"kind":"space","space":"space-0-0"}"#, admin),
        ("virtual servers of a tenant", r#"{"kind":"virtual-servers","scope":"tenant-0"}"#, admin),
        ("virtual servers that one manages", r#"{"kind":"virtual-servers"}"#, owner),
        ("what a user reaches", r#"{"kind":"access","user":"user-0-0-1","workspace":"workspace-0-0"}"#, admin),
        ("who reaches a tool", r#"{"kind":"access","server":"server-0-0-3","tool":"list_records","workspace":"workspace-0-0"}"#, admin),
        ("the catalogue", r#"{"kind":"catalog"}"#, admin),
        ("users of a tenant", r#"{"kind":"users","scope":"tenant-0"}"#, admin),
        ("users of the root", r#"{"kind":"users","scope":"northwind"}"#, admin),
    ];
    for (name, view, actor) in views {
        let (typed, json, first) = time(&policy, &ask(view, actor, None, 50));
        let middle = middle(&policy, view, actor);
        let shown = middle.map(|after| time(&policy, &ask(view, actor, Some(&after), 50)));
        let of = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), micros);
        let (middle, middle_json) = (shown.as_ref().map(|(typed, ..)| *typed), shown.as_ref().map(|(_, json, _)| *json));
        assert!(first.len() > 2_000, "{name}: {first}");
        println!("{name:<36}{:>9}{:>9}{:>9}{:>9}", micros(typed), micros(json), of(middle), of(middle_json));
    }
    println!();
    for (name, scope, actor) in [
        ("root, administrator", "northwind", admin),
        ("tenant, administrator", "tenant-0", admin),
        ("workspace, member", "workspace-0-0", owner),
    ] {
        let (typed, json, text) = time(&policy, &ask(&format!(r#"{{"kind":"integrations","scope":"{scope}"}}"#), actor, None, 400));
        println!("400 integrations, {name}: {} us, {} us with its JSON of {} bytes", micros(typed), micros(json), text.len());
    }
}

fn micros(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e6)
}

fn ask(view: &str, actor: &str, after: Option<&str>, size: usize) -> String {
    let after = after.map(|after| format!(r#","after":"{after}""#)).unwrap_or_default();
    // The settings page holds the first pages of its parts.
    format!(r#"{{"view":{view},{actor},"now":"{NOW}","page":{{"size":{size}{after}}}}}"#)
}

/// The median of a view as values, the same with its JSON, and the JSON.
fn time(policy: &Policy, request: &str) -> (Duration, Duration, String) {
    let request = ViewRequest::read(request.as_bytes());
    let activity = Activity::default();
    let view = || policy.view(&request, &activity).unwrap_or_else(|refusal| panic!("{}", refusal.to_json()));
    let median = |work: &dyn Fn()| {
        let mut times: Vec<Duration> = (0..TIMES)
            .map(|_| {
                let begun = Instant::now();
                work();
                begun.elapsed()
            })
            .collect();
        times.sort_unstable();
        times.get(TIMES / 2).copied().unwrap_or_default()
    };
    let typed = median(&|| drop(black_box(view())));
    let json = median(&|| drop(black_box(view().to_json())));
    (typed, json, view().to_json())
}

/// The cursor in the middle of all rows; none where there is one page alone, or none at all.
fn middle(policy: &Policy, view: &str, actor: &str) -> Option<String> {
    if view.contains(r#""settings""#) {
        return None;
    }
    let mut cursors = vec![];
    let next = |text: &str| text.rsplit_once(r#","next":""#).map(|(_, next)| next.trim_end_matches(['"', '}']).to_owned());
    let page = |after: Option<&str>, size: usize| {
        let text = ask(view, actor, after, size);
        let request = ViewRequest::read(text.as_bytes());
        let activity = Activity::default();
        let view = policy.view(&request, &activity).unwrap_or_else(|refusal| panic!("{}", refusal.to_json()));
        next(&view.to_json())
    };
    // Long lists by thousands, short ones by fifties.
    for size in [1_000, 50] {
        cursors.clear();
        let mut after = None;
        while let Some(cursor) = page(after.as_deref(), size) {
            cursors.push(cursor.clone());
            after = Some(cursor);
        }
        if cursors.len() > 1 {
            break;
        }
    }
    cursors.get(cursors.len() / 2).cloned()
}
