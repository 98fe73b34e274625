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
//! here and from nowhere else. Pay-offs are felt as they come, quarter by quarter; the split of the budget is drawn up
//! once a year, when the firm takes stock. That is also when it values what works steadily: functions of the value
//! chain and lines count, until the next stock-taking, for what their outlays were found to bring at the last.
//!
//! # Equations
//! - annuity: `1 / (discount_rate + obsolescence)`
//! - pay-off: `pi_j = annuity x (change of annual cash flow) / spent on j`
//! - utility of a pay-off: `u = pi / (1 + rho |pi|)` (`risk_aversion` = rho)
//! - attraction: `A' = phi A + (1 - phi)(omega u_own + (1 - omega) u_seen)` (`memory`, `own_weight`)
//! - choice: `target_j = floor + (1 - n floor) exp(lambda A_j / mean A) / sum` (`intensity`, `floor`)
//! - budget shares, once a year: `s' = s + (1 - (1 - kappa v)^4) (target - s)` (`adjustment` = kappa, a quarter; v the
//!   strategy speed of the ownership group)
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

use crate::kernel::clock::{Clock, StockTaking};
use crate::kernel::math::exp_each;
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS, MOST_CHUNKS};
use crate::world::World;
use crate::world::firms::{Effort, OPTIONS, Profile, UpgradingOption};
use crate::world::ledger::Account;
use crate::world::levers::{self, Lever, Levers};
use crate::world::region::{Dials, Learning};
use crate::world::structure::{Each, MOST_GROUPS};

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
    /// Share of the distance to the chosen budget that is closed in a quarter, four times over when the firm takes
    /// stock; ownership inertia lowers it.
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
    /// Length of the pre-run, with knowledge frozen and no inertia, from which the opening budgets come.
    #[default(24)]
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
    let offers = Offers::new(levers);
    let unaided: Each<[f32; OPTIONS]> =
        structure.sub_industries.iter().map(|sub| factors(Grants::NONE, sub.function_room, means)).collect();
    let posts_paid: Each<f64> =
        cities.iter().map(|city| (1.0 - means.external_share) / (means.engineer_cost * city.premium)).collect();
    let columns = (
        firms.effort.as_mut_slice(),
        firms.workforce.as_mut_slice(),
        firms.strategy.as_slice(),
        firms.flow.as_slice(),
        firms.profile.as_slice(),
        firms.balances.as_slice(),
    );
    let posts = firms.chunks.fold_with(
        columns,
        &[0.0; MOST_GROUPS],
        |posts, (efforts, people, strategies, flows, profiles, balances)| {
            for row in 0..efforts.len() {
                let (profile, effort) = (&profiles[row], &mut efforts[row]);
                let s = usize::from(profile.sub_industry);
                let sub = &structure.sub_industries[s];
                let needed = sub.working_capital * flows[row].sales * ticks;
                let till = balances[row].get(Account::Deposits);
                let budget = sub.upgrading * flows[row].sales * affordable(till, needed);
                let factors = match &offers {
                    None => unaided[s],
                    Some(offers) => {
                        let priority = dials[usize::from(profile.ownership)].priority;
                        factors(offers.to(profile, people[row].workers.get(), priority), sub.function_room, means)
                    }
                };
                split(effort, &strategies[row].share, budget, &factors, profile.projects > 0);
                let city = usize::from(profile.city);
                people[row].engineers_wanted = (effort.research() * posts_paid[city]).into();
                posts[city] += people[row].engineers_wanted;
            }
        },
    );
    cities.iter_mut().zip(posts).for_each(|(city, posts)| city.posts = posts);
}

/// Share of the usual budget that a firm short of money spends.
fn affordable(till: f64, needed: f64) -> f64 {
    if needed <= 0.0 { 1.0 } else { (till / needed).clamp(0.0, 1.0) }
}

/// Programmes that pay a share of an outlay for upgrading.
struct Offers<'a> {
    levers: &'a Levers,
}

