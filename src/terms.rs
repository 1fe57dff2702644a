//! Which terms of the vocabularies are misspelt?
//!
//! The answer is the computed graph `urn:ibid:terms`: a term of ibid's or PROV's that does not exist, with the one that is near, or that is a slip in a
//! term of schema.org; a report that writes schema.org now as `http:` and now as `https:`, which queries cannot see themselves, as they read both
//! alike; what says twice what can be said once; and which texts a document has twice.

use crate::near::{misspelt, slip};
use crate::store::{Columns, Node, Reader, Result, Value, pairs, pairs_of};
use crate::vocab::{ibid, prov, schema};
use std::collections::BTreeMap;

/// The computed graph: on what uses a term of ibid's or PROV's that does not exist, or a slip in one of schema.org's, `ibid:unknownTerm`, on the term `ibid:nearTerm`, if one is; of a
/// node that says several things with a property that holds once `ibid:statedTwice` the property; of a claim whose text another
/// claim of a document has too `ibid:repeatedIn` the document; of a
/// report in both spellings `ibid:otherSpelling` on the first node that has a term in the rarer one.
///
/// # Errors
/// When the store fails.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    let mut http = Vec::new();
    twice(reader, &mut facts)?;
    let mut https = Vec::new();
    for term in reader.terms_in(&[ibid::NAMESPACE, prov::NAMESPACE, schema::HTTP_NAMESPACE, schema::NAMESPACE])? {
        let name = reader.name(term)?;
        if name.starts_with(schema::HTTP_NAMESPACE) {
            http.push(term);
        } else if name.starts_with(schema::NAMESPACE) {
            https.push(term);
        }
        if let Some(near) = misspelt(&name).or_else(|| slip(&name)) {
            reader.uses(term, &mut |subject, _| facts.say(subject, ibid::UNKNOWN_TERM, Value::Node(term)))?;
            if let Some(near) = near {
                facts.say(term, ibid::NEAR_TERM, Value::Iri(near));
            }
        }
    }
    // Most stores have one spelling, and then nothing more is to be looked at.
    if !http.is_empty() {
        let (http, https) = (spelt(reader, &http)?, spelt(reader, &https)?);
        for (report, these) in http {
            if let Some(those) = https.get(&report) {
                let rarer = if these.count <= those.count { these } else { *those };
                facts.say(rarer.first.1, ibid::OTHER_SPELLING, Value::Node(rarer.term));
            }
        }
    }
    Ok(facts.sorted())
}

/// What a claim says once, whatever else it says.
const ONCE: [&str; 12] = [
    ibid::VALUE,
    ibid::LOWER,
    ibid::UPPER,
    ibid::PRECISION,
    ibid::BOUND,
    ibid::UNIT,
    ibid::MEASURE,
    ibid::FORMULA,
    ibid::MODALITY,
    ibid::CLAIM_KIND,
    schema::TEXT,
    schema::TEMPORAL_COVERAGE,
];

/// Finds who says several things with a property; whether they are the same thing is for whoever asks.
fn twice(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    for property in ONCE {
        let said = pairs(reader, property)?;
        for pair in said.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            facts.say(pair[0].0, ibid::STATED_TWICE, Value::Iri(property));
        }
        if property == schema::TEXT {
            repeated(reader, said, facts)?;
        }
    }
    Ok(())
}

/// Finds the claims whose texts stand twice in a document. Few texts stand twice at all.
fn repeated(reader: &dyn Reader, texts: Vec<(Node, Node)>, facts: &mut Columns) -> Result<()> {
    let mut turned: Vec<(Node, Node)> = texts.into_iter().map(|(claim, text)| (text, claim)).collect();
    turned.sort_unstable();
    let homes = pairs(reader, schema::APPEARANCE)?;
    for same in turned.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let places = same.iter().flat_map(|(_, claim)| pairs_of(&homes, *claim));
        let mut places: Vec<(Node, Node)> = places.map(|(claim, document)| (*document, *claim)).collect();
        places.sort_unstable();
        for together in places.chunk_by(|a, b| a.0 == b.0).filter(|together| together.len() > 1) {
            together.iter().for_each(|(document, claim)| facts.say(*claim, ibid::REPEATED_IN, Value::Node(*document)));
        }
    }
    Ok(())
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
