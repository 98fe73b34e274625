//! What a platform does for its members, and what they are charged for it.

use rayon::prelude::*;

use crate::kernel::ordered::CHUNK;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::ledger::{Entry, Journal, Side};
use crate::world::platforms::{Platform, SubPlatform};

use super::{Means, Params};

const ALLIANCE: usize = UpgradingOption::Alliance as usize;

/// What a firm spends, in terms of a tick, and what that lets it gain.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Base {
    /// Outlay for research, million CNY.
    pub(super) research: f64,
    /// Outlay for joint research, million CNY.
    joint: f64,
    /// Engineers, persons.
    engineers: f64,
}

impl Base {
    pub(super) fn of(world: &World, row: usize) -> Self {
        let firms = &world.firms;
        Base {
            research: firms.flow[row].research.get(),
            joint: f64::from(firms.effort[row].budget[ALLIANCE]),
            engineers: firms.workforce[row].engineers.get(),
        }
    }

    /// Benefit of a tick from facilities, training and better joint work, million CNY.
    pub(super) fn benefit(&self, platform: &Platform, fit: f64, params: &Params, pay: f64) -> f64 {
        let strength = |service| platform.strength(service);
        let facility = params.facility * strength(SubPlatform::Research) * self.research;
        let training = params.training * strength(SubPlatform::Training) * self.engineers * pay;
        fit * (facility + training) + params.mating * strength(SubPlatform::Service) * self.joint
    }
}

/// What a member may learn from scientists in one field within a year.
fn lesson(world: &World, params: &Params, platform: &Platform, row: usize, fit: f64, field: usize) -> f64 {
    let projects = f64::from(world.firms.profile[row].projects);
    let share = params.transfer * platform.strength(SubPlatform::Transformation) * fit * projects;
    let scientists = world.universities.iter().chain(&world.institutes);
    let know = scientists.filter(|one| one.fields >> field & 1 == 1).map(|one| one.levels[field]);
    let best = know.fold(f64::NEG_INFINITY, f64::max);
    let ceiling = world.outside.ceiling_of(field, world.firms.generations(row)[field]);
    let level = f64::from(world.firms.knowledge(row)[field]);
    share.min(1.0) * (best.min(ceiling) - level).max(0.0)
}

/// Rise of competence from a year's transformation.
pub(super) fn transformed(world: &World, params: &Params, platform: &Platform, row: usize, fit: f64) -> f64 {
    let nothing = world.firms.profile[row].projects == 0 || platform.strength(SubPlatform::Transformation) <= 0.0;
    if nothing {
        return 0.0;
    }
    let recipe = &world.structure.sub_industries[usize::from(world.firms.profile[row].sub_industry)].recipe;
    let covered = recipe.iter().filter(|(field, _)| platform.fields >> field & 1 == 1);
    covered.map(|(field, weight)| weight * lesson(world, params, platform, row, fit, *field)).sum()
}

/// What a member gains in a tick, and what it pays.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bill {
    row: usize,
    benefit: f64,
    learned: f64,
    fee: f64,
    contribution: f64,
    cost: f64,
    saved_engineers: f64,
    trained: f64,
}

/// Serves all members and charges them.
pub(super) fn serve(world: &mut World, params: &Params, means: &Means<'_>) {
    for number in 0..world.platforms.list.len() {
        if !world.platforms.list[number].is_alive() {
            continue;
        }
        let bills = bills(world, params, means, number);
        let mut journal = Journal::default();
        for bill in &bills {
            charge(world, params, number, bill, &mut journal);
        }
        world.book(&journal);
        let trained: f64 = bills.iter().map(|bill| bill.trained).sum();
        let World { platforms, cities, .. } = world;
        let platform = &mut platforms.list[number];
        cities[platform.city].engineers += trained;
        platform.used.trained = trained;
        platform.used.facility_engineers = bills.iter().map(|bill| bill.saved_engineers).sum();
        platform.benefit = bills.iter().map(|bill| bill.benefit).sum();
        platform.member_cost = bills.iter().map(|bill| bill.cost).sum();
    }
}

