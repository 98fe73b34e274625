//! Who enters: how many want to found a firm, what becomes of their plans, and who pays for them.

use arrayvec::ArrayVec;
use rand::Rng;
use rayon::prelude::*;

use super::founder::{Call, Draft, Founder, Industry, Lore, industries, offered};
use super::{ENTRY, Founding, Params, SUPPORTED_ENTRY};
use crate::kernel::draws::{Draws, Small, poisson};
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::Total;
use crate::world::World;
use crate::world::firms::{Arrival, Firms};
use crate::world::ledger::{Account, Balances, Entry, Journal, Sector, Side};
use crate::world::levers::{self, Lever, Levers, MOST_LEVERS};
use crate::world::network::Subject;
use crate::world::structure::Each;

/// Lets firms enter, and adds them to the indices.
pub fn enter(world: &mut World, params: &Params, founding: &Founding, draws: &Draws) {
    if !params.enabled {
        return;
    }
    let incumbents = world.firms.len();
    let industries = industries(world);
    let means = expected_entrants(world, params, &industries);
    let mut desk: Desk = world.scratch.take();
    desk.calls.clear();
    for (s, mean) in means.into_iter().enumerate() {
        call(world, params, draws, s, mean, &mut desk.calls);
    }
    desk.newcomers.clear();
    let mut calls = std::mem::take(&mut desk.calls);
    for calls in calls.chunks(BATCH) {
        draft(&Founder { world, params, founding, industries: &industries }, calls, &mut desk);
        place(world, &mut desk);
    }
    pay_in(world, &desk.newcomers);
    world.index_newcomers(incumbents);
    calls.clear();
    desk.calls = calls;
    world.scratch.give_back(desk);
}

/// Entrants that are drafted at a time: what is between draft and place stays in the cache.
const BATCH: usize = 1024;

/// What founders leave on the desk.
#[derive(Default)]
struct Desk {
    calls: Vec<Call>,
    /// What each of a batch founds, if anything.
    drafts: Vec<Option<Draft>>,
    /// What each founder of a batch knows, founder after founder.
    levels: Vec<f32>,
    unlocked: Vec<u8>,
    newcomers: Vec<Newcomer>,
}

/// Who wants to found a firm in a sub-industry, those whom support brings last.
fn call(world: &World, params: &Params, draws: &Draws, s: usize, mean: f64, calls: &mut Vec<Call>) {
    /// Most support that counts.
    const MOST: f64 = 0.9;
    let mut generator = draws.at(ENTRY, world.clock.tick, s as u64);
    let mut small = Small::new(generator.next_u64());
    // Large means in pieces, so that the inversion stays exact.
    let pieces = (mean / 20.0).ceil().max(1.0);
    let count: u32 = (0..pieces as u32).map(|_| poisson(small.uniform(), mean / pieces, 200)).sum();
    let count = u64::from(count);
    calls.extend((0..count).map(|ordinal| Call { s, ordinal, word: generator.next_u64(), supported: false }));
    if world.levers.entrants.is_empty() {
        return;
    }
    let more = mean * libm::expm1(params.support_response * offered(world).min(MOST));
    let mut generator = draws.at(SUPPORTED_ENTRY, world.clock.tick, s as u64);
    let brought = u64::from(poisson(Small::new(generator.next_u64()).uniform(), more.min(20.0), 200));
    let ordinals = count..count + brought;
    calls.extend(ordinals.map(|ordinal| Call { s, ordinal, word: generator.next_u64(), supported: true }));
}

/// Drafts what a batch of founders found, in parallel and with nothing but looking at the firms that there are.
fn draft(founder: &Founder<'_>, calls: &[Call], desk: &mut Desk) {
    let fields = founder.world.firms.fields;
    desk.levels.resize(BATCH * fields, 0.0);
    desk.unlocked.resize(BATCH * fields, 0);
    desk.drafts.resize_with(calls.len(), || None);
    let levels = desk.levels.par_chunks_mut(fields.max(1));
    let unlocked = desk.unlocked.par_chunks_mut(fields.max(1));
    (calls, &mut desk.drafts, levels, unlocked).into_par_iter().with_min_len(MIN_DRAFTS).for_each(
        |(call, draft, levels, unlocked)| {
            *draft = founder.answer(call, Lore { levels, unlocked });
        },
    );
}

/// Founders whose drafts one thread takes at the least.
const MIN_DRAFTS: usize = 64;

/// Adds the drafted entrants to the region, with nothing in their accounts yet, and notes what their founding takes.
fn place(world: &mut World, desk: &mut Desk) {
    let fields = world.firms.fields;
    world.firms.make_room(desk.drafts.len());
    for (row, Draft { firm, parent }) in (world.firms.len()..).zip(desk.drafts.iter_mut().flatten()) {
        desk.newcomers.push(Newcomer {
            row,
            paid_in: -firm.balances.get(Account::Equity),
            debt: -firm.balances.get(Account::Loans),
            machines: firm.plant.capital_price * firm.plant.capacity,
        });
        firm.balances = Balances::default();
        world.events.entries[usize::from(firm.profile.sub_industry)] += 1;
        if let Some(parent) = parent {
            world.events.spin_offs += 1;
            world.network.parents.push((Subject::firm(*parent), Subject::firm(row)));
        }
    }
    let lore = desk.levels.chunks(fields.max(1)).zip(desk.unlocked.chunks(fields.max(1)));
    let arrivals = desk.drafts.iter().zip(lore).filter_map(|(draft, (levels, unlocked))| {
        draft.as_ref().map(|Draft { firm, .. }| Arrival { firm, levels, unlocked })
    });
    world.firms.extend(arrivals);
}

