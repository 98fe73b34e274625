//! The opening world in a few tables: agents by kind, sub-industry, city and ownership, and their
//! totals beside the data of the scenario.

use super::table::{Column, figure, side_by_side};
use crate::policy::feasibility;
use crate::population::accounts::{self, Costs, Ratios};
use crate::scenario::format::Scenario;
use crate::world::World;
use crate::world::firms::{Firms, Profile};

/// Sales from which a firm is counted as very large, million CNY per year.
const VERY_LARGE: f64 = 10_000.0;

/// Sums over some firms; flows per year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Totals {
    firms: usize,
    sales: f64,
    exports: f64,
    employment: f64,
}

impl Totals {
    fn add(&mut self, firms: &Firms, row: usize, ticks_per_year: f64) {
        let (flow, people) = (&firms.flow[row], &firms.workforce[row]);
        self.firms += 1;
        self.sales += flow.sales * ticks_per_year;
        self.exports += flow.exports * ticks_per_year;
        self.employment += people.workers + people.engineers;
    }

    fn export_share(&self) -> f64 {
        if self.sales > 0.0 { self.exports / self.sales } else { 0.0 }
    }
}

/// The summary of an opening world.
pub(super) fn render(world: &World, scenario: &Scenario) -> String {
    let blocks = [
        title(scenario),
        agents(world, scenario),
        sub_industries(world, scenario),
        value_added(world, scenario),
        breakdown(world, "city", &city_names(world), |profile| usize::from(profile.city)),
        breakdown(world, "ownership", &ownership_names(world), |profile| usize::from(profile.ownership)),
    ];
    let conditions = feasibility::check(world, &scenario.declared_paths(), &scenario.feasibility);
    let mut text = blocks.join("\n");
    for (at, condition) in conditions.iter().enumerate() {
        text.push_str(if at == 0 { "\nconditions of the paths declared\n" } else { "" });
        text.push_str(&format!("  {}\n", condition.line()));
    }
    text
}

fn title(scenario: &Scenario) -> String {
    let time = &scenario.time;
    let years = f64::from(time.ticks) / f64::from(time.ticks_per_year);
    format!(
        "{}: {} ticks ({years} years from {}), seed {}, scale {}\n",
        scenario.title.replace(char::is_control, " "),
        time.ticks,
        time.start_year,
        scenario.seed,
        scenario.scale
    )
}

/// How many agents there are of each kind, and the memory that the firms take.
fn agents(world: &World, scenario: &Scenario) -> String {
    let firms = &world.firms;
    let services = world.services.firms.len();
    let sales = firms.flow.iter().map(|flow| flow.sales * world.clock.ticks() * scenario.scale);
    let megabytes = firms.len() as f64 * Firms::bytes_per_firm(firms.fields) as f64 / 1e6;
    let lines = [
        ("firms", firms.len()),
        ("  selling more than 10 bn CNY a year", sales.filter(|sales| *sales > VERY_LARGE).count()),
        ("  megabytes for all", megabytes.ceil() as usize),
        ("producer-service firms", services),
        ("universities", world.universities.len()),
        ("research institutes", world.institutes.len()),
        ("cities", world.structure.cities.len()),
        ("technology fields", world.structure.fields.len()),
        ("policy instruments", scenario.policies.len()),
        ("scheduled events", scenario.event.len()),
    ];
    let names = Column::words("agents", lines.iter().map(|(name, _)| name.to_string()));
    let numbers = Column::figures("number", lines.iter().map(|(_, number)| number.to_string()));
    side_by_side(&[names, numbers])
}

/// The manufacturers of each sub-industry beside the data, at the size of the opening.
fn sub_industries(world: &World, scenario: &Scenario) -> String {
    let codes: Vec<String> = world.structure.sub_industries.iter().map(|group| group.code.clone()).collect();
    let manufacturers = |profile: &Profile| usize::from(profile.sub_industry);
    let built = totals(world, codes.len(), manufacturers);
    let data: Vec<Totals> = codes.iter().map(|code| data_of(scenario, code)).collect();
    let pairs: Vec<_> = with_sum(built).into_iter().zip(with_sum(data)).collect();
    let column =
        |header: &str, text: &dyn Fn(&(Totals, Totals)) -> String| Column::figures(header, pairs.iter().map(text));
    side_by_side(&[
        Column::words("sub-industry", named(&codes)),
        column("firms", &|pair| pair.0.firms.to_string()),
        column("data", &|pair| pair.1.firms.to_string()),
        column("sales, million CNY a year", &|pair| figure(pair.0.sales)),
        column("data", &|pair| figure(pair.1.sales)),
        column("employment", &|pair| figure(pair.0.employment)),
        column("data", &|pair| figure(pair.1.employment)),
        column("export share", &|pair| figure(pair.0.export_share())),
        column("data", &|pair| figure(pair.1.export_share())),
    ])
}

