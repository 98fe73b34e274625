//! Settling: budgets that the rule itself chooses, the labour market, engineers, and the sectors.

use crate::kernel::clock::StockTaking;
use crate::kernel::draws::Draws;
use crate::kernel::math::ln;
use crate::kernel::single::Single;
use crate::mechanisms::demography;
use crate::mechanisms::{
    Settings, alliances, digital, finance, generic_technology, investment, own_projects, research, science, services,
    standards, supply, talent, upgrading, value_chain,
};
use crate::population::Opening;
use crate::world::World;
use crate::world::firms::{BUILT, UpgradingOption};
use crate::world::ledger::{Account, SECTORS, Sector};
use crate::world::profit::{ProfitFunction, Source};
use crate::world::region::LabourMarket;
use crate::world::structure::SubIndustry;

/// First tick of the pre-run on the keys of random numbers; far beyond any tick of a run.
const REHEARSAL: u32 = 8192;
const IMITATE: usize = UpgradingOption::Imitate as usize;

/// Completes the opening state.
pub fn settle(opening: &Opening<'_>, settings: &Settings, world: &mut World, draws: &Draws) {
    world.index_firms();
    labour(settings, world);
    science::measure_quality(world, &settings.science);
    relations(settings, world, draws);
    rehearse(settings, world, draws);
    generic_technology::open(world, &settings.generic_technology, &settings.projects(world.clock.ticks()));
    engineers(settings, world);
    record_research(world);
    charge_functions(world);
    pay_out_targets(settings, world);
    relate(world);
    centres(opening, world);
    services::open(world, &settings.services, draws);
    sectors(settings, world);
}

fn labour(settings: &Settings, world: &mut World) {
    let workers: f64 = world.firms.workforce.iter().map(|p| p.workers).sum();
    let value_added: f64 = world.firms.flow.iter().map(|f| f.value_added).sum();
    let wage = settings.labour.annual_wage / world.clock.ticks();
    let force = workers * (1.0 + settings.labour.labour_slack);
    let productivity = if workers > 0.0 { value_added / workers } else { 1.0 };
    world.labour = LabourMarket {
        wage,
        opening_wage: wage,
        smoothed: productivity,
        opening_productivity: productivity,
        force,
        employed: workers,
        opening_ratio: if force > 0.0 { workers / force } else { 1.0 },
        hiring: 1.0,
        wanted_hires: 0.0,
        value_added,
    };
}

/// Supply links were chosen with the drafts; alliances need to know who does research.
fn relations(settings: &Settings, world: &mut World, draws: &Draws) {
    let cost = settings.engineer_cost(world.clock.ticks()) / (1.0 - settings.research.external_share).max(1e-9);
    for (people, flow) in world.firms.workforce.iter_mut().zip(&world.firms.flow) {
        people.engineers = (flow.research / cost).into();
    }
    supply::find_cores(world, &settings.supply);
    alliances::open(world, &settings.alliances, draws);
    own_projects::open(world, &settings.own_projects, settings.alliances.signal_noise, draws);
}

/// Lets the rule of the upgrading choice settle, with knowledge and machines as they are.
///
/// The size of the budget follows: research outlay stays what the tables say.
fn rehearse(settings: &Settings, world: &mut World, draws: &Draws) {
    let ticks = world.clock.ticks();
    let mut research = settings.research.clone();
    research.enabled = true;
    let mut means = settings.means(ticks);
    UpgradingOption::ALL.iter().filter(|option| UpgradingOption::is_research(**option as usize)).for_each(|option| {
        means.open[*option as usize] = *option != UpgradingOption::Alliance || settings.generic_research();
    });
    let terms = settings.terms(&world.labour, ticks);
    let projects = settings.projects(ticks);
    let valuation = settings.valuation();
    // Nothing that profits depend on changes in the pre-run.
    let margins = world.of_profits(&terms, ProfitFunction::margins);
    let prospects = standards::prospects(world, &settings.standards, &terms, valuation.annuity);
    let invested: Vec<(Single, Single)> = world.firms.flow.iter().map(|flow| (flow.investment, flow.early)).collect();
    size_budgets(world);
    let quarters = settings.upgrading.settling_quarters * world.clock.ticks_per_year / 4;
    for tick in 0..quarters {
        let stock = StockTaking::rehearsed(world.clock, tick);
        upgrading::set_budgets(world, &means);
        fill_wanted_posts(world);
        research::rehearse(world, &research, &terms, &margins, valuation.annuity, draws, REHEARSAL + tick);
        alliances::rehearse(world, &settings.alliances, &terms, valuation.annuity, tick);
        generic_technology::rehearse(world, &settings.generic_technology, &projects, &terms, valuation.annuity);
        investment::replace_early(world, &settings.investment, &valuation, Source::Known(&margins), tick);
        value_chain::rehearse(world, &settings.value_chain, &margins, settings.upgrading.discount_rate, stock);
        standards::rehearse(world, &settings.standards, &prospects);
        digital::rehearse(world, &settings.digital, &margins, valuation.annuity, stock);
        upgrading::learn(world, &settings.upgrading, &means, stock);
        size_budgets(world);
        usual_functions(world);
    }
    // Machines that would have been replaced have not been.
    let restored = world.firms.flow.iter_mut().zip(invested);
    restored.for_each(|(flow, invested)| (flow.investment, flow.early) = invested);
    upgrading::set_budgets(world, &means);
    usual_functions(world);
    value_chain::open(world, &settings.value_chain);
    world.firms.effort.iter_mut().for_each(|effort| effort.saved = 0.0.into());
    fill_wanted_posts(world);
}

