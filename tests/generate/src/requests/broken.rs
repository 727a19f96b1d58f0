//! Texts that are no request: wrong shapes, wrong values, wrong JSON; and actions that nobody knows.

use std::borrow::Cow;

use crate::json::{Node, Record, Style};
use crate::random::Random;

use super::draft::Draft;

/// An action that isn't one; its target may be any JSON.
pub(super) fn unknown_action(random: &mut Random, style: &mut Style, draft: &Draft) -> String {
    let mut node = draft.node();
    let name = *random.pick(&["tool.delete", "", "Tool.call", "tool.call ", "resources.read", "*", "server", "\u{0}"]);
    *member(&mut node, "action") = name.into();
    if random.chance(40) {
        let odd = [Node::from("x"), Node::Flag(true), Node::Integer(7), Node::List(Vec::new()), nested(random.between(2, 70))];
        *member(&mut node, "target") = odd[random.below(odd.len())].clone();
    }
    style.text(&node)
}

/// A text that is no valid request.
pub(super) fn text(random: &mut Random, style: &mut Style, draft: &Draft) -> String {
    let mut node = draft.node();
    match random.below(4) {
        0 => return garbled(random, &style.text(&node)),
        1 => reshape(random, &mut node),
        2 => misfit(random, &mut node),
        _ => misvalue(random, &mut node),
    }
    style.text(&node)
}

/// What isn't JSON, or not the JSON of section 1.
fn garbled(random: &mut Random, text: &str) -> String {
    match random.below(14) {
        0 => String::new(),
        1 => " \n".to_owned(),
        2 => "null".to_owned(),
        3 => format!("[{text}]"),
        4 => text.chars().take(random.below(text.chars().count())).collect(),
        5 => format!("{text}}}"),
        6 => format!("{text} {text}"),
        7 => text.replacen('{', "{,", 1),
        8 => format!("\u{feff}{text}"),
        9 => format!("{},\"action\":\"tool.call\"}}", text.trim_end_matches('}')),
        10 => text.replacen('"', "'", 2),
        11 => text.replacen('{', "{\"\\ud800\":1,", 1),
        12 => text.replacen('{', "{/* no comments */", 1),
        _ => text.replacen(':', ":\u{a0}", 1),
    }
}

/// A member that is missing, null, unknown or double, anywhere.
fn reshape(random: &mut Random, node: &mut Node) {
    let place = *random.pick(&["", "", "caller", "target", "context"]);
    let Node::Object(record) = (if place.is_empty() { node } else { member(node, place) }) else { return };
    let Some(index) = (!record.is_empty()).then(|| random.below(record.0.len())) else { return };
    match random.below(5) {
        0 => {
            let required = ["action", "target", "context", "user", "credential", "workspace", "kind", "now", "server"];
            record.0.retain(|(key, _)| !required.contains(&key.as_ref()));
        }
        1 => record.0[index].1 = Node::Raw("null".to_owned()),
        2 => record.put((*random.pick(&["extra", "Action", "annotations", "", "now "])).to_owned(), "x"),
        3 => {
            let twice = record.0[index].clone();
            record.0.push(twice);
        }
        _ => record.0[index].1 = Node::List(vec![Node::Integer(1)]),
    }
}

/// A target that the action doesn't take, a caller where none may miss, a space that must be there.
fn misfit(random: &mut Random, node: &mut Node) {
    let kind = *random.pick(&["tool", "virtual-tool", "server", "registration", "integration", "virtual-server", "Tool", "", "none"]);
    match random.below(4) {
        0 => *member(node, "action") = (*random.pick(&["integration.connect", "virtual-server.connect", "server.authorize"])).into(),
        1 => *member(member(node, "target"), "kind") = kind.into(),
        2 => {
            *member(node, "action") = "tool.call".into();
            remove(node, "caller");
        }
        _ => {
            *member(node, "action") = "space.assign".into();
            remove(member(node, "caller"), "space");
        }
    }
}

/// A value of the right place and the wrong form.
fn misvalue(random: &mut Random, node: &mut Node) {
    let times = [
        "2026-02-29T00:00:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T12:00:60Z",
        "2026-11-20T12:00:00",
        "2026-11-20T12:00:00+00:00",
        "2026-11-20 12:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-11-20T12:00:00.1Z",
        "2026-13-01T00:00:00Z",
        "2026-11-20t12:00:00z",
        "10000-01-01T00:00:00Z",
        "2026-11-20T12:00Z",
        "",
    ];
    let long = "i".repeat(129);
    let ids = ["", " x", "x ", "a\nb", "a\u{202e}b", "\u{2003}x", "\u{7f}", long.as_str()];
    let raws = ["1.0", "1e2", "-0", "9007199254740993", "-1", "01", "\"60\"", "\"\\ud800\"", "true", "{}"];
    let claim = *random.pick(&["user", "workspace", "agent", "space"]);
    let raw = Node::Raw((*random.pick(&raws)).to_owned());
    match random.below(12) {
        0..=1 => *member(member(node, "context"), "now") = (*random.pick(&times)).into(),
        2..=3 => *member(member(node, "caller"), claim) = (*random.pick(&ids)).into(),
        4 => *member(member(node, "context"), "canAsk") = (*random.pick(&["true", "false", ""])).into(),
        5 => *member(member(member(node, "context"), "snapshot"), "maxAgeSeconds") = raw,
        6 => {
            let state = Record::new().with("server-0", *random.pick(&["READY", "unknown", ""]));
            *member(member(node, "context"), "downstream") = state.into();
        }
        7 => {
            let digest =
                *random.pick(&["sha256:0f1e", "0f1e", "", "SHA256:0000000000000000000000000000000000000000000000000000000000000000"]);
            let tools = Record::new().with("list_issues", digest);
            *member(member(node, "context"), "observed") = Record::new().with("server-0", tools).into();
        }
        8 => *member(member(node, "target"), "tool") = "t".repeat(1025).into(),
        9 => *member(member(node, "target"), "address") = format!("https://notes.example.com/{}", "p".repeat(4071)).into(),
        10 => *member(member(node, "context"), "downstream") = nested(random.between(2, 100)),
        _ => {
            *member(member(node, "caller"), "credential") =
                Record::new().with("kind", *random.pick(&["session", "token", "Platform"])).into()
        }
    }
}

/// The member of that name, put there when it is missing.
fn member<'n>(node: &'n mut Node, key: &'static str) -> &'n mut Node {
    if !matches!(node, Node::Object(_)) {
        *node = Record::new().into();
    }
    let Node::Object(Record(members)) = node else { return node };
    let index = match members.iter().position(|(known, _)| known == key) {
        Some(index) => index,
        None => {
            members.push((Cow::Borrowed(key), Record::new().into()));
            members.len() - 1
        }
    };
    &mut members[index].1
}

fn remove(node: &mut Node, key: &str) {
    if let Node::Object(Record(members)) = node {
        members.retain(|(known, _)| known != key);
    }
}

/// Lists in lists.
fn nested(depth: usize) -> Node {
    Node::Raw(format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
}
