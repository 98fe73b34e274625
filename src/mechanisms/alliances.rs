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

use rayon::prelude::*;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::ordered::{CHUNK, MIN_ROWS};
use crate::world::World;
use crate::world::firms::{UpgradingOption, Workforce};
use crate::world::ledger::Entry;
use crate::world::levers;
use crate::world::network::{Alliance, AllianceEvent, Bond, Carried, Happening, MOST_MEMBERS, Network, Place, Subject};
use crate::world::platforms::SubPlatform;
use crate::world::profit::Terms;

/// Search for partners.
pub const SEARCH: Stream = Stream(10);
/// Outcome and renewal of alliances.
pub const EXPIRY: Stream = Stream(11);
/// Partners looked at for common partners: structural credit is the product of two degrees.
const LOOKED_AT: usize = 8;
const ALLIANCE: usize = UpgradingOption::Alliance as usize;

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

/// Looks for partners, lets alliances form, learn, be renewed and end.
pub fn step(world: &mut World, params: &Params, terms: &Terms, annuity: f64, draws: &Draws) {
    world.network.clear_events();
    if !params.enabled {
        return;
    }
    follow_the_frontier(world, params);
    // Firms have come and gone since the last tick.
    conclude(world, params);
    if params.rewiring {
        fade(world, params);
        mediate(world, params);
        let mut scene = Scene::new(world, params);
        expire(world, &scene, params, draws);
        scene.count(world);
        pay_brokers(world, &scene, params);
        let intents = search(world, &scene, params, draws);
        settle(world, scene, &intents, params);
        pay_foresight(world, params);
        conclude(world, params);
    }
    learn(world, params, terms, annuity, Practice::Real);
}

/// Builds the opening network: some active firms have looked for a partner once.
pub fn open(world: &mut World, params: &Params, draws: &Draws) {
    promise(world);
    follow_the_frontier(world, params);
    if !params.enabled {
        return;
    }
    let once = Params { search: 1.0, spontaneous: 1.0, ..params.clone() };
    let scene = Scene::new(world, &once);
    let mut intents = search(world, &scene, &once, draws);
    intents.retain(|intent| Small::new(!intent.seed).uniform() < params.opening_share);
    settle(world, scene, &intents, params);
    // Terms began at different times.
    let tick = world.clock.tick;
    let key = draws.key(EXPIRY, tick);
    for alliance in &mut world.network.alliances {
        let life = alliance.until - tick;
        let mut small = key.of(alliance.number);
        alliance.until = tick + 1 + small.index(life.max(1) as usize) as u32;
    }
    conclude(world, params);
    world.network.clear_events();
}

/// Values what members would learn without letting them: the pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, terms: &Terms, annuity: f64, shift: u32) {
    if params.enabled {
        learn(world, params, terms, annuity, Practice::Rehearsal(shift));
    }
}

