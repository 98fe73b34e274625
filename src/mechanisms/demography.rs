//! Demography: entry, exit and spin-offs.
//!
//! # Question
//! Which firms appear and disappear, and what do they bring and take away?
//!
//! # Story
//! Firms enter where margins are good, more readily where the region already does related things.
//! Half of them are spin-offs that know a part of what a firm of their city knows, and nobody founds a
//! firm who knows less than anybody can learn. An entrant is small and has the customers that keep it
//! where it starts; where a market has no room for its plan, it is not founded. Founders pay in its
//! capital. Firms leave when their own funds are gone, unless the state rescues them, or when they have
//! been too small for a year. What is left pays lenders first, then owners; the rest is written off.
//!
//! # Equations
//! - entrants of s: Poisson with mean `rate N_s dt min(1, S_s / S_s0) e^(r (m_s - m_s0)) x density_s^d / mean`
//!   (`entry_rate`, `opportunity_response`, `relatedness_response`); N_s opening firms, S_s sales at home,
//!   m_s operating margin, density_s relatedness-weighted presence
//! - support of the share g of founding capital: further entrants, mean x `(e^(a g) - 1)` (`support_response` = a), of
//!   whom those stay that are addressed; all entrants addressed are paid
//! - size: Pareto above `entry_size`; knowledge: model's less `trimming` x uniform x 2 per field, at least the ceiling
//!   less `common_knowledge`
//! - customers: base such that the share f of the home market with which it starts is its target share, at the appeal of
//!   its model: `f = R x / (1 + x)`, x its custom over that of the region's firms, R the region's share with it;
//!   no founding where the base would be larger than that of all the region's firms, or the shares of all above one
//! - exit: own funds < 0 and no bail-out, or annual sales < `exit_sales` for `exit_patience`
//! - bail-out: probability of the ownership group; restores own funds to a tenth of assets
//!
//! # Place in the tick
//! Entry before budgets, exit after mergers.
//!
//! # Reads / Writes
//! Adds and removes firms; writes the ledger and events.
//!
//! # Randomness
//! Streams `ENTRY` and `SUPPORTED_ENTRY` (per sub-industry), `RESCUE` (one word per failing firm).
//!
//! # Sources
//! Mao & Sheng 2013 (rates); Neffke, Henning & Boschma 2011 and He, Yan & Rigby 2018 (relatedness);
//! Gilbert, Pyka & Ahrweiler (SKIN: start-ups copy and trim); Hsieh & Song 2015 (soft budgets).
//!
//! # REQ numbers
//! REQ-19, REQ-20, REQ-62.
//!
//! # What it leaves out
//! Re-entry of failed founders; firms that shrink below the threshold but live on unseen.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream, poisson};
use crate::kernel::ids::FirmId;
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::Total;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::{
    Effort, FUNCTIONS, Flow, NewFirm, Plant, Position, Profile, Ring, Role, Technique, VINTAGES, Vintages, Workforce,
};
use crate::world::ledger::{Account, Balances, Entry, Journal, Sector, Side};
use crate::world::levers::{self, Levers};
use crate::world::network::Subject;
use crate::world::outside::kept_share;
use crate::world::profit::unit_labour;
use crate::world::region::OpeningParts;
use crate::world::rivalry::Rivalry;
use crate::world::structure::{Each, MOST_GROUPS, SubIndustry};
use crate::world::supply::Sourcing;
use rand::Rng;

/// Entrants of a sub-industry.
pub const ENTRY: Stream = Stream(6);
/// Rescue of failing firms.
pub const RESCUE: Stream = Stream(7);
/// Entrants whom support brings.
pub const SUPPORTED_ENTRY: Stream = Stream(40);

