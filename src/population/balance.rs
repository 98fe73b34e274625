//! Opening books: costs, margins, plants, positions and balances of the drafted firms.

use std::ops::Range;

use crate::kernel::math::{exp, ln};
use crate::kernel::single::{Carry, Single};
use crate::mechanisms::{Settings, finance, market};
use crate::population::Opening;
use crate::population::accounts::{self, Ratios};
use crate::population::firms::{Drafts, Sketch};
use crate::population::sourcing;
use crate::population::tables::SubIndustry;
use crate::world::World;
use crate::world::firms::{Firms, Flow, MARKETS, Plant, Position, Technique, VINTAGES, Workforce};
use crate::world::ledger::{Account, Balances, FirmBooks};
use crate::world::supply::foreign_margin;

/// Opens the books of the drafted firms, at rest, and gives them their places in the markets.
pub fn place(opening: &Opening<'_>, settings: &Settings, world: &mut World, drafts: Drafts) {
    for (s, rows) in drafts.rows.iter().enumerate() {
        let (_, sub) = opening.sub_industries.get_index(s).expect("structure and table have the same rows");
        let mut accounts = Accounts::solve(opening, settings, world, sub, &drafts, rows);
        accounts.found(opening, settings, world, &drafts, s);
        accounts.record(world, s, rows.clone());
    }
    let orders = sourcing::orders(world);
    world.firms.sourcing.iter_mut().zip(orders).for_each(|(sourcing, orders)| sourcing.orders = orders.into());
    for (s, rows) in drafts.rows.into_iter().enumerate() {
        let demand = users_expenditure(opening, world, s, rows.clone());
        world.outside.demand[s] = demand;
        let sub = &mut world.structure.sub_industries[s];
        sub.opening_home = demand[0] * sub.region_share[0];
        rows.for_each(|row| take_position(settings, world, row, &demand));
    }
}

/// What users of components in the region spend on a firm's product, at users' prices, per tick.
fn spent_by_orders(firms: &Firms, row: usize) -> f64 {
    let (flow, position) = (&firms.flow[row], &firms.position[row]);
    let per_sale = if flow.sales > 0.0 { position.sold / flow.sales } else { 0.0 };
    firms.sourcing[row].orders * per_sale * position.price
}

/// Ratios of a sub-industry's opening accounts.
struct Accounts<'a> {
    sub: &'a SubIndustry,
    /// Ticks per year.
    ticks: f64,
    /// Annual sales of all firms.
    sales: f64,
    /// What was solved.
    ratios: Ratios,
    /// Depreciation per tick.
    depreciation: f64,
    /// Wage with social charges, per tick.
    wage_cost: f64,
    /// Production tax over sales.
    sales_tax: f64,
    /// What rounding has taken so far.
    totals: Totals,
}

/// Totals of a sub-industry that the tables give, kept from its largest firm to its smallest.
#[derive(Default)]
struct Totals {
    sales: Carry,
    exports: Carry,
    inputs: Carry,
    value_added: Carry,
    workers: Carry,
}

impl<'a> Accounts<'a> {
    fn solve(
        opening: &Opening<'_>,
        settings: &Settings,
        world: &World,
        sub: &'a SubIndustry,
        drafts: &Drafts,
        rows: &Range<usize>,
    ) -> Self {
        let ticks = world.clock.ticks();
        let sales: f64 = drafts.sketches[rows.clone()].iter().map(|sketch| sketch.sales).sum();
        let interest = interest_to_sales(opening, settings, world, sub, drafts, rows);
        Accounts {
            sub,
            ticks,
            sales,
            ratios: Ratios::solve(sub, settings, ticks, sales, interest),
            depreciation: settings.depreciation(ticks),
            wage_cost: accounts::wage_cost(settings, ticks),
            sales_tax: settings.fiscal.sales_tax,
            totals: Totals::default(),
        }
    }

    /// Gives the firms plants, people and balances; market positions follow.
    fn found(&mut self, opening: &Opening<'_>, settings: &Settings, world: &mut World, drafts: &Drafts, s: usize) {
        let rows = &drafts.rows[s];
        let distrust = settings.market.distrust();
        let World { firms, outside, .. } = &*world;
        let product = |row: usize| {
            let (profile, technique, position) = (&firms.profile[row], &firms.technique[row], &firms.position[row]);
            let lead = technique.seen_quality(profile, distrust) - outside.quality[s];
            let sales = drafts.sketches[row].sales / self.ticks;
            Product::new(sales, self.ratios.value_added, position.kept_share.get(), exp(outside.log_price[s] + lead))
        };
        let products: Vec<Product> = rows.clone().map(product).collect();
        let elasticity = settings.outside.productivity_elasticity;
        let need = |(technique, product): (&Technique, &Product)| {
            product.units * exp(-elasticity * technique.process - technique.efficiency)
        };
        let needs: Vec<f64> = firms.technique[rows.clone()].iter().zip(&products).map(need).collect();
        let total: f64 = needs.iter().sum();
        let log_unit_labour = if total > 0.0 { ln(self.ratios.workers / total) } else { 0.0 };
        for ((row, product), need) in rows.clone().zip(&products).zip(&needs) {
            let people = (need * exp(log_unit_labour), log_unit_labour);
            self.open(opening, settings, world, row, &drafts.sketches[row], product, people);
        }
    }

