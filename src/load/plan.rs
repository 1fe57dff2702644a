//! What is to become of each report: is it new, does it replace something, may it?

use super::LoadError;
use super::cut::Part;
use super::file::{File, quad};
use crate::history::{self, Past};
use crate::model::{Outcome, Status};
use crate::rdf::canon;
use crate::store::{Writer, name_of};
use crate::vocab::{self, ibid};
use oxigraph::model::{BlankNode, GraphName, Quad, Term};
use rustc_hash::FxHashSet;

/// What is read from standard input is never known to be the same file again.
const STANDARD_INPUT: &str = "-";

/// A report and what is to become of it.
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
    /// The loads whose place it takes.
    pub(super) past: Vec<Past>,
    pub(super) outcome: Outcome,
}

/// A report that its file no longer holds.
pub(super) struct Stale {
    /// Whether the file's syntax names its graphs.
    pub(super) by_name: bool,
    pub(super) graph: String,
    pub(super) past: Past,
}

/// Decides what becomes of the report that these parts make.
pub(super) fn plan(
    writer: &Writer<'_>,
    files: &[File<'_>],
    parts: Vec<Part>,
    replace: bool,
) -> Result<Plan, LoadError> {
    let quads = quads(files, &parts);
    let names: Vec<&str> = parts.iter().map(|part| files[part.file].name).collect();
    let mut outcome = Outcome {
        file: names.join(" + "),
        graph: parts[0].graph.clone().map(name_of),
        status: Status::Loaded,
        quads: quads.len(),
        claims: count(&quads, ibid::CLAIM),
        documents: count(&quads, ibid::DOCUMENT),
        digest: None,
        error: None,
        warnings: Vec::new(),
    };
    let entangled: Vec<&str> = parts.iter().filter_map(|part| files[part.file].entangled.as_deref()).collect();
    let digest = match entangled.as_slice() {
        [] => canon::digest(&quads),
        whole => Ok(canon::sha256(
            format!("{} {}", whole.join(" "), outcome.graph.as_deref().unwrap_or_default()).as_bytes(),
        )),
    };
    match digest {
        Ok(digest) => outcome.digest = Some(digest),
        Err(tangled) => {
            outcome.warnings.push(format!("no digest: {tangled}; the file's bytes tell whether it changed"));
        }
    }
    if outcome.graph.is_none() && outcome.claims > 0 {
        outcome.warnings.push("claims outside any graph are in no report, and nothing is computed of them; --graph IRI puts them into one".to_owned());
    }
    let past = past(writer, files, &parts, outcome.digest.as_deref())?;
    let revision = match &outcome.graph {
        Some(graph) => history::revision(writer, graph)?,
        None => None,
    };
    let same = |past: &Past| match (&past.digest, &outcome.digest) {
        (None, None) => parts.iter().any(|part| files[part.file].sha256 == past.sha256),
        (before, now) => before == now,
    };
    let unchanged = match &revision {
        // What an update left may be what the file says, and its bytes tell nothing of that.
        Some(revision) => revision.digest.is_some() && revision.digest == outcome.digest,
        None => past.iter().all(same),
    };
    if let (Some(graph), Some(_), false) = (&outcome.graph, &revision, unchanged) {
        if past.is_empty() && !replace {
            return Err(LoadError::Updated { graph: graph.clone() });
        }
        outcome.warnings.push(format!("it takes the place of what an update has made of `{graph}`"));
    }
    if !past.is_empty() && unchanged {
        outcome.status = Status::Unchanged;
        if let (Some(Term::BlankNode(_)), Some(first)) = (&parts[0].graph, past.first()) {
            // A report without a name of its own keeps the one the store gave it.
            outcome.graph = history::graph_of(writer, first)?;
        }
    } else if outcome.graph.is_some() && !past.is_empty() {
        outcome.status = Status::Replaced;
        if let (Some(graph), Some(other)) = (
            &outcome.graph,
            past.iter().find(|past| past.file == STANDARD_INPUT || !names.contains(&past.file.as_str())),
        ) && !replace
        {
            return Err(LoadError::Owned { graph: graph.clone(), file: other.file.clone() });
        }
    }
    Ok(Plan { parts, past, outcome })
}

/// What the store holds of a report already.
fn past(writer: &Writer<'_>, files: &[File<'_>], parts: &[Part], digest: Option<&str>) -> Result<Vec<Past>, LoadError> {
    if let Some(Term::NamedNode(graph)) = &parts[0].graph {
        return Ok(history::current(writer, graph.as_str())?);
    }
    // Triples outside any graph and graphs without a name: the same file that said the same.
    let nameless = |graph: &Option<String>| match (&parts[0].graph, graph) {
        (None, None) => true,
        (Some(_), Some(graph)) => graph.starts_with("_:"),
        _ => false,
    };
    for (past, graph) in history::of_file(writer, files[parts[0].file].name)? {
        let updated = graph.as_deref().map_or(Ok(None), |graph| history::revision(writer, graph))?.is_some();
        if nameless(&graph) && digest.is_some() && past.digest.as_deref() == digest && !updated {
            return Ok(vec![past]);
        }
    }
    Ok(Vec::new())
}

