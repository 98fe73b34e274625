//! Interest discount.
//!
//! # Story
//! Takes over interest on the debt of the firms addressed: `rate` of the debt a year, but no more than the interest that
//! they pay.
//!
//! # Cost
//! Booked in the ledger as `interest_discount`; the rate offered falls where claims exceed the
//! budget of a tick, and what still exceeds it is cut in proportion.
//!
//! # Sources
//! ADB TA-9036 Technical Report 2 (2017), paragraphs 61 and 126. POL-05, POL-08.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.interest
}
