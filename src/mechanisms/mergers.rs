//! Mergers: a large firm takes over a smaller one of its sub-industry.
//!
//! # Question
//! Do fewer, larger firms learn and sell more?
//!
//! # Story
//! Now and then a firm looks at another one of its sub-industry. If that is much smaller, the two
//! become one: machines, people, customers, knowledge, money and debts come together. Integration
//! costs efficiency. Holders of the target's capital are bought out by those of the buyer where
//! they belong to different sectors. Subsidiaries of the target, the firms founded out of it, become the buyer's.
//!
//! # Equations
//! - probability: `rate` a year; target: a random firm of the sub-industry with sales at most `1 / size_ratio`
//! - knowledge: `a' = a + kept max(0, a_target - a)`; efficiency falls by `integration_cost` x target's share in sales
//! - support: additional probability of the programme; the buyer claims `support` x annual sales of the target, and
//!   all buyers of a tick are paid the same part of what they claim: `min(1, budget / claims)`
//! - units of the target count at relative prices; labour and inputs per unit are averaged by units
//!
//! # Place in the tick
//! After pay-outs, before exit.
//!
//! # Reads / Writes
//! Merges rows (the target's row leaves with the exits of the tick); writes the ledger and events.
//!
//! # Randomness
//! Stream `MERGERS`, one word per firm that seeds its draws.
//!
//! # Sources
//! Rates of success of acquisitions of 30-50 % (to be verified); rate and cost are assumptions.
//!
//! # REQ numbers
//! REQ-72.
//!
//! # What it leaves out
//! Mergers across sub-industries, and hostile bids.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::math::ln;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::{Flow, VINTAGES, Vintages};
use crate::world::ledger::{Account, Entry, Journal, Sector, Side};
use crate::world::levers::Levers;

/// Looking for somebody to take over.
pub const MERGERS: Stream = Stream(8);

/// Parameters of mergers.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Probability that a firm looks for a smaller one of its sub-industry to take over.
    #[default(0.004)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub rate: f64,
    /// Least ratio of the buyer's sales to those of the target.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 1000.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub size_ratio: f64,
    /// Efficiency lost by the buyer in proportion to the target's share in the merged firm.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption; 30-50 % of acquisitions meet their goals"))]
    pub integration_cost: f64,
    /// Share of the target's lead in a field that the merged firm keeps.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub knowledge_kept: f64,
    /// Grant for the integration of a firm taken over with support, over its annual sales.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "years", "x-source" = "assumption: about the efficiency lost by integration"))]
    pub support: f64,
}

/// Carries out the mergers of the tick, in the order of buyers; returns which rows stay.
pub fn step(world: &mut World, params: &Params, draws: &Draws) -> Vec<bool> {
    let mut stays: Vec<bool> = world.scratch.take();
    stays.clear();
    stays.resize(world.firms.len(), true);
    if !params.enabled || (params.rate <= 0.0 && world.levers.mergers.is_empty()) {
        return stays;
    }
    let (clock, chance) = (world.clock, world.clock.share_from_year(params.rate));
    let mut journal = Journal::default();
    let key = draws.key(MERGERS, clock.tick);
    // Most firms do not look at all, even with every programme there is.
    let most = chance + world.levers.mergers.iter().map(|lever| clock.share_from_year(lever.rate)).sum::<f64>();
    let Desk { mut looking, mut claims, mut taken } = world.scratch.take();
    draws.decide_at(&mut looking, MERGERS, clock.tick, &world.firms.id, |row, mut small, looking| {
        if small.uniform() < most {
            looking.push(row);
        }
    });
    claims.clear();
    taken.clear();
    for buyer in looking.all().copied() {
        let mut small = key.firm(world.firms.id[buyer]);
        if !stays[buyer] {
            continue;
        }
        let beyond = small.uniform() - chance;
        let supporter = if beyond < 0.0 { None } else { supporter(world, buyer, beyond) };
        if beyond >= 0.0 && supporter.is_none() {
            continue;
        }
        if let Some(target) = target_of(world, buyer, &stays, params, &mut small) {
            if let Some(lever) = supporter {
                let amount = params.support * world.firms.flow[target].sales * world.clock.ticks();
                claims.push(Claim { lever, buyer, amount });
            }
            // Who is taken over itself hands its claims on.
            claims.iter_mut().filter(|claim| claim.buyer == target).for_each(|claim| claim.buyer = buyer);
            merge(world, buyer, target, params);
            take_over(world, buyer, target, &mut journal);
            stays[target] = false;
            taken.iter_mut().filter(|(_, owner)| *owner == target).for_each(|(_, owner)| *owner = buyer);
            taken.push((target, buyer));
            world.events.mergers += 1;
        }
    }
    world.network.inherit(&mut taken);
    pay(world, &claims, &mut journal);
    world.book(&journal);
    world.scratch.give_back(Desk { looking, claims, taken });
    stays
}