/// Parameters of entry, exit and spin-offs.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Entrants per incumbent and year at opening opportunity.
    #[default(0.09)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "1/year", "x-source" = "assumption: 10-20 % a year for the set above the reporting threshold (Mao & Sheng 2013)"))]
    pub entry_rate: f64,
    /// Response of entry, in log points, to a unit of operating margin above the opening one.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub opportunity_response: f64,
    /// Response of the choice of sub-industry, in log odds, to relatedness density.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "Neffke, Henning & Boschma 2011; He, Yan & Rigby 2018: sign"))]
    pub relatedness_response: f64,
    /// Smallest annual sales of an entrant, relative to real firms.
    #[default(24.0)]
    #[schemars(range(min = 0.001, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "assumption just above the reporting threshold of 20 million CNY"))]
    pub entry_size: f64,
    /// Pareto exponent of the sales of entrants.
    #[default(2.5)]
    #[schemars(range(min = 1.01, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption: entrants are small"))]
    pub entry_size_exponent: f64,
    /// Share of entrants that are spin-offs and inherit the knowledge of a parent in their city.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub spin_off_share: f64,
    /// Knowledge that an entrant lacks compared with its model, per field on average.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "SKIN: start-ups take over a part of the knowledge of a successful firm"))]
    pub trimming: f64,
    /// Distance below the ceiling of what can be learned at which a field is common knowledge: no founder knows less.
    #[default(2.5)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "log points", "x-source" = "assumption: what textbooks, expired patents and second-hand machines give to anybody; with the default elasticities of quality and productivity value added per worker a twentieth of the ceiling's"))]
    pub common_knowledge: f64,
    /// Annual sales below which a firm fades, relative to real firms.
    #[default(19.0)]
    #[schemars(range(min = 0.0, max = 100000.0), extend("x-unit" = "million CNY per year", "x-source" = "reporting threshold of 20 million CNY less a tenth"))]
    pub exit_sales: f64,
    /// Quarters below that size before the firm leaves.
    #[default(2)]
    #[schemars(range(min = 1, max = 400), extend("x-unit" = "quarters", "x-source" = "assumption"))]
    pub exit_patience: u32,
    /// Share of the book value of machines recovered in a liquidation.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub liquidation: f64,
    /// Response of entry, in log points, to the share of founding capital that programmes pay.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub support_response: f64,
}

/// Lets firms leave, beside those that `stays` says have been taken over. Failing ones first try to be
/// rescued; what is left of a firm is wound up.
pub fn exit(world: &mut World, params: &Params, draws: &Draws, mut stays: Vec<bool>) {
    if params.enabled {
        let journal = wind_up_failing(world, params, draws, &mut stays);
        world.book(&journal);
    }
    world.retain(&stays);
    world.scratch.give_back(stays);
}

fn wind_up_failing(world: &mut World, params: &Params, draws: &Draws, stays: &mut [bool]) -> Journal {
    let smallest = params.exit_sales / world.structure.scale / world.clock.ticks();
    let patience = world.clock.ticks_in(f64::from(params.exit_patience) / 4.0);
    let tick = world.clock.tick;
    let mut doubtful: Desks<Vec<(usize, bool)>> = world.scratch.take();
    let firms = &mut world.firms;
    let columns =
        (firms.profile.as_mut_slice(), firms.flow.as_slice(), firms.balances.as_slice(), firms.id.as_slice(), &*stays);
    doubtful.open(stays.len(), columns, |doubtful, part| {
        doubtful.clear();
        let (profiles, flows, balances, ids, stays) = part.columns;
        for at in (0..stays.len()).filter(|at| stays[*at]) {
            let profile = &mut profiles[at];
            let small = flows[at].sales < smallest && ids[at].birth_tick() < tick;
            profile.small_ticks = if small { profile.small_ticks.saturating_add(1) } else { 0 };
            let faded = u32::from(profile.small_ticks) >= patience;
            if faded || balances[at].own_funds() < 0.0 {
                doubtful.push((part.first + at, faded));
            }
        }
    });
    let mut journal = Journal::default();
    for &(row, faded) in doubtful.all() {
        if faded || !rescue(world, row, &mut journal, draws) {
            wind_up(world, row, params.liquidation, &mut journal);
            stays[row] = false;
            world.events.exits[usize::from(world.firms.profile[row].sub_industry)] += 1;
        }
    }
    world.scratch.give_back(doubtful);
    journal
}

/// A bail-out restores own funds to a tenth of assets, with the probability of the ownership group.
fn rescue(world: &mut World, row: usize, journal: &mut Journal, draws: &Draws) -> bool {
    let profile = &world.firms.profile[row];
    let chance = world.dials[usize::from(profile.ownership)].bailout;
    if draws.key(RESCUE, world.clock.tick).firm(world.firms.id[row]).uniform() >= chance {
        return false;
    }
    let balances = &world.firms.balances[row];
    let amount = 0.1 * balances.assets() - balances.own_funds();
    journal.firm(Entry::Bailout, Side::Receiver, amount, &mut world.firms.balances[row]);
    world.events.bailouts += 1;
    true
}

