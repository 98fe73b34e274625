//! Markets: competition for users' expenditure, customers won and lost, first references, exports.
//!
//! # Question
//! Who sells how much, at home and abroad?
//!
//! # Story
//! In each sub-industry and market the region's firms compete with each other and together with the
//! outside competitor. Users value quality, price and their habitual supplier. Shares move slowly
//! towards what users would choose, and jump when a customer is won or lost: a firm has many
//! customers whose sizes follow Zipf's law, so that a small firm's sales jump far and a large
//! firm's little; neither the tent shape of growth rates nor the fall of their spread with size is
//! put in. Users distrust high-end products that nobody has yet seen work; insurance of the first sets
//! takes a part of the distrust away, and a firm buys it where that is worth more than its part of the
//! premium. Few firms export; more competent ones start to more often, and fairs and offices abroad bring
//! others to it.
//!
//! # Equations
//! - appeal: `W_im = base_im ((p_i / e^q_i) / (P_out / e^q_out))^(1 - s1) x priority` (`regional_elasticity` = s1)
//! - region's share of market m: `R = b V^(1-s2) / (b V^(1-s2) + 1 - b)`, relative price of the
//!   region `V = (sum W / opening bases)^(1 / (1 - s1))`, b the opening share (`outside_elasticity` = s2)
//! - target share `f* = R W / sum W`, `f' = f + lambda (f* - f)` (`share_adjustment`)
//! - customers `n = sales / customer_size`, sizes `1 / (rank H_n)`; with probability
//!   `customer_turnover` a customer of relative size l is won (share x (1 + l), probability
//!   1 / (2 + l)) or lost (share / (1 + l)); the expected change is zero
//! - demand: `x = sum_m f_m D_m ((1 - h) tier_ordinary + h tier_high) / p`
//! - first exports: `export_start` of sales, with a base for which they are the target share; none to a market in which
//!   that takes more custom than the region's firms have there
//! - reference: probability `1 - exp(-high-end sales / reference_sales)`
//! - cover of the first `insured_sets` sets within `insured_years`: bought where margin x (s1 - 1) x distrust x
//!   `insured_trust` > `insurance_premium` x (1 - share subsidised)
//! - support r of the buyers of a market: W (1 - r)^(1 - s1) there, and demand / (1 - r)
//!
//! # Place in the tick
//! After prices, before production; cover of first sets is bought before prices are set, support of buyers
//! is paid after production.
//!
//! # Reads / Writes
//! Reads technique, price, levers; writes market position, `profile.exporter`, `profile.referenced`, cover of
//! first sets, outlays and the ledger.
//!
//! # Randomness
//! Stream `CUSTOMERS`, one word per firm that seeds the draws for the eight largest customers, the many
//! small ones (normal limit), reference and export entry.
//!
//! # Sources
//! Nested CES: trade elasticities in Simonovska & Waugh 2014. Customers in lumps: the proportional
//! growth of units of unequal size of Fu et al. 2005 and Riccaboni et al. 2008. First set: ADB
//! TA-9036 Technical Report 2 (2017), paragraph 61.
//!
//! # REQ numbers
//! REQ-16, REQ-70, REQ-76, REQ-79.
//!
//! # What it leaves out
//! Buyers as agents; channels abroad.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::draws::{Draws, Stream};
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, MIN_ROWS};
use crate::world::firms::{Distrust, MARKETS, Position, Profile, Technique};
use crate::world::ledger::Entry;
use crate::world::levers::{self, MOST_LEVERS};
use crate::world::outside::Outside;
use crate::world::region::{Dials, Insurance};
use crate::world::rivalry::Rivalry;
use crate::world::structure::{Each, MOST_GROUPS};
use crate::world::{Nests, World};

use customers::{Customer, Rules, serve};
use support::{Offer, lever_rate, lifts, promote, support, worth_insuring};

mod customers;
mod support;

/// Wins and losses of customers, references, export entry.
pub const CUSTOMERS: Stream = Stream(1);

