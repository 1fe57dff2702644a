//! Loads what is too large to be held, statement by statement, in a memory that does not grow with it. N-Triples and N-Quads
//! are read in parallel.
//!
//! What cannot be known before the end of the file (which report is new, what a file without graph names is called) is
//! decided while the statements wait, sorted, outside the store.

use super::chunk::Chunk;
use super::cut::graph_name;
use super::cutter;
use super::file::{Source, misspelt};
use super::measure::{Content, together};
use super::{LoadError, Options, finish, plan, put, statements};
use crate::history::Pen;
use crate::input::Stream;
use crate::mapping;
use crate::model::{Outcome, Status};
use crate::rdf::canon;
use crate::rdf::easy::{Line, NO_GRAPH, Spelt};
use crate::rdf::{Broken, Syntax};
use crate::store::{Fingerprint, Fingerprints, Node, Result, Store, Writer, encode, name_of};
use crate::vocab::{graph::RESERVED, ibid, rdf};
use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// How far a load has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is being read.
    Reading,
    /// All is read; it is being sorted and written.
    Writing,
}

/// A report of more statements than this, not all side by side in its file, is told by the file's bytes: its digest would
/// take too much memory.
const SCATTERED: usize = 2_000_000;

/// A file with more blank nodes is told by its bytes: which of them stand in several graphs would take too much memory.
const MANY_BLANKS: usize = 2_000_000;

/// What is known of a graph so far.
struct Known {
    content: Content,
    /// Whether its statements do not all stand side by side.
    scattered: bool,
}

struct Loader<'w, 's> {
    writer: &'w mut Writer<'s>,
    prints: Fingerprints,
    graphs: FxHashMap<Option<Node>, Known>,
    /// The graph for what the file puts into none, if it was said.
    outside: Option<Node>,
    /// What its blank nodes are called: by the number of its first load.
    first_load: u64,
    /// The graph that a blank node first stood in, and whether one stands in several.
    blanks: FxHashMap<Node, Option<Node>>,
    entangled: bool,
    words: BTreeSet<String>,
    /// What the terms are known by that mappings read, and whether any of what they read was met.
    mapped: FxHashSet<Fingerprint>,
    foreign: bool,
    appearances: FxHashSet<Term>,
}

impl From<Broken> for LoadError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Syntax(error) => Self::Syntax(error),
            Broken::Io(error) => Self::Read(error),
        }
    }
}

