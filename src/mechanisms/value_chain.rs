//! value_chain

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of the division of chain value over functions.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Share of the design function that the median firm performs and is paid for in the opening
    /// state.
    #[default(0.3)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub design_kept: f64,
    /// Share of fabrication kept.
    #[default(1.0)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the region's firms make what they sell", "x-opening" = true))]
    pub fabrication_kept: f64,
    /// Share of the market function (brand, channel, service) kept by the median firm.
    #[default(0.25)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub market_kept: f64,
    /// Dispersion of the kept shares among firms.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption", "x-opening" = true))]
    pub kept_deviation: f64,
}
