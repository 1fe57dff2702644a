//! An update, parsed and bound: which operations, on which graphs?

use super::split::{Piece, split};
use super::walk::{self, Visitor};
use super::{BindError, Prefixes, QueryError, Seen, bind, parser, syntax_error};
use crate::rdf::Position;
use oxigraph::model::{GraphName, Literal, NamedOrBlankNode, Quad, Term};
use spargebra::algebra::{Expression, Function, GraphPattern, GraphTarget, QueryDataset};
use spargebra::term::{GraphName as TargetName, GroundQuadPattern, QuadPattern};
use spargebra::{GraphUpdateOperation, SparqlParser};
use std::collections::BTreeSet;

/// A request: operations, each over what the one before it left.
/// See [SPARQL 1.1 Update](https://www.w3.org/TR/sparql11-update/).
#[derive(Clone, Debug)]
pub struct Update {
    text: String,
    operations: Vec<Operation>,
    parameters: Vec<(String, Term)>,
}

/// One operation. A graph of `None` is the unnamed one.
#[derive(Clone, Debug)]
pub enum Operation {
    /// INSERT DATA.
    InsertData(Vec<Quad>),
    /// DELETE DATA.
    DeleteData(Vec<Quad>),
    /// DELETE and INSERT with a WHERE.
    Modify(Box<Modify>),
    /// CLEAR and DROP, which are the same where no empty graphs are kept.
    Clear {
        /// `CLEAR` or `DROP`.
        word: &'static str,
        /// Whether a graph that is not there is no error.
        silent: bool,
        /// Which graphs.
        target: Target,
    },
    /// CREATE.
    Create {
        /// Whether a graph that is there already is no error.
        silent: bool,
        /// The graph.
        graph: String,
    },
    /// ADD, COPY and MOVE between two different graphs.
    Transfer {
        /// Which of them.
        kind: Transfer,
        /// Whether a source that is not there is no error.
        silent: bool,
        /// The source.
        from: Option<String>,
        /// The target.
        to: Option<String>,
    },
    /// ADD, COPY and MOVE from a graph to itself: nothing.
    Identity,
    /// LOAD SILENT, whose failure is no error: nothing.
    LoadSilent(String),
}

/// What CLEAR and DROP may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One named graph.
    Graph(String),
    /// The unnamed graph.
    Default,
    /// All named graphs.
    Named,
    /// All graphs.
    All,
}

/// What becomes of the source and of what was in the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Both stay.
    Add,
    /// The target's is replaced.
    Copy,
    /// The target's is replaced, and the source is gone.
    Move,
}

impl Transfer {
    /// The word it is written with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Copy => "COPY",
            Self::Move => "MOVE",
        }
    }
}

/// DELETE and INSERT with a WHERE.
#[derive(Clone, Debug)]
pub struct Modify {
    pub(super) delete: Vec<GroundQuadPattern>,
    pub(super) insert: Vec<QuadPattern>,
    using: Option<QueryDataset>,
    pub(super) pattern: GraphPattern,
    base: Option<oxiri::Iri<String>>,
    seen: Seen,
}

impl Update {
    /// Parses a request; `prefixes` need no declaring in it.
    ///
    /// # Errors
    /// Where it is no SPARQL update, has no operation, or would reach the network: LOAD (but for LOAD SILENT, whose
    /// failure SPARQL passes over) and SERVICE.
    pub fn parse(text: &str, prefixes: &Prefixes) -> Result<Self, QueryError> {
        let parser = parser(prefixes);
        let pieces = split(text);
        let last = pieces.len() - 1;
        let mut operations = Vec::with_capacity(pieces.len());
        let (mut prologue, mut labels) = (String::new(), BTreeSet::new());
        for (number, piece) in pieces.iter().enumerate() {
            let mut found = parse_piece(&parser, piece, &prologue, text)?;
            prologue.push_str(&piece.prologue);
            if piece.is_empty() && number < last {
                let message = "an operation is missing before this semicolon".to_owned();
                return Err(QueryError::Syntax { position: Some(piece.end()), message });
            }
            for operation in &mut found {
                operation.apart_from_stored_blanks();
                operation.inspect();
                if let Operation::Modify(modify) = operation
                    && modify.seen.service
                {
                    return Err(QueryError::Service);
                }
                if let Operation::InsertData(data) = operation
                    && let Some(label) = shared_label(data, &mut labels)
                {
                    let message = format!("the blank node _:{label} cannot stand in two operations");
                    return Err(QueryError::Syntax { position: Some(piece.start), message });
                }
            }
            operations.extend(found);
        }
        if operations.is_empty() {
            return Err(if parser.parse_query(text).is_ok() { QueryError::Query } else { QueryError::Empty });
        }
        Ok(Self { text: text.to_owned(), operations, parameters: Vec::new() })
    }

