//! Plans of sweeps: what to vary, how, how often, and what to keep. Read and checked like scenarios.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use smart_default::SmartDefault;

use super::design::{most_factors, most_size, size, size_needed};
use super::seeds::MOST_REPLICATES;
use super::watch::indicators;
use crate::scenario::{self, Check, CrossProblem, KeyPath, Loaded, LoadedAs, Override, ScenarioError, nearest};

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
    /// Runs of each point, each with a seed of its own; replicate 3 has the same seed at every point.
    #[default(1)]
    #[schemars(range(min = 1, max = 1000000), extend("x-unit" = "runs"))]
    pub replicates: u32,
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
        let set = self.set.iter().filter_map(|(key, value)| setting("set", key, value));
        set.collect()
    }
}

/// No sweep may have more runs.
const MOST_RUNS: usize = 10_000_000;

/// A setting made by a plan.
pub fn setting(label: &str, key: &str, value: &Json) -> Option<Override> {
    let path = KeyPath::parse(key).ok()?;
    let value = toml::Value::try_from(value).ok()?;
    Some(Override::assign(format!("plan: {label}"), &path, &value))
}

/// A plan that passed all checks, with its scenarios.
#[derive(Debug)]
pub struct LoadedPlan {
    /// The plan.
    pub plan: Plan,
    /// File of the plan.
    pub path: PathBuf,
    /// The scenarios with the settings of the plan, in the order of [`Plan::scenarios`].
    pub scenarios: Vec<Loaded>,
}

/// Where a file that a plan names lies.
pub fn beside(plan: &Path, file: &str) -> PathBuf {
    plan.parent().unwrap_or(Path::new("")).join(file)
}

/// Reads and checks a plan and everything it names.
///
/// # Errors
/// All that is wrong with it, with places.
pub fn load(path: &Path) -> Result<LoadedPlan, ScenarioError> {
    let loaded = scenario::load_as::<Plan>(path, &[], CHECKS)?;
    let plan = loaded.scenario.clone();
    let scenarios = load_scenarios(path, &loaded)?;
    let problems = plan.factor.iter().enumerate().flat_map(|(at, factor)| factor_problems(path, &plan, at, factor));
    let problems: Vec<CrossProblem> = problems.chain(unlike_times(&scenarios)).collect();
    if problems.is_empty() {
        Ok(LoadedPlan { plan, path: path.to_path_buf(), scenarios })
    } else {
        Err(loaded.refusal(problems))
    }
}

/// All scenarios of the plan. What is wrong in `[set]` is said at its place in the plan, what is wrong in
/// a scenario file at its place in that file.
fn load_scenarios(path: &Path, loaded: &LoadedAs<Plan>) -> Result<Vec<Loaded>, ScenarioError> {
    let plan = &loaded.scenario;
    let mut scenarios = Vec::new();
    for (at, file) in plan.scenarios().iter().enumerate() {
        let place = if plan.factor.iter().any(|factor| factor.scenario.is_some()) {
            scenario_place(plan, at)
        } else {
            "base".to_string()
        };
        let real = beside(path, file);
        if !real.is_file() {
            let problem = CrossProblem::new(place, format!("cannot find the scenario `{file}`"));
            return Err(loaded.refusal(vec![problem.maybe_help(similar(&real))]));
        }
        scenario::load(&real, &[])?;
        for (key, value) in &plan.set {
            if let Some(problem) = refused(&real, &format!("set.{}", quoted(key)), key, value, &[]) {
                return Err(loaded.refusal(vec![problem]));
            }
        }
        let all = scenario::load(&real, &plan.settings());
        scenarios.push(all.map_err(|error| loaded.refusal(vec![CrossProblem::new("set", said(&error).0)]))?);
    }
    Ok(scenarios)
}

fn scenario_place(plan: &Plan, at: usize) -> String {
    let factor = plan.factor.iter().position(|factor| factor.scenario.is_some()).unwrap_or(0);
    format!("factor[{factor}].scenario[{at}]")
}

fn quoted(key: &str) -> String {
    KeyPath::default().key(key).to_string()
}

/// A neighbour of a file that does not exist.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.take(1000);
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    nearest(wanted, names.iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"))
}

