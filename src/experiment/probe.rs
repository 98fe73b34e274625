//! How long will it take? The first run of a sweep, tried and measured.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::sweep::{Sweep, SweepError};
use super::watch::Watch;
use crate::run::{self, Options, RunError};

/// A run that takes longer is measured by its first ticks.
const LONGEST: Duration = Duration::from_secs(3);

/// What a run of the sweep costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// Wall time on one thread.
    pub seconds: f64,
    /// Rows that are kept.
    pub rows: usize,
    /// Bytes that are kept.
    pub bytes: u64,
}

/// Tries the first run of a sweep.
///
/// # Errors
/// When it cannot run.
pub fn first_run(sweep: &Sweep, stop: &AtomicBool) -> Result<Probe, SweepError> {
    let began = Instant::now();
    let loaded = sweep.load(&sweep.run(0)).map_err(SweepError::Refused)?;
    let ticks = sweep.spec.ticks;
    let kept = |tick| sweep.is_kept(tick);
    let mut watch = Watch::new(&sweep.spec.indicators, &kept);
    let enough = AtomicBool::new(false);
    let mut reached = 0;
    let observe = &mut |progress: run::Progress| {
        reached = progress.tick;
        if began.elapsed() > LONGEST || stop.load(Ordering::Relaxed) {
            enough.store(true, Ordering::Relaxed);
        }
    };
    match run::run(&loaded, Options { threads: 1, stop: &enough }, &mut watch, observe) {
        Ok(_) | Err(RunError::Stopped { .. }) => {}
        Err(error) => return Err(SweepError::Refused(format!("the first run fails: {}", super::one::reason(&error)))),
    }
    // The opening state costs about a tick.
    let share = f64::from(ticks + 1) / f64::from(reached + 1);
    let rows = (0..=ticks).filter(|tick| kept(*tick)).count();
    let bytes = super::sweep::csv(&watch.rows).len() as u64;
    let bytes = bytes * rows as u64 / watch.rows.len().max(1) as u64;
    Ok(Probe { seconds: began.elapsed().as_secs_f64() * share, rows, bytes })
}
