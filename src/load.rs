//! Loads reports: one named graph a report, one transaction a file, all of it or nothing.

use crate::history::{self, Activity, Past};
use crate::input::Input;
use crate::model::{Outcome, Status};
use crate::rdf::{self, Report, Statement, Syntax, SyntaxError, canon};
use crate::store::{Node, Store, Writer};
use crate::vocab::{self, ibid};
use oxigraph::model::{BlankNode, NamedNode, NamedOrBlankNode, Quad, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::time::Duration;

/// How to load.
#[derive(Clone, Debug)]
pub struct Options {
    /// The graph for triples that the file puts into none.
    pub graph: Option<String>,
    /// What relative IRIs are resolved against.
    pub base: Option<String>,
    /// The syntax, whatever the file's name says.
    pub syntax: Option<Syntax>,
    /// Whether a report may be replaced that another file wrote.
    pub replace: bool,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// The time, as an `xsd:dateTime`.
    pub now: String,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// What another writer that waits is told.
    pub who: String,
}

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nobody knows what syntax it is in.
    #[error("its name does not say which RDF syntax it is in")]
    NoSyntax,
    /// It is not what its syntax allows.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It writes into a graph of the program's.
    #[error("it writes into the graph `{0}`, which only ibid writes")]
    Reserved(String),
    /// Another file wrote the report.
    #[error("the report `{graph}` was written by `{file}`")]
    Owned {
        /// The report.
        graph: String,
        /// The file that wrote it.
        file: String,
    },
    /// No graph name can be made of this.
    #[error("`{0}` is no IRI that a graph could have")]
    GraphName(String),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
}

/// One graph of what is to be loaded: statements over the terms of the file they came from.
struct Part {
    graph: Option<Term>,
    file: usize,
    statements: Vec<Statement>,
    from: Option<u32>,
}

/// Loads files in one transaction; several files that come to the same graph make one report.
///
/// Returns what became of each report, in the order of the graphs. Nothing is written if anything is refused; the error
/// says which of the files it is about.
///
/// # Errors
/// When a file cannot be read as RDF, comes to a graph that it may not write, or the store fails.
pub fn load(store: &Store, inputs: &[Input], options: &Options) -> Result<Vec<Outcome>, (usize, LoadError)> {
    let mut reports = Vec::with_capacity(inputs.len());
    for (number, input) in inputs.iter().enumerate() {
        reports.push(read(input, options).map_err(|error| (number, error))?);
    }
    let mut parts: BTreeMap<Option<String>, Vec<Part>> = BTreeMap::new();
    for (number, (report, syntax)) in reports.iter().enumerate() {
        let cut = cut(report, *syntax, number, &inputs[number].name, options).map_err(|error| (number, error))?;
        for part in cut {
            parts.entry(part.graph.clone().map(crate::store::name_of)).or_default().push(part);
        }
    }
    let mut job = Job { inputs, reports: &reports, options, outcomes: Vec::new(), first_load: vec![0; inputs.len()] };
    let mut writer = store.write(options.wait, &options.who).map_err(|error| (0, error.into()))?;
    for parts in parts.values() {
        job.write(&mut writer, parts).map_err(|error| (parts[0].file, error))?;
    }
    if options.graph.is_none() {
        job.drop_stale(&mut writer, &parts).map_err(|error| (0, error.into()))?;
    }
    let changes = job.outcomes.iter().any(|outcome| outcome.status != Status::Unchanged);
    if changes && !options.dry_run {
        writer.commit().map_err(|error| (0, error.into()))?;
    }
    Ok(job.outcomes)
}

fn read(input: &Input, options: &Options) -> Result<(Report, Syntax), LoadError> {
    let syntax = options.syntax.or(input.syntax).ok_or(LoadError::NoSyntax)?;
    let base = options.base.as_deref().or(input.base.as_deref());
    Ok((rdf::read(&input.bytes, syntax, base)?, syntax))
}

