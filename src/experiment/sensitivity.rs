//! What matters? Sensitivity of an outcome to the factors of a sweep.
//!
//! - Morris: elementary effects, their mean (`mu`), mean size (`mu_star`, Campolongo, Cariboni &
//!   Saltelli 2007) and deviation (`sigma`), per unit of a factor's whole range.
//! - Saltelli: first-order indices (Saltelli et al. 2010) and total indices (Jansen 1999) of the
//!   variance.
//! - Any other design: standardised regression coefficients, of the values and of their ranks, with
//!   the share of variance that the regression explains.
//!
//! Intervals are percentiles of a bootstrap over trajectories, blocks or points.

use super::design::Points;
use super::plan::Kind;
use super::statistics::square;
use crate::kernel::draws::Small;

/// Bootstrap samples.
const SAMPLES: usize = 500;

/// One measure of one factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Name of the measure.
    pub name: &'static str,
    /// Place of the factor; none for what concerns all together.
    pub factor: Option<usize>,
    /// Value.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Trajectories, blocks or points that it rests on.
    pub n: usize,
}

/// All measures that a design allows; `outcome` has a value for each point, or none where the point has
/// no run that finished. Nothing where too few points are left, or the outcome does not vary.
pub fn measures(kind: Kind, points: &Points, factors: usize, outcome: &[Option<f64>]) -> Vec<Measure> {
    let values: Vec<f64> = outcome.iter().flatten().copied().collect();
    if factors == 0 || variance(&values) <= 0.0 {
        return Vec::new();
    }
    match kind {
        Kind::Morris => Effects::of(points, factors, outcome).measures(),
        Kind::Saltelli => Blocks::of(factors, outcome).measures(),
        _ => Table::of(points, factors, outcome).measures(),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Variance with n.
fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|value| square(value - centre)).sum::<f64>() / values.len().max(1) as f64
}

/// The statistics of samples drawn with replacement from `count` units: one list per sample.
fn bootstrap(count: usize, statistic: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Vec<f64>> {
    let mut small = Small::new(0x7e1e_5e11);
    let sample = |small: &mut Small| -> Vec<usize> { (0..count).map(|_| small.index(count)).collect() };
    (0..SAMPLES).map(|_| statistic(&sample(&mut small))).collect()
}

/// The middle 95 % of one statistic over the samples.
fn interval(samples: &[Vec<f64>], at: usize) -> (f64, f64) {
    let mut values: Vec<f64> = samples.iter().map(|sample| sample[at]).filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * values.len().saturating_sub(1) as f64;
        let (low, rest) = (place.floor() as usize, place.fract());
        let next = values.get(low + 1).unwrap_or(&values[low]);
        values[low] + rest * (next - values[low])
    };
    if values.is_empty() { (0.0, 0.0) } else { (quantile(0.025), quantile(0.975)) }
}

