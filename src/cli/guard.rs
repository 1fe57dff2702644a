//! What a run may take, watched from beside it: a query can need more memory or time than there is, and so can a file.
//!
//! What goes beyond a limit is cancelled, and given up where it does not end by itself: a store is as it was until a commit,
//! whenever its process ends.

use super::error::CliError;
use ibid::store::Gate;
use oxigraph::sparql::CancellationToken;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::time::{Duration, Instant};

/// Parsers and the evaluator call themselves for each level of what they are given, up to bounds of the library's. Address space;
/// what is not used takes no memory.
pub(crate) const STACK: usize = 256 << 20;
/// How often memory is looked at. What is filled in that time is what a limit may be passed by.
const LOOK: Duration = Duration::from_millis(20);
/// How long what was cancelled has to end by itself, and over which part of the limit it may grow meanwhile.
const GRACE: Duration = Duration::from_secs(1);
const GRACE_PART: u64 = 16;
/// The same where somebody eases it.
const EASED_PART: u64 = 4;

/// A limit that was passed.
#[derive(Clone, Copy)]
enum Limit {
    /// In bytes.
    Memory(u64),
    Time,
}

struct Shared {
    /// In bytes.
    memory: Option<u64>,
    /// What else may help who needs more memory.
    advice: Option<&'static str>,
    until: Mutex<Option<Instant>>,
    /// Whether the answer is being written: how long its reader takes is not the query's time.
    writing: AtomicBool,
    cancel: CancellationToken,
    /// Whether anything looks at the token.
    heeded: AtomicBool,
    fate: Mutex<Fate>,
    told: AtomicBool,
    /// Whether somebody sees to it that less memory is taken.
    eased: AtomicBool,
}

/// Whose word counts: a limit's, or that of who commits. It is the first one's.
#[derive(Default)]
struct Fate {
    /// The limit that was passed.
    passed: Option<Limit>,
    /// Whether nobody waits any more.
    given_up: bool,
    /// Whether something is being committed, or is and is still to be told.
    commits: bool,
}

/// A run's limits, and whether one was passed.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Shared>);

impl Watch {
    /// Watches the memory of this process, in MiB; 0 watches none. `advice` is told besides to who needs more.
    pub(crate) fn new(memory: u64, advice: Option<&'static str>) -> Self {
        Self(Arc::new(Shared {
            memory: (memory > 0).then_some(memory << 20),
            advice,
            until: Mutex::new(None),
            writing: AtomicBool::new(false),
            cancel: CancellationToken::new(),
            heeded: AtomicBool::new(false),
            fate: Mutex::default(),
            told: AtomicBool::new(false),
            eased: AtomicBool::new(false),
        }))
    }

    /// Limits the time from now on.
    pub(crate) fn limit_time(&self, timeout: Duration) {
        let until = Instant::now().checked_add(timeout);
        *self.until() = until;
    }

    /// A writer to which writing takes none of the time.
    pub(crate) fn unhurried<W: Write>(&self, out: W) -> Unhurried<W> {
        Unhurried { out, watch: self.clone() }
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.until.lock().expect("nobody panics who holds it")
    }

    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.0.fate.lock().expect("nobody panics who holds it")
    }

    /// What a store asks before it commits. Once it has said yes, no limit is passed, so that nothing is told to have failed
    /// that happened.
    pub(crate) fn gate(&self) -> Gate {
        let watch = self.clone();
        Arc::new(move || {
            let mut fate = watch.fate();
            fate.commits = fate.passed.is_none() && !fate.given_up;
            fate.commits
        })
    }

    /// Whether the work may be left behind: where it commits, its end is to be waited for.
    pub(crate) fn give_up(&self) -> bool {
        let mut fate = self.fate();
        fate.given_up |= !fate.commits;
        fate.given_up
    }

    /// Limits what comes after a commit that was told.
    pub(crate) fn go_on(&self) {
        self.fate().commits = false;
    }

    /// Whether a limit was passed, told or not.
    pub(crate) fn is_passed(&self) -> bool {
        self.fate().passed.is_some()
    }

    /// What a limit cancels: whoever takes it ends soon after.
    pub(crate) fn cancel(&self) -> CancellationToken {
        self.0.heeded.store(true, Ordering::Relaxed);
        self.0.cancel.clone()
    }

    /// Says whether somebody sees to it that less memory is taken when too much is: the run is not given up for it then,
    /// unless it grows fast.
    pub(crate) fn ease(&self, eased: bool) {
        self.0.eased.store(eased, Ordering::Relaxed);
    }

    /// The limit of memory, in MiB, where more is taken now.
    pub(crate) fn exceeded(&self) -> Option<u64> {
        self.0.memory.filter(|most| anonymous_memory() > *most).map(|most| most >> 20)
    }

    /// The limit that was passed, in words; none where none was, or where it was told already.
    pub(crate) fn passed(&self) -> Option<CliError> {
        let limit = self.fate().passed?;
        if self.0.told.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(match limit {
            Limit::Memory(most) => {
                let told = CliError::new(format!("this needs more than {} MiB of memory", most >> 20)).hint(
                    "give it more with --memory MIB, or ask for less at once; what was not committed is as it was",
                );
                self.0.advice.into_iter().fold(told, CliError::hint)
            }
            Limit::Time => {
                CliError::new("the query ran out of time").hint("give it longer with --timeout SECONDS, 0 for any time")
            }
        })
    }

    /// Looks whether a limit is passed now.
    fn look(&self) {
        let writing = self.0.writing.load(Ordering::Relaxed);
        let late = !writing && self.until().is_some_and(|until| Instant::now() > until);
        let limit = match self.0.memory {
            _ if late => Limit::Time,
            Some(most) if anonymous_memory() > most + self.spare(most) => Limit::Memory(most),
            _ => return,
        };
        let mut fate = self.fate();
        if fate.passed.is_none() && !fate.commits {
            fate.passed = Some(limit);
            self.0.cancel.cancel();
        }
    }

    /// By how much memory may be passed while somebody eases it.
    fn spare(&self, most: u64) -> u64 {
        if self.0.eased.load(Ordering::Relaxed) { most / EASED_PART } else { 0 }
    }

    /// Whether it is no use to wait for what was cancelled at a time.
    fn hopeless(&self, since: Instant) -> bool {
        let grown = self.0.memory.is_some_and(|most| anonymous_memory() > most + most / GRACE_PART);
        grown || !self.0.heeded.load(Ordering::Relaxed) || since.elapsed() > GRACE
    }
}

