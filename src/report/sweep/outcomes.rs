//! Charts of a sweep: quantiles by factor and level, sensitivity, single runs.

use crate::experiment::outcomes;
use crate::experiment::sensitivity::measures;
use crate::experiment::store::Index;
use crate::experiment::sweep::Sweep;
use crate::report::ReportError;
use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::folder::Results;
use crate::report::statistics::quantile;

use super::indicator;
use super::series::{Factor, Series};

/// Points and replicates whose runs are drawn singly.
const MOST_POINTS: usize = 8;
const MOST_REPLICATES: usize = 8;
/// Bins of the distribution of an outcome.
const BINS: usize = 30;

type Charts = Result<Vec<Chart>, ReportError>;

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
    fn of(series: &Series, ticks: &[usize], factors: &[Factor]) -> Self {
        let mut rows = Rows::default();
        for (at, name) in series.indicators.iter().enumerate() {
            for factor in factors {
                for (level, label) in factor.levels.iter().enumerate() {
                    for tick in ticks {
                        let values = series.sorted(at, *tick, |run| factor.of_run[run] == level);
                        if values.is_empty() {
                            continue;
                        }
                        rows.indicator.push(name.clone());
                        rows.factor.push(factor.name.clone());
                        rows.level.push(label.clone());
                        rows.tick.push(series.ticks[*tick].to_string());
                        rows.runs.push(values.len() as f64);
                        for (column, (_, share)) in rows.quantiles.iter_mut().zip(SHARES) {
                            column.push(quantile(&values, share));
                        }
                    }
                }
            }
        }
        rows
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

fn fan(series: &Series) -> Chart {
    let ticks: Vec<usize> = (0..series.ticks.len()).collect();
    let factors: Vec<Factor> = std::iter::once(everything(series)).chain(series.factors.iter().cloned()).collect();
    let data = Rows::of(series, &ticks, &factors).data();
    let mut by = Pick::new("factor", Control::Select);
    by.label = "split by".to_string();
    Chart::new(
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
    .picking(by)
    .axes("tick", "as the indicator", "")
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
    .picking(Pick::new("factor", Control::Select))
    .axes("level of the factor", "as the indicator", "")
}

/// How outcomes at the last tick are spread over all runs.
fn distribution(series: &Series) -> Chart {
    let last = series.ticks.len() - 1;
    let (mut names, mut centres, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for (at, name) in series.indicators.iter().enumerate() {
        let values = series.sorted(at, last, |_| true);
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
    .axes("value", "runs", "runs")
}

/// Sensitivity: what `tiexi sensitivity` wrote, else measured here for the indicators shown.
pub fn sensitivity(results: &Results, series: &Series) -> Charts {
    let (mut indicators, mut factors, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    let mut numbers = [Vec::new(), Vec::new(), Vec::new()];
    if let Some(table) = results.table("sensitivity.csv")? {
        let named = table.words("factor")?;
        let rows: Vec<usize> = (0..table.len()).filter(|row| named[*row] != "all").collect();
        let words =
            |name: &str| table.words(name).map(|all| rows.iter().map(|row| all[*row].to_string()).collect::<Vec<_>>());
        (indicators, factors, kinds) = (words("indicator")?, words("factor")?, words("measure")?);
        for (column, name) in numbers.iter_mut().zip(["value", "low", "high"]) {
            let all = table.numbers(name)?;
            *column = rows.iter().map(|row| all[*row]).collect();
        }
    } else if let Some(sweep) = Sweep::read(&results.path).ok().flatten()
        && let Ok(index) = Index::read(&results.path)
        && let Ok(found) = outcomes::read(&sweep, &index, None)
    {
        let plan = &sweep.spec.plan;
        for (at, name) in found.indicators.iter().enumerate().filter(|(_, name)| series.indicators.contains(name)) {
            for measure in measures(plan.design.kind, sweep.points(), plan.factor.len(), &found.values[at]) {
                let Some(factor) = measure.factor else { continue };
                indicators.push(name.clone());
                factors.push(plan.factor[factor].column());
                kinds.push(measure.name.to_string());
                for (column, value) in numbers.iter_mut().zip([measure.value, measure.low, measure.high]) {
                    column.push(value);
                }
            }
        }
    }
    if indicators.is_empty() {
        return Ok(Vec::new());
    }
    let [values, lows, highs] = numbers;
    let data = Data::new()
        .words("indicator", indicators)
        .words("factor", factors)
        .words("measure", kinds)
        .numbers("value", "", values)
        .numbers("low", "", lows)
        .numbers("high", "", highs);
    let about = "How much each factor matters, by the measure that the design allows, with bootstrap intervals; see \
                 `tiexi sensitivity --help` for what the measures mean.";
    Ok(vec![
        Chart::new("sensitivity", Kind::Intervals, "Sensitivity", about, "factor", data)
            .drawing([Measure::new("value", Style::Dot).between("low", "high")])
            .picking(indicator())
            .picking(Pick::new("measure", Control::Select))
            .axes("", "value of the measure", ""),
    ])
}

/// The runs of some points, seed by seed.
pub fn seeds(series: &Series) -> Charts {
    if series.indicators.is_empty() || series.ticks.len() < 2 {
        return Ok(Vec::new());
    }
    let runs = (0..series.point.len())
        .filter(|run| series.point[*run] <= MOST_POINTS && series.replicate[*run] <= MOST_REPLICATES);
    let (mut names, mut points, mut replicates, mut ticks, mut values) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in runs {
        for (at, name) in series.indicators.iter().enumerate() {
            for (place, tick) in series.ticks.iter().enumerate() {
                let Some(value) = series.value(at, place, run) else { continue };
                names.push(name.clone());
                points.push(format!("{}: {}", series.point[run], series.described[run]));
                replicates.push(format!("seed of replicate {}", series.replicate[run]));
                ticks.push(tick.to_string());
                values.push(value);
            }
        }
    }
    let data = Data::new()
        .words("indicator", names)
        .words("point", points)
        .words("replicate", replicates)
        .words("tick", ticks)
        .numbers("value", "", values);
    Ok(vec![
        Chart::new(
            "seeds",
            Kind::Lines,
            "The seeds of a point",
            "Runs that differ in nothing but their luck; the first points of the \
            design and their first replicates.",
            "tick",
            data,
        )
        .drawing([Measure::new("value", Style::Line)])
        .split("replicate")
        .picking(indicator())
        .picking(Pick::new("point", Control::Select))
        .axes("tick", "as the indicator", ""),
    ])
}
