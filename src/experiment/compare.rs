//! Scenarios side by side on common random numbers.
//!
//! Replicate by replicate, every arm meets the same luck, so that most of the noise cancels in the
//! difference to the first arm, and before an arm departs from the first there is no difference at all.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::one::{self, Ended};
use super::parallel::{self, Means};
use super::seeds::replicate_seed;
use super::statistics::{Paired, critical_t, paired};
use super::watch::{Row, indicators};
use crate::kernel::record::{Cell, Column, RecordError, Recorder, TableSpec};
use crate::scenario::{self, Loaded, Override, ScenarioError};

const fn column(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, unit, meaning, source: "definition" }
}

/// `comparison.csv`.
pub static COMPARISON: TableSpec = TableSpec {
    name: "comparison",
    row: "one indicator of one scenario at the last tick of one year, compared with the first scenario",
    columns: &[
        column("year", "year", "Calendar year; values are those of its last tick."),
        column("indicator", "text", "Column of region.csv."),
        column("scenario", "text", "Scenario that is compared with the first one."),
        column("n", "runs", "Seeds with which both scenarios finished."),
        column("baseline_mean", "as the indicator", "Mean of the first scenario."),
        column("mean", "as the indicator", "Mean of this scenario."),
        column("difference", "as the indicator", "Mean over the seeds of this scenario less the first."),
        column("low", "as the indicator", "Lower end of the 95 % confidence interval of the difference."),
        column("high", "as the indicator", "Upper end of that interval."),
        column("effect_size", "standard deviations", "Difference over its deviation between seeds; 0 if it has none."),
        column("agreement", "share 0-1", "Share of seeds whose difference has the sign of the mean difference."),
        column("seeds_needed", "runs", "Seeds at which the interval is as narrow as the effect; 0: these suffice."),
    ],
};

/// `runs.csv` of a comparison.
pub static RUNS: TableSpec = TableSpec {
    name: "runs",
    row: "one run",
    columns: &[
        column("scenario", "text", "Scenario."),
        column("replicate", "number", "Number of the replicate."),
        column("seed", "number", "Seed of the run; the same for all scenarios."),
        column("status", "text", "ok or failed."),
        column("reason", "text", "Why it failed; - if it did not."),
    ],
};

/// One scenario of the comparison.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Name in the tables.
    pub name: String,
    /// File.
    pub path: PathBuf,
    /// Changes, the same for all arms.
    pub changes: Vec<Override>,
}

impl Arm {
    /// The scenario with another seed.
    ///
    /// # Errors
    /// When it is refused.
    pub fn load(&self, seed: Option<u64>) -> Result<Loaded, ScenarioError> {
        let seed = seed.map(|seed| Override::labelled("seed of the replicate", format!("seed={seed}")));
        let changes: Vec<Override> = self.changes.iter().cloned().chain(seed).collect();
        scenario::load(&self.path, &changes)
    }
}

/// What to compare.
#[derive(Debug, Clone)]
pub struct Design {
    /// Scenarios; the first is the baseline.
    pub arms: Vec<Arm>,
    /// Seeds.
    pub replicates: u32,
    /// Seed from which those of the replicates derive: that of the first scenario.
    pub master_seed: u64,
    /// Last tick of the runs.
    pub ticks: u32,
    /// Ticks of a year.
    pub ticks_per_year: u32,
}

/// A run and how it ended.
#[derive(Debug, Clone)]
struct Done {
    arm: usize,
    replicate: u32,
    ended: Ended,
}

/// All runs of a comparison.
#[derive(Debug)]
pub struct Comparison {
    design: Design,
    names: Vec<&'static str>,
    runs: Vec<Done>,
}

impl Design {
    /// Runs of the comparison.
    pub fn runs(&self) -> usize {
        self.arms.len() * self.replicates as usize
    }

    /// Seed of a replicate.
    pub fn seed(&self, replicate: u32) -> u64 {
        replicate_seed(self.master_seed, replicate)
    }

    /// Last ticks of the years, and the last of all.
    fn is_year_end(&self, tick: u32) -> bool {
        tick > 0 && (tick.is_multiple_of(self.ticks_per_year.max(1)) || tick == self.ticks)
    }

    /// Does all runs; `observe` is told how many are done and have failed after each of them.
    pub fn run(&self, threads: usize, stop: &AtomicBool, mut observe: impl FnMut(usize, usize)) -> Comparison {
        let names = indicators();
        let wanted = |tick| self.is_year_end(tick);
        // One replicate after another, so that an arm that cannot run is seen early.
        let place = |job: usize| (job % self.arms.len(), (job / self.arms.len()) as u32 + 1);
        let work = |job: usize, means: Means<'_>| {
            let (arm, replicate) = place(job);
            let ended = match self.arms[arm].load(Some(self.seed(replicate))) {
                Ok(loaded) => one::observe(&loaded, &names, &wanted, means),
                Err(error) => Ended::Failed(super::first_problem(&error)),
            };
            Done { arm, replicate, ended }
        };
        let (mut runs, mut failed) = (Vec::new(), 0);
        let _ = parallel::each(self.runs(), threads, stop, work, |_, done| {
            failed += usize::from(matches!(done.ended, Ended::Failed(_)));
            runs.push(done);
            observe(runs.len(), failed);
            Ok::<(), ()>(())
        });
        runs.sort_by_key(|done| (done.arm, done.replicate));
        Comparison { design: self.clone(), names, runs }
    }
}

