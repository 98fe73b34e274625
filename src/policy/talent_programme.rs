//! Talent programme.
//!
//! # Story
//! Pays every graduate who stays the share `rate` of an engineer's annual pay, which raises the odds of
//! staying. It addresses all graduates of the region.
//!
//! # Cost
//! Booked in the ledger as `talent_bonus`; the rate offered falls where claims exceed the
//! budget of a tick, and what still exceeds it is cut in proportion.
//!
//! # Sources
//! Assumption on the response (`talent.stay_response`). POL-39, POL-46.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.talent
}
