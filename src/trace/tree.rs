//! The tree from a claim to its ends. What was shown is not shown again; where a circle closes is said.

use super::View;
use crate::lineage::{Basis, ClaimNode, Kind};
use crate::model::{Origin, Step};
use crate::store::{Node, Result};
use crate::vocab::{ibid, prov, schema};
use rustc_hash::{FxHashMap, FxHashSet};

const MAY_REST_ON: &str = "may itself rest on";
const COMPUTED_FROM: &str = "computed from";
const SHOWN: &str = "shown above";
const CIRCLE: &str = "the circle closes here";

/// What is still to be shown: a node, how it was taken, how deep.
struct Task {
    depth: usize,
    node: Node,
    kind: Kind,
    how: Option<&'static str>,
    asserted: bool,
}

pub(super) fn tree(view: &View<'_>, claim: Node) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut expanded = FxHashSet::default();
    // The nodes on the way to the one being shown, by depth.
    let mut way: Vec<(Kind, Node)> = Vec::new();
    let start = view.lineage.claim_node(claim).map_or(claim, |known| known.node);
    let mut todo = vec![Task { depth: 0, node: start, kind: Kind::Claim, how: None, asserted: false }];
    while let Some(task) = todo.pop() {
        way.truncate(task.depth);
        let key = (task.kind, task.node);
        let mut step = Step {
            depth: task.depth,
            node: view.name(task.node)?,
            label: String::new(),
            notes: Vec::new(),
            how: task.how,
            end: None,
            place: None,
        };
        let sources = match task.kind {
            Kind::Claim => claim_step(view, &task, &mut step)?,
            Kind::Work => work_step(view, &task, &mut step)?,
        };
        if way.contains(&key) {
            step.notes = vec![CIRCLE.to_owned()];
            step.end = Some("circle");
        } else if !expanded.insert(key) && !sources.is_empty() {
            step.notes = vec![SHOWN.to_owned()];
        } else {
            todo.extend(sources.into_iter().rev());
        }
        way.push(key);
        steps.push(step);
    }
    Ok(steps)
}

/// Describes a claim and gives what it was taken from.
fn claim_step(view: &View<'_>, task: &Task, step: &mut Step) -> Result<Vec<Task>> {
    let Some(known) = view.lineage.claim_node(task.node) else { return Ok(Vec::new()) };
    // What nobody wrote for ibid may have a name and no text.
    let text = view.text(task.node, schema::TEXT)?;
    step.label = text.map_or_else(|| view.text(task.node, schema::NAME), |text| Ok(Some(text)))?.unwrap_or_default();
    step.place = view.reader.place(task.node, None)?;
    if let Some(document) = known.document {
        step.notes.push(format!("in {}", document_words(view, document)?));
    }
    if known.members.len() > 1 {
        step.notes.push(format!("the same claim in {} editions", known.members.len()));
    }
    if !known.credited.is_empty() {
        let cue = view.text(task.node, ibid::CUE)?.map_or_else(String::new, |cue| format!(" (“{cue}”)"));
        step.notes.push(format!("credited to {}{cue}", view.listed(&known.credited)?));
    }
    if let Some(basis) = known.basis {
        step.notes.push(basis_words(basis).to_owned());
    }
    if let Some(formula) = view.text(task.node, ibid::FORMULA)? {
        step.notes.push(format!("computed as {formula}"));
    }
    if known.withdrawn {
        step.notes.push("withdrawn".to_owned());
        if task.depth > 0 {
            step.end = Some("withdrawn");
            return Ok(Vec::new());
        }
    }
    let mut tasks = Vec::new();
    let hows = hows(view, &known)?;
    for source in &known.sources {
        let how = hows.get(&source.node).copied().unwrap_or("derived from");
        tasks.push(Task {
            depth: task.depth + 1,
            node: source.node,
            kind: source.kind,
            how: Some(how),
            asserted: source.asserted_primary,
        });
    }
    if known.takes_itself {
        step.notes.push("names itself as its source".to_owned());
    }
    if tasks.is_empty() {
        for operand in &known.operands {
            tasks.push(Task {
                depth: task.depth + 1,
                node: *operand,
                kind: Kind::Claim,
                how: Some(COMPUTED_FROM),
                asserted: false,
            });
        }
    }
    if task.how == Some(COMPUTED_FROM) {
        // A premise is no source: what counts is the rung it stands on itself.
        step.end = view.lineage.facts(task.node).map(|facts| facts.level.name());
    } else if tasks.is_empty() && (task.depth > 0 || known.basis.is_some()) {
        step.end = Some(Basis::origin(known.basis).name());
    }
    named_in_order(view, tasks)
}

