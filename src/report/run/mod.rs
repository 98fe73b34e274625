//! The page of one run.

mod firms;
mod places;
mod region;
mod rivalry;
mod technology;

use crate::scenario::format::Time;

use super::chart::{Card, Chart, Data, Page, Section};
use super::folder::Results;
use super::table::{Table, TableError};
use super::units::{change, unit, with_unit};
use super::{HEADLINES, ReportError};

/// Ticks that a chart of many series shows at most; longer runs are thinned evenly.
const MOST_TICKS: usize = 400;

/// A run with what all its charts need.
pub(super) struct Run<'a> {
    results: &'a Results,
    /// `region.csv`.
    region: Table,
    /// When it happens.
    time: Time,
}

impl<'a> Run<'a> {
    fn new(results: &'a Results) -> Result<Self, ReportError> {
        let time = serde_json::from_value(results.scenario()["time"].clone()).unwrap_or_default();
        Ok(Run { results, region: results.needed("region.csv")?, time })
    }

    /// The date of a tick, such as `2015Q1`.
    fn date(&self, tick: f64) -> String {
        self.time.axis().label(tick as u32)
    }

    /// The date of every row.
    fn dates(&self, table: &Table) -> Result<Vec<String>, TableError> {
        Ok(table.numbers("tick")?.into_iter().map(|tick| self.date(tick)).collect())
    }

    /// Number of years and of ticks a year.
    fn per_year(&self) -> usize {
        self.time.ticks_per_year.max(1) as usize
    }

    /// A table without the ticks that are too many to be drawn; `None` if it is missing or empty.
    fn thinned(&self, file: &str) -> Result<Option<Table>, TableError> {
        let Some(table) = self.results.table(file)?.filter(|table| !table.is_empty()) else {
            return Ok(None);
        };
        let ticks = table.numbers("tick")?;
        let mut distinct = ticks.clone();
        distinct.dedup();
        let step = distinct.len().div_ceil(MOST_TICKS).max(1);
        let last = distinct.last().copied().unwrap_or(0.0);
        Ok(Some(table.keeping(|row| (ticks[row] as usize).is_multiple_of(step) || ticks[row] == last)))
    }

    /// What is missing on a chart, and how to get it: the command of this run, with firms and links once a year.
    fn with_panel(&self, missing: &str) -> String {
        let (command, _) = self.results.command();
        let panel = format!("--panel firms,links --panel-every {}", self.per_year());
        if ["--panel", "--force"].iter().any(|option| command.contains(option)) {
            return format!("{missing} Run it with {panel} and --force, and make the report again.");
        }
        format!("{missing} To get them: {command} {panel} --force, and make the report again.")
    }

    /// Columns of the region by date.
    fn by_date(&self, columns: &[&str]) -> Result<Data, TableError> {
        self.data("region", &self.region, &[], columns)
    }

    /// Date, words and numbers of a table, with the units of its columns.
    fn data(&self, name: &str, table: &Table, words: &[&str], numbers: &[&str]) -> Result<Data, TableError> {
        let mut data = Data::new().words("date", self.dates(table)?);
        for word in words {
            data = data.words(word, table.words(word)?);
        }
        for number in numbers {
            data = data.numbers(number, unit(name, number), table.numbers(number)?);
        }
        Ok(data)
    }
}

/// The page of a run; indicators of the runs `beside` it are drawn into the chart of all indicators.
pub fn page(results: &Results, beside: &[Results]) -> Result<Page, ReportError> {
    let run = Run::new(results)?;
    let sections = vec![
        Section::new("What moved value added per worker", region::decomposition(&run)?),
        Section::new("High end and high technology", region::high_shares(&run)?),
        Section::new("The value chain", region::value_chain(&run)?),
        Section::new("Networks", technology::networks(&run)?),
        Section::new("Cities and clusters", places::charts(&run)?),
        Section::new("Sub-industries", region::sub_industries(&run)?),
        Section::new("Technologies", technology::charts(&run)?),
        Section::new("Standards and platforms", rivalry::charts(&run)?),
        Section::new("Policy", region::policy(&run)?),
        Section::new("Firms", firms::charts(&run)?),
        Section::new("Any indicator", [region::any(&run, beside)?]),
    ];
    let (command, reproduce) = results.command();
    Ok(Page {
        kind: "run".to_string(),
        title: results.text("/scenario/title").to_string(),
        about: results.scenario()["description"].as_str().unwrap_or_default().to_string(),
        cards: cards(&run)?,
        sections: sections.into_iter().filter(|section| !section.charts.is_empty()).collect(),
        tables: Vec::new(),
        command,
        reproduce,
        manifest: results.manifest.clone(),
    })
}

/// The mean of the first year and of the last, and the change between them.
fn cards(run: &Run<'_>) -> Result<Vec<Card>, TableError> {
    let (ticks, years) = (run.region.numbers("tick")?, run.region.numbers("year")?);
    let rows = |year: f64| (0..ticks.len()).filter(|row| ticks[*row] >= 1.0 && years[*row] == year).collect::<Vec<_>>();
    let simulated: Vec<f64> = (0..ticks.len()).filter(|row| ticks[*row] >= 1.0).map(|row| years[row]).collect();
    let (Some(first), Some(last)) = (simulated.first(), simulated.last()) else {
        return Ok(Vec::new());
    };
    let mut cards = Vec::new();
    for name in HEADLINES.into_iter().filter(|name| run.region.has(name)) {
        let values = run.region.numbers(name)?;
        let mean = |rows: Vec<usize>| rows.iter().map(|row| values[*row]).sum::<f64>() / rows.len().max(1) as f64;
        let (before, after, unit) = (mean(rows(*first)), mean(rows(*last)), unit("region", name));
        let (value, shown) = with_unit(after, unit);
        cards.push(Card {
            label: format!("{} {last}", name.replace('_', " ")),
            value,
            change: format!("{} since {first}", change(before, after, unit)),
            unit: shown,
        });
    }
    Ok(cards)
}

/// A chart, where its table is there and has rows.
type Charts = Result<Vec<Chart>, ReportError>;