/// Sells machines at the liquidation share, pays lenders, then owners, and writes off the rest.
fn wind_up(world: &mut World, row: usize, liquidation: f64, journal: &mut Journal) {
    let holder = world.structure.ownership[usize::from(world.firms.profile[row].ownership)].holder;
    let venture = world.firms.venture_equity[row];
    let books = &mut world.firms.balances[row];
    let machines = books.get(Account::FixedCapital);
    journal.firm(Entry::LiquidationSale, Side::Receiver, liquidation * machines, books);
    journal.within_firm(Entry::CapitalWriteOff, books.get(Account::FixedCapital), books);
    journal.within_firm(Entry::StockClearance, -books.get(Account::Inventories), books);
    let debt = -books.get(Account::Loans);
    let repaid = debt.min(books.get(Account::Deposits)).max(0.0);
    journal.firm(Entry::LoansRepaid, Side::Payer, repaid, books);
    let lost = -books.get(Account::Loans);
    journal.firm(Entry::LoanWriteOff, Side::Receiver, lost, books);
    let left = books.get(Account::Deposits);
    journal.firm(Entry::dividends_to(holder), Side::Payer, left, books);
    let equity = -books.get(Account::Equity);
    let to_venture = venture.min(equity);
    journal.firm(Entry::EquityLostVenture, Side::Receiver, to_venture, books);
    journal.firm(loss_of(holder), Side::Receiver, equity - to_venture, books);
    world.firms.venture_equity[row] = 0.0.into();
    pay_guarantees(world, row, lost);
}

/// The government bears its share of the loss on guaranteed loans.
fn pay_guarantees(world: &mut World, row: usize, lost: f64) {
    let World { firms, levers, ledger, .. } = world;
    let Levers { guarantees, outlays, .. } = levers;
    if lost <= 0.0 {
        return;
    }
    let (profile, workers) = (&firms.profile[row], firms.workforce[row].workers);
    for part in levers::parts(guarantees, profile, workers.get(), 1.0) {
        let paid = outlays[guarantees[part.lever].instrument].pay(lost * part.offered, lost * part.nominal, 1.0);
        ledger.post(Entry::GuaranteePaid, paid);
    }
}

fn loss_of(holder: Sector) -> Entry {
    match holder {
        Sector::Government => Entry::EquityLostGovernment,
        Sector::OutsideWorld => Entry::EquityLostOutside,
        _ => Entry::EquityLostHouseholds,
    }
}

fn founding_by(holder: Sector) -> Entry {
    match holder {
        Sector::Government => Entry::EquityGovernment,
        Sector::OutsideWorld => Entry::EquityOutside,
        _ => Entry::EquityHouseholds,
    }
}

/// What entrants take over from the opening state of their sub-industry.
#[derive(Debug, Clone, PartialEq)]
pub struct Founding {
    /// Parts of the functions performed.
    pub value_chain: OpeningParts,
    /// Debt over annual sales.
    pub debt_to_sales: f64,
    /// Utilisation of capacity.
    pub utilisation: f64,
    /// How far beyond its own competence a firm can use a machine, log units.
    pub usable_margin: f64,
    /// How the region and the world outside share a market.
    pub rivalry: Rivalry,
}

/// Lets firms enter.
pub fn enter(world: &mut World, params: &Params, founding: &Founding, draws: &Draws) {
    if !params.enabled {
        return;
    }
    let homes = homes(world);
    let means = expected_entrants(world, params, &homes);
    let mut desk: Desk = world.scratch.take();
    desk.calls.clear();
    for (s, mean) in means.into_iter().enumerate() {
        call(world, params, draws, s, mean, &mut desk.calls);
    }
    desk.newcomers.clear();
    let mut calls = std::mem::take(&mut desk.calls);
    for calls in calls.chunks(BATCH) {
        draft(&Founder { world, params, founding, homes: &homes }, calls, &mut desk);
        place(world, &mut desk);
    }
    let mut journal = Journal::default();
    pay_in(world, &desk.newcomers, &mut journal);
    world.book(&journal);
    calls.clear();
    desk.calls = calls;
    world.scratch.give_back(desk);
}

/// Entrants that are drafted at a time: what is between draft and place stays in the cache.
const BATCH: usize = 1024;

