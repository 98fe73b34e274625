//! Building of trust.
//!
//! # Story
//! Mediates between partners of joint research of whom one is addressed: closes the share `rate` of the distance to
//! full trust in a year. Trusted partners succeed more often, so relations are worth more and last.
//!
//! # Cost
//! `alliances.mediation_cost` for each relation in proportion to the rate, booked in the ledger as `mediation`;
//! where the budget does not pay it, less trust is built.
//!
//! # Sources
//! POL-54 (mechanisms of trust and coordination); the response is an assumption.
//!
//! # REQ numbers
//! REQ-41, REQ-42.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.trust
}