/// Describes a document that something was taken from as a whole, and gives what it may itself rest on.
fn work_step(view: &View<'_>, task: &Task, step: &mut Step) -> Result<Vec<Task>> {
    step.label = document_words(view, task.node)?;
    step.place = view.reader.place(task.node, None)?;
    let Some(known) = view.lineage.work(task.node) else { return Ok(Vec::new()) };
    if known.originals != known.documents && known.documents.len() > 1 {
        step.notes.push(format!("a work of {} editions", known.documents.len()));
    }
    let mut authors = Vec::new();
    for document in &known.originals {
        authors.extend(view.reader.objects(*document, schema::AUTHOR)?);
    }
    if !authors.is_empty() {
        step.notes.push(format!("by {}", view.listed(&authors)?));
    }
    match known.basis {
        Some(basis) => step.notes.push(basis_words(basis).to_owned()),
        None if !view.reader.described(task.node)? => step.notes.push("nothing describes it".to_owned()),
        None => step.notes.push("how it knows is not recorded".to_owned()),
    }
    if task.asserted {
        step.notes.push("asserted to be the primary source".to_owned());
    }
    if !known.identified && !known.withdrawn {
        step.notes.push("not identified".to_owned());
    }
    if known.withdrawn {
        step.notes.push("withdrawn".to_owned());
    }
    let upstream = known.sources.iter().map(|source| Task {
        depth: task.depth + 1,
        node: *source,
        kind: Kind::Work,
        how: Some(MAY_REST_ON),
        asserted: false,
    });
    let upstream: Vec<Task> = if known.withdrawn { Vec::new() } else { upstream.collect() };
    if task.how != Some(MAY_REST_ON) {
        let taken_at_its_word = task.asserted && known.basis.is_none() && known.sources.is_empty();
        step.end = Some(match (known.withdrawn, taken_at_its_word) {
            (true, _) => "withdrawn",
            (false, true) => Origin::Primary.name(),
            (false, false) => Basis::origin(known.basis).name(),
        });
    }
    // What a first-hand source draws on is its own business.
    let settled = Basis::origin(known.basis) != Origin::Unknown;
    named_in_order(view, if settled { Vec::new() } else { upstream })
}

fn named_in_order(view: &View<'_>, tasks: Vec<Task>) -> Result<Vec<Task>> {
    let mut named = tasks.into_iter().map(|task| Ok((view.name(task.node)?, task))).collect::<Result<Vec<_>>>()?;
    named.sort_by(|(a, left), (b, right)| (left.kind, a).cmp(&(right.kind, b)));
    Ok(named.into_iter().map(|(_, task)| task).collect())
}

/// How each source of a claim was taken, as its edges say; the strongest word where there are several.
fn hows(view: &View<'_>, known: &ClaimNode) -> Result<FxHashMap<Node, &'static str>> {
    let words = [
        (prov::WAS_DERIVED_FROM, "derived from"),
        (prov::HAD_PRIMARY_SOURCE, "had as primary source"),
        (prov::WAS_QUOTED_FROM, "quoted from"),
    ];
    let mut hows = FxHashMap::default();
    for (property, word) in words {
        for member in &known.members {
            for target in view.reader.objects(*member, property)? {
                let claim = view.lineage.claim_node(target).map(|claim| claim.node);
                if let Some(named) = claim.or_else(|| view.lineage.work_of(target)) {
                    hows.insert(named, word);
                }
            }
        }
    }
    Ok(hows)
}

/// A document's name, with what finds it: identifier and date.
fn document_words(view: &View<'_>, document: Node) -> Result<String> {
    let mut words = view.called(document)?;
    let identifier = view.text(document, schema::IDENTIFIER)?;
    let date = view.text(document, schema::DATE_PUBLISHED)?;
    let details: Vec<String> = [identifier, date].into_iter().flatten().collect();
    if !details.is_empty() {
        words = format!("{words} ({})", details.join(", "));
    }
    Ok(words)
}

/// A basis in the words of a person.
pub(super) fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Hearsay => "from others",
        Basis::OwnInference => "its author's own inference",
        Basis::Testimony => "testimony first put on record here",
        Basis::Observation => "first-hand: observed",
        Basis::Measurement => "first-hand: measured",
        Basis::OwnRecord => "first-hand: its own record",
        Basis::OwnAnalysis => "first-hand: its own analysis",
        Basis::OwnAct => "first-hand: its own act",
    }
}
