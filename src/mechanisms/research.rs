//! Research: improve or imitate.
//!
//! # Question
//! How does a firm's knowledge grow, and why do most firms imitate?
//!
//! # Story
//! Research events arrive in proportion to a root of effective engineers. An improvement raises one
//! field of the firm's recipe; an imitation takes over part of somebody else's lead in one field,
//! a near one rather than a far one: near in technology, place and ownership. Technology abroad can
//! be taken over as well, at a penalty. Nobody learns beyond the ceiling, what the world has codified
//! or licenses out; the nearer the ceiling, the smaller the step.
//!
//! # Equations
//! - arrivals per year: `zeta R^x` (`arrival_rate`, `effort_exponent`), times `imitation_advantage`
//!   for imitation, and times 1 + the rate of incentives for improvement; R = engineers x research efficiency + contract research, shared by budget
//! - field of an improvement: probability proportional to `w_k (ceiling_k - a_k)`
//! - step: `s 2 Beta(3,3) (1 - exp(-gap / d))`, at most the gap (`step` = s, `step_gap` = d)
//! - target of imitation: probability proportional to `1 / (e + distance)`, where distance =
//!   technological distance + km / `half_distance` + `ownership_distance`; abroad
//!   `abroad_penalty` x technological distance; steps from firms shrink by their spill-over share
//! - pay-off: present value of the change of annual cash flow by the firm's own profit function, at the margin: steps
//!   are small
//!
//! # Place in the tick
//! After budgets and talent, before techniques and prices.
//!
//! # Reads / Writes
//! Reads knowledge of all firms, budgets, engineers; writes knowledge, competence, effort.gain.
//!
//! # Randomness
//! Stream `RESEARCH`, one word per firm that seeds the draws of counts, targets, fields and steps.
//!
//! # Sources
//! Nelson & Winter 1982; Dosi, Fagiolo & Roventini 2010 (Beta(3,3) steps, imitation by distance);
//! Dosi, Roventini & Russo 2019 (penalty abroad). Arrivals are Poisson instead of Bernoulli scaled by
//! the smallest rival, which saturates when sizes are Pareto.
//!
//! # REQ numbers
//! REQ-10, REQ-15, REQ-17, REQ-18, REQ-26, REQ-28, REQ-46, REQ-74.
//!
//! # What it leaves out
//! Forgetting, and research that opens a new field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Key, Small, Stream, beta_three_three, poisson};
use crate::kernel::math::{exp, power};
use crate::kernel::ordered::Wide;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::{Effort, UpgradingOption};
use crate::world::ledger::Entry;
use crate::world::levers;
use crate::world::profit::{Margins, Source, Terms};

/// Research events.
pub const RESEARCH: Stream = Stream(3);
/// Most events of one kind per firm and tick.
const MOST_EVENTS: u32 = 6;
const IMPROVE: usize = UpgradingOption::Improve as usize;
const IMITATE: usize = UpgradingOption::Imitate as usize;

