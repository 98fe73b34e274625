//! Generic-technology programme.
//!
//! # Story
//! Puts public engineers into projects of joint research on generic technologies: a hundred times `rate` in
//! each project in which a firm addressed takes part. They are paid whether or not the members pay for
//! their own, so that progress does not fade when firms save.
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
