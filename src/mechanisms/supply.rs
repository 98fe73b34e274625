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
//! - learning: `a_j + l trust gap exp(-gap / .25)` a quarter, gap = R - a_j (`learning` = l, `developed_learning`)
//! - orders to suppliers: `component_share x share_c x inputs` of their buyers, beside what markets demand
//!
//! # Place in the tick
//! After the markets, before production.
//!
//! # Reads / Writes
//! Reads knowledge, sales, cities; writes `firms.sourcing`, suppliers' knowledge and demand,
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

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::MIN_ROWS;
use crate::world::World;
use crate::world::firms::{Firms, Plant, Position, Profile, Role};
use crate::world::levers::{self, Lever};
use crate::world::outside::Outside;
use crate::world::structure::{Structure, SubIndustry};
use crate::world::supply::{CLASSES, Development, Source, Sourcing, SupplyNetwork};

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

/// Component classes of a sub-industry: the heaviest fields of its recipe, with shares of spending.
pub fn classes(sub: &SubIndustry) -> [(usize, f64); CLASSES] {
    let mut recipe = sub.recipe.clone();
    recipe.sort_by(|(a, v), (b, w)| w.total_cmp(v).then(a.cmp(b)));
    let first = recipe.first().map_or(0, |(field, _)| *field);
    let chosen: [(usize, f64); CLASSES] = std::array::from_fn(|c| recipe.get(c).copied().unwrap_or((first, 0.0)));
    let total: f64 = chosen.iter().map(|(_, weight)| weight).sum();
    chosen.map(|(field, weight)| (field, if total > 0.0 { weight / total } else { 1.0 / CLASSES as f64 }))
}

/// What a buyer requires of a component, log units.
pub fn requirement(own: f64, frontier: f64, params: &Params) -> f64 {
    (own - params.requirement_margin).max(frontier - params.requirement_floor)
}

/// Fit of a component of this level to a requirement, log points.
pub fn fit(level: f64, requirement: f64, params: &Params) -> f64 {
    /// Nothing is worse than of no use.
    const USELESS: f64 = -1.0;
    (level.min(requirement + params.usable_excess) - requirement).max(USELESS)
}

/// What is deducted from offers of the rest of the nation and of abroad, log points: the same for every buyer.
struct Deductions {
    nation_distance: f64,
    import_margin: f64,
    abroad_distance: f64,
}

impl Deductions {
    fn new(params: &Params) -> Self {
        let far = |km: f64| params.distance_cost * km / 1000.0;
        Deductions {
            nation_distance: far(params.nation_distance),
            import_margin: ln(1.0 + params.import_margin),
            abroad_distance: far(params.abroad_distance),
        }
    }

    #[inline]
    fn offers(&self, requirement: f64, frontier: f64, params: &Params) -> [(Source, f64); 2] {
        let nation = fit(frontier - params.nation_gap, requirement, params) - self.nation_distance;
        let abroad = fit(frontier, requirement, params) - self.import_margin - self.abroad_distance;
        [(Source::HOME, nation), (Source::ABROAD, abroad)]
    }
}

/// Offers of the rest of the nation and of abroad, log points.
pub fn offers_elsewhere(requirement: f64, frontier: f64, params: &Params) -> [(Source, f64); 2] {
    Deductions::new(params).offers(requirement, frontier, params)
}

/// Offer of a supplier in the region, log points.
pub fn offer_nearby(level: f64, requirement: f64, km: f64, trust: f64, params: &Params) -> f64 {
    fit(level, requirement, params) - params.distance_cost * km / 1000.0 + params.trust_value * trust
}

/// Quality that components add to the product, and the surcharge they put on the cost of inputs.
pub fn effects(
    sources: &[Source; CLASSES],
    classes: &[(usize, f64); CLASSES],
    filled: &[f32; CLASSES],
    own: &[f32],
    level: impl Fn(usize, usize) -> f64,
    outside: &Outside,
    params: &Params,
) -> (f64, f64) {
    let (mut quality, mut extra) = (0.0, 0.0);
    for (class, (field, share)) in classes.iter().enumerate() {
        let frontier = outside.frontier[*field];
        let required = requirement(f64::from(own[*field]), frontier, params);
        let (fit, abroad) = match sources[class].supplier() {
            Some(row) => {
                // What a supplier near by has no room for comes from abroad.
                let (near, rest) = (f64::from(filled[class]), 1.0 - f64::from(filled[class]));
                let imported = fit(frontier, required, params);
                (near * fit(level(row, *field), required, params) + rest * imported, rest)
            }
            None if sources[class] == Source::HOME => (fit(frontier - params.nation_gap, required, params), 0.0),
            None => (fit(frontier, required, params), 1.0),
        };
        quality += share * fit;
        extra += abroad * share * params.import_margin;
    }
    (params.quality_weight * quality, params.component_share * extra)
}

