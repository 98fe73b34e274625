//! First-set insurance.
//!
//! # Story
//! Offers insurance for the first sets of high-end products that nobody has seen work, and pays the share `rate`
//! of the premium. Cover takes away a part of the buyers' distrust; a firm buys it where that is worth more
//! than its own part of the premium, so that a low subsidy reaches nobody. The premium, the number of sets and
//! the years are parameters of the markets (`market.insurance_premium` and those beside it).
//!
//! # Cost
//! Premiums are booked as `insurance_premium`, the part taken over as `insurance_subsidy`; claims beyond the
//! budget of a tick are cut in proportion.
//!
//! # Sources
//! POL-01: the national scheme from 2015 (premium of at most 3 %, 80 % of it subsidised, at most three years, first
//! three units). Insurers pay out what they take in, to users elsewhere (assumption).
//!
//! # REQ numbers
//! REQ-70.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.first_sets
}
