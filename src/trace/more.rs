//! What of a tree is left out, and how much is that?

use super::tree::{Item, Key, Task, Tree};
use crate::lineage::Kind;
use crate::model::{Origin, Step};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

impl Tree<'_> {
    /// What of some lines there is room for: those of the way that decides, then as many of each kind of end as there is
    /// room for.
    pub(super) fn fit(&self, depth: usize, tasks: Vec<Task>, asking: usize) -> Vec<Item> {
        /// A line that says that one or two are left out saves nothing.
        const NOT_WORTH_IT: usize = 2;
        let room = if depth > self.limits.depth { 0 } else { self.limits.siblings };
        if tasks.len() <= room || room > 0 && tasks.len() <= room + NOT_WORTH_IT {
            return tasks.into_iter().map(Item::Show).collect();
        }
        let mut of_kinds: BTreeMap<(Kind, &str), Vec<usize>> = BTreeMap::new();
        let mut shown = FxHashSet::default();
        for (place, task) in tasks.iter().enumerate() {
            if room > 0 && self.decisive.contains(&task.key) {
                shown.insert(place);
            } else {
                of_kinds.entry(self.ends_as(&task.key, asking)).or_default().push(place);
            }
        }
        let mut turn = 0;
        while shown.len() < room {
            let places: Vec<usize> = of_kinds.values().filter_map(|places| places.get(turn)).copied().collect();
            shown.extend(places.into_iter().take(room - shown.len()));
            turn += 1;
        }
        let (mut items, mut left_out) = (Vec::new(), Vec::new());
        for (place, task) in tasks.into_iter().enumerate() {
            if shown.contains(&place) {
                items.push(Item::Show(task));
            } else {
                left_out.push(task.key);
            }
        }
        items.push(Item::More(depth, left_out, asking));
        items
    }

    /// As what a chain ends at a node, if it does, and else that it goes on.
    fn ends_as(&self, key: &Key, asking: usize) -> (Kind, &'static str) {
        let how = match self.ends[asking].get(key) {
            Some(end) if end.withdrawn => ", withdrawn",
            Some(end) => match end.origin {
                Origin::Primary => ", primary",
                Origin::Original => ", original",
                _ => ", unknown",
            },
            None if key.0 == Kind::Claim => " on the way",
            None => "",
        };
        (key.0, how)
    }

    /// The line for what is left out: how many of what, and how much is behind them.
    pub(super) fn more(&mut self, depth: usize, mut left_out: Vec<Key>, asking: usize) -> Step {
        left_out.sort_unstable();
        left_out.dedup();
        let mut kinds: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
        for key in &left_out {
            *kinds.entry(self.ends_as(key, asking)).or_default() += 1;
        }
        let mut words = Vec::new();
        for ((kind, how), count) in kinds {
            let what = if kind == Kind::Claim { "claim" } else { "document" };
            words.push(format!("{} {what}{}{how}", thousands(count), if count == 1 { "" } else { "s" }));
        }
        let fresh = left_out.iter().filter(|key| !self.below.has(key.0, key.1)).count();
        let behind = self.below.count(left_out.iter().copied()) - fresh;
        let behind = if behind > 0 { format!("; {} further steps behind", thousands(behind)) } else { String::new() };
        let label = format!("… {} more: {}{behind}", thousands(left_out.len()), words.join("; "));
        Step { depth, kind: "more", label, ..Step::default() }
    }
}

/// A count as people write it: 9,990.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut told = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}
