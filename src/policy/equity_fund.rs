//! Equity fund.
//!
//! # Story
//! Backs young firms of high and medium-high technology: with an additional probability `rate` a year each of those
//! addressed gets a round of equity, of which the government pays `1 / finance.fund_leverage` and others the rest.
//! The government asks for no return.
//!
//! # Cost
//! Booked in the ledger as `equity_fund`; where the budget of a tick is spent, others pay the whole round.
//!
//! # Sources
//! POL-36 (leverage 2-4, assumption).
//!
//! # REQ numbers
//! REQ-03.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.equity
}