/// Hidden promise of each generic field: how much of the region's industry it touches.
fn promise(world: &mut World) {
    let World { firms, structure, network, .. } = world;
    let mut reach = vec![0.0; structure.fields.len()];
    for (profile, flow) in firms.profile.iter().zip(&firms.flow) {
        for (field, weight) in &structure.sub_industries[usize::from(profile.sub_industry)].recipe {
            reach[*field] += weight * flow.sales;
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

/// Mediation builds trust between partners of whom one is addressed, as far as the money goes.
fn mediate(world: &mut World, params: &Params) {
    let World { clock, firms, structure, network, levers, ledger, .. } = world;
    let levers::Levers { trust, outlays, .. } = levers;
    for lever in trust.iter() {
        let addressed = |subject: &Subject| match subject.place() {
            Place::Firm(row) => lever.addressees.include(&firms.profile[row], firms.workforce[row].workers),
            Place::Science(_) => false,
        };
        let partners = |bond: &&mut Bond| bond.projects > 0 && (addressed(&bond.a) || addressed(&bond.b));
        let count = network.bonds.iter_mut().filter(partners).count() as f64;
        let pace = clock.share_from_year(lever.nominal);
        let full = count * lever.nominal * params.mediation_cost * clock.years() / structure.scale;
        let paid = outlays[lever.instrument].pay(full, full, count);
        ledger.post(Entry::Mediation, paid);
        let closed = if full > 0.0 { pace * paid / full } else { 0.0 };
        let built = |bond: &mut Bond| bond.trust += closed as f32 * (1.0 - bond.trust);
        network.bonds.iter_mut().filter(partners).for_each(built);
    }
}

/// Pays for the assessment of the fields of new projects led by those addressed.
fn pay_foresight(world: &mut World, params: &Params) {
    let World { firms, structure, network, levers, ledger, .. } = world;
    let levers::Levers { foresight, outlays, .. } = levers;
    for lever in foresight.iter() {
        let led = network.chronicle.iter().filter(|event| {
            event.happening == Happening::Formed
                && matches!(event.alliance.members()[0].place(), Place::Firm(row)
                    if lever.addressees.include(&firms.profile[row], firms.workforce[row].workers))
        });
        let count = led.count() as f64;
        let claims = count * lever.rate * params.foresight_cost / structure.scale;
        let paid = outlays[lever.instrument].pay(claims, claims * lever.to_nominal(), count);
        ledger.post(Entry::Foresight, paid);
    }
}

/// What searching firms see: who is active where, and how many partners everybody has.
struct Scene {
    /// Whether each firm does enough research to take part.
    active: Vec<bool>,
    /// Active firms by city.
    cities: Vec<Vec<u32>>,
    /// Active firms by sub-industry.
    groups: Vec<Vec<u32>>,
    /// Researchers by field.
    researchers: Vec<Vec<u32>>,
    /// Active partners of every node.
    degree: Vec<u16>,
    /// Projects of every node.
    projects: Projects,
    /// Median research outlay of active firms, million CNY per tick.
    usual_research: f64,
    firms: usize,
}

impl Scene {
    fn new(world: &World, params: &Params) -> Self {
        let (firms, scale) = (world.firms.len(), world.structure.scale);
        let rows = (&world.firms.workforce, &world.firms.plant).into_par_iter().with_min_len(MIN_ROWS);
        let does_research = |people: &Workforce| people.engineers * scale >= params.active_engineers;
        let mut scene = Scene {
            active: rows.map(|(people, plant)| does_research(people) && plant.capacity > 0.0).collect(),
            cities: vec![Vec::new(); world.cities.len()],
            groups: vec![Vec::new(); world.members.len()],
            researchers: researchers_by_field(world),
            degree: Vec::new(),
            projects: Projects::default(),
            usual_research: 0.0,
            firms,
        };
        for row in (0..firms).filter(|row| scene.active[*row]) {
            scene.cities[usize::from(world.firms.profile[row].city)].push(row as u32);
            scene.groups[usize::from(world.firms.profile[row].sub_industry)].push(row as u32);
        }
        let active = scene.groups.iter().flatten();
        scene.usual_research = median(active.map(|row| world.firms.flow[*row as usize].research).collect());
        scene.count(world);
        scene
    }

    /// Counts partners and projects as they are now.
    fn count(&mut self, world: &World) {
        self.degree.clear();
        self.degree.resize(self.firms + world.researchers(), 0);
        for bond in world.network.bonds.iter().filter(|bond| bond.projects > 0) {
            self.degree[bond.a.node(self.firms)] += 1;
            self.degree[bond.b.node(self.firms)] += 1;
        }
        self.projects.clear(self.degree.len());
        for (place, alliance) in world.network.alliances.iter().enumerate() {
            alliance.members().iter().for_each(|member| self.note(*member, place));
        }
    }

    /// Notes that a subject takes part in the project at this place.
    fn note(&mut self, member: Subject, place: usize) {
        self.projects.note(member.node(self.firms), place);
    }

    /// Projects of a subject, as places in the list of alliances.
    fn projects_of(&self, member: Subject) -> impl Iterator<Item = usize> + '_ {
        self.projects.of(member.node(self.firms))
    }
}

/// Numbers of the researchers who work in each field.
fn researchers_by_field(world: &World) -> Vec<Vec<u32>> {
    let mut by_field = vec![Vec::new(); world.structure.fields.len()];
    for number in 0..world.researchers() {
        let fields = world.researcher(number).fields;
        let works = by_field.iter_mut().enumerate().filter(|(field, _)| fields >> field & 1 == 1);
        works.for_each(|(_, numbers)| numbers.push(number as u32));
    }
    by_field
}

/// Projects of every node: a chain for each, the latest first.
#[derive(Default)]
struct Projects {
    /// Link of each node that comes first.
    first: Vec<u32>,
    /// Place of a project, and the link that comes next.
    links: Vec<(u32, u32)>,
}

impl Projects {
    /// No link follows.
    const END: u32 = u32::MAX;

    fn clear(&mut self, nodes: usize) {
        self.first.clear();
        self.first.resize(nodes, Self::END);
        self.links.clear();
    }

    fn note(&mut self, node: usize, place: usize) {
        let next = std::mem::replace(&mut self.first[node], self.links.len() as u32);
        self.links.push((place as u32, next));
    }

    fn of(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let link = |at: u32| self.links.get(at as usize).copied();
        std::iter::successors(link(self.first[node]), move |(_, next)| link(*next)).map(|(place, _)| place as usize)
    }
}

/// Median of some amounts; 0 where there is none.
fn median(mut amounts: Vec<f64>) -> f64 {
    if amounts.is_empty() {
        return 0.0;
    }
    let middle = amounts.len() / 2;
    *amounts.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// A firm's wish to work with a subject.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Intent {
    row: usize,
    partner: Subject,
    seed: u64,
}

/// Finds, in parallel, the best partner of every active firm that looks for one.
fn search(world: &World, scene: &Scene, params: &Params, draws: &Draws) -> Vec<Intent> {
    let tick = world.clock.tick;
    let seeker = Seeker { world, scene, params };
    let intents = draws.decide(SEARCH, tick, &world.firms.id, |row, mut small, intents| {
        // In the opening state everybody looks at once.
        if scene.active[row] && (tick == 0 || world.clock.reviews(world.firms.id[row].ordinal())) {
            intents.extend(seeker.look(row, &mut small));
        }
    });
    intents.into_iter().flatten().collect()
}

/// What two subjects can learn from each other.
#[derive(Debug, Clone, Copy)]
struct Gains {
    own: f64,
    others: f64,
}

impl Gains {
    /// The same with the eyes of the other one.
    fn swapped(self) -> Self {
        Gains { own: self.others, others: self.own }
    }
}

/// The search of one firm at a time.
struct Seeker<'a> {
    world: &'a World,
    scene: &'a Scene,
    params: &'a Params,
}

impl Seeker<'_> {
    /// The partner to whom an active firm proposes.
    fn look(&self, row: usize, small: &mut Small) -> Option<Intent> {
        // Whoever would not have looked may be brought to it.
        let (own, brought) = (self.chance_to_look(row), self.brought_together(row));
        let alone = own + (1.0 - own) * brought;
        if small.uniform() >= alone + (1.0 - alone) * self.met(row) {
            return None;
        }
        let me = Subject::firm(row);
        let mut best: Option<(f64, Subject)> = None;
        let candidates = self.candidates(row, small);
        for partner in candidates.into_iter().chain([self.fellow(row, small)]).flatten() {
            let bond = self.world.network.bond(me, partner, self.scene.firms);
            if partner == me || bond.is_some_and(|bond| bond.projects > 0) {
                continue;
            }
            let gains = self.gains(me, partner);
            let mine = self.worth(me, partner, gains, 0);
            if mine > best.map_or(0.0, |(worth, _)| worth) && self.worth(partner, me, gains.swapped(), 0) > 0.0 {
                best = Some((mine, partner));
            }
        }
        best.map(|(_, partner)| Intent { row, partner, seed: small.word() })
    }

    /// Probability to look in a year: the more of one's contacts are allied, the likelier.
    fn chance_to_look(&self, row: usize) -> f64 {
        let p = self.params;
        let neighbours = self.world.network.adjacency.of(row).iter().map(|(to, _)| *to as usize);
        // Small firms that do no research are nobody's example.
        let trade = self.world.business_contacts(row).filter(|node| self.scene.active[*node]);
        let contacts = neighbours.chain(trade);
        let (mut allied, mut all) = (0, 0);
        for node in contacts {
            all += 1;
            allied += usize::from(self.scene.degree[node] > 0);
        }
        let share = if all > 0 { f64::from(allied as u32) / f64::from(all) } else { 0.0 };
        let quarter = (p.search * (p.spontaneous + (1.0 - p.spontaneous) * share)).min(1.0);
        let half_year = (1.0 - quarter) * (1.0 - quarter);
        1.0 - half_year * half_year
    }

    /// Additional chance to look from programmes that bring subjects together.
    fn brought_together(&self, row: usize) -> f64 {
        let levers = &self.world.levers.connection;
        let profile = &self.world.firms.profile[row];
        if levers.is_empty() {
            0.0
        } else {
            levers::rate_for(levers, profile, self.world.firms.workforce[row].workers, 1.0)
        }
    }

    /// At most five candidates: a former partner, a contact in business, a partner's partner, somebody
    /// near, a researcher or a firm of a related industry.
    fn candidates(&self, row: usize, small: &mut Small) -> [Option<Subject>; 5] {
        let world = self.world;
        let network = &world.network;
        let subject = |node: usize| Subject::of_node(node, self.scene.firms);
        let memories = network.adjacency.of(row).iter().filter(|(_, r)| network.bonds[*r as usize].projects == 0);
        let former = memories
            .max_by(|(_, a), (_, b)| network.bonds[*a as usize].trust.total_cmp(&network.bonds[*b as usize].trust))
            .map(|(to, _)| *to as usize);
        let contacts = world.business_contacts(row).count();
        let contact = if contacts > 0 { world.business_contacts(row).nth(small.index(contacts)) } else { None };
        let partner = self.random_partner(row, small);
        let friend = partner.and_then(|partner| self.random_partner(partner, small));
        let profile = &world.firms.profile[row];
        let near = pick(&self.scene.cities[usize::from(profile.city)], small);
        let last = if small.uniform() < 0.5 {
            self.researcher(usize::from(profile.sub_industry), small)
        } else {
            let group = world.structure.related(usize::from(profile.sub_industry), small);
            pick(&self.scene.groups[group], small).map(Subject::firm)
        };
        let may = |subject: Subject| match subject.place() {
            Place::Firm(other) => self.scene.active[other],
            Place::Science(_) => true,
        };
        [former.map(subject), contact.map(subject), friend.map(subject), near.map(Subject::firm), last]
            .map(|candidate| candidate.filter(|subject| may(*subject)))
    }

    /// Additional chance to look of a member of an innovation platform.
    fn met(&self, row: usize) -> f64 {
        let platforms = &self.world.platforms;
        platforms.of(&self.world.firms.membership[row]).map_or(0.0, |platform| platforms.meeting(platform))
    }

    /// A sixth candidate, whom a member meets on its platform: a fellow member or a scientist of its fields.
    fn fellow(&self, row: usize, small: &mut Small) -> Option<Subject> {
        let world = self.world;
        let platform = world.platforms.of(&world.firms.membership[row])?;
        if small.uniform() >= platform.strength(SubPlatform::Service) {
            return None;
        }
        if small.uniform() < 0.5 {
            return self.researcher(usize::from(world.firms.profile[row].sub_industry), small);
        }
        let other = pick(&platform.members, small)?;
        self.scene.active[other].then(|| Subject::firm(other))
    }

    fn random_partner(&self, node: usize, small: &mut Small) -> Option<usize> {
        let count = usize::from(self.scene.degree[node]);
        if count == 0 { None } else { self.world.network.partners(node).nth(small.index(count)) }
    }

    /// A researcher of a field of the recipe, drawn by weight.
    fn researcher(&self, s: usize, small: &mut Small) -> Option<Subject> {
        let recipe = &self.world.structure.sub_industries[s].recipe;
        let mut left = small.uniform();
        let field = recipe.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        let field = field.or(recipe.last())?.0;
        pick(&self.scene.researchers[field], small).map(Subject::science)
    }

    /// What `me` and another subject can learn from each other.
    fn gains(&self, me: Subject, other: Subject) -> Gains {
        Gains { own: self.world.gain(me, other), others: self.world.gain(other, me) }
    }

    /// Worth of a link to `me`, `more` links beyond those there are.
    fn worth(&self, me: Subject, other: Subject, gains: Gains, more: usize) -> f64 {
        let degree = usize::from(self.scene.degree[me.node(self.scene.firms)]) + more;
        worth(self.size(me), gains, chance(self.world, me, other, self.params), degree, self.params)
    }

    /// Research outlay relative to the median of active firms.
    fn size(&self, subject: Subject) -> f64 {
        if self.scene.usual_research <= 0.0 {
            return 0.0;
        }
        let outlay = match subject.place() {
            Place::Firm(row) => self.world.firms.flow[row].research,
            Place::Science(number) => {
                let researcher = self.world.researcher(number);
                researcher.applied_share * researcher.funding * self.world.clock.years() / self.world.structure.scale
            }
        };
        outlay / self.scene.usual_research
    }
}