/// What is written down while firms are taken over.
#[derive(Default)]
struct Desk {
    /// Rows of the firms that look for one.
    looking: Desks<Vec<usize>>,
    claims: Vec<Claim>,
    /// Who has been taken over, and whose it is by the end of the tick.
    taken: Vec<(usize, usize)>,
}

/// What a programme owes a buyer for the integration of a target, at the full grant.
struct Claim {
    /// Place of the lever in its list.
    lever: usize,
    /// Row of the buyer.
    buyer: usize,
    /// Million CNY.
    amount: f64,
}

/// The programme that makes a firm look, given how far its draw lies beyond the usual chance.
fn supporter(world: &World, buyer: usize, mut beyond: f64) -> Option<usize> {
    let World { clock, firms, levers, .. } = world;
    let (profile, workers) = (&firms.profile[buyer], firms.workforce[buyer].workers);
    levers.mergers.iter().position(|lever| {
        let addressed = lever.addressees.include(profile, workers.get());
        beyond -= if addressed { clock.share_from_year(lever.rate) } else { 0.0 };
        beyond < 0.0
    })
}

/// Pays the buyers of a tick, each the same part of its claim, whatever their order.
fn pay(world: &mut World, claims: &[Claim], journal: &mut Journal) {
    let World { firms, levers, .. } = world;
    let Levers { mergers, outlays, .. } = levers;
    for (lever, set) in mergers.iter().enumerate() {
        let due = || claims.iter().filter(|claim| claim.lever == lever);
        let total: f64 = due().map(|claim| claim.amount).sum();
        let paid = outlays[set.instrument].pay(total, total * set.to_nominal(), due().count() as f64);
        for claim in due().filter(|claim| claim.amount > 0.0) {
            let part = paid * (claim.amount / total);
            journal.firm(Entry::MergerGrant, Side::Receiver, part, &mut firms.balances[claim.buyer]);
        }
    }
}

/// A random firm of the sub-industry that is small enough.
fn target_of(world: &World, buyer: usize, stays: &[bool], params: &Params, small: &mut Small) -> Option<usize> {
    let members = &world.members[usize::from(world.firms.profile[buyer].sub_industry)];
    // Where not even the buyer has capacity left, there is nobody to buy.
    if members.is_empty() {
        return None;
    }
    let target = members[small.index(members.len())] as usize;
    let sales = |row: usize| world.firms.flow[row].sales;
    let fits = target != buyer && stays[target] && sales(target) > 0.0;
    (fits && sales(target) * params.size_ratio <= sales(buyer)).then_some(target)
}

