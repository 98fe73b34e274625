//! Income: who is paid what a tick's production and investment have earned.
//!
//! # Question
//! To whom does the value added of the region go?
//!
//! # Story
//! Users pay the firms; firms pay for inputs and machines, partly to each other, and for wages,
//! social charges, selling, overhead, research, interest and taxes. Every payment is an entry of the
//! ledger; depreciation and the value of stocks are entries too.
//!
//! # Equations
//! - profit before tax = value added - wages (1 + charges) - depreciation - interest - production tax
//!   - selling - overhead - research - outlay for functions of the value chain, lines and standards
//!   - development of suppliers - premiums of insurance for first sets, plus grants
//! - conversion to a new generation is booked where it arises and reduces own funds, not profit
//! - local purchases of inputs and machines are paid to the region's firms in proportion to their
//!   home sales, at most all of them
//! - grants: claims = rate x outlay, paid in full or scaled to the instrument's budget of the tick; of interest no more
//!   than there is
//!
//! # Place in the tick
//! After investment, before pay-outs.
//!
//! # Reads / Writes
//! Reads flow, workforce, effort; writes flow.profit, flow.research, balances, the ledger, outlays.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Stock-flow consistency after Godley & Lavoie 2007.
//!
//! # REQ numbers
//! REQ-03, REQ-61.
//!
//! # What it leaves out
//! Trade credit and delays of payment.

use crate::kernel::ordered::Total;
use crate::world::World;
use crate::world::firms::{Effort, Flow, Profile, Technique, UpgradingOption, Workforce};
use crate::world::ledger::{Account, Balances, Entry, FirmBooks, Journal, Side};
use crate::world::levers::{self, Lever, Levers, MOST_LEVERS};
use crate::world::region::{Dials, Insurance};
use crate::world::structure::SubIndustry;
use crate::world::supply::{Sourcing, SupplyNetwork};

const IMITATE: usize = UpgradingOption::Imitate as usize;
const IMPROVE: usize = UpgradingOption::Improve as usize;
const ALLIANCE: usize = UpgradingOption::Alliance as usize;
/// Kinds of levers that pay firms.
const KINDS: usize = 11;
/// The discount on interest among them.
const INTEREST: usize = 2;

/// What income reads of the sections of labour, taxes, investment and research.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Social charges on top of the wage.
    pub social_charges: f64,
    /// Production tax over sales.
    pub sales_tax: f64,
    /// Tax on positive profit.
    pub profit_tax: f64,
    /// Share of overhead that is taxes.
    pub overhead_tax_share: f64,
    /// Depreciation of fixed capital per tick.
    pub depreciation: f64,
    /// Share of the research outlay that goes to contracts.
    pub external_share: f64,
    /// Research outlay that employs one engineer for a tick, at the opening pay.
    pub engineer_cost: f64,
    /// Insurance for first sets.
    pub insurance: Insurance,
    /// Whether banks lend what an account lacks; otherwise it stays overdrawn.
    pub overdrafts: bool,
}

/// Pays everybody whom the tick's production and investment involve.
pub fn step(world: &mut World, rates: &Rates) {
    let trade = local_trade(world);
    let contracts_to_universities = university_share(world);
    let grants = Grants::new(world, rates);
    let wage = world.labour.wage;
    let World { clock, firms, structure, levers, dials, cities, supply, .. } = world;
    let payer = Payer { rates, wage, trade, contracts_to_universities, grants: &grants, levers, years: clock.years() };
    let columns = (
        firms.balances.as_mut_slice(),
        firms.flow.as_mut_slice(),
        firms.workforce.as_slice(),
        firms.effort.as_slice(),
        firms.profile.as_slice(),
        firms.sourcing.as_slice(),
        firms.technique.as_slice(),
    );
    let nothing = (Journal::default(), Reached::default());
    let (journal, reached) = firms.chunks.fold_with(
        columns,
        &nothing,
        |(journal, reached), (balances, flows, people, efforts, profiles, sourcing, techniques)| {
            for row in 0..balances.len() {
                let profile = &profiles[row];
                let firm = Firm {
                    profile,
                    people: &people[row],
                    effort: &efforts[row],
                    sub: &structure.sub_industries[usize::from(profile.sub_industry)],
                    dials: &dials[usize::from(profile.ownership)],
                    premium: cities[usize::from(profile.city)].premium,
                    bought: Bought::of(profile, &flows[row], &sourcing[row], supply),
                    premium_due: premium_due(profile, &techniques[row], &flows[row], &rates.insurance, structure.scale),
                };
                // Some thirty entries in a row on the same accounts: a copy stays in registers.
                let mut books = balances[row];
                payer.firm(&firm, &mut flows[row], &mut books, journal, reached);
                balances[row] = books;
            }
        },
    );
    world.book(&journal);
    grants.report(&mut world.levers, &reached);
    pay_contracts(world);
}