/// Buyers look for suppliers, suppliers learn, cores develop; then orders and effects follow.
pub fn step(world: &mut World, params: &Params, draws: &Draws) {
    world.supply.turnover = (0, std::mem::take(&mut world.supply.lost_since));
    world.supply.developed = 0;
    if !params.enabled {
        return;
    }
    find_cores(world, params);
    let pools = pools(&world.firms, &world.structure);
    let intents = search(world, &pools, params, draws);
    settle(world, &intents, params);
    learn(world, params);
    settle_orders(world, params);
    each_firm(world, params);
}

/// Marks the core firms of the region: large, competent, connected.
pub fn find_cores(world: &mut World, params: &Params) {
    let (sums, counts) = competence_by_group(world);
    let sales = world.firms.chunks().sum(|row| world.firms.flow[row].sales);
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
        let relations = supply.adjacency.degree(row) + usize::from(profile.projects);
        let connected = relations >= params.core_relations as usize;
        profile.core = flow.sales >= params.core_size * mean && competent && connected;
    });
}

/// Sum of competence and number of firms by sub-industry.
fn competence_by_group(world: &World) -> (Vec<f64>, Vec<f64>) {
    let competence = |row: &u32| world.firms.technique[*row as usize].competence;
    let sums = world.members.iter().map(|members| members.iter().map(competence).sum::<f64>());
    let counts = world.members.iter().map(|members| members.len() as f64);
    (sums.collect(), counts.collect())
}

/// Suppliers of each field: component suppliers whose recipe needs it.
fn pools(firms: &Firms, structure: &Structure) -> Vec<Vec<u32>> {
    let mut pools = vec![Vec::new(); structure.fields.len()];
    for (row, profile) in firms.profile.iter().enumerate() {
        if profile.role == Role::ComponentSupplier && firms.plant[row].capacity > 0.0 {
            for (field, _) in &structure.sub_industries[usize::from(profile.sub_industry)].recipe {
                pools[*field].push(row as u32);
            }
        }
    }
    pools
}

/// What a buyer wants to do about one class.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Intent {
    /// Buy from somebody else.
    Change { row: usize, class: usize, source: Source },
    /// Develop a supplier.
    Develop { row: usize, class: usize, supplier: usize },
}

fn search(world: &World, pools: &[Vec<u32>], params: &Params, draws: &Draws) -> Vec<Vec<Intent>> {
    let (tick, chance) = (world.clock.tick, world.clock.share_from_quarter(params.review));
    let seeker = Seeker { world, pools, deductions: Deductions::new(params), params };
    draws.decide(SOURCING, tick, &world.firms.id, |row, mut small, intents| {
        if small.uniform() < chance && world.firms.plant[row].capacity > 0.0 {
            seeker.look(row, &mut small, intents);
        }
    })
}

struct Seeker<'a> {
    world: &'a World,
    pools: &'a [Vec<u32>],
    deductions: Deductions,
    params: &'a Params,
}

