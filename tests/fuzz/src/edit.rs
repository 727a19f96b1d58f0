//! Edits of JSON that mostly keep its shape: a value is replaced by another that was seen under the same key.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value};

/// What was seen under each key, each once; a list's elements count as seen under the list's.
#[derive(Default)]
pub struct Seen {
    values: BTreeMap<String, Vec<Value>>,
    /// The keys of the objects under a key.
    members: BTreeMap<String, Vec<String>>,
    /// By key, the texts of the values that are in already.
    known: BTreeSet<(String, String)>,
}

impl Seen {
    /// Takes in a value and all that it holds.
    pub fn learn(&mut self, key: &str, value: &Value) {
        if !self.known.insert((key.to_owned(), value.to_string())) {
            return;
        }
        self.values.entry(key.to_owned()).or_default().push(value.clone());
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let names = self.members.entry(key.to_owned()).or_default();
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                    self.learn(name, value);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.learn(key, element)),
            _ => {}
        }
    }

    fn value(&self, key: &str, choices: &mut Unstructured<'_>) -> Result<Value> {
        self.values.get(key).map_or(Ok(Value::Null), |values| choices.choose(values).cloned())
    }

    fn member(&self, key: &str, choices: &mut Unstructured<'_>) -> Result<Option<(String, Value)>> {
        let Some(names) = self.members.get(key) else { return Ok(None) };
        let name = choices.choose(names)?;
        Ok(Some((name.clone(), self.value(name, choices)?)))
    }
}

/// One edit somewhere in `root`, with what was seen elsewhere (`all`) or in the same text (`here`).
pub fn edit(root: &mut Value, all: &Seen, here: &Seen, choices: &mut Unstructured<'_>) -> Result<()> {
    let mut left = choices.int_in_range(0..=nodes(root).saturating_sub(1))?;
    let seen = if choices.arbitrary()? { here } else { all };
    let Some((key, value)) = node(root, "", &mut left) else { return Ok(()) };
    match (choices.int_in_range(0..=3u8)?, value) {
        (0, Value::Object(members)) => remove_member(members, choices)?,
        (1, Value::Object(members)) => {
            if let Some((name, value)) = seen.member(&key, choices)? {
                members.insert(name, value);
            }
        }
        (0, Value::Array(elements)) => {
            if !elements.is_empty() {
                let place = choices.choose_index(elements.len())?;
                elements.remove(place);
            }
        }
        (1 | 2, Value::Array(elements)) => elements.push(seen.value(&key, choices)?),
        (0, Value::Bool(value)) => *value = !*value,
        (0, Value::Number(number)) => *number = (*choices.choose(&[0_u64, 1, 60, 300, (1 << 53) - 1])?).into(),
        (_, value) => *value = seen.value(&key, choices)?,
    }
    Ok(())
}

fn remove_member(members: &mut Map<String, Value>, choices: &mut Unstructured<'_>) -> Result<()> {
    if !members.is_empty() {
        let place = choices.choose_index(members.len())?;
        let name = members.keys().nth(place).cloned().unwrap_or_default();
        members.remove(&name);
    }
    Ok(())
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(nodes).sum(),
        Value::Array(elements) => elements.iter().map(nodes).sum(),
        _ => 0,
    }
}

/// The node that comes after `left` others, and the key that it stands under.
fn node<'v>(value: &'v mut Value, key: &str, left: &mut usize) -> Option<(String, &'v mut Value)> {
    if *left == 0 {
        return Some((key.to_owned(), value));
    }
    *left -= 1;
    match value {
        Value::Object(members) => members.iter_mut().find_map(|(name, value)| node(value, name, left)),
        Value::Array(elements) => elements.iter_mut().find_map(|element| node(element, key, left)),
        _ => None,
    }
}
