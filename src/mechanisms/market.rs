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

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Small, Stream, normal};
use crate::kernel::math::{exp, happens, ln, logistic};
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, MIN_ROWS};
use crate::world::firms::{Distrust, Flow, MARKETS, Position, Profile, Technique, Workforce};
use crate::world::ledger::Entry;
use crate::world::levers::{self, Lever, MOST_LEVERS};
use crate::world::outside::Outside;
use crate::world::region::{Dials, Insurance};
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
                profile.insured_sold += (f64::from(technique.high_end) * flow.sales * structure.scale) as f32;
            }
            let within = profile.insured_tick == 0 || tick - u32::from(profile.insured_tick) < life;
            let open = !profile.referenced && within && f64::from(profile.insured_sold) < most;
            let priority = dials[usize::from(profile.ownership)].priority;
            let rate = if open { levers::rate_for(&levers.first_sets, profile, people.workers, priority) } else { 0.0 };
            profile.insured = rate > 0.0 && worth_insuring(flow, rate, params);
            if profile.insured && profile.insured_tick == 0 {
                profile.insured_tick = tick as u16;
            }
        });
}

/// Whether what cover adds to sales earns more than the part of the premium that is left to pay.
fn worth_insuring(flow: &Flow, subsidised: f64, params: &Params) -> bool {
    let margin = if flow.sales > 0.0 { flow.operating / flow.sales } else { 0.0 };
    let response = params.regional_elasticity - 1.0;
    margin * response * params.first_set_distrust * params.insured_trust > params.insurance_premium * (1.0 - subsidised)
}

/// Shares of the price that buyers of a firm's product do not pay, by market.
fn support(levers: &[Lever], profile: &Profile, high_end: f64, workers: f64) -> [f64; MARKETS] {
    /// Largest support, all levers together.
    const MOST: f64 = 0.9;
    let mut rates = [0.0; MARKETS];
    for lever in levers.iter().filter(|lever| lever.addressees.include(profile, workers)) {
        for (market, rate) in rates.iter_mut().enumerate() {
            *rate += lever_rate(lever, market, high_end);
        }
    }
    rates.map(|rate: f64| rate.min(MOST))
}

/// What one lever offers the buyers of one market.
fn lever_rate(lever: &Lever, market: usize, high_end: f64) -> f64 {
    let part = if lever.addressees.high_end_only { high_end } else { 1.0 };
    if lever.addressees.markets >> market & 1 == 1 { lever.rate * part } else { 0.0 }
}

/// Factor on the appeal of a product of which buyers do not pay this share of the price.
fn lift(rate: f64, params: &Params) -> f64 {
    if rate > 0.0 { exp((1.0 - params.regional_elasticity) * ln(1.0 - rate)) } else { 1.0 }
}

/// Factors on the appeal of a firm's products from the support of their buyers, by market.
#[inline]
fn lifts(
    levers: &[Lever],
    profile: &Profile,
    technique: &Technique,
    people: &Workforce,
    params: &Params,
) -> [f64; MARKETS] {
    if levers.is_empty() {
        return [1.0; MARKETS];
    }
    support(levers, profile, f64::from(technique.high_end), people.workers).map(|rate| lift(rate, params))
}

/// Pays the support of buyers for what was sold.
pub fn pay_buyers(world: &mut World) {
    let count = world.levers.buyers.len().min(MOST_LEVERS);
    if count == 0 {
        return;
    }
    let World { firms, outside, levers, ledger, .. } = world;
    let mut sums = [[0.0; 2]; MOST_LEVERS];
    let chunk = |range: std::ops::Range<usize>| {
        let mut part = [[0.0; 2]; MOST_LEVERS];
        for row in range {
            let (profile, position) = (&firms.profile[row], &firms.position[row]);
            let (high_end, workers) = (f64::from(firms.technique[row].high_end), firms.workforce[row].workers);
            let rates = support(&levers.buyers, profile, high_end, workers);
            let served = if position.demand > 0.0 { (position.sold / position.demand).min(1.0) } else { 0.0 };
            let s = usize::from(profile.sub_industry);
            for (at, lever) in levers.buyers.iter().take(count).enumerate() {
                if !lever.addressees.include(profile, workers) {
                    continue;
                }
                part[at][1] += 1.0;
                for (m, rate) in rates.iter().enumerate() {
                    let access = outside.abroad.access(m, profile.presence);
                    let paid = position.share[m] * outside.demand[s][m] * mix(high_end, &outside.tiers[s][m]) * access;
                    part[at][0] += served * paid / (1.0 - rate) * lever_rate(lever, m, high_end);
                }
            }
        }
        part
    };
    firms.chunks().fold(&mut sums, chunk, |total, part| {
        total.iter_mut().flatten().zip(part.iter().flatten()).for_each(|(total, part)| *total += part);
    });
    for (lever, [claims, recipients]) in levers.buyers.iter().zip(sums) {
        let paid = levers.outlays[lever.instrument].pay(claims, claims * lever.to_nominal(), recipients);
        ledger.post(Entry::BuyerSupport, paid);
    }
}