    /// The same update with parameters in place of variables of those names, in WHERE and in the templates.
    ///
    /// # Errors
    /// When a name is no variable of the update, the update sets it itself, or the term cannot stand where it does.
    pub fn bind(mut self, parameters: &[(String, Term)]) -> Result<Self, BindError> {
        bind::bind(&mut self, parameters)?;
        self.operations.iter_mut().for_each(Operation::inspect);
        self.parameters.extend_from_slice(parameters);
        Ok(self)
    }

    /// The request as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters it was bound with.
    pub fn parameters(&self) -> &[(String, Term)] {
        &self.parameters
    }

    /// Its operations, in their order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

impl walk::Walked for Update {
    fn walk(&mut self, visitor: &mut impl Visitor) {
        for operation in &mut self.operations {
            if let Operation::Modify(modify) = operation {
                walk::modify(modify, visitor);
            }
        }
    }
}

impl Modify {
    /// Whether it names an IRI, in WHERE or after USING or WITH.
    pub fn names(&self, iri: &str) -> bool {
        self.seen.iris.contains(iri)
    }

    /// The graphs that it reads by name: after GRAPH, USING and WITH.
    pub fn graphs(&self) -> &BTreeSet<String> {
        &self.seen.graphs
    }

    /// The graphs that its templates name.
    pub fn written(&self) -> &BTreeSet<String> {
        &self.seen.written
    }

    /// Whether its templates remove anything.
    pub fn deletes(&self) -> bool {
        !self.delete.is_empty()
    }

    /// The DELETE template, for an engine.
    pub fn delete_template(&self) -> &[GroundQuadPattern] {
        &self.delete
    }

    /// The INSERT template, for an engine.
    pub fn insert_template(&self) -> &[QuadPattern] {
        &self.insert
    }

    /// What WHERE reads, where USING or WITH says so, for an engine.
    pub fn dataset(&self) -> Option<&QueryDataset> {
        self.using.as_ref()
    }

    /// The WHERE, for an engine.
    pub fn pattern(&self) -> &GraphPattern {
        &self.pattern
    }

    /// What relative IRIs made in expressions are relative to, for an engine.
    pub fn base(&self) -> Option<&oxiri::Iri<String>> {
        self.base.as_ref()
    }
}

impl Operation {
    fn of(operation: GraphUpdateOperation, base: Option<&oxiri::Iri<String>>) -> Result<Self, QueryError> {
        Ok(match operation {
            GraphUpdateOperation::InsertData { data } => {
                let quad = |quad: spargebra::term::Quad| {
                    Quad::new(quad.subject, quad.predicate, quad.object, graph_name(quad.graph_name))
                };
                Self::InsertData(data.into_iter().map(quad).collect())
            }
            GraphUpdateOperation::DeleteData { data } => {
                let quad = |quad: spargebra::term::GroundQuad| {
                    Quad::new(quad.subject, quad.predicate, Term::from(quad.object), graph_name(quad.graph_name))
                };
                Self::DeleteData(data.into_iter().map(quad).collect())
            }
            GraphUpdateOperation::DeleteInsert { delete, insert, using, pattern } => {
                let (base, seen) = (base.cloned(), Seen::default());
                Self::Modify(Box::new(Modify { delete, insert, using, pattern: *pattern, base, seen }))
            }
            GraphUpdateOperation::Load { silent: true, source, .. } => Self::LoadSilent(source.into_string()),
            GraphUpdateOperation::Load { source, .. } => return Err(QueryError::Load(source.into_string())),
            GraphUpdateOperation::Clear { silent, graph } => {
                Self::Clear { word: "CLEAR", silent, target: Target::of(graph) }
            }
            GraphUpdateOperation::Drop { silent, graph } => {
                Self::Clear { word: "DROP", silent, target: Target::of(graph) }
            }
            GraphUpdateOperation::Create { silent, graph } => Self::Create { silent, graph: graph.into_string() },
        })
    }

    /// The operation that the parser wrote out, put together again.
    fn transfer(kind: Transfer, silent: bool, written_out: &[GraphUpdateOperation]) -> Self {
        let copy = written_out.iter().find_map(|operation| match operation {
            GraphUpdateOperation::DeleteInsert { insert, pattern, .. } => Some((insert.first()?, pattern)),
            _ => None,
        });
        let Some((target, source)) = copy else { return Self::Identity };
        let to = match &target.graph_name {
            spargebra::term::GraphNamePattern::NamedNode(node) => Some(node.as_str().to_owned()),
            _ => None,
        };
        let from = match &**source {
            GraphPattern::Graph { name: spargebra::term::NamedNodePattern::NamedNode(node), .. } => {
                Some(node.as_str().to_owned())
            }
            _ => None,
        };
        Self::Transfer { kind, silent, from, to }
    }

