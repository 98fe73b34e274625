//! Owners: which firm belongs to which ownership group, so that paid-in capital meets the data.

/// Assigns a capital source to every firm, largest first: each takes the source that lacks most.
///
/// `weights` are the firms' assets in descending order, `shares` the wanted capital shares per source,
/// `fixed` the sources of firms known by name. Returns the source of each firm.
pub fn assign(weights: &[f64], shares: &[f64], fixed: &[Option<usize>]) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let mut lacking: Vec<f64> = shares.iter().map(|share| share * total).collect();
    for (weight, source) in weights.iter().zip(fixed) {
        if let Some(source) = source {
            lacking[*source] -= weight;
        }
    }
    // Firms known by name may hold more than the share of their source: what is left is shared out among
    // the sources that lack, or the small ones would get no firm at all.
    let free: f64 = weights.iter().zip(fixed).filter(|(_, source)| source.is_none()).map(|(weight, _)| weight).sum();
    let open: f64 = lacking.iter().map(|lack| lack.max(0.0)).sum();
    if open > 0.0 {
        lacking.iter_mut().for_each(|lack| *lack = lack.max(0.0) * free / open);
    }
    let mut take = |weight: f64| {
        let most = (0..lacking.len()).fold(0, |best, s| if lacking[s] > lacking[best] { s } else { best });
        lacking[most] -= weight;
        most
    };
    weights.iter().zip(fixed).map(|(weight, source)| source.unwrap_or_else(|| take(*weight))).collect()
}

/// Factors on the paid-in capital of each source's firms that make capital shares exact.
///
/// A source without a firm cannot be met and is left out of the shares.
pub fn corrections(weights: &[f64], sources: &[usize], shares: &[f64]) -> Vec<f64> {
    let mut held = vec![0.0; shares.len()];
    for (weight, source) in weights.iter().zip(sources) {
        held[*source] += weight;
    }
    let total: f64 = weights.iter().sum();
    let met: f64 = shares.iter().zip(&held).filter(|(_, held)| **held > 0.0).map(|(share, _)| share).sum();
    shares
        .iter()
        .zip(&held)
        .map(|(share, held)| if *held > 0.0 && met > 0.0 { share / met * total / held } else { 0.0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_met_exactly_after_correction() {
        let weights: Vec<f64> = (1..=50).rev().map(f64::from).collect();
        let shares = [0.6, 0.25, 0.15];
        let mut fixed = vec![None; 50];
        fixed[0] = Some(2);
        let sources = assign(&weights, &shares, &fixed);
        assert_eq!(sources[0], 2);
        let factors = corrections(&weights, &sources, &shares);
        let mut held = [0.0; 3];
        for (weight, source) in weights.iter().zip(&sources) {
            held[*source] += weight * factors[*source];
        }
        let total: f64 = held.iter().sum();
        for source in 0..3 {
            assert!((held[source] / total - shares[source]).abs() < 1e-12);
            assert!((factors[source] - 1.0).abs() < 0.05, "assignment is near the data by itself");
        }
    }

    #[test]
    fn a_source_without_a_firm_is_left_out() {
        let factors = corrections(&[1.0, 1.0], &[0, 0], &[0.5, 0.5]);
        assert_eq!(factors, [1.0, 0.0]);
    }
}
