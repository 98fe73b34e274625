//! Plans of sweeps: what to vary, how, how often, and what to keep. Read and checked like scenarios.

mod check;
mod load;

pub use load::{LoadedPlan, beside, check_for_map, load, setting};
pub(super) use load::{load_scenario, refused};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use smart_default::SmartDefault;

use super::watch::indicators;
use crate::scenario::Override;

/// A sweep.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Title, for people.
    #[schemars(extend("x-unit" = "text"))]
    pub title: String,
    /// The question.
    #[schemars(extend("x-unit" = "text"))]
    pub description: String,
    /// Scenario file from which every run starts, relative to the plan.
    #[schemars(extend("x-unit" = "file"))]
    pub base: Option<String>,
    /// Runs of each point, each with a seed of its own.
    #[default(1)]
    #[schemars(range(min = 1, max = 1000000), extend("x-unit" = "runs"))]
    pub replicates: u32,
    /// Whether replicate 3 has the same seed at every point, so that points differ by what is varied alone;
    /// otherwise no two runs share a seed, so that luck averages out over points.
    #[default(true)]
    #[schemars(extend("x-unit" = "-"))]
    pub common_seeds: bool,
    /// Seed from which the seeds of the replicates derive; absent: that of the base scenario.
    #[schemars(extend("x-unit" = "-"))]
    pub seed: Option<u64>,
    /// Settings that hold in every run, such as `time.ticks = 40`.
    #[schemars(extend("x-unit" = "-"))]
    pub set: IndexMap<String, Json>,
    /// Which combinations of the factors are run.
    pub design: DesignSettings,
    /// What varies.
    pub factor: Vec<Factor>,
    /// What is kept of each run.
    pub output: Selection,
    /// How `tiexi map` reads the results.
    pub map: Option<MapSettings>,
}

/// A map: which path is best, over two traits of the region.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MapSettings {
    /// Column of the factor from left to right.
    #[schemars(extend("x-unit" = "text"))]
    pub x: String,
    /// Column of the factor from bottom to top.
    #[schemars(extend("x-unit" = "text"))]
    pub y: String,
    /// Columns of further factors: a map of its own for each combination of their values.
    #[schemars(extend("x-unit" = "text"))]
    pub panels: Vec<String>,
    /// Column of the factor whose values are the paths; the first is what happens without any.
    #[schemars(extend("x-unit" = "text"))]
    pub path: String,
    /// Indicator by which paths are judged; more is better.
    #[schemars(extend("x-unit" = "text"))]
    pub criterion: String,
}

/// Which combinations of the factors are run.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DesignSettings {
    /// Kind of design.
    pub kind: Kind,
    /// Points (latin_hypercube, sobol), base points (saltelli) or trajectories (morris).
    #[schemars(range(min = 1, max = 1000000), extend("x-unit" = "points"))]
    pub size: Option<u32>,
    /// Seed of the design; not that of the runs.
    #[default(1)]
    #[schemars(extend("x-unit" = "-"))]
    pub seed: u64,
    /// Values that a range has in a grid; levels of morris (an even number).
    #[default(4)]
    #[schemars(range(min = 2, max = 1000), extend("x-unit" = "values"))]
    pub levels: u32,
}

/// Kind of design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Every combination of the values.
    #[default]
    Grid,
    /// First values together, second values together, and so on.
    List,
    /// Random points that cover every factor evenly.
    LatinHypercube,
    /// Points of the Sobol sequence (Owen-scrambled), which fill the space evenly.
    Sobol,
    /// Sobol points arranged for first-order and total sensitivity indices.
    Saltelli,
    /// Trajectories that change one factor at a time, for screening.
    Morris,
}

