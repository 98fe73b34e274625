//! Scenarios.

pub mod format;
