//! Finance: credit, interest, dividends, banks, households, venture capital.
//!
//! # Question
//! Who can pay for what it wants to do?
//!
//! # Story
//! Firms pay for machines from deposits above their working capital, then from loans up to a
//! multiple of own funds (pecking order); beside that they keep up a usual debt relative to sales. Banks let total loans grow only so fast and ration beyond
//! it, those with priority last. Interest rises with leverage and falls with the cheap capital of
//! state ownership. Deposits above target repay debt and pay dividends to the holders of the
//! capital. Venture funds buy into young high-technology firms in rounds and sell after their
//! patience ends. Banks hand on what they earn beyond their opening own funds; households spend
//! what they receive.
//!
//! # Equations
//! - own means: `max(0, deposits - working capital x annual sales)`
//! - loan wanted: `min(max(0, wish - own means, r (usual debt - debt)), debt_limit x own funds - debt)`, own
//!   funds = assets - loans, usual debt = `debt_to_sales` x annual sales, r = `repayment`
//! - rationing: granted = wanted x `min(1, supply / sum wanted x priority)`, supply = `credit_growth x loans dt`
//! - interest: `(i + spread x debt / own funds - deduction) debt dt`, at least 0
//! - guarantee of the share g of losses: banks mind the rest of the debt, so the limit is divided by 1 - g and
//!   the spread multiplied by it
//! - equity fund: rounds with the additional probability of the programme, of which the government pays
//!   `1 / fund_leverage`
//! - repayment: `min(deposits above target, r (debt - usual debt))`; dividends: a share of what is left
//!
//! # Place in the tick
//! Credit between the investment plan and its installation; pay-outs after income.
//!
//! # Reads / Writes
//! Reads balances, flow; writes flow.investment, flow.borrowed, balances through the ledger.
//!
//! # Randomness
//! Stream `VENTURE`, one word per firm.
//!
//! # Sources
//! Dosi, Fagiolo & Roventini 2010 (debt limit, pecking order); Ferri & Liu 2010 (interest of state firms).
//!
//! # REQ numbers
//! REQ-03, REQ-62.
//!
//! # What it leaves out
//! Several banks, bank failure, and secondary markets for stakes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Draws, Stream};
use crate::kernel::ordered::MIN_ROWS;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::{Flow, Profile};
use crate::world::ledger::{Account, Balances, Entry, FirmBooks, Journal, Sector, Side};
use crate::world::levers::{self, Lever, Levers};
use crate::world::region::Dials;
use crate::world::structure::SubIndustry;

/// Venture rounds.
pub const VENTURE: Stream = Stream(5);

/// Parameters of banks, credit and venture capital.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether banks lend and charge interest and venture funds invest; off, firms live on their own means, and an account that they overdraw costs nothing.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Debt relative to annual sales that firms and their banks keep up; the opening ratio.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.5), extend("x-unit" = "years", "x-source" = "assumption"))]
    pub debt_to_sales: f64,
    /// Opening cash relative to total assets; the target of pay-outs lies below it by what firms at rest
    /// keep in hand.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub cash_to_assets: f64,
    /// Largest debt as a multiple of net worth.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 50.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub debt_limit: f64,
    /// Interest on loans to a firm without leverage.
    #[default(0.055)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption: bank lending rate"))]
    pub interest: f64,
    /// Added interest at a debt equal to net worth; grows in proportion.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub spread: f64,
    /// Share of the distance to the usual debt that is borrowed or, from deposits above target, repaid in
    /// a quarter.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub repayment: f64,
    /// Largest growth of total loans in a year; beyond it banks ration by priority.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub credit_growth: f64,
    /// Share of cash above target that is paid out in a quarter.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub dividends: f64,
    /// Share of entrants into high and medium-high technology that venture capital backs in each
    /// round.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub venture_share: f64,
    /// Size of one venture round, relative to real firms.
    #[default(10.0)]
    #[schemars(range(min = 0.0, max = 100000.0), extend("x-unit" = "million CNY", "x-source" = "assumption"))]
    pub venture_round: f64,
    /// Time after which a venture stake is sold to private owners.
    #[default(7.0)]
    #[schemars(range(min = 0.25, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: life of a venture fund"))]
    pub venture_patience: f64,
    /// Money that a round of a public equity fund brings for each yuan of the government's.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption: guidance funds are levered 2-4 times"))]
    pub fund_leverage: f64,
}