/// Shares of firms' home sales that the region's own firms pay for, and how far they can buy locally.
#[derive(Debug, Clone, Copy, Default)]
struct LocalTrade {
    /// Share of home sales paid by local buyers of inputs.
    inputs: f64,
    /// Share of home sales paid by local buyers of machines.
    machines: f64,
    /// Share of the usual local purchases that local sales can cover.
    covered: f64,
}

fn local_trade(world: &World) -> LocalTrade {
    let World { firms, structure, supply, .. } = world;
    let [home, inputs, machines] = firms.chunks.fold(&[0.0; 3], |[home, inputs, machines], rows| {
        for row in rows {
            let (flow, profile) = (&firms.flow[row], &firms.profile[row]);
            let sub = &structure.sub_industries[usize::from(profile.sub_industry)];
            *home += flow.sales - flow.exports;
            *inputs += flow.inputs * (sub.local_inputs + supply.local_share(profile, &firms.sourcing[row]));
            *machines += flow.investment * sub.local_machines;
        }
    });
    if home <= 0.0 || inputs + machines <= 0.0 {
        return LocalTrade::default();
    }
    let covered = (home / (inputs + machines)).min(1.0);
    LocalTrade { inputs: covered * inputs / home, machines: covered * machines / home, covered }
}

/// Share of contract research that goes to universities, by openness and funding.
fn university_share(world: &World) -> f64 {
    let weight =
        |group: &[crate::world::region::Researcher]| group.iter().map(|r| r.applied_share * r.funding).sum::<f64>();
    let (universities, institutes) = (weight(&world.universities), weight(&world.institutes));
    if universities + institutes > 0.0 { universities / (universities + institutes) } else { 0.0 }
}

/// Hands the contract money of the tick to universities and institutes.
fn pay_contracts(world: &mut World) {
    let amounts = world.ledger.journal.amounts;
    for (group, entry) in
        [(&mut world.universities, Entry::ContractUniversities), (&mut world.institutes, Entry::ContractInstitutes)]
    {
        let total: f64 = group.iter().map(|r| r.applied_share * r.funding).sum();
        for researcher in group.iter_mut().filter(|_| total > 0.0) {
            let amount = amounts[entry as usize] * researcher.applied_share * researcher.funding / total;
            researcher.contracts += amount;
            researcher.balances.add(Account::Deposits, amount);
            researcher.balances.close();
        }
    }
}

/// Money paid and firms reached, per lever of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    spent: [[f64; MOST_LEVERS]; KINDS],
    firms: [[f64; MOST_LEVERS]; KINDS],
}

impl Total for Reached {
    fn absorb(&mut self, part: &Self) {
        self.spent.absorb(&part.spent);
        self.firms.absorb(&part.firms);
    }
}

/// The levers that pay firms: the share of each claim that its budget allows, and what claims would be
/// at the nominal rates.
struct Grants {
    /// Whether there is any such lever.
    any: bool,
    allowed: [[f64; MOST_LEVERS]; KINDS],
    nominal: [[f64; MOST_LEVERS]; KINDS],
}

/// Claims of one tick, per lever of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct Claims {
    offered: [[f64; MOST_LEVERS]; KINDS],
    nominal: [[f64; MOST_LEVERS]; KINDS],
}

impl Total for Claims {
    fn absorb(&mut self, part: &Self) {
        self.offered.absorb(&part.offered);
        self.nominal.absorb(&part.nominal);
    }
}

/// Kinds of levers that pay firms.
fn kinds(levers: &Levers) -> [&[Lever]; KINDS] {
    let Levers { research, equipment, interest, alliances, development, local_content, .. } = levers;
    let Levers { functions, first_sets, risk, standards, digital, .. } = levers;
    [
        research,
        equipment,
        interest,
        alliances,
        development,
        local_content,
        functions,
        first_sets,
        risk,
        standards,
        digital,
    ]
}

/// Entries by which each kind is paid.
const PAID_BY: [Entry; KINDS] = [
    Entry::ResearchGrant,
    Entry::EquipmentSubsidy,
    Entry::InterestDiscount,
    Entry::AllianceGrant,
    Entry::DevelopmentGrant,
    Entry::LocalContentRebate,
    Entry::FunctionGrant,
    Entry::InsuranceSubsidy,
    Entry::RiskRefund,
    Entry::StandardsGrant,
    Entry::DigitalSubsidy,
];

