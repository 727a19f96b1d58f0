//! A list as columns: one block of memory that crosses the border once, and from which rows are made when they are looked at.
//!
//! It is little-endian words: rows, names, the refusal (a packed outcome, or 0), the revision in two halves; then a column
//! each of packed outcomes, servers, virtual servers, tools and exposed names, which are numbers of names, or `NONE`; then
//! where each name ends, in UTF-16 units; then the names, one after the other in UTF-8. `lib/list.ts` reads it.

use lockstep_policy::List;

/// No name.
const NONE: u32 = u32::MAX;

/// Numbers names; one that follows itself is the same.
#[derive(Default)]
struct Names {
    text: String,
    ends: Vec<u32>,
    units: u32,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        let number = self.ends.len() as u32;
        self.units += if name.is_ascii() { name.len() } else { name.encode_utf16().count() } as u32;
        self.text.push_str(name);
        self.ends.push(self.units);
        number
    }
}

/// The last name of a column, and its number.
#[derive(Default)]
struct Last<'n>(Option<(&'n str, u32)>);

impl<'n> Last<'n> {
    fn number(&mut self, name: &'n str, names: &mut Names) -> u32 {
        match self.0 {
            Some((last, number)) if last == name => number,
            _ => {
                let number = names.number(name);
                self.0 = Some((name, number));
                number
            }
        }
    }
}

/// The columns of a list.
pub(crate) fn of(list: &List<'_>) -> Vec<u8> {
    let rows = &list.rows;
    let mut names = Names::default();
    let (mut server, mut through) = (Last::default(), Last::default());
    let mut columns: [Vec<u32>; 5] = [(); 5].map(|()| Vec::with_capacity(rows.len()));
    for row in rows {
        let values = [
            row.outcome.to_integer(),
            server.number(row.server, &mut names),
            row.virtual_server.map_or(NONE, |id| through.number(id, &mut names)),
            names.number(&row.tool),
            row.exposed.map_or(NONE, |name| names.number(name)),
        ];
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    // As a decision's number says it; an answer with rows has none.
    let refusal = list.refusal.map_or(0, |refusal| (refusal.layer as u32) << 2 | (refusal.reason as u32) << 6);
    let head = [rows.len() as u32, names.ends.len() as u32, refusal, list.revision as u32, (list.revision >> 32) as u32];
    let words = head.len() + 5 * rows.len() + names.ends.len();
    let mut block = Vec::with_capacity(words * 4 + names.text.len());
    for word in head.iter().chain(columns.iter().flatten()).chain(&names.ends) {
        block.extend_from_slice(&word.to_le_bytes());
    }
    block.extend_from_slice(names.text.as_bytes());
    block
}
