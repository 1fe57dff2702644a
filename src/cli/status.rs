//! `ibid status`

use super::Ended;
use super::error::CliError;
use super::target::TargetArgs;
use super::ui::Ui;
use ibid::mapping::{Mapped, Recognised};
use serde::Serialize;
use std::io::Write;

/// Say where the store is and what is in it
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How it is told: text, json
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,
}

#[derive(Serialize)]
struct Status {
    version: u32,
    store: String,
    format: u32,
    reports: usize,
    claims: usize,
    documents: usize,
    quads: u64,
    terms: u64,
    bytes: u64,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, _) = target.open()?;
    let snapshot = store.read()?;
    let size = store.size()?;
    let Recognised { claims, documents } = Mapped::over(&snapshot, &target.mappings()?).recognise()?;
    let status = Status {
        version: ibid::model::JSON_VERSION,
        store: store.folder().to_string_lossy().into_owned(),
        format: ibid::store::FORMAT,
        reports: snapshot.reports()?.len(),
        claims,
        documents,
        quads: size.quads,
        terms: size.terms,
        bytes: size.bytes,
    };
    if args.format == "json" {
        let text = serde_json::to_string_pretty(&status).expect("a status is plain data");
        writeln!(ui.out(), "{text}")?;
        return Ok(Ended::Fine);
    }
    let out = ui.out();
    writeln!(out, "store      {} (format {})", status.store, status.format)?;
    writeln!(out, "reports    {}", status.reports)?;
    writeln!(out, "claims     {}", status.claims)?;
    writeln!(out, "documents  {}", status.documents)?;
    writeln!(out, "quads      {} over {} terms", status.quads, status.terms)?;
    writeln!(out, "on disk    {}", indicatif::HumanBytes(status.bytes))?;
    Ok(Ended::Fine)
}