/// Loads a stream in one transaction, as [`load`](super::load) loads what fits into memory;
/// `watch` hears how far it has come. Of a stream nothing is read before the store can be written to.
///
/// # Errors
/// As [`load`](super::load), and when the stream cannot be read to its end.
pub fn load_stream(
    store: &Store,
    from: &mut Stream,
    options: &Options,
    watch: &dyn Fn(Step),
) -> std::result::Result<Vec<Outcome>, LoadError> {
    let mut writer = store.write(options.wait, &options.who)?;
    let outside = match &options.graph {
        Some(graph) => {
            let graph = named(graph)?;
            if RESERVED.contains(&graph.as_str()) {
                return Err(LoadError::Reserved(graph.into_string()));
            }
            Some(writer.intern(&graph.into())?)
        }
        None => None,
    };
    let (first_load, prints) = (writer.next_load(), writer.fingerprints());
    let print_of = |iri: &str| {
        let mut bytes = Vec::new();
        encode(NamedNodeRef::new_unchecked(iri).into(), &mut bytes);
        prints.of(&bytes)
    };
    let mut loader = Loader {
        prints: prints.clone(),
        writer: &mut writer,
        graphs: FxHashMap::default(),
        outside,
        first_load,
        blanks: FxHashMap::default(),
        entangled: false,
        words: BTreeSet::new(),
        mapped: mapping::terms(&options.mappings).map(|term| print_of(&term)).collect(),
        foreign: false,
        appearances: FxHashSet::default(),
    };
    watch(Step::Reading);
    let syntax = options.syntax.unwrap_or(from.syntax);
    let base = options.base.as_deref().or(from.base.as_deref());
    let (stream, mut take) = (&mut *from.stream, |chunk| loader.take(&chunk));
    let (sha256, base) = match syntax {
        Syntax::NTriples | Syntax::NQuads => (cutter::read(stream, syntax, &prints, &mut take)?, None),
        _ => statements::read(stream, syntax, base, &prints, &mut take)?,
    };
    watch(Step::Writing);
    loader.gather()?;
    let said = loader.graphs.is_empty() || loader.graphs.contains_key(&None);
    if !matches!(syntax, Syntax::TriG | Syntax::NQuads) && outside.is_none() && said {
        loader.name_outside(&graph_name(base.as_deref(), &loader.appearances, &from.name, options))?;
    }
    let Loader { mut graphs, entangled, words, outside, foreign, .. } = loader;
    // A file that says nothing is still a report: loading it empties what the same file said before.
    if graphs.is_empty() {
        graphs.insert(outside, Known::of(outside.map(|graph| writer.term(graph)).transpose()?));
    }
    let warnings = misspelt(words.iter().map(String::as_str));
    let sources = [Source { name: &from.name, sha256, names_graphs: syntax.has_graphs(), warnings }];
    let mut found: Vec<(Option<Node>, Content)> =
        graphs.into_iter().map(|(node, known)| (node, known.content)).collect();
    found.sort_by_cached_key(|(_, content)| content.graph.clone().map(name_of));
    let (mut nodes, mut plans) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    for (node, mut content) in found {
        if entangled && content.digest.is_ok() {
            content.digest = Ok(together(&[&sources[0].sha256], content.graph.as_ref()));
        }
        nodes.push(node);
        plans.push(plan::plan(&writer, &sources, content, options.replace)?);
    }
    let stale = plan::settle(&writer, &sources, &mut plans, options)?;
    let mut loads: FxHashMap<Option<Node>, u64> = FxHashMap::default();
    let mut pen = Pen::default();
    for (plan, node) in plans.iter_mut().zip(nodes) {
        if plan.outcome.status == Status::Unchanged {
            writer.leave_out(node);
            continue;
        }
        let load = writer.begin_load();
        if let Some(graph) = node {
            writer.remove_graph(graph)?;
        }
        let graph = node.map(|graph| writer.term(graph)).transpose()?;
        put::record(&mut writer, &mut pen, &sources[0], plan, graph, (load, &options.now))?;
        loads.insert(node, load);
    }
    writer.settle_places(outside, &|graph| loads.get(&graph).copied())?;
    if foreign {
        plan::recount(&mut writer, &mut plans, &options.mappings)?;
    }
    plan::warn(&mut plans, &sources);
    Ok(finish(writer, plans, &stale, options)?)
}

fn named(graph: &str) -> std::result::Result<NamedNode, LoadError> {
    NamedNode::new(graph).map_err(|_| LoadError::GraphName(graph.to_owned()))
}

impl Known {
    fn of(graph: Option<Term>) -> Self {
        let digest = Ok(canon::sha256(b""));
        let content = Content { graph, files: vec![0], quads: 0, claims: 0, documents: 0, digest };
        Self { content, scattered: false }
    }
}

impl Loader<'_, '_> {
    fn take(&mut self, chunk: &Chunk) -> std::result::Result<(), LoadError> {
        let mut nodes = Vec::new();
        let mut label = Vec::new();
        for (print, bytes) in chunk.terms() {
            self.foreign |= self.mapped.contains(&print);
            // Blank nodes of different loads never meet: each is named after the load it came with.
            nodes.push(match bytes {
                [kind, name @ ..] if u64::from(*kind) == Node::BLANK => {
                    label.clear();
                    label.push(*kind);
                    label.extend(format!("r{}b", self.first_load).as_bytes());
                    label.extend(name);
                    self.writer.intern_encoded(self.prints.of(&label), &label)?
                }
                _ => self.writer.intern_encoded(print, bytes)?,
            });
        }
        let node = |number: u32| nodes[number as usize];
        let outside = self.outside;
        let graph_of = |number: u32| if number == NO_GRAPH { outside } else { Some(node(number)) };
        for [subject, predicate, object, graph] in &chunk.statements {
            let (subject, object, graph) = (node(*subject), node(*object), graph_of(*graph));
            for blank in [subject, object].into_iter().filter(|node| node.is_blank()) {
                if self.blanks.len() >= MANY_BLANKS {
                    break;
                }
                self.entangled |= *self.blanks.entry(blank).or_insert(graph) != graph;
            }
            self.writer.add(subject, node(*predicate), object, graph)?;
        }
        for (graph, subject, position) in &chunk.places {
            self.writer.place_later(graph_of(*graph), node(*subject), position.line, position.column)?;
        }
        for run in &chunk.runs {
            self.foreign |= run.takes_uncalled;
            let graph = graph_of(run.graph);
            match self.graphs.get_mut(&graph) {
                Some(known) => known.scattered = true,
                None => {
                    let term = graph.map(|graph| self.writer.term(graph)).transpose()?;
                    if let Some(Term::NamedNode(node)) = &term
                        && RESERVED.contains(&node.as_str())
                    {
                        return Err(LoadError::Reserved(node.as_str().to_owned()));
                    }
                    let mut known = Known::of(term);
                    known.content.quads = run.quads;
                    known.content.claims = run.claims;
                    known.content.documents = run.documents;
                    known.content.digest.clone_from(&run.digest);
                    self.graphs.insert(graph, known);
                }
            }
        }
        self.words.extend(chunk.words.iter().cloned());
        if self.appearances.len() < 2 {
            self.appearances.extend(chunk.appearances.iter().cloned());
        }
        Ok(())
    }

