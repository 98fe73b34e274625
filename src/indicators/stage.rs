//! The stage of upgrading: which contribution leads.
//!
//! The label is a reading aid; the contributions are the result. Over a window of some years the
//! contributions of each tick are averaged and related to value added per worker. The largest of
//! the factor, value-chain and structure contributions gives the stage, if it exceeds both a
//! threshold and a number of its standard errors; else there is none. Following the frontier is no
//! upgrading and does not count.
//!
//! The standard error is that of a moving-block bootstrap with blocks of about a year. Blocks are
//! drawn independently, so the variance of the bootstrap mean is the variance among the blocks'
//! means over the number of blocks drawn: it is computed, not simulated. Few overlapping blocks
//! resemble each other more than independent ones would; the variance is divided by the share that
//! white noise would leave, so that the standard error is right for white noise.

use std::collections::VecDeque;

use crate::indicators::decomposition::Contributions;
use crate::indicators::measurement::Params;
use crate::kernel::clock::Clock;

/// A stage of upgrading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// No contribution leads clearly.
    #[default]
    None,
    /// Equipment, process and product, and the price they fetch.
    Factor,
    /// A larger part of the value of the chain.
    ValueChain,
    /// Other sub-industries and tiers.
    Structure,
}

impl Stage {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        match self {
            Stage::None => "none",
            Stage::Factor => "factor",
            Stage::ValueChain => "value_chain",
            Stage::Structure => "structure",
        }
    }
}

/// Contributions that compete for the stage.
const RIVALS: [Stage; 3] = [Stage::Factor, Stage::ValueChain, Stage::Structure];

/// The stage with all that it remembers.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    window: VecDeque<(Contributions, f64)>,
    /// Contributions of one kind over the window, while they are looked at.
    series: Vec<f64>,
    stage: Held,
    tier_in_factor: Held,
}

/// A label and the tick since which it holds.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    stage: Stage,
    since: u32,
}

impl Held {
    /// Takes over the candidate, unless the present stage is younger than `least` ticks.
    fn update(&mut self, candidate: Stage, tick: u32, least: u32) {
        let may_change = self.stage == Stage::None || tick - self.since >= least;
        if candidate != self.stage && may_change {
            *self = Held { stage: candidate, since: tick };
        }
    }
}

impl Stages {
    /// No stage yet, with room for the window.
    pub fn new(clock: &Clock, params: &Params) -> Self {
        Stages { window: VecDeque::with_capacity(clock.ticks_in(params.smoothing) as usize + 1), ..Stages::default() }
    }

    /// Takes in a tick's contributions and the value added per worker to which they belong.
    pub fn update(&mut self, contributions: Contributions, per_worker: f64, clock: &Clock, params: &Params) {
        let length = clock.ticks_in(params.smoothing) as usize;
        self.window.push_back((contributions, per_worker));
        while self.window.len() > length {
            self.window.pop_front();
        }
        let least = if params.hysteresis > 0.0 { clock.ticks_in(params.hysteresis) } else { 0 };
        let full = self.window.len() == length;
        let (stage, tier_in_factor) = if full {
            (self.candidate(0.0, clock, params), self.candidate(1.0, clock, params))
        } else {
            Default::default()
        };
        self.stage.update(stage, clock.tick, least);
        self.tier_in_factor.update(tier_in_factor, clock.tick, least);
    }

    /// The stage.
    pub fn stage(&self) -> Stage {
        self.stage.stage
    }

    /// The stage with the tier contribution counted as factor instead of structure.
    pub fn tier_in_factor(&self) -> Stage {
        self.tier_in_factor.stage
    }

    /// The stage of the window alone; `moved` is the share of the tier contribution that counts as
    /// factor.
    fn candidate(&mut self, moved: f64, clock: &Clock, params: &Params) -> Stage {
        let mean_level = self.window.iter().map(|(_, y)| y).sum::<f64>() / self.window.len() as f64;
        if mean_level <= 0.0 {
            return Stage::None;
        }
        let Stages { window, series, .. } = self;
        let block = clock.ticks_per_year as usize;
        let estimates = RIVALS.map(|stage| {
            let value = |c: &Contributions| match stage {
                Stage::Factor => c.factor() + moved * c.tier,
                Stage::ValueChain => c.value_chain,
                _ => c.structure() - moved * c.tier,
            };
            series.clear();
            series.extend(window.iter().map(|(c, _)| value(c) * clock.ticks() / mean_level));
            (stage, mean_and_error(series, block))
        });
        let leader = estimates.into_iter().reduce(|best, next| if next.1.0 > best.1.0 { next } else { best });
        match leader {
            Some((stage, (mean, error))) if mean > params.stage_threshold && mean > params.stage_errors * error => {
                stage
            }
            _ => Stage::None,
        }
    }
}

/// Mean of a series and its moving-block bootstrap standard error; blocks hold at most `block` and at
/// most half of the values. A single value has no error.
pub fn mean_and_error(series: &[f64], block: usize) -> (f64, f64) {
    let n = series.len();
    let mean = series.iter().sum::<f64>() / n as f64;
    if n < 2 {
        return (mean, 0.0);
    }
    let block = block.clamp(1, n / 2);
    let means = || series.windows(block).map(|w| w.iter().sum::<f64>() / block as f64);
    let count = means().len();
    let centre = means().sum::<f64>() / count as f64;
    let spread = means().map(|m| (m - centre).powi(2)).sum::<f64>() / count as f64;
    let drawn = n as f64 / block as f64;
    (mean, (spread / drawn / distinctness(count, block)).sqrt())
}

