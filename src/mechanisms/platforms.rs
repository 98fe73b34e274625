//! Innovation platforms: shared services that need patience before they carry themselves.
//!
//! # Question
//! When does a platform become more than what is paid for it, and what must be there before?
//!
//! # Story
//! A platform is a network of sub-platforms: shared research facilities, transformation of scientific
//! results, technical service, venture finance, training. It is founded by leading firms that commit
//! themselves for some years, and mostly with public money. Its quality is a stock: it grows with what is
//! spent on it and with the research of those who take part, and fades without. Services are as good as
//! quality and as the resources that each of them joins: where a type of resources is missing, the
//! service that needs it does nothing. Members research more cheaply, meet more possible partners and work
//! with fellow members with better success, learn what scientists of the platform's fields know, are
//! financed sooner, and find trained people; each of these in proportion to own research, projects and
//! fit, and a fit many firms do not have. A firm joins if what it gains by its own profit function and
//! its own outlays is more than fee and cost of taking part, and leaves if it is not. Fees pay little in
//! the first years: without patience a platform closes before it carries itself.
//!
//! # Equations
//! - quality, a quarter: `Q' = (1 - d) Q + phi sqrt(F / F_0) sqrt((p_0 + p) rho) (1 - Q)` (`decay` = d,
//!   `growth` = phi, `funding_scale` = F_0, `spontaneous` = p_0), F development outlay, rho mean level of resources,
//!   `p = r / (r + half)`, r research of members over research of the region (`participation_half`)
//! - technology that scientists bring: `T / (T + T_half)`, T = sum of funding x applied share x part of the
//!   platform's fields x `e^(-km / reach)` (`science_half`)
//! - strength of a service: `Q sqrt(resource_a resource_b)`, see [`crate::world::platforms`]
//! - fit: coverage of the recipe by the platform's fields x `e^(-km / reach)` x need; need is 0 for a share
//!   `1 - fitting_share` of all firms and uniform on [0, 1) for the others
//! - benefit in a tick: `fit (facility s_R R + training s_T pay engineers) + mating s_S J`, R outlay for research,
//!   J for joint research; and, once a year, the worth of what is learned: in each field of the platform
//!   `transfer s_A fit projects max(0, min(scientists, ceiling) - level)`
//! - fee = `fee_share` x benefit; cost of taking part = `member_cost` x R; a firm joins while benefit exceeds both
//! - founders: `founders` of the tenth of fitting firms with the most research; they pay `contribution` of their
//!   research outlay for `commitment` years
//! - development: public support beyond operation, and `reinvested` of the own surplus
//! - end: a year in which fees, contributions and support do not pay for operation
//! - resources introduced: `l' = l + introduction (1 - l)` a year while publicly supported in full
//!
//! # Place in the tick
//! After research, before alliances. Facilities and venture finance work with the quality of the last tick.
//!
//! # Reads / Writes
//! Reads research and joint outlays, knowledge, researchers, levers; writes `world.platforms`,
//! `firms.membership`, knowledge, `effort.gain`, engineers of cities, the ledger, outlays of programmes.
//!
//! # Randomness
//! Stream `NEED`, one word per firm that is the same in all ticks: its need of a platform.
//!
//! # Sources
//! van Rijnsoever 2020 (Research Policy 49:103953: meeting and mating are different services); upgrading paper,
//! path 3; starting values from prototypes of the design, all of them assumptions.
//!
//! # REQ numbers
//! REQ-02, REQ-35, REQ-36, REQ-37, REQ-38, REQ-39, REQ-40.
//!
//! # What it leaves out
//! Competition between platforms over fees; what a platform owns; platforms that merge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::math::exp;
use crate::kernel::ordered::CHUNK;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::ledger::{Entry, FirmBooks, Journal, Side};
use crate::world::platforms::{Accounts, Membership, Platform, RESOURCES, Services, Standing, SubPlatform};
use crate::world::profit::Terms;

/// Need of a platform.
pub const NEED: Stream = Stream(24);
const ALLIANCE: usize = UpgradingOption::Alliance as usize;

