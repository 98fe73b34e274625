//! Plans of calibrations: what is free, what is aimed at, and how long to look. Read and checked like
//! scenarios.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use smart_default::SmartDefault;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::experiment::design::most_factors;
use crate::experiment::plan::{
    DesignSettings, Factor, Kind, LoadedPlan, Plan, Selection, beside, load_scenario, refused,
};
use crate::experiment::watch::indicators;
use crate::scenario::{self, Check, CrossProblem, ScenarioError, nearest};

/// A calibration.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CalibrationPlan {
    /// Title, for people.
    #[schemars(extend("x-unit" = "text"))]
    pub title: String,
    /// The question.
    #[schemars(extend("x-unit" = "text"))]
    pub description: String,
    /// Scenario file from which every run starts, relative to the plan.
    #[schemars(extend("x-unit" = "file"))]
    pub base: Option<String>,
    /// Runs of each point; from their spread comes what luck may do to a target.
    #[default(4)]
    #[schemars(range(min = 2, max = 1000), extend("x-unit" = "runs"))]
    pub replicates: u32,
    /// Seed from which all others derive; absent: that of the base scenario.
    #[schemars(extend("x-unit" = "-"))]
    pub seed: Option<u64>,
    /// Settings that hold in every run, such as `time.ticks = 24`.
    #[schemars(extend("x-unit" = "-"))]
    pub set: IndexMap<String, Json>,
    /// How long to look, and where to stop believing.
    pub exploration: Exploration,
    /// What is drawn in the end.
    pub posterior: Posterior,
    /// Free parameters.
    pub parameter: Vec<Parameter>,
    /// What is known of the region, by name.
    #[schemars(extend("x-csv" = true))]
    pub target: IndexMap<String, Target>,
}

/// How long to look, and where to stop believing.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Exploration {
    /// Rounds; each explores what the one before left.
    #[default(2)]
    #[schemars(range(min = 1, max = 10), extend("x-unit" = "waves"))]
    pub waves: u32,
    /// Points of each wave; ten for each free parameter are a good start (Loeppky, Sacks & Welch 2009).
    #[default(60)]
    #[schemars(range(min = 8, max = 500), extend("x-unit" = "points"))]
    pub points: u32,
    /// Standard deviations by which a target may be missed before a point is implausible; by the rule of
    /// Pukelsheim (1994) three hold 95 % of any distribution with one peak.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 10.0), extend("x-unit" = "standard deviations"))]
    pub cutoff: f64,
    /// Seed of designs and samplers; not that of the runs.
    #[default(1)]
    #[schemars(extend("x-unit" = "-"))]
    pub seed: u64,
}

/// What is drawn in the end.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Posterior {
    /// Draws of the posterior.
    #[default(1000)]
    #[schemars(range(min = 100, max = 100000), extend("x-unit" = "draws"))]
    pub size: u32,
    /// Draws that are run in the model to see the fit.
    #[default(12)]
    #[schemars(range(min = 2, max = 500), extend("x-unit" = "points"))]
    pub confirmed: u32,
}

/// A free parameter.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Parameter {
    /// Dotted key of the scenario, such as `research.arrival_rate`.
    #[schemars(extend("x-unit" = "-"))]
    pub key: Option<String>,
    /// What is believed before any run.
    pub prior: Prior,
    /// Least and largest value.
    #[schemars(extend("x-unit" = "as the key"))]
    pub range: Option<[f64; 2]>,
    /// Mean of a normal prior.
    #[schemars(extend("x-unit" = "as the key"))]
    pub mean: Option<f64>,
    /// Standard deviation of a normal prior.
    #[schemars(extend("x-unit" = "as the key"))]
    pub deviation: Option<f64>,
    /// Where the prior comes from.
    #[schemars(extend("x-unit" = "text"))]
    pub source: String,
}

/// What is believed of a parameter before any run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// Any value of the range alike.
    #[default]
    Uniform,
    /// Any ratio alike, for parameters known to an order of magnitude.
    LogUniform,
    /// A bell around `mean`, cut off at the range.
    Normal,
}

