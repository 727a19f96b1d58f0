//! One stored value of a setting: drawn, put into a document and taken out again.

use lockstep_generate::Random;
use serde_json::{Map, Value, json};

use crate::model::{Model, text};

/// A value, as whose administrator it is written, and where. As JSON it is an object of these five names.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'e> {
    pub scope: &'e str,
    pub authority: &'e str,
    pub setting: &'e str,
    pub value: &'e str,
    /// S-12; empty: none.
    pub except: &'e [Value],
}

/// Any setting that can stand at that scope, with any value.
pub fn draw(random: &mut Random, document: &Value, scope: &str, authority: &str) -> Value {
    let model = Model(document);
    let integrations = model.list("catalog");
    let from_above: Vec<&str> = model
        .list("servers")
        .iter()
        .filter(|server| server["visibility"] == "shared" && model.is_above(text(server, "scope"), scope))
        .map(|server| text(server, "id"))
        .collect();
    let setting = match random.weighted(&[1, 8, 4, 2, 3, 3, 5, 3, 5]) {
        0 => "all".to_owned(),
        1 if !integrations.is_empty() => format!("integration/{}", text(random.pick(integrations), "id")),
        1..=2 => "new-integrations".to_owned(),
        3 => "custom/creation".to_owned(),
        4 => "custom/use".to_owned(),
        6 if !from_above.is_empty() => format!("server/{}", random.pick(&from_above)),
        5..=6 => "custom/sharing".to_owned(),
        7 => "floor/read".to_owned(),
        _ => "floor/write".to_owned(),
    };
    let values = if setting.starts_with("floor/") { ["ask", "deny"] } else { ["off", "on"] };
    let value = values[usize::from(random.chance(35))];
    let below: Vec<&str> =
        model.list("scopes").iter().map(|below| text(below, "id")).filter(|below| model.is_above(scope, below)).collect();
    let except = if value == "off" && random.chance(25) { random.some(&below, 2) } else { Vec::new() };
    json!({"scope": scope, "authority": authority, "setting": setting, "value": value, "except": except})
}

/// Any scope, and an authority on its path.
pub fn place(random: &mut Random, document: &Value) -> (String, String) {
    let model = Model(document);
    let scope = text(random.pick(model.list("scopes")), "id");
    (scope.to_owned(), (*random.pick(&model.path(scope))).to_owned())
}

impl<'e> Stored<'e> {
    /// Reads what `draw` has drawn; none where making a case smaller has left a piece out.
    pub fn read(drawn: &'e Value) -> Option<Self> {
        let word = |name: &str| drawn[name].as_str();
        let except = drawn["except"].as_array().map_or(&[][..], Vec::as_slice);
        Some(Self { scope: word("scope")?, authority: word("authority")?, setting: word("setting")?, value: word("value")?, except })
    }

    /// The value that the document has there.
    pub fn found(self, document: &Value) -> Option<&Value> {
        let scope = Model(document).record("scopes", self.scope)?;
        let record = if self.scope == self.authority { scope.get("settings")? } else { scope.get("imposed")?.get(self.authority)? };
        let (group, name) = self.member();
        if group.is_empty() { record.get(name) } else { record.get(group)?.get(name) }
    }

    /// The document with it, in place of what was there.
    pub fn put(self, document: &Value) -> Value {
        let mut document = self.taken(document);
        let (group, name) = self.member();
        let Some(record) = self.record(&mut document) else { return document };
        if group.is_empty() {
            record.insert(name.to_owned(), self.value.into());
        } else {
            inner(record, group).insert(name.to_owned(), self.value.into());
        }
        if !self.except.is_empty() {
            inner(record, "except").insert(self.setting.to_owned(), Value::from(self.except.to_vec()));
        }
        document
    }

    /// The document without any value there. What held it stays, perhaps empty.
    pub fn taken(self, document: &Value) -> Value {
        let mut document = document.clone();
        let (group, name) = self.member();
        let Some(record) = self.record(&mut document) else { return document };
        if group.is_empty() {
            record.remove(name);
        } else if let Some(Value::Object(members)) = record.get_mut(group) {
            members.remove(name);
        }
        if let Some(Value::Object(except)) = record.get_mut("except") {
            except.remove(self.setting);
        }
        document
    }

    /// The group of the settings' record in which it stands, none for those at its top; and its name there.
    fn member(self) -> (&'static str, &'e str) {
        match self.setting.split_once('/') {
            Some(("integration", id)) => ("integrations", id),
            Some(("server", id)) => ("servers", id),
            Some(("custom", name)) => ("custom", name),
            Some((_, label)) => ("floors", label),
            None if self.setting == "new-integrations" => ("", "newIntegrations"),
            None => ("", "all"),
        }
    }

    /// The record in which it stands, made where it is missing.
    fn record(self, document: &mut Value) -> Option<&mut Map<String, Value>> {
        let scopes = document["scopes"].as_array_mut()?;
        let scope = scopes.iter_mut().find(|scope| scope["id"] == self.scope)?.as_object_mut()?;
        Some(if self.scope == self.authority { inner(scope, "settings") } else { inner(inner(scope, "imposed"), self.authority) })
    }
}

/// The object of that name, made where it is missing.
fn inner<'m>(members: &'m mut Map<String, Value>, key: &str) -> &'m mut Map<String, Value> {
    let inner = members.entry(key).or_insert_with(|| json!({}));
    if !inner.is_object() {
        *inner = json!({});
    }
    inner.as_object_mut().expect("an object, as just made")
}
