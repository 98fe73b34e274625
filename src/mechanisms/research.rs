//! research

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of research.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Research events per year of a firm with one effective engineer.
    #[default(0.45)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub arrival_rate: f64,
    /// Elasticity of the arrival of events with respect to effective engineers.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption; below the patent elasticity of firm research of .3-.6 (Hausman, Hall & Griliches 1984)"))]
    pub effort_exponent: f64,
    /// Arrival of imitations relative to improvements at the same effort.
    #[default(1.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption: copying succeeds more often than inventing"))]
    pub imitation_advantage: f64,
    /// Mean gain in a field from one successful event far from the limit of what can be learned.
    #[default(0.06)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub step: f64,
    /// Gap at which the gain has fallen to 63 % of its full size; the closer the limit, the smaller
    /// the step.
    #[default(0.08)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub step_gap: f64,
    /// Distance of the ceiling of what a firm can learn from the frontier of a field.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption: what the world has codified or licenses out lags its frontier by about 15 years of growth"))]
    pub ceiling_lag: f64,
    /// Firms looked at when searching for somebody to imitate, besides the technology abroad.
    #[default(4)]
    #[schemars(range(min = 1, max = 16), extend("x-unit" = "firms", "x-source" = "Gilbert, Pyka & Ahrweiler (SKIN): at most five partners are searched"))]
    pub candidates: u32,
    /// Share of the candidates drawn from all sub-industries by relatedness instead of the own one.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub related_share: f64,
    /// Added to the distance between two firms, so that the nearest candidate is not certain to be
    /// chosen.
    #[default(0.05)]
    #[schemars(range(min = 0.001, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub distance_floor: f64,
    /// Distance between cities that counts like one log point of technological distance.
    #[default(350.0)]
    #[schemars(range(min = 1.0, max = 100000.0), extend("x-unit" = "km", "x-source" = "Bottazzi & Peri 2003: knowledge spill-overs fade within about 300 km"))]
    pub half_distance: f64,
    /// Distance between firms of different capital source.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub ownership_distance: f64,
    /// Factor on the distance to technology abroad.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 100.0), extend("x-unit" = "-", "x-source" = "Dosi, Roventini & Russo 2019: penalty on imitation abroad"))]
    pub abroad_penalty: f64,
    /// Research outlay that employs one engineer for a year.
    #[default(0.25)]
    #[schemars(range(min = 0.001, max = 10.0), extend("x-unit" = "million CNY per person and year", "x-source" = "assumption: wage, equipment and materials of one research engineer"))]
    pub engineer_cost: f64,
    /// Share of the research outlay spent on contracts with universities and institutes.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption; firms finance about a third of university research"))]
    pub external_share: f64,
}
