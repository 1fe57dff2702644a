//! What should be done first? Findings that one act would close, gathered by that act.
//!
//! An act is what a help line asks for, on one node: the property that it names first in parentheses (`prov:wasDerivedFrom`), else its
//! own words. A finding whose help is to be done on several nodes is closed by all of them together: each helps.

use super::Audited;
use crate::store::Result;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
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
type Act = (Arc<str>, Arc<str>);
/// The numbers of the findings that an act closes, and of those that it helps with.
type Effect = (Vec<u32>, Vec<u32>);

/// The acts that close most findings; where as many, those that help with more, then those with heavier findings, then in the order
/// of the findings.
///
/// # Errors
/// When the store fails.
pub fn next(audited: &Audited<'_>, most: usize) -> Result<Vec<Action>> {
    let mut acts: FxHashMap<Act, Effect> = FxHashMap::default();
    let mut kinds: FxHashMap<Arc<str>, Arc<str>> = FxHashMap::default();
    let mut weights = Vec::with_capacity(audited.len());
    for (number, finding) in audited.findings().enumerate() {
        let finding = finding?;
        weights.push(finding.severity as usize + 1);
        let Some(help) = finding.help.as_deref().filter(|help| !help.is_empty()) else { continue };
        let kind = match kinds.get(kind(help)) {
            Some(known) => Arc::clone(known),
            None => {
                let kind: Arc<str> = kind(help).into();
                kinds.insert(Arc::clone(&kind), Arc::clone(&kind));
                kind
            }
        };
        let own: Vec<Arc<str>> = finding.subject().cloned().into_iter().collect();
        let nodes = if finding.on.is_empty() { own } else { finding.on };
        let alone = nodes.len() == 1;
        for node in nodes {
            let (closes, helps) = acts.entry((node, Arc::clone(&kind))).or_default();
            if alone { closes.push(number as u32) } else { helps.push(number as u32) }
        }
    }
    let mut acts: Vec<_> = acts.into_iter().collect();
    let weight = |closes: &[u32]| closes.iter().map(|number| weights[*number as usize]).sum::<usize>();
    acts.sort_by_cached_key(|(act, (closes, helps))| {
        let first = closes.first().or(helps.first()).copied();
        (Reverse((closes.len(), helps.len(), weight(closes))), first, act.clone())
    });
    acts.truncate(most);
    let mut actions = Vec::with_capacity(acts.len());
    for ((on, _), (closes, helps)) in acts {
        let (closes, helps): (Vec<usize>, Vec<usize>) = (numbers(closes), numbers(helps));
        let mut told = None;
        for number in closes.iter().chain(&helps) {
            let finding = audited.finding(*number)?;
            let is_own = finding.subject() == Some(&on);
            if told.is_none() || is_own {
                told = finding.help;
            }
            if is_own {
                break;
            }
        }
        let help = told.expect("an act closes something or helps, and findings without help are left out above");
        actions.push(Action { help, on, closes, helps });
    }
    Ok(actions)
}

fn numbers(list: Vec<u32>) -> Vec<usize> {
    list.into_iter().map(|number| number as usize).collect()
}

/// What kind of act a help line asks for.
fn kind(help: &str) -> &str {
    let inside = help.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    let term = inside.and_then(|inside| inside.split(|c: char| c == ',' || c.is_whitespace()).next());
    term.filter(|term| term.contains(':')).unwrap_or(help)
}
