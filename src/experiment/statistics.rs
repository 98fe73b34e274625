//! Means with honest uncertainty: paired differences, their intervals, how many seeds would do.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of all intervals.
pub const CONFIDENCE: f64 = 0.95;

/// Quantile of Student's t beyond which half of the rest of `CONFIDENCE` lies.
///
/// For many degrees of freedom by the expansion around the normal quantile (Fisher & Cornish 1960;
/// Abramowitz & Stegun 26.7.5), where the library's search for the inverse may not end.
pub fn critical_t(degrees: f64) -> f64 {
    const MANY: f64 = 150.0;
    if degrees >= MANY {
        return expanded_t(degrees);
    }
    match StudentsT::new(0.0, 1.0, degrees) {
        Ok(distribution) => distribution.inverse_cdf(0.5 + CONFIDENCE / 2.0),
        Err(_) => f64::NAN,
    }
}

/// The quantile for many degrees of freedom; below 1e-9 off from 150 on.
fn expanded_t(degrees: f64) -> f64 {
    /// Quantile .975 of the standard normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let z2 = square(Z);
    let first = Z * (z2 + 1.0) / 4.0;
    let second = Z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let third = Z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    Z + (first + (second + third / degrees) / degrees) / degrees
}

/// Arithmetic mean, summed in order; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The square; a product is exact on every platform, a power need not be.
pub fn square(value: f64) -> f64 {
    value * value
}

/// Standard deviation with n - 1; 0 of fewer than two.
pub fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| square(value - centre)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// What two arms that share their seeds say of their difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Pairs.
    pub n: usize,
    /// Mean of the first arm.
    pub baseline: f64,
    /// Mean of the second arm.
    pub mean: f64,
    /// Mean difference, second less first.
    pub difference: f64,
    /// Lower end of the confidence interval of the difference.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Cohen's d of the paired differences: their mean over their standard deviation.
    pub effect_size: f64,
    /// Share of the pairs whose difference has the sign of the mean difference.
    pub agreement: f64,
    /// Pairs that would make the interval as narrow as the effect is large; 0 where these suffice.
    pub needed: u64,
}

/// Compares pairs of values, the first arm's and the second arm's with the same seed.
pub fn paired(pairs: &[(f64, f64)], critical: f64) -> Paired {
    let differences: Vec<f64> = pairs.iter().map(|(first, second)| second - first).collect();
    let (difference, spread) = (mean(&differences), deviation(&differences));
    let half = if spread > 0.0 { critical * spread / (pairs.len() as f64).sqrt() } else { 0.0 };
    let sign = |value: f64| if value == 0.0 { 0.0 } else { value.signum() };
    let agreeing = differences.iter().filter(|value| sign(**value) == sign(difference)).count();
    Paired {
        n: pairs.len(),
        baseline: mean(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>()),
        mean: mean(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>()),
        difference,
        low: difference - half,
        high: difference + half,
        effect_size: if spread > 0.0 { difference / spread } else { 0.0 },
        agreement: if pairs.is_empty() { 0.0 } else { agreeing as f64 / pairs.len() as f64 },
        needed: if half > difference.abs() { pairs_needed(difference, spread) } else { 0 },
    }
}

/// Pairs at which the half-width of the interval is the effect; 0 where there is no effect to see.
fn pairs_needed(difference: f64, spread: f64) -> u64 {
    const MOST: f64 = 1e9;
    if difference == 0.0 || !(spread / difference).is_finite() {
        return 0;
    }
    // Few degrees of freedom need a larger t; the fixed point is found in a few steps.
    let mut pairs = square(1.96 * spread / difference);
    for _ in 0..20 {
        let critical = critical_t((pairs - 1.0).clamp(1.0, MOST));
        pairs = (pairs + square(critical * spread / difference)) / 2.0;
    }
    pairs.min(MOST).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.3: qt(.975, c(150, 1000, 1e6)).
    #[test]
    fn many_degrees_of_freedom_by_expansion() {
        for (degrees, quantile) in [(150.0, 1.975_905_331), (1000.0, 1.962_339_081), (1e6, 1.959_966_356)] {
            assert!((critical_t(degrees) - quantile).abs() < 1e-8, "{degrees}: {}", critical_t(degrees));
        }
        assert!((critical_t(1e9) - 1.959_963_985).abs() < 1e-8);
    }

    /// Pairs with the differences 1, 2, 3, 4: mean 2.5, deviation sqrt(5/3), t(3) = 3.182446.
    #[test]
    fn the_interval_is_the_one_computed_by_hand() {
        let pairs = [(10.0, 11.0), (20.0, 22.0), (30.0, 33.0), (40.0, 44.0)];
        let result = paired(&pairs, critical_t(3.0));
        let half = 3.182_446_305 * (5.0_f64 / 3.0).sqrt() / 2.0;
        assert!((result.low - (2.5 - half)).abs() < 1e-8, "{result:?}");
        assert!((result.high - (2.5 + half)).abs() < 1e-8);
        assert!((result.effect_size - 2.5 / (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!((result.n, result.baseline, result.mean, result.agreement), (4, 25.0, 27.5, 1.0));
        assert_eq!(result.needed, 0);
    }

    #[test]
    fn quantiles_agree_with_printed_tables() {
        for (degrees, printed) in [(1.0, 12.706), (4.0, 2.776), (9.0, 2.262), (29.0, 2.045), (1e6, 1.960)] {
            assert!((critical_t(degrees) - printed).abs() < 6e-4, "{degrees}: {}", critical_t(degrees));
        }
    }

    #[test]
    fn equal_arms_have_no_difference_and_no_width() {
        let result = paired(&[(1.0, 1.0), (2.0, 2.0)], critical_t(1.0));
        assert_eq!((result.difference, result.low, result.high, result.effect_size), (0.0, 0.0, 0.0, 0.0));
        assert_eq!((result.agreement, result.needed), (1.0, 0));
    }

    #[test]
    fn what_the_seeds_cannot_tell_asks_for_more_of_them() {
        let pairs: Vec<(f64, f64)> = [-3.0, 4.0, -2.0, 3.0, 0.5].iter().map(|d| (0.0, *d)).collect();
        let result = paired(&pairs, critical_t(4.0));
        assert!(result.low < 0.0 && result.high > 0.0);
        assert_eq!(result.agreement, 0.6);
        // With that many, the half-width is the effect.
        let n = result.needed as f64;
        let half = |n: f64| critical_t(n - 1.0) * deviation(&[-3.0, 4.0, -2.0, 3.0, 0.5]) / n.sqrt();
        assert!(half(n) <= result.difference && half(n - 2.0) > result.difference, "{n}");
    }
}
