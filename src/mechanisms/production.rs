//! Production: efficiency, process level and quality; hiring, output, stocks and value added.
//!
//! # Question
//! What can a firm make, how well, with how many people, and what is the value it adds?
//!
//! # Story
//! A firm's process level mixes what its machines embody, as far as its people have learned to use
//! it, with what the firm itself understands. Quality and labour productivity follow the process
//! level; efficiency adds a shock that fades. The firm hires towards what expected demand needs,
//! makes what demand, capacity and people allow, part of it to stock, and buys the inputs.
//!
//! # Equations
//! - efficiency: `z' = rho z + sqrt(1 - rho^2) sigma N^-e normal` (`efficiency_persistence`,
//!   `efficiency_deviation`, `efficiency_size_exponent`; N sales over the size threshold, measured yearly)
//! - skill: `b' = b + chi max(0, v - b)`; usable embodied technique `min(v, b)`
//! - process level: `h = omega min(v, b) + (1 - omega) theta` (`vintage_weight`)
//! - quality `q = e_q h` and what components and standards add; labour per unit `l = exp(c - e_a h - z)`, less
//!   what digital lines save
//! - high-end share of the mix: `1 / (1 + exp(-(q - q_out - threshold) / width))`
//! - expectation: `D^e' = D^e + x (D - D^e)`; workforce moves by `adjustment` towards
//!   `l D^e`, lay-offs slowed by hoarding
//! - output: least of wish, capacity and `(1 + overtime) L / l`
//! - sales `S = x (n + kappa (p - n))`, inputs `N = y n`, value added `S - N + change of stock`,
//!   value leaving `(1 - kappa)(p - n) x`
//!
//! # Place in the tick
//! Techniques before prices; production after demand.
//!
//! # Reads / Writes
//! Reads vintages (through `plant.embodied`), competence, position; writes technique, workforce,
//! plant stock, position, flow, labour market totals.
//!
//! # Randomness
//! Stream `EFFICIENCY`, one word per firm.
//!
//! # Sources
//! Dosi, Fagiolo & Roventini 2010 (K+S: desired output, inventories, utilisation); Dawid, Harting &
//! Neugart 2014 (skills and technology are complements); Foster, Haltiwanger & Syverson 2008
//! (persistence); Riccaboni et al. 2008 (spread and size).
//!
//! # REQ numbers
//! REQ-07, REQ-15, REQ-16, REQ-48.
//!
//! # What it leaves out
//! Work in progress, and orders carried over to later ticks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Stream, normal};
use crate::kernel::math::{exp, ln, logistic};
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, Total};
use crate::world::World;
use crate::world::firms::{Flow, Plant, Position, Technique, Workforce};
use crate::world::profit::{unit_capital, unit_labour};
use crate::world::supply::foreign_margin;

/// Shocks to efficiency.
pub const EFFICIENCY: Stream = Stream(2);

/// Parameters of production.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Utilisation of capacity that firms aim at.
    #[default(0.75)]
    #[schemars(range(min = 0.1, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub utilisation: f64,
    /// Output above normal that the present workforce can make.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub overtime: f64,
    /// Share of the surprise in demand that enters next quarter's expectation.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub expectation: f64,
    /// Finished goods that make-to-stock lines aim to hold.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 4.0), extend("x-unit" = "quarters of sales", "x-source" = "assumption"))]
    pub inventory_target: f64,
    /// Persistence of a firm's efficiency.
    #[default(0.9)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per year", "x-source" = "annual AR(1) of plant productivity .6-.85 (Foster, Haltiwanger & Syverson 2008), here without its persistent part"))]
    pub efficiency_persistence: f64,
    /// Standard deviation of efficiency among firms of the size threshold.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption; more of it makes growth rates normal instead of tent-shaped, less of it productivity too even (Hsieh & Klenow 2009: .63-.74, to be verified)"))]
    pub efficiency_deviation: f64,
    /// Fall of the deviation of efficiency with size: a large firm is an average over many shops.
    #[default(0.18)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "Riccaboni et al. 2008: deviations fall with size to the power .14-.20"))]
    pub efficiency_size_exponent: f64,
    /// Share of unserved customers that do not come back next quarter.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub unserved_loss: f64,
}

