//! The opening population: that the numbers of firms, their sales and the named firms fit together.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::super::words::grouped;
use super::{key, simulated};

/// Sales are made by firms: a sub-industry with sales keeps at least one at any scale.
pub(super) fn at_least_one(scenario: &Scenario) -> Vec<CrossProblem> {
    let empty =
        scenario.sub_industries.iter().filter(|(_, one)| one.sales > 0.0 && simulated(scenario, one.firms) < 1.0);
    empty
        .map(|(name, one)| {
            let (firms, scale) = (one.firms, scenario.scale);
            let message = format!(
                "the sub-industry `{}` has sales but no firm: {firms} firms x scale {scale} round to 0",
                clip(name)
            );
            let help = if firms == 0 { "give it a firm, or sales = 0" } else { "raise `scale`" };
            CrossProblem::new(key(&["sub_industries", name, "firms"]), message).help(help).also("scale", "times this")
        })
        .collect()
}

/// The mean firm is larger than the smallest one.
pub(super) fn mean_size(scenario: &Scenario) -> Vec<CrossProblem> {
    let (level, least) = (scenario.region.initial_level, scenario.firms.size_threshold);
    let mut problems = Vec::new();
    for (name, one) in scenario.sub_industries.iter().filter(|(_, one)| one.firms > 0) {
        let mean = one.sales * level / f64::from(one.firms);
        if mean <= least {
            let message = format!(
                "the mean firm of `{}` sells {mean:.3} million CNY a year, no more than the smallest may: {least}",
                clip(name)
            );
            let help =
                "mean sales are `sales` x `region.initial_level` / `firms`; they must exceed `firms.size_threshold`";
            let problem = CrossProblem::new(key(&["sub_industries", name, "sales"]), message).help(help);
            problems.push(problem.also("firms.size_threshold", "the smallest firm"));
        }
    }
    problems
}

/// Firms known by name sell no more than their whole sub-industry.
pub(super) fn named_sales(scenario: &Scenario) -> Vec<CrossProblem> {
    let level = scenario.region.initial_level;
    let mut problems = Vec::new();
    for (name, one) in &scenario.sub_industries {
        let named = || scenario.named_firms.iter().filter(|(_, firm)| firm.sub_industry == *name);
        let known: f64 = named().filter_map(|(_, firm)| firm.sales).sum();
        let all = one.sales * level;
        if known > all * (1.0 + 1e-9) {
            let largest = named().max_by(|a, b| a.1.sales.unwrap_or(0.0).total_cmp(&b.1.sales.unwrap_or(0.0)));
            let firm = largest.map_or("", |(firm, _)| firm.as_str());
            let message = format!(
                "the named firms of `{}` sell {} million CNY a year, more than the whole sub-industry: {}",
                clip(name),
                grouped(known),
                grouped(all)
            );
            let help = "the sub-industry sells `sales` x `region.initial_level`";
            let problem = CrossProblem::new(key(&["named_firms", firm, "sales"]), message).help(help);
            problems.push(problem.also(key(&["sub_industries", name, "sales"]), "sales of all its firms"));
        }
    }
    problems
}

/// There are as many simulated firms as names to give.
pub(super) fn named_count(scenario: &Scenario) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for (name, one) in &scenario.sub_industries {
        let firms = simulated(scenario, one.firms);
        let named: Vec<&String> =
            scenario.named_firms.iter().filter(|(_, firm)| firm.sub_industry == *name).map(|(name, _)| name).collect();
        let first_without = named.iter().find(|_| named.len() as f64 > firms);
        if let Some(firm) = first_without {
            let message = format!(
                "`named_firms` has {} firms of `{}`, but only {} simulated firms can bear a name",
                named.len(),
                clip(name),
                grouped(firms)
            );
            let help = format!("{} firms x scale {}: raise `scale`, or name fewer", one.firms, scenario.scale);
            problems.push(CrossProblem::new(key(&["named_firms", firm]), message).help(help));
        }
    }
    problems
}