/// Cuts a file into its graphs and names the one that it does not name.
fn cut(report: &Report, syntax: Syntax, file: usize, name: &str, options: &Options) -> Result<Vec<Part>, LoadError> {
    let mut by_graph: BTreeMap<Option<u32>, Vec<Statement>> = BTreeMap::new();
    for statement in &report.statements {
        by_graph.entry(statement.graph).or_default().push(*statement);
    }
    // A file that says nothing is still a report: loading it empties what the same file said before.
    if by_graph.is_empty() {
        by_graph.insert(None, Vec::new());
    }
    let mut parts = Vec::with_capacity(by_graph.len());
    for (from, statements) in by_graph {
        let graph = match from {
            Some(graph) => Some(report.terms[graph as usize].clone()),
            None if options.graph.is_some() || !matches!(syntax, Syntax::TriG | Syntax::NQuads) => {
                let graph = graph_name(report, &statements, name, options);
                Some(NamedNode::new(&graph).map_err(|_| LoadError::GraphName(graph))?.into())
            }
            None => None,
        };
        if let Some(Term::NamedNode(node)) = &graph
            && vocab::graph::RESERVED.contains(&node.as_str())
        {
            return Err(LoadError::Reserved(node.as_str().to_owned()));
        }
        parts.push(Part { graph, file, statements, from });
    }
    Ok(parts)
}

/// `--graph`, else the base IRI, else the one document that the file's claims appear in, else one made from its name.
fn graph_name(report: &Report, statements: &[Statement], name: &str, options: &Options) -> String {
    if let Some(graph) = options.graph.clone().or_else(|| report.base.clone()) {
        return graph.split('#').next().unwrap_or_default().to_owned();
    }
    let appearance = |predicate: u32| {
        let Term::NamedNode(node) = &report.terms[predicate as usize] else { return false };
        let iri = node.as_str();
        iri == vocab::schema::APPEARANCE || vocab::schema_twin(iri).is_some_and(|twin| twin == vocab::schema::APPEARANCE)
    };
    let documents: FxHashSet<u32> =
        statements.iter().filter(|statement| appearance(statement.predicate)).map(|statement| statement.object).collect();
    if let [only] = documents.into_iter().collect::<Vec<_>>().as_slice()
        && let Term::NamedNode(document) = &report.terms[*only as usize]
    {
        return document.as_str().to_owned();
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    let escaped: String = name.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
    format!("urn:ibid:report:{escaped}")
}

struct Job<'a> {
    inputs: &'a [Input],
    reports: &'a [(Report, Syntax)],
    options: &'a Options,
    outcomes: Vec<Outcome>,
    /// The number of each file's first load, which its blank nodes are named after.
    first_load: Vec<u64>,
}

