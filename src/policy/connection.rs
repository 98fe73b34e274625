//! Connection of subjects.
//!
//! # Story
//! Brings research-active firms together with possible partners: a share `rate` of those addressed looks for
//! a partner in a year, beside those who would anyhow. Costs `alliances.brokerage_cost` for each,
//! whether or not it finds one. The owners' priority does not matter.
//!
//! # Cost
//! Booked in the ledger as `brokerage`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-53, REQ-41, REQ-42; the number of meetings is what van Rijnsoever 2020 calls meeting.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.connection
}
