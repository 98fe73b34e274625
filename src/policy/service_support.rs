//! Support of producer services.
//!
//! # Story
//! Pays the share `rate` of the price of the region's producer services in the cities addressed, so that manufacturers
//! turn to them instead of providers elsewhere.
//!
//! # Cost
//! Booked in the ledger as `service_support`; claims beyond the budget of a tick are not paid, and the rate offered
//! falls.
//!
//! # Sources
//! POL-14. The response, of unit elasticity, is an assumption.
//!
//! # REQ numbers
//! REQ-61, REQ-65.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.services
}
