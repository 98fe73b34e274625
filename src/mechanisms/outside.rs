//! outside

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

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
