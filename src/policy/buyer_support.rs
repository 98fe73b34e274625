//! Support of buyers.
//!
//! # Story
//! Pays the share `rate` of the price of the region's products for the buyers of the markets addressed: a price
//! preference in public orders, cheap loans and leases for users, buyer's credit abroad, a cheaper way to the
//! market. With `target.high_end_only` only the high-end part of the mix is supported. Buyers turn to the region's
//! products and the same money buys more; firms are paid in full.
//!
//! # Cost
//! Booked in the ledger as `buyer_support`, paid after production for what was sold; the rate offered falls where
//! claims exceed the budget of a tick, and what still exceeds it buyers pay themselves.
//!
//! # Sources
//! POL-02 (preference of 5-15 %, assumption), POL-04, POL-17, POL-19, POL-22, POL-30, POL-37, POL-38, POL-45. A known
//! danger: demand that does not mind quality takes the pressure off.
//!
//! # REQ numbers
//! REQ-16, REQ-76.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.buyers
}