/// Brings plants, people, customers and knowledge together in the buyer's row.
fn merge(world: &mut World, buyer: usize, target: usize, params: &Params) {
    let firms = &mut world.firms;
    let (theirs, their_plant) = (firms.position[target], firms.plant[target]);
    let their_people = firms.workforce[target];
    // One unit of the target's product counts as this many of the buyer's.
    let ratio = theirs.price / firms.position[buyer].price;
    let units = theirs.expected * ratio;
    let weight = units / (units + firms.position[buyer].expected).max(1e-12);
    let labour = firms.technique[buyer].unit_labour;
    let their_labour = firms.technique[target].unit_labour / ratio;
    let (vintages, their_vintages) = (firms.vintages[buyer], firms.vintages[target]);
    firms.vintages[buyer] = together(&vintages, &their_vintages, ratio);
    let plant = &mut firms.plant[buyer];
    let capital = plant.capital_price * plant.capacity + their_plant.capital_price * their_plant.capacity;
    plant.capacity += their_plant.capacity * ratio;
    if plant.capacity > 0.0 {
        plant.capital_price = (capital / plant.capacity).into();
    }
    plant.unit_inputs += weight * (their_plant.unit_inputs / ratio - plant.unit_inputs);
    let value = plant.stock * plant.stock_value + their_plant.stock * their_plant.stock_value;
    plant.stock += their_plant.stock * ratio;
    if plant.stock > 0.0 {
        plant.stock_value = (value / plant.stock).into();
    }
    plant.log_unit_labour += ln(1.0 + weight * (their_labour / labour - 1.0));
    plant.embodied += weight * (their_plant.embodied - plant.embodied);
    let position = &mut firms.position[buyer];
    let appeal = if position.appeal > 0.0 { theirs.appeal / position.appeal } else { 1.0 };
    for market in 0..position.share.len() {
        position.share[market] += theirs.share[market];
        position.base[market] += theirs.base[market] * appeal;
    }
    position.expected += units;
    position.output += theirs.output * ratio;
    position.sold += theirs.sold * ratio;
    position.demand += theirs.demand * ratio;
    firms.workforce[buyer].workers += their_people.workers;
    firms.workforce[buyer].engineers += their_people.engineers;
    firms.workforce[buyer].engineers_wanted += their_people.engineers_wanted;
    firms.profile[buyer].exporter |= firms.profile[target].exporter;
    firms.profile[buyer].referenced |= firms.profile[target].referenced;
    firms.technique[buyer].efficiency -= params.integration_cost * weight;
    let (flow, their_flow) = (firms.flow[buyer], firms.flow[target]);
    firms.flow[buyer] = sum_flows(&flow, &their_flow);
    learn(world, buyer, target, params);
}

/// The buyer learns a part of the target's leads.
fn learn(world: &mut World, buyer: usize, target: usize, params: &Params) {
    let fields = world.firms.fields;
    for field in 0..fields {
        let lead = world.firms.levels[target * fields + field] - world.firms.levels[buyer * fields + field];
        world.firms.levels[buyer * fields + field] += (params.knowledge_kept * f64::from(lead.max(0.0))) as f32;
        let unlocked = world.firms.unlocked[target * fields + field];
        let own = &mut world.firms.unlocked[buyer * fields + field];
        *own = unlocked.max(*own);
    }
    let s = usize::from(world.firms.profile[buyer].sub_industry);
    let knowledge = world.firms.knowledge(buyer);
    let recipe = &world.structure.sub_industries[s].recipe;
    let competence = recipe.iter().map(|(k, w)| w * f64::from(knowledge[*k])).sum::<f64>();
    world.firms.technique[buyer].competence = competence.into();
}

/// Machines of both firms, the target's counted in the buyer's units.
fn together(ours: &Vintages, theirs: &Vintages, ratio: f64) -> Vintages {
    let mut both = *ours;
    for cohort in 0..VINTAGES {
        let (a, b) = (f64::from(ours.capacity[cohort]), f64::from(theirs.capacity[cohort]) * ratio);
        if a + b > 0.0 {
            both.level[cohort] = ((a * ours.level[cohort].get() + b * theirs.level[cohort].get()) / (a + b)).into();
            both.capacity[cohort] = (a + b) as f32;
        }
    }
    both
}

