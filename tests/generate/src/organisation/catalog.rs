//! The catalogue of integrations (section I).

use crate::address;
use crate::json::Record;
use crate::name;
use crate::random::Random;
use crate::shape::Shape;

use super::annotated;

/// A tool of an integration.
pub(super) struct CatalogTool {
    pub(super) name: String,
    pub(super) approved: bool,
    label: Option<&'static str>,
}

/// An integration.
pub(super) struct Integration {
    pub(super) id: String,
    pub(super) approved: bool,
    pub(super) origins: Vec<String>,
    pub(super) tools: Vec<CatalogTool>,
}

/// All integrations.
pub(super) struct Catalog {
    pub(super) entries: Vec<Integration>,
}

/// What tools are called. The same names come up everywhere, so that rules by name meet (I-5, I-6, V-8).
const VERBS: &[&str] = &["list", "get", "create", "delete", "search", "update", "send", "read"];
const NOUNS: &[&str] = &["issues", "pages", "messages", "files", "users", "events", "invoices", "notes"];

/// A tool's name, from a stock of 64 with more behind it.
pub(super) fn tool_name(random: &mut Random, odd: bool) -> String {
    let plain = format!("{}_{}", random.pick(VERBS), random.pick(NOUNS));
    if !odd || !random.rarely(40) {
        return plain;
    }
    match random.below(5) {
        0 => format!("{plain} \"x\"/\\"),
        1 => format!("工具{plain}"),
        2 => plain.to_uppercase(),
        3 => format!("{plain:z<1024}"),
        _ => format!("{plain}.v2~1"),
    }
}

impl Catalog {
    /// Fills a catalogue.
    pub(super) fn fill(mut random: Random, shape: &Shape) -> Self {
        let entries = (0..shape.integrations)
            .map(|number| {
                let odd = shape.odd;
                let mut tools: Vec<CatalogTool> = Vec::new();
                for _ in 0..if odd { random.between(0, 10) } else { 30 } {
                    let name = tool_name(&mut random, odd);
                    if tools.iter().all(|tool| tool.name != name) {
                        let label = *random.pick(&[Some("read"), Some("read"), Some("write"), None]);
                        tools.push(CatalogTool { name, approved: random.chance(90), label });
                    }
                }
                let origins =
                    if odd { address::origins(&mut random, number) } else { vec![format!("https://api.brand{number}.example/mcp/*")] };
                Integration {
                    id: name::id(&mut random, "integration", number, odd),
                    approved: random.chance(if odd { 94 } else { 95 }),
                    origins,
                    tools,
                }
            })
            .collect();
        Self { entries }
    }

    /// The records of the document.
    pub(super) fn records(&self, random: &mut Random, odd: bool) -> Vec<Record> {
        let mut records = Vec::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let mut tools = Vec::new();
            for tool in &entry.tools {
                let mut record = Record::new().with("name", tool.name.as_str()).maybe("label", tool.label).with("approved", tool.approved);
                if random.chance(20) {
                    record.put("sensitive", random.chance(50));
                }
                tools.push(annotated(random, odd, record));
            }
            let record = Record::new()
                .with("id", entry.id.as_str())
                .with("name", name::name(random, "Integration", number))
                .with("approved", entry.approved)
                .with("origins", entry.origins.clone())
                .with("tools", tools);
            records.push(annotated(random, odd, record));
        }
        records
    }
}
