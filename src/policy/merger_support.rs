//! Support of mergers.
//!
//! # Story
//! Makes the firms addressed look for others to take over, with an additional probability `rate` a year, and pays
//! for the integration: `mergers.support` times the annual sales of the target.
//!
//! # Cost
//! Booked in the ledger as `merger_grant`; where the claims of a tick exceed its budget, all are paid the same part.
//!
//! # Sources
//! POL-10, POL-12. Large groups need not be better: 30-50 % of acquisitions meet their goals (to be verified), and
//! integration costs efficiency.
//!
//! # REQ numbers
//! REQ-72.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.mergers
}
