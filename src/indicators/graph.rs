//! The shape of a network: pure functions over a number of nodes and a list of undirected relations.
//!
//! A pair may be listed many times and in both orders, and is one relation; a node's relation with
//! itself is none. Nodes without relations are no subjects of the network and enter no mean.
//!
//! Relations are taken one after the other, from the last of the sorted list to the first. A triangle is found at the
//! first of its relations in the list, that of its lowest and its middle node, of both of which the third is a later
//! neighbour. Every node bears signs of its later neighbours, and where two have no sign in common, as nearly always
//! in a sparse network, nothing is looked for.
//!
//! Cost: sorting the list, then for every relation at most the later neighbours of that of its nodes which has fewer.
//! So a hub costs no square.

use crate::indicators::table::ratio;
use crate::world::network::make_room;

/// An undirected relation of two nodes, by number. Pairs have the order of their lower, then of their
/// higher nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u64);

impl Pair {
    /// After all pairs of nodes.
    const NONE: Pair = Pair(u64::MAX);

    /// The pair of two nodes in whatever order; one word is compared at less cost than two numbers.
    #[inline]
    pub fn new(a: u32, b: u32) -> Self {
        Pair(u64::from(a.min(b)) << 32 | u64::from(a.max(b)))
    }

    /// The node of lower number.
    #[inline]
    pub fn low(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The node of higher number.
    #[inline]
    pub fn high(self) -> u32 {
        self.0 as u32
    }
}

/// What a network looks like. All is zero where there are no relations.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shape {
    /// Nodes with at least one relation.
    pub subjects: usize,
    /// Distinct pairs.
    pub relations: usize,
    /// Relations of a subject.
    pub mean_degree: f64,
    /// Global clustering: share of the paths of two relations whose ends are related too.
    pub transitivity: f64,
    /// Mean over subjects of the share of pairs of their neighbours that are related; a subject
    /// with one neighbour counts as zero.
    pub mean_local_clustering: f64,
    /// Subjects in the largest component, over subjects.
    pub largest_component: f64,
}

impl Shape {
    /// Clustering that a random network (Erdős & Rényi) with as many subjects and relations has: the
    /// share of all pairs that are related.
    pub fn random_clustering(&self) -> f64 {
        let subjects = self.subjects as f64;
        ratio(2.0 * self.relations as f64, subjects * (subjects - 1.0))
    }
}

/// Relations that came and went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turnover {
    /// There now, not before.
    pub new: usize,
    /// There before, not now.
    pub dissolved: usize,
}

/// Makes of a list that of its distinct relations, sorted.
pub fn tidy(list: &mut Vec<Pair>) {
    list.retain(|pair| pair.low() != pair.high());
    if !list.is_sorted() {
        list.sort_unstable();
    }
    list.dedup();
}

/// Makes `all` the distinct relations of lists that are tidy, sorted.
pub fn union<const N: usize>(lists: [&[Pair]; N], all: &mut Vec<Pair>) {
    all.clear();
    make_room(all, lists.iter().map(|list| list.len()).sum());
    let mut next = [0; N];
    loop {
        let heads: [Pair; N] = std::array::from_fn(|k| lists[k].get(next[k]).copied().unwrap_or(Pair::NONE));
        let least = heads.into_iter().fold(Pair::NONE, Pair::min);
        if least == Pair::NONE {
            return;
        }
        all.push(least);
        next.iter_mut().zip(heads).for_each(|(next, head)| *next += usize::from(head == least));
    }
}

/// Compares the relations of two times, both sorted and without repetition. Those of `before` are as they
/// are called now, without those that can no longer be because an end is gone; with them there were `count`.
pub fn turnover(count: usize, before: impl Iterator<Item = Pair>, now: &[Pair]) -> Turnover {
    let (mut kept, mut next) = (0, 0);
    for pair in before {
        while now.get(next).is_some_and(|new| *new < pair) {
            next += 1;
        }
        let stays = now.get(next) == Some(&pair);
        kept += usize::from(stays);
        next += usize::from(stays);
    }
    Turnover { new: now.len() - kept, dissolved: count - kept }
}

