//! Support of entry.
//!
//! # Story
//! Pays the share `rate` of the founding capital of entrants addressed by city, sub-industry or owners, whether they
//! would have come anyhow or not; more come, too (`demography.support_response`).
//!
//! # Cost
//! Booked in the ledger as `entry_grant`; where the claims of a tick exceed its budget, all entrants addressed are
//! paid the same part and founders pay the rest.
//!
//! # Sources
//! POL-15, POL-32, POL-48, POL-49, POL-51; `scenarios/data/city_bases.csv` names the bases. The response is an
//! assumption; land and tax rebates also move firms that would have come elsewhere in the region, which is left
//! out.
//!
//! # REQ numbers
//! REQ-19, REQ-20.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.entrants
}
