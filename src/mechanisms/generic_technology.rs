//! Generic technologies: breakthroughs, generations, diffusion.
//!
//! # Question
//! How does a region go beyond what the world lets it learn, and who else gains?
//!
//! # Story
//! Some technology fields are generic: many sub-industries need them. Projects of joint research work on
//! the next generation of one of them. Progress cumulates with effort and with what the members know
//! together, and fades, slowly while the team stays and fast as people are withdrawn: a stop of money costs
//! more than its share. The more of it there is, the
//! likelier the breakthrough, and each further generation is harder. A breakthrough unlocks the
//! generation for the members: their ceiling in the field rises by a step. Other firms adopt it from those
//! they work with, those they buy from or sell to, and researchers; best from those neither too near nor
//! too far from what they know; and at a cost. When the world has codified a generation, being first to
//! it pays nothing more.
//!
//! # Equations
//! - progress `Z' = (1 - d) Z + R^.6 Y` (`effort_exponent`), R effective engineers; d goes from `decay_funded`
//!   with the team complete to `decay_unfunded` with nobody left: complete is the largest R so far, fading by
//!   `decay_funded`; Y harmonic mean over the required fields of `e^(level - frontier)`, level = .9 best member
//!   + .1 mean of all (`best_weight`)
//! - hazard `1 - exp(-zeta (Z / D_n)^2)`, `D_n = 1.5^n` (`difficulty_growth`), n breakthroughs of the region in the field;
//!   zeta is solved so that the opening projects, had they reached their progress at rest, would have
//!   `target_rate` in each field; they start half-way
//! - adoption: `1 - (1 - q AC)^(adopting neighbours)` (`adoption` = q), `AC = x e^(1 - x)`, x = distance in
//!   the field / its median among partners; besides `spontaneous`, raised by intermediaries in the city
//! - cost of adoption: `conversion_cost` of annual sales, and a licence fee (`licence_fee` of annual sales) to
//!   the firms that broke through, in equal parts
//!
//! # Place in the tick
//! After alliances, before techniques and prices.
//!
//! # Reads / Writes
//! Reads `world.network`, knowledge, budgets; writes `firms.unlocked`, progress, `effort.gain`, the ledger.
//!
//! # Randomness
//! Streams `BREAKTHROUGH` and `ADOPTION`, one word per tick each, mixed with the numbers of alliances and of
//! firms.
//!
//! # Sources
//! Tomasello, Tessone & Schweitzer 2016 (cognitive distance); a memoryless hazard would give patience no
//! channel, so progress cumulates; starting values from prototypes of the design.
//!
//! # REQ numbers
//! REQ-05, REQ-25, REQ-26, REQ-27, REQ-28, REQ-29, REQ-30, REQ-43.
//!
//! # What it leaves out
//! Bargaining over licences; secrecy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Stream};
use crate::kernel::math::{exp, ln, power, root};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::ledger::Entry;
use crate::world::levers::Lever;
use crate::world::network::{Alliance, AllianceEvent, Happening, Place, Subject};
use crate::world::profit::Terms;
use diffusion::{Diffusion, spread};

mod diffusion;

/// Success of projects.
pub const BREAKTHROUGH: Stream = Stream(12);
/// Adoption of generations.
pub const ADOPTION: Stream = Stream(13);
const ALLIANCE: usize = UpgradingOption::Alliance as usize;

