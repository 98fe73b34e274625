//! Digital subsidy.
//!
//! # Story
//! Pays the share `rate` of what the firms addressed spend on digital lines. `research.grant_additionality` of it
//! becomes additional outlay, the rest replaces own money. A firm without engineers turns few lines, whoever
//! pays.
//!
//! # Cost
//! Booked in the ledger as `digital_subsidy`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-47. No study of its effect is known to us: the additionality of research grants is assumed for lines, too.
//!
//! # REQ numbers
//! REQ-80.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.digital
}
