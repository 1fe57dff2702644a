//! Rules side by side: on as many threads as are asked for, those first that need nothing computed.

use super::Options;
use super::apply::apply;
use super::found::{Applied, Files};
use super::look::Look;
use crate::catalog::Rule;
use crate::store::{DefaultGraph, Error, Reader, Result, Run};
use crate::vocab::graph;
use oxigraph::sparql::CancellationToken;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What became of a rule, by its number.
pub(super) type Outcome = (usize, Result<Applied>);

/// Computes what rules need, on this thread, and runs them all; `compute` is what the reader's computed graphs are made by.
///
/// # Errors
/// When `compute` or the store fails.
pub(super) fn run_all<T>(
    reader: &dyn Reader,
    rules: &[Rule],
    files: &Arc<Files>,
    options: &Options<'_>,
    compute: impl FnOnce() -> Result<T>,
) -> Result<(T, Vec<Outcome>)> {
    let queue = Queue::of(rules);
    let done = Mutex::new(Vec::with_capacity(rules.len()));
    let work = |reader: &dyn Reader| {
        let mut look = Look::new(reader, Arc::clone(files));
        while let Some(number) = queue.take() {
            let rule = &rules[number];
            let run = Run { default_graph: DefaultGraph::Union, cancel: CancellationToken::new() };
            if let Some(watch) = options.watch {
                watch.begins(&rule.saved.id, &run.cancel);
            }
            let outcome = apply(&mut look, number as u16, rule, &run);
            if let Some(watch) = options.watch {
                watch.ends(&rule.saved.id);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).push((number, outcome));
        }
    };
    let mut beside = Vec::new();
    while beside.len() + 1 < options.threads.min(rules.len()) {
        let Some(other) = reader.beside()? else { break };
        beside.push(other);
    }
    let computed = std::thread::scope(|scope| -> Result<T> {
        for other in beside {
            let builder = std::thread::Builder::new();
            let builder = match options.stack {
                Some(stack) => builder.stack_size(stack),
                None => builder,
            };
            let started = builder.spawn_scoped(scope, || {
                // A thread that gets no reader leaves the rules to the others.
                if let Ok(other) = other() {
                    work(&*other);
                }
            });
            if let Err(error) = started {
                queue.close();
                return Err(Error::Other(error.into()));
            }
        }
        match compute() {
            Ok(computed) => {
                queue.open();
                work(reader);
                Ok(computed)
            }
            Err(error) => {
                queue.close();
                Err(error)
            }
        }
    })?;
    Ok((computed, done.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// The rules that nobody has taken yet.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Each with whether it can be run before anything is computed.
    waiting: VecDeque<(usize, bool)>,
    computed: bool,
}

impl Queue {
    fn of(rules: &[Rule]) -> Self {
        let mut order: Vec<usize> = (0..rules.len()).collect();
        // The longest queries first: what is left at the end is then short.
        order.sort_by_key(|number| std::cmp::Reverse(rules[*number].query.show().len()));
        let plain = |number: usize| !graph::COMPUTED.iter().any(|graph| rules[number].query.names(graph));
        let waiting = order.into_iter().map(|number| (number, plain(number))).collect();
        Self { state: Mutex::new(State { waiting, computed: false }), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next rule that can be run, waited for where all that are left need what is being computed.
    fn take(&self) -> Option<usize> {
        let mut state = self.state();
        loop {
            let computed = state.computed;
            if let Some(place) = state.waiting.iter().position(|(_, plain)| computed || *plain) {
                return state.waiting.remove(place).map(|(number, _)| number);
            }
            if state.waiting.is_empty() {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// All is computed.
    fn open(&self) {
        self.state().computed = true;
        self.changed.notify_all();
    }

    /// No rule is to be run any more.
    fn close(&self) {
        self.state().waiting.clear();
        self.changed.notify_all();
    }
}
