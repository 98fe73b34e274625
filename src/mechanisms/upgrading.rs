//! The upgrading choice: how a firm splits its upgrading budget over the options.
//!
//! # Question
//! When does effort move from one kind of upgrading to the next?
//!
//! # Story
//! A firm spends a share of its sales on upgrading and splits it over the options open to it: new
//! equipment, own improvement, imitation, joint research in alliances, capability in design and in the
//! market function, digital lines, green lines, standards. It remembers what each has paid, itself and elsewhere in its
//! sub-industry, and moves its budget towards what paid more. The pay-off of an option is what the
//! firm's own profit function says the obtained change of state is worth, per unit spent: one rule
//! for all options, and no parameter of an option knows stage, date or another option. As the
//! returns of one option fall below the others', effort moves on; the order of stages can come from
//! here and from nowhere else.
//!
//! # Equations
//! - annuity: `1 / (discount_rate + obsolescence)`
//! - pay-off: `pi_j = annuity x (change of annual cash flow) / spent on j`
//! - utility of a pay-off: `u = pi / (1 + rho |pi|)` (`risk_aversion` = rho)
//! - attraction: `A' = phi A + (1 - phi)(omega u_own + (1 - omega) u_seen)` (`memory`, `own_weight`)
//! - choice: `target_j = floor + (1 - n floor) exp(lambda A_j / mean A) / sum` (`intensity`, `floor`)
//! - budget shares: `s' = s + kappa v (target - s)` (`adjustment` = kappa; v the strategy speed of
//!   the ownership group)
//!
//! # Place in the tick
//! Budgets before research and investment; learning after both.
//!
//! # Reads / Writes
//! Reads flow.sales, balances, effort.gain, the grant offered; writes effort, workforce.engineers_wanted, `world.learning`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Camerer & Ho 1999 (experience-weighted attraction, averaging form). The accumulating form saturates.
//!
//! # REQ numbers
//! REQ-10, REQ-11, REQ-13, REQ-17.
//!
//! # What it leaves out
//! Joint returns of options tried together: pay-offs are marginal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::math::exp_each;
use crate::kernel::ordered::{MIN_CHUNKS, MIN_ROWS};
use crate::world::World;
use crate::world::firms::{Effort, OPTIONS, UpgradingOption};
use crate::world::ledger::Account;
use crate::world::levers;
use crate::world::region::Learning;
use crate::world::structure::MOST_GROUPS;

const IMPROVE: usize = UpgradingOption::Improve as usize;
const ALLIANCE: usize = UpgradingOption::Alliance as usize;
const DIGITAL: usize = UpgradingOption::Digital as usize;
const STANDARDS: usize = UpgradingOption::Standards as usize;

/// Parameters of the upgrading choice.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Weight of past pay-offs in the attraction of an option.
    #[default(0.95)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "Camerer & Ho 1999, averaging form; value an assumption"))]
    pub memory: f64,
    /// Intensity of the logit choice over attractions divided by their mean.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub intensity: f64,
    /// Share of the distance to the chosen budget that is closed in a quarter; ownership inertia
    /// lowers it.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub adjustment: f64,
    /// Least budget share of an option: some of everything is always tried.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 0.1), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub floor: f64,
    /// Weight of a firm's own pay-off against the pay-off observed in its sub-industry.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub own_weight: f64,
    /// Rate at which future cash flow is discounted.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub discount_rate: f64,
    /// Rate at which an advantage fades as the frontier and rivals move.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub obsolescence: f64,
    /// Curvature of the utility of a pay-off, pi / (1 + risk aversion x pi): lumpy gains count for
    /// less than even ones.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub risk_aversion: f64,
    /// Length of the pre-run, with knowledge frozen, from which the opening budgets come.
    #[default(40)]
    #[schemars(range(min = 0, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption: long enough to settle, see the tests", "x-opening" = true))]
    pub settling_quarters: u32,
}

/// What budgets depend on besides this section's parameters.
#[derive(Debug, Clone, Copy)]
pub struct Means {
    /// Options that are open; money of the others stays in the till.
    pub open: [bool; OPTIONS],
    /// Research outlay that employs one engineer for a tick, at the opening pay.
    pub engineer_cost: f64,
    /// Share of the research outlay that goes to contracts.
    pub external_share: f64,
    /// Share of a research grant that becomes additional research.
    pub grant_additionality: f64,
}

impl Params {
    /// Present value of one unit of annual cash flow, years.
    pub fn annuity(&self) -> f64 {
        1.0 / (self.discount_rate + self.obsolescence).max(1e-6)
    }
}