/// What the process level depends on besides this section's parameters.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// Weight of embodied technique.
    pub vintage_weight: f64,
    /// Share of the skill gap closed in a tick.
    pub skill_speed: f64,
    /// Annual sales of the smallest firm, relative to real firms, million CNY.
    pub size_threshold: f64,
}

/// Updates efficiency, skill, process level, quality and product mix.
pub fn update_techniques(world: &mut World, params: &Params, process: &Process, draws: &Draws) {
    let World { clock, firms, outside, structure, measures, standards, lines, .. } = world;
    let (clock, key) = (*clock, draws.key(EFFICIENCY, clock.tick));
    let persistence = libm::pow(params.efficiency_persistence, clock.years());
    let innovation = params.efficiency_deviation * (1.0 - persistence * persistence).max(0.0).sqrt();
    let real = clock.ticks() * structure.scale / process.size_threshold;
    (
        firms.technique.par_chunks_mut(CHUNK),
        firms.profile.par_chunks(CHUNK),
        firms.plant.par_chunks(CHUNK),
        firms.flow.par_chunks(CHUNK),
        firms.sourcing.par_chunks(CHUNK),
        firms.practice.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(techniques, profiles, plants, flows, sourcing, practices, ids)| {
            for (row, technique) in techniques.iter_mut().enumerate() {
                if clock.reviews(ids[row].ordinal()) {
                    technique.spread = size_factor(flows[row].sales * real, params.efficiency_size_exponent).into();
                }
                let spread = innovation * technique.spread;
                let shock = if spread > 0.0 { spread * normal(key.firm(ids[row]).word()) } else { 0.0 };
                technique.efficiency = (persistence * technique.efficiency + shock).into();
                let s = usize::from(profiles[row].sub_industry);
                raise(technique, plants[row].embodied.get(), process, outside.quality_elasticity);
                technique.quality += sourcing[row].quality + standards.quality_of(&practices[row]);
                technique.unit_labour = (unit_labour(&plants[row], technique, outside.productivity_elasticity)
                    * lines.labour(&practices[row]))
                .into();
                let lead = technique.quality - outside.quality[s] - measures.high_end_threshold;
                technique.high_end = logistic(lead / measures.high_end_width).into();
            }
        });
}

/// Fall of the spread of efficiency with size; 1 at the size threshold and below.
#[inline]
pub fn size_factor(relative_size: f64, exponent: f64) -> f64 {
    if relative_size <= 1.0 { 1.0 } else { exp(-exponent * ln(relative_size)) }
}

/// Skill, process level and quality.
pub fn raise(technique: &mut Technique, embodied: f64, process: &Process, quality_elasticity: f64) {
    let skill = technique.skill;
    technique.skill = (skill + process.skill_speed * (embodied - skill).max(0.0)).into();
    let usable = embodied.min(technique.skill.get());
    technique.process =
        (process.vintage_weight * usable + (1.0 - process.vintage_weight) * technique.competence).into();
    technique.quality = (quality_elasticity * technique.process).into();
}

/// Rules of production that are the same for all firms.
#[derive(Debug, Clone, Copy)]
struct Rules {
    params: Production,
    adjustment: f64,
    hiring: f64,
    wage_cost: f64,
    depreciation: f64,
}

/// Parameters of production converted to one tick.
#[derive(Debug, Clone, Copy)]
struct Production {
    utilisation: f64,
    overtime: f64,
    expectation: f64,
    stock_ticks: f64,
    unserved_loss: f64,
}

impl Params {
    fn per_tick(&self, clock: &Clock) -> Production {
        Production {
            utilisation: self.utilisation,
            overtime: self.overtime,
            expectation: clock.share_from_quarter(self.expectation),
            stock_ticks: self.inventory_target * clock.ticks() / 4.0,
            unserved_loss: self.unserved_loss,
        }
    }
}

/// What production reads of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Employment {
    /// Share of the distance to the desired workforce closed in a tick.
    pub adjustment: f64,
    /// Social charges on top of the wage.
    pub social_charges: f64,
    /// Depreciation of fixed capital per tick.
    pub depreciation: f64,
}

/// Sums over firms that the labour market needs.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    workers: f64,
    wanted_hires: f64,
    value_added: f64,
}

