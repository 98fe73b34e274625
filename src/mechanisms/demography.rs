//! demography

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of entry, exit and spin-offs.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Entrants per incumbent and year at opening opportunity.
    #[default(0.12)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "1/year", "x-source" = "assumption: 10-20 % a year for the set above the reporting threshold (Mao & Sheng 2013)"))]
    pub entry_rate: f64,
    /// Response of entry, in log points, to a unit of operating margin above the opening one.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub opportunity_response: f64,
    /// Response of the choice of sub-industry, in log odds, to relatedness density.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "Neffke, Henning & Boschma 2011; He, Yan & Rigby 2018: sign"))]
    pub relatedness_response: f64,
    /// Smallest annual sales of an entrant, relative to real firms.
    #[default(24.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "assumption just above the reporting threshold of 20 million CNY"))]
    pub entry_size: f64,
    /// Pareto exponent of the sales of entrants.
    #[default(2.5)]
    #[schemars(range(min = 1.01, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption: entrants are small"))]
    pub entry_size_exponent: f64,
    /// Share of entrants that are spin-offs and inherit the knowledge of a parent in their city.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub spin_off_share: f64,
    /// Knowledge that an entrant lacks compared with its model, per field on average.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "SKIN: start-ups take over a part of the knowledge of a successful firm"))]
    pub trimming: f64,
    /// Annual sales below which a firm fades, relative to real firms.
    #[default(18.0)]
    #[schemars(range(min = 0.0, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "reporting threshold of 20 million CNY less a tenth"))]
    pub exit_sales: f64,
    /// Quarters below that size before the firm leaves.
    #[default(4)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption"))]
    pub exit_patience: u32,
}
