//! Distributions over firms: size, and growth of sales.
//!
//! Sizes are counted in bins of a geometric grid in the same pass as all other sums, so that no
//! sorting is needed. Growth compares the last tick of a calendar year with that of the year
//! before, once a year.

use crate::kernel::ids::FirmId;
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::Total;
use crate::world::network::make_room;

/// Bins per factor of two.
const BINS_PER_OCTAVE: u64 = 8;
/// Exponents of two of the smallest and the largest size told apart, in million CNY per tick.
const OCTAVES: (i64, i64) = (-20, 20);
const BINS: usize = (OCTAVES.1 - OCTAVES.0) as usize * BINS_PER_OCTAVE as usize;
/// Fewest firms from which a tail exponent or the shape of growth is computed.
const FEWEST: f64 = 10.0;

/// Firms and sales of one bin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bin {
    firms: f64,
    sales: f64,
}

/// Sizes of firms.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizes {
    bins: Vec<Bin>,
    squares: f64,
}

impl Default for Sizes {
    fn default() -> Self {
        Sizes { bins: vec![Bin::default(); BINS], squares: 0.0 }
    }
}

impl Sizes {
    /// Forgets all firms.
    pub fn clear(&mut self) {
        self.bins.fill(Bin::default());
        self.squares = 0.0;
    }

    /// Counts a firm.
    #[inline]
    pub fn add(&mut self, sales: f64) {
        let bin = &mut self.bins[bin_of(sales)];
        bin.firms += 1.0;
        bin.sales += sales;
        self.squares += sales * sales;
    }

    /// Adds the firms of a later chunk.
    pub fn absorb(&mut self, other: &Sizes) {
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            bin.firms += other.firms;
            bin.sales += other.sales;
        }
        self.squares += other.squares;
    }

    /// Measures of the distribution.
    pub fn shape(&self) -> SizeShape {
        let (firms, sales) = self.bins.iter().fold((0.0, 0.0), |(n, x), bin| (n + bin.firms, x + bin.sales));
        if firms <= 0.0 || sales <= 0.0 {
            return SizeShape::default();
        }
        SizeShape {
            gini: self.gini(firms, sales),
            concentration: self.squares / (sales * sales),
            largest_tenth: self.largest_tenth(firms, sales),
            tail_exponent: self.tail_exponent(0.1 * firms),
        }
    }

    /// One minus twice the area below the Lorenz curve.
    fn gini(&self, firms: f64, sales: f64) -> f64 {
        let (mut below, mut area) = (0.0, 0.0);
        for bin in &self.bins {
            area += bin.firms / firms * (2.0 * below + bin.sales / sales);
            below += bin.sales / sales;
        }
        1.0 - area
    }

    fn largest_tenth(&self, firms: f64, sales: f64) -> f64 {
        let (mut left, mut held) = (0.1 * firms, 0.0);
        for bin in self.bins.iter().rev().filter(|bin| bin.firms > 0.0) {
            let taken = left.min(bin.firms);
            held += bin.sales * taken / bin.firms;
            left -= taken;
        }
        held / sales
    }

    /// Hill's estimate over the largest firms, `most` at the most.
    fn tail_exponent(&self, most: f64) -> f64 {
        let (mut firms, mut first) = (0.0, BINS);
        while first > 0 && firms + self.bins[first - 1].firms <= most {
            first -= 1;
            firms += self.bins[first].firms;
        }
        if firms < FEWEST {
            return 0.0;
        }
        let threshold = ln(lower_edge(first));
        let tail = self.bins[first..].iter().filter(|bin| bin.firms > 0.0);
        let excess: f64 = tail.map(|bin| bin.firms * (ln(bin.sales / bin.firms) - threshold)).sum();
        if excess > 0.0 { firms / excess } else { 0.0 }
    }
}

/// Exponent and first bits of the mantissa of a floating-point number name its bin.
fn bin_of(sales: f64) -> usize {
    let step = 52 - BINS_PER_OCTAVE.trailing_zeros();
    let lowest = ((1023 + OCTAVES.0) as u64) << 52 >> step;
    let place = (sales.max(0.0).to_bits() >> step).saturating_sub(lowest);
    (place as usize).min(BINS - 1)
}