fn pick(rows: &[u32], small: &mut Small) -> Option<usize> {
    if rows.is_empty() { None } else { Some(rows[small.index(rows.len())] as usize) }
}

/// Worth of a link: see the module documentation.
fn worth(size: f64, gains: Gains, chance: f64, degree: usize, params: &Params) -> f64 {
    let (own, joint) = (gains.own, gains.own + gains.others);
    let value = params.value * size.max(0.0).sqrt() * chance * (0.5 * own + 0.25 * (params.bonus + joint));
    value - params.link_cost * (1.0 + 2.0 * params.cost_growth * degree as f64)
}

/// Chance that joint work goes well.
fn chance(world: &World, me: Subject, other: Subject, params: &Params) -> f64 {
    let (network, firms) = (&world.network, world.firms.len());
    let trust = network.bond(me, other, firms).map_or(params.opening_trust, |bond| f64::from(bond.trust));
    let (mut common, mut looked) = (0, 0);
    for partner in network.partners(me.node(firms)).take(LOOKED_AT) {
        looked += 1;
        let bond = network.bond(other, Subject::of_node(partner, firms), firms);
        common += u32::from(bond.is_some_and(|bond| bond.projects > 0));
    }
    let credit = if looked > 0 { f64::from(common) / f64::from(looked) } else { 0.0 };
    let chance = 0.3 + 0.5 * (0.6 * trust + 0.4 * credit);
    match shared_platform(world, me, other) {
        Some(number) => chance + (1.0 - chance) * world.platforms.mating(&world.platforms.list[number]),
        None => chance,
    }
}