impl Seeker<'_> {
    /// Looks at the sources of one class.
    fn look(&self, row: usize, small: &mut Small, intents: &mut Vec<Intent>) {
        let (world, params) = (self.world, self.params);
        let firms = &world.firms;
        let class = small.index(CLASSES);
        let s = usize::from(firms.profile[row].sub_industry);
        let (field, share) = world.supply.classes[s][class];
        if share <= 0.0 {
            return;
        }
        let frontier = world.outside.frontier[field];
        let required = requirement(f64::from(firms.knowledge(row)[field]), frontier, params);
        let sourcing = &firms.sourcing[row];
        let current = sourcing.source[class];
        let preference = self.rate(&world.levers.local_content, row);
        let level = |supplier: usize| f64::from(firms.levels[supplier * firms.fields + field]);
        let distances = &world.structure.distances[usize::from(firms.profile[row].city)];
        let nearby = |supplier: usize, level: f64, trust: f64| {
            let km = distances[usize::from(firms.profile[supplier].city)];
            offer_nearby(level, required, km, trust, params) + preference
        };
        let elsewhere = self.deductions.offers(required, frontier, params);
        let today = match current.supplier() {
            Some(supplier) => nearby(supplier, level(supplier), f64::from(sourcing.trust[class])),
            None => elsewhere.iter().find(|(source, _)| *source == current).map_or(f64::NEG_INFINITY, |(_, o)| *o),
        };
        let mut choice = Choice { current, source: current, offer: today + params.threshold };
        elsewhere.iter().for_each(|(source, offer)| choice.consider(*offer, *source));
        let develops = self.develops(row, current);
        // What is saved of the cost of switching to who works by the buyer's own standard.
        let eased = world.standards.eased(&firms.practice[row], &firms.practice[row]) * params.threshold;
        // Most suppliers would be too poor even if they were next door: of these nothing else is asked, and nobody is
        // looked for where even the best would be.
        let may_win = |level: f64, choice: &Choice| fit(level, required, params) + preference + eased > choice.offer;
        let mut promising: Option<(f64, usize)> = None;
        if develops || may_win(f64::INFINITY, &choice) {
            let search = Search { row, field, suppliers: sourcing.suppliers().count() };
            for slot in 0..=params.candidates {
                let candidate = if slot == 0 { sourcing.developed(class) } else { self.candidate(&search, small) };
                let Some(supplier) = candidate.filter(|supplier| *supplier != row) else { continue };
                let level = level(supplier);
                if !develops && !may_win(level, &choice) {
                    continue;
                }
                let offer = nearby(supplier, level, 0.0);
                let eased = world.standards.eased(&firms.practice[row], &firms.practice[supplier]);
                choice.consider(offer + eased * params.threshold, Source::local(supplier));
                if promising.is_none_or(|(best, _)| offer > best) {
                    promising = Some((offer, supplier));
                }
            }
        }
        if params.rewiring && choice.source != current {
            intents.push(Intent::Change { row, class, source: choice.source });
        } else if let Some((_, supplier)) = promising.filter(|_| develops) {
            intents.push(Intent::Develop { row, class, supplier });
        }
    }

    /// Whether a core firm that buys elsewhere and develops nobody starts to.
    fn develops(&self, row: usize, current: Source) -> bool {
        let (firms, params) = (&self.world.firms, self.params);
        let free = firms.sourcing[row].development.is_none_or(|d| u32::from(d.until.get()) <= self.world.clock.tick);
        // Worth it as long as the margin saved exceeds the cost.
        let pays = params.import_margin > params.development_cost;
        let willing = (params.core_development && firms.profile[row].core)
            || self.rate(&self.world.levers.development, row) > 0.0;
        willing && current.supplier().is_none() && free && pays
    }

    /// Rate of the levers of one kind that a firm meets.
    fn rate(&self, levers: &[Lever], row: usize) -> f64 {
        if levers.is_empty() {
            return 0.0;
        }
        let profile = &self.world.firms.profile[row];
        let priority = self.world.dials[usize::from(profile.ownership)].priority;
        levers::rate_for(levers, profile, self.world.firms.workforce[row].workers, priority)
    }

    /// A supplier of the field: of a firm that shares a supplier with the buyer, or any.
    fn candidate(&self, search: &Search, small: &mut Small) -> Option<usize> {
        if small.uniform() < self.params.network_search
            && let Some(found) = self.along_the_network(search, small)
        {
            return Some(found);
        }
        let pool = &self.pools[search.field];
        if pool.is_empty() { None } else { Some(pool[small.index(pool.len())] as usize) }
    }

    fn along_the_network(&self, search: &Search, small: &mut Small) -> Option<usize> {
        if search.suppliers == 0 {
            return None;
        }
        let firms = &self.world.firms;
        let supplier = firms.sourcing[search.row].suppliers().nth(small.index(search.suppliers))?;
        let others = self.world.supply.adjacency.of(supplier);
        let other = others[small.index(others.len())].0 as usize;
        let s = usize::from(firms.profile[other].sub_industry);
        let class = self.world.supply.classes[s].iter().position(|(k, _)| *k == search.field)?;
        firms.sourcing[other].source[class].supplier()
    }
}

/// For whom a supplier of which field is looked for.
struct Search {
    row: usize,
    field: usize,
    /// Suppliers of the buyer in the region, class by class.
    suppliers: usize,
}

/// What a buyer would choose of the offers that it has seen.
struct Choice {
    current: Source,
    source: Source,
    /// Best offer so far; at first that of the current source with the cost of switching.
    offer: f64,
}