/// Message and help of the first problem.
fn said(error: &ScenarioError) -> (String, Option<String>) {
    let first = error.problems().first();
    let help = first.and_then(|problem| problem.help.as_deref().map(str::to_string));
    (super::first_problem(error), help)
}

/// What a scenario says against `key = value`, at the `place` in the plan.
fn refused(scenario: &Path, place: &str, key: &str, value: &Json, others: &[Override]) -> Option<CrossProblem> {
    let Some(setting) = setting("check", key, value) else {
        return Some(CrossProblem::new(place, format!("`{key}` is not a dotted key")));
    };
    let settings: Vec<Override> = others.iter().cloned().chain([setting]).collect();
    let error = scenario::load(scenario, &settings).err()?;
    let (message, help) = said(&error);
    Some(CrossProblem::new(place, message).maybe_help(help))
}

/// What the scenarios say against the values of a factor.
fn factor_problems(path: &Path, plan: &Plan, at: usize, factor: &Factor) -> Vec<CrossProblem> {
    let Some(key) = &factor.key else {
        return option_problems(path, plan, at, factor);
    };
    let mut problems = Vec::new();
    for file in plan.scenarios() {
        for (index, value) in factor.samples().iter().enumerate() {
            // A misspelt key is wrong at the key, whatever the value.
            let place = match (&factor.values, &factor.range) {
                (Some(_), _) => format!("factor[{at}].values[{index}]"),
                _ => format!("factor[{at}].range[{index}]"),
            };
            let Some(mut problem) = refused(&beside(path, &file), &place, key, value, &plan.settings()) else {
                continue;
            };
            if problem.message.contains("unknown key") || problem.message.contains("missing key") {
                problem.path = format!("factor[{at}].key");
                return vec![problem];
            }
            problems.push(problem);
        }
    }
    problems
}

/// What the scenarios say against the options of a factor: each setting by itself, then all together.
fn option_problems(path: &Path, plan: &Plan, at: usize, factor: &Factor) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for file in plan.scenarios() {
        let file = beside(path, &file);
        for (name, settings) in &factor.option {
            let here = format!("factor[{at}].option.{}", quoted(name));
            let place = |key: &str| format!("{here}.{}", quoted(key));
            let single = settings.iter().find_map(|(key, value)| {
                let problem = refused(&file, &place(key), key, value, &plan.settings())?;
                // An entry may need what another setting gives.
                (problem.message.contains("unknown key") || settings.len() == 1).then_some(problem)
            });
            let mut all = plan.settings();
            all.extend(settings.iter().filter_map(|(key, value)| setting("option", key, value)));
            let together = || scenario::load(&file, &all).err().map(|error| CrossProblem::new(&here, said(&error).0));
            problems.extend(single.or_else(together));
        }
    }
    problems
}

/// Runs of one sweep are rows of one table and need the same ticks.
fn unlike_times(scenarios: &[Loaded]) -> Vec<CrossProblem> {
    let ticks = |loaded: &Loaded| loaded.scenario.time.ticks;
    let alike = scenarios.windows(2).all(|pair| ticks(&pair[0]) == ticks(&pair[1]));
    let message = "the scenarios run for different numbers of ticks";
    let problem = || CrossProblem::new("factor", message).help("set the same for all: [set] time.ticks = 40");
    if alike { Vec::new() } else { vec![problem()] }
}

const CHECKS: &[Check<Plan>] =
    &[check_base, check_factors, check_columns, check_design, check_output, check_set, check_map];

fn check_base(plan: &Plan) -> Vec<CrossProblem> {
    let varied = plan.factor.iter().filter(|factor| factor.scenario.is_some()).count();
    let base = plan.base.is_some();
    let problem = match (base, varied) {
        (true, 0) | (false, 1) => return Vec::new(),
        (_, 2..) => CrossProblem::new("factor", "only one factor can be `scenario`"),
        (true, _) => CrossProblem::new("base", "`base` and a factor of whole scenarios exclude each other")
            .help("put the base among the scenarios of the factor, and remove `base`"),
        (false, _) => {
            CrossProblem::new("base", "missing key `base`").help("base = \"liaoning.toml\", relative to the plan")
        }
    };
    vec![problem]
}

