//! Investment: machines by vintage, scrapping, expansion, early replacement.
//!
//! # Question
//! When does better equipment come into use?
//!
//! # Story
//! Machines stand in annual cohorts, the newest used first. They are scrapped after twenty years.
//! A firm replaces what is scrapped and expands towards the capacity that expected demand needs.
//! Money of the upgrading budget set aside for equipment replaces old machines before their time
//! where that pays for itself. A new machine embodies the lesser of what suppliers offer and what
//! the buyer's own competence can use, so buying machines alone cannot close a gap.
//!
//! # Equations
//! - level of a new machine: `min(offer, theta + usable_margin)`, offer = ceiling of the recipe
//! - wish: lacking = `min(D^e, (1 + overtime) L / l) / u - K`, for nobody buys machines that people are lacking for; what
//!   was scrapped as far as it lacks, and the share `adjustment` of the
//!   rest, at most `expansion_cap K dt`
//! - early replacement, decided once a year, of `r = saved budgets / c_K` units of the oldest cohorts if
//!   `r c_K <= payback x gain of annual cash flow`, gain from the firm's own profit function, at the margin, for
//!   `dh = omega (r / K)(level - old level)`
//! - embodied technique: capacity-weighted mean of the machines in use, newest first
//! - book value: investment less depreciation
//!
//! # Place in the tick
//! Plan after production, install after credit.
//!
//! # Reads / Writes
//! Reads position, technique, plant, people, effort; writes flow.investment, vintages, plant, effort.gain.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Dosi, Fagiolo & Roventini 2010 (payback, scrapping age 19-20, expansion cap, newest first);
//! Dawid, Harting & Neugart 2014 (technology needs skill).
//!
//! # REQ numbers
//! REQ-07, REQ-15, REQ-46.
//!
//! # What it leaves out
//! Second-hand machines, and locally made machines of another quality than imported ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, MIN_ROWS};
use crate::world::World;
use crate::world::firms::{Effort, Flow, Plant, Ring, Technique, UpgradingOption, VINTAGES, Vintages};
use crate::world::levers;
use crate::world::profit::{ProfitFunction, Source};

const EQUIPMENT: usize = UpgradingOption::Equipment as usize;

/// Parameters of investment and capital vintages.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Depreciation of the book value of fixed capital.
    #[default(0.0225)]
    #[schemars(range(min = 0.0, max = 0.5), extend("x-unit" = "per quarter", "x-source" = "Bai, Hsieh & Qian 2006 and Brandt, Van Biesebroeck & Zhang 2012: 8-10 % a year"))]
    pub depreciation: f64,
    /// Largest growth of capacity in a year.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub expansion_cap: f64,
    /// Share of lacking capacity that is ordered in a quarter, beyond the replacement of what is scrapped.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption: firms wait whether custom lasts"))]
    pub adjustment: f64,
    /// Longest time in which early replacement of a vintage must pay for itself.
    #[default(9.0)]
    #[schemars(range(min = 0.1, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: saving plus quality margin; three years never bind where wages are 5 % of sales"))]
    pub payback: f64,
    /// Weight of the machines' embodied technique, against the firm's own competence, in its
    /// process level.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub vintage_weight: f64,
    /// How far beyond its own competence a firm can use what a new machine embodies.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub usable_margin: f64,
    /// Opening fixed capital as a share of total assets, at most `fixed_capital_per_value_added`.
    #[default(0.35)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub fixed_capital_per_assets: f64,
    /// Upper bound of opening fixed capital relative to annual value added.
    #[default(1.4)]
    #[schemars(range(min = 0.01, max = 10.0), extend("x-unit" = "years", "x-source" = "net fixed capital over value added of industry, 1.0-2.0", "x-opening" = true))]
    pub fixed_capital_per_value_added: f64,
    /// Fall of the embodied technique with the age of a machine in the opening state.
    #[default(0.015)]
    #[schemars(range(min = 0.0, max = 0.2), extend("x-unit" = "log points per year", "x-source" = "assumption below the frontier's growth; chosen, with vintage_weight, after seeing that larger values let renewal alone raise value added per worker by .3-.4 % a year without research", "x-opening" = true))]
    pub opening_slope: f64,
}

/// What investment reads of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Valuation {
    /// Utilisation of capacity that firms aim at.
    pub utilisation: f64,
    /// Share by which people work longer where there are too few of them.
    pub overtime: f64,
    /// Present value of one unit of annual cash flow, years.
    pub annuity: f64,
}

