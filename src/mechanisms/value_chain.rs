//! The value chain: division of chain value over design, fabrication and market functions.
//!
//! # Question
//! How much of the value of its product does a firm keep?
//!
//! # Story
//! The value of a chain, what users pay less purchased inputs, is divided over the functions of
//! design, fabrication and market (brand, channel, service). A firm keeps the part of each function
//! that it performs; the rest leaves to lead firms and distributors elsewhere. In this version the
//! parts are given in the opening state, equal in value over the functions, and stay with the firm.
//!
//! # Equations
//! - kept share `kappa = sum_f v_f g_f`, `v_f = 1/3` for each function, `g_f` the part performed
//! - opening parts: `g_f = min(1, median x e^(deviation x normal))` (`design_kept`, `market_kept`,
//!   `fabrication_kept`, `kept_deviation`)
//!
//! # Place in the tick
//! Read by pricing, production and the upgrading choice; nothing moves in this version.
//!
//! # Reads / Writes
//! Writes `profile.kept` in the opening state and for entrants.
//!
//! # Randomness
//! Drawn with the opening population and with entrants.
//!
//! # Sources
//! Gereffi, Humphrey & Sturgeon 2005; no machinery-specific division is published, so equal values
//! are the neutral assumption and no smile-shaped number is an input.
//!
//! # REQ numbers
//! REQ-11, REQ-61, REQ-64.
//!
//! # What it leaves out
//! Scarcity of functions, governance, and the building of functions by firms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::firms::FUNCTIONS;
use crate::world::region::OpeningParts;

/// Shares of the functions in the value of a chain: equal, so that no smile is put in.
pub const FUNCTION_SHARES: [f64; FUNCTIONS] = [1.0 / 3.0; FUNCTIONS];

/// Parameters of the division of chain value over functions.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Share of the design function that the median firm performs and is paid for in the opening
    /// state.
    #[default(0.3)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub design_kept: f64,
    /// Share of fabrication kept.
    #[default(1.0)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the region's firms make what they sell", "x-opening" = true))]
    pub fabrication_kept: f64,
    /// Share of the market function (brand, channel, service) kept by the median firm.
    #[default(0.25)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub market_kept: f64,
    /// Dispersion of the kept shares among firms.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption", "x-opening" = true))]
    pub kept_deviation: f64,
}

impl Params {
    /// Parts of the functions that firms perform when they start.
    pub fn opening_parts(&self) -> OpeningParts {
        OpeningParts {
            medians: [self.design_kept, self.fabrication_kept, self.market_kept],
            deviation: self.kept_deviation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_worth_the_same() {
        assert!(FUNCTION_SHARES.iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-15));
    }
}