/// The platform to which both belong; a scientist belongs to those of its fields.
fn shared_platform(world: &World, me: Subject, other: Subject) -> Option<usize> {
    let number = |row: usize| world.firms.membership[row].platform();
    match (me.place(), other.place()) {
        (Place::Firm(a), Place::Firm(b)) => number(a).filter(|platform| number(b) == Some(*platform)),
        (Place::Firm(a), Place::Science(b)) | (Place::Science(b), Place::Firm(a)) => number(a).filter(|platform| {
            !world.is_abroad(b) && world.researcher(b).fields & world.platforms.list[*platform].fields != 0
        }),
        _ => None,
    }
}

/// Programmes that bring subjects together pay for every firm of the quarter whom they may reach, as far as
/// their budgets go; the chance that they offer falls with what they cannot pay.
fn pay_brokers(world: &mut World, scene: &Scene, params: &Params) {
    if world.levers.connection.is_empty() {
        return;
    }
    let reviewed = |row: &&u32| world.clock.reviews(world.firms.id[**row as usize].ordinal());
    let rows: Vec<usize> = scene.groups.iter().flatten().filter(reviewed).map(|row| *row as usize).collect();
    for lever in 0..world.levers.connection.len() {
        let set = &world.levers.connection[lever];
        let firms = &world.firms;
        let addressed =
            rows.iter().filter(|row| set.addressees.include(&firms.profile[**row], firms.workforce[**row].workers));
        let reached = addressed.count() as f64;
        let claim = reached * set.nominal * params.brokerage_cost / world.structure.scale;
        let paid = claim.min(set.budget);
        let World { levers, ledger, .. } = world;
        let set = &mut levers.connection[lever];
        set.rate = if claim > 0.0 { set.nominal * paid / claim } else { 0.0 };
        let outlay = &mut levers.outlays[set.instrument];
        outlay.spent += paid;
        outlay.claims += claim;
        outlay.recipients += reached;
        ledger.post(Entry::Brokerage, paid);
    }
}

