//! What firms add to the sums.
//!
//! This is the hottest loop of measurement. Some firms are taken at a time, and one kind of sums after the other is made
//! of them while their records are at hand. What takes long for one firm, such as a logarithm, is worked out for all of
//! them before, and those of the same sub-industry, which mostly stand together, are added without a look at where.
//! Fields are added in the order of the records, so that the compiler adds two at once.

use std::ops::Range;

use super::{CellSums, ChainSums, CitySums, IndustrySums, PlaceSums, Sums, Yardstick};
use crate::kernel::math::{exp, ln};
use crate::kernel::ordered::Total;
use crate::world::firms::{Chain, Effort, Firms, Flow, MARKETS, Plant, Position, Role};
use crate::world::ledger::{Account, FirmBooks};
use crate::world::standards::Practice;

/// Firms that are taken at a time.
const TOGETHER: usize = 64;

/// Own funds over assets below which a firm that makes losses is a zombie.
const ZOMBIE_FUNDS: f64 = 0.1;

/// One where a condition holds.
#[inline(always)]
fn one_if(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

impl Sums {
    /// Adds firms, to each sum one after the other.
    pub(super) fn add(&mut self, firms: &Firms, rows: Range<usize>, yardstick: &Yardstick<'_>) {
        let mut seen = [Seen::default(); TOGETHER];
        for start in rows.clone().step_by(TOGETHER) {
            let rows = start..rows.end.min(start + TOGETHER);
            let seen = &mut seen[..rows.len()];
            seen.iter_mut().zip(rows).for_each(|(firm, row)| *firm = Seen::of(firms, row, yardstick));
            let mut first = start;
            for alike in seen.chunk_by(|a, b| a.sub_industry == b.sub_industry) {
                self.add_alike(firms, first..first + alike.len(), alike, yardstick);
                first += alike.len();
            }
            self.add_others(seen);
        }
    }

    /// Adds firms of one sub-industry.
    fn add_alike(&mut self, firms: &Firms, rows: Range<usize>, alike: &[Seen], yardstick: &Yardstick<'_>) {
        let s = alike[0].sub_industry;
        let (flow, position) = (&firms.flow[rows.clone()], &firms.position[rows.clone()]);
        let (books, chain) = (&firms.balances[rows.clone()], &firms.chain[rows.clone()]);
        let plant = &firms.plant[rows.clone()];
        let sums = &mut self.industries[s];
        sums.add_flows(flow);
        sums.add_production(alike, position, plant);
        sums.add_books(alike, books, plant);
        sums.add_efforts(&firms.effort[rows.clone()]);
        sums.add_functions(alike, chain, &firms.practice[rows]);
        sums.count(alike, flow, yardstick.technical_centre);
        let [ordinary, high_end] = &mut self.cells[s];
        alike.iter().for_each(|firm| ordinary.add(firm, 1.0 - firm.high_end));
        alike.iter().for_each(|firm| high_end.add(firm, firm.high_end));
        let (chains, demand) = (&mut self.chains[s], &yardstick.demand[s]);
        for ((firm, chain), position) in alike.iter().zip(chain).zip(position) {
            add_chain(chains, firm.chain_value, chain, position, demand);
        }
        books.iter().for_each(|books| self.balances.0.absorb(&books.0));
    }

    fn add_others(&mut self, seen: &[Seen]) {
        for firm in seen {
            self.cities[firm.city].add(firm);
            self.places[firm.place].add(firm);
            self.sizes.add(firm.sales);
        }
    }
}

/// What several sums need of one firm.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    sub_industry: usize,
    city: usize,
    place: usize,
    workers: f64,
    engineers: f64,
    value_added: f64,
    sales: f64,
    exports: f64,
    high_end_sales: f64,
    research: f64,
    profit: f64,
    employment: f64,
    chain_value: f64,
    quantity: f64,
    high_end: f64,
    competence: f64,
    integrator: f64,
    state_owned: f64,
    venture_equity: f64,
    /// One if it has positive value added per worker.
    productive: f64,
    /// The logarithm of that, or 0.
    log_productivity: f64,
}

