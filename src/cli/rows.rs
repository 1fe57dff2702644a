//! Rows for people and for spreadsheets.

use super::error::CliError;
use super::ui::{Ink, Ui};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use oxigraph::model::{Literal, Term, Variable};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use std::io::Write;

/// Writes rows under a header, in columns as wide as they need; columns of numbers stand on the right.
pub(crate) fn table(ui: &mut Ui, header: &[&str], rows: &[Vec<String>]) -> Result<(), CliError> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header).add_rows(rows);
    for (at, column) in table.column_iter_mut().enumerate() {
        if rows.iter().all(|row| row[at].parse::<u64>().is_ok()) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for (number, line) in table.lines().enumerate() {
        // Colour comes last: the columns would be as wide as what switches it.
        let line = line.trim_end();
        writeln!(ui.out(), "{}", if number == 0 { Ui::ink(line, Ink::Strong) } else { line.to_owned() })?;
    }
    Ok(())
}

/// Writes rows as CSV, as the answers of queries are written: <https://www.w3.org/TR/sparql11-results-csv-tsv/>.
pub(crate) fn csv(ui: &mut Ui, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<(), CliError> {
    let columns: Vec<Variable> = header.iter().map(|column| Variable::new_unchecked(*column)).collect();
    let mut writer = QueryResultsSerializer::from_format(QueryResultsFormat::Csv)
        .serialize_solutions_to_writer(ui.out(), columns.clone())?;
    for row in rows {
        let terms: Vec<_> = row.into_iter().map(|cell| Term::from(Literal::new_simple_literal(cell))).collect();
        writer.serialize(columns.iter().zip(&terms))?;
    }
    writer.finish()?;
    Ok(())
}
