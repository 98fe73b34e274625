//! upgrading

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of the upgrading choice.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Weight of past pay-offs in the attraction of an option.
    #[default(0.95)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "Camerer & Ho 1999, averaging form; value an assumption"))]
    pub memory: f64,
    /// Intensity of the logit choice over attractions divided by their mean.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub intensity: f64,
    /// Share of the distance to the chosen budget that is closed in a quarter; ownership inertia
    /// lowers it.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub adjustment: f64,
    /// Least budget share of an option: some of everything is always tried.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 0.2), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub floor: f64,
    /// Weight of a firm's own pay-off against the pay-off observed in its sub-industry.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub own_weight: f64,
    /// Rate at which future cash flow is discounted.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub discount_rate: f64,
    /// Rate at which an advantage fades as the frontier and rivals move.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub obsolescence: f64,
    /// Curvature of the utility of a pay-off, pi / (1 + risk aversion x pi): lumpy gains count for
    /// less than even ones.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub risk_aversion: f64,
    /// Length of the pre-run, with knowledge frozen, from which the opening budgets come.
    #[default(40)]
    #[schemars(range(min = 0, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption: long enough to settle, see the tests", "x-opening" = true))]
    pub settling_quarters: u32,
}