/// What an entrant needs at its founding, million CNY.
struct Newcomer {
    row: usize,
    paid_in: f64,
    debt: f64,
    machines: f64,
}

/// Founders pay in, helped by programmes; banks lend, and machines are bought.
fn pay_in(world: &mut World, newcomers: &[Newcomer]) {
    let support = Support::new(world, newcomers);
    let World { firms, structure, levers, .. } = &mut *world;
    let Firms { profile, workforce, balances, chunks, .. } = firms;
    let columns = (0..balances.len(), profile.as_slice(), workforce.as_slice(), balances.as_mut_slice());
    let journal = chunks.fold_with(columns, &Journal::default(), |journal, (rows, profiles, people, balances)| {
        let place = |row: usize| newcomers.partition_point(|newcomer| newcomer.row < row);
        for newcomer in &newcomers[place(rows.start)..place(rows.end)] {
            let at = newcomer.row - rows.start;
            let (profile, books) = (&profiles[at], &mut balances[at]);
            let holder = structure.ownership[usize::from(profile.ownership)].holder;
            let parts = levers::parts(&levers.entrants, profile, people[at].workers.get(), 1.0);
            let grant = parts.map(|part| newcomer.paid_in * part.offered * support.covered[part.lever]).sum();
            journal.firm(Entry::EntryGrant, Side::Receiver, grant, books);
            journal.firm(founding_by(holder), Side::Receiver, newcomer.paid_in - grant, books);
            journal.firm(Entry::LoansGranted, Side::Receiver, newcomer.debt, books);
            journal.firm(Entry::MachinePurchases, Side::Payer, newcomer.machines, books);
        }
    });
    world.book(&journal);
}

/// What programmes pay newcomers: the same part of all claims of the tick, whatever their order.
struct Support {
    /// Part of the claims that the budget covers, lever by lever.
    covered: ArrayVec<f64, MOST_LEVERS>,
}

impl Support {
    fn new(world: &mut World, newcomers: &[Newcomer]) -> Self {
        let World { firms, levers, .. } = world;
        let Levers { entrants, outlays, .. } = levers;
        // Claims at the rates offered and at the nominal ones, and who makes them, lever by lever.
        let mut sums = [[0.0; 3]; MOST_LEVERS];
        if !entrants.is_empty() {
            for newcomer in newcomers {
                let (profile, workers) = (&firms.profile[newcomer.row], firms.workforce[newcomer.row].workers);
                for part in levers::parts(entrants, profile, workers.get(), 1.0) {
                    let claim = [newcomer.paid_in * part.offered, newcomer.paid_in * part.nominal, 1.0];
                    sums[part.lever].absorb(&claim);
                }
            }
        }
        let pay = |(lever, [claims, nominal, recipients]): (&Lever, [f64; 3])| {
            let paid = outlays[lever.instrument].pay(claims, nominal, recipients);
            if claims > 0.0 { paid / claims } else { 0.0 }
        };
        Support { covered: entrants.iter().zip(sums).map(pay).collect() }
    }
}

fn founding_by(holder: Sector) -> Entry {
    match holder {
        Sector::Government => Entry::EquityGovernment,
        Sector::OutsideWorld => Entry::EquityOutside,
        _ => Entry::EquityHouseholds,
    }
}

/// Expected entrants of the tick by sub-industry.
fn expected_entrants(world: &World, params: &Params, industries: &[Industry]) -> Each<f64> {
    let presence: Each<f64> = world.members.iter().map(|m| m.len() as f64).collect();
    let density: Each<f64> = world.structure.relatedness.iter().map(|r| density(r, &presence)).collect();
    let mean_density = density.iter().sum::<f64>() / density.len().max(1) as f64;
    let rate = world.clock.growth_from_year(params.entry_rate);
    let subs = world.structure.sub_industries.iter().enumerate();
    subs.map(|(s, sub)| {
        let Industry { operating, sales, home } = industries[s];
        let margin = if sales > 0.0 { operating / sales } else { 0.0 };
        let opportunity = exp(params.opportunity_response * (margin - sub.opening_operating).clamp(-1.0, 1.0));
        let related = if mean_density > 0.0 && density[s] > 0.0 { ln(density[s] / mean_density) } else { 0.0 };
        let opening = sub.opening_relatedness;
        let pull = opportunity * exp(params.relatedness_response * (related - opening));
        // Founders are people of the region: a year brings at most as many firms as there were, and no more come where
        // the region sells more at home, where they start. Where it sells less there is room for fewer.
        let sold = home.share * world.outside.demand[s][0];
        let room = if sold < sub.opening_home { sold / sub.opening_home } else { 1.0 };
        (rate * pull).min(world.clock.years()) * sub.opening_firms as f64 * room
    })
    .collect()
}

/// Relatedness density: share of the related industry that is present.
pub fn density(relatedness: &[f64], presence: &[f64]) -> f64 {
    let total: f64 = presence.iter().sum();
    if total <= 0.0 { 0.0 } else { relatedness.iter().zip(presence).map(|(r, p)| r * p).sum::<f64>() / total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_by_hand() {
        // (1 * 3 + 0.5 * 1) / 4
        assert!((density(&[1.0, 0.5], &[3.0, 1.0]) - 0.875).abs() < 1e-15);
        assert_eq!(density(&[1.0], &[0.0]), 0.0);
    }
}