impl<'a> Offers<'a> {
    /// What programmes offer; none without any.
    fn new(levers: &'a Levers) -> Option<Self> {
        let Levers { research, alliances, functions, standards, digital, .. } = levers;
        let any = [research, alliances, functions, standards, digital].into_iter().any(|levers| !levers.is_empty());
        any.then_some(Offers { levers })
    }

    /// Grants that a firm meets.
    fn to(&self, profile: &Profile, workers: f64, priority: f64) -> Grants {
        let rate = |levers: &[Lever]| levers::rate_for(levers, profile, workers, priority);
        let Levers { research, alliances, functions, standards, digital, .. } = self.levers;
        Grants {
            research: rate(research),
            joint: rate(alliances),
            functions: rate(functions),
            standards: rate(standards),
            digital: rate(digital),
        }
    }
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

impl Grants {
    const NONE: Grants = Grants { research: 0.0, joint: 0.0, functions: 0.0, standards: 0.0, digital: 0.0 };
}

/// What is spent on each option, relative to its share of the budget: grants raise research, and of the budgets for
/// overhead only the part `function_room` can be spent.
fn factors(grants: Grants, function_room: f64, means: &Means) -> [f32; OPTIONS] {
    let raised = |grant: f64| 1.0 + means.grant_additionality * grant / (1.0 - grant);
    std::array::from_fn(|option| {
        let grant = if UpgradingOption::is_research(option) { grants.research } else { 0.0 };
        let extra = match option {
            ALLIANCE => raised(grants.joint),
            _ if UpgradingOption::is_function(option) => function_room * raised(grants.functions),
            DIGITAL => function_room * raised(grants.digital),
            STANDARDS => function_room * raised(grants.standards),
            _ if UpgradingOption::is_overhead(option) => function_room,
            _ => 1.0,
        };
        if means.open[option] { (raised(grant) * extra) as f32 } else { 0.0 }
    })
}

/// Splits a budget over the options by shares. Money for alliances of a firm that is in none stays in the till.
fn split(effort: &mut Effort, shares: &[f32; OPTIONS], budget: f64, factors: &[f32; OPTIONS], allied: bool) {
    let budget = budget as f32;
    for (option, factor) in factors.iter().enumerate() {
        let (before, now) = (effort.budget[option], budget * shares[option] * factor);
        // A unit of money for what works steadily brings what the last stock-taking found.
        let held = if before > 0.0 { effort.gain[option] * (now / before) } else { 0.0 };
        effort.gain[option] = if UpgradingOption::works_steadily(option) { held } else { 0.0 };
        effort.budget[option] = now;
    }
    if !allied {
        effort.budget[ALLIANCE] = 0.0;
    }
}

/// Learns from the pay-offs of the tick; firms that take stock in it move their budget shares.
///
/// Budgets and attractions are held in single precision, and so they are reckoned with.
pub fn learn(world: &mut World, params: &Params, means: &Means, stock: StockTaking) {
    let refunds = refunds(world);
    observe(world, &refunds);
    let World { clock, firms, learning, dials, .. } = world;
    let rule = Rule::new(clock, params, means.open);
    if !params.enabled {
        return;
    }
    // In a pre-run a plan is taken over at once: it is to settle, however inert the owners are.
    let all = stock.is_rehearsed().then_some(1.0);
    let speed = |dials: &Dials| all.unwrap_or_else(|| closed_in_a_year(params.adjustment, dials.strategy_speed));
    let speeds: Each<f32> = dials.iter().map(speed).collect();
    let felt = |seen: &Learning| std::array::from_fn(|j| rule.utility(seen.gain[j] as f32, seen.budget[j] as f32));
    let seen: Each<[f32; OPTIONS]> = learning.iter().map(felt).collect();
    (
        firms.strategy.par_chunks_mut(CHUNK),
        firms.effort.par_chunks(CHUNK),
        firms.profile.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
    )
        .into_par_iter()
        .enumerate()
        .with_min_len(MIN_CHUNKS)
        .with_max_len(MOST_CHUNKS)
        .for_each(|(chunk, (strategies, efforts, profiles, ids))| {
            let mut weights = [[0.0; OPTIONS]; CHUNK];
            let mut taking_stock = 0;
            for (at, (strategy, effort)) in strategies.iter_mut().zip(efforts).enumerate() {
                let spent = spent(effort, &refunds, chunk * CHUNK + at);
                let own = std::array::from_fn(|j| rule.utility(effort.gain[j], spent[j]));
                rule.attract(&mut strategy.attraction, &own, &seen[usize::from(profiles[at].sub_industry)]);
                if stock.taken_by(ids[at]) {
                    weights[taking_stock] = rule.exponents(&strategy.attraction);
                    taking_stock += 1;
                }
            }
            let weights = &mut weights[..taking_stock];
            exp_each(weights.as_flattened_mut());
            let planning = (0..ids.len()).filter(|at| stock.taken_by(ids[*at]));
            for (at, weights) in planning.zip(weights) {
                let speed = speeds[usize::from(profiles[at].ownership)];
                rule.shift(&mut strategies[at].share, &rule.choice(weights), speed);
            }
        });
}

/// Share of the distance to the chosen budget that is closed in a year, at the speed of an ownership group.
fn closed_in_a_year(adjustment: f64, speed: f64) -> f32 {
    (1.0 - libm::pow(1.0 - (adjustment * speed).min(1.0), 4.0)) as f32
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
        let rate = levers::rate_for(&levers.risk, profile, firms.workforce[row].workers.get(), priority);
        f64::from(effort.budget[IMPROVE]) * rate
    };
    (0..firms.len()).map(refund).collect()
}

