//! Labour: the wage and the labour force.
//!
//! # Question
//! How do pay and the supply of workers follow the industry's fortunes?
//!
//! # Story
//! The wage follows the smoothed value added per worker of the region, and rises when employment
//! runs ahead of the labour force, whose size follows the population. Hires are rationed when the
//! labour force is exhausted.
//!
//! # Equations
//! - smoothed value added per worker: `Y' = Y + lambda (VA/L - Y)` (`wage_smoothing`)
//! - wage: `w = w_0 (Y / Y_0)^e ((L/F) / (L_0/F_0))^c` (`wage_indexation`, `scarcity`)
//! - hires allowed: `min(1, (F - L) / hires wanted)`
//! - skill: see production, where machines are used
//!
//! # Place in the tick
//! After the outside world, before production.
//!
//! # Reads / Writes
//! Reads and writes `world.labour`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Dosi, Fagiolo & Roventini 2010 (wage indexation); Dawid, Harting & Neugart 2014 (skills).
//!
//! # REQ numbers
//! REQ-03.
//!
//! # What it leaves out
//! Wage differences among firms and cities, and migration other than the exogenous population path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::clock::Clock;
use crate::kernel::math::{exp, ln};
use crate::world::World;
use crate::world::region::LabourMarket;

/// Parameters of labour.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Opening wage of a worker.
    #[default(0.045)]
    #[schemars(range(min = 0.0001, max = 2.0), extend("x-unit" = "million CNY per person and year", "x-source" = "Liaoning, about 45 thousand CNY a year in 2014 (to be verified)", "x-opening" = true))]
    pub annual_wage: f64,
    /// Social charges on top of the wage.
    #[default(0.32)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "share of the wage", "x-source" = "assumption: employers' contributions"))]
    pub social_charges: f64,
    /// Share of the distance to the desired workforce closed in a quarter; labour hoarding lowers
    /// it for lay-offs.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub adjustment: f64,
    /// Elasticity of the wage to smoothed value added per worker.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub wage_indexation: f64,
    /// Smoothing of value added per worker in the wage.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub wage_smoothing: f64,
    /// Response of the wage level, in log points, to a log change of employment relative to the
    /// labour force.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub scarcity: f64,
    /// Labour available to the industry beyond opening employment.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub labour_slack: f64,
    /// General skill of the workforce, which sets how fast it learns new machines.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 5.0), extend("x-unit" = "-", "x-source" = "Dawid, Harting & Neugart 2014: half-life of learning 20 months at 1, 4 months at 5"))]
    pub general_skill: f64,
}

/// Sets the wage and the hires that the labour force allows.
pub fn step(world: &mut World, params: &Params, population_growth: f64) {
    let clock = world.clock;
    let market = &mut world.labour;
    market.force *= exp(clock.growth_from_year(population_growth));
    market.hiring = hires_allowed(market.force - market.employed, market.wanted_hires);
    if market.employed <= 0.0 {
        return;
    }
    let productivity = (market.value_added / market.employed).max(0.0);
    market.smoothed += clock.share_from_quarter(params.wage_smoothing) * (productivity - market.smoothed);
    market.wage = wage(market, params);
}

/// Share of the hires wanted that can be made.
fn hires_allowed(free: f64, wanted: f64) -> f64 {
    if wanted <= 0.0 { 1.0 } else { (free / wanted).clamp(0.0, 1.0) }
}

/// Wage of a worker, million CNY per tick.
fn wage(market: &LabourMarket, params: &Params) -> f64 {
    let productivity = (market.smoothed / market.opening_productivity).max(0.1);
    let scarcity = (market.employed / market.force / market.opening_ratio).max(0.1);
    market.opening_wage * exp(params.wage_indexation * ln(productivity) + params.scarcity * ln(scarcity))
}

/// Share of the gap between skill and technique closed in a tick: half-life 20 months at general
/// skill 1, 4 months at 5.
pub fn skill_speed(clock: &Clock, general_skill: f64) -> f64 {
    let half_life_months = 20.0 + 0.25 * (general_skill - 1.0) * (4.0 - 20.0);
    let months = 12.0 * clock.years();
    1.0 - libm::pow(0.5, months / half_life_months)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market() -> LabourMarket {
        LabourMarket {
            opening_wage: 2.0,
            smoothed: 1.1,
            opening_productivity: 1.0,
            force: 100.0,
            employed: 90.0,
            opening_ratio: 0.9,
            ..LabourMarket::default()
        }
    }

    #[test]
    fn wage_follows_productivity_and_scarcity_by_hand() {
        let params = Params { wage_indexation: 1.0, scarcity: 0.5, ..Params::default() };
        assert!((wage(&market(), &params) - 2.2).abs() < 1e-12);
        let scarce = LabourMarket { employed: 99.0, ..market() };
        assert!((wage(&scarce, &params) - 2.2 * 1.1f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn skill_half_life_is_twenty_months_for_the_unskilled_and_four_for_the_skilled() {
        let monthly = Clock { start_year: 2010, ticks_per_year: 12, tick: 1 };
        assert!(((1.0 - skill_speed(&monthly, 1.0)).powi(20) - 0.5).abs() < 1e-12);
        assert!(((1.0 - skill_speed(&monthly, 5.0)).powi(4) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn hires_are_rationed_only_when_the_force_is_exhausted() {
        assert_eq!(hires_allowed(10.0, 0.0), 1.0);
        assert_eq!(hires_allowed(10.0, 5.0), 1.0);
        assert_eq!(hires_allowed(10.0, 20.0), 0.5);
        assert_eq!(hires_allowed(-1.0, 20.0), 0.0);
    }
}
