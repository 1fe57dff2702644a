//! Which terms of the vocabularies are misspelt?
//!
//! The answer is the computed graph `urn:ibid:terms`: a term of ibid's that does not exist, with the one that is near, and a report that
//! writes schema.org now as `http:` and now as `https:`. Queries read both spellings alike, and cannot see it themselves.

use crate::near::misspelt;
use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::{ibid, schema};
use std::collections::BTreeMap;

/// The computed graph: on what uses a term of ibid's that does not exist `ibid:unknownTerm`, on the term `ibid:nearTerm`, if one is; of a
/// report in both spellings `ibid:otherSpelling` on the first node that has a term in the rarer one.
///
/// # Errors
/// When the store fails.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    let mut http = Vec::new();
    for term in reader.terms_in(&[ibid::NAMESPACE, schema::HTTP_NAMESPACE])? {
        let name = reader.name(term)?;
        if name.starts_with(schema::HTTP_NAMESPACE) {
            http.push(term);
        } else if let Some(near) = misspelt(&name) {
            reader.uses(term, &mut |subject, _| facts.say(subject, ibid::UNKNOWN_TERM, Value::Node(term)))?;
            if let Some(near) = near {
                facts.say(term, ibid::NEAR_TERM, Value::Iri(near));
            }
        }
    }
    // Most stores have one spelling, and then nothing more is to be looked at.
    if !http.is_empty() {
        let (http, https) = (spelt(reader, &http)?, spelt(reader, &reader.terms_in(&[schema::NAMESPACE])?)?);
        for (report, these) in http {
            if let Some(those) = https.get(&report) {
                let rarer = if these.count <= those.count { these } else { *those };
                facts.say(rarer.first.1, ibid::OTHER_SPELLING, Value::Node(rarer.term));
            }
        }
    }
    Ok(facts.sorted())
}

/// How a report uses one spelling.
#[derive(Clone, Copy)]
struct Spelt {
    count: usize,
    /// The first node that has a term in it; one without a name comes last, for nobody finds it.
    first: (bool, Node),
    term: Node,
}

fn spelt(reader: &dyn Reader, terms: &[Node]) -> Result<BTreeMap<Node, Spelt>> {
    let mut reports: BTreeMap<Node, Spelt> = BTreeMap::new();
    for &term in terms {
        reader.uses(term, &mut |subject, report| {
            let first = (subject.is_blank(), subject);
            let known = reports.entry(report).or_insert(Spelt { count: 0, first, term });
            known.count += 1;
            if first < known.first {
                (known.first, known.term) = (first, term);
            }
        })?;
    }
    Ok(reports)
}
