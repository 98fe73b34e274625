//! The outside world: frontier, competitors' prices, demand, input prices.
//!
//! # Question
//! What does the region have to keep up with?
//!
//! # Story
//! The world's technological frontier advances in every field. In each sub-industry an outside
//! competitor produces at the frontier, so its quality and productivity rise while the price of a
//! unit of its product stays on an exogenous path. Demand in the home, middle-income and
//! high-income markets follows exogenous paths as well, and may be shocked by sub-industry, market
//! and tier. A region must run to stand still.
//!
//! # Equations
//! - frontier of field k: `F_k(t+1) = F_k(t) + g f_k dt` (`frontier_growth`, `growth_factor`)
//! - ceiling of what can be learned: `F_k - lag` (`research.ceiling_lag`); the first generation beyond it
//!   is codified when the frontier has risen by the lag, a further one with every
//!   `generic_technology.generation_step`
//! - competitor of sub-industry s: `theta_s = sum_k w_sk F_k`, quality `q_s = e_q theta_s`,
//!   log productivity `e_a theta_s`
//! - deflator: `ln P = sum_s weight_s (ln p_s - q_s)`, so that money divided by `P` counts
//!   quality-adjusted product
//! - value per worker of the competitor: `G_s = p_s e^(e_a theta_s) / P`, relative to the opening
//! - demand: `D_sm(t+1) = D_sm(t) e^(g_m dt)`
//!
//! # Place in the tick
//! Before all decisions of firms.
//!
//! # Reads / Writes
//! Writes `world.outside`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Dosi, Roventini & Russo 2019 (JEDC 101:101) for a region among moving competitors; the deflator
//! with first-year weights is a Laspeyres index in logs.
//!
//! # REQ numbers
//! REQ-10, REQ-26 (the ceiling), REQ-76, REQ-79 (demand by market and tier).
//!
//! # What it leaves out
//! Reactions of the outside world to the region, which is about one twentieth of its home market.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::math::exp;
use crate::world::World;
use crate::world::firms::MARKETS;
use crate::world::outside::Outside;
use crate::world::structure::Structure;

/// Parameters of the outside world.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Growth of the world's technological frontier in every field, in log points.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 0.2), extend("x-unit" = "1/year", "x-source" = "assumption: 2 % a year, about the growth of total factor productivity of a mature equipment industry"))]
    pub frontier_growth: f64,
    /// Log product quality per unit of log competence.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "-", "x-source" = "assumption: quality and productivity share the frontier's trend"))]
    pub quality_elasticity: f64,
    /// Log labour productivity per unit of log competence.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "-", "x-source" = "assumption: quality and productivity share the frontier's trend"))]
    pub productivity_elasticity: f64,
    /// Growth of the outside competitors' price of a product unit, in log points.
    #[default(0.0)]
    #[schemars(range(min = -0.2, max = 0.2), extend("x-unit" = "1/year", "x-source" = "assumption: constant prices of 2015"))]
    pub price_growth: f64,
}

/// What a scenario sets of the outside world besides the parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// Growth of demand per year and market, log points.
    pub demand_growth: [f64; MARKETS],
    /// Demand by tier relative to its path, by sub-industry and market.
    pub tiers: Vec<[[f64; 2]; MARKETS]>,
    /// Price of each input relative to its path.
    pub input_prices: Vec<f64>,
    /// Distance of the ceiling from the frontier, log units.
    pub ceiling_lag: f64,
    /// Distance between generations of a technology, log units.
    pub generation_step: f64,
}

/// Moves the outside world on by one tick.
pub fn step(world: &mut World, params: &Params, conditions: &Conditions) {
    let years = world.clock.years();
    let World { outside, structure, .. } = world;
    for (frontier, factor) in outside.frontier.iter_mut().zip(&structure.growth_factor) {
        *frontier += params.frontier_growth * factor * years;
    }
    for price in &mut outside.log_price {
        *price += params.price_growth * years;
    }
    for demand in outside.demand.iter_mut() {
        for (size, growth) in demand.iter_mut().zip(&conditions.demand_growth) {
            *size *= exp(growth * years);
        }
    }
    settle(outside, structure, params, conditions);
}

