//! `ibid query`

use super::error::{CliError, query_error};
use super::guard::Watch;
use super::target::TargetArgs;
use super::text::{self, Text};
use super::timed::seconds;
use super::ui::{Ink, Ui, plain};
use super::{Ended, error};
use comfy_table::{ContentArrangement, Table, presets};
use ibid::catalog::{self, Saved, prefixes};
use ibid::mapping::{Mapped, Mappings};
use ibid::query::{self, Format};
use ibid::rdf::Syntax;
use ibid::sparql::{Kind, Query};
use ibid::store::{DefaultGraph, Run, Snapshot, Store};
use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, QuerySolutionIter};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ask the store a question in SPARQL 1.1
///
/// The question is the name of a saved query (`--list` names them), a file, SPARQL itself, or - for standard input. The
/// prefixes ibid, schema, prov and the others of the package need no declaring.
///
/// Outside of GRAPH a query reads all reports and the history as one set. Computed facts are in graphs that are computed when a
/// query names them: levels and origins in GRAPH <urn:ibid:lineage>, the intervals of figures in GRAPH <urn:ibid:figures>, what
/// documents' texts have of the quotes in GRAPH <urn:ibid:texts>, misspelt or doubled terms in GRAPH <urn:ibid:terms>, what is dated
/// before what it is taken from in GRAPH <urn:ibid:dates>, who is credited and has no part in the sources in GRAPH <urn:ibid:credits>,
/// what is not known of the ends that claims rest on in GRAPH <urn:ibid:ends>.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A saved query's name, a file, SPARQL, or -
    #[arg(value_name = "NAME|FILE|SPARQL|-", required_unless_present = "list")]
    query: Option<String>,

    /// Set a parameter to a term: an IRI, a prefixed name, a literal as in Turtle, a number
    #[arg(long = "set", value_name = "NAME=TERM")]
    parameters: Vec<String>,

    /// For rows: table, json, xml, csv, tsv; for triples: turtle, trig, ntriples, nquads, rdfxml, jsonld
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Print the query as it would be run, and run nothing
    #[arg(long)]
    show: bool,

    /// Run it, and print the plan with what each step cost, as JSON
    #[arg(long, conflicts_with = "show")]
    explain: bool,

    /// What a query reads outside of GRAPH: union (all reports and the history), unnamed (SPARQL's plain reading, in which history must be named too)
    #[arg(long, value_name = "WHICH", value_parser = ["union", "unnamed"], default_value = "union")]
    default_graph: String,

    /// Give up after this long; 0 sets no limit
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "300")]
    timeout: Duration,

    /// Exit with 1 where an ASK is answered with false, or there are no rows
    #[arg(long)]
    exit_status: bool,

    /// List the saved queries
    #[arg(long)]
    list: bool,

    /// A folder of saved queries, which go before the package's
    #[arg(long, value_name = "DIR")]
    queries: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let saved = catalog::queries(args.queries.as_deref()).map_err(|error| {
        CliError::new(error.to_string()).of_file(&args.queries.as_deref().unwrap_or(Path::new("")).to_string_lossy())
    })?;
    if args.list {
        return list(&saved, ui);
    }
    let (name, text, known) = find(args.query.as_deref().unwrap_or_default(), &saved)?;
    let parsed = Query::parse(&text, prefixes()).map_err(|error| query_error(&error, &name, &text))?;
    let parameters = parameters(&args.parameters)?;
    let query = parsed.bind(&parameters).map_err(|error| {
        let told: CliError = error.into();
        match known.filter(|saved| !saved.parameters.is_empty()) {
            Some(saved) => told.hint(format!("`{}` takes {}", saved.id, parameters_of(saved))),
            None => told,
        }
    })?;
    if args.show {
        writeln!(ui.out(), "{}", query.show())?;
        return Ok(Ended::Fine);
    }
    let format = format(args.format.as_deref(), query.kind())?;
    let (store, _) = target.open()?;
    let default_graph = if args.default_graph == "unnamed" { DefaultGraph::Unnamed } else { DefaultGraph::Union };
    if !args.timeout.is_zero() {
        watch.limit_time(args.timeout);
    }
    let run = Run { default_graph, cancel: watch.cancel() };
    let mappings = target.mappings()?;
    Ask { store, mappings, query, run, format, explain: args.explain, exit_status: args.exit_status }.answer(ui)
}

/// Finds what is meant: a saved query's name, a file, SPARQL or standard input. Gives what to call it, and its text.
fn find<'a>(given: &str, saved: &'a BTreeMap<String, Saved>) -> Result<(String, String, Option<&'a Saved>), CliError> {
    if let Some(found) = saved.get(given) {
        return Ok((found.id.clone(), found.text.clone(), Some(found)));
    }
    if let Some(Text { name, text }) = text::read(given, "query")? {
        return Ok((name, text, None));
    }
    let known = saved.keys().map(String::as_str);
    Err(CliError::new(format!("there is no saved query `{given}`")).did_you_mean(given, known, "saved queries"))
}

