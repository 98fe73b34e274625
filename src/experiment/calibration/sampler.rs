//! Draws from what is left: points of the unit cube that are plausible, and the posterior among them.
//!
//! Particles begin all over the cube and follow a falling level of implausibility until it is the
//! cutoff: at each level the better half goes on and spreads by random steps that never leave it
//! (subset simulation, Au & Beck 2001; the sequential Monte Carlo of Del Moral, Doucet & Jasra 2006
//! with hard levels). The share that survives measures how much of the prior is left. Each particle
//! draws from a generator of its own, so that threads change nothing.

use rayon::prelude::*;

use crate::experiment::design::{generator, latin_hypercube};
use crate::experiment::statistics::deviation;
use crate::kernel::draws::{Small, normal};
use crate::kernel::math::{exp, ln};

/// A point of the unit cube.
pub type Place = Vec<f64>;

/// What history matching left of the cube.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Points spread evenly over it.
    pub sample: Vec<Place>,
    /// Its share of the prior.
    pub share: f64,
    /// Implausibility that its points do not exceed: the cutoff, or more where nothing is plausible.
    pub level: f64,
}

/// Random steps at each level.
const STEPS: usize = 6;
/// Levels after which nothing smaller is looked for: one part in 2^40.
const LEVELS: usize = 40;

/// Points whose implausibility is at most `cutoff`, or as little as can be found.
pub fn plausible(
    parameters: usize,
    size: usize,
    cutoff: f64,
    seed: u64,
    implausibility: &(dyn Fn(&[f64]) -> f64 + Sync),
) -> Region {
    let mut sample = latin_hypercube(size, parameters, seed);
    let mut heights: Vec<f64> = sample.par_iter().map(|at| implausibility(at)).collect();
    let (mut share, mut level) = (1.0, f64::INFINITY);
    for round in 0..LEVELS {
        let next = middle(&heights).max(cutoff);
        let kept: Vec<usize> = (0..size).filter(|at| heights[*at] <= next).collect();
        // Where the better half is no better than the whole, there is nothing to climb.
        if kept.is_empty() || next >= level {
            break;
        }
        share *= kept.len() as f64 / size as f64;
        level = next;
        let widths = widths(&kept.iter().map(|at| &sample[*at]).collect::<Vec<_>>());
        let step = |at: usize| {
            let mut small = generator(seed, &format!("level {round} particle {at}"));
            let allowed = |place: &[f64], _: f64, _: &mut Small| {
                let height = implausibility(place);
                (height <= level).then_some(height)
            };
            let from = kept[at % kept.len()];
            walk(&sample[from], heights[from], &widths, &mut small, &allowed)
        };
        (sample, heights) = (0..size).into_par_iter().map(step).unzip();
        if level <= cutoff {
            break;
        }
    }
    Region { sample, share, level }
}

/// Draws from the posterior: the sample weighted by its likelihood, drawn again, and spread by steps
/// that keep it what it is (Metropolis et al. 1953).
pub fn posterior(
    region: &Region,
    size: usize,
    seed: u64,
    log_likelihood: &(dyn Fn(&[f64]) -> f64 + Sync),
) -> Vec<Place> {
    let heights: Vec<f64> = region.sample.par_iter().map(|at| log_likelihood(at)).collect();
    let chosen = drawn_again(&heights, size, &mut generator(seed, "posterior"));
    let widths = widths(&chosen.iter().map(|at| &region.sample[*at]).collect::<Vec<_>>());
    let step = |at: usize| {
        let mut small = generator(seed, &format!("posterior particle {at}"));
        let allowed = |place: &[f64], before: f64, small: &mut Small| {
            let height = log_likelihood(place);
            (ln(1.0 - small.uniform()) <= height - before).then_some(height)
        };
        let (mut place, mut height) = (region.sample[chosen[at]].clone(), heights[chosen[at]]);
        for _ in 0..4 {
            (place, height) = walk(&place, height, &widths, &mut small, &allowed);
        }
        place
    };
    (0..size).into_par_iter().map(step).collect()
}

/// Whether a step to a place is taken, and how high it is there; knows the height before.
type Allowed<'a> = dyn Fn(&[f64], f64, &mut Small) -> Option<f64> + 'a;

/// Some random steps within what is allowed. Large and small ones take turns, so that narrow places are
/// searched and wide ones crossed.
fn walk(from: &[f64], height: f64, widths: &[f64], small: &mut Small, allowed: &Allowed<'_>) -> (Place, f64) {
    let (mut place, mut height) = (from.to_vec(), height);
    let reach = 2.4 / (widths.len().max(1) as f64).sqrt();
    for step in 0..STEPS {
        let size = if step % 2 == 0 { reach } else { 0.25 * reach };
        let moved = |(x, width): (&f64, &f64)| reflected(x + size * width * normal(small.word()));
        let other: Place = place.iter().zip(widths).map(moved).collect();
        if let Some(found) = allowed(&other, height, small) {
            (place, height) = (other, found);
        }
    }
    (place, height)
}