/// Parameters of the markets.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Elasticity of substitution among the region's firms.
    #[default(5.0)]
    #[schemars(range(min = 1.01, max = 50.0), extend("x-unit" = "-", "x-source" = "trade elasticity 4-6 (Simonovska & Waugh 2014)"))]
    pub regional_elasticity: f64,
    /// Elasticity of substitution between the region and the outside competitor.
    #[default(3.0)]
    #[schemars(range(min = 1.01, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption within sectoral trade elasticities 3-9"))]
    pub outside_elasticity: f64,
    /// Share of the distance to the target market share closed in a quarter.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub share_adjustment: f64,
    /// Mean annual purchases of one customer; sets the number of customer links of a firm.
    #[default(5.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "assumption"))]
    pub customer_size: f64,
    /// Probability that a customer link is won or lost in a quarter.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub customer_turnover: f64,
    /// Response of orders, in log points, to the log priority of a firm's owners.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub priority_response: f64,
    /// Quality that buyers deduct from a high-end product without a reference sale.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub first_set_distrust: f64,
    /// High-end sales that bring the first reference with probability 63 %.
    #[default(10.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY", "x-source" = "assumption"))]
    pub reference_sales: f64,
    /// Probability that a firm of median competence that does not export starts to.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub export_entry: f64,
    /// First-year exports of a new exporter relative to its sales.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub export_start: f64,
    /// Premium of insurance for first sets of high-end products, where a programme offers it.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of the value insured", "x-source" = "national scheme from 2015: premium of at most 3 %"))]
    pub insurance_premium: f64,
    /// First sets that are insured.
    #[default(3.0)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "sets", "x-source" = "national scheme from 2015: the first three units"))]
    pub insured_sets: f64,
    /// Longest time for which they are insured.
    #[default(3.0)]
    #[schemars(range(min = 0.25, max = 100.0), extend("x-unit" = "years", "x-source" = "national scheme from 2015: at most three years"))]
    pub insured_years: f64,
    /// Value of one set of high-end equipment.
    #[default(5.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY", "x-source" = "assumption: the annual purchases of one customer"))]
    pub set_value: f64,
    /// Share of the distrust that insurance takes away.
    #[default(0.8)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: a loss is repaid, a delay is not"))]
    pub insured_trust: f64,
    /// Cost of a year's promotion abroad for one firm.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "million CNY per firm", "x-source" = "assumption: fairs, offices, information"))]
    pub promotion_cost: f64,
}

impl Params {
    /// How the region and the world outside share a market.
    pub fn rivalry(&self) -> Rivalry {
        Rivalry::new(self.regional_elasticity, self.outside_elasticity)
    }

    /// What buyers deduct from high-end products without a reference.
    pub fn distrust(&self) -> Distrust {
        let plain = self.first_set_distrust;
        Distrust { plain, insured: plain * (1.0 - self.insured_trust) }
    }

    /// Terms of insurance for first sets.
    pub fn insurance(&self) -> Insurance {
        Insurance { premium: self.insurance_premium, most: self.insured_sets * self.set_value }
    }
}

/// Decides who buys insurance for its first high-end sets, counting what was sold under cover last.
pub fn insure(world: &mut World, params: &Params) {
    if world.levers.first_sets.is_empty() && !world.levers.covering {
        return;
    }
    world.levers.covering = !world.levers.first_sets.is_empty();
    let World { clock, firms, levers, dials, structure, .. } = world;
    let (tick, life) = (clock.tick, clock.ticks_in(params.insured_years));
    let most = params.insurance().most;
    (&mut firms.profile, &firms.technique, &firms.flow, &firms.workforce)
        .into_par_iter()
        .with_min_len(MIN_ROWS)
        .for_each(|(profile, technique, flow, people)| {
            if profile.insured {
                profile.insured_sold += technique.high_end * flow.sales * structure.scale;
            }
            let within = profile.insured_tick == 0 || tick - u32::from(profile.insured_tick) < life;
            let open = !profile.referenced && within && profile.insured_sold < most;
            let priority = dials[usize::from(profile.ownership)].priority;
            let rate =
                if open { levers::rate_for(&levers.first_sets, profile, people.workers.get(), priority) } else { 0.0 };
            profile.insured = rate > 0.0 && worth_insuring(flow, rate, params);
            if profile.insured && profile.insured_tick == 0 {
                profile.insured_tick = tick as u16;
            }
        });
}

/// Pays the support of buyers for what was sold.
pub fn pay_buyers(world: &mut World) {
    let count = world.levers.buyers.len().min(MOST_LEVERS);
    if count == 0 {
        return;
    }
    let World { firms, outside, levers, ledger, .. } = world;
    let sums = firms.chunks.fold(&[[0.0; 2]; MOST_LEVERS], |sums, rows| {
        for row in rows {
            let (profile, position) = (&firms.profile[row], &firms.position[row]);
            let (high_end, workers) = (firms.technique[row].high_end, firms.workforce[row].workers);
            let rates = support(&levers.buyers, profile, high_end.get(), workers.get());
            let served = if position.demand > 0.0 { (position.sold / position.demand).min(1.0) } else { 0.0 };
            let s = usize::from(profile.sub_industry);
            for (at, lever) in levers.buyers.iter().take(count).enumerate() {
                if !lever.addressees.include(profile, workers.get()) {
                    continue;
                }
                sums[at][1] += 1.0;
                for (m, rate) in rates.iter().enumerate() {
                    let access = outside.abroad.access(m, profile.presence);
                    let paid =
                        position.share[m] * outside.demand[s][m] * mix(high_end.get(), &outside.tiers[s][m]) * access;
                    sums[at][0] += served * paid / (1.0 - rate) * lever_rate(lever, m, high_end.get());
                }
            }
        }
    });
    for (lever, [claims, recipients]) in levers.buyers.iter().zip(sums) {
        let paid = levers.outlays[lever.instrument].pay(claims, claims * lever.to_nominal(), recipients);
        ledger.post(Entry::BuyerSupport, paid);
    }
}

