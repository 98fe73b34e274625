//! The short table at the end of a run: what the region was in its first year and in its last.
//!
//! Watches the rows of the table `region` on their way to the disk, so nothing is read back.

use super::table::{Column, figure, side_by_side};
use crate::kernel::graph::Graph;
use crate::kernel::record::{Cell, RecordError, Recorder, TableSpec};
use crate::report::HEADLINES;

/// The table that is watched.
const TABLE: &str = "region";

/// Means of the shown columns over the ticks of one year.
#[derive(Debug, Clone, PartialEq)]
struct Year {
    year: i64,
    ticks: f64,
    sums: Vec<f64>,
}

/// Passes rows on and remembers the first and the last year.
pub(super) struct Headlines<'a> {
    inner: &'a mut dyn Recorder,
    table: Option<&'static TableSpec>,
    first: Option<Year>,
    last: Option<Year>,
}

impl<'a> Headlines<'a> {
    /// Watches what goes to `inner`.
    pub(super) fn watch(inner: &'a mut dyn Recorder) -> Self {
        Self { inner, table: None, first: None, last: None }
    }

    fn observe(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) {
        let (Some(tick), Some(year)) = (cell(table, cells, "tick"), cell(table, cells, "year")) else {
            return;
        };
        // The opening state is one period only, not a year.
        if tick < 1.0 {
            return;
        }
        self.table = Some(table);
        let values: Vec<f64> = shown(table).map(|(column, _)| number(&cells[column])).collect();
        let year = year as i64;
        match &mut self.last {
            Some(last) if last.year == year => last.add(&values),
            last => *last = Some(Year::begin(year, values)),
        }
        if self.first.as_ref().is_none_or(|first| first.year == year) {
            self.first.clone_from(&self.last);
        }
    }

    /// The table, or nothing if no row was seen.
    pub(super) fn render(&self) -> String {
        let (Some(table), Some(first), Some(last)) = (self.table, &self.first, &self.last) else {
            return String::new();
        };
        let names = shown(table).map(|(_, name)| name.to_string());
        let units: Vec<&str> = shown(table).map(|(column, _)| table.columns[column].unit).collect();
        let mut columns = vec![Column::words("mean of the year", names)];
        columns.push(Column::figures(&first.year.to_string(), first.texts()));
        if last.year > first.year {
            columns.push(Column::figures(&last.year.to_string(), last.texts()));
            let change = |(index, unit): (usize, &&str)| change(first.mean(index), last.mean(index), unit);
            columns.push(Column::figures("change", units.iter().enumerate().map(change)));
        }
        columns.push(Column::words("unit", units.iter().map(ToString::to_string)));
        side_by_side(&columns)
    }
}

impl Recorder for Headlines<'_> {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        self.inner.row(table, cells)?;
        if table.name == TABLE {
            self.observe(table, cells);
        }
        Ok(())
    }

    fn graph(&mut self, name: &str, graph: &Graph) -> Result<(), RecordError> {
        self.inner.graph(name, graph)
    }
}

impl Year {
    fn begin(year: i64, sums: Vec<f64>) -> Self {
        Self { year, ticks: 1.0, sums }
    }

    fn add(&mut self, values: &[f64]) {
        self.ticks += 1.0;
        for (sum, value) in self.sums.iter_mut().zip(values) {
            *sum += value;
        }
    }

    fn mean(&self, index: usize) -> f64 {
        self.sums[index] / self.ticks
    }

    fn texts(&self) -> Vec<String> {
        (0..self.sums.len()).map(|index| figure(self.mean(index))).collect()
    }
}

/// Position and name of the columns shown.
fn shown(table: &'static TableSpec) -> impl Iterator<Item = (usize, &'static str)> {
    let position = |name| table.columns.iter().position(|column| column.name == name);
    HEADLINES.into_iter().filter_map(move |name| Some((position(name)?, name)))
}