impl Seen {
    #[inline(always)]
    fn of(firms: &Firms, row: usize, yardstick: &Yardstick<'_>) -> Self {
        let (profile, flow, workforce) = (&firms.profile[row], &firms.flow[row], &firms.workforce[row]);
        let technique = &firms.technique[row];
        let (sub_industry, city) = (usize::from(profile.sub_industry), usize::from(profile.city));
        let layout = yardstick.layout;
        let employment = workforce.workers + workforce.engineers;
        let productive = flow.value_added > 0.0 && employment > 0.0;
        let productivity = if productive { flow.value_added / employment } else { 1.0 };
        Seen {
            sub_industry,
            city,
            place: usize::from(layout.place_of[city * layout.industries + sub_industry]),
            workers: workforce.workers.get(),
            engineers: workforce.engineers.get(),
            value_added: flow.value_added.get(),
            sales: flow.sales.get(),
            exports: flow.exports.get(),
            high_end_sales: flow.sales * technique.high_end,
            research: flow.research.get(),
            profit: flow.profit.get(),
            employment,
            chain_value: flow.value_added + flow.value_leaving,
            quantity: firms.position[row].sold * exp(technique.quality.get()),
            high_end: technique.high_end.get(),
            competence: technique.competence.get(),
            integrator: one_if(profile.role == Role::Integrator),
            state_owned: one_if(layout.state_owned[usize::from(profile.ownership)]),
            venture_equity: firms.venture_equity[row].get(),
            productive: one_if(productive),
            log_productivity: ln(productivity),
        }
    }
}

impl CellSums {
    /// Adds the part of a firm in a tier.
    #[inline(always)]
    fn add(&mut self, firm: &Seen, share: f64) {
        self.firms += share;
        self.employment += share * firm.employment;
        self.value_added += share * firm.value_added;
        self.chain_value += share * firm.chain_value;
        self.quantity += share * firm.quantity;
        self.sales += share * firm.sales;
        self.exports += share * firm.exports;
    }
}

impl CitySums {
    #[inline(always)]
    fn add(&mut self, firm: &Seen) {
        self.workers += firm.workers;
        self.engineers += firm.engineers;
        self.value_added += firm.value_added;
        self.sales += firm.sales;
        self.exports += firm.exports;
        self.high_end_sales += firm.high_end_sales;
        self.research += firm.research;
        self.profit += firm.profit;
        self.firms += 1.0;
    }
}

impl PlaceSums {
    #[inline(always)]
    fn add(&mut self, firm: &Seen) {
        self.value_added += firm.value_added;
        self.sales += firm.sales;
        self.high_end_sales += firm.high_end_sales;
        self.firms += 1.0;
    }
}

/// Adds the chain of a firm, by what users in each market spend on its products, where `demand` is spent in all.
#[inline(always)]
fn add_chain(sums: &mut [ChainSums; MARKETS], value: f64, chain: &Chain, position: &Position, demand: &[f64; MARKETS]) {
    let spent = |market: usize| position.share[market] * demand[market];
    let total: f64 = (0..MARKETS).map(spent).sum();
    if total <= 0.0 || value <= 0.0 {
        return;
    }
    let per_spent = value / total;
    for (market, sum) in sums.iter_mut().enumerate() {
        let part = per_spent * spent(market);
        sum.chain_value += part;
        sum.kept.iter_mut().zip(chain.kept).for_each(|(sum, kept)| *sum += part * f64::from(kept));
        sum.governance[chain.governance as usize] += part;
    }
}

