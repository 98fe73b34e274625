//! Demography: entry, exit and spin-offs.
//!
//! # Question
//! Which firms appear and disappear, and what do they bring and take away?
//!
//! # Story
//! Firms enter where margins are good, more readily where the region already does related things.
//! Half of them are spin-offs that know a part of what a firm of their city knows, and nobody founds a
//! firm who knows less than anybody can learn. An entrant is small and has the customers that keep it
//! where it starts; where a market has no room for its plan, it is not founded. Founders pay in its
//! capital. Firms leave when their own funds are gone, unless the state rescues them, or when they have
//! been too small for half a year. What is left pays lenders first, then owners; the rest is written off.
//!
//! # Equations
//! - entrants of s: Poisson with mean `rate N_s dt min(1, S_s / S_s0) e^(r (m_s - m_s0)) x density_s^d / mean`
//!   (`entry_rate`, `opportunity_response`, `relatedness_response`); N_s opening firms, S_s sales at home,
//!   m_s operating margin, density_s relatedness-weighted presence
//! - support of the share g of founding capital: further entrants, mean x `(e^(a g) - 1)` (`support_response` = a), of
//!   whom those stay that are addressed; all entrants addressed are paid
//! - size: Pareto above `entry_size`; knowledge: model's less `trimming` x uniform x 2 per field, at least the ceiling
//!   less `common_knowledge`
//! - customers: base such that the share f of the home market with which it starts is its target share, at the appeal of
//!   its model: `f = R x / (1 + x)`, x its custom over that of the region's firms, R the region's share with it;
//!   no founding where the base would be larger than that of all the region's firms, or the shares of all above one
//! - exit: own funds < 0 and no bail-out, or annual sales < `exit_sales` for `exit_patience`
//! - bail-out: probability of the ownership group; restores own funds to a tenth of assets
//!
//! # Place in the tick
//! Entry before budgets, exit after mergers.
//!
//! # Reads / Writes
//! Adds and removes firms; writes the ledger and events.
//!
//! # Randomness
//! Streams `ENTRY` and `SUPPORTED_ENTRY` (per sub-industry), `RESCUE` (one word per failing firm).
//!
//! # Sources
//! Mao & Sheng 2013 (rates); Neffke, Henning & Boschma 2011 and He, Yan & Rigby 2018 (relatedness);
//! Gilbert, Pyka & Ahrweiler (SKIN: start-ups copy and trim); Hsieh & Song 2015 (soft budgets).
//!
//! # REQ numbers
//! REQ-19, REQ-20, REQ-62.
//!
//! # What it leaves out
//! Re-entry of failed founders; firms that shrink below the threshold but live on unseen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::Stream;
pub use entry::{density, enter};
pub use exit::exit;
pub use founder::Founding;

mod entry;
mod exit;
mod founder;

/// Entrants of a sub-industry.
pub const ENTRY: Stream = Stream(6);
/// Rescue of failing firms.
pub const RESCUE: Stream = Stream(7);
/// Entrants whom support brings.
pub const SUPPORTED_ENTRY: Stream = Stream(40);

/// Parameters of entry, exit and spin-offs.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Entrants per incumbent and year at opening opportunity.
    #[default(0.09)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "1/year", "x-source" = "assumption: 10-20 % a year for the set above the reporting threshold (Mao & Sheng 2013)"))]
    pub entry_rate: f64,
    /// Response of entry, in log points, to a unit of operating margin above the opening one.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub opportunity_response: f64,
    /// Response of the choice of sub-industry, in log odds, to relatedness density.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "Neffke, Henning & Boschma 2011; He, Yan & Rigby 2018: sign"))]
    pub relatedness_response: f64,
    /// Smallest annual sales of an entrant, relative to real firms.
    #[default(24.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "assumption just above the reporting threshold of 20 million CNY"))]
    pub entry_size: f64,
    /// Pareto exponent of the sales of entrants.
    #[default(2.5)]
    #[schemars(range(min = 1.01, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption: entrants are small"))]
    pub entry_size_exponent: f64,
    /// Share of entrants that are spin-offs and inherit the knowledge of a parent in their city.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub spin_off_share: f64,
    /// Knowledge that an entrant lacks compared with its model, per field on average.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "SKIN: start-ups take over a part of the knowledge of a successful firm"))]
    pub trimming: f64,
    /// Distance below the ceiling of what can be learned at which a field is common knowledge: no founder knows less.
    #[default(2.5)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "log points", "x-source" = "assumption: what textbooks, expired patents and second-hand machines give to anybody; with the default elasticities of quality and productivity value added per worker a twentieth of the ceiling's"))]
    pub common_knowledge: f64,
    /// Annual sales below which a firm fades, relative to real firms.
    #[default(19.0)]
    #[schemars(range(min = 0.0, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "reporting threshold of 20 million CNY less a tenth"))]
    pub exit_sales: f64,
    /// Quarters below that size before the firm leaves.
    #[default(2)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption"))]
    pub exit_patience: u32,
    /// Share of the book value of machines recovered in a liquidation.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub liquidation: f64,
    /// Response of entry, in log points, to the share of founding capital that programmes pay.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub support_response: f64,
}
