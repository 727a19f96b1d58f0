//! Tables for a terminal: as wide as it is, wrapped where they don't fit.

use std::fmt::Display;
use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use lockstep_policy::decide::Outcome;

use super::output::plain;

/// A line under the header and nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// An empty table with a header. Only what is wider than the terminal is wrapped, and of that first the columns after
/// `firm` ones.
pub(crate) fn table(header: &[&str], firm: usize) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    // Where colours aren't wanted, the output takes them out.
    table.enforce_styling();
    table.set_header(header.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    table.column_iter_mut().take(firm).for_each(|column| {
        column.set_constraint(ColumnConstraint::ContentWidth);
    });
    table
}

/// A cell with what a file or a policy says.
pub(crate) fn cell(content: impl Display) -> Cell {
    Cell::new(plain(&content.to_string()))
}

/// The same in an outcome's colour.
pub(crate) fn coloured(content: impl Display, outcome: Option<Outcome>) -> Cell {
    let cell = cell(content);
    match outcome {
        Some(Outcome::Deny) => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Some(Outcome::Ask) => cell.fg(Color::DarkYellow).add_attribute(Attribute::Bold),
        Some(Outcome::Allow) => cell.fg(Color::DarkGreen),
        None => cell.add_attribute(Attribute::Dim),
    }
}

/// Writes a table without what would trail its lines.
pub(crate) fn write(out: &mut impl Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}