impl Total for Totals {
    fn absorb(&mut self, part: &Self) {
        self.workers += part.workers;
        self.wanted_hires += part.wanted_hires;
        self.value_added += part.value_added;
    }
}

/// Hires, produces, sells, and records value added.
pub fn step(world: &mut World, params: &Params, employment: &Employment) {
    let World { clock, firms, outside, structure, labour, dials, .. } = world;
    let rules = Rules {
        params: params.per_tick(clock),
        adjustment: employment.adjustment,
        hiring: labour.hiring,
        wage_cost: labour.wage * (1.0 + employment.social_charges),
        depreciation: employment.depreciation,
    };
    let columns = (
        firms.position.as_mut_slice(),
        firms.workforce.as_mut_slice(),
        firms.plant.as_mut_slice(),
        firms.flow.as_mut_slice(),
        firms.technique.as_slice(),
        firms.profile.as_slice(),
        firms.balances.as_slice(),
    );
    let totals = firms.chunks.fold_with(
        columns,
        &Totals::default(),
        |totals, (positions, people, plants, flows, techniques, profiles, balances)| {
            for row in 0..positions.len() {
                let (profile, plant) = (&profiles[row], &mut plants[row]);
                let s = usize::from(profile.sub_industry);
                let labour = techniques[row].unit_labour;
                let layoff = dials[usize::from(profile.ownership)].layoff_speed;
                hire(&positions[row], &mut people[row], labour.get(), layoff, &rules, totals);
                let made = make(
                    &mut positions[row],
                    plant,
                    people[row].workers / labour,
                    &structure.sub_industries[s],
                    &rules,
                );
                let capital = unit_capital(&balances[row], plant, rules.depreciation, rules.params.utilisation);
                let unit_inputs = plant.inputs(outside.input_price[s]);
                let cost = unit_inputs + rules.wage_cost * labour + capital;
                let kept = positions[row].kept_share;
                flows[row] = account(&positions[row], plant, unit_inputs, kept.get(), made, cost);
                totals.workers += people[row].workers;
                totals.value_added += flows[row].value_added;
            }
        },
    );
    labour.employed = totals.workers;
    labour.wanted_hires = totals.wanted_hires;
    labour.value_added = totals.value_added;
}

/// Moves the workforce towards what expected demand needs.
fn hire(position: &Position, people: &mut Workforce, labour: f64, layoff: f64, rules: &Rules, totals: &mut Totals) {
    let change = position.expected * labour - people.workers;
    if change >= 0.0 {
        let wanted = rules.adjustment * change;
        totals.wanted_hires += wanted;
        people.workers += wanted * rules.hiring;
    } else {
        people.workers += rules.adjustment * layoff * change;
    }
}

/// Change of the stock of finished goods in the tick.
struct Made {
    /// Units added to stock (negative: taken from it).
    to_stock: f64,
    /// Units in stock before.
    before: f64,
}

/// Output, sales in units and stock.
fn make(
    position: &mut Position,
    plant: &mut Plant,
    workers_output: f64,
    sub: &crate::world::structure::SubIndustry,
    rules: &Rules,
) -> Made {
    let p = &rules.params;
    position.expected += p.expectation * (position.demand - position.expected);
    let to_stock = sub.make_to_stock;
    let target = p.stock_ticks * to_stock * position.expected;
    let wish = to_stock * position.expected + (1.0 - to_stock) * position.demand + target - plant.stock;
    let most = plant.capacity.min(workers_output * (1.0 + p.overtime));
    position.output = wish.clamp(0.0, most).into();
    let before = plant.stock;
    position.sold = position.demand.min(position.output + before).into();
    // What is sold may have been rounded above what there is.
    plant.stock = (before + position.output - position.sold).max(0.0).into();
    lose_unserved(position, p.unserved_loss);
    Made { to_stock: plant.stock - before, before: before.get() }
}

/// Customers who were not served come back only in part.
fn lose_unserved(position: &mut Position, loss: f64) {
    if position.demand > 0.0 && position.sold < position.demand {
        let kept = 1.0 - loss * (1.0 - position.sold / position.demand);
        position.share.iter_mut().for_each(|share| *share *= kept);
    }
}

