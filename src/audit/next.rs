//! What should be done first? Findings that one act would close, gathered by that act.
//!
//! An act is what a help line asks for, on one node: the property that it names first in parentheses (`prov:wasDerivedFrom`), else its
//! own words. A finding whose help is to be done on several nodes is closed by all of them together: each helps.

use crate::model::Finding;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One act, and what it would close.
#[derive(Clone, Debug)]
pub struct Action {
    /// What to do: the help line of the first finding on the node itself, else of the first.
    pub help: Arc<str>,
    /// The node to do it on.
    pub on: Arc<str>,
    /// The numbers of the findings that it closes, in their order.
    pub closes: Vec<usize>,
    /// The numbers of those that ask for the same on other nodes too.
    pub helps: Vec<usize>,
}

/// The node that an act is done on, and its kind.
type Act<'f> = (Arc<str>, &'f str);
/// The findings that an act closes, and those that it helps with.
type Effect = (Vec<usize>, Vec<usize>);

/// The acts that close most findings; where as many, those that help with more, then those with heavier findings, then in the order
/// of the findings.
pub fn next(findings: &[Finding], most: usize) -> Vec<Action> {
    let mut acts: BTreeMap<Act<'_>, Effect> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        let Some(help) = finding.help.as_deref().filter(|help| !help.is_empty()) else { continue };
        let own: Vec<Arc<str>> = finding.subject().cloned().into_iter().collect();
        let nodes = if finding.on.is_empty() { &own } else { &finding.on };
        for node in nodes {
            let (closes, helps) = acts.entry((Arc::clone(node), kind(help))).or_default();
            if nodes.len() == 1 { closes.push(number) } else { helps.push(number) }
        }
    }
    let mut acts: Vec<_> = acts.into_iter().collect();
    let weight = |closes: &[usize]| closes.iter().map(|number| findings[*number].severity as usize + 1).sum::<usize>();
    acts.sort_by_cached_key(|(_, (closes, helps))| {
        let first = closes.first().or(helps.first()).copied();
        (Reverse((closes.len(), helps.len(), weight(closes))), first)
    });
    acts.truncate(most);
    let action = |((on, _), (closes, helps)): (Act<'_>, Effect)| {
        let all = || closes.iter().chain(&helps);
        let is_own = |number: &&usize| findings[**number].subject() == Some(&on);
        let told = all().find(is_own).or(all().next()).expect("an act closes something or helps");
        let help = findings[*told].help.clone().expect("findings without help are left out above");
        Action { help, on, closes, helps }
    };
    acts.into_iter().map(action).collect()
}

/// What kind of act a help line asks for.
fn kind(help: &str) -> &str {
    let inside = help.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    let term = inside.and_then(|inside| inside.split(|c: char| c == ',' || c.is_whitespace()).next());
    term.filter(|term| term.contains(':')).unwrap_or(help)
}