/// Pays for promotion abroad: for every firm addressed that does not export yet, in proportion to the rate;
/// what the budget cannot pay is not offered.
fn promote(world: &mut World, params: &Params) {
    let World { clock, firms, structure, levers, ledger, .. } = world;
    let levers::Levers { exports, outlays, .. } = levers;
    for lever in exports.iter_mut() {
        let reached = (0..firms.len()).filter(|row| {
            let profile = &firms.profile[*row];
            !profile.exporter && lever.addressees.include(profile, firms.workforce[*row].workers)
        });
        let reached = reached.count() as f64;
        let full = reached * params.promotion_cost * clock.years() * lever.nominal / structure.scale;
        let paid = outlays[lever.instrument].pay(full, full, reached);
        lever.rate = if full > 0.0 { lever.nominal * paid / full } else { 0.0 };
        ledger.post(Entry::ExportPromotion, paid);
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
    let orders: Vec<f64> = dials.iter().map(|dials| orders(dials, params)).collect();
    let chunks = firms.chunks();
    let parts: Vec<Nests> = (
        chunks.split_mut(&mut firms.position),
        chunks.split(&firms.profile),
        chunks.split(&firms.technique),
        chunks.split(&firms.workforce),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .map(|(positions, profiles, techniques, people)| {
            let mut part = [[0.0; MARKETS]; MOST_GROUPS];
            for (row, position) in positions.iter_mut().enumerate() {
                let (profile, technique) = (&profiles[row], &techniques[row]);
                let orders = orders[usize::from(profile.ownership)];
                position.appeal = appeal(position, profile, technique, outside, orders, params) as f32;
                let nest = &mut part[usize::from(profile.sub_industry)];
                let lifts = lifts(&levers.buyers, profile, technique, &people[row], params);
                for (market, sum) in nest.iter_mut().enumerate() {
                    *sum += position.custom(market) * lifts[market];
                }
            }
            part
        })
        .collect();
    let mut nests = [[0.0; MARKETS]; MOST_GROUPS];
    for part in &parts {
        nests.iter_mut().flatten().zip(part.iter().flatten()).for_each(|(sum, part)| *sum += part);
    }
    nests
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
    share_of_year: f64,
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
            share_of_year: clock.years(),
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
    /// Rise of custom in the high-income market by green lines and standards, log points.
    opened: f64,
    offer: Offer,
}

/// What programmes offer the buyers of a firm's products, and the firm abroad.
#[derive(Debug, Clone, Copy)]
struct Offer {
    /// What is spent over what buyers pay themselves, by market.
    raised: [f64; MARKETS],
    /// Factor on its appeal in each market.
    lift: [f64; MARKETS],
    /// Additional probability, per year, to start exporting at median competence.
    promotion: f64,
}

impl Offer {
    fn of(
        levers: &levers::Levers,
        profile: &Profile,
        technique: &Technique,
        people: &Workforce,
        params: &Params,
    ) -> Self {
        if levers.buyers.is_empty() && levers.exports.is_empty() {
            return Offer { raised: [1.0; MARKETS], lift: [1.0; MARKETS], promotion: 0.0 };
        }
        let support = support(&levers.buyers, profile, f64::from(technique.high_end), people.workers);
        let promoted = !levers.exports.is_empty() && !profile.exporter;
        let promotion = if promoted { levers::rate_for(&levers.exports, profile, people.workers, 1.0) } else { 0.0 };
        let raised = support.map(|rate| if rate > 0.0 { 1.0 / (1.0 - rate) } else { 1.0 });
        Offer { raised, lift: support.map(|rate| lift(rate, params)), promotion }
    }
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
    let (demand, tiers, per_appeal) = (&outside.demand[s], &outside.tiers[s], &rules.per_appeal[s]);
    for m in 0..MARKETS {
        let size = demand[m];
        before += position.share[m] * size;
        let target = per_appeal[m] * position.custom(m) * firm.offer.lift[m];
        position.share[m] = (position.share[m] + rules.adjustment * (target - position.share[m])) * jump;
        position.base[m] *= jump as f32;
        after += position.share[m] * size;
        let access = outside.abroad.access(m, firm.profile.presence);
        let paid = position.share[m] * size * mix(f64::from(firm.technique.high_end), &tiers[m]) * access;
        let spent = paid * firm.offer.raised[m];
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
        profile.referenced = happens(u, f64::from(technique.high_end) * sales / rules.reference_sales);
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
    let usual = rules.export_entry + rules.share_of_year * firm.offer.promotion;
    if u >= usual * MOST {
        return;
    }
    let s = usize::from(firm.profile.sub_industry);
    let lead = firm.technique.competence - outside.competence[s] + structure.sub_industries[s].opening_gap;
    if u >= usual * exp(2.0 * lead + firm.opened).min(MOST) {
        return;
    }
    let start = rules.export_start * annual_sales / rules.ticks_per_year / rules.scale;
    for m in 1..MARKETS {
        let per_base = rules.per_appeal[s][m] * f64::from(position.appeal);
        if per_base > 0.0 && outside.demand[s][m] > 0.0 {
            position.share[m] = start / (MARKETS - 1) as f64 / outside.demand[s][m];
            position.base[m] = (position.share[m] / per_base) as f32;
            firm.profile.exporter = true;
        }
    }
}

/// Factor on a firm's custom from customers won and lost; its expectation is one.
fn customers_jump(customers: f64, small: &mut Small, rules: &Rules) -> f64 {
    let (events, signs) = ([small.word(), small.word()], small.word());
    let n = customers.max(1.0);
    let many = n > LARGE as f64;
    let large = if many { LARGE } else { n as usize };
    let mut turned = turned(events, rules.threshold) & (u8::MAX >> (LARGE - large));
    if turned == 0 && !many {
        return 1.0;
    }
    let harmonic = ln(n) + 0.577_215_664_9 + 0.5 / n - 1.0 / (12.0 * n * n);
    let mut factor = 1.0;
    while turned != 0 {
        let place = turned.trailing_zeros();
        turned &= turned - 1;
        let size = 1.0 / (f64::from(place + 1) * harmonic);
        let sign = f64::from((signs >> (8 * place)) as u8) / 256.0;
        factor *= if sign < 1.0 / (2.0 + size) { 1.0 + size } else { 1.0 / (1.0 + size) };
    }
    if many {
        // Sum of 1/rank^2 beyond the large ones.
        let rest = (1.0 / (LARGE as f64 + 0.5) - 1.0 / (n + 0.5)).max(0.0);
        let deviation = (rules.turnover * rest).sqrt() / harmonic;
        factor *= 1.0 + deviation * normal(small.word());
    }
    factor
}

/// Which of the large customers are won or lost, the largest in the lowest bit: those whose 16-bit number is below the
/// threshold. All are looked at without a branch, since a branch on each would be foretold wrongly once a firm.
#[inline]
fn turned(events: [u64; 2], threshold: u16) -> u8 {
    (0..LARGE).fold(0, |turned, place| {
        let draw = (events[place / 4] >> (16 * (place % 4))) as u16;
        turned | u8::from(draw < threshold) << place
    })
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
            share_of_year: 0.25,
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
    fn cover_is_bought_where_it_earns_its_premium() {
        let params = Params::default();
        // Margin x 4 x .05 x .8 against .03 x (1 - .8): worth it from a margin of 3.75 %.
        let flow = |margin: f64| Flow { sales: 10.0, operating: 10.0 * margin, ..Flow::default() };
        assert!(worth_insuring(&flow(0.04), 0.8, &params) && !worth_insuring(&flow(0.035), 0.8, &params));
        // With a fifth of the premium paid it would take 15 %.
        assert!(!worth_insuring(&flow(0.14), 0.2, &params) && worth_insuring(&flow(0.16), 0.2, &params));
        assert!(!worth_insuring(&Flow::default(), 0.8, &params));
        assert!((params.distrust().insured - 0.01).abs() < 1e-15);
    }

    #[test]
    fn support_reaches_the_markets_and_the_tier_addressed() {
        let addressees = levers::Addressees { markets: 0b010, high_end_only: true, ..levers::Addressees::all() };
        let lever = Lever { instrument: 0, rate: 0.5, nominal: 0.5, budget: 1.0, addressees };
        assert_eq!(support(&[lever], &Profile::default(), 0.2, 10.0), [0.0, 0.1, 0.0]);
        assert_eq!(lift(0.0, &Params::default()), 1.0);
        // A tenth off the price: (.9)^-4.
        assert!((lift(0.1, &Params::default()) - 0.9f64.powi(-4)).abs() < 1e-12);
    }

    #[test]
    fn without_turnover_nothing_jumps() {
        assert_eq!(customers_jump(1000.0, &mut Small::new(1), &rules(0.0)), 1.0);
    }

    #[test]
    fn customers_turn_whose_number_is_below_the_threshold() {
        let events = [0x0005_FFFF_0004_0000, 0x8000_0003_0006_0004];
        assert_eq!(turned(events, 5), 0b0101_0011);
        assert_eq!(turned(events, 0), 0);
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
