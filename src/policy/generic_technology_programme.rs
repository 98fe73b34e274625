//! Generic-technology programme.
//!
//! # Story
//! Puts public engineers into projects of joint research on generic technologies: ten times `rate` of those
//! that the member firms addressed put in themselves. Where these put in nobody, nobody comes beside them.
//!
//! # Cost
//! Booked in the ledger as `generic_programme`; claims beyond the budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-03, POL-41; patience is the point of it (REQ-30).

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.generic
}
