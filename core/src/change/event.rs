//! What to write down of a change (P-4): who, when, what, where, before and after; never a secret.
//!
//! Events come from the records that a change touched, as they read before and after it, so that no kind of change can
//! forget one.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::value::RawValue;

use super::draft::Touched;
use super::judge::Asked;
use crate::address::{address_digest, redact};
use crate::document::Canonical;
use crate::document::Time;
use crate::document::json::Writer;
use crate::policy::export::level;
use crate::policy::{Restriction, Scope, Server, Slot, Snapshot, Value, differing};

/// One thing that a change did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What was done, such as `setting-changed`. More may come.
    pub event: &'static str,
    /// The revision that it is part of.
    pub revision: u64,
    /// Which event of that revision, from 0.
    pub index: usize,
    /// When.
    pub at: Time,
    /// Who did it; none: the host itself.
    pub by: Option<String>,
    /// The scope where.
    pub scope: Option<String>,
    /// To what.
    pub subject: Subject,
    /// Under whose authority.
    pub authority: Option<String>,
    /// What was there, as JSON: a value, or the members that changed. None: nothing.
    pub before: Option<String>,
    /// What is there, likewise.
    pub after: Option<String>,
}

/// What an event is about: a kind of thing, and the ids that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing.
    pub kind: &'static str,
    /// Members and ids.
    pub ids: Vec<(&'static str, String)>,
}

/// Gives events the revision that they became part of, and their numbers.
pub(super) fn number(events: &mut [Event], revision: u64) {
    for (index, event) in events.iter_mut().enumerate() {
        (event.revision, event.index) = (revision, index);
    }
}

/// Tells of everything that touched records say otherwise than before.
pub(super) fn tell(asked: Option<&Asked<'_>>, before: &Snapshot, after: &Snapshot, touched: &Touched, events: &mut Vec<Event>) {
    let mut teller = Teller { asked, before, after, events };
    for slot in &touched.scopes {
        teller.scope(*slot);
    }
    for slot in &touched.integrations {
        let texts = (before.integration_text(*slot), after.integration_text(*slot));
        let id = |snapshot: &Snapshot| snapshot.integrations.get(*slot).map(|record| record.id.to_string());
        teller.record("integration", id(after).or_else(|| id(before)), None, texts, &[]);
    }
    for slot in &touched.agents {
        let texts = (before.agent_text(*slot), after.agent_text(*slot));
        let id = |snapshot: &Snapshot| snapshot.agents.get(*slot).map(|record| record.id.to_string());
        teller.record("agent", id(after).or_else(|| id(before)), None, texts, &[]);
    }
    for slot in &touched.clients {
        let texts = (before.client_text(*slot), after.client_text(*slot));
        let id = |snapshot: &Snapshot| snapshot.clients.get(*slot).map(|record| record.id.to_string());
        teller.record("client", id(after).or_else(|| id(before)), None, texts, &[]);
    }
    for slot in &touched.users {
        let texts = (before.user_text(*slot), after.user_text(*slot));
        let id = |snapshot: &Snapshot| snapshot.users.get(*slot).map(|record| record.id.to_string());
        teller.record("user", id(after).or_else(|| id(before)), None, texts, &[("tokens", "token", &["id"])]);
    }
    for slot in &touched.servers {
        teller.server(*slot);
    }
    for slot in &touched.virtual_servers {
        let texts = (before.virtual_server_text(*slot), after.virtual_server_text(*slot));
        let found = after.virtual_servers.get(*slot).map(|server| (after, server));
        let found = found.or_else(|| before.virtual_servers.get(*slot).map(|server| (before, server)));
        let scope = found.and_then(|(snapshot, server)| scope_id(snapshot, server.scope));
        let id = found.map(|(_, server)| server.id.to_string());
        teller.record("virtual-server", id, scope, texts, &[("access", "grant", &["user", "grant"])]);
    }
    for slot in &touched.tombstones {
        let texts = (before.tombstone_text(*slot), after.tombstone_text(*slot));
        let id = |snapshot: &Snapshot| snapshot.tombstones.get(*slot).map(|record| record.id.to_string());
        teller.record("tombstone", id(after).or_else(|| id(before)), None, texts, &[]);
    }
    if touched.levels {
        teller.levels();
    }
    if touched.document {
        teller.record("document", None, None, (Some(before.top_text()), Some(after.top_text())), &[]);
    }
    if touched.platform {
        teller.record("platform", None, None, (Some(before.platform_text()), Some(after.platform_text())), &[]);
    }
}