/// Sets the budget of every option, and the research posts it would pay for.
pub fn set_budgets(world: &mut World, means: &Means) {
    let World { clock, firms, structure, levers, dials, cities, .. } = world;
    let ticks = clock.ticks();
    let chunks = firms.chunks();
    let posts: Vec<[f64; MOST_GROUPS]> = (
        chunks.split_mut(&mut firms.effort),
        chunks.split_mut(&mut firms.workforce),
        chunks.split(&firms.flow),
        chunks.split(&firms.profile),
        chunks.split(&firms.balances),
    )
        .into_par_iter()
        .with_min_len(MIN_CHUNKS)
        .map(|(efforts, people, flows, profiles, balances)| {
            let mut posts = [0.0; MOST_GROUPS];
            for row in 0..efforts.len() {
                let (profile, effort) = (&profiles[row], &mut efforts[row]);
                let sub = &structure.sub_industries[usize::from(profile.sub_industry)];
                let needed = sub.working_capital * flows[row].sales * ticks;
                let till = balances[row].get(Account::Deposits);
                let budget = sub.upgrading * flows[row].sales * affordable(till, needed);
                let priority = dials[usize::from(profile.ownership)].priority;
                let grant = levers::rate_for(&levers.research, profile, people[row].workers, priority);
                let joint = levers::rate_for(&levers.alliances, profile, people[row].workers, priority);
                let frame = Frame { allied: profile.projects > 0, function_room: sub.function_room };
                let rate = |levers| levers::rate_for(levers, profile, people[row].workers, priority);
                let functions = rate(&levers.functions);
                let (standards, digital) = (rate(&levers.standards), rate(&levers.digital));
                let grants = Grants { research: grant, joint, functions, standards, digital };
                split(effort, budget, grants, frame, means);
                let outlay = effort.research();
                let city = usize::from(profile.city);
                let cost = means.engineer_cost * cities[city].premium;
                people[row].engineers_wanted = outlay * (1.0 - means.external_share) / cost;
                posts[city] += people[row].engineers_wanted;
            }
            posts
        })
        .collect();
    for (city, state) in cities.iter_mut().enumerate() {
        state.posts = posts.iter().map(|part| part[city]).sum();
    }
}

/// Share of the usual budget that a firm short of money spends.
fn affordable(till: f64, needed: f64) -> f64 {
    if needed <= 0.0 { 1.0 } else { (till / needed).clamp(0.0, 1.0) }
}

/// Shares of research outlays that grants pay.
#[derive(Debug, Clone, Copy)]
struct Grants {
    /// Of all research.
    research: f64,
    /// Of joint research, besides.
    joint: f64,
    /// Of the outlay for functions of the value chain.
    functions: f64,
    /// Of the outlay for standards.
    standards: f64,
    /// Of the outlay for digital lines.
    digital: f64,
}

/// What bounds the spending of a firm's budget.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Whether the firm works in an alliance.
    allied: bool,
    /// Share of the budgets for functions that can be spent.
    function_room: f64,
}

/// Splits a budget over the options; grants raise research. Money for alliances of a firm that is in none
/// stays in the till.
fn split(effort: &mut Effort, budget: f64, grants: Grants, frame: Frame, means: &Means) {
    let raised = |grant: f64| 1.0 + means.grant_additionality * grant / (1.0 - grant);
    for option in 0..OPTIONS {
        let joint = option == ALLIANCE;
        let on = means.open[option] && (frame.allied || !joint);
        let grant = if UpgradingOption::is_research(option) { grants.research } else { 0.0 };
        let extra = match option {
            ALLIANCE => raised(grants.joint),
            _ if UpgradingOption::is_function(option) => frame.function_room * raised(grants.functions),
            DIGITAL => frame.function_room * raised(grants.digital),
            STANDARDS => frame.function_room * raised(grants.standards),
            _ if UpgradingOption::is_overhead(option) => frame.function_room,
            _ => 1.0,
        };
        let share = f64::from(effort.share[option]) * raised(grant) * extra;
        effort.budget[option] = if on { (budget * share) as f32 } else { 0.0 };
        effort.gain[option] = 0.0;
    }
}

/// Learns from the pay-offs of the tick and moves the budget shares.
pub fn learn(world: &mut World, params: &Params, means: &Means) {
    let refunds = refunds(world);
    observe(world, &refunds);
    let World { clock, firms, learning, dials, .. } = world;
    let rule = Rule::new(clock, params, means.open);
    if !params.enabled {
        return;
    }
    let felt = |seen: &Learning| std::array::from_fn(|j| rule.utility(seen.gain[j], seen.budget[j]));
    let seen: Vec<[f64; OPTIONS]> = learning.iter().map(felt).collect();
    let firms = (&mut firms.effort, &firms.profile).into_par_iter().enumerate();
    firms.with_min_len(MIN_ROWS).for_each(|(row, (effort, profile))| {
        let seen = &seen[usize::from(profile.sub_industry)];
        let spent = spent(effort, &refunds, row);
        let own: [f64; OPTIONS] = std::array::from_fn(|j| rule.utility(f64::from(effort.gain[j]), spent[j]));
        rule.update(effort, &own, seen, dials[usize::from(profile.ownership)].strategy_speed);
    });
}

