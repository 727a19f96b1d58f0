//! A whole organisation, section by section.

mod catalog;
mod platform;
mod scopes;
mod servers;
mod settings;
mod users;
mod virtual_servers;

use crate::json::{Node, Record, Style};
use crate::name;
use crate::random::Random;
use crate::shape::{Shape, Tree};

use catalog::Catalog;
use scopes::Scopes;
use servers::Servers;
use users::Users;

/// The JSON text of a document that contract 2 calls valid, always the same for the same seed and shape.
pub fn organisation(seed: u64, shape: &Shape) -> String {
    let mut random = Random::new(seed, "organisation");
    let odd = shape.odd;
    let agents = named(&mut random, "agent", if odd { random_count(seed, 2, 4) } else { 2 }, odd);
    let clients = named(&mut random, "client", if odd { random_count(seed, 1, 4) } else { 4 }, odd);
    let scopes = Scopes::grow(Random::new(seed, "scopes"), shape);
    let catalog = Catalog::fill(Random::new(seed, "catalog"), shape);
    let users = Users::gather(Random::new(seed, "users"), shape, &scopes);

    let mut page = Page::new(seed, odd);
    let servers = {
        let ids: Vec<String> = agents.iter().map(|agent| agent.0.clone()).collect();
        let ground = servers::Ground { scopes: &scopes, catalog: &catalog, users: &users, agents: &ids };
        Servers::register(Random::new(seed, "servers"), shape, &ground, &mut page)
    };
    let virtuals = virtual_servers::publish(Random::new(seed, "virtual"), shape, &scopes, &users, &servers, &mut page);
    users::write(Random::new(seed, "tokens"), shape, &scopes, &users, &agents, &clients, &virtuals, &mut page);
    scopes::write(Random::new(seed, "settings"), shape, &scopes, &catalog, &servers, &mut page);
    platform::write(Random::new(seed, "platform"), &catalog, &servers, &mut page);
    page.section("catalog", catalog.records(&mut Random::new(seed, "catalog records"), odd));
    page.section("agents", named_records(&mut random, &agents, "Agent", odd));
    page.section("clients", client_records(&mut random, &clients, odd));
    if let Some(levels) = scopes.level_records(&mut random) {
        page.whole("levels", &levels);
    }
    page.finish(&mut random)
}

/// An annotation here and there: kept, and never read by a decision.
fn annotated(random: &mut Random, odd: bool, mut record: Record) -> Record {
    if odd && random.rarely(25) {
        let mut notes = Record::new();
        for key in random.some(&["ticket", "Note é", "a/b~c", "why?"], 2) {
            notes.put(key, name::prose(random));
        }
        record.put("annotations", notes);
    }
    record
}

fn random_count(seed: u64, low: usize, high: usize) -> usize {
    Random::new(seed, "counts").between(low, high)
}

/// Ids with a number each.
fn named(random: &mut Random, prefix: &str, count: usize, odd: bool) -> Vec<(String, usize)> {
    (0..count).map(|number| (name::id(random, prefix, number, odd), number)).collect()
}

fn named_records(random: &mut Random, list: &[(String, usize)], title: &str, odd: bool) -> Vec<Record> {
    let mut records = Vec::new();
    for (id, number) in list {
        let record = Record::new().with("id", id.as_str()).with("name", name::name(random, title, *number));
        records.push(annotated(random, odd, record));
    }
    records
}

fn client_records(random: &mut Random, list: &[(String, usize)], odd: bool) -> Vec<Record> {
    let mut records = named_records(random, list, "Client", odd);
    for record in &mut records {
        record.put("configuration", "{\"url\": \"{endpoint}\"}");
    }
    records
}

/// The document being written: sections as text, put together in any order at the end.
struct Page {
    style: Style,
    order: Random,
    odd: bool,
    revision: i64,
    sections: Vec<(&'static str, String)>,
}

impl Page {
    fn new(seed: u64, odd: bool) -> Self {
        let style = Random::new(seed, "style");
        let mut order = Random::new(seed, "order");
        let revision = match order.below(20) {
            0 => 1,
            1 => (1 << 53) - 1,
            _ => order.between(1, 100_000) as i64,
        };
        let style = if odd { Style::varied(style) } else { Style::plain(style) };
        Self { style, order, odd, revision, sections: Vec::new() }
    }

    /// Opens a list that is written one record at a time, so that large documents need little memory.
    fn list(&mut self) -> Section {
        Section { text: String::from("[") }
    }

    /// Adds a record to a list that is being written.
    fn add(&mut self, section: &mut Section, record: Record) {
        if section.text.len() > 1 {
            section.text.push_str(if self.odd { "," } else { ",\n" });
        }
        self.style.write(&mut section.text, &Node::Object(record));
    }

    /// Closes a list. An empty one may be left out, since all of the document's own may.
    fn close(&mut self, key: &'static str, mut section: Section) {
        if section.text.len() == 1 && self.order.chance(50) {
            return;
        }
        section.text.push(']');
        self.sections.push((key, section.text));
    }

    /// A list in one go, in any order.
    fn section(&mut self, key: &'static str, mut records: Vec<Record>) {
        if self.odd && self.order.chance(60) {
            self.order.shuffle(&mut records);
        }
        let mut section = self.list();
        for record in records {
            self.add(&mut section, record);
        }
        self.close(key, section);
    }

    /// A section of any form.
    fn whole(&mut self, key: &'static str, node: &Node) {
        let text = self.style.text(node);
        self.sections.push((key, text));
    }

    fn finish(mut self, random: &mut Random) -> String {
        self.sections.push(("format", "\"1.0\"".to_owned()));
        self.sections.push(("revision", self.revision.to_string()));
        if random.chance(30) {
            self.sections.push(("$schema", "\"policy-1.schema.json\"".to_owned()));
        }
        if self.odd && random.chance(10) {
            let notes = Record::new().with("made by", "lockstep-generate");
            self.whole("annotations", &Node::Object(notes));
        }
        self.order.shuffle(&mut self.sections);
        let length: usize = self.sections.iter().map(|section| section.1.len() + 20).sum();
        let mut out = String::with_capacity(length + 2);
        out.push('{');
        for (index, (key, text)) in self.sections.iter().enumerate() {
            if index > 0 {
                out.push_str(",\n");
            }
            out.push('"');
            out.push_str(key);
            out.push_str("\":");
            out.push_str(text);
        }
        out.push_str("}\n");
        out
    }
}

/// A list being written.
struct Section {
    text: String,
}

/// True for shapes that are to be made in linear time, without looking through all servers or users for each record.
fn regular(shape: &Shape) -> bool {
    matches!(shape.tree, Tree::Tenants(_))
}
