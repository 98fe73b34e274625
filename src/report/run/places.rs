//! The map: cities with their clusters, and the links between them.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::report::ReportError;
use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::table::{Table, TableError};
use crate::report::units::{meaning, unit};

use super::{Charts, Run};

/// Map and clusters, a year at a time.
pub(super) fn charts(run: &Run<'_>) -> Charts {
    let mut charts = Vec::new();
    charts.extend(map(run)?);
    charts.extend(clusters(run)?);
    Ok(charts)
}

/// Whether a tick is drawn on the map: year ends, and the last.
fn yearly(run: &Run<'_>, table: &Table) -> Result<Table, TableError> {
    let ticks = table.numbers("tick")?;
    let (per_year, last) = (run.per_year(), ticks.last().copied().unwrap_or(0.0));
    Ok(table.keeping(|row| (ticks[row] as usize).is_multiple_of(per_year) || ticks[row] == last))
}

fn map(run: &Run<'_>) -> Result<Option<Chart>, ReportError> {
    let Some(table) = run.results.table("cities.csv")?.filter(|table| !table.is_empty()) else {
        return Ok(None);
    };
    let table = yearly(run, &table)?;
    let scenario = run.results.scenario();
    let place = |city: &str, axis: &str| scenario["cities"][city][axis].as_f64().unwrap_or(0.0);
    let leading = leading_clusters(run)?;
    let (ticks, cities) = (table.numbers("tick")?, table.words("city")?);
    let cluster = |row: usize| {
        let known = leading.get(&(ticks[row] as u64, cities[row].to_string()));
        known.cloned().unwrap_or_else(|| "no cluster".to_string())
    };
    let data = run.data("cities", &table, &["city"], &["value_added", "firms", "engineers", "high_end_share"])?;
    let data = data
        .words("leading_cluster", (0..table.len()).map(cluster))
        .numbers("longitude", "degrees east", cities.iter().map(|city| place(city, "longitude")).collect())
        .numbers("latitude", "degrees north", cities.iter().map(|city| place(city, "latitude")).collect());
    let unit = unit("cities", "value_added");
    let mut chart = Chart::new(
        "map",
        Kind::Places,
        "Cities, their leading clusters and the links between them",
        "The area of a circle is value added; its colour the cluster whose bases sell most there. A line is as wide as \
         the links between firms of two cities weigh together.",
        "city",
        data,
    )
    .drawing([Measure::new("value_added", Style::Dot)])
    .split("leading_cluster")
    .picking(Pick::new("date", Control::Slider))
    .axes("longitude", "latitude", unit);
    chart.labels = true;
    chart.links = links(run)?;
    if chart.links.is_none() {
        chart.note = run.with_panel("The links between cities are not drawn: this run did not write them.");
    }
    Ok(Some(chart))
}

/// For each tick and city the cluster whose bases there sell most.
fn leading_clusters(run: &Run<'_>) -> Result<BTreeMap<(u64, String), String>, ReportError> {
    let mut leading: BTreeMap<(u64, String), (f64, String)> = BTreeMap::new();
    let Some(table) = run.results.table("clusters.csv")? else {
        return Ok(BTreeMap::new());
    };
    let table = yearly(run, &table.only("level", "base")?)?;
    let bases = &run.results.scenario()["bases"];
    let mut sums: BTreeMap<(u64, String, String), f64> = BTreeMap::new();
    let (ticks, names, sales) = (table.numbers("tick")?, table.words("name")?, table.numbers("sales")?);
    for row in 0..table.len() {
        let text = |key: &str| bases[names[row]][key].as_str().unwrap_or_default().to_string();
        *sums.entry((ticks[row] as u64, text("city"), text("cluster"))).or_default() += sales[row];
    }
    for ((tick, city, cluster), sales) in sums {
        let best = leading.entry((tick, city)).or_default();
        if sales > best.0 {
            *best = (sales, cluster);
        }
    }
    Ok(leading.into_iter().filter(|(_, (sales, _))| *sales > 0.0).map(|(key, (_, cluster))| (key, cluster)).collect())
}

/// Weight of the links between two cities.
type Pairs<'c> = BTreeMap<(&'c str, &'c str), f64>;

/// Links among firms, added up between cities; the heaviest hundred of a tick and kind.
fn links(run: &Run<'_>) -> Result<Option<Data>, ReportError> {
    const MOST: usize = 100;
    let (Some(firms), Some(links)) = (run.results.table("firms.csv")?, run.results.table("links.csv")?) else {
        return Ok(None);
    };
    let links = yearly(run, &links)?;
    let mut city_of: BTreeMap<(u64, &str), &str> = BTreeMap::new();
    let (ticks, names, cities) = (firms.numbers("tick")?, firms.words("firm")?, firms.words("city")?);
    for row in 0..firms.len() {
        city_of.insert((ticks[row] as u64, names[row]), cities[row]);
    }
    let mut sums: IndexMap<(u64, &str), Pairs<'_>> = IndexMap::new();
    let (ticks, kinds, weights) = (links.numbers("tick")?, links.words("kind")?, links.numbers("weight")?);
    let (from, to) = (links.words("from")?, links.words("to")?);
    for row in 0..links.len() {
        let tick = ticks[row] as u64;
        let (Some(a), Some(b)) = (city_of.get(&(tick, from[row])), city_of.get(&(tick, to[row]))) else { continue };
        if a != b {
            let pair = if a < b { (*a, *b) } else { (*b, *a) };
            *sums.entry((tick, kinds[row])).or_default().entry(pair).or_default() += weights[row];
        }
    }
    let mut rows = Vec::new();
    for ((tick, kind), pairs) in sums {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
        rows.extend(pairs.into_iter().take(MOST).map(|((a, b), weight)| (run.date(tick as f64), kind, a, b, weight)));
    }
    let data = Data::new()
        .words("date", rows.iter().map(|row| row.0.clone()))
        .words("kind", rows.iter().map(|row| row.1))
        .words("from", rows.iter().map(|row| row.2))
        .words("to", rows.iter().map(|row| row.3));
    Ok(Some(data.numbers("weight", "", rows.iter().map(|row| row.4).collect())))
}

fn clusters(run: &Run<'_>) -> Result<Option<Chart>, ReportError> {
    let Some(table) = run.thinned("clusters.csv")? else {
        return Ok(None);
    };
    let table = table.only("level", "cluster")?;
    if table.is_empty() {
        return Ok(None);
    }
    let data = run.data("clusters", &table, &["name"], &["value_added", "sales", "firms", "high_end_share"])?;
    let unit = unit("clusters", "value_added");
    Ok(Some(
        Chart::new(
            "clusters",
            Kind::Lines,
            "Value added of the clusters",
            meaning("clusters", "value_added"),
            "date",
            data,
        )
        .drawing([Measure::new("value_added", Style::Line)])
        .split("name")
        .axes("", unit, unit),
    ))
}
