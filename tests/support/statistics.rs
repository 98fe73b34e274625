//! A little statistics: moments, regressions, the shape of tails and of growth, keyed choice.

/// Mean.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance of a sample.
pub fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Standard deviation of a sample.
pub fn deviation(values: &[f64]) -> f64 {
    variance(values).sqrt()
}

/// Standard error of the mean of a sample.
pub fn standard_error(values: &[f64]) -> f64 {
    deviation(values) / (values.len() as f64).sqrt()
}

/// Slope of the least-squares line.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let (x0, y0) = (mean(&xs), mean(&ys));
    let common: f64 = points.iter().map(|(x, y)| (x - x0) * (y - y0)).sum();
    common / points.iter().map(|(x, _)| (x - x0).powi(2)).sum::<f64>()
}

/// Exponent of the upper tail of a size distribution: Hill's estimate over the largest `share`.
pub fn hill(sizes: &[f64], share: f64) -> f64 {
    let mut sorted: Vec<f64> = sizes.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let count = ((sizes.len() as f64 * share) as usize).max(2);
    let threshold = sorted[count];
    count as f64 / sorted[..count].iter().map(|size| (size / threshold).ln()).sum::<f64>()
}

/// Exponent of the upper tail by the rank-size line with the rank less one half (Gabaix & Ibragimov
/// 2011), over the largest `share`; its standard error is the exponent times sqrt(2 / n).
pub fn rank_exponent(sizes: &[f64], share: f64) -> f64 {
    let mut sorted: Vec<f64> = sizes.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let count = ((sizes.len() as f64 * share) as usize).max(2);
    let line = sorted[..count].iter().enumerate().map(|(rank, size)| (size.ln(), (rank as f64 + 0.5).ln()));
    -slope(&line.collect::<Vec<_>>())
}

/// Shape `b` of the Subbotin density `exp(-|x/a|^b / b)` by maximum likelihood: 1 is Laplace, 2 normal.
pub fn subbotin_shape(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let centre = sorted[sorted.len() / 2];
    let distances: Vec<f64> = values.iter().map(|x| (x - centre).abs()).collect();
    let minus_likelihood = |b: f64| {
        let power = mean(&distances.iter().map(|d| d.powf(b)).collect::<Vec<_>>());
        let scale = power.powf(1.0 / b);
        (2.0 * b.powf(1.0 / b) * libm::tgamma(1.0 + 1.0 / b) * scale).ln() + 1.0 / b
    };
    golden_section(0.2, 5.0, minus_likelihood)
}

/// Place of the minimum of a function with one minimum.
fn golden_section(mut low: f64, mut high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..60 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if value(a) < value(b) {
            high = b;
        } else {
            low = a;
        }
    }
    0.5 * (low + high)
}
