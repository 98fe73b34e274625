//! The course of a calibration: wave after wave of runs, what each leaves, the posterior, and its
//! confirmation in the model.
//!
//! The runs themselves are sweeps ([`Step`]) that the caller carries out; everything between them
//! follows from their records alone, so that an interrupted calibration is taken up by doing again what
//! costs little.

use rayon::prelude::*;

use super::emulator::{Emulator, Quality, Seen};
use super::plan::{CalibrationPlan, LoadedCalibration, Target};
use super::sampler::{Place, Region, plausible, posterior};
use super::target::{Calendar, Series, figure};
use crate::experiment::design::{generator, latin_hypercube, order};
use crate::experiment::plan::LoadedPlan;
use crate::experiment::seeds::replicate_seed;
use crate::experiment::statistics::{deviation, mean, square};
use crate::experiment::store::Index;
use crate::experiment::sweep::{Sweep, SweepError};
use crate::kernel::math::ln;

/// Points by which what is left is described.
const PARTICLES: usize = 1000;

/// Runs to be done before the calibration can go on.
#[derive(Debug)]
pub struct Step {
    /// Name of their folder.
    pub name: String,
    /// The runs.
    pub sweep: Sweep,
    /// Their points.
    points: Vec<Place>,
}

/// What the runs of a point said to a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// One figure for each run that has one.
    pub figures: Vec<f64>,
}

/// A point that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored {
    /// Wave, from 1; 0 for the confirmation.
    pub wave: usize,
    /// Its place.
    pub at: Place,
    /// What its runs said to each target.
    pub outcomes: Vec<Outcome>,
}

/// What a wave taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    /// Number from 1.
    pub number: usize,
    /// Runs that ended well, and all.
    pub runs: (usize, usize),
    /// How well each target is foretold after it.
    pub qualities: Vec<Quality>,
    /// Variance of one run around the mean of its point, for each target.
    pub luck: Vec<f64>,
    /// Share of the prior that is left after it.
    pub share: f64,
    /// Least implausibility that all targets can be brought to, the cutoff if they can be brought below.
    pub level: f64,
}

/// What is known of each target by now: an emulator, and the variance that luck adds.
#[derive(Debug)]
struct Knowledge {
    emulators: Vec<Emulator>,
    luck: Vec<f64>,
}

/// A calibration under way.
#[derive(Debug)]
pub struct Calibration {
    /// Its plan.
    pub plan: CalibrationPlan,
    sources: LoadedPlan,
    calendar: Calendar,
    seed: u64,
    knowledge: Option<Knowledge>,
    region: Option<Region>,
    /// All points that were run.
    pub explored: Vec<Explored>,
    /// What each wave taught.
    pub waves: Vec<Wave>,
    /// Draws of the posterior, when there is one.
    pub posterior: Vec<Place>,
    /// Whether the posterior was run in the model.
    confirmed: bool,
}

impl Calibration {
    /// A calibration at its beginning.
    pub fn new(loaded: LoadedCalibration) -> Self {
        let scenario = &loaded.sources.scenarios[0].scenario;
        let time = &scenario.time;
        let calendar = Calendar { start_year: time.start_year, ticks_per_year: time.ticks_per_year };
        let seed = loaded.plan.seed.unwrap_or(scenario.seed);
        Self {
            plan: loaded.plan,
            sources: loaded.sources,
            calendar,
            seed,
            knowledge: None,
            region: None,
            explored: Vec::new(),
            waves: Vec::new(),
            posterior: Vec::new(),
            confirmed: false,
        }
    }

    /// Hash of the scenario from which all runs start.
    pub fn scenario_hash(&self) -> &str {
        &self.sources.scenarios[0].hash
    }

    /// Targets in order.
    pub fn targets(&self) -> impl Iterator<Item = (&String, &Target)> {
        self.plan.target.iter()
    }

    /// The runs that come next; none when all is done.
    pub fn next_step(&mut self) -> Option<Step> {
        let done = self.waves.len();
        let (name, points, seed) = if done < self.plan.exploration.waves as usize {
            // No two waves share their luck.
            (format!("wave-{}", done + 1), self.wave_points(done), replicate_seed(self.seed, done as u32 + 1))
        } else if !self.confirmed {
            ("confirmation".to_string(), self.confirmation_points(), replicate_seed(self.seed, 0))
        } else {
            return None;
        };
        self.sources.plan = self.plan.sweep(&points, seed);
        Some(Step { name, sweep: Sweep::new(&self.sources, None), points })
    }

    /// The first wave covers the prior, later ones what is left.
    fn wave_points(&self, done: usize) -> Vec<Place> {
        let (count, seed) = (self.plan.exploration.points as usize, self.plan.exploration.seed);
        match &self.region {
            None => latin_hypercube(count, self.plan.parameter.len(), seed),
            Some(region) => {
                let order = order(region.sample.len(), &mut generator(seed, &format!("wave {done}")));
                order.into_iter().take(count).map(|at| region.sample[at].clone()).collect()
            }
        }
    }

    fn confirmation_points(&self) -> Vec<Place> {
        let mut small = generator(self.plan.exploration.seed, "confirmation");
        let order = order(self.posterior.len(), &mut small);
        order.into_iter().take(self.plan.posterior.confirmed as usize).map(|at| self.posterior[at].clone()).collect()
    }

