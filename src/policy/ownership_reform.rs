//! Reform of ownership.
//!
//! # Story
//! Moves the dials of the ownership groups addressed towards the private ones: the share `rate` of the distance in a
//! year, all six dials or those named in `dials`. What has been moved stays when the programme ends.
//!
//! # Cost
//! Severance and social liabilities (`ownership_dials.reform_cost`), booked in the ledger as `reform_cost`; where the
//! budget does not pay them, less of the way is gone.
//!
//! # Sources
//! POL-31 (state share 23 % -> 5-10 %); Hsieh & Song 2015: exit and privatisation raised productivity, the gap in
//! capital productivity stayed.
//!
//! # REQ numbers
//! REQ-62.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.reform
}
