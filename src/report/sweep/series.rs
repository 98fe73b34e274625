//! The numbers of a sweep, read row by row: all kept indicators at the ticks that are drawn.

use std::path::PathBuf;

use crate::report::ReportError;
use crate::report::folder::Results;
use crate::report::table::{Table, TableError};

/// Ticks that are drawn at most.
const MOST_TICKS: usize = 60;
/// Values that are held at most; of larger sweeps fewer ticks are drawn.
const MOST_VALUES: usize = 100_000_000;
/// Factors that are shown at most.
const MOST_FACTORS: usize = 8;
/// Values of a factor that stand for themselves; more are put into as many classes.
const MOST_LEVELS: usize = 8;

/// Shown first, where they were kept.
const FIRST: [&str; 8] = [
    "value_added_per_worker",
    "value_added_real",
    "value_added",
    "high_end_share",
    "high_tech_share",
    "employment",
    "firms",
    "rd_to_sales",
];

/// A factor and to which of its levels each run belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Column of `runs.csv`.
    pub name: String,
    /// Names of its levels in order.
    pub levels: Vec<String>,
    /// Level of each run.
    pub of_run: Vec<usize>,
}

/// What the charts of a sweep are made from.
#[derive(Debug)]
pub struct Series {
    /// Factors.
    pub factors: Vec<Factor>,
    /// Factors that are too many to split the runs by.
    pub further: Vec<String>,
    /// Indicators that are numbers, the best known first.
    pub indicators: Vec<String>,
    /// Ticks shown.
    pub ticks: Vec<u64>,
    /// Point of each run.
    pub point: Vec<usize>,
    /// Replicate of each run.
    pub replicate: Vec<usize>,
    /// What its factors are, for each run.
    pub described: Vec<String>,
    /// Values by indicator, tick and run; NaN where a run has none. Single precision is more than a
    /// quantile of a drawing needs.
    values: Vec<f32>,
}

impl Series {
    /// Reads `runs.csv` and streams `series.csv`.
    pub fn read(results: &Results, runs: &Table) -> Result<Self, ReportError> {
        let names: Vec<String> = factor_names(runs);
        let mut factors = Vec::new();
        for name in names.iter().take(MOST_FACTORS) {
            factors.push(factor(name, &runs.words(name)?));
        }
        let columns = names.iter().map(|name| runs.words(name)).collect::<Result<Vec<_>, _>>()?;
        let described = (0..runs.len()).map(|row| {
            names
                .iter()
                .zip(&columns)
                .map(|(name, words)| format!("{name} = {}", words[row]))
                .collect::<Vec<_>>()
                .join(", ")
        });
        let whole = |name: &str| -> Result<Vec<usize>, TableError> {
            Ok(runs.numbers(name)?.into_iter().map(|number| number as usize).collect())
        };
        let mut series = Series {
            described: described.collect(),
            factors,
            further: names.iter().skip(MOST_FACTORS).cloned().collect(),
            indicators: Vec::new(),
            ticks: Vec::new(),
            point: whole("point")?,
            replicate: whole("replicate")?,
            values: Vec::new(),
        };
        series.stream(results)?;
        Ok(series)
    }

    /// Names of the indicators.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.indicators.iter().map(String::as_str)
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.point.iter().copied().max().unwrap_or(0)
    }

    fn stream(&mut self, results: &Results) -> Result<(), ReportError> {
        let path = results.path.join("series.csv");
        let unreadable = |source| TableError::Unreadable { path: path.clone(), source };
        let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
        let header = reader.headers().map_err(unreadable)?.clone();
        let kept: Vec<&str> = header.iter().skip(2).collect();
        let criterion = results.manifest["spec"]["plan"]["map"]["criterion"].as_str();
        let chosen = in_order(&kept, criterion);
        self.ticks = ticks(results, MOST_VALUES / (chosen.len() * self.point.len()).max(1));
        self.values = vec![f32::NAN; chosen.len() * self.ticks.len() * self.point.len()];
        let mut is_number = vec![true; chosen.len()];
        let mut record = csv::StringRecord::new();
        let mut row = 0;
        while reader.read_record(&mut record).map_err(unreadable)? {
            row += 1;
            let whole =
                |at: usize| record.get(at).and_then(|text| text.parse::<u64>().ok()).ok_or_else(|| broken(&path, row));
            let (run, tick) = (whole(0)?, whole(1)?);
            let Ok(at) = self.ticks.binary_search(&tick) else { continue };
            let run = (run as usize)
                .checked_sub(1)
                .filter(|run| *run < self.point.len())
                .ok_or_else(|| broken(&path, row))?;
            for (place, column) in chosen.iter().enumerate() {
                let value = record.get(column + 2).and_then(|text| text.parse::<f32>().ok());
                is_number[place] &= value.is_some();
                let index = self.index(place, at, run);
                self.values[index] = value.unwrap_or(f32::NAN);
            }
        }
        self.keep_numbers(&chosen.iter().map(|column| kept[*column].to_string()).collect::<Vec<_>>(), &is_number);
        Ok(())
    }

    /// Leaves out labels.
    fn keep_numbers(&mut self, names: &[String], is_number: &[bool]) {
        let block = self.ticks.len() * self.point.len();
        for (place, name) in names.iter().enumerate().filter(|(place, _)| is_number[*place]) {
            self.values.copy_within(place * block..(place + 1) * block, self.indicators.len() * block);
            self.indicators.push(name.clone());
        }
        self.values.truncate(self.indicators.len() * block);
    }

    fn index(&self, indicator: usize, tick: usize, run: usize) -> usize {
        (indicator * self.ticks.len() + tick) * self.point.len() + run
    }

    /// An indicator of a run; `None` if the run has none.
    pub fn value(&self, indicator: usize, tick: usize, run: usize) -> Option<f64> {
        Some(f64::from(self.values[self.index(indicator, tick, run)])).filter(|value| !value.is_nan())
    }

    /// Runs that have a value of an indicator at a tick, in the order of their values.
    pub fn order(&self, indicator: usize, tick: usize) -> Vec<usize> {
        let of = |run: usize| self.values[self.index(indicator, tick, run)];
        let mut runs: Vec<usize> = (0..self.point.len()).filter(|run| !of(*run).is_nan()).collect();
        runs.sort_by(|a, b| of(*a).total_cmp(&of(*b)));
        runs
    }

    /// Sorted values of an indicator at a tick, for each level of a factor; `order` is that of all runs.
    pub fn by_level(&self, indicator: usize, tick: usize, order: &[usize], factor: &Factor) -> Vec<Vec<f64>> {
        let mut levels = vec![Vec::new(); factor.levels.len()];
        for run in order {
            levels[factor.of_run[*run]].push(f64::from(self.values[self.index(indicator, tick, *run)]));
        }
        levels
    }
}

