//! How far is the audit, how long does each rule take, and which is to be given up?

use super::super::guard::Watch;
use super::super::ui::Ui;
use ibid::audit::Watch as Follow;
use indicatif::ProgressBar;
use oxigraph::sparql::CancellationToken;
use signal_hook::consts::SIGINT;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Often enough for a time-out in seconds, seldom enough to cost nothing.
const TICK: Duration = Duration::from_millis(20);
/// A run that is over sooner shows no bar.
const SOON: Duration = Duration::from_millis(500);
/// How long after that others are let be: what is given back is not seen at once.
const REST: Duration = Duration::from_secs(2);
/// How long cancelled rules have to give back what they took, as long as it does not grow.
const FREES: Duration = Duration::from_secs(15);

/// A rule that is being run.
struct Running {
    began: Instant,
    cancel: CancellationToken,
}

/// Watches the rules of a run: what takes one too long, or the process too much memory, or whoever called no longer wants, is
/// cancelled, and the others are told.
pub(super) struct Watcher<'w> {
    bar: ProgressBar,
    /// Whether the bar is to be seen, and when the run began.
    shows: bool,
    began: Instant,
    timeout: Option<Duration>,
    guard: &'w Watch,
    interrupted: Arc<AtomicBool>,
    /// Whether memory was short, and may not have been given back to the system yet.
    short: AtomicBool,
    running: Mutex<BTreeMap<String, Running>>,
    /// Why rules were cancelled, in words.
    given_up: Mutex<BTreeMap<String, String>>,
    took: Mutex<Vec<(Duration, String)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'w> Watcher<'w> {
    /// Watches so many rules; `ui` says whether somebody sees how far they are.
    pub(super) fn new(rules: usize, timeout: Option<Duration>, guard: &'w Watch, ui: &Ui) -> Self {
        let (running, given_up, took) = Default::default();
        Self {
            bar: Ui::hidden(rules as u64),
            shows: rules > 1 && ui.shows_progress(),
            began: Instant::now(),
            timeout,
            guard,
            interrupted: Arc::default(),
            short: AtomicBool::new(false),
            running,
            given_up,
            took,
        }
    }

    /// Does the work, and beside it cancels rules that are to be given up.
    pub(super) fn over<T>(&self, work: impl FnOnce(&dyn Follow) -> T) -> T {
        // The first interruption ends the rules, the second the program. Where there are no signals, each ends the program.
        let _ = signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&self.interrupted));
        let heard = signal_hook::flag::register(SIGINT, Arc::clone(&self.interrupted));
        let done = AtomicBool::new(false);
        let result = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut eased: Option<Instant> = None;
                let mut shown = false;
                while !done.load(Ordering::Relaxed) {
                    std::thread::sleep(TICK);
                    // What is over at once would only flicker.
                    if self.shows && !shown && self.began.elapsed() > SOON {
                        Ui::reveal(&self.bar);
                        shown = true;
                    }
                    self.look(&mut eased);
                }
            });
            let result = work(self);
            done.store(true, Ordering::Relaxed);
            result
        });
        self.guard.ease(self.short.load(Ordering::Relaxed));
        self.bar.finish_and_clear();
        if let Ok(heard) = heard {
            signal_hook::low_level::unregister(heard);
        }
        // From here on an interruption ends the program.
        self.interrupted.store(true, Ordering::Relaxed);
        result
    }

    fn look(&self, eased: &mut Option<Instant>) {
        let running = locked(&self.running);
        if let Some(timeout) = self.timeout {
            for (rule, run) in running.iter().filter(|(_, run)| run.began.elapsed() > timeout) {
                let limit = timeout.as_secs_f64();
                self.give_up(rule, run, &format!("it was given up after {limit} s (--rule-timeout)"));
            }
        }
        if self.interrupted.load(Ordering::Relaxed) {
            for (rule, run) in &*running {
                self.give_up(rule, run, "it was interrupted");
            }
        }
        // Memory is freed by whoever takes it: rules that are run can end, and all else is the program's own.
        self.guard.ease(!running.is_empty() || self.short.load(Ordering::Relaxed));
        let rests = eased.is_some_and(|since| since.elapsed() < REST);
        if let Some(most) = self.guard.exceeded().filter(|_| !rests) {
            let why = format!("it was stopped, as the audit needs more than {most} MiB of memory (--memory)");
            let mut news = false;
            for (rule, run) in &*running {
                news |= self.give_up(rule, run, &why);
            }
            if news {
                self.short.store(true, Ordering::Relaxed);
                *eased = Some(Instant::now());
            } else if eased.is_some_and(|since| since.elapsed() > FREES) {
                self.guard.ease(false);
            }
        }
    }

    /// Cancels a rule; whether that is news.
    fn give_up(&self, rule: &str, run: &Running, why: &str) -> bool {
        if run.cancel.is_cancelled() {
            return false;
        }
        locked(&self.given_up).insert(rule.to_owned(), why.to_owned());
        run.cancel.cancel();
        true
    }

    /// Says how long each rule took, the longest first.
    pub(super) fn tell(&self, ui: &Ui) {
        let mut took = locked(&self.took).clone();
        took.sort_by(|a, b| b.cmp(a));
        for (time, rule) in took {
            ui.answer_aside(format_args!("{:>9.3} s  {rule}", time.as_secs_f64()));
        }
    }
}

impl Follow for Watcher<'_> {
    fn begins(&self, rule: &str, cancel: &CancellationToken) {
        let mut running = locked(&self.running);
        let run = Running { began: Instant::now(), cancel: cancel.clone() };
        if self.interrupted.load(Ordering::Relaxed) {
            self.give_up(rule, &run, "it was interrupted");
        }
        running.insert(rule.to_owned(), run);
        self.bar.set_message(running.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    }

    fn ends(&self, rule: &str) {
        let mut running = locked(&self.running);
        if let Some(run) = running.remove(rule) {
            locked(&self.took).push((run.began.elapsed(), rule.to_owned()));
        }
        self.bar.inc(1);
    }

    fn given_up(&self, rule: &str) -> Option<String> {
        locked(&self.given_up).get(rule).cloned()
    }
}