/// Parameters of research.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Research events per year of a firm with one effective engineer.
    #[default(0.45)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub arrival_rate: f64,
    /// Elasticity of the arrival of events with respect to effective engineers.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption; below the patent elasticity of firm research of .3-.6 (Hausman, Hall & Griliches 1984)"))]
    pub effort_exponent: f64,
    /// Arrival of imitations relative to improvements at the same effort.
    #[default(1.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption: copying succeeds more often than inventing"))]
    pub imitation_advantage: f64,
    /// Mean gain in a field from one successful event far from the limit of what can be learned.
    #[default(0.06)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub step: f64,
    /// Gap at which the gain has fallen to 63 % of its full size; the closer the limit, the smaller
    /// the step.
    #[default(0.08)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub step_gap: f64,
    /// Distance of the ceiling of what a firm can learn from the frontier of a field.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption: what the world has codified or licenses out lags its frontier by about 15 years of growth"))]
    pub ceiling_lag: f64,
    /// Firms looked at when searching for somebody to imitate, besides the technology abroad.
    #[default(4)]
    #[schemars(range(min = 1, max = 16), extend("x-unit" = "firms", "x-source" = "Gilbert, Pyka & Ahrweiler (SKIN): at most five partners are searched"))]
    pub candidates: u32,
    /// Share of the candidates drawn from all sub-industries by relatedness instead of the own one.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub related_share: f64,
    /// Added to the distance between two firms, so that the nearest candidate is not certain to be
    /// chosen.
    #[default(0.05)]
    #[schemars(range(min = 0.001, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub distance_floor: f64,
    /// Distance between cities that counts like one log point of technological distance.
    #[default(350.0)]
    #[schemars(range(min = 1.0, max = 100000.0), extend("x-unit" = "km", "x-source" = "Bottazzi & Peri 2003: knowledge spill-overs fade within about 300 km"))]
    pub half_distance: f64,
    /// Distance between firms of different capital source.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub ownership_distance: f64,
    /// Factor on the distance to technology abroad.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 100.0), extend("x-unit" = "-", "x-source" = "Dosi, Roventini & Russo 2019: penalty on imitation abroad"))]
    pub abroad_penalty: f64,
    /// Research outlay that employs one engineer for a year.
    #[default(0.25)]
    #[schemars(range(min = 0.001, max = 10.0), extend("x-unit" = "million CNY per person and year", "x-source" = "assumption: wage, equipment and materials of one research engineer"))]
    pub engineer_cost: f64,
    /// Share of the research outlay spent on contracts with universities and institutes.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption; firms finance about a third of university research"))]
    pub external_share: f64,
    /// Share of a research grant that becomes additional research; the rest replaces own money.
    #[default(0.5)]
    #[schemars(
        range(min = 0.0, max = 2.0),
        extend("x-unit" = "share 0-1", "x-source" = "assumption between -0.5 (Boeing 2016, at once) and +1.3")
    )]
    pub grant_additionality: f64,
}

/// A step that one firm makes in one field.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    row: u32,
    field: u16,
    rise: f32,
    /// Of the field in the firm's recipe.
    weight: f64,
    imitation: bool,
}

/// Draws the research events of all firms, then lets their knowledge grow.
pub fn step(world: &mut World, params: &Params, terms: &Terms, annuity: f64, draws: &Draws) {
    if !params.enabled {
        return;
    }
    pay_incentives(world);
    let worth = Worth::new(Source::Now(terms), terms, annuity);
    let mut desks = search(world, params, worth, draws, world.clock.tick);
    settle(world, &mut desks);
    world.scratch.give_back(desks);
}

/// Incentives of staff: bonuses in proportion to the money that goes to improvement; what the budget cannot pay
/// is not promised.
fn pay_incentives(world: &mut World) {
    let World { firms, levers, ledger, .. } = world;
    let levers::Levers { incentives, outlays, .. } = levers;
    for lever in incentives.iter_mut() {
        let addressed =
            |row: &usize| lever.addressees.include(&firms.profile[*row], firms.workforce[*row].workers.get());
        let rows = (0..firms.len()).filter(addressed);
        let budgets = rows.map(|row| f64::from(firms.effort[row].budget[IMPROVE]));
        let (sum, count) = budgets.fold((0.0, 0.0), |(sum, count), budget| (sum + budget, count + 1.0));
        let full = lever.nominal * sum;
        let paid = outlays[lever.instrument].pay(full, full, count);
        lever.rate = if full > 0.0 { lever.nominal * paid / full } else { 0.0 };
        ledger.post(Entry::StaffIncentive, paid);
    }
}

/// Draws the events and their pay-offs as at `tick` but lets nobody learn: the pre-run of the opening
/// state lives on it.
pub fn rehearse(
    world: &mut World,
    params: &Params,
    terms: &Terms,
    margins: &[Margins],
    annuity: f64,
    draws: &Draws,
    tick: u32,
) {
    if params.enabled {
        let desks = search(world, params, Worth::new(Source::Known(margins), terms, annuity), draws, tick);
        world.scratch.give_back(desks);
    }
}

/// What competence is worth to a firm.
#[derive(Clone, Copy)]
struct Worth<'a> {
    margins: Source<'a>,
    /// Present value of what competence brings, over the annual cash flow that the process level brings.
    factor: f64,
}

impl<'a> Worth<'a> {
    fn new(margins: Source<'a>, terms: &Terms, annuity: f64) -> Self {
        Worth { margins, factor: annuity * (1.0 - terms.vintage_weight) }
    }

    /// Present value of a log point of competence, million CNY.
    fn of(&self, world: &World, row: usize) -> f64 {
        self.factor
            * match self.margins {
                Source::Known(margins) => margins[row].process,
                Source::Now(terms) => world.profit_function(row, terms).marginal_process(),
            }
    }
}