/// Scraps the oldest machines and states every firm's wish for investment.
pub fn plan(world: &mut World, params: &Params, valuation: &Valuation) {
    let World { clock, firms, .. } = world;
    let ring = Ring::at(clock);
    let scrap_share = 1.0 / f64::from(clock.ticks_per_year - (clock.period() - 1));
    let pace = Pace {
        utilisation: valuation.utilisation,
        adjustment: clock.share_from_quarter(params.adjustment),
        cap: params.expansion_cap * clock.years(),
    };
    let hours = 1.0 + valuation.overtime;
    (&mut firms.vintages, &mut firms.plant, &mut firms.flow, &firms.position, &firms.workforce, &firms.technique)
        .into_par_iter()
        .with_min_len(MIN_ROWS)
        .for_each(|(vintages, plant, flow, position, people, technique)| {
            let scrapped = scrap(vintages, ring.oldest, scrap_share);
            plant.capacity = (plant.capacity - scrapped).max(0.0).into();
            // Nobody buys machines for whom there are no hands, however much could be sold.
            let manned = hours * people.workers / technique.unit_labour;
            let output = position.expected.get().min(manned);
            flow.investment = (pace.wish(output, plant, scrapped) * plant.capital_price).into();
        });
}

/// Adds early replacement to the wish where the equipment budget pays back, and values it.
///
/// Firms save their equipment budget and decide once a year, staggered; `shift` moves whose turn it is
/// (the pre-run of the opening state goes through all of them at tick 0).
pub fn replace_early(world: &mut World, params: &Params, valuation: &Valuation, source: Source<'_>, shift: u32) {
    let World { clock, firms, outside, structure, levers, dials, .. } = world;
    let ring = Ring::at(clock);
    (
        firms.flow.par_chunks_mut(CHUNK),
        firms.effort.par_chunks_mut(CHUNK),
        firms.vintages.par_chunks(CHUNK),
        firms.plant.par_chunks(CHUNK),
        firms.technique.par_chunks(CHUNK),
        firms.position.par_chunks(CHUNK),
        firms.profile.par_chunks(CHUNK),
        firms.balances.par_chunks(CHUNK),
        firms.workforce.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
    )
        .into_par_iter()
        .enumerate()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(chunk, columns)| {
            let (flows, efforts, vintages, plants, techniques, positions, profiles, balances, people, ids) = columns;
            for row in 0..flows.len() {
                let effort = &mut efforts[row];
                effort.gain[EQUIPMENT] = 0.0;
                effort.saved += f64::from(effort.budget[EQUIPMENT]);
                if !clock.reviews(ids[row].ordinal() + u64::from(shift)) {
                    continue;
                }
                let (profile, plant, technique) = (&profiles[row], &plants[row], &techniques[row]);
                let s = usize::from(profile.sub_industry);
                let priority = dials[usize::from(profile.ownership)].priority;
                let subsidy = levers::rate_for(&levers.equipment, profile, people[row].workers.get(), priority);
                let level = new_level(technique, outside.machine_offer[s], params);
                let marginal_process = match source {
                    Source::Known(margins) => margins[chunk * CHUNK + row].process,
                    Source::Now(terms) => {
                        let (position, balances) = (&positions[row], &balances[row]);
                        ProfitFunction::new(terms, structure, outside, profile, plant, technique, position, balances)
                            .marginal_process()
                    }
                };
                let job = Replacement { params, valuation, ring, level, subsidy, marginal_process };
                job.weigh(&vintages[row], plant, effort, &mut flows[row]);
            }
        });
}

/// Takes the cohort that leaves this year out of use, evenly over the year's ticks.
fn scrap(vintages: &mut Vintages, oldest: usize, share: f64) -> f64 {
    let gone = f64::from(vintages.capacity[oldest]) * share;
    vintages.capacity[oldest] -= gone as f32;
    gone
}

/// How fast capacity follows expected demand.
struct Pace {
    utilisation: f64,
    adjustment: f64,
    cap: f64,
}

impl Pace {
    /// Capacity wanted for an output, product units per tick: what was scrapped as far as it is needed, and a part of
    /// what is lacking beyond it.
    fn wish(&self, output: f64, plant: &Plant, scrapped: f64) -> f64 {
        let lacking = (output / self.utilisation - plant.capacity).max(0.0);
        let growth = self.adjustment * (lacking - scrapped).max(0.0);
        lacking.min(scrapped) + growth.min(self.cap * (plant.capacity + scrapped))
    }
}

/// Technique that a new machine embodies at this firm.
pub fn new_level(technique: &Technique, offer: f64, params: &Params) -> f64 {
    offer.min(technique.competence + params.usable_margin)
}

