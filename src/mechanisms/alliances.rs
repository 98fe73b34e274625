//! Alliances and the innovation network.
//!
//! # Question
//! Who works with whom, why does the network grow fast at first, and why does it stop?
//!
//! # Story
//! Firms that do research look once a year for a partner: a former one, a supplier or customer, a
//! partner's partner, somebody in the same city, a university, institute or partner abroad; at most five
//! are looked at.
//! They propose to the one that promises most: knowledge to gain, times the chance that the work goes
//! well, which rises with trust and with common partners. The other side must gain, too. A pair joins the
//! largest project that one of them already works in, or starts one; after three to five years it is
//! renewed if every side still gains. Members learn from each other slowly, and trust follows success.
//! Every further link costs more attention than the last, and what a firm can still learn from others is
//! finite: so growth must end by itself. Nothing caps the number of links.
//!
//! # Equations
//! - worth of a link to i: `v S_i^.5 P (.5 gain_i + .25 (eps + gain_i + gain_j)) - c (1 + 2 eta d_i)`
//!   (`value` = v, `bonus` = eps, `link_cost` = c, `cost_growth` = eta, d active partners, S research outlay
//!   relative to the median of research-active firms)
//! - chance of success `P = .3 + .5 (.6 trust + .4 common)`, common = share of i's partners (at most
//!   eight looked at) that are j's
//! - gain: `sum_k w_k max(0, min(a_jk, ceiling_ik) - a_ik)`
//! - search: probability `s (.04 + .96 share of business contacts allied)` a quarter (`search` = s)
//! - trust: success `t + .3 (1 - t)`, failure `.5 t`, fading to .95 t in a year; mediation closes a share of
//!   the distance to 1 in a year
//! - field of a project: need x `e^(noise x (1 - foresight) x normal)` x promise
//! - learning: `a_i + l max(0, min(best partner, ceiling_i) - a_i)` a quarter (`learning` = l)
//!
//! # Place in the tick
//! After research, before breakthroughs.
//!
//! # Reads / Writes
//! Reads knowledge, research outlays, engineers; writes `world.network`, knowledge and competence,
//! `effort.gain`, the number of projects of firms and researchers, the ledger and outlays of programmes.
//!
//! # Randomness
//! Streams `SEARCH` and `EXPIRY`, one word per tick each, mixed with the numbers of firms and of alliances.
//!
//! # Sources
//! Cowan, Jonard & Zimmermann 2007 (Management Science 53:1051: relational and structural credit);
//! Gilbert, Pyka & Ahrweiler (SKIN: five candidates); Tomasello et al. 2014 (shares of former and new
//! partners); starting values from prototypes of the design.
//!
//! # REQ numbers
//! REQ-01, REQ-02, REQ-09, REQ-19, REQ-20, REQ-24, REQ-41, REQ-45.
//!
//! # What it leaves out
//! Bargaining over the shares of a project.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::network::Alliance;
use crate::world::profit::Terms;
use lessons::{Lesson, Teaching, absorb};
use life::{Aim, Founded, Verdict, expire, settle};
use programmes::{mediate, pay_brokers, pay_foresight};
use projects::Projects;
use scene::{Scene, look_around};
use search::{Wish, search};

mod lessons;
mod life;
mod programmes;
mod projects;
mod scene;
mod search;

/// Search for partners.
pub const SEARCH: Stream = Stream(10);
/// Outcome and renewal of alliances.
pub const EXPIRY: Stream = Stream(11);
/// Partners looked at for common partners: structural credit is the product of two degrees.
const LOOKED_AT: usize = 8;
const ALLIANCE: usize = UpgradingOption::Alliance as usize;
/// Alliances that one part of parallel work has at the least: there are few of them, and each asks much.
const FEW: usize = 16;

