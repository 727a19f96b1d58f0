//! `lockstep view`.

use serde_json::{Value, json};

use crate::run::{folder, run, run_with};

fn request(actor: &str, view: &Value) -> String {
    json!({"view": view, "actor": actor, "now": "2026-11-20T12:00:00Z"}).to_string()
}

fn view(actor: &str, view: &Value, more: &[&str]) -> crate::run::Run {
    run_with(&[&["view", "policy.json", "-"], more].concat(), request(actor, view).as_bytes())
}

#[test]
fn into_a_pipe_it_is_json() {
    let shown = view("ben", &json!({"kind": "integrations", "scope": "acme"}), &[]);
    assert_eq!(shown.status, 0, "{}", shown.err);
    let shown = shown.json();
    assert_eq!((&shown["view"], &shown["scope"]["name"]), (&json!("integrations"), &json!("Acme Machines")));
    let slack = shown["rows"].as_array().unwrap().iter().find(|row| row["integration"] == "slack").unwrap();
    assert_eq!((&slack["effective"], &slack["control"]["lock"]["badge"]), (&json!("off"), &json!("Locked by MSP")));
}

/// The three parts, the switches, the badges, and who can lift what is locked.
#[test]
fn the_settings_page_looks_like_one() {
    let page = view("ben", &json!({"kind": "settings", "scope": "acme"}), &["--text"]);
    assert_eq!(page.status, 0, "{}", page.err);
    assert!(page.out.starts_with("Acme Machines (tenant acme)\n"), "{}", page.out);
    let place = |text: &str| page.out.find(text).unwrap_or_else(|| panic!("{text} isn't in {}", page.out));
    let parts = ["\nEmergency stop\n", "\nIntegrations\n", "\nCustom servers\n", "\nInventory: 3 custom servers\n", "\nConfirmation\n"];
    assert!(parts.map(place).is_sorted(), "{}", page.out);
    let lines: Vec<&str> = page.out.lines().collect();
    let slack = lines.iter().position(|line| line.contains("<off> Slack")).unwrap_or_else(|| panic!("{}", page.out));
    assert!(lines[slack].ends_with("Locked by MSP"), "{}", page.out);
    assert!(lines[slack + 1].contains("An administrator of Northwind MSP or above can lift it"), "{}", page.out);
    assert!(lines.iter().any(|line| line.contains("[ on] GitHub") && line.contains("connected")), "{}", page.out);
    let creation = lines.iter().position(|line| line.contains("[off] creation")).unwrap_or_else(|| panic!("{}", page.out));
    assert!(lines[creation].contains("3 servers registered") && lines[creation + 1].contains("you can lift it there"), "{}", page.out);
    assert!(lines.iter().any(|line| line.contains("acme-wiki")), "{}", page.out);
    let mut badges = lines.iter().filter_map(|line| line.find("Locked by MSP"));
    let first = badges.next().unwrap_or_else(|| panic!("{}", page.out));
    assert!(
        badges.all(|column| column == first) && lines.iter().all(|line| !line.contains("Locked") || line.trim_end() == *line),
        "{}",
        page.out
    );
    assert!(!page.out.contains('\u{1b}'), "{}", page.out);
}

/// A plain user's page: what they may connect to, and what is blocked at which level.
#[test]
fn a_plain_user_sees_their_page() {
    let page = view("ana", &json!({"kind": "settings", "scope": "acme-hq"}), &["--text"]);
    assert!(page.out.contains("Integrations\n") && page.out.contains("connect\n"), "{}", page.out);
    assert!(page.out.contains("Locked by MSP") && page.out.contains("Contact your administrator"), "{}", page.out);
    assert!(!page.out.contains("Inventory") && !page.out.contains("Northwind MSP"), "{}", page.out);
}

#[test]
fn any_other_view_is_members_and_tables() {
    let catalog = view("omar", &json!({"kind": "catalog"}), &["--text"]);
    assert!(catalog.status == 0 && catalog.out.starts_with("catalog of revision "), "{}", catalog.out);
    assert!(catalog.out.contains("13 rows") && catalog.out.contains("add: false open"), "{}", catalog.out);
    let platform = view("omar", &json!({"kind": "platform"}), &["--text"]);
    assert!(platform.out.contains("levels\n") && platform.out.contains("platform: false not-administrator"), "{}", platform.out);
}

#[test]
fn activity_comes_beside() {
    let folder = folder("view-activity");
    let activity = folder.join("activity.json");
    let known = json!({"servers": {"acme-wiki": {"lastContact": {"at": "2026-11-20T11:00:00Z", "result": "unreachable"}}}});
    std::fs::write(&activity, known.to_string()).unwrap();
    let wanted = json!({"kind": "inventory", "scope": "acme"});
    let shown = view("ben", &wanted, &["--activity", activity.to_str().unwrap()]).json();
    let wiki = shown["rows"].as_array().unwrap().iter().find(|row| row["server"] == "acme-wiki").unwrap();
    assert_eq!(wiki["lastContact"]["ageSeconds"], 3600);
    std::fs::write(&activity, r#"{"servers": {"acme-wiki": {"lastContakt": {}}}}"#).unwrap();
    let broken = view("ben", &wanted, &["--activity", activity.to_str().unwrap()]);
    broken.is_an_error("lastContakt");
}

/// What isn't shown is status 1, and says why.
#[test]
fn no_view_is_status_1() {
    let hidden = view("ana", &json!({"kind": "inventory", "scope": "acme-hq"}), &[]);
    assert_eq!((hidden.status, &hidden.json()["reason"]), (1, &json!("not-administrator")));
    let unknown = view("ana", &json!({"kind": "custom", "scope": "globex"}), &["--text"]);
    assert_eq!((unknown.status, unknown.out.as_str()), (1, "no view: unknown-scope (Not available.)\n"));
    let typo = view("ana", &json!({"kind": "custom", "skope": "globex"}), &["--text"]);
    assert!(
        typo.status == 1 && typo.out.contains("`skope`") && typo.out.ends_with("no view: invalid-request, 1 problem\n"),
        "{}",
        typo.out
    );
    run(&["view", "policy.json", "gone.json"]).is_an_error("gone.json");
    run(&["view", "-", "-"]).is_an_error("only once");
}

/// Rows begin with names, end with what may be done, and say why something may not.
#[test]
fn rows_say_what_may_be_done() {
    let users = view("omar", &json!({"kind": "users", "scope": "acme"}), &["--text"]);
    let lines: Vec<&str> = users.out.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with(" name") && line.trim_end().ends_with(" controls")), "{}", users.out);
    let row = |name: &str| *lines.iter().find(|line| line.starts_with(&format!(" {name} "))).unwrap_or_else(|| panic!("{}", users.out));
    assert!(row("Ana Ruiz").ends_with(" access, remove, revoke"), "{}", users.out);
    assert!(row("Emi Tanaka").ends_with(" access, revoke, remove: last-manager"), "{}", users.out);
    let ana = view("omar", &json!({"kind": "user", "user": "ana"}), &["--text"]);
    assert!(ana.out.contains("\ntokens active 2, expired 1\n") && !ana.out.contains("rows agent"), "{}", ana.out);
}
