//! Fiscal: the budget of the government.
//!
//! # Question
//! Where does public money come from, and what is left after instruments and science?
//!
//! # Story
//! Taxes, social charges and dividends come in; instruments, science and rescue go out. What exceeds
//! the reserve is spent on other public services; what is lacking comes as a transfer from the
//! central government. So every yuan of an instrument is paid for, and seen.
//!
//! # Equations
//! - reserve: `reserve` x annual revenue of the opening state
//! - public services: `max(0, deposits - reserve)`; central transfers: `max(0, reserve - deposits)`
//!
//! # Place in the tick
//! After all payments to and from the government.
//!
//! # Reads / Writes
//! Reads and writes the ledger.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Accounting identity; the reserve is an assumption.
//!
//! # REQ numbers
//! REQ-02, REQ-42.
//!
//! # What it leaves out
//! Public debt, and other regions' claims on the central government.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::World;
use crate::world::ledger::{Entry, Sector};

/// Parameters of taxes and the public budget.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Net taxes on production.
    #[default(0.012)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub sales_tax: f64,
    /// Tax on positive profit.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of profit", "x-source" = "statutory corporate income tax"))]
    pub profit_tax: f64,
    /// Share of overhead paid to the government; the rest is other labour cost.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the value added that wages, profit and depreciation leave unexplained is taxes and other labour cost"))]
    pub overhead_tax_share: f64,
    /// Deposits that the government aims to hold.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "years of revenue", "x-source" = "assumption"))]
    pub reserve: f64,
}

/// Balances the public budget of the tick.
pub fn step(world: &mut World, params: &Params) {
    let reserve = params.reserve * world.openings.public_revenue;
    let deposits = world.ledger.deposits(Sector::Government);
    world.ledger.post(Entry::PublicServices, (deposits - reserve).max(0.0));
    world.ledger.post(Entry::CentralTransfers, (reserve - deposits).max(0.0));
}
