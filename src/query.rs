//! Runs a query and writes its answer.

use crate::rdf::{Syntax, not_in_xml, write_quads};
use crate::sparql::Query;
use crate::store::{Reader, Result, Run};
use oxigraph::model::{GraphName, Term};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, QuerySolution};
use std::io::{self, Write};
use std::str::FromStr;

/// How the answer of a SELECT or ASK is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people; written by whoever talks to them.
    Table,
    /// <https://www.w3.org/TR/sparql11-results-json/>
    Json,
    /// <https://www.w3.org/TR/rdf-sparql-XMLres/>
    Xml,
    /// <https://www.w3.org/TR/sparql11-results-csv-tsv/>
    Csv,
    /// The same, with terms as in Turtle.
    Tsv,
    /// For triples: an RDF syntax.
    Rdf(Syntax),
}

impl Format {
    /// The names for rows.
    pub const ROWS: [&str; 5] = ["table", "json", "xml", "csv", "tsv"];
}

impl FromStr for Format {
    type Err = ();

    fn from_str(name: &str) -> std::result::Result<Self, ()> {
        Ok(match name {
            "table" => Self::Table,
            "json" => Self::Json,
            "xml" => Self::Xml,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            other => Self::Rdf(other.parse().map_err(|_| ())?),
        })
    }
}

/// Why an answer did not come out.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The query failed midway.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// It could not be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Rows as triples, or triples as rows.
    #[error("{0}")]
    Format(String),
}

/// Evaluates a query, with the computed graphs that it names.
///
/// # Errors
/// When the store fails or the query cannot be evaluated.
pub fn run<'a>(reader: &'a dyn Reader, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
    crate::computed::attach(reader, query)?;
    reader.query(query, run)
}

/// Writes an answer; returns how many rows or triples it had, 1 or 0 for yes or no.
///
/// # Errors
/// When the query fails midway, `out` cannot be written to, or the format is not one for this kind of answer.
pub fn write(
    results: QueryResults<'_>,
    format: Format,
    prefixes: &[(String, String)],
    out: &mut dyn Write,
) -> std::result::Result<u64, WriteError> {
    match (results, format) {
        (QueryResults::Graph(triples), Format::Rdf(syntax)) => {
            let quads =
                triples.map(|triple| Ok(triple.map_err(crate::store::Error::from)?.in_graph(GraphName::DefaultGraph)));
            write_quads::<WriteError>(quads, syntax, prefixes, out)
        }
        (QueryResults::Graph(_), _) => {
            Err(WriteError::Format(format!("triples are written as {}", Syntax::NAMES.join(", "))))
        }
        (_, Format::Rdf(_) | Format::Table) => {
            Err(WriteError::Format(format!("rows are written as {}", Format::ROWS.join(", "))))
        }
        (QueryResults::Boolean(answer), format) => {
            if matches!(format, Format::Csv | Format::Tsv) {
                writeln!(out, "{answer}")?;
            } else {
                serializer(format).serialize_boolean_to_writer(out, answer)?;
            }
            Ok(u64::from(answer))
        }
        (QueryResults::Solutions(rows), format) => {
            let mut writer = serializer(format).serialize_solutions_to_writer(out, rows.variables().to_vec())?;
            let mut count = 0;
            for row in rows {
                let row = row.map_err(crate::store::Error::from)?;
                if format == Format::Xml {
                    in_xml(&row)?;
                }
                writer.serialize(&row)?;
                count += 1;
            }
            writer.finish()?;
            Ok(count)
        }
    }
}

fn in_xml(row: &QuerySolution) -> std::result::Result<(), WriteError> {
    for (variable, term) in row.iter() {
        if let Term::Literal(literal) = term
            && let Some(character) = not_in_xml(literal.value())
        {
            let message = format!(
                "XML cannot hold the character U+{:04X}, which stands in a value of {variable}",
                u32::from(character)
            );
            return Err(io::Error::new(io::ErrorKind::Unsupported, message).into());
        }
    }
    Ok(())
}

fn serializer(format: Format) -> QueryResultsSerializer {
    QueryResultsSerializer::from_format(match format {
        Format::Xml => QueryResultsFormat::Xml,
        Format::Csv => QueryResultsFormat::Csv,
        Format::Tsv => QueryResultsFormat::Tsv,
        _ => QueryResultsFormat::Json,
    })
}