/// Parameters of innovation platforms.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Growth of quality at usual funding with everybody taking part and all resources there.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub growth: f64,
    /// Share of quality lost in a quarter.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption: people and equipment are outdated within five years"))]
    pub decay: f64,
    /// Development outlay that counts as usual.
    #[default(120.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: about one per cent of the research outlay of the region's manufacturers"))]
    pub funding_scale: f64,
    /// Participation that a platform has without any member.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub spontaneous: f64,
    /// Share of the region's research at which participation is one half.
    #[default(0.2)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub participation_half: f64,
    /// Public means of applied science in reach at which the technology that they bring is one half.
    #[default(50.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: a large institute"))]
    pub science_half: f64,
    /// Distance at which fit has fallen to 37 %.
    #[default(150.0)]
    #[schemars(range(min = 1.0, max = 1e5), extend("x-unit" = "km", "x-source" = "assumption; knowledge spill-overs fade within about 300 km (Bottazzi & Peri 2003)"))]
    pub reach: f64,
    /// Share of firms that need what platforms offer.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: many members of such networks have no use of them (van Rijnsoever 2020)"))]
    pub fitting_share: f64,
    /// Part of the research outlay that facilities of full strength save at full fit.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub facility: f64,
    /// Additional chance to look for a partner at full strength.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption; van Rijnsoever 2020: meeting"))]
    pub meeting: f64,
    /// Part of the failures of joint work between members avoided at full strength.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption; van Rijnsoever 2020: mating"))]
    pub mating: f64,
    /// Share of the lead of scientists that a member learns at full strength and fit from each project of
    /// joint research it takes part in.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub transfer: f64,
    /// Additional venture rounds, relative to those elsewhere, at full strength and one project per member.
    #[default(4.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub venture: f64,
    /// Engineers trained for the city per engineer of a member at full strength and fit.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub training: f64,
    /// Share of their benefit that members pay as fee.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub fee_share: f64,
    /// Cost of taking part, over the member's research outlay: people sent to the platform.
    #[default(0.006)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption"))]
    pub member_cost: f64,
    /// Contribution of founders, over their research outlay.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption"))]
    pub contribution: f64,
    /// Time for which founders are committed.
    #[default(5.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: one plan period"))]
    pub commitment: f64,
    /// Cost of operating one sub-platform.
    #[default(4.0)]
    #[schemars(range(min = 0.0, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: staff and rent of a service centre of thirty people"))]
    pub operation: f64,
    /// Share of a platform's own surplus that it spends on its development.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub reinvested: f64,
    /// Money kept in hand, in years of operation; what is beyond goes back to the government.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption"))]
    pub reserve: f64,
    /// Share of the resources still missing that comes in a year in which the platform is publicly supported
    /// in full: new subjects are brought to it.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub introduction: f64,
}

impl Params {
    /// Strengths of the services that other mechanisms read.
    pub fn services(&self) -> Services {
        Services { facility: self.facility, meeting: self.meeting, mating: self.mating, venture: self.venture }
    }
}

/// What platforms read of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// Tick in which each platform is founded.
    pub foundings: &'a [i64],
    /// What the profit functions of all firms share.
    pub terms: &'a Terms,
    /// Present value of one unit of annual cash flow, years.
    pub annuity: f64,
    /// Research outlay that employs an engineer for a year.
    pub engineer_pay: f64,
}

/// Founds platforms, lets firms join and leave, serves and charges members, and moves quality.
pub fn step(world: &mut World, params: &Params, means: &Means<'_>, draws: &Draws) {
    if !params.enabled || world.platforms.list.is_empty() {
        return;
    }
    world.platforms.services = params.services();
    for platform in &mut world.platforms.list {
        platform.begin_tick();
    }
    found(world, params, means.foundings, draws);
    if !world.platforms.any() {
        return;
    }
    measure_science(world, params);
    choose(world, params, means, draws);
    world.index_platforms();
    take_part(world, params);
    serve(world, params, means);
    let support = support(world, params);
    for (platform, support) in support.into_iter().enumerate() {
        keep_house(world, params, platform, support);
    }
    dissolve(world);
}

