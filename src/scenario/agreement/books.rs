//! The opening books: that sales pay for the costs, and assets for debt, machines and goods.
//!
//! Only the opening state is built from these figures, so an event may change them freely.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::key;
use crate::mechanisms::Settings;
use crate::mechanisms::ownership::in_force;
use crate::population::accounts::{self, Costs, LEAST_OVERHEAD, Ratios};
use crate::population::tables::SubIndustry;

/// Debt first: interest on more debt than there are assets is no measure of anything. Then costs, which
/// goods in stock are worth.
pub(super) fn check(scenario: &Scenario) -> Vec<CrossProblem> {
    let checks = [debt_within_assets, costs_within_sales, machines_and_goods_within_assets];
    checks.into_iter().map(|check| check(scenario)).find(|problems| !problems.is_empty()).unwrap_or_default()
}

/// Sub-industries that have firms.
fn peopled(scenario: &Scenario) -> impl Iterator<Item = (&String, &SubIndustry)> {
    scenario.sub_industries.iter().filter(|(_, one)| one.firms > 0 && one.sales > 0.0)
}

/// How many more sub-industries have the same problem, in words.
fn and_others(count: usize) -> String {
    match count.saturating_sub(1) {
        0 => String::new(),
        1 => "; the same is true of 1 other sub-industry".to_string(),
        others => format!("; the same is true of {others} other sub-industries"),
    }
}

/// Firms own more than they owe.
fn debt_within_assets(scenario: &Scenario) -> Vec<CrossProblem> {
    let debt = scenario.finance.debt_to_sales;
    let indebted: Vec<_> = peopled(scenario).filter(|(_, one)| debt >= one.assets_per_sales).collect();
    let worst = indebted.iter().min_by(|a, b| a.1.assets_per_sales.total_cmp(&b.1.assets_per_sales));
    let Some((name, one)) = worst else { return Vec::new() };
    let assets = one.assets_per_sales;
    let message = format!(
        "the firms of `{}` would open with no own funds: their debt is {debt} years of sales, their assets {assets}{}",
        clip(name),
        and_others(indebted.len())
    );
    let help = format!("lower `finance.debt_to_sales` below {assets}, or give the sub-industry more assets");
    let cell = key(&["sub_industries", name, "assets_per_sales"]);
    vec![CrossProblem::new("finance.debt_to_sales", message).help(help).also(cell, "all assets of these firms")]
}

/// Sales pay for wages, research, selling, taxes, depreciation, interest and profit; where they cannot, no
/// value added that the opening balance could assume would do. One problem for each key to blame.
fn costs_within_sales(scenario: &Scenario) -> Vec<CrossProblem> {
    let settings = scenario.settings();
    // With the lowest interest that any owner pays: a scenario is refused only for certain.
    let ratios = |one: &SubIndustry| opening_ratios(scenario, &settings, one, f64::min);
    let solved = peopled(scenario).map(|(name, one)| (name, one, ratios(one)));
    let impossible: Vec<_> = solved.filter(|(_, _, ratios)| !ratios.is_possible()).collect();
    let mut blamed: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for (_, _, ratios) in &impossible {
        let blame = largest(&ratios.costs).0;
        if blamed.contains(&blame) {
            continue;
        }
        blamed.push(blame);
        let alike: Vec<_> = impossible.iter().filter(|(_, _, other)| largest(&other.costs).0 == blame).collect();
        let worst = alike.iter().max_by(|a, b| a.2.value_added.total_cmp(&b.2.value_added));
        problems
            .extend(worst.map(|(name, one, ratios)| too_dear(scenario, &settings, (name, one), ratios, alike.len())));
    }
    problems
}

