//! The computed facts as a graph: `urn:ibid:lineage`, as MODEL lists it.

use super::Lineage;
use crate::model::Origin;
use crate::store::{Columns, Value};
use crate::vocab::ibid;

/// All facts, for a reader to attach.
pub fn facts(lineage: &Lineage) -> Columns {
    let mut facts = Columns::default();
    for &claim in lineage.claims() {
        let Some(computed) = lineage.facts(claim) else { continue };
        let mut say = |predicate, object| facts.say(claim, predicate, object);
        say(ibid::LEVEL, Value::Integer(computed.level.number().into()));
        say(ibid::ORIGIN, Value::Iri(origin(computed.origin)));
        say(ibid::ORIGINS_MIN, Value::Integer(computed.origins_min.into()));
        say(ibid::ORIGINS_MAX, Value::Integer(computed.origins_max.into()));
        say(ibid::ON_CYCLE, Value::Boolean(computed.on_cycle));
        for end in lineage.rests_on(claim) {
            say(ibid::RESTS_ON, Value::Node(end));
        }
        for other in lineage.may_rest_on(claim) {
            say(ibid::MAY_REST_ON, Value::Node(other));
        }
    }
    for (document, work) in lineage.documents() {
        facts.say(document, ibid::WORK, Value::Node(work));
        if lineage.work(document).is_some_and(|work| work.on_cycle) {
            facts.say(document, ibid::ON_CYCLE, Value::Boolean(true));
        }
    }
    facts.sorted()
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Primary => ibid::PRIMARY,
        Origin::Original => ibid::ORIGINAL,
        Origin::Unknown => ibid::UNKNOWN,
        Origin::Circular => ibid::CIRCULAR,
        Origin::None => ibid::NONE,
    }
}
