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
//! put in. Users distrust high-end products that nobody has yet seen work. Few firms export; more
//! competent ones start to more often.
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
//! - reference: probability `1 - exp(-high-end sales / reference_sales)`
//!
//! # Place in the tick
//! After prices, before production.
//!
//! # Reads / Writes
//! Reads technique, price; writes market position, `profile.exporter`, `profile.referenced`.
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

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Small, Stream, normal};
use crate::kernel::math::{exp, happens, ln, logistic};
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, MIN_ROWS};
use crate::world::firms::{Flow, MARKETS, Position, Profile, Technique};
use crate::world::outside::Outside;
use crate::world::region::Dials;
use crate::world::structure::{MOST_GROUPS, Structure};
use crate::world::{Nests, World};

/// Wins and losses of customers, references, export entry.
pub const CUSTOMERS: Stream = Stream(1);
/// Customers whose turnover is drawn one by one; they carry 93 % of the variance.
const LARGE: usize = 8;

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
}

/// Moves market shares and turns them into demand.
pub fn step(world: &mut World, params: &Params, draws: &Draws) {
    let nests = appeals(world, params);
    let rules = Rules::new(world.clock, params, &world.structure, &world.outside, &nests);
    let (clock, tick) = (world.clock, world.clock.tick);
    let World { firms, outside, structure, .. } = world;
    (
        firms.position.par_chunks_mut(CHUNK),
        firms.profile.par_chunks_mut(CHUNK),
        firms.technique.par_chunks(CHUNK),
        firms.flow.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(positions, profiles, techniques, flows, ids)| {
            let mut words = [0; CHUNK];
            draws.fill(CUSTOMERS, tick, ids, 1, &mut words[..ids.len()]);
            for row in 0..ids.len() {
                let firm = Customer { profile: &mut profiles[row], technique: &techniques[row], flow: &flows[row] };
                let review = clock.reviews(ids[row].ordinal()) || positions[row].customers < 1.0;
                serve(firm, &mut positions[row], &mut Small::new(words[row]), review, &rules, structure, outside);
            }
        });
}

/// Appeal of every firm to users, and its sums by sub-industry and market.
fn appeals(world: &mut World, params: &Params) -> Nests {
    let World { firms, outside, dials, .. } = world;
    let orders: Vec<f64> = dials.iter().map(|dials| orders(dials, params)).collect();
    (&mut firms.position, &firms.profile, &firms.technique).into_par_iter().with_min_len(MIN_ROWS).for_each(
        |(position, profile, technique)| {
            let orders = orders[usize::from(profile.ownership)];
            position.appeal = appeal(position, profile, technique, outside, orders, params);
        },
    );
    crate::world::nests(firms)
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
    let seen = technique.seen_quality(profile, params.first_set_distrust);
    let relative_price = position.log_price - seen - (outside.log_price[s] - outside.quality[s]);
    exp((1.0 - params.regional_elasticity) * relative_price) * orders
}

/// Share of a market that goes to the region, given the sum of its firms' appeal.
pub fn region_share(sum: f64, opening_base: f64, opening_share: f64, params: &Params) -> f64 {
    if sum <= 0.0 || opening_base <= 0.0 {
        return 0.0;
    }
    let exponent = (1.0 - params.outside_elasticity) / (1.0 - params.regional_elasticity);
    logistic(ln(opening_share / (1.0 - opening_share)) + exponent * ln(sum / opening_base))
}

/// Everything about the markets that is the same for all firms.
struct Rules {
    /// Target share of a firm per unit of base x appeal.
    per_appeal: Nests,
    adjustment: f64,
    turnover: f64,
    /// The same probability on the scale of 16-bit words.
    threshold: u16,
    customer_size: f64,
    reference_sales: f64,
    export_entry: f64,
    export_start: f64,
    ticks_per_year: f64,
    scale: f64,
}

