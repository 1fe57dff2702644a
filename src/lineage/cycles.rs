//! What reaches itself? Strongly connected components without recursion.

use super::union::number;

const UNSEEN: u32 = 0;
const DONE: u32 = u32::MAX;

struct Step {
    node: u32,
    next: u32,
    low: u32,
}

/// Calls `emit` with every strongly connected component of the numbers below `bound`, a component after all that it
/// leads to (Tarjan's order).
pub(super) fn components<'a>(bound: usize, leads_to: impl Fn(u32) -> &'a [u32], mut emit: impl FnMut(&[u32])) {
    let mut seen = vec![UNSEEN; bound];
    let mut clock = 0;
    let (mut open, mut walk) = (Vec::new(), Vec::<Step>::new());
    for start in 0..number(bound) {
        if seen[start as usize] != UNSEEN {
            continue;
        }
        if leads_to(start).is_empty() {
            seen[start as usize] = DONE;
            emit(&[start]);
            continue;
        }
        let mut enter = Some(start);
        loop {
            if let Some(node) = enter.take() {
                clock += 1;
                seen[node as usize] = clock;
                open.push(node);
                walk.push(Step { node, next: 0, low: clock });
            }
            let Some(step) = walk.last_mut() else { break };
            if let Some(&to) = leads_to(step.node).get(step.next as usize) {
                step.next += 1;
                match seen[to as usize] {
                    UNSEEN => enter = Some(to),
                    DONE => {}
                    time => step.low = step.low.min(time),
                }
                continue;
            }
            let Step { node, low, .. } = *step;
            walk.pop();
            if let Some(before) = walk.last_mut() {
                before.low = before.low.min(low);
            }
            if low == seen[node as usize] {
                let from = open.iter().rposition(|&x| x == node).expect("a node stays open until its component ends");
                for &member in &open[from..] {
                    seen[member as usize] = DONE;
                }
                emit(&open[from..]);
                open.truncate(from);
            }
        }
    }
}

/// Which of the numbers below `bound` are in a component of more than one.
pub(super) fn cyclic<'a>(bound: usize, leads_to: impl Fn(u32) -> &'a [u32]) -> Vec<bool> {
    let mut cyclic = vec![false; bound];
    components(bound, leads_to, |members| {
        if members.len() > 1 {
            for &member in members {
                cyclic[member as usize] = true;
            }
        }
    });
    cyclic
}
