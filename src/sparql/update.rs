//! An update, parsed and bound: which operations, on which graphs?

use super::seen::Seen;
use super::walk::{self, Visitor};
use super::{BindError, Prefixes, QueryError, bind, request};
use oxigraph::model::{Literal, Quad, Term};
use oxiri::Iri;
use spargebra::algebra::{Expression, Function, GraphPattern, QueryDataset};
use spargebra::term::{GroundQuadPattern, QuadPattern};
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
    /// LOAD.
    Load {
        /// Whether its failure is no error.
        silent: bool,
        /// What is to be loaded.
        source: String,
    },
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
    base: Option<Iri<String>>,
    seen: Seen,
}

impl Update {
    /// Parses a request; `prefixes` need no declaring in it.
    ///
    /// # Errors
    /// Where it is no SPARQL update, or names a SERVICE. One without operations is an update that changes nothing.
    pub fn parse(text: &str, prefixes: &Prefixes) -> Result<Self, QueryError> {
        let mut operations = request::parse(text, prefixes)?;
        for operation in &mut operations {
            operation.apart_from_stored_blanks();
            operation.inspect();
            if matches!(operation, Operation::Modify(modify) if modify.seen.service) {
                return Err(QueryError::Service);
            }
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
    pub(super) fn new(
        delete: Vec<GroundQuadPattern>,
        insert: Vec<QuadPattern>,
        using: Option<QueryDataset>,
        pattern: GraphPattern,
        base: Option<Iri<String>>,
    ) -> Self {
        Self { delete, insert, using, pattern, base, seen: Seen::default() }
    }

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
    pub fn base(&self) -> Option<&Iri<String>> {
        self.base.as_ref()
    }
}

impl Operation {
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
