//! Tables that describe the same sub-industries, places and fields.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::{TOLERANCE, key, shown};

/// The row of `input_output` that completes the inputs to one.
const VALUE_ADDED: &str = "value_added";
/// How far that row may be from `value_added_ratio`: both are rounded figures of one thing.
const VALUE_ADDED_TOLERANCE: f64 = 0.02;

/// Every sub-industry has a recipe, a column of inputs and owners.
pub(super) fn rows_of_each_sub_industry(scenario: &Scenario) -> Vec<CrossProblem> {
    let buys = |name: &str| scenario.input_output.values().any(|row| row.contains_key(name));
    let mut problems = Vec::new();
    for name in scenario.sub_industries.keys() {
        let mut missing = |table: &str, what: &str, add: &str| {
            let message = format!("the sub-industry `{}` has no {what}", clip(name));
            let problem =
                CrossProblem::new(table, message).help(format!("add the {add} `{}` to `{table}`", clip(name)));
            problems.push(problem.also(key(&["sub_industries", name]), "this sub-industry"));
        };
        if !scenario.recipes.contains_key(name) {
            missing("recipes", "recipe", "row");
        }
        if !buys(name) {
            missing("input_output", "inputs", "column");
        }
        if !scenario.ownership_shares.contains_key(name) {
            missing("ownership_shares", "owners", "row");
        }
    }
    problems
}

/// Value added over sales is stated twice, and must be the same.
pub(super) fn value_added(scenario: &Scenario) -> Vec<CrossProblem> {
    let Some(row) = scenario.input_output.get(VALUE_ADDED) else {
        let message = format!("`input_output` has no row `{VALUE_ADDED}`");
        let help = "it completes the inputs of each sub-industry to 1";
        return vec![CrossProblem::new("input_output", message).help(help)];
    };
    let mut problems = Vec::new();
    for (name, sub_industry) in &scenario.sub_industries {
        let ratio = sub_industry.value_added_ratio;
        // A sub-industry without inputs is refused above.
        let Some(left) = row.get(name).copied() else { continue };
        if (left - ratio).abs() > VALUE_ADDED_TOLERANCE {
            let cell = key(&["input_output", VALUE_ADDED, name]);
            let stated = key(&["sub_industries", name, "value_added_ratio"]);
            let message = format!(
                "value added of `{}` is {ratio} of sales in `sub_industries`, but {} in `input_output`",
                clip(name),
                shown(left)
            );
            let help = format!(
                "`{stated}` and `{cell}` may differ by {VALUE_ADDED_TOLERANCE}; the column must still sum to 1"
            );
            problems.push(CrossProblem::new(stated, message).help(help).also(cell, "stated here again"));
        }
    }
    problems
}

/// Value added is no input and has no price.
pub(super) fn input_prices(scenario: &Scenario) -> Vec<CrossProblem> {
    if !scenario.input_prices.contains_key(VALUE_ADDED) {
        return Vec::new();
    }
    let message = format!("`{VALUE_ADDED}` is no input, so it has no price");
    vec![
        CrossProblem::new(key(&["input_prices", VALUE_ADDED]), message)
            .help("name one of the other rows of `input_output`"),
    ]
}

/// Exports go somewhere: the weights of the markets sum to one.
pub(super) fn export_weights(scenario: &Scenario) -> Vec<CrossProblem> {
    let exports = scenario.sub_industries.iter().find(|(_, one)| one.sales > 0.0 && one.export_share > 0.0);
    let markets = &scenario.markets;
    let sum: f64 =
        [&markets.home, &markets.middle_income, &markets.high_income].map(|market| market.export_weight).iter().sum();
    match exports {
        Some((name, _)) if (sum - 1.0).abs() > TOLERANCE => {
            let sum = shown(sum);
            let message = format!("`export_weight` must sum to 1 over the markets, but sums to {sum}");
            let problem =
                CrossProblem::new("markets", message).help("each weight is the market's share in opening exports");
            vec![problem.also(key(&["sub_industries", name, "export_share"]), "these exports need a market")]
        }
        _ => Vec::new(),
    }
}

/// A base is of some sub-industry; universities and institutes know some field.
pub(super) fn places_and_fields(scenario: &Scenario) -> Vec<CrossProblem> {
    let empty = |table: &str, name: &str, list: &str, what: &str| {
        CrossProblem::new(key(&[table, name, list]), format!("{what} `{}` has no `{list}`", clip(name)))
            .help(format!("name at least one of `{}`", if list == "fields" { "technology_fields" } else { list }))
    };
    let bases = scenario.bases.iter().filter(|(_, one)| one.sub_industries.is_empty());
    let bases = bases.map(|(name, _)| empty("bases", name, "sub_industries", "the base"));
    let universities = scenario.universities.iter().filter(|(_, one)| one.fields.is_empty());
    let universities = universities.map(|(name, _)| empty("universities", name, "fields", "the university"));
    let institutes = scenario.institutes.iter().filter(|(_, one)| one.fields.is_empty());
    let institutes = institutes.map(|(name, _)| empty("institutes", name, "fields", "the institute"));
    bases.chain(universities).chain(institutes).collect()
}
