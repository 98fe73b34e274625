//! The events of a scenario, worked out: a complete scenario for each tick at which one changes.

use super::cross::{self, Check};
use super::dates::TimeAxis;
use super::events::{Places, Planned};
use super::format::Event;
use super::path::KeyPath;
use super::problem::Problem;
use super::shape::Field;
use super::source::Origin;
use super::tree::{self, Node};
use super::{loaded, relations, typed};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A scenario as it stands from a tick on.
#[derive(Debug)]
pub(super) struct Stage<T> {
    /// The first tick.
    pub tick: u32,
    /// The scenario.
    pub scenario: T,
    /// The keys that differ from the opening scenario. (The whole of it for each tick of change
    /// would fill the memory.)
    pub changed: Json,
}

/// What the events make of the opening scenario.
pub(super) fn compile<T: DeserializeOwned>(
    root: &Field,
    tree: &Node,
    complete: &Json,
    axis: &TimeAxis,
    checks: &[Check<T>],
) -> Result<Vec<Stage<T>>, Vec<Problem>> {
    let plan = plan(tree, complete, axis)?;
    let mut stages = Vec::new();
    let mut problems = Vec::new();
    for tick in ticks_of_change(&plan, axis) {
        match stage(root, tree, complete, &plan, tick, axis, checks) {
            Ok(stage) => stages.push(stage),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(stages) } else { Err(problems) }
}

/// All events, read; or all that is wrong with them.
fn plan(tree: &Node, complete: &Json, axis: &TimeAxis) -> Result<Vec<Planned>, Vec<Problem>> {
    let written = complete.get("event").cloned().unwrap_or(Json::Null);
    let events: Vec<Event> = match written {
        Json::Null => Vec::new(),
        list => typed::typed(list).map_err(|found| vec![found.1])?,
    };
    let mut plan = Vec::new();
    let mut problems = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let path = KeyPath::default().key("event").index(index);
        let table = tree::find(tree, &path);
        let start = table.map_or(tree.origin, |node| node.origin);
        match Planned::read(event, &Places { table, start }, axis) {
            Ok(planned) => plan.push(planned),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

/// Each tick in which an event begins or ends.
fn ticks_of_change(plan: &[Planned], axis: &TimeAxis) -> BTreeSet<u32> {
    let starts = plan.iter().map(|event| event.start);
    let ends = plan.iter().filter_map(|event| event.until);
    starts.chain(ends).filter(|tick| (1..=axis.ticks).contains(tick)).collect()
}

/// The opening scenario with all events that hold in a tick, in file order.
fn stage<T: DeserializeOwned>(
    root: &Field,
    tree: &Node,
    complete: &Json,
    plan: &[Planned],
    tick: u32,
    axis: &TimeAxis,
    checks: &[Check<T>],
) -> Result<Stage<T>, Vec<Problem>> {
    let mut json = complete.clone();
    let holding: Vec<&Planned> = plan.iter().filter(|event| event.holds(tick)).collect();
    let mut problems = Vec::new();
    for event in &holding {
        if let Err(found) = event.apply(root, &mut json) {
            problems.extend(found);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let blame = |path: &KeyPath, problem: Problem| match culprit(&holding, path) {
        Some(origin) => problem.at(origin).label("after this change"),
        None => problem,
    };
    let broken: Vec<Problem> = relations::check(root, &json, Some(axis))
        .into_iter()
        .map(|located| blame(&located.path, located.problem))
        .collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let scenario: T = typed::typed(json.clone()).map_err(|found| vec![blame(&found.0, found.1)])?;
    let crossed: Vec<Problem> =
        cross::run(checks, &scenario, tree).into_iter().map(|(path, problem)| blame(&path, problem)).collect();
    if !crossed.is_empty() {
        return Err(crossed);
    }
    Ok(Stage { tick, scenario, changed: loaded::differences(complete, &json) })
}

/// The event to blame for what is wrong at a path: the last one that touches it, else the last.
fn culprit(holding: &[&Planned], path: &KeyPath) -> Option<Origin> {
    holding
        .iter()
        .rev()
        .find(|event| event.key.contains(path) || path.contains(&event.key))
        .or(holding.last())
        .map(|event| event.origin())
}
