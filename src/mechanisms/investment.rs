//! investment

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of investment and capital vintages.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Depreciation of the book value of fixed capital.
    #[default(0.0225)]
    #[schemars(range(min = 0.0, max = 0.5), extend("x-unit" = "per quarter", "x-source" = "Bai, Hsieh & Qian 2006 and Brandt, Van Biesebroeck & Zhang 2012: 8-10 % a year"))]
    pub depreciation: f64,
    /// Largest growth of capacity in a year.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub expansion_cap: f64,
    /// Longest time in which early replacement of a vintage must pay for itself.
    #[default(9.0)]
    #[schemars(range(min = 0.1, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: saving plus quality margin; three years never bind where wages are 5 % of sales"))]
    pub payback: f64,
    /// Weight of the machines' embodied technique, against the firm's own competence, in its
    /// process level.
    #[default(0.4)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub vintage_weight: f64,
    /// How far beyond its own competence a firm can use what a new machine embodies.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub usable_margin: f64,
    /// Opening fixed capital as a share of total assets, at most `fixed_capital_per_value_added`.
    #[default(0.35)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub fixed_capital_per_assets: f64,
    /// Upper bound of opening fixed capital relative to annual value added.
    #[default(1.4)]
    #[schemars(range(min = 0.01, max = 10.0), extend("x-unit" = "years", "x-source" = "net fixed capital over value added of industry, 1.0-2.0", "x-opening" = true))]
    pub fixed_capital_per_value_added: f64,
    /// Fall of the embodied technique with the age of a machine in the opening state.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 0.2), extend("x-unit" = "log points per year", "x-source" = "assumption: equal to the frontier's growth", "x-opening" = true))]
    pub opening_slope: f64,
}
