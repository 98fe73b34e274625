//! market

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of the markets.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Elasticity of substitution among the region's firms.
    #[default(5.0)]
    #[schemars(range(min = 1.01, max = 50.0), extend("x-unit" = "-", "x-source" = "trade elasticity 4-6 (Simonovska & Waugh 2014)"))]
    pub regional_elasticity: f64,
    /// Elasticity of substitution between the region and the outside competitor.
    #[default(3.0)]
    #[schemars(range(min = 1.01, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption within sectoral trade elasticities 3-9"))]
    pub outside_elasticity: f64,
    /// Share of the distance to the target market share closed in a quarter.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub share_adjustment: f64,
    /// Mean annual purchases of one customer; sets the number of customer links of a firm.
    #[default(5.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "assumption"))]
    pub customer_size: f64,
    /// Probability that a customer link is won or lost in a quarter.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub customer_turnover: f64,
    /// Quality that buyers deduct from a high-end product without a reference sale.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub first_set_distrust: f64,
    /// High-end sales that bring the first reference with probability 63 %.
    #[default(10.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY", "x-source" = "assumption"))]
    pub reference_sales: f64,
    /// Probability that a firm of median competence that does not export starts to.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub export_entry: f64,
    /// First-year exports of a new exporter relative to its sales.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub export_start: f64,
}
