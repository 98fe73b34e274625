//! Local-procurement preference.
//!
//! # Story
//! Pays back the share `rate` of what the firms addressed spend on components from the region. Buyers count
//! on it when they compare suppliers. Components only: other local inputs are a fixed share of purchases.
//!
//! # Cost
//! Booked in the ledger as `local_content_rebate`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-02: price preference of 5-15 % (assumption of the sources).

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.local_content
}
