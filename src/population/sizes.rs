//! Sizes of firms: stratified Pareto quantiles that meet the total exactly.

use crate::kernel::math::{exp, ln, root};

/// Annual sales of `count` firms, largest first, that sum to `total`: known sizes as given, the others
/// quantiles of a Pareto distribution above `threshold` whose exponent the total decides.
///
/// The `r`-th largest of n firms stands at the quantile `(r - 1/2) / n`, so the population has no
/// sampling noise and the same tail at any scale. Where even equal sizes fall below the threshold,
/// all free firms get the mean.
pub fn sizes(count: usize, total: f64, threshold: f64, known: &[f64]) -> Vec<f64> {
    let free = count.saturating_sub(known.len());
    let rest = (total - known.iter().sum::<f64>()).max(0.0);
    let mut all: Vec<f64> = known.to_vec();
    if free > 0 {
        all.extend(quantiles(free, rest, threshold));
    }
    all.sort_by(|a, b| b.total_cmp(a));
    all
}

/// `count` Pareto quantiles above `threshold` that sum to `total`, largest first.
fn quantiles(count: usize, total: f64, threshold: f64) -> Vec<f64> {
    let mean = total / count as f64;
    if mean <= threshold * 1.001 {
        return vec![mean; count];
    }
    // The sum falls with the exponent; solve for it, in logs, in which it is less bent.
    let logs: Vec<f64> = (0..count).map(|rank| -ln((rank as f64 + 0.5) / count as f64)).collect();
    let sum = |exponent: f64| logs.iter().map(|log| threshold * exp(log / exponent)).sum::<f64>();
    let exponent = root(0.05, 50.0, |exponent| ln(total / sum(exponent)));
    let raw: Vec<f64> = logs.iter().map(|log| threshold * exp(log / exponent)).collect();
    let correction = total / raw.iter().sum::<f64>();
    raw.into_iter().map(|size| size * correction).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_met_and_known_firms_kept() {
        let all = sizes(400, 272_850.0, 20.0, &[150_000.0]);
        assert_eq!(all.len(), 400);
        assert!((all.iter().sum::<f64>() - 272_850.0).abs() < 1e-6);
        assert_eq!(all[0], 150_000.0);
        assert!(*all.last().unwrap() >= 20.0 && *all.last().unwrap() < 21.0);
        assert!(all.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn poor_totals_give_equal_firms() {
        assert_eq!(sizes(3, 30.0, 20.0, &[]), [10.0, 10.0, 10.0]);
    }
}
