//! How the gain of a path changes with a trait of the region: the conditions of a map, one by one.
//!
//! A cell of the map is one kind of region. Here the outcomes of all cells that share one value of a trait
//! are averaged, seed by seed, before paths are compared; so each trait is judged over all values of the
//! others, with far less noise than cell by cell, and seeds stay paired. Intervals are of Student's t over
//! the seeds, each by itself: of twenty true nothings one is expected to look like something.

use super::map::{Grid, combinations, label};
use super::statistics::{Paired, critical_t, paired};
use super::store::Index;
use super::sweep::{Sweep, SweepError};

/// What a path gains over another at one value of a trait, the other traits averaged.
#[derive(Debug, Clone, PartialEq)]
pub struct TraitGain {
    /// Name of the trait.
    pub of: String,
    /// Its value.
    pub value: String,
    /// The path.
    pub path: String,
    /// The path that it is compared with.
    pub over: String,
    /// Gain, seed by seed.
    pub gain: Paired,
    /// What the gain has changed by since the first value of the trait.
    pub change: Paired,
}

/// Judges every trait of a map.
///
/// # Errors
/// When the plan has no `[map]`, or a record cannot be read.
pub fn read(sweep: &Sweep, index: &Index) -> Result<Vec<TraitGain>, SweepError> {
    let grid = Grid::read(sweep, index)?;
    let columns: Vec<String> = grid.settings.factors().into_iter().map(str::to_string).collect();
    let traits = &grid.places[..grid.places.len() - 1];
    let paths = &grid.levels[grid.path()];
    let pairs: Vec<(usize, usize)> =
        (1..paths.len()).flat_map(|path| (0..path).map(move |over| (path, over))).collect();
    let mut found = Vec::new();
    for (factor, column) in traits.iter().zip(columns) {
        for (path, over) in &pairs {
            let means = |value: usize| [*over, *path].map(|path| by_seed(&grid, (*factor, value), path));
            let first = gains(&means(0));
            for (place, value) in grid.levels[*factor].iter().enumerate() {
                let [over_level, level] = means(place);
                let here = gains(&[over_level.clone(), level.clone()]);
                if let (Some(gain), Some(change)) = (compare(&over_level, &level), compare(&first, &here)) {
                    let (of, value) = (column.clone(), label(value));
                    found.push(TraitGain {
                        of,
                        value,
                        path: label(&paths[*path]),
                        over: label(&paths[*over]),
                        gain,
                        change,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// Mean outcome of a path over all regions with this value of a trait, seed by seed; none where a run failed.
fn by_seed(grid: &Grid, (factor, value): (usize, usize), path: usize) -> Vec<Option<f64>> {
    let choices: Vec<usize> = (0..grid.levels.len())
        .map(|at| if at == factor || at == grid.path() { 1 } else { grid.levels[at].len() })
        .collect();
    let points = combinations(&choices).into_iter().map(|mut at| {
        (at[factor], at[grid.path()]) = (value, path);
        grid.runs(&at)
    });
    let points: Vec<&[Option<f64>]> = points.collect();
    let mean = |seed: usize| {
        let sum: Option<f64> = points.iter().map(|runs| runs[seed]).sum();
        sum.map(|sum| sum / points.len() as f64)
    };
    (0..points.first().map_or(0, |runs| runs.len())).map(mean).collect()
}

/// Differences of two outcomes, seed by seed.
fn gains([first, second]: &[Vec<Option<f64>>; 2]) -> Vec<Option<f64>> {
    first.iter().zip(second).map(|(first, second)| Some((*second)? - (*first)?)).collect()
}

/// The second against the first, if at least two seeds have both.
fn compare(first: &[Option<f64>], second: &[Option<f64>]) -> Option<Paired> {
    let pairs: Vec<(f64, f64)> = first.iter().zip(second).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    (pairs.len() >= 2).then(|| paired(&pairs, critical_t(pairs.len() as f64 - 1.0)))
}