/// Upgrading budget over sales at which research outlay is what the table says.
fn size_budgets(world: &mut World) {
    let World { firms, structure, members, .. } = world;
    for (s, sub) in structure.sub_industries.iter_mut().enumerate() {
        let (mut sales, mut research) = (0.0, 0.0);
        for row in members[s].iter().map(|row| *row as usize) {
            sales += firms.flow[row].sales;
            let joint = firms.profile[row].projects > 0;
            let on = |option: usize| {
                UpgradingOption::is_research(option) && (joint || option != UpgradingOption::Alliance as usize)
            };
            research += firms.flow[row].sales * firms.strategy[row].share_for(on);
        }
        sub.upgrading = if research > 0.0 { sub.research_to_sales * sales / research } else { 0.0 };
        let wished = members[s].iter().map(|row| {
            let row = *row as usize;
            sub.upgrading * firms.flow[row].sales * firms.strategy[row].share_for(UpgradingOption::is_overhead)
        });
        let wished: f64 = wished.sum();
        sub.function_room = if wished > 0.0 { (function_limit(sub) * sales / wished).min(1.0) } else { 1.0 };
    }
}

/// Most that a sub-industry can spend on functions, over sales: statistics count it as selling expense
/// and overhead, and a tenth of each is something else (assumption).
fn function_limit(sub: &SubIndustry) -> f64 {
    0.9 * (sub.selling + sub.overhead)
}

/// Outlays for functions that are usual in each sub-industry: those of the settled budgets.
fn usual_functions(world: &mut World) {
    let World { firms, structure, members, .. } = world;
    for (sub, members) in structure.sub_industries.iter_mut().zip(members.iter()) {
        let rows = || members.iter().map(|row| *row as usize);
        let sales: f64 = rows().map(|row| firms.flow[row].sales).sum();
        for (function, option) in BUILT {
            let outlay: f64 = rows().map(|row| f64::from(firms.effort[row].budget[option])).sum();
            sub.function_outlay[function] = if sales > 0.0 { outlay / sales } else { 0.0 };
        }
    }
}

/// In the opening state every post that budgets pay for is filled.
fn fill_wanted_posts(world: &mut World) {
    world.firms.workforce.iter_mut().for_each(|people| people.engineers = people.engineers_wanted);
}

fn engineers(settings: &Settings, world: &mut World) {
    for city in &mut world.cities {
        city.engineers = city.posts * (1.0 + settings.talent.opening_slack);
    }
    let engineers: f64 = world.cities.iter().map(|city| city.engineers).sum();
    let graduates: f64 = world.universities.iter().map(|university| university.graduates).sum();
    world.openings.recruited = talent::recruited(&settings.talent, &world.clock, engineers, graduates);
}

/// Research and imitation outlays that the settled budgets mean.
fn record_research(world: &mut World) {
    let firms = &mut world.firms;
    for (flow, effort) in firms.flow.iter_mut().zip(&firms.effort) {
        let research = effort.research();
        flow.profit += flow.research - research;
        flow.research = research.into();
        flow.imitation = effort.budget[IMITATE].into();
    }
}

/// Outlay for functions of the value chain that the settled budgets mean. Statistics count it as selling
/// expense and overhead: so much less is left of those.
fn charge_functions(world: &mut World) {
    let World { firms, structure, members, .. } = world;
    for (sub, members) in structure.sub_industries.iter_mut().zip(members.iter()) {
        let rows = || members.iter().map(|row| *row as usize);
        let sales: f64 = rows().map(|row| firms.flow[row].sales).sum();
        if sales <= 0.0 {
            continue;
        }
        let outlay = rows().map(|row| firms.effort[row].functions()).sum::<f64>() / sales;
        let from_selling = outlay.min(0.9 * sub.selling);
        let from_overhead = outlay - from_selling;
        sub.selling -= from_selling;
        sub.overhead -= from_overhead;
        let freed = from_selling + from_overhead;
        sub.opening_operating += freed;
        for row in rows() {
            let (flow, functions) = (&mut firms.flow[row], firms.effort[row].functions());
            flow.functions = functions.into();
            flow.operating += freed * flow.sales;
            flow.profit += freed * flow.sales - functions;
        }
    }
}

