//! The supply network: components, core firms, development of suppliers.
//!
//! # Question
//! Where do key components come from, and how do suppliers near by become able to make them?
//!
//! # Story
//! Every firm needs components of the fields that weigh most in its recipe. Each class is bought from a
//! supplier in the region, from the rest of the nation, or from abroad, where quality is never wanting
//! and the foreign supplier keeps a margin. What a buyer requires goes with its own competence and with
//! the frontier; more than a little above that is of no use. Now and then a buyer looks at a few local
//! suppliers, mostly those of firms that share a supplier with it, and changes if one is better by more
//! than a threshold. Suppliers learn from what their buyers require, the more they are trusted, and most
//! when the gap is neither nothing nor hopeless. Core firms, large, competent and connected, develop a
//! supplier over years, mostly while they still buy elsewhere.
//!
//! # Equations
//! - requirement `R = max(a_buyer - .1, F - .6)` (`requirement_margin`, `requirement_floor`), fit `min(a_j, R + .2) - R` (`usable_excess`)
//! - offer: `fit - ln price - distance x km + tau trust` (`distance_cost`, `trust_value` = tau); price 1 in the nation,
//!   `1 + import_margin` abroad
//! - product quality: `quality_weight x sum_c share_c fit_c`; surcharge on inputs `component_share sum_c share_c (price_c - 1)`
//! - learning: `a_j + l trust gap exp(-gap / .25)` a quarter, gap = R - a_j (`learning` = l, `developed_learning`); R of what
//!   buyers knew before the lessons of the tick, buyer after buyer in the order of rows
//! - orders to suppliers: `component_share x share_c x inputs` of their buyers, beside what markets demand; served in the order
//!   of buyers, as long as there is room (`most_orders`)
//!
//! # Place in the tick
//! After the markets, before production.
//!
//! # Reads / Writes
//! Reads knowledge, sales, cities, `world.suppliers`; writes `firms.sourcing`, suppliers' knowledge and demand,
//! `plant.component_surcharge`, `profile.core`, `world.supply`.
//!
//! # Randomness
//! Stream `SOURCING`, one word per tick, mixed with the numbers of firms.
//!
//! # Sources
//! Carvalho & Voigtlaender 2015 (search along the network); Gereffi, Humphrey & Sturgeon 2005; starting values from
//! prototypes of the design.
//!
//! # REQ numbers
//! REQ-31, REQ-32, REQ-33, REQ-34, REQ-60, REQ-71.
//!
//! # What it leaves out
//! Several sources of one class at a time; stocks of components.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Stream};
use crate::kernel::ordered::MIN_ROWS;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::structure::MOST_GROUPS;
pub use links::lesson;
use links::{each_firm, learn, settle, settle_orders};
pub use offers::{classes, effects, fit, offer_nearby, offers_elsewhere, requirement};
use search::{Intent, search};

mod links;
mod offers;
mod search;

/// Search for suppliers.
pub const SOURCING: Stream = Stream(14);

