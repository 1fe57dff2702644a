//! Answers to queries: as the suites expect them, as they are written, and whether two are the same.

use super::rdf::{parsed, same};
use oxigraph::io::RdfFormat;
use oxigraph::model::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use spareval::ExpressionTerm;
use std::collections::{BTreeMap, BTreeSet};

const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";

/// One row: what each variable is bound to.
pub(crate) type Row = BTreeMap<String, Term>;

/// A line of CSV: the text under each heading.
pub(crate) type Line = BTreeMap<String, String>;

/// An answer, whatever it was written as.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Boolean(bool),
    Rows {
        columns: BTreeSet<String>,
        rows: Vec<Row>,
        /// Whether the order of the rows is part of it.
        ordered: bool,
    },
    Graph(Vec<Quad>),
    /// CSV has no terms, only their text.
    Text(Vec<Line>),
}

impl Answer {
    /// Reads an answer; what it is written in is told by the ending of its file's name.
    pub(crate) fn read(bytes: &[u8], ending: &str, base: Option<&str>) -> Result<Self, String> {
        match ending {
            "srx" => Self::results(bytes, QueryResultsFormat::Xml),
            "srj" => Self::results(bytes, QueryResultsFormat::Json),
            "tsv" => Self::results(bytes, QueryResultsFormat::Tsv),
            "csv" => {
                let text = String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())?;
                Ok(Self::Text(table(&text)))
            }
            _ => {
                let format = RdfFormat::from_extension(ending).ok_or_else(|| format!("what is .{ending}?"))?;
                Ok(Self::of_graph(parsed(bytes, format, base)?))
            }
        }
    }

    fn results(bytes: &[u8], format: QueryResultsFormat) -> Result<Self, String> {
        let told = |error: &dyn std::error::Error| error.to_string();
        match QueryResultsParser::from_format(format).for_slice(bytes).map_err(|error| told(&error))? {
            SliceQueryResultsParserOutput::Boolean(value) => Ok(Self::Boolean(value)),
            SliceQueryResultsParserOutput::Solutions(solutions) => {
                let columns = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
                let mut rows = Vec::new();
                for solution in solutions {
                    let solution = solution.map_err(|error| told(&error))?;
                    rows.push(solution.iter().map(|(name, term)| (name.as_str().to_owned(), term.clone())).collect());
                }
                Ok(Self::Rows { columns, rows, ordered: false })
            }
        }
    }

    /// A graph, or the rows that it describes in the vocabulary of the suites.
    fn of_graph(quads: Vec<Quad>) -> Self {
        let objects = |subject: &Term, local: &str| -> Vec<Term> {
            let wanted = |quad: &&Quad| {
                Term::from(quad.subject.clone()) == *subject && quad.predicate.as_str() == format!("{RS}{local}")
            };
            quads.iter().filter(wanted).map(|quad| quad.object.clone()).collect()
        };
        let set = quads
            .iter()
            .find(|quad| matches!(&quad.object, Term::NamedNode(node) if node.as_str() == format!("{RS}ResultSet")));
        let Some(set) = set.map(|quad| Term::from(quad.subject.clone())) else { return Self::Graph(quads) };
        let text =
            |term: &Term| if let Term::Literal(literal) = term { literal.value().to_owned() } else { String::new() };
        if let Some(value) = objects(&set, "boolean").first() {
            return Self::Boolean(text(value) == "true");
        }
        let mut solutions: Vec<(Option<u64>, Row)> = Vec::new();
        for solution in objects(&set, "solution") {
            let index = objects(&solution, "index").first().and_then(|index| text(index).parse().ok());
            let bindings = objects(&solution, "binding")
                .into_iter()
                .map(|binding| (text(&objects(&binding, "variable").remove(0)), objects(&binding, "value").remove(0)));
            solutions.push((index, bindings.collect()));
        }
        solutions.sort_by_key(|(index, _)| *index);
        Self::Rows {
            columns: objects(&set, "resultVariable").iter().map(text).collect(),
            ordered: solutions.iter().any(|(index, _)| index.is_some()),
            rows: solutions.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// The same answer with every literal as the evaluator writes its value.
    pub(crate) fn by_value(&self) -> Self {
        match self {
            Self::Rows { columns, rows, ordered } => {
                let value = |(name, term): (&String, &Term)| (name.clone(), canonical(term));
                let rows = rows.iter().map(|row| row.iter().map(value).collect()).collect();
                Self::Rows { columns: columns.clone(), rows, ordered: *ordered }
            }
            Self::Graph(quads) => {
                Self::Graph(quads.iter().map(|quad| Quad { object: canonical(&quad.object), ..quad.clone() }).collect())
            }
            Self::Text(lines) => {
                let cell = |(name, cell): (&String, &String)| (name.clone(), number(cell));
                let mut lines: Vec<Line> = lines.iter().map(|line| line.iter().map(cell).collect()).collect();
                lines.sort();
                Self::Text(lines)
            }
            Self::Boolean(_) => self.clone(),
        }
    }

    /// The answer with as many of each row as there are here, at most: what REDUCED may have left out of it.
    pub(crate) fn reduced_to(&self, found: &Self) -> Self {
        match (self, found) {
            (Self::Rows { columns, rows, ordered }, Self::Rows { rows: found, .. }) => {
                let count = |rows: &[Row], row: &Row| rows.iter().filter(|other| *other == row).count();
                let mut kept: Vec<Row> = Vec::new();
                for row in rows {
                    if count(&kept, row) < count(found, row).max(1) {
                        kept.push(row.clone());
                    }
                }
                Self::Rows { columns: columns.clone(), rows: kept, ordered: *ordered }
            }
            _ => self.clone(),
        }
    }

    /// Whether this is what was expected, blank nodes but for their names; if not, how it differs.
    pub(crate) fn fits(&self, expected: &Self) -> Result<(), String> {
        match (self, expected) {
            (Self::Boolean(found), Self::Boolean(expected)) if found == expected => Ok(()),
            (Self::Text(found), Self::Text(expected)) if found == expected => Ok(()),
            (Self::Graph(found), Self::Graph(expected)) => same(found, expected),
            (Self::Rows { columns, rows, .. }, Self::Rows { columns: wanted, rows: others, ordered }) => {
                if columns != wanted {
                    return Err(format!("the columns are {columns:?} and not {wanted:?}"));
                }
                same(&as_quads(rows, *ordered), &as_quads(others, *ordered))
            }
            _ => Err(format!("{self:?} and not {expected:?}")),
        }
    }
}

/// The term as the evaluator writes its value.
pub(crate) fn canonical(term: &Term) -> Term {
    ExpressionTerm::from(term.clone()).into()
}

/// Rows as quads of a node each: the same rows, as often as they come, are the same graph but for blank nodes' names.
fn as_quads(rows: &[Row], ordered: bool) -> Vec<Quad> {
    let mut quads = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let node: NamedOrBlankNode = BlankNode::new_unchecked(format!("row{number}")).into();
        let mut say = |name: &str, object: Term| {
            let predicate = NamedNode::new_unchecked(format!("urn:column:{name}"));
            quads.push(Quad::new(node.clone(), predicate, object, GraphName::DefaultGraph));
        };
        say(
            "",
            if ordered {
                oxigraph::model::Literal::from(number as i64).into()
            } else {
                NamedNode::new_unchecked("urn:row").into()
            },
        );
        for (name, term) in row {
            say(
                name,
                if let Term::BlankNode(node) = term {
                    BlankNode::new_unchecked(format!("t{}", node.as_str())).into()
                } else {
                    term.clone()
                },
            );
        }
    }
    quads
}

/// The lines of a CSV without what two writers may do differently: the order of lines and columns, names of blank nodes.
fn table(text: &str) -> Vec<Line> {
    let mut lines = text.lines().map(cells);
    let head = lines.next().unwrap_or_default();
    let plain = |cell: String| if cell.starts_with("_:") { "_:".to_owned() } else { cell };
    let mut table: Vec<Line> =
        lines.map(|line| head.iter().cloned().zip(line.into_iter().map(plain)).collect()).collect();
    table.sort();
    table
}

/// The cells of a line in which nothing but a quoted cell has commas.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().expect("there is always a cell").push(other),
        }
    }
    cells
}

fn number(cell: &str) -> String {
    cell.parse::<f64>().map_or_else(|_| cell.to_owned(), |number| number.to_string())
}