/// One who wants to found a firm.
#[derive(Debug, Clone, Copy)]
struct Call {
    s: usize,
    ordinal: u64,
    /// Its luck.
    word: u64,
    /// Whether support has brought it.
    supported: bool,
}

/// What founders leave on the desk.
#[derive(Default)]
struct Desk {
    calls: Vec<Call>,
    /// What each of a batch founds, if anything.
    drafts: Vec<Option<Draft>>,
    /// What each founder of a batch knows, founder after founder.
    levels: Vec<f32>,
    unlocked: Vec<u8>,
    newcomers: Vec<Newcomer>,
}

/// A firm to be founded, and out of whom if it is a spin-off.
struct Draft {
    firm: NewFirm,
    parent: Option<usize>,
}

/// Who wants to found a firm in a sub-industry, those whom support brings last.
fn call(world: &World, params: &Params, draws: &Draws, s: usize, mean: f64, calls: &mut Vec<Call>) {
    /// Most support that counts.
    const MOST: f64 = 0.9;
    let mut generator = draws.at(ENTRY, world.clock.tick, s as u64);
    let mut small = Small::new(generator.next_u64());
    // Large means in pieces, so that the inversion stays exact.
    let pieces = (mean / 20.0).ceil().max(1.0);
    let count: u32 = (0..pieces as u32).map(|_| poisson(small.uniform(), mean / pieces, 200)).sum();
    let count = u64::from(count);
    calls.extend((0..count).map(|ordinal| Call { s, ordinal, word: generator.next_u64(), supported: false }));
    if world.levers.entrants.is_empty() {
        return;
    }
    let more = mean * libm::expm1(params.support_response * offered(world).min(MOST));
    let mut generator = draws.at(SUPPORTED_ENTRY, world.clock.tick, s as u64);
    let brought = u64::from(poisson(Small::new(generator.next_u64()).uniform(), more.min(20.0), 200));
    let ordinals = count..count + brought;
    calls.extend(ordinals.map(|ordinal| Call { s, ordinal, word: generator.next_u64(), supported: true }));
}

/// Share of founding capital that all programmes together pay.
fn offered(world: &World) -> f64 {
    world.levers.entrants.iter().map(|lever| lever.rate).sum()
}

/// Drafts what a batch of founders found, in parallel and with nothing but looking at the firms that there are.
fn draft(founder: &Founder<'_>, calls: &[Call], desk: &mut Desk) {
    let fields = founder.world.firms.fields;
    desk.levels.resize(BATCH * fields, 0.0);
    desk.unlocked.resize(BATCH * fields, 0);
    desk.drafts.resize_with(calls.len(), || None);
    let levels = desk.levels.par_chunks_mut(fields.max(1));
    let unlocked = desk.unlocked.par_chunks_mut(fields.max(1));
    (calls, &mut desk.drafts, levels, unlocked).into_par_iter().with_min_len(MIN_DRAFTS).for_each(
        |(call, draft, levels, unlocked)| {
            *draft = founder.answer(call, Lore { levels, unlocked });
        },
    );
}

/// Founders whose drafts one thread takes at the least.
const MIN_DRAFTS: usize = 64;

/// What founders know.
struct Lore<'l> {
    levels: &'l mut [f32],
    unlocked: &'l mut [u8],
}

/// What all founders of a tick see.
struct Founder<'a> {
    world: &'a World,
    params: &'a Params,
    founding: &'a Founding,
    homes: &'a [Home; MOST_GROUPS],
}

impl Founder<'_> {
    /// The firm that is founded; none where there is nobody to learn from, or too little support.
    fn answer(&self, call: &Call, lore: Lore<'_>) -> Option<Draft> {
        let Founder { world, params, founding, homes } = *self;
        let mut small = Small::new(call.word);
        let (firm, parent) = found(world, params, founding, call.s, call.ordinal, &homes[call.s], &mut small, lore)?;
        if call.supported {
            let met = levers::rate_for(&world.levers.entrants, &firm.profile, firm.workforce.workers.get(), 1.0);
            // Whoever is offered less than all programmes together comes less often.
            if small.uniform() * offered(world) >= met {
                return None;
            }
        }
        Some(Draft { firm, parent })
    }
}

/// What an entrant needs at its founding, million CNY.
struct Newcomer {
    row: usize,
    paid_in: f64,
    debt: f64,
    machines: f64,
}

