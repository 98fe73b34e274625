//! What the model would give where it was not run: a Gaussian process through the runs there are.
//!
//! Inputs are places between 0 and 1. The covariance is that of a constant, a plane and a smooth
//! remainder (squared exponential with a length for each parameter); the noise is what the replicates
//! show (Rasmussen & Williams 2006, chapters 2 and 5; Kennedy & O'Hagan 2001). Its scales maximise the
//! marginal likelihood under weak priors, found by a pattern search (Hooke & Jeeves 1961) that takes the
//! same steps everywhere.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::experiment::statistics::{deviation, mean, square};
use crate::kernel::math::{exp, ln};

/// What was seen at a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Place between 0 and 1 for each parameter.
    pub at: Vec<f64>,
    /// Mean over the replicates.
    pub value: f64,
    /// Variance of that mean.
    pub noise: f64,
}

/// What is expected at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Mean.
    pub value: f64,
    /// Variance: what the emulator does not know.
    pub variance: f64,
}

/// How well an emulator foretells the points it was made from, each left out in turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Points.
    pub points: usize,
    /// Share of the variance that is foretold; 0 is no better than the mean, 1 is perfect.
    pub foretold: f64,
    /// Share of the points that lie within two standard deviations of what was foretold.
    pub covered: f64,
}

/// Variance of the constant, in units of the variance of the values.
const CONSTANT: f64 = 1.0;
/// Keeps the covariance invertible where points coincide.
const JITTER: f64 = 1e-6;

/// Scales of the covariance, as logarithms: plane, remainder, then a length for each parameter.
type Scales = Vec<f64>;

/// A Gaussian process for one target.
#[derive(Debug, Clone)]
pub struct Emulator {
    points: Vec<Vec<f64>>,
    centre: f64,
    unit: f64,
    scales: Scales,
    factor: Cholesky<f64, Dyn>,
    weights: DVector<f64>,
    quality: Quality,
}

fn covariance(scales: &[f64], a: &[f64], b: &[f64]) -> f64 {
    let (mut plane, mut distance) = (0.0, 0.0);
    for ((x, y), length) in a.iter().zip(b).zip(&scales[2..]) {
        plane += (x - 0.5) * (y - 0.5);
        distance += square((x - y) / exp(*length));
    }
    CONSTANT + exp(2.0 * scales[0]) * plane + exp(2.0 * scales[1]) * exp(-0.5 * distance)
}

/// Covariance of the points with their noise, factorised; none where that is impossible.
fn factorised(scales: &[f64], points: &[Vec<f64>], noise: &[f64]) -> Option<Cholesky<f64, Dyn>> {
    let entry = |i: usize, j: usize| {
        let own = if i == j { noise[i] + JITTER } else { 0.0 };
        covariance(scales, &points[i], &points[j]) + own
    };
    Cholesky::new(DMatrix::from_fn(points.len(), points.len(), entry))
}

/// Logarithm of the marginal likelihood and of the priors of the scales, constants left out.
fn merit(scales: &[f64], points: &[Vec<f64>], values: &DVector<f64>, noise: &[f64]) -> f64 {
    let Some(factor) = factorised(scales, points, noise) else {
        return f64::NEG_INFINITY;
    };
    let fit = values.dot(&factor.solve(values));
    let size: f64 = factor.l_dirty().diagonal().iter().map(|entry| ln(*entry)).sum();
    let (start, spread) = (start(scales.len() - 2), 1.5);
    let prior: f64 = scales.iter().zip(start).map(|(scale, centre)| square((scale - centre) / spread)).sum();
    -0.5 * fit - size - 0.5 * prior
}

/// Where the search begins, and what the priors hold likely: lengths of a good half of the range.
fn start(parameters: usize) -> Scales {
    [0.0, -0.5].into_iter().chain(std::iter::repeat_n(-0.5, parameters)).collect()
}

/// Each scale up and down by a step that is halved when none is better.
fn search(points: &[Vec<f64>], values: &DVector<f64>, noise: &[f64]) -> Scales {
    const BOUND: f64 = 4.0;
    let mut best = start(points.first().map_or(0, Vec::len));
    let mut height = merit(&best, points, values, noise);
    let mut step = 1.0;
    while step > 0.1 {
        let before = height;
        for at in 0..best.len() {
            for sign in [1.0, -1.0] {
                let mut other = best.clone();
                other[at] = (other[at] + sign * step).clamp(-BOUND, BOUND);
                let found = merit(&other, points, values, noise);
                if found > height {
                    (best, height) = (other, found);
                    break;
                }
            }
        }
        if height - before < 1e-3 {
            step /= 2.0;
        }
    }
    best
}

