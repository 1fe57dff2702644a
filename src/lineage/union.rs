//! Which things are one? Disjoint sets over dense numbers.

/// Disjoint sets of the numbers below a bound.
pub(super) struct Union {
    up: Vec<u32>,
}

impl Union {
    /// Every number a set of its own.
    pub(super) fn new(bound: usize) -> Self {
        Union { up: (0..number(bound)).collect() }
    }

    /// The representative of `x`: the smallest number of its set.
    pub(super) fn find(&mut self, mut x: u32) -> u32 {
        while self.up[x as usize] != x {
            self.up[x as usize] = self.up[self.up[x as usize] as usize];
            x = self.up[x as usize];
        }
        x
    }

    /// Joins the sets of `a` and `b`.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.up[a.max(b) as usize] = a.min(b);
    }

    /// Numbers the sets densely in the order of their smallest members: the set of each number, and how many there are.
    pub(super) fn dense(mut self) -> (Vec<u32>, usize) {
        let mut of = vec![0; self.up.len()];
        let mut count = 0;
        for x in 0..number(of.len()) {
            let root = self.find(x);
            if root == x {
                of[x as usize] = count;
                count += 1;
            } else {
                of[x as usize] = of[root as usize];
            }
        }
        (of, count as usize)
    }
}

/// A count as a dense number.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a view holds fewer than 2^32 nodes of a kind")
}
