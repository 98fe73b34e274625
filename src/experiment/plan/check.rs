//! What a plan must be by itself, whatever its scenarios say.

use serde_json::Value as Json;

use super::{Factor, Kind, Plan, Scale};
use crate::experiment::design::{most_factors, most_size, size, size_needed};
use crate::experiment::seeds::MOST_REPLICATES;
use crate::experiment::watch::indicators;
use crate::scenario::{Check, CrossProblem, nearest};

/// No sweep may have more runs.
const MOST_RUNS: usize = 10_000_000;

/// All of them.
pub(super) const CHECKS: &[Check<Plan>] =
    &[check_base, check_factors, check_columns, check_order, check_design, check_output, check_set, check_map];

fn check_base(plan: &Plan) -> Vec<CrossProblem> {
    let varied = plan.factor.iter().filter(|factor| factor.scenario.is_some()).count();
    let base = plan.base.is_some();
    let problem = match (base, varied) {
        (true, 0) | (false, 1) => return Vec::new(),
        (_, 2..) => CrossProblem::new("factor", "only one factor can be `scenario`"),
        (true, _) => CrossProblem::new("base", "`base` and a factor of whole scenarios exclude each other")
            .help("put the base among the scenarios of the factor, and remove `base`"),
        (false, _) => {
            CrossProblem::new("base", "missing key `base`").help("base = \"liaoning.toml\", relative to the plan")
        }
    };
    vec![problem]
}

fn check_factors(plan: &Plan) -> Vec<CrossProblem> {
    let sampled = !matches!(plan.design.kind, Kind::Grid | Kind::List);
    let mut problems: Vec<CrossProblem> =
        plan.factor.iter().enumerate().flat_map(|(at, factor)| factor_shape(plan.design.kind, at, factor)).collect();
    if plan.factor.is_empty() && sampled {
        problems.push(CrossProblem::new("design.kind", "this design needs a factor").help("add a [[factor]]"));
    }
    let lengths: Vec<usize> = plan.factor.iter().filter_map(Factor::listed).map(|values| values.len()).collect();
    if plan.design.kind == Kind::List && lengths.windows(2).any(|pair| pair[0] != pair[1]) {
        let message = format!("in a list all factors need the same number of values, but they have {lengths:?}");
        problems.push(CrossProblem::new("design.kind", message).help("kind = \"grid\" takes every combination"));
    }
    problems
}

fn factor_shape(kind: Kind, at: usize, factor: &Factor) -> Vec<CrossProblem> {
    let here = format!("factor[{at}]");
    let problem =
        |key: &str, message: &str, help: &str| vec![CrossProblem::new(format!("{here}{key}"), message).help(help)];
    if !factor.option.is_empty() {
        return match (&factor.key, &factor.scenario, &factor.values, &factor.range) {
            (None, None, None, None) => Vec::new(),
            _ => problem("", "a factor of options takes no key, scenario, values or range", "write two factors"),
        };
    }
    match (&factor.key, &factor.scenario, &factor.values, &factor.range) {
        (None, None, ..) => return problem("", "a factor needs a `key`", "key = \"finance.debt_limit\""),
        (Some(_), Some(_), ..) => {
            return problem(".scenario", "a factor is a `key` or `scenario`, not both", "write two factors");
        }
        (None, Some(_), None, None) => {}
        (None, Some(_), ..) => {
            return problem("", "a factor of scenarios takes no values", "remove `values` and `range`");
        }
        (_, _, Some(_), Some(_)) => {
            return problem(".range", "a factor takes `values` or `range`, not both", "remove one of the two");
        }
        (_, _, None, None) => {
            return problem("", "a factor needs `values` or `range`", "values = [1.5, 2.0] or range = [1.0, 4.0]");
        }
        _ => {}
    }
    if factor.listed().is_some_and(|values| values.is_empty()) {
        return problem("", "a factor needs at least one value", "values = [1.5, 2.0]");
    }
    let twice = |values: &Vec<Json>| values.iter().enumerate().any(|(at, value)| values[..at].contains(value));
    if kind == Kind::Grid && factor.values.as_ref().is_some_and(twice) {
        return problem(
            ".values",
            "a value stands there twice",
            "a grid runs each once: more `replicates` are more seeds",
        );
    }
    if factor.key.as_deref().is_some_and(|key| key == "seed") {
        return problem(".key", "`seed` cannot be a factor", "replicates have seeds of their own: replicates = 20");
    }
    let csv = |json: &Json| json.to_string().contains("\"csv\":");
    let named = factor.key.as_deref().is_some_and(|key| key.ends_with(".csv"));
    if named || factor.values.iter().flatten().any(csv) {
        let help = "write one scenario for each table and vary `scenario`";
        return problem("", "a table from another CSV file cannot be a factor", help);
    }
    range_shape(kind, &here, factor)
}