/// Deposits above which firms pay out, such that they pay out just what they earn.
fn pay_out_targets(settings: &Settings, world: &mut World) {
    let ticks = world.clock.ticks();
    let kept = finance::kept_at_rest(&settings.finance, &world.clock);
    let World { firms, structure, members, .. } = world;
    for (sub, members) in structure.sub_industries.iter_mut().zip(members.iter()) {
        let (mut sales, mut earned) = (0.0, 0.0);
        for flow in members.iter().map(|row| &firms.flow[*row as usize]) {
            sales += flow.sales * ticks;
            earned += flow.profit - settings.fiscal.profit_tax * flow.profit.max(0.0);
        }
        if sales > 0.0 && earned > 0.0 {
            let target = sub.deposits_to_sales - kept * earned / sales;
            sub.deposits_to_sales = target.max(sub.working_capital.min(sub.deposits_to_sales));
        }
    }
}

/// Opening relatedness density of each sub-industry relative to the mean.
fn relate(world: &mut World) {
    let presence: Vec<f64> = world.members.iter().map(|m| m.len() as f64).collect();
    let densities: Vec<f64> = world.structure.relatedness.iter().map(|r| demography::density(r, &presence)).collect();
    let mean = densities.iter().sum::<f64>() / densities.len().max(1) as f64;
    for (sub, density) in world.structure.sub_industries.iter_mut().zip(&densities) {
        sub.opening_relatedness = if mean > 0.0 && *density > 0.0 { ln(density / mean) } else { 0.0 };
    }
}

/// Research staff that makes a technical centre: that of the firm with the rank the sources count.
fn centres(opening: &Opening<'_>, world: &mut World) {
    let rank = libm::round(f64::from(opening.technical_centres) * opening.scale) as usize;
    let mut staff: Vec<f64> = world.firms.workforce.iter().map(|p| p.engineers.get()).collect();
    staff.sort_by(|a, b| b.total_cmp(a));
    world.measures.technical_centre =
        staff.get(rank.saturating_sub(1)).copied().filter(|_| rank > 0).unwrap_or(f64::INFINITY);
}

/// Opening balances of all other sectors; the outside world's deposits balance the banks' books.
fn sectors(settings: &Settings, world: &mut World) {
    /// Own funds of banks over loans (assumption: about the regulatory ratio).
    const BANK_CAPITAL: f64 = 0.10;
    /// Deposits of households in years of wages (assumption).
    const HOUSEHOLD_DEPOSITS: f64 = 0.5;
    let ticks = world.clock.ticks();
    let wages = world.labour.wage * world.labour.employed * ticks;
    world.openings.household_deposits = HOUSEHOLD_DEPOSITS * wages;
    world.openings.public_revenue = public_revenue(settings, world) * ticks;
    let firms = world.firms_balances();
    let mut sectors = world.ledger.sectors;
    let add = |sectors: &mut [_; SECTORS.len()], sector: Sector, account: Account, amount: f64| {
        let balances: &mut crate::world::ledger::Balances = &mut sectors[sector as usize];
        balances.add(account, amount);
    };
    add(&mut sectors, Sector::Households, Account::Deposits, world.openings.household_deposits);
    add(&mut sectors, Sector::Government, Account::Deposits, settings.fiscal.reserve * world.openings.public_revenue);
    for (row, profile) in world.firms.profile.iter().enumerate() {
        let holder = world.structure.ownership[usize::from(profile.ownership)].holder;
        add(&mut sectors, holder, Account::Equity, -world.firms.balances[row].get(Account::Equity));
    }
    let loans = -firms.get(Account::Loans);
    add(&mut sectors, Sector::Banks, Account::Loans, loans);
    add(&mut sectors, Sector::Banks, Account::Deposits, -(1.0 - BANK_CAPITAL) * loans);
    let held: f64 = firms.get(Account::Deposits) + sectors.iter().map(|b| b.get(Account::Deposits)).sum::<f64>();
    add(&mut sectors, Sector::OutsideWorld, Account::Deposits, -held);
    sectors.iter_mut().for_each(|balances| balances.close());
    world.openings.bank_funds = sectors[Sector::Banks as usize].own_funds();
    world.ledger.sectors = sectors;
    world.ledger.start(firms);
}

/// Taxes and charges of a tick at the opening rate.
fn public_revenue(settings: &Settings, world: &World) -> f64 {
    let charges = settings.labour.social_charges * world.labour.wage * world.labour.employed;
    let firms = world.firms.flow.iter().zip(&world.firms.profile);
    let taxes = firms.map(|(flow, profile)| {
        let overhead = world.structure.sub_industries[usize::from(profile.sub_industry)].overhead;
        flow.sales * (settings.fiscal.sales_tax + overhead * settings.fiscal.overhead_tax_share)
            + settings.fiscal.profit_tax * flow.profit.max(0.0)
    });
    charges + taxes.sum::<f64>()
}
