//! JSON-LD 1.1, loaded and dumped without a network.

use super::rdf::{OUTSIDE, dumped, parsed, same};
use super::{Checked, Suite, Verdict};
use crate::util::{options, store_of};
use ibid::input::Input;
use ibid::load::{LoadError, Options, load};
use ibid::rdf::Syntax;
use oxigraph::io::RdfFormat;
use serde_json::Value;
use std::path::Path;

const BASE: &str = "https://w3c.github.io/json-ld-api/tests/";

fn check(folder: &Path, test: &Value, negative: bool) -> Verdict {
    let option = |name: &str| test["option"][name].as_str();
    if option("specVersion").or(option("processingMode")) == Some("json-ld-1.0") {
        return Verdict::NotRun("it is about JSON-LD 1.0");
    }
    // One stands in another folder than the manifest says.
    let file = &test["input"].as_str().expect("every test has an input").replace("expand/", "toRdf/");
    if !folder.join(file).is_file() {
        return Verdict::NotRun("its file is not in the suite");
    }
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let base = option("base").map_or_else(|| format!("{BASE}{file}"), str::to_owned);
    let input = Input { name: file.clone(), bytes: read(file), syntax: Some(Syntax::JsonLd), base: Some(base) };
    let (_folder, store) = store_of(&[]);
    let outcome = load(&store, &[input], &Options { graph: Some(OUTSIDE.to_owned()), ..options() });
    match outcome {
        Err((_, LoadError::Syntax(error))) if negative => {
            let told = error.to_string();
            // A fault of meaning has the name that the specification gives it, where it has no place.
            if error.position.is_none() && !told.contains('(') && !told.contains('@') {
                return Verdict::failed(format!("refused with neither a place nor a keyword: {told}"));
            }
            if dumped(&store).is_empty() { Verdict::PASSED } else { Verdict::failed("something of it is there") }
        }
        Err((_, error)) => Verdict::failed(error.to_string()),
        Ok(_) if negative => Verdict::failed("it was accepted"),
        Ok(_) => match test["expect"].as_str() {
            None => Verdict::PASSED,
            Some(expected) => {
                let expected = parsed(&read(expected), RdfFormat::NQuads, None);
                expected
                    .and_then(|expected| same(&dumped(&store), &expected))
                    .map_or_else(Verdict::failed, |()| Verdict::PASSED)
            }
        },
    }
}

pub(crate) fn run(folder: &Path) -> Vec<Suite> {
    let manifest = std::fs::read(folder.join("toRdf-manifest.jsonld")).expect("the suite has a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("the manifest is JSON");
    let mut suites =
        ["JSON-LD toRdf, to be read", "JSON-LD toRdf, to be refused"].map(|name| Suite { name, checked: Vec::new() });
    for test in manifest["sequence"].as_array().expect("the manifest has tests") {
        let negative = test["@type"].to_string().contains("NegativeEvaluationTest");
        let name = format!("{BASE}toRdf-manifest{}", test["@id"].as_str().unwrap_or_default());
        let verdict = check(folder, test, negative);
        suites[usize::from(negative)].checked.push(Checked { test: name, verdict, reference: None });
    }
    suites.into()
}
