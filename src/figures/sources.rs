//! Which figures are taken from a figure of the same kind?

use crate::store::{Columns, Node, Reader, Result, Value, Walk, pairs, pairs_of};
use crate::vocab::{ibid, prov};

/// Says of claims `ibid:sourceFigure`: another claim that they are taken from, with a measure and a unit in common. There are few among all that is taken from
/// something.
pub(super) fn sources(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    let (measures, units) = (pairs(reader, ibid::MEASURE)?, pairs(reader, ibid::UNIT)?);
    let mut sourced: Vec<(Node, Node)> = reader.all_edges(&prov::SOURCING)?.into_iter().flatten().collect();
    sourced.sort_unstable();
    sourced.dedup();
    let mut walk = Walk::along(&measures);
    sourced.retain(|(claim, source)| claim != source && !walk.to(*claim).is_empty());
    let mut turned: Vec<(Node, Node)> = sourced.into_iter().map(|(claim, source)| (source, claim)).collect();
    turned.sort_unstable();
    let mut walk = Walk::along(&measures);
    turned.retain(|(source, claim)| share(walk.to(*source), pairs_of(&measures, *claim)));
    for (source, claim) in turned {
        if share(pairs_of(&units, source), pairs_of(&units, claim)) {
            facts.say(claim, ibid::SOURCE_FIGURE, Value::Node(source));
        }
    }
    Ok(())
}

/// Whether two subjects have an object in common.
fn share(one: &[(Node, Node)], other: &[(Node, Node)]) -> bool {
    one.iter().any(|(_, object)| other.iter().any(|(_, own)| own == object))
}
