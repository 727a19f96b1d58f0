//! Controls: what a person could press, and whether apply would take it (P-8).

use super::Look;
use crate::change::apply;
use serde_json::{Value, json};

/// What a control can be moved to.
pub(super) struct Choice {
    value: Value,
    change: Value,
    /// Pointers to what a person types in.
    fill: Vec<String>,
    /// The change with something typed in, where what is there can't be sent as it stands.
    filled: Option<Value>,
}

impl Choice {
    pub(super) fn new(value: impl Into<Value>, change: Value) -> Self {
        Self { value: value.into(), change, fill: Vec::new(), filled: None }
    }

    /// One in which something is typed.
    pub(super) fn fill(self, pointer: &str) -> Self {
        Self { fill: vec![pointer.to_owned()], ..self }
    }

    /// The same, where that has to be added: so it is judged with something that may stand there.
    pub(super) fn filled(self, member: &str, value: Value) -> Self {
        let mut filled = self.change.clone();
        filled[member] = value;
        Self { filled: Some(filled), ..self.fill(&format!("/{member}")) }
    }
}

impl Look<'_> {
    /// A control; of the lock's causes only who administers something on the path in question is told.
    pub(super) fn control(&self, value: impl Into<Value>, choices: Vec<Choice>, path: &[&Value]) -> Value {
        let mut control = json!({"value": value.into(), "open": false, "choices": []});
        let mut first = None;
        for choice in choices {
            let verdict = self.judge(choice.filled.as_ref().unwrap_or(&choice.change));
            let open = verdict["permitted"] == true;
            let mut row = json!({"value": choice.value, "open": open, "change": choice.change});
            if !open {
                row["reason"] = verdict["reason"].clone();
            }
            if !choice.fill.is_empty() {
                row["fill"] = json!(choice.fill);
            }
            if open {
                control["open"] = true.into();
            }
            if let Some(rows) = control["choices"].as_array_mut() {
                rows.push(row);
            }
            first.get_or_insert(verdict);
        }
        if let Some(first) = first.filter(|_| control["open"] == false) {
            control["reason"] = first["reason"].clone();
            if first["lock"].is_object() {
                control["lock"] = self.shown_lock(&first["lock"], path);
            }
        }
        control
    }

    /// Whoever administers nothing on the path sees the badge alone (S-4, L-4).
    pub(super) fn shown_lock(&self, lock: &Value, path: &[&Value]) -> Value {
        let administers = path.last().is_some_and(|scope| self.administers(scope["id"].as_str().unwrap_or_default()));
        if administers { lock.clone() } else { json!({"badge": lock["badge"]}) }
    }

    fn judge(&self, change: &Value) -> Value {
        let actor = match &self.actor.user {
            Some(user) => json!({"user": user}),
            None => json!({"host": true}),
        };
        let question = json!({"actor": actor, "now": self.now, "revision": self.policy["revision"], "change": change});
        apply(self.policy, &question.to_string(), self.is_valid)
    }
}
