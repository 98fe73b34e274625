//! Experiments: questions that one run cannot answer.
//!
//! Every run is done with replicates whose seeds depend on the experiment's seed and their number
//! alone ([`seeds`]); runs go in parallel ([`parallel`]); one that fails is counted and listed while
//! the others finish ([`one`]). [`compare`] sets scenarios side by side on common random numbers.

pub mod compare;
pub mod one;
pub mod parallel;
pub mod seeds;
pub mod statistics;
pub mod watch;

use crate::scenario::ScenarioError;

/// What is wrong first with a scenario, on one line.
pub fn first_problem(error: &ScenarioError) -> String {
    let problem = error.problems().first();
    problem.map_or_else(String::new, |problem| problem.message.replace(char::is_control, " "))
}