/// Forms alliances in the order of firms; both who propose are asked again; the other members
/// of a project take in whom one of them brings.
fn settle(world: &mut World, mut scene: Scene, intents: &[Intent], params: &Params) {
    for intent in intents {
        let me = Subject::firm(intent.row);
        let mut small = Small::new(intent.seed);
        let host = host(world, &scene, me, intent.partner);
        let more = host.map_or(0, |(place, _)| usize::from(world.network.alliances[place].size) - 1);
        let seeker = Seeker { world, scene: &scene, params };
        let guest_pays = host.map_or(0, |(_, guest)| if guest == me { more } else { 0 });
        let partner_pays = more - guest_pays.min(more);
        let gains = seeker.gains(me, intent.partner);
        if seeker.worth(me, intent.partner, gains, guest_pays) <= 0.0
            || seeker.worth(intent.partner, me, gains.swapped(), partner_pays) <= 0.0
        {
            continue;
        }
        let place = match host {
            Some((place, guest)) => {
                take_in(world, place, guest, params, &mut small);
                scene.note(guest, place);
                place
            }
            None => lead_one(world, &mut scene, me, intent.partner, params, &mut small),
        };
        link(world, &mut scene, place, params);
    }
}

/// Takes a guest into a project; one that a firm has worked on alone becomes an alliance with its first guest.
fn take_in(world: &mut World, place: usize, guest: Subject, params: &Params, small: &mut Small) {
    let until = world.clock.tick + life(world, params, small);
    let project = &mut world.network.alliances[place];
    let alone = project.size == 1;
    project.join(guest);
    if alone {
        project.until = until;
        let alliance = *project;
        world.network.chronicle.push(AllianceEvent { happening: Happening::Formed, alliance });
    }
}

