//! Promotion of exports.
//!
//! # Story
//! Brings firms that do not export yet to fairs, offices and customers abroad: an additional probability `rate` a year
//! to start exporting at median competence, more for the competent and less for others.
//!
//! # Cost
//! `market.promotion_cost` for each firm that does not export, in proportion to the rate, booked in the ledger as
//! `export_promotion`; where the budget does not pay it, less is offered.
//!
//! # Sources
//! POL-18, POL-20, POL-21, POL-25, POL-34; channels, parks and offices abroad as such are outside this kind.
//!
//! # REQ numbers
//! REQ-76.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.exports
}
