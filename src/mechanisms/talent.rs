//! Talent: engineers, graduates, pay, and the knowledge that people carry.
//!
//! # Question
//! Can the region keep the engineers it trains, and do its firms find them?
//!
//! # Story
//! Engineers live in cities and fill the research posts that budgets pay for. Where posts outnumber
//! engineers, posts stay open and pay rises; better pay, open posts and a bonus keep more graduates
//! in the region. Some engineers retire, some leave. An engineer who moves to another firm of the
//! sub-industry takes a little of the better firm's knowledge along.
//!
//! # Equations
//! - filled share of posts in a city: `min(1, engineers / posts)`
//! - pay: `premium = (tightness / opening tightness)^e`, tightness = posts / engineers, e = `premium_response`
//! - graduates who stay: log odds `logit(stay_share) + r (ln premium + ln(tightness / opening) + ln(1 + bonus))`
//! - engineers: `E' = E (1 - retire - leave) + recruited x stayers`, spread over cities by posts
//! - `recruited`: share of the stayers that enters the industry, such that engineers grow at
//!   `opening_growth` in the opening state, at most 1
//! - arrivals at a firm: Poisson with mean `mobility x engineers`; the model is a random firm of the
//!   sub-industry, likelier near; the gap in one field closes by `mobility_transfer`
//!
//! # Place in the tick
//! After budgets, before research.
//!
//! # Reads / Writes
//! Reads posts and universities; writes `world.cities`, workforce.engineers, knowledge.
//!
//! # Randomness
//! Stream `MOBILITY`, one word per firm that seeds its draws.
//!
//! # Sources
//! Stay rates of 25 % (leading universities) to 36.5 % (all) as targets of the scenario; mobility of
//! inventors as a channel of spill-overs is standard in the regional literature; values are assumptions.
//!
//! # REQ numbers
//! REQ-03, REQ-45, REQ-74.
//!
//! # What it leaves out
//! Fields of graduates in hiring: an engineer is an engineer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::math::{exp, happens, ln, logistic};
use crate::kernel::ordered::MIN_ROWS;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::levers::Outlay;

/// Moves of engineers between firms.
pub const MOBILITY: Stream = Stream(4);

/// Parameters of engineers and universities.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Engineers of a city without a research post in the opening state, relative to posts.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub opening_slack: f64,
    /// Growth of the number of engineers in the opening state: as many of the graduates who stay enter
    /// the industry as that takes, beside those who leave; all of them at most.
    #[default(0.04)]
    #[schemars(range(min = -0.5, max = 0.5), extend("x-unit" = "1/year", "x-source" = "assumption: as demand; all graduates of Liaoning who stay", "x-opening" = true))]
    pub opening_growth: f64,
    /// Share of graduates who stay where pay equals that outside.
    #[default(0.365)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "stay rate of graduates in the region, 25 % (leading universities) to 36.5 % (all)"))]
    pub stay_share: f64,
    /// Response of the log odds of staying to the log wage premium and to the log ratio of open
    /// posts.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub stay_response: f64,
    /// Share of engineers who leave the region in a year.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub leave_rate: f64,
    /// Share of engineers who retire in a year.
    #[default(0.025)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub retirement: f64,
    /// Response of the engineers' pay premium to the log ratio of posts to engineers.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub premium_response: f64,
    /// Probability that an engineer moves to another firm of the city in a year.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub mobility: f64,
    /// Share of the gap in one field closed when an engineer of a better firm joins.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub mobility_transfer: f64,
}

/// Moves engineers in and out of the region, fills posts and lets knowledge travel.
pub fn step(world: &mut World, params: &Params, annual_pay: f64, draws: &Draws) {
    if params.enabled {
        let stay = stay_share(world, params);
        graduate(world, params, stay, annual_pay);
    }
    fill_posts(world, params);
    if params.enabled {
        travel(world, params, draws);
    }
}