/// See [`Watch::unhurried`].
pub(crate) struct Unhurried<W> {
    out: W,
    watch: Watch,
}

impl<W: Write> Unhurried<W> {
    fn unhurried<T>(&mut self, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let began = Instant::now();
        self.watch.0.writing.store(true, Ordering::Relaxed);
        let written = write(&mut self.out);
        if let Some(until) = self.watch.until().as_mut() {
            *until += began.elapsed();
        }
        self.watch.0.writing.store(false, Ordering::Relaxed);
        written
    }
}

impl<W: Write> Write for Unhurried<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unhurried(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unhurried(Write::flush)
    }
}

/// Does the work on a thread beside this one, which watches it; none where it was given up.
pub(crate) fn watched(watch: &Watch, work: impl FnOnce() -> ExitCode + Send + 'static) -> Result<ExitCode, CliError> {
    let (tell, told) = mpsc::channel();
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        // Nobody listens any more when it was given up.
        let _ = tell.send(work());
    });
    worker.map_err(|error| CliError::new(format!("no thread for the work: {error}")))?;
    let mut passed: Option<Instant> = None;
    loop {
        match told.recv_timeout(LOOK) {
            Ok(code) => return Ok(code),
            // It has panicked, and said so.
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(ExitCode::from(2)),
            Err(mpsc::RecvTimeoutError::Timeout) => watch.look(),
        }
        if watch.is_passed() && watch.hopeless(*passed.get_or_insert_with(Instant::now)) {
            return watch.passed().map_or(Ok(ExitCode::from(2)), Err);
        }
    }
}

/// The memory of this process that no file stands behind, in bytes: the store's map is none. 0 where the system does not say.
fn anonymous_memory() -> u64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
    let kibibytes = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    };
    (kibibytes("RssAnon:") + kibibytes("VmSwap:")) << 10
}

#[cfg(test)]
mod tests {
    use super::{Limit, Watch};

    /// A watch that finds its limit passed whenever it looks.
    fn strict() -> Watch {
        let watch = Watch::new(0, None);
        *watch.until() = Some(std::time::Instant::now());
        std::thread::sleep(std::time::Duration::from_millis(1));
        watch
    }

    #[test]
    fn what_passed_a_limit_is_not_committed() {
        let watch = strict();
        watch.look();
        assert!(matches!(watch.fate().passed, Some(Limit::Time)) && watch.cancel().is_cancelled());
        assert!(!watch.gate()());
        assert!(watch.passed().is_some() && watch.is_passed());
    }

    #[test]
    fn what_is_committed_passes_no_limit_until_it_is_told() {
        let watch = strict();
        assert!(watch.gate()());
        watch.look();
        assert!(!watch.is_passed() && watch.passed().is_none() && !watch.cancel().is_cancelled());
        watch.go_on();
        watch.look();
        assert!(watch.passed().is_some());
    }

    #[test]
    fn what_is_given_up_is_not_committed_and_what_is_committed_is_not_given_up() {
        let watch = strict();
        assert!(watch.give_up() && !watch.gate()());
        let watch = strict();
        assert!(watch.gate()() && !watch.give_up());
    }
}
