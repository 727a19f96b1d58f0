//! The same JSON in another order and spelling.

use serde_json::Value;

use crate::json::{Node, Record, Style};
use crate::random::Random;

/// What a document or request says, with members in another order, other white space and other escapes, and with lists in
/// another order: all but `levels` and an integration's `origins`, whose order is meaning (S-8, contract 1).
pub fn reordered(seed: u64, value: &Value) -> String {
    let node = node(&mut Random::new(seed, "reorder"), value);
    Style::varied(Random::new(seed, "reorder style")).text(&node)
}

fn node(random: &mut Random, value: &Value) -> Node {
    match value {
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(elements) => {
            let mut list: Vec<Node> = elements.iter().map(|element| node(random, element)).collect();
            random.shuffle(&mut list);
            Node::List(list)
        }
        Value::Object(members) => {
            let mut record = Record::new();
            for (key, member) in members {
                let ordered = matches!(key.as_str(), "levels" | "origins");
                let member = match member {
                    Value::Array(elements) if ordered => Node::List(elements.iter().map(|element| node(random, element)).collect()),
                    member => node(random, member),
                };
                record.put(key.clone(), member);
            }
            random.shuffle(&mut record.0);
            Node::Object(record)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Node::Raw(value.to_string()),
    }
}
