//! Function grant.
//!
//! # Story
//! Pays the share `rate` of what the firms addressed spend on design and on the market function: brand, channel,
//! service, complete sets. `research.grant_additionality` of it becomes additional outlay, the rest replaces
//! own money. Captive chains teach no functions, whoever pays.
//!
//! # Cost
//! Booked in the ledger as `function_grant`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-16 (complete sets and engineering contracts), POL-26 (brands). No study of its effect is known to us: the
//! additionality of research grants is assumed for functions, too.
//!
//! # REQ numbers
//! REQ-11, REQ-61.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.functions
}