/// Founders pay in, helped by programmes; banks lend, and machines are bought.
fn pay_in(world: &mut World, newcomers: &[Newcomer], journal: &mut Journal) {
    let granted = grants(world, newcomers);
    for (at, newcomer) in newcomers.iter().enumerate() {
        let row = newcomer.row;
        let holder = world.structure.ownership[usize::from(world.firms.profile[row].ownership)].holder;
        let grant = granted.get(at).copied().unwrap_or(0.0);
        let books = &mut world.firms.balances[row];
        journal.firm(Entry::EntryGrant, Side::Receiver, grant, books);
        journal.firm(founding_by(holder), Side::Receiver, newcomer.paid_in - grant, books);
        journal.firm(Entry::LoansGranted, Side::Receiver, newcomer.debt, books);
        journal.firm(Entry::MachinePurchases, Side::Payer, newcomer.machines, books);
    }
}

/// What programmes pay each newcomer: the same part of all claims of the tick, whatever their order; empty
/// where there is no programme.
fn grants(world: &mut World, newcomers: &[Newcomer]) -> Vec<f64> {
    let World { firms, levers, .. } = world;
    let Levers { entrants, outlays, .. } = levers;
    if entrants.is_empty() {
        return Vec::new();
    }
    let parts = |newcomer: &Newcomer| {
        let (profile, workers) = (&firms.profile[newcomer.row], firms.workforce[newcomer.row].workers);
        levers::parts(entrants, profile, workers.get(), 1.0).collect::<Vec<_>>()
    };
    // Claims at the rates offered and at the nominal ones, and who makes them, lever by lever.
    let mut sums = vec![[0.0; 3]; entrants.len()];
    for newcomer in newcomers {
        for part in parts(newcomer) {
            let sum = &mut sums[part.lever];
            sum[0] += newcomer.paid_in * part.offered;
            sum[1] += newcomer.paid_in * part.nominal;
            sum[2] += 1.0;
        }
    }
    let pay = |(lever, [claims, nominal, recipients]): (&levers::Lever, &[f64; 3])| {
        let paid = outlays[lever.instrument].pay(*claims, *nominal, *recipients);
        if *claims > 0.0 { paid / claims } else { 0.0 }
    };
    let covered: Vec<f64> = entrants.iter().zip(&sums).map(pay).collect();
    let grant = |newcomer: &Newcomer| {
        parts(newcomer).iter().map(|part| newcomer.paid_in * part.offered * covered[part.lever]).sum()
    };
    newcomers.iter().map(grant).collect()
}

/// Expected entrants of the tick by sub-industry.
fn expected_entrants(world: &World, params: &Params, homes: &[Home]) -> Each<f64> {
    let surpluses = surpluses(world);
    let presence: Each<f64> = world.members.iter().map(|m| m.len() as f64).collect();
    let density: Each<f64> = world.structure.relatedness.iter().map(|r| density(r, &presence)).collect();
    let mean_density = density.iter().sum::<f64>() / density.len().max(1) as f64;
    let rate = world.clock.growth_from_year(params.entry_rate);
    let subs = world.structure.sub_industries.iter().enumerate();
    subs.map(|(s, sub)| {
        let Surplus { operating, sales } = surpluses[s];
        let margin = if sales > 0.0 { operating / sales } else { 0.0 };
        let opportunity = exp(params.opportunity_response * (margin - sub.opening_operating).clamp(-1.0, 1.0));
        let related = if mean_density > 0.0 && density[s] > 0.0 { ln(density[s] / mean_density) } else { 0.0 };
        let opening = sub.opening_relatedness;
        let pull = opportunity * exp(params.relatedness_response * (related - opening));
        // Founders are people of the region: a year brings at most as many firms as there were, and no more come where
        // the region sells more at home, where they start. Where it sells less there is room for fewer.
        let home = homes[s].share * world.outside.demand[s][0];
        let room = if home < sub.opening_home { home / sub.opening_home } else { 1.0 };
        (rate * pull).min(world.clock.years()) * sub.opening_firms as f64 * room
    })
    .collect()
}

/// Relatedness density: share of the related industry that is present.
pub fn density(relatedness: &[f64], presence: &[f64]) -> f64 {
    let total: f64 = presence.iter().sum();
    if total <= 0.0 { 0.0 } else { relatedness.iter().zip(presence).map(|(r, p)| r * p).sum::<f64>() / total }
}

/// What a sub-industry sold in the last tick, and what was left of it.
#[derive(Debug, Clone, Copy, Default)]
struct Surplus {
    operating: f64,
    sales: f64,
}

