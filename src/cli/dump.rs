//! `ibid dump`

use super::Ended;
use super::error::CliError;
use super::target::TargetArgs;
use super::ui::Ui;
use ibid::catalog::prefixes;
use ibid::mapping::Mapped;
use ibid::query::WriteError;
use ibid::rdf::{Syntax, write_quads};

/// Write reports back out, every literal exactly as it came
///
/// Without --graph all reports and what stands outside any graph are written, as N-Quads or another syntax that has
/// graphs. History and computed facts are left out; --graph urn:ibid:history
/// (urn:ibid:lineage, urn:ibid:figures, urn:ibid:texts, urn:ibid:terms, urn:ibid:dates, urn:ibid:credits, urn:ibid:ends)
/// writes them. Language tags come back in lower case.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this graph
    #[arg(long, value_name = "IRI")]
    graph: Option<String>,

    /// nquads, trig or jsonld; for one graph also turtle, ntriples, rdfxml
    #[arg(long, value_name = "SYNTAX", value_parser = super::load::syntax)]
    format: Option<Syntax>,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, _) = target.open()?;
    let snapshot = store.read()?;
    let graph = match &args.graph {
        Some(graph) if graph.starts_with("_:") => Some(graph.clone()),
        Some(graph) => Some(prefixes().iri(graph)?),
        None => None,
    };
    let syntax = args.format.unwrap_or(Syntax::NQuads);
    if graph.is_none() && !syntax.has_graphs() {
        return Err(CliError::new(format!("{} has no graphs, and the store may hold many", syntax.name()))
            .hint("name one with --graph IRI, or use nquads, trig or jsonld"));
    }
    if let Some(graph) = &graph {
        let reports = snapshot.reports()?;
        ibid::computed::attach_graph(&Mapped::over(&snapshot, &target.mappings()?), graph)?;
        let known =
            ibid::vocab::graph::RESERVED.contains(&graph.as_str()) || reports.iter().any(|(name, _)| name == graph);
        if !known {
            return Err(CliError::new(format!("there is no graph <{graph}>")).did_you_mean(
                graph,
                reports.iter().map(|(name, _)| name.as_str()),
                "the reports",
            ));
        }
    }
    let quads = snapshot.quads(graph.as_deref())?.map(|quad| quad.map_err(WriteError::from));
    write_quads(quads, syntax, prefixes().list(), ui.out())?;
    Ok(Ended::Fine)
}