/// Measures from a statistic that gives, for each name, a value for each factor.
fn collect(names: &[&'static str], factors: usize, n: usize, statistic: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Measure> {
    let all: Vec<usize> = (0..n).collect();
    let values = statistic(&all);
    let samples = bootstrap(n, statistic);
    let mut measures = Vec::new();
    for (row, name) in names.iter().enumerate() {
        for factor in 0..factors {
            let at = row * factors + factor;
            let (low, high) = interval(&samples, at);
            measures.push(Measure { name, factor: Some(factor), value: values[at], low, high, n });
        }
    }
    measures
}

/// Elementary effects: one list for each trajectory, one effect for each factor.
struct Effects {
    factors: usize,
    walks: Vec<Vec<f64>>,
}

impl Effects {
    fn of(points: &Points, factors: usize, outcome: &[Option<f64>]) -> Self {
        let mut walks = Vec::new();
        for (walk, values) in outcome.chunks_exact(factors + 1).enumerate() {
            // A trajectory with a gap says nothing that can be trusted.
            let Some(values) = values.iter().copied().collect::<Option<Vec<f64>>>() else {
                continue;
            };
            let mut effects = vec![0.0; factors];
            for (step, pair) in values.windows(2).enumerate() {
                let at = walk * (factors + 1) + step;
                let (from, to) = (points.get(at), points.get(at + 1));
                if let Some(factor) = (0..factors).find(|factor| from[*factor] != to[*factor]) {
                    effects[factor] = (pair[1] - pair[0]) / (to[factor] - from[factor]);
                }
            }
            walks.push(effects);
        }
        Self { factors, walks }
    }

    fn measures(&self) -> Vec<Measure> {
        if self.walks.len() < 2 {
            return Vec::new();
        }
        let statistic = |sample: &[usize]| {
            let of = |factor: usize| sample.iter().map(|walk| self.walks[*walk][factor]).collect::<Vec<f64>>();
            let effects: Vec<Vec<f64>> = (0..self.factors).map(of).collect();
            let star = |effects: &Vec<f64>| mean(&effects.iter().map(|effect| effect.abs()).collect::<Vec<f64>>());
            let sigma = |effects: &Vec<f64>| {
                let n = effects.len() as f64;
                (variance(effects) * n / (n - 1.0)).sqrt()
            };
            let mu = effects.iter().map(|effects| mean(effects));
            mu.chain(effects.iter().map(star)).chain(effects.iter().map(sigma)).collect()
        };
        collect(&["mu", "mu_star", "sigma"], self.factors, self.walks.len(), statistic)
    }
}

/// Outcomes in blocks A, A with one factor of B in turn, B.
struct Blocks {
    factors: usize,
    blocks: Vec<Vec<f64>>,
}

impl Blocks {
    /// Whole blocks only, centred and scaled: the estimate of the first-order index depends on the origin.
    fn of(factors: usize, outcome: &[Option<f64>]) -> Self {
        let whole = outcome.chunks_exact(factors + 2).filter_map(|block| block.iter().copied().collect());
        let mut blocks: Vec<Vec<f64>> = whole.collect();
        let all = blocks.concat();
        let (centre, spread) = (mean(&all), variance(&all).sqrt());
        blocks.iter_mut().flatten().for_each(|value| *value = (*value - centre) / spread);
        Self { factors, blocks }
    }

    fn measures(&self) -> Vec<Measure> {
        if self.blocks.len() < 2 {
            return Vec::new();
        }
        let last = self.factors + 1;
        let statistic = |sample: &[usize]| {
            let column = |at: usize| sample.iter().map(|block| self.blocks[*block][at]).collect::<Vec<f64>>();
            let (a, b) = (column(0), column(last));
            let whole = variance(&[a.clone(), b.clone()].concat());
            let mixed: Vec<Vec<f64>> = (1..last).map(column).collect();
            let first = |ab: &Vec<f64>| {
                mean(&a.iter().zip(ab).zip(&b).map(|((a, ab), b)| b * (ab - a)).collect::<Vec<f64>>()) / whole
            };
            let total = |ab: &Vec<f64>| {
                0.5 * mean(&a.iter().zip(ab).map(|(a, ab)| square(a - ab)).collect::<Vec<f64>>()) / whole
            };
            mixed.iter().map(first).chain(mixed.iter().map(total)).collect()
        };
        collect(&["first_order", "total"], self.factors, self.blocks.len(), statistic)
    }
}

/// Places of the factors and the outcome, point by point.
struct Table {
    places: Vec<Vec<f64>>,
    outcome: Vec<f64>,
}

impl Table {
    fn of(points: &Points, factors: usize, outcome: &[Option<f64>]) -> Self {
        let known: Vec<usize> = (0..outcome.len()).filter(|at| outcome[*at].is_some()).collect();
        let column = |factor: usize| known.iter().map(|at| points.get(*at)[factor]).collect();
        let outcome = known.iter().filter_map(|at| outcome[*at]).collect();
        Self { places: (0..factors).map(column).collect(), outcome }
    }

    fn ranked(&self) -> Self {
        Self { places: self.places.iter().map(|column| ranks(column)).collect(), outcome: ranks(&self.outcome) }
    }

    fn measures(&self) -> Vec<Measure> {
        let (n, factors) = (self.outcome.len(), self.places.len());
        if n < factors + 2 {
            return Vec::new();
        }
        let mut measures = Vec::new();
        for (table, name, fit) in [
            (self, "regression", "regression_r_squared"),
            (&self.ranked(), "rank_regression", "rank_regression_r_squared"),
        ] {
            let statistic = |sample: &[usize]| table.coefficients(sample).unwrap_or_else(|| vec![f64::NAN; factors]);
            let own = collect(&[name], factors, n, statistic);
            if own.iter().any(|measure| !measure.value.is_finite()) {
                continue;
            }
            let coefficients: Vec<f64> = own.iter().map(|measure| measure.value).collect();
            let value = table.explained(&coefficients);
            measures.extend(own);
            measures.push(Measure { name: fit, factor: None, value, low: value, high: value, n });
        }
        measures
    }

    /// Standardised coefficients of the least-squares regression on some points.
    fn coefficients(&self, sample: &[usize]) -> Option<Vec<f64>> {
        let columns: Option<Vec<Vec<f64>>> = self.places.iter().map(|column| standard(column, sample)).collect();
        let (columns, outcome) = (columns?, standard(&self.outcome, sample)?);
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let rows = columns.iter().map(|row| columns.iter().map(|column| product(row, column)).collect()).collect();
        solve(rows, columns.iter().map(|column| product(column, &outcome)).collect())
    }

    /// Share of the variance that the coefficients explain.
    fn explained(&self, coefficients: &[f64]) -> f64 {
        let all: Vec<usize> = (0..self.outcome.len()).collect();
        let columns: Vec<Vec<f64>> = self.places.iter().filter_map(|column| standard(column, &all)).collect();
        let Some(outcome) = standard(&self.outcome, &all) else {
            return 0.0;
        };
        let fitted = |at: usize| columns.iter().zip(coefficients).map(|(column, c)| column[at] * c).sum::<f64>();
        let rest: f64 = outcome.iter().enumerate().map(|(at, value)| square(value - fitted(at))).sum();
        1.0 - rest / outcome.len() as f64
    }
}

/// Some values with mean 0 and variance 1; nothing where they do not vary.
fn standard(values: &[f64], sample: &[usize]) -> Option<Vec<f64>> {
    let chosen: Vec<f64> = sample.iter().map(|at| values[*at]).collect();
    let (centre, spread) = (mean(&chosen), variance(&chosen).sqrt());
    (spread > 0.0).then(|| chosen.iter().map(|value| (value - centre) / spread).collect())
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let alike = order[at..].iter().take_while(|other| values[**other] == values[order[at]]).count();
        let shared = at as f64 + (alike as f64 + 1.0) / 2.0;
        order[at..at + alike].iter().for_each(|place| ranks[*place] = shared);
        at += alike;
    }
    ranks
}

