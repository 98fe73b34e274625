//! A firm's own profit function: the price it would set, the custom it would have and the
//! operating cash flow it would earn at another process level or another share of chain value.
//!
//! Pricing sets prices with it and upgrading values every option with it, so that both look at
//! the same world: `pi(dh) = x (n + kappa (p - n)) (1 - tau) - x (n + labour)`, with the price to the user
//! `ln p = (1 - b) ln(n + m c / kappa) + b (ln P_out + q - q_out + const)` and expenditure
//! proportional to `(p / e^q)^(1 - sigma)`.

use crate::kernel::math::{exp, ln};
use crate::world::firms::{Plant, Position, Profile, Technique};
use crate::world::ledger::{Account, Balances};
use crate::world::outside::Outside;
use crate::world::structure::Structure;

/// Log price to the user.
///
/// `unit_inputs` are purchased inputs per unit, `unit_cost` direct own cost per unit, both in
/// million CNY; `anchor` is the weight of the outside price; `quality_lead` is `q - q_out`.
#[allow(clippy::too_many_arguments)]
#[inline]
pub fn log_price(
    unit_inputs: f64,
    unit_cost: f64,
    markup: f64,
    kept: f64,
    anchor: f64,
    log_outside_price: f64,
    quality_lead: f64,
    constant: f64,
) -> f64 {
    let cost_price = unit_inputs + markup * unit_cost / kept;
    (1.0 - anchor) * ln(cost_price) + anchor * (log_outside_price + quality_lead + constant)
}

/// Labour per product unit, persons x ticks.
#[inline]
pub fn unit_labour(plant: &Plant, technique: &Technique, elasticity: f64) -> f64 {
    exp(plant.log_unit_labour - elasticity * technique.process - technique.efficiency)
}

/// Capital cost per product unit at normal utilisation, million CNY.
#[inline]
pub fn unit_capital(balances: &Balances, plant: &Plant, depreciation: f64, utilisation: f64) -> f64 {
    if plant.capacity > 0.0 {
        depreciation * balances.get(Account::FixedCapital) / (utilisation * plant.capacity)
    } else {
        0.0
    }
}

/// What a firm needs to know to value a change of its own state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfitFunction {
    /// Purchased inputs per unit, million CNY.
    pub unit_inputs: f64,
    /// Labour cost per unit, million CNY.
    pub unit_labour: f64,
    /// Capital cost per unit, million CNY.
    pub unit_capital: f64,
    /// Gross mark-up on direct own cost.
    pub markup: f64,
    /// Share of chain value kept.
    pub kept: f64,
    /// Price to the user, million CNY.
    pub price: f64,
    /// Units sold per year at the present state.
    pub units: f64,
    /// Weight of the outside price.
    pub anchor: f64,
    /// Elasticity of demand that the firm faces.
    pub elasticity: f64,
    /// Taxes, selling expense and overhead, over sales.
    pub charges: f64,
    /// Elasticity of quality with respect to the process level.
    pub quality_elasticity: f64,
    /// Elasticity of productivity with respect to the process level.
    pub productivity_elasticity: f64,
}

/// What small changes of a firm's state bring it, in annual operating cash flow, million CNY.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margins {
    /// Per log point of the process level.
    pub process: f64,
    /// Per log point of labour saved.
    pub productivity: f64,
    /// Per unit of the share of chain value kept.
    pub keeping: f64,
    /// Per log point of custom at the same price.
    pub custom: f64,
}

/// Where the margins of firms come from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// They are known, firm by firm: nothing that they depend on has changed.
    Known(&'a [Margins]),
    /// From the profit functions of firms as they are now.
    Now(&'a Terms),
}

/// What all firms' profit functions share in a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Wage with social charges, million CNY per tick.
    pub wage_cost: f64,
    /// Depreciation of fixed capital per tick.
    pub depreciation: f64,
    /// Utilisation of capacity that firms aim at.
    pub utilisation: f64,
    /// Weight of the outside price.
    pub anchor: f64,
    /// Elasticity of substitution among the region's firms.
    pub regional_elasticity: f64,
    /// Elasticity of substitution between the region and the outside competitor.
    pub outside_elasticity: f64,
    /// Production tax over sales.
    pub sales_tax: f64,
    /// Weight of embodied technique in the process level.
    pub vintage_weight: f64,
    /// Ticks per year.
    pub ticks: f64,
}