fn range_shape(kind: Kind, here: &str, factor: &Factor) -> Vec<CrossProblem> {
    let Some([low, high]) = factor.range else {
        return Vec::new();
    };
    let problem = |message: String| vec![CrossProblem::new(format!("{here}.range"), message)];
    if kind == Kind::List {
        return problem("a list takes `values`, not a range".to_string());
    }
    if low >= high {
        return problem(format!("the range must rise, but {low} is not below {high}"));
    }
    match factor.scale {
        Scale::Log if low <= 0.0 => problem(format!("a logarithmic range must be positive, but begins at {low}")),
        Scale::Integer if low.fract() != 0.0 || high.fract() != 0.0 || high.abs().max(low.abs()) > 9e15 => {
            problem("the ends of a range of whole numbers must be whole numbers".to_string())
        }
        _ => Vec::new(),
    }
}

fn check_columns(plan: &Plan) -> Vec<CrossProblem> {
    let reserved = ["run", "point", "replicate", "seed", "status", "reason", "hash"];
    let mut seen: Vec<String> = reserved.map(String::from).to_vec();
    let mut problems = Vec::new();
    for (at, factor) in plan.factor.iter().enumerate() {
        let column = factor.column();
        if seen.contains(&column) {
            let message = format!("there is a column `{column}` already");
            problems
                .push(CrossProblem::new(format!("factor[{at}]"), message).help("give the factor a `name` of its own"));
        }
        seen.push(column);
    }
    problems
}

/// Factors are set one after the other. What a later one sets would replace, or mix with, what an earlier
/// one has set at the same place or inside it: a difference between runs that means nothing.
fn check_order(plan: &Plan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for (at, later) in plan.factor.iter().enumerate() {
        let clash = plan.factor[..at].iter().find_map(|earlier| {
            let inside = |key: &str, outer: &str| {
                key.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let lost = |outer: &str| {
                keys(earlier).find(|key| inside(key, outer)).map(|key| (key.to_string(), outer.to_string()))
            };
            keys(later).find_map(lost).map(|clash| (earlier.column(), clash))
        });
        if let Some((earlier, (lost, outer))) = clash {
            let message = format!("`{outer}` would replace `{lost}`, which the factor `{earlier}` has set before");
            let help = format!("write this factor before `{earlier}`, or give it other keys");
            problems.push(CrossProblem::new(format!("factor[{at}]"), message).help(help));
        }
    }
    problems
}

/// All keys that a factor sets.
fn keys(factor: &Factor) -> impl Iterator<Item = &str> {
    let inner = factor.option.values().flat_map(|option| option.keys());
    factor.key.iter().chain(inner).map(String::as_str)
}

fn check_design(plan: &Plan) -> Vec<CrossProblem> {
    let design = &plan.design;
    let (needed, most) = (size_needed(design.kind), most_size(design.kind));
    let mut problems = Vec::new();
    match design.size {
        None if needed => {
            let help = "size = 64: points, base points (saltelli) or trajectories (morris)";
            problems.push(CrossProblem::new("design.kind", "missing key `size` in `design`").help(help));
        }
        Some(_) if !needed => {
            let message = "this design takes no `size`: its factors say how large it is";
            problems.push(CrossProblem::new("design.size", message));
        }
        Some(size) if size > most => {
            problems
                .push(CrossProblem::new("design.size", format!("at most {most} points of this design, not {size}")));
        }
        _ => {}
    }
    let factors = most_factors(design.kind);
    if plan.factor.len() > factors {
        let message = format!("at most {factors} factors in this design, not {}", plan.factor.len());
        problems.push(CrossProblem::new("design.kind", message));
    }
    let runs = size(design, &plan.factor).and_then(|points| points.checked_mul(plan.replicates as usize));
    if runs.is_none_or(|runs| runs > MOST_RUNS) {
        let message = format!("this design has more than {MOST_RUNS} runs");
        problems.push(CrossProblem::new("design", message).help("fewer values, points or replicates"));
    }
    if !plan.common_seeds && runs.is_some_and(|runs| runs >= MOST_REPLICATES as usize) {
        let message = format!("without common seeds a sweep has fewer than {MOST_REPLICATES} runs");
        problems.push(CrossProblem::new("common_seeds", message));
    }
    if design.kind == Kind::Morris && design.levels % 2 == 1 {
        problems.push(CrossProblem::new("design.levels", "morris needs an even number of levels").help("levels = 4"));
    }
    problems
}

fn check_output(plan: &Plan) -> Vec<CrossProblem> {
    let known = indicators();
    let unknown = plan.output.indicators.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str()));
    let problem = |(at, name): (usize, &String)| {
        let help = match nearest(name, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`tiexi describe indicators region` lists them".to_string(),
        };
        CrossProblem::new(format!("output.indicators[{at}]"), format!("there is no indicator `{name}`")).help(help)
    };
    unknown.map(problem).collect()
}