impl Grants {
    /// Sums the claims of the tick and compares them with the budgets.
    fn new(world: &World, rates: &Rates) -> Self {
        let kinds = kinds(&world.levers);
        let mut allowed = [[1.0; MOST_LEVERS]; KINDS];
        let mut claims = Claims::default();
        let any = kinds.iter().any(|levers| !levers.is_empty());
        if any {
            claims = world.firms.chunks.fold(&claims, |claims, rows| claim(claims, world, rates, &kinds, rows));
        }
        for kind in 0..KINDS {
            for (lever, set) in kinds[kind].iter().enumerate().take(MOST_LEVERS) {
                let claim = claims.offered[kind][lever];
                allowed[kind][lever] = if claim > set.budget { set.budget / claim } else { 1.0 };
            }
        }
        Grants { any, allowed, nominal: claims.nominal }
    }

    /// Writes what was spent into the outlays of the instruments.
    fn report(&self, levers: &mut Levers, reached: &Reached) {
        let mut outlays = std::mem::take(&mut levers.outlays);
        for (kind, list) in kinds(levers).into_iter().enumerate() {
            for (lever, set) in list.iter().enumerate().take(MOST_LEVERS) {
                let outlay = &mut outlays[set.instrument];
                outlay.spent += reached.spent[kind][lever];
                outlay.claims += self.nominal[kind][lever];
                outlay.recipients += reached.firms[kind][lever];
            }
        }
        levers.outlays = outlays;
    }
}

/// Adds the claims of the firms in a range of rows.
fn claim(claims: &mut Claims, world: &World, rates: &Rates, kinds: &[&[Lever]; KINDS], rows: std::ops::Range<usize>) {
    let World { firms, dials, cities, .. } = world;
    for row in rows {
        let (profile, people, effort) = (&firms.profile[row], &firms.workforce[row], &firms.effort[row]);
        let priority = dials[usize::from(profile.ownership)].priority;
        let outlay = research_outlay(people, effort, cities[usize::from(profile.city)].premium, rates);
        let flow = &firms.flow[row];
        let bought = Bought::of(profile, flow, &firms.sourcing[row], &world.supply);
        let (technique, scale) = (&firms.technique[row], world.structure.scale);
        let due = premium_due(profile, technique, flow, &rates.insurance, scale);
        let bases = bases(flow, effort, outlay, &firms.balances[row], &bought, due, world.clock.years());
        for kind in 0..KINDS {
            let most = most(kind, bases[kind], flow);
            for part in parts(kinds[kind], profile, people.workers.get(), priority, bases[kind], most) {
                claims.offered[kind][part.lever] += bases[kind] * part.offered;
                claims.nominal[kind][part.lever] += bases[kind] * part.nominal;
            }
        }
    }
}

/// What the kinds of levers pay a share of: research outlay within its budget, investment, debt (per
/// tick), outlay for alliances, for the development of suppliers, purchases of local components, outlay for
/// functions of the value chain, premium of insurance, outlay for improvement that brought nothing, for standards and
/// for digital lines.
fn bases(
    flow: &Flow,
    effort: &Effort,
    outlay: f64,
    balances: &Balances,
    bought: &Bought,
    premium: f64,
    years: f64,
) -> [f64; KINDS] {
    let budget = effort.research();
    let paid = if budget > 0.0 { (outlay / budget).min(1.0) } else { 0.0 };
    let joint = f64::from(effort.budget[ALLIANCE]) * paid;
    let failed = if effort.gain[IMPROVE] > 0.0 { 0.0 } else { f64::from(effort.budget[IMPROVE]) * paid };
    let debt = -balances.get(Account::Loans) * years;
    let Bought { local, development } = *bought;
    let of = |option: UpgradingOption| f64::from(effort.budget[option as usize]);
    let (standards, digital) = (of(UpgradingOption::Standards), of(UpgradingOption::Digital));
    let functions = effort.functions();
    [
        budget * paid,
        flow.investment.get(),
        debt,
        joint,
        development,
        local,
        functions,
        premium,
        failed,
        standards,
        digital,
    ]
}

/// Premium of the tick for first sets under cover, as far as they are within the number of sets.
fn premium_due(profile: &Profile, technique: &Technique, flow: &Flow, insurance: &Insurance, scale: f64) -> f64 {
    if !profile.insured {
        return 0.0;
    }
    let left = (insurance.most - profile.insured_sold).max(0.0) / scale;
    insurance.premium * (technique.high_end * flow.sales).min(left)
}

