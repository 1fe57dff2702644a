//! How far is the audit, how long does each rule take, and which takes too long?

use super::super::ui::Ui;
use ibid::audit::Watch;
use indicatif::ProgressBar;
use oxigraph::sparql::CancellationToken;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Often enough for a time-out in seconds, seldom enough to cost nothing.
const TICK: Duration = Duration::from_millis(20);

/// Watches the rules of a run.
pub(super) struct Watcher {
    bar: ProgressBar,
    timeout: Option<Duration>,
    running: Mutex<BTreeMap<String, (Instant, CancellationToken)>>,
    took: Mutex<Vec<(Duration, String)>>,
}

impl Watcher {
    pub(super) fn new(bar: ProgressBar, timeout: Option<Duration>) -> Self {
        Self { bar, timeout, running: Mutex::default(), took: Mutex::default() }
    }

    /// Does the work, and beside it cancels rules whose time is up.
    pub(super) fn over<T>(&self, work: impl FnOnce(&dyn Watch) -> T) -> T {
        let Some(timeout) = self.timeout else { return work(self) };
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::thread::sleep(TICK);
                    for (began, cancel) in self.running.lock().unwrap_or_else(PoisonError::into_inner).values() {
                        if began.elapsed() > timeout {
                            cancel.cancel();
                        }
                    }
                }
            });
            let result = work(self);
            done.store(true, Ordering::Relaxed);
            result
        })
    }

    /// Says how long each rule took, the longest first.
    pub(super) fn tell(&self, ui: &Ui) {
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner).clone();
        took.sort_by(|a, b| b.cmp(a));
        for (time, rule) in took {
            ui.answer_aside(format_args!("{:>9.3} s  {rule}", time.as_secs_f64()));
        }
    }
}

impl Watch for Watcher {
    fn begins(&self, rule: &str, cancel: &CancellationToken) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(rule.to_owned(), (Instant::now(), cancel.clone()));
        self.bar.set_message(running.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    }

    fn ends(&self, rule: &str) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, _)) = running.remove(rule) {
            self.took.lock().unwrap_or_else(PoisonError::into_inner).push((began.elapsed(), rule.to_owned()));
        }
        self.bar.inc(1);
    }
}