/// Parameters of the supply network.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch", "x-opening" = true))]
    pub enabled: bool,
    /// Whether buyers may change their suppliers; off freezes the network as it is.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub rewiring: bool,
    /// Whether core firms develop suppliers.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub core_development: bool,
    /// Share of purchased inputs that are components.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub component_share: f64,
    /// Extra price of components from abroad, kept by the foreign supplier.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub import_margin: f64,
    /// Distance of suppliers in the rest of the nation below the frontier.
    #[default(0.65)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: what able buyers require comes at first from abroad"))]
    pub nation_gap: f64,
    /// Probability that a buyer looks at the sources of one of its component classes.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub review: f64,
    /// Share of candidates found among suppliers of firms that share a supplier with the buyer.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "Carvalho & Voigtlaender 2015"))]
    pub network_search: f64,
    /// Local suppliers looked at in one search.
    #[default(3)]
    #[schemars(range(min = 1, max = 16), extend("x-unit" = "firms", "x-source" = "assumption"))]
    pub candidates: u32,
    /// Advantage that makes a buyer change its source.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: cost of switching"))]
    pub threshold: f64,
    /// Advantage that a buyer deducts for a thousand km.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points per 1,000 km", "x-source" = "assumption: transport and coordination"))]
    pub distance_cost: f64,
    /// Value of full trust.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub trust_value: f64,
    /// Share of the distance to full trust closed by a quarter of trade.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub trust_gain: f64,
    /// How far below its own competence a buyer accepts components.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub requirement_margin: f64,
    /// Distance below the frontier from which components are of no use to anybody.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub requirement_floor: f64,
    /// How much above the requirement a component is still of use.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: without a bound everything would be imported"))]
    pub usable_excess: f64,
    /// Effect of the fit of components on the quality of the product.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub quality_weight: f64,
    /// Learning of a fully trusted supplier from what its buyer requires.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub learning: f64,
    /// The same with a core firm's investment.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub developed_learning: f64,
    /// Gap at which most is learned from a buyer; the share of the gap that is learned falls by 63 % over it.
    #[default(0.25)]
    #[schemars(range(min = 0.001, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: who is too far behind cannot follow"))]
    pub learning_gap: f64,
    /// Length of the development of a supplier.
    #[default(20)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption: partners are persistent"))]
    pub development_quarters: u32,
    /// Cost of developing a supplier over purchases of the class.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub development_cost: f64,
    /// Least share of a buyer's need for which a supplier must have room; the rest is imported.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub least_filled: f64,
    /// Most orders of one supplier over its home sales.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: suppliers have capacity limits"))]
    pub most_orders: f64,
    /// Sales, relative to the mean, from which a firm may be a core firm.
    #[default(8.0)]
    #[schemars(range(min = 0.0, max = 10000.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub core_size: f64,
    /// Relations of supply or alliance that a core firm has at the least.
    #[default(1)]
    #[schemars(range(min = 0, max = 1000), extend("x-unit" = "relations", "x-source" = "assumption"))]
    pub core_relations: u32,
    /// Distance from the rest of the nation's suppliers.
    #[default(1000.0)]
    #[schemars(range(min = 0.0, max = 20000.0), extend("x-unit" = "km", "x-source" = "assumption"))]
    pub nation_distance: f64,
    /// Distance from suppliers abroad.
    #[default(2000.0)]
    #[schemars(range(min = 0.0, max = 40000.0), extend("x-unit" = "km", "x-source" = "assumption"))]
    pub abroad_distance: f64,
}

/// Buyers look for suppliers, suppliers learn, cores develop; then orders and effects follow.
pub fn step(world: &mut World, params: &Params, draws: &Draws) {
    world.supply.turnover = (0, std::mem::take(&mut world.supply.lost_since));
    world.supply.developed = 0;
    if !params.enabled {
        return;
    }
    find_cores(world, params);
    let mut intents: Desks<Vec<Intent>> = world.scratch.take();
    search(&mut intents, world, params, draws);
    settle(world, &intents, params);
    world.scratch.give_back(intents);
    learn(world, params);
    settle_orders(world, params);
    each_firm(world, params);
}

/// Marks the core firms of the region: large, competent, connected.
pub fn find_cores(world: &mut World, params: &Params) {
    let (sums, counts) = competence_by_group(world);
    let sales = world.firms.chunks.sum(|row| world.firms.flow[row].sales.get());
    // Only firms that make something count.
    let mean = sales / counts.iter().sum::<f64>().max(1.0);
    let World { clock, firms, supply, .. } = world;
    let rows = (&mut firms.profile, &firms.id, &firms.technique, &firms.flow).into_par_iter().enumerate();
    rows.with_min_len(MIN_ROWS).for_each(|(row, (profile, id, technique, flow))| {
        if !clock.reviews(id.ordinal()) && clock.tick > 0 {
            return;
        }
        let s = usize::from(profile.sub_industry);
        let competent = technique.competence * counts[s] >= sums[s];
        let relations = supply.contacts.degree(row) + usize::from(profile.projects);
        let connected = relations >= params.core_relations as usize;
        profile.core = flow.sales >= params.core_size * mean && competent && connected;
    });
}

/// Sum of competence and number of firms by sub-industry.
fn competence_by_group(world: &World) -> ([f64; MOST_GROUPS], [f64; MOST_GROUPS]) {
    let firms = &world.firms;
    let sums = firms.chunks.fold(&[0.0; MOST_GROUPS], |sums, rows| {
        for row in rows.filter(|row| firms.plant[*row].capacity > 0.0) {
            sums[usize::from(firms.profile[row].sub_industry)] += firms.technique[row].competence;
        }
    });
    let count = |s: usize| world.members.get(s).map_or(0.0, |members| members.len() as f64);
    (sums, std::array::from_fn(count))
}
