//! Charts of standards and platforms, where a run has them.

use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style, Values};
use crate::report::units::{meaning, unit};

use super::{Charts, Run};

/// The race of standards, and what became of platforms.
pub(super) fn charts(run: &Run<'_>) -> Charts {
    let mut charts = standards(run)?;
    charts.extend(platforms(run)?);
    Ok(charts)
}

/// Shares and users of the standards of a class.
fn standards(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("standards.csv")? else {
        return Ok(Vec::new());
    };
    let numbers = ["share", "adopters", "region_share", "home_share", "royalty_paid", "royalty_received"];
    let data = run.data("standards", &table, &["class", "standard"], &numbers)?;
    let chart = |id: &str, title: &str, about: &str, columns: &[&str]| {
        Chart::new(id, Kind::Lines, title, about, "date", data.clone())
            .drawing(columns.iter().map(|column| Measure::new(column, Style::Line)))
            .split("standard")
            .picking(Pick::new("class", Control::Select))
            .axes("", unit("standards", columns[0]), unit("standards", columns[0]))
    };
    let race = "Who uses what, within a class: the firms of the region, the home market and abroad together. Above one half a \
                standard leads its class. What is missing to one has no standard.";
    Ok(vec![
        chart("standards_race", "The race of standards", race, &["share"]).reference("half", "y", 0.5),
        chart(
            "standards_adopters",
            "Users of standards in the region",
            meaning("standards", "adopters"),
            &["adopters"],
        ),
        chart(
            "standards_royalties",
            "Royalties of standards",
            "What the region's firms pay for the use of a standard, and what those among them who hold a stake in it get.",
            &["royalty_paid", "royalty_received"],
        ),
    ])
}

/// Cash flow, members and quality of each platform while it is at work.
fn platforms(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("platforms.csv")? else {
        return Ok(Vec::new());
    };
    let alive: Vec<bool> = table.numbers("alive")?.into_iter().map(|alive| alive == 1.0).collect();
    if !alive.contains(&true) {
        return Ok(Vec::new());
    }
    let numbers = ["cumulative_cash_flow", "cash_flow", "funding", "members", "quality", "benefit"];
    let data = at_work(run.data("platforms", &table, &["platform"], &numbers)?, &alive);
    let chart = |column: &str, title: &str, about: &str| {
        let unit = unit("platforms", column);
        Chart::new(&format!("platforms_{column}"), Kind::Lines, title, about, "date", data.clone())
            .drawing([Measure::new(column, Style::Line)])
            .split("platform")
            .axes("", unit, unit)
    };
    Ok(vec![
        chart(
            "cumulative_cash_flow",
            "Cumulative cash flow of platforms",
            "What a platform would have earned since its founding without public support. It falls while it is built up, and \
             turns once members pay for more than it costs; a line that ends is a platform that closed.",
        )
        .reference("", "y", 0.0),
        chart("cash_flow", "Cash flow of platforms", meaning("platforms", "cash_flow")).reference("", "y", 0.0),
        chart("funding", "Public support of platforms", meaning("platforms", "funding")),
        chart("members", "Members of platforms", "Firms that take part because it pays them, after fee and effort."),
        chart("quality", "Quality of platforms", meaning("platforms", "quality")),
    ])
}

/// A platform has no figures before its founding and after its end.
fn at_work(mut data: Data, alive: &[bool]) -> Data {
    for column in &mut data.columns {
        if let Values::Numbers(values) = &mut column.values {
            values.iter_mut().zip(alive).filter(|(_, alive)| !**alive).for_each(|(value, _)| *value = f64::NAN);
        }
    }
    data
}