impl Choice {
    #[inline]
    fn consider(&mut self, offer: f64, source: Source) {
        if source != self.current && offer > self.offer {
            (self.offer, self.source) = (offer, source);
        }
    }
}

/// Carries out changes in the order of buyers; a supplier without room refuses.
fn settle(world: &mut World, intents: &[Vec<Intent>], params: &Params) {
    let until = world.clock.tick + world.clock.ticks_in(f64::from(params.development_quarters) / 4.0);
    for intent in intents.iter().flatten() {
        match *intent {
            Intent::Change { row, class, source } => change(world, row, class, source, params),
            Intent::Develop { row, class, supplier } => {
                world.firms.sourcing[row].develop(class, supplier, until as u16);
            }
        }
    }
}

fn change(world: &mut World, row: usize, class: usize, source: Source, params: &Params) {
    let World { firms, supply, .. } = world;
    let s = usize::from(firms.profile[row].sub_industry);
    let amount = component_purchases(firms.flow[row].inputs, supply.classes[s][class].1, supply) as f32;
    if let Some(supplier) = source.supplier() {
        let room = room_for_orders(firms, supplier, params) - firms.sourcing[supplier].orders;
        let filled = if amount > 0.0 { (room / amount).clamp(0.0, 1.0) } else { 1.0 };
        if filled < params.least_filled as f32 {
            return;
        }
        firms.sourcing[row].filled[class] = filled;
        firms.sourcing[supplier].orders += filled * amount;
        supply.turnover.0 += 1;
    }
    if firms.sourcing[row].source[class].supplier().is_some() {
        supply.turnover.1 += 1;
    }
    let developed = firms.sourcing[row].developed(class).is_some_and(|d| Some(d) == source.supplier());
    let sourcing = &mut firms.sourcing[row];
    sourcing.source[class] = source;
    sourcing.trust[class] = if developed { 0.3 } else { 0.1 };
}

/// Most orders that a supplier takes from the region, million CNY per tick.
fn room_for_orders(firms: &Firms, supplier: usize, params: &Params) -> f32 {
    let flow = &firms.flow[supplier];
    (params.most_orders * (flow.sales - flow.exports).max(0.0)) as f32
}

/// Purchases of a component class, million CNY per tick.
fn component_purchases(inputs: f64, share: f64, supply: &SupplyNetwork) -> f64 {
    inputs * supply.component_share * share
}

/// Suppliers learn from what their buyers require, every link once a year; trust grows.
fn learn(world: &mut World, params: &Params) {
    let quarters = 4.0;
    let trust_gain = (1.0 - libm::pow(1.0 - params.trust_gain, quarters)) as f32;
    for row in 0..world.firms.len() {
        if !world.clock.reviews(world.firms.id[row].ordinal()) {
            continue;
        }
        let s = usize::from(world.firms.profile[row].sub_industry);
        let developed = world.firms.sourcing[row].development.filter(|d| u32::from(d.until.get()) > world.clock.tick);
        for class in 0..CLASSES {
            let (field, _) = world.supply.classes[s][class];
            let sourcing = &mut world.firms.sourcing[row];
            let Some(supplier) = sourcing.source[class].supplier() else { continue };
            let trust = f64::from(sourcing.trust[class]);
            sourcing.trust[class] += trust_gain * (1.0 - sourcing.trust[class]);
            let own = developed.is_some_and(|d| d.supplier as usize == supplier && usize::from(d.class) == class);
            let speed = if own { params.developed_learning } else { params.learning };
            teach(world, row, supplier, field, quarters * speed * trust, params);
        }
        let elsewhere = |d: &Development| {
            let source = world.firms.sourcing[row].source[usize::from(d.class)];
            source.supplier() != Some(d.supplier as usize)
        };
        if let Some(development) = developed.filter(elsewhere) {
            /// Trust that investment stands for.
            const COMMITTED: f64 = 0.5;
            let (field, _) = world.supply.classes[s][usize::from(development.class)];
            let speed = quarters * params.developed_learning * COMMITTED;
            teach(world, row, development.supplier as usize, field, speed, params);
            world.supply.developed += 1;
        }
    }
}

