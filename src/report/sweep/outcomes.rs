//! Quantiles of the runs of a sweep, over time and by factor and level.

use rayon::prelude::*;

use crate::report::ReportError;
use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::statistics::quantile;

use super::indicator;
use super::series::{Factor, Series};

/// Rows of a chart; the more indicators and levels there are, the fewer ticks or runs are drawn of each.
pub(super) const MOST_ROWS: usize = 50_000;
/// Bins of the distribution of an outcome.
const BINS: usize = 30;

/// Charts, or why there are none.
pub(super) type Charts = Result<Vec<Chart>, ReportError>;

/// Quantiles over time and at the end.
pub fn charts(series: &Series) -> Charts {
    if series.indicators.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![fan(series), response(series), distribution(series)])
}

/// All runs as one level, beside the factors.
fn everything(series: &Series) -> Factor {
    let of_run = vec![0; series.point.len()];
    Factor { name: "nothing: all runs".to_string(), levels: vec!["all runs".to_string()], of_run }
}

/// Rows of quantiles: for each indicator, factor, level and tick.
#[derive(Default)]
struct Rows {
    indicator: Vec<String>,
    factor: Vec<String>,
    level: Vec<String>,
    tick: Vec<String>,
    runs: Vec<f64>,
    quantiles: [Vec<f64>; 5],
}