impl Rules {
    fn new(clock: Clock, params: &Params, structure: &Structure, outside: &Outside, nests: &Nests) -> Self {
        let mut per_appeal = [[0.0; MARKETS]; MOST_GROUPS];
        for (s, sub) in structure.sub_industries.iter().enumerate() {
            for m in 0..MARKETS {
                // Where foreign money is dear, all of the region is cheap.
                let sum = nests[s][m] * outside.abroad.appeal(m, params.regional_elasticity);
                let share = region_share(sum, sub.opening_base[m], sub.region_share[m], params);
                per_appeal[s][m] =
                    if nests[s][m] > 0.0 && outside.demand[s][m] > 0.0 { share / nests[s][m] } else { 0.0 };
            }
        }
        let turnover = clock.share_from_quarter(params.customer_turnover);
        Rules {
            per_appeal,
            adjustment: clock.share_from_quarter(params.share_adjustment),
            turnover,
            threshold: (turnover * 65_536.0).min(65_535.0) as u16,
            customer_size: params.customer_size,
            reference_sales: params.reference_sales,
            export_entry: clock.share_from_year(params.export_entry),
            export_start: params.export_start,
            ticks_per_year: clock.ticks(),
            scale: structure.scale,
        }
    }
}

/// The parts of a firm that its customers see.
struct Customer<'a> {
    profile: &'a mut Profile,
    technique: &'a Technique,
    flow: &'a Flow,
}

/// One firm: shares move, customers come and go, demand follows.
fn serve(
    mut firm: Customer<'_>,
    position: &mut Position,
    small: &mut Small,
    review: bool,
    rules: &Rules,
    structure: &Structure,
    outside: &Outside,
) {
    let s = usize::from(firm.profile.sub_industry);
    let annual_sales = firm.flow.sales * rules.ticks_per_year * rules.scale;
    if review {
        position.customers = (annual_sales / rules.customer_size).max(1.0) as f32;
    }
    let jump = customers_jump(f64::from(position.customers), small, rules);
    seek_reference(firm.profile, firm.technique, firm.flow.sales * rules.scale, small.uniform(), rules);
    enter_export(&mut firm, position, annual_sales, small.uniform(), rules, structure, outside);
    let mut expenditure = 0.0;
    let mut abroad = 0.0;
    let (mut before, mut after) = (0.0, 0.0);
    for m in 0..MARKETS {
        let size = outside.demand[s][m];
        before += position.share[m] * size;
        let target = rules.per_appeal[s][m] * position.base[m] * position.appeal;
        position.share[m] = (position.share[m] + rules.adjustment * (target - position.share[m])) * jump;
        position.base[m] *= jump;
        after += position.share[m] * size;
        let access = outside.abroad.access(m, firm.profile.presence);
        let spent = position.share[m] * size * mix(firm.technique.high_end, &outside.tiers[s][m]) * access;
        expenditure += spent;
        abroad += if m == 0 { 0.0 } else { spent };
    }
    position.demand = expenditure / position.price;
    position.export_share = if expenditure > 0.0 { abroad / expenditure } else { 0.0 };
    position.share_growth = if before > 0.0 { (after / before - 1.0).clamp(-0.5, 0.5) as f32 } else { 0.0 };
}

/// Demand relative to its path for a firm's mix of tiers.
fn mix(high_end: f64, tiers: &[f64; 2]) -> f64 {
    (1.0 - high_end) * tiers[0] + high_end * tiers[1]
}

/// A first reference for high-end products.
fn seek_reference(profile: &mut Profile, technique: &Technique, sales: f64, u: f64, rules: &Rules) {
    if !profile.referenced {
        profile.referenced = happens(u, technique.high_end * sales / rules.reference_sales);
    }
}

/// A firm that sells at home only may start to sell abroad.
fn enter_export(
    firm: &mut Customer<'_>,
    position: &mut Position,
    annual_sales: f64,
    u: f64,
    rules: &Rules,
    structure: &Structure,
    outside: &Outside,
) {
    if firm.profile.exporter {
        return;
    }
    /// Most by which competence raises the probability.
    const MOST: f64 = 20.0;
    if u >= rules.export_entry * MOST {
        return;
    }
    let s = usize::from(firm.profile.sub_industry);
    let lead = firm.technique.competence - outside.competence[s] + structure.sub_industries[s].opening_gap;
    if u >= rules.export_entry * exp(2.0 * lead).min(MOST) {
        return;
    }
    let start = rules.export_start * annual_sales / rules.ticks_per_year / rules.scale;
    for m in 1..MARKETS {
        let per_base = rules.per_appeal[s][m] * position.appeal;
        if per_base > 0.0 && outside.demand[s][m] > 0.0 {
            position.share[m] = start / (MARKETS - 1) as f64 / outside.demand[s][m];
            position.base[m] = position.share[m] / per_base;
            firm.profile.exporter = true;
        }
    }
}

