//! The outside world as the region meets it.

use crate::kernel::math::exp;
use crate::kernel::single::Single;
use crate::world::abroad::Conditions;
use crate::world::firms::{FUNCTIONS, MARKETS};

/// State of the outside world.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Frontier of each technology field, log units; 0 in the opening state.
    pub frontier: Vec<f64>,
    /// Limit, in each field, of what the world has codified or licenses out, log units.
    pub ceiling: Vec<f64>,
    /// Competence of the outside competitor in each sub-industry, log units.
    pub competence: Vec<f64>,
    /// Competence offered by machines that can be bought, by the user's sub-industry, log units.
    pub machine_offer: Vec<f64>,
    /// Quality of the outside competitor, log units.
    pub quality: Vec<f64>,
    /// Log price of the outside competitor.
    pub log_price: Vec<f64>,
    /// Value per worker of the outside competitor at opening prices, relative to the opening.
    pub value_per_worker: Vec<f64>,
    /// Users' expenditure, million CNY per tick, by sub-industry and market.
    pub demand: Vec<[f64; MARKETS]>,
    /// Demand by tier (ordinary, high-end) relative to its path, by sub-industry and market.
    pub tiers: Vec<[[f64; 2]; MARKETS]>,
    /// Price of purchased inputs relative to the opening, by sub-industry.
    pub input_price: Vec<f64>,
    /// Elasticity of quality with respect to competence.
    pub quality_elasticity: f64,
    /// Elasticity of labour productivity with respect to competence.
    pub productivity_elasticity: f64,
    /// Deflator: the outside competitors' quality-adjusted prices with opening weights; 1 at the opening.
    pub deflator: f64,
    /// Weight of each sub-industry in the deflator.
    pub deflator_weight: Vec<f64>,
    /// Generations of each field that the world has codified since the opening.
    pub codified: Vec<u8>,
    /// What a generation adds to the ceiling of those who have unlocked it, log units.
    pub generation_step: f64,
    /// Log scarcity of each function of the value chain, by sub-industry and market.
    pub scarcity: Vec<[[f64; FUNCTIONS]; MARKETS]>,
    /// Shares of the functions in the value of a chain, by sub-industry and market.
    pub function_shares: Vec<[[f64; FUNCTIONS]; MARKETS]>,
    /// What markets abroad do to the region's firms, and what channels let them keep.
    pub abroad: Conditions,
}

impl Outside {
    /// Limit of what a firm can learn in a field of which it has unlocked so many generations: what the
    /// world has codified, and a step for each generation that it is ahead.
    #[inline]
    pub fn ceiling_of(&self, field: usize, unlocked: u8) -> f64 {
        self.ceiling[field] + self.generation_step * f64::from(unlocked.saturating_sub(self.codified[field]))
    }

    /// Shares of the functions in what sub-industry `s` sells to markets with these weights.
    #[inline]
    pub fn function_shares_in(&self, s: usize, weights: &[f64; MARKETS]) -> [f64; FUNCTIONS] {
        let shares = &self.function_shares[s];
        std::array::from_fn(|f| (0..MARKETS).map(|m| weights[m] * shares[m][f]).sum())
    }
}

/// Shares of the functions at these scarcities: proportional to `e^scarcity`, the same value for each
/// function where none is scarcer than the others.
pub fn shares_of_value(scarcity: &[f64; FUNCTIONS]) -> [f64; FUNCTIONS] {
    let weights = scarcity.map(exp);
    let total: f64 = weights.iter().sum();
    weights.map(|weight| weight / total)
}

/// Share of chain value kept by a firm that performs these parts of functions worth `values`.
pub fn kept_share(values: &[f64; FUNCTIONS], kept: &[f32; FUNCTIONS]) -> Single {
    values.iter().zip(kept).map(|(value, kept)| value * f64::from(*kept)).sum::<f64>().into()
}