/// Parameters of generic technologies.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Whether generations spread from those who have unlocked them to others.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub diffusion: bool,
    /// Distance between generations: what one adds to the ceiling of those who have unlocked it.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption: half of the lag of what the world has codified"))]
    pub generation_step: f64,
    /// Breakthroughs per generic field that the opening projects make.
    #[default(0.03)]
    #[schemars(range(min = 0.0001, max = 0.9), extend("x-unit" = "per quarter", "x-source" = "assumption", "x-opening" = true))]
    pub target_rate: f64,
    /// Elasticity of progress with respect to effective engineers.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "patent elasticity of research .3-.6 (Hausman, Hall & Griliches 1984)"))]
    pub effort_exponent: f64,
    /// Share of progress lost in a quarter while all who have worked on a project stay on it.
    #[default(0.03)]
    #[schemars(range(min = 0.0001, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub decay_funded: f64,
    /// Share lost when nobody stays.
    #[default(0.12)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub decay_unfunded: f64,
    /// Factor on the progress needed for each further generation.
    #[default(1.5)]
    #[schemars(range(min = 1.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub difficulty_growth: f64,
    /// Weight of the member who knows most in what members know together.
    #[default(0.9)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption; at .5 alliances have no edge"))]
    pub best_weight: f64,
    /// Probability to adopt a generation from one adopting neighbour at the best distance.
    #[default(0.015)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption: 10 to 90 % in about 14 years"))]
    pub adoption: f64,
    /// Probability to adopt without an adopting neighbour.
    #[default(0.0005)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub spontaneous: f64,
    /// Contacts that intermediaries of a city arrange for each of its firms.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "neighbours", "x-source" = "assumption: technology markets and productivity centres"))]
    pub intermediaries: f64,
    /// Licence fee for a generation, over annual sales, shared by the firms that broke through to it.
    #[default(0.001)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of annual sales", "x-source" = "assumption: half of the cost of conversion"))]
    pub licence_fee: f64,
    /// Cost of conversion to a new generation, over annual sales.
    #[default(0.002)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of annual sales", "x-source" = "assumption"))]
    pub conversion_cost: f64,
    /// Share of a new generation's room that a firm counts on using.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the room fills over years, and fades as the world catches up"))]
    pub expected_use: f64,
}

/// What projects cost and how efficient they are.
#[derive(Debug, Clone, Copy)]
pub struct Means {
    /// Research outlay that employs one engineer for a tick.
    pub engineer_cost: f64,
}

/// Lists that are filled anew in every tick.
#[derive(Default)]
struct Workspace {
    /// Places of the projects that break through.
    successes: Desks<Vec<u32>>,
    /// How generations spread.
    diffusion: Diffusion,
}

/// Moves projects on, lets some break through, and lets generations spread.
pub fn step(world: &mut World, params: &Params, means: &Means, terms: &Terms, annuity: f64, draws: &Draws) {
    if !params.enabled {
        return;
    }
    catch_up(world);
    let public = public_research(world, means);
    let mut work: Workspace = world.scratch.take();
    advance(world, &mut work.successes, params, means, &public, draws);
    for place in work.successes.all() {
        break_through(world, params, *place as usize, terms, annuity);
    }
    if params.diffusion {
        spread(world, &mut work.diffusion, params, draws);
    }
    world.scratch.give_back(work);
}

/// Values the breakthroughs that opening projects may expect at the target rate of their field, each by its
/// part of the squared progress, without any happening:
/// the pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, means: &Means, terms: &Terms, annuity: f64) {
    if !params.enabled {
        return;
    }
    let square = |alliance: &Alliance| {
        let progress = gain_of(world, alliance, params, means, 0.0).0;
        progress * progress
    };
    let squares: Vec<f64> = world.network.alliances.iter().map(square).collect();
    let mut total = vec![0.0; world.structure.fields.len()];
    world.network.alliances.iter().zip(&squares).for_each(|(a, square)| total[usize::from(a.field)] += square);
    for (place, square) in squares.into_iter().enumerate() {
        let alliance = world.network.alliances[place];
        let field = usize::from(alliance.field);
        let part = if total[field] > 0.0 { square / total[field] } else { 0.0 };
        let chance = 4.0 * world.clock.years() * params.target_rate * part;
        for member in alliance.members() {
            if let Place::Firm(row) = member.place() {
                let value = value_of_room(world, row, field, alliance.generation, params, terms) * annuity;
                world.firms.effort[row].gain[ALLIANCE] += (chance * value) as f32;
            }
        }
    }
}

