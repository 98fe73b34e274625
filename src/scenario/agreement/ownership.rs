//! Ownership: whose capital it is, who owns small firms, who owns entrants.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::{self, clip};
use super::{TOLERANCE, key, shown};

/// The names of the columns of `ownership_shares`.
fn sources(scenario: &Scenario) -> Vec<&str> {
    let mut known: Vec<&str> = Vec::new();
    for name in scenario.ownership_shares.values().flat_map(|row| row.keys()) {
        if !known.contains(&name.as_str()) {
            known.push(name);
        }
    }
    known
}

/// The capital of an ownership group comes from a column of `ownership_shares`.
pub(super) fn capital_sources(scenario: &Scenario) -> Vec<CrossProblem> {
    let known = sources(scenario);
    let unknown = scenario.ownership.iter().filter(|(_, group)| !known.contains(&group.capital_source.as_str()));
    unknown
        .map(|(name, group)| {
            let source = &group.capital_source;
            let message = format!("\"{}\" is no source of capital in `ownership_shares`", clip(source));
            CrossProblem::new(key(&["ownership", name, "capital_source"]), message)
                .maybe_help(suggest::help_for(source, &known, "names"))
        })
        .collect()
}

/// Capital that is there belongs to a group, and a small firm finds one that takes it.
pub(super) fn owners_of_capital(scenario: &Scenario) -> Vec<CrossProblem> {
    sources(scenario).into_iter().filter_map(|source| owner_of(scenario, source)).collect()
}

fn owner_of(scenario: &Scenario, source: &str) -> Option<CrossProblem> {
    let holds = |row: &indexmap::IndexMap<String, f64>| row.get(source).is_some_and(|share| *share > 0.0);
    let (sub_industry, _) = scenario.ownership_shares.iter().find(|(_, row)| holds(row))?;
    let groups: Vec<_> = scenario.ownership.iter().filter(|(_, group)| group.capital_source == source).collect();
    let share = key(&["ownership_shares", sub_industry, source]);
    let name = clip(source);
    if groups.is_empty() {
        let message = format!("the capital source `{name}` has shares but no ownership group");
        let help = format!("give one group of `ownership` capital_source = \"{name}\", or set these shares to 0");
        return Some(CrossProblem::new(share, message).help(help));
    }
    if groups.iter().all(|(_, group)| group.minimum_employment > 0.0) {
        let (group, _) = groups[0];
        let message = format!("no ownership group of the capital source `{name}` takes small firms");
        let help = "one group of each source needs minimum_employment = 0";
        let problem = CrossProblem::new(key(&["ownership", group, "minimum_employment"]), message).help(help);
        return Some(problem.also(share, "small firms own such capital too"));
    }
    None
}

/// Every entrant belongs to exactly one group.
pub(super) fn entrants(scenario: &Scenario) -> Vec<CrossProblem> {
    let sum: f64 = scenario.ownership.values().map(|group| group.entrant_share).sum();
    if (sum - 1.0).abs() <= TOLERANCE {
        return Vec::new();
    }
    let (sum, off) = (shown(sum), shown(sum - 1.0));
    let message = format!("`entrant_share` must sum to 1 over all of `ownership`, but sums to {sum}");
    vec![CrossProblem::new("ownership", message).help(format!("they are off by {off:+}"))]
}
