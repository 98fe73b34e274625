//! Designs: which points of the space of factors are run.
//!
//! A point is a place between 0 and 1 for each factor; what value stands there is the factor's affair.
//! A design depends on its settings alone, so that it is made again rather than stored.

use super::plan::{DesignSettings, Factor, Kind};
use crate::kernel::draws::Small;

/// Points in the order in which they are run.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    factors: usize,
    count: usize,
    places: Vec<f64>,
}

impl Points {
    fn of(factors: usize, points: Vec<Vec<f64>>) -> Self {
        Self { factors, count: points.len(), places: points.concat() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The places of a point.
    pub fn get(&self, point: usize) -> &[f64] {
        &self.places[point * self.factors..(point + 1) * self.factors]
    }
}

/// Whether a kind of design is given its size.
pub fn size_needed(kind: Kind) -> bool {
    !matches!(kind, Kind::Grid | Kind::List)
}

/// Largest size of a design.
pub fn most_size(kind: Kind) -> u32 {
    match kind {
        Kind::Sobol | Kind::Saltelli => 1 << 16,
        _ => 1_000_000,
    }
}

/// Largest number of factors of a design: the Sobol generator has so many dimensions.
pub fn most_factors(kind: Kind) -> usize {
    let dimensions = sobol_burley::NUM_DIMENSIONS as usize;
    match kind {
        Kind::Sobol => dimensions,
        Kind::Saltelli => dimensions / 2,
        _ => 1000,
    }
}

/// Points that a design would have; nothing where that is beyond counting.
pub fn size(settings: &DesignSettings, factors: &[Factor]) -> Option<usize> {
    let (size, count) = (settings.size.unwrap_or(1) as usize, factors.len());
    match settings.kind {
        Kind::Grid => factors.iter().try_fold(1usize, |product, factor| product.checked_mul(values(settings, factor))),
        Kind::List => Some(factors.first().map_or(1, |factor| values(settings, factor))),
        Kind::LatinHypercube | Kind::Sobol => Some(size),
        Kind::Saltelli => size.checked_mul(count + 2),
        Kind::Morris => size.checked_mul(count + 1),
    }
}

/// Values of a factor in a grid.
fn values(settings: &DesignSettings, factor: &Factor) -> usize {
    factor.listed().map_or(settings.levels as usize, |values| values.len())
}

/// The points of a design.
pub fn points(settings: &DesignSettings, factors: &[Factor]) -> Points {
    let (size, count) = (settings.size.unwrap_or(1) as usize, factors.len());
    let points = match settings.kind {
        Kind::Grid => grid(settings, factors),
        Kind::List => list(settings, factors),
        Kind::LatinHypercube => latin_hypercube(size, count, settings.seed),
        Kind::Sobol => (0..size).map(|index| sobol(index, count, settings.seed)).collect(),
        Kind::Saltelli => saltelli(size, count, settings.seed),
        Kind::Morris => morris(size, count, settings.levels as usize, settings.seed),
    };
    Points::of(count, points)
}

/// Place of the k-th value: the middle of its part for listed values, from end to end for a range.
fn place(settings: &DesignSettings, factor: &Factor, k: usize) -> f64 {
    match factor.listed() {
        Some(values) => (k as f64 + 0.5) / values.len() as f64,
        None => k as f64 / f64::from(settings.levels - 1),
    }
}

/// Every combination; the last factor changes fastest.
fn grid(settings: &DesignSettings, factors: &[Factor]) -> Vec<Vec<f64>> {
    let mut points = vec![Vec::new()];
    for factor in factors {
        let places: Vec<f64> = (0..values(settings, factor)).map(|k| place(settings, factor, k)).collect();
        let longer = |point: &Vec<f64>| -> Vec<Vec<f64>> {
            places.iter().map(|place| point.iter().copied().chain([*place]).collect()).collect()
        };
        points = points.iter().flat_map(longer).collect();
    }
    points
}

fn list(settings: &DesignSettings, factors: &[Factor]) -> Vec<Vec<f64>> {
    let length = factors.first().map_or(1, |factor| values(settings, factor));
    (0..length).map(|k| factors.iter().map(|factor| place(settings, factor, k)).collect()).collect()
}

/// A small generator of a design's own.
pub(super) fn generator(seed: u64, what: &str) -> Small {
    let hash = blake3::hash(format!("{what} {seed}").as_bytes());
    Small::new(u64::from_le_bytes(std::array::from_fn(|at| hash.as_bytes()[at])))
}

/// A random order of `0..length` (Fisher and Yates).
pub(super) fn order(length: usize, small: &mut Small) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    for at in (1..length).rev() {
        order.swap(at, small.index(at + 1));
    }
    order
}

/// Each factor has one point in each of `size` equal parts (McKay, Beckman & Conover 1979).
pub(super) fn latin_hypercube(size: usize, factors: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut small = generator(seed, "latin hypercube");
    let mut points = vec![Vec::with_capacity(factors); size];
    for _ in 0..factors {
        let parts = order(size, &mut small);
        for (point, part) in points.iter_mut().zip(parts) {
            point.push((part as f64 + small.uniform()) / size as f64);
        }
    }
    points
}

/// A point of the Owen-scrambled Sobol sequence (Burley 2020).
fn sobol(index: usize, factors: usize, seed: u64) -> Vec<f64> {
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    // The generator takes 32 bits; both halves of the seed count.
    let seed = (seed ^ (seed >> 32)) as u32;
    (0..factors as u32).map(|dimension| f64::from(sobol_burley::sample(index, dimension, seed))).collect()
}

/// For each base point A, B: A, then A with one factor of B in turn, then B (Saltelli 2002, 2010).
fn saltelli(size: usize, factors: usize, seed: u64) -> Vec<Vec<f64>> {
    let block = |index: usize| {
        let both = sobol(index, 2 * factors, seed);
        let (a, b) = both.split_at(factors);
        let mixed = |factor: usize| {
            let mut point = a.to_vec();
            point[factor] = b[factor];
            point
        };
        let mut points = vec![a.to_vec()];
        points.extend((0..factors).map(mixed));
        points.push(b.to_vec());
        points
    };
    (0..size).flat_map(block).collect()
}

/// Step of a trajectory.
pub fn morris_step(levels: usize) -> f64 {
    levels as f64 / (2.0 * (levels as f64 - 1.0))
}

/// Random walks that move each factor once by half the range and a little (Morris 1991).
fn morris(size: usize, factors: usize, levels: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut small = generator(seed, "morris");
    let (half, last) = (levels / 2, (levels - 1) as f64);
    let mut points = Vec::with_capacity(size * (factors + 1));
    for _ in 0..size {
        let mut level: Vec<usize> = (0..factors).map(|_| small.index(levels)).collect();
        let place = |level: &[usize]| level.iter().map(|k| *k as f64 / last).collect::<Vec<f64>>();
        points.push(place(&level));
        for factor in order(factors, &mut small) {
            let from = level[factor];
            // From the lower half it can only rise, from the upper half only fall.
            level[factor] = if from < half { from + half } else { from - half };
            points.push(place(&level));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn factors(count: usize) -> Vec<Factor> {
        let factor = |at: usize| Factor { key: Some(format!("f{at}")), range: Some([0.0, 1.0]), ..Factor::default() };
        (0..count).map(factor).collect()
    }

    fn listed(values: &[i32]) -> Factor {
        Factor { key: Some("k".into()), values: Some(values.iter().map(|v| json!(v)).collect()), ..Factor::default() }
    }

    fn design(kind: Kind, size: u32, factors: &[Factor]) -> Points {
        let settings = DesignSettings { kind, size: Some(size), ..DesignSettings::default() };
        let points = points(&settings, factors);
        assert_eq!(Some(points.len()), super::size(&settings, factors), "{kind:?}");
        assert_eq!(points, super::points(&settings, factors), "the same again");
        points
    }

    #[test]
    fn a_grid_has_every_combination_with_the_last_factor_fastest() {
        let both = [listed(&[1, 2]), listed(&[7, 8, 9])];
        let points = design(Kind::Grid, 1, &both);
        let values: Vec<(i64, i64)> = (0..6)
            .map(|at| {
                let point = points.get(at);
                (both[0].at(point[0]).as_i64().expect("whole"), both[1].at(point[1]).as_i64().expect("whole"))
            })
            .collect();
        assert_eq!(values, [(1, 7), (1, 8), (1, 9), (2, 7), (2, 8), (2, 9)]);
        assert_eq!(design(Kind::Grid, 1, &[]).len(), 1, "without factors, the base itself");
    }

    #[test]
    fn ranges_reach_from_end_to_end() {
        let points = design(Kind::Grid, 1, &factors(1));
        assert_eq!((points.get(0)[0], points.get(3)[0]), (0.0, 1.0));
        let log = Factor { range: Some([0.1, 10.0]), scale: super::super::plan::Scale::Log, ..Factor::default() };
        assert!((log.at(0.5).as_f64().expect("number") - 1.0).abs() < 1e-12);
        let whole = Factor { range: Some([1.0, 3.0]), scale: super::super::plan::Scale::Integer, ..Factor::default() };
        assert_eq!([0.0, 0.4, 0.7, 1.0].map(|place| whole.at(place)), [json!(1), json!(2), json!(3), json!(3)]);
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_part_of_each_factor() {
        let points = design(Kind::LatinHypercube, 50, &factors(3));
        for factor in 0..3 {
            let mut parts: Vec<usize> = (0..50).map(|at| (points.get(at)[factor] * 50.0) as usize).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..50).collect::<Vec<_>>());
        }
    }

    #[test]
    fn sobol_points_fill_every_sixteenth() {
        let points = design(Kind::Sobol, 64, &factors(4));
        for factor in 0..4 {
            for part in 0..16 {
                let inside = |at: &usize| (points.get(*at)[factor] * 16.0) as usize == part;
                assert_eq!((0..64).filter(inside).count(), 4);
            }
        }
    }

    #[test]
    fn saltelli_blocks_differ_in_one_factor_at_a_time() {
        let points = design(Kind::Saltelli, 8, &factors(3));
        assert_eq!(points.len(), 8 * 5);
        for block in 0..8 {
            let (a, b) = (points.get(block * 5), points.get(block * 5 + 4));
            for factor in 0..3 {
                let mixed = points.get(block * 5 + 1 + factor);
                let expected = |at| if at == factor { b[at] } else { a[at] };
                assert!((0..3).all(|at| mixed[at] == expected(at)));
            }
        }
    }

    #[test]
    fn morris_trajectories_move_every_factor_once_by_the_step() {
        let points = design(Kind::Morris, 20, &factors(5));
        for walk in 0..20 {
            let mut moved = [0; 5];
            for step in 0..5 {
                let (from, to) = (points.get(walk * 6 + step), points.get(walk * 6 + step + 1));
                for factor in 0..5 {
                    let change = (to[factor] - from[factor]).abs();
                    assert!((0.0..=1.0).contains(&to[factor]));
                    assert!(change == 0.0 || (change - morris_step(4)).abs() < 1e-12);
                    moved[factor] += usize::from(change > 0.0);
                }
            }
            assert_eq!(moved, [1; 5]);
        }
    }

    #[test]
    fn another_seed_gives_another_design() {
        for kind in [Kind::LatinHypercube, Kind::Sobol, Kind::Saltelli, Kind::Morris] {
            let at = |seed| points(&DesignSettings { kind, size: Some(4), seed, levels: 4 }, &factors(3));
            assert_ne!(at(1), at(2), "{kind:?}");
        }
    }
}
