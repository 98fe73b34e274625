//! The outside world as the region meets it.

use crate::world::firms::MARKETS;

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
}