fn check_factors(plan: &Plan) -> Vec<CrossProblem> {
    let sampled = !matches!(plan.design.kind, Kind::Grid | Kind::List);
    let mut problems: Vec<CrossProblem> =
        plan.factor.iter().enumerate().flat_map(|(at, factor)| factor_shape(plan.design.kind, at, factor)).collect();
    if plan.factor.is_empty() && sampled {
        problems.push(CrossProblem::new("design.kind", "this design needs a factor").help("add a [[factor]]"));
    }
    let lengths: Vec<usize> = plan.factor.iter().filter_map(Factor::listed).map(|values| values.len()).collect();
    if plan.design.kind == Kind::List && lengths.windows(2).any(|pair| pair[0] != pair[1]) {
        let message = format!("in a list all factors need the same number of values, but they have {lengths:?}");
        problems.push(CrossProblem::new("design.kind", message).help("kind = \"grid\" takes every combination"));
    }
    problems
}

fn factor_shape(kind: Kind, at: usize, factor: &Factor) -> Vec<CrossProblem> {
    let here = format!("factor[{at}]");
    let problem =
        |key: &str, message: &str, help: &str| vec![CrossProblem::new(format!("{here}{key}"), message).help(help)];
    if !factor.option.is_empty() {
        return match (&factor.key, &factor.scenario, &factor.values, &factor.range) {
            (None, None, None, None) => Vec::new(),
            _ => problem("", "a factor of options takes no key, scenario, values or range", "write two factors"),
        };
    }
    match (&factor.key, &factor.scenario, &factor.values, &factor.range) {
        (None, None, ..) => return problem("", "a factor needs a `key`", "key = \"finance.debt_limit\""),
        (Some(_), Some(_), ..) => {
            return problem(".scenario", "a factor is a `key` or `scenario`, not both", "write two factors");
        }
        (None, Some(_), None, None) => {}
        (None, Some(_), ..) => {
            return problem("", "a factor of scenarios takes no values", "remove `values` and `range`");
        }
        (_, _, Some(_), Some(_)) => {
            return problem(".range", "a factor takes `values` or `range`, not both", "remove one of the two");
        }
        (_, _, None, None) => {
            return problem("", "a factor needs `values` or `range`", "values = [1.5, 2.0] or range = [1.0, 4.0]");
        }
        _ => {}
    }
    if factor.listed().is_some_and(|values| values.is_empty()) {
        return problem("", "a factor needs at least one value", "values = [1.5, 2.0]");
    }
    if factor.key.as_deref().is_some_and(|key| key == "seed") {
        return problem(".key", "`seed` cannot be a factor", "replicates have seeds of their own: replicates = 20");
    }
    let csv = |json: &Json| json.to_string().contains("\"csv\":");
    let named = factor.key.as_deref().is_some_and(|key| key.ends_with(".csv"));
    if named || factor.values.iter().flatten().any(csv) {
        let help = "write one scenario for each table and vary `scenario`";
        return problem("", "a table from another CSV file cannot be a factor", help);
    }
    range_shape(kind, &here, factor)
}

fn range_shape(kind: Kind, here: &str, factor: &Factor) -> Vec<CrossProblem> {
    let Some([low, high]) = factor.range else {
        return Vec::new();
    };
    let problem = |message: String| vec![CrossProblem::new(format!("{here}.range"), message)];
    if kind == Kind::List {
        return problem("a list takes `values`, not a range".to_string());
    }
    if low >= high {
        return problem(format!("the range must rise, but {low} is not below {high}"));
    }
    match factor.scale {
        Scale::Log if low <= 0.0 => problem(format!("a logarithmic range must be positive, but begins at {low}")),
        Scale::Integer if low.fract() != 0.0 || high.fract() != 0.0 || high.abs().max(low.abs()) > 9e15 => {
            problem("the ends of a range of whole numbers must be whole numbers".to_string())
        }
        _ => Vec::new(),
    }
}

fn check_columns(plan: &Plan) -> Vec<CrossProblem> {
    let reserved = ["run", "point", "replicate", "seed", "status", "reason", "hash"];
    let mut seen: Vec<String> = reserved.map(String::from).to_vec();
    let mut problems = Vec::new();
    for (at, factor) in plan.factor.iter().enumerate() {
        let column = factor.column();
        if seen.contains(&column) {
            let message = format!("there is a column `{column}` already");
            problems
                .push(CrossProblem::new(format!("factor[{at}]"), message).help("give the factor a `name` of its own"));
        }
        seen.push(column);
    }
    problems
}

