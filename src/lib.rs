//! Tiexi: a laboratory for regional industrial upgrading.

pub mod kernel;
pub mod output;