/// Solves the hazard of every field so that the opening projects, at rest, break through at the target
/// rate; and measures the usual distance between partners.
pub fn open(world: &mut World, params: &Params, means: &Means) {
    world.network.median_distance = median_distance(world);
    if !params.enabled {
        return;
    }
    let rest = 1.0 / params.decay_funded;
    let mut progress: Vec<Vec<f64>> = vec![Vec::new(); world.structure.fields.len()];
    for alliance in &world.network.alliances {
        progress[usize::from(alliance.field)].push(rest * gain_of(world, alliance, params, means, 0.0).0);
    }
    let hazards: Vec<Option<f64>> = progress.iter().map(|z| solve_hazard(z, params.target_rate)).collect();
    // Fields on which nobody works yet are as hard as the others; where nobody works on any, as hard as for
    // two leading firms of each.
    let known: Vec<f64> = hazards.iter().flatten().copied().collect();
    let usual =
        (!known.is_empty()).then(|| exp(known.iter().map(|hazard| ln(*hazard)).sum::<f64>() / known.len() as f64));
    let hazard = |field: usize| {
        let alone = || solve_hazard(&[rest * progress_of_leaders(world, field, params)], params.target_rate);
        hazards[field].or(usual).or_else(alone).unwrap_or(0.0)
    };
    world.network.hazard = (0..hazards.len()).map(hazard).collect();
    // Projects have been under way for a while: half of the progress at rest.
    for place in 0..world.network.alliances.len() {
        let alliance = world.network.alliances[place];
        let progress = 0.5 * rest * gain_of(world, &alliance, params, means, 0.0).0;
        world.network.alliances[place].progress = progress;
    }
}

/// Progress in a quarter of the two firms with the most engineers among those that need a field, if a third
/// of these worked on it together.
fn progress_of_leaders(world: &World, field: usize, params: &Params) -> f64 {
    let firms = &world.firms;
    let needs = |row: &usize| world.structure.weight(usize::from(firms.profile[*row].sub_industry), field) > 0.0;
    let mut rows: Vec<usize> = (0..firms.len()).filter(needs).collect();
    rows.sort_by(|a, b| firms.workforce[*b].engineers.total_cmp(&firms.workforce[*a].engineers));
    rows.truncate(2);
    let engineers: f64 = rows.iter().map(|row| firms.workforce[*row].engineers / 3.0).sum();
    let members: Vec<Subject> = rows.into_iter().map(Subject::firm).collect();
    if members.is_empty() {
        return 0.0;
    }
    power(engineers * world.structure.scale, params.effort_exponent) * joint_knowledge(world, field, &members, params)
}

/// Hazard per squared progress at which projects of this progress succeed at `rate` together.
fn solve_hazard(progress: &[f64], rate: f64) -> Option<f64> {
    let squares: f64 = progress.iter().map(|z| z * z).sum();
    if squares <= 0.0 {
        return None;
    }
    let reached = |hazard: f64| progress.iter().map(|z| 1.0 - exp(-hazard * z * z)).sum::<f64>();
    let most = 1e6 / squares;
    Some(root(0.0, most, |hazard| reached(hazard) - rate.min(0.99 * progress.len() as f64)))
}

/// Median distance of knowledge between firms that stand together in an alliance, in its field.
fn median_distance(world: &World) -> f64 {
    /// Where there is no alliance yet: the dispersion of a field among firms.
    const USUAL: f64 = 0.4;
    let mut distances: Vec<f64> = Vec::new();
    for alliance in &world.network.alliances {
        let field = usize::from(alliance.field);
        for (a, b) in alliance.pairs() {
            distances.push((world.level(a, field) - world.level(b, field)).abs());
        }
    }
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().filter(|d| *d > 0.01).unwrap_or(USUAL)
}

/// Projects whose generation the region has reached meanwhile turn to the next; that the world has codified
/// theirs they do not know until they succeed.
fn catch_up(world: &mut World) {
    let World { network, outside, .. } = world;
    for alliance in &mut network.alliances {
        let field = usize::from(alliance.field);
        if alliance.generation <= network.generation[field] {
            alliance.generation = network.generation[field].max(outside.codified[field]).saturating_add(1);
        }
    }
}

/// Progress of all projects in the tick, in parallel; finds the places of those that succeed, in order.
fn advance(
    world: &mut World,
    successes: &mut Desks<Vec<u32>>,
    params: &Params,
    means: &Means,
    public: &[f64],
    draws: &Draws,
) {
    /// Projects that one part of the work has at the least: each asks much.
    const FEW: usize = 32;
    let quarters = 4.0 * world.clock.years();
    let key = draws.key(BREAKTHROUGH, world.clock.tick);
    let mut alliances = std::mem::take(&mut world.network.alliances);
    successes.fill_few(FEW, alliances.len(), alliances.as_mut_slice(), |successes, part| {
        for (place, alliance) in (part.first..).zip(part.columns) {
            let public = public.get(place).copied().unwrap_or(0.0);
            let (gain, engineers) = gain_of(world, alliance, params, means, public);
            alliance.team = engineers.max(alliance.team * (1.0 - quarters * params.decay_funded));
            let kept = libm::pow(1.0 - decay(engineers, alliance.team, params), quarters);
            alliance.progress = kept * alliance.progress + quarters * gain;
            let hazard = hazard(world, alliance, params, quarters);
            if key.of(alliance.number).uniform() < 1.0 - exp(-hazard) {
                successes.push(place as u32);
            }
        }
    });
    world.network.alliances = alliances;
}