    /// Takes in what the runs of a step said.
    ///
    /// # Errors
    /// When a record cannot be read, or too few runs ended well to learn from.
    pub fn take(&mut self, step: &Step, index: &Index) -> Result<(), SweepError> {
        let is_wave = self.waves.len() < self.plan.exploration.waves as usize;
        let number = if is_wave { self.waves.len() + 1 } else { 0 };
        let (explored, ok) = self.outcomes(step, index, number)?;
        self.explored.extend(explored);
        if !is_wave {
            self.confirmed = true;
            return Ok(());
        }
        let knowledge = self.learn()?;
        let region = self.narrow(&knowledge);
        self.waves.push(Wave {
            number,
            runs: (ok, step.sweep.len()),
            qualities: knowledge.emulators.iter().map(Emulator::quality).collect(),
            luck: knowledge.luck.clone(),
            share: region.share,
            level: region.level,
        });
        if self.waves.len() == self.plan.exploration.waves as usize {
            self.posterior = self.draw(&knowledge, &region);
        }
        (self.knowledge, self.region) = (Some(knowledge), Some(region));
        Ok(())
    }

    /// What the runs of each point said, and how many ended well.
    fn outcomes(&self, step: &Step, index: &Index, wave: usize) -> Result<(Vec<Explored>, usize), SweepError> {
        let columns = self.plan.indicators();
        let empty = vec![Outcome::default(); self.plan.target.len()];
        let of = |at: &Place| Explored { wave, at: at.clone(), outcomes: empty.clone() };
        let mut explored: Vec<Explored> = step.points.iter().map(of).collect();
        let mut ok = 0;
        for at in 0..step.sweep.len() {
            let run = step.sweep.run(at);
            let Some(entry) = index.get(&step.sweep.id(&run)).filter(|entry| !entry.failed) else {
                continue;
            };
            ok += 1;
            let Some(series) = Series::read(&index.record(entry)?.rows) else {
                return Err(SweepError::Refused("a target's indicator is no number".to_string()));
            };
            for (target, outcome) in self.plan.target.values().zip(&mut explored[run.point - 1].outcomes) {
                outcome.figures.extend(figure(target, &columns, &series, self.calendar));
            }
        }
        Ok((explored, ok))
    }

    /// Learns from all points of all waves.
    fn learn(&self) -> Result<Knowledge, SweepError> {
        let luck: Vec<f64> = (0..self.plan.target.len()).map(|target| self.luck(target)).collect();
        let learn = |target: usize| {
            let seen: Vec<Seen> = self.explored.iter().filter_map(|point| seen(point, target, luck[target])).collect();
            let enough = seen.len() >= 2 * self.plan.parameter.len() + 2;
            if enough { Emulator::learn(&seen) } else { None }
        };
        let emulators: Vec<Option<Emulator>> = (0..luck.len()).into_par_iter().map(learn).collect();
        if let Some(target) = emulators.iter().position(Option::is_none) {
            let name = self.plan.target.keys().nth(target).cloned().unwrap_or_default();
            return Err(SweepError::Refused(format!(
                "too few points say anything to the target `{name}`: runs failed, or it has no value in them; more \
                 points or narrower ranges help"
            )));
        }
        Ok(Knowledge { emulators: emulators.into_iter().flatten().collect(), luck })
    }

    /// Variance of one run around the mean of its point, pooled over all points.
    fn luck(&self, target: usize) -> f64 {
        let (mut squares, mut degrees) = (0.0, 0.0);
        for point in &self.explored {
            let figures = &point.outcomes[target].figures;
            if figures.len() >= 2 {
                let free = figures.len() as f64 - 1.0;
                squares += free * square(deviation(figures));
                degrees += free;
            }
        }
        if degrees > 0.0 { squares / degrees } else { 0.0 }
    }

    fn narrow(&self, knowledge: &Knowledge) -> Region {
        let targets: Vec<&Target> = self.plan.target.values().collect();
        let worst = |at: &[f64]| {
            let each = (0..targets.len()).map(|target| knowledge.miss(target, targets[target], at).0);
            each.fold(0.0, f64::max)
        };
        let exploration = &self.plan.exploration;
        plausible(self.plan.parameter.len(), PARTICLES, exploration.cutoff, exploration.seed, &worst)
    }

    fn draw(&self, knowledge: &Knowledge, region: &Region) -> Vec<Place> {
        let targets: Vec<&Target> = self.plan.target.values().collect();
        let log_likelihood = |at: &[f64]| -> f64 {
            let each = (0..targets.len()).map(|target| knowledge.miss(target, targets[target], at));
            each.map(|(miss, variance)| -0.5 * (square(miss) + ln(variance))).sum()
        };
        posterior(region, self.plan.posterior.size as usize, self.plan.exploration.seed, &log_likelihood)
    }

    /// What the last emulators expect of each target at a point.
    pub fn expected(&self, at: &[f64]) -> Vec<f64> {
        let emulators = self.knowledge.iter().flat_map(|knowledge| &knowledge.emulators);
        emulators.map(|emulator| emulator.expect(at).value).collect()
    }
}

impl Knowledge {
    /// By how many standard deviations a target is missed at a point, and the variance behind it: what the
    /// emulator does not know, the luck of the one history there was, and what is not known of the target.
    fn miss(&self, target: usize, known: &Target, at: &[f64]) -> (f64, f64) {
        let expected = self.emulators[target].expect(at);
        let variance = expected.variance + self.luck[target] + square(known.accepted() / 2.0);
        ((expected.value - known.known()).abs() / variance.sqrt(), variance)
    }
}

/// What a point says to a target, if any of its runs does.
fn seen(point: &Explored, target: usize, luck: f64) -> Option<Seen> {
    let figures = &point.outcomes[target].figures;
    let noise = luck / figures.len() as f64;
    (!figures.is_empty()).then(|| Seen { at: point.at.clone(), value: mean(figures), noise })
}
