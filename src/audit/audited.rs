//! What an audit has found, sorted, and put into words where somebody reads it.

use super::found::{Files, Found, Sayings};
use super::look::Look;
use crate::model::{Audit, Failure, Finding, Place, Severity, Summary};
use crate::store::{Node, Reader, Result};
use crate::vocab::ibid;
use rayon::slice::ParallelSliceMut;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The answer of an audit. A finding takes some hundred bytes, and its words are made when it is asked for.
pub struct Audited<'r> {
    look: RefCell<Look<'r>>,
    files: Arc<Files>,
    sayings: BTreeMap<u16, Sayings>,
    found: Vec<Found>,
    /// What waivers silence, each with the waiver, in the order of the findings.
    waived: Vec<(Found, Node)>,
    /// Where related nodes stand, as far as it was asked for.
    places: RefCell<FxHashMap<Arc<str>, Option<Place>>>,
    summary: Summary,
    failures: Vec<Failure>,
}

/// As much of a finding as a line tells.
pub struct Brief {
    /// The rule's id.
    pub rule: Arc<str>,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it stands.
    pub location: Option<Place>,
    /// What it is about, where that stands nowhere.
    pub subject: Option<Arc<str>>,
    /// What is the matter.
    pub message: Arc<str>,
}

impl<'r> Audited<'r> {
    pub(super) fn new(
        reader: &'r dyn Reader,
        files: Arc<Files>,
        sayings: BTreeMap<u16, Sayings>,
        (found, waived): (Vec<Found>, Vec<(Found, Node)>),
        summary: Summary,
        failures: Vec<Failure>,
    ) -> Result<Self> {
        let look = RefCell::new(Look::new(reader, Arc::clone(&files)));
        let mut audited = Self { look, files, sayings, found, waived, places: RefCell::default(), summary, failures };
        audited.sort()?;
        audited.count();
        Ok(audited)
    }

    /// Sorts by file, line, column, rule, claim, document and message.
    fn sort(&mut self) -> Result<()> {
        let ranks = self.files.ranks();
        let mut rules: Vec<(&str, u16)> = self.sayings.iter().map(|(number, said)| (&*said.id, *number)).collect();
        rules.sort_unstable();
        let mut rule_ranks = vec![0; self.sayings.keys().max().map_or(0, |most| usize::from(*most) + 1)];
        for (rank, (_, number)) in rules.into_iter().enumerate() {
            rule_ranks[usize::from(number)] = rank;
        }
        let key = |found: &Found| {
            let spot = found.spot.map(|(file, line, column)| (ranks[file as usize], line, column));
            (spot.is_none(), spot, rule_ranks[usize::from(found.rule)])
        };
        self.waived.sort_by_key(|(found, _)| key(found));
        let mut found = std::mem::take(&mut self.found);
        // Of one place and rule they are put in order below.
        found.par_sort_unstable_by_key(key);
        // What stands in one place is of few claims: their names are asked for only there.
        for run in found.chunk_by_mut(|a, b| key(a) == key(b)) {
            if run.len() > 1 {
                self.sort_by_name(run)?;
            }
        }
        self.found = found;
        Ok(())
    }

    fn sort_by_name(&self, run: &mut [Found]) -> Result<()> {
        let mut named = Vec::with_capacity(run.len());
        for found in &*run {
            let key = self.sayings[&found.rule].key(&mut self.look.borrow_mut(), found)?;
            named.push((key, found.clone()));
        }
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (place, (_, found)) in run.iter_mut().zip(named) {
            *place = found;
        }
        Ok(())
    }

    fn worded(&self, found: &Found) -> Result<Finding> {
        self.sayings[&found.rule].finding(&mut self.look.borrow_mut(), &self.files, found)
    }