/// What a firm has spent on each option, less what is refunded.
fn spent(effort: &Effort, refunds: &[f64], row: usize) -> [f32; OPTIONS] {
    let mut spent = effort.budget;
    spent[IMPROVE] -= refunds.get(row).copied().unwrap_or(0.0) as f32;
    spent
}

/// Sums gains, and budgets less what is refunded, over each sub-industry.
fn observe(world: &mut World, refunds: &[f64]) {
    let (firms, groups) = (&world.firms, world.learning.len());
    let sums = firms.chunks.fold(&[Learning::default(); MOST_GROUPS], |sums, rows| {
        for row in rows {
            let (seen, effort) = (&mut sums[usize::from(firms.profile[row].sub_industry)], &firms.effort[row]);
            let spent = spent(effort, refunds, row);
            seen.gain.iter_mut().zip(&effort.gain).for_each(|(sum, gain)| *sum += f64::from(*gain));
            seen.budget.iter_mut().zip(&spent).for_each(|(sum, spent)| *sum += f64::from(*spent));
        }
    });
    world.learning.copy_from_slice(&sums[..groups]);
}

/// The rule of choice, converted to one tick.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    memory: f32,
    intensity: f32,
    floor: f32,
    own_weight: f32,
    risk_aversion: f32,
    /// One for open options, zero for others: sums without branches.
    open: [f32; OPTIONS],
    /// Number of open options.
    count: f32,
}

impl Rule {
    /// The rule at this clock over the open options.
    pub fn new(clock: &Clock, params: &Params, open: [bool; OPTIONS]) -> Self {
        Rule {
            memory: (1.0 - clock.share_from_quarter(1.0 - params.memory)) as f32,
            intensity: params.intensity as f32,
            floor: params.floor as f32,
            own_weight: params.own_weight as f32,
            risk_aversion: params.risk_aversion as f32,
            open: open.map(|open| f32::from(u8::from(open))),
            count: open.iter().filter(|open| **open).count() as f32,
        }
    }

    /// Utility of what an option brought per unit spent, `u = g / (1 + a |g|)` with `g` the gain per unit.
    #[inline]
    pub fn utility(&self, gain: f32, spent: f32) -> f32 {
        let felt = gain / (spent + self.risk_aversion * gain.abs());
        if spent > 0.0 { felt } else { 0.0 }
    }