/// The largest project with room in which one of the two works; with the one who would join it.
fn host(world: &World, scene: &Scene, a: Subject, b: Subject) -> Option<(usize, Subject)> {
    let alliances = &world.network.alliances;
    let of = |member: Subject, guest: Subject| scene.projects_of(member).map(move |place| (place, guest));
    let open = of(a, b).chain(of(b, a)).filter(|(place, guest)| {
        let alliance = &alliances[*place];
        alliance.has_room() && !alliance.members().contains(guest)
    });
    open.max_by_key(|(place, _)| (alliances[*place].size, std::cmp::Reverse(alliances[*place].number)))
}

/// Starts a project of two.
fn lead_one(
    world: &mut World,
    scene: &mut Scene,
    leader: Subject,
    partner: Subject,
    params: &Params,
    small: &mut Small,
) -> usize {
    let field = world.choose_field(&[leader, partner], params.signal_noise, small);
    let generation = world.next_generation(field);
    let tick = world.clock.tick;
    let mut alliance = Alliance {
        number: world.project_number(leader),
        field: field as u16,
        generation,
        size: 1,
        succeeded: false,
        team: 0.0,
        members: [leader; MOST_MEMBERS],
        since: tick,
        until: tick + life(world, params, small),
        progress: world.network.take_carried(&[leader, partner], field, generation),
    };
    alliance.join(partner);
    world.network.alliances.push(alliance);
    world.network.chronicle.push(AllianceEvent { happening: Happening::Formed, alliance });
    let place = world.network.alliances.len() - 1;
    for member in [leader, partner] {
        scene.note(member, place);
    }
    place
}

/// Ticks for which an alliance is agreed.
fn life(world: &World, params: &Params, small: &mut Small) -> u32 {
    let quarter = |quarters: u32| world.clock.ticks_in(f64::from(quarters) / 4.0);
    let (shortest, longest) = (quarter(params.shortest_life), quarter(params.longest_life));
    shortest.min(longest) + small.index(longest.abs_diff(shortest) as usize + 1) as u32
}

/// Makes bonds among all members of a project.
fn link(world: &mut World, scene: &mut Scene, place: usize, params: &Params) {
    let alliance = world.network.alliances[place];
    let tick = world.clock.tick;
    for pair in alliance.pairs() {
        let shared = shared_platform(world, pair.0, pair.1);
        let bond = world.network.bond_or(pair, params.opening_trust as f32);
        if bond.projects == 0 {
            bond.projects = 1;
            bond.since = tick;
            scene.degree[pair.0.node(scene.firms)] += 1;
            scene.degree[pair.1.node(scene.firms)] += 1;
            world.network.turnover.0 += 1;
            if let Some(number) = shared {
                world.platforms.list[number].used.matches += 1;
            }
        }
    }
}

