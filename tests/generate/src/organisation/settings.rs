//! Settings by every authority: `off`, `on`, floors and exceptions (sections S, I, C, K-5).

use crate::json::{Node, Record};
use crate::random::Random;

use super::annotated;
use super::catalog::Catalog;
use super::scopes::Scopes;
use super::servers::Servers;

/// How much an organisation restricts: some hardly, some at every turn.
#[derive(Clone, Copy)]
pub(super) struct Mood {
    /// A factor for every `off`, in percent.
    off: usize,
    /// Whether the root opens sharing (C-7).
    sharing: bool,
}

impl Mood {
    pub(super) fn new(random: &mut Random, odd: bool) -> Self {
        Self { off: *random.pick(&[30, 60, 100, 100, 160]), sharing: !odd || random.chance(94) }
    }
}

/// What settings speak of.
pub(super) struct Ground<'a> {
    pub(super) scopes: &'a Scopes,
    pub(super) catalog: &'a Catalog,
    pub(super) servers: &'a Servers,
    pub(super) odd: bool,
    pub(super) mood: Mood,
}

impl Ground<'_> {
    /// A scope's own settings.
    pub(super) fn own(&self, random: &mut Random, scope: usize) -> Option<Node> {
        let root = self.scopes.list[scope].parent.is_none();
        (root || random.chance(50)).then(|| self.record(random, scope, root))
    }

    /// What ancestors impose at a scope, now and then the very same as the scope itself, so that there are several causes (S-4).
    pub(super) fn imposed(&self, random: &mut Random, scope: usize, own: Option<&Node>) -> Option<Node> {
        let mut imposed = Record::new();
        for above in self.scopes.path(scope).into_iter().skip(1) {
            if random.chance(14) {
                let same = if random.chance(35) { own.cloned() } else { None };
                let record = same.unwrap_or_else(|| self.record(random, scope, false));
                imposed.put(self.scopes.list[above].id.clone(), record);
            }
        }
        (!imposed.is_empty() || self.odd && random.rarely(10)).then(|| imposed.into())
    }

    /// One record of settings.
    fn record(&self, random: &mut Random, scope: usize, root: bool) -> Node {
        let mut record = Writing { ground: self, scope, except: Record::new() };
        let mut settings = Record::new();
        if let Some(value) = record.value(random, "all", 14, 4) {
            settings.put("all", value);
        }
        let (integrations, new) = record.integrations(random);
        if !integrations.is_empty() {
            settings.put("integrations", integrations);
        }
        if let Some(value) = new {
            settings.put("newIntegrations", value);
        }
        let custom = record.custom(random, root);
        if !custom.is_empty() || self.odd && random.rarely(15) {
            settings.put("custom", annotated(random, self.odd, custom));
        }
        let servers = record.servers(random);
        if !servers.is_empty() {
            settings.put("servers", servers);
        }
        let mut floors = Record::new();
        for (label, ask, deny) in [("read", 5, 2), ("write", 9, 5)] {
            match random.weighted(&[ask, deny, 100 - ask - deny]) {
                0 => floors.put(label, "ask"),
                1 => floors.put(label, "deny"),
                _ => {}
            }
        }
        if !floors.is_empty() {
            settings.put("floors", annotated(random, self.odd, floors));
        }
        if !record.except.is_empty() {
            settings.put("except", record.except);
        }
        annotated(random, self.odd, settings).into()
    }
}

/// A record being written, with the exceptions of its `off`s.
struct Writing<'a> {
    ground: &'a Ground<'a>,
    scope: usize,
    except: Record,
}

impl Writing<'_> {
    /// A value for a setting, with an exception now and then where it is `off`; `off` and `on` in a thousand.
    fn value(&mut self, random: &mut Random, setting: &str, off: usize, on: usize) -> Option<&'static str> {
        // In a regular organisation one `off` at the root mustn't decide the whole benchmark.
        let root = self.ground.scopes.list[self.scope].parent.is_none();
        let off = if root && !self.ground.odd { 0 } else { off * self.ground.mood.off / 100 };
        if random.rarely(off) {
            let below = self.scope + 1..self.ground.scopes.list[self.scope].end;
            // High up an `off` without an exception would leave nothing to test below.
            if !below.is_empty() && random.chance(if root { 65 } else { 30 }) {
                let mut scopes: Vec<String> = Vec::new();
                for _ in 0..random.between(1, if root { 5 } else { 2 }) {
                    let excepted = &self.ground.scopes.list[random.between(below.start, below.end - 1)].id;
                    if !scopes.contains(excepted) {
                        scopes.push(excepted.clone());
                    }
                }
                self.except.put(setting.to_owned(), scopes);
            }
            return Some("off");
        }
        random.rarely(on).then_some("on")
    }

    /// Integrations, and the setting for new ones, which counts stored `on`s of the same authority (I-9).
    fn integrations(&mut self, random: &mut Random) -> (Record, Option<&'static str>) {
        let mut record = Record::new();
        let new = self.value(random, "new-integrations", 45, 40);
        let share = if new == Some("off") { 75 } else { 0 };
        let entries = &self.ground.catalog.entries;
        for entry in entries.iter().take(12) {
            if random.chance(share) {
                record.put(entry.id.clone(), "on");
            }
        }
        for _ in 0..random.below(3) {
            let Some(entry) = random.any(entries) else { break };
            if record.0.iter().any(|(id, _)| *id == entry.id) {
                continue;
            }
            if let Some(value) = self.value(random, &format!("integration/{}", entry.id), 330, 300) {
                record.put(entry.id.clone(), value);
            }
        }
        (record, new)
    }

    fn custom(&mut self, random: &mut Random, root: bool) -> Record {
        let mut record = Record::new();
        if let Some(value) = self.value(random, "custom/creation", 120, 50) {
            record.put("creation", value);
        }
        if let Some(value) = self.value(random, "custom/use", 60, 50) {
            record.put("use", value);
        }
        // Unset at the root is off (C-7), so most organisations say `on` there.
        let sharing = if root && self.ground.mood.sharing { Some("on") } else { self.value(random, "custom/sharing", 50, 60) };
        if let Some(value) = sharing {
            record.put("sharing", value);
        }
        record
    }

    /// Shared servers from strictly above (S-11).
    fn servers(&mut self, random: &mut Random) -> Record {
        let mut record = Record::new();
        for above in self.ground.scopes.path(self.scope).into_iter().skip(1) {
            let servers = self.ground.servers.of_scope(above);
            let Some(server) = random.any(servers) else { continue };
            if !server.shared || record.0.iter().any(|(id, _)| *id == server.id) {
                continue;
            }
            if let Some(value) = self.value(random, &format!("server/{}", server.id), 180, 60) {
                record.put(server.id.clone(), value);
            }
        }
        record
    }
}
