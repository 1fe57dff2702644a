//! What is waived: by whom, why, until when, and did the waiver silence anything?

use super::found::{Code, Found};
use crate::catalog::Rule;
use crate::model::{Failure, Place};
use crate::near::nearest;
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, prov};
use oxsdatatypes::Date;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The waivers of a store.
pub(super) struct Waivers {
    /// By claim and rule, the waivers that hold.
    holding: FxHashMap<Node, BTreeMap<String, Vec<usize>>>,
    /// Each of them, and whether it silenced something, or nobody can know.
    used: Vec<(Node, bool)>,
    faulty: Vec<Failure>,
}

impl Waivers {
    /// Reads them; `off` are the rules of which nothing can be known in this run, `known` all that there are.
    pub(super) fn read(
        reader: &dyn Reader,
        today: Option<&str>,
        off: &BTreeSet<String>,
        known: Option<&BTreeSet<String>>,
    ) -> Result<Self> {
        let mut nodes: BTreeMap<Node, (BTreeSet<Node>, BTreeSet<Node>)> = BTreeMap::new();
        reader.edges(ibid::WAIVES, &mut |waiver, rule| {
            nodes.entry(waiver).or_default().0.insert(rule);
        })?;
        reader.edges(ibid::ON_CLAIM, &mut |waiver, claim| {
            nodes.entry(waiver).or_default().1.insert(claim);
        })?;
        let today: Option<Date> = today.and_then(|today| today.parse().ok());
        let mut waivers = Self { holding: FxHashMap::default(), used: Vec::new(), faulty: Vec::new() };
        for (waiver, (rules, claims)) in nodes {
            let rules = rules.into_iter().map(|rule| reader.name(rule)).collect::<Result<Vec<_>>>()?;
            let place = reader.place(waiver, None)?;
            let dates = texts(reader, waiver, ibid::UNTIL)?;
            let until: Vec<Option<Date>> = dates.iter().map(|date| date.parse().ok()).collect();
            let reasons = texts(reader, waiver, ibid::REASON)?;
            let wrong = if rules.is_empty() {
                Some("a waiver names no rule (ibid:waives)".to_owned())
            } else if rules.len() > 1 {
                Some(format!(
                    "a waiver names {} rules (ibid:waives), and waives nothing: one waiver, one rule",
                    rules.len()
                ))
            } else if let Some(error) = known.and_then(|known| no_rule(&rules[0], known)) {
                Some(error)
            } else if claims.is_empty() {
                Some("a waiver names no claim (ibid:onClaim)".to_owned())
            } else if reasons.iter().all(|reason| reason.trim().is_empty()) {
                Some("a waiver gives no reason (ibid:reason), and waives nothing".to_owned())
            } else if texts(reader, waiver, prov::WAS_ATTRIBUTED_TO)?.iter().all(|who| who.trim().is_empty()) {
                Some("a waiver names nobody who decided it (prov:wasAttributedTo), and waives nothing".to_owned())
            } else {
                let odd = dates.iter().zip(&until).find(|(_, date)| date.is_none());
                odd.map(|(text, _)| format!("a waiver's date (ibid:until) is `{text}`, which is no xsd:date"))
            };
            if let Some(error) = wrong {
                waivers.faulty.push(faulty(rules.into_iter().next(), error, place));
                continue;
            }
            if until.iter().flatten().any(|until| today.is_some_and(|today| *until < today)) {
                continue;
            }
            let unknown = rules.iter().any(|rule| off.contains(rule));
            waivers.used.push((waiver, unknown));
            for claim in claims {
                let holding = waivers.holding.entry(claim).or_default();
                for rule in &rules {
                    holding.entry(rule.clone()).or_default().push(waivers.used.len() - 1);
                }
            }
        }
        Ok(waivers)
    }

    /// Takes out what is waived, of the findings of these rules; returns that, each with the waiver.
    pub(super) fn apply(&mut self, findings: &mut Vec<Found>, rules: &[Rule]) -> Vec<(Found, Node)> {
        if self.holding.is_empty() {
            return Vec::new();
        }
        let mut waived = Vec::new();
        findings.retain(|found| {
            let holding = found.subject().node().and_then(|subject| self.holding.get(&subject));
            match holding.and_then(|holding| holding.get(&rules[usize::from(found.rule)].saved.id)) {
                Some(waivers) => {
                    waivers.iter().for_each(|waiver| self.used[*waiver].1 = true);
                    waived.push((found.clone(), self.used[waivers[0]].0));
                    false
                }
                None => true,
            }
        });
        waived
    }

    /// Whether one of these waivers silenced nothing.
    pub(super) fn any_unused(&self, waivers: &[Code]) -> bool {
        self.used.iter().any(|(waiver, used)| !used && waivers.contains(&Code::of_node(*waiver)))
    }

    /// The waivers that waive nothing because something is missing.
    pub(super) fn into_faulty(self) -> Vec<Failure> {
        self.faulty
    }
}

/// What to say of a rule that is not there.
fn no_rule(rule: &str, known: &BTreeSet<String>) -> Option<String> {
    if known.contains(rule) {
        return None;
    }
    let near = nearest(rule, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Some(format!("a waiver waives `{rule}` (ibid:waives), and there is no such rule{hint}"))
}

fn faulty(rule: Option<String>, why: String, location: Option<Place>) -> Failure {
    Failure { rule: rule.unwrap_or_default(), error: why, file: None, location }
}

fn texts(reader: &dyn Reader, node: Node, property: &str) -> Result<Vec<String>> {
    reader.objects(node, property)?.into_iter().map(|value| reader.name(value)).collect()
}
