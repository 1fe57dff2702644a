//! Dense numbers for nodes, and compressed adjacency over them.

use super::union::number;
use crate::store::Node;
use rustc_hash::FxHashMap;

/// Nodes numbered 0, 1, 2…
#[derive(Default)]
pub(super) struct Numbering {
    nodes: Vec<Node>,
    numbers: Numbers,
}

/// The number of each node.
enum Numbers {
    /// By the node without its kind, where nodes are near together; `u32::MAX` where there is none.
    Near(Vec<u32>),
    Far(FxHashMap<Node, u32>),
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers::Far(FxHashMap::default())
    }
}

impl Numbering {
    /// Numbers the nodes in their own order, each once.
    pub(super) fn sorted(mut nodes: Vec<Node>) -> Self {
        nodes.sort_unstable();
        nodes.dedup();
        let numbers = near(&nodes).map_or_else(
            || Numbers::Far(nodes.iter().enumerate().map(|(i, &node)| (node, number(i))).collect()),
            Numbers::Near,
        );
        Numbering { nodes, numbers }
    }

    /// The number of a node, a new one if it has none. Only for a numbering that began empty.
    pub(super) fn add(&mut self, node: Node) -> u32 {
        let Numbers::Far(numbers) = &mut self.numbers else { unreachable!("nodes are added to no sorted numbering") };
        *numbers.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            number(self.nodes.len() - 1)
        })
    }

    pub(super) fn get(&self, node: Node) -> Option<u32> {
        match &self.numbers {
            Numbers::Near(numbers) => {
                let number = *numbers.get(index(node))?;
                (self.nodes.get(number as usize) == Some(&node)).then_some(number)
            }
            Numbers::Far(numbers) => numbers.get(&node).copied(),
        }
    }

    /// All nodes, by number.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

/// Numbers by place, if that takes no more room than a map, and no two nodes have one place.
fn near(nodes: &[Node]) -> Option<Vec<u32>> {
    /// A list takes four bytes a place, a map about thirty an entry.
    const PLACES: usize = 8;
    let places = index(*nodes.last()?).checked_add(1)?;
    if places / PLACES > nodes.len() {
        return None;
    }
    let mut numbers = vec![u32::MAX; places];
    for (i, &node) in nodes.iter().enumerate() {
        let place = &mut numbers[index(node)];
        if *place != u32::MAX {
            return None;
        }
        *place = number(i);
    }
    Some(numbers)
}

/// The place of a node in a list; past every list if it is too great for one.
fn index(node: Node) -> usize {
    usize::try_from(node.0 >> 2).unwrap_or(usize::MAX)
}

/// For each row a sorted list of distinct numbers, in one array.
pub(super) struct Rows {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Rows {
    /// Collects (row, item) pairs, whose order and repetition do not matter, into `rows` rows.
    pub(super) fn new(rows: usize, pairs: &[(u32, u32)]) -> Self {
        let mut next = vec![0_u32; rows + 1];
        for &(row, _) in pairs {
            next[row as usize + 1] += 1;
        }
        for row in 0..rows {
            next[row + 1] += next[row];
        }
        let mut items = vec![0; pairs.len()];
        let mut at = next.clone();
        for &(row, item) in pairs {
            let place = &mut at[row as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        drop(at);
        let (mut first, mut kept) = (next, 0);
        for row in 0..rows {
            let (start, end) = (first[row] as usize, first[row + 1] as usize);
            items[start..end].sort_unstable();
            first[row] = number(kept);
            for i in start..end {
                if kept == first[row] as usize || items[kept - 1] != items[i] {
                    items[kept] = items[i];
                    kept += 1;
                }
            }
        }
        first[rows] = number(kept);
        items.truncate(kept);
        Rows { first, items }
    }

    /// The items of a row.
    pub(super) fn row(&self, row: u32) -> &[u32] {
        &self.items[self.first[row as usize] as usize..self.first[row as usize + 1] as usize]
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }
}
