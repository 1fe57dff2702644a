//! `ibid backup`

use super::Ended;
use super::error::CliError;
use super::target::TargetArgs;
use super::ui::Ui;
use ibid::store::{Error, Store};
use indicatif::HumanBytes;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// Copy the store into a file, while others read and write
///
/// The copy is the store as it is at one moment. It is written under another name and renamed when it is whole, so that
/// FILE is never half a copy. In a folder of its own, called `data.mdb`, it is a store.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ibid backup monday.mdb
  mkdir restored && cp monday.mdb restored/data.mdb && ibid --store restored status")]
pub(crate) struct Args {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, _) = target.open()?;
    let shown = args.file.to_string_lossy();
    let bytes = write(args, &store).map_err(|error| error.of_file(&shown))?;
    ui.status(format_args!("{shown}: {}", HumanBytes(bytes)));
    Ok(Ended::Fine)
}

fn write(args: &Args, store: &Store) -> Result<u64, CliError> {
    let broken = |error: std::io::Error| CliError::new(error.to_string());
    if args.file.is_dir() {
        return Err(CliError::new("this is a folder").hint("name the file that the copy is to be"));
    }
    let folder = match args.file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let inside = folder.canonicalize().map_err(|_| CliError::new("there is no such folder"))?;
    if inside == store.folder().canonicalize().map_err(broken)? {
        return Err(CliError::new("this is in the store's own folder").hint("put the copy somewhere else"));
    }
    if !args.force && args.file.symlink_metadata().is_ok() {
        return Err(there_already());
    }
    let copy = Builder::new().prefix(".ibid-backup-").tempfile_in(folder).map_err(broken)?;
    let bytes = fill(store, &copy)?;
    if args.force {
        copy.persist(&args.file).map_err(|error| broken(error.error))?;
    } else {
        copy.persist_noclobber(&args.file).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => there_already(),
            _ => broken(error.error),
        })?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(broken)?;
    Ok(bytes)
}

fn fill(store: &Store, copy: &NamedTempFile) -> Result<u64, CliError> {
    let mut file = copy.as_file().try_clone().map_err(|error| CliError::new(error.to_string()))?;
    match store.copy(&mut file, copy.path()) {
        Err(error @ Error::Full(_)) => {
            Err(CliError::new(error.to_string()).hint("no copy was made; put it somewhere else"))
        }
        other => Ok(other?),
    }
}

fn there_already() -> CliError {
    CliError::new("this file is there already").hint("--force writes over it")
}