fn sum_flows(a: &Flow, b: &Flow) -> Flow {
    Flow {
        sales: (a.sales + b.sales).into(),
        exports: (a.exports + b.exports).into(),
        inputs: (a.inputs + b.inputs).into(),
        value_added: (a.value_added + b.value_added).into(),
        value_leaving: (a.value_leaving + b.value_leaving).into(),
        operating: (a.operating + b.operating).into(),
        research: (a.research + b.research).into(),
        imitation: (a.imitation + b.imitation).into(),
        functions: (a.functions + b.functions).into(),
        profit: (a.profit + b.profit).into(),
        investment: (a.investment + b.investment).into(),
        early: (a.early + b.early).into(),
        borrowed: (a.borrowed + b.borrowed).into(),
        interest: (a.interest + b.interest).into(),
        stock_change: (a.stock_change + b.stock_change).into(),
        stock_revaluation: (a.stock_revaluation + b.stock_revaluation).into(),
    }
}

/// Moves the target's accounts to the buyer, and stakes between sectors.
fn take_over(world: &mut World, buyer: usize, target: usize, journal: &mut Journal) {
    let firms = &mut world.firms;
    let old = firms.balances[target];
    let moves = [
        (Entry::TakeoverDeposits, old.get(Account::Deposits)),
        (Entry::TakeoverLoans, -old.get(Account::Loans)),
        (Entry::TakeoverEquity, -old.get(Account::Equity)),
        (Entry::TakeoverCapital, old.get(Account::FixedCapital)),
        (Entry::TakeoverStock, old.get(Account::Inventories)),
    ];
    for (entry, amount) in moves {
        for (row, side) in [(target, Side::Payer), (buyer, Side::Receiver)] {
            journal.firm(entry, side, amount, &mut firms.balances[row]);
        }
    }
    let stakes = -old.get(Account::Equity) - firms.venture_equity[target];
    let (before, theirs) = (firms.venture_equity[buyer], firms.venture_equity[target]);
    firms.venture_equity[buyer] += theirs;
    // Rounding of the single-precision stake is the venture fund's: it keeps what both records say.
    let rounding = firms.venture_equity[buyer] - before - theirs;
    debug_assert!(rounding.abs() < 1e-3);
    let holder = |row: usize| world.structure.ownership[usize::from(world.firms.profile[row].ownership)].holder;
    if let Some(entry) = stake_purchase(holder(buyer), holder(target)) {
        world.ledger.post(entry, stakes);
    }
}

/// Entry by which holders of the buyer's sector buy out those of the target's; none if they are the same.
fn stake_purchase(buyer: Sector, target: Sector) -> Option<Entry> {
    match (buyer, target) {
        (Sector::Government, Sector::Households) => Some(Entry::StakesGovernmentHouseholds),
        (Sector::Government, Sector::OutsideWorld) => Some(Entry::StakesGovernmentOutside),
        (Sector::Households, Sector::Government) => Some(Entry::StakesHouseholdsGovernment),
        (Sector::Households, Sector::OutsideWorld) => Some(Entry::StakesHouseholdsOutside),
        (Sector::OutsideWorld, Sector::Government) => Some(Entry::StakesOutsideGovernment),
        (Sector::OutsideWorld, Sector::Households) => Some(Entry::StakesOutsideHouseholds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_come_together_by_cohort() {
        let cohort = |capacity: f32, level: f32| {
            let mut v = Vintages::default();
            v.capacity[3] = capacity;
            v.level[3] = f64::from(level).into();
            v
        };
        // 10 units at -1 and 5 x 2 units at -0.5.
        let both = together(&cohort(10.0, -1.0), &cohort(5.0, -0.5), 2.0);
        assert_eq!((both.capacity[3], both.level[3].get()), (20.0, -0.75));
    }

    #[test]
    fn stakes_change_hands_only_between_sectors() {
        assert!(stake_purchase(Sector::Government, Sector::Government).is_none());
        assert_eq!(stake_purchase(Sector::Government, Sector::Households), Some(Entry::StakesGovernmentHouseholds));
    }
}
