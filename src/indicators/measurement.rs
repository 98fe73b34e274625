//! measurement

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of measurement.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Share of sales that is high-end in the opening state; fixes the quality threshold.
    #[default(0.1)]
    #[schemars(range(min = 0.001, max = 0.999), extend("x-unit" = "share 0-1", "x-source" = "source report: high-end share of 10 % in 2010", "x-opening" = true))]
    pub high_end_opening: f64,
    /// Width of the logistic product mix around the threshold.
    #[default(0.06)]
    #[schemars(range(min = 0.001, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub high_end_width: f64,
    /// Window over which contributions are averaged for the stage.
    #[default(2.0)]
    #[schemars(range(min = 0.25, max = 20.0), extend("x-unit" = "years", "x-source" = "definition of the stage indicator: 8 quarters"))]
    pub smoothing: f64,
    /// Least contribution of a stage, relative to value added per worker.
    #[default(0.005)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "definition of the stage indicator"))]
    pub stage_threshold: f64,
    /// Block-bootstrap standard errors by which the contribution must exceed zero.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "standard errors", "x-source" = "definition of the stage indicator"))]
    pub stage_errors: f64,
    /// Shortest duration of a stage.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "years", "x-source" = "definition of the stage indicator: 8 quarters"))]
    pub hysteresis: f64,
    /// Firms with a standing research staff in the opening state; fixes the threshold of a
    /// technical centre.
    #[default(161)]
    #[schemars(range(min = 0, max = 100000), extend("x-unit" = "firms", "x-source" = "source report: 316 technical centres in 2015 after 155 were added", "x-opening" = true))]
    pub technical_centres: u32,
}
