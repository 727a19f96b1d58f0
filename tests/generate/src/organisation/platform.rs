//! The platform's record: origins (section O), approval modes (K-4), the limit of a confirmation (U-7).

use crate::json::{Node, Record};
use crate::random::Random;

use super::catalog::Catalog;
use super::servers::Servers;
use super::{Page, annotated};

/// Patterns that hold most of what is generated.
const WIDE: &[&str] =
    &["https://*.example:*/*", "https://*.example.com:*", "https://*.example.net:*/*", "https://*.example.org:*/*", "http://*.example:*/*"];

/// Writes the record, or leaves it out.
pub(super) fn write(mut random: Random, catalog: &Catalog, servers: &Servers, page: &mut Page) {
    let odd = page.odd;
    if random.chance(8) {
        return;
    }
    let mut platform = Record::new();
    if random.chance(88) {
        let mut origins = Record::new();
        match random.below(30) {
            0..=8 => {}
            // An empty list refuses every address that is registered, and where it is enforced at use all else.
            9 if odd => origins.put("allow", Node::List(Vec::new())),
            _ => origins.put("allow", patterns(&mut random, catalog, servers)),
        }
        match random.below(4) {
            0 => {}
            1 => origins.put("enforce", vec!["register"]),
            2 => origins.put("enforce", vec!["register", "use"]),
            _ => origins.put("enforce", vec!["use", "register"]),
        }
        platform.put("origins", annotated(&mut random, odd, origins));
    }
    if random.chance(50) {
        let mut approval = Record::new();
        for label in ["read", "write", "unlabelled"] {
            if random.chance(50) {
                approval.put(label, *random.pick(&["auto", "ask"]));
            }
        }
        platform.put("approval", annotated(&mut random, odd, approval));
    }
    if random.chance(30) {
        platform.put("confirmationSeconds", *random.pick(&[0_i64, 1, 60, 300, 86_400]));
    }
    let platform = annotated(&mut random, odd, platform);
    page.whole("platform", &Node::Object(platform));
}

/// A list that holds most addresses of the organisation, and of the refused hosts some by name.
fn patterns(random: &mut Random, catalog: &Catalog, servers: &Servers) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut add = |pattern: String| {
        if !list.contains(&pattern) {
            list.push(pattern);
        }
    };
    for pattern in WIDE {
        if random.chance(97) {
            add((*pattern).to_owned());
        }
    }
    for entry in catalog.entries.iter().take(40) {
        for origin in &entry.origins {
            if random.chance(35) {
                add(origin.clone());
            }
        }
    }
    for host in &servers.hosts {
        let named = host.ends_with(".example") || host.contains(".example.");
        if random.chance(if named { 10 } else { 88 }) {
            add(match random.below(16) {
                0 => format!("https://{host}"),
                1 => format!("https://{host}/mcp"),
                2 => format!("http://{host}:9/"),
                _ => format!("https://{host}:*/*"),
            });
        }
    }
    if random.chance(20) {
        add("https://*.localhost/*".to_owned());
        add("https://*.internal:*".to_owned());
    }
    random.shuffle(&mut list);
    list
}
