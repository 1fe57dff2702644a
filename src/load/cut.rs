//! Into which graphs does a file's content go?

use super::{LoadError, Options};
use crate::rdf::{Report, Statement, Syntax};
use crate::vocab;
use oxigraph::model::{NamedNode, Term};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// One graph of a file: its name, and statements over the file's terms.
pub(super) struct Part {
    /// The graph; none for triples outside any.
    pub(super) graph: Option<Term>,
    /// Which of the files it is from.
    pub(super) file: usize,
    pub(super) statements: Vec<Statement>,
    /// The graph's number in the file.
    pub(super) from: Option<u32>,
}

/// Cuts a file into its graphs and names the one that it does not name.
pub(super) fn cut(
    report: &Report,
    syntax: Syntax,
    file: usize,
    name: &str,
    options: &Options,
) -> Result<Vec<Part>, LoadError> {
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
                let graph = graph_name(report.base.as_deref(), &appearances(report, &statements), name, options);
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

/// Whether a predicate says where a claim appears, in either spelling.
pub(super) fn is_appearance(iri: &str) -> bool {
    let twin = || vocab::schema_twin(iri).is_some_and(|twin| twin == vocab::schema::APPEARANCE);
    iri == vocab::schema::APPEARANCE || twin()
}

/// Where the claims of some statements appear.
fn appearances(report: &Report, statements: &[Statement]) -> FxHashSet<Term> {
    let appearance = |statement: &&Statement| match &report.terms[statement.predicate as usize] {
        Term::NamedNode(node) => is_appearance(node.as_str()),
        _ => false,
    };
    let object = |statement: &Statement| report.terms[statement.object as usize].clone();
    statements.iter().filter(appearance).map(object).collect()
}

/// `--graph`, else the base IRI, else the one document that the file's claims appear in, else one made from its name.
pub(super) fn graph_name(base: Option<&str>, appearances: &FxHashSet<Term>, name: &str, options: &Options) -> String {
    if let Some(graph) = &options.graph {
        return graph.clone();
    }
    if let Some(base) = base {
        return base.split('#').next().unwrap_or_default().to_owned();
    }
    if appearances.len() == 1
        && let Some(Term::NamedNode(document)) = appearances.iter().next()
    {
        return document.as_str().to_owned();
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    let escaped: String = name
        .bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("urn:ibid:report:{escaped}")
}