    fn inspect(&mut self) {
        let Self::Modify(modify) = self else { return };
        let mut seen = Seen::default();
        walk::modify(modify, &mut seen);
        if let Some(dataset) = &modify.using {
            let named = dataset.default.iter().chain(dataset.named.iter().flatten());
            seen.graphs.extend(named.map(|node| node.as_str().to_owned()));
        }
        seen.iris.extend(seen.graphs.iter().cloned());
        modify.seen = seen;
    }

    /// The evaluator's BNODE gives the blank node of that label, which may be one that is stored; no stored label begins
    /// with an `x`.
    fn apart_from_stored_blanks(&mut self) {
        struct Apart;
        impl Visitor for Apart {
            fn expression(&mut self, expression: &mut Expression) {
                if let Expression::FunctionCall(Function::BNode, arguments) = expression
                    && let [label] = arguments.as_mut_slice()
                {
                    let given = std::mem::replace(label, Literal::new_simple_literal("").into());
                    let x = Literal::new_simple_literal("x").into();
                    *label = Expression::FunctionCall(Function::Concat, vec![x, given]);
                }
            }
        }
        if let Self::Modify(modify) = self {
            walk::modify(modify, &mut Apart);
        }
    }
}

impl Target {
    fn of(target: GraphTarget) -> Self {
        match target {
            GraphTarget::NamedNode(node) => Self::Graph(node.into_string()),
            GraphTarget::DefaultGraph => Self::Default,
            GraphTarget::NamedGraphs => Self::Named,
            GraphTarget::AllGraphs => Self::All,
        }
    }
}

fn graph_name(name: TargetName) -> GraphName {
    match name {
        TargetName::NamedNode(node) => GraphName::NamedNode(node),
        TargetName::DefaultGraph => GraphName::DefaultGraph,
    }
}

impl Piece<'_> {
    /// Where its text ends.
    fn end(&self) -> Position {
        let lines = self.text.matches('\n').count() as u32;
        let last = self.text.rsplit('\n').next().unwrap_or_default().chars().count() as u32;
        let column = if lines == 0 { self.start.column + last } else { last + 1 };
        Position { line: self.start.line + lines, column }
    }

    /// A place of the piece by itself as one of the whole text.
    fn place(&self, position: Position) -> Position {
        let column = if position.line == 1 { self.start.column + position.column - 1 } else { position.column };
        Position { line: self.start.line + position.line - 1, column }
    }
}

/// Parses one operation, after the declarations of those before it.
fn parse_piece(
    parser: &SparqlParser,
    piece: &Piece<'_>,
    prologue: &str,
    text: &str,
) -> Result<Vec<Operation>, QueryError> {
    // The declarations are on a line of their own, above the piece's first.
    let parsed = parser.clone().parse_update(&format!("{prologue}\n{}", piece.text));
    let update = parsed.map_err(|error| {
        if parser.clone().parse_query(text).is_ok() {
            return QueryError::Query;
        }
        let above = |position: Position| Position { line: position.line.saturating_sub(1).max(1), ..position };
        syntax_error(&error.to_string(), text, "update", &|position| piece.place(above(position)))
    })?;
    let kind = match piece.words[0].as_str() {
        "ADD" => Some(Transfer::Add),
        "COPY" => Some(Transfer::Copy),
        "MOVE" => Some(Transfer::Move),
        _ => None,
    };
    match kind {
        Some(kind) => Ok(vec![Operation::transfer(kind, piece.words[1] == "SILENT", &update.operations)]),
        None => {
            let base = update.base_iri.as_ref();
            update.operations.into_iter().map(|operation| Operation::of(operation, base)).collect()
        }
    }
}

/// A blank node's label that these data share with others before them; otherwise theirs are put to the others.
fn shared_label(data: &[Quad], labels: &mut BTreeSet<String>) -> Option<String> {
    let mut own = BTreeSet::new();
    for quad in data {
        if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
            own.insert(node.as_str().to_owned());
        }
        if let Term::BlankNode(node) = &quad.object {
            own.insert(node.as_str().to_owned());
        }
    }
    let shared = own.iter().find(|label| labels.contains(*label)).cloned();
    labels.extend(own);
    shared
}
