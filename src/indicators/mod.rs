//! Measurement.

pub mod decomposition;
pub mod measurement;
pub mod stage;
