//! Graph files: that their ticks are ticks of the run, and that nobody in them is mistaken for another.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::key;

/// A graph is written at a tick that the run reaches.
pub(super) fn ticks(scenario: &Scenario) -> Vec<CrossProblem> {
    let last = scenario.time.ticks;
    let beyond = scenario.output.graph_ticks.iter().enumerate().filter(|(_, tick)| **tick > last);
    beyond
        .map(|(index, tick)| {
            let message = format!("no graph can be written at tick {tick}: the run ends at tick {last}");
            let help = format!(
                "ticks go from 0, the opening state, to {last}: take one of them, or raise `time.ticks` to {tick}"
            );
            CrossProblem::new(format!("output.graph_ticks[{index}]"), message).help(help).also("time.ticks", "the end")
        })
        .collect()
}

/// Firms go by numbers in a graph, universities, institutes and platforms by names; no two by the same.
pub(super) fn names(scenario: &Scenario) -> Vec<CrossProblem> {
    if scenario.output.graph.is_empty() {
        return Vec::new();
    }
    let like_a_firm = |name: &str| name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit());
    let tables = [
        ("universities", scenario.universities.keys().collect::<Vec<_>>()),
        ("institutes", scenario.institutes.keys().collect()),
        ("platforms", scenario.platforms.keys().collect()),
    ];
    let mut problems = Vec::new();
    for (at, (table, names)) in tables.iter().enumerate() {
        for name in names {
            let problem = |what: String| CrossProblem::new(key(&[table, name]), what);
            if like_a_firm(name) {
                let message = format!("`{}` in `{table}` could not be told from a firm in a graph", clip(name));
                problems.push(problem(message).help("firms go by numbers: give it a name with letters"));
            } else if let Some((other, _)) = tables[..at].iter().find(|(_, names)| names.contains(name)) {
                let message = format!("`{}` is a name in `{other}` and in `{table}`", clip(name));
                let help = "a graph needs a name of its own for each: rename one";
                problems.push(problem(message).help(help).also(key(&[other, name]), "the other"));
            }
        }
    }
    problems
}
