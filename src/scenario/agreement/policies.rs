//! Policies: when they run, whom they can reach, how many run at a time.

use super::super::cross::CrossProblem;
use super::super::dates::{TimeAxis, count_date};
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::key;
use crate::policy::{Instrument, Target, Terms};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Instruments of one kind that may run at the same time.
const MOST_AT_A_TIME: usize = 16;

/// The kind as written in the file, and the terms.
fn parts(policy: &Instrument) -> (&'static str, &Terms) {
    match policy {
        Instrument::ResearchGrant(terms) => ("research_grant", terms),
        Instrument::EquipmentSubsidy(terms) => ("equipment_subsidy", terms),
        Instrument::TalentProgramme(terms) => ("talent_programme", terms),
        Instrument::InterestDiscount(terms) => ("interest_discount", terms),
        Instrument::AllianceFunding(terms) => ("alliance_funding", terms),
        Instrument::GenericTechnologyProgramme(terms) => ("generic_technology_programme", terms),
        Instrument::SupplierProgramme(terms) => ("supplier_programme", terms),
        Instrument::LocalProcurement(terms) => ("local_procurement", terms),
        Instrument::Connection(terms) => ("connection", terms),
        Instrument::PlatformSupport(terms) => ("platform_support", terms),
    }
}

/// First tick, and first tick no longer; none if a date is no date, which is said elsewhere.
fn period(terms: &Terms, axis: &TimeAxis) -> Option<(i64, i64)> {
    let tick = |date: &str, none: i64| if date.is_empty() { Some(none) } else { count_date(date, axis).ok() };
    Some((tick(&terms.start, 1)?, tick(&terms.end, i64::MAX)?))
}

/// A policy ends after it starts. (That its dates are dates of the calendar is checked before.)
pub(super) fn dates(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let ends_first = |terms: &Terms| period(terms, &axis).is_some_and(|(start, end)| end <= start);
    scenario
        .policies
        .iter()
        .filter(|(_, policy)| ends_first(parts(policy).1))
        .map(|(name, _)| {
            let message = format!("the policy `{}` ends before it starts", clip(name));
            CrossProblem::new(key(&["policies", name, "end"]), message)
                .help("`end` is the first period in which the policy no longer runs")
        })
        .collect()
}

/// The range of sizes that a policy addresses is not empty.
pub(super) fn targets(scenario: &Scenario) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for (name, policy) in &scenario.policies {
        let target = &parts(policy).1.target;
        let (least, most) = (target.minimum_employment, target.maximum_employment);
        if least > most {
            let message = format!(
                "the policy `{}` addresses nobody: firms with at least {least} and at most {most} persons",
                clip(name)
            );
            problems.push(
                CrossProblem::new(key(&["policies", name, "target", "minimum_employment"]), message)
                    .also(key(&["policies", name, "target", "maximum_employment"]), "below the minimum"),
            );
        }
    }
    problems
}

/// Support of platforms addresses cities: platforms have no sub-industry, owner, role or size.
pub(super) fn platform_targets(scenario: &Scenario) -> Vec<CrossProblem> {
    let supports = scenario.policies.iter().filter(|(_, policy)| matches!(policy, Instrument::PlatformSupport(_)));
    let names_firms = |policy: &Instrument| {
        let target = &policy.terms().target;
        *target != Target { cities: target.cities.clone(), ..Target::default() }
    };
    supports
        .filter(|(_, policy)| names_firms(policy))
        .map(|(name, _)| {
            let message = format!("the policy `{}` supports platforms, but its target names firms", clip(name));
            CrossProblem::new(key(&["policies", name, "target"]), message)
                .help("platforms are addressed by `cities` alone: leave the other keys of the target out")
        })
        .collect()
}

/// No more instruments of one kind run at the same time than a firm can be in.
pub(super) fn at_a_time(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let mut by_kind: IndexMap<&str, Vec<Running>> = IndexMap::new();
    for (name, policy) in &scenario.policies {
        let (kind, terms) = parts(policy);
        if let Some((start, end)) = period(terms, &axis) {
            by_kind.entry(kind).or_default().push(Running { name, start, end });
        }
    }
    by_kind.iter().filter_map(|(kind, alike)| one_too_many(alike).map(|name| too_many(kind, name))).collect()
}

/// A policy with its first tick and its first tick no longer.
struct Running<'a> {
    name: &'a str,
    start: i64,
    end: i64,
}

/// The first policy beyond the limit at some time; the limit is first passed where one starts.
fn one_too_many<'a>(alike: &[Running<'a>]) -> Option<&'a str> {
    let starts: BTreeSet<i64> = alike.iter().map(|policy| policy.start).collect();
    starts.into_iter().find_map(|tick| {
        let mut running = alike.iter().filter(|policy| policy.start <= tick && tick < policy.end);
        running.nth(MOST_AT_A_TIME).map(|policy| policy.name)
    })
}

fn too_many(kind: &str, name: &str) -> CrossProblem {
    let message = format!("more than {MOST_AT_A_TIME} policies of the kind `{kind}` run at the same time");
    let help = "let some end before others start, or join those that differ in their target only";
    CrossProblem::new(key(&["policies", name]), message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_that_run_at_the_same_time_count() {
        let running = |name, start, end| Running { name, start, end };
        let mut policies: Vec<Running<'_>> = (0..40).map(|at| running("early", at, at + 1)).collect();
        policies.extend((0..16).map(|_| running("late", 50, i64::MAX)));
        assert_eq!(one_too_many(&policies), None);
        policies.push(running("last", 60, 61));
        assert_eq!(one_too_many(&policies), Some("last"));
        policies.pop();
        policies.push(running("before", 40, 50));
        assert_eq!(one_too_many(&policies), None, "the end is the first tick without it");
    }
}
