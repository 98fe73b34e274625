//! Charts of standards and platforms, where a run has them.

use crate::report::chart::{Chart, Control, Kind, Measure, Pick, Style};
use crate::report::table::Table;
use crate::report::units::unit;

use super::{Charts, Run};

/// The race of standards and the cash flow of platforms.
pub(super) fn charts(run: &Run<'_>) -> Charts {
    let mut charts = Vec::new();
    if let Some(table) = run.thinned("standards.csv")? {
        let (words, numbers) = known(&table, &["class", "standard"], &["share", "adopters", "royalty"]);
        let data = run.data("standards", &table, &words, &numbers)?;
        let chart = |id: &str, title: &str, about: &str, column: &str| {
            Chart::new(id, Kind::Lines, title, about, "date", data.clone())
                .drawing([Measure::new(column, Style::Line)])
                .split("standard")
                .picking(Pick::new("class", Control::Select))
                .axes("", column, unit("standards", column))
        };
        let has = |column: &str| numbers.contains(&column) && words.len() == 2;
        if has("share") {
            charts.push(chart(
                "standards_race",
                "The race of standards",
                "Share of each standard within its class.",
                "share",
            ));
        }
        if has("adopters") {
            charts.push(chart(
                "standards_adopters",
                "Adopters of standards",
                "Who has adopted each standard of a class.",
                "adopters",
            ));
        }
    }
    if let Some(table) = run.thinned("platforms.csv")? {
        let (words, numbers) = known(&table, &["platform"], &["cash_flow", "members", "quality"]);
        let data = run.data("platforms", &table, &words, &numbers)?;
        for (column, title) in [("cash_flow", "Cash flow of platforms"), ("members", "Members of platforms")] {
            if numbers.contains(&column) && !words.is_empty() {
                let unit = unit("platforms", column);
                charts.push(
                    Chart::new(
                        &format!("platforms_{column}"),
                        Kind::Lines,
                        title,
                        "A platform pays for itself above the line of zero.",
                        "date",
                        data.clone(),
                    )
                    .drawing([Measure::new(column, Style::Line)])
                    .split("platform")
                    .axes("", unit, unit)
                    .reference("", "y", 0.0),
                );
            }
        }
    }
    Ok(charts)
}

/// The columns of both lists that a table has.
fn known<'n>(table: &Table, words: &[&'n str], numbers: &[&'n str]) -> (Vec<&'n str>, Vec<&'n str>) {
    let there = |names: &[&'n str]| names.iter().copied().filter(|name| table.has(name)).collect();
    (there(words), there(numbers))
}
