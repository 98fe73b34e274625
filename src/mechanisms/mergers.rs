//! mergers

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of mergers.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Probability that a firm looks for a smaller one of its sub-industry to take over.
    #[default(0.004)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub rate: f64,
    /// Least ratio of the buyer's sales to those of the target.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 1000.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub size_ratio: f64,
    /// Efficiency lost by the buyer in proportion to the target's share in the merged firm.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption; 30-50 % of acquisitions meet their goals"))]
    pub integration_cost: f64,
    /// Share of the target's lead in a field that the merged firm keeps.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub knowledge_kept: f64,
}
