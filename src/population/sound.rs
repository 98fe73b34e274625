//! Whether the opening books can be: the last resort, after the checks of the scenario.

use crate::world::World;
use crate::world::finite::NotFinite;
use crate::world::ledger::Account;

/// Opening books that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OpeningError {
    /// A firm whose books make no sense.
    #[error("firm {firm} of the sub-industry `{sub_industry}` would open with {defect} of {value} million CNY")]
    Books {
        /// Code of the sub-industry.
        sub_industry: String,
        /// Number of the firm.
        firm: u64,
        /// What is wrong.
        defect: Defect,
        /// The amount that is wrong.
        value: f64,
    },
    /// A number that is not finite.
    #[error("the opening state cannot be: {0}")]
    NotFinite(#[from] NotFinite),
}

/// What is wrong with the opening books of a firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// Own funds are not positive.
    OwnFunds,
    /// Machines and buildings are worth nothing or less.
    FixedCapital,
    /// Value added exceeds sales.
    Inputs,
    /// Machines and finished goods are worth more than all assets.
    Deposits,
}

impl std::fmt::Display for Defect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Defect::OwnFunds => "own funds",
            Defect::FixedCapital => "fixed capital",
            Defect::Inputs => "purchased inputs",
            Defect::Deposits => "deposits",
        })
    }
}

impl OpeningError {
    /// The keys of the scenario that most likely lead to it, the likeliest first.
    pub fn likely_keys(&self) -> Vec<String> {
        let (columns, keys): (&[&str], &[&str]) = match self {
            OpeningError::Books { defect: Defect::OwnFunds, .. } => (&["assets_per_sales"], &["finance.debt_to_sales"]),
            OpeningError::Books { defect: Defect::FixedCapital, .. } => {
                (&["assets_per_sales", "value_added_ratio"], &["investment.fixed_capital_per_assets"])
            }
            OpeningError::Books { defect: Defect::Inputs, .. } => {
                (&["sales_per_employee", "profit_margin"], &["labour.annual_wage", "finance.interest"])
            }
            OpeningError::Books { defect: Defect::Deposits, .. } => (
                &["make_to_stock", "assets_per_sales"],
                &["production.inventory_target", "firms.gap_deviation", "investment.fixed_capital_per_assets"],
            ),
            OpeningError::NotFinite(_) => (&[], &["labour.annual_wage", "finance.debt_to_sales", "scale"]),
        };
        let keys = keys.iter().map(|key| (*key).to_string());
        let cells = columns.iter().filter_map(|column| Some(format!("sub_industries.{}.{column}", self.group()?)));
        keys.chain(cells).collect()
    }

    fn group(&self) -> Option<&str> {
        match self {
            OpeningError::Books { sub_industry, .. } => Some(sub_industry),
            OpeningError::NotFinite(_) => None,
        }
    }
}

/// Checks the books of every firm before anything else is built on them.
pub(super) fn check_books(world: &World) -> Result<(), OpeningError> {
    let firms = &world.firms;
    let broken = (0..firms.len()).find_map(|row| defect(world, row).map(|(defect, value)| (row, defect, value)));
    let Some((row, defect, value)) = broken else { return check_finite(world) };
    let sub_industry = world.structure.sub_industries[usize::from(firms.profile[row].sub_industry)].code.clone();
    Err(OpeningError::Books { sub_industry, firm: firms.id[row].number(), defect, value })
}

/// Checks that every number of the opening state is finite.
pub(super) fn check_finite(world: &World) -> Result<(), OpeningError> {
    Ok(world.check_finite()?)
}

fn defect(world: &World, row: usize) -> Option<(Defect, f64)> {
    let (balances, flow) = (&world.firms.balances[row], &world.firms.flow[row]);
    let (own, capital) = (balances.own_funds(), balances.get(Account::FixedCapital));
    let deposits = balances.get(Account::Deposits);
    // Value added of all sales leaves rounding, not inputs; so do machines and goods of all assets.
    let least_inputs = -1e-9 * flow.sales;
    let least_deposits = -1e-9 * capital;
    [
        (own <= 0.0, Defect::OwnFunds, own),
        (capital <= 0.0, Defect::FixedCapital, capital),
        (flow.inputs < least_inputs, Defect::Inputs, flow.inputs.get()),
        (deposits < least_deposits, Defect::Deposits, deposits),
    ]
    .into_iter()
    .find_map(|(broken, defect, value)| broken.then_some((defect, value)))
}
