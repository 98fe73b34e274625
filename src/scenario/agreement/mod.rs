//! What must agree between the sections of a scenario beyond names and shares.
//!
//! A model built from tables that contradict each other would run and be wrong; so each
//! contradiction is refused here, with the places that contradict each other.

mod books;
mod firms;
mod graphs;
pub(super) mod growth;
mod ownership;
mod policies;
mod sizes;
mod standards;
mod tables;

use super::cross::{Check, CrossProblem};
use super::dates::TimeAxis;
use super::format::{Scenario, Time};
use super::path::KeyPath;

/// All checks of the complete scenario.
pub(super) const CHECKS: &[Check<Scenario>] = &[check];

/// Checks of what the opening state alone is built from; they say nothing of what an event changes later.
pub(super) const OPENING: &[Check<Scenario>] = &[books::check];

/// What tables must agree on once their sizes are sound.
const AGREEMENTS: &[Check<Scenario>] = &[
    tables::rows_of_each_sub_industry,
    tables::value_added,
    tables::input_prices,
    tables::export_weights,
    tables::places_and_fields,
    ownership::capital_sources,
    ownership::owners_of_capital,
    ownership::entrants,
    firms::at_least_one,
    firms::mean_size,
    firms::named_sales,
    firms::named_count,
    policies::dates,
    policies::targets,
    policies::unheeded,
    policies::stop_rules,
    policies::portfolios,
    policies::turns,
    policies::at_a_time,
    standards::shares,
    standards::sponsors,
    standards::launches,
    graphs::ticks,
    graphs::names,
];

/// Sizes come first: what is missing or far too large is best said before what is slightly wrong,
/// and the other checks can rely on it.
fn check(scenario: &Scenario) -> Vec<CrossProblem> {
    let sizes = sizes::check(scenario);
    if !sizes.is_empty() {
        return sizes;
    }
    AGREEMENTS.iter().flat_map(|check| check(scenario)).collect()
}

/// Shares may miss 1 by this much, for they are printed with few digits.
const TOLERANCE: f64 = 1e-6;

impl Time {
    /// The calendar as an axis of ticks.
    pub fn axis(&self) -> TimeAxis {
        TimeAxis { start_year: self.start_year, ticks: self.ticks, ticks_per_year: self.ticks_per_year }
    }
}

/// The dotted key of these parts.
fn key(parts: &[&str]) -> String {
    parts.iter().fold(KeyPath::default(), |path, part| path.key(part)).to_string()
}

/// Simulated firms of a sub-industry with so many real ones.
fn simulated(scenario: &Scenario, real: u32) -> f64 {
    (f64::from(real) * scenario.scale).round()
}

/// A number for a message: no more digits than it takes.
fn shown(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}
