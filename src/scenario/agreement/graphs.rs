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

/// Firms go by numbers in a graph, universities and institutes by names; no two by the same.
pub(super) fn names(scenario: &Scenario) -> Vec<CrossProblem> {
    if scenario.output.graph.is_empty() {
        return Vec::new();
    }
    let like_a_firm = |name: &str| name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit());
    let universities = scenario.universities.keys().map(|name| ("universities", name));
    let all = universities.chain(scenario.institutes.keys().map(|name| ("institutes", name)));
    all.filter_map(|(table, name)| {
        let problem = |what: String| CrossProblem::new(key(&[table, name]), what);
        if like_a_firm(name) {
            let message = format!("`{}` in `{table}` could not be told from a firm in a graph", clip(name));
            return Some(problem(message).help("firms go by numbers: give it a name with letters"));
        }
        let twice = table == "institutes" && scenario.universities.contains_key(name);
        twice.then(|| {
            let message = format!("`{}` is the name of a university and of an institute", clip(name));
            let university = key(&["universities", name]);
            problem(message).help("a graph needs a name of its own for each: rename one").also(university, "the other")
        })
    })
    .collect()
}
