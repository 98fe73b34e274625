//! Credit guarantee.
//!
//! # Story
//! Bears the share `rate` of what banks lose on loans to the firms addressed. Banks mind the rest of the debt only:
//! they lend up to a higher limit and charge less for leverage.
//!
//! # Cost
//! Booked in the ledger as `guarantee_paid`, when a firm is wound up and leaves debt; what the budget of a tick
//! does not cover the bank bears.
//!
//! # Sources
//! POL-35. Guarantees crowd in loans and bad borrowers alike; the model has no screening.
//!
//! # REQ numbers
//! REQ-03.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.guarantees
}
