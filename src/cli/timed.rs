//! Work that may take only so long.

use super::Ended;
use super::error::CliError;
use super::guard::{STACK, Watch};
use super::ui::Ui;
use oxigraph::sparql::CancellationToken;
use std::sync::mpsc;
use std::time::Duration;

/// How long work that was cancelled may take to notice.
const GRACE: Duration = Duration::from_secs(1);

/// A number of seconds, fractions allowed.
pub(crate) fn seconds(typed: &str) -> Result<Duration, String> {
    let number: f64 = typed.parse().map_err(|_| "this is no number of seconds".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|_| "this is no number of seconds".to_owned())
}

/// Does work beside this thread: what does not notice its cancellation in time is left behind, unless it commits.
pub(crate) fn with_timeout(
    what: &'static str,
    timeout: Duration,
    (cancel, watch): (&CancellationToken, &Watch),
    ui: &mut Ui,
    work: impl FnOnce(&mut Ui) -> Result<Ended, CliError> + Send + 'static,
) -> Result<Ended, CliError> {
    let (tell, told) = mpsc::channel();
    let mut theirs = std::mem::replace(ui, Ui::new(true, watch));
    let started = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let ended = work(&mut theirs);
        // Nobody listens any more when it was too late.
        let _ = tell.send((ended, theirs));
    });
    started.map_err(|error| CliError::new(format!("no thread for the {what}: {error}")))?;
    let outcome = told.recv_timeout(timeout).or_else(|_| {
        cancel.cancel();
        match told.recv_timeout(GRACE) {
            Err(mpsc::RecvTimeoutError::Timeout) if !watch.give_up() => {
                told.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected)
            }
            heard => heard,
        }
    });
    let (ended, theirs) = outcome.map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => out_of_time(what),
        mpsc::RecvTimeoutError::Disconnected => CliError::new("the evaluation broke off"),
    })?;
    *ui = theirs;
    ended
}

/// What is said of work that took too long.
pub(crate) fn out_of_time(what: &str) -> CliError {
    CliError::new(format!("the {what} ran out of time")).hint("give it longer with --timeout SECONDS")
}
