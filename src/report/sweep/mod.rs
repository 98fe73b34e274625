//! The page of a sweep or a map. However many runs there are, the page holds quantiles, so that it
//! stays small.

mod outcomes;
mod sensitivity;
mod series;
mod single;

use serde_json::Value as Json;

use super::ReportError;
use super::chart::{Card, Chart, Control, Data, Kind, Listing, Measure, Page, Pick, Section, Style};
use super::folder::{Kind as Folder, Results};
use super::table::{Table, TableError};
use series::Series;

/// Failed runs that are listed at most.
const LISTED: usize = 200;

/// The page of a sweep, with its map if it has one.
pub fn page(results: &Results) -> Result<Page, ReportError> {
    let runs = results.needed("runs.csv")?;
    let series = Series::read(results, &runs)?;
    let plan = &results.manifest["spec"]["plan"];
    let title = plan["title"].as_str().filter(|title| !title.is_empty());
    let (command, reproduce) = results.command();
    let mut sections = Vec::new();
    if results.kind == Folder::Map {
        sections.push(Section::new("Which path suits which region", [map(results)?]));
    }
    sections.push(Section::new("What the factors do", outcomes::charts(&series)?));
    sections.push(Section::new("Which factor matters", sensitivity::charts(results, &series)?));
    sections.push(Section::new("Single runs", single::charts(&series)?));
    Ok(Page {
        kind: if results.kind == Folder::Map { "map" } else { "sweep" }.to_string(),
        title: title.unwrap_or("A sweep").to_string(),
        about: plan["description"].as_str().unwrap_or_default().to_string(),
        cards: cards(results, &series),
        sections: sections.into_iter().filter(|section| !section.charts.is_empty()).collect(),
        tables: tables(plan, &runs)?,
        command,
        reproduce,
        manifest: results.manifest.clone(),
    })
}

fn cards(results: &Results, series: &Series) -> Vec<Card> {
    let count = |key: &str| results.manifest["runs"][key].as_u64().unwrap_or(0);
    let card = |label: &str, value: String, change: String| Card {
        label: label.to_string(),
        value,
        change,
        unit: String::new(),
    };
    let failed = match count("failed") {
        0 => "none failed".to_string(),
        failed => format!("{failed} failed"),
    };
    vec![
        card("runs", count("runs").to_string(), failed),
        card("points", series.points().to_string(), format!("{} factors", series.factors.len())),
        card("indicators", series.indicators.len().to_string(), "all can be chosen".to_string()),
        card(
            "last tick",
            series.ticks.last().copied().unwrap_or(0).to_string(),
            format!("{} ticks shown", series.ticks.len()),
        ),
    ]
}

/// What was varied, and which runs failed.
fn tables(plan: &Json, runs: &Table) -> Result<Vec<Listing>, TableError> {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let factor = |factor: &Json| {
        let name = ["key", "name"].iter().find_map(|key| factor[*key].as_str()).unwrap_or("scenario").to_string();
        let values = ["values", "range", "option", "scenario"].iter().find(|key| !factor[**key].is_null());
        let values = values.map(|key| match &factor[*key] {
            Json::Object(options) => options.keys().cloned().collect::<Vec<_>>().join(", "),
            Json::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(", "),
            other => text(other),
        });
        vec![name, values.unwrap_or_default(), text(&factor["scale"]).replace("null", "")]
    };
    let rows = plan["factor"].as_array().into_iter().flatten().map(factor).collect();
    let header = ["factor", "values", "scale"].map(str::to_string).to_vec();
    let mut tables = vec![Listing { title: "Factors".to_string(), header, rows }];
    let failed = runs.only("status", "failed")?;
    if !failed.is_empty() {
        let names = ["run", "point", "replicate", "seed", "reason"];
        let columns = names.iter().map(|name| failed.words(name)).collect::<Result<Vec<_>, _>>()?;
        let rows =
            (0..failed.len().min(LISTED)).map(|at| columns.iter().map(|column| column[at].to_string()).collect());
        tables.push(Listing {
            title: format!("Runs that failed ({})", failed.len()),
            header: names.map(str::to_string).to_vec(),
            rows: rows.collect(),
        });
    }
    Ok(tables)
}

/// The map of the best path.
fn map(results: &Results) -> Result<Chart, ReportError> {
    let table = results.needed("map.csv")?;
    let [x, y] = [0, 1].map(|at| table.names().get(at).cloned().unwrap_or_default());
    // Between the axes and the number of seeds stand the factors for each combination of which there is a map.
    let panels: Vec<String> = table.names().iter().skip(2).take_while(|name| *name != "n").cloned().collect();
    let (best, second, verdict) = (table.words("best")?, table.words("second")?, table.words("verdict")?);
    let columns = ["gain", "gain_low", "gain_high", "margin", "margin_low", "margin_high"];
    let numbers = columns.iter().map(|name| table.numbers(name)).collect::<Result<Vec<_>, _>>()?;
    let figure = super::units::figure;
    let shown = |row: usize| if verdict[row] == "no path helps" { verdict[row] } else { best[row] };
    let told = |row: usize| {
        let gain =
            format!("gain {} ({} .. {})", figure(numbers[0][row]), figure(numbers[1][row]), figure(numbers[2][row]));
        match verdict[row] {
            "no path helps" => format!("no path helps\nbest: {}\n{gain}", best[row]),
            "close" => format!("{} (close)\n{gain}\nsecond: {}", best[row], second[row]),
            _ => format!("{}\n{gain}", best[row]),
        }
    };
    let mut rows: Vec<usize> = (0..table.len()).collect();
    let (xs, ys) = (table.words(&x)?, table.words(&y)?);
    let place = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    rows.sort_by(|a, b| place(ys[*a]).total_cmp(&place(ys[*b])).then(place(xs[*a]).total_cmp(&place(xs[*b]))));
    let mut data = Data::new()
        .words("across", rows.iter().map(|row| xs[*row]))
        .words("up", rows.iter().map(|row| ys[*row]))
        .words("verdict", rows.iter().map(|row| verdict[*row]))
        .words("path", rows.iter().map(|row| shown(*row)))
        .words("text", rows.iter().map(|row| told(*row)));
    for (name, values) in columns.iter().zip(&numbers) {
        data = data.numbers(name, "", rows.iter().map(|row| values[*row]).collect());
    }
    for panel in &panels {
        let words = table.words(panel)?;
        data = data.words(panel, rows.iter().map(|row| words[*row]));
    }
    let criterion = results.manifest["spec"]["plan"]["map"]["criterion"].as_str().unwrap_or_default();
    let about = format!(
        "The path with the highest {criterion} at the last tick in each kind of region, its gain over the first path (nothing \
         done) with a 95 % interval, and whether its margin over the second is clear."
    );
    let mut chart = Chart::new("applicability", Kind::Heat, "Applicability map", &about, "across", data)
        .drawing([Measure::new("up", Style::Dot)])
        .split("path")
        .axes(&x, &y, "");
    chart.label = Some("text".to_string());
    chart.pick = panels.iter().map(|panel| Pick::new(panel, Control::Select)).collect();
    Ok(chart)
}

/// A choice of the indicator, which begins at the first.
fn indicator() -> Pick {
    Pick::new("indicator", Control::Select)
}