/// Solves a small system of equations (Gauss, with pivots); nothing where it has no single solution.
fn solve(mut rows: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for at in 0..size {
        let pivot = (at..size).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        if rows[pivot][at].abs() < 1e-9 {
            return None;
        }
        rows.swap(at, pivot);
        right.swap(at, pivot);
        let (done, rest) = rows.split_at_mut(at + 1);
        let (upper, above) = (&done[at], right[at]);
        for (row, value) in rest.iter_mut().zip(&mut right[at + 1..]) {
            let factor = row[at] / upper[at];
            row.iter_mut().zip(upper).skip(at).for_each(|(cell, other)| *cell -= factor * other);
            *value -= factor * above;
        }
    }
    for at in (0..size).rev() {
        let known: f64 = (at + 1..size).map(|column| rows[at][column] * right[column]).sum();
        right[at] = (right[at] - known) / rows[at][at];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::design::points;
    use crate::experiment::plan::{DesignSettings, Factor};

    fn design(kind: Kind, size: u32, factors: usize) -> Points {
        let factor = |at: usize| Factor { key: Some(format!("f{at}")), range: Some([0.0, 1.0]), ..Factor::default() };
        let factors: Vec<Factor> = (0..factors).map(factor).collect();
        points(&DesignSettings { kind, size: Some(size), ..DesignSettings::default() }, &factors)
    }

    fn outcome(points: &Points, model: impl Fn(&[f64]) -> f64) -> Vec<Option<f64>> {
        (0..points.len()).map(|at| Some(model(points.get(at)))).collect()
    }

    fn value(measures: &[Measure], name: &str, factor: Option<usize>) -> f64 {
        let found = measures.iter().find(|measure| measure.name == name && measure.factor == factor);
        found.unwrap_or_else(|| panic!("no {name} in {measures:?}")).value
    }

    #[test]
    fn a_linear_model_gives_its_slopes() {
        let model = |x: &[f64]| 3.0 * x[0] - 2.0 * x[1];
        let walks = design(Kind::Morris, 10, 3);
        let found = measures(Kind::Morris, &walks, 3, &outcome(&walks, model));
        for (factor, slope) in [3.0, -2.0, 0.0_f64].into_iter().enumerate() {
            assert!((value(&found, "mu", Some(factor)) - slope).abs() < 1e-9);
            assert!((value(&found, "mu_star", Some(factor)) - slope.abs()).abs() < 1e-9);
            assert!(value(&found, "sigma", Some(factor)).abs() < 1e-9);
        }
        let cube = design(Kind::LatinHypercube, 200, 3);
        let found = measures(Kind::LatinHypercube, &cube, 3, &outcome(&cube, model));
        assert!((value(&found, "regression_r_squared", None) - 1.0).abs() < 1e-9);
        let ratio = value(&found, "regression", Some(0)) / value(&found, "regression", Some(1));
        assert!((ratio + 1.5).abs() < 0.01, "{ratio}");
    }

    #[test]
    fn ranks_see_what_bends_but_never_turns() {
        let cube = design(Kind::LatinHypercube, 200, 2);
        let found = measures(Kind::LatinHypercube, &cube, 2, &outcome(&cube, |x| (12.0 * x[0]).exp()));
        assert!(value(&found, "rank_regression_r_squared", None) > 0.999);
        assert!(value(&found, "regression_r_squared", None) < 0.7);
    }

    #[test]
    fn blocks_and_walks_with_a_gap_are_left_out() {
        let blocks = design(Kind::Saltelli, 16, 2);
        let mut values = outcome(&blocks, |x| x[0] + x[1]);
        values[5] = None;
        let found = measures(Kind::Saltelli, &blocks, 2, &values);
        assert!(found.iter().all(|measure| measure.n == 15));
        assert!(measures(Kind::Saltelli, &blocks, 2, &vec![Some(1.0); 64]).is_empty(), "nothing varies");
    }

    #[test]
    fn ties_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn equations_are_solved() {
        let solution = solve(vec![vec![0.0, 2.0], vec![3.0, 1.0]], vec![4.0, 5.0]).expect("regular");
        assert!((solution[0] - 1.0).abs() < 1e-12 && (solution[1] - 2.0).abs() < 1e-12);
        assert!(solve(vec![vec![1.0, 1.0], vec![1.0, 1.0]], vec![1.0, 2.0]).is_none());
    }
}