    /// Measures the graphs whose statements do not stand side by side.
    fn gather(&mut self) -> std::result::Result<(), LoadError> {
        let too_many = self.blanks.len() >= MANY_BLANKS;
        #[expect(clippy::iter_over_hash_type, reason = "each is changed by itself")]
        for known in self.graphs.values_mut() {
            if too_many {
                known.content.digest = Err(format!("its file has more than {MANY_BLANKS} blank nodes"));
            }
            if known.scattered {
                let content = &mut known.content;
                (content.quads, content.claims, content.documents) = (0, 0, 0);
            }
        }
        if !self.graphs.values().any(|known| known.scattered) {
            return Ok(());
        }
        let mut find = |iri: &str| self.writer.intern(&NamedNode::new_unchecked(iri).into());
        let (a, claim, document) = (find(rdf::TYPE)?, find(ibid::CLAIM)?, find(ibid::DOCUMENT)?);
        let graphs = &mut self.graphs;
        let mut held: (Option<Node>, Vec<[Node; 3]>) = (None, Vec::new());
        let mut settle =
            |held: &mut (Option<Node>, Vec<[Node; 3]>), term: &dyn Fn(Node) -> Result<Term>| -> Result<()> {
                let triples = std::mem::take(&mut held.1);
                let Some(known) = graphs.get_mut(&held.0).filter(|known| known.scattered) else { return Ok(()) };
                let content = &mut known.content;
                content.quads += triples.len();
                let of_class = |class: Node| triples.iter().filter(|[_, p, o]| *p == a && *o == class).count();
                content.claims += of_class(claim);
                content.documents += of_class(document);
                if !too_many {
                    content.digest = if content.quads > SCATTERED {
                        Err(format!("more than {SCATTERED} statements that do not stand side by side in their file"))
                    } else {
                        digest(&triples, term)?
                    };
                }
                Ok(())
            };
        self.writer.added_by_graph(&mut |graph, triple, term| {
            if graph != held.0 || held.1.len() > SCATTERED {
                settle(&mut held, term)?;
                held.0 = graph;
            }
            held.1.push(triple);
            Ok(())
        })?;
        let writer = &*self.writer;
        Ok(settle(&mut held, &|node| writer.term(node))?)
    }

    /// Gives what the file puts into no graph the name of one.
    fn name_outside(&mut self, name: &str) -> std::result::Result<(), LoadError> {
        let graph = named(name)?;
        if RESERVED.contains(&graph.as_str()) {
            return Err(LoadError::Reserved(graph.into_string()));
        }
        let node = self.writer.intern(&graph.clone().into())?;
        self.writer.put_into(node)?;
        let mut known = self.graphs.remove(&None).unwrap_or_else(|| Known::of(None));
        known.content.graph = Some(graph.into());
        self.graphs.insert(Some(node), known);
        self.outside = Some(node);
        Ok(())
    }
}

/// The digest of a graph, its terms looked up.
fn digest(triples: &[[Node; 3]], term: &dyn Fn(Node) -> Result<Term>) -> Result<std::result::Result<String, String>> {
    let (mut terms, mut numbers) = (Spelt::default(), FxHashMap::default());
    let mut lines: Vec<Line> = Vec::with_capacity(triples.len());
    for triple in triples {
        let mut line = [NO_GRAPH; 4];
        for (place, node) in line.iter_mut().zip(triple) {
            *place = match numbers.get(node) {
                Some(number) => *number,
                None => {
                    let number = terms.push(term(*node)?.as_ref());
                    numbers.insert(*node, number);
                    number
                }
            };
        }
        lines.push(line);
    }
    Ok(canon::digest_of_lines(&terms, &mut lines).map_err(|tangled| tangled.to_string()))
}