/// Opening ratios with the interest that `pick` takes of those that the owners pay.
fn opening_ratios(scenario: &Scenario, settings: &Settings, one: &SubIndustry, pick: fn(f64, f64) -> f64) -> Ratios {
    let debt = scenario.finance.debt_to_sales;
    let dials = settings.dials.iter().map(|dials| in_force(*dials, &settings.switches));
    let interest = dials.map(|dials| accounts::interest(one, debt, 1.0, &dials, settings)).reduce(pick);
    let sales = one.sales * scenario.region.initial_level;
    let ticks = f64::from(scenario.time.ticks_per_year);
    Ratios::solve(one, settings, ticks, sales, interest.unwrap_or(0.0))
}

fn largest(costs: &Costs) -> (&'static str, f64) {
    costs.named().into_iter().fold(("", f64::NEG_INFINITY), |most, cost| if cost.1 > most.1 { cost } else { most })
}

/// The key to blame for a cost.
struct Blame {
    key: String,
    value: f64,
    /// Other keys that decide the cost.
    others: Vec<String>,
    /// Whether the cost falls at least in proportion to the key, and no other cost rises.
    proportional: bool,
}

fn blame(scenario: &Scenario, cost: &str, name: &str, one: &SubIndustry) -> Blame {
    let cell = |column: &str| key(&["sub_industries", name, column]);
    let blame = |key: String, value: f64, others: &[&str], proportional: bool| {
        let others = others.iter().map(|key| (*key).to_string()).collect();
        Blame { key, value, others, proportional }
    };
    let (people, assets) = (cell("sales_per_employee"), cell("assets_per_sales"));
    let labour = [people.as_str(), "labour.social_charges"];
    let capital = [assets.as_str(), "investment.fixed_capital_per_assets"];
    let loans = ["finance.interest", "finance.spread"];
    match cost {
        "wages" => blame("labour.annual_wage".into(), scenario.labour.annual_wage, &labour, true),
        "research" => blame(cell("research_to_sales"), one.research_to_sales, &[], false),
        "selling" => blame(cell("selling_expense_ratio"), one.selling_expense_ratio, &[], true),
        "production tax" => blame("fiscal.sales_tax".into(), scenario.fiscal.sales_tax, &[], true),
        "depreciation" => blame("investment.depreciation".into(), scenario.investment.depreciation, &capital, false),
        "interest" => blame("finance.debt_to_sales".into(), scenario.finance.debt_to_sales, &loans, true),
        _ => blame(cell("profit_margin"), one.profit_margin, &[], true),
    }
}

fn too_dear(
    scenario: &Scenario,
    settings: &Settings,
    (name, one): (&str, &SubIndustry),
    ratios: &Ratios,
    alike: usize,
) -> CrossProblem {
    let (cost, _) = largest(&ratios.costs);
    let listed = ratios.costs.named().into_iter().filter(|(_, share)| share.abs() >= 0.0005);
    let listed: Vec<String> = listed.map(|(cost, share)| format!("{cost} {share:.3}")).collect();
    let message = format!(
        "the costs of `{}` are {:.3} of its sales, more than all of them: {}, overhead at least {LEAST_OVERHEAD}{}",
        clip(name),
        ratios.value_added,
        listed.join(", "),
        and_others(alike)
    );
    let Blame { key: blamed, value, others, proportional } = blame(scenario, cost, name, one);
    // What is said to fit fits whoever owns the firms.
    let most = opening_ratios(scenario, settings, one, f64::max);
    let share = most.costs.named().into_iter().find(|(name, _)| *name == cost).map_or(0.0, |(_, share)| share);
    let help = match room(value, share, most.value_added - share).filter(|_| proportional) {
        Some(fits) => format!("with all else as it is, `{blamed}` = {fits} would fit (now {value})"),
        None => format!("lower `{blamed}` (now {value}) or the other costs: value added cannot exceed sales"),
    };
    let problem = CrossProblem::new(blamed, message).help(help);
    let problem = others.into_iter().fold(problem, |problem, other| problem.also(other, "decides this cost too"));
    problem.also(key(&["sub_industries", name, "value_added_ratio"]), "would have to be above 1")
}

