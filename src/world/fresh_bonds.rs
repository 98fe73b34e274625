//! Bonds made since neighbours were last indexed.

use crate::world::network::{Bond, make_room};

/// Bonds that are not yet in the list of all: a chain for each node that is the lower of a pair, the latest first. Few
/// pairs are new in a tick, and whoever asks for a bond asks whether it is one of them.
#[derive(Debug, Clone, Default)]
pub(super) struct FreshBonds {
    /// Place of each node's latest bond.
    first: Vec<u32>,
    /// Of each bond.
    links: Vec<Link>,
    pub(super) bonds: Vec<Bond>,
}

/// Where a bond stands in its chain.
#[derive(Debug, Clone, Copy)]
struct Link {
    low: u32,
    high: u32,
    /// Place of the bond before it.
    before: u32,
}

impl FreshBonds {
    /// No link follows.
    const END: u32 = u32::MAX;

    /// Makes room for chains of so many nodes; there must be no bonds.
    pub(super) fn prepare(&mut self, nodes: usize) {
        debug_assert!(self.bonds.is_empty());
        for link in self.links.drain(..) {
            self.first[link.low as usize] = Self::END;
        }
        make_room(&mut self.first, nodes);
        self.first.resize(nodes, Self::END);
    }

    /// Place of the bond of two nodes.
    #[inline]
    pub(super) fn find(&self, a: usize, b: usize) -> Option<usize> {
        if self.bonds.is_empty() {
            return None;
        }
        let (low, high) = (a.min(b), a.max(b));
        let mut at = self.first.get(low).copied().unwrap_or(Self::END);
        while at != Self::END && self.links[at as usize].high as usize != high {
            at = self.links[at as usize].before;
        }
        (at != Self::END).then_some(at as usize)
    }

    /// How many of some nodes have a bond with a node in which they work together.
    #[inline]
    pub(super) fn active_among(&self, node: usize, nodes: &[u32]) -> u32 {
        if self.bonds.is_empty() {
            return 0;
        }
        let active = |other: &&u32| self.find(node, **other as usize).is_some_and(|at| self.bonds[at].projects > 0);
        nodes.iter().filter(active).count() as u32
    }

    /// Adds a bond of two nodes, which have none; returns its place.
    pub(super) fn add(&mut self, low: usize, high: usize, bond: Bond) -> usize {
        if self.first.len() <= low {
            self.first.resize(low + 1, Self::END);
        }
        let place = self.bonds.len();
        let before = std::mem::replace(&mut self.first[low], place as u32);
        self.links.push(Link { low: low as u32, high: high as u32, before });
        self.bonds.push(bond);
        place
    }

    /// Bytes that it holds, room to grow included.
    pub(super) fn bytes(&self) -> usize {
        self.first.capacity() * size_of::<u32>()
            + self.links.capacity() * size_of::<Link>()
            + self.bonds.capacity() * size_of::<Bond>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::network::Subject;

    #[test]
    fn new_bonds_are_found_until_they_are_taken_away() {
        let bond = |a, b| Bond { a: Subject::firm(a), b: Subject::firm(b), trust: 0.3, since: 1, projects: a as u16 };
        let mut fresh = FreshBonds::default();
        fresh.prepare(2);
        assert_eq!([(0, 1), (1, 2), (0, 2)].map(|(a, b)| fresh.add(a, b, bond(a, b))), [0, 1, 2]);
        assert_eq!((fresh.find(0, 1), fresh.find(2, 0), fresh.find(1, 2)), (Some(0), Some(2), Some(1)));
        assert_eq!((fresh.find(2, 2), fresh.find(9, 2)), (None, None));
        assert_eq!((fresh.active_among(2, &[0, 1, u32::MAX]), fresh.active_among(0, &[1, 2])), (1, 0));
        fresh.bonds.clear();
        fresh.prepare(3);
        fresh.add(2, 3, bond(2, 3));
        assert_eq!((fresh.find(0, 1), fresh.find(1, 2)), (None, None));
    }
}