fn check_design(plan: &Plan) -> Vec<CrossProblem> {
    let design = &plan.design;
    let (needed, most) = (size_needed(design.kind), most_size(design.kind));
    let mut problems = Vec::new();
    match design.size {
        None if needed => {
            let help = "size = 64: points, base points (saltelli) or trajectories (morris)";
            problems.push(CrossProblem::new("design.kind", "missing key `size` in `design`").help(help));
        }
        Some(_) if !needed => {
            let message = "this design takes no `size`: its factors say how large it is";
            problems.push(CrossProblem::new("design.size", message));
        }
        Some(size) if size > most => {
            problems
                .push(CrossProblem::new("design.size", format!("at most {most} points of this design, not {size}")));
        }
        _ => {}
    }
    let factors = most_factors(design.kind);
    if plan.factor.len() > factors {
        let message = format!("at most {factors} factors in this design, not {}", plan.factor.len());
        problems.push(CrossProblem::new("design.kind", message));
    }
    let runs = size(design, &plan.factor).and_then(|points| points.checked_mul(plan.replicates as usize));
    if runs.is_none_or(|runs| runs > MOST_RUNS) {
        let message = format!("this design has more than {MOST_RUNS} runs");
        problems.push(CrossProblem::new("design", message).help("fewer values, points or replicates"));
    }
    if design.kind == Kind::Morris && design.levels % 2 == 1 {
        problems.push(CrossProblem::new("design.levels", "morris needs an even number of levels").help("levels = 4"));
    }
    problems
}

fn check_output(plan: &Plan) -> Vec<CrossProblem> {
    let known = indicators();
    let unknown = plan.output.indicators.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str()));
    let problem = |(at, name): (usize, &String)| {
        let help = match nearest(name, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`tiexi describe indicators region` lists them".to_string(),
        };
        CrossProblem::new(format!("output.indicators[{at}]"), format!("there is no indicator `{name}`")).help(help)
    };
    unknown.map(problem).collect()
}

fn check_set(plan: &Plan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    if plan.set.contains_key("seed") {
        problems.push(CrossProblem::new("set.seed", "the seed stands on top of the plan: seed = 1"));
    }
    if plan.replicates >= MOST_REPLICATES {
        problems.push(CrossProblem::new("replicates", format!("fewer than {MOST_REPLICATES} replicates")));
    }
    problems
}

fn check_map(plan: &Plan) -> Vec<CrossProblem> {
    let Some(map) = &plan.map else {
        return Vec::new();
    };
    let columns: Vec<String> = plan.factor.iter().map(Factor::column).collect();
    let mut problems = Vec::new();
    for (key, column) in [("x", &map.x), ("y", &map.y), ("path", &map.path)] {
        if !columns.contains(column) {
            let near = nearest(column, columns.iter().map(String::as_str));
            let help =
                near.map_or_else(|| format!("the factors are {columns:?}"), |near| format!("did you mean `{near}`?"));
            let message = format!("there is no factor with the column `{column}`");
            problems.push(CrossProblem::new(format!("map.{key}"), message).help(help));
        }
    }
    if map.x == map.y || map.x == map.path || map.y == map.path {
        problems.push(CrossProblem::new("map", "`x`, `y` and `path` must be three factors"));
    }
    if plan.design.kind != Kind::Grid || plan.factor.len() != 3 {
        problems.push(CrossProblem::new("map", "a map needs a grid of exactly three factors"));
    }
    let kept = plan.indicators();
    if !kept.contains(&map.criterion.as_str()) {
        let near = nearest(&map.criterion, kept.iter().copied());
        let problem = CrossProblem::new("map.criterion", format!("no indicator `{}` is kept", map.criterion));
        problems.push(problem.maybe_help(near.map(|near| format!("did you mean `{near}`?"))));
    }
    if plan.replicates < 2 {
        problems.push(CrossProblem::new("replicates", "a map needs at least two replicates").help("replicates = 20"));
    }
    problems
}
