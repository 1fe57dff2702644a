//! Times the lineage of a whole store, reading its edges included, and the graph that SPARQL sees of it.
//!
//!     cargo bench --bench lineage -- STORE [RUNS]

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and stops at the first trouble")]

use ibid::computed::attach_graph;
use ibid::lineage::compute;
use ibid::store::Store;
use ibid::vocab::graph;
use std::path::Path;
use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn time(what: &str, runs: usize, each: impl Fn()) {
    let mut took: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            each();
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    println!("{what}: median {:.3?}, least {:.3?} of {runs}", took[runs / 2], took[0]);
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some(folder) = given.first() else {
        println!("cargo bench --bench lineage -- STORE [RUNS]");
        return;
    };
    let runs = given.get(1).map_or(5, |runs| runs.parse().unwrap());
    let open = || Store::open(Path::new(folder)).unwrap();
    time("the whole lineage", runs, || {
        assert!(!compute(&open().read().unwrap()).unwrap().claims().is_empty());
    });
    time("with the graph of it", runs, || attach_graph(&open().read().unwrap(), graph::LINEAGE).unwrap());
}
