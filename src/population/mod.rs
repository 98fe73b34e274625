//! population

pub mod tables;
