//! Why value added per worker changed: an exact decomposition over cells.
//!
//! A cell is a tier (ordinary or high-end) of a sub-industry. Its part of the region's real value
//! added per worker is a product,
//!
//! `y_c = omega_s omega_t|s G_s a_c pi_c k_c`,
//!
//! with `omega_s` the sub-industry's share of employment, `omega_t|s` the tier's share of the
//! sub-industry, `G_s` the outside competitor's value per worker, `a_c = (Q_c / L_c) / G_s`
//! quality-adjusted quantity per worker relative to it, `pi_c` real chain value per quality-adjusted
//! unit and `k_c` value added per unit of chain value; so `a_c pi_c = r_c / G_s` with `r_c` real
//! chain value per worker, and `y = sum_c y_c`.
//!
//! The change of y is split by LMDI-I (Ang 2005, Energy Policy 33:867): factor x of cell c
//! contributes `L(y_c', y_c) ln(x' / x)`, L the logarithmic mean, and nothing is left over. What an
//! entering or vanishing cell brings or takes is structure. Logarithms need positive numbers; where a
//! cell's value added, chain value or quantity is not positive, the Shapley value of the product
//! takes the place of the logarithmic mean: as exact, and equal to the mean change over all orders
//! in which the factors could have moved.

use crate::kernel::math::{ln, logarithmic_mean};

/// Tiers of a sub-industry: ordinary and high-end.
pub const TIERS: usize = 2;
/// Names of the tiers in the files.
pub const TIER_NAMES: [&str; TIERS] = ["ordinary", "high_end"];

/// Share of employment below which a cell does not exist: logarithms of less are noise.
const PRESENT: f64 = 1e-12;
/// Ratio of value added to chain value beyond which the chain value is too small to divide by.
const MOST_KEPT: f64 = 10.0;

/// Factors of a cell, in the order of [`Levels`].
const FACTORS: usize = 6;

/// One cell at one time; money is deflated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cell {
    /// Employment, persons.
    pub employment: f64,
    /// Real value added, million CNY per tick.
    pub value_added: f64,
    /// Real chain value, million CNY per tick.
    pub chain_value: f64,
    /// Quality-adjusted quantity at base prices, million CNY per tick.
    pub quantity: f64,
    /// Value per worker of the outside competitor of the sub-industry, relative to the opening.
    pub outside: f64,
}

/// Contributions to the change of value added per worker, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Contributions {
    /// Following the world's frontier.
    pub following: f64,
    /// Quality-adjusted quantity per worker relative to the outside competitor.
    pub quantity: f64,
    /// Relative quality-adjusted price.
    pub price: f64,
    /// Value added per unit of chain value.
    pub value_chain: f64,
    /// Employment shares of the sub-industries.
    pub sub_industry: f64,
    /// Employment shares of the tiers within sub-industries.
    pub tier: f64,
    /// Cells whose change was split by the Shapley value.
    pub shapley_cells: u32,
}

impl Contributions {
    /// Contribution of the factor path: quantity and price.
    pub fn factor(&self) -> f64 {
        self.quantity + self.price
    }

    /// Contribution of structure: sub-industries and tiers.
    pub fn structure(&self) -> f64 {
        self.sub_industry + self.tier
    }

    /// All contributions together: the change of value added per worker.
    pub fn total(&self) -> f64 {
        self.following + self.factor() + self.value_chain + self.structure()
    }

    fn add(&mut self, parts: [f64; FACTORS]) {
        let [sub_industry, tier, following, quantity, price, value_chain] = parts;
        self.sub_industry += sub_industry;
        self.tier += tier;
        self.following += following;
        self.quantity += quantity;
        self.price += price;
        self.value_chain += value_chain;
    }
}

/// Real value added per worker of all cells together; 0 without employment.
pub fn value_added_per_worker(cells: &[[Cell; TIERS]]) -> f64 {
    let all = || cells.iter().flatten();
    per_worker(all().map(|cell| cell.value_added).sum(), all().map(|cell| cell.employment).sum())
}

/// Splits the change of value added per worker between two times; `before` and `after` list the
/// same sub-industries.
pub fn decompose(before: &[[Cell; TIERS]], after: &[[Cell; TIERS]]) -> Contributions {
    let mut contributions = Contributions::default();
    let totals = (employment(before), employment(after));
    for (old, new) in before.iter().zip(after) {
        let sub_industry = (old.iter().map(|c| c.employment).sum(), new.iter().map(|c| c.employment).sum());
        for (old, new) in old.iter().zip(new) {
            let old = Levels { cell: old, sub_industry: sub_industry.0, region: totals.0 };
            let new = Levels { cell: new, sub_industry: sub_industry.1, region: totals.1 };
            change_of_cell(&old, &new, &mut contributions);
        }
    }
    contributions
}