/// Smallest size of a bin.
fn lower_edge(bin: usize) -> f64 {
    let step = 52 - BINS_PER_OCTAVE.trailing_zeros();
    let lowest = ((1023 + OCTAVES.0) as u64) << 52 >> step;
    f64::from_bits((lowest + bin as u64) << step)
}

/// Measures of the size distribution; all 0 without sales.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SizeShape {
    /// Gini coefficient of sales.
    pub gini: f64,
    /// Herfindahl-Hirschman index of sales.
    pub concentration: f64,
    /// Share of the largest tenth of firms in sales.
    pub largest_tenth: f64,
    /// Exponent of the tail of the size distribution; 0 where too few firms are in it.
    pub tail_exponent: f64,
}

/// Measures of annual growth; all 0 until a year has passed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GrowthShape {
    /// Standard deviation of log growth.
    pub deviation: f64,
    /// Mean absolute deviation over standard deviation: 0.71 for Laplace, 0.80 for normal growth.
    pub shape: f64,
    /// Slope of the log absolute deviation on log size.
    pub size_slope: f64,
}

/// Growth of the firms' sales over calendar years.
#[derive(Debug, Clone, Default)]
pub struct Growth {
    id: Vec<FirmId>,
    /// Log sales in the year that was closed last; no number where there were none.
    log_sales: Vec<f32>,
    /// The same in the year before; no number where there were none or no firm.
    before: Vec<f32>,
    shape: GrowthShape,
}

impl Growth {
    /// Compares the year that closes with the one before; `firms` in the order of their ids, new ones last.
    ///
    /// A firm stands no further back than a year ago, so that what is new takes the place of what has been read.
    pub fn close_year(&mut self, firms: impl ExactSizeIterator<Item = (FirmId, f64)>) {
        let (count, known) = (firms.len(), self.id.len());
        make_room(&mut self.id, count);
        make_room(&mut self.log_sales, count);
        make_room(&mut self.before, count);
        self.before.clear();
        let mut old = 0;
        for (row, (firm, sales)) in firms.enumerate() {
            let now = if sales > 0.0 { ln(sales) as f32 } else { f32::NAN };
            while old < known && self.id[old] < firm {
                old += 1;
            }
            let stayed = old < known && self.id[old] == firm;
            self.before.push(if stayed { self.log_sales[old] } else { f32::NAN });
            old += usize::from(stayed);
            put(&mut self.id, row, firm);
            put(&mut self.log_sales, row, now);
        }
        self.id.truncate(count);
        self.log_sales.truncate(count);
        self.shape = self.measure().unwrap_or(self.shape);
    }

    /// Measures of the last full year.
    pub fn shape(&self) -> GrowthShape {
        self.shape
    }

    /// Log size and log growth of all firms that have both.
    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let sizes = self.before.iter().zip(&self.log_sales).map(|(before, now)| (f64::from(*before), f64::from(*now)));
        sizes.filter(|(before, now)| !before.is_nan() && !now.is_nan()).map(|(before, now)| (before, now - before))
    }

    /// Measures of the year, if firms are enough.
    fn measure(&self) -> Option<GrowthShape> {
        let (mut count, mut sums) = (0.0, [0.0; 2]);
        for (size, growth) in self.pairs() {
            count += 1.0;
            sums.absorb(&[size, growth]);
        }
        if count < FEWEST {
            return None;
        }
        let [size, centre] = sums.map(|sum| sum / count);
        // Firms that grow just like the mean would have an infinite logarithm.
        let least = exp(-12.0);
        let mut sums = [0.0; 4];
        for (x, growth) in self.pairs() {
            let (x, growth) = (x - size, growth - centre);
            sums.absorb(&[growth * growth, growth.abs(), x * x, x * ln(growth.abs().max(least))]);
        }
        let [squares, absolute, spread, common] = sums.map(|sum| sum / count);
        let deviation = squares.sqrt();
        if deviation <= 0.0 {
            return Some(GrowthShape::default());
        }
        let size_slope = if spread > 0.0 { common / spread } else { 0.0 };
        Some(GrowthShape { deviation, shape: absolute / deviation, size_slope })
    }
}