/// Money flows of production. `cost` values the stock, per unit.
fn account(position: &Position, plant: &mut Plant, unit_inputs: f64, kept: f64, made: Made, cost: f64) -> Flow {
    let margin = position.price - unit_inputs;
    let sales = position.sold * (unit_inputs + kept * margin);
    let inputs = position.output * unit_inputs;
    let old_value = plant.stock_value;
    plant.stock_value = cost.into();
    let stock_change = made.to_stock * plant.stock_value;
    let stock_revaluation = made.before * (plant.stock_value - old_value);
    let leaving = position.sold * ((1.0 - kept) * margin + foreign_margin(unit_inputs, plant.component_surcharge));
    Flow {
        sales: sales.into(),
        exports: (sales * position.export_share).into(),
        inputs: inputs.into(),
        value_added: (sales - inputs + stock_change).into(),
        value_leaving: leaving.into(),
        stock_change: stock_change.into(),
        stock_revaluation: stock_revaluation.into(),
        ..Flow::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn production() -> Production {
        Production { utilisation: 0.75, overtime: 0.15, expectation: 0.25, stock_ticks: 0.5, unserved_loss: 0.5 }
    }

    #[test]
    fn process_level_by_hand() {
        let process = Process { vintage_weight: 0.4, skill_speed: 0.5, size_threshold: 20.0 };
        let mut technique = Technique { competence: (-1.0).into(), skill: (-1.0).into(), ..Technique::default() };
        raise(&mut technique, -0.8, &process, 0.6);
        // Skill -1 + 0.5 * 0.2 = -0.9; usable -0.9; h = 0.4 * -0.9 + 0.6 * -1 = -0.96.
        assert!((technique.skill + 0.9).abs() < 1e-6);
        assert!((technique.process + 0.96).abs() < 1e-6);
        assert!((technique.quality + 0.576).abs() < 1e-6);
    }

    #[test]
    fn skill_is_not_forgotten_and_machines_below_it_bind() {
        let process = Process { vintage_weight: 1.0, skill_speed: 0.5, size_threshold: 20.0 };
        let mut technique = Technique { skill: 0.5.into(), ..Technique::default() };
        raise(&mut technique, 0.2, &process, 1.0);
        assert!(technique.skill == 0.5 && (technique.process - 0.2).abs() < 1e-7);
    }

    #[test]
    fn value_added_by_hand() {
        let position = Position {
            price: 1.0.into(),
            sold: 90.0.into(),
            output: 100.0.into(),
            export_share: 0.2.into(),
            ..Position::default()
        };
        let mut plant = Plant { stock_value: 0.7.into(), ..Plant::default() };
        let flow = account(&position, &mut plant, 0.6, 0.5, Made { to_stock: 10.0, before: 4.0 }, 0.75);
        // Sales 90 (0.6 + 0.5 * 0.4) = 72; inputs 60; stock +7.5; value added 19.5; leaving 90 * 0.2 = 18.
        assert!((flow.sales - 72.0).abs() < 1e-5 && (flow.exports - 14.4).abs() < 1e-6);
        assert!((flow.value_added - 19.5).abs() < 1e-5 && (flow.value_leaving - 18.0).abs() < 1e-6);
        assert!((flow.stock_revaluation - 0.2).abs() < 1e-6 && plant.stock_value == 0.75);
    }

    #[test]
    fn output_is_bound_by_wish_capacity_and_people() {
        let rules = Rules { params: production(), adjustment: 0.25, hiring: 1.0, wage_cost: 0.0, depreciation: 0.0 };
        let sub = crate::world::structure::SubIndustry::for_tests(0.0);
        let run = |capacity: f64, people: f64| {
            let mut position = Position { demand: 100.0.into(), expected: 100.0.into(), ..Position::default() };
            let mut plant = Plant { capacity: capacity.into(), ..Plant::default() };
            make(&mut position, &mut plant, people, &sub, &rules);
            position.output
        };
        assert_eq!(run(200.0, 200.0), 100.0);
        assert_eq!(run(60.0, 200.0), 60.0);
        assert!((run(200.0, 50.0) - 57.5).abs() < 1e-5);
    }

    #[test]
    fn half_of_the_unserved_stay_away() {
        let mut position =
            Position { demand: 100.0.into(), sold: 80.0.into(), share: [0.1.into(); 3], ..Position::default() };
        lose_unserved(&mut position, 0.5);
        assert!((position.share[0] - 0.09).abs() < 1e-8);
    }
}
