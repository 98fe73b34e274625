//! talent

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of engineers and universities.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Engineers of a city without a research post in the opening state, relative to posts.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub opening_slack: f64,
    /// Share of graduates who stay where pay equals that outside.
    #[default(0.365)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "stay rate of graduates in the region, 25 % (leading universities) to 36.5 % (all)"))]
    pub stay_share: f64,
    /// Response of the log odds of staying to the log wage premium and to the log ratio of open
    /// posts.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub stay_response: f64,
    /// Share of engineers who leave the region in a year.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub leave_rate: f64,
    /// Share of engineers who retire in a year.
    #[default(0.025)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub retirement: f64,
    /// Response of the engineers' pay premium to the log ratio of posts to engineers.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub premium_response: f64,
    /// Probability that an engineer moves to another firm of the city in a year.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub mobility: f64,
    /// Share of the gap in one field closed when an engineer of a better firm joins.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub mobility_transfer: f64,
}