/// What a firm spends on its suppliers in the tick, million CNY.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bought {
    /// Components from the region.
    local: f64,
    /// Development of suppliers.
    development: f64,
}

impl Bought {
    fn of(profile: &Profile, flow: &Flow, sourcing: &Sourcing, supply: &SupplyNetwork) -> Self {
        let local = flow.inputs * supply.local_share(profile, sourcing);
        Bought { local, development: sourcing.development_cost.get() }
    }
}

/// Outlay for the engineers employed and for contracts.
fn research_outlay(people: &Workforce, effort: &Effort, premium: f64, rates: &Rates) -> f64 {
    people.engineers * rates.engineer_cost * premium + effort.research() * rates.external_share
}

/// The parts of all levers in what a firm with something to claim is offered.
fn parts<'a>(
    levers: &'a [Lever],
    profile: &'a Profile,
    employment: f64,
    priority: f64,
    base: f64,
    most: f64,
) -> impl Iterator<Item = levers::Part> + 'a {
    let levers = if base > 0.0 && most > 0.0 { &levers[..levers.len().min(MOST_LEVERS)] } else { &[] };
    levers::parts_up_to(levers, profile, employment, priority, most)
}

/// Largest part of a base that levers of a kind pay together: no more of the debt than the interest on it.
fn most(kind: usize, base: f64, flow: &Flow) -> f64 {
    if kind == INTEREST && base > 0.0 { flow.interest / base } else { f64::INFINITY }
}

/// One firm as its payments see it.
struct Firm<'a> {
    profile: &'a Profile,
    people: &'a Workforce,
    effort: &'a Effort,
    sub: &'a SubIndustry,
    dials: &'a Dials,
    premium: f64,
    bought: Bought,
    premium_due: f64,
}

/// Everything that payments need and all firms share.
struct Payer<'a> {
    rates: &'a Rates,
    wage: f64,
    trade: LocalTrade,
    contracts_to_universities: f64,
    grants: &'a Grants,
    levers: &'a Levers,
    years: f64,
}