fn search(world: &mut World, params: &Params, worth: Worth<'_>, draws: &Draws, tick: u32) -> Desks<Desk> {
    let (mut desks, mut tables) = (world.scratch.take(), world.scratch.take::<Tables>());
    tables.renew(world, params);
    let mut efforts = std::mem::take(&mut world.firms.effort);
    decide(&mut desks, &Search::new(world, params, &tables), &mut efforts, worth, draws.key(RESEARCH, tick));
    world.firms.effort = efforts;
    world.scratch.give_back(tables);
    desks
}

/// Decides in parallel on the knowledge at the start of the tick; writes only each firm's own gains.
fn decide(desks: &mut Desks<Desk>, search: &Search<'_>, efforts: &mut [Effort], worth: Worth<'_>, key: Key) {
    let world = search.world;
    desks.open(efforts.len(), (efforts, world.firms.id.as_slice()), |desk, part| {
        desk.steps.clear();
        let (efforts, ids) = part.columns;
        for (row, (effort, id)) in (part.first..).zip(efforts.iter_mut().zip(ids)) {
            let rises = search.firm(row, effort, key.firm(*id), desk);
            if rises != [0.0; 2] {
                let worth = worth.of(world, row);
                effort.gain[IMPROVE] = (worth * rises[0]) as f32;
                effort.gain[IMITATE] = (worth * rises[1]) as f32;
            }
        }
    });
}

/// Lets firms make their steps, each its own.
fn settle(world: &mut World, desks: &mut Desks<Desk>) {
    let World { firms, events, .. } = world;
    let fields = firms.fields;
    desks.again((Wide(firms.levels.as_mut_slice(), fields), firms.technique.as_mut_slice()), |desk, part| {
        let (Wide(levels, _), techniques) = part.columns;
        for step in &desk.steps {
            let at = step.row as usize - part.first;
            levels[at * fields + usize::from(step.field)] += step.rise;
            techniques[at].competence += step.weight * f64::from(step.rise);
        }
    });
    let steps = || desks.iter().flat_map(|desk| &desk.steps);
    let imitations = steps().filter(|step| step.imitation).count();
    events.imitations += imitations as u64;
    events.improvements += (steps().count() - imitations) as u64;
}

/// How a step is learned: the recipe-weighted lead of the model, the share of the step that it lets go, and whether it
/// is an imitation.
#[derive(Debug, Clone, Copy)]
struct Lesson {
    lead: f64,
    share: f64,
    imitation: bool,
}

/// A field of a firm's recipe as a searching firm sees it.
#[derive(Debug, Clone, Copy)]
struct Room {
    field: usize,
    weight: f64,
    /// What the firm knows.
    own: f64,
    /// Limit of what it can learn.
    top: f64,
}

impl Room {
    /// Limit of what it can learn from a firm that knows this.
    #[inline]
    fn limit(&self, knowledge: &[f32]) -> f64 {
        let known = f64::from(knowledge[self.field]);
        // Not `min`, which would first look whether one of them is no number: nothing is compared more often.
        if known < self.top { known } else { self.top }
    }
}

/// What is written down while firms search, one after the other.
#[derive(Default)]
struct Desk {
    /// The fields of the firm's recipe.
    rooms: Vec<Room>,
    /// Limits of what the firm can learn, by field.
    tops: Vec<f32>,
    /// Whom it could imitate.
    models: Vec<Model>,
    /// Steps of all firms so far.
    steps: Vec<Step>,
}

/// The search of one firm at a time.
struct Search<'a> {
    world: &'a World,
    params: &'a Params,
    years: f64,
    tables: &'a Tables,
    /// Effective engineers of contracts per unit of outlay, before the quality of science.
    contracted: f64,
}

/// What all who search look up, made anew in every tick.
#[derive(Default)]
struct Tables {
    /// Distances of two cities, in log points of technology.
    far: Vec<f64>,
    /// Distances of two ownership groups, likewise.
    foreign: Vec<f64>,
    /// Weights of all fields in the recipes, one recipe after the other.
    weights: Vec<f32>,
    /// Limits of what the world has codified, by field.
    ceilings: Vec<f32>,
}

