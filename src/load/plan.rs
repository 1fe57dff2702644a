//! What is to become of each report: is it new, does it replace something, may it?

use super::file::Source;
use super::measure::Content;
use super::{LoadError, Options};
use crate::history::{self, JOINT, Past};
use crate::mapping::{Mappings, Recognised, recognise};
use crate::model::{Outcome, Status};
use crate::store::{Error, Node, Reader, Writer, name_of};
use oxigraph::model::Term;
use rustc_hash::FxHashSet;

/// What is read from standard input is never known to be the same file again.
const STANDARD_INPUT: &str = "-";

/// A report and what is to become of it.
pub(super) struct Plan {
    /// Which of the files it is from.
    pub(super) files: Vec<usize>,
    /// The graph, as its files call it; none for triples outside any.
    graph: Option<Term>,
    /// The loads whose place it takes.
    pub(super) past: Vec<Past>,
    pub(super) outcome: Outcome,
}

impl Plan {
    /// Whether it shares blank nodes with others of its file.
    fn joint(&self) -> bool {
        self.outcome.digest.as_deref().is_some_and(|digest| digest.starts_with(JOINT))
    }
}

/// A report that its file no longer holds.
pub(super) struct Stale {
    /// Whether the file's syntax names its graphs.
    pub(super) by_name: bool,
    pub(super) graph: String,
    pub(super) past: Past,
}