fn employment(cells: &[[Cell; TIERS]]) -> f64 {
    cells.iter().flatten().map(|cell| cell.employment).sum()
}

fn per_worker(amount: f64, workers: f64) -> f64 {
    if workers > 0.0 { amount / workers } else { 0.0 }
}

/// A cell with the employment of its sub-industry and of the region.
struct Levels<'a> {
    cell: &'a Cell,
    sub_industry: f64,
    region: f64,
}

impl Levels<'_> {
    /// Part of the cell in value added per worker.
    fn part(&self) -> f64 {
        per_worker(self.cell.value_added, self.region)
    }

    fn present(&self) -> bool {
        self.cell.employment > PRESENT * self.region
    }

    fn sub_industry_present(&self) -> bool {
        self.sub_industry > PRESENT * self.region
    }

    /// Whether the logarithms of all factors exist.
    fn positive(&self) -> bool {
        self.cell.value_added > 0.0 && self.cell.chain_value > 0.0 && self.cell.quantity > 0.0
    }

    /// Whether quantity can be told from price.
    fn sells(&self) -> bool {
        self.cell.quantity > 0.0
    }

    /// Whether value added can be related to chain value.
    fn has_chain_value(&self) -> bool {
        self.cell.value_added.abs() < MOST_KEPT * self.cell.chain_value.abs()
    }

    /// The factors, whose product is the cell's part. Without `price` the price stays in quantity;
    /// without `kept` the share of chain value kept stays there too.
    fn factors(&self, price: bool, kept: bool) -> [f64; FACTORS] {
        let Cell { employment, value_added, chain_value, quantity, outside } = *self.cell;
        let value = if kept { chain_value } else { value_added };
        let units = if price { quantity } else { value };
        [
            self.sub_industry / self.region,
            employment / self.sub_industry,
            outside,
            units / employment / outside,
            if price { value / units } else { 1.0 },
            if kept { value_added / chain_value } else { 1.0 },
        ]
    }
}

fn change_of_cell(old: &Levels<'_>, new: &Levels<'_>, contributions: &mut Contributions) {
    if !(old.present() && new.present()) {
        // A tier that comes or goes within a sub-industry that stays is a matter of tiers.
        let stays = old.sub_industry_present() && new.sub_industry_present();
        let change = new.part() - old.part();
        *(if stays { &mut contributions.tier } else { &mut contributions.sub_industry }) += change;
    } else if old.positive() && new.positive() {
        contributions.add(logarithmic(old, new));
    } else {
        let kept = old.has_chain_value() && new.has_chain_value();
        let price = old.sells() && new.sells();
        contributions.add(shapley(&old.factors(price, kept), &new.factors(price, kept)));
        contributions.shapley_cells += 1;
    }
}

/// LMDI-I: logarithmic mean of the cell's parts times the log change of each factor.
fn logarithmic(old: &Levels<'_>, new: &Levels<'_>) -> [f64; FACTORS] {
    let mean = logarithmic_mean(new.part(), old.part());
    let (old, new) = (old.factors(true, true), new.factors(true, true));
    std::array::from_fn(|j| mean * ln(new[j] / old[j]))
}

/// Shapley value: each factor's change of the product, averaged over all orders of moving.
fn shapley(old: &[f64; FACTORS], new: &[f64; FACTORS]) -> [f64; FACTORS] {
    // Product with the factors of `moved` at their new level.
    let product =
        |moved: usize| -> f64 { (0..FACTORS).map(|j| if moved >> j & 1 == 1 { new[j] } else { old[j] }).product() };
    // Orders of moving in which just `n` certain factors have moved before, as a share of all.
    let weight = |n: u32| 1.0 / (FACTORS as f64 * binomial(FACTORS as u32 - 1, n));
    std::array::from_fn(|j| {
        let others = (0..1usize << FACTORS).filter(|moved| moved >> j & 1 == 0);
        others.map(|moved| weight(moved.count_ones()) * (product(moved | 1 << j) - product(moved))).sum()
    })
}

