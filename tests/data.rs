//! The shipped reports are what they say, word for word.

use crate::util::{input, root, store_of};
use ibid::lineage::compute;
use ibid::model::Level;
use ibid::store::{Node, Reader, Snapshot};
use ibid::vocab::{ibid as terms, prov, schema};
use std::process::Command;

fn seed() -> (String, String) {
    let read = |file: &str| std::fs::read_to_string(root().join("data/north-korea-crypto").join(file)).unwrap();
    (read("article.txt"), read("report.ttl"))
}

fn texts(snapshot: &Snapshot<'_>, node: Node, property: &str) -> Vec<String> {
    snapshot.objects(node, property).unwrap().into_iter().map(|value| snapshot.name(value).unwrap()).collect()
}

#[test]
fn every_quote_stands_in_the_article_character_for_character() {
    let (article, report) = seed();
    let (_folder, store) = store_of(&[input("report.ttl", &report)]);
    let snapshot = store.read().unwrap();
    let claims = compute(&snapshot).unwrap().claims().to_vec();
    assert!(claims.len() >= 36, "{} claims", claims.len());
    for claim in claims {
        let name = snapshot.name(claim).unwrap();
        let quotes = texts(&snapshot, claim, terms::QUOTE);
        assert_eq!(quotes.len(), 1, "{name} has {} quotes", quotes.len());
        let around = [terms::QUOTE_PREFIX, terms::QUOTE, terms::QUOTE_SUFFIX]
            .map(|property| texts(&snapshot, claim, property).concat());
        assert_eq!(
            article.matches(&around.concat()).count(),
            1,
            "{name}: its quote is not in the article once: {around:?}"
        );
        for cue in texts(&snapshot, claim, terms::CUE) {
            assert!(article.contains(&cue), "{name}: its cue is not in the article: {cue}");
        }
        assert_eq!(texts(&snapshot, claim, schema::TEXT).len(), 1, "{name}");
        assert_eq!(texts(&snapshot, claim, schema::APPEARANCE).len(), 1, "{name}");
    }
}

#[test]
fn the_article_is_the_seed_byte_for_byte() {
    let Some(seeds) = crate::util::beside("seeds") else { return };
    let path = crate::util::files(&seeds, "txt").remove(0);
    assert_eq!(
        std::fs::read(path).unwrap(),
        std::fs::read(root().join("data/north-korea-crypto/article.txt")).unwrap()
    );
}

/// The trade figures have no source in the article; what was taken from the analytics firm ends at it.
#[test]
fn the_ladder_of_the_seed_report_is_what_the_article_gives() {
    let (_, report) = seed();
    let (_folder, store) = store_of(&[input("report.ttl", &report)]);
    let snapshot = store.read().unwrap();
    let lineage = compute(&snapshot).unwrap();
    let level = |name: &str| {
        let node = snapshot.find(&format!("https://data.example/north-korea-crypto/#{name}")).unwrap();
        lineage.facts(node.unwrap_or_else(|| panic!("there is no claim #{name}"))).unwrap().level
    };
    for name in ["stolen-2021", "stolen-2020", "holdings", "holdings-age", "holdings-not-exchanged"] {
        assert_eq!(level(name), Level::Primary, "{name}");
    }
    for name in [
        "exports-2016",
        "exports-2019",
        "deficit-2016",
        "deficit-2019",
        "exports-2020",
        "imports-2020",
        "exports-2021",
        "imports-2021",
        "closing-inference",
    ] {
        assert_eq!(level(name), Level::Unsourced, "{name}");
    }
    assert_eq!(level("smuggling-proceeds"), Level::Attributed);
}

/// A figure of trade is one of goods between two countries: none may come out sourced.
#[test]
fn no_trade_figure_has_a_source() {
    let (_, report) = seed();
    let (_folder, store) = store_of(&[input("report.ttl", &report)]);
    let snapshot = store.read().unwrap();
    let lineage = compute(&snapshot).unwrap();
    let mut figures = 0;
    for claim in lineage.claims() {
        if snapshot.objects(*claim, terms::COUNTERPART).unwrap().is_empty() {
            continue;
        }
        figures += 1;
        for property in [prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE, terms::CREDITED_TO] {
            assert_eq!(snapshot.objects(*claim, property).unwrap(), [], "{}", snapshot.name(*claim).unwrap());
        }
        assert_eq!(lineage.facts(*claim).unwrap().level, Level::Unsourced);
    }
    assert!(figures >= 10, "{figures} trade figures");
}

/// Outside validators find the reports well-formed, where there is one to ask.
#[test]
fn the_shapes_find_the_reports_well_formed() {
    let asked = Command::new("python3").args(["-c", "import pyshacl"]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: pySHACL is not installed");
        return;
    }
    let validate = |data: &std::path::Path| {
        let shapes = root().join("ontology/shapes.ttl");
        Command::new("python3").args(["-m", "pyshacl", "-s"]).arg(shapes).arg(data).output().unwrap()
    };
    for report in ["north-korea-crypto", "fictional"] {
        let output = validate(&root().join(format!("data/{report}/report.ttl")));
        assert!(output.status.success(), "{report}: {}", String::from_utf8_lossy(&output.stdout));
    }
    let folder = tempfile::tempdir().unwrap();
    let faulty = folder.path().join("faulty.ttl");
    std::fs::write(&faulty, "<https://t.example/c> a <https://w3id.org/ibid/ns#Claim> .").unwrap();
    let output = validate(&faulty);
    assert_eq!(
        output.status.code(),
        Some(1),
        "a claim without text and document: {}",
        String::from_utf8_lossy(&output.stdout)
    );
}