/// Measures networks one after the other. What it needs for one serves again for the next.
#[derive(Debug, Clone, Default)]
pub struct Measurer {
    nodes: Vec<Node>,
    /// Place of the first relation of a node with a higher one; means nothing where there is none.
    first: Vec<u32>,
    /// Triangles that every node is part of.
    triangles: Vec<u32>,
}

/// What the relations that were taken so far say of a node.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    degree: u32,
    /// Signs of its later neighbours, each one of 32.
    signs: u32,
}

impl Measurer {
    /// Measures a network whose relations are distinct and sorted, but for its components ([`Trees`]).
    ///
    /// # Panics
    /// When a relation names a node that is not below `nodes`.
    pub fn shape(&mut self, nodes: usize, relations: &[Pair]) -> Shape {
        if relations.is_empty() {
            return Shape::default();
        }
        let Counts { subjects, paths, triangles } = self.count(nodes, relations);
        let closed = if triangles > 0 { self.local_clustering() } else { 0.0 };
        Shape {
            subjects,
            relations: relations.len(),
            mean_degree: ratio(2.0 * relations.len() as f64, subjects as f64),
            transitivity: ratio(3.0 * triangles as f64, paths as f64),
            mean_local_clustering: ratio(closed, subjects as f64),
            largest_component: 0.0,
        }
    }

    /// Takes all relations, from the last to the first.
    fn count(&mut self, nodes: usize, relations: &[Pair]) -> Counts {
        renew(&mut self.nodes, nodes, Node::default());
        renew(&mut self.triangles, nodes, 0);
        make_room(&mut self.first, nodes);
        self.first.resize(nodes, 0);
        let mut counts = Counts::default();
        // Relations of the same lower node stand together: they end before `end`, and those taken have `signs`.
        let (mut low, mut end, mut signs) = (u32::MAX, 0, 0);
        for (place, pair) in relations.iter().enumerate().rev() {
            let same = pair.low() == low;
            (low, end, signs) = (pair.low(), if same { end } else { place + 1 }, if same { signs } else { 0 });
            let middle = pair.high();
            if self.touch(middle, &mut counts).signs & signs != 0 {
                let of_middle = &relations[self.first[middle as usize] as usize..];
                counts.triangles += self.close(*pair, &relations[place + 1..end], of_middle);
            }
            signs |= 1 << (middle & 31);
            self.touch(low, &mut counts).signs = signs;
            self.first[low as usize] = place as u32;
        }
        counts
    }

    /// Notes one more relation of a node.
    #[inline]
    fn touch(&mut self, node: u32, counts: &mut Counts) -> &mut Node {
        let node = &mut self.nodes[node as usize];
        counts.subjects += usize::from(node.degree == 0);
        // It makes a path with each of the others.
        counts.paths += u64::from(node.degree);
        node.degree += 1;
        node
    }

    /// Counts the triangles of a pair with the later neighbours of both. Those of the lower node are given; those of the
    /// higher one are the first of `of_middle`. Of whom there are fewer is looked for among the others.
    fn close(&mut self, pair: Pair, of_low: &[Pair], of_middle: &[Pair]) -> u64 {
        let (low, middle) = (pair.low(), pair.high());
        let next = |pair: &&Pair| pair.low() == middle;
        let few = of_middle.iter().take_while(next).nth(of_low.len()).is_none();
        let (some, node, others) = if few { (of_middle, low, of_low) } else { (of_low, middle, of_middle) };
        let mut found = 0;
        for third in some.iter().take_while(|third| !few || next(third)).map(|third| third.high()) {
            if others.binary_search(&Pair::new(node, third)).is_ok() {
                for corner in [low, middle, third] {
                    let triangles = &mut self.triangles[corner as usize];
                    *triangles = triangles.saturating_add(1);
                }
                found += 1;
            }
        }
        found
    }

    /// Sum over nodes of the share of pairs of their neighbours that are related.
    fn local_clustering(&self) -> f64 {
        let corners = self.nodes.iter().zip(&self.triangles).filter(|(_, count)| **count > 0);
        corners.fold(0.0, |sum, (node, count)| sum + 2.0 * f64::from(*count) / pairs_twice(node.degree) as f64)
    }
}

/// What is counted of a network.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Nodes with at least one relation.
    subjects: usize,
    /// Paths of two relations.
    paths: u64,
    triangles: u64,
}