    /// Opens the books of one firm that makes so many units with so many workers, log of labour per unit beside them.
    #[allow(clippy::too_many_arguments)]
    fn open(
        &mut self,
        opening: &Opening<'_>,
        settings: &Settings,
        world: &mut World,
        row: usize,
        draft: &Sketch,
        product: &Product,
        (workers, log_unit_labour): (f64, f64),
    ) {
        let World { firms, outside, dials, .. } = world;
        let profile = &firms.profile[row];
        let s = usize::from(profile.sub_industry);
        let lead = firms.technique[row].competence - outside.competence[s];
        let capital = self.ratios.capital * draft.sales;
        let capacity = product.units / settings.production.utilisation;
        let own_cost = self.wage_cost * workers + self.depreciation * capital;
        let unit_cost = product.unit_inputs + own_cost / product.units;
        let stock_ticks = settings.production.inventory_target * self.ticks / 4.0;
        let stock = stock_ticks * self.sub.make_to_stock * product.units;
        // Price of capacity at which replacing a twentieth a year equals depreciation.
        let cohorts = (VINTAGES - 1) as f64 * self.ticks;
        firms.vintages[row].capacity.iter_mut().for_each(|share| *share *= capacity as f32);
        let balances = self.balances(opening, draft, capital, stock * unit_cost);
        let dials = &dials[usize::from(profile.ownership)];
        let interest = finance::interest(&balances, dials, &settings.finance, 1.0 / self.ticks);
        let Plant { component_surcharge, embodied, .. } = firms.plant[row];
        firms.balances[row] = FirmBooks::opened(balances);
        firms.flow[row] =
            self.flow(draft, product, workers, self.depreciation * capital, interest, component_surcharge);
        firms.technique[row].unit_labour = (workers / product.units).into();
        firms.chain[row] = settings.value_chain.opening_parts().chain(firms.chain[row].kept, lead);
        firms.plant[row] = Plant {
            capacity: capacity.into(),
            embodied,
            capital_price: (self.depreciation * capital * cohorts / capacity).into(),
            unit_inputs: (product.unit_inputs / outside.input_price[s] / (1.0 + component_surcharge)).into(),
            component_surcharge,
            log_unit_labour: log_unit_labour.into(),
            stock: stock.into(),
            stock_value: unit_cost.into(),
        };
        firms.workforce[row] = Workforce { workers: self.totals.workers.keep(workers), ..Workforce::default() };
        firms.position[row] = Position {
            kept_share: firms.position[row].kept_share,
            price: product.price.into(),
            log_price: ln(product.price).into(),
            markup: (product.kept * (product.price - product.unit_inputs) / (own_cost / product.units)).into(),
            demand: product.units.into(),
            export_share: draft.export_share.into(),
            expected: product.units.into(),
            output: product.units.into(),
            sold: product.units.into(),
            ..Position::default()
        };
    }

    fn balances(&self, opening: &Opening<'_>, draft: &Sketch, capital: f64, stock: f64) -> Balances {
        let assets = self.sub.assets_per_sales * draft.sales;
        let debt = opening.debt_to_sales * draft.sales;
        let mut balances = Balances::default();
        balances.add(Account::Deposits, assets - capital - stock);
        balances.add(Account::FixedCapital, capital);
        balances.add(Account::Inventories, stock);
        balances.add(Account::Loans, -debt);
        // Paid-in capital is part of own funds.
        balances.add(Account::Equity, -draft.paid_in.min(0.95 * (assets - debt)).max(0.0));
        balances.close();
        balances
    }

    fn flow(
        &mut self,
        draft: &Sketch,
        product: &Product,
        workers: f64,
        depreciation: f64,
        interest: f64,
        component_surcharge: Single,
    ) -> Flow {
        let sales = draft.sales / self.ticks;
        let value_added = self.ratios.value_added * sales;
        let charges = (self.sub.selling_expense_ratio + self.ratios.overhead + self.sales_tax) * sales;
        let operating = value_added - self.wage_cost * workers - charges;
        let research = self.sub.research_to_sales * sales;
        Flow {
            sales: self.totals.sales.keep(sales),
            exports: self.totals.exports.keep(sales * draft.export_share),
            inputs: self.totals.inputs.keep(sales - value_added),
            value_added: self.totals.value_added.keep(value_added),
            value_leaving: (product.units * (1.0 - product.kept) * (product.price - product.unit_inputs)
                + foreign_margin(sales - value_added, component_surcharge))
            .into(),
            operating: operating.into(),
            research: research.into(),
            profit: (operating - depreciation - interest - research).into(),
            investment: depreciation.into(),
            interest: interest.into(),
            ..Flow::default()
        }
    }