/// Graphs of one file that share blank nodes are put anew together, so that a node they share stays shared.
pub(super) fn together(plans: &mut [Plan], files: &[File<'_>]) {
    for number in (0..files.len()).filter(|number| files[*number].entangled.is_some()) {
        let of_it = |plan: &Plan| plan.parts.iter().any(|part| part.file == number);
        if plans.iter().all(|plan| !of_it(plan) || plan.outcome.status == Status::Unchanged) {
            continue;
        }
        for plan in plans.iter_mut().filter(|plan| of_it(plan) && plan.outcome.status == Status::Unchanged) {
            plan.outcome.graph = plan.parts[0].graph.clone().map(name_of);
            let named = matches!(plan.parts[0].graph, Some(Term::NamedNode(_)));
            plan.outcome.status = if named { Status::Replaced } else { Status::Loaded };
            if !named {
                plan.past.clear();
            }
        }
    }
}

/// What these files wrote before and no longer say.
pub(super) fn stale(
    writer: &Writer<'_>,
    files: &[File<'_>],
    plans: &[Plan],
) -> Result<Vec<Stale>, crate::store::Error> {
    let kept: FxHashSet<&str> = plans.iter().filter_map(|plan| plan.outcome.graph.as_deref()).collect();
    let mut stale = Vec::new();
    for file in files.iter().filter(|file| file.name != STANDARD_INPUT) {
        for (past, graph) in history::of_file(writer, file.name)? {
            let Some(graph) = graph.filter(|graph| !kept.contains(graph.as_str())) else { continue };
            let alone = history::current(writer, &graph)?.iter().all(|other| other.file == past.file);
            if alone {
                stale.push(Stale { by_name: file.names_graphs, graph, past });
            }
        }
    }
    Ok(stale)
}

/// Adds what the loader should know: of reports that stay, of files without claims, of words that the vocabulary lacks.
pub(super) fn warn(plans: &mut [Plan], files: &[File<'_>], left: &[Stale]) {
    for Stale { graph, past, .. } in left {
        let of_it = |plan: &&mut Plan| plan.outcome.file == past.file && plan.outcome.status != Status::Unchanged;
        if let Some(plan) = plans.iter_mut().find(of_it) {
            let warning =
                format!("the report `{graph}` came from this file too, and stays; `ibid remove` takes it out");
            plan.outcome.warnings.push(warning);
        }
    }
    let claims = plans.iter().any(|plan| plan.outcome.claims > 0);
    if let Some(first) = plans.first_mut().filter(|_| !claims) {
        first.outcome.warnings.push("no claims in it: nothing has the type ibid:Claim".to_owned());
    }
    for (number, file) in files.iter().enumerate() {
        let of_it = |plan: &&mut Plan| plan.parts.iter().any(|part| part.file == number);
        if let Some(plan) = plans.iter_mut().find(of_it) {
            plan.outcome.warnings.extend(file.warnings());
        }
    }
}

/// The statements of a report as quads of no graph, each once: what its digest is made from.
fn quads(files: &[File<'_>], parts: &[Part]) -> Vec<Quad> {
    let mut quads = Vec::new();
    for part in parts {
        let terms = &files[part.file].report.terms;
        // Blank nodes of different files are different nodes, whatever their labels.
        let apart = |term: &Term| match term {
            Term::BlankNode(node) if parts.len() > 1 => {
                BlankNode::new_unchecked(format!("f{}{}", part.file, node.as_str())).into()
            }
            other => other.clone(),
        };
        let statements = part.statements.iter();
        quads.extend(statements.map(|statement| quad(terms, statement, &apart, GraphName::DefaultGraph)));
    }
    if parts.len() > 1 {
        let mut seen = FxHashSet::default();
        quads.retain(|quad| seen.insert(quad.clone()));
    }
    quads
}

fn count(quads: &[Quad], class: &str) -> usize {
    let of_class = |quad: &&Quad| {
        quad.predicate.as_str() == vocab::rdf::TYPE
            && matches!(&quad.object, Term::NamedNode(node) if node.as_str() == class)
    };
    quads.iter().filter(of_class).map(|quad| &quad.subject).collect::<FxHashSet<_>>().len()
}