/// Puts an item in its place or behind all others.
#[inline]
fn put<T>(list: &mut Vec<T>, place: usize, item: T) {
    match list.get_mut(place) {
        Some(old) => *old = item,
        None => list.push(item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::draws::{Small, normal};

    fn sizes(sales: impl IntoIterator<Item = f64>) -> Sizes {
        let mut sizes = Sizes::default();
        sales.into_iter().for_each(|x| sizes.add(x));
        sizes
    }

    #[test]
    fn every_bin_starts_where_the_last_one_ends() {
        for bin in 1..BINS {
            let edge = lower_edge(bin);
            assert_eq!((bin_of(edge), bin_of(edge * (1.0 - 1e-15))), (bin, bin - 1));
        }
        assert_eq!((bin_of(0.0), bin_of(-1.0), bin_of(1e30)), (0, 0, BINS - 1));
    }

    #[test]
    fn concentration_by_hand() {
        // Nine firms of 1 and one of 11: HHI (9 + 121) / 400, Gini 0.9 - 9/20.
        let shape = sizes([1.0; 9].into_iter().chain([11.0])).shape();
        assert!((shape.concentration - 130.0 / 400.0).abs() < 1e-15);
        assert!((shape.gini - 0.45).abs() < 1e-12, "{}", shape.gini);
        assert!((shape.largest_tenth - 11.0 / 20.0).abs() < 1e-12);
        assert_eq!(shape.tail_exponent, 0.0);
        assert_eq!(sizes([0.0, 0.0]).shape(), SizeShape::default());
    }

    #[test]
    fn the_tail_exponent_of_pareto_sizes_is_found() {
        for exponent in [0.9, 1.1, 2.0] {
            let n = 20_000;
            let pareto = |i: usize| ((i as f64 + 0.5) / n as f64).powf(-1.0 / exponent);
            let found = sizes((0..n).map(pareto)).shape().tail_exponent;
            assert!((found / exponent - 1.0).abs() < 0.02, "{found} instead of {exponent}");
        }
        let gini = sizes((0..100_000).map(|i| ((i as f64 + 0.5) / 1e5).powf(-0.5))).shape().gini;
        // Pareto with exponent 2: Gini 1/3.
        assert!((gini - 1.0 / 3.0).abs() < 0.005, "{gini}");
    }

    #[test]
    fn growth_tells_laplace_from_normal_and_sees_that_large_firms_vary_less() {
        let mut small = Small::new(3);
        let id = |i: u32| FirmId::new(0, 0, u64::from(i));
        let shape_of = |draw: &mut dyn FnMut() -> f64| {
            let mut growth = Growth::default();
            let size = |i: u32| f64::from(i % 100) / 20.0;
            growth.close_year((0..20_000).map(|i| (id(i), size(i).exp())));
            assert_eq!(growth.shape(), GrowthShape::default());
            growth.close_year((0..20_000).map(|i| (id(i), (size(i) + (-0.2 * size(i)).exp() * draw()).exp())));
            growth.shape()
        };
        let normal = shape_of(&mut || 0.1 * normal(small.word()));
        assert!((normal.size_slope + 0.2).abs() < 0.02, "{}", normal.size_slope);
        let mut flat = Growth::default();
        flat.close_year((0..20_000).map(|i| (id(i), 1.0)));
        let mut small = Small::new(4);
        let mut laplace = || 0.1 * small.uniform().max(1e-300).ln() * if small.word() & 1 == 0 { 1.0 } else { -1.0 };
        flat.close_year((0..20_000).map(|i| (id(i), laplace().exp())));
        assert!((flat.shape().shape - 0.5f64.sqrt()).abs() < 0.02, "{}", flat.shape().shape);
        assert!((flat.shape().deviation - 0.1 * 2f64.sqrt()).abs() < 0.005);
    }

    #[test]
    fn growth_compares_survivors_only() {
        let mut growth = Growth::default();
        let id = |i: u32| FirmId::new(0, 0, u64::from(i));
        growth.close_year((0..30).map(|i| (id(i), 1.0)));
        // Every other firm is gone; newcomers follow.
        let survivors = (0..30).step_by(2).map(|i| (id(i), if i % 4 == 0 { 2.0 } else { 1.0 }));
        let now: Vec<_> = survivors.chain((30..60).map(|i| (id(i), 100.0))).collect();
        growth.close_year(now.into_iter());
        // Of 15 survivors 8 doubled: standard deviation ln 2 sqrt(8/15 x 7/15).
        assert!((growth.shape().deviation - 2f64.ln() * (56.0f64 / 225.0).sqrt()).abs() < 1e-6);
    }
}
