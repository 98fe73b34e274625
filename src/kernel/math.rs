//! Elementary functions whose results do not depend on the platform.
//!
//! Exponential and logarithm stand in every hot loop, and a call into a library costs more than the
//! arithmetic; so both are short polynomials that the compiler can inline and interleave. They use the four
//! operations alone, which IEEE 754 fixes to the last bit, and agree with `libm` to two units in the last
//! place (tested). Rarer functions come from `libm`.

/// `log2(e)`.
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// `ln 2` in two parts: the first has zeros in its last 32 bits, so that its small multiples are exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// `ln(2)/32` in two parts, likewise.
const STEP_HIGH: f64 = 0.021_660_849_386_535_12;
const STEP_LOW: f64 = 5.963_171_653_970_587e-12;
/// Adding and subtracting 1.5 x 2^52 rounds to the nearest integer.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// `e^x`.
///
/// `x = (32 k + j) ln(2)/32 + r` with `|r| <= ln(2)/64`: `2^k` is an exponent, `2^(j/32)` stands in a table, and
/// `e^r - 1` is its Taylor series to the 6th power, whose rest is below 4e-18. Outside the range of normal numbers
/// `libm` decides.
#[inline]
pub fn exp(x: f64) -> f64 {
    // False for NaN, too.
    let normal = x.abs() < 708.0;
    if normal { exp_of_normal(x) } else { rare_exp(x) }
}

#[cold]
fn rare_exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `e^x` of each number in single precision; numbers must lie between -87 and 88 or be none at all. No branch stands
/// between them, so that the compiler works on several at once.
///
/// As [`exp`], with the Taylor series to the 7th power, whose rest is below 6e-9.
pub fn exp_each(numbers: &mut [f32]) {
    debug_assert!(numbers.iter().all(|x| x.is_nan() || (-87.0..88.0).contains(x)));
    const LN2_HIGH: f32 = 355.0 / 512.0;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    /// 1.5 x 2^23.
    const ROUNDER: f32 = 12_582_912.0;
    for x in numbers {
        let shifted = *x * std::f32::consts::LOG2_E + ROUNDER;
        let n = shifted - ROUNDER;
        let r = (*x - n * LN2_HIGH) - n * LN2_LOW;
        let r2 = r * r;
        let low = (0.5 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
        let series = 1.0 + (r + r2 * (low + r2 * r2 * (1.0 / 720.0 + r * (1.0 / 5_040.0))));
        let scale = f32::from_bits((shifted.to_bits().wrapping_add(127)) << 23);
        *x = series * scale;
    }
}

/// `e^x` where the result is a normal number.
#[inline(always)]
fn exp_of_normal(x: f64) -> f64 {
    let shifted = x * (32.0 * LOG2_E) + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * STEP_HIGH) - n * STEP_LOW;
    let r2 = r * r;
    let rise = r + r2 * ((0.5 + r * (1.0 / 6.0)) + r2 * ((1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0)));
    // The low bits of `shifted` are n in two's complement: five for the table, the others for the exponent.
    let bits = shifted.to_bits();
    let root = f64::from_bits(ROOTS[(bits & 31) as usize].to_bits().wrapping_add((bits >> 5) << 52));
    root + root * rise
}

/// `2^(j/32)`.
const ROOTS: [f64; 32] = [
    1.0,
    1.021_897_148_654_116_6,
    1.044_273_782_427_413_8,
    1.067_140_400_676_823_7,
    1.090_507_732_665_257_7,
    1.114_386_742_595_892_4,
    1.138_788_634_756_691_6,
    1.163_724_858_777_577_5,
    1.189_207_115_002_721,
    1.215_247_359_980_469,
    1.241_857_812_073_484,
    1.269_050_957_191_733_2,
    1.296_839_554_651_009_6,
    1.325_236_643_159_741_3,
    1.354_255_546_936_892_7,
    1.383_909_881_963_832,
    std::f64::consts::SQRT_2,
    1.445_180_806_977_046_7,
    1.476_826_145_939_499_3,
    1.509_164_427_593_422_8,
    1.542_210_825_407_940_7,
    1.575_980_845_107_886_5,
    1.610_490_331_949_254_3,
    1.645_755_478_153_965,
    1.681_792_830_507_429,
    1.718_619_298_122_478,
    1.756_252_160_373_299_5,
    1.794_709_075_003_107_2,
    1.834_008_086_409_342_4,
    1.874_167_634_110_3,
    1.915_206_561_397_147_4,
    1.957_144_124_175_400_2,
];