/// What a risk fund refunds each firm of its outlay for improvement that brought nothing; empty without one.
fn refunds(world: &World) -> Vec<f64> {
    let World { firms, levers, dials, .. } = world;
    if levers.risk.is_empty() {
        return Vec::new();
    }
    let refund = |row: usize| {
        let (profile, effort) = (&firms.profile[row], &firms.effort[row]);
        if effort.gain[IMPROVE] > 0.0 {
            return 0.0;
        }
        let priority = dials[usize::from(profile.ownership)].priority;
        let rate = levers::rate_for(&levers.risk, profile, firms.workforce[row].workers, priority);
        f64::from(effort.budget[IMPROVE]) * rate
    };
    (0..firms.len()).map(refund).collect()
}

/// What a firm has spent on each option, less what is refunded.
fn spent(effort: &Effort, refunds: &[f64], row: usize) -> [f64; OPTIONS] {
    let mut spent = effort.budget.map(f64::from);
    spent[IMPROVE] -= refunds.get(row).copied().unwrap_or(0.0);
    spent
}

/// Sums gains, and budgets less what is refunded, over each sub-industry.
fn observe(world: &mut World, refunds: &[f64]) {
    let firms = &world.firms;
    let mut sums = [Learning::default(); MOST_GROUPS];
    let chunk = |range: std::ops::Range<usize>| {
        let mut part = [Learning::default(); MOST_GROUPS];
        for row in range {
            let (seen, effort) = (&mut part[usize::from(firms.profile[row].sub_industry)], &firms.effort[row]);
            let spent = spent(effort, refunds, row);
            seen.gain.iter_mut().zip(&effort.gain).for_each(|(sum, gain)| *sum += f64::from(*gain));
            seen.budget.iter_mut().zip(&spent).for_each(|(sum, spent)| *sum += spent);
        }
        part
    };
    firms.chunks().fold(&mut sums, chunk, |total, part| {
        for (a, b) in total.iter_mut().zip(&part) {
            for option in 0..OPTIONS {
                a.gain[option] += b.gain[option];
                a.budget[option] += b.budget[option];
            }
        }
    });
    let groups = world.learning.len();
    world.learning.copy_from_slice(&sums[..groups]);
}

/// The rule of choice, converted to one tick.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    memory: f64,
    intensity: f64,
    adjustment: f64,
    floor: f64,
    own_weight: f64,
    risk_aversion: f64,
    open: [bool; OPTIONS],
    /// One for open options, zero for others: sums without branches.
    mask: [f64; OPTIONS],
    /// Number of open options.
    count: f64,
}

impl Rule {
    /// The rule at this clock over the open options.
    pub fn new(clock: &Clock, params: &Params, open: [bool; OPTIONS]) -> Self {
        Rule {
            memory: 1.0 - clock.share_from_quarter(1.0 - params.memory),
            intensity: params.intensity,
            adjustment: clock.share_from_quarter(params.adjustment),
            floor: params.floor,
            own_weight: params.own_weight,
            risk_aversion: params.risk_aversion,
            open,
            mask: open.map(|open| f64::from(u8::from(open))),
            count: open.iter().filter(|open| **open).count() as f64,
        }
    }

    /// Utility of what an option brought per unit spent, `u = g / (1 + a |g|)` with `g` the gain per unit.
    pub fn utility(&self, gain: f64, spent: f64) -> f64 {
        let felt = gain / (spent + self.risk_aversion * gain.abs());
        if spent > 0.0 { felt } else { 0.0 }
    }

    /// Updates attractions and moves the shares of the open options among themselves.
    pub fn update(&self, effort: &mut Effort, own: &[f64; OPTIONS], seen: &[f64; OPTIONS], speed: f64) {
        for option in 0..OPTIONS {
            let felt = self.own_weight * own[option] + (1.0 - self.own_weight) * seen[option];
            let attraction = self.memory * f64::from(effort.attraction[option]) + (1.0 - self.memory) * felt;
            effort.attraction[option] = attraction as f32;
        }
        let target = self.choice(&effort.attraction);
        // Shares of closed options stay: their money stays in the till.
        let total = self.over_open(|option| f64::from(effort.share[option]));
        for ((share, target), open) in effort.share.iter_mut().zip(&target).zip(&self.open) {
            let before = f64::from(*share);
            let moved = before + self.adjustment * speed * (total * target - before);
            *share = if *open { moved as f32 } else { *share };
        }
    }