/// A fact that the model should meet.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Column of region.csv; its mean over the ticks of the year counts.
    #[schemars(extend("x-unit" = "-"))]
    pub indicator: Option<String>,
    /// Column by which it is divided, both summed over the year.
    #[schemars(extend("x-unit" = "-"))]
    pub over: Option<String>,
    /// Calendar year.
    #[schemars(extend("x-unit" = "year"))]
    pub year: Option<i32>,
    /// Earlier year with which it is compared.
    #[schemars(extend("x-unit" = "year"))]
    pub since: Option<i32>,
    /// How it is compared with the earlier year.
    pub change: Change,
    /// What is known.
    #[schemars(extend("x-unit" = "as the indicator"))]
    pub value: Option<f64>,
    /// Half-width of what is accepted, read as two standard deviations of what is known.
    #[schemars(extend("x-unit" = "as the indicator"))]
    pub tolerance: Option<f64>,
    /// Where it is known from.
    #[schemars(extend("x-unit" = "text"))]
    pub source: String,
}

/// How a year is compared with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Later over earlier.
    #[default]
    Ratio,
    /// Later less earlier.
    Difference,
}

impl Parameter {
    /// Its key.
    pub fn name(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// Ends of its range.
    pub fn ends(&self) -> [f64; 2] {
        self.range.unwrap_or_default()
    }

    /// The value below which the prior has the share `place`: on this scale every prior is uniform.
    pub fn at(&self, place: f64) -> f64 {
        let [low, high] = self.ends();
        let value = match self.prior {
            Prior::Uniform => low + place * (high - low),
            Prior::LogUniform => low * libm::exp(place * libm::log(high / low)),
            Prior::Normal => self.bell().map_or(low, |bell| {
                let (from, to) = (bell.cdf(low), bell.cdf(high));
                bell.inverse_cdf(from + place * (to - from))
            }),
        };
        value.clamp(low, high)
    }

    fn bell(&self) -> Option<Normal> {
        Normal::new(self.mean?, self.deviation?).ok()
    }
}

impl Target {
    /// What is known.
    pub fn known(&self) -> f64 {
        self.value.unwrap_or_default()
    }

    /// Half-width of what is accepted.
    pub fn accepted(&self) -> f64 {
        self.tolerance.unwrap_or_default()
    }

    /// Columns that it is computed from.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.indicator.as_deref().into_iter().chain(self.over.as_deref())
    }

    /// Years that it is computed from.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.year.into_iter().chain(self.since)
    }
}

impl CalibrationPlan {
    /// Columns that all targets are computed from, in the order of region.csv.
    pub fn indicators(&self) -> Vec<String> {
        let is_needed = |name: &&str| self.target.values().any(|target| target.columns().any(|column| column == *name));
        indicators().into_iter().filter(is_needed).map(String::from).collect()
    }

    /// The plan of a sweep through these points, each a place between 0 and 1 for every parameter.
    pub fn sweep(&self, points: &[Vec<f64>], seed: u64) -> Plan {
        let factor = |(at, parameter): (usize, &Parameter)| Factor {
            key: parameter.key.clone(),
            values: Some(points.iter().map(|point| Json::from(parameter.at(point[at]))).collect()),
            ..Factor::default()
        };
        Plan {
            title: self.title.clone(),
            base: self.base.clone(),
            replicates: self.replicates,
            // What is common to all points would be learned as if it were the model's.
            common_seeds: false,
            seed: Some(seed),
            set: self.set.clone(),
            design: DesignSettings { kind: Kind::List, ..DesignSettings::default() },
            factor: self.parameter.iter().enumerate().map(factor).collect(),
            output: Selection { indicators: self.indicators(), every: 1 },
            ..Plan::default()
        }
    }
}

/// A plan that passed all checks, with its scenario.
#[derive(Debug)]
pub struct LoadedCalibration {
    /// The plan.
    pub plan: CalibrationPlan,
    /// Its scenario, as that of a sweep without points.
    pub sources: LoadedPlan,
}

/// Reads and checks a plan and everything it names.
///
/// # Errors
/// All that is wrong with it, with places.
pub fn load(path: &Path) -> Result<LoadedCalibration, ScenarioError> {
    let loaded = scenario::load_as::<CalibrationPlan>(path, &[], CHECKS)?;
    let plan = loaded.scenario.clone();
    let file = plan.base.clone().unwrap_or_default();
    let scenario = load_scenario(path, &loaded, "base".to_string(), &file, &plan.set)?;
    let sources = LoadedPlan { plan: plan.sweep(&[], 0), path: PathBuf::from(path), scenarios: vec![scenario] };
    let mut problems: Vec<CrossProblem> =
        plan.parameter.iter().enumerate().flat_map(|(at, one)| end_problems(&sources, &file, at, one)).collect();
    problems.extend(year_problems(&plan, &sources));
    if problems.is_empty() { Ok(LoadedCalibration { plan, sources }) } else { Err(loaded.refusal(problems)) }
}