/// Back into the unit interval, as from a mirror at its ends.
fn reflected(x: f64) -> f64 {
    let x = x.rem_euclid(2.0);
    if x > 1.0 { 2.0 - x } else { x }
}

/// Standard deviation of each coordinate; never nothing.
fn widths(places: &[&Place]) -> Vec<f64> {
    let coordinates = places.first().map_or(0, |place| place.len());
    let of = |at: usize| deviation(&places.iter().map(|place| place[at]).collect::<Vec<f64>>());
    (0..coordinates).map(|at| of(at).max(1e-4)).collect()
}

/// The median, of two the lower.
fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::INFINITY)
}

/// Places drawn in proportion to the exponentials of the heights, evenly spaced (Kitagawa 1996).
fn drawn_again(heights: &[f64], size: usize, small: &mut Small) -> Vec<usize> {
    let top = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = heights.iter().map(|height| exp(height - top)).collect();
    let total: f64 = weights.iter().sum();
    let (offset, mut at, mut sum) = (small.uniform(), 0, weights.first().copied().unwrap_or(0.0));
    let mut chosen = Vec::with_capacity(size);
    for draw in 0..size {
        let wanted = (draw as f64 + offset) / size as f64 * total;
        while sum < wanted && at + 1 < weights.len() {
            at += 1;
            sum += weights[at];
        }
        chosen.push(at);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::statistics::{mean, square};

    fn coordinate(sample: &[Place], at: usize) -> Vec<f64> {
        sample.iter().map(|place| place[at]).collect()
    }

    /// A slab of a tenth of the cube: its share, and an even spread over it and along it.
    #[test]
    fn what_is_left_is_measured_and_covered_evenly() {
        let slab = |at: &[f64]| 60.0 * (at[0] - 0.3).abs();
        let region = plausible(2, 2000, 3.0, 1, &slab);
        assert_eq!(region.level, 3.0);
        assert!((region.share - 0.1).abs() < 0.01, "{}", region.share);
        let (across, along) = (coordinate(&region.sample, 0), coordinate(&region.sample, 1));
        assert!(across.iter().all(|x| (x - 0.3).abs() <= 0.05));
        assert!((mean(&across) - 0.3).abs() < 0.003 && (mean(&along) - 0.5).abs() < 0.05);
        assert!((deviation(&along) - 1.0 / 12_f64.sqrt()).abs() < 0.03, "{}", deviation(&along));
    }

    #[test]
    fn a_small_corner_of_many_dimensions_is_found() {
        let corner = |at: &[f64]| 60.0 * at.iter().map(|x| square(x - 0.9)).sum::<f64>().sqrt();
        let region = plausible(5, 1000, 3.0, 1, &corner);
        // Volume of a ball of radius 1/20 in five dimensions.
        let ball = 8.0 * square(std::f64::consts::PI) / 15.0 * 0.05_f64.powi(5);
        assert!((ln(region.share) - ln(ball)).abs() < 0.7, "{} and {ball}", region.share);
        assert!(region.sample.iter().all(|at| corner(at) <= 3.0));
    }

    #[test]
    fn where_nothing_is_plausible_the_least_implausible_is_said() {
        let region = plausible(1, 500, 3.0, 1, &|at| 5.0 + at[0]);
        assert!(region.level > 5.0 && region.level < 5.01, "{}", region.level);
    }

    /// Normal around .4 with deviation .05, uniform in the other coordinate.
    #[test]
    fn the_posterior_is_the_one_asked_for() {
        let likelihood = |at: &[f64]| -0.5 * square((at[0] - 0.4) / 0.05);
        let region = plausible(2, 1500, 3.0, 1, &|at: &[f64]| ((at[0] - 0.4) / 0.05).abs());
        let sample = posterior(&region, 3000, 1, &likelihood);
        let (own, other) = (coordinate(&sample, 0), coordinate(&sample, 1));
        assert!((mean(&own) - 0.4).abs() < 0.004, "{}", mean(&own));
        assert!((deviation(&own) - 0.05).abs() < 0.004, "{}", deviation(&own));
        assert!((mean(&other) - 0.5).abs() < 0.03 && (deviation(&other) - 0.289).abs() < 0.02);
    }

    #[test]
    fn threads_and_repeats_change_no_draw() {
        let slab = |at: &[f64]| 60.0 * (at[0] - 0.3).abs();
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| plausible(2, 200, 3.0, 1, &slab))
        };
        assert_eq!(on(1), on(3));
        assert_ne!(on(1), plausible(2, 200, 3.0, 2, &slab));
    }

    #[test]
    fn steps_beyond_the_end_come_back() {
        for (x, back) in [(-0.2, 0.2), (1.3, 0.7), (0.5, 0.5), (2.2, 0.2)] {
            assert!((reflected(x) - back).abs() < 1e-12);
        }
    }
}