impl Emulator {
    /// Learns from what was seen; none where nothing or something that cannot be was seen.
    pub fn learn(seen: &[Seen]) -> Option<Self> {
        let values: Vec<f64> = seen.iter().map(|seen| seen.value).collect();
        if seen.is_empty() || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let (centre, spread) = (mean(&values), deviation(&values));
        // Where nothing varies there is nothing to scale.
        let unit = if spread > 0.0 { spread } else { 1.0 };
        let points: Vec<Vec<f64>> = seen.iter().map(|seen| seen.at.clone()).collect();
        let noise: Vec<f64> = seen.iter().map(|seen| seen.noise / square(unit)).collect();
        let values = DVector::from_iterator(values.len(), values.iter().map(|value| (value - centre) / unit));
        let scales = search(&points, &values, &noise);
        let factor = factorised(&scales, &points, &noise)?;
        let weights = factor.solve(&values);
        let quality = quality(&factor, &weights, &values);
        Some(Self { points, centre, unit, scales, factor, weights, quality })
    }

    /// What is expected at a point.
    pub fn expect(&self, at: &[f64]) -> Expected {
        let shared = self.points.iter().map(|point| covariance(&self.scales, point, at));
        let shared = DVector::from_iterator(self.points.len(), shared);
        let value = shared.dot(&self.weights);
        let known = self.factor.l_dirty().solve_lower_triangular(&shared).map_or(0.0, |solved| solved.norm_squared());
        let variance = (covariance(&self.scales, at, at) - known).max(0.0);
        Expected { value: self.centre + self.unit * value, variance: square(self.unit) * variance }
    }

    /// How well it foretells.
    pub fn quality(&self) -> Quality {
        self.quality
    }
}

/// Each point foretold from the others, without learning anew (Rasmussen & Williams 2006, 5.4.2).
fn quality(factor: &Cholesky<f64, Dyn>, weights: &DVector<f64>, values: &DVector<f64>) -> Quality {
    let inverse = factor.inverse();
    let (mut missed, mut covered) = (0.0, 0);
    for at in 0..values.len() {
        let error = weights[at] / inverse[(at, at)];
        missed += square(error);
        covered += usize::from(square(error) * inverse[(at, at)] <= 4.0);
    }
    let points = values.len();
    let all = values.norm_squared();
    let foretold = if all > 0.0 { 1.0 - missed / all } else { 1.0 };
    Quality { points, foretold, covered: covered as f64 / points as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::design::latin_hypercube;

    fn seen(count: usize, noise: f64, function: impl Fn(&[f64]) -> f64) -> Vec<Seen> {
        let points = latin_hypercube(count, 2, 3);
        points.into_iter().map(|at| Seen { value: function(&at), noise, at }).collect()
    }

    fn smooth(at: &[f64]) -> f64 {
        100.0 + 10.0 * libm::sin(3.0 * at[0]) + 5.0 * square(at[1])
    }

    #[test]
    fn a_smooth_function_is_foretold_where_it_was_not_seen() {
        let emulator = Emulator::learn(&seen(40, 1e-6, smooth)).expect("learned");
        assert!(emulator.quality().foretold > 0.99, "{:?}", emulator.quality());
        for at in latin_hypercube(50, 2, 8) {
            let expected = emulator.expect(&at);
            assert!((expected.value - smooth(&at)).abs() < 1.0, "{at:?}: {expected:?} {}", smooth(&at));
        }
    }

    /// What is uncertain is said to be: of new points nearly all lie within three deviations.
    #[test]
    fn its_own_uncertainty_holds_what_it_misses() {
        let emulator = Emulator::learn(&seen(12, 1e-6, smooth)).expect("learned");
        let inside = latin_hypercube(100, 2, 9).into_iter().filter(|at| {
            let expected = emulator.expect(at);
            square(expected.value - smooth(at)) <= 9.0 * expected.variance
        });
        assert!(inside.count() >= 90);
    }

    #[test]
    fn noise_is_not_taken_for_signal() {
        let luck = |at: &[f64]| libm::sin(1e5 * at[0]) + libm::cos(3e5 * at[1]);
        let emulator = Emulator::learn(&seen(40, 1.0, luck)).expect("learned");
        assert!(emulator.quality().foretold < 0.4, "{:?}", emulator.quality());
        let expected = emulator.expect(&[0.5, 0.5]);
        assert!(expected.value.abs() < 0.7, "{expected:?}");
    }

    #[test]
    fn constants_and_nothing_are_learned_too() {
        let emulator = Emulator::learn(&seen(10, 0.0, |_| 7.0)).expect("learned");
        assert!((emulator.expect(&[0.1, 0.9]).value - 7.0).abs() < 1e-9);
        assert!(Emulator::learn(&[]).is_none());
        assert!(Emulator::learn(&seen(3, 0.0, |_| f64::NAN)).is_none());
    }
}