/// Decides what becomes of a report.
pub(super) fn plan(
    writer: &Writer<'_>,
    sources: &[Source<'_>],
    content: Content,
    replace: bool,
) -> Result<Plan, LoadError> {
    let names: Vec<&str> = content.files.iter().map(|file| sources[*file].name).collect();
    let mut outcome = Outcome {
        file: names.join(" + "),
        graph: content.graph.clone().map(name_of),
        status: Status::Loaded,
        quads: content.quads,
        claims: content.claims,
        documents: content.documents,
        digest: None,
        error: None,
        warnings: Vec::new(),
    };
    match content.digest {
        Ok(digest) => outcome.digest = Some(digest),
        Err(why) => {
            outcome.warnings.push(format!("no digest: {why}; the file's bytes tell whether it changed"));
        }
    }
    if outcome.graph.is_none() && outcome.claims > 0 {
        outcome.warnings.push("claims outside any graph are in no report, and nothing is computed of them; --graph IRI puts them into one".to_owned());
    }
    let past = past(writer, names[0], content.graph.as_ref(), outcome.digest.as_deref())?;
    let revision = match &outcome.graph {
        Some(graph) => history::revision(writer, graph)?,
        None => None,
    };
    let same = |past: &Past| match (&past.digest, &outcome.digest) {
        (None, None) => content.files.iter().any(|file| sources[*file].sha256 == past.sha256),
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
        if let (Some(Term::BlankNode(_)), Some(first)) = (&content.graph, past.first()) {
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
    Ok(Plan { files: content.files, graph: content.graph, past, outcome })
}

/// What the store holds of a report already.
fn past(writer: &Writer<'_>, file: &str, graph: Option<&Term>, digest: Option<&str>) -> Result<Vec<Past>, LoadError> {
    if let Some(Term::NamedNode(graph)) = graph {
        return Ok(history::current(writer, graph.as_str())?);
    }
    // Triples outside any graph and graphs without a name: the same file that said the same.
    let nameless = |past: &Option<String>| match (graph, past) {
        (None, None) => true,
        (Some(_), Some(past)) => past.starts_with("_:"),
        _ => false,
    };
    for (past, graph) in history::of_file(writer, file)? {
        let updated = graph.as_deref().map_or(Ok(None), |graph| history::revision(writer, graph))?.is_some();
        if nameless(&graph) && digest.is_some() && past.digest.as_deref() == digest && !updated {
            return Ok(vec![past]);
        }
    }
    Ok(Vec::new())
}

/// Graphs of one file that share blank nodes are put anew together, so that a node they share stays shared.
fn together(plans: &mut [Plan]) {
    let changed: FxHashSet<usize> = plans
        .iter()
        .filter(|plan| plan.joint() && plan.outcome.status != Status::Unchanged)
        .flat_map(|plan| plan.files.iter().copied())
        .collect();
    for plan in plans.iter_mut().filter(|plan| plan.joint() && plan.outcome.status == Status::Unchanged) {
        if plan.files.iter().any(|file| changed.contains(file)) {
            plan.outcome.graph = plan.graph.clone().map(name_of);
            if matches!(plan.graph, Some(Term::NamedNode(_))) {
                plan.outcome.status = Status::Replaced;
            } else {
                plan.outcome.status = Status::Loaded;
                plan.past.clear();
            }
        }
    }
}

/// Finds what the files no longer hold, and tells of what stays nevertheless. Returns what is to be taken out.
pub(super) fn settle(
    writer: &Writer<'_>,
    sources: &[Source<'_>],
    plans: &mut [Plan],
    options: &Options,
) -> Result<Vec<Stale>, Error> {
    together(plans);
    let stale = match options.graph {
        None => stale(writer, sources, plans)?,
        Some(_) => Vec::new(),
    };
    // Only a file that names its graphs itself says by leaving one out that it is gone.
    let (stale, left): (Vec<_>, Vec<_>) = stale.into_iter().partition(|stale| stale.by_name);
    for Stale { graph, past, .. } in left {
        let of_it = |plan: &&mut Plan| plan.outcome.file == past.file && plan.outcome.status != Status::Unchanged;
        if let Some(plan) = plans.iter_mut().find(of_it) {
            let warning =
                format!("the report `{graph}` came from this file too, and stays; `ibid remove` takes it out");
            plan.outcome.warnings.push(warning);
        }
    }
    Ok(stale)
}

/// What these files wrote before and no longer say.
fn stale(writer: &Writer<'_>, sources: &[Source<'_>], plans: &[Plan]) -> Result<Vec<Stale>, Error> {
    let kept: FxHashSet<&str> = plans.iter().filter_map(|plan| plan.outcome.graph.as_deref()).collect();
    let mut stale = Vec::new();
    for file in sources.iter().filter(|file| file.name != STANDARD_INPUT) {
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

/// Counts in each report what the mappings read too. The reports must have been written.
pub(super) fn recount(writer: &mut Writer<'_>, plans: &mut [Plan], mappings: &Mappings) -> Result<(), Error> {
    writer.apply()?;
    let snapshot = writer.snapshot()?;
    let mut reports = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        if let Some(graph) = &plan.outcome.graph
            && let Some(node) = snapshot.find(graph)?
        {
            reports.push((number, node));
        }
    }
    let graphs: Vec<Node> = reports.iter().map(|(_, node)| *node).collect();
    for ((number, _), recognised) in reports.iter().zip(recognise(&snapshot, mappings, &graphs)?) {
        if let Some(Recognised { claims, documents }) = recognised {
            let outcome = &mut plans[*number].outcome;
            (outcome.claims, outcome.documents) = (claims, documents);
        }
    }
    Ok(())
}

/// What is said of a file without claims.
pub const NO_CLAIMS: &str =
    "no claims in it: nothing has the type ibid:Claim, and no mapping reads anything as a claim";

/// Tells of files without claims, and of words that the vocabulary lacks.
pub(super) fn warn(plans: &mut [Plan], sources: &[Source<'_>]) {
    let claims = plans.iter().any(|plan| plan.outcome.claims > 0);
    let outside = plans.iter().any(|plan| plan.outcome.graph.is_none() && plan.outcome.quads > 0);
    if let Some(first) = plans.first_mut().filter(|_| !claims) {
        let hint =
            if outside { "; outside any graph nothing is looked for: --graph IRI makes a report of it" } else { "" };
        first.outcome.warnings.push(format!("{NO_CLAIMS}{hint}"));
    }
    for (number, source) in sources.iter().enumerate() {
        if let Some(plan) = plans.iter_mut().find(|plan| plan.files.contains(&number)) {
            plan.outcome.warnings.extend(source.warnings.iter().cloned());
        }
    }
}