/// Share of graduates who stay.
fn stay_share(world: &World, params: &Params) -> f64 {
    let engineers: f64 = world.cities.iter().map(|c| c.engineers).sum();
    let posts: f64 = world.cities.iter().map(|c| c.posts).sum();
    let bonus: f64 = world.levers.talent.iter().map(|lever| lever.rate).sum();
    if engineers <= 0.0 || posts <= 0.0 {
        return params.stay_share;
    }
    let tightness = posts / engineers * (1.0 + params.opening_slack);
    let premium: f64 = world.cities.iter().map(|c| c.premium * c.engineers).sum::<f64>() / engineers;
    staying(params, premium, tightness, bonus)
}

/// Probability that a graduate stays.
fn staying(params: &Params, premium: f64, tightness: f64, bonus: f64) -> f64 {
    let base = params.stay_share.clamp(1e-9, 1.0 - 1e-9);
    let pull = ln(premium) + ln(tightness) + ln(1.0 + bonus);
    logistic(ln(base / (1.0 - base)) + params.stay_response * pull)
}

/// Share of engineers who retire or leave in a tick.
fn gone(params: &Params, clock: &Clock) -> f64 {
    clock.share_from_year((params.retirement + params.leave_rate).min(1.0))
}

/// Share of the graduates who stay that enters the industry: as many as let its `engineers` grow at the
/// opening rate, or all.
pub fn recruited(params: &Params, clock: &Clock, engineers: f64, annual_graduates: f64) -> f64 {
    let stayers = annual_graduates * clock.years() * params.stay_share;
    let wanted = engineers * (gone(params, clock) + clock.growth_from_year(params.opening_growth));
    if stayers > 0.0 { (wanted / stayers).clamp(0.0, 1.0) } else { 1.0 }
}

/// Lets graduates arrive and others retire or leave; pays the bonus as far as the budget goes.
fn graduate(world: &mut World, params: &Params, stay: f64, annual_pay: f64) {
    let clock = world.clock;
    let graduates: f64 = world.universities.iter().map(|u| u.graduates).sum::<f64>() * clock.years();
    let stayers = graduates * stay;
    world.events.graduates = graduates;
    world.events.graduates_stayed = stayers;
    let recruits = stayers * world.openings.recruited;
    let gone = gone(params, &clock);
    let posts: f64 = world.cities.iter().map(|c| c.posts).sum();
    let cities = world.cities.len() as f64;
    for city in &mut world.cities {
        let share = if posts > 0.0 { city.posts / posts } else { 1.0 / cities };
        city.engineers = city.engineers * (1.0 - gone) + recruits * share;
    }
    pay_bonus(world, stayers, annual_pay);
}

/// Outlays of the talent programmes: each pays the rate it offers to the stayers, within its budget.
fn pay_bonus(world: &mut World, stayers: f64, annual_pay: f64) {
    let mut total = 0.0;
    for lever in &world.levers.talent {
        let spent = (stayers * annual_pay * lever.rate).min(lever.budget);
        world.levers.outlays[lever.instrument] = Outlay {
            spent,
            claims: stayers * annual_pay * lever.nominal,
            recipients: if annual_pay * lever.rate > 0.0 { spent / (annual_pay * lever.rate) } else { 0.0 },
            budget: lever.budget,
        };
        total += spent;
    }
    world.ledger.post(crate::world::ledger::Entry::TalentBonus, total);
}

/// Fills research posts city by city and sets the engineers' pay.
fn fill_posts(world: &mut World, params: &Params) {
    for city in &mut world.cities {
        city.filled = if city.posts > city.engineers { city.engineers / city.posts } else { 1.0 };
        if params.enabled && city.posts > 0.0 && city.engineers > 0.0 {
            let tightness = city.posts / city.engineers * (1.0 + params.opening_slack);
            city.premium = exp(params.premium_response * ln(tightness)).clamp(0.25, 4.0);
        }
    }
    let World { firms, cities, .. } = world;
    (&mut firms.workforce, &firms.profile).into_par_iter().with_min_len(MIN_ROWS).for_each(|(people, profile)| {
        people.engineers = (people.engineers_wanted * cities[usize::from(profile.city)].filled).into();
    });
}