/// Machines and finished goods are worth no more than all assets, so that deposits are not negative.
fn machines_and_goods_within_assets(scenario: &Scenario) -> Vec<CrossProblem> {
    let settings = scenario.settings();
    // Deposits are convex in the value added that the interest decides: below zero at both ends, they are
    // below zero whoever owns the firms.
    let solve = |one: &SubIndustry, pick| opening_ratios(scenario, &settings, one, pick);
    let best = |one: &SubIndustry| {
        let ends = [solve(one, f64::min), solve(one, f64::max)];
        ends.into_iter().max_by(|a, b| a.deposits(one, &settings).total_cmp(&b.deposits(one, &settings)))
    };
    let solved = peopled(scenario).filter_map(|(name, one)| Some((name, one, best(one)?)));
    let overdrawn: Vec<_> = solved
        .map(|(name, one, ratios)| (name, one, ratios, ratios.deposits(one, &settings) / one.assets_per_sales))
        .filter(|(_, _, _, left)| *left < -1e-9)
        .collect();
    let worst = overdrawn.iter().min_by(|a, b| a.3.total_cmp(&b.3));
    worst
        .map(|(name, one, ratios, _)| overdraft(scenario, (name, one), ratios, &settings, overdrawn.len()))
        .into_iter()
        .collect()
}

fn overdraft(
    scenario: &Scenario,
    (name, one): (&str, &SubIndustry),
    ratios: &Ratios,
    settings: &Settings,
    alike: usize,
) -> CrossProblem {
    let (assets, machines, goods) = (one.assets_per_sales, ratios.capital, ratios.stock(one, settings));
    let message = format!(
        "the firms of `{}` would open with negative deposits: machines and buildings of {machines:.3} and finished \
         goods of {goods:.3} years of sales, but assets of {assets} in all{}",
        clip(name),
        and_others(alike)
    );
    let (goods_key, machines_key) = ("production.inventory_target", "investment.fixed_capital_per_assets");
    let target = scenario.production.inventory_target;
    let (blamed, other, help) = if goods > machines {
        let most = room(target, goods / assets, machines / assets);
        let most = most.map_or(String::new(), |most| format!(" below {most}, less where firms have dear labour"));
        (goods_key, machines_key, format!("lower `{goods_key}` (now {target}){most}"))
    } else {
        let share = scenario.investment.fixed_capital_per_assets;
        (machines_key, goods_key, format!("lower `{machines_key}` (now {share}), or give the sub-industry more assets"))
    };
    let cell = |column: &str| key(&["sub_industries", name, column]);
    CrossProblem::new(blamed, message)
        .help(help)
        .also(other, "decides this too")
        .also(cell("make_to_stock"), "share of output of which a stock is held")
        .also(cell("assets_per_sales"), "all assets of these firms")
}

/// The value of the blamed key at which its cost, in proportion to it, fits beside the others; two digits,
/// rounded down.
fn room(value: f64, share: f64, others: f64) -> Option<f64> {
    let fits = value * (1.0 - others) / share;
    if !(fits > 0.0 && fits.is_finite()) {
        return None;
    }
    let unit = 10f64.powi(fits.log10().floor() as i32 - 1);
    // Printed and read again, a tenth is a tenth.
    format!("{:.1e}", (fits / unit + 1e-9).floor() * unit).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_for_a_cost_by_hand() {
        // A wage of 2 costs 1.6 of sales, all else 0.2: 0.8 / 1.6 x 2 = 1.
        assert_eq!(room(2.0, 1.6, 0.2), Some(1.0));
        assert_eq!(room(2.0, 1.6, 0.25), Some(0.93));
        assert_eq!(room(2.0, 1.6, 1.0), None);
        assert_eq!(room(0.01, 0.5, 0.99), Some(0.0002));
    }
}
