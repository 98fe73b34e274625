//! Distributions over firms: size, and growth of sales.
//!
//! Sizes are counted in bins of a geometric grid in the same pass as all other sums, so that no
//! sorting is needed. Growth compares the last tick of a calendar year with that of the year
//! before, once a year.

use crate::kernel::ids::FirmId;
use crate::kernel::math::{exp, ln};

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
    /// Counts a firm.
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
    log_sales: Vec<f32>,
    shape: GrowthShape,
}

impl Growth {
    /// Compares the year that closes with the one before; `firms` in the order of their ids.
    pub fn close_year(&mut self, firms: impl Iterator<Item = (FirmId, f64)>) {
        let (mut id, mut log_sales) = (Vec::with_capacity(self.id.len()), Vec::with_capacity(self.id.len()));
        let mut growth = Vec::with_capacity(self.id.len());
        let mut old = 0;
        for (firm, sales) in firms.filter(|(_, sales)| *sales > 0.0) {
            let now = ln(sales) as f32;
            while self.id.get(old).is_some_and(|other| *other < firm) {
                old += 1;
            }
            if self.id.get(old) == Some(&firm) {
                let before = f64::from(self.log_sales[old]);
                growth.push((before, f64::from(now) - before));
            }
            id.push(firm);
            log_sales.push(now);
        }
        (self.id, self.log_sales) = (id, log_sales);
        if growth.len() as f64 >= FEWEST {
            self.shape = growth_shape(&growth);
        }
    }

    /// Measures of the last full year.
    pub fn shape(&self) -> GrowthShape {
        self.shape
    }
}

/// Measures from pairs of log size and log growth.
fn growth_shape(growth: &[(f64, f64)]) -> GrowthShape {
    let count = growth.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| growth.iter().map(value).sum::<f64>() / count;
    let centre = mean(&|(_, g)| *g);
    let deviation = mean(&|(_, g)| (g - centre).powi(2)).sqrt();
    if deviation <= 0.0 {
        return GrowthShape::default();
    }
    // Firms that grow just like the mean would have an infinite logarithm.
    let log_deviation = |g: f64| ln((g - centre).abs().max(exp(-12.0)));
    let size = mean(&|(x, _)| *x);
    let spread = mean(&|(x, _)| (x - size).powi(2));
    let common = mean(&|(x, g)| (x - size) * log_deviation(*g));
    GrowthShape {
        deviation,
        shape: mean(&|(_, g)| (g - centre).abs()) / deviation,
        size_slope: if spread > 0.0 { common / spread } else { 0.0 },
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
        let id = |i| FirmId::new(0, 0, i);
        let shape_of = |draw: &mut dyn FnMut() -> f64| {
            let mut growth = Growth::default();
            let size = |i: u64| (i % 100) as f64 / 20.0;
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
        let id = |i| FirmId::new(0, 0, i);
        growth.close_year((0..30).map(|i| (id(i), 1.0)));
        // Every other firm is gone; newcomers follow.
        let survivors = (0..30).step_by(2).map(|i| (id(i), if i % 4 == 0 { 2.0 } else { 1.0 }));
        growth.close_year(survivors.chain((30..60).map(|i| (id(i), 100.0))));
        // Of 15 survivors 8 doubled: standard deviation ln 2 sqrt(8/15 x 7/15).
        assert!((growth.shape().deviation - 2f64.ln() * (56.0f64 / 225.0).sqrt()).abs() < 1e-6);
    }
}