/// Value added over sales as the data give it and as the opening uses it, and why it differs.
fn value_added(world: &World, scenario: &Scenario) -> String {
    let ratios = accounts::of_world(world, &scenario.opening(), &scenario.settings());
    let column = |header: &str, value: &dyn Fn(&Ratios) -> f64| {
        Column::figures(header, ratios.iter().map(|ratios| figure(value(ratios))))
    };
    let mut columns = vec![
        Column::words("sub-industry", world.structure.sub_industries.iter().map(|group| group.code.clone())),
        column("value added over sales: given", &|ratios| ratios.given),
        column("used", &|ratios| ratios.value_added),
    ];
    let costs = Costs::default().named();
    columns.extend(costs.iter().enumerate().map(|(at, (name, _))| column(name, &|ratios| ratios.costs.named()[at].1)));
    columns.push(column("overhead", &|ratios| ratios.overhead));
    columns.push(Column::words("why", ratios.iter().map(why)));
    side_by_side(&columns)
}

/// Overhead is what value added leaves after the other costs; where that is too little, value added is
/// raised to the sum of all.
fn why(ratios: &Ratios) -> String {
    if !ratios.is_raised() {
        return "as given".to_string();
    }
    let costs: f64 = ratios.costs.named().iter().map(|(_, share)| share).sum();
    format!("raised: costs {} and least overhead {}", figure(costs), figure(ratios.overhead))
}

/// What the scenario's data say of a sub-industry, at the scale and level of the opening.
fn data_of(scenario: &Scenario, code: &str) -> Totals {
    let Some(data) = scenario.sub_industries.get(code) else {
        return Totals::default();
    };
    let sales = data.sales * scenario.region.initial_level;
    Totals {
        firms: (f64::from(data.firms) * scenario.scale).round() as usize,
        sales,
        exports: sales * data.export_share,
        employment: sales / data.sales_per_employee,
    }
}

/// All firms by one of their traits.
fn breakdown(world: &World, trait_name: &str, names: &[String], group: impl Fn(&Profile) -> usize) -> String {
    let sums = with_sum(totals(world, names.len(), group));
    let column = |header: &str, text: &dyn Fn(&Totals) -> String| Column::figures(header, sums.iter().map(text));
    side_by_side(&[
        Column::words(trait_name, named(names)),
        column("firms", &|sum| sum.firms.to_string()),
        column("sales, million CNY a year", &|sum| figure(sum.sales)),
        column("employment", &|sum| figure(sum.employment)),
    ])
}

fn totals(world: &World, groups: usize, group: impl Fn(&Profile) -> usize) -> Vec<Totals> {
    let mut totals = vec![Totals::default(); groups];
    for (row, profile) in world.firms.profile.iter().enumerate() {
        if let Some(total) = totals.get_mut(group(profile)) {
            total.add(&world.firms, row, world.clock.ticks());
        }
    }
    totals
}

/// The totals, followed by their sum.
fn with_sum(totals: Vec<Totals>) -> Vec<Totals> {
    let sum = totals.iter().fold(Totals::default(), |sum, total| Totals {
        firms: sum.firms + total.firms,
        sales: sum.sales + total.sales,
        exports: sum.exports + total.exports,
        employment: sum.employment + total.employment,
    });
    totals.into_iter().chain([sum]).collect()
}

fn named(names: &[String]) -> impl Iterator<Item = String> {
    names.iter().cloned().chain(["all".to_string()])
}

fn city_names(world: &World) -> Vec<String> {
    world.structure.cities.iter().map(|city| city.name.clone()).collect()
}

fn ownership_names(world: &World) -> Vec<String> {
    world.structure.ownership.iter().map(|group| group.code.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(firms: usize, sales: f64) -> Totals {
        Totals { firms, sales, exports: 0.25 * sales, employment: 2.0 * sales }
    }

    #[test]
    fn sums_come_last_and_shares_need_sales() {
        let sums = with_sum(vec![total(1, 4.0), total(2, 6.0)]);
        assert_eq!(sums[2], total(3, 10.0));
        assert_eq!(sums[2].export_share(), 0.25);
        assert_eq!(Totals::default().export_share(), 0.0);
    }

    #[test]
    fn a_raised_ratio_is_explained_by_its_costs() {
        let costs = Costs { wages: 0.25, interest: 0.04, ..Costs::default() };
        let given = Ratios { workers: 1.0, given: 0.3, value_added: 0.3, capital: 0.5, overhead: 0.01, costs };
        assert_eq!(why(&given), "as given");
        let text = why(&Ratios { given: 0.2, ..given });
        assert_eq!(text, "raised: costs 0.2900 and least overhead 0.0100");
    }

    #[test]
    fn the_data_stand_at_the_scale_and_level_of_the_opening() {
        let mut scenario = Scenario { scale: 0.1, ..Scenario::default() };
        scenario.region.initial_level = 0.5;
        assert_eq!(data_of(&scenario, "GEN"), Totals::default());
        let row = serde_json::json!({
            "name": "General", "firms": 1000, "sales": 200.0, "sales_per_employee": 0.5,
            "assets_per_sales": 1.0, "profit_margin": 0.05, "selling_expense_ratio": 0.03,
            "export_share": 0.2, "research_to_sales": 0.01, "value_added_ratio": 0.3,
            "technology_class": "medium", "make_to_stock": 0.5, "home_market_share": 0.05,
            "local_purchase_share": 0.3, "opening_gap": 0.5,
        });
        let row = serde_json::from_value(row).expect("a sub-industry");
        scenario.sub_industries.insert("GEN".to_string(), row);
        let expected = Totals { firms: 100, sales: 100.0, exports: 20.0, employment: 200.0 };
        assert_eq!(data_of(&scenario, "GEN"), expected);
    }
}
