//! Measurement.

pub mod measurement;
