//! Experiments: questions that one run cannot answer.
//!
//! Every run is done with replicates whose seeds depend on the experiment's seed and their number
//! alone ([`seeds`]); runs go in parallel ([`parallel`]); one that fails is counted and listed while
//! the others finish ([`one`]). [`compare`] sets scenarios side by side on common random numbers.
//! [`sweep`] does what a [`plan`] says: its [`design`] names the points, finished runs are kept in a
//! [`store`] that survives any kill, and [`tables`] are made from it; parts done apart are put together
//! by [`merge`], on a cluster submitted by [`slurm`]. [`sensitivity`] says which factor matters, [`map`]
//! which path suits which region, [`map_traits`] how that changes with each trait, [`calibration`] which values of the parameters fit what is known.

pub mod calibration;
pub mod columnar;
pub mod compare;
pub mod design;
pub mod map;
pub mod map_traits;
pub mod merge;
pub mod one;
pub mod outcomes;
pub mod parallel;
pub mod plan;
pub mod probe;
pub mod seeds;
pub mod sensitivity;
pub mod slurm;
mod sources;
mod spool;
pub mod statistics;
pub mod store;
pub mod sweep;
pub mod tables;
pub mod verify;
pub mod watch;

use crate::scenario::ScenarioError;

/// What is wrong first with a scenario, on one line.
pub fn first_problem(error: &ScenarioError) -> String {
    let problem = error.problems().first();
    problem.map_or_else(String::new, |problem| problem.message.replace(char::is_control, " "))
}