/// Moves market shares and turns them into demand.
pub fn step(world: &mut World, params: &Params, draws: &Draws) {
    promote(world, params);
    let nests = appeals(world, params);
    let rules = Rules::new(world.clock, params, &world.structure, &world.outside, &nests);
    let (clock, key) = (world.clock, draws.key(CUSTOMERS, world.clock.tick));
    let World { firms, outside, structure, standards, lines, levers, .. } = world;
    (
        firms.position.par_chunks_mut(CHUNK),
        firms.profile.par_chunks_mut(CHUNK),
        firms.technique.par_chunks(CHUNK),
        firms.flow.par_chunks(CHUNK),
        firms.practice.par_chunks(CHUNK),
        firms.workforce.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(positions, profiles, techniques, flows, practices, people, ids)| {
            for row in 0..ids.len() {
                let opened = standards.access_of(&practices[row]) + lines.access_of(&practices[row]);
                let (profile, technique, people) = (&mut profiles[row], &techniques[row], &people[row]);
                let offer = Offer::of(levers, profile, technique, people, params);
                let firm = Customer { profile, technique, flow: &flows[row], opened, offer };
                let review = clock.reviews(ids[row].ordinal()) || positions[row].customers < 1.0;
                serve(firm, &mut positions[row], &mut key.firm(ids[row]), review, &rules, structure, outside);
            }
        });
}

/// Appeal of every firm to users, and the sums of customer base x appeal by sub-industry and market, with what the
/// support of buyers adds.
fn appeals(world: &mut World, params: &Params) -> Nests {
    let World { firms, outside, dials, levers, .. } = world;
    let orders: Each<f64> = dials.iter().map(|dials| orders(dials, params)).collect();
    let columns = (
        firms.position.as_mut_slice(),
        firms.profile.as_slice(),
        firms.technique.as_slice(),
        firms.workforce.as_slice(),
    );
    let nothing = [[0.0; MARKETS]; MOST_GROUPS];
    firms.chunks.fold_with(columns, &nothing, |nests, (positions, profiles, techniques, people)| {
        for (row, position) in positions.iter_mut().enumerate() {
            let (profile, technique) = (&profiles[row], &techniques[row]);
            let orders = orders[usize::from(profile.ownership)];
            position.appeal = appeal(position, profile, technique, outside, orders, params).into();
            let nest = &mut nests[usize::from(profile.sub_industry)];
            let lifts = lifts(&levers.buyers, profile, technique, &people[row], params);
            for (market, sum) in nest.iter_mut().enumerate() {
                *sum += position.custom(market) * lifts[market];
            }
        }
    })
}

/// Factor on the appeal of a firm whose owners have priority in orders.
pub fn orders(dials: &Dials, params: &Params) -> f64 {
    exp(params.priority_response * ln(dials.priority.max(1e-6)))
}

/// Appeal of a firm per unit of its customer base; `orders` is the factor of its owners' priority.
pub fn appeal(
    position: &Position,
    profile: &Profile,
    technique: &Technique,
    outside: &Outside,
    orders: f64,
    params: &Params,
) -> f64 {
    let s = usize::from(profile.sub_industry);
    let seen = technique.seen_quality(profile, params.distrust());
    let relative_price = position.log_price - seen - (outside.log_price[s] - outside.quality[s]);
    exp((1.0 - params.regional_elasticity) * relative_price) * orders
}

/// Demand relative to its path for a firm's mix of tiers.
fn mix(high_end: f64, tiers: &[f64; 2]) -> f64 {
    (1.0 - high_end) * tiers[0] + high_end * tiers[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_shock_reaches_a_firm_in_proportion_to_its_mix() {
        assert!((mix(0.25, &[1.0, 0.6]) - 0.9).abs() < 1e-15);
        assert_eq!(mix(0.0, &[1.0, 0.0]), 1.0);
    }
}