/// Grants credit and cuts investment to what can be paid.
pub fn credit(world: &mut World, params: &Params) {
    let (ticks, years) = (world.clock.ticks(), world.clock.years());
    let World { firms, structure, dials, ledger, levers, .. } = world;
    let asking = Asking { params, ticks, revolving: params.revolving_share(ticks) };
    let (profiles, balances) = (&firms.profile, &firms.balances);
    // First what every firm asks for, then what it gets.
    (&mut firms.flow, profiles, balances, &firms.workforce).into_par_iter().with_min_len(MIN_ROWS).for_each(
        |(flow, profile, balances, people)| {
            let sub = &structure.sub_industries[usize::from(profile.sub_industry)];
            let dials = &dials[usize::from(profile.ownership)];
            let guaranteed = match levers.guarantees.as_slice() {
                [] => 0.0,
                guarantees => levers::rate_for(guarantees, profile, people.workers.get(), 1.0),
            };
            flow.borrowed = loan_wanted(flow, balances, sub, &asking, guaranteed).into();
            flow.interest = guaranteed_interest(balances, dials, params, guaranteed, years).into();
        },
    );
    let priority = |profile: &Profile| dials[usize::from(profile.ownership)].priority;
    let flows = &firms.flow;
    let total = firms.chunks.sum(|row| flows[row].borrowed * priority(&profiles[row]));
    let loans = ledger.sectors[Sector::Banks as usize].get(Account::Loans);
    let supply = params.credit_growth / ticks * loans;
    let ration = if total > supply { supply / total } else { 1.0 };
    (&mut firms.flow, profiles, balances).into_par_iter().with_min_len(MIN_ROWS).for_each(
        |(flow, profile, balances)| {
            let sub = &structure.sub_industries[usize::from(profile.sub_industry)];
            let granted = if params.enabled { (ration * priority(profile)).min(1.0) } else { 0.0 };
            flow.borrowed = (flow.borrowed * granted).into();
            let means = own_means(balances, flow, sub, ticks) + flow.borrowed;
            flow.investment = flow.investment.min(means).into();
            flow.early = flow.early.min(flow.investment).into();
        },
    );
}

impl Params {
    /// Share of the distance to the usual debt closed in a tick.
    fn revolving_share(&self, ticks: f64) -> f64 {
        1.0 - libm::pow(1.0 - self.repayment, 4.0 / ticks)
    }
}

/// Deposits that are not tied up in operation.
fn own_means(balances: &Balances, flow: &Flow, sub: &SubIndustry, ticks: f64) -> f64 {
    (balances.get(Account::Deposits) - sub.working_capital * flow.sales * ticks).max(0.0)
}

/// By what firms ask for loans in a tick.
struct Asking<'a> {
    params: &'a Params,
    /// Ticks in a year.
    ticks: f64,
    /// Share of the distance to the usual debt closed in a tick.
    revolving: f64,
}

/// Loan that a firm asks for within its limit.
fn loan_wanted(flow: &Flow, balances: &Balances, sub: &SubIndustry, asking: &Asking<'_>, guaranteed: f64) -> f64 {
    let Asking { params, ticks, revolving } = *asking;
    let debt = -balances.get(Account::Loans);
    let lacking = flow.investment - own_means(balances, flow, sub, ticks);
    let revolving = revolving * (params.debt_to_sales * flow.sales * ticks - debt);
    let room = params.debt_limit * balances.own_funds() / (1.0 - guaranteed) - debt;
    lacking.max(revolving).min(room).max(0.0)
}

/// Interest of a tick on a firm's debt.
pub fn interest(balances: &Balances, dials: &Dials, params: &Params, years: f64) -> f64 {
    guaranteed_interest(balances, dials, params, 0.0, years)
}

/// The same where the government bears a share of the loss.
fn guaranteed_interest(balances: &Balances, dials: &Dials, params: &Params, guaranteed: f64, years: f64) -> f64 {
    let debt = -balances.get(Account::Loans);
    if debt <= 0.0 || !params.enabled {
        return 0.0;
    }
    let own = balances.own_funds();
    let leverage = if own > 0.0 { (debt / own).min(5.0) } else { 5.0 };
    let rate = params.interest + params.spread * leverage * (1.0 - guaranteed) - dials.interest_deduction;
    rate.max(0.0) * debt * years
}

/// Ticks of earnings that firms hold above target, after the pay-out, where they pay out all that they
/// earn: of `kept + 1` ticks of earnings the share paid out is one.
pub fn kept_at_rest(params: &Params, clock: &Clock) -> f64 {
    let share = clock.share_from_quarter(params.dividends);
    if share > 0.0 { 1.0 / share - 1.0 } else { 0.0 }
}

