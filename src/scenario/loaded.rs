//! A scenario that passed all checks, with its timeline, its identity and its places.

use super::agreement::growth;
use super::cross::{self, Check, CrossProblem};
use super::format::Scenario;
use super::load::Built;
use super::path::KeyPath;
use super::problem::ScenarioError;
use super::source::{Origin, Sources};
use super::tree::{self, Node};
use serde_json::{Map, Value as Json, json};

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct LoadedAs<T> {
    /// The scenario as it stands when the run begins, before any event.
    pub scenario: T,
    /// The complete scenario from each tick on at which an event begins or ends.
    pub timeline: Vec<(u32, T)>,
    /// All texts it was read from.
    pub sources: Sources,
    /// Identity of the scenario: blake3 of everything above in canonical form. Defaults and the
    /// contents of tables are in it, layout and comments of the files are not.
    pub hash: String,
    complete: Json,
    changes: Vec<(u32, Json)>,
    tree: Node,
}

impl<T> LoadedAs<T> {
    pub(super) fn new(built: Built<T>, sources: Sources) -> Self {
        let mut timeline = Vec::new();
        let mut changes = Vec::new();
        for stage in built.stages {
            changes.push((stage.tick, stage.changed));
            timeline.push((stage.tick, stage.scenario));
        }
        let resolved = resolved(&built.complete, &changes);
        Self {
            scenario: built.scenario,
            timeline,
            sources,
            hash: hash(&resolved),
            complete: built.complete,
            changes,
            tree: built.tree,
        }
    }

    /// The scenario that holds in a tick.
    pub fn at(&self, tick: u32) -> &T {
        let later = self.timeline.partition_point(|(from, _)| *from <= tick);
        match later.checked_sub(1).and_then(|at| self.timeline.get(at)) {
            Some((_, scenario)) => scenario,
            None => &self.scenario,
        }
    }

    /// The complete scenario with all defaults, and for each tick of change the keys that differ
    /// from it.
    pub fn resolved_json(&self) -> Json {
        resolved(&self.complete, &self.changes)
    }

    /// The scenario itself, if it passes these checks of how the run begins.
    pub(super) fn passing(self, checks: &[Check<T>]) -> Result<Self, ScenarioError> {
        let problems: Vec<CrossProblem> = checks.iter().flat_map(|check| check(&self.scenario)).collect();
        if problems.is_empty() { Ok(self) } else { Err(self.refusal(problems)) }
    }

    /// Problems that were found after the checks, with the places of their keys.
    pub fn refusal(&self, problems: Vec<CrossProblem>) -> ScenarioError {
        let placed = problems.into_iter().map(|problem| cross::placed(problem, &self.tree).1).collect();
        ScenarioError::new(placed, self.sources.clone())
    }

    /// Where a dotted key was written; for a key that was not, the table around it.
    pub fn origin_of(&self, path: &str) -> Option<Origin> {
        tree::origin_near(&self.tree, &KeyPath::parse(path).ok()?, false)
    }
}

impl LoadedAs<Scenario> {
    /// Programmes with a budget whose mechanism is switched off for all of the run: name, and the switch.
    pub fn idle_programmes(&self) -> Vec<(String, &'static str)> {
        let states = std::iter::once(&self.scenario).chain(self.timeline.iter().map(|(_, later)| later));
        let states: Vec<Json> = states.map(|state| json!(state)).collect();
        let off = |switch: &str| {
            let place = format!("/{}", switch.replace('.', "/"));
            states.iter().all(|state| state.pointer(&place).and_then(Json::as_bool) == Some(false))
        };
        let with_money = self.scenario.policies.iter().filter(|(_, one)| one.terms().annual_budget > 0.0);
        let idle = with_money.filter_map(|(name, one)| Some((name.clone(), one.needs().filter(|switch| off(switch))?)));
        idle.collect()
    }

    /// The scenario itself, if nothing in it outgrows all numbers before the run ends.
    pub(super) fn lasting(self) -> Result<Self, ScenarioError> {
        let problems = growth::check(&self);
        if problems.is_empty() { Ok(self) } else { Err(self.refusal(problems)) }
    }

    /// The same scenario with another seed, as if that had been set when it was read; much cheaper than
    /// reading it again.
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut other = self.clone();
        other.scenario.seed = seed;
        other.timeline.iter_mut().for_each(|(_, scenario)| scenario.seed = seed);
        if let Some(held) = other.complete.get_mut("seed") {
            *held = Json::from(seed);
        }
        other.hash = hash(&other.resolved_json());
        other
    }
}

fn resolved(complete: &Json, changes: &[(u32, Json)]) -> Json {
    let timeline: Vec<Json> = changes.iter().map(|(tick, changed)| json!({"tick": tick, "changed": changed})).collect();
    json!({"scenario": complete, "timeline": timeline})
}

/// Tables keep their order in the hash: the order of cities or sub-industries is the order of
/// rows in the output.
fn hash(resolved: &Json) -> String {
    blake3::hash(resolved.to_string().as_bytes()).to_hex().to_string()
}

/// The dotted keys at which two complete scenarios differ, with the new values.
pub(super) fn differences(old: &Json, new: &Json) -> Json {
    let mut found = Map::new();
    collect_differences(old, new, &KeyPath::default(), &mut found);
    Json::Object(found)
}

fn collect_differences(old: &Json, new: &Json, path: &KeyPath, found: &mut Map<String, Json>) {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in new {
                let before = old.get(key).unwrap_or(&Json::Null);
                collect_differences(before, value, &path.key(key), found);
            }
        }
        _ if old == new => {}
        _ => {
            found.insert(path.to_string(), new.clone());
        }
    }
}