    /// Moves attractions towards what was felt.
    #[inline]
    pub fn attract(&self, attraction: &mut [f32; OPTIONS], own: &[f32; OPTIONS], seen: &[f32; OPTIONS]) {
        for option in 0..OPTIONS {
            let felt = self.own_weight * own[option] + (1.0 - self.own_weight) * seen[option];
            attraction[option] = self.memory * attraction[option] + (1.0 - self.memory) * felt;
        }
    }

    /// Exponents of the logit: attractions divided by the mean of the open options, times the intensity.
    #[inline]
    pub fn exponents(&self, attraction: &[f32; OPTIONS]) -> [f32; OPTIONS] {
        let sum = self.over_open(&attraction.map(|attraction| attraction.max(0.0)));
        let scale = if sum > 0.0 { self.intensity * self.count / sum } else { 0.0 };
        attraction.map(|attraction| (scale * attraction).clamp(-50.0, 50.0))
    }

    /// Shares of the open options, given the weight of each, with a floor.
    #[inline]
    pub fn choice(&self, weights: &[f32; OPTIONS]) -> [f32; OPTIONS] {
        let free = (1.0 - self.count * self.floor) / self.over_open(weights);
        // Chosen and not multiplied: where no option is open, `free` is no number.
        std::array::from_fn(|j| if self.open[j] > 0.0 { self.floor + free * weights[j] } else { 0.0 })
    }

    /// Moves the shares of the open options among themselves. Those of closed ones stay: their money stays in the
    /// till. `closed` is the share of the distance that is closed.
    #[inline]
    pub fn shift(&self, share: &mut [f32; OPTIONS], target: &[f32; OPTIONS], closed: f32) {
        let total = self.over_open(share);
        for option in 0..OPTIONS {
            let distance = total * target[option] - share[option];
            share[option] += self.open[option] * closed * distance;
        }
    }

