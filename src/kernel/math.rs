//! Elementary functions from `libm`, so that results do not depend on the platform's C library.

/// `e^x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `x^exponent` of a non-negative number; square and fourth roots, which the hot loops use, without
/// logarithms.
#[inline]
pub fn power(x: f64, exponent: f64) -> f64 {
    if exponent == 0.25 {
        x.sqrt().sqrt()
    } else if exponent == 0.5 {
        x.sqrt()
    } else if x > 0.0 {
        exp(exponent * ln(x))
    } else {
        0.0
    }
}

/// Whether a draw `u` falls below `1 - e^-rate`, the probability that an event of this rate happens;
/// almost always decided by the bound `1 - e^-rate <= rate`.
#[inline]
pub fn happens(u: f64, rate: f64) -> bool {
    u < rate && u < 1.0 - exp(-rate)
}

/// `1 / (1 + e^-x)`.
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Logarithmic mean `(a - b) / (ln a - ln b)` of two positive numbers; `a` where they are equal.
///
/// Near equality the difference quotient cancels, so a series in `ln(a/b)` takes over.
pub fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let distance = ln(a / b);
    if distance.abs() < 1e-4 {
        let half = distance / 2.0;
        // sqrt(ab) sinh(h)/h with h = ln(a/b)/2.
        return libm::sqrt(a * b) * (1.0 + half * half / 6.0 + half * half * half * half / 120.0);
    }
    (a - b) / distance
}

/// Great-circle distance in km between two points given in degrees (haversine formula, mean Earth
/// radius 6,371 km).
pub fn distance_km(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (lat1, lat2) = (from.0.to_radians(), to.0.to_radians());
    let half_lat = (lat2 - lat1) / 2.0;
    let square = |x: f64| x * x;
    let half_lon = (to.1 - from.1).to_radians() / 2.0;
    let h = square(libm::sin(half_lat)) + libm::cos(lat1) * libm::cos(lat2) * square(libm::sin(half_lon));
    2.0 * 6371.0 * libm::asin(libm::sqrt(h).min(1.0))
}

/// Root of an increasing `function` between `low` and `high` by bisection, to the last bits.
pub fn bisect(mut low: f64, mut high: f64, mut function: impl FnMut(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_mean_joins_its_two_branches() {
        assert!((logarithmic_mean(2.0, 1.0) - 1.0 / 2f64.ln()).abs() < 1e-15);
        assert_eq!(logarithmic_mean(3.0, 3.0), 3.0);
        for eps in [0.9e-4, 1.1e-4] {
            let exact = f64::exp_m1(eps) / eps;
            assert!((logarithmic_mean(libm::exp(eps), 1.0) - exact).abs() < 1e-12);
        }
    }

    #[test]
    fn shenyang_to_dalian_is_about_360_km() {
        let d = distance_km((41.80, 123.43), (38.91, 121.61));
        assert!((350.0..370.0).contains(&d), "{d}");
    }

    #[test]
    fn roots_agree_with_logarithms() {
        for x in [0.0, 0.3, 1.0, 17.0] {
            assert!((power(x, 0.25) - x.powf(0.25)).abs() < 1e-14);
            assert!((power(x, 0.3) - x.powf(0.3)).abs() < 1e-14);
        }
    }

    #[test]
    fn an_event_happens_with_its_probability() {
        let chance = 1.0 - (-0.7f64).exp();
        assert!(happens(chance - 1e-9, 0.7) && !happens(chance + 1e-9, 0.7) && !happens(0.0, 0.0));
    }

    #[test]
    fn bisection_finds_the_square_root() {
        assert!((bisect(0.0, 2.0, |x| x * x - 2.0) - 2f64.sqrt()).abs() < 1e-15);
    }
}