/// Repays debt and pays dividends from deposits above target.
pub fn pay_out(world: &mut World, params: &Params) {
    let clock = world.clock;
    let rules = PayOut {
        repayment: params.revolving_share(clock.ticks()),
        debt_to_sales: params.debt_to_sales,
        dividends: clock.share_from_quarter(params.dividends),
        ticks: clock.ticks(),
    };
    let World { firms, structure, .. } = world;
    let columns = (
        firms.balances.as_mut_slice(),
        firms.flow.as_slice(),
        firms.profile.as_slice(),
        firms.venture_equity.as_slice(),
    );
    let journal =
        firms.chunks.fold_with(columns, &Journal::default(), |journal, (balances, flows, profiles, venture)| {
            for row in 0..balances.len() {
                let sub = &structure.sub_industries[usize::from(profiles[row].sub_industry)];
                let holder = structure.ownership[usize::from(profiles[row].ownership)].holder;
                rules.firm(journal, &mut balances[row], &flows[row], sub, holder, f64::from(venture[row]));
            }
        });
    world.book(&journal);
}

/// Rules of paying out, converted to one tick.
struct PayOut {
    repayment: f64,
    debt_to_sales: f64,
    dividends: f64,
    ticks: f64,
}

impl PayOut {
    fn firm(
        &self,
        journal: &mut Journal,
        books: &mut FirmBooks,
        flow: &Flow,
        sub: &SubIndustry,
        holder: Sector,
        venture: f64,
    ) {
        let target = sub.deposits_to_sales * flow.sales * self.ticks;
        let excess = (books.get(Account::Deposits) - target).max(0.0);
        let debt = -books.get(Account::Loans);
        let usual = self.debt_to_sales * flow.sales * self.ticks;
        let repaid = (self.repayment * (debt - usual)).clamp(0.0, excess);
        journal.firm(Entry::LoansRepaid, Side::Payer, repaid, books);
        let dividends = (self.dividends * (excess - repaid)).min(books.own_funds().max(0.0));
        let equity = -books.get(Account::Equity);
        let to_venture = if equity > 0.0 { dividends * (venture / equity).clamp(0.0, 1.0) } else { 0.0 };
        journal.firm(Entry::DividendsVenture, Side::Payer, to_venture, books);
        journal.dividends(holder, dividends - to_venture, books);
    }
}

/// Venture rounds and exits; at most one round per firm and year.
pub fn venture(world: &mut World, params: &Params, draws: &Draws) {
    if !params.enabled || (params.venture_share <= 0.0 && world.levers.equity.is_empty()) {
        return;
    }
    let clock = world.clock;
    let patience = clock.ticks_in(params.venture_patience);
    let chance = |factor: f64| clock.share_from_year((params.venture_share * factor).min(1.0));
    let key = draws.key(VENTURE, clock.tick);
    let round = params.venture_round / world.structure.scale;
    let mut journal = Journal::default();
    let (mut raised, mut sold) = (0.0, [0.0; 3]);
    let mut supported = vec![[0.0; 2]; world.levers.equity.len()];
    let mut concerned: Desks<Vec<usize>> = world.scratch.take();
    find_concerned(&mut concerned, world, params, draws);
    for row in concerned.all().copied() {
        let World { firms, structure, events, levers, platforms, .. } = &mut *world;
        let profile = &mut firms.profile[row];
        let age = clock.tick - firms.id[row].birth_tick();
        let staked = firms.venture_equity[row] > 0.0;
        if staked && clock.tick - u32::from(profile.venture_tick) >= patience {
            let holder = structure.ownership[usize::from(profile.ownership)].holder;
            sold[holder_index(holder)] += firms.venture_equity[row];
            firms.venture_equity[row] = 0.0.into();
        } else if young(profile, structure, firms.id[row].birth_tick(), age, patience) {
            let membership = &firms.membership[row];
            let drawn = key.firm(firms.id[row]).uniform();
            let usual = chance(platforms.venture(membership));
            let fund = backer(&levers.equity, profile, firms.workforce[row].workers.get(), drawn - usual, clock);
            if drawn < usual || fund.is_some() {
                platforms.note_round(membership, drawn < usual && drawn >= chance(1.0));
                profile.venture_tick = if staked { profile.venture_tick } else { clock.tick as u16 };
                // Stakes are kept in single precision, so money moves in the same steps.
                let before = firms.venture_equity[row];
                firms.venture_equity[row] = (before + round).into();
                let amount = firms.venture_equity[row] - before;
                journal.firm(Entry::EquityVenture, Side::Receiver, amount, &mut firms.balances[row]);
                raised += amount;
                if let Some(fund) = fund {
                    supported[fund][0] += amount;
                    supported[fund][1] += 1.0;
                }
                events.venture_rounds += 1;
            }
        }
    }
    world.scratch.give_back(concerned);
    world.book(&journal);
    let public = public_part(world, &supported, params);
    settle_fund(world, raised - public, sold);
}