/// What the scenario says against the ends of a range.
fn end_problems(sources: &LoadedPlan, file: &str, at: usize, parameter: &Parameter) -> Vec<CrossProblem> {
    let (file, settings) = (beside(&sources.path, file), sources.plan.settings());
    let mut problems = Vec::new();
    for (index, end) in parameter.ends().into_iter().enumerate() {
        let place = format!("parameter[{at}].range[{index}]");
        let Some(mut problem) = refused(&file, &place, parameter.name(), &Json::from(end), &settings) else {
            continue;
        };
        if problem.message.contains("unknown key") || problem.message.contains("missing key") {
            problem.path = format!("parameter[{at}].key");
            return vec![problem];
        }
        problems.push(problem);
    }
    problems
}

/// Years of targets must lie in the run as a whole.
fn year_problems(plan: &CalibrationPlan, sources: &LoadedPlan) -> Vec<CrossProblem> {
    let time = &sources.scenarios[0].scenario.time;
    let first = time.start_year;
    let whole = i32::try_from(time.ticks / time.ticks_per_year).unwrap_or(i32::MAX);
    let mut problems = Vec::new();
    for (name, target) in &plan.target {
        for (key, year) in [("year", target.year), ("since", target.since)] {
            if let Some(year) = year.filter(|year| *year < first || *year - first >= whole) {
                let last = first + whole - 1;
                let message = format!("the run has no whole year {year}, only {first} to {last}");
                let help = "set.\"time.ticks\" makes it longer";
                problems.push(CrossProblem::new(place_of(name, key), message).help(help));
            }
        }
    }
    problems
}

/// Dotted path of a key of a target.
fn place_of(name: &str, key: &str) -> String {
    scenario::KeyPath::default().key("target").key(name).key(key).to_string()
}

const CHECKS: &[Check<CalibrationPlan>] = &[check_base, check_size, check_parameters, check_targets];

fn check_base(plan: &CalibrationPlan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    if plan.base.is_none() {
        let help = "base = \"liaoning.toml\", relative to the plan";
        problems.push(CrossProblem::new("base", "missing key `base`").help(help));
    }
    if plan.set.contains_key("seed") {
        problems.push(CrossProblem::new("set.seed", "the seed stands on top of the plan: seed = 1"));
    }
    problems
}

/// An emulator's work grows with the third power of the points.
fn check_size(plan: &CalibrationPlan) -> Vec<CrossProblem> {
    const MOST_POINTS: u32 = 600;
    let (waves, points) = (plan.exploration.waves, plan.exploration.points);
    let mut problems = Vec::new();
    if waves * points > MOST_POINTS {
        let message = format!("{waves} waves of {points} points are more than {MOST_POINTS} in all");
        problems.push(CrossProblem::new("exploration.points", message));
    }
    let least = 2 * plan.parameter.len() as u32 + 2;
    if points < least {
        let message = format!("{} parameters need at least {least} points a wave", plan.parameter.len());
        problems.push(CrossProblem::new("exploration.points", message));
    }
    problems
}

fn check_parameters(plan: &CalibrationPlan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    if plan.parameter.is_empty() {
        let help = "[[parameter]] key = \"research.arrival_rate\", range = [0.1, 1.0]";
        problems.push(CrossProblem::new("parameter", "no parameter is free").help(help));
    }
    let most = most_factors(Kind::Sobol).min(30);
    if plan.parameter.len() > most {
        problems.push(CrossProblem::new("parameter", format!("at most {most} free parameters")));
    }
    for (at, parameter) in plan.parameter.iter().enumerate() {
        let twice = parameter.key.is_some() && plan.parameter[..at].iter().any(|other| other.key == parameter.key);
        if twice {
            let message = format!("`{}` is free already", parameter.name());
            problems.push(CrossProblem::new(format!("parameter[{at}].key"), message));
        }
        problems.extend(parameter_problem(at, parameter));
    }
    problems
}

