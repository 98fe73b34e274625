//! Charts of the region as a whole: what moved it, what it is made of, what it keeps, what is spent on it.

use std::collections::BTreeMap;

use crate::indicators::measurement::Params;
use crate::indicators::stage::mean_and_error;
use crate::report::ReportError;
use crate::report::chart::{Band, Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::folder::Results;
use crate::report::table::{Table, TableError};
use crate::report::units::{meaning, unit};

use super::{Charts, Run};

/// Contributions to the change of value added per worker, stacked in this order.
const CONTRIBUTIONS: [(&str, &str); 4] = [
    ("factor_contribution", "factor"),
    ("value_chain_contribution", "value chain"),
    ("structure_contribution", "structure"),
    ("following_contribution", "following the frontier"),
];

/// The stacked decomposition by year and the contributions with their uncertainty.
pub(super) fn decomposition(run: &Run<'_>) -> Charts {
    Ok(vec![by_year(run)?, with_errors(run)?])
}

fn by_year(run: &Run<'_>) -> Result<Chart, TableError> {
    let region = &run.region;
    let (ticks, years) = (region.numbers("tick")?, region.numbers("year")?);
    let sum = |name: &str| -> Result<BTreeMap<i64, f64>, TableError> {
        let mut sums = BTreeMap::new();
        for (row, value) in region.numbers(name)?.into_iter().enumerate().filter(|(row, _)| ticks[*row] >= 1.0) {
            *sums.entry(years[row] as i64).or_insert(0.0) += value;
        }
        Ok(sums)
    };
    let total = sum("value_added_per_worker_change")?;
    let unit = unit("region", "value_added_per_worker");
    let mut data = Data::new().words("year", total.keys().map(i64::to_string));
    for (column, _) in CONTRIBUTIONS {
        data = data.numbers(column, unit, sum(column)?.into_values().collect());
    }
    let data = data.numbers("change", unit, total.into_values().collect());
    let bars = CONTRIBUTIONS.map(|(column, label)| Measure::new(column, Style::Bar).called(label));
    let about = "Each bar is the exact sum of its parts: better products and processes (factor), a larger part of the \
                 chain's value (value chain), other sub-industries and tiers (structure), and moving with the world \
                 (following). Shaded: the stage, the part that leads clearly over two years.";
    let mut chart =
        Chart::new("decomposition", Kind::Stack, "Change of real value added per worker", about, "year", data)
            .drawing(bars)
            .drawing([Measure::new("change", Style::Total).called("all")])
            .axes("", &format!("change, {unit}"), unit);
    chart.bands = stages(region, "year")?;
    Ok(chart)
}

/// Spans in which the stage stays the same.
fn stages(region: &Table, along: &str) -> Result<Vec<Band>, TableError> {
    let (ticks, places) = (region.numbers("tick")?, region.words(along)?);
    let mut bands: Vec<Band> = Vec::new();
    for (row, stage) in region.words("stage")?.into_iter().enumerate().filter(|(row, _)| ticks[*row] >= 1.0) {
        match bands.last_mut() {
            Some(band) if band.tone == stage => band.to = places[row].to_string(),
            _ => bands.push(Band {
                from: places[row].to_string(),
                to: places[row].to_string(),
                label: stage.replace('_', " "),
                tone: stage.to_string(),
            }),
        }
    }
    bands.retain(|band| band.tone != "none");
    Ok(bands)
}

/// Mean contribution over the window of the stage, with 1.96 block-bootstrap standard errors.
fn with_errors(run: &Run<'_>) -> Result<Chart, TableError> {
    let settings: Params = serde_json::from_value(run.results.scenario()["measurement"].clone()).unwrap_or_default();
    let per_year = run.per_year();
    let window = ((settings.smoothing * per_year as f64).round() as usize).max(1);
    let level = run.region.numbers("value_added_per_worker")?;
    let dates = run.dates(&run.region)?;
    let (mut kept, mut parts) = (Vec::new(), Vec::new());
    let (mut means, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
    for (column, label) in &CONTRIBUTIONS[..3] {
        let values = run.region.numbers(column)?;
        for (end, date) in dates.iter().enumerate().skip(window) {
            let span = end + 1 - window..end + 1;
            let height = level[span.clone()].iter().sum::<f64>() / window as f64;
            let yearly: Vec<f64> = values[span].iter().map(|value| 100.0 * value * per_year as f64 / height).collect();
            let (mean, error) = mean_and_error(&yearly, per_year);
            kept.push(date.clone());
            parts.push(*label);
            means.push(mean);
            lows.push(mean - 1.96 * error);
            highs.push(mean + 1.96 * error);
        }
    }
    let unit = "% a year";
    let data = Data::new().words("date", kept).words("contribution", parts);
    let data = data.numbers("mean", unit, means).numbers("low", unit, lows).numbers("high", unit, highs);
    let about = format!(
        "Mean of the last {} years, relative to value added per worker, with 95 % intervals of the moving-block bootstrap \
         by which the stage is told. Broken: the threshold that a stage must pass.",
        settings.smoothing
    );
    Ok(Chart::new("contributions", Kind::Lines, "Contributions and their uncertainty", &about, "date", data)
        .drawing([Measure::new("mean", Style::Line).between("low", "high")])
        .split("contribution")
        .axes("", "contribution, % a year", unit)
        .reference("threshold", "y", 100.0 * settings.stage_threshold))
}

/// Shares of high-end products and high-tech sub-industries.
pub(super) fn high_shares(run: &Run<'_>) -> Charts {
    let columns = ["high_end_share", "high_tech_share"];
    let about = columns.map(|name| meaning("region", name)).join(" ");
    Ok(vec![
        Chart::new(
            "high_shares",
            Kind::Lines,
            "High-end and high-tech share of sales",
            &about,
            "date",
            run.by_date(&columns)?,
        )
        .drawing(columns.map(|name| Measure::new(name, Style::Line)))
        .axes("", "share", ""),
    ])
}

/// The smile, value kept and value leaving.
pub(super) fn value_chain(run: &Run<'_>) -> Charts {
    let leaving = ["value_added", "value_leaving"];
    let kept = ["kept_share", "design_kept", "fabrication_kept", "market_kept"];
    let unit = unit("region", "value_added");
    let mut charts = smile(run)?;
    charts.push(
        Chart::new("value_kept", Kind::Stack, "Value kept in the region and value leaving it",
            "Value of the chains in which the region's firms work: what they keep as value added, and what others keep.",
            "date", run.by_date(&leaving)?)
            .drawing([Measure::new("value_added", Style::Area).called("kept"), Measure::new("value_leaving", Style::Area).called("leaving")])
            .axes("", unit, unit),
    );
    charts.push(
        Chart::new(
            "kept_shares",
            Kind::Lines,
            "Share of the chain's value that stays",
            "In all, and in each function: design, fabrication, and the way to the market.",
            "date",
            run.by_date(&kept)?,
        )
        .drawing(kept.map(|name| Measure::new(name, Style::Line)))
        .axes("", "share", ""),
    );
    Ok(charts)
}

/// The smile curve: value by function along the chain, weighted over sub-industries, a year at a time.
fn smile(run: &Run<'_>) -> Charts {
    let Some(table) = run.results.table("value_chain.csv")?.filter(|table| !table.is_empty()) else {
        return Ok(Vec::new());
    };
    let ticks = table.numbers("tick")?;
    let last = ticks.last().copied().unwrap_or(0.0);
    let per_year = run.per_year();
    let table = table.keeping(|row| (ticks[row] as usize).is_multiple_of(per_year) || ticks[row] == last);
    let ticks = table.numbers("tick")?;
    let (markets, functions) = (table.words("market")?, table.words("function")?);
    let columns = ["value_share", "kept_share", "firms_kept_share", "chain_value"];
    let [share, kept, firms, value] = columns.map(|name| table.numbers(name));
    let (share, kept, firms, value) = (share?, kept?, firms?, value?);
    let mut order: indexmap::IndexMap<(u64, &str, &str), [f64; 4]> = indexmap::IndexMap::new();
    for row in 0..table.len() {
        let sums = order.entry((ticks[row] as u64, markets[row], functions[row])).or_default();
        let part = share[row] * value[row];
        for (sum, more) in sums.iter_mut().zip([value[row], part, part * kept[row], part * firms[row]]) {
            *sum += more;
        }
    }
    let of =
        |at: usize| order.values().map(|sums| if sums[0] > 0.0 { sums[at] / sums[0] } else { 0.0 }).collect::<Vec<_>>();
    let unit = "share of the chain's value";
    let data = Data::new()
        .words("date", order.keys().map(|key| run.date(key.0 as f64)))
        .words("market", order.keys().map(|key| key.1))
        .words("function", order.keys().map(|key| key.2))
        .numbers("of_the_chain", unit, of(1))
        .numbers("kept_in_the_region", unit, of(2))
        .numbers("kept_by_its_firms", unit, of(3));
    let about = "Value of design, fabrication and market in the chains of the region's products: the whole, what stays \
                 in the region, and what its firms earn. A smile is deep where the middle earns little. Move the \
                 slider through the years.";
    Ok(vec![
        Chart::new("smile", Kind::Lines, "The smile curve", about, "function", data)
            .drawing([
                Measure::new("of_the_chain", Style::Dash),
                Measure::new("kept_in_the_region", Style::Line),
                Measure::new("kept_by_its_firms", Style::Line),
            ])
            .picking(Pick::new("date", Control::Slider))
            .picking(Pick::new("market", Control::Select))
            .axes("", unit, ""),
    ]
    .into_iter()
    .map(|mut chart| {
        chart.from_zero = true;
        chart
    })
    .collect())
}

/// The mix of sub-industries.
pub(super) fn sub_industries(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("sub_industries.csv")? else {
        return Ok(Vec::new());
    };
    let numbers = ["value_added", "value_added_per_worker", "high_end_share", "frontier_gap", "employment"];
    let data = run.data("sub_industries", &table, &["sub_industry"], &numbers)?;
    let names = run.results.scenario()["sub_industries"].as_object();
    let named: Vec<String> = names
        .into_iter()
        .flatten()
        .map(|(code, row)| format!("{code} {}", row["name"].as_str().unwrap_or_default()))
        .collect();
    let (money, worker) = (unit("sub_industries", "value_added"), unit("sub_industries", "value_added_per_worker"));
    Ok(vec![
        Chart::new("mix", Kind::Stack, "Value added by sub-industry", &named.join("; "), "date", data.clone())
            .drawing([Measure::new("value_added", Style::Area)])
            .split("sub_industry")
            .axes("", money, money),
        Chart::new(
            "industries_per_worker",
            Kind::Lines,
            "Value added per worker by sub-industry",
            meaning("sub_industries", "value_added_per_worker"),
            "date",
            data.clone(),
        )
        .drawing([Measure::new("value_added_per_worker", Style::Line)])
        .split("sub_industry")
        .axes("", worker, worker),
        Chart::new(
            "industries_gap",
            Kind::Lines,
            "Distance to the outside competitor",
            meaning("sub_industries", "frontier_gap"),
            "date",
            data,
        )
        .drawing([Measure::new("frontier_gap", Style::Line)])
        .split("sub_industry")
        .axes("", "log points", ""),
    ])
}

/// What each instrument spends, and may spend.
pub(super) fn policy(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("policies.csv")? else {
        return Ok(Vec::new());
    };
    let data = run.data("policies", &table, &["instrument"], &["spent", "budget", "recipients"])?;
    let unit = unit("policies", "spent");
    Ok(vec![
        Chart::new(
            "policy_spending",
            Kind::Stack,
            "Policy spending by instrument",
            meaning("policies", "spent"),
            "date",
            data.clone(),
        )
        .drawing([Measure::new("spent", Style::Bar)])
        .split("instrument")
        .axes("", unit, unit),
        Chart::new("policy_budget", Kind::Lines, "Spent, and what might be", "One instrument at a time.", "date", data)
            .drawing([Measure::new("spent", Style::Line), Measure::new("budget", Style::Dash)])
            .picking(Pick::new("instrument", Control::Select))
            .axes("", unit, unit),
    ])
}

/// Every indicator of the region, of this run and of those beside it.
pub(super) fn any(run: &Run<'_>, beside: &[Results]) -> Result<Chart, ReportError> {
    let mut others = Vec::new();
    for results in beside {
        others.push(Run::new(results)?);
    }
    let all: Vec<&Run<'_>> = std::iter::once(run).chain(&others).collect();
    let mut names: Vec<String> = Vec::new();
    let (mut dates, mut indicators, mut runs, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in all {
        let name = name_of(one, &names);
        names.push(name.clone());
        let region = one.thinned("region.csv")?.unwrap_or_else(|| one.region.clone());
        let at = one.dates(&region)?;
        for column in region.names().iter().filter(|column| !["tick", "year", "quarter"].contains(&column.as_str())) {
            let Ok(numbers) = region.numbers(column) else { continue };
            dates.extend(at.iter().cloned());
            indicators.extend(std::iter::repeat_n(column.clone(), numbers.len()));
            runs.extend(std::iter::repeat_n(name.clone(), numbers.len()));
            values.extend(numbers);
        }
    }
    let known = indicators.iter().cloned().collect::<indexmap::IndexSet<String>>();
    let data =
        Data::new().words("date", dates).words("indicator", indicators).words("run", runs).numbers("value", "", values);
    let mut pick = Pick::new("indicator", Control::Select);
    pick.start = Some("value_added_per_worker".to_string());
    Ok(Chart::new(
        "any",
        Kind::Lines,
        "Any indicator of the region",
        "This run, and beside it those given with --beside, such as other seeds.",
        "date",
        data,
    )
    .drawing([Measure::new("value", Style::Line)])
    .split("run")
    .picking(pick)
    .axes("", "value", "")
    .explaining(known.iter().map(String::as_str)))
}

/// Title and seed, and a number where two runs share them.
fn name_of(run: &Run<'_>, known: &[String]) -> String {
    let name = format!("{}, seed {}", run.results.text("/scenario/title"), run.results.manifest["seed"]);
    let same = known.iter().filter(|other| **other == name || other.starts_with(&format!("{name} ("))).count();
    if same == 0 { name } else { format!("{name} ({})", same + 1) }
}
