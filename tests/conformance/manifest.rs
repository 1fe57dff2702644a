//! The W3C's manifests: which tests a suite has, and what each is about.

use ibid::rdf::{Syntax, read};
use oxigraph::model::{Graph, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, Triple};
use std::path::{Path, PathBuf};

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
const UT: &str = "http://www.w3.org/2009/sparql/tests/test-update#";
const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const SD: &str = "http://www.w3.org/ns/sparql-service-description#entailmentRegime";
const SPARQL: &str = "http://www.w3.org/ns/sparql#entailmentRegime";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const HASH: &str = "https://w3c.github.io/rdf-canon/tests/vocab#hashAlgorithm";

/// A folder of tests and the address that it has in the world.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) base: &'static str,
    pub(crate) folder: PathBuf,
}

impl Site {
    /// The file behind an address of the site.
    pub(crate) fn path(&self, iri: &str) -> PathBuf {
        let within = iri.strip_prefix(self.base).unwrap_or_else(|| panic!("<{iri}> is not below <{}>", self.base));
        self.folder.join(within)
    }

    /// What a file behind an address holds.
    pub(crate) fn bytes(&self, iri: &str) -> Vec<u8> {
        let path = self.path(iri);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn text(&self, iri: &str) -> String {
        String::from_utf8(self.bytes(iri)).unwrap_or_else(|error| panic!("{iri}: {error}"))
    }
}

/// A dataset as files: those outside any graph, and those that are graphs, with the graphs' names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) outside: Vec<String>,
    pub(crate) graphs: Vec<(String, String)>,
}

/// One test. What it is made of are addresses of files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Test {
    pub(crate) iri: String,
    /// The local name of its type.
    pub(crate) kind: String,
    /// The file to be read, the query or the update.
    pub(crate) action: Option<String>,
    pub(crate) data: Files,
    pub(crate) result: Option<String>,
    /// What an update leaves.
    pub(crate) left: Files,
    /// Whether it is about what follows from the data.
    pub(crate) entailment: bool,
    /// The hash function it asks for, where it is not the usual one.
    pub(crate) hash: Option<String>,
    /// Whether rows may come fewer times than the result has them.
    pub(crate) lax: bool,
}

struct Manifest(Graph);

impl Manifest {
    fn read(site: &Site, iri: &str) -> Self {
        let report = read(&site.bytes(iri), Syntax::Turtle, Some(iri)).unwrap_or_else(|error| panic!("{iri}: {error}"));
        let term = |number: u32| report.terms[number as usize].clone();
        let triples = report.statements.iter().map(|statement| {
            let Term::NamedNode(predicate) = term(statement.predicate) else { unreachable!("a predicate is an IRI") };
            Triple::new(node(term(statement.subject)).unwrap(), predicate, term(statement.object))
        });
        Self(triples.collect())
    }

    fn all(&self, subject: NamedOrBlankNodeRef<'_>, predicate: &str) -> Vec<Term> {
        let predicate = NamedNodeRef::new_unchecked(predicate);
        self.0.objects_for_subject_predicate(subject, predicate).map(Into::into).collect()
    }

    fn one(&self, subject: NamedOrBlankNodeRef<'_>, predicate: &str) -> Option<Term> {
        self.all(subject, predicate).into_iter().next()
    }

    fn iris(&self, subject: NamedOrBlankNodeRef<'_>, predicate: &str) -> Vec<String> {
        let mut iris: Vec<String> = self.all(subject, predicate).into_iter().filter_map(iri_of).collect();
        iris.sort();
        iris
    }

    /// The members of all lists that the manifest has under a property.
    fn listed(&self, property: &str) -> Vec<Term> {
        let property = NamedNode::new_unchecked(format!("{MF}{property}"));
        let mut members = Vec::new();
        for list in self.0.triples_for_predicate(&property).map(|triple| triple.object) {
            let mut rest = node(list.into());
            while let Some(cell) = rest {
                members.extend(self.one(cell.as_ref(), &format!("{RDF}first")));
                rest = self.one(cell.as_ref(), &format!("{RDF}rest")).and_then(node);
            }
        }
        members
    }

    fn test(&self, entry: NamedOrBlankNodeRef<'_>) -> Test {
        let kinds = self.iris(entry, &format!("{RDF}type"));
        let local = |iri: &String| iri.rsplit(['#', '/']).next().unwrap_or_default().to_owned();
        let mut test = Test {
            iri: entry.to_string().trim_matches(['<', '>']).to_owned(),
            kind: kinds.first().map(local).unwrap_or_default(),
            result: self.one(entry, &format!("{MF}result")).and_then(iri_of),
            lax: self.one(entry, &format!("{MF}resultCardinality")).is_some(),
            hash: self.one(entry, HASH).map(|hash| hash.to_string()),
            ..Test::default()
        };
        match self.one(entry, &format!("{MF}action")) {
            Some(Term::NamedNode(file)) => test.action = Some(file.into_string()),
            Some(Term::BlankNode(action)) => {
                let action = NamedOrBlankNodeRef::from(action.as_ref());
                let file = |property: String| self.one(action, &property).and_then(iri_of);
                test.action = file(format!("{QT}query")).or_else(|| file(format!("{UT}request")));
                test.data = self.files(action);
                test.entailment = [SD, SPARQL].iter().any(|regime| self.one(action, regime).is_some());
            }
            _ => {}
        }
        if let Some(Term::BlankNode(result)) = self.one(entry, &format!("{MF}result")) {
            test.left = self.files(result.as_ref().into());
        }
        test
    }

    fn files(&self, node: NamedOrBlankNodeRef<'_>) -> Files {
        let mut files = Files::default();
        for vocabulary in [QT, UT] {
            files.outside.extend(self.iris(node, &format!("{vocabulary}data")));
            for graph in self.all(node, &format!("{vocabulary}graphData")) {
                match graph {
                    Term::NamedNode(file) => files.graphs.push((file.as_str().to_owned(), file.into_string())),
                    Term::BlankNode(graph) => {
                        let graph = NamedOrBlankNodeRef::from(graph.as_ref());
                        let name = self.one(graph, LABEL).map(|name| name_of(&name));
                        let file = self.one(graph, &format!("{UT}graph")).and_then(iri_of);
                        files.graphs.extend(name.zip(file));
                    }
                    Term::Literal(_) => {}
                }
            }
        }
        files.graphs.sort();
        files
    }
}

fn node(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        Term::Literal(_) => None,
    }
}

fn name_of(term: &Term) -> String {
    if let Term::Literal(literal) = term { literal.value().to_owned() } else { term.to_string() }
}

fn iri_of(term: Term) -> Option<String> {
    if let Term::NamedNode(node) = term { Some(node.into_string()) } else { None }
}

/// The tests of a manifest and of those it includes, in their order; manifests that are not in the folder are passed over.
pub(crate) fn tests(site: &Site, iri: &str) -> Vec<Test> {
    let manifest = Manifest::read(site, iri);
    let mut tests: Vec<Test> =
        manifest.listed("entries").into_iter().filter_map(node).map(|entry| manifest.test(entry.as_ref())).collect();
    for included in manifest.listed("include").into_iter().filter_map(iri_of) {
        if Path::is_file(&site.path(&included)) {
            tests.extend(self::tests(site, &included));
        }
    }
    tests
}
