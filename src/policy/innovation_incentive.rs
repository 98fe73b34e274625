//! Incentives of innovation.
//!
//! # Story
//! Pays bonuses to the staff of the firms addressed, the share `rate` of what goes to improvement; improvements arrive
//! as much more often.
//!
//! # Cost
//! Booked in the ledger as `staff_incentive`; where the budget does not pay it, less is promised.
//!
//! # Sources
//! POL-11 (+10-20 % incremental hazard, assumption of the sources). That arrivals rise one for one with the bonus is
//! what that assumption says; a grant to the firm has to go through `research.effort_exponent`.
//!
//! # REQ numbers
//! REQ-15.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.incentives
}
