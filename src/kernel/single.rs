//! Numbers that are kept short and reckoned with in double precision.
//!
//! Thousands of firms are mostly numbers that are written once a tick and read by a few phases; what they cost is
//! memory and its traffic. A [`Single`] takes four bytes. All arithmetic with it is that of `f64`, so a number is
//! rounded only where it is kept, once for each time it is written, by at most [`Single::ROUNDING`] of itself. Money
//! on accounts is never a `Single`: entries must add up ([`crate::world::ledger`]).

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// A number kept in single precision and reckoned with in double.
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
#[repr(transparent)]
pub struct Single(f32);

impl Single {
    /// Most that a number is rounded by when it is kept, relative to itself: half a unit of the last place of 24 bits.
    pub const ROUNDING: f64 = 1.0 / (1_u32 << 24) as f64;

    /// The number in double precision, to reckon with.
    #[inline]
    pub const fn get(self) -> f64 {
        self.0 as f64
    }

    /// The number as it is kept.
    #[inline]
    pub const fn kept(self) -> f32 {
        self.0
    }

    /// The smaller of two numbers.
    #[inline]
    pub fn min(self, other: impl Into<f64>) -> f64 {
        self.get().min(other.into())
    }

    /// The larger of two numbers.
    #[inline]
    pub fn max(self, other: impl Into<f64>) -> f64 {
        self.get().max(other.into())
    }

    /// Order of all numbers, those that are none included, as [`f64::total_cmp`].
    #[inline]
    pub fn total_cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }

    /// The number without its sign.
    #[inline]
    pub fn abs(self) -> f64 {
        self.get().abs()
    }
}

impl From<f64> for Single {
    #[inline]
    fn from(number: f64) -> Self {
        Single(number as f32)
    }
}

impl From<f32> for Single {
    #[inline]
    fn from(number: f32) -> Self {
        Single(number)
    }
}

impl From<Single> for f64 {
    #[inline]
    fn from(number: Single) -> Self {
        number.get()
    }
}

impl fmt::Debug for Single {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Single {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Keeps numbers so that their sum stays what it was: what rounding takes from one is given to the next.
///
/// For numbers from the largest to the smallest, more or less: what is passed on is small beside the number that it came
/// from, and so it should be beside the next. Zero stays zero.
#[derive(Debug, Clone, Copy, Default)]
pub struct Carry(f64);

impl Carry {
    /// The number, as it is kept.
    pub fn keep(&mut self, number: f64) -> Single {
        if number == 0.0 {
            return Single::default();
        }
        let exact = number + self.0;
        let kept = Single::from(exact);
        self.0 = exact - kept;
        kept
    }
}

/// A level in log points kept in sixteen bits, in steps of 1/2048 from -16 to 16.
///
/// It is for what is set while it is new and seldom after, such as the technique of a cohort of machines: a step is a
/// twentieth of a per cent, and small rises of something that grows by and by would be lost in it. What lies outside is
/// kept as the nearer end, e^16 = 9 million times the level 0; what is no finite number as [`LogLevel::is_none`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct LogLevel(i16);

impl LogLevel {
    const STEPS: f64 = 2048.0;
    /// What is no finite number.
    const NONE: i16 = i16::MIN;
    /// Most that a level within the range is rounded by, log points.
    pub const ROUNDING: f64 = 0.5 / Self::STEPS;

    /// The level, log points.
    #[inline]
    pub fn get(self) -> f64 {
        f64::from(self.0) * (1.0 / Self::STEPS)
    }

