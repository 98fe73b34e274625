//! Pricing: the price to the user.
//!
//! # Question
//! Who gets the gain from a better product or a cheaper process: the firm or its customers?
//!
//! # Story
//! A firm sets the price to the user half by its cost and half by what the outside competitor
//! offers for its money. Full cost pass-through would hand every gain to buyers; pure pricing to
//! market would hand none. The mark-up creeps up when the firm gains share and down when it loses.
//!
//! # Equations
//! - `ln p = (1 - b) ln P_cost + b (ln P_out + q - q_out + const)` (`outside_anchor` = b)
//! - `P_cost = n + m c / kappa`: purchased inputs n, direct own cost c (labour and capital per
//!   unit), gross mark-up m, share of chain value kept kappa
//! - `m' = m (1 + u x growth of share)` (`markup_feedback` = u)
//!
//! # Place in the tick
//! After techniques are known, before demand.
//!
//! # Reads / Writes
//! Reads technique, plant, balances, `position.kept_share`; writes `position.price`, its logarithm and `position.markup`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Dosi, Fagiolo & Roventini 2010 (mark-up rule); Dawid, Harting & Neugart 2014 (mix of cost and
//! value pricing); the weight b is an assumption.
//!
//! # REQ numbers
//! REQ-16, REQ-64.
//!
//! # What it leaves out
//! Different prices in different markets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::math::exp;
use crate::kernel::ordered::MIN_ROWS;
use crate::world::World;
use crate::world::firms::Distrust;
use crate::world::profit::{log_price, unit_capital};

/// Parameters of pricing.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Weight of the outside competitor's quality-adjusted price, against own cost, in the price to
    /// the user.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub outside_anchor: f64,
    /// Response of the mark-up to growth of the own market share.
    #[default(0.04)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub markup_feedback: f64,
}

/// What pricing reads of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Costs {
    /// Social charges on top of the wage.
    pub social_charges: f64,
    /// Utilisation of capacity that firms aim at.
    pub utilisation: f64,
    /// Depreciation of fixed capital per tick.
    pub depreciation: f64,
    /// Quality that buyers deduct from high-end products without a reference.
    pub distrust: Distrust,
}

/// Sets every firm's price to the user.
pub fn step(world: &mut World, params: &Params, costs: &Costs) {
    let World { firms, outside, labour, .. } = world;
    let wage = labour.wage * (1.0 + costs.social_charges);
    (&mut firms.position, &firms.profile, &firms.technique, &firms.plant, &firms.balances)
        .into_par_iter()
        .with_min_len(MIN_ROWS)
        .for_each(|(position, profile, technique, plant, balances)| {
            let s = usize::from(profile.sub_industry);
            let capital = unit_capital(balances, plant, costs.depreciation, costs.utilisation);
            let labour = wage * technique.unit_labour;
            // However strong the response, a mark-up stays positive.
            position.markup *= (1.0 + params.markup_feedback * position.share_growth).max(0.5);
            let lead = technique.seen_quality(profile, costs.distrust) - outside.quality[s];
            let log_price = log_price(
                plant.inputs(outside.input_price[s]),
                labour + capital,
                position.markup.get(),
                position.kept_share.get(),
                params.outside_anchor,
                outside.log_price[s],
                lead,
                position.price_constant.get(),
            );
            position.log_price = log_price.into();
            position.price = exp(log_price).into();
        });
}
