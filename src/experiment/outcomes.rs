//! Outcomes of a sweep: an indicator at a tick, one value for each point, the mean over its replicates.

use super::store::Index;
use super::sweep::{Sweep, SweepError};
use crate::scenario::nearest;

/// Outcomes at the points of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes {
    /// Tick at which they were taken.
    pub tick: u32,
    /// Indicators, those that are numbers.
    pub indicators: Vec<String>,
    /// For each indicator a value for each point; none where no run of the point finished.
    pub values: Vec<Vec<Option<f64>>>,
    /// Runs that finished well, and all.
    pub runs: (usize, usize),
}

/// Sums over the replicates of a point.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: f64,
    count: u32,
}

/// Reads the outcomes at a kept `tick`; absent, at the last.
///
/// # Errors
/// When that tick was not kept, or a record cannot be read.
pub fn read(sweep: &Sweep, index: &Index, tick: Option<u32>) -> Result<Outcomes, SweepError> {
    let tick = tick.unwrap_or(sweep.spec.ticks);
    if tick > sweep.spec.ticks || !sweep.is_kept(tick) {
        let (every, last) = (sweep.spec.plan.output.every, sweep.spec.ticks);
        let message = format!("tick {tick} was not kept: the sweep kept every tick divisible by {every}, and {last}");
        return Err(SweepError::Refused(message));
    }
    let indicators = &sweep.spec.indicators;
    let mut sums = vec![vec![Sum::default(); sweep.points().len()]; indicators.len()];
    let mut is_number = vec![true; indicators.len()];
    let mut ok = 0;
    for at in 0..sweep.len() {
        let run = sweep.run(at);
        let Some(entry) = index.get(&sweep.id(&run)).filter(|entry| !entry.failed) else {
            continue;
        };
        let rows = index.record(entry)?.rows;
        let Some(cells) = cells_at(&rows, tick) else {
            continue;
        };
        ok += 1;
        for (column, cell) in cells.into_iter().enumerate().take(indicators.len()) {
            match cell.parse::<f64>() {
                Ok(value) => {
                    let sum = &mut sums[column][run.point - 1];
                    sum.total += value;
                    sum.count += 1;
                }
                Err(_) => is_number[column] = false,
            }
        }
    }
    let mean = |sum: &Sum| (sum.count > 0).then(|| sum.total / f64::from(sum.count));
    let numbers: Vec<usize> = (0..indicators.len()).filter(|column| is_number[*column]).collect();
    Ok(Outcomes {
        tick,
        indicators: numbers.iter().map(|column| indicators[*column].clone()).collect(),
        values: numbers.iter().map(|column| sums[*column].iter().map(mean).collect()).collect(),
        runs: (ok, sweep.len()),
    })
}

/// The cells behind the tick in the row of a tick. Labels of the region hold no comma.
fn cells_at(rows: &str, tick: u32) -> Option<Vec<&str>> {
    let wanted = tick.to_string();
    rows.lines()
        .map(|line| line.split(','))
        .find_map(|mut cells| (cells.next() == Some(&wanted)).then(|| cells.collect()))
}

/// One indicator at the last tick of every run; none where the run did not finish well.
///
/// # Errors
/// When the indicator was not kept, or a record cannot be read.
pub fn by_run(sweep: &Sweep, index: &Index, indicator: &str) -> Result<Vec<Option<f64>>, SweepError> {
    let column = sweep.spec.indicators.iter().position(|name| name == indicator);
    let column = column.ok_or_else(|| {
        let near = nearest(indicator, sweep.spec.indicators.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        SweepError::Refused(format!("no indicator `{indicator}` was kept{hint}"))
    })?;
    let mut values = Vec::with_capacity(sweep.len());
    for at in 0..sweep.len() {
        let entry = index.get(&sweep.id(&sweep.run(at))).filter(|entry| !entry.failed);
        let rows = entry.map(|entry| index.record(entry)).transpose()?.map(|record| record.rows);
        let cells = rows.as_deref().and_then(|rows| cells_at(rows, sweep.spec.ticks));
        values.push(cells.and_then(|cells| cells.get(column)?.parse().ok()));
    }
    Ok(values)
}