/// Hazard in so many quarters that a project breaks through with the progress that it has.
fn hazard(world: &World, alliance: &Alliance, params: &Params, quarters: f64) -> f64 {
    let field = usize::from(alliance.field);
    let difficulty = power_of(params.difficulty_growth, world.network.breakthroughs[field]);
    let relative = alliance.progress / difficulty;
    quarters * world.network.hazard[field] * relative * relative
}

/// Engineers whom public programmes on generic technologies put into each project, as far as the budget
/// goes.
fn public_research(world: &mut World, means: &Means) -> Vec<f64> {
    if world.levers.generic.is_empty() {
        return Vec::new();
    }
    let mut engineers = vec![0.0; world.network.alliances.len()];
    for lever in 0..world.levers.generic.len() {
        let set = world.levers.generic[lever].clone();
        let claims: Vec<f64> = world.network.alliances.iter().map(|a| claim(world, a, &set)).collect();
        let wanted = claims.iter().sum::<f64>() * means.engineer_cost;
        let paid = wanted.min(set.budget);
        let share = if wanted > 0.0 { paid / wanted } else { 0.0 };
        engineers.iter_mut().zip(&claims).for_each(|(engineers, claim)| *engineers += share * claim);
        let outlay = &mut world.levers.outlays[set.instrument];
        outlay.spent += paid;
        outlay.claims += wanted;
        outlay.recipients += claims.iter().filter(|claim| **claim > 0.0).count() as f64;
        world.ledger.post(Entry::GenericProgramme, paid);
    }
    engineers
}

/// Engineers that a programme would put into a project with a member addressed, whether or not the members
/// pay for their own.
fn claim(world: &World, alliance: &Alliance, set: &Lever) -> f64 {
    /// Public engineers in a project at rate 1, in terms of real firms (assumption).
    const MOST: f64 = 100.0;
    let firms = &world.firms;
    let addressed = alliance.members().iter().any(|member| match member.place() {
        Place::Firm(row) => set.addressees.include(&firms.profile[row], firms.workforce[row].workers.get()),
        Place::Science(_) => false,
    });
    if addressed { MOST * set.nominal / world.structure.scale } else { 0.0 }
}

