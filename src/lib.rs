//! Tiexi: a laboratory for regional industrial upgrading.

pub mod cli;
pub mod experiment;
pub mod indicators;
pub mod kernel;
pub mod mechanisms;
pub mod output;
pub mod policy;
pub mod population;
pub mod report;
pub mod requirements;
pub mod run;
pub mod scenario;
pub mod tick;
pub mod world;
