//! Tools without economics: identifiers, clock, keyed random draws, ordered parallel work, records.

pub mod clock;
pub mod draws;
pub mod ids;
pub mod math;
pub mod ordered;
pub mod record;