fn check_set(plan: &Plan) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    if plan.set.contains_key("seed") {
        problems.push(CrossProblem::new("set.seed", "the seed stands on top of the plan: seed = 1"));
    }
    if plan.replicates >= MOST_REPLICATES {
        problems.push(CrossProblem::new("replicates", format!("fewer than {MOST_REPLICATES} replicates")));
    }
    problems
}

fn check_map(plan: &Plan) -> Vec<CrossProblem> {
    let Some(map) = &plan.map else {
        return Vec::new();
    };
    let columns: Vec<String> = plan.factor.iter().map(Factor::column).collect();
    let mut problems = Vec::new();
    let axes = [("x".to_string(), &map.x), ("y".to_string(), &map.y), ("path".to_string(), &map.path)];
    let panels = map.panels.iter().enumerate().map(|(at, column)| (format!("panels[{at}]"), column));
    for (key, column) in axes.into_iter().chain(panels) {
        if !columns.contains(column) {
            let near = nearest(column, columns.iter().map(String::as_str));
            let help =
                near.map_or_else(|| format!("the factors are {columns:?}"), |near| format!("did you mean `{near}`?"));
            let message = format!("there is no factor with the column `{column}`");
            problems.push(CrossProblem::new(format!("map.{key}"), message).help(help));
        }
    }
    let used = map.factors();
    if used.iter().enumerate().any(|(at, column)| used[..at].contains(column)) {
        problems.push(CrossProblem::new("map", "`x`, `y`, `panels` and `path` must be different factors"));
    }
    if plan.design.kind != Kind::Grid || plan.factor.len() != used.len() {
        let message = "a map needs a grid in which every factor is `x`, `y`, `path` or one of `panels`";
        problems.push(CrossProblem::new("map", message));
    }
    let kept = plan.indicators();
    if !kept.contains(&map.criterion.as_str()) {
        let near = nearest(&map.criterion, kept.iter().copied());
        let problem = CrossProblem::new("map.criterion", format!("no indicator `{}` is kept", map.criterion));
        problems.push(problem.maybe_help(near.map(|near| format!("did you mean `{near}`?"))));
    }
    if plan.replicates < 2 {
        problems.push(CrossProblem::new("replicates", "a map needs at least two replicates").help("replicates = 20"));
    }
    problems
}
