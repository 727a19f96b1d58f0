//! Lists as columns.

use lockstep_policy::List;

use crate::bindings::wit;
use crate::write;

/// Stands in a column where a row has no text.
pub(crate) const ABSENT: u32 = u32::MAX;

pub(crate) fn rows(list: &List<'_>) -> Result<wit::Rows, wit::ListRefusal> {
    match &list.refusal {
        None => Ok(columns(list)),
        Some(refusal) => Err(wit::ListRefusal {
            revision: list.revision,
            reason: refusal.reason.code().to_owned(),
            layer: write::layer(refusal.layer),
            problems: write::problems(refusal.problems),
        }),
    }
}

fn columns(list: &List<'_>) -> wit::Rows {
    let rows = &list.rows;
    let mut table = Table::default();
    let count = rows.len();
    let (mut servers, mut tools) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut virtual_servers, mut exposed) = (Vec::with_capacity(count), Vec::with_capacity(count));
    // Rows are sorted by server: its text is told once.
    let mut last = ("", ABSENT);
    for row in rows {
        if last.1 == ABSENT || last.0 != row.server {
            last = (row.server, table.add(row.server));
        }
        servers.push(last.1);
        tools.push(table.add(&row.tool));
        virtual_servers.push(row.virtual_server.map_or(ABSENT, |id| table.add(id)));
        exposed.push(row.exposed.map_or(ABSENT, |name| table.add(name)));
    }
    let outcomes = rows.iter().map(|row| row.outcome.to_integer()).collect();
    wit::Rows { revision: list.revision, texts: table.texts, ends: table.ends, servers, tools, virtual_servers, exposed, outcomes }
}

/// Texts, one after the other.
#[derive(Default)]
struct Table {
    texts: String,
    ends: Vec<u32>,
}

impl Table {
    /// The place of a text that is added. Neither number comes near its end in the memory of 32 bits.
    fn add(&mut self, text: &str) -> u32 {
        let place = self.ends.len() as u32;
        self.texts.push_str(text);
        self.ends.push(self.texts.len() as u32);
        place
    }
}