    /// Whether what was to be kept was no finite number.
    #[inline]
    pub fn is_none(self) -> bool {
        self.0 == Self::NONE
    }
}

impl From<f64> for LogLevel {
    #[inline]
    fn from(level: f64) -> Self {
        let steps = libm::rint(level * Self::STEPS) as i16;
        LogLevel(if level.is_finite() { steps.max(-i16::MAX) } else { Self::NONE })
    }
}

/// Arithmetic of two kept numbers, and of a kept one with a double on either side: in double.
macro_rules! arithmetic {
    ($($operation:ident $method:ident $assigning:ident $assign:ident;)*) => {$(
        impl $operation for Single {
            type Output = f64;
            #[inline]
            fn $method(self, other: Single) -> f64 {
                self.get().$method(other.get())
            }
        }

        impl $operation<f64> for Single {
            type Output = f64;
            #[inline]
            fn $method(self, other: f64) -> f64 {
                self.get().$method(other)
            }
        }

        impl $operation<Single> for f64 {
            type Output = f64;
            #[inline]
            fn $method(self, other: Single) -> f64 {
                self.$method(other.get())
            }
        }

        impl $assigning<f64> for Single {
            #[inline]
            fn $assign(&mut self, other: f64) {
                *self = self.get().$method(other).into();
            }
        }

        impl $assigning for Single {
            #[inline]
            fn $assign(&mut self, other: Single) {
                *self = self.get().$method(other.get()).into();
            }
        }

        impl $assigning<Single> for f64 {
            #[inline]
            fn $assign(&mut self, other: Single) {
                *self = self.$method(other.get());
            }
        }
    )*};
}

arithmetic! {
    Add add AddAssign add_assign;
    Sub sub SubAssign sub_assign;
    Mul mul MulAssign mul_assign;
    Div div DivAssign div_assign;
}

impl Neg for Single {
    type Output = f64;
    #[inline]
    fn neg(self) -> f64 {
        -self.get()
    }
}

impl Sum<Single> for f64 {
    fn sum<I: Iterator<Item = Single>>(numbers: I) -> f64 {
        numbers.map(Single::get).sum()
    }
}

impl PartialEq<f64> for Single {
    #[inline]
    fn eq(&self, other: &f64) -> bool {
        self.get() == *other
    }
}

impl PartialOrd<f64> for Single {
    #[inline]
    fn partial_cmp(&self, other: &f64) -> Option<Ordering> {
        self.get().partial_cmp(other)
    }
}

impl PartialEq<Single> for f64 {
    #[inline]
    fn eq(&self, other: &Single) -> bool {
        *self == other.get()
    }
}

impl PartialOrd<Single> for f64 {
    #[inline]
    fn partial_cmp(&self, other: &Single) -> Option<Ordering> {
        self.partial_cmp(&other.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_rounded_when_it_is_kept_and_not_before() {
        let tenth = Single::from(0.1);
        assert_eq!(size_of::<Single>(), 4);
        assert_eq!(tenth * 3.0, f64::from(0.1_f32) * 3.0, "reckoned in double from what is kept");
        assert_eq!(3.0 * tenth, tenth * 3.0);
        assert_eq!(tenth + tenth, 2.0 * f64::from(0.1_f32));
        assert_eq!(1.0 - tenth, 1.0 - f64::from(0.1_f32));
        assert_eq!(-tenth, -f64::from(0.1_f32));
        let mut kept = Single::from(1.0);
        kept += 1e-9;
        assert_eq!(kept, 1.0, "less than half of the last place is lost");
        let mut sum = 1.0;
        sum += Single::from(1e-9);
        assert!(sum > 1.0, "a double keeps it");
    }

    #[test]
    fn rounding_is_at_most_what_is_said_and_as_large_somewhere() {
        let largest = (1..100_000_u32)
            .map(|k| 1.0 + f64::from(k) / 99_991.0)
            .map(|number| (Single::from(number) - number).abs() / number)
            .fold(0.0, f64::max);
        assert!(largest <= Single::ROUNDING && largest > 0.9 * Single::ROUNDING, "{largest:e}");
    }

    #[test]
    fn what_is_carried_keeps_the_sum() {
        let numbers: Vec<f64> = (1..5000).map(|rank| if rank % 3 == 0 { 0.0 } else { 1e5 / f64::from(rank) }).collect();
        let mut carry = Carry::default();
        let kept: Vec<Single> = numbers.iter().map(|number| carry.keep(*number)).collect();
        let total: f64 = numbers.iter().sum();
        assert!((kept.iter().copied().sum::<f64>() / total - 1.0).abs() < 1e-11);
        let plain: f64 = numbers.iter().map(|number| Single::from(*number)).sum();
        assert!((plain / total - 1.0).abs() > 1e-10, "rounded one by one they do not");
        for (number, kept) in numbers.iter().zip(kept) {
            assert!((kept - *number).abs() <= 3.0 * Single::ROUNDING * number, "{number}");
        }
    }

    #[test]
    fn a_log_level_is_within_half_a_step_and_stops_at_its_ends() {
        assert_eq!(size_of::<LogLevel>(), 2);
        for k in -15_999..16_000 {
            let level = f64::from(k) / 1000.0;
            assert!((LogLevel::from(level).get() - level).abs() <= LogLevel::ROUNDING, "{level}");
        }
        assert_eq!(LogLevel::from(-0.5).get(), -0.5, "exact on a step");
        assert!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].into_iter().all(|level| LogLevel::from(level).is_none()));
        assert!([0.0, 99.0, -99.0].into_iter().all(|level| !LogLevel::from(level).is_none()));
        assert_eq!((LogLevel::from(99.0).get(), LogLevel::from(-99.0).get()), (32767.0 / 2048.0, -32767.0 / 2048.0));
    }

    #[test]
    fn numbers_compare_by_value_with_doubles() {
        let half = Single::from(0.5);
        assert!(half == 0.5 && half < 0.6 && 0.4 < half && half > Single::from(0.25));
        assert_eq!([half, half].into_iter().sum::<f64>(), 1.0);
        assert_eq!((half.min(0.25), half.max(0.75), Single::from(-2.0).abs()), (0.25, 0.75, 2.0));
        assert_eq!(format!("{half} {half:?}"), "0.5 0.5");
    }
}