impl Payer<'_> {
    fn firm(
        &self,
        firm: &Firm<'_>,
        flow: &mut Flow,
        books: &mut FirmBooks,
        journal: &mut Journal,
        reached: &mut Reached,
    ) {
        let granted = self.grants(firm, flow, books, journal, reached);
        self.trade(firm, flow, books, journal);
        let people = self.people(firm, flow, books, journal);
        let charges = self.charges(firm, flow, books, journal);
        self.research(firm, flow, books, journal);
        let depreciation = self.rates.depreciation * books.get(Account::FixedCapital);
        journal.within_firm(Entry::Depreciation, depreciation, books);
        journal.within_firm(Entry::StockChange, flow.stock_change.get(), books);
        journal.within_firm(Entry::StockRevaluation, flow.stock_revaluation.get(), books);
        journal.firm(Entry::Interest, Side::Payer, flow.interest.get(), books);
        flow.operating = (flow.value_added - people - charges).into();
        flow.profit = (flow.operating
            - depreciation
            - flow.interest
            - flow.research
            - flow.functions
            - firm.bought.development
            - firm.premium_due
            + granted)
            .into();
        journal.firm(Entry::ProfitTax, Side::Payer, self.rates.profit_tax * flow.profit.max(0.0), books);
        self.machines(firm, flow, books, journal);
        if self.rates.overdrafts {
            cover_overdraft(books, journal);
        }
    }

    /// Receives the grants; returns their sum, which is income.
    fn grants(
        &self,
        firm: &Firm<'_>,
        flow: &Flow,
        books: &mut FirmBooks,
        journal: &mut Journal,
        reached: &mut Reached,
    ) -> f64 {
        if !self.grants.any {
            return 0.0;
        }
        let outlay = self.research_outlay(firm);
        let bases = bases(flow, firm.effort, outlay, books, &firm.bought, firm.premium_due, self.years);
        let mut income = 0.0;
        for (kind, levers) in kinds(self.levers).into_iter().enumerate() {
            let (workers, priority) = (firm.people.workers.get(), firm.dials.priority);
            for part in parts(levers, firm.profile, workers, priority, bases[kind], most(kind, bases[kind], flow)) {
                let amount = bases[kind] * part.offered * self.grants.allowed[kind][part.lever];
                journal.firm(PAID_BY[kind], Side::Receiver, amount, books);
                reached.spent[kind][part.lever] += amount;
                reached.firms[kind][part.lever] += 1.0;
                income += amount;
            }
        }
        income
    }

    /// Sales and purchased inputs.
    fn trade(&self, firm: &Firm<'_>, flow: &Flow, books: &mut FirmBooks, journal: &mut Journal) {
        let home = flow.sales - flow.exports;
        journal.firm(Entry::SalesExports, Side::Receiver, flow.exports.get(), books);
        journal.firm(Entry::SalesLocalInputs, Side::Receiver, home * self.trade.inputs, books);
        journal.firm(Entry::SalesLocalMachines, Side::Receiver, home * self.trade.machines, books);
        journal.firm(Entry::SalesHome, Side::Receiver, home * (1.0 - self.trade.inputs - self.trade.machines), books);
        let local = (flow.inputs * firm.sub.local_inputs + firm.bought.local) * self.trade.covered;
        journal.firm(Entry::SalesLocalInputs, Side::Payer, local, books);
        journal.firm(Entry::InputPurchases, Side::Payer, flow.inputs - local, books);
    }

    /// Wages and social charges of workers.
    fn people(&self, firm: &Firm<'_>, _flow: &Flow, books: &mut FirmBooks, journal: &mut Journal) -> f64 {
        let wages = self.wage * firm.people.workers;
        let charges = wages * self.rates.social_charges;
        journal.firm(Entry::Wages, Side::Payer, wages, books);
        journal.firm(Entry::SocialCharges, Side::Payer, charges, books);
        wages + charges
    }

    /// Selling expense, overhead and production tax.
    fn charges(&self, firm: &Firm<'_>, flow: &Flow, books: &mut FirmBooks, journal: &mut Journal) -> f64 {
        let selling = firm.sub.selling * flow.sales;
        let overhead = firm.sub.overhead * flow.sales;
        let tax = self.rates.sales_tax * flow.sales;
        let taxes = overhead * self.rates.overhead_tax_share;
        journal.firm(Entry::SellingCost, Side::Payer, selling, books);
        journal.firm(Entry::OtherLabourCost, Side::Payer, overhead - taxes, books);
        journal.firm(Entry::OtherTaxes, Side::Payer, taxes, books);
        journal.firm(Entry::ProductionTax, Side::Payer, tax, books);
        selling + overhead + tax
    }

    /// Outlay of a firm for engineers and contracts.
    fn research_outlay(&self, firm: &Firm<'_>) -> f64 {
        research_outlay(firm.people, firm.effort, firm.premium, self.rates)
    }

    /// Functions of the value chain and research: pay of people, contracts.
    fn research(&self, firm: &Firm<'_>, flow: &mut Flow, books: &mut FirmBooks, journal: &mut Journal) {
        let (functions, practice) = (firm.effort.functions(), firm.effort.practice());
        flow.functions = functions.into();
        journal.firm(Entry::CapabilityPay, Side::Payer, functions - practice, books);
        journal.firm(Entry::PracticePay, Side::Payer, practice, books);
        journal.firm(Entry::SupplierDevelopment, Side::Payer, firm.bought.development, books);
        journal.firm(Entry::InsurancePremium, Side::Payer, firm.premium_due, books);
        let budget = firm.effort.research();
        if budget <= 0.0 {
            return;
        }
        let contracts = budget * self.rates.external_share;
        let outlay = self.research_outlay(firm);
        let to_universities = contracts * self.contracts_to_universities;
        journal.firm(Entry::ResearchPay, Side::Payer, outlay - contracts, books);
        journal.firm(Entry::ContractUniversities, Side::Payer, to_universities, books);
        journal.firm(Entry::ContractInstitutes, Side::Payer, contracts - to_universities, books);
        flow.research = outlay.into();
        flow.imitation = (outlay * f64::from(firm.effort.budget[IMITATE]) / budget).into();
    }

    /// New loans, and machines bought.
    fn machines(&self, firm: &Firm<'_>, flow: &Flow, books: &mut FirmBooks, journal: &mut Journal) {
        journal.firm(Entry::LoansGranted, Side::Receiver, flow.borrowed.get(), books);
        let local = flow.investment * firm.sub.local_machines * self.trade.covered;
        journal.firm(Entry::SalesLocalMachines, Side::Payer, local, books);
        journal.firm(Entry::MachinePurchases, Side::Payer, flow.investment - local, books);
    }
}

/// A firm whose deposits are overdrawn owes the difference as a loan.
fn cover_overdraft(books: &mut FirmBooks, journal: &mut Journal) {
    let overdraft = -books.get(Account::Deposits);
    if overdraft > 0.0 {
        journal.firm(Entry::LoansGranted, Side::Receiver, overdraft, books);
    }
}
