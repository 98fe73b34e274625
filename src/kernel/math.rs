//! Elementary functions whose results do not depend on the platform.
//!
//! Exponential and logarithm stand in every hot loop, and a call into a library costs more than the
//! arithmetic; so both are polynomials that the compiler can inline and interleave. They use additions
//! and multiplications alone, which IEEE 754 fixes to the last bit, and agree with `libm` to two units
//! in the last place (tested). Rarer functions come from `libm`.

/// `log2(e)`.
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// `ln 2` in two parts: the first has zeros in its last 32 bits, so that its small multiples are exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and subtracting 1.5 x 2^52 rounds to the nearest integer.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// `e^x`.
///
/// `x = n ln 2 + r` with `|r| <= ln(2)/2`, and `e^r` by its Taylor series to the 13th power, whose rest is
/// below 5e-18. Outside the range of normal numbers `libm` decides.
#[inline]
pub fn exp(x: f64) -> f64 {
    // False for NaN, too.
    let normal = x.abs() < 708.0;
    if !normal {
        return libm::exp(x);
    }
    exp_of_normal(x)
}

/// `e^x` of each number, which must lie between -708 and 708 or be none at all: no branch stands between them, so that the
/// compiler works on several at once. It does not where it knows how few they are; hence no inlining.
#[inline(never)]
pub fn exp_each(numbers: &mut [f64]) {
    debug_assert!(numbers.iter().all(|x| x.is_nan() || x.abs() < 708.0));
    numbers.iter_mut().for_each(|x| *x = exp_of_normal(*x));
}

/// `e^x` where the result is a normal number.
#[inline(always)]
fn exp_of_normal(x: f64) -> f64 {
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    // Estrin's scheme: pairs, then pairs of pairs, so that few operations wait for each other.
    let low = (0.5 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5_040.0)) + r2 * (1.0 / 40_320.0 + r * (1.0 / 362_880.0));
    let high =
        (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0)) + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let series = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    // The low bits of `shifted` are n in two's complement; 2^n has n + 1023 in its exponent bits.
    let scale = f64::from_bits((shifted.to_bits().wrapping_add(1023)) << 52);
    series * scale
}

/// Natural logarithm.
///
/// `x = m 2^k` with `m` in `[sqrt(1/2), sqrt(2))`, and `ln m = 2 artanh((m - 1)/(m + 1))` by the minimax
/// polynomial of `libm`. Zero, negative, subnormal and infinite numbers are left to `libm`.
#[inline]
pub fn ln(x: f64) -> f64 {
    if !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x) {
        return libm::log(x);
    }
    const HALF_ROOT: u64 = 0x3FE6_A09E_0000_0000;
    let above = x.to_bits().wrapping_sub(HALF_ROOT);
    let k = (above as i64 >> 52) as f64;
    let m = f64::from_bits((above & 0x000F_FFFF_FFFF_FFFF).wrapping_add(HALF_ROOT));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1 + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let half_square = 0.5 * f * f;
    s * (half_square + (odd + even)) + k * LN2_LOW - half_square + f + k * LN2_HIGH
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

    /// Distance of two numbers in units in the last place.
    fn apart(a: f64, b: f64) -> u64 {
        (a.to_bits() as i64).abs_diff(b.to_bits() as i64)
    }

    #[test]
    fn exponential_and_logarithm_agree_with_libm() {
        let mut small = crate::kernel::draws::Small::new(7);
        for _ in 0..400_000 {
            let x = 1_416.0 * small.uniform() - 708.0;
            assert!(apart(exp(x), libm::exp(x)) <= 2, "exp({x})");
            let near = 4.0 * small.uniform() - 2.0;
            assert!(apart(exp(near), libm::exp(near)) <= 2, "exp({near})");
            let y = libm::exp(x);
            assert!(apart(ln(y), libm::log(y)) <= 2, "ln({y})");
            let y = 0.5 + 1.5 * small.uniform();
            assert!(apart(ln(y), libm::log(y)) <= 2, "ln({y})");
        }
    }

    #[test]
    fn exponentials_of_many_are_those_of_each() {
        let numbers: [f64; 9] = std::array::from_fn(|at| 12.3 * at as f64 - 50.0);
        let mut all = numbers;
        exp_each(&mut all);
        assert_eq!(all, numbers.map(exp));
        let mut none = [f64::NAN];
        exp_each(&mut none);
        assert!(none[0].is_nan());
    }

    #[test]
    fn exponential_and_logarithm_know_their_limits() {
        assert_eq!((exp(0.0), ln(1.0)), (1.0, 0.0));
        assert_eq!((exp(f64::NEG_INFINITY), exp(f64::INFINITY)), (0.0, f64::INFINITY));
        assert_eq!((exp(-750.0), exp(710.0)), (0.0, f64::INFINITY));
        assert_eq!((ln(0.0), ln(f64::INFINITY)), (f64::NEG_INFINITY, f64::INFINITY));
        assert!(exp(f64::NAN).is_nan() && ln(f64::NAN).is_nan() && ln(-1.0).is_nan());
        assert_eq!(ln(5e-324), libm::log(5e-324));
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