/// Firms whose stake is to be sold, and young ones whose luck may bring a round with all public funds together.
fn find_concerned(concerned: &mut Desks<Vec<usize>>, world: &World, params: &Params, draws: &Draws) {
    let World { clock, firms, structure, platforms, levers, .. } = world;
    let patience = clock.ticks_in(params.venture_patience);
    let funds: f64 = levers.equity.iter().map(|fund| clock.share_from_year(fund.rate)).sum();
    draws.decide_at(concerned, VENTURE, clock.tick, &firms.id, |row, mut small, concerned| {
        let (profile, birth_tick) = (&firms.profile[row], firms.id[row].birth_tick());
        let ends = firms.venture_equity[row] > 0.0 && clock.tick - u32::from(profile.venture_tick) >= patience;
        let mut is_lucky = || {
            let usual = params.venture_share * platforms.venture(&firms.membership[row]);
            small.uniform() < clock.share_from_year(usual.min(1.0)) + funds
        };
        if ends || young(profile, structure, birth_tick, clock.tick - birth_tick, patience) && is_lucky() {
            concerned.push(row);
        }
    });
}

/// The fund that backs a round: none where `beyond`, how far the draw lies beyond the usual chance, is below
/// zero or above what the funds add together.
fn backer(funds: &[Lever], profile: &Profile, workers: f64, mut beyond: f64, clock: Clock) -> Option<usize> {
    if beyond < 0.0 {
        return None;
    }
    funds.iter().position(|fund| {
        let adds = if fund.addressees.include(profile, workers) { clock.share_from_year(fund.rate) } else { 0.0 };
        beyond -= adds;
        beyond < 0.0
    })
}

/// What the government pays of the rounds that its funds have backed.
fn public_part(world: &mut World, supported: &[[f64; 2]], params: &Params) -> f64 {
    let World { levers, ledger, .. } = world;
    let Levers { equity, outlays, .. } = levers;
    let paid = equity.iter().zip(supported).map(|(fund, [amount, rounds])| {
        let claims = amount / params.fund_leverage;
        outlays[fund.instrument].pay(claims, claims * fund.to_nominal(), *rounds)
    });
    let paid = paid.sum();
    ledger.post(Entry::EquityFund, paid);
    paid
}

fn young(
    profile: &Profile,
    structure: &crate::world::structure::Structure,
    birth_tick: u32,
    age: u32,
    patience: u32,
) -> bool {
    birth_tick > 0 && age <= patience && structure.sub_industries[usize::from(profile.sub_industry)].venture
}

fn holder_index(holder: Sector) -> usize {
    match holder {
        Sector::Government => 1,
        Sector::OutsideWorld => 2,
        _ => 0,
    }
}

/// The fund raises what it invests, sells its stakes at book value and returns what it has left.
fn settle_fund(world: &mut World, raised: f64, sold: [f64; 3]) {
    world.ledger.post(Entry::VentureFunding, raised);
    world.ledger.post(Entry::VentureExitHouseholds, sold[0]);
    world.ledger.post(Entry::VentureExitGovernment, sold[1]);
    world.ledger.post(Entry::VentureExitOutside, sold[2]);
    let left = world.ledger.deposits(Sector::VentureFunds).max(0.0);
    world.ledger.post(Entry::VentureReturns, left);
}

