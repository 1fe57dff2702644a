//! What should be done first? Findings that one act would close, gathered by that act.
//!
//! An act is what a help line asks for, on one node: the property that it names first in parentheses (`prov:wasDerivedFrom`), else its
//! own words. A finding whose help is to be done on several nodes counts for each of them.

use crate::model::Finding;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One act, and what it would close.
#[derive(Clone, Debug)]
pub struct Action {
    /// What to do: the help line of the first finding on the node itself, else of the first.
    pub help: Arc<str>,
    /// The node to do it on.
    pub on: Arc<str>,
    /// The numbers of the findings, in their order.
    pub closes: Vec<usize>,
}

/// The acts that close most findings; where as many, those with the heavier findings, then in the order of the findings.
pub fn next(findings: &[Finding], most: usize) -> Vec<Action> {
    let mut acts: BTreeMap<(Arc<str>, &str), Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        let Some(help) = finding.help.as_deref().filter(|help| !help.is_empty()) else { continue };
        let own: Vec<Arc<str>> = finding.subject().cloned().into_iter().collect();
        for node in if finding.on.is_empty() { &own } else { &finding.on } {
            let closes = acts.entry((Arc::clone(node), kind(help))).or_default();
            closes.push(number);
        }
    }
    let mut acts: Vec<_> = acts.into_iter().collect();
    let weight = |closes: &[usize]| closes.iter().map(|number| findings[*number].severity as usize + 1).sum::<usize>();
    acts.sort_by_cached_key(|(_, closes)| (std::cmp::Reverse((closes.len(), weight(closes))), closes[0]));
    acts.truncate(most);
    let action = |((on, _), closes): ((Arc<str>, &str), Vec<usize>)| {
        let is_own = |number: &&usize| findings[**number].subject() == Some(&on);
        let told = closes.iter().find(is_own).or(closes.first()).expect("an act closes something");
        let help = findings[*told].help.clone().expect("findings without help are left out above");
        Action { help, on, closes }
    };
    acts.into_iter().map(action).collect()
}

/// What kind of act a help line asks for.
fn kind(help: &str) -> &str {
    let inside = help.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    let term = inside.and_then(|inside| inside.split(|c: char| c == ',' || c.is_whitespace()).next());
    term.filter(|term| term.contains(':')).unwrap_or(help)
}