impl Job<'_> {
    /// Writes one report, or finds that it need not.
    fn write(&mut self, writer: &mut Writer<'_>, parts: &[Part]) -> Result<(), LoadError> {
        let quads = self.quads(parts);
        let digest = canon::digest(&quads);
        let files: Vec<&str> = parts.iter().map(|part| self.inputs[part.file].name.as_str()).collect();
        let mut outcome = Outcome {
            file: files.join(" + "),
            graph: None,
            status: Status::Loaded,
            quads: quads.len(),
            claims: count(&quads, ibid::CLAIM),
            documents: count(&quads, ibid::DOCUMENT),
            digest: None,
            error: None,
            warnings: Vec::new(),
        };
        match digest {
            Ok(digest) => outcome.digest = Some(digest),
            Err(tangled) => outcome.warnings.push(format!("no digest: {tangled}; the file's bytes tell whether it changed")),
        }
        if outcome.claims == 0 {
            outcome.warnings.push("no claims in it: nothing has the type ibid:Claim".to_owned());
        }
        let sha: Vec<String> = parts.iter().map(|part| canon::sha256(&self.inputs[part.file].bytes)).collect();
        let past = self.past(writer, parts, outcome.digest.as_deref())?;
        let same = |past: &Past| past.digest == outcome.digest && (outcome.digest.is_some() || sha.contains(&past.sha256));
        let unchanged = !past.is_empty() && past.iter().all(same);
        let named = parts[0].graph.clone().map(|graph| match (graph, past.first()) {
            // A report without a name of its own is known again by the file and by what it says.
            (Term::BlankNode(_), Some(first)) if unchanged => {
                let again = writer.objects(vocab::graph::HISTORY, &first.load, vocab::prov::GENERATED);
                again.map(|names| names.into_iter().next().unwrap_or_default())
            }
            (graph, _) => Ok(crate::store::name_of(graph)),
        });
        outcome.graph = named.transpose()?;
        if unchanged {
            outcome.status = Status::Unchanged;
            self.outcomes.push(outcome);
            return Ok(());
        }
        if let (Some(graph), Some(other)) = (&outcome.graph, past.iter().find(|past| !files.contains(&past.file.as_str())))
            && !self.options.replace
        {
            return Err(LoadError::Owned { graph: graph.clone(), file: other.file.clone() });
        }
        outcome.graph = self.put(writer, parts, &past, &outcome, &sha)?;
        if outcome.graph.is_some() && !past.is_empty() {
            outcome.status = Status::Replaced;
        }
        self.outcomes.push(outcome);
        Ok(())
    }

    /// What the store holds of a report already.
    fn past(&self, writer: &mut Writer<'_>, parts: &[Part], digest: Option<&str>) -> Result<Vec<Past>, LoadError> {
        if let Some(Term::NamedNode(graph)) = &parts[0].graph {
            return Ok(history::current(writer, graph.as_str())?);
        }
        // Triples outside any graph and graphs without a name: the same file that said the same.
        let nameless = |graph: &Option<String>| match (&parts[0].graph, graph) {
            (None, None) => true,
            (Some(_), Some(graph)) => graph.starts_with("_:"),
            _ => false,
        };
        let earlier = history::of_file(writer, &self.inputs[parts[0].file].name)?;
        Ok(earlier
            .into_iter()
            .filter(|(past, graph)| nameless(graph) && digest.is_some() && past.digest.as_deref() == digest)
            .map(|(past, _)| past)
            .take(1)
            .collect())
    }

    fn quads(&self, parts: &[Part]) -> Vec<Quad> {
        let mut quads = Vec::new();
        for part in parts {
            let terms = &self.reports[part.file].0.terms;
            // Blank nodes of different files are different nodes, whatever their labels.
            let apart = |term: &Term| match term {
                Term::BlankNode(node) if parts.len() > 1 => BlankNode::new_unchecked(format!("f{}{}", part.file, node.as_str())).into(),
                other => other.clone(),
            };
            for statement in &part.statements {
                let subject = match apart(&terms[statement.subject as usize]) {
                    Term::NamedNode(node) => NamedOrBlankNode::from(node),
                    Term::BlankNode(node) => node.into(),
                    Term::Literal(_) => unreachable!("the parsers give no literal as a subject"),
                };
                let Term::NamedNode(predicate) = terms[statement.predicate as usize].clone() else {
                    unreachable!("the parsers give only IRIs as predicates")
                };
                let quad = Quad::new(subject, predicate, apart(&terms[statement.object as usize]), oxigraph::model::GraphName::DefaultGraph);
                quads.push(quad);
            }
        }
        if parts.len() > 1 {
            let mut seen = FxHashSet::default();
            quads.retain(|quad| seen.insert(quad.clone()));
        }
        quads
    }

    /// Puts a report in the place of what stood there; returns the name it has in the store.
    fn put(&mut self, writer: &mut Writer<'_>, parts: &[Part], past: &[Past], outcome: &Outcome, sha: &[String]) -> Result<Option<String>, LoadError> {
        let mut stored_name = None;
        for (number, part) in parts.iter().enumerate() {
            let load = writer.begin_load();
            if self.first_load[part.file] == 0 {
                self.first_load[part.file] = load;
            }
            let first = self.first_load[part.file];
            let report = &self.reports[part.file].0;
            let mut nodes: FxHashMap<u32, Node> = FxHashMap::default();
            let graph = part.graph.as_ref().map(|graph| stored_term(graph, first));
            let graph_node = graph.as_ref().map(|graph| writer.intern(graph)).transpose()?;
            if number == 0 && let Some(graph) = graph_node {
                writer.remove_graph(graph)?;
            }
            let mut node = |writer: &mut Writer<'_>, term: u32| -> Result<Node, crate::store::Error> {
                if let Some(known) = nodes.get(&term) {
                    return Ok(*known);
                }
                let made = writer.intern(&stored_term(&report.terms[term as usize], first))?;
                nodes.insert(term, made);
                Ok(made)
            };
            for statement in &part.statements {
                let subject = node(writer, statement.subject)?;
                let predicate = node(writer, statement.predicate)?;
                let object = node(writer, statement.object)?;
                writer.add(subject, predicate, object, graph_node);
            }
            for (_, subject, position) in report.places.iter().filter(|(graph, ..)| *graph == part.from) {
                let subject = node(writer, *subject)?;
                writer.place(graph_node, subject, load, position.line, position.column)?;
            }
            let activity = Activity {
                load,
                file: self.inputs[part.file].name.clone(),
                sha256: sha[number].clone(),
                digest: outcome.digest.clone(),
                quads: outcome.quads as u64,
                time: self.options.now.clone(),
                graph: graph.clone(),
            };
            history::record(writer, &activity, past)?;
            stored_name = graph.map(crate::store::name_of);
        }
        Ok(stored_name)
    }

    /// Takes out what these files wrote before and no longer say.
    fn drop_stale(&mut self, writer: &mut Writer<'_>, parts: &BTreeMap<Option<String>, Vec<Part>>) -> Result<(), crate::store::Error> {
        let kept: FxHashSet<String> = self.outcomes.iter().filter_map(|outcome| outcome.graph.clone()).collect();
        let kept_now = |graph: &str| kept.contains(graph) || parts.contains_key(&Some(graph.to_owned()));
        for input in self.inputs {
            for (past, graph) in history::of_file(writer, &input.name)? {
                let Some(graph) = graph.filter(|graph| !kept_now(graph)) else { continue };
                let shared = history::current(writer, &graph)?.iter().any(|other| other.file != past.file);
                if shared {
                    continue;
                }
                let term: Term = match graph.strip_prefix("_:") {
                    Some(label) => BlankNode::new_unchecked(label).into(),
                    None => NamedNode::new_unchecked(&graph).into(),
                };
                let node = writer.intern(&term)?;
                writer.remove_graph(node)?;
                history::record_removal(writer, &term, &[past], &self.options.now)?;
                if let Some(outcome) = self.outcomes.iter_mut().find(|outcome| outcome.file == input.name) {
                    outcome.warnings.push(format!("the report `{graph}` is taken out: the file no longer holds it"));
                    if outcome.status == Status::Unchanged {
                        outcome.status = Status::Replaced;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Blank nodes of different loads never meet: each is named after the load it came with.
fn stored_term(term: &Term, first_load: u64) -> Term {
    match term {
        Term::BlankNode(node) => BlankNode::new_unchecked(format!("r{first_load}{}", node.as_str())).into(),
        other => other.clone(),
    }
}

fn count(quads: &[Quad], class: &str) -> usize {
    let of_class = |quad: &&Quad| {
        quad.predicate.as_str() == vocab::rdf::TYPE && matches!(&quad.object, Term::NamedNode(node) if node.as_str() == class)
    };
    quads.iter().filter(of_class).map(|quad| &quad.subject).collect::<FxHashSet<_>>().len()
}