/// Parameters of alliances.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Whether links may form and end; off freezes the network as it is.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub rewiring: bool,
    /// Value of a unit of knowledge to a research-active firm of median size.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "million CNY per quarter and log point", "x-source" = "assumption, chosen so that linked subjects have 3-4 partners; its ratio to link_cost matters"))]
    pub value: f64,
    /// Value of a partner beyond the knowledge seen today.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub bonus: f64,
    /// Cost of the first link.
    #[default(0.005)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "million CNY per quarter", "x-source" = "assumption"))]
    pub link_cost: f64,
    /// Rise of the cost of a link with the links there are.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption: attention is scarce"))]
    pub cost_growth: f64,
    /// Probability that a research-active firm all of whose business contacts are allied looks for a
    /// partner.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub search: f64,
    /// The same probability for a firm none of whose contacts is allied, relative to it.
    #[default(0.04)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: what contacts do is imitated"))]
    pub spontaneous: f64,
    /// Engineers, relative to real firms, from which a firm is research-active.
    #[default(6.0)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "persons", "x-source" = "assumption: about three firms in ten do research (China, enterprises above designated size)"))]
    pub active_engineers: f64,
    /// Share of research-active firms that look for a partner once before the opening.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: density of the opening network", "x-opening" = true))]
    pub opening_share: f64,
    /// Shortest life of an alliance before it is renewed or ends.
    #[default(12)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "contracts of about 3-5 years (assumption)"))]
    pub shortest_life: u32,
    /// Longest life.
    #[default(20)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "contracts of about 3-5 years (assumption)"))]
    pub longest_life: u32,
    /// Share of a partner's lead learned through the alliance.
    #[default(0.005)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub learning: f64,
    /// Trust between new partners.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub opening_trust: f64,
    /// Trust below which a former partner is forgotten.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub forgotten_below: f64,
    /// Trust left after a year.
    #[default(0.95)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per year", "x-source" = "assumption"))]
    pub trust_persistence: f64,
    /// Research partners abroad whom the region's firms can meet.
    #[default(8)]
    #[schemars(range(min = 0, max = 1000), extend("x-unit" = "partners", "x-source" = "assumption", "x-opening" = true))]
    pub partners_abroad: u32,
    /// Distance of partners abroad below the frontier of their fields.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub abroad_gap: f64,
    /// Share of their lead that partners abroad let others learn.
    #[default(0.4)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: they hold back what matters most"))]
    pub abroad_openness: f64,
    /// Noise of the signal by which fields of joint research are chosen.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub signal_noise: f64,
    /// Cost of bringing one firm together with possible partners.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "million CNY per firm", "x-source" = "assumption: fairs, brokers, project advice"))]
    pub brokerage_cost: f64,
    /// Cost of a year of mediation between two partners that closes the whole distance to full trust.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "million CNY per relation and year", "x-source" = "assumption: about an engineer's pay"))]
    pub mediation_cost: f64,
    /// Cost of assessing the field of one new project so well that the signal has no noise.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "million CNY per project", "x-source" = "assumption: road maps, panels, a data base of projects"))]
    pub foresight_cost: f64,
    /// Share of the progress of a project that survives its end.
    #[default(0.8)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub progress_kept: f64,
}

/// Lists that are filled anew in every tick.
#[derive(Default)]
struct Workspace {
    /// What searching firms see.
    scene: Scene,
    /// Projects of every node.
    projects: Projects,
    /// What becomes of the alliances whose term is over.
    verdicts: Desks<Vec<Verdict>>,
    /// Wishes of searching firms.
    wishes: Desks<Vec<Wish>>,
    /// Alliances that form, the last of the list.
    founded: Vec<Founded>,
    /// What they agree on.
    aims: Desks<Vec<Aim>>,
    /// What members learn from each other.
    lessons: Desks<Vec<Lesson>>,
}

/// Looks for partners, lets alliances form, learn, be renewed and end.
pub fn step(world: &mut World, params: &Params, terms: &Terms, annuity: f64, draws: &Draws) {
    world.network.clear_events();
    if !params.enabled {
        return;
    }
    follow_the_frontier(world, params);
    let mut work: Workspace = world.scratch.take();
    if params.rewiring {
        rewire(world, &mut work, params, draws);
    }
    let (lessons, teaching) = (&mut work.lessons, Teaching { params, terms, annuity, shift: 0 });
    teaching.teach(world, lessons);
    conclude(world, params, |world| absorb(world, lessons, true));
    world.scratch.give_back(work);
}

/// Lets alliances end and form.
fn rewire(world: &mut World, work: &mut Workspace, params: &Params, draws: &Draws) {
    look_around(world, &mut work.scene, params);
    fade(world, params);
    mediate(world, params);
    expire(world, &mut work.scene, &mut work.verdicts, params, draws);
    pay_brokers(world, &work.scene, params);
    note_and_search(world, work, params, draws);
    settle(world, work, params);
    pay_foresight(world, params);
}

