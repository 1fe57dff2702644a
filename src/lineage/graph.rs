//! The computed facts as a graph: `urn:ibid:lineage`, as MODEL lists it.

use super::Lineage;
use crate::model::Origin;
use crate::store::{Columns, Node, Value};
use crate::vocab::ibid;
use std::sync::Arc;

/// All facts, for a reader to attach. What rests on what is written out only for whoever looks at it: where all rest on all,
/// that is the square of what there is.
pub fn facts(lineage: Arc<Lineage>) -> Columns {
    let mut facts = Columns::default();
    for &claim in lineage.claims() {
        let Some(computed) = lineage.facts(claim) else { continue };
        let mut say = |predicate, object| facts.say(claim, predicate, object);
        say(ibid::LEVEL, Value::Integer(computed.level.number().into()));
        say(ibid::ORIGIN, Value::Iri(origin(computed.origin)));
        say(ibid::ORIGINS_MIN, Value::Integer(computed.origins_min.into()));
        say(ibid::ORIGINS_MAX, Value::Integer(computed.origins_max.into()));
        say(ibid::ON_CYCLE, Value::Boolean(computed.on_cycle));
    }
    for (document, work) in lineage.documents() {
        facts.say(document, ibid::WORK, Value::Node(work));
        if lineage.work(document).is_some_and(|work| work.on_cycle) {
            facts.say(document, ibid::ON_CYCLE, Value::Boolean(true));
        }
    }
    let too = Arc::clone(&lineage);
    facts.say_later(ibid::RESTS_ON, move |say| say_all(&lineage, Lineage::rests_on, say));
    facts.say_later(ibid::MAY_REST_ON, move |say| say_all(&too, Lineage::may_rest_on, say));
    facts.sorted()
}

/// Says of each claim what it leads to.
fn say_all(lineage: &Lineage, to: impl Fn(&Lineage, Node) -> Vec<Node>, say: &mut dyn FnMut(Node, Node)) {
    for &claim in lineage.claims() {
        to(lineage, claim).into_iter().for_each(|other| say(claim, other));
    }
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