/// `base` to a whole power.
fn power_of(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

/// Share of progress lost in a quarter when `engineers` are left of a team.
fn decay(engineers: f64, team: f64, params: &Params) -> f64 {
    let left = if team > 0.0 { (engineers / team).min(1.0) } else { 0.0 };
    params.decay_unfunded + (params.decay_funded - params.decay_unfunded) * left
}

/// Progress that a project makes in a quarter, and the engineers at work on it.
fn gain_of(world: &World, alliance: &Alliance, params: &Params, means: &Means, public: f64) -> (f64, f64) {
    let own: f64 = alliance.members().iter().map(|member| engineers_of(world, *member, means)).sum();
    let engineers = own + public;
    let know = joint_knowledge(world, usize::from(alliance.field), alliance.members(), params);
    (power(engineers * world.structure.scale, params.effort_exponent) * know, engineers)
}

/// Effective engineers that a member puts into each of its projects.
fn engineers_of(world: &World, member: Subject, means: &Means) -> f64 {
    match member.place() {
        Place::Firm(row) => {
            let profile = &world.firms.profile[row];
            let (effort, people) = (&world.firms.effort[row], &world.firms.workforce[row]);
            let share = f64::from(effort.budget[ALLIANCE]) / effort.research().max(1e-12);
            let efficiency = world.dials[usize::from(profile.ownership)].research_efficiency;
            people.engineers * share * efficiency / f64::from(profile.projects.max(1))
        }
        Place::Science(number) => {
            /// Share of a researcher's open work that goes to joint projects (assumption).
            const JOINT: f64 = 0.1;
            let researcher = world.researcher(number);
            let staff = researcher.funding * world.clock.years() / means.engineer_cost / world.structure.scale;
            JOINT * researcher.applied_share * staff / f64::from(researcher.projects.max(1))
        }
    }
}

/// What members know together of the fields that the breakthrough needs, relative to the frontier.
fn joint_knowledge(world: &World, field: usize, members: &[Subject], params: &Params) -> f64 {
    let required = &world.structure.required[field];
    let inverse: f64 = required
        .iter()
        .map(|field| {
            let levels = members.iter().map(|member| world.level(*member, *field));
            let (best, sum) =
                levels.fold((f64::NEG_INFINITY, 0.0), |(best, sum), level| (best.max(level), sum + level));
            let level = params.best_weight * best + (1.0 - params.best_weight) * (sum / members.len() as f64);
            exp(world.outside.frontier[*field] - level)
        })
        .sum();
    required.len() as f64 / inverse
}

/// Unlocks the generation for the members and values the room that it gives them.
fn break_through(world: &mut World, params: &Params, place: usize, terms: &Terms, annuity: f64) {
    let alliance = world.network.alliances[place];
    let field = usize::from(alliance.field);
    if alliance.generation <= world.network.generation[field] {
        // Another project was first in this very tick.
        return;
    }
    world.network.chronicle.push(AllianceEvent { happening: Happening::BrokenThrough, alliance });
    world.network.breakthroughs[field] += 1;
    world.network.generation[field] = alliance.generation;
    let firms = alliance.members().iter().filter(|member| matches!(member.place(), Place::Firm(_)));
    let holders = &mut world.network.holders[field];
    holders.clear();
    holders.extend(firms);
    let late = alliance.generation <= world.outside.codified[field];
    let core = alliance.members().iter().any(|m| matches!(m.place(), Place::Firm(row) if world.is_core(row)));
    let events = &mut world.events;
    events.breakthroughs += 1;
    events.joint_breakthroughs += u32::from(alliance.size > 1);
    events.late_breakthroughs += u32::from(late);
    events.core_breakthroughs += u32::from(core);
    for member in alliance.members() {
        match member.place() {
            Place::Firm(row) => {
                let value = value_of_room(world, row, field, alliance.generation, params, terms) * annuity;
                world.firms.effort[row].gain[ALLIANCE] += value as f32;
                let fields = world.firms.fields;
                world.firms.unlocked[row * fields + field] = alliance.generation;
            }
            Place::Science(number) => unlock_researcher(world, number, field, alliance.generation),
        }
    }
    let current = &mut world.network.alliances[place];
    current.succeeded = true;
    current.progress = 0.0;
    current.generation = current.generation.saturating_add(1);
}

fn unlock_researcher(world: &mut World, number: usize, field: usize, generation: u8) {
    let researcher = world.researcher_mut(number);
    researcher.unlocked[field] = researcher.unlocked[field].max(generation);
}

/// Change of annual cash flow that a firm expects from the room of a new generation.
fn value_of_room(world: &World, row: usize, field: usize, generation: u8, params: &Params, terms: &Terms) -> f64 {
    let World { firms, structure, outside, .. } = world;
    let room = outside.ceiling_of(field, generation) - outside.ceiling_of(field, firms.generations(row)[field]);
    let weight = structure.weight(usize::from(firms.profile[row].sub_industry), field);
    world.worth_of_competence(row, params.expected_use * weight * room, terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazard_is_solved_for_the_target_rate() {
        let progress = [1.0, 2.0, 0.5];
        let hazard = solve_hazard(&progress, 0.03).unwrap();
        let rate: f64 = progress.iter().map(|z| 1.0 - (-hazard * z * z).exp()).sum();
        assert!((rate - 0.03).abs() < 1e-9);
        assert_eq!(solve_hazard(&[], 0.03), None);
    }

    #[test]
    fn progress_fades_with_the_people_who_leave() {
        let params = Params { decay_funded: 0.03, decay_unfunded: 0.12, ..Params::default() };
        assert_eq!(decay(5.0, 5.0, &params), 0.03);
        assert_eq!(decay(0.0, 5.0, &params), 0.12);
        assert!((decay(2.5, 5.0, &params) - 0.075).abs() < 1e-15);
        assert_eq!(decay(0.0, 0.0, &params), 0.12);
    }

    #[test]
    fn each_generation_is_harder() {
        assert_eq!(power_of(1.5, 0), 1.0);
        assert!((power_of(1.5, 3) - 3.375).abs() < 1e-15);
    }
}