fn binomial(n: u32, k: u32) -> f64 {
    (1..=k).map(|j| f64::from(n - k + j) / f64::from(j)).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Cell = Cell { employment: 100.0, value_added: 4.0, chain_value: 10.0, quantity: 8.0, outside: 1.0 };

    /// A region of two sub-industries; the second makes nothing high-end.
    fn region(first: [Cell; 2], second: Cell) -> Vec<[Cell; TIERS]> {
        vec![first, [second, Cell::default()]]
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-14 * (1.0 + a.abs()), "{a} is not {b}");
    }

    #[test]
    fn nothing_changes_nothing_contributes() {
        let cells = region([PLAIN, PLAIN], PLAIN);
        assert_eq!(decompose(&cells, &cells), Contributions::default());
    }

    #[test]
    fn two_cells_by_hand() {
        // Employment 100 and 300; value added 4 and 6: y = 10/400.
        let before = vec![[
            PLAIN,
            Cell { employment: 300.0, value_added: 6.0, chain_value: 12.0, quantity: 12.0, outside: 1.0 },
        ]];
        // The first cell doubles value added by keeping twice as much; half the second's workers
        // join the first, which keeps its levels per worker.
        let after = vec![[
            Cell { employment: 250.0, value_added: 20.0, chain_value: 25.0, quantity: 20.0, outside: 1.0 },
            Cell { employment: 150.0, value_added: 3.0, chain_value: 6.0, quantity: 6.0, outside: 1.0 },
        ]];
        let mean = |a: f64, b: f64| (a - b) / (a / b).ln();
        let (first, second) = (mean(20.0 / 400.0, 4.0 / 400.0), mean(3.0 / 400.0, 6.0 / 400.0));
        let c = decompose(&before, &after);
        close(c.value_chain, first * 2f64.ln());
        close(c.tier, first * 2.5f64.ln() + second * 0.5f64.ln());
        close(c.total(), 23.0 / 400.0 - 10.0 / 400.0);
        close(c.following + c.quantity.abs() + c.price.abs() + c.sub_industry.abs(), 0.0);
        assert_eq!(c.shapley_cells, 0);
    }

    /// Contributions as a list, to see which are zero.
    fn list(c: &Contributions) -> [f64; 6] {
        [c.following, c.quantity, c.price, c.value_chain, c.sub_industry, c.tier]
    }

    fn only(c: &Contributions, index: usize, total: f64) {
        for (j, part) in list(c).into_iter().enumerate() {
            close(part, if j == index { total } else { 0.0 });
        }
    }

    fn scaled(change: fn(&mut Cell)) -> Vec<[Cell; TIERS]> {
        let mut cells = region([PLAIN, PLAIN], PLAIN);
        cells.iter_mut().flatten().filter(|c| c.employment > 0.0).for_each(change);
        cells
    }

    #[test]
    fn a_factor_that_moves_alone_takes_all() {
        let before = region([PLAIN, PLAIN], PLAIN);
        let y = 12.0 / 300.0;
        // The frontier moves and the region with it.
        let followed = scaled(|c| {
            (c.outside, c.quantity) = (1.1 * c.outside, 1.1 * c.quantity);
            (c.value_added, c.chain_value) = (1.1 * c.value_added, 1.1 * c.chain_value);
        });
        only(&decompose(&before, &followed), 0, 0.1 * y);
        // More product per worker at the same price.
        let more = scaled(|c| {
            (c.quantity, c.value_added, c.chain_value) = (1.2 * c.quantity, 1.2 * c.value_added, 1.2 * c.chain_value);
        });
        only(&decompose(&before, &more), 1, 0.2 * y);
        // The same product at a better price.
        let dearer = scaled(|c| (c.value_added, c.chain_value) = (1.2 * c.value_added, 1.2 * c.chain_value));
        only(&decompose(&before, &dearer), 2, 0.2 * y);
        let kept = scaled(|c| c.value_added *= 1.5);
        only(&decompose(&before, &kept), 3, 0.5 * y);
    }

    fn times(cell: Cell, factor: f64) -> Cell {
        Cell {
            employment: factor * cell.employment,
            value_added: factor * cell.value_added,
            chain_value: factor * cell.chain_value,
            quantity: factor * cell.quantity,
            ..cell
        }
    }

    #[test]
    fn shifts_between_sub_industries_and_between_tiers_are_told_apart() {
        let rich = Cell { value_added: 8.0, ..PLAIN };
        let before = region([PLAIN, times(PLAIN, 0.5)], rich);
        let sub_industries = region([times(PLAIN, 0.5), times(PLAIN, 0.25)], times(rich, 1.75));
        let c = decompose(&before, &sub_industries);
        only(&c, 4, c.total());
        assert!(c.sub_industry > 0.0);
        let poor_and_rich = vec![[PLAIN, rich]];
        let c = decompose(&poor_and_rich, &[[times(PLAIN, 0.5), times(rich, 1.5)]]);
        only(&c, 5, 0.5 * (8.0 - 4.0) / 200.0);
    }

    #[test]
    fn cells_that_come_or_go_are_structure() {
        let none = Cell::default();
        let tier = decompose(&[[PLAIN, none]], &[[PLAIN, Cell { value_added: 8.0, ..PLAIN }]]);
        // The newcomer brings 8/200; the old cell loses half its weight.
        only(&tier, 5, 12.0 / 200.0 - 4.0 / 100.0);
        let rich = Cell { value_added: 8.0, ..PLAIN };
        let sub_industry = decompose(&region([PLAIN, none], rich), &region([PLAIN, none], none));
        only(&sub_industry, 4, 4.0 / 100.0 - 12.0 / 200.0);
        assert_eq!(decompose(&[[none, none]], &[[none, none]]).total(), 0.0);
        only(&decompose(&[[none, none]], &[[PLAIN, none]]), 4, 0.04);
        only(&decompose(&[[PLAIN, none]], &[[none, none]]), 4, -0.04);
    }

    #[test]
    fn losses_are_split_by_the_shapley_value_by_hand() {
        // Kept share from 0.4 to -0.2 and price from 1.25 to 2.5, nothing else: with two moving
        // factors each takes its change times the mean of the other.
        let loss = Cell { value_added: -4.0, chain_value: 20.0, ..PLAIN };
        let c = decompose(&[[PLAIN, Cell::default()]], &[[loss, Cell::default()]]);
        assert_eq!(c.shapley_cells, 1);
        close(c.value_chain, 0.08 * (-0.2 - 0.4) * (1.25 + 2.5) / 2.0);
        close(c.price, 0.08 * (2.5 - 1.25) * (0.4 - 0.2) / 2.0);
        close(c.total(), -0.08);
        close(c.following.abs() + c.quantity.abs() + c.structure().abs(), 0.0);
    }

    #[test]
    fn a_cell_that_sells_nothing_is_still_split_exactly() {
        let idle = Cell { value_added: 1.0, chain_value: 0.0, quantity: 0.0, ..PLAIN };
        let c = decompose(&[[PLAIN, PLAIN]], &[[idle, PLAIN]]);
        close(c.quantity, -0.015);
        close(c.total(), -0.015);
        let unsold = Cell { value_added: 1.0, chain_value: 2.0, quantity: 0.0, ..PLAIN };
        let c = decompose(&[[PLAIN, PLAIN]], &[[unsold, PLAIN]]);
        close(c.price, 0.0);
        close(c.total(), -0.015);
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![8 => 1e-3..1e3, 1 => Just(0.0), 1 => -1e2..0.0]
    }

    fn cell() -> impl Strategy<Value = Cell> {
        let employment = prop_oneof![9 => 1.0..1e5, 1 => Just(0.0)];
        let quantity = prop_oneof![9 => 1e-3..1e3, 1 => Just(0.0)];
        (employment, number(), number(), quantity, 0.5..5.0).prop_map(
            |(employment, value_added, chain_value, quantity, outside)| {
                // Whoever employs nobody makes nothing.
                let made = if employment > 0.0 { 1.0 } else { 0.0 };
                Cell {
                    employment,
                    value_added: made * value_added,
                    chain_value: made * chain_value,
                    quantity: made * quantity,
                    outside,
                }
            },
        )
    }

    fn cells(count: usize) -> impl Strategy<Value = Vec<[Cell; TIERS]>> {
        proptest::collection::vec(
            [cell(), cell()].prop_map(|mut tiers| {
                tiers[1].outside = tiers[0].outside;
                tiers
            }),
            count,
        )
    }

    proptest! {
        #[test]
        fn nothing_is_left_over((before, after) in (1usize..9).prop_flat_map(|n| (cells(n), cells(n)))) {
            let change = value_added_per_worker(&after) - value_added_per_worker(&before);
            let c = decompose(&before, &after);
            prop_assert!(list(&c).iter().all(|part| part.is_finite()));
            let parts: f64 = before.iter().chain(&after).flatten().map(|c| c.value_added.abs()).sum();
            prop_assert!((c.total() - change).abs() < 1e-9 * (1.0 + parts), "{} of {change}", c.total());
        }

        #[test]
        fn positive_cells_never_need_the_shapley_value(factor in 0.1..10.0f64) {
            let c = decompose(&[[PLAIN, PLAIN]], &[[times(PLAIN, factor), PLAIN]]);
            prop_assert_eq!(c.shapley_cells, 0);
            prop_assert!((c.total()).abs() < 1e-12);
        }
    }
}
