//! Alliance funding.
//!
//! # Story
//! Pays the share `rate` of the outlay of the firms addressed for joint research.
//! `research.grant_additionality` of it becomes additional joint research, the rest replaces own money. A research
//! grant pays for joint research, too; both can be had.
//!
//! # Cost
//! Booked in the ledger as `alliance_grant`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-41 (joint research of industry, universities and institutes); the effect of research grants: Boeing 2016.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.alliances
}