pub(super) fn parameters(given: &[String]) -> Result<Vec<(String, Term)>, CliError> {
    let mut parameters = Vec::with_capacity(given.len());
    for pair in given {
        let (name, typed) = pair
            .split_once('=')
            .ok_or_else(|| CliError::new(format!("`{pair}` sets nothing")).hint("write --set NAME=TERM"))?;
        let term = prefixes().term(typed).map_err(|error| CliError::from(error).of_file(&format!("--set {name}")))?;
        parameters.push((name.trim_start_matches(['?', '$']).to_owned(), term));
    }
    Ok(parameters)
}

fn parameters_of(saved: &Saved) -> String {
    saved.parameters.iter().map(|(name, what)| format!("--set {name}=… ({what})")).collect::<Vec<_>>().join(", ")
}

fn format(given: Option<&str>, kind: Kind) -> Result<Format, CliError> {
    let default = match kind {
        Kind::Graph => Format::Rdf(Syntax::Turtle),
        _ if Ui::to_terminal() => Format::Table,
        _ => Format::Tsv,
    };
    let known: Vec<&str> = if kind == Kind::Graph { Syntax::NAMES.to_vec() } else { Format::ROWS.to_vec() };
    let Some(name) = given else { return Ok(default) };
    match name.parse() {
        Ok(format) if known.contains(&name) => Ok(format),
        _ => {
            let what = if kind == Kind::Graph { "triples are written as" } else { "rows are written as" };
            Err(CliError::new(format!("`{name}` is no format for this query"))
                .hint(format!("{what} {}", known.join(", "))))
        }
    }
}

fn list(saved: &BTreeMap<String, Saved>, ui: &mut Ui) -> Result<Ended, CliError> {
    let width = saved.keys().map(String::len).max().unwrap_or_default();
    for query in saved.values() {
        writeln!(ui.out(), "{:width$}  {}", query.id, query.title)?;
        for (name, what) in &query.parameters {
            writeln!(ui.out(), "{:width$}  --set {name}=…  {what}", "")?;
        }
    }
    Ok(Ended::Fine)
}

/// A query ready to be run, with all it takes along to another thread.
struct Ask {
    store: Store,
    mappings: Mappings,
    query: Query,
    run: Run,
    format: Format,
    explain: bool,
    exit_status: bool,
}

impl Ask {
    fn answer(&self, ui: &mut Ui) -> Result<Ended, CliError> {
        let snapshot = self.store.read()?;
        let view = Mapped::over(&snapshot, &self.mappings);
        if self.explain {
            ibid::computed::attach(&view, &self.query)?;
            writeln!(ui.out(), "{}", snapshot.explain(&self.query, &self.run)?)?;
            return Ok(Ended::Fine);
        }
        let results = query::run(&view, &self.query, &self.run)?;
        let count = match (results, self.format) {
            (QueryResults::Solutions(rows), Format::Table) => table(rows, ui)?,
            (QueryResults::Boolean(answer), Format::Table) => {
                writeln!(ui.out(), "{}", if answer { "yes" } else { "no" })?;
                u64::from(answer)
            }
            (results, format) => query::write(results, format, prefixes().list(), ui.out())?,
        };
        if count == 0 && self.query.kind() != Kind::Ask {
            self.explain_emptiness(&snapshot, ui)?;
        }
        Ok(if count == 0 && self.exit_status { Ended::No } else { Ended::Fine })
    }

    /// Nothing was found: says so when a graph name is the reason.
    fn explain_emptiness(&self, snapshot: &Snapshot<'_>, ui: &Ui) -> Result<(), CliError> {
        let reports: Vec<String> = snapshot.reports()?.into_iter().map(|(name, _)| name).collect();
        let absent =
            |graph: &&String| !reports.contains(graph) && !ibid::vocab::graph::RESERVED.contains(&graph.as_str());
        if let Some(graph) = self.query.graphs().iter().find(absent) {
            let told = error::CliError::new("").did_you_mean(graph, reports.iter().map(String::as_str), "the reports");
            let near = told.hints.first().map_or_else(String::new, |hint| format!("; {hint}"));
            ui.hint(format_args!("nothing was found, and there is no graph <{graph}>{near}"));
        } else if self.query.has_graph_clause() {
            ui.hint(
                "nothing was found in the graphs that the query names; without GRAPH and FROM it reads all reports",
            );
        } else if reports.is_empty() {
            ui.hint("nothing was found: the store holds no reports");
        }
        Ok(())
    }
}

fn table(rows: QuerySolutionIter<'_>, ui: &mut Ui) -> Result<u64, CliError> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(rows.variables().iter().map(|variable| Ui::ink(variable.as_str(), Ink::Strong)));
    let columns: Vec<_> = rows.variables().to_vec();
    let mut count = 0;
    for row in rows {
        let row = row.map_err(ibid::store::Error::from)?;
        table.add_row(columns.iter().map(|column| row.get(column).map(cell).unwrap_or_default()));
        count += 1;
    }
    for line in table.lines() {
        writeln!(ui.out(), "{}", line.trim_end())?;
    }
    ui.status(super::load::counted(count as usize, "row"));
    Ok(count)
}

fn cell(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => prefixes().shorten(node.as_str()),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => plain(literal.value()),
    }
}
