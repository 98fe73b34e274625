//! What a platform lives on: science in reach, public support, its money, its resources and its quality.

use crate::kernel::clock::Clock;
use crate::kernel::math::exp;
use crate::world::World;
use crate::world::ledger::Entry;
use crate::world::platforms::{Accounts, Platform, RESOURCES, Standing};

use super::Params;

/// What the universities and institutes in reach bring to every platform.
pub(super) fn measure_science(world: &mut World, params: &Params) {
    let World { platforms, universities, institutes, structure, .. } = world;
    for platform in platforms.list.iter_mut().filter(|platform| platform.is_alive()) {
        let fields = f64::from(platform.fields.count_ones().max(1));
        let one = |researcher: &crate::world::region::Researcher| {
            let shared = f64::from((researcher.fields & platform.fields).count_ones()) / fields;
            let km = structure.distances[researcher.city][platform.city];
            researcher.funding * researcher.applied_share * shared * exp(-km / params.reach)
        };
        let means: f64 = universities.iter().chain(institutes.iter()).map(one).sum();
        platform.science = means / (means + params.science_half);
    }
}

/// Public support of every platform: the share of operation and development that programmes offer to those
/// of its city, as far as their budgets go.
pub(super) fn support(world: &mut World, params: &Params) -> Vec<f64> {
    let years = world.clock.years();
    let World { platforms, levers, ledger, .. } = world;
    let mut received = vec![0.0; platforms.list.len()];
    for lever in &levers.platforms {
        let reached = |p: &&Platform| p.is_alive() && lever.addressees.cities >> p.city & 1 == 1;
        let plan = |p: &Platform| (params.operation * p.size() + p.development) * years;
        let claims: f64 = platforms.list.iter().filter(reached).map(plan).sum::<f64>() * lever.rate;
        let allowed = if claims > lever.budget { lever.budget / claims } else { 1.0 };
        let outlay = &mut levers.outlays[lever.instrument];
        for (platform, received) in platforms.list.iter().zip(&mut received) {
            if reached(&platform) {
                let paid = plan(platform) * lever.rate * allowed;
                *received += paid;
                outlay.spent += paid;
                outlay.claims += plan(platform) * lever.nominal;
                outlay.recipients += 1.0;
            }
        }
    }
    ledger.post(Entry::PlatformSupport, received.iter().sum());
    received
}

/// Money and quality of a platform in a tick.
pub(super) fn keep_house(world: &mut World, params: &Params, number: usize, support: f64) {
    let World { platforms, ledger, clock, .. } = world;
    let platform = &mut platforms.list[number];
    if !platform.is_alive() {
        return;
    }
    let due = params.operation * platform.size() * clock.years();
    let reserve = params.reserve * params.operation * platform.size();
    platform.accounts.support = support;
    platform.deposits += support;
    let spent = spend(&platform.accounts, platform.deposits, due, reserve, params.reinvested);
    platform.accounts = spent;
    platform.deposits -= spent.operation + spent.development + spent.returns;
    platform.cumulative += spent.cash_flow();
    ledger.post(Entry::PlatformOperation, spent.operation);
    ledger.post(Entry::PlatformDevelopment, spent.development);
    ledger.post(Entry::PlatformReturns, spent.returns);
    let planned = due + platform.development * clock.years();
    introduce(&mut platform.resources, params.introduction, clock, if planned > 0.0 { support / planned } else { 0.0 });
    platform.quality = grown(platform, params, clock, spent.development);
    let short = spent.earned() + support < due;
    platform.deficit_ticks = if short { platform.deficit_ticks + 1 } else { 0 };
    if platform.deficit_ticks >= clock.ticks_per_year {
        platform.standing = Standing::Closed;
        ledger.post(Entry::PlatformReturns, platform.deposits);
        platform.accounts.returns += platform.deposits;
        platform.deposits = 0.0;
        platform.quality = 0.0;
    }
}

