//! Nanopublications whose names hold their hash: after load and dump they hold the right one still.
//!
//! [Trusty URIs](https://trustyuri.net/), module RA: the quads, sorted, the hash itself left out of IRIs, each term on a
//! line of its own; SHA-256 of that, in base64 as URLs have it.

use super::rdf::{dumped, parsed};
use super::{Checked, Suite, Verdict};
use crate::util::{files, options, store_of};
use ibid::input::Input;
use ibid::load::load;
use ibid::rdf::Syntax;
use oxigraph::io::RdfFormat;
use oxigraph::model::{GraphName, Quad, Term};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

const NANOPUBLICATION: &str = "http://www.nanopub.org/nschema#Nanopublication";
/// Two letters for the module, and 43 of base64.
const CODE: usize = 45;

/// The hash in the nanopublication's own name.
fn code_of(quads: &[Quad]) -> Option<String> {
    let is_one = |quad: &&Quad| matches!(&quad.object, Term::NamedNode(class) if class.as_str() == NANOPUBLICATION);
    let name = quads.iter().find(is_one)?.subject.to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut codes = name.split(|c: char| !plain(c)).filter(|piece| piece.len() == CODE && piece.starts_with("RA"));
    codes.next_back().map(str::to_owned)
}

/// A quad as it is sorted: graph, subject, predicate, whether the object is a literal, its text, datatype or language.
type Sorted = (String, String, String, bool, String, Option<String>, Option<String>);

fn prepared(quad: &Quad, code: &str) -> Sorted {
    let iri = |iri: &str| iri.replace(code, " ");
    let graph = match &quad.graph_name {
        GraphName::NamedNode(name) => iri(name.as_str()),
        _ => String::new(),
    };
    let subject = iri(quad.subject.to_string().trim_matches(['<', '>']));
    let (is_literal, text, datatype, language) = match &quad.object {
        Term::NamedNode(node) => (false, iri(node.as_str()), None, None),
        Term::BlankNode(node) => (false, node.to_string(), None, None),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => (true, literal.value().to_owned(), None, Some(tag.to_ascii_lowercase())),
            None => (true, literal.value().to_owned(), Some(literal.datatype().as_str().to_owned()), None),
        },
    };
    (graph, subject, iri(quad.predicate.as_str()), is_literal, text, datatype, language)
}

/// The hash that a set of quads should have in its name, given the one that it has.
fn right_code(quads: &[Quad], code: &str) -> String {
    let sorted: BTreeSet<Sorted> = quads.iter().map(|quad| prepared(quad, code)).collect();
    let mut text = String::new();
    for (graph, subject, predicate, _, object, datatype, language) in sorted {
        let escaped = || object.replace('\\', "\\\\").replace('\n', "\\n");
        let object = match (&datatype, &language) {
            (Some(datatype), _) => format!("^{datatype} {}", escaped()),
            (_, Some(language)) => format!("@{language} {}", escaped()),
            _ => object,
        };
        text.extend([&graph, "\n", &subject, "\n", &predicate, "\n", &object, "\n"]);
    }
    format!("RA{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0u32, |number, at| number << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..=three.len() {
            text.push(char::from(LETTERS[(number >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

fn check(bytes: Vec<u8>, name: &str) -> Verdict {
    let original = match parsed(&bytes, RdfFormat::TriG, None) {
        Ok(quads) => quads,
        Err(error) => return Verdict::failed(error),
    };
    let Some(code) = code_of(&original) else { return Verdict::failed("its name holds no hash") };
    if right_code(&original, &code) != code {
        return Verdict::failed("its hash is wrong before it is loaded");
    }
    let (_folder, store) = store_of(&[]);
    let input = Input { name: name.to_owned(), bytes, syntax: Some(Syntax::TriG), base: None };
    if let Err((_, error)) = load(&store, &[input], &options()) {
        return Verdict::failed(error.to_string());
    }
    let found = right_code(&dumped(&store), &code);
    if found == code { Verdict::PASSED } else { Verdict::failed(format!("its hash is {found} now")) }
}

pub(crate) fn run(folder: &Path) -> Vec<Suite> {
    let mut checked = Vec::new();
    for kind in ["trusty", "signed"] {
        for path in files(&folder.join(kind), "trig") {
            let test = format!("{kind}/{}", path.file_name().expect("a file has a name").to_string_lossy());
            let verdict = check(std::fs::read(&path).expect("the file can be read"), &test);
            checked.push(Checked { test, verdict, reference: None });
        }
    }
    vec![Suite { name: "Nanopublications", checked }]
}