/// Raises the supplier's knowledge towards what the buyer requires, as far as its ceiling allows.
fn teach(world: &mut World, buyer: usize, supplier: usize, field: usize, speed: f64, params: &Params) {
    let World { firms, outside, structure, .. } = world;
    let required = requirement(f64::from(firms.knowledge(buyer)[field]), outside.frontier[field], params);
    let ceiling = outside.ceiling_of(field, firms.generations(supplier)[field]);
    let level = f64::from(firms.knowledge(supplier)[field]);
    let gap = required.min(ceiling) - level;
    if gap <= 0.0 {
        return;
    }
    let rise = lesson(gap, speed, params);
    let s = usize::from(firms.profile[supplier].sub_industry);
    firms.learn(supplier, field, structure.weight(s, field), rise);
}

/// What is learned across a gap: most where it is neither nothing nor hopeless.
pub fn lesson(gap: f64, speed: f64, params: &Params) -> f64 {
    (speed * gap * exp(-gap / params.learning_gap)).min(gap)
}

/// Share of a firm's sales that is exported in processing trade.
#[inline]
fn processed(profile: &Profile, position: &Position) -> f64 {
    if profile.presence.processes() { position.export_share } else { 0.0 }
}

/// Adds up the orders of all suppliers anew: nothing drifts.
fn settle_orders(world: &mut World, params: &Params) {
    let World { firms, supply, .. } = world;
    firms.sourcing.iter_mut().for_each(|sourcing| sourcing.orders = 0.0);
    for row in 0..firms.len() {
        let sources = firms.sourcing[row].source;
        if sources.iter().all(|source| source.supplier().is_none()) {
            continue;
        }
        let (profile, inputs) = (&firms.profile[row], firms.flow[row].inputs);
        let classes = &supply.classes[usize::from(profile.sub_industry)];
        // What is exported in processing trade is made of what the lead firm sends: imported, like what lacks room.
        let general = 1.0 - processed(profile, &firms.position[row]) as f32;
        for (class, source) in sources.iter().enumerate() {
            let Some(supplier) = source.supplier() else { continue };
            let amount = general * component_purchases(inputs, classes[class].1, supply) as f32;
            let room = room_for_orders(firms, supplier, params) - firms.sourcing[supplier].orders;
            // Suppliers serve in the order of their buyers' age.
            let filled = if amount > 0.0 { (room / amount).clamp(0.0, 1.0) } else { 1.0 };
            firms.sourcing[row].filled[class] = filled * general;
            firms.sourcing[supplier].orders += filled * amount;
        }
    }
}

/// What follows for every firm by itself: its outlay for development, its orders, and the components that it uses from
/// now on.
fn each_firm(world: &mut World, params: &Params) {
    let World { clock, firms, supply, outside, .. } = world;
    let Firms { sourcing, plant, position, profile, flow, levels, fields, .. } = firms;
    let (tick, fields, levels) = (clock.tick, *fields, levels.as_slice());
    let level = |row: usize, field: usize| f64::from(levels[row * fields + field]);
    let rows = (sourcing, plant, position, &*profile, &*flow).into_par_iter().enumerate();
    rows.with_min_len(MIN_ROWS).for_each(|(row, (sourcing, plant, position, profile, flow))| {
        let classes = &supply.classes[usize::from(profile.sub_industry)];
        let running = sourcing.development.filter(|d| u32::from(d.until.get()) > tick);
        let cost = running.map_or(0.0, |development| {
            let share = classes[usize::from(development.class)].1;
            params.development_cost * component_purchases(flow.inputs, share, supply)
        });
        sourcing.development_cost = cost as f32;
        place_orders(position, sourcing, profile, plant, outside);
        let own = &levels[row * fields..(row + 1) * fields];
        let processed = processed(profile, position);
        let filled = if processed > 0.0 { of_general(&sourcing.filled, processed) } else { sourcing.filled };
        let (quality, surcharge) = effects(&sourcing.source, classes, &filled, own, level, outside, params);
        sourcing.quality = quality as f32;
        let surcharge = if processed > 0.0 { outside.abroad.surcharge(surcharge, processed) } else { surcharge };
        plant.component_surcharge = surcharge as f32;
    });
}

/// Adds orders to what the markets demand of a supplier.
#[inline]
fn place_orders(position: &mut Position, sourcing: &Sourcing, profile: &Profile, plant: &Plant, outside: &Outside) {
    let orders = f64::from(sourcing.orders);
    if orders <= 0.0 {
        return;
    }
    let inputs = plant.inputs(outside.input_price[usize::from(profile.sub_industry)]);
    let value = inputs + f64::from(profile.kept_share) * (position.price - inputs);
    if value > 0.0 {
        let total = position.demand + orders / value;
        position.export_share *= if total > 0.0 { position.demand / total } else { 0.0 };
        position.demand = total;
    }
}

