//! From the text of a request to its operations.

use super::split::{Piece, moved, split};
use super::update::{Modify, Operation, Target, Transfer};
use super::{Prefixes, QueryError, fault, parser};
use crate::rdf::Position;
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};
use oxiri::Iri;
use spargebra::algebra::{GraphPattern, GraphTarget};
use spargebra::term::{GraphName as TargetName, GraphNamePattern, NamedNodePattern};
use spargebra::{GraphUpdateOperation, SparqlParser};
use std::collections::BTreeSet;

/// The operations of a request, in their order.
pub(super) fn parse(text: &str, prefixes: &Prefixes) -> Result<Vec<Operation>, QueryError> {
    let parser = parser(prefixes);
    let pieces = split(text);
    let last = pieces.len() - 1;
    let mut operations = Vec::with_capacity(pieces.len());
    let (mut prologue, mut labels) = (String::new(), BTreeSet::new());
    for (number, piece) in pieces.iter().enumerate() {
        let found = parse_piece(&parser, piece, &prologue, text)?;
        prologue.push_str(&piece.prologue);
        if piece.is_empty() && number < last {
            let message = "an operation is missing before this semicolon".to_owned();
            return Err(QueryError::Syntax { position: Some(piece.place_at(piece.text.len())), message });
        }
        for operation in &found {
            if let Operation::InsertData(data) = operation
                && let Some(label) = shared_label(data, &mut labels)
            {
                let message = format!("the blank node _:{label} cannot stand in two operations");
                let at = piece.text.find(&format!("_:{label}")).unwrap_or_default();
                return Err(QueryError::Syntax { position: Some(piece.place_at(at)), message });
            }
        }
        operations.extend(found);
    }
    Ok(operations)
}

impl Piece<'_> {
    /// The place of a byte of its text.
    fn place_at(&self, byte: usize) -> Position {
        moved(self.start, &self.text[..byte])
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
        let again = |text: &str| {
            let parsed = parser.clone().parse_update(&format!("{prologue}\n{text}"));
            parsed.err().map(|error| without_first_line(&error.to_string()))
        };
        match fault::of(&without_first_line(&error.to_string()), piece.text, "update", &again) {
            QueryError::Syntax { position, message } => {
                QueryError::Syntax { position: position.map(|position| piece.place(position)), message }
            }
            QueryError::Prefix { position, prefix } => QueryError::Prefix { position: piece.place(position), prefix },
            other => other,
        }
    })?;
    let kind = match piece.words[0].as_str() {
        "ADD" => Some(Transfer::Add),
        "COPY" => Some(Transfer::Copy),
        "MOVE" => Some(Transfer::Move),
        _ => None,
    };
    match kind {
        Some(kind) => Ok(vec![transfer(kind, piece.words[1] == "SILENT", &update.operations)]),
        None => {
            let base = update.base_iri.as_ref();
            Ok(update.operations.into_iter().map(|parsed| operation(parsed, base)).collect())
        }
    }
}

/// The parser's words (`error at 3:5: …`) as they would be of the text without its first line.
fn without_first_line(message: &str) -> String {
    let told = message.strip_prefix("error at ").and_then(|rest| rest.split_once(':'));
    match told.and_then(|(line, rest)| Some((line.parse::<usize>().ok()?, rest))) {
        Some((line, rest)) => format!("error at {}:{rest}", line.saturating_sub(1).max(1)),
        None => message.to_owned(),
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

fn operation(parsed: GraphUpdateOperation, base: Option<&Iri<String>>) -> Operation {
    match parsed {
        GraphUpdateOperation::InsertData { data } => {
            let quad = |quad: spargebra::term::Quad| {
                Quad::new(quad.subject, quad.predicate, quad.object, graph_name(quad.graph_name))
            };
            Operation::InsertData(data.into_iter().map(quad).collect())
        }
        GraphUpdateOperation::DeleteData { data } => {
            let quad = |quad: spargebra::term::GroundQuad| {
                Quad::new(quad.subject, quad.predicate, Term::from(quad.object), graph_name(quad.graph_name))
            };
            Operation::DeleteData(data.into_iter().map(quad).collect())
        }
        GraphUpdateOperation::DeleteInsert { delete, insert, using, pattern } => {
            Operation::Modify(Box::new(Modify::new(delete, insert, using, *pattern, base.cloned())))
        }
        GraphUpdateOperation::Load { silent, source, .. } => Operation::Load { silent, source: source.into_string() },
        GraphUpdateOperation::Clear { silent, graph } => {
            Operation::Clear { word: "CLEAR", silent, target: all_of(graph) }
        }
        GraphUpdateOperation::Drop { silent, graph } => {
            Operation::Clear { word: "DROP", silent, target: all_of(graph) }
        }
        GraphUpdateOperation::Create { silent, graph } => Operation::Create { silent, graph: graph.into_string() },
    }
}

/// The operation that the parser wrote out, put together again.
fn transfer(kind: Transfer, silent: bool, written_out: &[GraphUpdateOperation]) -> Operation {
    let copy = written_out.iter().find_map(|operation| match operation {
        GraphUpdateOperation::DeleteInsert { insert, pattern, .. } => Some((insert.first()?, pattern)),
        _ => None,
    });
    let Some((target, source)) = copy else { return Operation::Identity };
    let to = match &target.graph_name {
        GraphNamePattern::NamedNode(node) => Some(node.as_str().to_owned()),
        _ => None,
    };
    let from = match &**source {
        GraphPattern::Graph { name: NamedNodePattern::NamedNode(node), .. } => Some(node.as_str().to_owned()),
        _ => None,
    };
    Operation::Transfer { kind, silent, from, to }
}

fn all_of(target: GraphTarget) -> Target {
    match target {
        GraphTarget::NamedNode(node) => Target::Graph(node.into_string()),
        GraphTarget::DefaultGraph => Target::Default,
        GraphTarget::NamedGraphs => Target::Named,
        GraphTarget::AllGraphs => Target::All,
    }
}

fn graph_name(name: TargetName) -> GraphName {
    match name {
        TargetName::NamedNode(node) => GraphName::NamedNode(node),
        TargetName::DefaultGraph => GraphName::DefaultGraph,
    }
}
