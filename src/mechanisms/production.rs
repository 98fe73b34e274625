//! production

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of production.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Utilisation of capacity that firms aim at.
    #[default(0.75)]
    #[schemars(range(min = 0.1, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub utilisation: f64,
    /// Output above normal that the present workforce can make.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub overtime: f64,
    /// Share of the surprise in demand that enters next quarter's expectation.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub expectation: f64,
    /// Finished goods that make-to-stock lines aim to hold.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 4.0), extend("x-unit" = "quarters of sales", "x-source" = "assumption"))]
    pub inventory_target: f64,
    /// Persistence of a firm's efficiency.
    #[default(0.9)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per year", "x-source" = "annual AR(1) of plant productivity .6-.85 (Foster, Haltiwanger & Syverson 2008), here without its persistent part"))]
    pub efficiency_persistence: f64,
    /// Standard deviation of efficiency among firms of the size threshold.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "Hsieh & Klenow 2009: sd of log revenue productivity in China .63-.74"))]
    pub efficiency_deviation: f64,
    /// Fall of the deviation of efficiency with size: a large firm is an average over many shops.
    #[default(0.18)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "Riccaboni et al. 2008: deviations fall with size to the power .14-.20"))]
    pub efficiency_size_exponent: f64,
    /// Share of unserved customers that do not come back next quarter.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub unserved_loss: f64,
}