/// Founds the platforms whose time has come: leading firms in reach commit themselves.
fn found(world: &mut World, params: &Params, foundings: &[i64], draws: &Draws) {
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

/// What the universities and institutes in reach bring to every platform.
fn measure_science(world: &mut World, params: &Params) {
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

/// What a firm spends, in terms of a tick, and what that lets it gain.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Base {
    /// Outlay for research, million CNY.
    research: f64,
    /// Outlay for joint research, million CNY.
    joint: f64,
    /// Engineers, persons.
    engineers: f64,
}

impl Base {
    fn of(world: &World, row: usize) -> Self {
        let firms = &world.firms;
        Base {
            research: firms.flow[row].research,
            joint: f64::from(firms.effort[row].budget[ALLIANCE]),
            engineers: firms.workforce[row].engineers,
        }
    }

    /// Benefit of a tick from facilities, training and better joint work, million CNY.
    fn benefit(&self, platform: &Platform, fit: f64, params: &Params, pay: f64) -> f64 {
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
fn transformed(world: &World, params: &Params, platform: &Platform, row: usize, fit: f64) -> f64 {
    let nothing = world.firms.profile[row].projects == 0 || platform.strength(SubPlatform::Transformation) <= 0.0;
    if nothing {
        return 0.0;
    }
    let recipe = &world.structure.sub_industries[usize::from(world.firms.profile[row].sub_industry)].recipe;
    let covered = recipe.iter().filter(|(field, _)| platform.fields >> field & 1 == 1);
    covered.map(|(field, weight)| weight * lesson(world, params, platform, row, fit, *field)).sum()
}

/// What a firm that reviews its membership decides.
struct Choice {
    row: usize,
    membership: Membership,
}

/// Firms review once a year whether to belong to a platform, and to which.
fn choose(world: &mut World, params: &Params, means: &Means<'_>, draws: &Draws) {
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
fn take_part(world: &mut World, params: &Params) {
    let World { platforms, firms, .. } = world;
    let all = firms.chunks().sum(|row| firms.flow[row].research);
    for platform in &mut platforms.list {
        let rows = || platform.members.iter().map(|row| *row as usize);
        let own: f64 = rows().map(|row| firms.flow[row].research).sum();
        let projects: f64 = rows().map(|row| f64::from(firms.profile[row].projects)).sum();
        let share = if all > 0.0 { own / all } else { 0.0 };
        platform.participation = share / (share + params.participation_half);
        platform.maturity = projects / (platform.members.len().max(1) as f64);
    }
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
fn serve(world: &mut World, params: &Params, means: &Means<'_>) {
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
    let fit = f64::from(membership.fit);
    let base = Base::of(world, row);
    let review = clock.reviews(firms.id[row].ordinal());
    let rise = if review { transformed(world, params, platform, row, fit) } else { 0.0 };
    let learned = world.worth_of_competence(row, rise, means.terms) * means.annuity;
    let benefit = base.benefit(platform, fit, params, means.engineer_pay * clock.years()) + learned;
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
    let mut books = FirmBooks { balances: &mut firms.balances[row], booked: &mut firms.booked[row] };
    journal.firm(Entry::PlatformFees, Side::Payer, bill.fee, &mut books);
    journal.firm(Entry::PlatformContributions, Side::Payer, bill.contribution, &mut books);
    journal.firm(Entry::PlatformParticipation, Side::Payer, bill.cost, &mut books);
    platform.accounts.fees += bill.fee;
    platform.accounts.contributions += bill.contribution;
    platform.deposits += bill.fee + bill.contribution;
}

/// Lets a member learn what scientists of the platform's fields know.
fn transform(world: &mut World, params: &Params, number: usize, row: usize) {
    let s = usize::from(world.firms.profile[row].sub_industry);
    let fit = f64::from(world.firms.membership[row].fit);
    for at in 0..world.structure.sub_industries[s].recipe.len() {
        let (field, weight) = world.structure.sub_industries[s].recipe[at];
        let platform = &world.platforms.list[number];
        if platform.fields >> field & 1 == 1 {
            let rise = lesson(world, params, platform, row, fit, field);
            world.firms.learn(row, field, weight, rise);
        }
    }
    world.platforms.list[number].used.transformations += 1;
}

/// Public support of every platform: the share of operation and development that programmes offer to those
/// of its city, as far as their budgets go.
fn support(world: &mut World, params: &Params) -> Vec<f64> {
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
fn keep_house(world: &mut World, params: &Params, number: usize, support: f64) {
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

/// Memberships end with the platform.
fn dissolve(world: &mut World) {
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
    use crate::world::platforms::SUB_PLATFORMS;

    fn quarters() -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick: 1 }
    }

    fn platform() -> Platform {
        Platform {
            has: [true; SUB_PLATFORMS],
            resources: [0.6; RESOURCES],
            science: 1.0,
            standing: Standing::Alive,
            quality: 0.4,
            participation: 0.3,
            ..Platform::default()
        }
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
    fn benefit_by_hand_and_none_without_fit_and_projects() {
        let params = Params { facility: 0.2, training: 0.1, mating: 0.5, ..Params::default() };
        let base = Base { research: 10.0, joint: 2.0, engineers: 40.0 };
        // All strengths .4 x .6 = .24; fit .5: .5 (.2 x .24 x 10 + .1 x .24 x 40 x .1) + .5 x .24 x 2.
        let by_hand = 0.5 * (0.48 + 0.096) + 0.24;
        assert!((base.benefit(&platform(), 0.5, &params, 0.1) - by_hand).abs() < 1e-12);
        let idle = Base { joint: 0.0, ..base };
        assert_eq!(idle.benefit(&platform(), 0.0, &params, 0.1), 0.0);
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