/// Early replacement of old machines from the upgrading budget.
struct Replacement<'a> {
    params: &'a Params,
    valuation: &'a Valuation,
    ring: Ring,
    level: f64,
    subsidy: f64,
    /// Change of annual cash flow per log point of the process level: what a year's budget replaces moves it little.
    marginal_process: f64,
}

impl Replacement<'_> {
    /// Spends the equipment budget where it pays back, and records what it is worth.
    fn weigh(&self, vintages: &Vintages, plant: &Plant, effort: &mut Effort, flow: &mut Flow) {
        let budget = effort.saved / (1.0 - self.subsidy);
        effort.saved = 0.0.into();
        if budget <= 0.0 || plant.capacity <= 0.0 || plant.capital_price <= 0.0 {
            return;
        }
        let units = (budget / plant.capital_price).min(plant.capacity.get());
        let rise = self.rise(vintages, plant.capacity.get(), units);
        let gain = self.marginal_process * self.params.vintage_weight * rise;
        let own_cost = units * plant.capital_price * (1.0 - self.subsidy);
        if gain > 0.0 && own_cost <= self.params.payback * gain {
            flow.early = (units * plant.capital_price).into();
            flow.investment += flow.early;
            effort.gain[EQUIPMENT] = (gain * self.valuation.annuity) as f32;
        }
    }

    /// Rise of the mean embodied technique if `units` of the oldest machines are replaced.
    fn rise(&self, vintages: &Vintages, capacity: f64, units: f64) -> f64 {
        let mut left = units;
        let mut rise = 0.0;
        for cohort in self.ring.from_oldest() {
            if left <= 0.0 {
                break;
            }
            let replaced = f64::from(vintages.capacity[cohort]).min(left);
            rise += replaced * (self.level - vintages.level[cohort].get()).max(0.0);
            left -= replaced;
        }
        rise / capacity
    }
}

/// Puts the machines that could be paid into place and measures the technique in use.
pub fn install(world: &mut World, params: &Params) {
    let World { clock, firms, outside, .. } = world;
    let ring = Ring::at(clock);
    (
        firms.vintages.par_chunks_mut(CHUNK),
        firms.plant.par_chunks_mut(CHUNK),
        firms.flow.par_chunks(CHUNK),
        firms.technique.par_chunks(CHUNK),
        firms.position.par_chunks(CHUNK),
        firms.profile.par_chunks(CHUNK),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(vintages, plants, flows, techniques, positions, profiles)| {
            for row in 0..vintages.len() {
                let (flow, plant) = (&flows[row], &mut plants[row]);
                let level =
                    new_level(&techniques[row], outside.machine_offer[usize::from(profiles[row].sub_industry)], params);
                if flow.investment > 0.0 && plant.capital_price > 0.0 {
                    let units = flow.investment / plant.capital_price;
                    let mut more = units;
                    // Once a year at most.
                    if flow.early > 0.0 {
                        let early = flow.early.min(flow.investment.get()) / plant.capital_price;
                        remove_oldest(&mut vintages[row], ring, early);
                        more -= early;
                    }
                    add(&mut vintages[row], ring.newest, units, level);
                    plant.capacity += more;
                }
                plant.embodied = embodied_in_use(&vintages[row], ring, positions[row].output.get(), level).into();
            }
        });
}

fn remove_oldest(vintages: &mut Vintages, ring: Ring, units: f64) {
    let mut left = units;
    for cohort in ring.from_oldest() {
        let gone = f64::from(vintages.capacity[cohort]).min(left);
        vintages.capacity[cohort] -= gone as f32;
        left -= gone;
        if left <= 0.0 {
            break;
        }
    }
}

/// Adds machines to the current year's cohort, mixing their technique with what is there.
fn add(vintages: &mut Vintages, newest: usize, units: f64, level: f64) {
    let there = f64::from(vintages.capacity[newest]).max(0.0);
    let total = there + units;
    if total > 0.0 {
        let mixed = (there * vintages.level[newest].get() + units * level) / total;
        vintages.level[newest] = mixed.into();
        vintages.capacity[newest] = total as f32;
    }
}

