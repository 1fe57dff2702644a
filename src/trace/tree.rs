//! The tree from a claim to its ends. What was shown is not shown again; where a circle closes is said; what would be too
//! much to read is counted.

use super::edges::{Sources, edition_words};
use super::view::View;
use super::{Limits, describe};
use crate::lineage::{Below, ClaimNode, End, Kind};
use crate::model::Step;
use crate::store::{Node, Result};
use crate::vocab::{ibid, prov};
use rustc_hash::{FxHashMap, FxHashSet};

const MAY_REST_ON: &str = "may itself rest on";
const COMPUTED_FROM: &str = "computed from";
const IN_ANOTHER_EDITION: &str = "in another edition";
const SHOWN: &str = "shown above";
const CIRCLE: &str = "the circle closes here";

/// A node of the lineage, by its smallest IRI.
pub(super) type Key = (Kind, Node);

/// What is still to be shown: a claim or document, how it was taken, how deep.
#[derive(Clone)]
pub(super) struct Task {
    depth: usize,
    pub(super) key: Key,
    /// The claim or document that the edge leads to.
    shown: Node,
    how: Option<&'static str>,
    /// Whether it is an edition of what stands above it.
    edition: bool,
    asserted: bool,
    /// The words of a document that its taker names, and where they stand.
    words: (Option<String>, Option<String>),
    /// Whose ends it may be: a place in `Tree::ends`.
    asking: usize,
}

pub(super) enum Item {
    Show(Task),
    /// What is left out, at a depth, and whose ends they may be.
    More(usize, Vec<Key>, usize),
}

pub(super) struct Tree<'a> {
    view: &'a View<'a>,
    pub(super) limits: Limits,
    /// What must be seen: the way that decides the level.
    pub(super) decisive: FxHashSet<Key>,
    pub(super) ends: Vec<FxHashMap<Key, End>>,
    /// Nodes that were shown with what is behind them.
    expanded: FxHashSet<Key>,
    /// Claims and documents that were shown as editions.
    editions: FxHashSet<Node>,
    pub(super) below: Below<'a>,
}

/// The lines of the tree. `decisive` are the nodes of the way that decides the level: they are never left out for want of
/// room beside them.
pub(super) fn tree(view: &View<'_>, claim: Node, decisive: FxHashSet<Key>) -> Result<Vec<Step>> {
    let limits = view.limits;
    let mut tree = Tree {
        view,
        limits,
        decisive,
        ends: vec![ends_of(view, claim)],
        expanded: FxHashSet::default(),
        editions: FxHashSet::default(),
        below: view.lineage.below(),
    };
    let key = (Kind::Claim, view.lineage.named(claim).unwrap_or(claim));
    let root = Task {
        depth: 0,
        key,
        shown: claim,
        how: None,
        edition: false,
        asserted: false,
        words: (None, None),
        asking: 0,
    };
    let mut steps: Vec<Step> = Vec::new();
    // The nodes on the way to the one being shown, by depth, and how often each is there.
    let mut way: Vec<Key> = Vec::new();
    let mut on_way: FxHashMap<Key, usize> = FxHashMap::default();
    let mut todo = vec![Item::Show(root)];
    while let Some(item) = todo.pop() {
        let task = match item {
            Item::Show(task) if steps.len() < limits.steps || tree.decisive.contains(&task.key) => task,
            Item::Show(task) => {
                let (depth, asking) = (task.depth, task.asking);
                let mut left_out = vec![task.key];
                while todo.last().is_some_and(|item| item.depth() == depth) {
                    match todo.pop() {
                        Some(Item::Show(other)) => left_out.push(other.key),
                        Some(Item::More(_, more, _)) => left_out.extend(more),
                        None => {}
                    }
                }
                steps.push(tree.more(depth, left_out, asking));
                continue;
            }
            Item::More(depth, left_out, asking) => {
                steps.push(tree.more(depth, left_out, asking));
                continue;
            }
        };
        for key in way.drain(task.depth.min(way.len())..) {
            on_way.entry(key).and_modify(|times| *times -= 1);
        }
        let circle = !task.edition && on_way.get(&task.key).is_some_and(|times| *times > 0);
        let (step, next) = tree.show(&task, circle)?;
        steps.push(step);
        let next = tree.fit(task.depth + 1, next, task.asking);
        todo.extend(next.into_iter().rev());
        way.push(task.key);
        *on_way.entry(task.key).or_default() += 1;
    }
    Ok(steps)
}