/// One line of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Calendar year.
    pub year: i64,
    /// Indicator.
    pub indicator: &'static str,
    /// Place of the scenario among the arms.
    pub arm: usize,
    /// What the pairs say.
    pub paired: Paired,
}

impl Comparison {
    /// Runs that failed: scenario, replicate, seed, reason.
    pub fn failures(&self) -> Vec<(&str, u32, u64, &str)> {
        let mut found = Vec::new();
        for done in &self.runs {
            if let Ended::Failed(reason) = &done.ended {
                let seed = self.design.seed(done.replicate);
                found.push((self.design.arms[done.arm].name.as_str(), done.replicate, seed, reason.as_str()));
            }
        }
        found
    }

    /// All lines, year by year, indicator by indicator, in the order of the scenarios.
    pub fn lines(&self) -> Vec<Line> {
        let years = self.years();
        let mut lines = Vec::new();
        for (at, year) in years.iter().enumerate() {
            for (column, indicator) in self.names.iter().enumerate() {
                for arm in 1..self.design.arms.len() {
                    let pairs = self.pairs(arm, at, column);
                    if pairs.is_empty() {
                        continue;
                    }
                    let critical = critical_t((pairs.len() as f64 - 1.0).max(1.0));
                    lines.push(Line { year: *year, indicator, arm, paired: paired(&pairs, critical) });
                }
            }
        }
        lines
    }

    fn years(&self) -> Vec<i64> {
        let rows = self.runs.iter().find_map(|done| match &done.ended {
            Ended::Finished(rows) => Some(rows),
            _ => None,
        });
        rows.map_or_else(Vec::new, |rows| rows.iter().map(|row| row.year).collect())
    }

    fn rows(&self, arm: usize) -> impl Iterator<Item = (u32, &[Row])> {
        let of_arm = self.runs.iter().filter(move |done| done.arm == arm);
        of_arm.filter_map(|done| match &done.ended {
            Ended::Finished(rows) => Some((done.replicate, rows.as_slice())),
            _ => None,
        })
    }

    /// Values of the first arm and of another with the same seeds; labels give none.
    fn pairs(&self, arm: usize, at: usize, column: usize) -> Vec<(f64, f64)> {
        let value = |rows: &[Row]| rows.get(at)?.values.get(column)?.number();
        let mut first = self.rows(0).peekable();
        let mut pairs = Vec::new();
        for (replicate, rows) in self.rows(arm) {
            while first.peek().is_some_and(|(other, _)| *other < replicate) {
                first.next();
            }
            if let Some((other, baseline)) = first.peek()
                && *other == replicate
                && let (Some(before), Some(after)) = (value(baseline), value(rows))
            {
                pairs.push((before, after));
            }
        }
        pairs
    }

    /// Name of a scenario of the comparison.
    pub fn name(&self, arm: usize) -> &str {
        &self.design.arms[arm].name
    }

    /// Hands out the rows of [`COMPARISON`] and [`RUNS`].
    ///
    /// # Errors
    /// When a row cannot be stored.
    pub fn write(&self, lines: &[Line], recorder: &mut dyn Recorder) -> Result<(), RecordError> {
        for line in lines {
            recorder.row(&COMPARISON, &self.cells(line))?;
        }
        for done in &self.runs {
            let (status, reason) = match &done.ended {
                Ended::Failed(reason) => ("failed", reason.as_str()),
                Ended::Finished(_) => ("ok", "-"),
                Ended::Stopped => ("stopped", "-"),
            };
            let seed = i64::try_from(self.design.seed(done.replicate)).unwrap_or(i64::MAX);
            let name = Cell::Text(self.name(done.arm));
            let replicate = Cell::Integer(done.replicate.into());
            recorder.row(&RUNS, &[name, replicate, Cell::Integer(seed), status.into(), reason.into()])?;
        }
        Ok(())
    }

    fn cells(&self, line: &Line) -> [Cell<'_>; 12] {
        let paired = &line.paired;
        [
            Cell::Integer(line.year),
            Cell::Text(line.indicator),
            Cell::Text(self.name(line.arm)),
            paired.n.into(),
            paired.baseline.into(),
            paired.mean.into(),
            paired.difference.into(),
            paired.low.into(),
            paired.high.into(),
            paired.effect_size.into(),
            paired.agreement.into(),
            Cell::Integer(i64::try_from(paired.needed).unwrap_or(i64::MAX)),
        ]
    }
}