/// Banks hand on what they earn; households spend what they receive beyond their opening deposits.
pub fn settle_sectors(world: &mut World) {
    let opening = world.openings;
    let own = world.ledger.sectors[Sector::Banks as usize].own_funds();
    world.ledger.post(Entry::BankReturns, (own - opening.bank_funds).max(0.0));
    let left = world.ledger.deposits(Sector::Households) - opening.household_deposits;
    world.ledger.post(Entry::Consumption, left.max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEUTRAL: Dials = Dials {
        interest_deduction: 0.0,
        bailout: 0.0,
        layoff_speed: 1.0,
        research_efficiency: 1.0,
        strategy_speed: 1.0,
        priority: 1.0,
        spill_over: 1.0,
        entrant_share: 0.0,
    };

    fn balances(deposits: f64, capital: f64, debt: f64) -> Balances {
        let mut b = Balances::default();
        b.add(Account::Deposits, deposits);
        b.add(Account::FixedCapital, capital);
        b.add(Account::Loans, -debt);
        b.close();
        b
    }

    #[test]
    fn interest_by_hand() {
        let params = Params { interest: 0.055, spread: 0.01, ..Params::default() };
        // Debt 40 on own funds 60: rate 0.055 + 0.01 * 2/3; a quarter of a year.
        let b = balances(50.0, 50.0, 40.0);
        let expected = (0.055 + 0.01 * 40.0 / 60.0) * 40.0 * 0.25;
        assert!((interest(&b, &NEUTRAL, &params, 0.25) - expected).abs() < 1e-12);
        let state = Dials { interest_deduction: 0.02, ..NEUTRAL };
        assert!((interest(&b, &state, &params, 0.25) - (expected - 0.02 * 40.0 * 0.25)).abs() < 1e-12);
        let free = Dials { interest_deduction: 1.0, ..NEUTRAL };
        assert_eq!(interest(&b, &free, &params, 0.25), 0.0);
        let half = (0.055 + 0.5 * 0.01 * 40.0 / 60.0) * 40.0 * 0.25;
        assert!((guaranteed_interest(&b, &NEUTRAL, &params, 0.5, 0.25) - half).abs() < 1e-12);
        assert_eq!(interest(&balances(1.0, 1.0, 0.0), &NEUTRAL, &params, 0.25), 0.0);
    }

    #[test]
    fn loans_stay_within_the_limit() {
        let sub = SubIndustry { working_capital: 0.1, ..SubIndustry::for_tests(0.0) };
        let params = Params { debt_limit: 2.0, debt_to_sales: 0.0, ..Params::default() };
        let asking = Asking { params: &params, ticks: 4.0, revolving: params.revolving_share(4.0) };
        let flow = Flow { investment: 100.0.into(), sales: 25.0.into(), ..Flow::default() };
        // Own means 20 - 10 = 10; lacking 90; room 2 * 60 - 40 = 80.
        assert!((loan_wanted(&flow, &balances(20.0, 80.0, 40.0), &sub, &asking, 0.0) - 80.0).abs() < 1e-12);
        let small = Flow { investment: 15.0.into(), ..flow };
        assert!((loan_wanted(&small, &balances(20.0, 80.0, 40.0), &sub, &asking, 0.0) - 5.0).abs() < 1e-12);
        // Banks mind half of the debt: room 2 * 60 / .5 - 40, more than is lacking.
        assert!((loan_wanted(&flow, &balances(20.0, 80.0, 40.0), &sub, &asking, 0.5) - 90.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_kept_at_rest_pays_out_what_is_earned() {
        let clock = Clock { start_year: 2010, ticks_per_year: 4, tick: 1 };
        let kept = |dividends| kept_at_rest(&Params { dividends, ..Params::default() }, &clock);
        assert!((kept(0.1) - 9.0).abs() < 1e-12);
        assert_eq!((kept(1.0), kept(0.0)), (0.0, 0.0));
    }

    #[test]
    fn dividends_follow_repayment_and_reach_the_holders() {
        let sub = SubIndustry { deposits_to_sales: 0.5, ..SubIndustry::for_tests(0.0) };
        let rules = PayOut { repayment: 0.1, debt_to_sales: 0.2, dividends: 0.2, ticks: 4.0 };
        let mut b = balances(70.0, 30.0, 100.0 / 3.0);
        b.add(Account::Equity, -10.0);
        b.close();
        let mut journal = Journal::default();
        let mut books = FirmBooks::opened(b);
        let flow = Flow { sales: 25.0.into(), ..Flow::default() };
        rules.firm(&mut journal, &mut books, &flow, &sub, Sector::Government, 2.5);
        // Excess 70 - 50 = 20; debt 100/3 over the usual 20: 4/3 repaid; dividends a fifth of the rest, a
        // quarter of them to the fund.
        let amount = |entry: Entry| journal.amounts[entry as usize];
        let repaid = 4.0 / 3.0;
        let dividends = 0.2 * (20.0 - repaid);
        assert!((amount(Entry::LoansRepaid) - repaid).abs() < 1e-12);
        assert!((amount(Entry::DividendsGovernment) - 0.75 * dividends).abs() < 1e-12);
        assert!((amount(Entry::DividendsVenture) - 0.25 * dividends).abs() < 1e-12);
    }
}