const SHARES: [(&str, f64); 5] = [("q05", 0.05), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q95", 0.95)];

impl Rows {
    /// Quantiles of all indicators at the ticks, in the order of indicator, factor, level and tick.
    fn of(series: &Series, ticks: &[usize], factors: &[Factor]) -> Self {
        let parts: Vec<Rows> = (0..series.indicators.len())
            .into_par_iter()
            .map(|indicator| Rows::of_indicator(series, indicator, ticks, factors))
            .collect();
        let mut rows = Rows::default();
        parts.into_iter().for_each(|part| rows.append(part));
        rows
    }

    fn of_indicator(series: &Series, indicator: usize, ticks: &[usize], factors: &[Factor]) -> Self {
        let orders: Vec<Vec<usize>> = ticks.iter().map(|tick| series.order(indicator, *tick)).collect();
        let mut rows = Rows::default();
        for factor in factors {
            let at_tick = ticks.iter().zip(&orders);
            let values: Vec<Vec<Vec<f64>>> =
                at_tick.map(|(tick, order)| series.by_level(indicator, *tick, order, factor)).collect();
            for (level, label) in factor.levels.iter().enumerate() {
                for (tick, levels) in ticks.iter().zip(&values) {
                    rows.push(
                        &[&series.indicators[indicator], &factor.name, label],
                        series.ticks[*tick],
                        &levels[level],
                    );
                }
            }
        }
        rows
    }

    fn push(&mut self, words: &[&String; 3], tick: u64, values: &[f64]) {
        if values.is_empty() {
            return;
        }
        for (column, word) in [&mut self.indicator, &mut self.factor, &mut self.level].into_iter().zip(words) {
            column.push((*word).clone());
        }
        self.tick.push(tick.to_string());
        self.runs.push(values.len() as f64);
        for (column, (_, share)) in self.quantiles.iter_mut().zip(SHARES) {
            column.push(quantile(values, share));
        }
    }

    fn append(&mut self, other: Rows) {
        self.indicator.extend(other.indicator);
        self.factor.extend(other.factor);
        self.level.extend(other.level);
        self.tick.extend(other.tick);
        self.runs.extend(other.runs);
        self.quantiles.iter_mut().zip(other.quantiles).for_each(|(column, more)| column.extend(more));
    }

    fn data(self) -> Data {
        let mut data = Data::new()
            .words("indicator", self.indicator)
            .words("factor", self.factor)
            .words("level", self.level)
            .words("tick", self.tick)
            .numbers("runs", "", self.runs);
        for ((name, _), values) in SHARES.into_iter().zip(self.quantiles) {
            data = data.numbers(name, "", values);
        }
        data
    }
}

/// Every so manieth tick, so that there are not more than `most`; the first and the last are among them.
fn thinned(count: usize, most: usize) -> Vec<usize> {
    let step = count.saturating_sub(1).div_ceil(most.max(2) - 1).max(1);
    let mut ticks: Vec<usize> = (0..count).step_by(step).collect();
    if ticks.last().is_some_and(|last| *last + 1 != count) {
        // The last tick takes the place of its neighbour.
        if ticks.len() >= most.max(2) {
            ticks.pop();
        }
        ticks.push(count - 1);
    }
    ticks
}

fn fan(series: &Series) -> Chart {
    let count = series.ticks.len();
    let levels: usize = series.factors.iter().map(|factor| factor.levels.len()).sum();
    let ticks = thinned(count, MOST_ROWS / (series.indicators.len() * levels).max(1));
    let mut rows = Rows::of(series, &thinned(count, count), &[everything(series)]);
    rows.append(Rows::of(series, &ticks, &series.factors));
    let data = rows.data();
    let mut by = Pick::new("factor", Control::Select);
    by.label = "split by".to_string();
    let mut chart = Chart::new(
        "fan",
        Kind::Lines,
        "Where the runs go",
        "Median of all runs, or of those at each level of a factor, with the \
        range from the 5th to the 95th percentile.",
        "tick",
        data,
    )
    .drawing([Measure::new("median", Style::Line).between("q05", "q95")])
    .split("level")
    .picking(indicator())
    .explaining(series.names())
    .picking(by)
    .axes("tick", "", "");
    if !series.further.is_empty() {
        let names = series.further.join(", ");
        chart.note = format!("Runs are split by the first factors only; not by {names}, which stand in runs.csv.");
    }
    chart
}

fn response(series: &Series) -> Chart {
    let data = Rows::of(series, &[series.ticks.len() - 1], &series.factors).data();
    Chart::new(
        "response",
        Kind::Lines,
        "What each factor does at the last tick",
        "Median over all runs at each level of a factor, with the middle half of the runs.",
        "level",
        data,
    )
    .drawing([Measure::new("median", Style::Line).between("q25", "q75")])
    .picking(indicator())
    .explaining(series.names())
    .picking(Pick::new("factor", Control::Select))
    .axes("level of the factor", "", "")
}

/// How outcomes at the last tick are spread over all runs.
fn distribution(series: &Series) -> Chart {
    let last = series.ticks.len() - 1;
    let (mut names, mut centres, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for (at, name) in series.indicators.iter().enumerate() {
        let everything = everything(series);
        let values = series.by_level(at, last, &series.order(at, last), &everything).swap_remove(0);
        let (Some(low), Some(high)) = (values.first(), values.last()) else { continue };
        let width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
        let mut bins = vec![0.0; BINS];
        for value in &values {
            bins[(((value - low) / width) as usize).min(BINS - 1)] += 1.0;
        }
        for (bin, count) in bins.into_iter().enumerate() {
            names.push(name.clone());
            centres.push(crate::report::units::figure(low + (bin as f64 + 0.5) * width));
            counts.push(count);
        }
    }
    let data = Data::new().words("indicator", names).words("value", centres).numbers("runs", "", counts);
    Chart::new(
        "distribution",
        Kind::Lines,
        "Spread of the outcomes at the last tick",
        "Runs by value of the indicator.",
        "value",
        data,
    )
    .drawing([Measure::new("runs", Style::Bar)])
    .picking(indicator())
    .explaining(series.names())
    .axes("value", "runs", "runs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends_and_the_limit() {
        for count in [1, 2, 7, 21, 60, 85] {
            for most in [0, 1, 2, 3, 6, 21, 100] {
                let ticks = thinned(count, most);
                assert_eq!((ticks[0], *ticks.last().expect("ticks")), (0, count - 1), "{count} {most}");
                assert!(ticks.len() <= most.max(2) && ticks.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            }
        }
        assert_eq!(thinned(5, 5), [0, 1, 2, 3, 4]);
    }
}