impl ProfitFunction {
    /// The profit function of one firm.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        terms: &Terms,
        structure: &Structure,
        outside: &Outside,
        profile: &Profile,
        plant: &Plant,
        technique: &Technique,
        position: &Position,
        balances: &Balances,
    ) -> Self {
        let s = usize::from(profile.sub_industry);
        let sub = &structure.sub_industries[s];
        // A firm that is the whole region faces the outside alone, a small one mostly its neighbours.
        let weight = (position.share[0] / sub.region_share[0]).clamp(0.0, 1.0);
        ProfitFunction {
            unit_inputs: plant.inputs(outside.input_price[s]),
            unit_labour: terms.wage_cost * technique.unit_labour,
            unit_capital: unit_capital(balances, plant, terms.depreciation, terms.utilisation),
            markup: position.markup.get(),
            kept: position.kept_share.get(),
            price: position.price.get(),
            units: position.expected * terms.ticks,
            anchor: terms.anchor,
            elasticity: (1.0 - weight) * terms.regional_elasticity + weight * terms.outside_elasticity,
            charges: terms.sales_tax + sub.selling + sub.overhead,
            quality_elasticity: outside.quality_elasticity,
            productivity_elasticity: outside.productivity_elasticity,
        }
    }

    /// Annual operating cash flow if the process level were higher by `rise` (log units).
    pub fn cash_flow(&self, rise: f64) -> f64 {
        self.cash_flow_at(self.productivity_elasticity * rise, self.quality_elasticity * rise)
    }

    /// Annual operating cash flow with labour per unit lower by `productivity` and quality higher by
    /// `quality` (log units).
    pub fn cash_flow_at(&self, productivity: f64, quality: f64) -> f64 {
        let labour = self.unit_labour * exp(-productivity);
        let cost_now = self.unit_inputs + self.markup * (self.unit_labour + self.unit_capital) / self.kept;
        let cost_then = self.unit_inputs + self.markup * (labour + self.unit_capital) / self.kept;
        let price_change = (1.0 - self.anchor) * ln(cost_then / cost_now) + self.anchor * quality;
        let price = self.price * exp(price_change);
        // Expenditure moves with (p/e^q)^(1 - sigma), units with expenditure over price.
        let units = self.units * exp((1.0 - self.elasticity) * (price_change - quality) - price_change);
        let sales = self.unit_inputs + self.kept * (price - self.unit_inputs);
        units * (sales * (1.0 - self.charges) - self.unit_inputs - labour)
    }

    /// Change of annual operating cash flow from a rise of the share of chain value kept.
    pub fn gain_from_keeping(&self, rise: f64) -> f64 {
        let kept = self.kept + rise;
        let own_cost = self.markup * (self.unit_labour + self.unit_capital);
        let cost_change = (self.unit_inputs + own_cost / kept) / (self.unit_inputs + own_cost / self.kept);
        let price_change = (1.0 - self.anchor) * ln(cost_change);
        let price = self.price * exp(price_change);
        let units = self.units * exp(-self.elasticity * price_change);
        let sales = self.unit_inputs + kept * (price - self.unit_inputs);
        units * (sales * (1.0 - self.charges) - self.unit_inputs - self.unit_labour) - self.cash_flow_now()
    }

    /// Change of annual operating cash flow from a rise of the process level.
    pub fn gain(&self, rise: f64) -> f64 {
        self.cash_flow(rise) - self.cash_flow_now()
    }

    /// What small changes bring.
    pub fn margins(&self) -> Margins {
        Margins {
            process: self.marginal_process(),
            productivity: self.marginal_productivity(),
            keeping: self.marginal_keeping(),
            custom: self.cash_flow_now(),
        }
    }

    /// Change of annual operating cash flow per log point of the process level, at the margin.
    pub fn marginal_process(&self) -> f64 {
        self.productivity_elasticity * self.marginal_productivity() + self.quality_elasticity * self.marginal_quality()
    }

    /// Change of annual operating cash flow per log point of quality, at the margin: part of it is paid in the price,
    /// and custom follows what is not.
    fn marginal_quality(&self) -> f64 {
        let dearer = self.kept * self.anchor * self.price;
        let custom = self.elasticity * (1.0 - self.anchor) - 1.0;
        self.units * dearer * (1.0 - self.charges) + custom * self.cash_flow_now()
    }

    /// Change of annual operating cash flow per log point of labour saved, at the margin.
    fn marginal_productivity(&self) -> f64 {
        let labour = self.markup * self.unit_labour / self.kept;
        self.at_the_margin(-labour / self.cost_price(), 0.0, -self.unit_labour)
    }

    /// Change of annual operating cash flow per unit of the share of chain value kept, at the margin.
    pub fn marginal_keeping(&self) -> f64 {
        let own_cost = self.markup * (self.unit_labour + self.unit_capital) / self.kept;
        self.at_the_margin(-own_cost / (self.kept * self.cost_price()), 1.0, 0.0)
    }

    /// Price of a unit at which the mark-up is earned, million CNY.
    fn cost_price(&self) -> f64 {
        self.unit_inputs + self.markup * (self.unit_labour + self.unit_capital) / self.kept
    }

    /// Derivative of the annual operating cash flow along a change in which the log of the cost price changes by
    /// `log_cost`, the share kept by `kept` and labour per unit by `labour`.
    fn at_the_margin(&self, log_cost: f64, kept: f64, labour: f64) -> f64 {
        let log_price = (1.0 - self.anchor) * log_cost;
        let sales = kept * (self.price - self.unit_inputs) + self.kept * self.price * log_price;
        let per_unit = sales * (1.0 - self.charges) - labour;
        self.units * per_unit - self.elasticity * log_price * self.cash_flow_now()
    }

    /// Change of annual operating cash flow from quality higher by `quality` (log units).
    pub fn gain_from_quality(&self, quality: f64) -> f64 {
        self.cash_flow_at(0.0, quality) - self.cash_flow_now()
    }

    /// Change of annual operating cash flow from custom higher by the share `rise` at the same price.
    pub fn gain_from_custom(&self, rise: f64) -> f64 {
        rise * self.cash_flow_now()
    }

    /// Annual sales at the factory gate as things are.
    pub fn annual_sales(&self) -> f64 {
        self.units * (self.unit_inputs + self.kept * (self.price - self.unit_inputs))
    }

    /// Annual operating cash flow as things are.
    pub fn cash_flow_now(&self) -> f64 {
        let sales = self.unit_inputs + self.kept * (self.price - self.unit_inputs);
        self.units * (sales * (1.0 - self.charges) - self.unit_inputs - self.unit_labour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function() -> ProfitFunction {
        ProfitFunction {
            unit_inputs: 0.6,
            unit_labour: 0.05,
            unit_capital: 0.02,
            markup: 2.0,
            kept: 0.5,
            price: 1.0,
            units: 100.0,
            anchor: 0.5,
            elasticity: 5.0,
            charges: 0.05,
            quality_elasticity: 0.6,
            productivity_elasticity: 0.6,
        }
    }

    #[test]
    fn price_mixes_cost_and_outside_price_by_hand() {
        // Cost price 0.6 + 2 * 0.07 / 0.5 = 0.88; outside price 1, quality lead 0.1.
        let p = log_price(0.6, 0.07, 2.0, 0.5, 0.5, 0.0, 0.1, 0.02);
        assert!((p - (0.5 * 0.88f64.ln() + 0.5 * 0.12)).abs() < 1e-15);
        let cost_only = log_price(0.6, 0.07, 2.0, 0.5, 0.0, 9.9, 0.1, 0.0);
        assert!((cost_only - 0.88f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn cash_flow_today_by_hand() {
        // Sales 0.6 + 0.5 * 0.4 = 0.8 a unit; 0.8 * 0.95 - 0.6 - 0.05 = 0.11; 100 units.
        assert!((function().cash_flow_now() - 11.0).abs() < 1e-12);
        assert!((function().cash_flow(0.0) - 11.0).abs() < 1e-12);
    }

    #[test]
    fn cash_flow_at_a_higher_level_by_hand() {
        let f = function();
        let labour = 0.05 * (-0.06f64).exp();
        let change = 0.5 * ((0.6 + 2.0 * (labour + 0.02) / 0.5) / 0.88f64).ln() + 0.5 * 0.06;
        let price = change.exp();
        let units = 100.0 * (-4.0 * (change - 0.06) - change).exp();
        let expected = units * ((0.6 + 0.5 * (price - 0.6)) * 0.95 - 0.6 - labour);
        assert!((f.cash_flow(0.1) - expected).abs() < 1e-12);
    }

    #[test]
    fn keeping_more_by_hand() {
        let f = function();
        // Cost price 0.6 + 0.14 / 0.6 instead of 0.88; half of the fall reaches users.
        let change = 0.5 * ((0.6 + 0.14 / 0.6) / 0.88f64).ln();
        let (price, units) = (change.exp(), 100.0 * (-5.0 * change).exp());
        let expected = units * ((0.6 + 0.6 * (price - 0.6)) * 0.95 - 0.65) - 11.0;
        assert!((f.gain_from_keeping(0.1) - expected).abs() < 1e-12);
        assert!(expected > 0.0 && f.gain_from_keeping(0.0).abs() < 1e-12);
    }

    #[test]
    fn labour_quality_and_custom_by_hand() {
        let f = function();
        // A process level higher by .1 is labour lower and quality higher by .06 each.
        assert_eq!(f.cash_flow_at(0.06, 0.06), f.cash_flow(0.1));
        let (labour, change): (f64, f64) = (0.05 * (-0.1f64).exp(), 0.5 * 0.1);
        let by_cost = 0.5 * ((0.6 + 2.0 * (labour + 0.02) / 0.5) / 0.88f64).ln();
        let (price, units) = (by_cost.exp(), 100.0 * (-5.0 * by_cost).exp());
        let expected = units * ((0.6 + 0.5 * (price - 0.6)) * 0.95 - 0.6 - labour) - 11.0;
        assert!((f.cash_flow_at(0.1, 0.0) - f.cash_flow_now() - expected).abs() < 1e-12 && expected > 0.0);
        let (price, units) = (change.exp(), 100.0 * (-4.0 * (change - 0.1) - change).exp());
        let expected = units * ((0.6 + 0.5 * (price - 0.6)) * 0.95 - 0.65) - 11.0;
        assert!((f.gain_from_quality(0.1) - expected).abs() < 1e-12 && expected > 0.0);
        assert!((f.gain_from_custom(0.1) - 1.1).abs() < 1e-12 && (f.annual_sales() - 80.0).abs() < 1e-12);
    }

    #[test]
    fn margins_are_what_small_changes_bring() {
        let (f, small) = (function(), 1e-5);
        let slope = |of: &dyn Fn(f64) -> f64| (of(small) - of(-small)) / (2.0 * small);
        let productivity = slope(&|rise| f.cash_flow_at(rise, 0.0));
        assert!((f.marginal_productivity() / productivity - 1.0).abs() < 1e-8 && productivity > 0.0);
        let quality = slope(&|rise| f.gain_from_quality(rise));
        assert!((f.marginal_quality() / quality - 1.0).abs() < 1e-8 && quality > 0.0);
        let process = slope(&|rise| f.gain(rise));
        assert!((f.marginal_process() / process - 1.0).abs() < 1e-8);
        let keeping = slope(&|rise| f.gain_from_keeping(rise));
        assert!((f.marginal_keeping() / keeping - 1.0).abs() < 1e-8 && keeping > 0.0);
    }

    #[test]
    fn better_technique_earns_more_and_nothing_earns_nothing() {
        assert_eq!(function().gain(0.0), 0.0);
        assert!(function().gain(0.05) > 0.0 && function().gain(0.1) > function().gain(0.05));
        assert!(function().gain(-0.05) < 0.0);
    }
}
