//! The linter: runs rules over a store and gathers what they find.

mod apply;
mod audited;
mod baseline;
mod fault;
mod found;
mod gathered;
mod look;
mod next;
mod run;
mod shown;
mod waivers;

pub use audited::{Audited, Brief};
pub use baseline::{Baseline, BaselineError, fingerprint};
pub use fault::reread;
pub use look::called;
pub use next::{Action, next};

use crate::catalog::{Keep, Rule};
use crate::lineage::{self, Lineage};
use crate::model::{Failure, Level, Place, Summary};
use crate::store::{Error, Reader, Result};
use crate::vocab::{graph, ibid, rdf};
use crate::{computed, credits};
use found::Files;
use gathered::RowError;
use oxigraph::sparql::CancellationToken;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use waivers::Waivers;

/// Follows the rules of a run, from whichever thread each is run on.
pub trait Watch: Sync {
    /// A rule is about to be run; cancelling it ends it with a failure.
    fn begins(&self, rule: &str, cancel: &CancellationToken);
    /// A rule is through.
    fn ends(&self, rule: &str);
    /// In words, why a rule was cancelled; none where it was not.
    fn given_up(&self, rule: &str) -> Option<String>;
}

/// How an audit is to be run.
#[derive(Clone, Default)]
pub struct Options<'a> {
    /// The date against which waivers run out, `YYYY-MM-DD`; without it none does.
    pub today: Option<String>,
    /// How many rules run at once; none is one.
    pub threads: usize,
    /// The stack of each thread, in bytes: the evaluator recurses as deep as a query nests. None is the system's.
    pub stack: Option<usize>,
    /// Rules that are known and not run, so that their waivers are not called unused.
    pub off: BTreeSet<String>,
    /// All rules there are, so that a waiver of another is told; without it none is.
    pub known: Option<BTreeSet<String>>,
    /// Who follows.
    pub watch: Option<&'a dyn Watch>,
}

/// Runs rules, each over the same view; one that fails does not stop the others. Waivers are applied.
///
/// The rules are to be [fitted](Rule::fitted) before. Findings come sorted by file, line, column and rule, those without
/// a place last.
///
/// # Errors
/// When the store fails; a rule that fails by itself is told among the failures.
pub fn audit<'r>(
    reader: &'r dyn Reader,
    rules: &[Rule],
    mut failures: Vec<Failure>,
    options: &Options<'_>,
) -> Result<Audited<'r>> {
    reader.hold();
    let files = Arc::new(Files::default());
    let (mut summary, mut applied) = run::run_all(reader, rules, &files, options, || {
        let lineage = Arc::new(lineage::compute(reader)?);
        reader.attach(graph::LINEAGE, &mut || Ok(lineage::facts(Arc::clone(&lineage))))?;
        let summary = summary(reader, &lineage)?;
        reader.attach(graph::ENDS, &mut || Ok(lineage::unsettled(&lineage)))?;
        if rules.iter().any(|rule| rule.query.names(graph::CREDITS)) {
            reader.attach(graph::CREDITS, &mut || credits::facts(reader, &lineage))?;
        }
        drop(lineage);
        for name in graph::COMPUTED {
            if rules.iter().any(|rule| rule.query.names(name)) {
                computed::attach_graph(reader, name)?;
            }
        }
        Ok(summary)
    })?;
    // Whichever thread was faster, the order is that of the rules.
    applied.sort_unstable_by_key(|(number, _)| *number);
    let mut off = options.off.clone();
    off.extend(failures.iter().map(|failure| failure.rule.clone()));
    let (mut findings, mut sayings, mut waivers_found) = (Vec::new(), BTreeMap::new(), Vec::new());
    let all = applied.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).map(|applied| applied.found.len()).sum();
    findings.reserve_exact(all);
    for (number, outcome) in applied {
        let rule = &rules[number];
        match outcome {
            Ok(applied) => {
                sayings.insert(number as u16, applied.sayings);
                let to = if rule.keep == Keep::UnusedWaivers { &mut waivers_found } else { &mut findings };
                to.extend(applied.found);
            }
            Err(error) => {
                off.insert(rule.saved.id.clone());
                let why = options.watch.and_then(|watch| watch.given_up(&rule.saved.id));
                let told = || match &error {
                    Error::Other(inner) if inner.is::<RowError>() => inner.to_string(),
                    _ => error.to_string(),
                };
                let (rule, file) = (rule.saved.id.clone(), Some(rule.file_name()));
                failures.push(Failure { rule, error: why.unwrap_or_else(told), file, location: None });
            }
        }
    }
    let mut waivers = Waivers::read(reader, options.today.as_deref(), &off, options.known.as_ref())?;
    let waived = waivers.apply(&mut findings, rules);
    summary.waived = waived.len();
    findings.extend(waivers_found.into_iter().filter(|finding| waivers.any_unused(finding.related())));
    failures.extend(waivers.into_faulty());
    failures.sort_by(|a, b| (&a.location, &a.rule).cmp(&(&b.location, &b.rule)));
    Audited::new(reader, files, sayings, (findings, waived), summary, failures)
}

fn summary(reader: &dyn Reader, lineage: &Lineage) -> Result<Summary> {
    let mut summary = Summary { claims: lineage.claims().len(), ..Summary::default() };
    for claim in lineage.claims() {
        if let Some(facts) = lineage.facts(*claim) {
            summary.levels.add(facts.level);
        }
    }
    summary.documents = counts(reader)?.1;
    Ok(summary)
}

/// How many claims and documents the reports describe.
///
/// # Errors
/// When the store fails.
pub fn counts(reader: &dyn Reader) -> Result<(usize, usize)> {
    let (claim, document) = (reader.find(ibid::CLAIM)?, reader.find(ibid::DOCUMENT)?);
    let (mut claims, mut documents) = (FxHashSet::default(), FxHashSet::default());
    reader.edges(rdf::TYPE, &mut |node, class| {
        if Some(class) == claim {
            claims.insert(node);
        } else if Some(class) == document {
            documents.insert(node);
        }
    })?;
    Ok((claims.len(), documents.len()))
}

/// The claims below a level, by name, with their places; at most `most` of them.
///
/// # Errors
/// When the store fails.
pub fn below(reader: &dyn Reader, level: Level, most: usize) -> Result<Vec<(String, Option<Place>)>> {
    let lineage = lineage::compute(reader)?;
    let mut found = Vec::new();
    for claim in lineage.claims() {
        if lineage.facts(*claim).is_some_and(|facts| facts.level < level) {
            found.push(*claim);
        }
    }
    found.truncate(most);
    found.into_iter().map(|claim| Ok((reader.name(claim)?, reader.place(claim, None)?))).collect()
}
