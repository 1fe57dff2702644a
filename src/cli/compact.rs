//! `ibid compact`

use super::Ended;
use super::error::CliError;
use super::guard::Watch;
use super::target::TargetArgs;
use super::ui::Ui;
use ibid::store::Error;
use indicatif::HumanBytes;
use std::time::Duration;

/// Write the store's file anew, without the room that nothing takes any more
///
/// What was replaced and removed leaves room in the file, which later loads use; this gives it back to the disk. The new
/// file is written beside the old one, held against it, and put in its place at one stroke: for a while both are there. Who
/// reads goes on reading; who writes waits. Terms that nothing uses any more stay in the dictionary.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let who = super::load::who("compact");
    let wait = Duration::from_secs(args.wait);
    let done = loop {
        match target.open()?.0.asking(watch.gate()).compact(wait, &who) {
            // Another one was faster.
            Err(Error::Moved(_)) => {}
            other => break other?,
        }
    };
    ui.status(format_args!("compacted: {} before, {} now", HumanBytes(done.before), HumanBytes(done.after)));
    Ok(Ended::Fine)
}