/// Makes a list of so many times the same.
fn renew<T: Clone>(list: &mut Vec<T>, items: usize, item: T) {
    list.clear();
    make_room(list, items);
    list.resize(items, item);
}

/// Trees of nodes that relations hold together.
#[derive(Debug, Clone, Default)]
pub struct Trees {
    /// For every node one above it in its tree; for the top of a tree the mark of a top and the size of the tree.
    above: Vec<u32>,
    /// Nodes of the largest tree of at least two, else 0.
    largest: u32,
}

/// Marks a top; beyond the numbers of nodes.
const TOP: u32 = 1 << 31;

impl Trees {
    /// Begins anew: every node is a tree.
    ///
    /// # Panics
    /// When there are more nodes than there can be subjects.
    pub fn plant(&mut self, nodes: usize) {
        assert!(nodes < TOP as usize, "more nodes than subjects can be");
        renew(&mut self.above, nodes, TOP | 1);
        self.largest = 0;
    }

    /// Joins trees by relations, and returns how many nodes the largest has then.
    ///
    /// # Panics
    /// When a relation names a node that was not planted.
    pub fn join_all(&mut self, relations: &[Pair]) -> u32 {
        // Relations of the same lower node stand together, so that its top is known.
        let (mut low, mut top) = (u32::MAX, u32::MAX);
        for pair in relations.iter().rev() {
            if pair.low() != low {
                low = pair.low();
                top = self.top(low);
            }
            let other = self.top(pair.high());
            if other != top {
                top = self.join(top, other);
            }
        }
        self.largest
    }

    /// The node on top of a node's tree. Most are that themselves or stand one or two below; so many steps are taken
    /// without a branch, which would be foreseen wrongly half of the time.
    #[inline]
    fn top(&mut self, node: u32) -> u32 {
        let step = |node: u32| {
            let above = self.above[node as usize];
            if above & TOP == 0 { above } else { node }
        };
        let second = step(step(node));
        if self.above[second as usize] & TOP != 0 {
            return second;
        }
        let top = self.far_top(second);
        self.above[node as usize] = top;
        top
    }

    /// The same for who stands far below; the way there is halved for the next time.
    fn far_top(&mut self, mut node: u32) -> u32 {
        loop {
            let above = self.above[node as usize];
            if above & TOP != 0 {
                return node;
            }
            let next = self.above[above as usize];
            if next & TOP != 0 {
                return above;
            }
            self.above[node as usize] = next;
            node = next;
        }
    }

    /// Puts the smaller of two trees under the top of the larger one, which is returned.
    #[inline]
    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (of_a, of_b) = (self.above[a as usize] & !TOP, self.above[b as usize] & !TOP);
        let (top, below) = if of_a < of_b { (b, a) } else { (a, b) };
        let size = of_a + of_b;
        self.above[below as usize] = top;
        self.above[top as usize] = TOP | size;
        self.largest = self.largest.max(size);
        top
    }
}