impl Total for Surplus {
    fn absorb(&mut self, part: &Self) {
        self.operating += part.operating;
        self.sales += part.sales;
    }
}

/// Operating surplus and sales by sub-industry.
fn surpluses(world: &World) -> [Surplus; MOST_GROUPS] {
    let firms = &world.firms;
    firms.chunks.fold(&[Surplus::default(); MOST_GROUPS], |sums, rows| {
        for row in rows {
            let sum = &mut sums[usize::from(firms.profile[row].sub_industry)];
            sum.operating += firms.flow[row].operating;
            sum.sales += firms.flow[row].sales;
        }
    })
}

/// The home market of a sub-industry, as far as the region's firms have it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Home {
    /// Sum of their shares.
    share: f64,
    /// Sum of their customer bases.
    base: f64,
    /// Sum of base x appeal.
    custom: f64,
}

impl Home {
    /// Base with which a newcomer of this appeal keeps the share of the market with which it starts. None where the
    /// market has no room for such a plan: where it takes more customers than all firms of the region have, or where
    /// they would all together sell more than users spend.
    fn base_to_keep(&self, share: f64, appeal: f64, sub: &SubIndustry, rivalry: &Rivalry) -> Option<f64> {
        if self.share + share > 1.0 {
            return None;
        }
        let most = self.base * appeal / self.custom;
        let relative = rivalry.custom_to_keep(share, &sub.standing(0, self.custom), most)?;
        Some(relative * self.custom / appeal)
    }
}

impl Total for Home {
    fn absorb(&mut self, part: &Self) {
        self.share += part.share;
        self.base += part.base;
        self.custom += part.custom;
    }
}

/// Home markets by sub-industry.
fn homes(world: &World) -> [Home; MOST_GROUPS] {
    let firms = &world.firms;
    firms.chunks.fold(&[Home::default(); MOST_GROUPS], |homes, rows| {
        for row in rows {
            let home = &mut homes[usize::from(firms.profile[row].sub_industry)];
            home.share += firms.position[row].share[0];
            home.base += firms.position[row].base[0];
            home.custom += firms.position[row].custom(0);
        }
    })
}

/// Builds an entrant after the model of an incumbent, with its parent if it is a spin-off; none where there is nobody to learn from.
#[allow(clippy::too_many_arguments)]
fn found(
    world: &World,
    params: &Params,
    founding: &Founding,
    s: usize,
    ordinal: u64,
    home: &Home,
    small: &mut Small,
    lore: Lore<'_>,
) -> Option<(NewFirm, Option<usize>)> {
    let members = &world.members[s];
    if members.is_empty() {
        return None;
    }
    let model = members[small.index(members.len())] as usize;
    let firms = &world.firms;
    let spin_off = small.uniform() < params.spin_off_share;
    let ownership = draw_ownership(world, small);
    let city = if spin_off { firms.profile[model].city } else { draw_city(world, small) };
    let trimming = if spin_off { params.trimming } else { 1.5 * params.trimming };
    let models = firms.knowledge(model).iter().zip(&world.outside.ceiling);
    for (level, (known, ceiling)) in lore.levels.iter_mut().zip(models) {
        let common = (ceiling - params.common_knowledge) as f32;
        *level = (known - (2.0 * trimming * small.uniform()) as f32).max(common);
    }
    // A spin-off takes along what its parent has unlocked.
    lore.unlocked.fill(0);
    if spin_off {
        lore.unlocked.copy_from_slice(firms.generations(model));
    }
    let sales = params.entry_size / world.structure.scale * pareto(small.uniform(), params.entry_size_exponent);
    let kept = founding.value_chain.draw(small);
    let plan = Plan { s, ordinal, ownership, city, levels: lore.levels, sales, kept, model };
    Some((blueprint(world, founding, plan, home)?, spin_off.then_some(model)))
}

/// Factor of a Pareto distribution above 1, at most a hundred.
fn pareto(u: f64, exponent: f64) -> f64 {
    exp(-ln(1.0 - u) / exponent).min(100.0)
}

fn draw_ownership(world: &World, small: &mut Small) -> u8 {
    let total: f64 = world.dials.iter().map(|d| d.entrant_share).sum();
    let mut left = small.uniform() * total;
    let found = world.dials.iter().position(|d| {
        left -= d.entrant_share;
        left < 0.0
    });
    found.unwrap_or(world.dials.len() - 1) as u8
}