/// Derives quality, offers, prices of inputs and the deflator from the frontier and the paths.
pub fn settle(outside: &mut Outside, structure: &Structure, params: &Params, conditions: &Conditions) {
    outside.quality_elasticity = params.quality_elasticity;
    outside.productivity_elasticity = params.productivity_elasticity;
    outside.ceiling.clear();
    outside.ceiling.extend(outside.frontier.iter().map(|f| f - conditions.ceiling_lag));
    outside.tiers.clone_from(&conditions.tiers);
    outside.generation_step = conditions.generation_step;
    let codified = |f: &f64| codified(*f, conditions.ceiling_lag, conditions.generation_step);
    outside.codified.clear();
    outside.codified.extend(outside.frontier.iter().map(codified));
    for (s, sub) in structure.sub_industries.iter().enumerate() {
        outside.competence[s] = weighted(&sub.recipe, &outside.frontier);
        outside.machine_offer[s] = weighted(&sub.recipe, &outside.ceiling);
        outside.quality[s] = params.quality_elasticity * outside.competence[s];
        outside.input_price[s] = input_price(&sub.input_coefficients, &conditions.input_prices);
    }
    outside.deflator = deflator(outside);
    for s in 0..structure.sub_industries.len() {
        let productivity = params.productivity_elasticity * outside.competence[s];
        outside.value_per_worker[s] = exp(outside.log_price[s] + productivity) / outside.deflator;
    }
}

/// Generations that the world has codified when its frontier has risen by `frontier` since the opening:
/// the first stands for what was at the frontier then, and is codified `lag` later.
fn codified(frontier: f64, lag: f64, step: f64) -> u8 {
    if step > 0.0 && frontier >= lag { ((frontier - lag) / step + 1e-9).floor().clamp(0.0, 254.0) as u8 + 1 } else { 0 }
}

fn weighted(recipe: &[(usize, f64)], levels: &[f64]) -> f64 {
    recipe.iter().map(|(field, weight)| weight * levels[*field]).sum()
}

/// Price of a basket of inputs relative to the opening.
fn input_price(coefficients: &[f64], prices: &[f64]) -> f64 {
    let total: f64 = coefficients.iter().sum();
    if total <= 0.0 {
        return 1.0;
    }
    coefficients.iter().zip(prices).map(|(c, p)| c * p).sum::<f64>() / total
}

fn deflator(outside: &Outside) -> f64 {
    let logs = outside.log_price.iter().zip(&outside.quality).zip(&outside.deflator_weight);
    exp(logs.map(|((price, quality), weight)| weight * (price - quality)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_are_codified_step_by_step() {
        assert_eq!([0.0, 0.29, 0.30, 0.44, 0.46].map(|f| codified(f, 0.3, 0.15)), [0, 0, 1, 1, 2]);
        assert_eq!(codified(1.0, 0.3, 0.0), 0);
    }

    #[test]
    fn basket_price_is_the_weighted_mean() {
        // (0.3 * 1.1 + 0.1 * 0.9) / 0.4 = 1.05
        assert!((input_price(&[0.3, 0.1], &[1.1, 0.9]) - 1.05).abs() < 1e-15);
        assert_eq!(input_price(&[0.0], &[2.0]), 1.0);
    }

    #[test]
    fn deflator_falls_with_quality_and_rises_with_price() {
        let outside = Outside {
            log_price: vec![0.1, 0.0],
            quality: vec![0.3, 0.0],
            deflator_weight: vec![0.5, 0.5],
            ..Outside::default()
        };
        assert!((deflator(&outside) - (-0.1f64).exp()).abs() < 1e-15);
    }
}