/// Pairs among so many neighbours, twice.
fn pairs_twice(degree: u32) -> u64 {
    u64::from(degree) * u64::from(degree) - u64::from(degree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(ends: &[(u32, u32)]) -> Vec<Pair> {
        ends.iter().map(|&(a, b)| Pair::new(a, b)).collect()
    }

    fn relations(mut edges: Vec<Pair>) -> Vec<Pair> {
        tidy(&mut edges);
        edges
    }

    fn shape(nodes: usize, edges: Vec<Pair>) -> Shape {
        measured(&mut Measurer::default(), nodes, &relations(edges))
    }

    fn measured(measurer: &mut Measurer, nodes: usize, relations: &[Pair]) -> Shape {
        let mut trees = Trees::default();
        trees.plant(nodes);
        let largest = trees.join_all(relations);
        let shape = measurer.shape(nodes, relations);
        Shape { largest_component: ratio(f64::from(largest), shape.subjects as f64), ..shape }
    }

    fn assert_shape(found: Shape, expected: Shape) {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(
            (found.subjects, found.relations) == (expected.subjects, expected.relations)
                && close(found.mean_degree, expected.mean_degree)
                && close(found.transitivity, expected.transitivity)
                && close(found.mean_local_clustering, expected.mean_local_clustering)
                && close(found.largest_component, expected.largest_component),
            "{found:?}\nshould be\n{expected:?}"
        );
    }

    #[test]
    fn a_triangle_with_a_tail_by_hand() {
        // 0-1-2 is a triangle, 3 hangs on 2, 4 stands alone. Paths of two relations: one at 0, one at
        // 1, three at 2; three of the five are closed. Locally 1, 1, 1/3, 0.
        let edges = pairs(&[(0, 1), (1, 2), (2, 0), (2, 3)]);
        let expected = Shape {
            subjects: 4,
            relations: 4,
            mean_degree: 2.0,
            transitivity: 3.0 / 5.0,
            mean_local_clustering: (1.0 + 1.0 + 1.0 / 3.0) / 4.0,
            largest_component: 1.0,
        };
        let mut measurer = Measurer::default();
        assert_shape(measured(&mut measurer, 5, &relations(edges)), expected);
        assert!(measurer.nodes.iter().map(|node| node.degree).eq([2, 2, 3, 1, 0]));
        // Four of six possible pairs.
        assert!((expected.random_clustering() - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn a_star_has_no_triangles() {
        let edges = (1..6).map(|leaf| Pair::new(0, leaf)).collect();
        let expected =
            Shape { subjects: 6, relations: 5, mean_degree: 10.0 / 6.0, largest_component: 1.0, ..Shape::default() };
        assert_shape(shape(6, edges), expected);
    }

    #[test]
    fn the_larger_of_two_components_counts() {
        // A path of three, a pair, and three nodes apart.
        let edges = pairs(&[(7, 6), (0, 2), (2, 4)]);
        let expected =
            Shape { subjects: 5, relations: 3, mean_degree: 1.2, largest_component: 0.6, ..Shape::default() };
        assert_shape(shape(8, edges), expected);
    }

    #[test]
    fn in_a_complete_graph_all_is_one() {
        let edges = (0..7).flat_map(|a| (0..7).map(move |b| Pair::new(a, b))).collect();
        let found = shape(7, edges);
        let expected = Shape {
            subjects: 7,
            relations: 21,
            mean_degree: 6.0,
            transitivity: 1.0,
            mean_local_clustering: 1.0,
            largest_component: 1.0,
        };
        assert_shape(found, expected);
        assert_eq!(found.random_clustering(), 1.0);
    }

    #[test]
    fn no_relations_have_no_shape() {
        for (nodes, edges) in [(0, vec![]), (3, vec![]), (3, pairs(&[(1, 1)]))] {
            assert_eq!(shape(nodes, edges), Shape::default());
        }
        assert_eq!(Shape::default().random_clustering(), 0.0);
    }

    #[test]
    fn repeated_relations_are_one_and_self_relations_none() {
        let found = relations(pairs(&[(3, 1), (1, 3), (2, 2), (0, 1), (1, 3)]));
        assert_eq!(found, pairs(&[(0, 1), (1, 3)]));
        let mut all = found.clone();
        union([&found, &[], &pairs(&[(0, 1), (0, 2)])], &mut all);
        assert_eq!(all, pairs(&[(0, 1), (0, 2), (1, 3)]));
    }

    fn turnover_of(before: &[Pair], now: &[Pair]) -> Turnover {
        turnover(before.len(), before.iter().copied(), now)
    }

    #[test]
    fn turnover_counts_both_directions() {
        let (before, after) = (pairs(&[(0, 1), (0, 2), (3, 4)]), pairs(&[(0, 2), (1, 2), (3, 4), (5, 6)]));
        assert_eq!(turnover_of(&before, &after), Turnover { new: 2, dissolved: 1 });
        assert_eq!(turnover_of(&after, &before), Turnover { new: 1, dissolved: 2 });
        assert_eq!(turnover_of(&before, &before), Turnover::default());
        assert_eq!(turnover_of(&[], &after), Turnover { new: 4, dissolved: 0 });
        // A fifth relation whose end is gone.
        assert_eq!(turnover(5, after.iter().copied(), &after), Turnover { new: 0, dissolved: 1 });
    }

    #[test]
    fn a_hub_of_many_costs_no_square() {
        // Every pair of the hub's neighbours would be 5 * 10^11 looks.
        let edges = (1..1_000_000).map(|leaf| Pair::new(0, leaf)).collect();
        assert_eq!(shape(1_000_000, edges).transitivity, 0.0);
    }

    /// The same from the definitions, looking at all triples and following relations step by step.
    fn naive(nodes: usize, edges: &[Pair]) -> Shape {
        let mut related = vec![vec![false; nodes]; nodes];
        for (a, b) in edges.iter().map(|pair| (pair.low() as usize, pair.high() as usize)).filter(|(a, b)| a != b) {
            related[a][b] = true;
            related[b][a] = true;
        }
        let degree = |a: usize| related[a].iter().filter(|is| **is).count();
        let subjects: Vec<usize> = (0..nodes).filter(|&a| degree(a) > 0).collect();
        let (mut closed, mut open, mut local) = (0.0, 0.0, 0.0);
        for &a in &subjects {
            let (mut here, mut all) = (0.0, 0.0);
            for b in 0..nodes {
                for c in (b + 1..nodes).filter(|&c| related[a][b] && related[a][c]) {
                    all += 1.0;
                    here += if related[b][c] { 1.0 } else { 0.0 };
                }
            }
            closed += here;
            open += all;
            local += ratio(here, all);
        }
        let reach = |start: usize| {
            let (mut seen, mut wait) = (vec![false; nodes], vec![start]);
            while let Some(a) = wait.pop() {
                if !std::mem::replace(&mut seen[a], true) {
                    wait.extend((0..nodes).filter(|&b| related[a][b]));
                }
            }
            seen.iter().filter(|is| **is).count()
        };
        let count = subjects.len() as f64;
        let degrees: usize = subjects.iter().map(|&a| degree(a)).sum();
        Shape {
            subjects: subjects.len(),
            relations: degrees / 2,
            mean_degree: ratio(degrees as f64, count),
            transitivity: ratio(closed, open),
            mean_local_clustering: ratio(local, count),
            largest_component: ratio(subjects.iter().map(|&a| reach(a)).max().unwrap_or(0) as f64, count),
        }
    }

    proptest! {
        #[test]
        fn the_fast_way_is_the_naive_one(nodes in 1u32..14, ends in proptest::collection::vec((0u32..14, 0u32..14), 0..60)) {
            let edges: Vec<Pair> = ends.into_iter().map(|(a, b)| Pair::new(a % nodes, b % nodes)).collect();
            let expected = naive(nodes as usize, &edges);
            assert_shape(shape(nodes as usize, edges.clone()), expected);
            // What was measured before leaves no traces.
            let mut measurer = Measurer::default();
            measured(&mut measurer, 20, &pairs(&[(0, 1), (0, 2), (1, 2), (2, 19)]));
            assert_shape(measured(&mut measurer, nodes as usize, &relations(edges)), expected);
        }

        #[test]
        fn a_union_is_all_lists_made_tidy(lists in proptest::array::uniform3(proptest::collection::vec((0u32..9, 0u32..9), 0..20))) {
            let [a, b, c] = lists.each_ref().map(|ends| relations(pairs(ends)));
            let mut all = Vec::new();
            union([&a, &b, &c], &mut all);
            prop_assert_eq!(all, relations([a, b, c].concat()));
        }

        #[test]
        fn order_and_direction_of_the_list_do_not_matter(ends in proptest::collection::vec((0u32..30, 0u32..30), 0..90)) {
            let turned = ends.iter().rev().map(|&(a, b)| Pair::new(b, a)).collect();
            prop_assert_eq!(shape(30, pairs(&ends)), shape(30, turned));
        }

        #[test]
        fn turnover_explains_the_net_change(before in proptest::collection::btree_set(0u32..40, 0..30), after in proptest::collection::btree_set(0u32..40, 0..30)) {
            let [old, now] = [&before, &after].map(|set| set.iter().map(|high| Pair::new(0, *high)).collect::<Vec<_>>());
            let found = turnover_of(&old, &now);
            prop_assert_eq!(found.new, after.difference(&before).count());
            prop_assert_eq!(found.dissolved, before.difference(&after).count());
            prop_assert_eq!(old.len() + found.new, now.len() + found.dissolved);
        }
    }
}
