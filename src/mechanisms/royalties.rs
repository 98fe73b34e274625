//! Royalties: what users of standards pay to their holders.
//!
//! # Question
//! Who earns from a standard, and what does it cost to implement the standards of others?
//!
//! # Story
//! Who works by a standard pays its holders a share of sales. Holders abroad and in the rest of the nation
//! are outside the region: what they get is value that leaves. The standards of the region are held by the
//! firms that broke through in a generic technology of their class; these are paid by the region's users
//! and, as far as they can collect, by those in the rest of the nation. A standard that nobody holds costs
//! nothing.
//!
//! # Equations
//! - royalty of a user: `royalty x sales`, for each of its standards
//! - royalties from the nation: `collected x royalty x h x (1 - w) x demand of the home market`; h share of the
//!   standard among the blocks of the home market, w share of the region in it
//! - holders share in proportion to their stakes
//! - value added less royalties paid plus royalties received; what goes to holders outside the region is
//!   part of chain value
//!
//! # Place in the tick
//! After production and services, before investment.
//!
//! # Reads / Writes
//! Reads `world.standards`, `firms.practice`, flow.sales; writes flow.value_added, flow.value_leaving,
//! balances, the ledger, `world.standards`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Standards paper (monopoly profit of those who set standards); rates of one half to one per cent of sales are
//! starting values of the design.
//!
//! # REQ numbers
//! REQ-54, REQ-55.
//!
//! # What it leaves out
//! Royalties of users abroad; disputes; the royalty's effect on prices beyond what it does to profit.

use crate::world::World;
use crate::world::ledger::{Entry, Journal, Side};
use crate::world::standards::{MOST_STANDARDS, Sponsor, Standards};

/// Sponsors of standards in the order of [`Sponsor`].
const SPONSORS: usize = Sponsor::Foreign as usize + 1;

/// Users pay the holders of their standards, who get the share `collected` of what is due in the rest of the
/// nation; value added and what leaves the region follow.
pub fn step(world: &mut World, collected: f64) {
    if !world.standards.list.iter().any(|standard| standard.royalty > 0.0) {
        return;
    }
    let paid = collect(world);
    let outside = home_sales_of_others(world);
    let Standards { list, stakes, .. } = &mut world.standards;
    for (at, standard) in list.iter_mut().enumerate() {
        standard.paid = paid[at];
        let held = standard.sponsor == Sponsor::Region && standard.royalty > 0.0;
        let from_home = collected * standard.royalty * standard.home_share * outside;
        standard.received = if held { paid[at] + from_home } else { 0.0 };
    }
    stakes.iter_mut().for_each(|stake| stake.received = 0.0);
    hand_out(world, &paid);
}

/// Sales of the rest of the nation in the home market, million CNY in the tick.
fn home_sales_of_others(world: &World) -> f64 {
    let demand: f64 = world.outside.demand.iter().map(|demand| demand[0]).sum();
    (1.0 - world.standards.region_weight) * demand
}

/// Books what every firm owes; returns the sums by standard.
fn collect(world: &mut World) -> [f64; MOST_STANDARDS] {
    let World { firms, standards, .. } = world;
    let list = &standards.list;
    let columns = (firms.balances.as_mut_slice(), firms.flow.as_mut_slice(), firms.practice.as_slice());
    let nothing = (Journal::default(), [0.0; MOST_STANDARDS]);
    let (journal, paid) = firms.chunks.fold_with(columns, &nothing, |(journal, paid), (balances, flows, practices)| {
        for row in 0..flows.len() {
            let mut owed = [0.0; SPONSORS];
            for at in practices[row].standards.iter().map(|at| usize::from(*at)) {
                let Some(standard) = list.get(at).filter(|one| one.royalty > 0.0) else { continue };
                let due = standard.royalty * flows[row].sales;
                owed[standard.sponsor as usize] += due;
                paid[at] += due;
            }
            let [to_region, to_nation, abroad] = owed;
            let books = &mut balances[row];
            journal.firm(Entry::RoyaltyRegion, Side::Payer, to_region, books);
            journal.firm(Entry::RoyaltyNation, Side::Payer, to_nation, books);
            journal.firm(Entry::RoyaltyAbroad, Side::Payer, abroad, books);
            flows[row].value_added -= to_region + to_nation + abroad;
            flows[row].value_leaving += to_nation + abroad;
        }
    });
    world.ledger.absorb(&journal);
    world.labour.value_added -= paid.iter().sum::<f64>();
    paid
}

/// Hands the royalties of the region's standards to those who hold stakes in them.
fn hand_out(world: &mut World, paid: &[f64; MOST_STANDARDS]) {
    let totals: [f64; MOST_STANDARDS] = std::array::from_fn(|at| world.standards.stakes_in(at));
    let World { firms, standards, labour, .. } = &mut *world;
    let mut journal = Journal::default();
    for stake in &mut standards.stakes {
        let at = usize::from(stake.standard);
        let part = stake.weight / totals[at];
        let from_home = standards.list[at].received - paid[at];
        let row = stake.row as usize;
        let books = &mut firms.balances[row];
        journal.firm(Entry::RoyaltyRegion, Side::Receiver, part * paid[at], books);
        journal.firm(Entry::RoyaltyIncome, Side::Receiver, part * from_home, books);
        stake.received = part * standards.list[at].received;
        firms.flow[row].value_added += stake.received;
        labour.value_added += stake.received;
    }
    world.book(&journal);
}