fn draw_city(world: &World, small: &mut Small) -> u8 {
    let total: f64 = world.structure.cities.iter().map(|c| c.population.sqrt()).sum();
    let mut left = small.uniform() * total;
    let found = world.structure.cities.iter().position(|c| {
        left -= c.population.sqrt();
        left < 0.0
    });
    found.unwrap_or(0) as u8
}

/// What has been drawn of an entrant.
struct Plan<'l> {
    s: usize,
    ordinal: u64,
    ownership: u8,
    city: u8,
    levels: &'l [f32],
    sales: f64,
    kept: [f32; FUNCTIONS],
    model: usize,
}

/// Works out plant, people, price and market position of an entrant that will sell `plan.sales` a
/// year at the price of its quality.
fn blueprint(world: &World, founding: &Founding, plan: Plan<'_>, home: &Home) -> Option<NewFirm> {
    let (structure, outside) = (&world.structure, &world.outside);
    let sub = &structure.sub_industries[plan.s];
    let competence: f64 = sub.recipe.iter().map(|(k, w)| w * f64::from(plan.levels[*k])).sum();
    let embodied = outside.machine_offer[plan.s].min(competence + founding.usable_margin);
    let model = plan.model;
    let mut technique =
        Technique { competence: competence.into(), skill: embodied.into(), spread: 1.0.into(), ..Technique::default() };
    let lead = competence - world.firms.technique[model].competence;
    technique.process = (world.firms.technique[model].process + lead).into();
    technique.quality = (outside.quality_elasticity * technique.process).into();
    let lead = technique.quality - outside.quality[plan.s] - world.measures.high_end_threshold;
    technique.high_end = crate::kernel::math::logistic(lead / world.measures.high_end_width).into();
    let model_plant = &world.firms.plant[model];
    let model_position = &world.firms.position[model];
    let kept = f64::from(kept_share(&outside.function_shares[plan.s][0], &plan.kept));
    // The entrant's price follows the model's at the same price per quality.
    let price = model_position.price * exp(technique.quality - world.firms.technique[model].quality);
    let unit_inputs = model_plant.unit_inputs * price / model_position.price;
    let unit_sales =
        unit_inputs * outside.input_price[plan.s] + kept * (price - unit_inputs * outside.input_price[plan.s]);
    let units = plan.sales / world.clock.ticks() / unit_sales;
    let capacity = units / founding.utilisation;
    let plant = Plant {
        capacity: capacity.into(),
        embodied: embodied.into(),
        capital_price: (sub.capital_price_to_sales * plan.sales / capacity).into(),
        unit_inputs: unit_inputs.into(),
        log_unit_labour: (model_plant.log_unit_labour
            + ln(price / model_position.price)
            + outside.productivity_elasticity * (technique.process - world.firms.technique[model].process))
            .into(),
        ..Plant::default()
    };
    let mut position = Position {
        kept_share: kept.into(),
        price: price.into(),
        log_price: ln(price).into(),
        markup: model_position.markup,
        price_constant: model_position.price_constant,
        expected: units.into(),
        ..Position::default()
    };
    let share = units * price / outside.demand[plan.s][0];
    position.share[0] = share.into();
    position.base[0] = home.base_to_keep(share, model_position.appeal.get(), sub, &founding.rivalry)?.into();
    let practice = world.firms.practice[model];
    technique.unit_labour =
        (unit_labour(&plant, &technique, outside.productivity_elasticity) * world.lines.labour(&practice)).into();
    let mut vintages = Vintages { capacity: [0.0; VINTAGES], level: [embodied.into(); VINTAGES] };
    vintages.capacity[Ring::at(&world.clock).newest] = capacity as f32;
    let capital = plant.capital_price * capacity;
    let mut balances = Balances::default();
    // Founders pay in what machines and operation need beyond the usual debt, at least a third.
    let needed = sub.working_capital * plan.sales + capital;
    let debt = (founding.debt_to_sales * plan.sales).min(needed * 2.0 / 3.0);
    balances.add(Account::Loans, -debt);
    balances.add(Account::Equity, debt - needed);
    Some(NewFirm {
        id: FirmId::new(world.clock.tick, plan.s, plan.ordinal),
        profile: Profile {
            sub_industry: plan.s as u8,
            city: plan.city,
            ownership: plan.ownership,
            // Entrants join the lower of the two tiers.
            role: Role::ComponentSupplier,
            ..Profile::default()
        },
        chain: founding.value_chain.chain(plan.kept, competence - outside.competence[plan.s]),
        // Components come from the nation at first.
        sourcing: Sourcing::default(),
        // It works by what is usual where it learned the trade.
        practice,
        technique,
        vintages,
        plant,
        workforce: Workforce { workers: (units * technique.unit_labour).into(), ..Workforce::default() },
        position,
        strategy: world.firms.strategy[model],
        effort: Effort::default(),
        balances,
        // What it expects to sell; production replaces it in the same tick.
        flow: Flow { sales: (plan.sales / world.clock.ticks()).into(), ..Flow::default() },
    })
}