/// Knowledge carried by one engineer.
struct Carried {
    row: u32,
    field: u16,
    rise: f32,
}

/// Lets moving engineers carry knowledge; decided on the knowledge at the start, settled in order.
fn travel(world: &mut World, params: &Params, draws: &Draws) {
    let moving = world.clock.share_from_year(params.mobility);
    let mut desks: Desks<Vec<Carried>> = world.scratch.take();
    let view = &*world;
    draws.decide_at(&mut desks, MOBILITY, view.clock.tick, &view.firms.id, |row, small, carried| {
        carried.extend(arrive(view, params, moving, row, small));
    });
    for carried in desks.all() {
        let row = carried.row as usize;
        let s = usize::from(world.firms.profile[row].sub_industry);
        let field = usize::from(carried.field);
        world.firms.levels[row * world.firms.fields + field] += carried.rise;
        world.firms.technique[row].competence += world.structure.weight(s, field) * f64::from(carried.rise);
    }
    world.scratch.give_back(desks);
    world.events.moves = moving * world.firms.chunks.sum(|row| world.firms.workforce[row].engineers.get());
}

/// What the engineers who arrive at a firm bring.
fn arrive(world: &World, params: &Params, moving: f64, row: usize, mut small: Small) -> Option<Carried> {
    let (firms, structure) = (&world.firms, &world.structure);
    let mean = moving * firms.workforce[row].engineers * structure.scale;
    if !happens(small.uniform(), mean) {
        return None;
    }
    let profile = &firms.profile[row];
    let s = usize::from(profile.sub_industry);
    let members = &world.members[s];
    // Nobody has machines left to learn at, not even the firm itself.
    if members.is_empty() {
        return None;
    }
    let other = members[small.index(members.len())] as usize;
    let km = structure.distances[usize::from(profile.city)][usize::from(firms.profile[other].city)];
    if other == row || small.uniform() >= exp(-km / 100.0) {
        return None;
    }
    let recipe = &structure.sub_industries[s].recipe;
    let (field, _) = recipe[small.index(recipe.len())];
    let limit = f64::from(firms.knowledge(other)[field]).min(world.outside.ceiling[field]);
    let gap = limit - f64::from(firms.knowledge(row)[field]);
    let rise = (params.mobility_transfer * gap) as f32;
    (gap > 0.0).then_some(Carried { row: row as u32, field: field as u16, rise })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stay_share_is_the_base_where_nothing_pulls() {
        let params = Params::default();
        assert!((staying(&params, 1.0, 1.0, 0.0) - 0.365).abs() < 1e-12);
        let odds = |p: f64| p / (1.0 - p);
        // Log odds rise by stay_response x ln 1.1.
        let more = staying(&params, 1.1, 1.0, 0.0);
        assert!((odds(more) / odds(0.365) - 1.21).abs() < 1e-9);
        assert!(staying(&params, 1.0, 1.0, 0.2) > 0.365 && staying(&params, 1.0, 0.8, 0.0) < 0.365);
    }

    #[test]
    fn as_many_enter_as_the_opening_growth_takes_or_all() {
        let clock = Clock { start_year: 2010, ticks_per_year: 1, tick: 1 };
        let params = Params { stay_share: 0.5, retirement: 0.02, leave_rate: 0.02, ..Params::default() };
        let share = |growth, graduates| {
            recruited(&Params { opening_growth: growth, ..params.clone() }, &clock, 1000.0, graduates)
        };
        // Of 100 who stay, 40 replace those who leave and 10 are growth of one per cent.
        assert!((share(0.0, 200.0) - 0.4).abs() < 1e-12);
        assert!((share(0.01, 200.0) - 0.5).abs() < 1e-12);
        assert_eq!((share(0.01, 20.0), share(0.01, 0.0), share(-0.5, 200.0)), (1.0, 1.0, 0.0));
    }
}