/// What is spent of the money in hand: operation first, then development out of support and a share of the own
/// surplus; what is beyond the reserve goes back.
fn spend(accounts: &Accounts, deposits: f64, due: f64, reserve: f64, reinvested: f64) -> Accounts {
    let operation = due.min(deposits).max(0.0);
    let from_support = (accounts.support - operation).max(0.0);
    let own = accounts.earned() - (operation - accounts.support).max(0.0);
    let left = (deposits - operation).max(0.0);
    let development = (from_support + reinvested * own.max(0.0)).min(left);
    let returns = (left - development - reserve).max(0.0);
    Accounts { operation, development, returns, ..*accounts }
}

/// New subjects bring what is missing while a platform is supported.
fn introduce(resources: &mut [f64; RESOURCES], introduction: f64, clock: &Clock, supported: f64) {
    let share = clock.share_from_year(introduction) * supported.min(1.0);
    resources.iter_mut().for_each(|level| *level += share * (1.0 - *level));
}

/// Quality after a tick.
fn grown(platform: &Platform, params: &Params, clock: &Clock, development: f64) -> f64 {
    let funding = (development / clock.years() / params.funding_scale).max(0.0);
    let taking_part = ((params.spontaneous + platform.participation) * platform.richness()).sqrt();
    let rise = params.growth * funding.sqrt() * taking_part * (1.0 - platform.quality);
    let kept = platform.quality * (1.0 - clock.share_from_quarter(params.decay));
    (kept + 4.0 * clock.years() * rise).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::platforms::examples::platform;

    fn quarters() -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick: 1 }
    }

    #[test]
    fn quality_grows_by_hand_and_fades_without_money() {
        let params = Params { growth: 0.1, decay: 0.05, funding_scale: 120.0, spontaneous: 0.02, ..Params::default() };
        // Funding at its scale: .4 x .95 + .1 x sqrt(.32 x .6) x .6.
        let expected = 0.38 + 0.1 * (0.32f64 * 0.6).sqrt() * 0.6;
        assert!((grown(&platform(), &params, &quarters(), 30.0) - expected).abs() < 1e-12);
        assert!((grown(&platform(), &params, &quarters(), 0.0) - 0.38).abs() < 1e-12);
    }

    #[test]
    fn without_resources_or_participation_money_builds_nothing() {
        let params = Params { spontaneous: 0.0, ..Params::default() };
        let poor = Platform { resources: [0.0; RESOURCES], quality: 0.0, ..platform() };
        let alone = Platform { participation: 0.0, quality: 0.0, ..platform() };
        for platform in [poor, alone] {
            assert_eq!(grown(&platform, &params, &quarters(), 100.0), 0.0);
        }
    }

    #[test]
    fn money_is_spent_on_operation_then_on_development_and_the_rest_is_kept() {
        let accounts = Accounts { fees: 3.0, contributions: 1.0, support: 10.0, ..Accounts::default() };
        // Operation 5 from support, 5 of it left, half of the own 4 besides; 14 - 5 - 7 = 2 stay in hand.
        let spent = spend(&accounts, 14.0, 5.0, 20.0, 0.5);
        assert_eq!((spent.operation, spent.development, spent.returns), (5.0, 7.0, 0.0));
        assert_eq!(spent.cash_flow(), 4.0 - 12.0);
        // Without support: surplus 4 - 1, of which a half; 11 - 1 - 1.5 less a reserve of 4.
        let alone = Accounts { support: 0.0, ..accounts };
        let spent = spend(&alone, 11.0, 1.0, 4.0, 0.5);
        assert_eq!((spent.operation, spent.development, spent.returns), (1.0, 1.5, 4.5));
        // Nothing in hand: nothing is spent.
        let spent = spend(&Accounts::default(), 0.0, 5.0, 4.0, 0.5);
        assert_eq!((spent.operation, spent.development, spent.returns), (0.0, 0.0, 0.0));
    }

    #[test]
    fn support_brings_what_is_missing() {
        let mut resources = [0.0, 0.5, 1.0, 0.2, 0.0];
        let yearly = Clock { ticks_per_year: 1, ..quarters() };
        introduce(&mut resources, 0.2, &yearly, 0.5);
        for (level, by_hand) in resources.iter().zip([0.1, 0.55, 1.0, 0.28, 0.1]) {
            assert!((level - by_hand).abs() < 1e-12);
        }
        introduce(&mut resources, 0.2, &yearly, 0.0);
        assert!((resources[0] - 0.1).abs() < 1e-12);
    }
}
