//! The shape of a network: pure functions over a number of nodes and a list of undirected relations.
//!
//! A pair may be listed many times and in both orders, and is one relation; a node's relation with
//! itself is none. Nodes without relations are no subjects of the network and enter no mean.
//!
//! Relations are taken one after the other, from the last of the sorted list to the first, into a forest of
//! trees. Those that find their ends in the same tree close a cycle, and only they can complete a triangle:
//! each is completed by the first of its relations in the list, that of its lowest and its middle node, of
//! both of which the third is a later neighbour.
//!
//! Cost: sorting the list, then for every relation that closes a cycle the later neighbours of its higher
//! node. A hub costs no square: as the lower node it is looked at once, and its leaves close no cycle.

use crate::indicators::table::ratio;

/// An undirected relation of two nodes, by number. Pairs have the order of their lower, then of their
/// higher nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u64);

impl Pair {
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

/// The distinct relations of a list, sorted.
pub fn relations(mut edges: Vec<Pair>) -> Vec<Pair> {
    edges.retain(|pair| pair.low() != pair.high());
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The distinct relations of sorted lists, sorted.
pub fn union(lists: &[Vec<Pair>]) -> Vec<Pair> {
    let mut all = lists.concat();
    // Sorted runs: a stable sort merges them.
    all.sort();
    all.dedup();
    all
}

/// Measures a network.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn shape(nodes: usize, edges: Vec<Pair>) -> Shape {
    shape_of(nodes, &relations(edges))
}

/// Measures a network whose relations are distinct and ordered as [`relations`] gives them.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn shape_of(nodes: usize, relations: &[Pair]) -> Shape {
    let (trees, closing) = trees(nodes, relations);
    let degrees = degrees_of(nodes, relations);
    let subjects = degrees.iter().filter(|degree| **degree > 0).count();
    let triangles = if closing.is_empty() { Vec::new() } else { triangles(nodes, relations, &closing) };
    Shape {
        subjects,
        relations: relations.len(),
        mean_degree: ratio(2.0 * relations.len() as f64, subjects as f64),
        transitivity: transitivity(&degrees, &triangles),
        mean_local_clustering: ratio(local_clustering(&degrees, &triangles), subjects as f64),
        largest_component: ratio(f64::from(trees.largest), subjects as f64),
    }
}

/// Number of relations of every node, 0 for those without.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn degrees(nodes: usize, edges: Vec<Pair>) -> Vec<u32> {
    degrees_of(nodes, &relations(edges))
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

fn degrees_of(nodes: usize, relations: &[Pair]) -> Vec<u32> {
    let mut degrees = vec![0; nodes];
    for pair in relations {
        degrees[pair.low() as usize] += 1;
        degrees[pair.high() as usize] += 1;
    }
    degrees
}

/// Trees of nodes that relations hold together.
struct Trees {
    above: Vec<u32>,
    size: Vec<u32>,
    /// Nodes of the largest tree of at least two, else 0.
    largest: u32,
}

impl Trees {
    fn new(nodes: usize) -> Self {
        Trees { above: (0..nodes as u32).collect(), size: vec![1; nodes], largest: 0 }
    }

    /// The node on top of a node's tree; the way there is halved for the next time.
    fn top(&mut self, mut node: u32) -> u32 {
        loop {
            let above = self.above[node as usize];
            let next = self.above[above as usize];
            if next == above {
                return above;
            }
            self.above[node as usize] = next;
            node = next;
        }
    }

    /// Puts the smaller of two trees under the top of the larger one, which is returned.
    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (of_a, of_b) = (self.size[a as usize], self.size[b as usize]);
        let (top, below) = if of_a < of_b { (b, a) } else { (a, b) };
        let size = of_a + of_b;
        self.above[below as usize] = top;
        self.size[top as usize] = size;
        self.largest = self.largest.max(size);
        top
    }
}

/// Trees of all relations, and those of them that close a cycle of relations that come later, the last first.
fn trees(nodes: usize, relations: &[Pair]) -> (Trees, Vec<Pair>) {
    let (mut trees, mut closing) = (Trees::new(nodes), Vec::new());
    // Relations of the same lower node stand together, so that its top is known.
    let (mut low, mut top) = (u32::MAX, u32::MAX);
    for pair in relations.iter().rev() {
        if pair.low() != low {
            low = pair.low();
            top = trees.top(low);
        }
        let other = trees.top(pair.high());
        if other == top {
            closing.push(*pair);
        } else {
            top = trees.join(top, other);
        }
    }
    (trees, closing)
}

/// Number of triangles that every node is part of; `closing` are the relations that close a cycle, those of
/// the same lower node one after the other.
fn triangles(nodes: usize, relations: &[Pair], closing: &[Pair]) -> Vec<u64> {
    let ends = ends(nodes, relations);
    let later = |node: u32| {
        let start = (node as usize).checked_sub(1).map_or(0, |before| ends[before] as usize);
        &relations[start..ends[node as usize] as usize]
    };
    let mut triangles = vec![0; nodes];
    // Who is a later neighbour of the lower node looked at bears its number.
    let (mut mark, mut marked) = (vec![u32::MAX; nodes], u32::MAX);
    for pair in closing {
        let (low, middle) = (pair.low(), pair.high());
        if low != marked {
            later(low).iter().for_each(|pair| mark[pair.high() as usize] = low);
            marked = low;
        }
        for high in later(middle).iter().map(|pair| pair.high()).filter(|high| mark[*high as usize] == low) {
            [low, middle, high].into_iter().for_each(|corner| triangles[corner as usize] += 1);
        }
    }
    triangles
}

/// For every node the place after its relations with higher nodes, where those of the next one start.
fn ends(nodes: usize, relations: &[Pair]) -> Vec<u32> {
    let mut ends = vec![0; nodes];
    relations.iter().for_each(|pair| ends[pair.low() as usize] += 1);
    let mut end = 0;
    for count in &mut ends {
        end += *count;
        *count = end;
    }
    ends
}

/// Pairs among so many neighbours, twice.
fn pairs_twice(degree: u32) -> u64 {
    u64::from(degree) * u64::from(degree) - u64::from(degree)
}

fn transitivity(degrees: &[u32], triangles: &[u64]) -> f64 {
    let closed: u64 = triangles.iter().sum();
    let all: u64 = degrees.iter().map(|degree| pairs_twice(*degree)).sum();
    ratio(2.0 * closed as f64, all as f64)
}

/// Sum over nodes of the share of pairs of their neighbours that are related.
fn local_clustering(degrees: &[u32], triangles: &[u64]) -> f64 {
    let corners = degrees.iter().zip(triangles).filter(|(_, count)| **count > 0);
    corners.fold(0.0, |sum, (degree, count)| sum + 2.0 * *count as f64 / pairs_twice(*degree) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(ends: &[(u32, u32)]) -> Vec<Pair> {
        ends.iter().map(|&(a, b)| Pair::new(a, b)).collect()
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
        assert_shape(shape(5, edges.clone()), expected);
        assert_eq!(degrees(5, edges), [2, 2, 3, 1, 0]);
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
        assert_eq!(union(&[found, pairs(&[(0, 1), (0, 2)])]), pairs(&[(0, 1), (0, 2), (1, 3)]));
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
            assert_shape(shape(nodes as usize, edges), expected);
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
