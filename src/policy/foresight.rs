//! Foresight.
//!
//! # Story
//! Takes the share `rate` of the noise out of the signal by which projects led by the firms addressed choose their
//! field, so that they choose fields that touch more of the region's industry.
//!
//! # Cost
//! `alliances.foresight_cost` for each new project in proportion to the rate, booked in the ledger as `foresight`;
//! the rate offered falls where claims exceed the budget of a tick.
//!
//! # Sources
//! POL-33 (leading group, data base of key projects). That a government sees better is the claim of the sources, not
//! a finding.
//!
//! # REQ numbers
//! REQ-43.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.foresight
}
