//! `ibid sources`

use super::Ended;
use super::error::CliError;
use super::load::counted;
use super::rows;
use super::target::TargetArgs;
use super::ui::{Ui, plain};
use ibid::catalog::prefixes;
use ibid::lineage::{Role, compute};
use ibid::mapping::Mapped;
use ibid::model::{Source, Sources};
use ibid::sources::{Order, sources};
use std::io::Write;

/// List documents and agents by what rests on them
///
/// A claim rests on a document if its chain of sources ends in it, or in another edition of it; on an agent if the end is in a document of
/// which it wrote or published the original, or is a claim credited to it. A claim's ends in its own work do not count. It rests on
/// one alone if none of its ends is elsewhere. `own` is how many claims stand in a document, or are credited to an agent.
///
/// A document is described by name, author, publisher, date, address (a URL or an identifier), basis (a default, or that of a
/// claim in it) and snapshot; an agent by name and type. What is missing is named.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only documents
    #[arg(long, conflicts_with = "agents")]
    documents: bool,

    /// Only agents
    #[arg(long)]
    agents: bool,

    /// The order: claims (most resting on it first), alone, missing (worst described first), name
    #[arg(long, value_name = "ORDER", value_parser = Order::NAMES, default_value = "claims", hide_possible_values = true)]
    sort: String,

    /// Tell no more than this [default: 20 in a table, else all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// How it is told: table, json, csv
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json", "csv"], default_value = "table")]
    format: String,
}

/// So many sources a person reads.
const TOLD: usize = 20;

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, _) = target.open()?;
    let snapshot = store.read()?;
    let mappings = target.mappings()?;
    let view = Mapped::over(&snapshot, &mappings);
    let lineage = compute(&view)?;
    let of: &[Role] = match (args.documents, args.agents) {
        (true, _) => &[Role::Document],
        (_, true) => &[Role::Agent],
        _ => &[Role::Document, Role::Agent],
    };
    let order = args.sort.parse().expect("only the names of orders are let in");
    let limit = args.limit.unwrap_or(if args.format == "table" { TOLD } else { usize::MAX });
    let told = sources(&view, &lineage, of, order, limit)?;
    match args.format.as_str() {
        "json" => {
            let text = serde_json::to_string_pretty(&told).expect("sources are plain data");
            writeln!(ui.out(), "{text}")?;
        }
        "csv" => csv(&told, ui)?,
        _ => {
            table(&told, ui)?;
            let all = of.iter().map(|role| if *role == Role::Agent { told.agents } else { told.documents }).sum();
            ui.status(if told.sources.len() < all {
                format!("{} of {} (--limit)", told.sources.len(), counted(all, "source"))
            } else {
                counted(all, "source")
            });
        }
    }
    Ok(Ended::Fine)
}

fn table(told: &Sources, ui: &mut Ui) -> Result<(), CliError> {
    let rows = told.sources.iter().map(|source| {
        vec![
            source.claims.to_string(),
            source.alone.to_string(),
            source.own.to_string(),
            source.kind.to_owned(),
            plain(&source.name.clone().unwrap_or_else(|| prefixes().shorten(&source.node))),
            score(source),
        ]
    });
    rows::table(ui, &["claims", "alone", "own", "kind", "source", "described"], &rows.collect::<Vec<_>>())
}

/// How much is known, and what is not.
fn score(source: &Source) -> String {
    let (known, all) = (source.known.len(), source.known.len() + source.missing.len());
    match source.missing.as_slice() {
        [] => format!("{known}/{all}"),
        missing => format!("{known}/{all}, no {}", missing.join(", ")),
    }
}

fn csv(told: &Sources, ui: &mut Ui) -> Result<(), CliError> {
    let header = ["node", "kind", "name", "claims", "alone", "own", "known", "missing"];
    let rows = told.sources.iter().map(|source| {
        vec![
            source.node.clone(),
            source.kind.to_owned(),
            source.name.clone().unwrap_or_default(),
            source.claims.to_string(),
            source.alone.to_string(),
            source.own.to_string(),
            source.known.join(" "),
            source.missing.join(" "),
        ]
    });
    rows::csv(ui, &header, rows)
}
