//! Research grant.
//!
//! # Story
//! Pays the share `rate` of the research outlay of the firms addressed. `research.grant_additionality` of it
//! becomes additional research, the rest replaces the firm's own money.
//!
//! # Cost
//! Booked in the ledger as `research_grant`; the rate offered falls where claims exceed the
//! budget of a tick, and what still exceeds it is cut in proportion.
//!
//! # Sources
//! Boeing 2016: a subsidy of one yuan lowered business research by half a yuan at once and was neutral later
//! in listed Chinese firms; other studies are positive. POL-03.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.research
}
