//! Policies: when they run, whom they can reach, how many run at a time.

use super::super::cross::CrossProblem;
use super::super::dates::{TimeAxis, count_date};
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::key;
use crate::policy::{Instrument, Terms};

/// Instruments of one kind that may run at the same time.
const MOST_AT_A_TIME: usize = 16;

/// The kind as written in the file, and the terms.
fn parts(policy: &Instrument) -> (&'static str, &Terms) {
    match policy {
        Instrument::ResearchGrant(terms) => ("research_grant", terms),
        Instrument::EquipmentSubsidy(terms) => ("equipment_subsidy", terms),
        Instrument::TalentProgramme(terms) => ("talent_programme", terms),
        Instrument::InterestDiscount(terms) => ("interest_discount", terms),
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

/// No more instruments of one kind run at the same time than a firm can be in.
pub(super) fn at_a_time(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let mut running: Vec<(&str, i64, i64)> = Vec::new();
    let mut problems: Vec<CrossProblem> = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for (name, policy) in &scenario.policies {
        let (kind, terms) = parts(policy);
        let Some((start, end)) = period(terms, &axis) else { continue };
        running.push((kind, start, end));
        let most = busiest(&running, kind);
        if most > MOST_AT_A_TIME && !said.contains(&kind) {
            said.push(kind);
            let message = format!("more than {MOST_AT_A_TIME} policies of the kind `{kind}` run at the same time");
            let help = "let some end before others start, or join those that differ in their target only";
            problems.push(CrossProblem::new(key(&["policies", name]), message).help(help));
        }
    }
    problems
}

/// The largest number of policies of a kind at one time: it is reached where one of them starts.
fn busiest(running: &[(&str, i64, i64)], kind: &str) -> usize {
    let alike = || running.iter().filter(|one| one.0 == kind);
    alike().map(|one| alike().filter(|other| other.1 <= one.1 && one.1 < other.2).count()).max().unwrap_or(0)
}
