//! Standards programme.
//!
//! # Story
//! Pays the share `rate` of what the firms addressed spend on standards: looking at what there is, and taking part in
//! the making of the region's own, whose holders are those who were at work on standards when their
//! alliance broke through. `research.grant_additionality` of it becomes additional outlay, the rest
//! replaces own money.
//!
//! # Cost
//! Booked in the ledger as `standards_grant`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-28, POL-29, POL-40, POL-42, POL-43, POL-44. No study of its effect is known to us: the additionality of research
//! grants is assumed for standards, too.
//!
//! # REQ numbers
//! REQ-55, REQ-58.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.standards
}
