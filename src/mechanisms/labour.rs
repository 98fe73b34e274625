//! labour

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of labour.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Opening wage of a worker.
    #[default(0.045)]
    #[schemars(range(min = 0.0001, max = 10.0), extend("x-unit" = "million CNY per person and year", "x-source" = "Liaoning, about 45 thousand CNY a year in 2014 (to be verified)", "x-opening" = true))]
    pub annual_wage: f64,
    /// Social charges on top of the wage.
    #[default(0.32)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "share of the wage", "x-source" = "assumption: employers' contributions"))]
    pub social_charges: f64,
    /// Share of the distance to the desired workforce closed in a quarter; labour hoarding lowers
    /// it for lay-offs.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub adjustment: f64,
    /// Elasticity of the wage to smoothed value added per worker.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub wage_indexation: f64,
    /// Smoothing of value added per worker in the wage.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub wage_smoothing: f64,
    /// Response of the wage level, in log points, to a log change of employment relative to the
    /// labour force.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub scarcity: f64,
    /// Labour available to the industry beyond opening employment.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub labour_slack: f64,
    /// General skill of the workforce, which sets how fast it learns new machines.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 5.0), extend("x-unit" = "-", "x-source" = "Dawid, Harting & Neugart 2014: half-life of learning 20 months at 1, 4 months at 5"))]
    pub general_skill: f64,
}