/// Filled shares of the components that a firm buys itself: what the lead firm sends for products that it takes is no
/// matter of the firm's own sources.
fn of_general(filled: &[f32; CLASSES], processed: f64) -> [f32; CLASSES] {
    let general = (1.0 - processed) as f32;
    filled.map(|filled| if general > 0.0 { (filled / general).min(1.0) } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirement_and_fit_by_hand() {
        let params = Params::default();
        assert!((requirement(-0.3, 0.0, &params) + 0.4).abs() < 1e-15);
        assert!((requirement(-1.0, 0.0, &params) + 0.6).abs() < 1e-15);
        assert!((fit(-0.7, -0.6, &params) + 0.1).abs() < 1e-15);
        // More than a little above what is required is of no use.
        assert!((fit(0.0, -0.6, &params) - 0.2).abs() < 1e-15 && fit(-9.0, -0.6, &params) == -1.0);
    }

    #[test]
    fn abroad_is_good_and_dear_and_the_nation_cheap_and_wanting() {
        let params = Params::default();
        let [(_, nation), (_, abroad)] = offers_elsewhere(-0.6, 0.0, &params);
        assert!((nation - (-0.05 - 0.05)).abs() < 1e-12);
        assert!((abroad - (0.2 - 1.3f64.ln() - 0.1)).abs() < 1e-12);
        // An able supplier near by beats both.
        assert!(offer_nearby(-0.45, -0.6, 100.0, 0.0, &params) > abroad.max(nation));
        assert!(offer_nearby(-1.1, -0.6, 100.0, 0.0, &params) < abroad.max(nation));
    }

    #[test]
    fn no_supplier_offers_more_than_it_would_next_door() {
        let params = Params::default();
        let next_door = |level: f64| fit(level, -0.6, &params);
        for (level, km) in [(-2.0, 0.0), (-0.61, 360.0), (-0.45, 100.0), (0.3, 1000.0)] {
            assert!(offer_nearby(level, -0.6, km, 0.0, &params) <= next_door(level), "what search passes over");
            assert!(next_door(level) <= next_door(f64::INFINITY));
        }
    }

    #[test]
    fn suppliers_learn_most_at_a_middling_gap() {
        let params = Params::default();
        let at = |gap| lesson(gap, 0.1, &params);
        assert!((at(0.25) - 0.1 * 0.25 * (-1.0f64).exp()).abs() < 1e-15);
        assert!(at(0.25) > at(0.05) && at(0.25) > at(1.0));
        assert_eq!(lesson(0.01, 1e6, &params), 0.01);
    }

    #[test]
    fn classes_are_the_heaviest_fields() {
        let sub = SubIndustry { recipe: vec![(0, 0.1), (3, 0.4), (5, 0.2), (7, 0.3)], ..SubIndustry::for_tests(0.0) };
        let classes = classes(&sub);
        assert_eq!(classes.map(|(field, _)| field), [3, 7, 5]);
        assert!((classes[0].1 - 0.4 / 0.9).abs() < 1e-15);
    }

    #[test]
    fn imports_cost_a_margin_and_bad_components_spoil_the_product() {
        let params = Params { component_share: 0.2, import_margin: 0.5, quality_weight: 0.1, ..Params::default() };
        let outside = Outside { frontier: vec![0.0], ..Outside::default() };
        let classes = [(0, 0.5), (0, 0.3), (0, 0.2)];
        let own = [-1.0f32];
        let sources = [Source::ABROAD, Source::HOME, Source::local(7)];
        let (quality, surcharge) = effects(&sources, &classes, &[1.0; CLASSES], &own, |_, _| -0.8, &outside, &params);
        assert!((surcharge - 0.2 * 0.5 * 0.5).abs() < 1e-15);
        assert!((quality - 0.1 * (0.5 * 0.2 - 0.3 * 0.05 - 0.2 * 0.2)).abs() < 1e-12);
        assert_eq!(
            effects(&[Source::HOME; CLASSES], &classes, &[1.0; CLASSES], &own, |_, _| 0.0, &outside, &params).1,
            0.0
        );
        // A supplier with room for half: the rest is imported.
        let half =
            effects(&[Source::local(7); CLASSES], &classes, &[0.5; CLASSES], &own, |_, _| -0.8, &outside, &params);
        assert!((half.1 - 0.05).abs() < 1e-15);
    }
}