impl Tables {
    fn renew(&mut self, world: &World, params: &Params) {
        let (structure, fields) = (&world.structure, world.structure.fields.len());
        let Tables { far, foreign, weights, ceilings } = self;
        far.clear();
        far.extend(structure.distances.iter().flatten().map(|km| km / params.half_distance));
        let sources = structure.ownership.iter().map(|group| group.capital_source);
        let apart = |a, b| if a == b { 0.0 } else { params.ownership_distance };
        foreign.clear();
        foreign.extend(sources.clone().flat_map(|a| sources.clone().map(move |b| apart(a, b))));
        ceilings.clear();
        ceilings.extend(world.outside.ceiling.iter().map(|ceiling| *ceiling as f32));
        weights.clear();
        weights.resize(structure.sub_industries.len() * fields, 0.0);
        for (weights, sub) in weights.chunks_exact_mut(fields.max(1)).zip(&structure.sub_industries) {
            sub.recipe.iter().for_each(|(field, weight)| weights[*field] = *weight as f32);
        }
    }
}

impl<'a> Search<'a> {
    fn new(world: &'a World, params: &'a Params, tables: &'a Tables) -> Self {
        let years = world.clock.years();
        Search { world, params, years, tables, contracted: params.external_share / (params.engineer_cost * years) }
    }

    /// Events of one firm; returns the rise of competence from improvements and imitations.
    fn firm(&self, row: usize, effort: &Effort, mut small: Small, desk: &mut Desk) -> [f64; 2] {
        let outlay = effort.research();
        if outlay <= 0.0 {
            return [0.0; 2];
        }
        let per_outlay = self.effective_engineers(row, outlay) / outlay;
        let rate = |option: usize, advantage: f64| {
            advantage * arrivals(per_outlay * f64::from(effort.budget[option]), self.params) * self.years
        };
        let improvements = poisson(small.uniform(), rate(IMPROVE, 1.0 + self.incentive(row)), MOST_EVENTS);
        let imitations = poisson(small.uniform(), rate(IMITATE, self.params.imitation_advantage), MOST_EVENTS);
        let mut rises = [0.0; 2];
        if improvements + imitations == 0 {
            return rises;
        }
        self.look_round(row, desk);
        for _ in 0..improvements {
            rises[0] += self.improve(row, &mut small, desk);
        }
        for _ in 0..imitations {
            rises[1] += self.imitate(row, &mut small, desk);
        }
        rises
    }

    /// The fields of a firm's recipe, what it knows of them and what it could.
    fn look_round(&self, row: usize, desk: &mut Desk) {
        let (firms, outside) = (&self.world.firms, &self.world.outside);
        let (own, generations) = (firms.knowledge(row), firms.generations(row));
        let recipe = &self.world.structure.sub_industries[usize::from(firms.profile[row].sub_industry)].recipe;
        desk.tops.clone_from(&self.tables.ceilings);
        desk.rooms.clear();
        desk.rooms.extend(recipe.iter().map(|&(field, weight)| {
            let top = outside.ceiling_of(field, generations[field]);
            desk.tops[field] = top as f32;
            Room { field, weight, own: f64::from(own[field]), top }
        }));
    }

    /// Additional improvements that incentives of staff bring, relative to the usual ones.
    fn incentive(&self, row: usize) -> f64 {
        let (levers, firms) = (&self.world.levers.incentives, &self.world.firms);
        if levers.is_empty() {
            return 0.0;
        }
        levers::rate_for(levers, &firms.profile[row], firms.workforce[row].workers.get(), 1.0)
    }

    /// Effective engineers of a firm, in terms of real firms: its own and those of its contracts.
    fn effective_engineers(&self, row: usize, outlay: f64) -> f64 {
        let world = self.world;
        let profile = &world.firms.profile[row];
        let efficiency = world.dials[usize::from(profile.ownership)].research_efficiency;
        let own = world.firms.workforce[row].engineers * efficiency;
        let contracts = outlay * self.contracted;
        let quality = world.science_quality[usize::from(profile.sub_industry)];
        // Shared facilities let the same outlay do more.
        let shared = 1.0 + world.platforms.facility(&world.firms.membership[row]);
        (own + contracts * quality) * shared * world.structure.scale
    }

    /// One improvement: a field by weight and room below the ceiling.
    fn improve(&self, row: usize, small: &mut Small, desk: &mut Desk) -> f64 {
        // The lead of somebody who knows all that the firm can learn.
        let lead = lead(&desk.tops, self.world.firms.knowledge(row), &desk.tops, self.weights_of(row));
        let lesson = Lesson { lead, share: 1.0, imitation: false };
        self.learn(row, |room| room.top, lesson, small, desk)
    }

