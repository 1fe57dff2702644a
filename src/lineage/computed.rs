//! What are computed claims worth? As little as their weakest premise.

use super::claims::Claims;
use super::cycles::components;
use super::facts::Facts;
use super::union::number;
use crate::model::{Level, Origin};

/// Replaces the facts of claim nodes that are computed and have no upstream by those of their operands.
pub(super) fn weaken(claims: &Claims, facts: &mut [Facts]) {
    let operands = |node: u32| claims.premises(node);
    components(claims.count(), operands, |members| {
        let first = members[0];
        if members.len() > 1 || operands(first).contains(&first) {
            for &member in members {
                let facts = &mut facts[member as usize];
                *facts = Facts {
                    level: Level::Unsourced,
                    origin: Origin::Circular,
                    origins_min: 0,
                    origins_max: 0,
                    on_cycle: facts.on_cycle,
                };
            }
        } else if let Some(weakest) = weakest(operands(first).iter().map(|&operand| facts[operand as usize])) {
            facts[first as usize] = Facts { on_cycle: facts[first as usize].on_cycle, ..weakest };
        }
    });
    debug_assert_eq!(facts.len(), number(claims.count()) as usize, "there are facts of every node");
}

/// The least of everything that several have.
pub(super) fn weakest(operands: impl Iterator<Item = Facts>) -> Option<Facts> {
    operands.reduce(|a, b| Facts {
        level: a.level.min(b.level),
        origin: a.origin.max(b.origin),
        origins_min: a.origins_min.min(b.origins_min),
        origins_max: a.origins_max.min(b.origins_max),
        on_cycle: false,
    })
}
