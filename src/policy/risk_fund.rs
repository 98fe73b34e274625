//! Risk fund.
//!
//! # Story
//! Refunds the share `rate` of what the firms addressed spent on improvement in a tick in which it brought
//! nothing. What comes back was not spent, so improvement pays off better per yuan and the choice among ways of
//! upgrading moves towards it.
//!
//! # Cost
//! Booked in the ledger as `risk_refund`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-06 (30-50 % of a loss, assumption).
//!
//! # REQ numbers
//! REQ-15.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.risk
}
