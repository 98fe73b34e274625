//! What must agree between the sections of a scenario beyond names and shares.

use super::cross::{Check, CrossProblem};
use super::dates::{TimeAxis, count_date};
use super::format::{Scenario, Time};
use super::path::KeyPath;
use super::suggest;
use crate::policy::Instrument;

/// All checks of the complete scenario.
pub(super) const CHECKS: &[Check<Scenario>] = &[policy_dates, capital_sources];

impl Time {
    /// The calendar as an axis of ticks.
    pub fn axis(&self) -> TimeAxis {
        TimeAxis { start_year: self.start_year, ticks: self.ticks, ticks_per_year: self.ticks_per_year }
    }
}

/// A policy ends after it starts. (That its dates are dates of the calendar is checked before.)
fn policy_dates(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let mut problems = Vec::new();
    for (name, policy) in &scenario.policies {
        let (Instrument::ResearchGrant(terms)
        | Instrument::EquipmentSubsidy(terms)
        | Instrument::TalentProgramme(terms)
        | Instrument::InterestDiscount(terms)) = policy;
        let (start, end) = (count_date(&terms.start, &axis), count_date(&terms.end, &axis));
        if let (Ok(start), Ok(end)) = (start, end)
            && end <= start
        {
            let path = KeyPath::default().key("policies").key(name).key("end");
            let message = format!("the policy `{}` ends before it starts", suggest::clip(name));
            let help = "`end` is the first period in which the policy no longer runs";
            problems.push(CrossProblem::new(path.to_string(), message).help(help));
        }
    }
    problems
}

/// The capital of an ownership group comes from a column of `ownership_shares`.
fn capital_sources(scenario: &Scenario) -> Vec<CrossProblem> {
    let mut known: Vec<&str> = Vec::new();
    for name in scenario.ownership_shares.values().flat_map(|row| row.keys()) {
        if !known.contains(&name.as_str()) {
            known.push(name);
        }
    }
    let path = KeyPath::default().key("ownership");
    scenario
        .ownership
        .iter()
        .filter(|(_, group)| !known.contains(&group.capital_source.as_str()))
        .map(|(name, group)| CrossProblem {
            path: path.key(name).key("capital_source").to_string(),
            message: format!(
                "\"{}\" is no source of capital in `ownership_shares`",
                suggest::clip(&group.capital_source)
            ),
            help: suggest::help_for(&group.capital_source, &known, "names"),
        })
        .collect()
}