/// Adds the drafted entrants to the region, with nothing in their accounts yet, and notes what their founding takes.
fn place(world: &mut World, desk: &mut Desk) {
    let fields = world.firms.fields;
    let mut row = world.firms.len();
    world.firms.make_room(desk.drafts.len());
    for (at, draft) in desk.drafts.iter_mut().enumerate() {
        let Some(Draft { firm, parent }) = draft else { continue };
        desk.newcomers.push(Newcomer {
            row,
            paid_in: -firm.balances.get(Account::Equity),
            debt: -firm.balances.get(Account::Loans),
            machines: firm.plant.capital_price * firm.plant.capacity,
        });
        firm.balances = Balances::default();
        world.events.entries[usize::from(firm.profile.sub_industry)] += 1;
        if let Some(parent) = parent {
            world.events.spin_offs += 1;
            world.network.parents.push((Subject::firm(*parent), Subject::firm(row)));
        }
        let lore = at * fields..(at + 1) * fields;
        world.firms.levels.extend_from_slice(&desk.levels[lore.clone()]);
        world.firms.unlocked.extend_from_slice(&desk.unlocked[lore]);
        row += 1;
    }
    world.firms.extend(desk.drafts.iter().flatten().map(|draft| &draft.firm));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_by_hand() {
        // (1 * 3 + 0.5 * 1) / 4
        assert!((density(&[1.0, 0.5], &[3.0, 1.0]) - 0.875).abs() < 1e-15);
        assert_eq!(density(&[1.0], &[0.0]), 0.0);
    }

    #[test]
    fn customers_of_an_entrant_by_hand() {
        let sub = SubIndustry { region_share: [0.5; 3], opening_base: [1.0; 3], ..SubIndustry::for_tests(0.0) };
        let rivalry = Rivalry::new(5.0, 3.0);
        // The region has lost half of its customers, and half of its appeal: a quarter of the custom, a third of the
        // market. With a fifth more custom it would have odds of sqrt(0.3), and the newcomer a sixth of its share.
        let home = Home { share: 1.0 / 3.0, base: 0.5, custom: 0.25 };
        let odds = 0.3f64.sqrt();
        let share = odds / (1.0 + odds) / 6.0;
        let base = home.base_to_keep(share, 0.5, &sub, &rivalry).expect("room");
        assert!((base - 0.1).abs() < 1e-12, "{base}: a fifth of all customers");
        let better = home.base_to_keep(share, 1.0, &sub, &rivalry).expect("room");
        assert!((better - 0.05).abs() < 1e-12, "{better}: twice the appeal, half the customers");
        // At a tenth of the appeal it takes as many customers as there are, and a little less appeal is too little.
        assert!(home.base_to_keep(share, 0.1001, &sub, &rivalry).is_some_and(|base| base > 0.499));
        assert_eq!(home.base_to_keep(share, 0.0999, &sub, &rivalry), None);
        assert_eq!(home.base_to_keep(share, 0.0, &sub, &rivalry), None);
        let crowded = Home { share: 1.0 - 0.5 * share, ..home };
        assert_eq!(crowded.base_to_keep(share, 0.5, &sub, &rivalry), None, "users spend no more");
        assert_eq!(home.base_to_keep(f64::INFINITY, 0.5, &sub, &rivalry), None, "no demand");
        assert_eq!(Home::default().base_to_keep(share, 0.5, &sub, &rivalry), None, "no customers to share");
    }

    #[test]
    fn pareto_quantiles_by_hand() {
        assert!((pareto(0.75, 2.0) - 2.0).abs() < 1e-12);
        assert_eq!(pareto(0.0, 2.0), 1.0);
    }
}
