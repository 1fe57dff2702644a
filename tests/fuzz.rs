//! The bodies of the fuzz targets over the seeds in `fuzz/seeds`, whole, cut and mixed: what a fuzzer does for hours, for a moment.

use crate::util::root;
use proptest::prelude::*;
use std::path::PathBuf;

#[path = "../fuzz/bodies.rs"]
mod bodies;

type Body = fn(&[u8]);

const TARGETS: [(&str, Body); 7] = [
    ("turtle", bodies::turtle),
    ("trig", bodies::trig),
    ("ntriples", bodies::ntriples),
    ("nquads", bodies::nquads),
    ("rdfxml", bodies::rdfxml),
    ("jsonld", bodies::jsonld),
    ("bind", bodies::bind),
];

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = std::fs::read_dir(root().join("fuzz/seeds").join(target)).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "fuzz/seeds/{target} is empty");
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn the_seeds_do_no_harm_whole_or_cut() {
    for (target, body) in TARGETS {
        for (_, seed) in seeds(target) {
            (0..=seed.len()).for_each(|end| body(&seed[..end]));
        }
    }
}

#[test]
fn every_target_is_one_of_these() {
    let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).chain(["block", "term"]).collect();
    for file in crate::util::files(&root().join("fuzz/fuzz_targets"), "rs") {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(known.contains(&name.as_str()), "fuzz/fuzz_targets/{name}.rs is run nowhere else");
        let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml does not build {name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Pieces of seeds put together, with bytes turned around.
    #[test]
    fn mixed_seeds_do_no_harm(
        pieces in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
        turned in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        for (target, body) in TARGETS {
            let seeds = seeds(target);
            let mut mixed = Vec::new();
            for (seed, from, to) in &pieces {
                let (_, seed) = &seeds[seed.index(seeds.len())];
                let (from, to) = (from.index(seed.len() + 1), to.index(seed.len() + 1));
                mixed.extend_from_slice(&seed[from.min(to)..from.max(to)]);
            }
            for (at, byte) in &turned {
                if !mixed.is_empty() {
                    let at = at.index(mixed.len());
                    mixed[at] = *byte;
                }
            }
            body(&mixed);
        }
    }
}
