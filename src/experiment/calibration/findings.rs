//! What a calibration found: parameters with their uncertainty, and the fit of each target.

use super::course::Calibration;
use crate::experiment::statistics::{deviation, mean, square};

/// A parameter whose posterior is wider than this share of its prior is not identified by the targets.
pub const UNIDENTIFIED: f64 = 0.8;
/// Correlation of two parameters beyond which the targets know them only together.
pub const TOGETHER: f64 = 0.8;

/// What is known of a parameter after the calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterFound {
    /// Its key.
    pub key: String,
    /// Ends of its range.
    pub range: [f64; 2],
    /// Mean of the posterior.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// Quantiles .05, .5 and .95.
    pub quantiles: [f64; 3],
    /// Width of the posterior over that of the prior, both measured on the scale of the prior.
    pub width: f64,
    /// The other parameter with which it is most correlated, and how.
    pub partner: Option<(String, f64)>,
}

impl ParameterFound {
    /// What the targets say of it.
    pub fn verdict(&self) -> &'static str {
        match &self.partner {
            _ if self.width > UNIDENTIFIED => "unidentified",
            Some((_, correlation)) if correlation.abs() > TOGETHER => "with partner only",
            _ => "identified",
        }
    }
}

/// How the posterior fits a target, run in the model.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetFound {
    /// Its name.
    pub name: String,
    /// What is known.
    pub value: f64,
    /// Half-width of what is accepted.
    pub tolerance: f64,
    /// Mean over the confirming runs.
    pub mean: f64,
    /// Quantiles .05 and .95 of these runs.
    pub spread: [f64; 2],
    /// Runs.
    pub runs: usize,
}

impl TargetFound {
    /// Whether the mean is within what is accepted.
    pub fn is_met(&self) -> bool {
        self.runs > 0 && (self.mean - self.value).abs() <= self.tolerance
    }

    /// Met or missed.
    pub fn verdict(&self) -> &'static str {
        match (self.runs, self.is_met()) {
            (0, _) => "not run",
            (_, true) => "met",
            (_, false) => "missed",
        }
    }
}

/// Quantile of a sample, by the order statistic next to it.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (first, second) = (mean(a), mean(b));
    let common: f64 = a.iter().zip(b).map(|(x, y)| (x - first) * (y - second)).sum();
    let size = |values: &[f64], centre: f64| values.iter().map(|x| square(x - centre)).sum::<f64>();
    let both = (size(a, first) * size(b, second)).sqrt();
    if both > 0.0 { common / both } else { 0.0 }
}

/// What was found of each parameter.
pub fn parameters(calibration: &Calibration) -> Vec<ParameterFound> {
    let plan = &calibration.plan;
    let places: Vec<Vec<f64>> =
        (0..plan.parameter.len()).map(|at| calibration.posterior.iter().map(|place| place[at]).collect()).collect();
    let of = |at: usize| {
        let parameter = &plan.parameter[at];
        let values: Vec<f64> = places[at].iter().map(|place| parameter.at(*place)).collect();
        let others = (0..places.len()).filter(|other| *other != at);
        let partners = others.map(|other| (other, correlation(&places[at], &places[other])));
        let closest = partners.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        ParameterFound {
            key: parameter.name().to_string(),
            range: parameter.ends(),
            mean: mean(&values),
            deviation: deviation(&values),
            quantiles: [0.05, 0.5, 0.95].map(|share| quantile(&values, share)),
            // On the scale of the prior it is uniform, with deviation 1 / sqrt(12).
            width: deviation(&places[at]) * 12_f64.sqrt(),
            partner: closest.map(|(other, how)| (plan.parameter[other].name().to_string(), how)),
        }
    };
    (0..places.len()).map(of).collect()
}

/// How each target is met by the posterior, run in the model.
pub fn targets(calibration: &Calibration) -> Vec<TargetFound> {
    let of = |(at, (name, target)): (usize, (&String, &super::plan::Target))| {
        let confirming = calibration.explored.iter().filter(|point| point.wave == 0);
        let figures: Vec<f64> = confirming.flat_map(|point| point.outcomes[at].figures.iter().copied()).collect();
        TargetFound {
            name: name.clone(),
            value: target.known(),
            tolerance: target.accepted(),
            mean: mean(&figures),
            spread: if figures.is_empty() { [0.0; 2] } else { [0.05, 0.95].map(|share| quantile(&figures, share)) },
            runs: figures.len(),
        }
    };
    calibration.targets().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(width: f64, correlation: f64) -> ParameterFound {
        ParameterFound {
            key: "a".to_string(),
            range: [0.0, 1.0],
            mean: 0.5,
            deviation: 0.1,
            quantiles: [0.4, 0.5, 0.6],
            width,
            partner: Some(("b".to_string(), correlation)),
        }
    }

    #[test]
    fn what_the_targets_do_not_narrow_is_flagged() {
        assert_eq!(found(0.95, 0.0).verdict(), "unidentified");
        assert_eq!(found(0.3, -0.95).verdict(), "with partner only");
        assert_eq!(found(0.3, 0.2).verdict(), "identified");
    }

    #[test]
    fn quantiles_and_correlations_are_those_computed_by_hand() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!([0.05, 0.5, 0.95].map(|share| quantile(&values, share)), [5.0, 50.0, 95.0]);
        assert!((correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]) - 1.0).abs() < 1e-12);
        // Deviations -1, 0, 1 and -2, 1, 1: 3 over the root of 2 x 6.
        assert!((correlation(&[1.0, 2.0, 3.0], &[0.0, 3.0, 3.0]) - 3.0 / 12_f64.sqrt()).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 1.0], &[0.0, 3.0]), 0.0);
    }
}