fn cell(table: &TableSpec, cells: &[Cell<'_>], name: &str) -> Option<f64> {
    let position = table.columns.iter().position(|column| column.name == name)?;
    cells.get(position).map(number)
}

fn number(cell: &Cell<'_>) -> f64 {
    match *cell {
        Cell::Integer(value) => value as f64,
        Cell::Number(value) => value,
        Cell::Text(_) => 0.0,
    }
}

/// Shares change by percentage points, other figures by per cent.
fn change(first: f64, last: f64, unit: &str) -> String {
    if unit.starts_with("share") {
        return format!("{:+.1} pp", 100.0 * (last - first));
    }
    match first {
        0.0 => "-".to_string(),
        _ => format!("{:+.1} %", 100.0 * (last - first) / first.abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::Column;

    const fn column(name: &'static str, unit: &'static str) -> Column {
        Column { name, unit, meaning: "a test", source: "definition" }
    }

    static REGION: TableSpec = TableSpec {
        name: "region",
        row: "one tick",
        columns: &[
            column("tick", "ticks"),
            column("year", "year"),
            column("firms", "firms"),
            column("value_added", "million CNY per tick"),
            column("stage", "label"),
            column("high_end_share", "share 0-1"),
        ],
    };
    static OTHER: TableSpec = TableSpec { name: "cities", row: "one city", columns: &[column("tick", "ticks")] };

    /// Counts what reaches it, and refuses from a given row on.
    #[derive(Default)]
    struct Counter {
        rows: usize,
        most: usize,
        graphs: Vec<String>,
    }

    impl Recorder for Counter {
        fn row(&mut self, _: &'static TableSpec, _: &[Cell<'_>]) -> Result<(), RecordError> {
            self.rows += 1;
            if self.rows > self.most {
                return Err(RecordError::Write { path: "full".into(), source: std::io::Error::other("full") });
            }
            Ok(())
        }

        fn graph(&mut self, name: &str, _: &Graph) -> Result<(), RecordError> {
            self.graphs.push(name.to_string());
            Ok(())
        }
    }

    fn region_row(tick: i64) -> [Cell<'static>; 6] {
        let year = 2010 + (tick - 1).div_euclid(4);
        [
            Cell::Integer(tick),
            Cell::Integer(year),
            Cell::Integer(100 + tick),
            Cell::Number(1000.0 * tick as f64),
            Cell::Text("none"),
            Cell::Number(0.1 + 0.01 * tick as f64),
        ]
    }

    fn headlines(ticks: std::ops::RangeInclusive<i64>) -> (String, usize) {
        let mut counter = Counter { most: 1000, ..Counter::default() };
        let mut headlines = Headlines::watch(&mut counter);
        for tick in ticks {
            headlines.row(&REGION, &region_row(tick)).expect("stored");
            headlines.row(&OTHER, &[Cell::Integer(tick)]).expect("stored");
        }
        let text = headlines.render();
        (text, counter.rows)
    }

    #[test]
    fn first_and_last_year_are_compared_without_the_opening_state() {
        let (text, rows) = headlines(0..=12);
        assert_eq!(
            text,
            "mean of the year    2010    2012    change  unit\n\
             value_added         2500   10500  +320.0 %  million CNY per tick\n\
             firms              102.5   110.5    +7.8 %  firms\n\
             high_end_share    0.1250  0.2050   +8.0 pp  share 0-1\n"
        );
        assert_eq!(rows, 26, "every row is passed on");
    }

    #[test]
    fn a_year_that_is_not_complete_is_a_mean_of_its_ticks() {
        let (text, _) = headlines(0..=5);
        assert!(text.contains("value_added         2500    5000  +100.0 %"), "{text}");
    }

    #[test]
    fn one_year_is_shown_alone_and_no_year_not_at_all() {
        assert_eq!(headlines(0..=0).0, "");
        let (text, _) = headlines(0..=4);
        assert!(text.starts_with("mean of the year    2010  unit\n"), "{text}");
    }

    #[test]
    fn graphs_are_passed_on() {
        let graph = Graph {
            title: String::new(),
            tick: 0,
            date: String::new(),
            directed: true,
            node_attributes: Vec::new(),
            edge_attributes: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let mut counter = Counter::default();
        Headlines::watch(&mut counter).graph("network-0000.gexf", &graph).expect("stored");
        assert_eq!(counter.graphs, ["network-0000.gexf"]);
    }

    #[test]
    fn a_row_that_is_refused_is_reported() {
        let mut full = Counter::default();
        let refused = Headlines::watch(&mut full).row(&REGION, &region_row(1));
        assert!(refused.is_err());
    }
}
