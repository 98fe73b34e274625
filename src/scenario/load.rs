//! From a file to a checked, typed scenario with its timeline.

use super::cross::{self, Check};
use super::dates::TimeAxis;
use super::files::Folder;
use super::loaded::LoadedAs;
use super::overrides::{self, Override};
use super::path::KeyPath;
use super::problem::{Problem, ScenarioError};
use super::shape::{self, Field};
use super::source::{FileId, Origin, Sources};
use super::tree::{self, Node};
use super::{check, csv_table, defaults, extends, relations, timeline, typed};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// What a scenario type must be able to do; every type that derives these has it.
pub trait Format: DeserializeOwned + Serialize + JsonSchema + 'static {}
impl<T: DeserializeOwned + Serialize + JsonSchema + 'static> Format for T {}

/// Loads a scenario file of any type: `extends`, settings, CSV tables, checks, events.
pub fn load_as<T: Format>(
    path: &Path,
    overrides: &[Override],
    checks: &[Check<T>],
) -> Result<LoadedAs<T>, ScenarioError> {
    let (folder, file, real) = Folder::open(path)?;
    finish(folder, file, real, overrides, checks)
}

/// Loads a scenario from a text that is said to lie in `folder` under `name`.
pub fn load_str_as<T: Format>(
    name: &str,
    text: &str,
    folder: &Path,
    overrides: &[Override],
    checks: &[Check<T>],
) -> Result<LoadedAs<T>, ScenarioError> {
    let mut opened = Folder::at(folder).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", folder.display());
        ScenarioError::new(vec![Problem::new(message)], Sources::default())
    })?;
    let root = opened.root().to_path_buf();
    let file = opened.sources.add(name, text, &root);
    let real = root.join(name);
    finish(opened, file, real, overrides, checks)
}

fn finish<T: Format>(
    mut folder: Folder,
    file: FileId,
    real: PathBuf,
    overrides: &[Override],
    checks: &[Check<T>],
) -> Result<LoadedAs<T>, ScenarioError> {
    let shape = shape::known_shape::<T>();
    match build(&mut folder, file, real, overrides, checks, &shape) {
        Ok(built) => Ok(LoadedAs::new(built, folder.sources)),
        Err(problems) => Err(ScenarioError::new(problems, folder.sources)),
    }
}

/// The parts of a loaded scenario.
pub(super) struct Built<T> {
    pub scenario: T,
    pub complete: Json,
    pub stages: Vec<timeline::Stage<T>>,
    pub tree: Node,
}

fn build<T: Format>(
    folder: &mut Folder,
    file: FileId,
    real: PathBuf,
    overrides: &[Override],
    checks: &[Check<T>],
    shape: &Field,
) -> Result<Built<T>, Vec<Problem>> {
    let mut tree = extends::read(folder, file, real)?;
    let declared_ticks = declared_ticks(shape, &tree);
    let root = folder.root().to_path_buf();
    let mut problems = overrides::apply(&mut tree, overrides, &mut folder.sources, &root);
    problems.extend(csv_table::expand(folder, shape, &mut tree));
    problems.extend(check::check(shape, &tree));
    if !problems.is_empty() {
        // Names that do not exist are worth saying even while other things are wrong.
        problems.extend(located(&tree, relations::check_names(shape, &tree.to_json())));
        return Err(problems);
    }
    let mut json = tree.to_json();
    defaults::fill(shape, &mut json);
    let scenario: T = typed::typed(json).map_err(|found| vec![placed(&tree, &found.0, false, found.1)])?;
    let complete = serde_json::to_value(&scenario)
        .map_err(|error| vec![Problem::new(format!("cannot write the scenario: {error}"))])?;
    let axis = axis(&complete, declared_ticks);
    cross_checks(shape, &tree, &complete, axis.as_ref(), &scenario, checks)?;
    let stages = match axis {
        Some(axis) => timeline::compile(shape, &tree, &complete, &axis, checks)?,
        None => Vec::new(),
    };
    Ok(Built { scenario, complete, stages, tree })
}

fn cross_checks<T>(
    shape: &Field,
    tree: &Node,
    complete: &Json,
    axis: Option<&TimeAxis>,
    scenario: &T,
    checks: &[Check<T>],
) -> Result<(), Vec<Problem>> {
    let mut problems = located(tree, relations::check(shape, complete, axis));
    if problems.is_empty() {
        problems.extend(cross::run(checks, scenario, tree).into_iter().map(|(_, problem)| problem));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn located(tree: &Node, found: Vec<relations::Located>) -> Vec<Problem> {
    found.into_iter().map(|one| placed(tree, &one.path, one.at_key, one.problem)).collect()
}

/// The problem with the place at which its path was written, if it was.
fn placed(tree: &Node, path: &KeyPath, at_key: bool, problem: Problem) -> Problem {
    match origin(tree, path, at_key) {
        Some(origin) => problem.at(origin),
        None => problem,
    }
}

fn origin(tree: &Node, path: &KeyPath, at_key: bool) -> Option<Origin> {
    tree::origin_near(tree, path, at_key)
}

/// `time.ticks` as the file states it, before any setting changes it.
fn declared_ticks(shape: &Field, tree: &Node) -> Option<u32> {
    let path = KeyPath::default().key("time").key("ticks");
    match tree::find(tree, &path).map(|node| &node.value) {
        Some(tree::Value::Integer(ticks)) => (*ticks).try_into().ok(),
        _ => shape::field_of(shape, "time.ticks")?.default.as_ref()?.as_u64()?.try_into().ok(),
    }
}

/// The time axis of a complete scenario. A run cut short from outside keeps the file's dates
/// valid: events after the cut just never come.
fn axis(complete: &Json, declared_ticks: Option<u32>) -> Option<TimeAxis> {
    let time = complete.get("time")?;
    let number = |key: &str| time.get(key).and_then(Json::as_i64);
    let ticks: u32 = number("ticks")?.try_into().ok()?;
    Some(TimeAxis {
        start_year: number("start_year")?.try_into().ok()?,
        ticks: ticks.max(declared_ticks.unwrap_or(0)),
        ticks_per_year: number("ticks_per_year")?.try_into().ok()?,
    })
}