    /// Sum over the open options.
    #[inline]
    fn over_open(&self, amounts: &[f32; OPTIONS]) -> f32 {
        (0..OPTIONS).map(|option| self.open[option] * amounts[option]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::firms::Strategy;

    fn rule(open: [bool; OPTIONS]) -> Rule {
        Rule::new(&Clock { start_year: 2010, ticks_per_year: 4, tick: 1 }, &Params::default(), open)
    }

    const ALL: [bool; OPTIONS] = [true; OPTIONS];

    /// Shares chosen at these attractions.
    fn chosen(rule: &Rule, attraction: &[f32; OPTIONS]) -> [f32; OPTIONS] {
        let mut weights = rule.exponents(attraction);
        exp_each(&mut weights);
        rule.choice(&weights)
    }

    /// What a tick in which it takes stock does to a firm; `closed` of the distance to the chosen budget is closed.
    fn update(rule: &Rule, strategy: &mut Strategy, own: &[f32; OPTIONS], seen: &[f32; OPTIONS], closed: f32) {
        rule.attract(&mut strategy.attraction, own, seen);
        let target = chosen(rule, &strategy.attraction);
        rule.shift(&mut strategy.share, &target, closed);
    }

    #[test]
    fn choice_by_hand() {
        // Attractions 1 to 9, mean 5, intensity 2: weights e^(2 j / 5).
        let chosen = chosen(&rule(ALL), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        let weights: [f64; OPTIONS] = std::array::from_fn(|j| (2.0 * (j + 1) as f64 / 5.0).exp());
        let sum: f64 = weights.iter().sum();
        for j in 0..OPTIONS {
            assert!((f64::from(chosen[j]) - (0.03 + 0.73 * weights[j] / sum)).abs() < 1e-6);
        }
    }

    #[test]
    fn equal_attractions_are_chosen_equally_and_nothing_seen_is_even() {
        for attraction in [[0.5; OPTIONS], [0.0; OPTIONS]] {
            let chosen = chosen(&rule(ALL), &attraction);
            assert!(chosen.iter().all(|c| (c - 1.0 / OPTIONS as f32).abs() < 1e-7));
        }
    }

    #[test]
    fn a_closed_option_keeps_its_share_and_moves_nothing() {
        let share = [0.1, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.0, 0.1];
        let mut strategy = Strategy { share, ..Strategy::default() };
        let mut open = [false; OPTIONS];
        open[0] = true;
        update(&rule(open), &mut strategy, &[1.0; OPTIONS], &[1.0; OPTIONS], 0.1);
        assert_eq!(strategy.share, share);
    }

    #[test]
    fn where_nothing_is_open_nothing_moves() {
        let mut strategy = Strategy { share: [0.125; OPTIONS], attraction: [1.0; OPTIONS] };
        update(&rule([false; OPTIONS]), &mut strategy, &[1.0; OPTIONS], &[1.0; OPTIONS], 1.0);
        assert_eq!(strategy.share, [0.125; OPTIONS]);
    }

    #[test]
    fn effort_moves_towards_what_paid_and_more_slowly_with_inertia() {
        let run = |speed: f64| {
            let even = 1.0 / OPTIONS as f32;
            let mut strategy = Strategy { share: [even; OPTIONS], attraction: [1.0; OPTIONS] };
            let mut felt = [0.0; OPTIONS];
            felt[2] = 3.0;
            update(&rule(ALL), &mut strategy, &felt, &felt, closed_in_a_year(0.1, speed));
            strategy
        };
        let (fast, slow) = (run(1.0), run(0.5));
        assert!((fast.attraction[2] - 1.1).abs() < 1e-6 && (fast.attraction[0] - 0.95).abs() < 1e-6);
        assert!(fast.share[2] > slow.share[2] && slow.share[2] > 1.0 / OPTIONS as f32);
        assert!((fast.share.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        // A year at .1 a quarter: 1 - .9^4.
        assert!((closed_in_a_year(0.1, 1.0) - 0.3439).abs() < 1e-7);
    }

    #[test]
    fn what_works_steadily_brings_as_much_as_is_spent_on_it() {
        let (design, improve) = (UpgradingOption::Design as usize, IMPROVE);
        let mut effort = Effort::default();
        let split = |effort: &mut Effort, budget| split(effort, &[0.1; OPTIONS], budget, &[1.0; OPTIONS], true);
        split(&mut effort, 10.0);
        (effort.gain[design], effort.gain[improve]) = (3.0, 3.0);
        split(&mut effort, 5.0);
        assert_eq!((effort.gain[design], effort.gain[improve]), (1.5, 0.0));
        split(&mut effort, 0.0);
        split(&mut effort, 5.0);
        assert_eq!(effort.gain[design], 0.0);
    }

    #[test]
    fn money_for_alliances_waits_for_a_partner() {
        let means = Means { open: ALL, engineer_cost: 0.1, external_share: 0.0, grant_additionality: 0.5 };
        let shares = [0.25, 0.25, 0.25, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0];
        let mut effort = Effort::default();
        let grants = Grants { research: 0.2, joint: 0.5, functions: 0.0, standards: 0.0, digital: 0.0 };
        let factors = factors(grants, 0.5, &means);
        split(&mut effort, &shares, 8.0, &factors, false);
        assert_eq!((effort.budget[0], effort.budget[ALLIANCE]), (2.0, 0.0));
        // Raised by 1 + .5 x .2 / .8 and by 1 + .5 x .5 / .5.
        split(&mut effort, &shares, 8.0, &factors, true);
        assert!((effort.budget[1] - 2.25).abs() < 1e-6 && (effort.budget[ALLIANCE] - 3.375).abs() < 1e-6);
    }

    #[test]
    fn lumpy_payoffs_are_worth_less_than_even_ones() {
        let rule = rule(ALL);
        let even = rule.utility(1.0, 1.0);
        let lumpy = 0.5 * (rule.utility(2.0, 1.0) + rule.utility(0.0, 1.0));
        assert!((even - 1.0 / 1.5).abs() < 1e-7 && lumpy < even);
    }
}