/// Ends or renews the alliances whose term is over.
fn expire(world: &mut World, scene: &Scene, params: &Params, draws: &Draws) {
    let tick = world.clock.tick;
    let key = draws.key(EXPIRY, tick);
    for place in 0..world.network.alliances.len() {
        let alliance = world.network.alliances[place];
        if alliance.until > tick {
            continue;
        }
        let mut small = key.of(alliance.number);
        let success = alliance.succeeded || small.uniform() < mean_chance(world, &alliance, params);
        for pair in alliance.pairs() {
            let bond = world.network.bond_or(pair, params.opening_trust as f32);
            bond.trust = if success { bond.trust + 0.3 * (1.0 - bond.trust) } else { 0.5 * bond.trust };
        }
        let seeker = Seeker { world, scene, params };
        let renewed = alliance.size > 1 && all_gain(&seeker, &alliance);
        let life = life(world, params, &mut small);
        let happening = if renewed { Happening::Renewed } else { Happening::Dissolved };
        world.network.chronicle.push(AllianceEvent { happening, alliance });
        let current = &mut world.network.alliances[place];
        current.progress *= params.progress_kept;
        current.succeeded = false;
        current.until = if renewed { tick + life } else { tick };
    }
    let Network { alliances, carried, .. } = &mut world.network;
    alliances.retain(|alliance| {
        let ended = alliance.until <= tick;
        if ended && alliance.progress > 0.0 {
            let Alliance { field, generation, progress, .. } = *alliance;
            carried.push(Carried { subject: alliance.members[0], field, generation, progress });
        }
        !ended
    });
    recount(world);
}

fn mean_chance(world: &World, alliance: &Alliance, params: &Params) -> f64 {
    let pairs = alliance.pairs().count();
    let sum: f64 = alliance.pairs().map(|(a, b)| chance(world, a, b, params)).sum();
    if pairs > 0 { sum / pairs as f64 } else { 0.3 }
}

/// Whether every side still gains from the links of a project, counted as its last ones.
fn all_gain(seeker: &Seeker<'_>, alliance: &Alliance) -> bool {
    let members = alliance.members();
    members.iter().all(|me| {
        let others = members.iter().filter(|other| *other != me);
        let degree = usize::from(seeker.scene.degree[me.node(seeker.scene.firms)]).saturating_sub(1);
        let one = |other: &Subject| {
            let chance = chance(seeker.world, *me, *other, seeker.params);
            worth(seeker.size(*me), seeker.gains(*me, *other), chance, degree, seeker.params)
        };
        others.map(one).sum::<f64>() > 0.0
    })
}

/// Counts again in how many projects every pair works together.
fn recount(world: &mut World) {
    let network = &mut world.network;
    let active: u32 = network.bonds.iter().map(|bond| u32::from(bond.projects > 0)).sum();
    network.bonds.iter_mut().for_each(|bond| bond.projects = 0);
    let alliances = std::mem::take(&mut network.alliances);
    for pair in alliances.iter().flat_map(Alliance::pairs) {
        let bond = network.bond_or(pair, 0.0);
        bond.projects = bond.projects.saturating_add(1);
    }
    network.alliances = alliances;
    let still: u32 = network.bonds.iter().map(|bond| u32::from(bond.projects > 0)).sum();
    network.turnover.1 += active.saturating_sub(still);
}

/// Takes new bonds in and counts everybody's projects.
fn conclude(world: &mut World, params: &Params) {
    let (firms, science) = (world.firms.len(), world.researchers());
    let World { network, firms: table, universities, institutes, partners_abroad, .. } = world;
    table.profile.iter_mut().for_each(|profile| profile.projects = 0);
    let mut researchers: Vec<_> = universities.iter_mut().chain(institutes).chain(partners_abroad).collect();
    researchers.iter_mut().for_each(|researcher| researcher.projects = 0);
    for member in network.alliances.iter().flat_map(|alliance| alliance.members()) {
        let projects = match member.place() {
            Place::Firm(row) => &mut table.profile[row].projects,
            Place::Science(number) => &mut researchers[number].projects,
        };
        *projects = projects.saturating_add(1);
    }
    network.index(firms, science, params.forgotten_below as f32);
}