    /// One imitation: a target by distance, then a field by weight and lead.
    fn imitate(&self, row: usize, small: &mut Small, desk: &mut Desk) -> f64 {
        let Some(Model { target, lead, .. }) = self.model(row, small, desk) else { return 0.0 };
        match target {
            Target::Abroad => {
                let ceiling = &self.world.outside.ceiling;
                let lesson = Lesson { lead, share: 1.0, imitation: true };
                self.learn(row, |room| ceiling[room.field], lesson, small, desk)
            }
            Target::Firm(other) => {
                let knowledge = self.world.firms.knowledge(other);
                let group = usize::from(self.world.firms.profile[other].ownership);
                let lesson = Lesson { lead, share: self.world.dials[group].spill_over, imitation: true };
                self.learn(row, |room| room.limit(knowledge), lesson, small, desk)
            }
        }
    }

    /// One step towards `limit` in a field drawn by weight and gap; returns the rise of competence.
    fn learn(
        &self,
        row: usize,
        limit: impl Fn(&Room) -> f64,
        lesson: Lesson,
        small: &mut Small,
        desk: &mut Desk,
    ) -> f64 {
        let gap = |room: &Room| positive(limit(room) - room.own);
        if lesson.lead <= 0.0 {
            return 0.0;
        }
        let mut left = small.uniform() * lesson.lead;
        let chosen = desk.rooms.iter().find(|room| {
            left -= room.weight * gap(room);
            left < 0.0
        });
        let Some(room) = chosen.or(desk.rooms.last()) else { return 0.0 };
        let rise = (lesson.share * step_size(gap(room), small.word(), self.params)) as f32;
        let &Room { field, weight, .. } = room;
        desk.steps.push(Step { row: row as u32, field: field as u16, rise, weight, imitation: lesson.imitation });
        weight * f64::from(rise)
    }

    /// Somebody with something to learn from, the nearer the likelier.
    fn model(&self, row: usize, small: &mut Small, desk: &mut Desk) -> Option<Model> {
        let Desk { tops, models, .. } = desk;
        let (own, weights) = (self.world.firms.knowledge(row), self.weights_of(row));
        models.clear();
        let abroad = lead(&self.tables.ceilings, own, &self.tables.ceilings, weights);
        models.push(Model { target: Target::Abroad, lead: abroad, weight: self.weight_abroad(abroad) });
        for _ in 0..self.params.candidates {
            if let Some(other) = self.candidate(row, small) {
                let knowledge = self.world.firms.knowledge(other);
                let lead = lead(tops, own, knowledge, weights);
                models.push(Model { target: Target::Firm(other), lead, weight: self.weight(row, other, lead) });
            }
        }
        let total: f64 = models.iter().map(|model| model.weight).sum();
        let mut left = small.uniform() * total;
        models.iter().copied().find(|model| {
            left -= model.weight;
            left < 0.0
        })
    }

    /// A firm of the same sub-industry, or of one drawn by relatedness.
    fn candidate(&self, row: usize, small: &mut Small) -> Option<usize> {
        let s = usize::from(self.world.firms.profile[row].sub_industry);
        let from = if small.uniform() < self.params.related_share { self.world.structure.related(s, small) } else { s };
        let members = &self.world.members[from];
        if members.is_empty() {
            return None;
        }
        let other = members[small.index(members.len())] as usize;
        (other != row).then_some(other)
    }

    /// Weights of all fields in the recipe of a firm.
    fn weights_of(&self, row: usize) -> &[f32] {
        let (s, fields) = (usize::from(self.world.firms.profile[row].sub_industry), self.tables.ceilings.len());
        &self.tables.weights[s * fields..(s + 1) * fields]
    }

    fn weight_abroad(&self, lead: f64) -> f64 {
        if lead <= 0.0 { 0.0 } else { 1.0 / (self.params.distance_floor + self.params.abroad_penalty * lead) }
    }

    fn weight(&self, row: usize, other: usize, lead: f64) -> f64 {
        let (a, b) = (&self.world.firms.profile[row], &self.world.firms.profile[other]);
        let structure = &self.world.structure;
        let (cities, groups) = (structure.distances.len(), structure.ownership.len());
        let far = self.tables.far[usize::from(a.city) * cities + usize::from(b.city)];
        let foreign = self.tables.foreign[usize::from(a.ownership) * groups + usize::from(b.ownership)];
        let weight = 1.0 / (self.params.distance_floor + lead + far + foreign);
        if lead > 0.0 { weight } else { 0.0 }
    }
}

