//! Reading a plan with all that it names, and asking its scenarios what they say against it.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::check::CHECKS;
use super::{Factor, Plan};
use crate::scenario::{self, CrossProblem, KeyPath, Loaded, LoadedAs, Override, ScenarioError, nearest};

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

/// Whether a map can be made from a plan.
///
/// # Errors
/// All that is wrong with the plan itself, with places; also that it says nothing of a map.
pub fn check_for_map(path: &Path) -> Result<(), ScenarioError> {
    let loaded = scenario::load_as::<Plan>(path, &[], CHECKS)?;
    if loaded.scenario.map.is_some() {
        return Ok(());
    }
    let help = "write [map] with `x`, `y`, `path` and `criterion`; `tiexi sweep` takes plans without a map";
    Err(loaded.refusal(vec![CrossProblem::new("map", "the plan has no [map]").help(help)]))
}

/// All scenarios of the plan.
fn load_scenarios(path: &Path, loaded: &LoadedAs<Plan>) -> Result<Vec<Loaded>, ScenarioError> {
    let plan = &loaded.scenario;
    let varied = plan.factor.iter().any(|factor| factor.scenario.is_some());
    let place = |at: usize| if varied { scenario_place(plan, at) } else { "base".to_string() };
    let files = plan.scenarios().into_iter().enumerate();
    files.map(|(at, file)| load_scenario(path, loaded, place(at), &file, &plan.set)).collect()
}

/// A scenario that a plan names at `place`, with what the plan sets. What is wrong in `[set]` is said at
/// its place in the plan, what is wrong in a scenario file at its place in that file.
pub(in crate::experiment) fn load_scenario<T: scenario::Format>(
    path: &Path,
    loaded: &LoadedAs<T>,
    place: String,
    file: &str,
    set: &IndexMap<String, Json>,
) -> Result<Loaded, ScenarioError> {
    let real = beside(path, file);
    if !real.is_file() {
        let problem = CrossProblem::new(place, format!("cannot find the scenario `{file}`"));
        return Err(loaded.refusal(vec![problem.maybe_help(similar(&real))]));
    }
    scenario::load(&real, &[])?;
    for (key, value) in set {
        if let Some(problem) = refused(&real, &format!("set.{}", quoted(key)), key, value, &[]) {
            return Err(loaded.refusal(vec![problem]));
        }
    }
    let settings: Vec<Override> = settings(set);
    let all = scenario::load(&real, &settings);
    all.map_err(|error| loaded.refusal(vec![CrossProblem::new("set", said(&error).0)]))
}

/// What a plan sets in every run.
pub(super) fn settings(set: &IndexMap<String, Json>) -> Vec<Override> {
    set.iter().filter_map(|(key, value)| setting("set", key, value)).collect()
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
    (crate::experiment::first_problem(error), help)
}

/// What a scenario says against `key = value`, at the `place` in the plan.
pub(in crate::experiment) fn refused(
    scenario: &Path,
    place: &str,
    key: &str,
    value: &Json,
    others: &[Override],
) -> Option<CrossProblem> {
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