fn broken(path: &std::path::Path, row: usize) -> TableError {
    let (path, column, text) = (PathBuf::from(path), "run, tick".to_string(), String::new());
    TableError::NotANumber { path, row, column, text }
}

/// Columns of `runs.csv` between the seed and the status.
fn factor_names(runs: &Table) -> Vec<String> {
    let after = runs.names().iter().skip_while(|name| *name != "seed").skip(1);
    // A factor may have any name; the last three columns are never factors.
    let count = runs.names().len().saturating_sub(7);
    after.take(count).cloned().collect()
}

/// Ticks kept by the plan, evenly thinned to about as many as there may be.
fn ticks(results: &Results, most: usize) -> Vec<u64> {
    let spec = &results.manifest["spec"];
    let every = spec["plan"]["output"]["every"].as_u64().unwrap_or(1).max(1);
    let last = spec["ticks"].as_u64().unwrap_or(0);
    let count = (last / every) as usize + 1;
    let step = every * count.div_ceil(most.clamp(1, MOST_TICKS)).max(1) as u64;
    let mut ticks: Vec<u64> = (0..=last).step_by(step as usize).collect();
    if ticks.last() != Some(&last) {
        ticks.push(last);
    }
    ticks
}

/// Places of the indicators: the criterion of a map, well-known ones, then the others.
fn in_order(kept: &[&str], criterion: Option<&str>) -> Vec<usize> {
    let known = criterion.into_iter().chain(FIRST).filter_map(|name| kept.iter().position(|other| *other == name));
    let order: indexmap::IndexSet<usize> = known.chain(0..kept.len()).collect();
    order.into_iter().collect()
}

/// The levels of a factor; numbers with many values are put into classes of about as many runs.
fn factor(name: &str, words: &[&str]) -> Factor {
    let mut distinct: Vec<&str> = words.to_vec();
    let numbers: Option<Vec<f64>> = words.iter().map(|word| word.parse().ok()).collect();
    match &numbers {
        Some(_) => distinct.sort_by(|a, b| a.parse().unwrap_or(0.0_f64).total_cmp(&b.parse().unwrap_or(0.0))),
        None => {
            let order: indexmap::IndexSet<&str> = distinct.drain(..).collect();
            distinct = order.into_iter().collect();
        }
    }
    distinct.dedup();
    if let (Some(numbers), true) = (&numbers, distinct.len() > MOST_LEVELS) {
        return classes(name, numbers);
    }
    let of_run = words.iter().map(|word| distinct.iter().position(|level| level == word).unwrap_or(0));
    Factor {
        name: name.to_string(),
        of_run: of_run.collect(),
        levels: distinct.iter().map(ToString::to_string).collect(),
    }
}

fn classes(name: &str, numbers: &[f64]) -> Factor {
    const CLASSES: usize = 5;
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let edge = |class: usize| sorted[(class * (sorted.len() - 1)) / CLASSES];
    let figure = crate::report::units::figure;
    let levels = (0..CLASSES).map(|class| format!("{} .. {}", figure(edge(class)), figure(edge(class + 1))));
    let of = |value: f64| (1..CLASSES).filter(|class| value > edge(*class)).count();
    Factor {
        name: name.to_string(),
        levels: levels.collect(),
        of_run: numbers.iter().map(|value| of(*value)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_stand_for_themselves_and_many_are_put_into_classes() {
        let few = factor("x", &["10", "9", "10"]);
        assert_eq!((few.levels, few.of_run), (vec!["9".to_string(), "10".to_string()], vec![1, 0, 1]));
        let words = factor("path", &["nothing", "grant", "nothing"]);
        assert_eq!((words.levels.len(), words.of_run), (2, vec![0, 1, 0]));
        let texts: Vec<String> = (0..100).map(|value| value.to_string()).collect();
        let many = factor("x", &texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(many.levels.len(), 5);
        for class in 0..5 {
            let size = many.of_run.iter().filter(|level| **level == class).count();
            assert!((19..=21).contains(&size), "class {class} has {size}");
        }
    }

    #[test]
    fn the_criterion_and_known_indicators_come_first() {
        let kept = ["quarter", "value_added", "luck", "value_added_per_worker"];
        assert_eq!(in_order(&kept, Some("luck")), [2, 3, 1, 0]);
    }
}