/// Notes who takes part in which project, which nobody asks before alliances form, while firms search.
fn note_and_search(world: &World, work: &mut Workspace, params: &Params, draws: &Draws) {
    let Workspace { scene, projects, wishes, .. } = work;
    rayon::join(
        || projects.note_all(&world.network.alliances, scene.firms, scene.degree.len()),
        || search(world, scene, wishes, params, draws),
    );
}

/// Builds the opening network: some active firms have looked for a partner once.
pub fn open(world: &mut World, params: &Params, draws: &Draws) {
    promise(world);
    follow_the_frontier(world, params);
    if !params.enabled {
        return;
    }
    let once = Params { search: 1.0, spontaneous: 1.0, ..params.clone() };
    let mut work: Workspace = world.scratch.take();
    look_around(world, &mut work.scene, &once);
    note_and_search(world, &mut work, &once, draws);
    work.wishes.retain(|wish| Small::new(!wish.seed).uniform() < params.opening_share);
    settle(world, &mut work, params);
    world.scratch.give_back(work);
    // Terms began at different times.
    let tick = world.clock.tick;
    let key = draws.key(EXPIRY, tick);
    for alliance in &mut world.network.alliances {
        let life = alliance.until - tick;
        let mut small = key.of(alliance.number);
        alliance.until = tick + 1 + small.index(life.max(1) as usize) as u32;
    }
    conclude(world, params, |_| ());
    world.network.clear_events();
}

/// Values what members would learn without letting them: the pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, terms: &Terms, annuity: f64, shift: u32) {
    if params.enabled {
        let mut work: Workspace = world.scratch.take();
        Teaching { params, terms, annuity, shift }.teach(world, &mut work.lessons);
        absorb(world, &work.lessons, false);
        world.scratch.give_back(work);
    }
}

/// Hidden promise of each generic field: how much of the region's industry it touches.
fn promise(world: &mut World) {
    let World { firms, structure, network, .. } = world;
    let mut reach = vec![0.0; structure.fields.len()];
    for (profile, flow) in firms.profile.iter().zip(&firms.flow) {
        for (field, weight) in &structure.sub_industries[usize::from(profile.sub_industry)].recipe {
            reach[*field] += *weight * flow.sales;
        }
    }
    let total: f64 = reach.iter().sum();
    let fields = structure.fields.len();
    network.promise = reach.iter().map(|r| if total > 0.0 { r / total * fields as f64 } else { 0.0 }).collect();
    network.generation = vec![0; fields];
    network.holders = vec![Vec::new(); fields];
    network.breakthroughs = vec![0; fields];
    network.hazard = vec![0.0; fields];
}

/// Partners abroad know what the world's frontier is about, and hold part of it back.
fn follow_the_frontier(world: &mut World, params: &Params) {
    let World { partners_abroad, outside, .. } = world;
    for partner in partners_abroad {
        partner.levels.iter_mut().zip(&outside.frontier).for_each(|(level, f)| *level = f - params.abroad_gap);
        partner.openness = params.abroad_openness;
    }
}

/// Trust fades.
fn fade(world: &mut World, params: &Params) {
    let persistence = libm::pow(params.trust_persistence, world.clock.years()) as f32;
    world.network.bonds.iter_mut().for_each(|bond| bond.trust *= persistence);
}

/// Takes new bonds in; counts everybody's projects at the same time, and does `meanwhile` what knows nothing of relations.
fn conclude(world: &mut World, params: &Params, meanwhile: impl FnOnce(&mut World) + Send) {
    let (firms, science) = (world.firms.len(), world.researchers());
    let mut network = std::mem::take(&mut world.network);
    let alliances = std::mem::take(&mut network.alliances);
    rayon::join(
        || network.index(firms, science, params.forgotten_below as f32),
        || {
            count_projects(world, &alliances);
            meanwhile(world);
        },
    );
    network.alliances = alliances;
    world.network = network;
}

/// Counts in how many projects everybody takes part; firms that take part in none any more have been told.
fn count_projects(world: &mut World, alliances: &[Alliance]) {
    (0..world.researchers()).for_each(|number| world.researcher_mut(number).projects = 0);
    let members = alliances.iter().flat_map(Alliance::members);
    members.clone().for_each(|member| *world.projects_mut(*member) = 0);
    members.for_each(|member| {
        let projects = world.projects_mut(*member);
        *projects = projects.saturating_add(1);
    });
}