/// Spread among `count` overlapping block means of white noise, relative to independent ones.
fn distinctness(count: usize, block: usize) -> f64 {
    let overlap = |a: usize, b: usize| (1.0 - a.abs_diff(b) as f64 / block as f64).max(0.0);
    let common: f64 = (0..count).flat_map(|a| (0..count).map(move |b| overlap(a, b))).sum();
    1.0 - common / (count * count) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::draws::{Small, normal};

    fn clock(tick: u32) -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick }
    }

    /// Labels of a run whose contributions are given per tick, with y = 1.
    fn labels(ticks: u32, params: &Params, contributions: impl Fn(u32) -> Contributions) -> Vec<(Stage, Stage)> {
        let mut stages = Stages::default();
        let label = |tick| {
            stages.update(contributions(tick), 1.0, &clock(tick), params);
            (stages.stage(), stages.tier_in_factor())
        };
        (1..=ticks).map(label).collect()
    }

    #[test]
    fn the_leading_contribution_gives_the_stage_once_the_window_is_full() {
        let params = Params::default();
        let run = labels(12, &params, |_| Contributions {
            value_chain: 0.003,
            price: 0.002,
            following: 0.1,
            ..Default::default()
        });
        assert!(run[..7].iter().all(|(stage, _)| *stage == Stage::None));
        assert!(run[7..].iter().all(|(stage, _)| *stage == Stage::ValueChain));
    }

    #[test]
    fn a_contribution_below_the_threshold_is_no_stage() {
        let params = Params { stage_threshold: 0.005, ..Params::default() };
        // 0.0012 a quarter is 0.48 % a year, 0.0013 is 0.52 %.
        let stage = |value| labels(8, &params, |_| Contributions { quantity: value, ..Default::default() })[7].0;
        assert_eq!((stage(0.0012), stage(0.0013)), (Stage::None, Stage::Factor));
    }

    #[test]
    fn the_tier_contribution_can_be_counted_as_factor() {
        let run = labels(8, &Params::default(), |_| Contributions { tier: 0.004, price: 0.001, ..Default::default() });
        assert_eq!(run[7], (Stage::Structure, Stage::Factor));
    }

    #[test]
    fn a_stage_lasts_at_least_the_hysteresis() {
        let params = Params { smoothing: 0.25, hysteresis: 2.0, ..Params::default() };
        // Structure leads from tick 5 on for one tick, the value chain afterwards.
        let run = labels(20, &params, |tick| match tick {
            0..5 => Contributions::default(),
            5 => Contributions { sub_industry: 0.01, ..Default::default() },
            _ => Contributions { value_chain: 0.01, ..Default::default() },
        });
        let stages: Vec<Stage> = run.iter().map(|(stage, _)| *stage).collect();
        assert!(stages[..4].iter().all(|s| *s == Stage::None));
        assert!(stages[4..12].iter().all(|s| *s == Stage::Structure));
        assert!(stages[12..].iter().all(|s| *s == Stage::ValueChain));
        let free = Params { hysteresis: 0.0, ..params };
        let run =
            labels(6, &free, |tick| Contributions { price: if tick == 5 { 0.01 } else { 0.0 }, ..Default::default() });
        assert_eq!((run[4].0, run[5].0), (Stage::Factor, Stage::None));
    }

    #[test]
    fn the_standard_error_is_right_for_white_noise() {
        let mut small = Small::new(7);
        let runs = 4000;
        let mut squares = 0.0;
        for _ in 0..runs {
            let series: Vec<f64> = (0..8).map(|_| normal(small.word())).collect();
            squares += mean_and_error(&series, 4).1.powi(2);
        }
        // Variance of a mean of 8: 1/8.
        assert!((squares / f64::from(runs) * 8.0 - 1.0).abs() < 0.06, "{squares}");
        assert_eq!(mean_and_error(&[3.0; 8], 4), (3.0, 0.0));
        assert_eq!(mean_and_error(&[3.0], 4), (3.0, 0.0));
    }

    #[test]
    fn noise_is_mostly_no_stage() {
        let named = |errors: f64| {
            let params = Params { stage_errors: errors, ..Params::default() };
            let count = |seed: u64| {
                let draw =
                    |tick: u32, salt: u64| 0.02 * normal(Small::new(seed << 20 ^ u64::from(tick) << 4 ^ salt).word());
                let noise = |tick| Contributions {
                    price: draw(tick, 1),
                    value_chain: draw(tick, 2),
                    tier: draw(tick, 3),
                    ..Default::default()
                };
                // The window of tick 8 alone: no hysteresis yet.
                usize::from(labels(8, &params, noise)[7].0 != Stage::None)
            };
            (1..=500).map(count).sum::<usize>() as f64 / 500.0
        };
        assert!(named(2.0) < 0.35 && named(0.0) > 0.8, "{} {}", named(2.0), named(0.0));
    }
}
