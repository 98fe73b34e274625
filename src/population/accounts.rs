//! Opening accounts of a sub-industry as shares of its sales: what its costs are, and what value added
//! they need.

use crate::mechanisms::{Settings, finance};
use crate::population::Opening;
use crate::population::tables::SubIndustry;
use crate::world::World;
use crate::world::ledger::{Account, Balances};
use crate::world::region::Dials;

/// Least overhead over sales that the opening balance accepts before it raises value added.
pub const LEAST_OVERHEAD: f64 = 0.01;

/// Costs of a sub-industry over its sales, overhead left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Wages with social charges.
    pub wages: f64,
    /// Research outlay.
    pub research: f64,
    /// Selling expense.
    pub selling: f64,
    /// Production tax.
    pub sales_tax: f64,
    /// Depreciation.
    pub depreciation: f64,
    /// Interest.
    pub interest: f64,
    /// Profit before tax.
    pub profit: f64,
}

impl Costs {
    /// All costs with their names.
    pub fn named(&self) -> [(&'static str, f64); 7] {
        [
            ("wages", self.wages),
            ("research", self.research),
            ("selling", self.selling),
            ("production tax", self.sales_tax),
            ("depreciation", self.depreciation),
            ("interest", self.interest),
            ("profit", self.profit),
        ]
    }

    fn explained(&self) -> f64 {
        self.wages + self.research + self.selling + self.sales_tax + self.depreciation
    }
}

/// Solved ratios of a sub-industry's opening accounts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratios {
    /// Workers of all firms.
    pub workers: f64,
    /// Value added over sales as the table gives it.
    pub given: f64,
    /// Value added over sales as it is used.
    pub value_added: f64,
    /// Fixed capital over annual sales.
    pub capital: f64,
    /// Overhead over sales.
    pub overhead: f64,
    /// Costs over sales.
    pub costs: Costs,
}

impl Ratios {
    /// Solves overhead, raising the value-added ratio where costs need it: `sales` a year, `interest`
    /// over sales.
    pub fn solve(sub: &SubIndustry, settings: &Settings, ticks: f64, sales: f64, interest: f64) -> Self {
        let workers = workers(sub, settings, sales);
        let wage_cost = wage_cost(settings, ticks);
        let mut ratios = Ratios {
            workers,
            given: sub.value_added_ratio,
            value_added: sub.value_added_ratio,
            capital: 0.0,
            overhead: 0.0,
            costs: Costs {
                wages: if sales > 0.0 { workers * wage_cost * ticks / sales } else { 0.0 },
                research: sub.research_to_sales,
                selling: sub.selling_expense_ratio,
                sales_tax: settings.fiscal.sales_tax,
                depreciation: 0.0,
                interest,
                profit: sub.profit_margin,
            },
        };
        for _ in 0..100 {
            ratios.capital = (settings.investment.fixed_capital_per_assets * sub.assets_per_sales)
                .min(settings.investment.fixed_capital_per_value_added * ratios.value_added);
            ratios.costs.depreciation = settings.depreciation(ticks) * ticks * ratios.capital;
            ratios.overhead = ratios.value_added - ratios.costs.explained() - interest - sub.profit_margin;
            if ratios.overhead >= LEAST_OVERHEAD - 1e-12 || sales <= 0.0 {
                break;
            }
            ratios.value_added += LEAST_OVERHEAD - ratios.overhead;
        }
        ratios
    }

    /// Finished goods at what they cost, over annual sales.
    pub fn stock(&self, sub: &SubIndustry, settings: &Settings) -> f64 {
        let years = settings.production.inventory_target / 4.0 * sub.make_to_stock;
        years * (1.0 - self.value_added + self.costs.wages + self.costs.depreciation)
    }

    /// Deposits over annual sales: the assets that are neither machines nor finished goods.
    pub fn deposits(&self, sub: &SubIndustry, settings: &Settings) -> f64 {
        sub.assets_per_sales - self.capital - self.stock(sub, settings)
    }

    /// Whether costs raised value added above what the table gives.
    pub fn is_raised(&self) -> bool {
        self.value_added > self.given
    }

    /// Whether sales pay for the costs: value added is no more than all sales.
    pub fn is_possible(&self) -> bool {
        self.value_added <= 1.0
    }
}

/// The ratios with which the firms of an opening world were built, by sub-industry.
pub fn of_world(world: &World, opening: &Opening<'_>, settings: &Settings) -> Vec<Ratios> {
    let ticks = world.clock.ticks();
    let mut sums = vec![(0.0, 0.0); opening.sub_industries.len()];
    for (profile, flow) in world.firms.profile.iter().zip(&world.firms.flow) {
        let (sales, interest) = &mut sums[usize::from(profile.sub_industry)];
        *sales += flow.sales * ticks;
        *interest += flow.interest * ticks;
    }
    let solve = |(sub, (sales, interest)): (&SubIndustry, (f64, f64))| {
        let interest = if sales > 0.0 { interest / sales } else { 0.0 };
        Ratios::solve(sub, settings, ticks, sales, interest)
    };
    opening.sub_industries.values().zip(sums).map(solve).collect()
}

/// Wage of a worker with social charges, per tick.
pub fn wage_cost(settings: &Settings, ticks: f64) -> f64 {
    settings.labour.annual_wage / ticks * (1.0 + settings.labour.social_charges)
}

/// Annual interest of a firm with these sales on its opening debt.
pub fn interest(sub: &SubIndustry, debt_to_sales: f64, sales: f64, dials: &Dials, settings: &Settings) -> f64 {
    let mut balances = Balances::default();
    balances.add(Account::Deposits, sub.assets_per_sales * sales);
    balances.add(Account::Loans, -debt_to_sales * sales);
    balances.close();
    finance::interest(&balances, dials, &settings.finance, 1.0)
}

/// Employees of the table less the engineers whom the research outlay pays.
fn workers(sub: &SubIndustry, settings: &Settings, sales: f64) -> f64 {
    let engineers =
        sub.research_to_sales * sales * (1.0 - settings.research.external_share) / settings.research.engineer_cost;
    let employees = sales / sub.sales_per_employee;
    (employees - engineers).max(0.1 * employees)
}