/// The number, or zero where it is below. Not `max`, which would first look whether it is none.
#[inline]
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

/// Recipe-weighted lead of somebody who knows `theirs` over a firm that knows `own`, within the limits `tops`.
///
/// Over all fields and not only those of the recipe, whose weights alone are above zero: eight side by side are faster
/// than one after the other.
fn lead(tops: &[f32], own: &[f32], theirs: &[f32], weights: &[f32]) -> f64 {
    const LANES: usize = 8;
    let gap = |top: f32, own: f32, theirs: f32| {
        let gap = (if theirs < top { theirs } else { top }) - own;
        if gap > 0.0 { gap } else { 0.0 }
    };
    let (mut sums, mut rest) = ([0.0f32; LANES], 0.0f32);
    let (tops, last_tops) = tops.as_chunks::<LANES>();
    let (own, last_own) = own.as_chunks::<LANES>();
    let (theirs, last_theirs) = theirs.as_chunks::<LANES>();
    let (weights, last_weights) = weights.as_chunks::<LANES>();
    for (((tops, own), theirs), weights) in tops.iter().zip(own).zip(theirs).zip(weights) {
        for lane in 0..LANES {
            sums[lane] += weights[lane] * gap(tops[lane], own[lane], theirs[lane]);
        }
    }
    for (((top, own), theirs), weight) in last_tops.iter().zip(last_own).zip(last_theirs).zip(last_weights) {
        rest += weight * gap(*top, *own, *theirs);
    }
    f64::from(sums.iter().sum::<f32>() + rest)
}

/// Somebody to imitate.
#[derive(Debug, Clone, Copy)]
struct Model {
    target: Target,
    /// Recipe-weighted lead over the firm.
    lead: f64,
    /// Weight in the choice.
    weight: f64,
}

/// Whom to imitate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Abroad,
    Firm(usize),
}

/// Events per year at `engineers` effective engineers.
pub fn arrivals(engineers: f64, params: &Params) -> f64 {
    params.arrival_rate * power(engineers.max(0.0), params.effort_exponent)
}

/// Rise in a field whose limit is `gap` away.
pub fn step_size(gap: f64, word: u64, params: &Params) -> f64 {
    let full = params.step * 2.0 * beta_three_three(word);
    (full * (1.0 - exp(-gap / params.step_gap))).min(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_by_hand() {
        let params = Params { arrival_rate: 0.45, effort_exponent: 0.25, ..Params::default() };
        assert!((arrivals(16.0, &params) - 0.9).abs() < 1e-12);
        assert_eq!(arrivals(0.0, &params), 0.0);
    }

    #[test]
    fn leads_over_all_fields_are_leads_over_the_recipe() {
        let mut small = Small::new(9);
        for fields in [3, 8, 24, 29] {
            let mut some = || (0..fields).map(|_| small.uniform() as f32).collect::<Vec<f32>>();
            let (own, theirs, tops) = (some(), some(), some());
            let recipe: Vec<(usize, f64)> = (0..fields).step_by(2).map(|field| (field, 0.1)).collect();
            let room = |&(field, weight): &(usize, f64)| Room {
                field,
                weight,
                own: f64::from(own[field]),
                top: f64::from(tops[field]),
            };
            let rooms: Vec<Room> = recipe.iter().map(room).collect();
            let mut weights = vec![0.0; fields];
            recipe.iter().for_each(|(field, weight)| weights[*field] = *weight as f32);
            let found = lead(&tops, &own, &theirs, &weights);
            let by_recipe = rooms.iter().map(|room| room.weight * positive(room.limit(&theirs) - room.own));
            assert!((found - by_recipe.sum::<f64>()).abs() < 1e-6);
        }
    }

    #[test]
    fn steps_shrink_near_the_ceiling_and_never_cross_it() {
        let params = Params::default();
        // Five equal chunks make the median exact: all bits set in none gives the smallest draw.
        let middle = (0..5).fold(0u64, |word, j| word | 2048 << (12 * j));
        let far = step_size(10.0, middle, &params);
        assert!((far - params.step * 2.0 * 2048.5 / 4096.0).abs() < 1e-12);
        let near = step_size(0.08, middle, &params);
        assert!((near / far - (1.0 - (-1.0f64).exp())).abs() < 1e-9);
        let mut small = Small::new(4);
        assert!((0..1000).all(|_| step_size(0.001, small.word(), &params) <= 0.001));
    }
}