fn scope_id(snapshot: &Snapshot, scope: Slot<Scope>) -> Option<String> {
    snapshot.scopes.get(scope).map(|scope| scope.id.to_string())
}

struct Teller<'t> {
    asked: Option<&'t Asked<'t>>,
    before: &'t Snapshot,
    after: &'t Snapshot,
    events: &'t mut Vec<Event>,
}

/// A list of a record whose elements are things of their own: the member, their kind, and the members that tell them apart.
type Parts<'p> = &'p [(&'static str, &'static str, &'static [&'static str])];

impl<'t> Teller<'t> {
    fn push(&mut self, event: &'static str, scope: Option<String>, subject: Subject, change: (Option<String>, Option<String>)) {
        let by = self.asked.and_then(|asked| asked.user).map(str::to_owned);
        let at = self.asked.map_or(Time(0), |asked| asked.now);
        let (before, after) = change;
        self.events.push(Event { event, revision: 0, index: 0, at, by, scope, subject, authority: None, before, after });
    }

    /// A record by its canonical texts: what came, went or is otherwise; then its parts, each on its own.
    fn record(
        &mut self,
        kind: &'static str,
        id: Option<String>,
        scope: Option<String>,
        texts: (Option<String>, Option<String>),
        parts: Parts<'_>,
    ) {
        let own: Vec<(&'static str, String)> = id.into_iter().map(|id| (member_of(kind), id)).collect();
        let is_part = |key: &str| parts.iter().any(|(member, ..)| *member == key);
        let members = |text: &Option<String>| -> Vec<(String, String)> {
            let all = text.as_deref().map(members).unwrap_or_default();
            all.into_iter().filter(|(key, _)| !is_part(key)).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let (old, new) = (members(&texts.0), members(&texts.1));
        let differing = |these: &[(String, String)], others: &[(String, String)]| {
            let members: Vec<&(String, String)> = these.iter().filter(|member| !others.contains(member)).collect();
            (!members.is_empty()).then(|| object(members.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
        };
        let subject = Subject { kind, ids: own.clone() };
        let done = match (&texts.0, &texts.1) {
            (None, Some(_)) => "added",
            (Some(_), None) => "removed",
            _ => "changed",
        };
        let (before, after) = (differing(&old, &new), differing(&new, &old));
        if before.is_some() || after.is_some() {
            self.push(name_of(kind, done), scope.clone(), subject, (before, after));
        }
        for (member, kind, keys) in parts {
            self.parts(kind, keys, &own, scope.as_ref(), (elements_of(&texts.0, member), elements_of(&texts.1, member)));
        }
    }

    /// The elements of a list, told apart by some of their members.
    fn parts(
        &mut self,
        kind: &'static str,
        keys: &[&'static str],
        own: &[(&'static str, String)],
        scope: Option<&String>,
        lists: (Vec<String>, Vec<String>),
    ) {
        let key = |element: &str| -> Vec<String> {
            let members = members(element);
            keys.iter()
                .map(|key| members.iter().find(|(known, _)| known == key).map_or_else(String::new, |(_, value)| unquoted(value)))
                .collect()
        };
        let mut all: Vec<(Vec<String>, Option<&String>, Option<&String>)> = Vec::new();
        let (old, new) = lists;
        for element in &old {
            all.push((key(element), Some(element), None));
        }
        for element in &new {
            let key = key(element);
            match all.iter_mut().find(|(known, ..)| *known == key) {
                Some((_, _, after)) => *after = Some(element),
                None => all.push((key, None, Some(element))),
            }
        }
        for (key, before, after) in all.into_iter().filter(|(_, before, after)| before != after) {
            let named = keys.iter().map(|key| if *key == "id" || *key == "name" { kind } else { *key }).zip(key);
            let ids = own.iter().cloned().chain(named).collect();
            let done = match (before, after) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => "changed",
            };
            let revoked =
                |element: Option<&String>| element.is_some_and(|element| members(element).iter().any(|(key, _)| *key == "revoked"));
            let done = if kind == "token" && done == "changed" && !revoked(before) && revoked(after) { "revoked" } else { done };
            self.push(name_of(kind, done), scope.cloned(), Subject { kind, ids }, (before.cloned(), after.cloned()));
        }
    }

    fn scope(&mut self, slot: Slot<Scope>) {
        let texts = (self.before.scope_text(slot), self.after.scope_text(slot));
        let id = scope_id(self.after, slot).or_else(|| scope_id(self.before, slot));
        self.record("scope", id.clone(), id.clone(), texts, &[("spaces", "space", &["id"])]);
        let none = &[][..];
        let stored = |snapshot: &'t Snapshot| snapshot.scopes.get(slot).map_or(none, |scope| &*scope.restrictions);
        let (old, new) = differing(stored(self.before), stored(self.after));
        for restriction in old {
            self.setting(&id, Some(restriction), new.iter().find(|other| restriction.is_of(other)));
        }
        for restriction in new.iter().filter(|restriction| !old.iter().any(|other| restriction.is_of(other))) {
            self.setting(&id, None, Some(restriction));
        }
    }

    fn setting(&mut self, scope: &Option<String>, old: Option<&Restriction>, new: Option<&Restriction>) {
        let Some(either) = new.or(old) else { return };
        let (kind, id) = match self.after.setting_parts(either.setting) {
            (kind, "") if kind.ends_with('/') => self.before.setting_parts(either.setting),
            parts => parts,
        };
        let subject = Subject { kind: "setting", ids: vec![("setting", format!("{kind}{id}"))] };
        let authority = scope_id(self.after, either.authority).or_else(|| scope_id(self.before, either.authority));
        let value = |restriction: Option<&Restriction>| restriction.map(|restriction| quoted(word(restriction.value)));
        if value(old) != value(new) {
            self.push("setting-changed", scope.clone(), subject.clone(), (value(old), value(new)));
            self.by(authority.clone());
        }
        let spared = |restriction: Option<&Restriction>, snapshot: &Snapshot| -> Option<String> {
            let mut ids: Vec<String> = restriction?.except.iter().filter_map(|scope| scope_id(snapshot, *scope)).collect();
            ids.sort();
            (!ids.is_empty()).then(|| format!("[{}]", ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(",")))
        };
        let (was, is) = (spared(old, self.before), spared(new, self.after));
        if was != is {
            self.push("exception-changed", scope.clone(), subject, (was, is));
            self.by(authority);
        }
    }

    /// Says of the last event under whose authority it was.
    fn by(&mut self, authority: Option<String>) {
        if let Some(event) = self.events.last_mut() {
            event.authority = authority;
        }
    }

    fn server(&mut self, slot: Slot<Server>) {
        let found = self.after.servers.get(slot).map(|server| (self.after, server));
        let found = found.or_else(|| self.before.servers.get(slot).map(|server| (self.before, server)));
        let scope = found.and_then(|(snapshot, server)| scope_id(snapshot, server.scope));
        let texts = (shown(self.before, slot), shown(self.after, slot));
        let parts: Parts<'_> = &[("tools", "tool", &["name"]), ("disabled", "disable", &["authority"])];
        self.record("server", found.map(|(_, server)| server.id.to_string()), scope.clone(), texts, parts);
        if let (Some(old), Some(new)) = (self.before.servers.get(slot), self.after.servers.get(slot))
            && old.stored_address != new.stored_address
            && address_shown(old) == address_shown(new)
        {
            // An import may spell it otherwise or give it another query, which nobody is shown (N-3).
            let subject = Subject { kind: "server", ids: vec![("server", new.id.to_string())] };
            let address = |server: &Server| {
                let (shown, digest) = address_shown(server);
                Some(object([("address", &*shown), ("addressDigest", &*digest)].into_iter()))
            };
            self.push("server-changed", scope, subject, (address(old), address(new)));
        }
    }

    /// Levels by their labels; where an import has others, as they are.
    fn levels(&mut self) {
        let ids = |snapshot: &Snapshot| snapshot.levels.iter().map(|level| (level.id.clone(), level.role)).collect::<Vec<_>>();
        if ids(self.before) != ids(self.after) {
            let subject = Subject { kind: "levels", ids: Vec::new() };
            self.push("levels-changed", None, subject, (Some(self.before.levels_text()), Some(self.after.levels_text())));
            return;
        }
        for (old, new) in self.before.levels.iter().zip(self.after.levels.iter()) {
            let texts = (Some(level(old).canonical()), Some(level(new).canonical()));
            self.record("level", Some(new.id.to_string()), None, texts, &[]);
        }
    }
}

/// An address redacted, and its digest, as JSON.
fn address_shown(server: &Server) -> (String, String) {
    (quoted(&redact(&server.stored_address)), quoted(&address_digest(&server.stored_address).to_string()))
}

/// A server as it may be written down: its address redacted, with its digest (N-3).
fn shown(snapshot: &Snapshot, slot: Slot<Server>) -> Option<String> {
    let server = snapshot.servers.get(slot)?;
    let text = snapshot.server_text(slot)?;
    let (address, digest) = address_shown(server);
    let members = members(&text).into_iter().flat_map(|(key, value)| match key {
        "address" => vec![("address", &*address), ("addressDigest", &*digest)],
        _ => vec![(key, value)],
    });
    Some(object(members))
}

fn word(value: Value) -> &'static str {
    match value {
        Value::On => "on",
        Value::Ask => "ask",
        Value::Deny => "deny",
        Value::Off => "off",
    }
}

/// The member that holds the id of a kind of thing.
fn member_of(kind: &'static str) -> &'static str {
    if kind == "virtual-server" { "virtualServer" } else { kind }
}

/// The event of a kind of thing.
fn name_of(kind: &'static str, done: &'static str) -> &'static str {
    match (kind, done) {
        ("scope", "added") => "scope-added",
        ("scope", "removed") => "scope-removed",
        ("scope", _) => "scope-changed",
        ("space", "added") => "space-added",
        ("space", "removed") => "space-removed",
        ("space", _) => "space-changed",
        ("integration", "added") => "integration-added",
        ("integration", "removed") => "integration-removed",
        ("integration", _) => "integration-changed",
        ("agent", "added") => "agent-added",
        ("agent", "removed") => "agent-removed",
        ("agent", _) => "agent-changed",
        ("client", "added") => "client-added",
        ("client", "removed") => "client-removed",
        ("client", _) => "client-changed",
        ("user", "added") => "user-added",
        ("user", "removed") => "user-removed",
        ("user", _) => "user-changed",
        ("token", "added") => "token-issued",
        ("token", "removed") => "token-removed",
        ("token", "revoked") => "token-revoked",
        ("token", _) => "token-changed",
        ("server", "added") => "server-registered",
        ("server", "removed") => "server-deleted",
        ("server", _) => "server-changed",
        ("tool", "added") => "tool-added",
        ("tool", "removed") => "tool-removed",
        ("tool", _) => "tool-changed",
        ("disable", "added") => "server-disabled",
        ("disable", "removed") => "server-enabled",
        ("disable", _) => "disable-changed",
        ("virtual-server", "added") => "virtual-server-created",
        ("virtual-server", "removed") => "virtual-server-deleted",
        ("virtual-server", _) => "virtual-server-changed",
        ("grant", "added") => "granted",
        ("grant", "removed") => "ungranted",
        ("grant", _) => "grant-changed",
        ("tombstone", "added") => "tombstone-added",
        ("tombstone", "removed") => "tombstone-removed",
        ("tombstone", _) => "tombstone-changed",
        ("level", _) => "level-changed",
        ("platform", _) => "platform-changed",
        _ => "document-changed",
    }
}

/// The members of an object in canonical JSON, each with the text of its value. Keys of records need no escapes.
fn members(text: &str) -> Vec<(&str, &str)> {
    let parts = parts_of(text);
    let pair = |part: &'_ str| -> Option<(usize, usize)> { part.get(1..).and_then(|rest| rest.find('"')).map(|end| (1, end + 1)) };
    parts.into_iter().filter_map(|part| pair(part).and_then(|(from, to)| Some((part.get(from..to)?, part.get(to + 2..)?)))).collect()
}

/// The elements of a record's list.
fn elements_of(text: &Option<String>, member: &str) -> Vec<String> {
    let members = text.as_deref().map(members).unwrap_or_default();
    let list = members.into_iter().find(|(key, _)| *key == member).map(|(_, list)| list);
    list.map(parts_of).unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// What stands between the commas of an object or a list in canonical JSON.
fn parts_of(text: &str) -> Vec<&str> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let (mut parts, mut from, mut depth, mut quoted, mut escaped) = (Vec::new(), 0, 0_usize, false, false);
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.extend(inner.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(inner.get(from..).filter(|last| !last.is_empty()));
    parts
}

/// An object of members whose values are JSON already.
fn object<'m>(members: impl Iterator<Item = (&'m str, &'m str)>) -> String {
    let mut out = Writer::compact();
    out.open('{');
    for (key, value) in members {
        out.key(key);
        out.raw(value);
    }
    out.close('}');
    out.finish()
}

fn quoted(text: &str) -> String {
    let mut out = Writer::compact();
    out.string(text);
    out.finish()
}

/// The text of a JSON text.
fn unquoted(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_default()
}

impl Event {
    /// The canonical JSON of it.
    pub fn to_json(&self) -> String {
        Writer::answer(self)
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Event", 10)?;
        object.serialize_field("event", self.event)?;
        object.serialize_field("revision", &self.revision)?;
        object.serialize_field("index", &(self.index as u64))?;
        object.serialize_field("at", &self.at)?;
        object.serialize_field("by", &By(self.by.as_deref()))?;
        if let Some(scope) = &self.scope {
            object.serialize_field("scope", scope)?;
        }
        object.serialize_field("subject", &self.subject)?;
        if let Some(authority) = &self.authority {
            object.serialize_field("authority", authority)?;
        }
        for (member, value) in [("before", &self.before), ("after", &self.after)] {
            if let Some(value) = value {
                object.serialize_field(member, &Json(value))?;
            }
        }
        object.end()
    }
}

/// Who did something.
struct By<'b>(Option<&'b str>);

impl Serialize for By<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("By", 1)?;
        match self.0 {
            Some(user) => object.serialize_field("user", user)?,
            None => object.serialize_field("host", &true)?,
        }
        object.end()
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Subject", self.ids.len() + 1)?;
        object.serialize_field("kind", self.kind)?;
        for (member, id) in &self.ids {
            object.serialize_field(member, id)?;
        }
        object.end()
    }
}

/// What is JSON already.
struct Json<'j>(&'j str);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match RawValue::from_string(self.0.to_owned()) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_unit(),
        }
    }
}
