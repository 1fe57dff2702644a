//! Reads a stream that is not of lines statement by statement, and puts them into chunks.

use super::chunk::{Chunk, Reader};
use super::cutter::{CHUNK, LARGE, WAITING};
use crate::rdf::canon::hexadecimal;
use crate::rdf::{Broken, Syntax, SyntaxError, read_stream};
use crate::store::Fingerprints;
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// The stack of the thread that reads, in bytes of address space.
const STACK: usize = 256 << 20;

/// Reads a stream, and gives its chunks in their order to `each`; returns the SHA-256 of its bytes, and the base IRI at its
/// end.
///
/// # Errors
/// The first thing that is wrong, or what `each` returned.
pub(super) fn read<E: From<Broken>>(
    stream: &mut (dyn Read + Send),
    syntax: Syntax,
    base: Option<&str>,
    prints: &Fingerprints,
    each: &mut dyn FnMut(Chunk) -> Result<(), E>,
) -> Result<(String, Option<String>), E> {
    let (to_take, chunks) = sync_channel(WAITING);
    thread::scope(|scope| {
        let reading = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let mut hashed = Hashed { stream, hash: Sha256::new() };
            let mut statements = Statements {
                reader: Reader::new(prints),
                prints,
                graph: GraphName::DefaultGraph,
                blanks: FxHashMap::default(),
                to_take,
            };
            let base = read_stream(&mut hashed, syntax, base, &mut |quad, position| {
                statements.cut(&quad.graph_name)?;
                let quad = statements.renamed(quad);
                statements.reader.add(&quad, position);
                Ok(())
            })?;
            statements.send()?;
            Ok((hexadecimal(&hashed.hash.finalize()), base))
        });
        let reading = reading.map_err(|error| E::from(Broken::Io(error)))?;
        // Once this returns nobody takes any more, and the thread ends.
        let taken = chunks.into_iter().try_for_each(each);
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken?;
        read.map_err(E::from)
    })
}

struct Statements<'p> {
    reader: Reader,
    prints: &'p Fingerprints,
    /// The graph of the statement before.
    graph: GraphName,
    /// The numbers of blank nodes, by first appearance.
    blanks: FxHashMap<BlankNode, usize>,
    to_take: SyncSender<Chunk>,
}

impl Statements<'_> {
    /// Gives on what there is before a statement of a graph, if it is enough.
    fn cut(&mut self, graph: &GraphName) -> Result<(), SyntaxError> {
        let enough = if *graph == self.graph { LARGE } else { CHUNK };
        if *graph != self.graph {
            self.graph = graph.clone();
        }
        if self.reader.size() < enough { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), SyntaxError> {
        let full = std::mem::replace(&mut self.reader, Reader::new(self.prints));
        // What whoever took them found is told instead.
        self.to_take.send(full.finish()).map_err(|_| SyntaxError::new("nobody takes what is read"))
    }

    /// A quad with its blank nodes numbered.
    fn renamed(&mut self, mut quad: Quad) -> Quad {
        if let GraphName::BlankNode(node) = &mut quad.graph_name {
            self.number(node);
        }
        if let NamedOrBlankNode::BlankNode(node) = &mut quad.subject {
            self.number(node);
        }
        if let Term::BlankNode(node) = &mut quad.object {
            self.number(node);
        }
        quad
    }

    fn number(&mut self, node: &mut BlankNode) {
        let next = self.blanks.len();
        let number = *self.blanks.entry(node.clone()).or_insert(next);
        *node = BlankNode::new_unchecked(number.to_string());
    }
}

/// A stream, and the hash of what was read of it.
struct Hashed<'s> {
    stream: &'s mut (dyn Read + Send),
    hash: Sha256,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}
