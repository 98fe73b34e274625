//! The page of a comparison: paired differences with their intervals.

use super::chart::{Card, Chart, Control, Data, Kind, Listing, Measure, Page, Pick, Section, Style};
use super::folder::Results;
use super::table::{Table, TableError};
use super::units::{figure, unit};
use super::{DIFFERENCES, ReportError};

/// Indicators of the cards, for each scenario.
const CARDS: usize = 4;

/// The page of a comparison.
pub fn page(results: &Results) -> Result<Page, ReportError> {
    let table = results.needed("comparison.csv")?;
    let runs = results.needed("runs.csv")?;
    let (command, reproduce) = results.command();
    let first = runs.words("scenario")?.first().copied().unwrap_or_default().to_string();
    let mut scenarios: Vec<&str> = table.words("scenario")?;
    scenarios.dedup();
    let named: indexmap::IndexSet<&str> = scenarios.into_iter().collect();
    let title = format!("{first} compared with {}", named.iter().copied().collect::<Vec<_>>().join(", "));
    Ok(Page {
        kind: "comparison".to_string(),
        title,
        about: format!(
            "{} runs. Every scenario met the same seeds, so most luck cancels in the difference to {first}; intervals are \
             95 % intervals of the mean paired difference.",
            runs.len()
        ),
        cards: cards(&table)?,
        sections: vec![
            Section::new("Differences in the last year", [side_by_side(&table, &first)?]),
            Section::new("Any indicator over time", over_time(&table, &first)?),
        ],
        tables: failures(&runs)?,
        command,
        reproduce,
        manifest: results.manifest.clone(),
    })
}

/// The leading differences of the last year.
fn cards(table: &Table) -> Result<Vec<Card>, TableError> {
    let last = last_year(table)?;
    let (indicators, scenarios) = (table.words("indicator")?, table.words("scenario")?);
    let columns = ["year", "difference", "low", "high"].map(|name| table.numbers(name));
    let [years, differences, lows, highs] = columns;
    let (years, differences, lows, highs) = (years?, differences?, lows?, highs?);
    let mut cards = Vec::new();
    for name in DIFFERENCES.iter().filter(|name| indicators.contains(name)).take(CARDS) {
        for row in (0..table.len()).filter(|row| years[*row] == last && indicators[*row] == *name) {
            cards.push(Card {
                label: format!("{} {last}: {}", name.replace('_', " "), scenarios[row]),
                value: format!("{}{}", if differences[row] > 0.0 { "+" } else { "" }, figure(differences[row])),
                change: format!("95 %: {} .. {}", figure(lows[row]), figure(highs[row])),
                unit: unit("region", name).to_string(),
            });
        }
    }
    Ok(cards)
}

fn last_year(table: &Table) -> Result<f64, TableError> {
    Ok(table.numbers("year")?.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

/// Differences of the main indicators in per cent of the first scenario, a year at a time.
fn side_by_side(table: &Table, first: &str) -> Result<Chart, TableError> {
    let (indicators, scenarios) = (table.words("indicator")?, table.words("scenario")?);
    let [years, bases, middles, lows, highs] =
        ["year", "baseline_mean", "difference", "low", "high"].map(|name| table.numbers(name));
    let (years, bases, middles, lows, highs) = (years?, bases?, middles?, lows?, highs?);
    let rank = |row: usize| DIFFERENCES.iter().position(|name| *name == indicators[row]);
    let mut rows: Vec<usize> = (0..table.len()).filter(|row| rank(*row).is_some() && bases[*row] != 0.0).collect();
    rows.sort_by_key(|row| (years[*row] as i64, rank(*row)));
    let relative = |values: &[f64]| rows.iter().map(|row| 100.0 * values[*row] / bases[*row].abs()).collect::<Vec<_>>();
    let unit = format!("% of {first}");
    let data = Data::new()
        .words("year", rows.iter().map(|row| (years[*row] as i64).to_string()))
        .words("indicator", rows.iter().map(|row| indicators[*row].replace('_', " ")))
        .words("scenario", rows.iter().map(|row| scenarios[*row]))
        .numbers("difference", &unit, relative(&middles))
        .numbers("low", &unit, relative(&lows))
        .numbers("high", &unit, relative(&highs));
    Ok(Chart::new(
        "differences",
        Kind::Intervals,
        "Paired differences with 95 % intervals",
        "An interval that does not touch zero is a difference that these seeds can tell from luck. Move the slider \
         through the years.",
        "indicator",
        data,
    )
    .drawing([Measure::new("difference", Style::Dot).between("low", "high")])
    .split("scenario")
    .picking(Pick::new("year", Control::Slider))
    .axes("", &format!("difference, {unit}"), "%"))
}

/// Differences, levels and agreement of every indicator.
fn over_time(table: &Table, first: &str) -> Result<Vec<Chart>, TableError> {
    let years = || -> Result<Vec<String>, TableError> {
        Ok(table.numbers("year")?.into_iter().map(|year| (year as i64).to_string()).collect())
    };
    let mut data = Data::new().words("year", years()?).words("indicator", table.words("indicator")?);
    data = data.words("scenario", table.words("scenario")?);
    for name in ["difference", "low", "high", "mean", "baseline_mean", "agreement", "effect_size", "seeds_needed"] {
        data = data.numbers(name, "", table.numbers(name)?);
    }
    let known: indexmap::IndexSet<&str> = table.words("indicator")?.into_iter().collect();
    let indicator = || {
        let mut pick = Pick::new("indicator", Control::Select);
        pick.start = Some("value_added_per_worker".to_string());
        pick
    };
    let mut scenario = Pick::new("scenario", Control::Select);
    scenario.label = "beside the first".to_string();
    let chart = |id: &str, title: &str, about: &str| {
        Chart::new(id, Kind::Lines, title, about, "year", data.clone()).picking(indicator()).explaining(known.clone())
    };
    Ok(vec![
        chart(
            "difference_over_time",
            "Difference over the years",
            "Mean paired difference with its 95 % interval; before a policy starts there is none.",
        )
        .drawing([Measure::new("difference", Style::Line).between("low", "high")])
        .split("scenario")
        .axes("", "difference", "")
        .reference("", "y", 0.0),
        chart("levels_over_time", "Levels", "Means over the seeds of the first scenario and of another.")
            .drawing([
                Measure::new("baseline_mean", Style::Dash).called(first),
                Measure::new("mean", Style::Line).called("this scenario"),
            ])
            .picking(scenario)
            .axes("", "mean", ""),
        chart(
            "agreement",
            "Do the seeds agree?",
            "Share of the seeds whose difference has the sign of the mean difference.",
        )
        .drawing([Measure::new("agreement", Style::Line)])
        .split("scenario")
        .axes("", "share of seeds", ""),
    ])
}

/// Runs that failed, if any did.
fn failures(runs: &Table) -> Result<Vec<Listing>, TableError> {
    let failed = runs.only("status", "failed")?;
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let header = ["scenario", "replicate", "seed", "reason"];
    let columns = header.iter().map(|name| failed.words(name)).collect::<Result<Vec<_>, _>>()?;
    let row = |at: usize| columns.iter().map(|column| column[at].to_string()).collect();
    Ok(vec![Listing {
        title: "Runs that failed".to_string(),
        header: header.map(str::to_string).to_vec(),
        rows: (0..failed.len().min(200)).map(row).collect(),
    }])
}
