//! Supplier programme.
//!
//! # Story
//! Lets the firms addressed develop suppliers in the region, core firm or not, and pays the share `rate` of
//! what it costs. They do so on the terms of a core firm: one supplier at a time, of a class that they buy
//! elsewhere, and only while the margin on imports exceeds the cost of development.
//!
//! # Cost
//! Booked in the ledger as `supplier_programme`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-09, POL-52; inverted U in the suppliers' gap in prototypes of the design.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.development
}
