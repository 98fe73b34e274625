//! Equipment subsidy.
//!
//! # Story
//! Pays the share `rate` of what the firms addressed spend on machines, so that their equipment budget
//! reaches further and early replacement pays back sooner.
//!
//! # Cost
//! Booked in the ledger as `equipment_subsidy`; the rate offered falls where claims exceed the
//! budget of a tick, and what still exceeds it is cut in proportion.
//!
//! # Sources
//! Dawid, Harting & Neugart 2014 subsidise a tenth of the price of new machines. POL-04, POL-05.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.equipment
}