/// Bills of all members of a platform, worked out in parallel.
fn bills(world: &World, params: &Params, means: &Means<'_>, number: usize) -> Vec<Bill> {
    let platform = &world.platforms.list[number];
    let members = platform.members.par_iter().with_min_len(CHUNK);
    members.map(|row| bill(world, params, means, platform, *row as usize)).collect()
}

fn bill(world: &World, params: &Params, means: &Means<'_>, platform: &Platform, row: usize) -> Bill {
    let (firms, clock) = (&world.firms, world.clock);
    let membership = firms.membership[row];
    let fit = membership.fit;
    let base = Base::of(world, row);
    let review = clock.reviews(firms.id[row].ordinal());
    let rise = if review { transformed(world, params, platform, row, fit.get()) } else { 0.0 };
    let learned = world.worth_of_competence(row, rise, means.terms) * means.annuity;
    let benefit = base.benefit(platform, fit.get(), params, means.engineer_pay * clock.years()) + learned;
    let committed = membership.founder && membership.committed_until > clock.tick;
    Bill {
        row,
        benefit,
        learned,
        fee: params.fee_share * benefit,
        contribution: if committed { params.contribution * base.research } else { 0.0 },
        cost: params.member_cost * base.research,
        saved_engineers: world.platforms.facility(&membership) * base.engineers,
        trained: params.training * clock.years() * platform.strength(SubPlatform::Training) * fit * base.engineers,
    }
}

/// Charges one member and lets it learn.
fn charge(world: &mut World, params: &Params, number: usize, bill: &Bill, journal: &mut Journal) {
    if bill.learned > 0.0 {
        transform(world, params, number, bill.row);
        world.firms.effort[bill.row].gain[ALLIANCE] += bill.learned as f32;
    }
    let World { platforms, firms, .. } = world;
    let (platform, row) = (&mut platforms.list[number], bill.row);
    let books = &mut firms.balances[row];
    journal.firm(Entry::PlatformFees, Side::Payer, bill.fee, books);
    journal.firm(Entry::PlatformContributions, Side::Payer, bill.contribution, books);
    journal.firm(Entry::PlatformParticipation, Side::Payer, bill.cost, books);
    platform.accounts.fees += bill.fee;
    platform.accounts.contributions += bill.contribution;
    platform.deposits += bill.fee + bill.contribution;
}

/// Lets a member learn what scientists of the platform's fields know.
fn transform(world: &mut World, params: &Params, number: usize, row: usize) {
    let s = usize::from(world.firms.profile[row].sub_industry);
    let fit = world.firms.membership[row].fit;
    for at in 0..world.structure.sub_industries[s].recipe.len() {
        let (field, weight) = world.structure.sub_industries[s].recipe[at];
        let platform = &world.platforms.list[number];
        if platform.fields >> field & 1 == 1 {
            let rise = lesson(world, params, platform, row, fit.get(), field);
            world.firms.learn(row, field, weight, rise);
        }
    }
    world.platforms.list[number].used.transformations += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::platforms::examples::platform;

    #[test]
    fn benefit_by_hand_and_none_without_fit_and_projects() {
        let params = Params { facility: 0.2, training: 0.1, mating: 0.5, ..Params::default() };
        let base = Base { research: 10.0, joint: 2.0, engineers: 40.0 };
        // All strengths .4 x .6 = .24; fit .5: .5 (.2 x .24 x 10 + .1 x .24 x 40 x .1) + .5 x .24 x 2.
        let by_hand = 0.5 * (0.48 + 0.096) + 0.24;
        assert!((base.benefit(&platform(), 0.5, &params, 0.1) - by_hand).abs() < 1e-12);
        let idle = Base { joint: 0.0, ..base };
        assert_eq!(idle.benefit(&platform(), 0.0, &params, 0.1), 0.0);
    }
}
