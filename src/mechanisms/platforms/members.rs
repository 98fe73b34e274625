//! Who belongs to a platform: founders, firms that join and leave, what those who take part weigh.

use crate::kernel::draws::{Draws, Small};
use crate::kernel::math::exp;
use crate::world::World;
use crate::world::platforms::{Membership, Platform, Standing};

use super::{Base, Means, NEED, Params, transformed};

/// Founds the platforms whose time has come: leading firms in reach commit themselves.
pub(super) fn found(world: &mut World, params: &Params, foundings: &[i64], draws: &Draws) {
    let clock = world.clock;
    for number in 0..world.platforms.list.len() {
        let due = foundings.get(number).is_some_and(|tick| *tick <= i64::from(clock.tick));
        if world.platforms.list[number].standing != Standing::Planned || !due {
            continue;
        }
        world.platforms.list[number].standing = Standing::Alive;
        for (row, fit) in leaders(world, params, number, draws) {
            let committed_until = clock.tick + clock.ticks_in(params.commitment);
            world.firms.membership[row] = Membership::of(number, fit).as_founder(committed_until);
        }
    }
}

/// The founders of a platform: a share of the tenth of fitting firms with the most research.
fn leaders(world: &World, params: &Params, number: usize, draws: &Draws) -> Vec<(usize, f64)> {
    let platform = &world.platforms.list[number];
    let candidates = draws.decide(NEED, 0, &world.firms.id, |row, mut small, out| {
        let fit = fit(world, params, platform, row, need(&mut small, params));
        let free = world.firms.membership[row].platform().is_none();
        if fit > 0.0 && free && world.firms.flow[row].research > 0.0 {
            out.push((row, fit));
        }
    });
    let mut candidates: Vec<(usize, f64)> = candidates.into_iter().flatten().collect();
    let research = |row: usize| world.firms.flow[row].research;
    candidates.sort_by(|a, b| research(b.0).total_cmp(&research(a.0)).then(a.0.cmp(&b.0)));
    let tenth = libm::ceil(candidates.len() as f64 / 10.0);
    candidates.truncate(libm::ceil(tenth * platform.founder_share) as usize);
    candidates
}

/// A firm's need of platforms: none for many, uniform for the others.
fn need(small: &mut Small, params: &Params) -> f64 {
    let rest = 1.0 - params.fitting_share;
    let above = small.uniform() - rest;
    if above > 0.0 && params.fitting_share > 0.0 { above / params.fitting_share } else { 0.0 }
}

/// How well a platform fits a firm of this need.
fn fit(world: &World, params: &Params, platform: &Platform, row: usize, need: f64) -> f64 {
    if need <= 0.0 {
        return 0.0;
    }
    let profile = &world.firms.profile[row];
    let km = world.structure.distances[usize::from(profile.city)][platform.city];
    need * platform.coverage[usize::from(profile.sub_industry)] * exp(-km / params.reach)
}

/// What a firm that reviews its membership decides.
struct Choice {
    row: usize,
    membership: Membership,
}

/// Firms review once a year whether to belong to a platform, and to which.
pub(super) fn choose(world: &mut World, params: &Params, means: &Means<'_>, draws: &Draws) {
    let view = &*world;
    let clock = view.clock;
    let choices = draws.decide(NEED, 0, &view.firms.id, |row, mut small, out| {
        let membership = view.firms.membership[row];
        let committed = membership.founder && membership.committed_until > clock.tick;
        if !clock.reviews(view.firms.id[row].ordinal()) || committed {
            return;
        }
        let best = best_platform(view, params, means, row, need(&mut small, params));
        let chosen = best.map_or(Membership::default(), |(number, fit)| {
            let chosen = Membership::of(number, fit);
            let founder = membership.founder && membership.platform() == Some(number);
            if founder { chosen.as_founder(membership.committed_until) } else { chosen }
        });
        if chosen != membership {
            out.push(Choice { row, membership: chosen });
        }
    });
    for choice in choices.into_iter().flatten() {
        world.firms.membership[choice.row] = choice.membership;
    }
}

/// The platform that pays a firm most beyond fee and cost, if any does; with the fit.
fn best_platform(world: &World, params: &Params, means: &Means<'_>, row: usize, need: f64) -> Option<(usize, f64)> {
    let base = Base::of(world, row);
    if need <= 0.0 || base.research <= 0.0 {
        return None;
    }
    let mut best: Option<(f64, usize, f64)> = None;
    for (number, platform) in world.platforms.list.iter().enumerate().filter(|(_, platform)| platform.is_alive()) {
        let fit = fit(world, params, platform, row, need);
        if fit <= 0.0 {
            continue;
        }
        let ticks = world.clock.ticks();
        let learned = world.worth_of_competence(row, transformed(world, params, platform, row, fit), means.terms);
        let pay = means.engineer_pay / ticks;
        let benefit = ticks * base.benefit(platform, fit, params, pay) + learned * means.annuity;
        let net = (1.0 - params.fee_share) * benefit - params.member_cost * base.research * ticks;
        if net > best.map_or(0.0, |(net, _, _)| net) {
            best = Some((net, number, fit));
        }
    }
    best.map(|(_, number, fit)| (number, fit))
}

/// Weight of the members in the research of the region, and their projects.
pub(super) fn take_part(world: &mut World, params: &Params) {
    let World { platforms, firms, .. } = world;
    let all = firms.chunks.sum(|row| firms.flow[row].research.get());
    for platform in &mut platforms.list {
        let rows = || platform.members.iter().map(|row| *row as usize);
        let own: f64 = rows().map(|row| firms.flow[row].research).sum();
        let projects: f64 = rows().map(|row| f64::from(firms.profile[row].projects)).sum();
        let share = if all > 0.0 { own / all } else { 0.0 };
        platform.participation = share / (share + params.participation_half);
        platform.maturity = projects / (platform.members.len().max(1) as f64);
    }
}

/// Memberships end with the platform.
pub(super) fn dissolve(world: &mut World) {
    let World { platforms, firms, .. } = world;
    for (number, platform) in platforms.list.iter_mut().enumerate().filter(|(_, platform)| !platform.is_alive()) {
        if platform.members.is_empty() {
            continue;
        }
        for row in platform.members.drain(..) {
            if firms.membership[row as usize].platform() == Some(number) {
                firms.membership[row as usize] = Membership::default();
            }
        }
        platform.founders = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20,000 draws; five standard errors (false alarm below 1e-6).
    #[test]
    fn many_firms_need_no_platform() {
        let params = Params { fitting_share: 0.4, ..Params::default() };
        let mut small = Small::new(7);
        let needs: Vec<f64> = (0..20_000).map(|_| need(&mut small, &params)).collect();
        let share = needs.iter().filter(|need| **need > 0.0).count() as f64 / 20_000.0;
        assert!((share - 0.4).abs() < 5.0 * (0.24f64 / 20_000.0).sqrt(), "{share}");
        let mean = needs.iter().sum::<f64>() / 20_000.0;
        assert!((mean - 0.2).abs() < 0.01 && needs.iter().all(|need| (0.0..1.0).contains(need)));
    }
}