/// What a member learns in one field.
struct Lesson {
    row: usize,
    field: usize,
    rise: f64,
}

/// Whether members really learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Practice {
    /// They do.
    Real,
    /// What they would learn is only valued, as so many ticks later.
    Rehearsal(u32),
}

/// Lets members learn from each other, every project once a year.
fn learn(world: &mut World, params: &Params, terms: &Terms, annuity: f64, practice: Practice) {
    let shift = if let Practice::Rehearsal(ticks) = practice { u64::from(ticks) } else { 0 };
    let share = 1.0 - libm::pow(1.0 - params.learning, 4.0);
    let lessons: Vec<Vec<Lesson>> = world
        .network
        .alliances
        .par_iter()
        .with_min_len(CHUNK)
        .filter(|alliance| alliance.size > 1 && world.clock.reviews(alliance.number + shift))
        .map(|alliance| lessons(world, alliance, share))
        .collect();
    for lessons in &lessons {
        for of_one in lessons.chunk_by(|a, b| a.row == b.row) {
            absorb(world, of_one, terms, annuity, practice == Practice::Real);
        }
    }
}

/// Lessons of all firms of a project, firm by firm.
fn lessons(world: &World, alliance: &Alliance, share: f64) -> Vec<Lesson> {
    let mut lessons = Vec::new();
    for me in alliance.members() {
        let Place::Firm(row) = me.place() else { continue };
        let s = usize::from(world.firms.profile[row].sub_industry);
        let recipe = &world.structure.sub_industries[s].recipe;
        let first = lessons.len();
        lessons.extend(recipe.iter().map(|(field, _)| Lesson { row, field: *field, rise: 0.0 }));
        for other in alliance.members().iter().filter(|other| *other != me) {
            let lead = world.leads(row, *other);
            lessons[first..].iter_mut().for_each(|lesson| lesson.rise = lesson.rise.max(share * lead(lesson.field)));
        }
    }
    lessons.retain(|lesson| lesson.rise > 0.0);
    lessons
}

/// Lets one firm learn its lessons and values them.
fn absorb(world: &mut World, lessons: &[Lesson], terms: &Terms, annuity: f64, apply: bool) {
    let row = lessons[0].row;
    let s = usize::from(world.firms.profile[row].sub_industry);
    let rise: f64 = lessons.iter().map(|lesson| world.structure.weight(s, lesson.field) * lesson.rise).sum();
    let value = world.worth_of_competence(row, rise, terms) * annuity;
    let World { firms, structure, .. } = world;
    firms.effort[row].gain[ALLIANCE] += value as f32;
    if apply {
        for lesson in lessons {
            firms.learn(row, lesson.field, structure.weight(s, lesson.field), lesson.rise);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worth_of_a_link_by_hand() {
        let params = Params { value: 0.06, bonus: 0.5, link_cost: 0.005, cost_growth: 0.5, ..Params::default() };
        // .06 * 2 * .5 * (.5 * .4 + .25 * (.5 + .6)) - .005 * (1 + 3)
        let expected = 0.06 * 2.0 * 0.5 * (0.2 + 0.275) - 0.02;
        let gains = Gains { own: 0.4, others: 0.2 };
        assert!((worth(4.0, gains, 0.5, 3, &params) - expected).abs() < 1e-15);
    }

    #[test]
    fn links_get_dearer_until_none_pays_unless_they_are_free() {
        let params = Params::default();
        let gains = Gains { own: 0.3, others: 0.2 };
        let worth_at = |degree, params: &Params| worth(1.0, gains, 0.45, degree, params);
        assert!(worth_at(0, &params) > 0.0);
        let last = (0..1000).find(|degree| worth_at(*degree, &params) <= 0.0);
        assert!(last.is_some_and(|degree| (1..20).contains(&degree)), "{last:?}");
        let free = Params { link_cost: 0.0, ..Params::default() };
        assert!(worth_at(100_000, &free) > 0.0);
    }
}