/// Natural logarithm.
///
/// `x = m 2^k` with `m` in `[sqrt(1/2), sqrt(2))`, and `ln m = 2 artanh((m - 1)/(m + 1))` by the minimax
/// polynomial of `libm`. Zero, negative, subnormal and infinite numbers are left to `libm`.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    if !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x) {
        return rare_ln(x);
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

#[cold]
fn rare_ln(x: f64) -> f64 {
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

/// Root of an increasing `function` between `low` and `high`, to the last bits; an end where it lies beyond.
///
/// False position, with the value at an end that stays halved (Illinois variant, Dowell & Jarratt 1971), so that
/// both ends close in.
pub fn root(mut low: f64, mut high: f64, mut function: impl FnMut(f64) -> f64) -> f64 {
    let (mut below, mut above) = (function(low), function(high));
    if below >= 0.0 || above <= 0.0 {
        return if below >= 0.0 { low } else { high };
    }
    let mut last_below = None;
    for _ in 0..500 {
        let line = high - above * (high - low) / (above - below);
        let at = if low < line && line < high { line } else { 0.5 * (low + high) };
        let value = function(at);
        if value == 0.0 || at <= low || at >= high {
            return at;
        }
        let is_below = value < 0.0;
        let stays = if last_below == Some(is_below) { 0.5 } else { 1.0 };
        if is_below {
            (low, below, above) = (at, value, above * stays);
        } else {
            (high, above, below) = (at, value, below * stays);
        }
        last_below = Some(is_below);
        if high - low <= 2.0 * f64::EPSILON * low.abs().max(high.abs()) {
            break;
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
    fn exponentials_in_single_precision_agree_with_libm() {
        let mut small = crate::kernel::draws::Small::new(7);
        let numbers: Vec<f32> = (0..200_001).map(|_| (174.0 * small.uniform() - 87.0) as f32).collect();
        let mut all = numbers.clone();
        exp_each(&mut all);
        for (x, found) in numbers.iter().zip(&all) {
            let apart = found.to_bits().abs_diff(libm::expf(*x).to_bits());
            assert!(apart <= 2, "exp({x}) is {apart} units away");
        }
        let mut known = [0.0, f32::NAN];
        exp_each(&mut known);
        assert!(known[0] == 1.0 && known[1].is_nan());
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
    fn roots_of_functions_are_found_however_bent() {
        assert!((root(0.0, 2.0, |x| x * x - 2.0) - 2f64.sqrt()).abs() < 1e-15);
        assert!((root(-20.0, 20.0, |x| logistic(20.0 * (x - 3.3)) - 0.25) - (3.3 - 3f64.ln() / 20.0)).abs() < 1e-12);
        assert!((root(0.0, 1e9, |x| 0.7 - exp(-x)) - (-0.7f64.ln())).abs() < 1e-12);
        let mut calls = 0;
        let steep = root(0.05, 50.0, |x| {
            calls += 1;
            2.0 - exp(9.0 / x)
        });
        assert!((steep - 9.0 / 2f64.ln()).abs() < 1e-12, "{steep}");
        assert!(calls < 500);
        assert_eq!((root(1.0, 2.0, |x| x), root(1.0, 2.0, |x| x - 5.0)), (1.0, 2.0));
    }
}