/// Mean technique of the machines in use, the newest first; `otherwise` if there are none.
pub fn embodied_in_use(vintages: &Vintages, ring: Ring, output: f64, otherwise: f64) -> f64 {
    let mut left = output;
    let (mut used, mut sum) = (0.0, 0.0);
    // From the newest back to the first place of the ring, then from its last place on.
    'cohorts: for cohorts in [0..ring.newest + 1, ring.newest + 1..VINTAGES] {
        let (capacities, levels) = (&vintages.capacity[cohorts.clone()], &vintages.level[cohorts]);
        for (capacity, level) in capacities.iter().zip(levels).rev() {
            let (capacity, level) = (f64::from(*capacity), level.get());
            // A branch, not a minimum: it is foreseen until the last cohort in use, and nothing waits for it.
            if capacity >= left {
                used += left;
                sum += left * level;
                break 'cohorts;
            }
            let capacity = capacity.max(0.0);
            used += capacity;
            sum += capacity * level;
            left -= capacity;
        }
    }
    if used > 0.0 { sum / used } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Clock;
    use crate::kernel::single::LogLevel;

    fn vintages(cohorts: &[(usize, f32, f32)]) -> Vintages {
        let mut v = Vintages::default();
        for (cohort, capacity, level) in cohorts {
            v.capacity[*cohort] = *capacity;
            v.level[*cohort] = LogLevel::from(f64::from(*level));
        }
        v
    }

    fn clock(tick: u32) -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick }
    }

    #[test]
    fn the_oldest_cohort_is_gone_when_its_place_is_needed() {
        let mut v = vintages(&[(1, 10.0, 0.0)]);
        let mut gone = 0.0;
        for tick in 1..=4 {
            let clock = clock(tick);
            let ring = Ring::at(&clock);
            assert_eq!((ring.newest, ring.oldest), (0, 1));
            gone += scrap(&mut v, ring.oldest, 1.0 / f64::from(4 - (clock.period() - 1)));
            assert!((gone - 2.5 * f64::from(tick)).abs() < 1e-5);
        }
        assert_eq!(Ring::at(&clock(5)).newest, 1);
        assert_eq!(v.capacity[1], 0.0);
    }

    #[test]
    fn newest_machines_are_used_first() {
        let ring = Ring { newest: 2, oldest: 3 };
        let v = vintages(&[(2, 4.0, 0.25), (1, 4.0, 0.125), (0, 4.0, -0.5)]);
        // Four units at 1/4, two at 1/8.
        assert!((embodied_in_use(&v, ring, 6.0, 9.0) - (4.0 * 0.25 + 2.0 * 0.125) / 6.0).abs() < 1e-7);
        assert_eq!(embodied_in_use(&v, ring, 0.0, 9.0), 9.0);
        // More than there is: all twelve.
        assert!((embodied_in_use(&v, ring, 20.0, 9.0) + 0.5 / 12.0).abs() < 1e-7);
    }

    #[test]
    fn early_replacement_takes_the_oldest_and_raises_the_mean() {
        let (params, valuation) = (Params::default(), Valuation { utilisation: 0.75, overtime: 0.15, annuity: 6.0 });
        let job = Replacement {
            params: &params,
            valuation: &valuation,
            ring: Ring { newest: 2, oldest: 3 },
            level: 0.5,
            subsidy: 0.0,
            marginal_process: 1.0,
        };
        let mut v = vintages(&[(2, 4.0, 0.25), (1, 4.0, 0.125), (0, 2.0, -0.5)]);
        // Two units from -1/2 and one from 1/8 to 1/2, of ten.
        assert!((job.rise(&v, 10.0, 3.0) - (2.0 * 1.0 + 1.0 * 0.375) / 10.0).abs() < 1e-6);
        remove_oldest(&mut v, job.ring, 3.0);
        assert_eq!((v.capacity[0], v.capacity[1], v.capacity[2]), (0.0, 3.0, 4.0));
    }

    #[test]
    fn a_new_machine_is_bound_by_offer_and_by_competence() {
        let params = Params { usable_margin: 0.05, ..Params::default() };
        let technique = Technique { competence: (-1.0).into(), ..Technique::default() };
        assert!((new_level(&technique, -0.3, &params) + 0.95).abs() < 1e-15);
        assert_eq!(new_level(&technique, -1.2, &params), -1.2);
    }

    #[test]
    fn wish_replaces_and_expands_step_by_step_within_the_cap() {
        let plant = Plant { capacity: 95.0.into(), ..Plant::default() };
        let pace = Pace { utilisation: 0.75, adjustment: 0.25, cap: 0.125 };
        let wish_at = |output: f64| pace.wish(output, &plant, 5.0);
        assert!((wish_at(75.0) - 5.0).abs() < 1e-12);
        assert!((wish_at(72.75) - 2.0).abs() < 1e-12);
        assert_eq!(wish_at(60.0), 0.0);
        // Lacking 25: 5 scrapped and a quarter of the other 20.
        assert!((wish_at(90.0) - 10.0).abs() < 1e-12);
        assert!((wish_at(1000.0) - 17.5).abs() < 1e-12);
    }
}