impl IndustrySums {
    fn add_flows(&mut self, flows: &[Flow]) {
        for flow in flows {
            self.sales += flow.sales;
            self.exports += flow.exports;
            self.inputs += flow.inputs;
            self.value_added += flow.value_added;
            self.value_leaving += flow.value_leaving;
            self.operating += flow.operating;
            self.research += flow.research;
            self.imitation += flow.imitation;
            self.profit += flow.profit;
            self.investment += flow.investment;
            self.interest += flow.interest;
            self.stock_change += flow.stock_change;
        }
    }

    fn add_production(&mut self, firms: &[Seen], positions: &[Position], plants: &[Plant]) {
        for ((firm, position), plant) in firms.iter().zip(positions).zip(plants) {
            let user_value = position.sold * position.price;
            self.workers += firm.workers;
            self.engineers += firm.engineers;
            self.integrator_sales += firm.sales * firm.integrator;
            self.high_end_sales += firm.high_end_sales;
            self.user_value += user_value;
            self.quantity += firm.quantity;
            self.user_value_abroad += user_value * position.export_share;
            self.quantity_abroad += firm.quantity * position.export_share;
            self.made += position.output;
            self.capacity += plant.capacity;
            self.competence_sales += firm.competence * firm.sales;
        }
    }

    fn add_books(&mut self, firms: &[Seen], books: &[FirmBooks], plants: &[Plant]) {
        for ((firm, books), plant) in firms.iter().zip(books).zip(plants) {
            let capital = books.get(Account::FixedCapital);
            let equity = -books.get(Account::Equity);
            let (own_funds, assets) = (books.own_funds(), books.assets());
            self.capital += capital;
            self.cash += books.get(Account::Deposits);
            self.debt -= books.get(Account::Loans);
            self.assets += assets;
            self.own_funds += own_funds;
            self.equity += equity;
            self.state_equity += firm.state_owned * (equity - firm.venture_equity);
            self.embodied_capital += plant.embodied * capital;
            self.zombies += one_if(firm.profit < 0.0 && own_funds < ZOMBIE_FUNDS * assets);
        }
    }

    /// Adds upgrading budgets.
    fn add_efforts(&mut self, efforts: &[Effort]) {
        for effort in efforts {
            let [equipment, improve, imitate, alliance, design, market, digital, green, standards] = effort.budget;
            self.equipment_budget += f64::from(equipment);
            self.improve_budget += f64::from(improve);
            self.imitate_budget += f64::from(imitate);
            self.alliance_budget += f64::from(alliance);
            self.design_budget += f64::from(design);
            self.market_budget += f64::from(market);
            self.digital_budget += f64::from(digital);
            self.green_budget += f64::from(green);
            self.standards_budget += f64::from(standards);
        }
    }

    /// Adds the functions that firms perform, and their lines.
    fn add_functions(&mut self, firms: &[Seen], chains: &[Chain], practices: &[Practice]) {
        for ((firm, chain), practice) in firms.iter().zip(chains).zip(practices) {
            let [design, fabrication, market] = chain.kept;
            self.design_kept += f64::from(design) * firm.chain_value;
            self.fabrication_kept += f64::from(fabrication) * firm.chain_value;
            self.market_kept += f64::from(market) * firm.chain_value;
            self.digital_sales += practice.digital * firm.sales;
            self.green_sales += practice.green * firm.sales;
        }
    }

    /// Counts firms, those for which something holds, and the productive.
    fn count(&mut self, firms: &[Seen], flows: &[Flow], technical_centre: f64) {
        for (firm, flow) in firms.iter().zip(flows) {
            self.exporters += one_if(flow.exports > 0.0);
            self.loss_makers += one_if(flow.profit < 0.0);
            self.technical_centres += one_if(firm.engineers >= technical_centre);
            self.researchers += one_if(flow.research > 0.0);
            self.imitators += one_if(flow.research > 0.0 && flow.imitation > 0.5 * flow.research);
            self.productive += firm.productive;
            self.log_productivity += firm.log_productivity;
            self.log_productivity_squared += firm.log_productivity * firm.log_productivity;
        }
        self.firms += firms.len() as f64;
    }
}