    /// Logit over the open options, on attractions divided by their mean, with a floor.
    pub fn choice(&self, attraction: &[f32; OPTIONS]) -> [f64; OPTIONS] {
        let sum = self.over_open(|option| f64::from(attraction[option]).max(0.0));
        let scale = if sum > 0.0 { self.intensity * self.count / sum } else { 0.0 };
        let mut weights = attraction.map(|attraction| (scale * f64::from(attraction)).clamp(-50.0, 50.0));
        exp_each(&mut weights);
        let free = (1.0 - self.count * self.floor) / self.over_open(|option| weights[option]);
        std::array::from_fn(|j| if self.open[j] { self.floor + free * weights[j] } else { 0.0 })
    }

    /// Sum over the open options of what is not negative.
    fn over_open(&self, amount: impl Fn(usize) -> f64) -> f64 {
        (0..OPTIONS).map(|option| self.mask[option] * amount(option)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(open: [bool; OPTIONS]) -> Rule {
        Rule::new(&Clock { start_year: 2010, ticks_per_year: 4, tick: 1 }, &Params::default(), open)
    }

    const ALL: [bool; OPTIONS] = [true; OPTIONS];

    #[test]
    fn choice_by_hand() {
        // Attractions 1 to 9, mean 5, intensity 2: weights e^(2 j / 5).
        let chosen = rule(ALL).choice(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        let weights: [f64; OPTIONS] = std::array::from_fn(|j| (2.0 * (j + 1) as f64 / 5.0).exp());
        let sum: f64 = weights.iter().sum();
        for j in 0..OPTIONS {
            assert!((chosen[j] - (0.03 + 0.73 * weights[j] / sum)).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_attractions_are_chosen_equally_and_nothing_seen_is_even() {
        for attraction in [[0.5; OPTIONS], [0.0; OPTIONS]] {
            let chosen = rule(ALL).choice(&attraction);
            assert!(chosen.iter().all(|c| (c - 1.0 / OPTIONS as f64).abs() < 1e-12));
        }
    }

    #[test]
    fn a_closed_option_keeps_its_share_and_moves_nothing() {
        let share = [0.1, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.0, 0.1];
        let mut effort = Effort { share, ..Effort::default() };
        let mut open = [false; OPTIONS];
        open[0] = true;
        rule(open).update(&mut effort, &[1.0; OPTIONS], &[1.0; OPTIONS], 1.0);
        assert_eq!(effort.share, share);
    }

    #[test]
    fn effort_moves_towards_what_paid_and_more_slowly_with_inertia() {
        let run = |speed: f64| {
            let even = 1.0 / OPTIONS as f32;
            let mut effort = Effort { share: [even; OPTIONS], attraction: [1.0; OPTIONS], ..Effort::default() };
            let mut felt = [0.0; OPTIONS];
            felt[2] = 3.0;
            rule(ALL).update(&mut effort, &felt, &felt, speed);
            effort
        };
        let (fast, slow) = (run(1.0), run(0.5));
        assert!((fast.attraction[2] - 1.1).abs() < 1e-6 && (fast.attraction[0] - 0.95).abs() < 1e-6);
        assert!(fast.share[2] > slow.share[2] && slow.share[2] > 1.0 / OPTIONS as f32);
        assert!((fast.share.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn money_for_alliances_waits_for_a_partner() {
        let means = Means { open: ALL, engineer_cost: 0.1, external_share: 0.0, grant_additionality: 0.5 };
        let mut effort = Effort { share: [0.25, 0.25, 0.25, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0], ..Effort::default() };
        let grants = Grants { research: 0.2, joint: 0.5, functions: 0.0, standards: 0.0, digital: 0.0 };
        let frame = |allied| Frame { allied, function_room: 0.5 };
        split(&mut effort, 8.0, grants, frame(false), &means);
        assert_eq!((effort.budget[0], effort.budget[ALLIANCE]), (2.0, 0.0));
        // Raised by 1 + .5 x .2 / .8 and by 1 + .5 x .5 / .5.
        split(&mut effort, 8.0, grants, frame(true), &means);
        assert!((effort.budget[1] - 2.25).abs() < 1e-6 && (effort.budget[ALLIANCE] - 3.375).abs() < 1e-6);
    }

    #[test]
    fn lumpy_payoffs_are_worth_less_than_even_ones() {
        let rule = rule(ALL);
        let even = rule.utility(1.0, 1.0);
        let lumpy = 0.5 * (rule.utility(2.0, 1.0) + rule.utility(0.0, 1.0));
        assert!((even - 1.0 / 1.5).abs() < 1e-12 && lumpy < even);
    }
}