/// One thing that varies.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Factor {
    /// Dotted key of the scenario, such as `finance.debt_limit` or `policies.grant.rate`.
    #[schemars(extend("x-unit" = "-"))]
    pub key: Option<String>,
    /// Whole scenarios instead of a key: files relative to the plan.
    #[schemars(extend("x-unit" = "file"))]
    pub scenario: Option<Vec<String>>,
    /// Bundles of settings by name, instead of a key: policies, paths, institutions.
    #[schemars(extend("x-unit" = "-"))]
    pub option: IndexMap<String, IndexMap<String, Json>>,
    /// Column in the tables; absent: the key, `scenario` or `option`.
    #[schemars(extend("x-unit" = "text"))]
    pub name: Option<String>,
    /// Values it takes.
    #[schemars(extend("x-unit" = "as the key"))]
    pub values: Option<Vec<Json>>,
    /// Least and largest value.
    #[schemars(extend("x-unit" = "as the key"))]
    pub range: Option<[f64; 2]>,
    /// How the range is divided.
    pub scale: Scale,
}

/// How a range is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly in logarithms.
    Log,
    /// Into whole numbers.
    Integer,
}

/// What is kept of each run.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// Columns of region.csv; absent: all.
    #[schemars(extend("x-unit" = "-"))]
    pub indicators: Vec<String>,
    /// Ticks between two kept ones; the last tick is always kept.
    #[default(1)]
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks"))]
    pub every: u32,
}

impl Factor {
    /// Column in the tables.
    pub fn column(&self) -> String {
        let kind = if self.scenario.is_some() { "scenario" } else { "option" };
        let key = self.key.clone().unwrap_or_else(|| kind.to_string());
        self.name.clone().unwrap_or(key)
    }

    /// The values, if they are listed.
    pub fn listed(&self) -> Option<Vec<Json>> {
        let words = |words: Vec<&String>| words.into_iter().cloned().map(Json::String).collect();
        match &self.scenario {
            Some(files) => Some(words(files.iter().collect())),
            None if !self.option.is_empty() => Some(words(self.option.keys().collect())),
            None => self.values.clone(),
        }
    }

    /// The value at a place between 0 and 1.
    pub fn at(&self, place: f64) -> Json {
        if let Some(values) = self.listed() {
            let at = (place * values.len() as f64) as usize;
            return values.get(at.min(values.len().saturating_sub(1))).cloned().unwrap_or(Json::Null);
        }
        let [low, high] = self.range.unwrap_or_default();
        match self.scale {
            Scale::Linear => Json::from(low + place * (high - low)),
            Scale::Log => Json::from(low * libm::exp(place * libm::log(high / low))),
            Scale::Integer => Json::from((low + (place * (high - low + 1.0)).floor().min(high - low)) as i64),
        }
    }

    /// Values that show whether all are admissible: those listed, or the ends of the range.
    fn samples(&self) -> Vec<Json> {
        self.listed().unwrap_or_else(|| vec![self.at(0.0), self.at(1.0)])
    }
}

impl MapSettings {
    /// Columns of all factors that it uses, the paths last.
    pub fn factors(&self) -> Vec<&str> {
        let axes = [self.x.as_str(), self.y.as_str()];
        axes.into_iter().chain(self.panels.iter().map(String::as_str)).chain([self.path.as_str()]).collect()
    }
}

impl Plan {
    /// Files of the scenarios, relative to the plan: those of the factor, or the base.
    pub fn scenarios(&self) -> Vec<String> {
        let varied = self.factor.iter().find_map(|factor| factor.scenario.clone());
        varied.unwrap_or_else(|| self.base.iter().cloned().collect())
    }

    /// Indicators that are kept, in the order of region.csv.
    pub fn indicators(&self) -> Vec<&'static str> {
        let chosen = &self.output.indicators;
        let is_chosen = |name: &&str| chosen.is_empty() || chosen.iter().any(|wanted| wanted == name);
        indicators().into_iter().filter(is_chosen).collect()
    }

    /// The settings of every run.
    pub fn settings(&self) -> Vec<Override> {
        load::settings(&self.set)
    }
}
