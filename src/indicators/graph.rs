//! The shape of a network: pure functions over a number of nodes and a list of undirected relations.
//!
//! A pair may be listed many times and in both orders, and is one relation; a node's relation with
//! itself is none. Nodes without relations are no subjects of the network and enter no mean.
//!
//! Cost: sorting the list, then *O(m^1.5)* at worst for *m* relations. Triangles are found by the
//! forward algorithm (Schank & Wagner 2005, doi:10.1007/11427186_54): every relation points from the
//! node of lower degree to that of higher degree, so that no node has more than *(2m)^½* of them, and
//! a triangle is seen once, from its lowest node.

use petgraph::unionfind::UnionFind;

use crate::indicators::table::ratio;

/// An undirected relation of two nodes, by number.
pub type Pair = (u32, u32);

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

/// The distinct relations of a list, smaller number first, sorted.
pub fn relations(edges: &[Pair]) -> Vec<Pair> {
    // Two numbers in one word are sorted at half the cost of a pair.
    let word = |&(a, b): &Pair| u64::from(a.min(b)) << 32 | u64::from(a.max(b));
    let mut words: Vec<u64> = edges.iter().filter(|(a, b)| a != b).map(word).collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(|word| ((word >> 32) as u32, word as u32)).collect()
}

/// Measures a network.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn shape(nodes: usize, edges: &[Pair]) -> Shape {
    shape_of(nodes, &relations(edges))
}

/// Measures a network whose relations are distinct and ordered as [`relations`] gives them.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn shape_of(nodes: usize, relations: &[Pair]) -> Shape {
    let (degrees, upward) = upward(degrees_of(nodes, relations), relations);
    let subjects = degrees.len();
    let triangles = triangles(&upward, subjects);
    Shape {
        subjects,
        relations: relations.len(),
        mean_degree: ratio(2.0 * relations.len() as f64, subjects as f64),
        transitivity: transitivity(&degrees, &triangles),
        mean_local_clustering: mean_local_clustering(&degrees, &triangles),
        largest_component: ratio(largest_component(subjects, &upward) as f64, subjects as f64),
    }
}

/// Degrees and relations with nodes numbered anew, those without relations left out, for many a layer relates
/// few of all nodes. Every relation points upward, to the node of higher degree or else of higher number.
fn upward(mut degrees: Vec<u32>, relations: &[Pair]) -> (Vec<u32>, Vec<Pair>) {
    let mut kept = Vec::new();
    for degree in degrees.iter_mut().filter(|degree| **degree > 0) {
        kept.push(std::mem::replace(degree, kept.len() as u32));
    }
    let number = degrees;
    let point = |&(a, b): &Pair| {
        let (a, b) = (number[a as usize], number[b as usize]);
        // Without a branch: whether it would be taken is anybody's guess.
        let down = u32::from((kept[a as usize], a) > (kept[b as usize], b)) * (a ^ b);
        (a ^ down, b ^ down)
    };
    let upward = relations.iter().map(point).collect();
    (kept, upward)
}

/// Number of relations of every node, 0 for those without.
///
/// # Panics
/// When a relation names a node that is not below `nodes`.
pub fn degrees(nodes: usize, edges: &[Pair]) -> Vec<u32> {
    degrees_of(nodes, &relations(edges))
}

/// Compares two sorted lists without repetition, such as [`relations`] gives them.
pub fn turnover<T: Ord>(before: &[T], after: &[T]) -> Turnover {
    let (mut old, mut now) = (before, after);
    let mut turnover = Turnover::default();
    while let ([first_old, rest_old @ ..], [first_now, rest_now @ ..]) = (old, now) {
        match first_old.cmp(first_now) {
            std::cmp::Ordering::Less => (turnover.dissolved, old) = (turnover.dissolved + 1, rest_old),
            std::cmp::Ordering::Greater => (turnover.new, now) = (turnover.new + 1, rest_now),
            std::cmp::Ordering::Equal => (old, now) = (rest_old, rest_now),
        }
    }
    Turnover { new: turnover.new + now.len(), dissolved: turnover.dissolved + old.len() }
}