fn parameter_problem(at: usize, parameter: &Parameter) -> Option<CrossProblem> {
    let here = |key: &str, message: String| Some(CrossProblem::new(format!("parameter[{at}]{key}"), message));
    let Some(key) = &parameter.key else {
        return here("", "a parameter needs a `key`".to_string()).map(|p| p.help("key = \"research.arrival_rate\""));
    };
    if key == "seed" {
        return here(".key", "`seed` is no parameter of the model".to_string());
    }
    let Some([low, high]) = parameter.range else {
        return here("", "a parameter needs a `range`".to_string()).map(|p| p.help("range = [0.1, 1.0]"));
    };
    if low >= high {
        return here(".range", format!("the range must rise, but {low} is not below {high}"));
    }
    match (parameter.prior, parameter.mean, parameter.deviation) {
        (Prior::LogUniform, ..) if low <= 0.0 => {
            here(".range", format!("a logarithmic range must be positive, but begins at {low}"))
        }
        (Prior::Normal, Some(mean), Some(deviation)) => match () {
            () if deviation <= 0.0 => here(".deviation", "a deviation must be positive".to_string()),
            () if mean < low || mean > high => {
                here(".mean", format!("the mean {mean} lies outside the range from {low} to {high}"))
            }
            () => None,
        },
        (Prior::Normal, ..) => here("", "a normal prior needs `mean` and `deviation`".to_string()),
        (_, None, None) => None,
        _ => {
            here("", "only a normal prior has `mean` and `deviation`".to_string()).map(|p| p.help("prior = \"normal\""))
        }
    }
}

fn check_targets(plan: &CalibrationPlan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    if plan.target.is_empty() {
        let help = "[target] csv = \"data/calibration_targets.csv\", or [target.NAME]";
        problems.push(CrossProblem::new("target", "there is no target").help(help));
    }
    for (name, target) in &plan.target {
        problems.extend(missing_of(name, target));
        problems.extend(unknown_columns(name, target));
        if target.tolerance.is_some_and(|tolerance| tolerance <= 0.0) {
            problems.push(CrossProblem::new(place_of(name, "tolerance"), "a tolerance must be positive"));
        }
        if let (Some(since), Some(year)) = (target.since, target.year)
            && since >= year
        {
            let message = format!("`since` must lie before {year}");
            problems.push(CrossProblem::new(place_of(name, "since"), message));
        }
    }
    problems
}

fn missing_of(name: &str, target: &Target) -> Option<CrossProblem> {
    let missing = [
        ("indicator", target.indicator.is_none()),
        ("year", target.year.is_none()),
        ("value", target.value.is_none()),
        ("tolerance", target.tolerance.is_none()),
    ];
    let (key, _) = missing.into_iter().find(|(_, is_missing)| *is_missing)?;
    let place = scenario::KeyPath::default().key("target").key(name).to_string();
    Some(CrossProblem::new(place, format!("the target `{name}` has no `{key}`")))
}

fn unknown_columns(name: &str, target: &Target) -> Vec<CrossProblem> {
    let known = indicators();
    let mut problems = Vec::new();
    for (key, column) in [("indicator", &target.indicator), ("over", &target.over)] {
        if let Some(column) = column.as_deref().filter(|column| !known.contains(column)) {
            let near = nearest(column, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let problem = CrossProblem::new(place_of(name, key), format!("there is no indicator `{column}`"));
            problems.push(problem.maybe_help(near));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(prior: Prior) -> Parameter {
        let (mean, deviation) = if prior == Prior::Normal { (Some(2.0), Some(1.0)) } else { (None, None) };
        Parameter { prior, range: Some([1.0, 4.0]), mean, deviation, ..Parameter::default() }
    }

    #[test]
    fn priors_run_from_end_to_end_of_their_range() {
        for prior in [Prior::Uniform, Prior::LogUniform, Prior::Normal] {
            let parameter = parameter(prior);
            assert!((parameter.at(0.0) - 1.0).abs() < 1e-6, "{prior:?}");
            assert!((parameter.at(1.0) - 4.0).abs() < 1e-6, "{prior:?}");
            let inner: Vec<f64> = (0..=10).map(|k| parameter.at(f64::from(k) / 10.0)).collect();
            assert!(inner.windows(2).all(|pair| pair[0] < pair[1]), "{inner:?}");
        }
        assert!((parameter(Prior::LogUniform).at(0.5) - 2.0).abs() < 1e-12);
    }

    /// Cut off at the range, half of the bell lies below its own median: between -1 and 2 deviations.
    #[test]
    fn a_normal_prior_is_cut_off_at_its_range() {
        let median = parameter(Prior::Normal).at(0.5);
        // R 4.3: qnorm(mean(pnorm(c(-1, 2)))) = 0.1717
        assert!((median - 2.171_7).abs() < 2e-3, "{median}");
    }
}
