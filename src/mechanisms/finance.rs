//! finance

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of banks, credit and venture capital.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Opening debt relative to annual sales.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "years", "x-source" = "assumption", "x-opening" = true))]
    pub debt_to_sales: f64,
    /// Opening and targeted cash relative to total assets.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub cash_to_assets: f64,
    /// Largest debt as a multiple of net worth.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub debt_limit: f64,
    /// Interest on loans to a firm without leverage.
    #[default(0.055)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption: bank lending rate"))]
    pub interest: f64,
    /// Added interest at a debt equal to net worth; grows in proportion.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub spread: f64,
    /// Share of debt repaid in a quarter from cash above target.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub repayment: f64,
    /// Largest growth of total loans in a year; beyond it banks ration by priority.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub credit_growth: f64,
    /// Share of cash above target that is paid out in a quarter.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub dividends: f64,
    /// Share of entrants into high and medium-high technology that venture capital backs in each
    /// round.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub venture_share: f64,
    /// Size of one venture round, relative to real firms.
    #[default(10.0)]
    #[schemars(range(min = 0.0, max = 100000.0), extend("x-unit" = "million CNY", "x-source" = "assumption"))]
    pub venture_round: f64,
    /// Time after which a venture stake is sold to private owners.
    #[default(7.0)]
    #[schemars(range(min = 0.25, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: life of a venture fund"))]
    pub venture_patience: f64,
}