    /// Records the solved ratios in the structure.
    fn record(&self, world: &mut World, s: usize, rows: Range<usize>) {
        let World { structure, firms, openings, .. } = world;
        let sub = &mut structure.sub_industries[s];
        let deposits: f64 = firms.balances[rows.clone()].iter().map(|balances| balances.get(Account::Deposits)).sum();
        let assets = self.sub.assets_per_sales * self.sales;
        sub.overhead = self.ratios.overhead;
        sub.opening_firms = rows.len();
        sub.research_to_sales = self.sub.research_to_sales;
        if self.sales > 0.0 {
            // What firms pay out is not known before research is; the target is lowered then.
            sub.deposits_to_sales = deposits / self.sales;
            sub.working_capital = ((deposits - openings.cash_to_assets * assets) / self.sales).max(0.0);
            sub.capital_price_to_sales = self.depreciation * self.ratios.capital * (VINTAGES - 1) as f64 * self.ticks;
            let operating: f64 = firms.flow[rows].iter().map(|flow| flow.operating).sum();
            sub.opening_operating = operating * self.ticks / self.sales;
        }
    }
}

fn interest_to_sales(
    opening: &Opening<'_>,
    settings: &Settings,
    world: &World,
    sub: &SubIndustry,
    drafts: &Drafts,
    rows: &Range<usize>,
) -> f64 {
    let interest = |row: usize| {
        let dials = &world.dials[usize::from(world.firms.profile[row].ownership)];
        accounts::interest(sub, opening.debt_to_sales, drafts.sketches[row].sales, dials, settings)
    };
    let sales: f64 = drafts.sketches[rows.clone()].iter().map(|sketch| sketch.sales).sum();
    if sales > 0.0 { rows.clone().map(interest).sum::<f64>() / sales } else { 0.0 }
}

/// A firm's product at the opening price.
struct Product {
    units: f64,
    unit_inputs: f64,
    price: f64,
    kept: f64,
}

impl Product {
    /// Units in which the price per quality equals the outside competitor's.
    fn new(sales: f64, value_added: f64, kept: f64, price: f64) -> Self {
        let inputs = (1.0 - value_added) * sales;
        let expenditure = inputs + value_added * sales / kept;
        let units = expenditure / price;
        Product { units, unit_inputs: inputs / units, price, kept }
    }
}

/// What users spend on the sub-industry in each market, the region and others together.
fn users_expenditure(opening: &Opening<'_>, world: &World, s: usize, rows: Range<usize>) -> [f64; MARKETS] {
    let weights = [0.0, opening.markets.middle_income.export_weight, opening.markets.high_income.export_weight];
    let firms = &world.firms;
    let spent = |row: usize| firms.position[row].sold * firms.position[row].price;
    let exported = |row: usize| firms.position[row].export_share;
    let home: f64 = rows.clone().map(|row| spent(row) * (1.0 - exported(row)) - spent_by_orders(firms, row)).sum();
    let abroad: f64 = rows.map(|row| spent(row) * exported(row)).sum();
    let share = &world.structure.sub_industries[s].region_share;
    [home / share[0], abroad * weights[1] / share[1], abroad * weights[2] / share[2]]
}

/// Shares of the markets, and customer bases at which they stay.
fn take_position(settings: &Settings, world: &mut World, row: usize, demand: &[f64; MARKETS]) {
    let World { firms, dials, structure, outside, .. } = world;
    let ordered = spent_by_orders(firms, row);
    let (profile, technique, position) = (&firms.profile[row], &firms.technique[row], &mut firms.position[row]);
    let orders = market::orders(&dials[usize::from(profile.ownership)], &settings.market);
    position.appeal = market::appeal(position, profile, technique, outside, orders, &settings.market).into();
    let spent = position.sold * position.price;
    let region_share = &structure.sub_industries[usize::from(profile.sub_industry)].region_share;
    let abroad: f64 = demand[1..].iter().zip(&region_share[1..]).map(|(d, r)| d * r).sum();
    for (m, demand) in demand.iter().enumerate() {
        let region = demand * region_share[m];
        let own = match m {
            0 => spent * (1.0 - position.export_share) - ordered,
            _ if abroad > 0.0 => spent * position.export_share * region / abroad,
            _ => 0.0,
        };
        if *demand > 0.0 {
            position.share[m] = (own / demand).into();
            position.base[m] = (own / region / position.appeal).into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_units_by_hand() {
        // Sales 100, value added 20, kept 0.5: users pay 80 + 40 = 120; at price 1.2, 100 units.
        let product = Product::new(100.0, 0.2, 0.5, 1.2);
        assert!((product.units - 100.0).abs() < 1e-12 && (product.unit_inputs - 0.8).abs() < 1e-12);
        let sales = product.units * (product.unit_inputs + 0.5 * (product.price - product.unit_inputs));
        assert!((sales - 100.0).abs() < 1e-12);
    }
}