fn degrees_of(nodes: usize, relations: &[Pair]) -> Vec<u32> {
    let mut degrees = vec![0; nodes];
    for &(a, b) in relations {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    degrees
}

/// Number of triangles that every subject is part of.
fn triangles(upward: &[Pair], nodes: usize) -> Vec<u64> {
    let forward = Forward::new(nodes, upward);
    let mut triangles = vec![0; nodes];
    // Who is a later neighbour of the node looked at bears its number.
    let mut mark = vec![u32::MAX; nodes];
    for low in 0..nodes {
        let later = forward.of(low);
        if later.len() < 2 {
            continue;
        }
        later.iter().for_each(|high| mark[*high as usize] = low as u32);
        for &middle in later {
            for high in forward.of(middle as usize).iter().filter(|high| mark[**high as usize] == low as u32) {
                for corner in [low, middle as usize, *high as usize] {
                    triangles[corner] += 1;
                }
            }
        }
    }
    triangles
}

/// For every node those neighbours that come later in the order of degree and number.
struct Forward {
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Forward {
    fn new(nodes: usize, upward: &[Pair]) -> Self {
        // The end of each node's neighbours; filling moves it to their start.
        let mut starts = vec![0u32; nodes + 1];
        for (from, _) in upward {
            starts[*from as usize] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut neighbours = vec![0; upward.len()];
        for (from, to) in upward {
            let place = &mut starts[*from as usize];
            *place -= 1;
            neighbours[*place as usize] = *to;
        }
        Forward { starts, neighbours }
    }

    fn of(&self, node: usize) -> &[u32] {
        &self.neighbours[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// Pairs among the neighbours of a node with this many.
fn pairs(degree: u32) -> f64 {
    let degree = f64::from(degree);
    degree * (degree - 1.0) / 2.0
}

fn transitivity(degrees: &[u32], triangles: &[u64]) -> f64 {
    // Counts, added as floats: exact up to 2^53.
    let closed: f64 = triangles.iter().map(|&count| count as f64).sum();
    ratio(closed, degrees.iter().map(|&degree| pairs(degree)).sum())
}

fn mean_local_clustering(degrees: &[u32], triangles: &[u64]) -> f64 {
    let local = degrees.iter().zip(triangles).map(|(&degree, &count)| ratio(count as f64, pairs(degree)));
    ratio(local.sum(), degrees.len() as f64)
}

/// Nodes of the largest component.
fn largest_component(nodes: usize, relations: &[Pair]) -> usize {
    let mut components: UnionFind<u32> = UnionFind::new(nodes);
    for &(a, b) in relations {
        components.union(a, b);
    }
    let mut sizes = vec![0; nodes];
    for label in components.into_labeling() {
        sizes[label as usize] += 1;
    }
    sizes.into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3)];
        let expected = Shape {
            subjects: 4,
            relations: 4,
            mean_degree: 2.0,
            transitivity: 3.0 / 5.0,
            mean_local_clustering: (1.0 + 1.0 + 1.0 / 3.0) / 4.0,
            largest_component: 1.0,
        };
        assert_shape(shape(5, &edges), expected);
        assert_eq!(degrees(5, &edges), [2, 2, 3, 1, 0]);
        // Four of six possible pairs.
        assert!((expected.random_clustering() - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn a_star_has_no_triangles() {
        let edges: Vec<Pair> = (1..6).map(|leaf| (0, leaf)).collect();
        let expected =
            Shape { subjects: 6, relations: 5, mean_degree: 10.0 / 6.0, largest_component: 1.0, ..Shape::default() };
        assert_shape(shape(6, &edges), expected);
    }

    #[test]
    fn the_larger_of_two_components_counts() {
        // A path of three, a pair, and three nodes apart.
        let edges = [(7, 6), (0, 2), (2, 4)];
        let expected =
            Shape { subjects: 5, relations: 3, mean_degree: 1.2, largest_component: 0.6, ..Shape::default() };
        assert_shape(shape(8, &edges), expected);
    }

    #[test]
    fn in_a_complete_graph_all_is_one() {
        let edges: Vec<Pair> = (0..7).flat_map(|a| (0..7).map(move |b| (a, b))).collect();
        let found = shape(7, &edges);
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
        for (nodes, edges) in [(0, vec![]), (3, vec![]), (3, vec![(1, 1)])] {
            assert_eq!(shape(nodes, &edges), Shape::default());
        }
        assert_eq!(Shape::default().random_clustering(), 0.0);
    }

    #[test]
    fn repeated_relations_are_one_and_self_relations_none() {
        assert_eq!(relations(&[(3, 1), (1, 3), (2, 2), (0, 1), (1, 3)]), [(0, 1), (1, 3)]);
    }

    #[test]
    fn turnover_counts_both_directions() {
        let (before, after) = ([(0, 1), (0, 2), (3, 4)], [(0, 2), (1, 2), (3, 4), (5, 6)]);
        assert_eq!(turnover(&before, &after), Turnover { new: 2, dissolved: 1 });
        assert_eq!(turnover(&after, &before), Turnover { new: 1, dissolved: 2 });
        assert_eq!(turnover(&before, &before), Turnover::default());
        assert_eq!(turnover(&[], &after), Turnover { new: 4, dissolved: 0 });
    }

    #[test]
    fn a_hub_of_many_costs_no_square() {
        // Every pair of the hub's neighbours would be 5 * 10^11 looks.
        let edges: Vec<Pair> = (1..1_000_000).map(|leaf| (0, leaf)).collect();
        assert_eq!(shape(1_000_000, &edges).transitivity, 0.0);
    }

    /// The same from the definitions, looking at all triples and following relations step by step.
    fn naive(nodes: usize, edges: &[Pair]) -> Shape {
        let mut related = vec![vec![false; nodes]; nodes];
        for &(a, b) in edges.iter().filter(|(a, b)| a != b) {
            related[a as usize][b as usize] = true;
            related[b as usize][a as usize] = true;
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
            let edges: Vec<Pair> = ends.into_iter().map(|(a, b)| (a % nodes, b % nodes)).collect();
            assert_shape(shape(nodes as usize, &edges), naive(nodes as usize, &edges));
        }

        #[test]
        fn order_and_direction_of_the_list_do_not_matter(ends in proptest::collection::vec((0u32..30, 0u32..30), 0..90)) {
            let turned: Vec<Pair> = ends.iter().rev().map(|&(a, b)| (b, a)).collect();
            prop_assert_eq!(shape(30, &ends), shape(30, &turned));
        }

        #[test]
        fn turnover_explains_the_net_change(before in proptest::collection::btree_set(0u32..40, 0..30), after in proptest::collection::btree_set(0u32..40, 0..30)) {
            let (old, now): (Vec<u32>, Vec<u32>) = (before.iter().copied().collect(), after.iter().copied().collect());
            let found = turnover(&old, &now);
            prop_assert_eq!(found.new, after.difference(&before).count());
            prop_assert_eq!(found.dissolved, before.difference(&after).count());
            prop_assert_eq!(old.len() + found.new, now.len() + found.dissolved);
        }
    }
}