/// Factor on a firm's custom from customers won and lost; its expectation is one.
fn customers_jump(customers: f64, small: &mut Small, rules: &Rules) -> f64 {
    let (events, signs) = ([small.word(), small.word()], small.word());
    let n = customers.max(1.0);
    // Harmonic number of n customers.
    let harmonic = ln(n) + 0.577_215_664_9 + 0.5 / n - 1.0 / (12.0 * n * n);
    let mut factor = 1.0;
    for rank in 1..=LARGE.min(n as usize) {
        let draw = (events[(rank - 1) / 4] >> (16 * ((rank - 1) % 4))) as u16;
        if draw < rules.threshold {
            let size = 1.0 / (rank as f64 * harmonic);
            let sign = f64::from((signs >> (8 * (rank - 1))) as u8) / 256.0;
            factor *= if sign < 1.0 / (2.0 + size) { 1.0 + size } else { 1.0 / (1.0 + size) };
        }
    }
    if n > LARGE as f64 {
        // Sum of 1/rank^2 beyond the large ones.
        let rest = (1.0 / (LARGE as f64 + 0.5) - 1.0 / (n + 0.5)).max(0.0);
        let deviation = (rules.turnover * rest).sqrt() / harmonic;
        factor *= 1.0 + deviation * normal(small.word());
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(turnover: f64) -> Rules {
        Rules {
            per_appeal: [[0.0; MARKETS]; MOST_GROUPS],
            adjustment: 0.1,
            turnover,
            threshold: (turnover * 65_536.0) as u16,
            customer_size: 5.0,
            reference_sales: 10.0,
            export_entry: 0.0,
            export_start: 0.05,
            ticks_per_year: 4.0,
            scale: 1.0,
        }
    }

    #[test]
    fn region_share_by_hand() {
        let params = Params { regional_elasticity: 5.0, outside_elasticity: 3.0, ..Params::default() };
        // Prices 10 % below: W = B 0.9^-4, V = 0.9, weight = 0.2 * 0.9^-2.
        let weight = 0.2 / 0.81;
        let expected = weight / (weight + 0.8);
        assert!((region_share(0.9f64.powi(-4), 1.0, 0.2, &params) - expected).abs() < 1e-12);
        assert!((region_share(1.0, 1.0, 0.2, &params) - 0.2).abs() < 1e-15);
        assert_eq!(region_share(0.0, 1.0, 0.2, &params), 0.0);
    }

    #[test]
    fn without_turnover_nothing_jumps() {
        assert_eq!(customers_jump(1000.0, &mut Small::new(1), &rules(0.0)), 1.0);
    }

    /// 400,000 draws; tolerance six standard errors (false alarm below 1e-8). The spread of log
    /// growth falls with size by itself.
    #[test]
    fn jumps_are_fair_and_smaller_for_larger_firms() {
        let rules = rules(0.15);
        let spread = |customers: f64| {
            let mut small = Small::new(7);
            let (mut sum, mut squares, n) = (0.0, 0.0, 400_000);
            for _ in 0..n {
                let jump = customers_jump(customers, &mut small, &rules);
                sum += jump;
                squares += ln(jump) * ln(jump);
            }
            let deviation = (squares / f64::from(n)).sqrt();
            assert!((sum / f64::from(n) - 1.0).abs() < 6.0 * deviation * 1.2 / f64::from(n).sqrt() + 2e-5);
            deviation
        };
        let (few, many) = (spread(5.0), spread(5000.0));
        assert!(few > 2.0 * many, "{few} {many}");
        let exponent = ln(few / many) / ln(1000.0);
        assert!((0.1..0.3).contains(&exponent), "{exponent}");
    }

    #[test]
    fn a_tier_shock_reaches_a_firm_in_proportion_to_its_mix() {
        assert!((mix(0.25, &[1.0, 0.6]) - 0.9).abs() < 1e-15);
        assert_eq!(mix(0.0, &[1.0, 0.0]), 1.0);
    }
}