    /// The number of findings.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Rule and severity of each finding, in their order.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, Severity)> {
        self.found.iter().map(|found| (&*self.sayings[&found.rule].id, found.severity))
    }

    /// Rule and severity of a finding by its place in their order.
    pub fn kind(&self, at: usize) -> (&str, Severity) {
        let found = &self.found[at];
        (&self.sayings[&found.rule].id, found.severity)
    }

    /// A finding by its place in their order, without the places of its related nodes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn finding(&self, at: usize) -> Result<Finding> {
        self.worded(&self.found[at])
    }

    /// As much of a finding as a line tells.
    ///
    /// # Errors
    /// When the store fails.
    pub fn brief(&self, at: usize) -> Result<Brief> {
        let found = &self.found[at];
        let (said, mut look) = (&self.sayings[&found.rule], self.look.borrow_mut());
        let location = found.spot.map(|spot| self.files.place(spot));
        let subject = if location.is_none() { said.name(&mut look, found.subject())? } else { None };
        let message = said.message(&mut look, found)?;
        Ok(Brief { rule: Arc::clone(&said.id), severity: found.severity, location, subject, message })
    }

    /// Fills in where the related nodes of a finding stand, which only those who show them need.
    ///
    /// # Errors
    /// When the store fails.
    pub fn place_related(&self, finding: &mut Finding) -> Result<()> {
        let look = self.look.borrow();
        let mut places = self.places.borrow_mut();
        finding.related_locations.clear();
        for node in &finding.related {
            if places.len() > super::look::KNOWN {
                places.clear();
            }
            let place = match places.get(node) {
                Some(place) => place.clone(),
                None => {
                    let place = match look.reader.find(node)? {
                        Some(found) => look.reader.place(found, None)?,
                        None => None,
                    };
                    places.insert(Arc::clone(node), place.clone());
                    place
                }
            };
            finding.related_locations.push(place);
        }
        Ok(())
    }

    /// The findings in their order.
    pub fn findings(&self) -> impl Iterator<Item = Result<Finding>> {
        (0..self.found.len()).map(|at| self.finding(at))
    }

    /// What waivers silence: each finding, and the reason that its waiver gives.
    pub fn waived(&self) -> impl Iterator<Item = Result<(Finding, String)>> {
        self.waived.iter().map(|(found, waiver)| {
            let look = self.look.borrow();
            let reasons = look.reader.objects(*waiver, ibid::REASON)?;
            let reasons = reasons.into_iter().map(|reason| look.reader.name(reason)).collect::<Result<Vec<_>>>()?;
            drop(look);
            Ok((self.worded(found)?, reasons.join("; ")))
        })
    }

    /// The files that findings stand in, sorted.
    pub fn files(&self) -> Vec<Arc<str>> {
        self.files.sorted()
    }

    /// The counts.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Rules that could not be run, and waivers that could not be read.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// How many findings there are at this severity or above.
    pub fn at_least(&self, severity: Severity) -> usize {
        self.found.iter().filter(|found| found.severity >= severity).count()
    }

    /// Keeps the findings that are wanted; says how many were not.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(&Finding) -> bool) -> Result<usize> {
        let mut kept = Vec::new();
        let found = std::mem::take(&mut self.found);
        let before = found.len();
        for found in found {
            if wanted(&self.worded(&found)?) {
                kept.push(found);
            }
        }
        self.found = kept;
        self.count();
        Ok(before - self.found.len())
    }

    pub(super) fn set_known(&mut self, known: usize) {
        self.summary.known = Some(known);
    }

    fn count(&mut self) {
        let count = |severity| self.found.iter().filter(|found| found.severity == severity).count();
        (self.summary.errors, self.summary.warnings) = (count(Severity::Error), count(Severity::Warning));
        self.summary.infos = count(Severity::Info);
    }

    /// All of it in words, as much as it is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn whole(&self) -> Result<Audit> {
        let findings = self.findings().collect::<Result<Vec<_>>>()?;
        Ok(Audit::new(self.summary.clone(), findings, self.failures.clone()))
    }
}