impl Item {
    fn depth(&self) -> usize {
        match self {
            Item::Show(task) => task.depth,
            Item::More(depth, ..) => *depth,
        }
    }
}

fn ends_of(view: &View<'_>, claim: Node) -> FxHashMap<Key, End> {
    view.lineage.ends(claim).into_iter().map(|end| ((end.kind, end.node), end)).collect()
}

impl Tree<'_> {
    /// The line of a task, and what comes below it.
    fn show(&mut self, task: &Task, circle: bool) -> Result<(Step, Vec<Task>)> {
        let view = self.view;
        self.below.shown(task.key.0, task.key.1);
        let mut step = describe::step(view, task.depth, task.key.0, task.shown, task.how)?;
        if circle {
            step.notes = vec![CIRCLE.to_owned()];
            step.end = Some("circle");
            return Ok((step, Vec::new()));
        }
        let again = if task.edition { !self.editions.insert(task.shown) } else { !self.expanded.insert(task.key) };
        let next = match task.key.0 {
            Kind::Claim => self.claim(task, &mut step, again)?,
            Kind::Work => self.work(task, &mut step, again)?,
        };
        if again && !next.is_empty() {
            let (how, label, place, end) = (step.how, step.label, step.place, step.end);
            let (depth, kind, node) = (step.depth, step.kind, step.node);
            let notes = vec![SHOWN.to_owned()];
            return Ok((Step { depth, kind, node, how, label, notes, end, place, ..Step::default() }, Vec::new()));
        }
        Ok((step, next))
    }

    /// Describes a claim and gives what it was taken from.
    fn claim(&mut self, task: &Task, step: &mut Step, again: bool) -> Result<Vec<Task>> {
        let view = self.view;
        let Some(known) = view.claim_node(task.shown) else { return Ok(Vec::new()) };
        describe::claim(view, step, task.shown, &known, task.edition)?;
        let end = self.ends[task.asking].get(&task.key);
        let (leaf, premise) = (known.sources.is_empty() && !known.takes_itself, task.how == Some(COMPUTED_FROM));
        if premise {
            // A premise is no source: what counts is the rung it stands on itself.
            step.end = view.lineage.facts(task.shown).map(|facts| facts.level.name());
        } else if known.withdrawn && task.depth > 0 && !task.edition {
            step.end = Some("withdrawn");
            return Ok(Vec::new());
        } else if !task.edition && known.takes_itself && known.sources.is_empty() {
            step.end = Some("circle");
        } else if !task.edition && leaf {
            step.end = match end {
                Some(end) => Some(end.origin.name()),
                None if task.depth > 0 && known.operands.is_empty() => Some("no end"),
                None => None,
            };
            if step.end == Some("no end") {
                step.notes.push("it stands in the same work, and is not known to be first-hand".to_owned());
            }
        }
        let asking = if premise {
            self.ends.push(ends_of(view, task.shown));
            self.ends.len() - 1
        } else {
            task.asking
        };
        let found = view.sources(&known, task.shown)?;
        let mut tasks = Vec::new();
        if !task.edition && known.members.len() > 1 && !again {
            self.editions.insert(task.shown);
        }
        self.taken(task, &known, &found, asking, &mut tasks)?;
        for taken in &found.editions {
            let how = match describe::first_document(view, task.shown)? {
                Some(document) => edition_words(view, document)?,
                None => taken.how,
            };
            if !self.editions.contains(&taken.target) {
                tasks.push(Task { asking, ..edition(task, taken.target, how) });
            }
        }
        if !task.edition && !again {
            self.elsewhere(task, &known, &found, asking, &mut tasks)?;
        }
        if leaf && !task.edition {
            for operand in view.in_order(known.operands.clone())? {
                let key = (Kind::Claim, operand);
                tasks.push(Task { asking, ..below(task, key, operand, Some(COMPUTED_FROM)) });
            }
        }
        Ok(tasks)
    }

    /// What a claim itself is taken from.
    fn taken(
        &self,
        task: &Task,
        known: &ClaimNode,
        found: &Sources,
        asking: usize,
        tasks: &mut Vec<Task>,
    ) -> Result<()> {
        let view = self.view;
        let words = (view.text(task.shown, ibid::SOURCE_QUOTE)?, view.text(task.shown, ibid::SOURCE_LOCATOR)?);
        let asserted: FxHashSet<Key> = known
            .sources
            .iter()
            .filter(|source| source.asserted_primary)
            .map(|source| (source.kind, source.node))
            .collect();
        for &(key, taken) in &found.outside {
            let words = if key.0 == Kind::Work { words.clone() } else { (None, None) };
            let asserted = taken.property == Some(prov::HAD_PRIMARY_SOURCE) || asserted.contains(&key);
            tasks.push(Task { asserted, words, asking, ..below(task, key, taken.target, Some(taken.how)) });
        }
        Ok(())
    }

    /// What the other editions of a claim are taken from, where that is not shown with them; and what other words of the
    /// graph than PROV's own say of it.
    fn elsewhere(
        &mut self,
        task: &Task,
        known: &ClaimNode,
        found: &Sources,
        asking: usize,
        tasks: &mut Vec<Task>,
    ) -> Result<()> {
        let view = self.view;
        let mut said: FxHashSet<Key> = found.outside.iter().map(|(key, _)| *key).collect();
        if known.members.len() > 1 {
            // Editions that can be come to from here by their edges are shown by them.
            let mut members = FxHashMap::default();
            for member in view.in_order(known.members.clone())? {
                members.insert(member, view.sources(known, member)?);
            }
            let (mut seen, mut open) = (FxHashSet::from_iter([task.shown]), vec![task.shown]);
            while let Some(member) = open.pop() {
                for taken in members.get(&member).into_iter().flat_map(|found| &found.editions) {
                    if seen.insert(taken.target) {
                        open.push(taken.target);
                    }
                }
            }
            for member in view.in_order(known.members.clone())? {
                let Some(found) = members.get(&member) else { continue };
                said.extend(found.outside.iter().map(|(key, _)| *key));
                if !seen.contains(&member) && !found.outside.is_empty() {
                    tasks.push(Task { asking, ..edition(task, member, IN_ANOTHER_EDITION) });
                }
            }
        }
        for source in &known.sources {
            let key = (source.kind, source.node);
            if !said.contains(&key) {
                let asserted = source.asserted_primary;
                tasks.push(Task { asserted, asking, ..below(task, key, source.node, Some("taken from")) });
            }
        }
        Ok(())
    }

    /// Describes a document that something was taken from as a whole, and gives what it may itself rest on.
    fn work(&mut self, task: &Task, step: &mut Step, again: bool) -> Result<Vec<Task>> {
        let view = self.view;
        let Some(known) = view.lineage.work(task.shown) else { return Ok(Vec::new()) };
        describe::work(view, step, task.shown, &known, task.edition)?;
        (step.quote, step.locator) = task.words.clone();
        if task.asserted {
            step.notes.push("asserted to be the primary source".to_owned());
        }
        if !task.edition && task.how != Some(MAY_REST_ON) {
            step.end = self.ends[task.asking]
                .get(&task.key)
                .map(|end| if end.withdrawn { "withdrawn" } else { end.origin.name() });
        }
        let mut tasks = Vec::new();
        if !again && !task.edition {
            self.editions.insert(task.shown);
        }
        for original in describe::edition_of(view, task.shown)? {
            if again || !self.editions.contains(&original) {
                tasks.push(edition(task, original, edition_words(view, task.shown)?));
            }
        }
        if !task.edition && describe::goes_on(&known) {
            for source in view.in_order(known.sources)? {
                tasks.push(below(task, (Kind::Work, source), source, Some(MAY_REST_ON)));
            }
        }
        Ok(tasks)
    }
}

/// A task for a source of what is shown.
fn below(task: &Task, key: Key, shown: Node, how: Option<&'static str>) -> Task {
    Task {
        depth: task.depth + 1,
        key,
        shown,
        how,
        edition: false,
        asserted: false,
        words: (None, None),
        asking: task.asking,
    }
}

/// A task for an edition of what is shown.
fn edition(task: &Task, shown: Node, how: &'static str) -> Task {
    Task { edition: true, ..below(task, task.key, shown, Some(how)) }
}
