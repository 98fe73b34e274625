//! Tools without economics: identifiers, clock, keyed random draws, ordered parallel work, records.

pub mod record;
